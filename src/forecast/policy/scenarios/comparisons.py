"""Two to four scenarios beside each other: bands, differences on common random numbers, chances, verdicts."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import Any

import numpy as np
import pandas as pd

from forecast.domain import Scenario
from forecast.errors import RefusedError
from forecast.policy.outlooks.answers import Outlook
from forecast.policy.outlooks.targets import growth_of
from forecast.policy.scenarios.attribution import contributions
from forecast.policy.scenarios.baselines import Baseline, Wanted, outcome, simulate, under_scenario
from forecast.policy.scenarios.swings import tornado
from forecast.policy.scenarios.verdicts import Joint, joints, target_frame, target_rows

FEWEST, MOST = 2, 4
_LEVELS = (0.1, 0.5, 0.9)
Quantity = tuple[str, str, tuple[int, ...]]  # quantity, unit, years


@dataclass(frozen=True)
class Comparison:
    """Tables of compared scenarios; the first is what the others are held against.

    bands: scenario, indicator, quantity, unit, year, low, median, high (80 %).
    differences: scenario, against, indicator, quantity, unit, year, low, median, high of the difference draw by draw, and
    the chance that the scenario is higher: `chance` in the same world, `chance_independent` in worlds of their own.
    targets: one row per scenario and target (see `target_table`). outlooks: by indicator, under each scenario. joints: the
    chance of all headline targets under each. contributions, tornado: see those functions; column `of` names the scenario.
    What is no field is worked out when first asked for.
    """

    base: Baseline
    chosen: tuple[Scenario, ...]
    bands: pd.DataFrame
    differences: pd.DataFrame
    targets: pd.DataFrame
    outlooks: tuple[Mapping[str, Outlook], ...]

    @property
    def names(self) -> tuple[str, ...]:
        return tuple(scenario.id for scenario in self.chosen)

    @cached_property
    def joints(self) -> list[Joint]:
        return joints(self.base, self.outlooks)

    @cached_property
    def contributions(self) -> pd.DataFrame:
        return _stacked(self.base, self.chosen, contributions)

    @cached_property
    def tornado(self) -> pd.DataFrame:
        return _stacked(self.base, self.chosen, tornado)


def compare(base: Baseline, *scenarios: Wanted) -> Comparison:
    """Two to four scenarios on the same draws; raises RefusedError for another number or a scenario named twice."""
    chosen = [base.scenario(wanted) for wanted in scenarios]
    names = tuple(scenario.id for scenario in chosen)
    if not FEWEST <= len(chosen) <= MOST or len({scenario.hash for scenario in chosen}) < len(chosen):
        raise RefusedError(
            f"So sánh được 2 đến 4 kịch bản khác nhau, không phải {len(chosen)}: {', '.join(names)}.",
            f"Two to four different scenarios can be compared, not {len(chosen)}: {', '.join(names)}.",
        )
    simulated = [simulate(base, scenario) for scenario in chosen]
    bands: list[dict[str, Any]] = []
    differences: list[dict[str, Any]] = []
    for indicator in base.grounds:
        draws = [_quantities(base, indicator, levels[indicator]) for levels in simulated]
        ranked = [{key: np.sort(values, axis=1) for key, values in drawn.items()} for drawn in draws]
        for number, name in enumerate(names):
            for key, values in ranked[number].items():
                bands += _rows({"scenario": name, "indicator": indicator}, key, values)
            for key in draws[number] if number else ():
                gap = np.sort(draws[number][key] - draws[0][key], axis=1)
                pair = {"scenario": name, "against": names[0], "indicator": indicator}
                rows = zip(_rows(pair, key, gap), gap, ranked[number][key], ranked[0][key], strict=True)
                differences += [row | _chances(change, own, first) for row, change, own, first in rows]
    outlooks = tuple(under_scenario(base, scenario, levels) for scenario, levels in zip(chosen, simulated, strict=True))
    targets = [row for scenario, under in zip(chosen, outlooks, strict=True) for row in target_rows(scenario, under)]
    return Comparison(base, tuple(chosen), pd.DataFrame(bands), pd.DataFrame(differences), target_frame(targets), outlooks)


def _stacked(base: Baseline, chosen: Sequence[Scenario], make: Callable[[Baseline, Scenario], pd.DataFrame]) -> pd.DataFrame:
    frames = [make(base, scenario).assign(of=scenario.id) for scenario in chosen if scenario.pushes or scenario.path]
    frames = [frame for frame in frames if len(frame)]
    return pd.concat(frames, ignore_index=True) if frames else pd.DataFrame()


def _quantities(base: Baseline, indicator: str, levels: np.ndarray) -> dict[Quantity, np.ndarray]:
    """Draws [years, n_paths] by (quantity, unit, years) for the years ahead up to the horizon."""
    ground, study = base.grounds[indicator], base.study(indicator)
    end = ground.years.index(base.horizon_year) + 1
    years = ground.years[ground.start + 1 : end]
    draws: dict[Quantity, np.ndarray] = {}
    if base.outlooks[indicator].draws.anchored:
        draws["level", study.unit, years] = levels[:, ground.start + 1 : end]
    if study.grows:
        draws["growth", "percent_per_year", years] = growth_of(levels[:, ground.start : end])
    if study.judged == "growth_average":
        draws["growth_average", study.judged_unit, (base.horizon_year,)] = outcome(base, indicator, levels)[:, None]
    return {key: np.ascontiguousarray(values.T) for key, values in draws.items()}


def sorted_quantiles(ranked: np.ndarray, levels: Sequence[float]) -> np.ndarray:
    """Quantiles [len(levels), ...] of draws sorted along the last axis, by linear interpolation (numpy's default)."""
    rank = np.asarray(levels) * (ranked.shape[-1] - 1)
    below = np.floor(rank).astype(int)
    above = np.minimum(below + 1, ranked.shape[-1] - 1)
    return (ranked[..., below] + (rank - below) * (ranked[..., above] - ranked[..., below])).T


def _rows(named: Mapping[str, str], key: Quantity, ranked: np.ndarray) -> Iterator[dict[str, Any]]:
    """One row per year of a quantity: what is named, and the 80 % band of its sorted draws."""
    quantity, unit, years = key
    for year, ends in zip(years, sorted_quantiles(ranked, _LEVELS).T.tolist(), strict=True):
        band = dict(zip(("low", "median", "high"), ends, strict=True))
        yield {**named, "quantity": quantity, "unit": unit, "year": year, **band}


def _chances(gap: np.ndarray, own: np.ndarray, first: np.ndarray) -> dict[str, float]:
    same = float((gap > 0).mean() + 0.5 * (gap == 0).mean())
    return {"chance": same, "chance_independent": chance_higher(own, first)}


def chance_higher(first: np.ndarray, second: np.ndarray) -> float:
    """P(X > Y) + P(X = Y) / 2 for X and Y drawn independently from two samples, each given sorted: every pair counts once."""
    below, upto = np.searchsorted(second, first, "left"), np.searchsorted(second, first, "right")
    return float((below + upto).sum() / (2.0 * len(first) * len(second)))
