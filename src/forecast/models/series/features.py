"""What a short series says about its own future, without a unit: the columns that the learned trees ask.

Steps and distances are counted in mean |step|, on the values' and the log scale. For each year ahead there is also where the
simple methods and three smoothers stand against the median of three: exponential smoothing, damped Holt (Gardner and McKenzie
1985; parameters by the smallest mean one-step error on a grid) and theta (Hyndman and Billah 2003).
"""

from __future__ import annotations

import numpy as np

from forecast.models.series.history import SCALE_FLOOR

POWER = 0.7  # distances h years ahead are counted in mean |step| times h to this power
LAGS = 11
NOISE = 1e-9  # of the mean |step|: what is smaller is rounding and decides nothing
_REACH = 20.0
_RECENT = 0.7
_LEVELS = np.array([0.2, 0.4, 0.6, 0.8, 0.95])
_GRID = np.array([(a, b, phi) for a in (0.3, 0.6, 0.9) for b in (0.1, 0.3, 0.6) for phi in (0.8, 0.9, 0.98)])


def rows_of(values: np.ndarray, simple: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """Rows [k, steps, columns] and mean |step| [k] of `k` series `values[k, n]` (n >= 5, all positive, counted from the bound).

    `simple[k, 3, steps]`: last value, drift and damped log-drift of each series. The last column is the year ahead.
    """
    steps = np.diff(values, axis=1)
    unit = np.maximum(np.abs(steps).mean(axis=1), SCALE_FLOOR * values[:, -1])
    own = np.column_stack([_of_the_series(values, steps, unit), _last_steps(steps, unit)])
    ahead = np.arange(1.0, simple.shape[2] + 1)
    medians = middle(simple)
    methods = np.stack([*_smoothers(values, ahead, NOISE * unit * values.shape[1]), *simple.transpose(1, 0, 2)], axis=2)
    away = (methods - medians[:, :, None]) / (unit[:, None] * ahead**POWER)[:, :, None]
    k, years = medians.shape
    rows = np.concatenate(
        [np.repeat(own[:, None], years, axis=1), away, np.broadcast_to(ahead[None, :, None], (k, years, 1))], axis=2
    )
    return np.clip(rows, -_REACH, _REACH), unit


def middle(three: np.ndarray) -> np.ndarray:
    """The median of three numbers along the last axis but one of `three[..., 3, steps]`, NaN where one of them is."""
    ordered = np.sort(three, axis=-2)
    return np.where(np.isnan(ordered[..., 2, :]), np.nan, ordered[..., 1, :])


def mean_of(rows: np.ndarray) -> np.ndarray:
    """The mean of each row of `rows[k, columns]`: what `mean` says, sooner."""
    return np.add.reduce(rows, axis=1) / rows.shape[1]


def _of_the_series(values: np.ndarray, steps: np.ndarray, unit: np.ndarray) -> np.ndarray:
    n = values.shape[1]
    logs = np.diff(np.log(values), axis=1)
    pace = np.maximum(mean_of(np.abs(logs)), SCALE_FLOOR)
    recent = _RECENT ** np.arange(n - 1)[::-1]
    recent /= recent.sum()
    mean, spread, half = mean_of(steps), steps.std(axis=1), (n - 1) // 2
    sizes, log_mean = np.abs(steps), mean_of(logs)
    signs = np.where(sizes > NOISE * unit[:, None], np.sign(steps), 0.0)
    columns = [
        mean / unit,
        mean_of(steps[:, -2:]) / unit,
        mean_of(steps[:, -3:]) / unit,
        steps @ recent / unit,
        (mean_of(steps[:, -half:]) - mean_of(steps[:, :half])) / unit,
        spread / unit,
        (steps[:, -1] - mean) / np.maximum(spread, 0.05 * unit),
        np.median(steps, axis=1) / unit,
        mean_of(signs[:, 1:] != signs[:, :-1]),
        np.full(len(values), np.log(n)),
        np.log(pace),
        log_mean,
        log_mean / pace,
        logs @ recent / pace,
        (mean_of(logs[:, -3:]) - log_mean) / pace,
        np.log(sizes[:, -1] / unit + 0.05),
        np.log(mean_of(sizes[:, -3:]) / unit + 0.05),
    ]
    return np.column_stack([*columns, *_places(values, steps - mean[:, None], unit)])


def _places(values: np.ndarray, away: np.ndarray, unit: np.ndarray) -> list[np.ndarray]:
    """The last value against the smoothed level, fitted line, highest and lowest; how straight, and how steps follow steps."""
    n, last = values.shape[1], values[:, -1]
    smooth = 0.5 ** np.arange(n)[::-1]
    smooth[1:] *= 0.5  # exponential smoothing by a half, started at the first value
    time = np.arange(n) - (n - 1) / 2
    slope = values @ time / (time @ time)
    centred = values - values.mean(axis=1, keepdims=True)
    left = ((centred - slope[:, None] * time) ** 2).sum(axis=1)
    return [
        (values @ smooth - last) / unit,
        (values.mean(axis=1) + slope * (n - 1) / 2 - last) / unit,
        slope / unit,
        (values.max(axis=1) - last) / unit,
        (last - values.min(axis=1)) / unit,
        1.0 - left / np.maximum((centred**2).sum(axis=1), 1e-12 * unit**2),
        (away[:, 1:] * away[:, :-1]).sum(axis=1) / np.maximum((away**2).sum(axis=1), 1e-9 * unit**2),
    ]


def _last_steps(steps: np.ndarray, unit: np.ndarray) -> np.ndarray:
    """The last `LAGS` steps, newest first; 0 where the series is shorter."""
    columns = np.zeros((len(steps), LAGS))
    count = min(LAGS, steps.shape[1])
    columns[:, :count] = steps[:, ::-1][:, :count] / unit[:, None]
    return columns


def _smoothers(values: np.ndarray, ahead: np.ndarray, near: np.ndarray) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """Exponential smoothing, damped Holt and theta, each [k, steps]; parameters by the smallest mean |one-step error|.

    Sums of errors that differ by less than `near` [k] are equal: the first of them is taken.
    """
    columns = values.T
    n, k = columns.shape
    level = np.broadcast_to(columns[0], (len(_LEVELS), k))
    missed = np.zeros(level.shape)
    for value in columns[1:]:
        missed = missed + np.abs(value - level)
        level = level + _LEVELS[:, None] * (value - level)
    simple = np.repeat(_best(level, missed, near)[:, None], len(ahead), axis=1)
    a, b, phi = (column[:, None] for column in _GRID.T)
    start = min(3, n - 1)
    level = np.broadcast_to(columns[0], (len(_GRID), k))
    trend = np.broadcast_to((columns[start] - columns[0]) / start, level.shape)
    missed = np.zeros(level.shape)
    for value in columns[1:]:
        expected = level + phi * trend
        missed = missed + np.abs(value - expected)
        newer = expected + a * (value - expected)
        trend = b * (newer - level) + (1.0 - b) * phi * trend
        level = newer
    reach = np.cumsum(phi ** ahead[None, :], axis=1)
    chosen, each = _least(missed, near), np.arange(k)
    holt = level[chosen, each][:, None] + trend[chosen, each][:, None] * reach[chosen]
    time = np.arange(n) - (n - 1) / 2
    slope = values @ time / (time @ time)
    return simple, holt, simple + 0.5 * slope[:, None] * ahead


def _best(fits: np.ndarray, missed: np.ndarray, near: np.ndarray) -> np.ndarray:
    return fits[_least(missed, near), np.arange(fits.shape[1])]


def _least(missed: np.ndarray, near: np.ndarray) -> np.ndarray:
    return (missed <= missed.min(axis=0) + near).argmax(axis=0)
