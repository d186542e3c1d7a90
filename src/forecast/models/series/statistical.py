"""The fitted methods of statsmodels on the transformed scale; imported only when called.

Each is fitted to x = (z - z_n) / scale, rounded to ten decimals, so that a change of unit cannot move the optimiser; paths
are simulated with the seed. What a fit warns of becomes a note; a series that cannot be fitted is refused with its reason, a
library that does not work here is a RunError.
"""

from __future__ import annotations

import importlib
import warnings
from collections.abc import Callable
from typing import Any

import numpy as np

from forecast.domain import Text
from forecast.errors import RefusedError, RunError
from forecast.models.series.history import History
from forecast.models.series.threads import one_thread

PathsAndNotes = tuple[np.ndarray, tuple[Text, ...]]
_SIMULATE = Callable[[np.ndarray, int, np.random.Generator, int], np.ndarray]
_DEPRECATIONS = (DeprecationWarning, PendingDeprecationWarning, FutureWarning)
_PLAIN = np.round(np.cumsum(1.0 + 0.6 * np.sin(np.arange(16.0) ** 2)), 10)  # a series that every method fits
_REACH = 30.0  # paths further than this many yearly scales times h from the last value are held there


def ets(history: History, horizon: int, seed: int, n_paths: int) -> PathsAndNotes:
    """Exponential smoothing ETS(A,Ad,N) by maximum likelihood (Hyndman et al. 2008)."""
    return fitted_paths("ets", _simulate_ets, history, horizon, seed, n_paths)


def theta(history: History, horizon: int, seed: int, n_paths: int) -> PathsAndNotes:
    """The theta method as simple exponential smoothing with half the trend's slope (Hyndman and Billah 2003)."""
    return fitted_paths("theta", _simulate_theta, history, horizon, seed, n_paths)


def local_linear_trend(history: History, horizon: int, seed: int, n_paths: int) -> PathsAndNotes:
    """Structural model with a moving level and slope (Harvey 1989)."""
    return fitted_paths("local_linear_trend", _simulate_trend, history, horizon, seed, n_paths)


def arima(history: History, horizon: int, seed: int, n_paths: int) -> PathsAndNotes:
    """ARIMA(p,1,q) with drift, p and q at most 1, chosen by AICc (Hyndman and Khandakar 2008, first differences only)."""
    return fitted_paths("arima", _simulate_arima, history, horizon, seed, n_paths)


def fitted_paths(name: str, simulate: _SIMULATE, history: History, horizon: int, seed: int, n_paths: int) -> PathsAndNotes:
    """Fit, simulate and bring back to the values' scale; a constant series stays, within the interval floor."""
    standard = np.round((history.z - history.z[-1]) / history.scale, 10)
    rng = np.random.default_rng(seed)
    if np.ptp(standard) == 0.0:
        steps = rng.standard_normal((n_paths, horizon)).cumsum(axis=1)
        return history.transform.inverse(history.z[-1] + history.scale * steps), ()
    with warnings.catch_warnings(record=True) as caught, np.errstate(all="ignore"):
        warnings.simplefilter("always")
        try:
            importlib.import_module("scipy.linalg")  # brings threads of its own, which can be limited once they are there
            paths = np.asarray(one_thread(simulate)(standard, horizon, rng, n_paths), dtype=float)
        except Exception as problem:
            refuse = _refusal if _can_fit(simulate, problem) else _broken
            raise refuse(name, f"{type(problem).__name__}: {problem}") from problem
    if not np.isfinite(paths).all():
        raise _refusal(name, "values that are not finite")
    if np.ptp(paths[:, -1]) < 1e-6:  # a fit without any noise: the floor of a constant series
        paths = paths + _floor_noise(history, paths.shape, rng)
    reach = _REACH * np.arange(1, horizon + 1)
    notes = tuple(_note(name, text) for text in dict.fromkeys(_sayings(caught)))
    if (np.abs(paths) > reach).any():
        notes = (*notes, _note(name, f"paths beyond {_REACH:g} yearly scales were held there"))
    z = history.z[-1] + history.scale * np.clip(paths, -reach, reach)
    return history.transform.inverse(z), notes


def _can_fit(simulate: _SIMULATE, problem: Exception) -> bool:
    """Whether it is the series that cannot be fitted: on this machine the method fits one that any machine in order can."""
    if isinstance(problem, (ImportError, OSError, MemoryError)):
        return False
    if isinstance(problem, np.linalg.LinAlgError):
        return True
    try:
        one_thread(simulate)(_PLAIN, 2, np.random.default_rng(0), 100)
    except Exception:
        return False
    return True


def _sayings(caught: list[warnings.WarningMessage]) -> list[str]:
    """What a fit warned of; deprecations inside the libraries say nothing about the forecast."""
    return [str(warning.message) for warning in caught if not issubclass(warning.category, _DEPRECATIONS)]


def _floor_noise(history: History, shape: tuple[int, ...], rng: np.random.Generator) -> np.ndarray:
    return 0.05 * rng.standard_normal(shape).cumsum(axis=1)


def _simulate_ets(x: np.ndarray, horizon: int, rng: np.random.Generator, n_paths: int) -> np.ndarray:
    from statsmodels.tsa.exponential_smoothing.ets import ETSModel

    fit = ETSModel(x, error="add", trend="add", damped_trend=True).fit(disp=False)
    return np.asarray(fit.simulate(horizon, anchor="end", repetitions=n_paths, rng=rng)).reshape(horizon, n_paths).T


def _simulate_theta(x: np.ndarray, horizon: int, rng: np.random.Generator, n_paths: int) -> np.ndarray:
    from statsmodels.tsa.exponential_smoothing.ets import ETSModel

    time = np.arange(len(x))
    slope = float(np.polyfit(time, x, 1)[0]) / 2.0
    fit = ETSModel(x - slope * time, error="add").fit(disp=False)
    level = np.asarray(fit.simulate(horizon, anchor="end", repetitions=n_paths, rng=rng)).reshape(horizon, n_paths).T
    return level + slope * (len(x) - 1 + np.arange(1, horizon + 1))


def _simulate_trend(x: np.ndarray, horizon: int, rng: np.random.Generator, n_paths: int) -> np.ndarray:
    from statsmodels.tsa.statespace.structural import UnobservedComponents

    fit = UnobservedComponents(x, level="local linear trend").fit(disp=False, maxiter=500, cov_type="none")
    return _from_the_end(fit, horizon, rng, n_paths)


def _simulate_arima(x: np.ndarray, horizon: int, rng: np.random.Generator, n_paths: int) -> np.ndarray:
    from statsmodels.tsa.arima.model import ARIMA

    fits = [ARIMA(x, order=(p, 1, q), trend="t").fit(cov_type="none") for p, q in ((0, 0), (1, 0), (0, 1))]
    return _from_the_end(min(fits, key=lambda fit: fit.aicc), horizon, rng, n_paths)


def _from_the_end(fit: Any, horizon: int, rng: np.random.Generator, n_paths: int) -> np.ndarray:
    """Draws from a state-space fit, the state at the end drawn from its filtered distribution.

    The library's `simulate` draws path by path; here all paths go through the recursion at once, on the same random
    numbers in the same order (the states at the end first, then for each path the errors and the steps of its states).
    """
    space = fit.model.ssm
    design, transition = np.atleast_2d(space["design"]), np.atleast_2d(space["transition"])
    noise, steps = np.sqrt(float(np.squeeze(space["obs_cov"]))), _step_root(space)
    begin = rng.multivariate_normal(fit.predicted_state[:, -1], fit.predicted_state_cov[:, :, -1], size=n_paths)
    normal = rng.standard_normal((n_paths, horizon * (1 + steps.shape[1])))
    still = np.zeros((horizon, 1)), np.zeros((horizon, steps.shape[1]))
    fixed = fit.simulate(horizon, *still, anchor="end", repetitions=1, initial_state=np.zeros(begin.shape[1]))
    states, paths = begin, np.empty((n_paths, horizon))
    for step, moved in enumerate(np.split(normal[:, horizon:], horizon, axis=1)):
        paths[:, step] = states @ design[0]
        states = states @ transition.T + moved @ steps.T
    return paths + noise * normal[:, :horizon] + np.ravel(fixed)


def _step_root(space: Any) -> np.ndarray:
    """The matrix [n_states, n_shocks] that makes steps of the states of standard normal numbers."""
    covariance = np.atleast_2d(space["state_cov"])
    try:
        root = np.linalg.cholesky(covariance)
    except np.linalg.LinAlgError:  # a variance estimated as zero
        root = np.diag(np.sqrt(np.diag(covariance)))
    return np.atleast_2d(space["selection"]) @ root


def _refusal(name: str, reason: str) -> RefusedError:
    return RefusedError(
        f"Phương pháp '{name}' không ước lượng được chuỗi này ({reason}); dùng phương pháp mặc định.",
        f"Method '{name}' could not be fitted to this series ({reason}); use the default method.",
    )


def _broken(name: str, reason: str) -> RunError:
    return RunError(
        f"Máy này không chạy được phương pháp '{name}' ({reason}): đây là lỗi cài đặt, không phải lỗi số liệu. Chạy: forecast doctor.",
        f"This machine cannot run the method '{name}' ({reason}): the installation is at fault, not the figures. Run: forecast doctor.",
    )


def _note(name: str, text: str) -> Text:
    return Text(f"Phương pháp '{name}' cảnh báo khi ước lượng: {text}", f"Method '{name}' warned while fitting: {text}")
