"""How far each assumption of a scenario moves its answer: pushes and the rated facts they rest on, one at a time."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace
from typing import Any

import numpy as np
import pandas as pd

from forecast.columns import ENOUGH_YEARS
from forecast.domain import Push, Scenario
from forecast.headline import DIGITAL, PRODUCTIVITY
from forecast.policy.levers.identities import RATES
from forecast.policy.levers.pushes import with_fact
from forecast.policy.outlooks.targets import reached
from forecast.policy.scenarios import experience
from forecast.policy.scenarios.attribution import levels_with, players_of
from forecast.policy.scenarios.baselines import Baseline, Wanted, outcome

Outcome = tuple[float, float | None]  # median outcome, chance of the headline target
End = tuple[float, float, float | None]  # the assumption's value there, then the outcome


def tornado(base: Baseline, scenario: Wanted) -> pd.DataFrame:
    """How far each assumption of a scenario moves outcome and chance of the headline target, the strongest first.

    A push moves by one standard deviation of its history where there is one of eight years or more, else it is halved and
    doubled; both stay in the lever's range. The rated facts that the pushes rest on (an elasticity, the division of the digital
    share) are halved and doubled too, shares up to .95; `lever` then is the fact's id. Columns: indicator, lever, territory,
    rating, rule, value, low_value, high_value, outcome, outcome_low, outcome_high, unit, target, probability,
    probability_low, probability_high, swing (of the outcome).
    """
    chosen = base.scenario(scenario)
    rows: list[dict[str, Any]] = []
    for name in base.grounds:
        players = [push for push in players_of(base, chosen, name) if push]
        if players:
            start = _outcome(base, name, levels_with(base, chosen, name, players))
            rows += [_row(base, name, *_pushed(base, chosen, name, players, push), start) for push in players]
            rows += [_row(base, name, *_varied(base, chosen, name, players, fact), start) for fact in facts_of(base, name, players)]
    columns = (
        "indicator lever territory rating rule value low_value high_value outcome outcome_low outcome_high unit "
        "target probability probability_low probability_high swing"
    ).split()
    table = pd.DataFrame(rows, columns=columns)
    return table.sort_values(["indicator", "swing"], ascending=[True, False], ignore_index=True)


def _pushed(
    base: Baseline, chosen: Scenario, indicator: str, players: Sequence[Push], push: Push
) -> tuple[dict[str, Any], list[End]]:
    """What names a push, and the outcomes at its low and its high end."""
    lever = base.store.scenario_levers[push.lever]
    past = experience.history(base, lever)
    sd = past.sd if past is not None and len(past.years) >= ENOUGH_YEARS else None
    ends: list[End] = []
    for sign in (-1, 1):
        moved = [value * (2.0 if sign > 0 else 0.5) if sd is None else value + sign * sd for _, _, value in push.spans]
        kept = [float(np.clip(value, lever.low, lever.high)) for value in moved]
        end = replace(push, spans=tuple((first, last, value) for (first, last, _), value in zip(push.spans, kept, strict=True)))
        others = [end if other == push else other for other in players]
        ends.append((max(kept, key=abs), *_outcome(base, indicator, levels_with(base, chosen, indicator, others))))
    largest = max((value for _, _, value in push.spans), key=abs)
    rule = "half_double" if sd is None else "one_sd"
    named = {"lever": push.lever, "territory": push.territory, "rating": push.rating, "rule": rule, "value": largest}
    return named, ends


def _row(base: Baseline, indicator: str, named: Mapping[str, Any], ends: Sequence[End], start: Outcome) -> dict[str, Any]:
    """One row of the tornado from the scenario's own outcome and those of its two ends."""
    outlook, ((low, below, under), (high, above, over)) = base.outlooks[indicator], ends
    target = outlook.headline.target.id if outlook.headline else ""
    return {
        **{"indicator": indicator, **named, "low_value": low, "high_value": high, "unit": outlook.study.judged_unit},
        **{"outcome": start[0], "outcome_low": below, "outcome_high": above, "target": target},
        **{"probability": start[1], "probability_low": under, "probability_high": over},
        "swing": max(abs(below - start[0]), abs(above - start[0])),
    }


def facts_of(base: Baseline, indicator: str, players: Sequence[Push]) -> list[str]:
    """The rated facts that the outcome of these pushes rests on."""
    pushed = {push.lever for push in players}
    wanted = {"capital_elasticity": {"employment"}, "ict_index_effect": {"ict_index"}} if indicator == PRODUCTIVITY else {}
    if indicator == DIGITAL:
        moved = {*RATES, "structure_services"}
        wanted = {f"digital_core_share_{base.measure}": {"core_growth", "structure_services"}, "digital_agriculture_share": moved}
    return [name for name, levers in wanted.items() if levers & pushed]


def _varied(
    base: Baseline, chosen: Scenario, indicator: str, players: Sequence[Push], fact: str
) -> tuple[dict[str, Any], list[End]]:
    """What names a rated fact, and the outcomes with half of it and with twice as much."""
    written = base.store.lever_facts[fact]
    value = float(written["value"])
    ends: list[End] = []
    for factor in (0.5, 2.0):
        new = value * factor if written["unit"] != "share" else min(value * factor, 0.95)
        changed = {name: with_fact(ground, fact, new) for name, ground in base.grounds.items()}
        levels = levels_with(replace(base, changed=changed), chosen, indicator, players)
        ends.append((new, *_outcome(base, indicator, levels)))
    return {"lever": fact, "territory": "", "rating": written["rating"], "rule": "half_double", "value": value}, ends


def _outcome(base: Baseline, indicator: str, levels: np.ndarray) -> Outcome:
    held = base.outlooks[indicator].headline
    met = reached(held.target, levels, base.grounds[indicator].years) if held else None
    return float(np.median(outcome(base, indicator, levels))), None if met is None else float(met.mean())
