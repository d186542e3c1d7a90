"""Why an answer changed between two days: the model, revised figures, new figures, territory, scenario; parts that sum to the total.

The parts are taken one after another in that order (each from where the last one ended), so they sum exactly; another order
would divide the same total a little differently.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from itertools import pairwise
from typing import Any

import numpy as np
import pandas as pd

from forecast.domain import Observation
from forecast.evidence import Evidence
from forecast.headline import studies
from forecast.policy.outlooks.targets import average_growth, reached
from forecast.policy.scenarios import codes
from forecast.policy.scenarios.baselines import simulate
from forecast.policy.scenarios.codes import Asked

PARTS = ("model", "revised", "new", "territory", "scenario")
Outcomes = dict[str, tuple[float, float | None]]  # by indicator: median outcome, chance of the target first asked about


def waterfall(
    old: Evidence,
    now: Evidence,
    asked: Asked,
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
    revised = replace(now, observations=revised_figures(old, now), targets=old.targets)
    later = {**asked, "as_of": today}
    moved = {**later, "territory": territory or asked["territory"]}
    steps = [
        (figures, asked),
        (revised, later),
        (now, later),
        (now, moved),
        (now, {**moved, "scenario": newest}),
    ]
    first = {name: (numbers["outcome"], numbers["probability"]) for name, numbers in saved.items()}
    states = [first, *(_outcomes(store, question, saved) for store, question in steps)]
    answered = [name for name in saved if all(name in state for state in states)]
    units = {name: study.judged_unit for name, study in studies(now).items()}
    rows = [row for name in answered for row in _rows(name, units[name], states)]
    return pd.DataFrame(rows, columns=["indicator", "quantity", "unit", "part", "start", "end", "change"])


def _rows(name: str, unit: str, states: list[Outcomes]) -> list[dict[str, Any]]:
    rows = []
    outcomes, chances = zip(*(state[name] for state in states), strict=True)
    for quantity, values, in_unit in (("outcome", outcomes, unit), ("probability", chances, "ratio")):
        if any(value is None for value in values):
            continue
        for part, (start, end) in zip(PARTS, pairwise(map(float, values)), strict=True):
            fixed = {"indicator": name, "quantity": quantity, "unit": in_unit, "part": part}
            rows.append({**fixed, "start": start, "end": end, "change": end - start})
    return rows


def _newest(now: Evidence, asked: Asked) -> Any:
    """The newest version of the question's scenario, or the scenario as it was where no file of that id is left."""
    newest = now.scenarios.get(asked["scenario"]["id"])
    return codes.form_of(newest, now) if newest else asked["scenario"]


def revised_figures(old: Evidence, now: Evidence) -> tuple[Observation, ...]:
    """Today's rows on what was already known of then (same key, period and kind): revisions without new figures."""
    before = {(figure.key, figure.period, figure.kind) for figure in old.observations}
    return tuple(figure for figure in now.observations if (figure.key, figure.period, figure.kind) in before)


def _outcomes(store: Evidence, question: Asked, saved: Mapping[str, Any]) -> Outcomes:
    """Outcome and chance by indicator, measured as when they were saved: same first year of growth, same target."""
    base, scenario = codes.ask(store, question)
    targets = {target.id: target for target in store.targets}
    measured: Outcomes = {}
    for name, draws in simulate(base, scenario).items():
        if name not in saved:
            continue
        years, last = base.grounds[name].years, base.horizon_year
        target, first = targets.get(saved[name]["target"]), saved[name]["known_to"] + 1
        grows = base.study(name).judged == "growth_average"
        values = average_growth(draws, years, first, last) if grows else draws[:, years.index(last)]
        met = reached(target, draws, years) if target else None
        measured[name] = (float(np.median(values)), None if met is None else float(met.mean()))
    return measured
