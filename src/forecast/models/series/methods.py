"""The methods by name and `predict`, the one way to a forecast."""

from __future__ import annotations

from collections.abc import Callable, Sequence

import numpy as np

from forecast.domain import Forecast, Text
from forecast.errors import RefusedError
from forecast.models.series.calibration import draw_paths
from forecast.models.series.combination import POINTS, default_of
from forecast.models.series.history import History, Support, Values, read_history
from forecast.models.series.prophet_method import prophet
from forecast.models.series.refusals import refuse_request
from forecast.models.series.statistical import PathsAndNotes, arima, ets, local_linear_trend, theta
from forecast.models.series.threads import one_thread

Method = Callable[[History, int, int, int], PathsAndNotes]


def _calibrated(name: str) -> Method:
    def method(history: History, horizon: int, seed: int, n_paths: int) -> PathsAndNotes:
        rng = np.random.default_rng(seed)
        if name == "default":
            points, spreads = default_of([history], horizon)
            paths = draw_paths(history, points[0], name, rng, n_paths, spreads[0])
            return paths, _disagreement(history, horizon)
        return draw_paths(history, POINTS[name](history, horizon), name, rng, n_paths), ()

    method.__name__ = name
    method.__doc__ = f"Point forecast '{name}' with pooled conformal paths around it: [n_paths, horizon]."
    return method


METHODS: dict[str, Method] = {
    **{name: _calibrated(name) for name in ("naive", "drift", "damped_log_drift", "median", "default")},
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
    support: Support = (None, None),
    method: str = "default",
    seed: int = 0,
    n_paths: int = 2000,
) -> Forecast:
    """Forecast an annual series: sample paths [n_paths, horizon] inside `support`, same seed same paths.

    `values` in their own unit, `periods` the years (1..n when left out). Raises RefusedError, naming the cause, when no
    forecast can honestly be given: fewer than 3 points (more for the fitted methods), missing or infinite values, gaps or
    duplicate years, a year that has not begun, a unit jump, values outside the support, a horizon beyond 15 years, a model
    that cannot be fitted.
    """
    _check_method(method)
    refuse_request(horizon, seed, n_paths)
    with np.errstate(over="ignore", under="ignore", divide="ignore", invalid="ignore"):  # what comes of it is looked at below
        history = read_history(values, periods, support)
        _check_length(history.n, method)
        paths, notes = METHODS[method](history, int(horizon), int(seed), int(n_paths))
    _check_paths(paths, method)
    return Forecast(origin=history.origin, paths=paths, method=method, seed=seed, notes=(*history.notes, *notes))


def _check_method(method: str) -> None:
    if method not in METHODS:
        names = ", ".join(METHODS)
        raise RefusedError(f"Không có phương pháp '{method}'; có: {names}.", f"No method '{method}'; there are: {names}.")


def _check_paths(paths: np.ndarray, method: str) -> None:
    """Values beyond what a machine holds, or so close to a bound that the band has no width left."""
    if not np.isfinite(paths).all():
        raise RefusedError(
            f"Phương pháp '{method}' cho giá trị không hữu hạn.", f"Method '{method}' gave values that are not finite."
        )
    if len(paths) > 1 and not (np.ptp(paths, axis=0) > 0.0).all():
        raise RefusedError(
            f"Phương pháp '{method}': khoảng dự báo không còn bề rộng (số quá nhỏ hoặc quá sát cận); kiểm tra lại đơn vị.",
            f"Method '{method}': the band has no width left (too small or too close to a bound); check the unit.",
        )


def _check_length(n: int, method: str) -> None:
    needed = MINIMUM_POINTS.get(method, 3)
    if n < needed:
        raise RefusedError(
            f"Phương pháp '{method}' cần ít nhất {needed} năm số liệu, chuỗi có {n}.",
            f"Method '{method}' needs at least {needed} years, the series has {n}.",
        )


def _disagreement(history: History, horizon: int) -> tuple[Text, ...]:
    """A note when the simple methods end more than a factor of two (z: ln 2) apart."""
    if history.scale_name == "identity":
        return ()
    ends = [float(history.transform.forward(POINTS[name](history, horizon))[-1]) for name in POINTS]
    if max(ends) - min(ends) <= np.log(2.0):
        return ()
    low, high = (float(history.transform.inverse(np.array(end))) for end in (min(ends), max(ends)))
    year, en = history.origin + horizon, [_three_figures(low), _three_figures(high)]
    vi = [number.translate(str.maketrans(",.", ".,")) for number in en]
    note = Text(
        f"Đến năm {year} các phương pháp đơn giản khác nhau nhiều: từ {vi[0]} đến {vi[1]}.",
        f"By {year} the simple methods differ widely: from {en[0]} to {en[1]}.",
    )
    return (note,)


def _three_figures(value: float) -> str:
    size = int(np.floor(np.log10(abs(value)))) if value and np.isfinite(value) else 0
    return f"{value:,.{min(max(2 - size, 0), 12)}f}"
