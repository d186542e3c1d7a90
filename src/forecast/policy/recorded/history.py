"""What is known of the past: figures as printed, the rebuilt years, the readings of the bridge, the nation."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import numpy as np
import pandas as pd

from forecast.columns import TABLES
from forecast.domain import Conflict, Observation
from forecast.evidence import Evidence
from forecast.headline import NATION
from forecast.policy.outlooks.answers import Outlook, national_quantities, quantities
from forecast.policy.recorded.forecasts import unit_of

_NOT_PRINTED = ("derived", "assumption")


def history_table(outlook: Outlook, _store: Evidence) -> pd.DataFrame:
    """Figures as printed, and the rebuilt median with its 80 % band, never before the first year a figure speaks of.

    A scenario changes nothing of the past: under one, the table is about the baseline it was applied to.
    """
    past = outlook.before or outlook
    rows = [_published_row(past, figure) for figure in past.figures]
    if past.territory != NATION:
        rows += _rebuilt_rows(past)
    return pd.DataFrame(rows, columns=TABLES["history"])


def _rebuilt_rows(outlook: Outlook) -> Iterator[dict[str, Any]]:
    readings = (*outlook.draws.readings, *outlook.nation.readings)
    sources = dict.fromkeys(part for reading in readings for part in reading.source.split("+"))
    first = min(reading.year for reading in outlook.draws.readings)
    fixed = {
        **{"indicator": outlook.study.indicator, "measure": outlook.measure, "territory": outlook.territory},
        **{"ink": "rebuilt", "status": "derived", "bound": "exact", "vintage": outlook.as_of.isoformat(), "used": True},
        "source": "+".join(dict.fromkeys([*sources, *outlook.nation.series.sources])),
        "note_vi": "dựng lại từ số cả nước và số liệu có được của tỉnh; không phải số công bố",
        "note_en": "rebuilt from the nation and what is known of the province; not a published figure",
    }
    for quantity, (years, draws) in quantities(outlook).items():
        for year in (year for year in years if first <= year <= outlook.nation.origin):
            ends = np.quantile(draws[:, years.index(year)], (0.1, 0.25, 0.5, 0.75, 0.9))
            named = zip(("low", "low50", "value", "high50", "high"), ends, strict=True)
            yield {**fixed, "quantity": quantity, "period": year, **{name: round(float(end), 6) for name, end in named}}


def _published_row(outlook: Outlook, figure: Observation) -> dict[str, Any]:
    kept = {point for series in outlook.resolved for point in series.points}
    interval = figure.kind == "interval"
    conflicts = [conflict for series in outlook.resolved for conflict in series.conflicts]
    both = any(figure == other for conflict in conflicts for other in _both(conflict))
    notes = ["hai số mâu thuẫn, dùng cả hai với độ lệch của chúng" if both else "", _note_vi(figure)]
    return {
        "indicator": figure.key.indicator,
        "measure": figure.key.measure,
        "territory": figure.key.territory,
        "quantity": "growth" if figure.kind.startswith("growth") else "level",
        "period": figure.period.last,
        "ink": "rebuilt" if figure.status in _NOT_PRINTED else "published",
        "value": round((figure.value + figure.high) / 2 if interval and figure.high else figure.value, 6),
        "low": figure.value if interval else None,
        "high": figure.high if interval else None,
        "status": figure.status,
        "bound": figure.bound,
        "vintage": figure.vintage.isoformat(),
        "source": figure.source,
        "used": interval or figure in kept or both,
        "note_vi": "; ".join(filter(None, notes)),
        "note_en": figure.note,
    }


def _both(conflict: Conflict) -> tuple[Observation, ...]:
    """Published growth rates of productivity that contradict each other: the bridge takes them all, with their spread."""
    growth = conflict.used.key.indicator == "labour_productivity_growth" and conflict.used.status != "derived"
    return (conflict.used, *(other for other in conflict.others if other.status != "derived")) if growth else ()


def _note_vi(figure: Observation) -> str:
    parts = {
        "chỉ biết nằm trong khoảng này": figure.kind == "interval",
        f"bình quân {figure.period}": figure.period.first != figure.period.last,
        "tính từ hai số đã công bố": figure.status == "derived",
    }
    return "; ".join(part for part, applies in parts.items() if applies)


def readings_table(outlook: Outlook, _store: Evidence) -> pd.DataFrame:
    """What each figure says of the territory (or the nation) and how surely: the inputs of the bridge, in the reader's units.

    A growth rate is in percent a year after employment growth is taken off; a level in the indicator's unit, at the
    nation's price basis; low and high are plus and minus 1.28 standard errors (80 %).
    """
    rows = []
    for reading in (*outlook.draws.readings, *outlook.nation.readings):
        if reading.kind == "level" and not outlook.nation.based:
            continue
        ends = np.array([reading.value - 1.2816 * reading.se, reading.value, reading.value + 1.2816 * reading.se])
        values = 100.0 * np.expm1(ends) if reading.kind == "growth" else outlook.nation.transform.inverse(ends)
        low, middle, high = (round(float(value), 6) for value in values)
        rows.append(
            {
                **{"period": reading.year, "quantity": reading.kind, "indicator": reading.indicator},
                **{"territory": reading.territory, "value": middle, "low": low, "high": high},
                **{"unit": unit_of(outlook, reading.kind), "source": reading.source},
            }
        )
    return pd.DataFrame(rows, columns=TABLES["readings"])


def nation_table(outlook: Outlook, _store: Evidence) -> pd.DataFrame:
    """The national counterpart: published figures, then the median and 80 % band of its draws."""
    rows = [
        _national_row(outlook, quantity, year, drawn[:, column])
        for quantity, (years, drawn) in national_quantities(outlook).items()
        for column, year in enumerate(years)
        if year <= outlook.horizon_year
    ]
    return pd.DataFrame(rows, columns=TABLES["nation"])


def _national_row(outlook: Outlook, quantity: str, year: int, drawn: np.ndarray) -> dict[str, Any]:
    nation, study = outlook.nation, outlook.study
    low, middle, high = np.quantile(drawn, (0.1, 0.5, 0.9))
    past = year <= nation.origin
    point = nation.series.at(year) if quantity == ("growth" if study.growth else "level") else None
    printed = point is not None and point.status not in _NOT_PRINTED
    ahead = "forecast" if year <= nation.forecast_to else "scenario"
    sources = dict.fromkeys([*nation.series.sources, *(reading.source for reading in nation.readings)])
    return {
        "period": year,
        "quantity": quantity,
        "ink": ahead if not past else "published" if printed else "rebuilt",
        "value": round(float(point.value if point else middle), 6),
        "low": None if past else round(float(low), 6),
        "high": None if past else round(float(high), 6),
        "status": point.status if point else "derived" if past else "",
        "vintage": point.vintage.isoformat() if point else outlook.as_of.isoformat(),
        "source": point.source if point else "+".join(sources),
        "unit": "percent_per_year" if quantity == "growth" else study.national_unit,
    }
