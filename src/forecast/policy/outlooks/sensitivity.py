"""How far the chance of the headline target moves with each amber or red assumption, on common random numbers.

A spread is halved and doubled; a mean is moved by one of its own standard deviations (the initial or drift spread). The
errors by status are varied together. A merged territory's weight is moved as far as it moved on record (5 points at least).
"""

from __future__ import annotations

from typing import Any

import pandas as pd

from forecast.columns import TABLES
from forecast.evidence import Evidence
from forecast.models.provincial.national import NATION
from forecast.models.provincial.province import draw_province, weight_record
from forecast.policy.outlooks.outlook import Outlook, scenario_levels
from forecast.policy.outlooks.targets import reached

PATHS = 1000
_SPREAD_OF = {"gap_initial_mean": "gap_initial_sd", "drift_mean": "drift_sd"}
_TOGETHER = "status_se"
LEAST_SHIFT = 0.05  # of the denominator: the weight's year is past, and where it went since is not known


def sensitivity_table(found: Outlook, store: Evidence) -> pd.DataFrame:
    """One row per assumption, the strongest first; empty where no open target has a chance to speak of."""
    if found.headline is None or found.territory == NATION:
        return pd.DataFrame(columns=TABLES["sensitivity"])
    base = _probability(found, store, {})
    rows = []
    for name, item in _varied(found, store).items():
        value = float(item["value"])
        low, high, rule = _range(name, value, store)
        changes = [_changes(name, new, value, store) for new in (low, high)]
        below, above = (_probability(found, store, change) for change in changes)
        rows.append(
            {
                **{"id": name, "name_vi": item["name"]["vi"], "name_en": item["name"]["en"], "rating": item["rating"]},
                **{"unit": item["unit"], "value": value, "low_value": round(low, 6), "high_value": round(high, 6)},
                **{"rule": rule, "target": found.headline.target.id, "probability": base},
                **{"probability_low": below, "probability_high": above},
                **{"swing": round(max(abs(below - base), abs(above - base)), 6), "source": _source(item, found)},
            }
        )
    rows += _weight_rows(found, store, base)
    table = pd.DataFrame(rows, columns=TABLES["sensitivity"])
    return table.sort_values(["swing", "id"], ascending=[False, True], ignore_index=True)


def _weight_rows(found: Outlook, store: Evidence, base: float) -> list[dict[str, Any]]:
    """The weight of the first component of a merged ratio, lower and higher by the span of its record."""
    record = weight_record(store, found.study, found.territory, found.as_of)
    if not record:
        return []
    component, weight = store.territories[found.territory].components[0], record[max(record)]
    shift = min(max(max(record.values()) - min(record.values()), LEAST_SHIFT), weight / 2.0, (1.0 - weight) / 2.0)
    below, above = (_probability(found, store, {}, weight_shift=sign * shift) for sign in (-1.0, 1.0))
    place = store.territories[component].name
    return [
        {
            **{"id": f"weight_{component}", "name_vi": f"Tỷ lệ của {place.vi} trong mẫu số"},
            **{"name_en": f"Share of {place.en} in the denominator", "rating": "amber", "unit": "ratio"},
            **{"value": round(weight, 6), "low_value": round(weight - shift, 6), "high_value": round(weight + shift, 6)},
            **{"rule": "five_points_or_span", "target": found.headline.target.id, "probability": base},
            **{"probability_low": below, "probability_high": above},
            **{"swing": round(max(abs(below - base), abs(above - base)), 6), "source": found.headline.target.source},
        }
    ]


def _varied(found: Outlook, store: Evidence) -> dict[str, Any]:
    """The amber and red assumptions this answer's draws use; the errors by status once."""
    prefixes = (f"{found.study.prefix}_",)
    if found.study.prefix == "productivity":
        prefixes += ("employment_growth", "price_basis")
    listed = {
        name: item
        for name, item in store.assumptions.items()
        if item["rating"] in ("amber", "red") and name.startswith(prefixes)
    }
    text = {"vi": "Sai số theo tình trạng số liệu (cả nhóm)", "en": "Errors of figures by their status (all together)"}
    return {**listed, _TOGETHER: {**store.assumptions["status_se_official"], "name": text}}


def _range(name: str, value: float, store: Evidence) -> tuple[float, float, str]:
    for mean, spread in _SPREAD_OF.items():
        if name.endswith(mean):
            sd = float(store.assumptions[name.removesuffix(mean) + spread]["value"])
            return value - sd, value + sd, "one_sd"
    return value / 2.0, value * 2.0, "half_double"


def _changes(name: str, new: float, value: float, store: Evidence) -> dict[str, float]:
    if name != _TOGETHER:
        return {name: new}
    return {
        key: float(item["value"]) * new / value for key, item in store.assumptions.items() if key.startswith(_TOGETHER)
    }


def _probability(found: Outlook, store: Evidence, changes: dict[str, float], weight_shift: float = 0.0) -> float:
    """The headline target's chance with some assumptions changed; the same seed and number of draws every time."""
    other = store.assuming(changes)
    draws = draw_province(
        other,
        found.study,
        found.territory,
        found.measure,
        found.as_of,
        found.years[-1],
        method=found.method,
        seed=found.seed,
        n_paths=min(PATHS, len(found.levels)),
        weight_shift=weight_shift,
    )
    levels = draws.levels
    if found.chosen is not None:
        levels = scenario_levels(other, found, draws, found.chosen)
    met = reached(found.headline.target, levels, draws.years)
    return round(float(met.mean()), 6)


def _source(item: Any, found: Outlook) -> str:
    return "+".join(dict.fromkeys(filter(None, [item.get("source", ""), found.headline.target.source])))
