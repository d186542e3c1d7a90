"""Solutions and levers as plain tables, the way a run records them."""

from __future__ import annotations

import json
from collections.abc import Iterable
from typing import Any

import pandas as pd

from forecast.domain import Scenario
from forecast.policy.scenarios.baselines import Baseline
from forecast.policy.scenarios.experience import catalogue
from forecast.policy.scenarios.solver import Solution, solve


def solutions(base: Baseline, chance: float, scenario: str | Scenario = "baseline") -> list[Solution]:
    """The least-effort mix for every open target with a value; targets that ask for the same are solved once."""
    solved = {}
    for name, outlook in base.outlooks.items():
        for held in outlook.assessments:
            target = held.target
            asked = (name, target.kind, target.value, target.first, target.last)
            if held.state == "open" and held.probability is not None and asked not in solved:
                solved[asked] = solve(base, target.id, chance, scenario=scenario)
    return list(solved.values())


def solutions_table(solved: Iterable[Solution]) -> pd.DataFrame:
    """One row per solution and lever: what is pushed, what it reaches, and whether it has happened before."""
    rows: list[dict[str, Any]] = []
    for solution in solved:
        shared = "target document indicator chance before reached possible effort".split()
        fixed = {name: getattr(solution, name) for name in shared}
        for lever, push in solution.pushes.items():
            past = solution.experience[lever]
            judged = {"experience": past["colour"], **{name: past[name] for name in ("reach", "extreme", "extreme_year")}}
            rows.append({**fixed, "lever": lever, "push": push, "first": solution.first, "last": solution.last, **judged})
    return pd.DataFrame(rows)


def lever_table(base: Baseline) -> pd.DataFrame:
    """Every lever with range, baseline part and record, one row each; lists as JSON text."""
    rows = []
    for lever in catalogue(base):
        record = lever.pop("record").items()
        plain = {f"record_{name}": json.dumps(value) if isinstance(value, list) else value for name, value in record}
        rows.append({**lever, **plain})
    return pd.DataFrame(rows)
