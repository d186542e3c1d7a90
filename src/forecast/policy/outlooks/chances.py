"""What the draws of an answer say in plain tables: the years ahead, and the chance of growing at a rate on average and every year."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import pandas as pd

from forecast.models.provincial.routes import follows_platforms
from forecast.policy.outlooks.answers import Outlook, quantities
from forecast.policy.outlooks.targets import average_growth, growth_of


def tidy(answer: Outlook, quantity: str = "") -> pd.DataFrame:
    """One row per year ahead: period, low, median, high (10 %, 50 %, 90 %), in the indicator's unit.

    `quantity` is 'level' or 'growth' (percent a year); unless given the level, or growth where no published level anchors the draws.
    Raises KeyError for a quantity the answer does not have.
    """
    drawn = quantities(answer)
    years, draws = drawn[quantity or next(iter(drawn))]
    ahead = [year for year in years if answer.nation.origin < year <= answer.horizon_year]
    ends = np.quantile(draws[:, [years.index(year) for year in ahead]], (0.1, 0.5, 0.9), axis=0)
    return pd.DataFrame({"period": ahead, **dict(zip(("low", "median", "high"), np.round(ends, 6), strict=True))})


def growth_chances(answer: Outlook, rates: Sequence[float]) -> pd.DataFrame:
    """The chance of growing by at least each rate (percent a year) over the years no figure speaks of yet, up to the horizon.

    Columns: part ('average', 'year', 'every'), year (of a part 'year'), rate, probability.
    """
    first, last = answer.known_to + 1, answer.horizon_year
    average = average_growth(answer.levels, answer.years, first, last)
    yearly = growth_of(answer.levels)[:, answer.years.index(first) - 1 : answer.years.index(last)]
    rows: list[tuple[str, int | None, float, float]] = []
    for rate in rates:
        rows.append(("average", None, rate, float((average >= rate).mean())))
        rows += [("year", first + place, rate, float(share)) for place, share in enumerate((yearly >= rate).mean(axis=0))]
        rows.append(("every", None, rate, float((yearly >= rate).all(axis=1).mean())))
    return pd.DataFrame(rows, columns=["part", "year", "rate", "probability"]).astype({"year": "Int64"})


def route_bands(answer: Outlook, weight: float) -> pd.DataFrame:
    """Revenue by the two routes and pooled, in the last counted year and at the horizon: route, weight, period, low, median, high."""
    follows = follows_platforms(len(answer.levels), weight)
    parts = {"platforms": (follows, weight), "b2c": (~follows, 1.0 - weight), "pooled": (np.full(len(follows), True), 1.0)}
    rows = []
    for year in sorted({answer.nation.origin, answer.horizon_year}):
        for route, (taken, share) in parts.items():
            ends = np.quantile(answer.levels[taken, answer.years.index(year)], (0.1, 0.5, 0.9))
            rows.append((route, share, year, *np.round(ends, 6)))
    return pd.DataFrame(rows, columns=["route", "weight", "period", "low", "median", "high"])
