"""Value of information: which figure, if the province supplied it, would narrow the band of the answer most.

Each candidate is taken in at its expected value with the error of an official figure, by the ensemble Kalman update on the
very draws of the answer (Evensen 1994; Raiffa and Schlaifer 1961 for the idea), so the middle stays and the band shrinks.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace

import numpy as np
import pandas as pd

from forecast.columns import TABLES
from forecast.domain import Text
from forecast.evidence import Evidence
from forecast.headline import DIGITAL, ECOMMERCE, NATION, PRODUCTIVITY
from forecast.models.provincial.bridge import Reading, condition
from forecast.models.provincial.growth import Growth
from forecast.models.provincial.province import assumed_values
from forecast.policy.outlooks.answers import Outlook
from forecast.policy.outlooks.elapsed import years_heard
from forecast.policy.outlooks.targets import average_growth

Supply = tuple[str, Text, str, int, int, float]  # what it is, its name, kind, first and last year, relative error
_PART = 10_000  # years of the n-th component stand this many years further in the joint draws


@dataclass(frozen=True)
class Candidate:
    """A figure the province could supply: what it says of which territory (block 0 is the answer's own) and years."""

    id: str
    name: Text
    territory: str
    block: int
    kind: str
    first: int
    last: int
    relative_se: float


def information_table(outlook: Outlook, store: Evidence) -> pd.DataFrame:
    """One row per candidate and quantity, the most useful first; widths of the 80 % band now and with the figure.

    Figures inform the forecast, not a scenario: under one, the table is about the baseline it was applied to.
    """
    outlook = outlook.before or outlook
    if outlook.territory == NATION:
        return pd.DataFrame(columns=TABLES["information"])
    joint, years = _joint(outlook)
    now = {name: _width(values) for name, values, _ in _answers(outlook, outlook.levels)}
    rows = []
    for candidate in _candidates(outlook, store):
        moved = condition(joint, years, _readings(candidate, outlook, joint, years), seed=outlook.question.seed + 997)
        levels = outlook.nation.transform.inverse(moved[:, : len(outlook.years)])
        for quantity, values, unit in _answers(outlook, levels):
            rows.append(_row(candidate, quantity, unit, now[quantity], _width(values), outlook))
    table = pd.DataFrame(rows, columns=TABLES["information"])
    return table.sort_values(["quantity", "narrowing_percent"], ascending=[True, False], ignore_index=True)


def _joint(outlook: Outlook) -> tuple[np.ndarray, tuple[int, ...]]:
    """The draws of the answer and of its components side by side on the transformed scale, with the years of the columns."""
    blocks = [outlook.levels, *(levels for _, levels in outlook.draws.parts)]
    paths = np.hstack([outlook.nation.transform.forward(block) for block in blocks])
    return paths, tuple(year + _PART * block for block in range(len(blocks)) for year in outlook.years)


def _answers(outlook: Outlook, levels: np.ndarray) -> Iterator[tuple[str, np.ndarray, str]]:
    if outlook.study.judged == "growth_average":
        growth = average_growth(levels, outlook.years, outlook.known_to + 1, outlook.horizon_year)
        yield "growth_average", growth, "percent_per_year"
    if outlook.nation.based:
        yield "level", levels[:, outlook.years.index(outlook.horizon_year)], outlook.study.unit


def _width(values: np.ndarray) -> float:
    low, high = np.quantile(values, (0.1, 0.9))
    return float(high - low)


def _readings(candidate: Candidate, outlook: Outlook, joint: np.ndarray, years: tuple[int, ...]) -> list[Reading]:
    """The candidate's figures at their expected values, with the standard error of official figures."""
    readings = []
    for year in range(candidate.first, candidate.last + 1):
        column = years.index(year + _PART * candidate.block)
        values = joint[:, column] - joint[:, column - 1] if candidate.kind == "growth" else joint[:, column]
        slope = _slope(outlook, values) if candidate.kind == "level" else 1.0
        readings.append(
            Reading(years[column], candidate.kind, float(values.mean()), candidate.relative_se * slope)  # type: ignore[arg-type]
        )
    return readings


def _slope(outlook: Outlook, values: np.ndarray) -> float:
    """d z / d ln y at the middle of the draws: a relative error on the transformed scale."""
    transform, middle = outlook.nation.transform, np.array(float(np.median(values)))
    level = float(transform.inverse(middle))
    return float(abs(transform.forward(np.array(level * 1.001)) - middle) / np.log(1.001))


def _row(candidate: Candidate, quantity: str, unit: str, now: float, then: float, outlook: Outlook) -> dict[str, object]:
    sources = dict.fromkeys(part for reading in outlook.draws.readings for part in reading.source.split("+") if part)
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


def _candidates(outlook: Outlook, store: Evidence) -> list[Candidate]:
    """What the province could supply for this answer, its components included; nothing that is already published."""
    indicator = outlook.study.indicator
    if indicator not in _SUPPLIED:
        return []
    official = assumed_values(store)["status_se_official"]
    parts = [(outlook.territory, 0), *((name, block) for block, (name, _) in enumerate(outlook.draws.parts, 1))]
    listed = []
    for name, block in parts:
        for what, text, kind, first, last, relative_se in _SUPPLIED[indicator](outlook, store.territories[name].name, official):
            years = f"{first}_{last}" if first < last else last
            listed.append(Candidate(f"{what}_{name}_{years}", text, name, block, kind, first, last, relative_se))
    read = {(reading.indicator, reading.territory, reading.year) for reading in outlook.draws.readings}
    exact = indicator == ECOMMERCE  # a published revenue leaves nothing to ask for
    counted = {(name, step.year) for name, _ in parts for step in _heard(outlook, store, name) if step.basis == "counted"}
    return [
        c
        for c in listed
        if not (c.kind == "growth" and (c.territory, c.last) in counted) and not (exact and (indicator, c.territory, c.last) in read)
    ]


def _heard(outlook: Outlook, store: Evidence, territory: str) -> tuple[Growth, ...]:
    return years_heard(store, outlook.study, replace(outlook.question, territory=territory, as_of=outlook.as_of))


def _productivity(outlook: Outlook, where: Text, official: float) -> list[Supply]:
    year, first = outlook.known_to, 2017  # the years since the last published run of employment
    both = float(np.hypot(official, official))  # output and employment each with their error
    employed = Text(f"Lao động của {where.vi} năm {year - 1} và {year}", f"Employment of {where.en} in {year - 1} and {year}")
    yearly = Text(
        f"Lao động hằng năm của {where.vi} {first - 1}-{year}", f"Yearly employment of {where.en} {first - 1}-{year}"
    )
    growth = Text(f"Tăng năng suất thực của {where.vi} năm 2024", f"Real productivity growth of {where.en} in 2024")
    level = Text(
        f"Mức năng suất giá 2010 của {where.vi} năm {year}", f"Productivity at 2010 prices of {where.en} in {year}"
    )
    return [
        ("employment", employed, "growth", year, year, both),
        ("employment", yearly, "growth", first, year, both),
        *([("productivity_growth", growth, "growth", 2024, 2024, official)] if year >= 2024 else []),
        ("productivity_level", level, "level", year, year, official),
    ]


def _digital(outlook: Outlook, where: Text, official: float) -> list[Supply]:
    year, measure = outlook.nation.origin, outlook.measure
    share = Text(f"Tỷ trọng kinh tế số của {where.vi} ", f"Digital share of {where.en} in ")
    newest = share + Text(f"năm {year}", f"{year}") + f" ({measure})"
    three = share + Text(f"các năm {year - 2}-{year}", f"{year - 2}-{year}") + f" ({measure})"
    return [
        ("digital_share", newest, "level", year, year, official),
        ("digital_share", three, "level", year - 2, year, official),
    ]


def _ecommerce(outlook: Outlook, where: Text, official: float) -> list[Supply]:
    year = outlook.nation.origin
    revenue = Text(
        f"Doanh thu thương mại điện tử của {where.vi} năm {year}", f"E-commerce revenue of {where.en} in {year}"
    )
    return [("ecommerce_revenue", revenue, "level", year, year, official)]


_SUPPLIED: dict[str, Callable[[Outlook, Text, float], list[Supply]]] = {
    PRODUCTIVITY: _productivity,
    DIGITAL: _digital,
    ECOMMERCE: _ecommerce,
}
