"""The targets of an outlook: verdicts, and the path a growth target asks for."""

from __future__ import annotations

from typing import Any

import numpy as np
import pandas as pd

from forecast.columns import TABLES
from forecast.evidence import Evidence
from forecast.policy.outlooks.answers import Outlook
from forecast.policy.outlooks.targets import Assessment
from forecast.policy.recorded.forecasts import unit_of

_YEARS = ("first", "last", "achieved_first", "achieved_last", "arrival_early", "arrival_median", "arrival_late")


def verdicts_table(outlook: Outlook, _store: Evidence) -> pd.DataFrame:
    """One row per assessed target."""
    frame = pd.DataFrame([_verdict(held) for held in outlook.assessments], columns=TABLES["verdicts"])
    return frame.astype({name: "Int64" for name in _YEARS})


def _verdict(held: Assessment) -> dict[str, Any]:
    first, last = held.achieved_years or (None, None)
    growth = {"required_growth": held.required, "achieved_growth": held.achieved}
    return {**held.row(), **growth, "achieved_first": first, "achieved_last": last}


def target_paths_table(outlook: Outlook, _store: Evidence) -> pd.DataFrame:
    """The level a growth target asks for year by year, from the median of the year before its period."""
    rows = []
    for held in outlook.assessments if outlook.draws.anchored else ():
        target, start = held.target, held.target.first - 1
        if target.kind == "level" or target.value is None or start not in outlook.years:
            continue
        base = float(np.median(outlook.levels[:, outlook.years.index(start)]))
        fixed = {"target": target.id, "document": target.document, "applies": held.applies, "quantity": "level"}
        for year in range(start, min(target.last, outlook.horizon_year) + 1):
            value = round(base * (1.0 + target.value / 100.0) ** (year - start), 6)
            rows.append({**fixed, "period": year, "value": value, "unit": unit_of(outlook, "level"), "growth": target.value})
    return pd.DataFrame(rows, columns=TABLES["target_paths"])
