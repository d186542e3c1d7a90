"""What each method says of every national series now, and where past figures fell among its past quantiles (PIT)."""

from __future__ import annotations

from typing import Any

import pandas as pd

from forecast.columns import ENOUGH_ORIGINS
from forecast.evaluation.backtest import QUANTILES
from forecast.evaluation.scores import pit_of_quantiles
from forecast.evaluation.trials import HORIZON, national_pasts, spoken
from forecast.evidence import Evidence
from forecast.models import METHODS

NOW = ("indicator", "measure", "method", "period", "low", "median", "high", "unit", "source")
PIT = ("indicator", "measure", "method", "origins", "forecasts", "below25", "to50", "to75", "above75", "judged", "source")


def now_table(store: Evidence, *, as_of: str = "latest", seed: int, n_paths: int) -> pd.DataFrame:
    """Median and 80 % band of each method for the next years of each national series, in the unit of its level."""
    day, rows = store.day(as_of), []
    for past in national_pasts(store, day):
        settings: dict[str, Any] = {"periods": past.years, "support": past.study.support, "pace": past.pace, "seed": seed, "n_paths": n_paths}
        for name, forecast in spoken(past.values, HORIZON, METHODS, **settings):
            for year, band in zip(forecast.periods, forecast.quantiles((0.1, 0.5, 0.9)).T, strict=True):
                rows.append((past.study.indicator, past.measure, name, year, *map(float, band), past.unit, past.source))
    return pd.DataFrame(rows, columns=list(NOW)).round(6)


def pit_table(origins: pd.DataFrame) -> pd.DataFrame:
    """By series and method: the share of figures in each quarter of the forecast (one quarter each when calibrated).

    `origins` as in the backtest; `judged` only from eight origins on.
    """
    seen, rows = origins[origins["horizon"] > 0] if len(origins) else origins, []
    levels = list(QUANTILES.values())
    for series, group in seen.groupby(["indicator", "measure", "method"], sort=False) if len(seen) else ():
        places = pd.Series(
            [pit_of_quantiles(row["observed"], levels, [row[name] for name in QUANTILES]) for row in group.to_dict("records")]
        )
        quarters = pd.cut(places, [0.0, 0.25, 0.5, 0.75, 1.0], include_lowest=True).value_counts(sort=False, normalize=True)
        count = group["origin"].nunique()
        source = str(group["source"].iloc[0])
        rows.append((*series, count, len(group), *quarters.round(4), count >= ENOUGH_ORIGINS, source))
    return pd.DataFrame(rows, columns=list(PIT))
