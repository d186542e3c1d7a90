"""Targets under a scenario: verdicts, arrival with its delay, the chance year by year, all three at once, documents side by side."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from itertools import combinations
from typing import Any

import numpy as np
import pandas as pd

from forecast.columns import ENOUGH_YEARS
from forecast.domain import Scenario, Target
from forecast.policy.outlooks.answers import Outlook, assessed
from forecast.policy.outlooks.targets import Assessment, growth_of, reached
from forecast.policy.scenarios.baselines import Baseline, Levels, Wanted, outcome, under_scenario

Dependence = tuple[tuple[str, str, float, int], ...]  # of two indicators: rank correlation, and the years it rests on


def target_table(base: Baseline, scenario: Wanted = "baseline", levels: Levels | None = None) -> pd.DataFrame:
    """One row per target of the headline indicators: chance, verdict, growth required and achieved, arrival and delay in years.

    Arrival and delay are 10 %, 50 % and 90 % quantiles; empty where the target is not reached in the drawn years.
    """
    return target_frame(target_rows(base.scenario(scenario), under_scenario(base, scenario, levels)))


def target_rows(chosen: Scenario, outlooks: Mapping[str, Outlook]) -> list[dict[str, Any]]:
    """The rows of `target_table` for a scenario and the outlooks under it."""
    return [_row(chosen, outlook, held) for outlook in outlooks.values() for held in outlook.assessments]


def target_frame(rows: Sequence[Mapping[str, Any]]) -> pd.DataFrame:
    """Rows of targets as a table, its years whole numbers or empty."""
    table = pd.DataFrame(rows)
    return table.astype({name: "Int64" for name in table if name.startswith(("arrival", "delay"))})


def _row(scenario: Scenario, outlook: Outlook, held: Assessment) -> dict[str, Any]:
    named = {"scenario": scenario.id, "scenario_vi": scenario.name.vi, "scenario_en": scenario.name.en}
    return {**named, "indicator": outlook.study.indicator, **held.row(), "measure": outlook.measure}


def target_years(base: Baseline, scenario: Wanted = "baseline") -> pd.DataFrame:
    """The chance of every open target year by year (growth of the year, or level in the year, at least the value) and for the
    period as a whole (year empty)."""
    rows = [
        row
        for outlook in under_scenario(base, scenario).values()
        for held in outlook.assessments
        if held.state == "open" and held.target.value is not None
        for row in _years_of(outlook, held, held.target.value)
    ]
    columns = ["indicator", "target", "document", "year", "probability"]
    return pd.DataFrame(rows, columns=columns).astype({"year": "Int64"})


def _years_of(outlook: Outlook, held: Assessment, value: float) -> list[dict[str, Any]]:
    target, years = held.target, outlook.years
    fixed = {"indicator": outlook.study.indicator, "target": target.id, "document": target.document}
    rows: list[dict[str, Any]] = []
    for year in range(max(outlook.known_to + 1, years[1]), outlook.horizon_year + 1):
        column = years.index(year)
        pair = outlook.levels[:, column - 1 : column + 1]
        values = pair[:, 1] if target.kind == "level" else growth_of(pair)[:, 0]
        good = values <= value if target.direction == "at_most" else values >= value - 1e-9
        rows.append({**fixed, "year": year, "probability": float(good.mean())})
    return [*rows, {**fixed, "year": None, "probability": held.probability}]


@dataclass(frozen=True)
class Joint:
    """The chance of meeting one target of each indicator together, beside what it would be without dependence and at most.

    `lowest` and `highest` are what any dependence could give (Frechet); `correlations` hold the rank correlation used for
    each pair and the years it was measured on (0 and too few years: taken as independent).
    """

    targets: tuple[str, ...]
    each: tuple[float, ...]
    probability: float
    product: float
    lowest: float
    highest: float
    correlations: Dependence


def joint(base: Baseline, scenario: Wanted = "baseline", targets: Sequence[str] = ()) -> Joint:
    """The chance of meeting all `targets` (default: each indicator's headline target) under a scenario, from joint draws (see `joints`)."""
    return joints(base, [under_scenario(base, scenario)], targets)[0]


def joints(base: Baseline, under: Sequence[Mapping[str, Outlook]], targets: Sequence[str] = ()) -> list[Joint]:
    """For the outlooks under each of some scenarios, the chance of meeting all targets.

    The indicators' draws are paired by a Gaussian copula with the rank correlation of their national yearly changes, where
    at least eight common years are known, else independently; each indicator keeps its own draws (Iman and Conover 1982).
    """
    related = dependence(base)
    orders = pairing(base, related)
    return [_joint(_held(outlooks, targets), outlooks, orders, related) for outlooks in under]


def _joint(held: Sequence[tuple[str, Target]], outlooks: Mapping[str, Outlook], orders: Mapping[str, np.ndarray], related: Dependence) -> Joint:
    met = [np.asarray(reached(target, outlooks[name].levels, outlooks[name].years))[orders[name]] for name, target in held]
    each = tuple(float(paths.mean()) for paths in met)
    together = float(np.all(met, axis=0).mean()) if met else 0.0
    lowest, highest = max(0.0, sum(each) - len(each) + 1.0), min(each, default=0.0)
    names = tuple(target.id for _, target in held)
    return Joint(names, each, together, float(np.prod(each)), lowest, highest, related)


def _held(outlooks: Mapping[str, Outlook], targets: Sequence[str]) -> list[tuple[str, Target]]:
    """The targets asked about by indicator, or each indicator's headline target."""
    held: list[tuple[str, Target]] = []
    for name, outlook in outlooks.items():
        if targets:
            judged = [assessment for assessment in outlook.assessments if assessment.probability is not None]
            held += [(name, assessment.target) for assessment in judged if assessment.target.id in targets]
        elif first := (outlook.before or outlook).headline:
            held.append((name, first.target))
    return held


def dependence(base: Baseline) -> Dependence:
    """Rank correlation of the nation's yearly changes for every pair of indicators, and the years it rests on."""
    changes = {name: _changes(base, outlook) for name, outlook in base.outlooks.items()}
    rows = []
    for first, second in combinations(changes, 2):
        years = sorted(set(changes[first]) & set(changes[second]))
        value = _rank_correlation(changes[first], changes[second], years) if len(years) >= ENOUGH_YEARS else 0.0
        rows.append((first, second, value, len(years)))
    return tuple(rows)


def _changes(base: Baseline, outlook: Outlook) -> dict[int, float]:
    """The nation's yearly changes: published growth rates where the study chains them, else log changes of its levels."""
    key, kind = outlook.study.of_nation(outlook.measure)
    points = base.store.series(key, kind=kind, as_of=base.as_of).points
    values = {point.period.first: point.value for point in points}
    if kind == "growth":
        return values
    return {year: float(np.log(values[year] / values[year - 1])) for year in values if year - 1 in values}


def _rank_correlation(first: Mapping[int, float], second: Mapping[int, float], years: Sequence[int]) -> float:
    ranks = [pd.Series([values[year] for year in years]).rank() for values in (first, second)]
    return float(ranks[0].corr(ranks[1]))


def pairing(base: Baseline, related: Dependence) -> dict[str, np.ndarray]:
    """For each indicator the order of its draws in the joint draws: a permutation of [n_paths]."""
    names = list(base.grounds)
    normal = np.eye(len(names))
    for first, second, value, _ in related:
        row, column = names.index(first), names.index(second)
        normal[row, column] = normal[column, row] = 2.0 * np.sin(np.pi * value / 6.0)
    random = np.random.default_rng(base.question.seed + 5003)
    scores = random.multivariate_normal(np.zeros(len(names)), normal, len(base.any.levels), method="eigh")
    orders = {}
    for column, name in enumerate(names):
        order = np.argsort(outcome(base, name, base.grounds[name].levels), kind="stable")
        orders[name] = order[np.argsort(np.argsort(scores[:, column], kind="stable"), kind="stable")]
    return orders


def documents(base: Baseline) -> pd.DataFrame:
    """Every document's target for the headline indicators side by side: territories, periods and values as they are, conflicts
    kept, with this territory's chance where its draws cover the period (whatever territory the document speaks of)."""
    plain = base.scenario("baseline")
    rows = [_row(plain, outlook, held) for outlook in base.outlooks.values() for held in _every(base, outlook)]
    table = pd.DataFrame(rows).sort_values(["last", "territory", "value"])
    table = table.sort_values("indicator", key=lambda names: names.map(list(base.outlooks).index), kind="stable", ignore_index=True)
    groups = table[table["value"].notna()].groupby(["indicator", "last"])["value"]
    clash = {key: values.nunique() > 1 for key, values in groups}
    table["conflict"] = [clash.get((row["indicator"], row["last"]), False) for row in table.to_dict("records")]
    return table


def _every(base: Baseline, outlook: Outlook) -> list[Assessment]:
    """Every target of the outlook's indicator known on its day, assessed: as in the outlook, else as another territory's."""
    held = {assessment.target.id: assessment for assessment in outlook.assessments}
    issued = [target for target in base.store.targets if target.issued[:10] <= outlook.as_of.isoformat()]
    return [
        held.get(target.id) or assessed(outlook, target, "other_territory")
        for target in issued
        if target.indicator == outlook.study.target_indicator
    ]
