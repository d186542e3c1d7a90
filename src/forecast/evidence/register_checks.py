"""Checks of the numbers an answer rests on beside figures: assumptions, levers and their facts, corrections, days, registers."""

from __future__ import annotations

import difflib
import math
from collections.abc import Iterable, Iterator, Mapping, Sequence
from datetime import date, timedelta
from typing import Any, TypeGuard, get_args

from forecast.domain import Rating, today
from forecast.domain.figures import Status
from forecast.evidence.content import ASSUMPTIONS, CORRECTIONS, INDICATORS, LEVERS, SOURCES, TERRITORIES, Content
from forecast.evidence.figure_checks import wrong
from forecast.evidence.findings import Finding, Severity
from forecast.evidence.scenarios import FOLDER
from forecast.units import UNITS

ALONE = timedelta(days=60)  # a newest day so long after every other source is probably mistyped
NEAR = 3.0  # a corrected value lies within this factor of the wrong one
# The names the code asks for (a test compares them with the code): of each headline indicator's gap to the nation, of each
# status of a figure, and one by one. A mean that is 0 is said beside its spread: `mean: 0`.
SPREADS, MEANS = ("gap_initial_sd", "gap_noise_sd", "drift_sd"), {"gap_initial_mean": "gap_initial_sd", "drift_mean": "drift_sd"}
PACE = ("pace_limit", "pace_kept")  # both or neither
OF_STATUS, FURTHER = "status_se_{}", "growth_se_{}"
SINGLE = (
    *("employed_se_estimate", "employment_growth_sd", "employment_growth_sd_nation", "price_basis_se"),
    *("digital_measure_se", "ecommerce_definition_se", "ecommerce_platform_weight", "rounding_at_least"),
)
FACTS = ("tfp_share_of_productivity_growth", "capital_elasticity", "ict_index_effect", "digital_agriculture_share")
HISTORIES = ("", "capital_deepening", "digital_core", "digitalised", "employment", "market", "tfp")
MOST_STEPS = (10, 100)  # of a lever, from low to high
CORE = "digital_core_share_{}"  # of each measure of the digital share


def assumptions_sound(content: Content) -> Iterator[Finding]:
    """Every assumption the code asks for is there under its name, a number inside the range written beside it, and no other."""
    prefixes = [section["assumptions"][0] for section in _headlines(content) if section.get("assumptions")]
    if not prefixes:
        return
    needed = {f"{prefix}_{name}" for prefix in prefixes for name in SPREADS} | set(SINGLE)
    needed |= {OF_STATUS.format(status) for status in get_args(Status)}
    needed |= {FURTHER.format(status) for status in ("official", "preliminary", "estimate", "press")}
    optional = {FURTHER.format(status) for status in get_args(Status)}
    for prefix in prefixes:
        pace = {f"{prefix}_{name}" for name in PACE}
        (needed if pace & set(content.assumptions) else optional).update(pace)
        for mean, spread in MEANS.items():
            fact = content.assumptions.get(f"{prefix}_{spread}")
            stated = isinstance(fact, Mapping) and fact.get("mean") == 0
            (optional if stated else needed).add(f"{prefix}_{mean}")
    yield from _named(ASSUMPTIONS, content.assumptions, needed, optional)
    yield from _ranged(ASSUMPTIONS, content.assumptions)


def facts_sound(content: Content) -> Iterator[Finding]:
    """Every fact the levers rest on is there under its name, a number inside the range written beside it, and no other."""
    if not content.scenario_levers and not content.lever_facts:
        return
    measures = [name for section in _headlines(content) for name in section.get("measures", ()) if section.get("measures", ())[1:]]
    yield from _named(LEVERS, content.lever_facts, {*FACTS, *map(CORE.format, measures)}, set())
    yield from _ranged(LEVERS, content.lever_facts)


def levers_sound(content: Content) -> Iterator[Finding]:
    """A lever is of a headline indicator, in a unit that exists, its record one the code computes, its range 10 to 100 steps wide."""
    headlines = {name for name, facts in content.details.items() if isinstance(facts, Mapping) and facts.get("headline")}
    for name, lever in content.scenario_levers.items():
        if lever.indicator not in headlines:
            yield at(LEVERS, name, f"không có chỉ tiêu chính '{lever.indicator}'.", f"no headline indicator '{lever.indicator}'.")
        if lever.unit not in UNITS:
            yield at(LEVERS, name, f"đơn vị '{lever.unit}' không có.", f"unknown unit '{lever.unit}'.")
        if lever.history not in HISTORIES:
            yield at(LEVERS, name, f"history '{lever.history}' không có.", f"no history '{lever.history}': {', '.join(HISTORIES[1:])}.")
        fifth = (lever.high - lever.low) / 5
        if lever.central is not None and not lever.low + fifth <= lever.central <= lever.high - fifth:
            vi = f"central {lever.central:g} ở rìa khoảng cho phép; kiểm tra dấu thập phân."
            yield at(LEVERS, name, vi, f"central {lever.central:g} is at the edge of the range; check the decimal point.")
        steps = (lever.high - lever.low) / lever.step if lever.step > 0 else 0.0
        if not MOST_STEPS[0] <= steps <= MOST_STEPS[1]:
            vi = f"từ {lever.low:g} đến {lever.high:g} là {steps:.4g} bước {lever.step:g}; kiểm tra dấu thập phân (10 đến 100 bước)."
            en = f"{lever.low:g} to {lever.high:g} are {steps:.4g} steps of {lever.step:g}; check the decimal point (10 to 100 steps)."
            yield at(LEVERS, name, vi, en)
    for name, scenario in content.scenarios.items():
        if scenario.made > today() and "@" not in name:
            vi, en = f"made {scenario.made} ở sau hôm nay.", f"made {scenario.made}, after today."
            yield at(f"{FOLDER}/{name}.yml", name, vi, en)


def _headlines(content: Content) -> list[Mapping[str, Any]]:
    details = [facts for facts in content.details.values() if isinstance(facts, Mapping)]
    return [facts["headline"] for facts in details if isinstance(facts.get("headline"), Mapping)]


def _named(file: str, given: Mapping[str, Any], needed: set[str], optional: set[str]) -> Iterator[Finding]:
    missing = sorted(needed - set(given))
    for name in map(str, given):
        if name not in needed | optional:
            near = difflib.get_close_matches(name, missing or sorted(needed | optional), n=1, cutoff=0.4)
            hint = (f" Ý bạn là '{near[0]}'?", f" Did you mean '{near[0]}'?") if near else ("", "")
            yield at(file, name, f"không ai hỏi tên này.{hint[0]}", f"nothing asks for this name.{hint[1]}")
    for name in missing:
        yield at(file, name, "thiếu giá trị này; nếu không có nó thì sẽ tính như 0.", "missing; without it 0 would be taken.")


def _ranged(file: str, given: Mapping[str, Any]) -> Iterator[Finding]:
    for name, fact in given.items():
        facts = fact if isinstance(fact, Mapping) else {}
        value, span = facts.get("value"), facts.get("range")
        texts = [facts.get(part) for part in ("name", "reason")]
        bilingual = all(isinstance(text, Mapping) and text.get("vi") and text.get("en") for text in texts)
        unit, rated = facts.get("unit"), facts.get("rating") in get_args(Rating)
        if not (is_number(value) and rated and bilingual and isinstance(unit, str) and unit):
            vi = "cần value (số), unit, rating, name và reason (vi, en)."
            yield at(file, name, vi, "value (a number), unit, rating, name and reason are needed.")
        elif not is_range(span):
            yield at(file, name, "cần range: [thấp, cao].", "range: [low, high] is needed.")
        elif not span[0] <= value <= span[1]:
            there = f"[{span[0]:g}; {span[1]:g}]"
            vi = f"{value:g} nằm ngoài khoảng {there} ghi cạnh nó; kiểm tra dấu thập phân và đơn vị."
            en = f"{value:g} is outside the range {there} written beside it; check decimal point and unit."
            yield at(file, name, vi, en)


def is_number(value: Any) -> TypeGuard[float]:
    """A finite number that is no truth value."""
    return type(value) in (int, float) and math.isfinite(value)


def is_range(span: Any) -> TypeGuard[Sequence[float]]:
    """Two numbers, the first below the second."""
    return isinstance(span, (list, tuple)) and len(span) == 2 and all(map(is_number, span)) and span[0] < span[1]


def at(file: str, name: str, vi: str, en: str, severity: Severity = "error") -> Finding:
    """A finding on an entry of a register; its line is looked up by its name."""
    return Finding("", severity, file, 0, f"{name}: {vi}", f"{name}: {en}")


def corrections_plausible(content: Content) -> Iterator[Finding]:
    """A value put in place of a wrong one lies inside the limits of its indicator, and near the wrong one; a decision is no future day."""
    for rule in content.corrections:
        if not isinstance(rule.decided, date) or rule.decided > today():
            yield at(CORRECTIONS, rule.id, f"decided '{rule.decided}' phải là ngày đã qua.", f"decided '{rule.decided}' must be a day gone by.")
        for figure in content.observations if rule.action == "replace" else ():
            value = rule.value if rule.value is not None else math.nan
            if not rule.matches(figure) or figure.key.indicator not in content.indicators:
                continue
            limits = content.details[figure.key.indicator].get("limits")
            low, high = limits if is_range(limits) else (-math.inf, math.inf)
            points = figure.kind.startswith("growth")
            near = abs(value - figure.value) <= 10 if points else figure.value / NEAR <= value <= figure.value * NEAR
            if not (near and low <= value <= high):
                vi = f"thay {figure.value:.10g} bằng {value:.10g}: quá xa hoặc ngoài giới hạn; kiểm tra dấu thập phân."
                en = f"{figure.value:.10g} becomes {value:.10g}: too far, or outside the limits; check the decimal point."
                yield at(CORRECTIONS, rule.id, vi, en)


def days_gone_by(content: Content) -> Iterator[Finding]:
    """No figure and no source is dated after today."""
    now = today()
    for figure in content.observations:
        if figure.vintage > now:
            vi = f"ngày công bố {figure.vintage} ở sau hôm nay ({now}); mọi câu trả lời sẽ mang ngày này. Sửa năm, hoặc đồng hồ của máy."
            en = f"vintage {figure.vintage} lies after today ({now}); every answer would be of that day. Mend the year, or this machine's clock."
            yield wrong(figure, vi, en)
    for source in content.sources.values():
        if source.vintage > now:
            vi, en = f"ngày công bố {source.vintage} ở sau hôm nay ({now}).", f"vintage {source.vintage} lies after today ({now})."
            yield Finding("", "error", SOURCES, source.row, f"{source.id}: {vi}", f"{source.id}: {en}")


def newest_not_alone(content: Content) -> Iterator[Finding]:
    """The newest figures do not stand more than 60 days after every other source: one mistyped day would date all answers."""
    newest: dict[str, date] = {}
    for figure in content.observations:
        newest[figure.source] = max(figure.vintage, newest.get(figure.source, date.min))
    days = sorted(newest.values())
    for figure in content.observations if len(days) > 1 and days[-1] - days[-2] > ALONE else ():
        if figure.vintage == days[-1]:
            vi = f"ngày công bố {figure.vintage} muộn hơn mọi nguồn khác (mới nhất {days[-2]}) trên 60 ngày; kiểm tra năm và tháng."
            en = f"vintage {figure.vintage} is more than 60 days after every other source (newest {days[-2]}); check year and month."
            yield wrong(figure, vi, en, "warning")


def territories_sound(content: Content) -> Iterator[Finding]:
    """Days are dates, components exist once and end the day before the merged territory begins, a parent is no part of itself."""
    for name, territory in content.territories.items():
        days = [day for day in (territory.valid_from, territory.valid_to) if day is not None]
        if not all(isinstance(day, date) for day in days):
            yield at(TERRITORIES, name, "ngày viết dạng 2025-06-30.", "write a day such as 2025-06-30.")
            continue
        if (len(days) == 2 and days[0] > days[1]) or any(not 1900 <= day.year <= today().year + 1 for day in days):
            yield at(TERRITORIES, name, "valid_from, valid_to không thể như vậy.", "valid_from, valid_to cannot be so.")
        if len(set(territory.components)) != len(territory.components) or name in (*territory.components, territory.parent):
            yield at(TERRITORIES, name, "thành phần trùng, hoặc là chính nó.", "a component twice, or itself.")
        if territory.components and len(territory.components) < 2:
            yield at(TERRITORIES, name, "địa bàn hợp nhất có ít nhất hai thành phần.", "a merged territory has at least two components.")
        for part in filter(None, map(content.territories.get, territory.components)):
            if territory.valid_from is None or part.valid_to != territory.valid_from - timedelta(days=1):
                vi = f"thành phần '{part.id}' phải kết thúc đúng một ngày trước khi địa bàn này bắt đầu."
                yield at(TERRITORIES, name, vi, f"its component '{part.id}' must end the day before this territory begins.")
    yield from _used_once(content)


def _used_once(content: Content) -> Iterator[Finding]:
    owner: dict[str, str] = {}
    listed = {part for territory in content.territories.values() for part in territory.components}
    all_known = listed <= set(content.territories)  # a misspelt component is named by itself
    for name, territory in content.territories.items():
        for part in territory.components:
            if owner.setdefault(part, name) != name:
                yield at(TERRITORIES, name, f"'{part}' đã thuộc '{owner[part]}'.", f"'{part}' already belongs to '{owner[part]}'.")
        if all_known and territory.valid_to is not None and territory.kind == "province" and name not in listed:
            yield at(TERRITORIES, name, "đã kết thúc mà không thuộc địa bàn hợp nhất nào.", "it ended, yet no merged territory names it.")


def indicators_sound(content: Content) -> Iterator[Finding]:
    """Limits, support and usual ranges of an indicator are pairs of numbers in order; a factor is a number; links lead to an indicator."""
    for name, facts in content.details.items():
        if name not in content.indicators:
            continue
        usual = facts.get("usual") or {}
        spans = [facts.get("limits") or [0, 1], *(usual.values() if isinstance(usual, Mapping) else [None])]
        if not all(map(is_range, spans)):
            yield at(INDICATORS, name, "limits, usual: cần [thấp, cao].", "limits, usual: [low, high] is needed.")
        low, high = content.indicators[name].support
        ends, limits = (low, high), spans[0]
        if low is not None and high is not None and low >= high:
            yield at(INDICATORS, name, "support phải đi từ thấp đến cao.", "support runs from low to high.")
        elif is_range(limits) and facts.get("limits") and any(_outside(end, ends) for end in limits):
            yield at(INDICATORS, name, "limits phải nằm trong support.", "limits lie inside the support.")
        if content.indicators[name].unit == "percent" and high not in (None, 100):
            yield at(INDICATORS, name, "tỷ lệ phần trăm có cận trên 100.", "a percentage ends at 100.")
        if facts.get("aggregate") == "ratio" and facts.get("factor") not in _factors(content, name, facts):
            yield at(INDICATORS, name, "factor không đổi đúng đơn vị.", "factor does not turn the units into this one.")
        yield from _links(content, name, facts)


def _outside(value: float, ends: Iterable[float | None]) -> bool:
    low, high = ends
    return (low is not None and value < low) or (high is not None and value > high)


def _factors(content: Content, name: str, facts: Mapping[str, Any]) -> tuple[int, ...]:
    """100 makes a percentage of a ratio; billions over thousands of persons are millions a head."""
    return (100,) if content.indicators[name].unit == "percent" else (1,)


def _links(content: Content, name: str, facts: Mapping[str, Any]) -> Iterator[Finding]:
    section = facts.get("headline")
    links = {"growth_of": facts.get("growth_of")}
    if isinstance(section, Mapping):
        links |= {key: section.get(key) for key in ("national", "growth", "target")}
        shown, measures = section.get("shown", []), section.get("measures", [])
        links |= {f"shown {other}": other for other in (shown if isinstance(shown, list) else [str(shown)])}
        if section.get("judged", "level") not in ("level", "growth_average"):
            yield at(INDICATORS, name, "judged: level hoặc growth_average.", "judged: level or growth_average.")
        national = content.indicators.get(str(section.get("national", name)))
        strange = [measure for measure in measures if national and measure not in national.measures] if isinstance(measures, list) else [measures]
        if strange:
            yield at(INDICATORS, name, f"measures {strange} không có.", f"no measures {strange}.")
    elif section:
        yield at(INDICATORS, name, "headline phải là một mục.", "headline must be a section.")
    for key, other in links.items():
        if other is not None and other not in content.indicators:
            yield at(INDICATORS, name, f"{key}: không có chỉ tiêu '{other}'.", f"{key}: no indicator '{other}'.")
