"""The programme's own question, answered for the first sentence: how it stands now, what the asked years were, what lies ahead."""

from __future__ import annotations

from typing import Any

import numpy as np

from forecast.domain import Observation
from forecast.evidence import Evidence
from forecast.headline import ECOMMERCE, NATION
from forecast.models.provincial.province import assumed_values
from forecast.policy.outlooks.answers import Outlook
from forecast.policy.outlooks.chances import route_bands
from forecast.policy.outlooks.targets import CLOSE, average_growth, growth_of


def asked_facts(outlook: Outlook, store: Evidence) -> dict[str, Any]:
    """`now`: level of the last year that is over (this one where a figure speaks of it); `past`: the elapsed growth target's years;
    `ahead`: the programme's rates.

    `now` and `past` are None where there is no such level or target; bands are the 10 %, 50 % and 90 % quantiles of the draws.
    """
    return {"now": _now(outlook, store), "past": _past(outlook), "ahead": _ahead(outlook)}


def _band(values: np.ndarray) -> dict[str, float]:
    ends = np.quantile(values, (0.1, 0.5, 0.9))
    return {name: round(float(end), 6) for name, end in zip(("low", "median", "high"), ends, strict=True)}


def _now(outlook: Outlook, store: Evidence) -> dict[str, Any] | None:
    year = min(max(outlook.known_to, outlook.as_of.year - 1), outlook.as_of.year)
    if outlook.study.judged != "level" or not outlook.draws.anchored or year not in outlook.years:
        return None
    band = _band(outlook.levels[:, outlook.years.index(year)])
    facts = {"year": year, "unit": outlook.study.unit, **band, "printed": _printed(outlook)}
    return facts | {"asked": _asked_level(outlook), "routes": _routes(outlook, store, year)}


def _asked_level(outlook: Outlook) -> dict[str, Any] | None:
    """The first level in the order that leads whose year is over, and the chance that it was reached by the draws."""
    over = [held for held in outlook.leading if held.state == "over" and held.target.kind == "level" and held.probability is not None]
    if not over:
        return None
    held, target = over[0], over[0].target
    return {name: getattr(target, name) for name in ("value", "unit", "document")} | {"year": target.last, "probability": held.probability}


def _routes(outlook: Outlook, store: Evidence, year: int) -> list[dict[str, Any]]:
    """The band of that year by each of the two routes to e-commerce revenue; empty for another indicator."""
    if outlook.study.indicator != ECOMMERCE or outlook.territory == NATION:
        return []
    rows = route_bands(outlook, assumed_values(store)["ecommerce_platform_weight"])
    kept = rows[(rows["period"] == year) & (rows["route"] != "pooled")]
    return [{"route": row.route, "low": row.low, "median": row.median, "high": row.high} for row in kept.itertuples()]


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
    """The first growth target in the order that leads whose years are over and all heard."""
    heard = {step.year for step in outlook.heard if step.full_year}
    over = [
        held.target
        for held in outlook.leading
        if held.state == "over"
        and held.target.kind != "level"
        and held.target.value is not None
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
