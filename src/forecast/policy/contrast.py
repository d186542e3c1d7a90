"""Two to four scenarios beside each other: bands, differences on common random numbers, chances, verdicts."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
import pandas as pd

from forecast.domain import Scenario
from forecast.errors import RefusedError
from forecast.policy.baseline import DIGITAL, PRODUCTIVITY, QUANTITIES, UNITS, Baseline, outcome, simulate
from forecast.policy.contributions import contributions, tornado
from forecast.policy.judgement import target_table
from forecast.policy.targets import growth_of

FEWEST, MOST = 2, 4
LEVEL_UNITS = {PRODUCTIVITY: "vnd_mn_per_worker", DIGITAL: "percent", "ecommerce_revenue": "vnd_bn"}
_LEVELS = (0.1, 0.5, 0.9)


@dataclass(frozen=True)
class Comparison:
    """Tables of compared scenarios; the first is what the others are held against.

    bands: scenario, indicator, quantity, unit, year, low, median, high (80 %).
    differences: scenario, against, indicator, quantity, unit, year, low, median, high of the difference draw by draw, and
    the chance that the scenario is higher: `chance` in the same world, `chance_independent` in worlds of their own.
    targets: one row per scenario and target (see `target_table`). contributions, tornado: see those functions.
    """

    names: tuple[str, ...]
    bands: pd.DataFrame
    differences: pd.DataFrame
    targets: pd.DataFrame
    contributions: pd.DataFrame
    tornado: pd.DataFrame


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
        first = dict(_quantities(base, name, levels[0][name]))
        for place, item in enumerate(chosen):
            for key, draws in _quantities(base, name, levels[place][name]):
                bands += _band_rows(item.id, name, key, draws)
                if place:
                    differences += _difference_rows(item.id, names[0], name, key, draws, first[key])
    return Comparison(
        names,
        pd.DataFrame(bands),
        pd.DataFrame(differences),
        pd.concat([target_table(base, item) for item in chosen], ignore_index=True),
        _stacked(base, chosen, contributions),
        _stacked(base, chosen, tornado),
    )


def _stacked(base: Baseline, chosen: Sequence[Scenario], make: Any) -> pd.DataFrame:
    frames = [make(base, item).assign(of=item.id) for item in chosen if item.pushes or item.path]
    frames = [frame for frame in frames if len(frame)]
    return pd.concat(frames, ignore_index=True) if frames else pd.DataFrame()


Key = tuple[str, str, tuple[int, ...]]  # quantity, unit, years


def _quantities(base: Baseline, indicator: str, levels: np.ndarray) -> Iterator[tuple[Key, np.ndarray]]:
    """(quantity, unit, years) and draws [n_paths, years] for the years ahead up to the horizon."""
    ground = base.grounds[indicator]
    end = ground.years.index(base.horizon_year) + 1
    years = ground.years[ground.start + 1 : end]
    if base.outlooks[indicator].draws.anchored:
        yield ("level", LEVEL_UNITS[indicator], years), levels[:, ground.start + 1 : end]
    if indicator != DIGITAL:
        yield ("growth", "percent_per_year", years), growth_of(levels[:, ground.start : end])
    if QUANTITIES[indicator] == "growth_average":
        yield ("growth_average", UNITS[indicator], (base.horizon_year,)), outcome(base, indicator, levels)[:, None]


def _band_rows(scenario: str, indicator: str, key: Key, draws: np.ndarray) -> list[dict[str, Any]]:
    quantity, unit, years = key
    fixed = {"scenario": scenario, "indicator": indicator, "quantity": quantity, "unit": unit}
    ends = np.quantile(draws, _LEVELS, axis=0)
    return [
        {**fixed, "year": year, "low": low, "median": middle, "high": high}
        for year, (low, middle, high) in zip(years, ends.T.tolist(), strict=True)
    ]


def _difference_rows(
    scenario: str, against: str, indicator: str, key: Key, draws: np.ndarray, first: np.ndarray
) -> list[dict[str, Any]]:
    quantity, unit, years = key
    gap = draws - first
    ends = np.quantile(gap, _LEVELS, axis=0)
    same = (gap > 0).mean(axis=0) + 0.5 * (gap == 0).mean(axis=0)
    fixed = {"scenario": scenario, "against": against, "indicator": indicator, "quantity": quantity, "unit": unit}
    return [
        {
            **fixed,
            "year": year,
            **{name: float(value) for name, value in zip(("low", "median", "high"), ends[:, place], strict=True)},
            "chance": float(same[place]),
            "chance_independent": chance_higher(draws[:, place], first[:, place]),
        }
        for place, year in enumerate(years)
    ]


def chance_higher(one: np.ndarray, other: np.ndarray) -> float:
    """P(X > Y) + P(X = Y) / 2 for X and Y drawn independently from the two samples: every pair counts once."""
    ranked = np.sort(other)
    below, upto = np.searchsorted(ranked, one, "left"), np.searchsorted(ranked, one, "right")
    return float((below + upto).sum() / (2.0 * len(one) * len(other)))
