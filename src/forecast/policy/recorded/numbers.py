"""The few numbers a headline sentence and a card need; the words are made in `publish.words`."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import asdict
from typing import Any

import numpy as np

from forecast.evidence import Evidence
from forecast.policy.outlooks.answers import Outlook, judged_values
from forecast.policy.recorded.asked import asked_facts
from forecast.policy.recorded.forecasts import unit_of
from forecast.policy.recorded.this_year import this_year_facts
from forecast.policy.recorded.tryout import tryout_facts


def summary(outlook: Outlook, store: Evidence) -> Mapping[str, Any]:
    """The numbers of the headline sentence and card; texts are made by `publish.words`."""
    question, nation, judged, chosen = outlook.question, outlook.nation, outlook.study.judged, outlook.chosen
    low, middle, high = np.quantile(judged_values(outlook), (0.1, 0.5, 0.9))
    held, ended = outlook.headline, store.territories[outlook.territory].valid_to
    return {
        "indicator": outlook.study.indicator,
        "measure": outlook.measure,
        "territory": outlook.territory,
        "quantity": judged,
        "as_of": outlook.as_of.isoformat(),
        "origin": nation.origin,
        "known_to": outlook.known_to,
        "horizon": outlook.horizon_year - nation.origin,
        "start_period": outlook.known_to + 1,
        "end_period": outlook.horizon_year,
        "forecast_to": nation.origin if chosen else min(nation.forecast_to, outlook.horizon_year),
        "unit": unit_of(outlook, judged),
        "median": round(float(middle), 6),
        "low": round(float(low), 6),
        "high": round(float(high), 6),
        "headline_target": held.target.id if held else "",
        "probability": held.probability if held else None,
        "last_published": _last_published(outlook),
        "asked": asked_facts(outlook, store),
        "this_year": this_year_facts(outlook, store),
        "scenario": outlook.scenario,
        "scenario_path": bool(chosen and chosen.path),
        "scenario_vi": chosen.name.vi if chosen else "",
        "scenario_en": chosen.name.en if chosen else "",
        "method": question.method,
        "seed": question.seed,
        "n_paths": len(outlook.levels),
        "notes": [{"vi": note.vi, "en": note.en} for note in nation.notes],
        "tryout": tryout_facts(outlook, store),
        "territory_end": ended.isoformat() if ended else "",
    }


def median_of(outlook: Outlook) -> float:
    """The middle the headline prints, as it is recorded."""
    return round(float(np.quantile(judged_values(outlook), 0.5)), 6)


def _last_published(outlook: Outlook) -> dict[str, Any] | None:
    levels = [figure for figure in outlook.figures if figure.kind == "level"]
    figures = [figure for figure in levels if figure.status not in ("derived", "assumption")]
    latest = max(figures, key=lambda figure: (figure.period, figure.vintage), default=None)
    if latest is None:
        return None
    plain = {name: getattr(latest, name) for name in ("value", "bound", "unit", "source", "status")}
    dates = {"period": str(latest.period), "vintage": latest.vintage.isoformat()}
    return {**asdict(latest.key), **plain, **dates, "quantity": "level"}
