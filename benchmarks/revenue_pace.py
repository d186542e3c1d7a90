"""The pace of online revenue, learned on other countries: limit and share kept with the least weighted interval score.

Bands of the default, moved so that their median is the path of the pace, are scored one to five years ahead at every origin. A year
is scored per year ahead, so that far horizons do not decide alone.
"""

from __future__ import annotations

import itertools
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from forecast.models import predict
from forecast.models.series.history import read_history
from forecast.models.series.pace import Pace, paced

SUPPORT = (0.0, None)
AHEAD, PATHS, SEED = 5, 1000, 20260101
GRID = [Pace(limit, kept) for limit, kept in itertools.product((0.0, 0.03, 0.05, 0.08, 0.1, 0.12, 0.15), (0.5, 0.6, 0.7, 0.8, 0.9))]


@dataclass(frozen=True)
class Origin:
    """One origin of one country: its last year, the past, what came (up to five years), and the default's log 80 % band [3, 5]."""

    country: str
    year: int
    past: np.ndarray
    came: np.ndarray
    band: np.ndarray


def origin_of(country: str, year: int, past: np.ndarray, came: np.ndarray) -> Origin:
    """An origin with the band the default gives it."""
    forecast = predict(past, AHEAD, support=SUPPORT, seed=SEED, n_paths=PATHS)
    return Origin(country, year, past, came[:AHEAD], np.log(forecast.quantiles((0.1, 0.5, 0.9))))


def scores(origin: Origin, pace: Pace | None) -> np.ndarray:
    """(error of the median, its weighted interval score) of each year that came, log points a year: [2, n_years]."""
    count = len(origin.came)
    low, middle, high = origin.band[:, :count]
    moved = np.zeros(count)
    if pace:
        moved = np.log(paced(read_history(origin.past, None, SUPPORT), count, pace)) - middle
    came, ahead = np.log(origin.came), np.arange(1, count + 1)
    error = middle + moved - came
    outside = np.maximum(low + moved - came, 0.0) + np.maximum(came - high - moved, 0.0)
    return np.array([error, (np.abs(error) + 0.1 * (high - low) + outside) / 1.5]) / ahead


def learned_pace(origins: Sequence[Origin]) -> Pace:
    """The pace of the grid with the least mean score."""
    return min(GRID, key=lambda pace: float(np.concatenate([scores(origin, pace)[1] for origin in origins]).mean()))
