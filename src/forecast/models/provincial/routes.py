"""The second route to a province's e-commerce revenue: sales counted on the platforms, the very concept the province printed.

From the province's last own figure revenue grew either with national retail e-commerce (B2C, the ministry) or with sales on the
platforms (Metric, VND): neither can be tested on the province, so the draws are pooled linearly (Stone 1961): a share of them,
the assumption `ecommerce_platform_weight`, takes the platforms' growth up to the last year counted, all go on alike from there.
"""

from __future__ import annotations

from datetime import date

import numpy as np

from forecast.domain import Key
from forecast.evidence import Evidence
from forecast.headline import NATION
from forecast.models.provincial.bridge import Reading
from forecast.models.provincial.national import Nation

PLATFORMS = Key("platform_sales", "metric", NATION)
_MIX = 20260101  # the same draws take the route in every component


def platform_excess(
    store: Evidence, readings: tuple[Reading, ...], nation: Nation, as_of: date | None, drift: float
) -> np.ndarray:
    """Log growth of platform sales beyond the nation's from the last reading on, [n_years]; zeros where nothing was counted since.

    `drift` is what the gap gains a year by the exchange rate. Years between two counted ones are interpolated.
    """
    years = np.array(nation.years)
    start = max(reading.year for reading in readings)
    points = [point for point in store.series(PLATFORMS, as_of=as_of).points if start <= point.period.first <= nation.origin]
    if not points or points[0].period.first != start:
        return np.zeros(len(years))
    counted = np.array([point.period.first for point in points])
    history = np.interp(counted, years[: nation.n_known], nation.draws[0, : nation.n_known])
    beyond = np.log([point.value for point in points]) - history - drift * (counted - start)
    return np.interp(years, counted, beyond - beyond[0])


def follows_platforms(n_paths: int, weight: float) -> np.ndarray:
    """Which draws take the platforms' route, bool[n_paths]: the nearest whole number of them to the weight."""
    return np.random.default_rng(_MIX).permutation(n_paths) < round(weight * n_paths)
