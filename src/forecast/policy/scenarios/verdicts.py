"""Targets under a scenario: verdicts, arrival with its delay, the chance year by year, all three at once, documents side by side."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
import pandas as pd

from forecast.domain import Key, Scenario, Target
from forecast.evidence import Evidence
from forecast.models.provincial.national import NATION
from forecast.policy.outlooks.outlook import Outlook
from forecast.policy.outlooks.targets import Assessment, assess, growth_of, reached
from forecast.policy.scenarios.baseline import (
    DIGITAL,
    ECOMMERCE,
    PRODUCTIVITY,
    Baseline,
    Levels,
    outcome,
    under_scenario,
)

ENOUGH = 8  # years of national record under which no dependence is measured
_TARGETS = {PRODUCTIVITY: "labour_productivity_growth", DIGITAL: "digital_economy_share", ECOMMERCE: "ecommerce_growth"}


def target_table(
    base: Baseline, scenario: str | Mapping[str, Any] | Scenario = "baseline", levels: Levels | None = None
) -> pd.DataFrame:
    """One row per target of the three indicators: chance, verdict, growth required and achieved, arrival and delay in years.

    Arrival and delay are 10 %, 50 % and 90 % quantiles; empty where the target is not reached in the drawn years.
    """
    return target_frame(target_rows(base, base.scenario(scenario), levels))


def target_rows(base: Baseline, chosen: Scenario, levels: Levels | None = None) -> list[dict[str, Any]]:
    """The rows of `target_table`; `levels` where the scenario was simulated already."""
    found = under_scenario(base, chosen, levels)
    return [_row(base, chosen, name, item) for name, outlook in found.items() for item in outlook.assessments]


def target_frame(rows: Sequence[Mapping[str, Any]]) -> pd.DataFrame:
    """Rows of targets as a table, its years whole numbers or empty."""
    table = pd.DataFrame(rows)
    return table.astype({name: "Int64" for name in table if name.startswith(("arrival", "delay"))})


def _row(base: Baseline, scenario: Scenario, indicator: str, item: Assessment) -> dict[str, Any]:
    target = item.target
    late = [None if year is None else year - target.last for year in item.arrival]
    return {
        **{"scenario": scenario.id, "scenario_vi": scenario.name.vi, "scenario_en": scenario.name.en},
        **{"indicator": indicator, "target": target.id, "document": target.document},
        **{"name_vi": target.name.vi, "name_en": target.name.en, "territory": target.territory},
        **{"applies": item.applies, "kind": target.kind, "direction": target.direction},
        **{"value": target.value, "value_high": target.value_high, "unit": target.unit},
        **{"first": target.first, "last": target.last, "state": item.state},
        **{"probability": item.probability, "verdict": item.verdict, "measure": base.outlooks[indicator].measure},
        **{"required": item.required, "achieved": item.achieved, "required_unit": item.required_unit},
        **dict(zip(("arrival_early", "arrival_median", "arrival_late"), item.arrival, strict=True)),
        **dict(zip(("delay_early", "delay_median", "delay_late"), late, strict=True)),
        "note_vi": item.note.vi,
        "note_en": item.note.en,
        "source": target.source,
    }


def target_years(base: Baseline, scenario: str | Mapping[str, Any] | Scenario = "baseline") -> pd.DataFrame:
    """The chance of every open target year by year (growth of the year, or level in the year, at least the value) and for the
    period as a whole (year empty)."""
    rows: list[dict[str, Any]] = []
    for name, found in under_scenario(base, scenario).items():
        for item in found.assessments:
            if item.state == "open" and item.target.value is not None:
                rows += _years_of(found, name, item)
    return pd.DataFrame(rows, columns=["indicator", "target", "document", "year", "probability"]).astype(
        {"year": "Int64"}
    )


def _years_of(found: Outlook, indicator: str, item: Assessment) -> list[dict[str, Any]]:
    target, years = item.target, found.years
    fixed = {"indicator": indicator, "target": target.id, "document": target.document}
    rows = []
    for year in range(max(found.known_to + 1, years[1]), found.horizon_year + 1):
        column = years.index(year)
        level = target.kind == "level"
        values = found.levels[:, column] if level else growth_of(found.levels[:, column - 1 : column + 1])[:, 0]
        good = values <= target.value if target.direction == "at_most" else values >= target.value - 1e-9
        rows.append({**fixed, "year": year, "probability": float(good.mean())})
    return [*rows, {**fixed, "year": None, "probability": item.probability}]


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
    correlations: tuple[tuple[str, str, float, int], ...]


def joint(
    base: Baseline, scenario: str | Mapping[str, Any] | Scenario = "baseline", targets: Sequence[str] = ()
) -> Joint:
    """The chance of meeting all `targets` (default: each indicator's headline target) from joint draws.

    The indicators' draws are paired by a Gaussian copula with the rank correlation of their national yearly changes, where
    at least eight common years are known, else independently; each indicator keeps its own draws (Iman and Conover 1982).
    """
    found = under_scenario(base, scenario)
    aims = _aims(found, targets)
    orders = pairing(base)
    met = {name: reached(aim, found[name].levels, found[name].years) for name, aim in aims}
    held = [np.asarray(met[name])[orders[name]] for name, _ in aims]
    each = tuple(float(item.mean()) for item in held)
    together = float(np.all(held, axis=0).mean()) if held else 0.0
    lowest, highest = max(0.0, sum(each) - len(each) + 1.0), min(each, default=0.0)
    names = tuple(aim.id for _, aim in aims)
    return Joint(names, each, together, float(np.prod(each)), lowest, highest, dependence(base))


def _aims(found: Mapping[str, Outlook], targets: Sequence[str]) -> list[tuple[str, Target]]:
    aims = []
    for name, item in found.items():
        listed = [a.target for a in item.assessments if a.probability is not None and a.target.id in targets]
        head = item.before.headline if item.before else item.headline
        aims += [(name, one) for one in listed] if targets else [(name, head.target)] if head else []
    return aims


def dependence(base: Baseline) -> tuple[tuple[str, str, float, int], ...]:
    """Rank correlation of the nation's yearly changes for every pair of indicators, and the years it rests on."""
    changes = {name: _changes(base.store, name, base) for name in base.grounds}
    rows = []
    names = list(changes)
    for place, one in enumerate(names):
        for other in names[place + 1 :]:
            years = sorted(set(changes[one]) & set(changes[other]))
            value = _rank_correlation(changes[one], changes[other], years) if len(years) >= ENOUGH else 0.0
            rows.append((one, other, value, len(years)))
    return tuple(rows)


def _changes(store: Evidence, indicator: str, base: Baseline) -> dict[int, float]:
    if indicator == PRODUCTIVITY:
        key = Key("labour_productivity_growth", "nso", NATION)
        return {p.period.first: p.value for p in store.series(key, kind="growth", as_of=base.any.as_of).points}
    series, measure = ("ecommerce_b2c_usd", "moit") if indicator == ECOMMERCE else (DIGITAL, base.measure)
    points = store.series(Key(series, measure, NATION), as_of=base.any.as_of).points
    levels = {p.period.first: p.value for p in points}
    return {year: float(np.log(levels[year] / levels[year - 1])) for year in levels if year - 1 in levels}


def _rank_correlation(one: Mapping[int, float], other: Mapping[int, float], years: Sequence[int]) -> float:
    ranks = [pd.Series([values[year] for year in years]).rank() for values in (one, other)]
    return float(ranks[0].corr(ranks[1]))


def pairing(base: Baseline) -> dict[str, np.ndarray]:
    """For each indicator the order of its draws in the joint draws: a permutation of [n_paths]."""
    names = list(base.grounds)
    normal = np.eye(len(names))
    for one, other, value, _ in dependence(base):
        row, column = names.index(one), names.index(other)
        normal[row, column] = normal[column, row] = 2.0 * np.sin(np.pi * value / 6.0)
    count, seed = len(base.any.levels), base.any.seed
    scores = np.random.default_rng(seed + 5003).multivariate_normal(np.zeros(len(names)), normal, count, method="eigh")
    found = {}
    for place, name in enumerate(names):
        order = np.argsort(outcome(base, name, base.grounds[name].levels), kind="stable")
        found[name] = order[np.argsort(np.argsort(scores[:, place], kind="stable"), kind="stable")]
    return found


def documents(base: Baseline) -> pd.DataFrame:
    """Every document's target for the three indicators side by side: territories, periods and values as they are, conflicts
    kept, with this territory's chance where its draws cover the period (whatever territory the document speaks of)."""
    rows, plain = [], base.scenario("baseline")
    for name, found in base.outlooks.items():
        held = {item.target.id: item for item in found.assessments}
        for target in base.store.targets:
            if target.indicator == _TARGETS[name] and target.issued[:10] <= found.as_of.isoformat():
                item = held.get(target.id) or assess(
                    target, found.levels, found.years, known_to=found.known_to, as_of=found.as_of,
                    applies="other_territory", published=(),
                )  # fmt: skip
                rows.append(_row(base, plain, name, item))
    table = pd.DataFrame(rows).sort_values(["last", "territory", "value"])
    table = table.sort_values("indicator", key=lambda names: names.map(list(base.outlooks).index), kind="stable", ignore_index=True)
    groups = table[table["value"].notna()].groupby(["indicator", "last"])["value"]
    clash = {key: values.nunique() > 1 for key, values in groups}
    table["conflict"] = [clash.get((row["indicator"], row["last"]), False) for row in table.to_dict("records")]
    return table
