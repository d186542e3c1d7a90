"""The province's joint draws: the nation's draws carried over the bridge, territory by territory, then added or weighted."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass, replace
from datetime import date
from functools import partial
from zlib import crc32

import numpy as np

from forecast.domain import Key, Question
from forecast.errors import ForecastError, MissingComponentError, RefusedError
from forecast.evidence import Evidence
from forecast.headline import DIGITAL, ECOMMERCE, NATION, PRODUCTIVITY, Study
from forecast.models.provincial.bridge import GapModel, Reading, bridge, condition
from forecast.models.provincial.growth import productivity_growth
from forecast.models.provincial.national import Nation, NationHistory, chained_history, forecast_nation, level_history
from forecast.models.provincial.readings import (
    Assumptions,
    digital_readings,
    ecommerce_readings,
    growth_readings,
    productivity_readings,
    published_readings,
)
from forecast.models.provincial.routes import follows_platforms, platform_excess
from forecast.models.provincial.weights import weights
from forecast.models.series.pace import Pace
from forecast.models.series.threads import one_thread

Readings = Callable[[Evidence, str, str, date | None, Nation, Assumptions], tuple[Reading, ...]]
# how a province's figures are read; an indicator that does not stand here by its own published levels and growth rates
READINGS: dict[str, Readings] = {
    PRODUCTIVITY: productivity_readings,
    DIGITAL: digital_readings,
    ECOMMERCE: ecommerce_readings,
}


@dataclass(frozen=True)
class Draws:
    """Joint draws of one territory in its unit, `levels[n_paths, n_years]`, with the nation behind them and their readings."""

    levels: np.ndarray
    nation: Nation
    readings: tuple[Reading, ...]
    weights: tuple[tuple[str, float, int], ...] = ()  # (component, share of the denominator, its year)
    parts: tuple[tuple[str, np.ndarray], ...] = ()  # (component, its levels) of a merged territory

    @property
    def years(self) -> tuple[int, ...]:
        return self.nation.years

    @property
    def anchored(self) -> bool:
        """Whether a published level fixes the level of the draws; without one only their growth means anything."""
        return self.nation.based and (not self.readings or any(reading.kind == "level" for reading in self.readings))


def assumed_values(store: Evidence) -> dict[str, float]:
    """The rated assumptions as numbers, by id."""
    return {name: float(fact["value"]) for name, fact in store.assumptions.items()}


def gap_model(assumed: Assumptions, prefix: str) -> GapModel:
    """The gap's settings from the assumptions whose ids begin with `prefix`; means are 0 where none is given."""
    return GapModel(
        assumed.get(f"{prefix}_gap_initial_mean", 0.0),
        assumed[f"{prefix}_gap_initial_sd"],
        assumed[f"{prefix}_gap_noise_sd"],
        assumed.get(f"{prefix}_drift_mean", 0.0),
        assumed[f"{prefix}_drift_sd"],
    )


def national_history(store: Evidence, study: Study, measure: str, as_of: date | None) -> NationHistory:
    """The nation's record for a study: levels as published, or chained from growth rates where the study says so; its pace, if any."""
    level = Key(study.national, measure, NATION)
    if study.growth:
        return chained_history(store, Key(study.growth, measure, NATION), level, as_of)
    return level_history(store, level, as_of)._replace(pace=_pace(assumed_values(store), study.prefix))


def _pace(assumed: Assumptions, prefix: str) -> Pace | None:
    """The pace that the nation's growth moves towards, where the assumptions name one."""
    limit, kept = assumed.get(f"{prefix}_pace_limit"), assumed.get(f"{prefix}_pace_kept")
    return None if limit is None or kept is None else Pace(limit, kept)


@one_thread
def draw_nation(store: Evidence, study: Study, question: Question) -> Nation:
    """The nation's history and draws for a study, moved by output growth where productivity is not published yet."""
    history, moved = national_history(store, study, question.measure, question.as_of), study.indicator == PRODUCTIVITY
    growth = productivity_growth(store, NATION, question.as_of, assumed_values(store)) if moved else ()
    return forecast_nation(history, study, question, growth_readings(growth))


@one_thread
def draw_province(store: Evidence, study: Study, question: Question, *, weight_shift: float = 0.0) -> Draws:
    """Joint draws for the nation, a province, or a merged territory whose components are drawn on the same nation.

    `weight_shift` moves that much of the denominator to the first component, taken from the others alike (sensitivity).
    Raises RefusedError when the nation's record is too short, MissingComponentError when a component's weight is unknown.
    """
    nation = draw_nation(store, study, question)
    if question.territory == NATION:
        return Draws(nation.transform.inverse(nation.draws), nation, ())
    components = store.territories[question.territory].components
    return _merge(store, study, question, nation, weight_shift) if components else _carry(store, study, question, nation)


@one_thread
def draw_others(store: Evidence, study: Study, question: Question, nation: Nation, names: Iterable[str]) -> dict[str, Draws | ForecastError]:
    """Draws of other provinces on the same draws of the nation, or why there are none.

    Each has a chance of its own, so that provinces can be ranked draw by draw.
    """
    drawn: dict[str, Draws | ForecastError] = {}
    for name in names:
        asked = replace(question, territory=name, seed=question.seed + crc32(name.encode()) % 1_000_000)
        try:
            drawn[name] = (_merge if store.territories[name].components else _carry)(store, study, asked, nation)
        except (MissingComponentError, RefusedError) as refused:
            drawn[name] = refused
    return drawn


def _merge(store: Evidence, study: Study, question: Question, nation: Nation, weight_shift: float = 0.0) -> Draws:
    components = store.territories[question.territory].components
    seeds = {name: question.seed + 101 * nth for nth, name in enumerate(components, 1)}
    parts = {
        name: _carry(store, study, replace(question, territory=name, seed=seed), nation) for name, seed in seeds.items()
    }
    weighed = weights(store, study, question.territory, question.as_of, nation.years, weight_shift) if study.weight else None
    levels = np.sum([part.levels * (weighed.shares[name] if weighed else 1.0) for name, part in parts.items()], axis=0)
    own = _merged_readings(store, study, question, components, nation)
    if own:
        moved = condition(nation.transform.forward(levels), nation.years, own, seed=question.seed + 13)
        levels = nation.transform.inverse(moved)
    readings = tuple(reading for part in parts.values() for reading in part.readings) + own
    return Draws(levels, nation, readings, weighed.listed if weighed else (), tuple((name, part.levels) for name, part in parts.items()))


def _carry(store: Evidence, study: Study, question: Question, nation: Nation) -> Draws:
    assumed, territory = assumed_values(store), question.territory
    read = READINGS.get(study.indicator) or partial(published_readings, study)
    readings = read(store, territory, question.measure, question.as_of, nation, assumed)
    if not readings:
        raise MissingComponentError(
            f"{study.indicator}: đến thời điểm này chưa có số liệu nào của '{territory}' để bắc cầu từ cả nước về tỉnh.",
            f"{study.indicator}: no figure of '{territory}' is known by then to carry the nation to the province.",
        )
    gap = gap_model(assumed, study.prefix)
    paths = bridge(nation.draws, nation.years, nation.n_known, readings, gap, seed=question.seed + 29)
    if study.indicator == ECOMMERCE:
        follows = follows_platforms(question.n_paths, assumed["ecommerce_platform_weight"])
        paths[follows] += platform_excess(store, readings, nation, question.as_of, gap.drift_mean)
    return Draws(nation.transform.inverse(paths), nation, readings)


def _merged_readings(
    store: Evidence, study: Study, question: Question, components: tuple[str, ...], nation: Nation
) -> tuple[Reading, ...]:
    """What is published for the merged territory itself: levels; of productivity the output growth of years its components lack."""
    assumed, day = assumed_values(store), question.as_of
    if study.indicator != PRODUCTIVITY:
        return published_readings(study, store, question.territory, question.measure, day, nation, assumed)
    series = (store.series(Key("grdp_growth", "nso", name), as_of=day, kind="growth").years for name in components)
    heard = set.intersection(*map(set, series))
    return growth_readings(productivity_growth(store, question.territory, day, assumed, employed_in=components), heard)
