"""Benchmark series cut to a training window and what came after it, and the scores of any method's bands on them."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np
import pandas as pd

from forecast.errors import RefusedError
from forecast.evaluation import scores
from forecast.models.learning.trees import AnnualSeries
from forecast.models.series.history import History, read_history

POSITIVE = (0.0, None)
LEVELS = (0.5, 0.25, 0.75, 0.1, 0.9, 0.025, 0.975)
REGIMES = {"n5": (5, 4), "n6": (6, 4), "n8": (8, 6), "n12": (12, 6), "full": (10_000, 6)}
Bands = Callable[[AnnualSeries, np.ndarray, int], np.ndarray]  # -> quantiles [7 LEVELS, horizon]


@dataclass(frozen=True)
class Case:
    """One series cut to a training window, and what came."""

    series: AnnualSeries
    training: np.ndarray
    observed: np.ndarray


def cases(every: list[AnnualSeries], length: int, horizon: int) -> list[Case]:
    """The last `length` training points of every series that has them (all points where length is beyond any series)."""
    made = []
    for series in every:
        if length < 10_000 and series.n_train < length:
            continue
        training = series.values[: series.n_train][-length:]
        if np.ptp(training) > 0.0:
            made.append(Case(series, training, series.values[series.n_train :][:horizon]))
    return made


def history_of(case: Case) -> History | None:
    """The series as the kit reads it; None where the kit gives no forecast (a jump by a factor of 30 or more)."""
    try:
        return read_history(case.training, None, POSITIVE)
    except RefusedError:
        return None


def few(asked: list[Case], count: int) -> list[Case]:
    """About `count` cases the kit does not refuse, evenly spread over the data sets."""
    kept = [case for case in asked if history_of(case) is not None]
    return kept[:: max(len(kept) // count, 1)][:count]


def score(asked: list[Case], bands: Bands) -> pd.DataFrame:
    """One row per series: scores of the bands and of naive.

    Series the kit refuses are left out for every method; one the method itself gives nothing for counts as `failed`.
    """
    rows = []
    for case in asked:
        if history_of(case) is None:
            continue
        observed, training = case.observed, case.training
        quantiles = bands(case.series, training, len(observed))
        middle, repeated = quantiles[0], np.full(len(observed), training[-1])
        rows.append(
            {
                "dataset": case.series.dataset,
                "smape": scores.smape(observed, middle),
                "mase": scores.mase(observed, middle, training),
                "smape_naive": scores.smape(observed, repeated),
                "mase_naive": scores.mase(observed, repeated, training),
                "cov80": scores.coverage(observed, quantiles[3], quantiles[4]),
                "cov95": scores.coverage(observed, quantiles[5], quantiles[6]),
                "swis": scores.wis(observed, middle, quantiles[[3, 5]], quantiles[[4, 6]], scores.ALPHAS[1:])
                / scores.naive_scale(training),
                "msis": scores.msis(observed, quantiles[5], quantiles[6], training),
            }
        )
    return pd.DataFrame(rows)


def owa_of(scored: pd.DataFrame) -> float:
    """Overall weighted average of a table of `score`."""
    mean = scored.mean(numeric_only=True)
    return scores.owa(mean["smape"], mean["mase"], mean["smape_naive"], mean["mase_naive"])
