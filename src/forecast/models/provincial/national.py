"""The nation as the bridge sees it: a complete yearly history on the transformed scale and draws of its future."""

from __future__ import annotations

import functools
import itertools
from dataclasses import dataclass
from datetime import date

import numpy as np

from forecast.domain import Forecast, Key, Observation, Series, Text
from forecast.errors import RefusedError
from forecast.evidence import Evidence
from forecast.models.provincial.bridge import Reading, condition
from forecast.models.series.history import MAX_HORIZON
from forecast.models.series.methods import predict
from forecast.units import Transform, transform_for

_LABOUR_BREAK = 2021  # subsistence farmers left the count of the employed


@dataclass(frozen=True)
class Nation:
    """`draws[n_paths, n_years]` on the transformed scale; the first `known` columns are history, equal in every row."""

    series: Series
    years: tuple[int, ...]
    known: int
    draws: np.ndarray
    transform: Transform
    support: tuple[float | None, float | None]
    edition: str
    based: bool  # False where no published level anchors a chain of growth rates (index, first year = 100)
    readings: tuple[Reading, ...] = ()  # figures of later years that moved the draws
    notes: tuple[Text, ...] = ()  # what the method said of the series: a possible break, methods far apart, a doubtful fit

    @property
    def origin(self) -> int:
        return self.years[self.known - 1]

    @property
    def history(self) -> np.ndarray:
        return self.transform.inverse(self.draws[0, : self.known])

    @property
    def forecast_to(self) -> int:
        """The last year called a forecast: n/3 steps beyond n points of history; later years are a scenario."""
        return self.origin + max(1, self.known // 3)


def level_history(store: Evidence, key: Key, as_of: date | None) -> tuple[Series, np.ndarray, bool]:
    """The nation's yearly levels as known on `as_of`; raises RefusedError when there are too few or a year is missing."""
    series = store.series(key, as_of=as_of)
    _require_whole(series, store)
    return series, series.values, True


def chained_history(store: Evidence, growth: Key, level: Key, as_of: date | None) -> tuple[Series, np.ndarray, bool]:
    """Levels chained from real growth rates, anchored on a published level of the same edition where there is one.

    Chaining growth keeps one definition through the change of the labour count in 2021, which levels do not.
    """
    series = store.series(growth, as_of=as_of, kind="growth")
    _require_whole(series, store)
    edition = _edition(series)
    anchors = [
        item
        for item in store.figures(
            indicator=level.indicator, measure=level.measure, territory=level.territory, as_of=as_of
        )
        if item.period.first == series.years[0] - 1 and item.kind == "level" and item.edition == edition
    ]
    base = anchors[0].value if anchors else 100.0
    steps = np.concatenate([[0.0], np.cumsum(np.log1p(series.values / 100.0))])
    return series, base * np.exp(steps), bool(anchors)


def _require_whole(series: Series, store: Evidence) -> None:
    """Raise RefusedError, in words a reader knows, for fewer than three figures or a missing year."""
    key, day = series.key, series.as_of
    indicator, place = store.indicators[key.indicator].name, store.territories[key.territory].name
    vi, en = (
        f"{indicator.vi}, {place.vi} (cách đo: {key.measure})",
        f"{indicator.en}, {place.en} (measure: {key.measure})",
    )
    count = len(series.points)
    if count < 3:
        had = (
            ("chưa có số liệu năm nào", "no yearly figure was")
            if not count
            else (f"mới có {count} số liệu năm", f"only {count} were")
        )
        raise RefusedError(
            f"{vi}: đến {day:%d/%m/%Y} {had[0]} được công bố; cần ít nhất 3 để dự báo.",
            f"{en}: by {day:%d/%m/%Y} {had[1]} published; a forecast needs at least 3.",
        )
    if series.gaps:
        raise RefusedError(
            f"{vi}: thiếu số liệu các năm {list(series.gaps)}; không tự điền.",
            f"{en}: no figure for {list(series.gaps)}; gaps are not filled.",
        )


def _edition(series: Series) -> str:
    return next((point.edition for point in series.points if point.edition), "")


def nation_draws(
    found: tuple[Series, np.ndarray, bool],
    support: tuple[float | None, float | None],
    scale: str,
    last_year: int,
    *,
    method: str,
    seed: int,
    n_paths: int,
    readings: tuple[Reading, ...] = (),
) -> Nation:
    """History and `n_paths` draws up to `last_year` (or the longest horizon), moved by later growth `readings`, if any."""
    series, values, based = found
    first = series.years[0] - (len(values) - len(series.points))
    known = tuple(range(first, first + len(values)))
    horizon = min(last_year - known[-1], MAX_HORIZON)
    if horizon < 1:
        raise RefusedError(
            f"Năm cuối {last_year} không sau năm số liệu cuối {known[-1]}.",
            f"The last year {last_year} is not after the last figure's year {known[-1]}.",
        )
    transform = transform_for(scale, support)
    forecast = _predicted(tuple(values.tolist()), horizon, known, support, method, seed, n_paths)
    past = np.broadcast_to(transform.forward(values), (n_paths, len(values)))
    years = known + forecast.periods
    draws = np.hstack([past, transform.forward(forecast.paths)])
    usable = [item for item in readings if known[-1] < item.year <= years[-1]]
    draws = condition(draws, years, usable, seed=seed + 7)
    return Nation(series, years, len(known), draws, transform, support, _edition(series), based, tuple(usable), forecast.notes)


@functools.lru_cache(maxsize=2)  # the same nation stands behind every varied assumption and every component
def _predicted(
    values: tuple[float, ...],
    horizon: int,
    periods: tuple[int, ...],
    support: tuple[float | None, float | None],
    method: str,
    seed: int,
    n_paths: int,
) -> Forecast:
    return predict(values, horizon, periods=periods, support=support, method=method, seed=seed, n_paths=n_paths)


def employment_growth(store: Evidence, territory: str, as_of: date | None) -> float | None:
    """Mean log growth a year of the employed over the record known on `as_of`; the 2021 break is left out; None if unknown."""
    points: list[Observation] = list(store.series(Key("employed_15plus", "nso", territory), as_of=as_of).points)
    steps, span = 0.0, 0
    for before, after in itertools.pairwise(points):
        if before.period.first < _LABOUR_BREAK <= after.period.first:
            continue
        steps += float(np.log(after.value / before.value))
        span += after.period.first - before.period.first
    return steps / span if span else None
