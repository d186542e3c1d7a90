"""The methods by name and `predict`, the one way to a forecast."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from functools import partial

import numpy as np

from forecast.domain import Forecast, Text
from forecast.errors import RefusedError
from forecast.models.series.calibration import draw_paths, shipped
from forecast.models.series.combination import POINTS, default_of, three
from forecast.models.series.correction import shipped_trees
from forecast.models.series.history import History, Support, Values, far_ahead, read_history
from forecast.models.series.pace import Pace, paced
from forecast.models.series.prophet_method import prophet
from forecast.models.series.refusals import refuse_request, refuse_unusable
from forecast.models.series.statistical import PathsAndNotes, arima, ets, local_linear_trend, theta
from forecast.models.series.threads import one_thread

Method = Callable[[History, int, int, int], PathsAndNotes]


def warm_up() -> None:
    """Read the learned tables once, so that processes forked from this one need not."""
    shipped()
    shipped_trees()


def _default(history: History, horizon: int, seed: int, n_paths: int, pace: Pace | None = None) -> PathsAndNotes:
    """The corrected median, or the path of a pace in its place, with pooled conformal paths around it: [n_paths, horizon]."""
    points, spreads = default_of([history], horizon)
    point = paced(history, horizon, pace) if pace else points[0]
    return draw_paths(history, point, "default", seed, n_paths, spreads[0]), _disagreement(history, point)


def _calibrated(name: str) -> Method:
    def method(history: History, horizon: int, seed: int, n_paths: int) -> PathsAndNotes:
        return draw_paths(history, POINTS[name](history, horizon), name, seed, n_paths), ()

    method.__name__ = name
    method.__doc__ = f"Point forecast '{name}' with pooled conformal paths around it: [n_paths, horizon]."
    return method


METHODS: dict[str, Method] = {
    **{name: _calibrated(name) for name in ("naive", "drift", "damped_log_drift", "median")},
    "default": _default,
    "ets": ets,
    "theta": theta,
    "local_linear_trend": local_linear_trend,
    "arima": arima,
    "prophet": prophet,
}
MINIMUM_POINTS = {"ets": 6, "theta": 5, "local_linear_trend": 6, "arima": 8, "prophet": 6}


@one_thread
def predict(
    values: Values,
    horizon: int,
    *,
    periods: Sequence[int] | None = None,
    support: Support | None = None,
    method: str = "default",
    seed: int = 0,
    n_paths: int = 2000,
    pace: Pace | None = None,
) -> Forecast:
    """Forecast an annual series: sample paths [n_paths, horizon] inside `support`, same seed same paths.

    `values` in their own unit; `periods` the years, as numbers, text or dates (those of a pandas index or the keys of a mapping
    when left out, 1..n where there are none); `support` (low, high), None for no bound. Without a support values that are all
    positive are forecast as positive, as with (0, None), and a note says so; (None, None) leaves them the whole line. `pace`, for
    a positive quantity that does not saturate, takes the place of the default's median; other methods have no use for it.
    Raises RefusedError, naming the cause, when no forecast can honestly be given: fewer than 3 points (more for the fitted
    methods), missing or infinite values, gaps, duplicate or disordered years, a year that has not begun, a unit jump, values
    outside the support, a horizon beyond 15 years, a model that cannot be fitted.
    """
    _check_method(method)
    refuse_request(horizon, seed, n_paths)
    with np.errstate(over="ignore", under="ignore", divide="ignore", invalid="ignore"):  # what comes of it is looked at below
        history = read_history(values, periods, support)
        _check_length(history.n, method)
        drawn_by = partial(_default, pace=pace) if method == "default" and history.scale_name == "log" else METHODS[method]
        drawn, remarks = drawn_by(history, int(horizon), int(seed), int(n_paths))
        paths = history.as_given(drawn)
    refuse_unusable(paths, method)
    notes = (*history.notes, *remarks, *far_ahead(history.n, int(horizon), history.origin))
    return Forecast(origin=history.origin, paths=paths, method=method, seed=seed, notes=notes)


def _check_method(method: str) -> None:
    if method not in METHODS:
        names = ", ".join(METHODS)
        raise RefusedError(f"Không có phương pháp '{method}'; có: {names}.", f"No method '{method}'; there are: {names}.")


def _check_length(n: int, method: str) -> None:
    needed = MINIMUM_POINTS.get(method, 3)
    if n < needed:
        raise RefusedError(
            f"Phương pháp '{method}' cần ít nhất {needed} năm số liệu, chuỗi có {n}.",
            f"Method '{method}' needs at least {needed} years, the series has {n}.",
        )


def _disagreement(history: History, default: np.ndarray) -> tuple[Text, ...]:
    """A note when the simple methods end more than a factor of two (z: ln 2) apart; `default` [horizon] is the default's point."""
    if history.scale_name == "identity":
        return ()
    simple = three(history, len(default))[:, -1]  # the median of the three is one of them
    ends = history.transform.forward(np.append(simple, default[-1]))
    if np.ptp(ends) <= np.log(2.0):
        return ()
    low, high = np.sort(history.as_given(history.transform.inverse(np.array([ends.min(), ends.max()]))))
    year, en = history.origin + len(default), [_three_figures(float(low)), _three_figures(float(high))]
    vi = [number.translate(str.maketrans(",.", ".,")) for number in en]
    note = Text(
        f"Đến năm {year}, năm xa nhất được tính, các phương pháp đơn giản khác nhau nhiều: từ {vi[0]} đến {vi[1]}.",
        f"By {year}, the last year computed, the simple methods differ widely: from {en[0]} to {en[1]}.",
    )
    return (note,)


def _three_figures(value: float) -> str:
    size = int(np.floor(np.log10(abs(value)))) if value and np.isfinite(value) else 0
    return f"{value:,.{min(max(2 - size, 0), 12)}f}"
