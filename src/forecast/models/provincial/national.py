"""The nation as the bridge sees it: a complete yearly history on the transformed scale and draws of its future."""

from __future__ import annotations

import functools
from dataclasses import dataclass
from datetime import date
from typing import NamedTuple

import numpy as np

from forecast.domain import Key, Question, Series, Text
from forecast.errors import RefusedError
from forecast.evidence import Evidence
from forecast.headline import Study
from forecast.models.provincial.bridge import Reading, condition
from forecast.models.series.history import MAX_HORIZON, far_ahead
from forecast.models.series.methods import predict
from forecast.models.series.pace import Pace
from forecast.units import Transform, transform_for

_predicted = functools.lru_cache(maxsize=2)(predict)  # the same nation stands behind every varied assumption and every component


class NationHistory(NamedTuple):
    """The nation's series behind a study, its yearly levels [n_years], whether a published level anchors them, and its pace, if any."""

    series: Series
    values: np.ndarray
    based: bool
    pace: Pace | None = None


@dataclass(frozen=True)
class Nation:
    """`draws[n_paths, n_years]` on the transformed scale; the first `n_known` columns are history, equal in every row."""

    series: Series
    years: tuple[int, ...]
    n_known: int
    draws: np.ndarray
    transform: Transform
    support: tuple[float | None, float | None]
    edition: str
    based: bool  # False where no published level anchors a chain of growth rates (index, first year = 100)
    readings: tuple[Reading, ...] = ()  # figures of later years that moved the draws
    notes: tuple[Text, ...] = ()  # what the method said of the series: a possible break, methods far apart, a doubtful fit
    pace: Pace | None = None

    @property
    def origin(self) -> int:
        return self.years[self.n_known - 1]

    @property
    def history(self) -> np.ndarray:
        return self.transform.inverse(self.draws[0, : self.n_known])

    @property
    def forecast_to(self) -> int:
        """The last year called a forecast: n/3 steps beyond n points of history; later years are a scenario."""
        return self.origin + max(1, self.n_known // 3)


def level_history(store: Evidence, key: Key, as_of: date | None) -> NationHistory:
    """The nation's yearly levels as known on `as_of`; raises RefusedError when there are too few or a year is missing."""
    series = store.series(key, as_of=as_of)
    _require_whole(series, store)
    return NationHistory(series, series.values, True)


def chained_history(store: Evidence, growth: Key, level: Key, as_of: date | None) -> NationHistory:
    """Levels chained from real growth rates, anchored on a published level of the same edition where there is one.

    Chaining growth keeps one definition through the change of the labour count in 2021, which levels do not.
    """
    series = store.series(growth, as_of=as_of, kind="growth")
    _require_whole(series, store)
    edition = _edition(series)
    published = store.figures(level.indicator, level.measure, level.territory, as_of=as_of)
    before = [figure for figure in published if figure.period.first == series.years[0] - 1 and figure.kind == "level"]
    anchors = [figure for figure in before if figure.edition == edition]
    base = anchors[0].value if anchors else 100.0
    steps = np.concatenate([[0.0], np.cumsum(np.log1p(series.values / 100.0))])
    return NationHistory(series, base * np.exp(steps), bool(anchors))


def _require_whole(series: Series, store: Evidence) -> None:
    """Raise RefusedError, in words a reader knows, for fewer than three figures or a missing year."""
    key, day = series.key, series.as_of
    indicator, territory = store.indicators[key.indicator].name, store.territories[key.territory].name
    name = indicator + ", " + territory + Text(f" (cách đo: {key.measure})", f" (measure: {key.measure})")
    count = len(series.points)
    if count < 3:
        had = Text(f"mới có {count} số liệu năm", f"only {count} were") if count else Text("chưa có số liệu năm nào", "no yearly figure was")
        raise RefusedError(
            f"{name.vi}: đến {day:%d/%m/%Y} {had.vi} được công bố; cần ít nhất 3 để dự báo.",
            f"{name.en}: by {day:%d/%m/%Y} {had.en} published; a forecast needs at least 3.",
        )
    if series.gaps:
        raise RefusedError(
            f"{name.vi}: thiếu số liệu các năm {list(series.gaps)}; không tự điền.",
            f"{name.en}: no figure for {list(series.gaps)}; gaps are not filled.",
        )


def _edition(series: Series) -> str:
    return next((point.edition for point in series.points if point.edition), "")


def forecast_nation(
    history: NationHistory, study: Study, question: Question, readings: tuple[Reading, ...] = ()
) -> Nation:
    """History and draws up to the question's last year (or the longest horizon), moved by later growth `readings`, if any."""
    series, values, based, pace = history
    first = series.years[0] - (len(values) - len(series.points))
    past_years = tuple(range(first, first + len(values)))
    last_year = past_years[-1]
    horizon = min(question.last_year - last_year, MAX_HORIZON)
    if horizon < 1:
        raise RefusedError(
            f"Năm {question.horizon_year} không sau năm số liệu cuối {last_year}.",
            f"Year {question.horizon_year} is not after the last figure's year {last_year}.",
        )
    support, transform = study.support, transform_for(study.scale, study.support)
    asked = {"method": question.method, "seed": question.seed, "n_paths": question.n_paths}
    forecast = _predicted(tuple(values.tolist()), horizon, periods=past_years, support=support, pace=pace, **asked)
    past = np.broadcast_to(transform.forward(values), (question.n_paths, len(values)))
    years = past_years + forecast.periods
    draws = np.hstack([past, transform.forward(forecast.paths)])
    usable = [reading for reading in readings if last_year < reading.year <= years[-1]]
    draws = condition(draws, years, usable, seed=question.seed + 7)
    beyond = far_ahead(len(values), horizon, last_year)  # is counted to the year asked for, not to the last one drawn
    notes = tuple(note for note in forecast.notes if note not in beyond)
    notes += far_ahead(len(values), question.horizon_year - last_year, last_year)
    return Nation(series, years, len(values), draws, transform, support, _edition(series), based, tuple(usable), notes, pace)
