"""What the draws of an answer say in plain tables: the years ahead, and the chance of growing at a rate on average and every year."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date

import numpy as np
import pandas as pd

from forecast.domain import Observation
from forecast.evidence import Evidence
from forecast.models.provincial.routes import follows_platforms
from forecast.policy.outlooks.answers import Outlook, quantities
from forecast.policy.outlooks.targets import average_growth, growth_of

YEAR_COLUMNS = ("period", "first_printed", "output", "employed", "low", "median", "high", "basis", "source")


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
        rows += [("year", first + ahead, rate, float(share)) for ahead, share in enumerate((yearly >= rate).mean(axis=0))]
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


def growth_years(store: Evidence, outlook: Outlook) -> pd.DataFrame:
    """One row per year heard: output growth as first printed and as it stands, employment growth, the draws' productivity growth
    (percent), where it is from and the source.
    """
    drawn = growth_of(outlook.levels)
    rows = []
    for step in outlook.heard:
        if step.year not in outlook.years[1:]:
            continue
        low, middle, high = np.quantile(drawn[:, outlook.years.index(step.year) - 1], (0.1, 0.5, 0.9))
        employed = 100.0 * float(np.expm1(np.log1p(step.output.value / 100.0) - step.rate))
        first = _first_printed(store, step.output, outlook.as_of)
        rows.append((step.year, first, step.output.value, employed, low, middle, high, step.basis, step.output.source))
    return pd.DataFrame(rows, columns=list(YEAR_COLUMNS)).round(6)


def _first_printed(store: Evidence, output: Observation, as_of: date) -> float:
    """What was printed first of the year whose output growth is `output`."""
    key = output.key
    figures = store.figures(key.indicator, key.measure, key.territory, "growth", as_of, annual=output.period.is_year)
    printed = [figure for figure in figures if figure.period == output.period and not figure.edition and figure.status != "derived"]
    return min(printed or [output], key=lambda figure: (figure.vintage, figure.row)).value
