"""What a page needs to try pushes out by itself: draws, levers, presets, and what it would take; recorded by every current run.

A page holds the draws of the years it needs and repeats `policy.identities` on them, so that it answers without a kernel.
"""

from __future__ import annotations

from dataclasses import asdict
from itertools import chain
from typing import Any

import numpy as np
import pandas as pd

from forecast.columns import TABLES
from forecast.evidence import Evidence
from forecast.models.provincial.national import NATION
from forecast.policy.outlooks.outlook import Outlook
from forecast.policy.scenarios.baseline import Baseline
from forecast.policy.scenarios.solutions import lever_table, solutions, solutions_table

PRESETS = ("cautious", "baseline", "ambitious")
CHANCES = (0.5, 0.8, 0.9)  # what it would take is solved for each
MOST_PATHS = 2000  # what a page can hold; a run of more paths is shown with its first ones


def tryout_tables(found: Outlook, store: Evidence) -> dict[str, pd.DataFrame]:
    """The tables `paths`, `levers`, `presets` and `solutions`; none under a scenario, for the nation, or looking back."""
    if not able(found):
        return {}
    base = alone(found, store)
    mine = lever_table(base)
    mine = mine[(mine["indicator"] == found.study.indicator) & (mine["control"] != "link")]
    return {
        "paths": paths_table(found),
        "levers": mine.reset_index(drop=True),
        "presets": presets_table(base),
        "solutions": solutions_table(chain.from_iterable(solutions(base, chance) for chance in CHANCES)).reindex(columns=TABLES["solutions"]),
    }


def able(found: Outlook) -> bool:
    """Whether pushes can be tried on this outlook: a current baseline of a territory of the province."""
    return found.chosen is None and found.territory != NATION and found.as_of >= found.newest


def alone(found: Outlook, store: Evidence) -> Baseline:
    """The outlook as a baseline of one indicator, for the levers and solutions that need no other."""
    return Baseline(store, found.territory, found.measure, found.horizon_year, {found.study.indicator: found}, {})


def years_needed(found: Outlook) -> tuple[int, ...]:
    """The last year no push moves to the horizon, and the base years of the open targets."""
    needed = set(range(found.known_to, found.horizon_year + 1))
    for item in found.assessments:
        aim = item.target
        if item.state == "open" and item.probability is not None and aim.last <= found.horizon_year:
            needed |= {"level": {aim.last}, "growth_average": {aim.first - 1, aim.last}}.get(
                aim.kind, set(range(aim.first - 1, aim.last + 1))
            )
    return tuple(sorted(needed & set(found.years)))


def paths_table(found: Outlook) -> pd.DataFrame:
    """Levels of every draw: one row per path, one column y<year> per needed year, as float32 (7 digits) holds them."""
    years = years_needed(found)
    levels = found.levels[:MOST_PATHS, [found.years.index(year) for year in years]].astype(np.float32)
    table = pd.DataFrame({f"y{year}": levels[:, place] for place, year in enumerate(years)})
    table.insert(0, "path", range(len(levels)))
    return table


def presets_table(base: Baseline) -> pd.DataFrame:
    """The pushes of the presets on this indicator: one row per scenario, lever and span of years (none for the baseline)."""
    indicator, rows = base.any.study.indicator, []
    for name in PRESETS:
        chosen = base.scenario(name)
        said = {"scenario": chosen.id, "version": chosen.version, "name_vi": chosen.name.vi, "name_en": chosen.name.en}
        mine = [item for item in chosen.pushes if base.store.scenario_levers[item.lever].indicator == indicator]
        spans = [(item.lever, *span) for item in mine for span in item.spans]
        for lever, first, last, value in spans or [("", None, None, None)]:
            rows.append({**said, "lever": lever, "first": first, "last": last, "value": value})
    return pd.DataFrame(rows, columns=TABLES["presets"]).astype({"first": "Int64", "last": "Int64"})


def tryout_facts(found: Outlook, store: Evidence) -> dict[str, Any] | None:
    """The numbers of the identities beside the draws: elasticities, how a digital share divides, the years pushes move."""
    if not able(found):
        return None
    ground = alone(found, store).grounds[found.study.indicator]
    first = max(found.known_to + 1, found.as_of.year)
    kept = {"first": first, "last": found.horizon_year, "known_to": found.known_to, "anchored": found.draws.anchored}
    kept |= {"elasticity": ground.elasticity, "ict_effect": ground.ict_effect}
    return kept | {"split": asdict(ground.split)}
