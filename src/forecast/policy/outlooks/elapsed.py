"""The years of a growth target that are over: what they were by the figures, and whether that decides the target.

Growth of a year is the draws', which the office's output and employed of that year all but fix; where a year had to be rebuilt or
was read from output and mean employment growth, it says so. A target is decided where the figures' errors leave at most 5 %.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from datetime import date

import numpy as np

from forecast.domain import Question, Text
from forecast.evidence import Evidence
from forecast.headline import NATION, PRODUCTIVITY, Study
from forecast.models.provincial.growth import Growth, productivity_growth
from forecast.models.provincial.province import assumed_values
from forecast.policy.outlooks.targets import Assessment, average_growth, growth_of

DECIDED = 0.95


def years_heard(store: Evidence, study: Study, question: Question) -> tuple[Growth, ...]:
    """The years whose real productivity growth the territory's own output growth tells; empty for another indicator."""
    if study.indicator != PRODUCTIVITY or question.territory == NATION:
        return ()
    parts = store.territories[question.territory].components
    return productivity_growth(store, question.territory, question.as_of, assumed_values(store), employed_in=parts)


def judged(held: Assessment, levels: np.ndarray, years: tuple[int, ...], heard: Mapping[int, str], as_of: date) -> Assessment:
    """The assessment of a growth target with what its elapsed years were; decided by them where published rates alone did not.

    `levels[n_paths, n_years]`; `heard` says by year where its growth is from.
    """
    target = held.target
    gone = [year for year in range(target.first, target.last + 1) if as_of > date(year, 12, 31) and year in heard]
    unbroken = gone and gone == list(range(target.first, gone[-1] + 1)) and target.first - 1 in years
    if target.kind == "level" or target.value is None or not unbroken:
        return held
    past = _past(target.value, levels, years, gone, heard)
    if held.state == "open":
        return replace(held, note=past) if target.kind == "growth_average" else held
    if held.verdict != "undecidable" or gone[-1] < target.last:
        return held
    return replace(held, verdict=_verdict(held, average_growth(levels, years, gone[0], gone[-1])), note=past)


def _verdict(held: Assessment, average: np.ndarray) -> str:
    """The word for a target that is over: every year may fail where the average, which reads milder, is met."""
    chance, value = held.probability or 0.0, held.target.value or 0.0
    if chance >= DECIDED:
        return "met"
    if chance > 1.0 - DECIDED:
        return held.verdict
    each = held.target.kind == "growth_each_year"
    return "met_on_average" if each and (average >= value).mean() >= DECIDED else "not_met"


def _past(value: float, levels: np.ndarray, years: tuple[int, ...], gone: list[int], heard: Mapping[int, str]) -> Text:
    """The average of the elapsed years with its band and what it makes of the target, each year, and where they are from."""
    first, last = gone[0], gone[-1]
    average = average_growth(levels, years, first, last)
    low, middle, high = (Text.decimal(end) for end in np.quantile(average, (0.1, 0.5, 0.9)))
    start = years.index(first) - 1
    yearly = np.median(growth_of(levels)[:, start : start + len(gone)], axis=0)
    named = (_year(year, rate, heard[year]) for year, rate in zip(gone, yearly, strict=True))
    span = Text(f"Bình quân {first}–{last}: ", f"Average {first}–{last}: ") + middle
    band = Text(" %/năm (khoảng 80 %: ", "% a year (80% band: ") + low + "–" + high + ")"
    return span + band + _against(value, average) + Text(". Từng năm: ", ". Each year: ") + Text.joined(named, "; ") + "."


def _year(year: int, rate: float, basis: str) -> Text:
    """One year's growth, marked where it was not counted."""
    mark = {"rebuilt": Text(" (suy lại)", " (rebuilt)"), "mean": Text(" (suy từ GRDP)", " (from GRDP)")}.get(basis, Text("", ""))
    return Text.same(year) + ": " + Text.decimal(rate) + mark


def _against(value: float, average: np.ndarray) -> Text:
    chance, asked = float((average >= value).mean()), Text(f"{value:g} %".replace(".", ","), f"{value:g}%")
    if chance >= DECIDED:
        return Text(f", đạt mức {asked.vi} tính bình quân", f", {asked.en} met on average")
    if chance <= 1.0 - DECIDED:
        return Text(f", dưới mức {asked.vi} tính bình quân", f", below {asked.en} on average")
    shown = 5 * round(20 * chance)
    return Text(f", khả năng đạt {asked.vi} tính bình quân khoảng {shown} %", f", about {shown}% chance of {asked.en} on average")
