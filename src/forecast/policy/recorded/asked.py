"""The programme's own question, answered for the first sentence: how it stands now, what the asked years were, what lies ahead."""

from __future__ import annotations

from typing import Any

import numpy as np

from forecast.domain import Observation
from forecast.policy.outlooks.answers import Outlook
from forecast.policy.outlooks.targets import CLOSE, average_growth, growth_of


def asked_facts(outlook: Outlook) -> dict[str, Any]:
    """`now`: level of the last year any figure speaks of; `past`: the elapsed growth target's years; `ahead`: the programme's rates.

    `now` and `past` are None where there is no such level or target; bands are the 10 %, 50 % and 90 % quantiles of the draws.
    """
    return {"now": _now(outlook), "past": _past(outlook), "ahead": _ahead(outlook)}


def _band(values: np.ndarray) -> dict[str, float]:
    ends = np.quantile(values, (0.1, 0.5, 0.9))
    return {name: round(float(end), 6) for name, end in zip(("low", "median", "high"), ends, strict=True)}


def _now(outlook: Outlook) -> dict[str, Any] | None:
    if outlook.study.judged != "level" or not outlook.draws.anchored or outlook.known_to not in outlook.years:
        return None
    year = min(outlook.known_to, outlook.as_of.year)
    band = _band(outlook.levels[:, outlook.years.index(year)])
    return {"year": year, "unit": outlook.study.unit, **band, "printed": _printed(outlook)}


def _printed(outlook: Outlook) -> list[dict[str, Any]]:
    """The newest level printed of each indicator and territory that a reader is shown."""
    newest: dict[tuple[str, str], Observation] = {}
    for figure in sorted(outlook.figures, key=lambda figure: (figure.period, figure.vintage)):
        if figure.kind == "level" and figure.status not in ("derived", "assumption"):
            newest[figure.key.indicator, figure.key.territory] = figure
    return [
        {"territory": figure.key.territory, "period": str(figure.period), **{name: getattr(figure, name) for name in ("value", "bound", "unit")}}
        for figure in newest.values()
    ]


def _past(outlook: Outlook) -> dict[str, Any] | None:
    """The newest growth target of the province that is over, by the years heard; the territory's own before others'."""
    heard = {step.year for step in outlook.heard if step.whole}
    over = [
        held.target
        for held in outlook.assessments
        if held.state == "over"
        and held.target.kind != "level"
        and held.target.value is not None
        and held.target.value in outlook.study.asked
        and heard.issuperset(range(held.target.first, held.target.last + 1))
    ]
    if not over:
        return None
    target = over[0]
    average, every = _growth(outlook, target.first, target.last)
    facts = {"first": target.first, "last": target.last, "document": target.document, **_band(average)}
    return facts | _chances(average, every, float(target.value or 0.0))


def _ahead(outlook: Outlook) -> list[dict[str, Any]]:
    """The chance of each rate the programme asks for, on average and in every year of the years no figure speaks of yet."""
    first, last = outlook.known_to + 1, outlook.horizon_year
    if outlook.study.judged != "growth_average" or first > last:
        return []
    average, every = _growth(outlook, first, last)
    return [{"first": first, "last": last, **_chances(average, every, value)} for value in outlook.study.asked]


def _growth(outlook: Outlook, first: int, last: int) -> tuple[np.ndarray, np.ndarray]:
    """Mean growth and the least growth of a single year over first..last, percent, per draw."""
    start = outlook.years.index(first) - 1
    yearly = growth_of(outlook.levels)[:, start : start + last - first + 1]
    return average_growth(outlook.levels, outlook.years, first, last), yearly.min(axis=1)


def _chances(average: np.ndarray, every: np.ndarray, value: float) -> dict[str, Any]:
    return {"value": value, **{name: float((part >= value - CLOSE).mean()) for name, part in (("average", average), ("every", every))}}
