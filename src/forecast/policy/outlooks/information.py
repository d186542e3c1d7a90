"""Value of information: which figure, if the province supplied it, would narrow the band of the answer most.

Each candidate is taken in at its expected value with the error of an official figure, by the ensemble Kalman update on the
very draws of the answer (Evensen 1994; Raiffa and Schlaifer 1961 for the idea), so the middle stays and the band shrinks.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np
import pandas as pd

from forecast.columns import TABLES
from forecast.domain import Text
from forecast.evidence import Evidence
from forecast.models.provincial.bridge import Reading, condition
from forecast.models.provincial.national import NATION
from forecast.models.provincial.province import assumed_values
from forecast.policy.outlooks.outlook import Outlook
from forecast.policy.outlooks.targets import average_growth

_PART = 10_000  # years of the n-th component stand this many years further in the joint draws


@dataclass(frozen=True)
class Candidate:
    """A figure the province could supply: what it says of which territory (place 0 is the answer's own) and years."""

    id: str
    name: Text
    territory: str
    place: int
    kind: str
    first: int
    last: int
    relative_se: float


def information_table(found: Outlook, store: Evidence) -> pd.DataFrame:
    """One row per candidate and quantity, the most useful first; widths of the 80 % band now and with the figure.

    Figures inform the forecast, not a scenario: under one, the table is about the baseline it was applied to.
    """
    found = found.before or found
    if found.territory == NATION:
        return pd.DataFrame(columns=TABLES["information"])
    joint, years = _joint(found)
    now = {name: _width(values) for name, values, _ in _answers(found, found.levels)}
    rows = []
    for candidate in _candidates(found, store):
        moved = condition(joint, years, _readings(candidate, found, joint, years), seed=found.seed + 997)
        levels = found.nation.transform.inverse(moved[:, : len(found.years)])
        for quantity, values, unit in _answers(found, levels):
            rows.append(_row(candidate, quantity, unit, now[quantity], _width(values), found))
    table = pd.DataFrame(rows, columns=TABLES["information"])
    return table.sort_values(["quantity", "narrowing_percent"], ascending=[True, False], ignore_index=True)


def _joint(found: Outlook) -> tuple[np.ndarray, tuple[int, ...]]:
    """The draws of the answer and of its components side by side on the transformed scale, with the years of the columns."""
    blocks = [found.levels, *(levels for _, levels in found.draws.parts)]
    paths = np.hstack([found.nation.transform.forward(block) for block in blocks])
    return paths, tuple(year + _PART * place for place in range(len(blocks)) for year in found.years)


def _answers(found: Outlook, levels: np.ndarray) -> Iterator[tuple[str, np.ndarray, str]]:
    if found.study.quantity == "growth":
        growth = average_growth(levels, found.years, found.known_to + 1, found.horizon_year)
        yield "growth_average", growth, "percent_per_year"
    if found.nation.based:
        unit = {"productivity": "vnd_mn_per_worker", "digital": "percent", "ecommerce": "vnd_bn"}[found.study.prefix]
        yield "level", levels[:, found.years.index(found.horizon_year)], unit


def _width(values: np.ndarray) -> float:
    low, high = np.quantile(values, (0.1, 0.9))
    return float(high - low)


def _readings(candidate: Candidate, found: Outlook, joint: np.ndarray, years: tuple[int, ...]) -> list[Reading]:
    """The candidate's figures at their expected values, with the standard error of official figures."""
    readings = []
    for year in range(candidate.first, candidate.last + 1):
        column = years.index(year + _PART * candidate.place)
        values = joint[:, column] - joint[:, column - 1] if candidate.kind == "growth" else joint[:, column]
        slope = _slope(found, values) if candidate.kind == "level" else 1.0
        readings.append(
            Reading(years[column], candidate.kind, float(values.mean()), candidate.relative_se * slope)  # type: ignore[arg-type]
        )
    return readings


def _slope(found: Outlook, values: np.ndarray) -> float:
    """d z / d ln y at the middle of the draws: a relative error on the transformed scale."""
    transform, middle = found.nation.transform, np.array(float(np.median(values)))
    level = float(transform.inverse(middle))
    return float(abs(transform.forward(np.array(level * 1.001)) - middle) / np.log(1.001))


def _row(candidate: Candidate, quantity: str, unit: str, now: float, then: float, found: Outlook) -> dict[str, object]:
    sources = dict.fromkeys(part for item in found.draws.readings for part in item.source.split("+") if part)
    return {
        "candidate": candidate.id,
        "name_vi": candidate.name.vi,
        "name_en": candidate.name.en,
        "territory": candidate.territory,
        "first": candidate.first,
        "last": candidate.last,
        "quantity": quantity,
        "unit": unit,
        "band_now": round(now, 6),
        "band_with": round(then, 6),
        "narrowing_percent": round(100.0 * (1.0 - then / now), 2),
        "source": "+".join(sources),
    }


def _candidates(found: Outlook, store: Evidence) -> list[Candidate]:
    """What the province could supply for this answer, its components included; nothing that is already published."""
    official = assumed_values(store)["status_se_official"]
    places = [(found.territory, 0), *((name, place) for place, (name, _) in enumerate(found.draws.parts, 1))]
    make = {"productivity": _productivity, "digital": _digital, "ecommerce": _ecommerce}[found.study.prefix]
    listed = [item for name, place in places for item in make(store, name, place, found, official)]
    known = {(item.indicator, item.territory, item.year) for item in found.draws.readings}
    own = {"digital": "digital_economy_share", "ecommerce": "ecommerce_revenue"}.get(found.study.prefix, "")
    exact = {spot for spot in known if spot[0] == own} if found.study.prefix == "ecommerce" else set()
    return [item for item in listed if (own, item.territory, item.last) not in exact]


def _productivity(store: Evidence, name: str, place: int, found: Outlook, official: float) -> list[Candidate]:
    where, year = store.territories[name].name, found.known_to
    both = float(np.hypot(official, official))  # output and employment each with their error
    first = 2017  # the years since the last published run of employment
    found_here = [
        Candidate(
            f"employment_{name}_{year}",
            Text(
                f"Lao động của {where.vi} năm {year - 1} và {year}",
                f"Employment of {where.en} in {year - 1} and {year}",
            ),
            *(name, place, "growth", year, year, both),
        ),
        Candidate(
            f"employment_{name}_{first}_{year}",
            Text(
                f"Lao động hằng năm của {where.vi} {first - 1}-{year}",
                f"Yearly employment of {where.en} {first - 1}-{year}",
            ),
            *(name, place, "growth", first, year, both),
        ),
    ]
    growth = Text(f"Tăng năng suất thực của {where.vi} năm 2024", f"Real productivity growth of {where.en} in 2024")
    level = Text(
        f"Mức năng suất giá 2010 của {where.vi} năm {year}", f"Productivity at 2010 prices of {where.en} in {year}"
    )
    if year >= 2024:
        found_here.append(
            Candidate(f"productivity_growth_{name}_2024", growth, name, place, "growth", 2024, 2024, official)
        )
    return [
        *found_here,
        Candidate(f"productivity_level_{name}_{year}", level, name, place, "level", year, year, official),
    ]


def _digital(store: Evidence, name: str, place: int, found: Outlook, official: float) -> list[Candidate]:
    where, year = store.territories[name].name, found.nation.origin
    said = Text(
        f"Tỷ trọng kinh tế số của {where.vi} năm {year} ({found.measure})",
        f"Digital share of {where.en} in {year} ({found.measure})",
    )
    three = Text(
        f"Tỷ trọng kinh tế số của {where.vi} các năm {year - 2}-{year} ({found.measure})",
        f"Digital share of {where.en} in {year - 2}-{year} ({found.measure})",
    )
    return [
        Candidate(f"digital_share_{name}_{year}", said, name, place, "level", year, year, official),
        Candidate(f"digital_share_{name}_{year - 2}_{year}", three, name, place, "level", year - 2, year, official),
    ]


def _ecommerce(store: Evidence, name: str, place: int, found: Outlook, official: float) -> list[Candidate]:
    where, year = store.territories[name].name, found.nation.origin
    said = Text(
        f"Doanh thu thương mại điện tử của {where.vi} năm {year}", f"E-commerce revenue of {where.en} in {year}"
    )
    return [Candidate(f"ecommerce_revenue_{name}_{year}", said, name, place, "level", year, year, official)]
