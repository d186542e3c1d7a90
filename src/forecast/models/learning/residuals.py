"""Errors the default and the simple methods made on windows of the series that are learned from, in units of each window's own scale."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass

import numpy as np

from forecast.models.learning.trees import AnnualSeries, one_unit
from forecast.models.series.calibration import LEARNED_HORIZON, is_steady, past_of, unstretched
from forecast.models.series.combination import POINTS, default_of
from forecast.models.series.correction import Learned, is_learnable
from forecast.models.series.history import History, Support, read_history

WINDOWS = {"3-4": (3, 4), "5": (5,), "6-7": (6, 7), "8-9": (8, 9), "10-15": (10, 12, 14), "16-24": (16, 20, 24), "25+": (25, 28, 32)}
ORIGIN_STEP = 3
LAST_WINDOW = 10.0  # the weight of a series' last window, the one most like the forecast to be made, against an earlier one
_FULL = 99.9  # a share that reached 100 % is counted as this, which has a logit
LearnedFor = Callable[[AnnualSeries], Learned | None]


def shipped_for(_series: AnnualSeries) -> None:
    """What is shipped serves every series."""


@dataclass(frozen=True)
class Errors:
    """Normalised errors [windows, 12] (NaN where the series ends), the row's series, its weight and whether no year of it fell."""

    values: np.ndarray
    ids: np.ndarray
    weights: np.ndarray
    rising: np.ndarray

    def where(self, kept: np.ndarray) -> Errors:
        """Those windows alone."""
        return Errors(self.values[kept], self.ids[kept], self.weights[kept], self.rising[kept])


@dataclass(frozen=True)
class _Window:
    """One past as read, what came, the series' id, the window's weight and what was learned without the series."""

    history: History
    future: np.ndarray
    id: str
    weight: float
    learned: Learned | None


def normalised_errors(
    series: Sequence[AnnualSeries],
    bucket: str,
    support: Support,
    learned_for: LearnedFor = shipped_for,
    methods: Sequence[str] = tuple(POINTS),
) -> dict[str, Errors]:
    """unstretched(z_observed - z_point) / (scale spread sqrt h) of every window of a length bucket, by method.

    `learned_for` gives what to use for a series (None: what is shipped), so that none is judged on what it taught.
    """
    windows = [window for member in series for window in _read(member, bucket, support, learned_for)]
    return {name: _errors(windows, _default_rows(windows) if name == "default" else _rows(windows, name)) for name in methods}


def steady_errors(series: Sequence[AnnualSeries], bucket: str, learned_for: LearnedFor = shipped_for) -> Errors:
    """The default's normalised errors of the steady windows of a length bucket, shares on the logit scale."""
    read = (window for member in series for window in _read(member, bucket, member.support, learned_for))
    windows = [window for window in read if is_steady(window.history)]
    return _errors(windows, _default_rows(windows))


def _read(member: AnnualSeries, bucket: str, support: Support, learned_for: LearnedFor) -> Iterator[_Window]:
    """The windows of a series in a bucket, its last one weighing most."""
    for length in WINDOWS[bucket]:
        for origin in range(member.n_train, length - 1, -ORIGIN_STEP):
            past, future = member.values[origin - length : origin], member.values[origin : origin + LEARNED_HORIZON]
            if one_unit(past):
                came = future if support[1] is None else np.minimum(future, _FULL)
                weight = LAST_WINDOW if origin == member.n_train else 1.0
                yield _Window(read_history(past, None, support), came, member.id, weight, learned_for(member))


def _rows(windows: Sequence[_Window], name: str) -> np.ndarray:
    """Errors [windows, 12] of a simple method."""
    rows = np.full((len(windows), LEARNED_HORIZON), np.nan)
    for row, window in zip(rows, windows, strict=True):
        _fill(row, window, POINTS[name](window.history, len(window.future)))
    return rows


def _default_rows(windows: Sequence[_Window]) -> np.ndarray:
    """Errors [windows, 12] of the default, windows alike at once."""
    rows = np.full((len(windows), LEARNED_HORIZON), np.nan)
    alike: dict[tuple[object, ...], list[int]] = defaultdict(list)
    for number, window in enumerate(windows):
        history, ahead = window.history, len(window.future)
        if ahead:
            alike[id(window.learned), history.n, is_learnable(history), history.support, ahead].append(number)
    for numbers in alike.values():
        first = windows[numbers[0]]
        points, spreads = default_of([windows[number].history for number in numbers], len(first.future), first.learned)
        for number, point, spread in zip(numbers, points, spreads, strict=True):
            _fill(rows[number], windows[number], point, spread)
    return rows


def _fill(row: np.ndarray, window: _Window, point: np.ndarray, spread: np.ndarray | float = 1.0) -> None:
    history, steps = window.history, len(window.future)
    moved = history.transform.forward(window.future) - history.transform.forward(point)
    widths = history.scale * spread * np.sqrt(np.arange(1, steps + 1))
    row[:steps] = unstretched(moved, history.scale_name) / widths


def _errors(windows: Sequence[_Window], rows: np.ndarray) -> Errors:
    """Rows of windows with the weights of a series adding up to 1."""
    ids = np.array([window.id for window in windows], dtype=str)
    weights = np.array([window.weight for window in windows])
    rising = np.array([past_of(window.history) == "rising" for window in windows], dtype=bool)
    _names, owner = np.unique(ids, return_inverse=True)
    return Errors(rows, ids, weights / np.bincount(owner, weights)[owner], rising)
