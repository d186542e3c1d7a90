"""Rolling-origin backtest: at each past year forecast with what was known then, compare with what came."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from typing import Any

import numpy as np
import pandas as pd
from numpy.typing import ArrayLike

from forecast.columns import ENOUGH_ORIGINS
from forecast.errors import RefusedError
from forecast.evaluation import scores
from forecast.models import predict
from forecast.models.series.history import Support
from forecast.models.series.pace import Pace

QUANTILES = {"q025": 0.025, "q10": 0.1, "q25": 0.25, "median": 0.5, "q75": 0.75, "q90": 0.9, "q975": 0.975}
KnownAt = Callable[[int], tuple[Sequence[float], Sequence[int]]]
COLUMNS = (
    *("method", "origin", "horizon", "period", "n_train", "observed", *QUANTILES, "error"),
    *("inside80", "inside95", "scale", "wis", "crps", "refused_vi", "refused_en"),
)


def backtest(
    values: ArrayLike,
    periods: Sequence[int],
    *,
    support: Support | None = None,
    pace: Pace | None = None,
    methods: Sequence[str] = ("naive", "default"),
    horizon: int = 3,
    min_train: int = 5,
    seed: int = 0,
    n_paths: int = 1000,
    known_at: KnownAt | None = None,
) -> pd.DataFrame:
    """One row per method, origin and year ahead that has been observed; naive is always among the methods.

    `known_at(origin) -> (values, periods)` gives the series as known at an origin (vintages); without it, the final values
    up to that year; `support` and `pace` as in `predict`. A method that refuses at an origin leaves one row with horizon 0 and the reason,
    so nothing is silent.
    Raises RefusedError for years that are not ascending.
    """
    years, seen = [int(year) for year in periods], np.asarray(values, float)
    if years != sorted(set(years)):
        raise RefusedError("Các năm phải tăng dần và không trùng.", "The years must be ascending, without duplicates.")
    names, settings = tuple(dict.fromkeys(("naive", *methods))), {"support": support, "pace": pace, "seed": seed, "n_paths": n_paths}
    rows: list[dict[str, object]] = []
    for count in range(min_train, len(years)):
        training, trained = (seen[:count], years[:count]) if known_at is None else known_at(years[count - 1])
        steps = min(horizon, len(years) - count)
        came = dict(zip(years[count : count + steps], seen[count : count + steps], strict=True))
        for name in names:
            rows += rows_at(name, np.asarray(training, float), list(trained), came, horizon, **settings)
    return pd.DataFrame(rows, columns=list(COLUMNS))


def rows_at(
    name: str, training: np.ndarray, years: list[int], came: Mapping[int, float], horizon: int, **settings: Any
) -> list[dict[str, object]]:
    """The rows of one method at one origin, by year of `came`; the forecast is made before anything of `came` is looked at.

    `settings`: support, pace, seed, n_paths, as `predict` takes them.
    """
    fixed = {"method": name, "origin": int(years[-1]), "n_train": len(training)}
    try:
        forecast = predict(training, horizon, periods=years, method=name, **settings)
    except RefusedError as refused:
        return [{**fixed, "horizon": 0, "refused_vi": refused.vi, "refused_en": refused.en}]
    scale = scores.naive_scale(training)
    quantiles = forecast.quantiles(list(QUANTILES.values()))
    return [
        {
            **fixed,
            **_scored(forecast.paths[:, column], quantiles[:, column], observed, scale),
            "period": year,
            "horizon": column + 1,
        }
        for column, year in enumerate(forecast.periods)
        if (observed := came.get(year)) is not None
    ]


def _scored(draws: np.ndarray, quantiles: np.ndarray, observed: float, scale: float) -> dict[str, object]:
    """Quantiles and scores of one year ahead, in the unit of the series."""
    at = [float(value) for value in quantiles]
    judged = scores.of_quantiles(float(observed), at)
    wis = judged.pop("wis")
    return {
        **dict(zip(QUANTILES, at, strict=True)),
        "observed": float(observed),
        **judged,
        "scale": scale,
        "wis": wis,
        "crps": scores.crps(observed, draws),
        "refused_vi": "",
        "refused_en": "",
    }


SUMMARY = ("method", "origins", "forecasts", "mase", "mase_relative", "wis", "crps", "coverage80", "coverage95")


def summarise(rows: pd.DataFrame) -> pd.DataFrame:
    """One row per method: origins, mase, coverage, and skill against naive (1 = as good as repeating the last value).

    `mase_relative`, `wis` and `crps` are ratios of the sums of a method and of naive over the same origins and years, each
    in units of the training scale; `refused`: origins where the method gave nothing; `rankable`: at least 8 origins.
    """
    scored = rows[rows["horizon"] > 0].copy()
    for name in ("error", "wis", "crps"):
        scored[f"scaled_{name}"] = scored[name].astype(float).abs() / scored["scale"].astype(float)
    naive = scored[scored["method"] == "naive"].set_index(["origin", "period"])
    refused = rows.loc[rows["horizon"] == 0, "method"].value_counts()
    summaries = [
        {**_summary_of(group, naive), "method": name, "refused": int(refused.get(name, 0))}
        for name in dict.fromkeys(rows["method"])
        if len(group := scored[scored["method"] == name])
    ]
    table = pd.DataFrame(summaries, columns=[*SUMMARY, "refused"])
    return table.assign(rankable=table["origins"].astype(float) >= ENOUGH_ORIGINS)


def _summary_of(group: pd.DataFrame, naive: pd.DataFrame) -> dict[str, object]:
    own = group.set_index(["origin", "period"])
    other = naive.reindex(own.index)
    ratio = {name: _ratio(own[f"scaled_{name}"], other[f"scaled_{name}"]) for name in ("error", "wis", "crps")}
    return {
        "origins": int(group["origin"].nunique()),
        "forecasts": len(group),
        "mase": float(own["scaled_error"].mean()),
        "mase_relative": ratio["error"],
        "wis": ratio["wis"],
        "crps": ratio["crps"],
        "coverage80": float(group["inside80"].astype(float).mean()),
        "coverage95": float(group["inside95"].astype(float).mean()),
    }


def _ratio(own: pd.Series, other: pd.Series) -> float:
    below = float(other.sum())
    return float(own.sum()) / below if below > 0.0 else float("nan")
