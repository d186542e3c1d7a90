"""Solutions and levers as plain tables, the way a run records them."""

from __future__ import annotations

import json
from collections.abc import Iterable
from typing import Any

import pandas as pd

from forecast.domain import Scenario
from forecast.policy.scenarios.baseline import Baseline
from forecast.policy.scenarios.experience import catalogue
from forecast.policy.scenarios.solver import Solution, solve


def solutions(base: Baseline, chance: float, scenario: str | Scenario = "baseline") -> list[Solution]:
    """The least-effort mix for every open target with a value; targets that ask for the same are solved once."""
    found, seen = [], set()
    for name, item in base.outlooks.items():
        for held in item.assessments:
            target = held.target
            place = (name, target.kind, target.value, target.first, target.last)
            if held.state == "open" and held.probability is not None and place not in seen:
                seen.add(place)
                found.append(solve(base, target.id, chance, scenario=scenario))
    return found


def solutions_table(found: Iterable[Solution]) -> pd.DataFrame:
    """One row per solution and lever: what is pushed, what it reaches, and whether it has happened before."""
    rows: list[dict[str, Any]] = []
    for item in found:
        fixed = {
            **{"target": item.target, "document": item.document, "indicator": item.indicator, "chance": item.chance},
            **{"before": item.before, "reached": item.reached, "possible": item.possible, "effort": item.effort},
        }
        for lever, push in item.pushes.items():
            said = item.experience[lever]
            known = {"experience": said["colour"], "reach": said["reach"], "extreme": said["extreme"], "extreme_year": said["extreme_year"]}
            rows.append({**fixed, "lever": lever, "push": push, "first": item.first, "last": item.last, **known})
    return pd.DataFrame(rows)


def lever_table(base: Baseline) -> pd.DataFrame:
    """Every lever with range, baseline part and record, one row each; lists as JSON text."""
    rows = []
    for item in catalogue(base):
        record = item.pop("record")
        flat = {f"record_{name}": _plain(value) for name, value in record.items()}
        rows.append({**item, **flat})
    return pd.DataFrame(rows)


def arithmetic(base: Baseline) -> dict[str, Any]:
    """The constants of the identities by indicator, in types JSON knows: with the stored draws of an indicator and `catalogue`,
    all that a page needs to repeat `identities` to the printed digit (pushes move the years after `known_to` only)."""
    found = {}
    for name, ground in base.grounds.items():
        split = {"core": ground.split.core, "sectors": dict(ground.split.sectors), "weights": ground.split.weights}
        constants = {"tfp_share": ground.tfp_share, "elasticity": ground.elasticity, "ict_effect": ground.ict_effect}
        found[name] = {"years": list(ground.years), "known_to": ground.known_to, **constants, "split": split}
    return found


def _plain(value: Any) -> Any:
    return json.dumps(value) if isinstance(value, list) else value
