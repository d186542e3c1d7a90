"""The three indicators of one territory on common random numbers: what every scenario, comparison and solution starts from."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import Any

import numpy as np

from forecast.domain import Scenario, Text
from forecast.errors import MissingComponentError, RefusedError
from forecast.evidence import Evidence
from forecast.models.provincial.province import Draws
from forecast.policy.levers import apply
from forecast.policy.levers.apply import DIGITAL, ECOMMERCE, PRODUCTIVITY, Ground
from forecast.policy.levers.records import Record, all_records
from forecast.policy.outlooks.outlook import Outlook, outlook, with_levels
from forecast.policy.outlooks.targets import average_growth

MEASURES = {PRODUCTIVITY: "nso", DIGITAL: "nso", ECOMMERCE: "moit"}
SEED, PATHS = 20260101, 2000
Levels = dict[str, np.ndarray]


@dataclass(frozen=True)
class Drawn:
    """The draws behind a baseline by indicator, kept so that no model is fitted twice; why an indicator has none."""

    draws: Mapping[str, Draws]
    refused: Mapping[str, Text]


@dataclass(frozen=True)
class Baseline:
    """Outlooks by indicator, without any scenario; `refused` says why an indicator is missing."""

    store: Evidence
    territory: str
    measure: str  # who measures the digital economy: nso or mic
    horizon_year: int
    outlooks: Mapping[str, Outlook]
    refused: Mapping[str, Text]
    changed: Mapping[str, Ground] | None = None  # grounds with a fact varied, in place of those of the register

    @cached_property
    def grounds(self) -> dict[str, Ground]:
        return dict(self.changed) if self.changed else {
            name: apply.ground(self.store, item.study, item.territory, item.measure, item.draws, item.known_to)
            for name, item in self.outlooks.items()
        }

    @cached_property
    def records(self) -> dict[str, Record]:
        """What has happened before, by the `history` of the levers, as known on this baseline's day."""
        return all_records(self.store, self.any.as_of)

    @property
    def any(self) -> Outlook:
        return next(iter(self.outlooks.values()))

    @property
    def components(self) -> tuple[str, ...]:
        return self.store.territories[self.territory].components

    def scenario(self, wanted: str | Mapping[str, Any] | Scenario) -> Scenario:
        """The scenario of an id, of plain values (a form) or as it is; raises where it does not fit the territory."""
        found = wanted if isinstance(wanted, Scenario) else self.store.scenario(wanted)
        apply.require_fitting(found, self.territory, self.components)
        return found


def baseline(
    store: Evidence,
    territory: str = "hung_yen_2025",
    *,
    measure: str = "nso",
    horizon_year: int = 2030,
    as_of: str = "latest",
    method: str = "default",
    seed: int = SEED,
    n_paths: int = PATHS,
    drawn: Drawn | None = None,
) -> Baseline:
    """Draw the three indicators of a territory; the same numbers as `outlook` gives each of them. `drawn`: kept draws of the
    same question on the same figures, in place of drawing.

    Raises RefusedError where none of the three can be forecast.
    """
    outlooks: dict[str, Outlook] = {}
    refused: dict[str, Text] = dict(drawn.refused) if drawn else {}
    for indicator, usual in MEASURES.items():
        if indicator in refused:
            continue
        settings = {"as_of": as_of, "method": method, "seed": seed, "n_paths": n_paths, "horizon_year": horizon_year}
        try:
            by = measure if indicator == DIGITAL else usual
            kept = drawn.draws[indicator] if drawn else None
            outlooks[indicator] = outlook(store, indicator, territory=territory, measure=by, draws=kept, **settings)
        except (RefusedError, MissingComponentError) as error:
            refused[indicator] = Text(error.vi, error.en)
    if not outlooks:
        first = next(iter(refused.values()))
        raise RefusedError(first.vi, first.en)
    return Baseline(store, territory, measure, horizon_year, outlooks, refused)


def simulate(base: Baseline, scenario: str | Mapping[str, Any] | Scenario = "baseline") -> Levels:
    """Scenario levels by indicator, [n_paths, n_years] for the years of each outlook, draw by draw beside the baseline's."""
    chosen = base.scenario(scenario)
    levers, found = base.store.scenario_levers, {}
    for name in sorted(
        base.grounds, key=lambda item: item != DIGITAL
    ):  # the share first: productivity may be linked to it
        ground = base.grounds[name]
        change = (
            digital_change(base, found.get(DIGITAL)) if name == PRODUCTIVITY and apply.link_on(chosen) else None
        )
        found[name] = apply.apply(ground, chosen, levers, change)
    return {name: found[name] for name in base.grounds}


def digital_change(base: Baseline, levels: np.ndarray | None) -> np.ndarray | None:
    """Scenario minus baseline share, percentage points, on the years of productivity; None where the share is refused."""
    if levels is None:
        return None
    ground = base.grounds[DIGITAL]
    return apply.change_on(base.grounds[PRODUCTIVITY].years, ground.years, levels - ground.levels)


def under_scenario(
    base: Baseline, scenario: str | Mapping[str, Any] | Scenario, levels: Levels | None = None
) -> dict[str, Outlook]:
    """The outlooks of a scenario, their targets assessed again; `levels` where they were simulated already."""
    chosen = base.scenario(scenario)
    if not chosen.pushes and not chosen.path:
        return dict(base.outlooks)
    found = levels or simulate(base, chosen)
    return {name: with_levels(item, found[name], chosen) for name, item in base.outlooks.items()}


def outcome(base: Baseline, indicator: str, levels: np.ndarray, year: int | None = None) -> np.ndarray:
    """The number an indicator is judged by, [..., n_paths]: average growth from its last known year to `year` (percent a
    year) for productivity, the level in `year` for the other two; `year` is the horizon unless given."""
    ground, last = base.grounds[indicator], year or base.horizon_year
    if indicator == PRODUCTIVITY:
        if levels.ndim == 2:
            return average_growth(levels, ground.years, ground.known_to + 1, last)
        ends = levels[..., ground.years.index(last)] / levels[..., ground.start]
        return 100.0 * (ends ** (1.0 / (last - ground.known_to)) - 1.0)
    return levels[..., ground.years.index(last)]


def outcomes(base: Baseline, indicator: str, levels: np.ndarray, years: Sequence[int]) -> np.ndarray:
    """The same number for several years, [len(years), n_paths]."""
    ground = base.grounds[indicator]
    ends = np.ascontiguousarray(levels[:, [ground.years.index(year) for year in years]].T)
    if indicator != PRODUCTIVITY:
        return ends
    span = np.array([[year - ground.known_to] for year in years], dtype=float)
    return 100.0 * ((ends / levels[:, ground.start]) ** (1.0 / span) - 1.0)


UNITS = {PRODUCTIVITY: "percent_per_year", DIGITAL: "percent", ECOMMERCE: "vnd_bn"}
QUANTITIES = {PRODUCTIVITY: "growth_average", DIGITAL: "level", ECOMMERCE: "level"}
