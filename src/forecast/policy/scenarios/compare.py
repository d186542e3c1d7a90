"""Two to four scenarios beside each other: bands, differences on common random numbers, chances, verdicts."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import Any

import numpy as np
import pandas as pd

from forecast.domain import Scenario
from forecast.errors import RefusedError
from forecast.policy.outlooks.targets import growth_of
from forecast.policy.scenarios.baseline import DIGITAL, PRODUCTIVITY, QUANTITIES, UNITS, Baseline, outcome, simulate
from forecast.policy.scenarios.contributions import contributions
from forecast.policy.scenarios.tornado import tornado
from forecast.policy.scenarios.verdicts import target_frame, target_rows

FEWEST, MOST = 2, 4
LEVEL_UNITS = {PRODUCTIVITY: "vnd_mn_per_worker", DIGITAL: "percent", "ecommerce_revenue": "vnd_bn"}
_LEVELS = (0.1, 0.5, 0.9)


@dataclass(frozen=True)
class Comparison:
    """Tables of compared scenarios; the first is what the others are held against.

    bands: scenario, indicator, quantity, unit, year, low, median, high (80 %).
    differences: scenario, against, indicator, quantity, unit, year, low, median, high of the difference draw by draw, and
    the chance that the scenario is higher: `chance` in the same world, `chance_independent` in worlds of their own.
    targets: one row per scenario and target (see `target_table`). contributions, tornado: see those functions; column `of`
    names the scenario; worked out when first asked for.
    """

    base: Baseline
    chosen: tuple[Scenario, ...]
    bands: pd.DataFrame
    differences: pd.DataFrame
    targets: pd.DataFrame

    @property
    def names(self) -> tuple[str, ...]:
        return tuple(item.id for item in self.chosen)

    @cached_property
    def contributions(self) -> pd.DataFrame:
        return _stacked(self.base, self.chosen, contributions)

    @cached_property
    def tornado(self) -> pd.DataFrame:
        return _stacked(self.base, self.chosen, tornado)


def compare(base: Baseline, *scenarios: str | Mapping[str, Any] | Scenario) -> Comparison:
    """Two to four scenarios on the same draws; raises RefusedError for another number or a scenario named twice."""
    chosen = [base.scenario(item) for item in scenarios]
    names = tuple(item.id for item in chosen)
    if not FEWEST <= len(chosen) <= MOST or len(set(item.hash for item in chosen)) < len(chosen):
        raise RefusedError(
            f"So sánh được 2 đến 4 kịch bản khác nhau, không phải {len(chosen)}: {', '.join(names)}.",
            f"Two to four different scenarios can be compared, not {len(chosen)}: {', '.join(names)}.",
        )
    levels = [simulate(base, item) for item in chosen]
    bands, differences = [], []
    for name in base.grounds:
        drawn = [_quantities(base, name, item[name]) for item in levels]
        ranked = [{key: np.sort(values, axis=1) for key, values in item.items()} for item in drawn]
        for place, item in enumerate(chosen):
            bands += [row for key in drawn[place] for row in _band_rows(item.id, name, key, ranked[place][key])]
            for key in drawn[place] if place else ():
                gap = np.sort(drawn[place][key] - drawn[0][key], axis=1)
                chances = [chance_higher(*pair) for pair in zip(ranked[place][key], ranked[0][key], strict=True)]
                differences += _difference_rows((item.id, names[0]), name, key, gap, chances)
    targets = [row for item, found in zip(chosen, levels, strict=True) for row in target_rows(base, item, found)]
    return Comparison(base, tuple(chosen), pd.DataFrame(bands), pd.DataFrame(differences), target_frame(targets))


def _stacked(base: Baseline, chosen: Sequence[Scenario], make: Any) -> pd.DataFrame:
    frames = [make(base, item).assign(of=item.id) for item in chosen if item.pushes or item.path]
    frames = [frame for frame in frames if len(frame)]
    return pd.concat(frames, ignore_index=True) if frames else pd.DataFrame()


Key = tuple[str, str, tuple[int, ...]]  # quantity, unit, years


def _quantities(base: Baseline, indicator: str, levels: np.ndarray) -> dict[Key, np.ndarray]:
    """Draws [years, n_paths] by (quantity, unit, years) for the years ahead up to the horizon."""
    ground = base.grounds[indicator]
    end = ground.years.index(base.horizon_year) + 1
    years = ground.years[ground.start + 1 : end]
    found = {}
    if base.outlooks[indicator].draws.anchored:
        found["level", LEVEL_UNITS[indicator], years] = levels[:, ground.start + 1 : end]
    if indicator != DIGITAL:
        found["growth", "percent_per_year", years] = growth_of(levels[:, ground.start : end])
    if QUANTITIES[indicator] == "growth_average":
        last = (base.horizon_year,)
        found["growth_average", UNITS[indicator], last] = outcome(base, indicator, levels)[:, None]
    return {key: np.ascontiguousarray(values.T) for key, values in found.items()}


def sorted_quantiles(ranked: np.ndarray, levels: Sequence[float]) -> np.ndarray:
    """Quantiles [len(levels), ...] of draws sorted along the last axis, by linear interpolation (numpy's default)."""
    place = np.asarray(levels) * (ranked.shape[-1] - 1)
    below = np.floor(place).astype(int)
    above = np.minimum(below + 1, ranked.shape[-1] - 1)
    return (ranked[..., below] + (place - below) * (ranked[..., above] - ranked[..., below])).T


def _band_rows(scenario: str, indicator: str, key: Key, ranked: np.ndarray) -> list[dict[str, Any]]:
    quantity, unit, years = key
    fixed = {"scenario": scenario, "indicator": indicator, "quantity": quantity, "unit": unit}
    ends = sorted_quantiles(ranked, _LEVELS).T.tolist()
    return [
        {**fixed, "year": year, "low": low, "median": middle, "high": high}
        for year, (low, middle, high) in zip(years, ends, strict=True)
    ]


def _difference_rows(
    pair: tuple[str, str], indicator: str, key: Key, gap: np.ndarray, chances: Sequence[float]
) -> list[dict[str, Any]]:
    quantity, unit, years = key
    ends = sorted_quantiles(gap, _LEVELS).T.tolist()
    same = (gap > 0).mean(axis=1) + 0.5 * (gap == 0).mean(axis=1)
    fixed = {"scenario": pair[0], "against": pair[1], "indicator": indicator, "quantity": quantity, "unit": unit}
    rows = []
    for place, year in enumerate(years):
        low, middle, high = ends[place]
        chance = {"chance": float(same[place]), "chance_independent": chances[place]}
        rows.append({**fixed, "year": year, "low": low, "median": middle, "high": high, **chance})
    return rows


def chance_higher(one: np.ndarray, other: np.ndarray) -> float:
    """P(X > Y) + P(X = Y) / 2 for X and Y drawn independently from two samples, each given sorted: every pair counts once."""
    below, upto = np.searchsorted(other, one, "left"), np.searchsorted(other, one, "right")
    return float((below + upto).sum() / (2.0 * len(one) * len(other)))
