"""What each published figure of a province says on the transformed scale, and how surely: the inputs of the bridge."""

from __future__ import annotations

from collections.abc import Container, Iterable, Mapping
from dataclasses import replace
from datetime import date
from typing import Literal

import numpy as np

from forecast.domain import Key, Observation
from forecast.domain.figures import OFFICE
from forecast.evidence import Evidence
from forecast.headline import NATION, Study
from forecast.models.provincial.bridge import Reading, interval_reading
from forecast.models.provincial.growth import Growth, growth_error, productivity_growth
from forecast.models.provincial.national import Nation

Assumptions = Mapping[str, float]


def reading_of(figure: Observation, kind: Literal["level", "growth"], value: float, se: float) -> Reading:
    """A reading that names the figure it was read from."""
    key = figure.key
    return Reading(figure.period.first, kind, float(value), float(se), key.indicator, key.territory, figure.source, figure.period.is_year)


def last_digit(value: float) -> float:
    """One unit of the last printed digit: 1100 -> 100, 209 -> 1, 12.83 -> 0.01 (trailing zeros count as not printed)."""
    text = f"{value:.6f}".rstrip("0")
    digits, _, decimals = text.partition(".")
    if decimals:
        return 10.0 ** -len(decimals)
    return 10.0 ** (len(digits) - len(digits.rstrip("0")))


def bounds_of(figure: Observation) -> tuple[float, float] | None:
    """The interval a rounded or bounded figure stands for; None for an exact one.

    'trên 1,1 nghìn tỷ' is [1.1, 1.2), 'gần 11 triệu' is (10, 11], 'khoảng 3.000' is 3,000 +- half its last printed digit.
    """
    if figure.kind == "interval":
        return figure.value, float(figure.high or figure.value)
    unit = last_digit(figure.value)
    return {
        "at_least": (figure.value, figure.value + unit),
        "at_most": (figure.value - unit, figure.value),
        "about": (figure.value - unit / 2, figure.value + unit / 2),
    }.get(figure.bound)


def level_reading(figure: Observation, nation: Nation, assumed: Assumptions, extra_se: float = 0.0) -> Reading:
    """A published level as a reading: its interval if it has one, its status error, and `extra_se` in quadrature."""
    forward = nation.transform.forward
    year = figure.period.first
    interval = bounds_of(figure)
    low, high = forward(np.array(interval)) if interval else (0.0, 0.0)
    centre = interval_reading(year, float(low), float(high)) if interval else None
    value = centre.value if centre else float(forward(np.array(figure.value)))
    slope = _slope(figure.value, nation)
    status = assumed[f"status_se_{figure.status}"] * slope
    return reading_of(figure, "level", value, np.hypot(np.hypot(status, centre.se if centre else 0.0), extra_se))


def _slope(value: float, nation: Nation) -> float:
    """d z / d ln y: a relative error on the transformed scale (1 on the log scale, 1/(1 - share) on the logit scale)."""
    forward = nation.transform.forward
    return float(abs(forward(np.array(value * 1.001)) - forward(np.array(value))) / np.log(1.001))


def growth_readings(growth: Iterable[Growth], skip: Container[int] = ()) -> tuple[Reading, ...]:
    """Productivity growth read from output and employment as readings, without the years in `skip`."""
    return tuple(reading_of(step.output, "growth", step.rate, step.se) for step in growth if step.year not in skip)


def productivity_readings(
    store: Evidence, territory: str, measure: str, as_of: date | None, nation: Nation, assumed: Assumptions
) -> tuple[Reading, ...]:
    """Levels at constant and current prices, published growth rates, and GRDP growth less employment growth.

    Provincial levels are on the re-evaluated GDP: they are not held against a national history from before it. A growth rate
    in the press gives way to the office's own output and employment of that year.
    """
    comparable = nation.based and not nation.edition.startswith("before")
    levels = store.series(Key("labour_productivity_real", measure, territory), as_of=as_of).points if comparable else ()
    readings = [level_reading(point, nation, assumed) for point in levels]
    growth = productivity_growth(store, territory, as_of, assumed)
    counted = {step.year for step in growth if step.by_office}
    readings += _current_price_readings(store, territory, measure, as_of, nation, assumed) if comparable else []
    for figure in store.figures("labour_productivity_growth", measure, territory, "growth", as_of):
        if figure.status in OFFICE or (figure.status == "press" and figure.period.first not in counted):
            se = growth_error(figure, assumed)
            readings.append(reading_of(figure, "growth", np.log1p(figure.value / 100.0), se))
    readings += growth_readings(growth, {point.period.first for point in levels})
    return tuple(reading for reading in readings if reading.year >= nation.years[0])


def _current_price_readings(
    store: Evidence, territory: str, measure: str, as_of: date | None, nation: Nation, assumed: Assumptions
) -> list[Reading]:
    """The ratio province/nation at current prices, carried to the nation's real level, with the price-basis error.

    Only of the last year known for both: how prices drifted apart since 2010 is one error, not a new one every year.
    """
    own = store.series(Key("labour_productivity", measure, territory), as_of=as_of)
    national = store.series(Key("labour_productivity", measure, NATION), as_of=as_of)
    years = nation.years[: nation.n_known]
    pairs = [(point, peer) for point in own.points if (peer := national.at(point.period.first)) and point.period.first in years]
    readings = []
    for point, peer in pairs[-1:]:
        level = nation.draws[0, years.index(point.period.first)] + float(np.log(point.value / peer.value))
        se = np.hypot(assumed["price_basis_se"], assumed[f"status_se_{point.status}"])
        readings.append(reading_of(point, "level", level, se))
    return readings


def digital_readings(
    store: Evidence, territory: str, measure: str, as_of: date | None, nation: Nation, assumed: Assumptions
) -> tuple[Reading, ...]:
    """Levels or intervals by the same measure; the ministry's carried over to the office's measure, more loosely."""
    own = store.figures(indicator="digital_economy_share", measure=measure, territory=territory, as_of=as_of)
    readings = [share_reading(store, figure, as_of, nation, assumed) for figure in own if figure.kind in ("level", "interval")]
    if readings or measure == "mic":
        return tuple(readings)
    ministry = store.figures(indicator="digital_economy_share", measure="mic", territory=territory, as_of=as_of)
    national = store.series(Key("digital_economy_share", "mic", NATION), as_of=as_of)
    for figure in ministry:
        peer, year = national.at(figure.period.first), figure.period.first
        if peer is None or figure.kind not in ("level", "interval") or year not in nation.years[: nation.n_known]:
            continue
        shift = nation.draws[0, nation.years.index(year)] - float(nation.transform.forward(np.array(peer.value)))
        reading = share_reading(store, figure, as_of, nation, assumed)
        readings.append(replace(reading, value=reading.value + shift, se=float(np.hypot(reading.se, assumed["digital_measure_se"]))))
    return tuple(readings)


def share_reading(store: Evidence, figure: Observation, as_of: date | None, nation: Nation, assumed: Assumptions) -> Reading:
    """A share as a reading; one known only to lie in an interval is as likely as the list it is from has provinces there.

    Where the list's counts by size are published: the provinces of each size that the list does not name, spread evenly over it
    (on the transformed scale). Else evenly over the whole interval.
    """
    parts = _unnamed(store, figure, as_of) if figure.kind == "interval" else []
    if not parts:
        return level_reading(figure, nation, assumed)
    ends = nation.transform.forward(np.array([part[:2] for part in parts]))
    weights = np.array([part[2] for part in parts], dtype=float) / sum(part[2] for part in parts)
    middles, spans = ends.mean(axis=1), ends[:, 1] - ends[:, 0]
    mean = float(weights @ middles)
    return reading_of(figure, "level", mean, float(np.sqrt(weights @ (spans**2 / 12.0 + (middles - mean) ** 2))))


def _unnamed(store: Evidence, figure: Observation, as_of: date | None) -> list[tuple[float, float, float]]:
    """(low, high, provinces) of each size within the figure's interval: the counted of its list less those it names."""
    low, high, year, key = figure.value, float(figure.high or figure.value), figure.period.first, figure.key
    named = [
        other.value
        for other in store.figures(key.indicator, key.measure, kind="level", as_of=as_of)
        if other.period == figure.period and other.source == figure.source
    ]
    parts = []
    for name, facts in store.details.items():
        ends = facts.get("counts", {}).get(key.indicator)
        point = store.series(Key(name, key.measure, NATION), as_of=as_of).at(year) if ends else None
        if point is None or min(ends[1], high) <= max(ends[0], low):
            continue
        left = point.value - sum(ends[0] <= value < ends[1] for value in named)
        parts.append((max(ends[0], low), min(ends[1], high), max(left, 0.0)))
    return parts if sum(part[2] for part in parts) > 0 else []


def ecommerce_readings(
    store: Evidence, territory: str, measure: str, as_of: date | None, nation: Nation, assumed: Assumptions
) -> tuple[Reading, ...]:
    """Revenue on platforms as the province printed it; Thái Bình's payments on platforms with a definition error."""
    revenue = store.figures(indicator="ecommerce_revenue", territory=territory, as_of=as_of)
    payments = store.figures(indicator="ecommerce_platform_payments", territory=territory, as_of=as_of)
    return tuple(level_reading(figure, nation, assumed) for figure in revenue) + tuple(
        level_reading(figure, nation, assumed, assumed["ecommerce_definition_se"]) for figure in payments
    )


def published_readings(
    study: Study, store: Evidence, territory: str, measure: str, as_of: date | None, nation: Nation, assumed: Assumptions
) -> tuple[Reading, ...]:
    """The readings of an indicator that needs none of its own: its published levels, or growth rates where those are chained."""
    chained = bool(study.growth)
    key = Key(study.target_indicator if chained else study.indicator, study.own_measure(measure), territory)
    points = store.series(key, kind="growth" if chained else "level", as_of=as_of).points
    return tuple(
        reading_of(point, "growth", float(np.log1p(point.value / 100.0)), growth_error(point, assumed))
        if chained
        else level_reading(point, nation, assumed)
        for point in points
        if point.period.first >= nation.years[0]
    )
