"""Where a province stands among its neighbours: ranks counted draw by draw, so that no rank is without a band.

All provinces are drawn on the same draws of the nation, each with a chance of its own; in every draw they are ranked, the greatest
first, and the 10 % and 90 % quantiles of a province's ranks are its band. Provinces that do not answer may stand above it or
below, so the band is as many places longer; where fewer than half answer there is no rank. A group is the country at the territory's time
(63 provinces before July 2025, 34 since) and its region where the register of territories names one.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

import numpy as np
import pandas as pd

from forecast.columns import TABLES
from forecast.errors import ForecastError
from forecast.evidence import Evidence
from forecast.headline import NATION
from forecast.models.provincial.province import Draws, draw_others
from forecast.models.provincial.ranks import ENDS, groups, ranks
from forecast.policy.outlooks.answers import Outlook
from forecast.policy.outlooks.targets import average_growth

MIDDLE = 0.5


@dataclass(frozen=True)
class Compared:
    """What provinces are ranked by: the level of year `last`, or average growth over first..last in percent a year."""

    quantity: str
    first: int
    last: int

    def of(self, levels: np.ndarray, years: tuple[int, ...]) -> np.ndarray:
        """Its value on each path, [n_paths]."""
        if self.quantity == "growth_average":
            return average_growth(levels, years, self.first, self.last)
        return levels[:, years.index(self.last)]


def neighbours_table(outlook: Outlook, store: Evidence) -> pd.DataFrame:
    """One row per group, quantity and province: its band, the band of its rank among `members`, or why it does not answer.

    None for the nation and under a scenario, which pushes one province only.
    """
    rows: list[dict[str, Any]] = []
    if outlook.territory != NATION and outlook.chosen is None:
        members = {name: peers for name, peers in groups(store, outlook.territory).items() if outlook.territory in peers}
        everyone = dict.fromkeys(name for peers in members.values() for name in peers if name != outlook.territory)
        drawn = draw_others(store, outlook.study, outlook.question, outlook.nation, everyone) | {outlook.territory: outlook.draws}
        lists = _lists(store)
        rests = {name: _basis(store, draws, lists) for name, draws in drawn.items() if not isinstance(draws, ForecastError)}
        for group, peers in members.items():
            for compared in _compared(outlook):
                ranked = _ranked(outlook, group, compared, {name: drawn[name] for name in peers})
                rows += [_named(row, store) | (rests[row["territory"]] if "median" in row else {}) for row in ranked]
    return pd.DataFrame(rows, columns=TABLES["neighbours"]).astype({"rank_low": "Int64", "rank_high": "Int64"})


def _compared(outlook: Outlook) -> Iterator[Compared]:
    """The last year known or over, what was grown until then, what is ahead, the last year ahead."""
    now, last = min(max(outlook.known_to, outlook.as_of.year - 1), outlook.as_of.year), outlook.horizon_year
    heard = sorted(step.year for step in outlook.heard if step.full_year)
    levels, grows = outlook.draws.anchored, outlook.study.judged == "growth_average"
    if levels and now in outlook.years:
        yield Compared("level", now, now)
    if grows and heard and heard[-1] > heard[0]:
        yield Compared("growth_average", max(heard[0], heard[-1] - 4), heard[-1])
    if grows and last > outlook.known_to:
        yield Compared("growth_average", outlook.known_to + 1, last)
    if levels and last > now:
        yield Compared("level", last, last)


def _named(row: dict[str, Any], store: Evidence) -> dict[str, Any]:
    name = store.territories[row["territory"]].name
    return {**row, "name_vi": name.vi, "name_en": name.en}


def _ranked(outlook: Outlook, group: str, compared: Compared, drawn: dict[str, Draws | ForecastError]) -> list[dict[str, Any]]:
    told = {name: draws for name, draws in drawn.items() if not isinstance(draws, ForecastError)}
    answers = {name: draws for name, draws in told.items() if draws.anchored or compared.quantity != "level"}
    values = np.array([compared.of(draws.levels, outlook.years) for draws in answers.values()]).T
    places = _places(values, len(drawn))
    banded = {name: (values[:, column], places[column]) for column, name in enumerate(answers)}
    unit = outlook.study.unit if compared.quantity == "level" else "percent_per_year"
    fixed = {"group": group, "quantity": compared.quantity, "first": compared.first, "last": compared.last, "unit": unit}
    fixed |= {"answered": len(answers), "members": len(drawn)}
    return [{**fixed, "territory": name} | (_band(*banded[name]) if name in banded else _reason(drawn[name])) for name in drawn]


def _places(values: np.ndarray, members: int) -> list[tuple[int, int] | None]:
    """The first and last place of each column's band among `members`; None where fewer than half of them answer."""
    answered = values.shape[-1]
    if 2 * answered < members:
        return [None] * answered
    return [(int(low), int(high) + members - answered) for low, high in ranks(values).T]


def _band(values: np.ndarray, span: tuple[int, int] | None) -> dict[str, Any]:
    middle = zip(("low", "median", "high"), np.quantile(values, (ENDS[0], MIDDLE, ENDS[1])), strict=True)
    rank_low, rank_high = span or (None, None)
    return {name: round(float(end), 6) for name, end in middle} | {"rank_low": rank_low, "rank_high": rank_high}


def _lists(store: Evidence) -> frozenset[str]:
    """The sources that are lists of the greatest."""
    counted = [name for name, facts in store.details.items() if "counts" in facts]
    return frozenset(figure.source for name in counted for figure in store.figures(indicator=name, annual=False))


def _basis(store: Evidence, draws: Draws, lists: frozenset[str]) -> dict[str, str]:
    """What a province's answer rests on: `office`; `press` or `list` where all its figures are from the news or from a list of the
    greatest; `unnamed` where it is only known not to stand in such a list."""
    told = {
        "unnamed" if figure.kind == "interval" else "list" if figure.source in lists else "press" if figure.status == "press" else "office"
        for reading in draws.readings
        for figure in store.figures(indicator=reading.indicator, territory=reading.territory, annual=False)
        if figure.source == reading.source and figure.period.first == reading.year
    }
    source = "+".join(dict.fromkeys(reading.source for reading in draws.readings[-1:]))
    return {"basis": next((basis for basis in ("office", "list", "press", "unnamed") if basis in told), ""), "source": source}


def _reason(refused: Draws | ForecastError) -> dict[str, str]:
    """Why a province is not ranked."""
    if isinstance(refused, ForecastError):
        return {"reason_vi": refused.vi, "reason_en": refused.en}
    return {"reason_vi": "Chưa có mức nào được công bố.", "reason_en": "No level was published."}
