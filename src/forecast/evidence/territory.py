"""Figures of a merged territory from its components: flows add, ratios are recomputed, nothing is averaged or filled."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date

from forecast.domain import Bound, Key, Observation, Period
from forecast.errors import EvidenceError, MissingComponentError
from forecast.evidence.store import Evidence


def merge(
    store: Evidence, indicator: str, territory: str, year: int, *, measure: str = "nso", as_of: date | None = None
) -> Observation:
    """The figure of `territory` for `year` computed from its components, status derived.

    A flow (aggregate 'sum') is the sum of the components; a ratio is sum of numerators / sum of denominators x factor, the
    parts taken by the measure that publishes them. Raises MissingComponentError naming component, indicator and year;
    EvidenceError where the territory has no components or the indicator can be neither added nor recomputed.
    """
    components = store.territories[territory].components
    if not components:
        raise EvidenceError(f"'{territory}' không phải địa bàn hợp nhất.", f"'{territory}' is not a merged territory.")
    if store.indicators[indicator].aggregate == "sum":
        value, bound, parts, note = _sum(store, indicator, components, year, measure, as_of)
    elif store.indicators[indicator].aggregate == "ratio":
        value, bound, parts, note = _ratio(store, indicator, components, year, measure, as_of)
    else:
        raise EvidenceError(
            f"'{indicator}' không cộng được cũng không tính lại được cho '{territory}'; không lấy trung bình.",
            f"'{indicator}' can neither be added nor recomputed for '{territory}'; it is never averaged.",
        )
    return Observation(
        key=Key(indicator, measure, territory),
        period=Period(year, year),
        kind="level",
        value=value,
        unit=store.indicators[indicator].unit,
        vintage=max(item.vintage for item in parts),
        status="derived",
        bound=bound,
        source="+".join(dict.fromkeys(source for item in parts for source in item.source.split("+"))),
        locator="; ".join(dict.fromkeys(item.locator for item in parts)),
        note=note,
    )


Parts = tuple[float, Bound, list[Observation], str]


def _sum(
    store: Evidence, indicator: str, components: Sequence[str], year: int, measure: str, as_of: date | None
) -> Parts:
    parts = [_part(store, indicator, measure, name, year, as_of) for name in components]
    note = "= " + " + ".join(f"{item.value:.10g} ({item.key.territory})" for item in parts)
    return sum(item.value for item in parts), _sum_bound([item.bound for item in parts]), parts, note


def _ratio(
    store: Evidence, indicator: str, components: Sequence[str], year: int, measure: str, as_of: date | None
) -> Parts:
    facts = store.details[indicator]
    numerator, denominator = facts["numerator"], facts["denominator"]
    top, over, tops, _ = _sum(store, numerator, components, year, measure, as_of)
    bottom, under, bottoms, _ = _sum(store, denominator, components, year, measure, as_of)
    note = f"= {numerator} / {denominator}, each summed over {', '.join(components)}"
    return float(facts.get("factor", 1)) * top / bottom, _ratio_bound(over, under), [*tops, *bottoms], note


def _part(store: Evidence, indicator: str, measure: str, territory: str, year: int, as_of: date | None) -> Observation:
    measures = store.indicators[indicator].measures
    chosen = measure if measure in measures or len(measures) != 1 else measures[0]
    found = store.series(Key(indicator, chosen, territory), as_of=as_of).at(year)
    if found is None:
        name = store.indicators[indicator].name
        raise MissingComponentError(
            f"Thiếu {name.vi} ({indicator}) của {store.territories[territory].name.vi} năm {year}; không tính được cho tỉnh hợp nhất.",
            f"{indicator} of {territory} for {year} was not published; the merged figure cannot be computed.",
        )
    return found


def _sum_bound(bounds: Sequence[Bound]) -> Bound:
    """Bounds of one direction keep it; mixed directions, or 'about', leave 'about'."""
    kinds = set(bounds) - {"exact"}
    return "exact" if not kinds else kinds.pop() if len(kinds) == 1 else "about"


def _ratio_bound(top: Bound, bottom: Bound) -> Bound:
    """An upper part that is 'over' lifts the ratio, a lower part that is 'over' reduces it."""
    turned = {"at_least": "at_most", "at_most": "at_least"}.get(bottom, bottom)
    return _sum_bound([top, turned])
