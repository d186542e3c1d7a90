"""An outlook as plain tables: what a run records and what charts, words and pages read."""

from __future__ import annotations

from typing import Any

import numpy as np
import pandas as pd

from forecast.columns import QUANTILE_LEVELS, TABLES
from forecast.domain import Conflict, Key, Observation
from forecast.evidence import Evidence
from forecast.models.provincial.national import NATION
from forecast.policy.outlooks.information import information_table
from forecast.policy.outlooks.outlook import Outlook, quantities
from forecast.policy.outlooks.replays import later_table, methods_table
from forecast.policy.outlooks.sensitivity import sensitivity_table
from forecast.policy.outlooks.targets import growth_of
from forecast.policy.recorded.tryout import tryout_tables

SAMPLES = 500
UNIT = {"growth": "percent_per_year"}


def tables(found: Outlook, store: Evidence) -> dict[str, pd.DataFrame]:
    """The tables of a run by name; `later` only where the run looks back from an earlier day."""
    frames = {
        "forecast": forecast_table(found, store),
        "samples": samples_table(found, store),
        "history": history_table(found.before or found, store),
        "readings": readings_table(found, store),
        "nation": nation_table(found, store),
        "verdicts": verdicts_table(found),
        "target_paths": target_paths_table(found, store),
        "methods": methods_table(found),
        "assumptions": assumptions_table(found, store),
        "information": information_table(found, store),
        "sensitivity": sensitivity_table(found, store),
        **tryout_tables(found, store),
    }
    if found.as_of < found.newest:
        frames["later"] = later_table(found, store)
    return frames


def unit_of(found: Outlook, store: Evidence, quantity: str) -> str:
    indicator = found.study.national if found.territory == NATION else found.study.indicator
    return UNIT.get(quantity, store.indicators[indicator].unit)


def _rows(found: Outlook, store: Evidence, quantity: str) -> dict[str, Any]:
    return {
        "origin": found.nation.origin,
        "indicator": found.study.indicator,
        "measure": found.measure,
        "territory": found.territory,
        "quantity": quantity,
        "unit": unit_of(found, store, quantity),
        "scenario": found.scenario,
        "method": found.method,
    }


def forecast_table(found: Outlook, store: Evidence) -> pd.DataFrame:
    """Quantiles in hubverse columns; ink 'forecast' up to n/3 steps, 'scenario' beyond."""
    rows = []
    for quantity, (years, draws) in quantities(found).items():
        fixed = _rows(found, store, quantity)
        for year in range(found.nation.origin + 1, found.horizon_year + 1):
            values = np.quantile(draws[:, years.index(year)], QUANTILE_LEVELS)
            ink = _ink(found, year)
            step = {"horizon": year - found.nation.origin, "target_period": year, "ink": ink, "output_type": "quantile"}
            rows += [
                {**fixed, **step, "output_type_id": level, "value": round(float(value), 6)}
                for level, value in zip(QUANTILE_LEVELS, values, strict=True)
            ]
    return pd.DataFrame(rows, columns=TABLES["forecast"])


def _ink(found: Outlook, year: int) -> str:
    """A year is a forecast up to n/3 steps of the nation's history, and never under a scenario's assumptions."""
    return "forecast" if found.chosen is None and year <= found.nation.forecast_to else "scenario"


def samples_table(found: Outlook, store: Evidence) -> pd.DataFrame:
    """The first draws of the level (of growth where no level is anchored) as hubverse samples."""
    quantity, (covered, draws) = next(iter(quantities(found).items()))
    fixed = _rows(found, store, quantity)
    years = [year for year in covered if found.nation.origin < year <= found.horizon_year]
    count = min(SAMPLES, len(found.levels))
    frames = [
        pd.DataFrame(
            {
                **fixed,
                "horizon": year - found.nation.origin,
                "target_period": year,
                "ink": _ink(found, year),
                "output_type": "sample",
                "output_type_id": range(count),
                "value": np.round(draws[:count, covered.index(year)], 6),
            }
        )
        for year in years
    ]
    return pd.concat(frames, ignore_index=True)[list(TABLES["samples"])]


def history_table(found: Outlook, store: Evidence) -> pd.DataFrame:
    """Figures as printed, and the rebuilt median with its 80 % band, never before the first year a figure speaks of."""
    rows = [_published_row(found, item) for item in found.figures]
    if found.territory != NATION:
        sources = "+".join(_rebuilt_sources(found))
        first = min(item.year for item in found.draws.readings)
        for quantity, (years, draws) in quantities(found).items():
            for year in [year for year in years if first <= year <= found.nation.origin]:
                low, quarter, middle, upper, high = np.quantile(
                    draws[:, years.index(year)], (0.1, 0.25, 0.5, 0.75, 0.9)
                )
                rows.append(
                    {
                        "indicator": found.study.indicator,
                        "measure": found.measure,
                        "territory": found.territory,
                        "quantity": quantity,
                        "period": year,
                        "ink": "rebuilt",
                        "value": round(float(middle), 6),
                        "low": round(float(low), 6),
                        "high": round(float(high), 6),
                        "low50": round(float(quarter), 6),
                        "high50": round(float(upper), 6),
                        "status": "derived",
                        "bound": "exact",
                        "vintage": found.as_of.isoformat(),
                        "source": sources,
                        "used": True,
                        "note_vi": "dựng lại từ số cả nước và số liệu có được của tỉnh; không phải số công bố",
                        "note_en": "rebuilt from the nation and what is known of the province; not a published figure",
                    }
                )
    return pd.DataFrame(rows, columns=TABLES["history"])


def _published_row(found: Outlook, item: Observation) -> dict[str, Any]:
    kept = {point for series in found.resolved for point in series.points}
    interval = item.kind == "interval"
    both = any(item == other for series in found.resolved for conflict in series.conflicts for other in _both(conflict))
    return {
        "indicator": item.key.indicator,
        "measure": item.key.measure,
        "territory": item.key.territory,
        "quantity": "growth" if item.kind.startswith("growth") else "level",
        "period": item.period.last,
        "ink": "rebuilt" if item.status in ("derived", "assumption") else "published",
        "value": round((item.value + item.high) / 2 if interval and item.high else item.value, 6),
        "low": item.value if interval else None,
        "high": item.high if interval else None,
        "status": item.status,
        "bound": item.bound,
        "vintage": item.vintage.isoformat(),
        "source": item.source,
        "used": interval or item in kept or both,
        "note_vi": "; ".join(
            filter(None, ["hai số mâu thuẫn, dùng cả hai với độ lệch của chúng" if both else "", _note_vi(item)])
        ),
        "note_en": item.note,
    }


def _both(conflict: Conflict) -> tuple[Observation, ...]:
    """Published growth rates of productivity that contradict each other: the bridge takes them all, with their spread."""
    growth = conflict.used.key.indicator == "labour_productivity_growth" and conflict.used.status != "derived"
    return (conflict.used, *(other for other in conflict.others if other.status != "derived")) if growth else ()


def _note_vi(item: Observation) -> str:
    parts = []
    if item.kind == "interval":
        parts.append("chỉ biết nằm trong khoảng này")
    if item.period.first != item.period.last:
        parts.append(f"bình quân {item.period}")
    if item.status == "derived":
        parts.append("tính từ hai số đã công bố")
    return "; ".join(parts)


def _rebuilt_sources(found: Outlook) -> tuple[str, ...]:
    readings = (*found.draws.readings, *found.nation.readings)
    parts = [part for item in readings for part in item.source.split("+")]
    return tuple(dict.fromkeys([*parts, *found.nation.series.sources]))


def readings_table(found: Outlook, store: Evidence) -> pd.DataFrame:
    """What each figure says of the territory (or the nation) and how surely: the inputs of the bridge, in the reader's units.

    A growth rate is in percent a year after employment growth is taken off; a level in the indicator's unit, at the
    nation's price basis; low and high are plus and minus 1.28 standard errors (80 %).
    """
    rows = []
    for item in (*found.draws.readings, *found.nation.readings):
        ends = np.array([item.value - 1.2816 * item.se, item.value, item.value + 1.2816 * item.se])
        values = 100.0 * np.expm1(ends) if item.kind == "growth" else found.nation.transform.inverse(ends)
        if item.kind == "level" and not found.nation.based:
            continue
        low, middle, high = (round(float(value), 6) for value in values)
        rows.append(
            {
                "period": item.year,
                "quantity": item.kind,
                "indicator": item.indicator,
                "territory": item.territory,
                "value": middle,
                "low": low,
                "high": high,
                "unit": unit_of(found, store, item.kind),
                "source": item.source,
            }
        )
    return pd.DataFrame(rows, columns=TABLES["readings"])


def nation_table(found: Outlook, store: Evidence) -> pd.DataFrame:
    """The national counterpart: published figures, then the median and 80 % band of its draws."""
    nation = found.nation
    rows = []
    levels = nation.transform.inverse(nation.draws)
    kinds = {"level": (nation.years, levels)} if nation.based else {}
    if found.study.prefix != "digital":
        kinds["growth"] = (nation.years[1:], growth_of(levels))
    shown = "growth" if found.study.growth else "level"
    sources = dict.fromkeys([*nation.series.sources, *(item.source for item in nation.readings)])
    for quantity, (years, draws) in kinds.items():
        unit = UNIT.get(quantity, store.indicators[found.study.national].unit)
        for place, year in enumerate(years):
            if year > found.horizon_year:
                continue
            low, middle, high = np.quantile(draws[:, place], (0.1, 0.5, 0.9))
            past = year <= nation.origin
            point = nation.series.at(year) if quantity == shown else None
            printed = point is not None and point.status not in ("derived", "assumption")
            ahead = "forecast" if year <= nation.forecast_to else "scenario"
            rows.append(
                {
                    "period": year,
                    "quantity": quantity,
                    "ink": ahead if not past else "published" if printed else "rebuilt",
                    "value": round(float(point.value if point else middle), 6),
                    "low": None if past else round(float(low), 6),
                    "high": None if past else round(float(high), 6),
                    "status": point.status if point else "derived" if past else "",
                    "vintage": point.vintage.isoformat() if point else found.as_of.isoformat(),
                    "source": point.source if point else "+".join(sources),
                    "unit": unit,
                }
            )
    return pd.DataFrame(rows, columns=TABLES["nation"])


def verdicts_table(found: Outlook) -> pd.DataFrame:
    """One row per assessed target."""
    rows = []
    for item in found.assessments:
        target = item.target
        early, middle, late = item.arrival
        first, last = item.achieved_years or (None, None)
        rows.append(
            {
                "target": target.id,
                "name_vi": target.name.vi,
                "name_en": target.name.en,
                "document": target.document,
                "territory": target.territory,
                "applies": item.applies,
                "kind": target.kind,
                "direction": target.direction,
                "value": target.value,
                "unit": target.unit,
                "first": target.first,
                "last": target.last,
                "probability": item.probability,
                "state": item.state,
                "verdict": item.verdict,
                "required_growth": item.required,
                "achieved_growth": item.achieved,
                "required_unit": item.required_unit,
                "achieved_first": first,
                "achieved_last": last,
                "arrival_early": early,
                "arrival_median": middle,
                "arrival_late": late,
                "source": target.source,
                "measure": target.measure,
                "note_vi": item.note.vi,
                "note_en": item.note.en,
            }
        )
    frame = pd.DataFrame(rows, columns=TABLES["verdicts"])
    whole = ("first", "last", "achieved_first", "achieved_last", "arrival_early", "arrival_median", "arrival_late")
    return frame.astype({name: "Int64" for name in whole})


def target_paths_table(found: Outlook, store: Evidence) -> pd.DataFrame:
    """The level a growth target asks for year by year, from the median of the year before its period."""
    rows = []
    for item in found.assessments:
        target = item.target
        if (
            target.kind == "level"
            or target.value is None
            or target.first - 1 not in found.years
            or not found.draws.anchored
        ):
            continue
        base = float(np.median(found.levels[:, found.years.index(target.first - 1)]))
        for year in range(target.first - 1, min(target.last, found.horizon_year) + 1):
            rows.append(
                {
                    "target": target.id,
                    "document": target.document,
                    "applies": item.applies,
                    "quantity": "level",
                    "period": year,
                    "value": round(base * (1.0 + target.value / 100.0) ** (year - target.first + 1), 6),
                    "unit": unit_of(found, store, "level"),
                    "growth": target.value,
                }
            )
    return pd.DataFrame(rows, columns=TABLES["target_paths"])


def assumptions_table(found: Outlook, store: Evidence) -> pd.DataFrame:
    """The rated assumptions this answer rests on, its territory weights among them."""
    prefixes = (found.study.prefix, "status_se", "rounding")
    if found.study.prefix == "productivity":
        prefixes += ("employment_growth", "price_basis")
    rows = [
        {
            "id": name,
            "name_vi": item["name"]["vi"],
            "name_en": item["name"]["en"],
            "value": float(item["value"]),
            "unit": item["unit"],
            "rating": item["rating"],
            "reason_vi": item["reason"]["vi"],
            "reason_en": item["reason"]["en"],
            "source": item.get("source", ""),
        }
        for name, item in store.assumptions.items()
        if found.territory != NATION and name.startswith(prefixes)
    ]
    rows += [
        {
            "id": f"weight_{component}",
            "name_vi": f"Tỷ lệ của {store.territories[component].name.vi} trong mẫu số",
            "name_en": f"Share of {store.territories[component].name.en} in the denominator",
            "value": round(share, 4),
            "unit": "ratio",
            "rating": "amber",
            "reason_vi": f"Theo năm chung gần nhất ({year}), giữ nguyên các năm sau.",
            "reason_en": f"From the last common year ({year}), held afterwards.",
            "source": store.series(Key(found.study.weight, "nso", component), as_of=found.as_of).at(year).source,
        }
        for component, share, year in found.draws.weights
    ]
    return pd.DataFrame(rows, columns=TABLES["assumptions"])
