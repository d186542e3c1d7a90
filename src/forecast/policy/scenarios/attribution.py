"""What each lever of a scenario contributes, whatever the order: Shapley values on the draws."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace
from math import factorial
from typing import Any

import numpy as np
import pandas as pd

from forecast.domain import Push, Scenario
from forecast.errors import RefusedError
from forecast.headline import DIGITAL, PRODUCTIVITY
from forecast.policy.levers import pushes
from forecast.policy.scenarios.baselines import Baseline, Wanted, digital_change, outcomes

MOST = 11  # players: 2^11 coalitions
PATH = "path"  # the one player of a scenario that meets targets exactly


def shapley(values: Mapping[int, np.ndarray], players: int) -> np.ndarray:
    """Shapley values [players, ...] of a game given for every coalition (bit i set: player i is in), exactly.

    phi_i = sum over coalitions S without i of |S|! (k - |S| - 1)! / k! x (v(S + i) - v(S)); they sum to v(all) - v(none)
    whatever the order of the players (Shapley 1953).
    """
    shares = np.zeros((players, *np.shape(values[0])))
    for coalition in range(1 << players):
        size = coalition.bit_count()
        for player in range(players):
            if not coalition >> player & 1:
                weight = factorial(size) * factorial(players - size - 1) / factorial(players)
                shares[player] += weight * (values[coalition | 1 << player] - values[coalition])
    return shares


def contributions(base: Baseline, scenario: Wanted, *, statistic: str = "median") -> pd.DataFrame:
    """How much each lever adds to an indicator's outcome by year, against the baseline; rows of a year sum to the difference.

    Outcome: median (or mean) of average growth since the last known year for productivity, of the level for the others.
    Columns: indicator, quantity, unit, year, lever, territory, rating, contribution, baseline, scenario (both outcomes).
    """
    chosen = base.scenario(scenario)
    rows = [row for name in base.grounds for row in _rows(base, chosen, name, statistic)]
    columns = "indicator quantity unit year lever territory rating contribution baseline scenario".split()
    return pd.DataFrame(rows, columns=columns)


def _rows(base: Baseline, chosen: Scenario, indicator: str, statistic: str) -> list[dict[str, Any]]:
    players = players_of(base, chosen, indicator)
    if not players:
        return []
    ground = base.grounds[indicator]
    years = [year for year in ground.ahead if year <= base.horizon_year]
    statistics: dict[str, Callable[..., np.ndarray]] = {"median": np.median, "mean": np.mean}
    values = {}
    for coalition in range(1 << len(players)):
        members = [player for bit, player in enumerate(players) if coalition >> bit & 1]
        levels = levels_with(base, chosen, indicator, members)
        values[coalition] = statistics[statistic](outcomes(base, indicator, levels, years), axis=1)
    shares, together = shapley(values, len(players)), values[(1 << len(players)) - 1]
    fixed = {"indicator": indicator, "quantity": ground.study.judged, "unit": ground.study.judged_unit}
    return [
        {
            **fixed,
            "year": year,
            "lever": PATH if player is None else player.lever,
            "territory": "" if player is None else player.territory,
            "rating": "" if player is None else player.rating,
            "contribution": float(shares[row, column]),
            "baseline": float(values[0][column]),
            "scenario": float(together[column]),
        }
        for row, player in enumerate(players)
        for column, year in enumerate(years)
    ]


def players_of(base: Baseline, chosen: Scenario, indicator: str) -> list[Push | None]:
    """The pushes that can move an indicator (those on the digital share too where the link is on); None is a path."""
    if pushes.path_targets(base.grounds[indicator], chosen):
        return [None]
    moved_by = {indicator, DIGITAL} if indicator == PRODUCTIVITY and pushes.link_on(chosen) else {indicator}
    players = [push for push in chosen.pushes if base.store.scenario_levers[push.lever].indicator in moved_by]
    if len(players) > MOST:
        raise RefusedError(
            f"{chosen.id}: {len(players)} giả định cho một chỉ tiêu, phân rã chính xác được tối đa {MOST}.",
            f"{chosen.id}: {len(players)} assumptions for one indicator, at most {MOST} can be divided exactly.",
        )
    return list(players)


def levels_with(base: Baseline, chosen: Scenario, indicator: str, members: Sequence[Push | None]) -> np.ndarray:
    """Levels of one indicator with only `members` of the scenario in force."""
    given = tuple(push for push in members if push is not None)
    part = replace(chosen, pushes=given, path=chosen.path if None in members else ())
    levers, change = base.store.scenario_levers, None
    if indicator == PRODUCTIVITY and DIGITAL in base.grounds and pushes.link_on(part):
        change = digital_change(base, pushes.applied(base.grounds[DIGITAL], part, levers))
    return pushes.applied(base.grounds[indicator], part, levers, change)
