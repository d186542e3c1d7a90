"""The province's joint draws: the nation's draws carried over the bridge, territory by territory, then added or weighted."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date

import numpy as np

from forecast.domain import Key
from forecast.errors import MissingComponentError, RefusedError
from forecast.evidence import Evidence
from forecast.models.provincial.bridge import GapModel, Reading, bridge, condition
from forecast.models.provincial.national import (
    NATION,
    Nation,
    NationHistory,
    chained_history,
    forecast_nation,
    level_history,
)
from forecast.models.provincial.readings import (
    Assumptions,
    digital_readings,
    ecommerce_readings,
    nation_productivity_readings,
    output_readings,
    productivity_readings,
)
from forecast.models.series.threads import one_thread

Readings = Callable[[Evidence, str, str, date | None, Nation, Assumptions], tuple[Reading, ...]]


@dataclass(frozen=True)
class Study:
    """How one headline indicator is studied: its national counterpart, its readings, its gap, its sum across territories."""

    indicator: str
    national: str
    quantity: str  # what the targets speak of: growth or level
    target_indicator: str
    prefix: str  # of its assumptions
    readings: Readings
    weight: str  # denominator of the ratio across territories; empty for a flow, which adds
    growth: str = ""  # national growth rates to chain, where levels do not share one definition


STUDIES: dict[str, Study] = {
    "labour_productivity_real": Study(
        "labour_productivity_real",
        "labour_productivity_real",
        "growth",
        "labour_productivity_growth",
        "productivity",
        productivity_readings,
        "employed_15plus",
        growth="labour_productivity_growth",
    ),
    "digital_economy_share": Study(
        "digital_economy_share",
        "digital_economy_share",
        "level",
        "digital_economy_share",
        "digital",
        digital_readings,
        "grdp_current",
    ),
    "ecommerce_revenue": Study(
        "ecommerce_revenue", "ecommerce_b2c_usd", "level", "ecommerce_growth", "ecommerce", ecommerce_readings, ""
    ),
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


def study_for(indicator: str) -> Study:
    """The study of a headline indicator; raises RefusedError naming those there are."""
    if indicator not in STUDIES:
        raise RefusedError(
            f"Chưa có mô hình cho '{indicator}'; có: {', '.join(STUDIES)}.",
            f"No model for '{indicator}'; there are: {', '.join(STUDIES)}.",
        )
    return STUDIES[indicator]


def assumed_values(store: Evidence) -> dict[str, float]:
    """The rated assumptions as numbers, by id."""
    return {name: float(assumption["value"]) for name, assumption in store.assumptions.items()}


def national_history(store: Evidence, study: Study, measure: str, as_of: date | None) -> NationHistory:
    """The nation's record for a study: levels as published, or chained from growth rates where the study says so."""
    level = Key(study.national, measure, NATION)
    if study.growth:
        return chained_history(store, Key(study.growth, measure, NATION), level, as_of)
    return level_history(store, level, as_of)


@one_thread
def draw_nation(
    store: Evidence,
    study: Study,
    measure: str,
    as_of: date | None,
    last_year: int,
    method: str,
    seed: int,
    n_paths: int,
) -> Nation:
    """The nation's history and draws for a study, moved by output growth where productivity is not published yet."""
    history, indicator = national_history(store, study, measure, as_of), store.indicators[study.national]
    readings = nation_productivity_readings(store, as_of, assumed_values(store)) if study.growth else ()
    return forecast_nation(history, indicator, last_year, method=method, seed=seed, n_paths=n_paths, readings=readings)


@one_thread
def draw_province(
    store: Evidence,
    study: Study,
    territory: str,
    measure: str,
    as_of: date | None,
    last_year: int,
    *,
    method: str = "default",
    seed: int,
    n_paths: int,
    weight_shift: float = 0.0,
) -> Draws:
    """Joint draws for the nation, a province, or a merged territory whose components are drawn on the same nation.

    `weight_shift` moves that much of the denominator to the first component, taken from the others alike (sensitivity).
    Raises RefusedError when the nation's record is too short, MissingComponentError when a component's weight is unknown.
    """
    nation = draw_nation(store, study, measure, as_of, last_year, method, seed, n_paths)
    if territory == NATION:
        return Draws(nation.transform.inverse(nation.draws), nation, ())
    components = store.territories[territory].components
    if not components:
        return _carry(store, study, territory, measure, as_of, nation, seed)
    parts = {
        name: _carry(store, study, name, measure, as_of, nation, seed + 101 * number)
        for number, name in enumerate(components, start=1)
    }
    weights = _weights(store, study, territory, components, as_of) if study.weight else {}
    shares = _shares(components, weights, weight_shift)
    levels = np.sum([parts[name].levels * shares[name] for name in components], axis=0)
    own = _merged_readings(store, study, territory, as_of, components)
    if own:
        moved = condition(nation.transform.forward(levels), nation.years, own, seed=seed + 13)
        levels = nation.transform.inverse(moved)
    readings = tuple(reading for part in parts.values() for reading in part.readings) + own
    return Draws(levels, nation, readings, tuple((name, *weights[name]) for name in weights), _levels_of(parts))


def _shares(components: tuple[str, ...], weights: dict[str, tuple[float, int]], shift: float) -> dict[str, float]:
    """What each component's level counts for: 1 of a flow, its share of the denominator of a ratio."""
    if not weights:
        return dict.fromkeys(components, 1.0)
    first, rest = components[0], 1.0 - weights[components[0]][0]
    moved = {name: weights[name][0] * (rest - shift) / rest for name in components[1:]}
    return {first: weights[first][0] + shift, **moved}


def weight_record(store: Evidence, study: Study, territory: str, as_of: date | None) -> dict[int, float]:
    """The first component's share of the denominator in every year known for all components; empty for a flow."""
    components = store.territories[territory].components
    if not study.weight or not components:
        return {}
    amounts = _denominators(store, study, components, as_of)
    years = sorted(set.intersection(*map(set, amounts.values())))
    return {year: amounts[components[0]][year] / sum(part[year] for part in amounts.values()) for year in years}


def _levels_of(parts: dict[str, Draws]) -> tuple[tuple[str, np.ndarray], ...]:
    return tuple((name, part.levels) for name, part in parts.items())


def _carry(
    store: Evidence, study: Study, territory: str, measure: str, as_of: date | None, nation: Nation, seed: int
) -> Draws:
    assumed = assumed_values(store)
    readings = study.readings(store, territory, measure, as_of, nation, assumed)
    if not readings:
        raise MissingComponentError(
            f"{study.indicator}: đến thời điểm này chưa có số liệu nào của '{territory}' để bắc cầu từ cả nước về tỉnh.",
            f"{study.indicator}: no figure of '{territory}' is known by then to carry the nation to the province.",
        )
    prefix = study.prefix
    gap = GapModel(
        assumed.get(f"{prefix}_gap_initial_mean", 0.0),
        assumed[f"{prefix}_gap_initial_sd"],
        assumed[f"{prefix}_gap_noise_sd"],
        assumed.get(f"{prefix}_drift_mean", 0.0),
        assumed[f"{prefix}_drift_sd"],
    )
    paths = bridge(nation.draws, nation.years, nation.known, readings, gap, seed=seed + 29)
    return Draws(nation.transform.inverse(paths), nation, readings)


def _weights(
    store: Evidence, study: Study, territory: str, components: tuple[str, ...], as_of: date | None
) -> dict[str, tuple[float, int]]:
    """Each component's share of the denominator in the last year known for all; the share is held from there (assumption)."""
    amounts = _denominators(store, study, components, as_of)
    common = set.intersection(*map(set, amounts.values()))
    if not common:
        lacking = [name for name, part in amounts.items() if not part] or list(components)
        raise MissingComponentError(
            f"Không tính được {study.indicator} của '{territory}': thiếu {study.weight} của {', '.join(lacking)} (cần cùng một năm).",
            f"{study.indicator} of '{territory}' cannot be computed: {study.weight} of {', '.join(lacking)} is missing (one common year is needed).",
        )
    year = max(common)
    total = sum(part[year] for part in amounts.values())
    return {name: (part[year] / total, year) for name, part in amounts.items()}


def _denominators(
    store: Evidence, study: Study, components: tuple[str, ...], as_of: date | None
) -> dict[str, dict[int, float]]:
    """The denominator of each component by year, as published."""
    series = {name: store.series(Key(study.weight, "nso", name), as_of=as_of) for name in components}
    return {name: {point.period.first: point.value for point in part.points} for name, part in series.items()}


def _merged_readings(
    store: Evidence, study: Study, territory: str, as_of: date | None, components: tuple[str, ...]
) -> tuple[Reading, ...]:
    """Output growth published for the merged territory itself, less its components' mean employment growth."""
    if study.prefix != "productivity":
        return ()
    assumed = assumed_values(store)
    se = assumed["employment_growth_sd"]
    return output_readings(store, territory, "grdp_growth", as_of, assumed, se, set(), employed_in=components)
