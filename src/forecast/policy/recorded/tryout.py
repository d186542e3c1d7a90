"""What a page needs to try pushes out by itself: draws, levers, presets, and what it would take; recorded by every current run.

A page holds the draws of the years it needs and repeats `policy.identities` on them, so that it answers without a kernel.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import asdict
from itertools import chain
from typing import Any

import numpy as np
import pandas as pd

from forecast.columns import TABLES
from forecast.evidence import Evidence
from forecast.headline import NATION
from forecast.policy.outlooks.answers import Outlook
from forecast.policy.scenarios.baselines import Baseline
from forecast.policy.scenarios.listings import lever_table, solutions, solutions_table

PRESETS = ("cautious", "baseline", "ambitious")
CHANCES = (0.5, 0.8, 0.9)  # what it would take is solved for each
MOST_PATHS = 2000  # what a page can hold; a run of more paths is shown with its first ones


def tryout_tables(outlook: Outlook, store: Evidence) -> dict[str, pd.DataFrame]:
    """The tables of `MAKERS` by name; none under a scenario, for the nation, or looking back."""
    return {name: make(outlook, store) for name, make in MAKERS.items()} if able(outlook) else {}


def able(outlook: Outlook) -> bool:
    """Whether pushes can be tried on this outlook: a current baseline of a territory of the province."""
    return outlook.chosen is None and outlook.territory != NATION and outlook.as_of >= outlook.newest


def alone(outlook: Outlook, store: Evidence) -> Baseline:
    """The outlook as a baseline of one indicator, for the levers and solutions that need no other."""
    return Baseline(outlook.question, store, {outlook.study.indicator: outlook}, {})


def years_needed(outlook: Outlook) -> tuple[int, ...]:
    """The last year no push moves to the horizon, and the base years of the open targets."""
    needed = set(range(outlook.known_to, outlook.horizon_year + 1))
    for held in outlook.assessments:
        target, start = held.target, held.target.first - 1
        if held.state == "open" and held.probability is not None and target.last <= outlook.horizon_year:
            ends = {"level": {target.last}, "growth_average": {start, target.last}}
            needed |= ends.get(target.kind, set(range(start, target.last + 1)))
    return tuple(sorted(needed & set(outlook.years)))


def paths_table(outlook: Outlook, _store: Evidence) -> pd.DataFrame:
    """Levels of every draw: one row per path, one column y<year> per needed year, as float32 (7 digits) holds them."""
    years = years_needed(outlook)
    levels = outlook.levels[:MOST_PATHS, [outlook.years.index(year) for year in years]].astype(np.float32)
    table = pd.DataFrame({f"y{year}": levels[:, column] for column, year in enumerate(years)})
    table.insert(0, "path", range(len(levels)))
    return table


def levers_table(outlook: Outlook, store: Evidence) -> pd.DataFrame:
    """The levers of this indicator with range and record, one row each."""
    levers = lever_table(alone(outlook, store))
    mine = levers[(levers["indicator"] == outlook.study.indicator) & (levers["control"] != "link")]
    return mine.reset_index(drop=True)


def presets_table(outlook: Outlook, store: Evidence) -> pd.DataFrame:
    """The pushes of the presets on this indicator: one row per scenario, lever and span of years (none for the baseline)."""
    base, rows = alone(outlook, store), []
    for name in PRESETS:
        chosen = base.scenario(name)
        named = {"scenario": chosen.id, "version": chosen.version, "name_vi": chosen.name.vi, "name_en": chosen.name.en}
        mine = [push for push in chosen.pushes if store.scenario_levers[push.lever].indicator == outlook.study.indicator]
        spans: list[tuple[Any, ...]] = [(push.lever, *span) for push in mine for span in push.spans]
        for lever, first, last, value in spans or [("", None, None, None)]:
            rows.append({**named, "lever": lever, "first": first, "last": last, "value": value})
    return pd.DataFrame(rows, columns=TABLES["presets"]).astype({"first": "Int64", "last": "Int64"})


def what_it_takes_table(outlook: Outlook, store: Evidence) -> pd.DataFrame:
    """The least-effort mix for every open target and each of the chances, one row per solution and lever."""
    base = alone(outlook, store)
    solved = chain.from_iterable(solutions(base, chance) for chance in CHANCES)
    return solutions_table(solved).reindex(columns=TABLES["solutions"])


MAKERS: dict[str, Callable[[Outlook, Evidence], pd.DataFrame]] = {
    "paths": paths_table,
    "levers": levers_table,
    "presets": presets_table,
    "solutions": what_it_takes_table,
}


def tryout_facts(outlook: Outlook, store: Evidence) -> dict[str, Any] | None:
    """The numbers of the identities beside the draws: elasticities, how a digital share divides, the years pushes move."""
    if not able(outlook):
        return None
    ground = alone(outlook, store).grounds[outlook.study.indicator]
    first = max(outlook.known_to + 1, outlook.as_of.year)
    kept: dict[str, Any] = {"first": first, "last": outlook.horizon_year, "known_to": outlook.known_to, "anchored": outlook.draws.anchored}
    kept |= {"elasticity": ground.elasticity, "ict_effect": ground.ict_effect}
    return kept | {"split": asdict(ground.split)}
