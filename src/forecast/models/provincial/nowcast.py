"""This year from the months that are counted: output growth of a year whose first quarter, half or nine months are published.

The whole year is the growth of those months plus what the rest of earlier years added to theirs on average; its error is how far
that varied (a new year's, so wider by one case). Earlier years are those known on the day: the nation's own for the nation (its
quarters at constant prices), all provinces' together for a province, whose first prints are also revised later.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from datetime import date
from typing import NamedTuple

import numpy as np

from forecast.domain import Key, Observation
from forecast.evidence import Evidence
from forecast.headline import NATION

QUARTERS = {"Q1": 1, "H1": 2, "-9M": 3}  # parts of a year that begin with it
LEAST = 5  # earlier years, or provinces' years, to learn from


class PartYear(NamedTuple):
    """Output growth of the first `quarters` of a year on the same months a year before, percent, and its figure."""

    territory: str
    year: int
    quarters: int
    growth: float
    figure: Observation


class ThisYear(NamedTuple):
    """Output growth of a year not yet over, percent: what is counted, the whole year, its standard error, the cases behind it."""

    part: PartYear
    growth: float
    se: float
    cases: int

    @property
    def output(self) -> Observation:
        """The figure of the months, with the whole year's growth for its value."""
        return replace(self.part.figure, value=round(self.growth, 4), status="derived")


def this_year(store: Evidence, territory: str, as_of: date | None) -> ThisYear | None:
    """The year after the last whole one, where some months of it are counted; None where they are not or too few years teach."""
    years = _years(store, territory, as_of)
    parts = [part for part in _parts(store, territory, as_of) if years and part.year == max(years) + 1]
    if not parts:
        return None
    newest = max(parts, key=lambda part: (part.quarters, part.figure.vintage))
    added = additions(store, territory, newest.quarters, as_of)
    if len(added) < LEAST:
        return None
    growth, se = extended(newest.growth, added)
    return ThisYear(newest, growth, se, len(added))


def extended(months: float, added: Sequence[float]) -> tuple[float, float]:
    """Growth of a whole year whose first months grew by `months` percent, and its standard error, from what earlier years added."""
    return months + float(np.mean(added)), float(np.std(added, ddof=1) * np.sqrt(1.0 + 1.0 / len(added)))


def additions(store: Evidence, territory: str, quarters: int, as_of: date | None) -> list[float]:
    """By how many points whole years grew more than their first quarters, those of one quarter for one, else of two and three."""
    if territory == NATION:
        return [steps[3] - steps[quarters - 1] for steps in growth_by_quarter(store, as_of).values()]
    names = [name for name, each in store.territories.items() if each.kind == "province"]
    first: dict[tuple[str, int, int], PartYear] = {}
    for part in (part for name in names for part in _parts(store, name, as_of) if (part.quarters == 1) == (quarters == 1)):
        first.setdefault((part.territory, part.year, part.quarters), part)
    years = {name: _years(store, name, as_of) for name in {part.territory for part in first.values()}}
    return [years[part.territory][part.year] - part.growth for part in first.values() if part.year in years[part.territory]]


def rest_needed(now: ThisYear, full_year: float, store: Evidence, as_of: date | None) -> float | None:
    """Growth of the months still to come, percent on a year before, for a whole year of `full_year` percent; None without quarters.

    The weight of those months is theirs in the nation's last whole year at constant prices.
    """
    levels = _levels(store, as_of)
    years = [year for year in levels if len(levels[year]) == 4]
    if not years:
        return None
    last = levels[max(years)]
    done = sum(last[: now.part.quarters]) / sum(last)
    return (full_year - done * now.part.growth) / (1.0 - done)


def _parts(store: Evidence, territory: str, as_of: date | None) -> list[PartYear]:
    """The published growth of first months, earliest print first."""
    indicator = "gdp_growth" if territory == NATION else "grdp_growth"
    figures = store.figures(indicator, "nso", territory, "growth", as_of, annual=False)
    kept = [figure for figure in figures if figure.period.part in QUARTERS and figure.bound == "exact" and figure.status != "derived"]
    kept.sort(key=lambda figure: (figure.vintage, figure.row))
    return [PartYear(territory, figure.period.first, QUARTERS[figure.period.part], figure.value, figure) for figure in kept]


def _years(store: Evidence, territory: str, as_of: date | None) -> dict[int, float]:
    indicator = "gdp_growth" if territory == NATION else "grdp_growth"
    points = store.series(Key(indicator, "nso", territory), as_of=as_of, kind="growth").points
    return {point.period.first: point.value for point in points}


def _levels(store: Evidence, as_of: date | None) -> dict[int, list[float]]:
    """National output of each quarter at constant prices, by year, from its first quarter on."""
    figures = store.figures("gdp_constant", "nso", NATION, "level", as_of, annual=False)
    newest = {figure.period: figure.value for figure in sorted(figures, key=lambda figure: figure.vintage)}
    levels: dict[int, list[float]] = {}
    for period in sorted(period for period in newest if period.part.startswith("Q")):
        if len(levels.setdefault(period.first, [])) == int(period.part[1]) - 1:
            levels[period.first].append(newest[period])
    return levels


def growth_by_quarter(store: Evidence, as_of: date | None) -> dict[int, list[float]]:
    """By year the nation's output growth of its first one, two, three and four quarters, percent."""
    levels = _levels(store, as_of)
    complete = [year for year in levels if len(levels[year]) == 4 and len(levels.get(year - 1, ())) == 4]
    return {year: [100.0 * (sum(levels[year][:n]) / sum(levels[year - 1][:n]) - 1.0) for n in (1, 2, 3, 4)] for year in complete}
