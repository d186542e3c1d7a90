"""Prophet on the transformed scale, without seasonality; imported only when called (Taylor and Letham 2018)."""

from __future__ import annotations

import logging
from collections.abc import Iterator
from contextlib import contextmanager

import numpy as np

from forecast.models.series.history import History
from forecast.models.series.statistical import PathsAndNotes, fitted_paths


def prophet(history: History, horizon: int, seed: int, n_paths: int) -> PathsAndNotes:
    """Piecewise linear trend with Prophet's own simulated uncertainty: trend changes and noise, no seasonality."""

    def simulate(x: np.ndarray, steps: int, rng: np.random.Generator, draws: int) -> np.ndarray:
        return _simulate_prophet(x, steps, seed, draws)

    return fitted_paths("prophet", simulate, history, horizon, seed, n_paths)


def _simulate_prophet(x: np.ndarray, horizon: int, seed: int, n_paths: int) -> np.ndarray:
    """Fit at years 2000, 2001 ... (only the spacing matters) and draw `n_paths` predictive samples [n_paths, horizon]."""
    import pandas as pd

    years = pd.date_range("2000-01-01", periods=len(x) + horizon, freq="YS")
    with _silenced("prophet", "prophet.plot", "prophet.models", "prophet.forecaster", "cmdstanpy"), _numpy_seed(seed):
        from prophet import Prophet

        model = Prophet(
            yearly_seasonality=False,
            weekly_seasonality=False,
            daily_seasonality=False,
            uncertainty_samples=n_paths,
            n_changepoints=min(25, max(len(x) - 3, 1)),
        )
        model.fit(pd.DataFrame({"ds": years[: len(x)], "y": x}), seed=seed % 2**31)
        samples = model.predictive_samples(pd.DataFrame({"ds": years[len(x) :]}))["yhat"]
    return np.asarray(samples).reshape(horizon, n_paths).T


@contextmanager
def _silenced(*names: str) -> Iterator[None]:
    """Nothing of these loggers is printed; what matters comes as an exception or a warning."""
    loggers = [logging.getLogger(name) for name in names]
    before = [logger.disabled for logger in loggers]
    for logger in loggers:
        logger.disabled = True
    try:
        yield
    finally:
        for logger, state in zip(loggers, before, strict=True):
            logger.disabled = state


@contextmanager
def _numpy_seed(seed: int) -> Iterator[None]:
    """Prophet draws from numpy's global generator: seeded here and put back as it was."""
    state = np.random.get_state()
    np.random.seed(seed % 2**32)
    try:
        yield
    finally:
        np.random.set_state(state)
