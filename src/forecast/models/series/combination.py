"""Point forecasts of the simple methods, the median of three of them, and the kit's default: that median, corrected, and for a
share being adopted moved towards a growth curve.

The median of last value, drift and damped log-drift: on 1,744 annual series as accurate as the median of four
exponential-smoothing and ARIMA models, in a hundredth of a millisecond. Drift: Hyndman and Athanasopoulos (2021),
section 5.2; damping: Gardner and McKenzie (1985).
"""

from __future__ import annotations

from collections.abc import Callable, Sequence

import numpy as np

from forecast.models.series.adoption import towards_curve
from forecast.models.series.correction import Learned, correct
from forecast.models.series.features import middle
from forecast.models.series.history import History

PHI = 0.9
NEAR = 1e-9


def last_value(history: History, horizon: int) -> np.ndarray:
    """The last value, `horizon` times, on the scale of the values."""
    return np.full(horizon, history.values[-1])


def drift(history: History, horizon: int) -> np.ndarray:
    """y_n + h (y_n - y_1) / (n - 1); where that leaves the support, the same line on the transformed scale."""
    ahead = np.arange(1, horizon + 1)
    line = _line(history.values, ahead)
    low, high = history.support
    near = NEAR * float(np.abs(history.values - (low or 0.0)).max())  # a line that meets the bound but for rounding meets it
    inside = (low is None or line.min() > low + near) and (high is None or line.max() < high - near)
    return line if inside else history.transform.inverse(_line(history.z, ahead))


def damped_log_drift(history: History, horizon: int) -> np.ndarray:
    """Average yearly change of z, damped by 0.9 a year: log scale for positive series, logit for shares."""
    slope = (history.z[-1] - history.z[0]) / (history.n - 1)
    return history.transform.inverse(history.z[-1] + slope * np.cumsum(PHI ** np.arange(1, horizon + 1)))


def three(history: History, horizon: int) -> np.ndarray:
    """The three methods above, [3, horizon]."""
    return np.array([last_value(history, horizon), drift(history, horizon), damped_log_drift(history, horizon)])


def median_of_three(history: History, horizon: int) -> np.ndarray:
    """The median, year by year, of the three methods above."""
    return middle(three(history, horizon))


def default_of(
    histories: Sequence[History], horizon: int, learned: Learned | None = None
) -> tuple[np.ndarray, np.ndarray]:
    """The default's points and relative spreads [k, horizon] of `k` series alike in length, scale and support."""
    points, spreads = correct(histories, np.array([three(history, horizon) for history in histories]), learned)
    return np.array([towards_curve(history, point) for history, point in zip(histories, points, strict=True)]), spreads


def corrected_median(history: History, horizon: int) -> np.ndarray:
    """The median of three with the learned correction at part weight; the kit's default."""
    return default_of([history], horizon)[0][0]


POINTS: dict[str, Callable[[History, int], np.ndarray]] = {
    "naive": last_value,
    "drift": drift,
    "damped_log_drift": damped_log_drift,
    "median": median_of_three,
    "default": corrected_median,
}


def _line(values: np.ndarray, ahead: np.ndarray) -> np.ndarray:
    return values[-1] + ahead * (values[-1] - values[0]) / (len(values) - 1)
