"""The draws of an outlook in hubverse rows: quantiles and samples."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np
import pandas as pd

from forecast.columns import HUB_LEVELS, QUANTILE_LEVELS, TABLES
from forecast.evidence import Evidence
from forecast.headline import NATION
from forecast.policy.outlooks.answers import Outlook, quantities

SAMPLES = 500


def unit_of(outlook: Outlook, quantity: str) -> str:
    """The unit of a quantity of the outlook: level, growth or growth_average."""
    if quantity.startswith("growth"):
        return "percent_per_year"
    return outlook.study.national_unit if outlook.territory == NATION else outlook.study.unit


def forecast_table(outlook: Outlook, _store: Evidence) -> pd.DataFrame:
    """Quantiles in hubverse columns; ink 'forecast' up to n/3 steps, 'scenario' beyond."""
    return _quantiles(outlook, QUANTILE_LEVELS)


def quantiles_table(outlook: Outlook, _store: Evidence) -> pd.DataFrame:
    """The 23 quantiles that forecast hubs exchange, of the same draws as `forecast_table`; no page reads them."""
    return _quantiles(outlook, HUB_LEVELS)


def _quantiles(outlook: Outlook, levels: Sequence[float]) -> pd.DataFrame:
    rows = []
    for quantity, (years, draws) in quantities(outlook).items():
        for year in range(outlook.nation.origin + 1, outlook.horizon_year + 1):
            fixed = _row(outlook, quantity, year, "quantile")
            values = np.quantile(draws[:, years.index(year)], levels)
            rows += [{**fixed, "output_type_id": level, "value": round(float(value), 6)} for level, value in zip(levels, values, strict=True)]
    return pd.DataFrame(rows, columns=TABLES["forecast"])


def samples_table(outlook: Outlook, _store: Evidence) -> pd.DataFrame:
    """The first draws of the level (of growth where no level is anchored) as hubverse samples."""
    quantity, (years, draws) = next(iter(quantities(outlook).items()))
    count = min(SAMPLES, len(draws))
    frames = [
        pd.DataFrame(
            {
                **_row(outlook, quantity, year, "sample"),
                "output_type_id": range(count),
                "value": np.round(draws[:count, years.index(year)], 6),
            }
        )
        for year in years
        if outlook.nation.origin < year <= outlook.horizon_year
    ]
    return pd.concat(frames, ignore_index=True)[list(TABLES["samples"])]


def _row(outlook: Outlook, quantity: str, year: int, output: str) -> dict[str, Any]:
    """What every row of a quantity and year says. A year is a forecast up to n/3 steps of the nation's history, and never
    under a scenario's assumptions."""
    nation = outlook.nation
    forecast = outlook.chosen is None and year <= nation.forecast_to
    return {
        "origin": nation.origin,
        "indicator": outlook.study.indicator,
        "measure": outlook.measure,
        "territory": outlook.territory,
        "quantity": quantity,
        "unit": unit_of(outlook, quantity),
        "scenario": outlook.scenario,
        "method": outlook.question.method,
        "horizon": year - nation.origin,
        "target_period": year,
        "ink": "forecast" if forecast else "scenario",
        "output_type": output,
    }
