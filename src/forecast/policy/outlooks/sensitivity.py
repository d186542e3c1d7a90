"""How far the chance of the headline target moves with each amber or red assumption, on common random numbers.

A spread is halved and doubled, a pace taken to the ends of its range, a mean moved by one of its own standard deviations (the
initial or drift spread). The
errors by status are varied together. A merged territory's weight is moved as far as it moved on record (5 points at least).
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from typing import Any

import pandas as pd

from forecast.columns import TABLES
from forecast.domain import Target, Text
from forecast.evidence import Evidence
from forecast.headline import NATION
from forecast.models.provincial.province import draw_province
from forecast.models.provincial.weights import weight_record
from forecast.policy.outlooks.answers import Outlook, scenario_levels
from forecast.policy.outlooks.targets import reached

PATHS = 1000
_SPREAD_OF = {"gap_initial_mean": "gap_initial_sd", "drift_mean": "drift_sd"}
_TOGETHER = "status_se"
LEAST_SHIFT = 0.05  # of the denominator: the weight's year is past, and where it went since is not known


def sensitivity_table(outlook: Outlook, store: Evidence) -> pd.DataFrame:
    """One row per assumption, the strongest first; empty where no open target has a chance to speak of."""
    if outlook.headline is None or outlook.territory == NATION:
        return pd.DataFrame(columns=TABLES["sensitivity"])
    target = outlook.headline.target
    base = _probability(outlook, store, target)
    rows = [_varied(outlook, store, target, base, *fact) for fact in _assumed(outlook, store).items()]
    rows += _weight_rows(outlook, store, target, base)
    table = pd.DataFrame(rows, columns=TABLES["sensitivity"])
    return table.sort_values(["swing", "id"], ascending=[False, True], ignore_index=True)


def _varied(outlook: Outlook, store: Evidence, target: Target, base: float, name: str, fact: Mapping[str, Any]) -> dict[str, Any]:
    """The row of one assumption, low and high."""
    value = float(fact["value"])
    low, high, rule = _range(name, value, store)
    ends = [_probability(outlook, store, target, _changes(name, new, value, store)) for new in (low, high)]
    source = "+".join(dict.fromkeys(filter(None, [fact.get("source", ""), target.source])))
    named = {"id": name, "name_vi": fact["name"]["vi"], "name_en": fact["name"]["en"], "rating": fact["rating"]}
    varied = {"unit": fact["unit"], "value": value, "low_value": round(low, 6), "high_value": round(high, 6), "rule": rule}
    return {**named, **varied, **_swing(target, base, *ends), "source": source}


def _swing(target: Target, base: float, below: float, above: float) -> dict[str, Any]:
    swing = round(max(abs(below - base), abs(above - base)), 6)
    return {"target": target.id, "probability": base, "probability_low": below, "probability_high": above, "swing": swing}


def _weight_rows(outlook: Outlook, store: Evidence, target: Target, base: float) -> list[dict[str, Any]]:
    """The weight of the first component of a merged ratio, lower and higher by the span of its record."""
    record = weight_record(store, outlook.study, outlook.territory, outlook.as_of)
    if not record:
        return []
    component, weight = store.territories[outlook.territory].components[0], record[max(record)]
    shift = min(max(max(record.values()) - min(record.values()), LEAST_SHIFT), weight / 2.0, (1.0 - weight) / 2.0)
    ends = [_probability(outlook, store, target, weight_shift=sign * shift) for sign in (-1.0, 1.0)]
    name = weight_name(store, component)
    varied = {"value": round(weight, 6), "low_value": round(weight - shift, 6), "high_value": round(weight + shift, 6)}
    return [
        {
            **{"id": f"weight_{component}", "name_vi": name.vi, "name_en": name.en, "rating": "amber", "unit": "ratio"},
            **{**varied, "rule": "five_points_or_span"},
            **{**_swing(target, base, *ends), "source": target.source},
        }
    ]


def weight_name(store: Evidence, component: str) -> Text:
    """What the weight of a component of a merged ratio is called."""
    name = store.territories[component].name
    return Text(f"Tỷ lệ của {name.vi} trong mẫu số", f"Share of {name.en} in the denominator")


def _assumed(outlook: Outlook, store: Evidence) -> dict[str, Any]:
    """The amber and red assumptions this answer's draws use; the errors by status once."""
    prefixes = (f"{outlook.study.prefix}_", *outlook.study.assumptions[1:])
    listed = {
        name: fact
        for name, fact in store.assumptions.items()
        if fact["rating"] in ("amber", "red") and name.startswith(prefixes)
    }
    text = {"vi": "Sai số theo tình trạng số liệu (cả nhóm)", "en": "Errors of figures by their status (all together)"}
    return {**listed, _TOGETHER: {**store.assumptions["status_se_official"], "name": text}}


def _range(name: str, value: float, store: Evidence) -> tuple[float, float, str]:
    for mean, spread in _SPREAD_OF.items():
        if name.endswith(mean):
            sd = float(store.assumptions[name.removesuffix(mean) + spread]["value"])
            return value - sd, value + sd, "one_sd"
    if "_pace_" in name:
        return *store.assumptions[name]["range"], "range"
    return value / 2.0, value * 2.0, "half_double"


def _changes(name: str, new: float, value: float, store: Evidence) -> dict[str, float]:
    if name != _TOGETHER:
        return {name: new}
    grouped = {key: fact for key, fact in store.assumptions.items() if key.startswith(_TOGETHER)}
    return {key: float(fact["value"]) * new / value for key, fact in grouped.items()}


def _probability(
    outlook: Outlook, store: Evidence, target: Target, changes: Mapping[str, float] | None = None, weight_shift: float = 0.0
) -> float:
    """The target's chance with some assumptions changed; the same seed and number of draws every time."""
    other = store.assuming(changes or {})
    question = replace(outlook.question, n_paths=min(PATHS, len(outlook.levels)))
    draws = draw_province(other, outlook.study, question, weight_shift=weight_shift)
    levels = scenario_levels(other, outlook, draws, outlook.chosen) if outlook.chosen else draws.levels
    met = reached(target, levels, draws.years)
    return 0.0 if met is None else round(float(met.mean()), 6)
