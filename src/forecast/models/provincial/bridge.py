"""From nation to province: z_province = z_nation + gap, the gap a local level with drift, linear and Gaussian.

State (gap_t, gap_{t-1}, drift); gap_t = gap_{t-1} + drift + noise. A level of the province observes gap_t, a growth rate
gap_t - gap_{t-1}. Joint draws: the simulation smoother by mean correction (Durbin and Koopman 2012, 4.9), for all draws at
once. Figures for years the nation has not published yet are taken in afterwards by the ensemble Kalman
update with perturbed observations (Evensen 1994), so that the nation's conformal margins are kept where nothing is known.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Literal

import numpy as np

from forecast.errors import RefusedError
from forecast.models.series.threads import one_thread

_FLOOR = 1e-4  # standard errors below one basis point are not believed


@dataclass(frozen=True)
class GapModel:
    """Settings of the gap on the transformed scale: spread at the start, yearly noise, drift a year and its spread."""

    initial_mean: float
    initial_sd: float
    noise_sd: float
    drift_mean: float
    drift_sd: float


@dataclass(frozen=True)
class Reading:
    """What a figure says of z_province: its level in `year`, or its change into `year`, with a standard error.

    `indicator`, `territory` and `source` name the figure it was read from; `whole` is False where only some months of the year
    are counted.
    """

    year: int
    kind: Literal["level", "growth"]
    value: float
    se: float
    indicator: str = ""
    territory: str = ""
    source: str = ""
    full_year: bool = True


def interval_reading(year: int, low: float, high: float, kind: Literal["level", "growth"] = "level") -> Reading:
    """A figure known only to lie in [low, high] (transformed scale): mean and sd of the uniform on it, (high - low)/sqrt 12."""
    return Reading(year, kind, (low + high) / 2.0, max((high - low) / np.sqrt(12.0), _FLOOR))


def pool(readings: Iterable[Reading]) -> dict[tuple[int, str], tuple[float, float]]:
    """One value and variance per year and kind: precision-weighted mean; where readings disagree, their spread is added."""
    groups: dict[tuple[int, str], list[Reading]] = {}
    for reading in readings:
        groups.setdefault((reading.year, reading.kind), []).append(reading)
    pooled = {}
    for when, group in groups.items():
        weights = np.array([1.0 / max(reading.se, _FLOOR) ** 2 for reading in group])
        values = np.array([reading.value for reading in group])
        mean = float(weights @ values / weights.sum())
        spread = float(weights @ (values - mean) ** 2 / weights.sum())
        pooled[when] = (mean, float(1.0 / weights.sum()) + spread)
    return pooled


@one_thread
def bridge(
    nation: np.ndarray,
    years: tuple[int, ...],
    n_known: int,
    readings: Iterable[Reading],
    model: GapModel,
    *,
    seed: int,
) -> np.ndarray:
    """Joint draws of z_province, shape [n_paths, n_years], given draws of the nation and what is known of the province.

    `nation`: z_nation[n_paths, n_years] for the consecutive `years`; the first `n_known` columns are published history (the
    same in every row), the rest forecast draws. `readings` are on the scale of z_province. Raises RefusedError if a
    reading lies outside `years`.
    """
    readings = tuple(readings)
    outside = sorted({reading.year for reading in readings if reading.year not in years})
    if outside:
        raise RefusedError(
            f"Số liệu các năm {outside} nằm ngoài khoảng {years[0]}-{years[-1]}.",
            f"Figures for {outside} lie outside {years[0]}-{years[-1]}.",
        )
    last_known = years[n_known - 1]
    inside = [
        reading
        for reading in readings
        if reading.year <= last_known and not (reading.kind == "growth" and reading.year == years[0])
    ]
    later = [reading for reading in readings if reading.year > last_known]
    gap = _draw_gap(nation[0, :n_known], years, inside, model, n_paths=nation.shape[0], seed=seed)
    return condition(nation + gap, years, later, seed=seed + 1)


def _draw_gap(
    history: np.ndarray, years: tuple[int, ...], readings: list[Reading], model: GapModel, *, n_paths: int, seed: int
) -> np.ndarray:
    """Draws of the gap, shape [n_paths, n_years]: the simulation smoother up to the last reading, the model beyond it.

    Mean correction (Durbin and Koopman 2012, 4.9): a draw from the model plus the smoothed response to what the readings
    say beyond it. The response is the same linear map for all draws.
    """
    last = max([years.index(reading.year) for reading in readings], default=0)
    observed = np.full((2, last + 1), np.nan)
    variance = np.ones((2, last + 1))
    for (year, kind), (value, var) in pool(readings).items():
        column, row = years.index(year), 0 if kind == "level" else 1
        national = history[column] if kind == "level" else history[column] - history[column - 1]
        observed[row, column] = value - national
        variance[row, column] = var
    rng = np.random.default_rng(seed)
    states, heard = _unconditional(model, variance, rng.standard_normal((n_paths, 3 * (last + 1) + 3)))
    seen = ~np.isnan(observed)
    if seen.any():
        states += np.tensordot(observed[seen] - heard[:, seen], _response(model, variance, seen), axes=1)
    steps = states[:, 2, -1:] + model.noise_sd * rng.standard_normal((n_paths, len(years) - last - 1))
    return np.hstack([states[:, 0], states[:, 0, -1:] + np.cumsum(steps, axis=1)])


def _unconditional(model: GapModel, variance: np.ndarray, normal: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """States [n, 3, T] and readings [n, 2, T] drawn from the model, `variance[2, T]` that of the readings.

    `normal[n, 3 T + 3]` are standard normal: two for the readings and one for the state of each year, three to begin with.
    """
    count = variance.shape[1]
    errors = normal[:, : 2 * count].reshape(-1, count, 2).transpose(0, 2, 1) * np.sqrt(variance)
    noise, begin = model.noise_sd * normal[:, 2 * count : 3 * count], normal[:, 3 * count :]
    states = np.empty((len(normal), 3, count))
    states[:, 0, 0] = model.initial_mean + model.initial_sd * begin[:, 0]
    states[:, 1, 0] = states[:, 0, 0] - model.drift_mean + model.noise_sd * begin[:, 1]
    states[:, 2] = (model.drift_mean + model.drift_sd * begin[:, 2])[:, None]
    for step in range(1, count):
        states[:, 1, step] = states[:, 0, step - 1]
        states[:, 0, step] = states[:, 0, step - 1] + states[:, 2, step] + noise[:, step - 1]
    return states, np.stack([states[:, 0], states[:, 0] - states[:, 1]], axis=1) + errors


def _response(model: GapModel, variance: np.ndarray, seen: np.ndarray) -> np.ndarray:
    """The smoothed states [m, 3, T] for each of the m readings `seen[2, T]` that is 1 while the others are 0, the mean zero.

    States and readings are linear in the same independent standard normal numbers, so that the mean of the states given the
    readings is the least-squares projection of the former on the latter (Durbin and Koopman 2012, 4.2, lemma 1).
    """
    count = variance.shape[1]
    numbers = 3 * count + 3
    units = np.vstack([np.eye(numbers), np.zeros((1, numbers))])
    states, heard = (drawn[:-1] - drawn[-1] for drawn in _unconditional(model, variance, units))
    projected = np.linalg.lstsq(heard[:, seen], states.reshape(numbers, -1), rcond=None)[0]
    return projected.reshape(-1, 3, count)


@one_thread
def condition(paths: np.ndarray, years: tuple[int, ...], readings: Iterable[Reading], *, seed: int) -> np.ndarray:
    """Shift joint draws `paths[n_paths, n_years]` towards readings by the ensemble Kalman update; no readings, no change."""
    pooled = sorted(pool(readings).items())
    if not pooled:
        return paths
    operator = np.zeros((len(pooled), len(years)))
    for row, ((year, kind), _) in enumerate(pooled):
        operator[row, years.index(year)] = 1.0
        if kind == "growth":
            operator[row, years.index(year) - 1] = -1.0
    value, variance = (np.array(column) for column in zip(*(pair for _, pair in pooled), strict=True))
    noise = np.diag(variance)
    centred = paths - paths.mean(axis=0)
    cov = centred.T @ centred / (len(paths) - 1)
    gain = cov @ operator.T @ np.linalg.inv(operator @ cov @ operator.T + noise)
    perturbed = value + np.random.default_rng(seed).normal(size=(len(paths), len(pooled))) * np.sqrt(np.diag(noise))
    return paths + (perturbed - paths @ operator.T) @ gain.T
