"""The few numbers a headline sentence and a card need; the words are made in `publish.words`."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import numpy as np

from forecast.evidence import Evidence
from forecast.policy.outlooks.outlook import Outlook
from forecast.policy.outlooks.targets import average_growth
from forecast.policy.recorded.tables import unit_of
from forecast.policy.recorded.tryout import tryout_facts


def summary(found: Outlook, store: Evidence) -> Mapping[str, Any]:
    """The numbers of the headline sentence and card; texts are made by `publish.words`."""
    quantity = found.study.quantity
    if quantity == "growth":  # the average a year over the years ahead says more than the last year alone
        values = average_growth(found.levels, found.years, found.known_to + 1, found.horizon_year)
    else:
        values = found.levels[:, found.years.index(found.horizon_year)]
    low, middle, high = np.quantile(values, (0.1, 0.5, 0.9))
    head = found.headline
    return {
        "indicator": found.study.indicator,
        "measure": found.measure,
        "territory": found.territory,
        "quantity": "growth_average" if quantity == "growth" else "level",
        "as_of": found.as_of.isoformat(),
        "origin": found.nation.origin,
        "known_to": found.known_to,
        "horizon": found.horizon_year - found.nation.origin,
        "start_period": found.known_to + 1,
        "end_period": found.horizon_year,
        "forecast_to": found.nation.origin if found.chosen else min(found.nation.forecast_to, found.horizon_year),
        "unit": unit_of(found, store, quantity),
        "median": round(float(middle), 6),
        "low": round(float(low), 6),
        "high": round(float(high), 6),
        "headline_target": head.target.id if head else "",
        "probability": head.probability if head else None,
        "last_published": _last_published(found),
        "scenario": found.scenario,
        "scenario_path": bool(found.chosen and found.chosen.path),
        "scenario_vi": found.chosen.name.vi if found.chosen else "",
        "scenario_en": found.chosen.name.en if found.chosen else "",
        "method": found.method,
        "seed": found.seed,
        "n_paths": len(found.levels),
        "notes": [{"vi": note.vi, "en": note.en} for note in found.nation.notes],
        "tryout": tryout_facts(found, store),
        "territory_end": "2025-06-30" if found.territory == "hung_yen_pre2025" else "",
    }


def _last_published(found: Outlook) -> dict[str, Any] | None:
    figures = [item for item in found.figures if item.status not in ("derived", "assumption") and item.kind == "level"]
    if not figures:
        return None
    latest = max(figures, key=lambda item: (item.period, item.vintage))
    return {
        "indicator": latest.key.indicator,
        "measure": latest.key.measure,
        "value": latest.value,
        "bound": latest.bound,
        "period": str(latest.period),
        "quantity": "level",
        "unit": latest.unit,
        "vintage": latest.vintage.isoformat(),
        "source": latest.source,
        "status": latest.status,
        "territory": latest.key.territory,
    }
