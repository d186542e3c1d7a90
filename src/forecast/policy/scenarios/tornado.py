"""How far each assumption of a scenario moves its answer: pushes and the rated facts they rest on, one at a time."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace
from typing import Any

import numpy as np
import pandas as pd

from forecast.domain import Push, Scenario
from forecast.policy.levers.apply import DIGITAL, PRODUCTIVITY, with_fact
from forecast.policy.levers.identities import RATES
from forecast.policy.levers.records import ENOUGH
from forecast.policy.outlooks.targets import reached
from forecast.policy.scenarios import experience
from forecast.policy.scenarios.baseline import UNITS, Baseline, outcome
from forecast.policy.scenarios.contributions import levels_with, players_of

Answer = tuple[float, float | None]  # median outcome, chance of the headline target


def tornado(base: Baseline, scenario: str | Mapping[str, Any] | Scenario) -> pd.DataFrame:
    """How far each assumption of a scenario moves outcome and chance of the headline target, the strongest first.

    A push moves by one standard deviation of its record where there is one of eight years or more, else it is halved and
    doubled; both stay in the lever's range. The rated facts that the pushes rest on (an elasticity, the division of the digital
    share) are halved and doubled too, shares up to .95; `lever` then is the fact's id. Columns: indicator, lever, territory,
    rating, rule, value, low_value, high_value, outcome, outcome_low, outcome_high, unit, target, probability,
    probability_low, probability_high, swing (of the outcome).
    """
    chosen = base.scenario(scenario)
    rows: list[dict[str, Any]] = []
    for name in base.grounds:
        players = [item for item in players_of(base, chosen, name) if item]
        start = _answer(base, name, levels_with(base, chosen, name, players)) if players else (0.0, None)
        rows += [_tornado_row(base, chosen, name, players, item, start) for item in players]
        rows += [_fact_row(base, chosen, name, players, fact, start) for fact in facts_of(base, name, players)]
    columns = (
        "indicator lever territory rating rule value low_value high_value outcome outcome_low outcome_high unit "
        "target probability probability_low probability_high swing"
    ).split()
    table = pd.DataFrame(rows, columns=columns)
    return table.sort_values(["indicator", "swing"], ascending=[True, False], ignore_index=True)


def _tornado_row(
    base: Baseline, chosen: Scenario, indicator: str, players: Sequence[Push], item: Push, start: Answer
) -> dict[str, Any]:
    lever = base.store.scenario_levers[item.lever]
    found = experience.record(base, lever)
    largest = max((value for _, _, value in item.spans), key=abs)
    enough = found is not None and len(found.years) >= ENOUGH
    rule = "one_sd" if enough else "half_double"

    def moved(sign: int) -> Push:
        spans = []
        for first, last, value in item.spans:
            new = value + sign * found.sd if enough else value * (2.0 if sign > 0 else 0.5)
            spans.append((first, last, float(np.clip(new, lever.low, lever.high))))
        return replace(item, spans=tuple(spans))

    ends = []
    for push in (moved(-1), moved(1)):
        others = [push if other == item else other for other in players]
        value = max((value for _, _, value in push.spans), key=abs)
        ends.append((value, *_answer(base, indicator, levels_with(base, chosen, indicator, others))))
    named = {"lever": item.lever, "territory": item.territory, "rating": item.rating, "rule": rule, "value": largest}
    return _row(base, indicator, named, start, ends)


def _row(
    base: Baseline, indicator: str, named: Mapping[str, Any], start: Answer, ends: Sequence[tuple[float, float, Any]]
) -> dict[str, Any]:
    """One row of the tornado from the scenario's own answer and the (value, outcome, chance) of its two ends."""
    head, ((low, below, under), (high, above, over)) = base.outlooks[indicator].headline, ends
    return {
        **{"indicator": indicator, **named, "low_value": low, "high_value": high, "unit": UNITS[indicator]},
        **{"outcome": start[0], "outcome_low": below, "outcome_high": above, "target": head.target.id if head else ""},
        **{"probability": start[1], "probability_low": under, "probability_high": over},
        "swing": max(abs(below - start[0]), abs(above - start[0])),
    }


def facts_of(base: Baseline, indicator: str, players: Sequence[Push]) -> list[str]:
    """The rated facts that the outcome of these pushes rests on."""
    pushed = {item.lever for item in players}
    wanted = {"capital_elasticity": {"employment"}, "ict_index_effect": {"ict_index"}} if indicator == PRODUCTIVITY else {}
    if indicator == DIGITAL:
        moved = {*RATES, "structure_services"}
        wanted = {f"digital_core_share_{base.measure}": {"core_growth", "structure_services"}, "digital_agriculture_share": moved}
    return [name for name, levers in wanted.items() if levers & pushed]


def _fact_row(
    base: Baseline, chosen: Scenario, indicator: str, players: Sequence[Push], fact: str, start: Answer
) -> dict[str, Any]:
    facts = base.store.lever_facts
    value = float(facts[fact]["value"])
    ends = []
    for factor in (0.5, 2.0):
        new = value * factor if facts[fact]["unit"] != "share" else min(value * factor, 0.95)
        changed = {name: with_fact(ground, fact, new) for name, ground in base.grounds.items()}
        levels = levels_with(replace(base, changed=changed), chosen, indicator, players)
        ends.append((new, *_answer(base, indicator, levels)))
    named = {"lever": fact, "territory": "", "rating": facts[fact]["rating"], "rule": "half_double", "value": value}
    return _row(base, indicator, named, start, ends)


def _answer(base: Baseline, indicator: str, levels: np.ndarray) -> Answer:
    head = base.outlooks[indicator].headline
    met = reached(head.target, levels, base.grounds[indicator].years) if head else None
    return float(np.median(outcome(base, indicator, levels))), None if met is None else float(met.mean())
