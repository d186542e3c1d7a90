"""The answer held against others: what each method says of the nation, and a replay against what was published later."""

from __future__ import annotations

import itertools
from collections.abc import Iterator, Mapping
from dataclasses import replace
from datetime import date
from typing import Any

import numpy as np
import pandas as pd

from forecast.columns import TABLES
from forecast.domain import Key, Kind, Observation, Question
from forecast.errors import EvidenceError, RefusedError
from forecast.evaluation.backtest import summarise
from forecast.evaluation.trials import national_series, spoken, tried
from forecast.evidence import Evidence
from forecast.headline import NATION
from forecast.models import METHODS
from forecast.policy.outlooks.answers import Outlook, answered, national_quantities, quantities
from forecast.policy.outlooks.elapsed import years_heard

METHOD_PATHS = 500


def methods_table(outlook: Outlook, _store: Evidence) -> pd.DataFrame:
    """What each named method says for the nation over the same years, with its national backtest beside it."""
    nation, names = outlook.nation, [name for name in METHODS if name != "prophet"] + ["prophet"]
    years, steps = nation.years[: nation.n_known], outlook.horizon_year - nation.origin
    drawn = {"pace": nation.pace, "seed": outlook.question.seed, "n_paths": METHOD_PATHS}
    skill = summarise(tried(nation.history, years, nation.support, names, **drawn)).set_index("method")
    rows = []
    for name, forecast in spoken(nation.history, steps, names, periods=years, support=nation.support, **drawn):
        low, middle, high = forecast.quantiles((0.1, 0.5, 0.9))
        measured = skill.loc[name] if name in skill.index else None
        for column, year in enumerate(forecast.periods):
            row = {"method": name, "period": year, "low": low[column], "median": middle[column], "high": high[column]}
            scores = {key: None if measured is None else measured[key] for key in ("mase", "wis", "coverage80", "origins")}
            rows.append({**row, **scores})
    return pd.DataFrame(rows, columns=TABLES["methods"]).round(6)


def later_table(outlook: Outlook, store: Evidence) -> pd.DataFrame:
    """A replay beside what was published later: province and nation, forecast years only."""
    study = outlook.study
    key, shown = study.of_nation(outlook.measure)
    own = study.target_indicator if study.growth else study.indicator
    rows: list[dict[str, Any]] = []
    if drawn := quantities(outlook).get(shown):
        points = _published(store, Key(own, study.own_measure(outlook.measure), outlook.territory), shown) + _counted(store, outlook)
        rows += _later_rows(outlook, outlook.territory, shown, points, *drawn)
    points = _published(store, key, shown)
    rows += _later_rows(outlook, NATION, shown, points, *national_quantities(outlook)[shown])
    return pd.DataFrame(rows, columns=TABLES["later"])


def _published(store: Evidence, key: Key, kind: Kind) -> tuple[Observation, ...]:
    """The nation's resolved series; of a province every published figure, those that contradict each other included."""
    if key.territory == NATION:
        return store.series(key, kind=kind).points
    figures = store.figures(key.indicator, key.measure, key.territory, kind)
    return tuple(figure for figure in figures if figure.status not in ("derived", "assumption"))


def _counted(store: Evidence, outlook: Outlook) -> tuple[Observation, ...]:
    """Productivity growth of the years whose output and employed are published by now, as figures of their output's source."""
    heard = years_heard(store, outlook.study, replace(outlook.question, as_of=store.last_vintage))
    return tuple(
        replace(step.output, value=round(100.0 * float(np.expm1(step.rate)), 2)) for step in heard if step.basis == "counted"
    )


def _later_rows(
    outlook: Outlook,
    territory: str,
    quantity: str,
    points: tuple[Observation, ...],
    years: tuple[int, ...],
    draws: np.ndarray,
) -> Iterator[dict[str, Any]]:
    """One row per figure of a forecast year that came after the outlook's day."""
    for point in points:
        year = point.period.first
        if point.vintage <= outlook.as_of or not outlook.nation.origin < year <= outlook.horizon_year or year not in years:
            continue
        low, middle, high = np.quantile(draws[:, years.index(year)], (0.1, 0.5, 0.9))
        yield {
            "period": year,
            "quantity": quantity,
            "territory": territory,
            "forecast_low": round(float(low), 6),
            "forecast_median": round(float(middle), 6),
            "forecast_high": round(float(high), 6),
            "published": point.value,
            "vintage": point.vintage.isoformat(),
            "source": point.source,
        }


REPLAY_DAYS = ("2023-06-30", "2024-06-30", "2025-06-30")
REPLAY = ("as_of", "indicator", "measure", "unit", "refused_vi", "refused_en")


def replays_table(
    store: Evidence, territory: str, *, as_of: str = "latest", horizon_year: int = 2025, seed: int, n_paths: int
) -> pd.DataFrame:
    """What the kit would have said of `territory` in mid-2023, 2024 and 2025, beside what was published by `as_of`.

    A day and series that the figures known then did not allow leave one row with the reason.
    """
    last, rows = store.day(as_of), []
    for text, (study, measure) in itertools.product(REPLAY_DAYS, national_series(store)):
        day = date.fromisoformat(text)
        if day >= last:
            continue
        fixed = {"as_of": text, "indicator": study.indicator, "measure": measure}
        try:
            outlook = answered(store, study, Question(territory, measure, day, horizon_year, "default", seed, n_paths))
        except (RefusedError, EvidenceError) as refused:
            rows.append({**fixed, "refused_vi": refused.vi, "refused_en": refused.en})
            continue
        later = later_table(outlook, store)
        came = later[later["vintage"] <= last.isoformat()].to_dict("records")
        rows += [{**row, **fixed, "unit": _unit(outlook, row)} for row in came]
    return pd.DataFrame(rows, columns=[*REPLAY[:4], *TABLES["later"], *REPLAY[4:]])


def _unit(outlook: Outlook, row: Mapping[str, Any]) -> str:
    if row["quantity"] == "growth":
        return "percent_per_year"
    return outlook.study.national_unit if row["territory"] == NATION else outlook.study.unit
