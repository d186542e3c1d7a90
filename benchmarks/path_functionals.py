"""Functionals of a path that only the benchmark of the paths judges: levels and growth over all years, the year of arrival."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np
from numpy.typing import ArrayLike

from forecast.evaluation.events import first_passage, lowest_growth, yearly_growth
from forecast.evaluation.scores import pit


def cumulative_growth(levels: ArrayLike, start: float) -> np.ndarray:
    """Log growth over all h years together, [n_paths]."""
    return yearly_growth(levels, start).sum(axis=1)


def average_level(levels: ArrayLike, start: float) -> np.ndarray:
    """Mean level of the h years in units of `start`, [n_paths]."""
    return np.atleast_2d(np.asarray(levels, float)).mean(axis=1) / start


def lowest_level(levels: ArrayLike, start: float) -> np.ndarray:
    """The lowest level of the h years in units of `start`, [n_paths]."""
    return np.atleast_2d(np.asarray(levels, float)).min(axis=1) / start


FUNCTIONALS: dict[str, Callable[[ArrayLike, float], np.ndarray]] = {
    "average_level": average_level,
    "cumulative_growth": cumulative_growth,
    "lowest_growth": lowest_growth,
    "lowest_level": lowest_level,
}


def functional_pit(name: str, start: float, paths: np.ndarray, came: ArrayLike) -> float:
    """Where what came lies among the paths' values of a functional: uniform on (0, 1) when its forecasts are calibrated."""
    of = FUNCTIONALS[name]
    return float(pit(of(np.asarray(came, float)[None], start)[0], of(paths, start)))


def arrival_probabilities(paths: np.ndarray, limit: float) -> np.ndarray:
    """Probability of each year of first passage, [h + 1]; the last is 'not within the h years'."""
    years = first_passage(paths, limit)
    return np.bincount(years - 1, minlength=paths.shape[1] + 1) / len(years)
