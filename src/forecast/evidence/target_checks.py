"""Checks of targets: what a document asks for can be asked of the indicator, and agrees with what the document's own name prints."""

from __future__ import annotations

import difflib
import re
from collections import defaultdict
from collections.abc import Iterator, Mapping
from datetime import date

from forecast.domain import Target, Text
from forecast.evidence.content import INDICATORS, TARGETS, Content
from forecast.evidence.figure_checks import GROWTH_UNIT
from forecast.evidence.findings import Finding, Severity
from forecast.evidence.records import PILLARS
from forecast.evidence.register_checks import at, is_range, today
from forecast.evidence.tables import number

FIRST_YEAR, LONGEST = 2000, 30  # years of targets; from a document to the year it speaks of
LIKE = 5.0  # a level lies within this factor of what others ask, or of the usual figures
SLOWER = 5.0  # and a growth rate within this factor
GROWTH_LIMITS = (-30.0, 60.0)  # of indicators that are no rates
_DATE, _NUMBER = re.compile(r"(\d{1,2})/(\d{1,2})/(\d{4})"), re.compile(r"\d+(?:,\d+)?")


def targets_sound(content: Content) -> Iterator[Finding]:
    """Targets name known indicators, territories, sources and successors, in the indicator's unit, with a readable value."""
    ids = {target.id for target in content.targets}
    for target in content.targets:
        name = target.id
        for vi, en in _target_faults(content, target, ids):
            yield Finding("", "error", TARGETS, target.row, f"{name}: {vi}", f"{name}: {en}")
        if target.value is None:
            vi, en = f"{name}: văn bản chưa đọc được chỉ tiêu.", f"{name}: the document's value was not readable."
            yield Finding("", "notice", TARGETS, target.row, vi, en)


def _target_faults(content: Content, target: Target, ids: set[str]) -> Iterator[tuple[str, str]]:
    indicator, value = content.indicators.get(target.indicator), target.value
    if indicator is None:
        yield f"không có chỉ tiêu '{target.indicator}'.", f"no indicator '{target.indicator}'."
    elif target.unit != (indicator.unit if target.kind == "level" else GROWTH_UNIT):
        yield f"đơn vị '{target.unit}' không hợp.", f"unit '{target.unit}' does not fit."
    elif target.kind == "level" and value is not None:
        low, high = indicator.support
        if (low is not None and value < low) or (high is not None and value > high):
            yield f"{value:.10g} ngoài miền giá trị.", f"{value:.10g} is outside the support."
    if target.territory not in content.territories:
        yield f"không có địa bàn '{target.territory}'.", f"no territory '{target.territory}'."
    unknown = [part for part in target.source.split("+") if part not in content.sources]
    if unknown:
        yield f"nguồn {unknown} không có trong sources.csv.", f"source {unknown} is not in sources.csv."
    if target.superseded_by and target.superseded_by not in ids:
        yield f"không có mục tiêu '{target.superseded_by}'.", f"no target '{target.superseded_by}'."
    if target.value_high is not None and (value is None or target.value_high <= value):
        yield "value_high phải lớn hơn value.", "value_high must exceed value."
    if not target.locator or not target.document:
        yield "thiếu văn bản hoặc locator.", "document or locator is missing."
    if target.issued:
        try:
            date.fromisoformat(target.issued)
        except ValueError:
            yield f"ngày ban hành '{target.issued}' sai dạng.", f"issued '{target.issued}' is not a date."


def leads_sound(content: Content) -> Iterator[Finding]:
    """The targets that lead (indicators.yml, `headline: leads`) exist, once each, for territories there are, of what the headline is judged by."""
    targets = {target.id: target for target in content.targets}
    for name, facts in content.details.items():
        section = facts.get("headline") if isinstance(facts, Mapping) else None
        leads = section.get("leads") if isinstance(section, Mapping) else None
        if leads is None or not isinstance(section, Mapping):
            continue
        if not isinstance(leads, Mapping) or not all(isinstance(order, list) for order in leads.values()):
            vi, en = "leads: mỗi địa bàn một danh sách [mã mục tiêu, ...].", "leads: a list [target id, ...] for each territory."
            yield at(INDICATORS, name, vi, en)
            continue
        about = section.get("target", name)
        for territory, order in leads.items():
            if territory not in (*content.territories, "any"):
                near = _near(territory, [*content.territories, "any"])
                yield at(INDICATORS, name, f"leads: không có địa bàn '{territory}'.{near.vi}", f"leads: no territory '{territory}'.{near.en}")
            for vi, en in _lead_faults(order, targets, str(about)):
                yield at(INDICATORS, name, f"leads, {territory}: {vi}", f"leads, {territory}: {en}")


def _lead_faults(order: list[object], targets: Mapping[str, Target], about: str) -> Iterator[tuple[str, str]]:
    for target in map(str, dict.fromkeys(map(str, order))):
        if target not in targets:
            near = _near(target, [name for name, held in targets.items() if held.indicator == about])
            vi = f"không có mục tiêu '{target}' trong targets.csv; sửa mã hoặc thêm mục tiêu.{near.vi}"
            yield vi, f"no target '{target}' in targets.csv; mend the id or add the target.{near.en}"
        elif targets[target].indicator != about:
            vi = f"'{target}' là mục tiêu của '{targets[target].indicator}', ở đây cần của '{about}'."
            yield vi, f"'{target}' is a target of '{targets[target].indicator}', here one of '{about}' is needed."
        if order.count(target) > 1:
            yield f"'{target}' bị lặp; để lại một.", f"'{target}' stands there twice; leave one."


def _near(name: object, choices: list[str]) -> Text:
    close = difflib.get_close_matches(str(name), choices, n=1)
    return Text(f" Ý bạn là '{close[0]}'?", f" Did you mean '{close[0]}'?") if close else Text("", "")


def target_conflicts(content: Content) -> Iterator[Finding]:
    """Documents that ask for different values of one indicator, territory and year; all are kept."""
    groups = defaultdict(list)
    for target in content.targets:
        if target.value is not None:
            groups[f"{target.indicator}, {target.territory}, {target.last}"].append(target)
    for what, group in groups.items():
        if len({(target.value, target.value_high) for target in group}) > 1:
            values = "; ".join(f"{target.document}: {target.value:.10g}" for target in group)
            vi, en = f"{what}: các văn bản nói khác nhau: {values}.", f"{what}: documents differ: {values}."
            yield Finding("", "notice", TARGETS, group[0].row, vi, en)


def targets_plausible(content: Content) -> Iterator[Finding]:
    """Value, direction, years, measure and baseline of a target can be; what its name and its document print agrees with them."""
    likes = _likes(content)
    baselines = {row["target"]: row for row in content.target_rows}
    for target in content.targets:
        row = baselines[target.id]
        faults = [*_value_faults(content, target, likes[target.indicator, target.kind != "level"]), *_time_faults(target)]
        faults += [*_word_faults(content, target), *_baseline_faults(content, target, row["baseline"], row["baseline_year"])]
        if row["pillar"] not in (*PILLARS, ""):
            faults.append((f"trụ cột '{row['pillar']}' không có.", f"no pillar '{row['pillar']}'."))
        yield from (_finding(target, vi, en) for vi, en in faults)
        yield from (_finding(target, vi, en, "warning") for vi, en in _printed_faults(target))


def _finding(target: Target, vi: str, en: str, severity: Severity = "error") -> Finding:
    return Finding("", severity, TARGETS, target.row, f"{target.id}: {vi}", f"{target.id}: {en}")


def _likes(content: Content) -> dict[tuple[str, bool], list[float]]:
    """What others ask of an indicator and the ends of its usual range, levels and growth apart."""
    likes: dict[tuple[str, bool], list[float]] = defaultdict(list)
    for target in content.targets:
        likes[target.indicator, target.kind != "level"] += [] if target.value is None else [target.value]
    for name, facts in content.details.items():
        usual = facts.get("usual") if isinstance(facts, dict) else None
        spans = [span for span in usual.values() if is_range(span)] if isinstance(usual, dict) else []
        likes[name, False] += [value * widened for low, high in spans for value, widened in ((low, LIKE), (high, 1 / LIKE))]
    return likes


def _value_faults(content: Content, target: Target, likes: list[float]) -> Iterator[tuple[str, str]]:
    indicator, details = content.indicators.get(target.indicator), content.details.get(target.indicator) or {}
    values = [value for value in (target.value, target.value_high) if value is not None]
    if indicator is None or not values:
        return
    rate = target.kind != "level"
    limits = details.get("limits") if not rate or indicator.unit == GROWTH_UNIT else GROWTH_LIMITS
    low, high = limits if is_range(limits) else (float("-inf"), float("inf"))
    others = [like for like in likes if like > 0 and like != target.value]
    for value in values:
        if not low <= value <= high:
            yield f"{value:.10g} ngoài giới hạn [{low:g}; {high:g}].", f"{value:.10g} is outside the limits [{low:g}; {high:g}]."
        elif (rate and not value >= 1) or (indicator.unit == "percent" and 0 < value < 1):
            vi = f"{value:.10g} %: một phần trăm hay ít hơn; 30 % viết là 30, không phải 0.3."
            yield vi, f"{value:.10g} %: less than one percent; 30 % is written 30, not 0.3."
        elif others and not min(others) / LIKE <= value <= max(others) * LIKE:
            vi = f"{value:.10g} cách xa mọi văn bản khác và số đã có ({min(others):.4g} đến {max(others):.4g})."
            yield vi, f"{value:.10g} is far from all other documents and figures ({min(others):.4g} to {max(others):.4g})."
    if len(values) == 2 and values[1] > 2 * values[0] > 0:
        yield f"khoảng {values[0]:g}-{values[1]:g} quá rộng.", f"the range {values[0]:g}-{values[1]:g} is too wide."


def _time_faults(target: Target) -> Iterator[tuple[str, str]]:
    if not FIRST_YEAR <= target.first <= target.last <= today().year + LONGEST:
        yield f"kỳ {target.first}-{target.last} không thể.", f"the period {target.first}-{target.last} cannot be."
    if target.kind == "growth_average" and target.first == target.last:
        yield "bình quân cần nhiều năm.", "an average needs several years."
    try:
        issued = date.fromisoformat(target.issued)
    except ValueError:
        if not target.issued:
            yield "thiếu ngày ban hành.", "the day of issue is missing."
        return
    if issued > today():
        yield f"ngày ban hành {issued} ở sau hôm nay.", f"issued {issued}, after today."
    elif issued.year > target.last or target.last - issued.year > LONGEST:
        yield f"ngày ban hành {issued} không hợp với năm {target.last}.", f"issued {issued} does not fit the year {target.last}."
    printed = [f"{year}-{int(month):02}-{int(day):02}" for day, month, year in _DATE.findall(target.document)]
    if printed and target.issued not in printed:
        vi = f"ngày ban hành {issued}, mà tên văn bản ghi {', '.join(printed)}."
        yield vi, f"issued {issued}, yet the name of the document prints {', '.join(printed)}."


def _word_faults(content: Content, target: Target) -> Iterator[tuple[str, str]]:
    """Direction, measure and successor; most is asked of an indicator unless it says `better: lower`, or is a rank."""
    indicator, details = content.indicators.get(target.indicator), content.details.get(target.indicator) or {}
    if indicator is None:
        return
    lower = indicator.unit == "rank" or details.get("better") == "lower"
    if target.direction in (("at_least", "above") if lower else ("at_most",)):
        vi = f"direction '{target.direction}' ngược với chỉ tiêu này (better: lower trong indicators.yml nếu càng thấp càng tốt)."
        yield vi, f"direction '{target.direction}' runs against this indicator (`better: lower` in indicators.yml if less is better)."
    if target.measure and target.measure not in indicator.measures:
        yield f"không có cơ quan đo '{target.measure}'.", f"no measure '{target.measure}' for this indicator."
    if target.superseded_by == target.id:
        yield "không thể tự thay chính nó.", "it cannot be superseded by itself."
    if indicator.unit == GROWTH_UNIT and target.kind == "level":
        yield "chỉ tiêu này là tốc độ tăng: kind phải là growth_...", "this indicator is a rate: its kind is growth_..."


def _baseline_faults(content: Content, target: Target, baseline: str, year: str) -> Iterator[tuple[str, str]]:
    if bool(baseline) != bool(year):
        yield "baseline và baseline_year đi cùng nhau.", "baseline and baseline_year go together."
        return
    if not baseline:
        return
    details = content.details.get(target.indicator) or {}
    limits, match = details.get("limits"), re.fullmatch(r"(?:\d{4}-)?(\d{4})", year)
    try:
        value = number(baseline)
    except ValueError:
        yield f"baseline '{baseline}' không phải số.", f"baseline '{baseline}' is no number."
        return
    if is_range(limits) and not limits[0] <= value <= limits[1]:
        yield f"baseline {baseline} ngoài giới hạn.", f"baseline {baseline} is outside the limits."
    if not match or not FIRST_YEAR <= int(match[1]) <= target.last:
        yield f"baseline_year '{year}' không thể.", f"baseline_year '{year}' cannot be."
    asked = target.value or 0
    if target.unit != "rank" and asked > 0 and not asked / 20 <= value <= asked * LIKE:
        yield f"baseline {baseline} quá xa mục tiêu {asked:g}.", f"baseline {baseline} is far from the target {asked:g}."


def _printed_faults(target: Target) -> Iterator[tuple[str, str]]:
    """The name of a target that prints a percentage or an amount prints the value; years are no amounts."""
    printed = {float(text.replace(",", ".")) for text in _NUMBER.findall(re.sub(r"\b(?:19|20)\d\d\b|NQ \d+", " ", target.name.vi))}
    speaks = re.search(r"\d\s*%|triệu đồng", target.name.vi)
    span = re.search(r"\d(?:,\d+)?-(\d+(?:,\d+)?)\s*%", target.name.vi)
    if span and target.value_high is None:
        yield f"tên mục tiêu ghi đến {span[1]} %, value_high trống.", f"its name prints up to {span[1]} %, value_high is empty."
    for value in (target.value, target.value_high):
        if speaks and value is not None and printed and value not in printed:
            vi = f"{value:.10g} không có trong tên mục tiêu: '{target.name.vi}'."
            yield vi, f"{value:.10g} does not stand in the name of the target: '{target.name.vi}'."
