"""What other methods say of the same series in the same run: quantiles at cases.LEVELS, [7, horizon].

naive, drift and the simple median here; statsmodels and Prophet from the kit's own environment; statsforecast in an
environment of its own (it caps pandas below 3), asked once for all its series through peers_statsforecast.py.
"""

from __future__ import annotations

import json
import logging
import subprocess
import warnings
from collections.abc import Sequence
from pathlib import Path

import numpy as np
import pandas as pd
from cases import LEVELS, POSITIVE, Bands, Case

from forecast.evaluation import scores
from forecast.models.learning.trees import AnnualSeries
from forecast.models.series.combination import POINTS
from forecast.models.series.history import read_history

ROOT = Path(__file__).parents[1]
APART = ROOT / ".venv-peers" / "bin" / "python"
NORMAL = np.array([0.0, -0.67449, 0.67449, -1.28155, 1.28155, -1.95996, 1.95996])
TIMEOUT = 900


def median_bands(series: AnnualSeries, training: np.ndarray, horizon: int) -> np.ndarray:
    """The simple median without a band: its OWA alone has a meaning."""
    return np.tile(POINTS["median"](read_history(training, None, POSITIVE), horizon), (len(LEVELS), 1))


def naive_bands(series: AnnualSeries | None, training: np.ndarray, horizon: int) -> np.ndarray:
    """Random walk, normal errors (Hyndman and Athanasopoulos 2021, section 5.5)."""
    ahead = np.arange(1, horizon + 1)
    spread = np.sqrt(np.mean(np.diff(training) ** 2)) * np.sqrt(ahead)
    return training[-1] + np.outer(NORMAL, spread)


def drift_bands(series: AnnualSeries | None, training: np.ndarray, horizon: int) -> np.ndarray:
    """Random walk with drift, normal errors, the drift's own error included."""
    ahead, steps = np.arange(1, horizon + 1), np.diff(training)
    spread = np.std(steps, ddof=1) * np.sqrt(ahead * (1.0 + ahead / len(steps)))
    return training[-1] + ahead * steps.mean() + np.outer(NORMAL, spread)


def ets_bands(series: AnnualSeries | None, training: np.ndarray, horizon: int) -> np.ndarray:
    """statsmodels ETS(A,Ad,N) with its own intervals."""
    from statsmodels.tsa.exponential_smoothing.ets import ETSModel

    with quiet():
        fit = ETSModel(pd.Series(training), error="add", trend="add", damped_trend=True).fit(disp=False)
        prediction = fit.get_prediction(start=len(training), end=len(training) + horizon - 1)
        frames = {alpha: np.asarray(prediction.pred_int(alpha=alpha)) for alpha in scores.ALPHAS}
    return _stacked(np.asarray(prediction.predicted_mean), frames)


def theta_bands(series: AnnualSeries | None, training: np.ndarray, horizon: int) -> np.ndarray:
    """statsmodels ThetaModel with its own intervals, no seasonality."""
    from statsmodels.tsa.forecasting.theta import ThetaModel

    with quiet():
        index = pd.period_range("1950", periods=len(training), freq="Y")
        fit = ThetaModel(pd.Series(training, index=index), deseasonalize=False, period=1).fit(disp=False)
        frames = {alpha: np.asarray(fit.prediction_intervals(horizon, alpha=alpha)) for alpha in scores.ALPHAS}
        centre = np.asarray(fit.forecast(horizon))
    return _stacked(centre, frames)


def prophet_bands(series: AnnualSeries | None, training: np.ndarray, horizon: int, years: Sequence[int] | None = None) -> np.ndarray:
    """Prophet as it comes, with the yearly seasonality it turns on for annual data switched off; 300 samples."""
    logging.getLogger("prophet.plot").disabled = True
    from prophet import Prophet

    for name in ("prophet", "cmdstanpy"):
        logging.getLogger(name).disabled = True
    listed = list(years) if years is not None else list(range(1950, 1950 + len(training)))
    days = pd.to_datetime([f"{year}-01-01" for year in listed])
    ahead = pd.to_datetime([f"{listed[-1] + step}-01-01" for step in range(1, horizon + 1)])
    with quiet():
        np.random.seed(0)
        model = Prophet(yearly_seasonality=False, weekly_seasonality=False, daily_seasonality=False, uncertainty_samples=300)
        model.fit(pd.DataFrame({"ds": days, "y": training}))
        drawn = np.asarray(model.predictive_samples(pd.DataFrame({"ds": ahead}))["yhat"])
    return np.quantile(drawn, LEVELS, axis=1)


class quiet(warnings.catch_warnings):
    """Peers may warn as they like; the figures say how they did."""

    def __enter__(self) -> object:
        entered = super().__enter__()
        warnings.simplefilter("ignore")
        self._errors = np.errstate(all="ignore")
        self._errors.__enter__()
        return entered

    def __exit__(self, *problem: object) -> None:
        self._errors.__exit__(*problem)
        super().__exit__(*problem)


def _stacked(centre: np.ndarray, frames: dict[float, np.ndarray]) -> np.ndarray:
    return np.array([centre, *(frames[alpha][:, side] for alpha in scores.ALPHAS for side in (0, 1))])


def key_of(case: Case) -> str:
    """The name of a case in the exchange with the other environment."""
    return f"{case.series.id}|{len(case.training)}"


def ask_apart(series: dict[str, dict[str, object]], methods: Sequence[str], folder: Path) -> dict[str, dict[str, object]] | str:
    """What statsforecast says of {key: {values, horizon}}: {method: {key: quantiles or the error}}, or why nothing was asked."""
    if not APART.exists():
        return "not measured: .venv-peers is not there"
    folder.mkdir(parents=True, exist_ok=True)
    asked, answered = folder / "peers_asked.json", folder / "peers_answered.json"
    asked.write_text(json.dumps({"methods": list(methods), "series": series}), encoding="utf-8")
    command = [str(APART), str(Path(__file__).with_name("peers_statsforecast.py")), str(asked), str(answered)]
    try:
        subprocess.run(command, check=True, timeout=TIMEOUT, stdout=subprocess.DEVNULL, stderr=subprocess.PIPE, text=True)
    except (OSError, subprocess.SubprocessError) as problem:
        return f"not measured: {type(problem).__name__} {str(getattr(problem, 'stderr', ''))[-120:]}".strip()
    return json.loads(answered.read_text(encoding="utf-8"))


def answered_bands(answers: dict[str, object]) -> Bands:
    """Bands looked up among the answers; where the peer failed, naive's (the count of failures is printed beside)."""

    def bands(series: AnnualSeries, training: np.ndarray, horizon: int) -> np.ndarray:
        answer = answers.get(f"{series.id}|{len(training)}")
        if not isinstance(answer, list):
            return naive_bands(series, training, horizon)
        return np.array(answer, dtype=float)[:, :horizon]

    return bands
