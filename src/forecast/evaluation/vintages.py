"""Rolling origin over vintages: at each past year forecast with what had really been published by then, figure by figure.

The backtest on final figures knows revisions nobody knew; this one asks the evidence room for the series as it stood on the
day each year was first published, and compares with the figures that stand today (Croushore and Stark 2001, real-time data).
"""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date

import pandas as pd

from forecast.errors import RefusedError
from forecast.evaluation.backtest import rows_at, summarise
from forecast.evaluation.trials import HORIZON, joined, national_series
from forecast.evidence import Evidence
from forecast.headline import NATION, Study
from forecast.models.provincial.national import NationHistory
from forecast.models.provincial.province import national_history

# the simple methods and two fitted ones; ARIMA, the local trend and Prophet cost seconds a series and are in the other backtest
TRIED = ("naive", "drift", "damped_log_drift", "median", "default", "ets", "theta")
Known = tuple[date, NationHistory]


def vintage_record(store: Evidence, *, as_of: str = "latest", seed: int, n_paths: int) -> dict[str, pd.DataFrame]:
    """Tables `vintage_origins` (one row per series, method, origin and year ahead, with the day of the forecast) and
    `vintages` (one row per series and method, as `summarise`); empty where no day had three figures and a later year came.
    """
    rows, summaries = [], []
    for study, measure in national_series(store):
        tried = vintage_backtest(store, study, measure, store.day(as_of), seed=seed, n_paths=n_paths)
        if tried.empty or not (tried["horizon"] > 0).any():
            continue
        fixed = {"indicator": study.indicator, "measure": measure}
        rows.append(tried.assign(**fixed))
        sources = "+".join(dict.fromkeys(part for text in tried["source"] for part in text.split("+")))
        summaries.append(summarise(tried).assign(**fixed, source=sources))
    return {"vintage_origins": joined(rows), "vintages": joined(summaries)}


def vintage_backtest(
    store: Evidence, study: Study, measure: str, last: date, *, seed: int, n_paths: int, horizon: int = HORIZON
) -> pd.DataFrame:
    """One row per method, origin year and year ahead that nobody had published on the forecast's day and that stands on `last`.

    Chained series are compared on the level of the forecast's own day: its last level carried on by the growth that came.
    """
    rows: list[dict[str, object]] = []
    for day, (series, values, _, pace) in first_days(store, study, measure, last):
        origin = series.years[-1]
        came = _came(store, study, measure, day, last, origin, float(values[-1]), horizon)
        years = list(range(origin - len(values) + 1, origin + 1))
        for name in TRIED if came else ():
            made = rows_at(name, values, years, came, horizon, support=study.support, pace=pace, seed=seed, n_paths=n_paths)
            rows += [{**row, "as_of": day.isoformat(), "source": "+".join(series.sources)} for row in made]
    return pd.DataFrame(rows)


def first_days(store: Evidence, study: Study, measure: str, last: date) -> Iterator[Known]:
    """For each origin year the first day on which the nation's series reached it with figures enough: day and record."""
    key, kind = study.of_nation(measure)
    reached = 0
    for day in sorted({figure.vintage for figure in store.figures(key.indicator, measure, NATION, kind, as_of=last)}):
        try:
            history = national_history(store, study, measure, day)
        except RefusedError:
            continue
        if history.series.years[-1] > reached:
            reached = history.series.years[-1]
            yield day, history


def _came(
    store: Evidence, study: Study, measure: str, day: date, last: date, origin: int, level: float, horizon: int
) -> dict[int, float]:
    """The levels of the years after `origin` as they stand on `last`, of those not known on `day`, up to the first gap."""
    key, kind = study.of_nation(measure)
    then, now = store.series(key, as_of=day, kind=kind), store.series(key, as_of=last, kind=kind)
    levels: dict[int, float] = {}
    for year in range(origin + 1, origin + horizon + 1):
        figure = now.at(year)
        if figure is None:
            break
        level = level * (1.0 + figure.value / 100.0) if study.growth else figure.value
        if then.at(year) is None:
            levels[year] = level
    return levels
