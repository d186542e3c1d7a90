"""How every named method did on every national series: the tables of notebook 04."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from contextlib import suppress
from dataclasses import dataclass
from datetime import date
from functools import partial
from typing import Any

import numpy as np
import pandas as pd

from forecast import memo
from forecast.columns import ENOUGH_ORIGINS
from forecast.domain import Forecast
from forecast.errors import RefusedError
from forecast.evaluation.backtest import backtest, summarise
from forecast.evidence import Evidence
from forecast.headline import NATION, Study, studies
from forecast.models import METHODS, predict
from forecast.models.provincial.province import national_history
from forecast.models.series.history import Support
from forecast.models.series.pace import Pace

HORIZON = 3


def min_train(points: int) -> int:
    """The shortest training window tried: five points, fewer where the series would leave no origin, never under three."""
    return max(3, min(5, points // 2))


def track_record(
    store: Evidence, *, as_of: str = "latest", seed: int, n_paths: int
) -> tuple[dict[str, pd.DataFrame], dict[str, Any]]:
    """Tables `backtest` (one row per series and method) and `origins` (one row per forecast), and a summary.

    A series too short on that day is left out and named in the summary.
    """
    day = store.day(as_of)
    summaries, origins, left_out = [], [], []
    for study, measure in national_series(store):
        try:
            past = past_of(store, study, measure, day)
        except RefusedError as refused:
            left_out.append({"indicator": study.indicator, "measure": measure, "vi": refused.vi, "en": refused.en})
            continue
        rows = tried(past.values, past.years, past.study.support, tuple(METHODS), pace=past.pace, seed=seed, n_paths=n_paths)
        fixed = {"indicator": study.indicator, "measure": measure, "source": past.source}
        summaries.append(summarise(rows).assign(**fixed))
        origins.append(rows.assign(**fixed))
    tables = {"backtest": joined(summaries), "origins": joined(origins)}
    return tables, {
        "indicator": "",
        "territory": NATION,
        "as_of": day.isoformat(),
        "rankable_from": ENOUGH_ORIGINS,
        "left_out": left_out,
        "seed": seed,
        "n_paths": n_paths,
    }


def national_series(store: Evidence) -> Iterator[tuple[Study, str]]:
    """Each study with each of its measures."""
    for study in studies(store).values():
        for measure in study.measures:
            yield study, measure


@dataclass(frozen=True)
class Past:
    """The nation's yearly levels behind a study and a measure; an index where no published level anchors them."""

    study: Study
    measure: str
    years: tuple[int, ...]
    values: np.ndarray
    unit: str
    source: str
    pace: Pace | None = None


def past_of(store: Evidence, study: Study, measure: str, day: date) -> Past:
    """The past of one national series as known on `day`; raises RefusedError where it is too short."""
    series, values, based, pace = national_history(store, study, measure, day)
    last = series.years[-1]
    unit, years = study.national_unit if based else "index", tuple(range(last - len(values) + 1, last + 1))
    return Past(study, measure, years, values, unit, "+".join(series.sources), pace)


def national_pasts(store: Evidence, day: date) -> Iterator[Past]:
    """The past of every national series that is long enough on `day`."""
    for study, measure in national_series(store):
        with suppress(RefusedError):
            yield past_of(store, study, measure, day)


def tried(
    values: np.ndarray, years: Sequence[int], support: Support, methods: Sequence[str], **settings: Any
) -> pd.DataFrame:
    """The backtest of a national series as every table of the kit has it; `settings`: pace, seed, n_paths."""
    fixed: dict[str, Any] = {"horizon": HORIZON, "min_train": min_train(len(values)), "methods": tuple(methods)}
    settings = {"support": support, **fixed, **settings}
    return memo.table("backtest", (values, [int(year) for year in years], settings), lambda: backtest(values, years, **settings))


def spoken(values: np.ndarray, horizon: int, methods: Iterable[str], **settings: Any) -> Iterator[tuple[str, Forecast]]:
    """What each method says of the next years; one that refuses says nothing. `settings` as `predict` takes them."""
    for name in methods:
        with suppress(RefusedError):
            plain = memo.once("forecast", (name, values, horizon, settings), partial(_plain, values, horizon, method=name, **settings))
            yield name, Forecast(plain["origin"], np.array(plain["paths"]), name, seed=plain["seed"])


def _plain(values: np.ndarray, horizon: int, **settings: Any) -> dict[str, Any]:
    forecast = predict(values, horizon, **settings)
    return {"origin": forecast.origin, "paths": forecast.paths.tolist(), "seed": forecast.seed}


def joined(frames: list[pd.DataFrame]) -> pd.DataFrame:
    """The tables under each other, to six decimals; an empty one where there is none."""
    return pd.concat(frames, ignore_index=True).round(6) if frames else pd.DataFrame()
