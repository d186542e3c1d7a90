"""The answer held against others: what each method says of the nation, and a replay against what was published later."""

from __future__ import annotations

import itertools
from collections.abc import Mapping
from datetime import date
from typing import Any

import numpy as np
import pandas as pd

from forecast.columns import TABLES
from forecast.domain import Key, Kind, Observation
from forecast.errors import EvidenceError, RefusedError
from forecast.evaluation.backtest import backtest, summarise
from forecast.evaluation.trials import HORIZON, min_train, national_series
from forecast.evidence import Evidence
from forecast.models import METHODS, predict
from forecast.models.provincial.national import NATION
from forecast.policy.outlooks.outlook import Outlook, outlook, quantities
from forecast.policy.outlooks.targets import growth_of


def methods_table(found: Outlook) -> pd.DataFrame:
    """What each named method says for the nation over the same years, with its national backtest beside it."""
    nation, support = found.nation, found.nation.support
    values, known = nation.history, nation.years[: nation.known]
    horizon = found.horizon_year - nation.origin
    names = [name for name in METHODS if name != "prophet"] + ["prophet"]
    skill = national_skill(values, known, support, tuple(names), found.seed)
    rows = []
    for name in names:
        try:
            forecast = predict(
                values, horizon, periods=known, support=support, method=name, seed=found.seed, n_paths=500
            )
        except RefusedError:
            continue
        low, middle, high = forecast.quantiles((0.1, 0.5, 0.9))
        measured = skill.loc[name] if name in skill.index else None
        for place, year in enumerate(forecast.periods):
            row = {"method": name, "period": year, "low": low[place], "median": middle[place], "high": high[place]}
            for column in ("mase", "wis", "coverage80", "origins"):
                row[column] = None if measured is None else measured[column]
            rows.append(row)
    return pd.DataFrame(rows, columns=TABLES["methods"]).round(6)


def national_skill(
    values: np.ndarray,
    years: tuple[int, ...],
    support: tuple[float | None, float | None],
    names: tuple[str, ...],
    seed: int,
) -> pd.DataFrame:
    """Rolling-origin summary by method (mase, wis, coverage80, origins); empty where the series is too short for any origin."""
    rows = backtest(
        values,
        years,
        support=support,
        methods=names,
        horizon=HORIZON,
        min_train=min_train(len(values)),
        seed=seed,
        n_paths=500,
    )
    return summarise(rows).set_index("method")


def _published_points(store: Evidence, key: Key, kind: Kind) -> tuple[Observation, ...]:
    """The nation's resolved series; of a province every published figure, those that contradict each other included."""
    if key.territory == NATION:
        return store.series(key, kind=kind).points
    figures = store.figures(key.indicator, key.measure, key.territory, kind)
    return tuple(item for item in figures if item.status not in ("derived", "assumption"))


def later_table(found: Outlook, store: Evidence) -> pd.DataFrame:
    """A replay beside what was published later: province and nation, forecast years only."""
    rows: list[dict[str, Any]] = []
    nation = found.nation
    levels = nation.transform.inverse(nation.draws)
    kinds = quantities(found)
    national = {"level": (nation.years, levels), "growth": (nation.years[1:], growth_of(levels))}
    shown = "growth" if found.study.growth else "level"
    own_indicator = found.study.target_indicator if found.study.growth else found.study.indicator
    national_indicator = found.study.growth or found.study.national
    pairs = [(found.territory, own_indicator, kinds), (NATION, national_indicator, national)]
    for territory, indicator, draws_by_quantity in pairs:
        if shown not in draws_by_quantity:
            continue
        years, draws = draws_by_quantity[shown]
        kind = "growth" if shown == "growth" else "level"
        key = Key(indicator, _measure(found, indicator), territory)
        for point in _published_points(store, key, kind):
            year = point.period.first
            if point.vintage <= found.as_of or not nation.origin < year <= found.horizon_year or year not in years:
                continue
            low, middle, high = np.quantile(draws[:, years.index(year)], (0.1, 0.5, 0.9))
            rows.append(
                {
                    "period": year,
                    "quantity": shown,
                    "territory": territory,
                    "forecast_low": round(float(low), 6),
                    "forecast_median": round(float(middle), 6),
                    "forecast_high": round(float(high), 6),
                    "published": point.value,
                    "vintage": point.vintage.isoformat(),
                    "source": point.source,
                }
            )
    return pd.DataFrame(rows, columns=TABLES["later"])


REPLAY_DAYS = ("2023-06-30", "2024-06-30", "2025-06-30")
REPLAY = ("as_of", "indicator", "measure", "unit", "refused_vi", "refused_en")


def replays_table(
    store: Evidence, territory: str, *, as_of: str = "latest", horizon_year: int = 2025, seed: int, n_paths: int
) -> pd.DataFrame:
    """What the kit would have said of `territory` in mid-2023, 2024 and 2025, beside what was published by `as_of`.

    A day and series that the figures known then did not allow leave one row with the reason.
    """
    last, rows = store.day(as_of), []
    for day, (study, measure) in itertools.product(REPLAY_DAYS, national_series()):
        if date.fromisoformat(day) >= last:
            continue
        fixed = {"as_of": day, "indicator": study.indicator, "measure": measure}
        named = {"territory": territory, "measure": measure, "horizon_year": horizon_year}
        try:
            found = outlook(store, study.indicator, **named, as_of=day, seed=seed, n_paths=n_paths)
        except (RefusedError, EvidenceError) as refused:
            rows.append({**fixed, "refused_vi": refused.vi, "refused_en": refused.en})
            continue
        later = later_table(found, store)
        known = later[later["vintage"] <= last.isoformat()].to_dict("records")
        rows += [{**row, **fixed, "unit": _unit(found, store, row)} for row in known]
    return pd.DataFrame(rows, columns=[*REPLAY[:4], *TABLES["later"], *REPLAY[4:]])


def _unit(found: Outlook, store: Evidence, row: Mapping[str, Any]) -> str:
    if row["quantity"] == "growth":
        return "percent_per_year"
    return store.indicators[found.study.national if row["territory"] == NATION else found.study.indicator].unit


def _measure(found: Outlook, indicator: str) -> str:
    return "province" if indicator == "ecommerce_revenue" else found.measure
