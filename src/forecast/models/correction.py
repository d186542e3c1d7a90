"""The learned correction of the median of three: what a series' last steps say of where the median will be wrong.

Features have no unit: steps and distances in mean |step|, on the values' and the transformed scale. The trees were learned on
short annual series (`python -m forecast.models.learn`) and are taken at part weight, more for the shortest series, which is
what won with whole data sets left out. Series without a lower bound and those of fewer than five points keep the median.
"""

from __future__ import annotations

import csv
from collections.abc import Sequence
from functools import cache
from importlib.resources import files

import numpy as np

from forecast.models.boosting import Trees, evaluate
from forecast.models.history import SCALE_FLOOR, History

LEARNED_AHEAD = 6  # beyond this year the correction stays as it is
FEWEST = 5
GROWTH = 0.7  # corrections are learned per mean |step| and h to this power
_REACH = 20.0
_RECENT = 0.7


def weight_of(n: int) -> float:
    """How much of the learned correction is taken: .9 up to 6 points, .75 up to 9, half beyond."""
    return 0.9 if n <= 6 else 0.75 if n <= 9 else 0.5


def corrected(histories: Sequence[History], medians: np.ndarray, trees: Trees | None = None) -> np.ndarray:
    """Corrected points [k, horizon] of `k` series of one length and scale around their `medians[k, horizon]`."""
    first = histories[0]
    if first.scale_name == "identity" or first.n < FEWEST:
        return medians
    values = np.array([item.values for item in histories])
    z = np.array([item.z for item in histories])
    low = first.support[0]
    rows, unit = features(values - low, z)
    horizon = medians.shape[1]
    steps = min(horizon, LEARNED_AHEAD)
    found = evaluate(trees or shipped_trees(), with_years(rows, steps)).reshape(len(values), steps)
    moved = np.empty_like(medians)
    moved[:, :steps] = weight_of(first.n) * found * np.arange(1, steps + 1) ** GROWTH * unit[:, None]
    moved[:, steps:] = moved[:, steps - 1 : steps]
    return _inside(medians, moved, first.support)


def _inside(medians: np.ndarray, moved: np.ndarray, support: tuple[float | None, float | None]) -> np.ndarray:
    """No correction takes more than half of the way to a bound."""
    low, high = support
    down = 0.5 * (medians - low)
    up = 0.5 * (high - medians) if high is not None else 2.0 * down
    return medians + np.clip(moved, -down, up)


def with_years(rows: np.ndarray, steps: int) -> np.ndarray:
    """Every row once for each year ahead, the year as the last column: [k * steps, columns + 1]."""
    ahead = np.tile(np.arange(1.0, steps + 1), len(rows))
    return np.column_stack([np.repeat(rows, steps, axis=0), ahead])


def features(values: np.ndarray, z: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """Unit-free features [k, columns] and mean |step| [k] of `k` series of one length, values counted from the bound."""
    n = values.shape[1]
    steps, z_steps = np.diff(values, axis=1), np.diff(z, axis=1)
    last = values[:, -1]
    unit = np.maximum(np.abs(steps).mean(axis=1), SCALE_FLOOR * last)
    pace = np.maximum(np.abs(z_steps).mean(axis=1), SCALE_FLOOR)
    recent = _RECENT ** np.arange(n - 1)[::-1]
    recent /= recent.sum()
    mean, spread, half = steps.mean(axis=1), steps.std(axis=1), (n - 1) // 2
    turned = (np.sign(steps[:, 1:]) != np.sign(steps[:, :-1])).mean(axis=1)
    columns = [
        mean / unit,
        steps[:, -1] / unit,
        steps[:, -2:].mean(axis=1) / unit,
        steps[:, -3:].mean(axis=1) / unit,
        steps @ recent / unit,
        (steps[:, -half:].mean(axis=1) - steps[:, :half].mean(axis=1)) / unit,
        spread / unit,
        (steps[:, -1] - mean) / np.maximum(spread, 0.05 * unit),
        turned,
        np.full(len(values), np.log(n)),
        np.log(pace),
        z_steps.mean(axis=1),
        z_steps.mean(axis=1) / pace,
        z_steps @ recent / pace,
        *_places(values, steps - mean[:, None], unit),
        np.log(np.abs(steps[:, -1]) / unit + 0.05),
        np.log(np.abs(steps[:, -3:]).mean(axis=1) / unit + 0.05),
    ]
    return np.clip(np.column_stack(columns), -_REACH, _REACH), unit


def _places(values: np.ndarray, away: np.ndarray, unit: np.ndarray) -> list[np.ndarray]:
    """The last value against its smoothed level, fitted line, highest and lowest; how steps follow one another."""
    n, last = values.shape[1], values[:, -1]
    smooth = 0.5 ** np.arange(n)[::-1]
    smooth[1:] *= 0.5  # exponential smoothing by a half, started at the first value
    time = np.arange(n) - (n - 1) / 2
    slope = values @ time / (time @ time)
    return [
        (values @ smooth - last) / unit,
        (values.mean(axis=1) + slope * (n - 1) / 2 - last) / unit,
        slope / unit,
        (values.max(axis=1) - last) / unit,
        (last - values.min(axis=1)) / unit,
        (away[:, 1:] * away[:, :-1]).sum(axis=1) / np.maximum((away**2).sum(axis=1), 1e-9 * unit**2),
    ]


@cache
def shipped_trees() -> Trees:
    """The trees that come with the kit, read once."""
    text = (files("forecast.models") / "learned" / "correction_trees.csv").read_text("utf-8")
    rows = list(csv.DictReader(text.splitlines()))

    def block(prefix: str) -> np.ndarray:
        names = [name for name in rows[0] if name.startswith(prefix)]
        return np.array([[float(row[name]) for name in names] for row in rows])

    return Trees(block("feature").astype(np.intp), block("limit"), block("leaf"))
