"""Events along a path and how often they came true: on average, in every single year, reached, never below.

`levels[n_paths, h]` are paths of a positive quantity for the h years after `start`, the last known level; limits of growth
are log growth a year. What came is the same array with one row, so that forecast and outcome pass the same function.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator

import numpy as np
from numpy.typing import ArrayLike

Event = Callable[[np.ndarray, float, float], np.ndarray]


def yearly_growth(levels: ArrayLike, start: float) -> np.ndarray:
    """Log growth of each year, shape [n_paths, h]; the first from `start`."""
    paths = np.atleast_2d(np.asarray(levels, float))
    return np.diff(np.log(paths), axis=1, prepend=np.log(start))


def average_growth(levels: ArrayLike, start: float) -> np.ndarray:
    """Mean log growth a year over the h years, [n_paths]."""
    return yearly_growth(levels, start).mean(axis=1)


def lowest_growth(levels: ArrayLike, start: float) -> np.ndarray:
    """The smallest yearly log growth, [n_paths]: 'at least g in every year' is lowest_growth >= g."""
    return yearly_growth(levels, start).min(axis=1)


def first_passage(levels: ArrayLike, limit: float) -> np.ndarray:
    """The first year ahead (1..h) whose level is at least `limit`, h + 1 where none is, int[n_paths] (Redner 2001)."""
    paths = np.atleast_2d(np.asarray(levels, float))
    hit = paths >= limit
    return np.where(hit.any(axis=1), hit.argmax(axis=1) + 1, paths.shape[1] + 1)


# limits of the growth events: log growth a year; of the level events: the level itself
EVENTS: dict[str, Event] = {
    "average_growth": lambda levels, start, limit: average_growth(levels, start) >= limit,
    "growth_every_year": lambda levels, start, limit: lowest_growth(levels, start) >= limit,
    "reached": lambda levels, start, limit: first_passage(levels, limit) <= np.atleast_2d(levels).shape[1],
    "never_below": lambda levels, start, limit: np.atleast_2d(levels).min(axis=1) >= limit,
}
GROWTH_RANKS = {"average_growth": (0.2, 0.35, 0.5, 0.65, 0.8), "growth_every_year": (0.05, 0.1, 0.2, 0.35)}
STEPS_AWAY = {"reached": (0.5, 1.0, 2.0, 3.0), "never_below": (-0.5, 0.0, 0.5, 1.0)}


def limits_of(event: str, training: ArrayLike) -> np.ndarray:
    """The limits an event is tried with: quantiles of the series' own past yearly growth, or levels some of its mean |yearly
    growth| away from the last one (upwards for 'reached', downwards for 'never_below').
    """
    values = np.asarray(training, float)
    past = np.diff(np.log(values))
    if event in GROWTH_RANKS:
        return np.quantile(past, GROWTH_RANKS[event])
    away = np.array(STEPS_AWAY[event]) * np.abs(past).mean()
    return values[-1] * np.exp(away if event == "reached" else -away)


def event_pairs(event: str, training: ArrayLike, paths: np.ndarray, came: ArrayLike) -> Iterator[tuple[float, float, bool]]:
    """(limit, probability given, whether it happened) for each limit; `paths[n_paths, h]` and `came[h]` of equal years."""
    start, observed = float(np.asarray(training, float)[-1]), np.asarray(came, float)
    happens = EVENTS[event]
    for limit in limits_of(event, training):
        given = float(np.mean(happens(paths, start, float(limit))))
        yield float(limit), given, bool(happens(observed[None], start, float(limit))[0])
