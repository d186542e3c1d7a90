"""Scores by their literature names; `error = observed - forecast`, arrays of equal shape, the mean is returned.

Scaled scores are divided by the mean |first difference| of the training window (Hyndman and Koehler 2006, yearly data);
a constant window has no scale and gives nan.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence

import numpy as np
from numpy.typing import ArrayLike

ALPHAS = (0.5, 0.2, 0.05)  # the 50, 80 and 95 % intervals


def error(observed: ArrayLike, forecast: ArrayLike) -> np.ndarray:
    """observed - forecast: positive when reality was higher."""
    return np.asarray(observed, float) - np.asarray(forecast, float)


def mae(observed: ArrayLike, forecast: ArrayLike) -> float:
    """Mean absolute error."""
    return float(np.mean(np.abs(error(observed, forecast))))


def naive_scale(training: ArrayLike) -> float:
    """Mean |first difference| of the training window, nan when it is constant."""
    scale = float(np.mean(np.abs(np.diff(np.asarray(training, float)))))
    return scale if scale > 0.0 else float("nan")


def mase(observed: ArrayLike, forecast: ArrayLike, training: ArrayLike) -> float:
    """Mean absolute scaled error (Hyndman and Koehler 2006)."""
    return mae(observed, forecast) / naive_scale(training)


def smape(observed: ArrayLike, forecast: ArrayLike) -> float:
    """Symmetric mean absolute percentage error, 0 to 200 (Makridakis 1993, as in the M4 competition); 0/0 counts as 0."""
    size = np.abs(np.asarray(observed, float)) + np.abs(np.asarray(forecast, float))
    off = 200.0 * np.abs(error(observed, forecast))
    return float(np.mean(np.divide(off, size, out=np.zeros_like(off), where=size > 0)))


def owa(smape_of: float, mase_of: float, smape_naive: float, mase_naive: float) -> float:
    """Overall weighted average: mean of the ratios of sMAPE and MASE to naive's (Makridakis et al. 2020)."""
    return 0.5 * (smape_of / smape_naive + mase_of / mase_naive)


def pinball(observed: ArrayLike, quantile: ArrayLike, level: float) -> float:
    """Pinball loss of a forecast quantile at `level` (Koenker and Bassett 1978)."""
    off = error(observed, quantile)
    return float(np.mean(np.maximum(level * off, (level - 1.0) * off)))


def interval_score(observed: ArrayLike, low: ArrayLike, high: ArrayLike, alpha: float) -> float:
    """Width + 2/alpha times what lies outside the central 1 - alpha interval (Gneiting and Raftery 2007)."""
    lower, upper, seen = (np.asarray(values, float) for values in (low, high, observed))
    outside = np.maximum(lower - seen, 0.0) + np.maximum(seen - upper, 0.0)
    return float(np.mean(upper - lower + 2.0 / alpha * outside))


def wis(
    observed: ArrayLike,
    median: ArrayLike,
    lows: Sequence[ArrayLike],
    highs: Sequence[ArrayLike],
    alphas: Sequence[float] = ALPHAS,
) -> float:
    """Weighted interval score of the median and the central 1 - alpha intervals (Bracher et al. 2021)."""
    total = 0.5 * mae(observed, median)
    for low, high, alpha in zip(lows, highs, alphas, strict=True):
        total += 0.5 * alpha * interval_score(observed, low, high, alpha)
    return total / (len(alphas) + 0.5)


def crps(observed: ArrayLike, samples: ArrayLike) -> float:
    """Continuous ranked probability score of samples [n_draws, ...]: E|X - y| - E|X - X'| / 2 (Gneiting and Raftery 2007)."""
    drawn = np.sort(np.asarray(samples, float), axis=0)
    count = len(drawn)
    away = np.mean(np.abs(drawn - np.asarray(observed, float)), axis=0)
    weights = (2.0 * np.arange(1, count + 1) - count - 1.0) / count**2
    return float(np.mean(away - np.tensordot(weights, drawn, axes=1)))


def of_quantiles(observed: float, at: Sequence[float]) -> dict[str, float | bool]:
    """Error of the median, inside the 80 and 95 % bands, and WIS, of the quantiles .025 .1 .25 .5 .75 .9 .975."""
    q025, q10, q25, median, q75, q90, q975 = at
    return {
        "error": observed - median,
        "inside80": q10 <= observed <= q90,
        "inside95": q025 <= observed <= q975,
        "wis": wis(observed, median, (q25, q10, q025), (q75, q90, q975)),
    }


def coverage(observed: ArrayLike, low: ArrayLike, high: ArrayLike) -> float:
    """Share of the observed values inside [low, high]."""
    seen = np.asarray(observed, float)
    return float(np.mean((seen >= np.asarray(low, float)) & (seen <= np.asarray(high, float))))


def msis(observed: ArrayLike, low: ArrayLike, high: ArrayLike, training: ArrayLike, alpha: float = 0.05) -> float:
    """Mean scaled interval score (Makridakis et al. 2020)."""
    return interval_score(observed, low, high, alpha) / naive_scale(training)


def brier(probability: ArrayLike, happened: ArrayLike) -> float:
    """Mean squared difference between the probability given and what happened, 0 or 1 (Brier 1950)."""
    return float(np.mean(error(happened, probability) ** 2))


def rps(probabilities: ArrayLike, happened: int) -> float:
    """Ranked probability score of ordered classes: sum of squared differences of the cumulated probabilities (Epstein 1969).

    `probabilities[classes]` sum to 1; `happened` is the place of the class that came; 0 is perfect, classes - 1 the worst.
    """
    given = np.cumsum(np.asarray(probabilities, float))[:-1]
    came = np.arange(len(given)) >= happened
    return float(np.sum((given - came) ** 2))


def calibration_error(probability: ArrayLike, happened: ArrayLike, bins: int = 10) -> float:
    """Expected calibration error: |mean probability - frequency| over equal bins, weighted by their sizes (Naeini et al. 2015)."""
    cells = reliability(probability, happened, bins)
    return sum(cell["count"] * abs(cell["given"] - cell["happened"]) for cell in cells) / np.size(probability)


def reliability(probability: ArrayLike, happened: ArrayLike, bins: int = 10) -> list[dict[str, float]]:
    """Reliability table (Murphy and Winkler 1977): per bin of equal width its count, mean probability and frequency.

    Empty bins are left out; the last bin holds probability 1.
    """
    given, came = np.asarray(probability, float), np.asarray(happened, float)
    cell = np.minimum((given * bins).astype(int), bins - 1)
    return [
        {
            "low": number / bins,
            "high": (number + 1) / bins,
            "count": int(np.sum(cell == number)),
            "given": float(given[cell == number].mean()),
            "happened": float(came[cell == number].mean()),
        }
        for number in range(bins)
        if np.any(cell == number)
    ]


def pit(observed: ArrayLike, samples: ArrayLike) -> np.ndarray:
    """Probability integral transform (Dawid 1984) by samples [n_draws, ...]: share below plus half the share equal."""
    drawn, seen = np.asarray(samples, float), np.asarray(observed, float)
    return np.mean(drawn < seen, axis=0) + 0.5 * np.mean(drawn == seen, axis=0)


def pit_of_quantiles(observed: float, levels: Sequence[float], quantiles: Sequence[float]) -> float:
    """PIT from quantiles alone: linear between them; below the lowest half its level, above the highest the mirror."""
    if observed < quantiles[0]:
        return levels[0] / 2.0
    if observed > quantiles[-1]:
        return (1.0 + levels[-1]) / 2.0
    return float(np.interp(observed, quantiles, levels))


_NAMED: tuple[Callable[..., float], ...] = (
    *(mae, mase, smape, owa, pinball, interval_score, wis, crps, coverage, msis),
    *(brier, rps, calibration_error),
)
SCORES = {score.__name__: score for score in _NAMED}
