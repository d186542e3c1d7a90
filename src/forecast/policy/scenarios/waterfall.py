"""Why an answer changed between two days: the model, revised figures, new figures, territory, scenario; parts that sum to the total.

The parts are taken one after another in that order (each from where the last one ended), so they sum exactly; another order
would divide the same total a little differently.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from typing import Any

import numpy as np
import pandas as pd

from forecast.domain import Observation
from forecast.evidence import Evidence
from forecast.policy.outlooks.targets import average_growth, reached
from forecast.policy.scenarios import codes
from forecast.policy.scenarios.baseline import PRODUCTIVITY, UNITS, simulate
from forecast.policy.scenarios.codes import Question

PARTS = ("model", "revised", "new", "territory", "scenario")
Answer = dict[
    str, tuple[float, float | None]
]  # by indicator: outcome (median) and chance of the target first asked about


def waterfall(
    old: Evidence,
    now: Evidence,
    asked: Question,
    saved: Mapping[str, Any],
    *,
    territory: str = "",
    scenario: Any = None,
) -> pd.DataFrame:
    """The change from the `saved` numbers to today's answer, part by part, one row per indicator, quantity and part.

    `old`: the evidence the numbers were made from; `now`: today's, its registers and assumptions counted with the model.
    `territory`, `scenario`: what is asked now where it differs (default: as saved; the scenario's newest version of the same
    id). Columns: indicator, quantity (outcome, probability), unit, part, start, end, change. Indicators without an answer on
    every step are left out. Raises what asking raises, such as a scenario that does not fit the territory.
    """
    newest = scenario if scenario is not None else _newest(now, asked)
    today = now.last_vintage.isoformat()
    figures = replace(now, observations=old.observations, corrections=old.corrections, targets=old.targets)
    revised = replace(now, observations=_revised(old, now), targets=old.targets)
    later = {**asked, "as_of": today}
    moved = {**later, "territory": territory or asked["territory"]}
    steps = [
        (figures, asked),
        (revised, later),
        (now, later),
        (now, moved),
        (now, {**moved, "scenario": newest}),
    ]
    states = [_saved(saved), *(_answer(store, question, saved) for store, question in steps)]
    rows = [row for name in saved if all(name in state for state in states) for row in _rows(name, states)]
    return pd.DataFrame(rows, columns=["indicator", "quantity", "unit", "part", "start", "end", "change"])


def _rows(name: str, states: list[Answer]) -> list[dict[str, Any]]:
    rows = []
    for place, (quantity, unit) in enumerate((("outcome", UNITS[name]), ("probability", "ratio"))):
        values = [state[name][place] for state in states]
        if any(value is None for value in values):
            continue
        for number, part in enumerate(PARTS):
            start, end = float(values[number] or 0.0), float(values[number + 1] or 0.0)
            fixed = {"indicator": name, "quantity": quantity, "unit": unit, "part": part}
            rows.append({**fixed, "start": start, "end": end, "change": end - start})
    return rows


def _newest(now: Evidence, asked: Question) -> Any:
    """The newest version of the question's scenario, or the scenario as it was where no file of that id is left."""
    found = now.scenarios.get(asked["scenario"]["id"])
    return codes.form_of(found, now) if found else asked["scenario"]


def _revised(old: Evidence, now: Evidence) -> tuple[Observation, ...]:
    """Today's rows on what was already known of then (same key, period and kind): revisions without new figures."""
    known = {(item.key, item.period, item.kind) for item in old.observations}
    return tuple(item for item in now.observations if (item.key, item.period, item.kind) in known)


def _saved(saved: Mapping[str, Any]) -> Answer:
    return {name: (item["outcome"], item["probability"]) for name, item in saved.items()}


def _answer(store: Evidence, question: Question, saved: Mapping[str, Any]) -> Answer:
    """Outcome and chance by indicator, measured as when they were saved: same first year of growth, same target."""
    base, scenario = codes.ask(store, question)
    levels = simulate(base, scenario)
    aims = {item.id: item for item in store.targets}
    found = {}
    for name, draws in levels.items():
        if name not in saved:
            continue
        years, last = base.grounds[name].years, base.horizon_year
        aim, first = aims.get(saved[name]["target"]), saved[name]["known_to"] + 1
        grows = name == PRODUCTIVITY
        values = average_growth(draws, years, first, last) if grows else draws[:, years.index(last)]
        met = reached(aim, draws, years) if aim else None
        found[name] = (float(np.median(values)), None if met is None else float(met.mean()))
    return found
