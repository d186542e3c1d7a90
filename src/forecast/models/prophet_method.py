"""Prophet on the transformed scale, without seasonality; imported only when called (Taylor and Letham 2018)."""

from __future__ import annotations

import logging

import numpy as np

from forecast.models.history import History
from forecast.models.statistical import Drawn, fitted_paths


def prophet(history: History, horizon: int, seed: int, n_paths: int) -> Drawn:
    """Piecewise linear trend with Prophet's own simulated uncertainty: trend changes and noise, no seasonality."""

    def simulate(x: np.ndarray, steps: int, rng: np.random.Generator, draws: int) -> np.ndarray:
        return _simulate_prophet(x, steps, seed, draws)

    return fitted_paths("prophet", simulate, history, horizon, seed, n_paths)


def _simulate_prophet(x: np.ndarray, horizon: int, seed: int, n_paths: int) -> np.ndarray:
    """Fit at years 2000, 2001 ... (only the spacing matters) and draw `n_paths` predictive samples [n_paths, horizon]."""
    for name in ("cmdstanpy", "prophet", "prophet.plot", "prophet.models"):
        logging.getLogger(name).setLevel(logging.CRITICAL)
    import pandas as pd
    from prophet import Prophet

    years = pd.date_range("2000-01-01", periods=len(x) + horizon, freq="YS")
    model = Prophet(
        yearly_seasonality=False,
        weekly_seasonality=False,
        daily_seasonality=False,
        uncertainty_samples=n_paths,
        n_changepoints=min(25, max(len(x) - 3, 1)),
    )
    model.fit(pd.DataFrame({"ds": years[: len(x)], "y": x}), seed=seed)
    state = np.random.get_state()
    np.random.seed(seed % 2**32)
    try:
        drawn = model.predictive_samples(pd.DataFrame({"ds": years[len(x) :]}))["yhat"]
    finally:
        np.random.set_state(state)
    return np.asarray(drawn).reshape(horizon, n_paths).T
