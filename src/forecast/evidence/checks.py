"""The register of named checks, and the checks that look at several figures or at the registers around them."""

from __future__ import annotations

import math
from collections import defaultdict
from collections.abc import Callable, Iterator
from dataclasses import replace
from datetime import date
from itertools import pairwise

from forecast.domain import Observation, Target
from forecast.errors import ForecastError
from forecast.evidence import figure_checks
from forecast.evidence.content import (
    ASSUMPTIONS,
    CORRECTIONS,
    INDICATORS,
    LEVERS,
    OBSERVATIONS,
    TARGETS,
    TERRITORIES,
    Content,
)
from forecast.evidence.corrections import apply_corrections
from forecast.evidence.figure_checks import GROWTH_UNIT, finding
from forecast.evidence.findings import SEVERITIES, Finding
from forecast.evidence.resolve import EXPECTED, agree, resolve
from forecast.units import UNITS

JUMP, STEP = 200.0, 10.0  # a factor of 200 looks like another unit, a factor of 10 wants a second look
REVISED_LEVEL, REVISED_POINTS = 0.05, 1.0
PART_ROUNDING = 0.05
OFFICE = ("official", "preliminary", "estimate")


def readable(content: Content) -> list[Finding]:
    """What could not be read at all."""
    return list(content.problems)


def no_duplicates(content: Content) -> list[Finding]:
    """One place of one source gives one value per key, period and kind; two values there are an error, not a conflict."""
    seen: dict[tuple, Observation] = {}
    found = []
    for item in content.observations:
        place = (item.key, item.period, item.kind, item.vintage, item.source, item.locator, item.edition)
        first = seen.setdefault(place, item)
        if first is item:
            continue
        if first.value == item.value and first.high == item.high:
            vi, en = (
                f"trùng hoàn toàn với dòng {first.row}; xóa một dòng.",
                f"the same as line {first.row}; delete one.",
            )
        else:
            vi = f"cùng nguồn, cùng chỗ, cùng ngày công bố mà dòng {first.row} ghi {first.value:.10g}; chỉ một số đúng."
            en = f"same source, place and vintage, yet line {first.row} says {first.value:.10g}; only one can stand."
        found.append(finding("no_duplicates", item, vi, en))
    return found


def no_unit_jump(content: Content) -> list[Finding]:
    """Neighbouring levels of one key do not differ by a factor that looks like another unit."""
    groups = defaultdict(list)
    for item in content.observations:
        if item.kind == "level" and item.period.is_year and item.value > 0:
            groups[item.key].append(item)
    found = []
    for group in groups.values():
        for before, after in pairwise(sorted(group, key=lambda item: (item.period, item.row))):
            ratio = after.value / before.value
            if max(ratio, 1 / ratio) >= STEP:
                severe = max(ratio, 1 / ratio) >= JUMP
                vi = f"gấp {ratio:.3g} lần dòng {before.row} ({before.period}: {before.value:.10g}); kiểm tra đơn vị."
                en = f"{ratio:.3g} times line {before.row} ({before.period}: {before.value:.10g}); check the unit."
                found.append(finding("no_unit_jump", after, vi, en, "error" if severe else "warning"))
    return found


def registers_whole(content: Content) -> list[Finding]:
    """Registers refer only to what exists: units, ratio parts, components, sources of levers and assumptions."""
    found = []
    for file, row, severity, name, vi, en in (*_loose_ends(content), *_loose_sources(content)):
        found.append(Finding("registers_whole", severity, file, row, f"{name}: {vi}", f"{name}: {en}"))
    return found


def _loose_ends(content: Content) -> Iterator[tuple]:
    for name, indicator in content.indicators.items():
        if indicator.unit not in UNITS:
            text = (f"đơn vị '{indicator.unit}' không có.", f"unknown unit '{indicator.unit}'.")
            yield INDICATORS, 0, "error", name, *text
        for part in ("numerator", "denominator"):
            other = content.details[name].get(part)
            if (other and other not in content.indicators) or (indicator.aggregate == "ratio" and not other):
                yield INDICATORS, 0, "error", name, f"{part} '{other}' không có.", f"{part} '{other}' does not exist."
    for name, territory in content.territories.items():
        for other in filter(None, (*territory.components, territory.parent)):
            if other not in content.territories:
                yield TERRITORIES, 0, "error", name, f"không có địa bàn '{other}'.", f"no territory '{other}'."


def _loose_sources(content: Content) -> Iterator[tuple]:
    for name, lever in content.levers.items():
        if lever["source"] not in content.sources:
            text = (f"nguồn '{lever['source']}' không có.", f"no source '{lever['source']}'.")
            yield LEVERS, lever["row"], "error", name, *text
        ends = [value for value in (lever["low"], lever["central"], lever["high"]) if value is not None]
        if ends != sorted(ends):
            text = ("low, central, high không tăng dần.", "low, central, high do not ascend.")
            yield LEVERS, lever["row"], "error", name, *text
    for name, item in content.assumptions.items():
        other = item.get("source") if isinstance(item, dict) else ""
        if other and other not in content.sources:
            yield ASSUMPTIONS, 0, "warning", name, f"nguồn '{other}' không có.", f"no source '{other}'."


def parts_add_up(content: Content) -> list[Finding]:
    """Shares published together add up to their total (indicators.yml, `parts`), within 0.05 of a point per part."""
    values = {
        (item.key, item.period, item.kind, item.vintage): item for item in content.observations if item.high is None
    }
    found = []
    for (key, period, kind, vintage), total in values.items():
        for parts in content.details.get(key.indicator, {}).get("parts", ()):
            rows = [values.get((replace(key, indicator=name), period, kind, vintage)) for name in parts]
            if all(rows) and abs(sum(row.value for row in rows) - total.value) > PART_ROUNDING * len(parts):
                vi = f"các phần {', '.join(parts)} cộng lại là {sum(row.value for row in rows):.10g}."
                en = f"the parts {', '.join(parts)} add up to {sum(row.value for row in rows):.10g}."
                found.append(finding("parts_add_up", total, vi, en, "warning"))
    return found


def corrections_match(content: Content) -> list[Finding]:
    """Each correction still matches as many rows as it was reviewed for."""
    found = []
    for rule in content.corrections:
        rows = [item.row for item in content.observations if rule.matches(item)]
        if len(rows) != rule.guard:
            vi = f"{rule.id}: khớp {len(rows)} dòng, lúc duyệt là {rule.guard}; nguồn có thể đã tự sửa, cần duyệt lại."
            en = f"{rule.id}: matches {len(rows)} row(s), {rule.guard} when reviewed; the source may have mended itself, review it."
            found.append(Finding("corrections_match", "error", CORRECTIONS, 0, vi, en))
    return found


def targets_sound(content: Content) -> list[Finding]:
    """Targets name known indicators, territories, sources and successors, in the indicator's unit, with a readable value."""
    ids = {item.id for item in content.targets}
    found = []
    for item in content.targets:
        for vi, en in _target_faults(content, item, ids):
            found.append(Finding("targets_sound", "error", TARGETS, item.row, f"{item.id}: {vi}", f"{item.id}: {en}"))
        if item.value is None:
            vi, en = f"{item.id}: văn bản chưa đọc được chỉ tiêu.", f"{item.id}: the document's value was not readable."
            found.append(Finding("targets_sound", "notice", TARGETS, item.row, vi, en))
    return found


def _target_faults(content: Content, item: Target, ids: set[str]) -> list[tuple[str, str]]:
    faults = []
    indicator = content.indicators.get(item.indicator)
    if indicator is None:
        faults.append((f"không có chỉ tiêu '{item.indicator}'.", f"no indicator '{item.indicator}'."))
    elif item.unit != (indicator.unit if item.kind == "level" else GROWTH_UNIT):
        faults.append((f"đơn vị '{item.unit}' không hợp.", f"unit '{item.unit}' does not fit."))
    elif item.kind == "level" and item.value is not None:
        low, high = indicator.support
        if (low is not None and item.value < low) or (high is not None and item.value > high):
            faults.append((f"{item.value:.10g} ngoài miền giá trị.", f"{item.value:.10g} is outside the support."))
    if item.territory not in content.territories:
        faults.append((f"không có địa bàn '{item.territory}'.", f"no territory '{item.territory}'."))
    unknown = [part for part in item.source.split("+") if part not in content.sources]
    if unknown:
        faults.append((f"nguồn {unknown} không có trong sources.csv.", f"source {unknown} is not in sources.csv."))
    if item.superseded_by and item.superseded_by not in ids:
        faults.append((f"không có mục tiêu '{item.superseded_by}'.", f"no target '{item.superseded_by}'."))
    if item.value_high is not None and (item.value is None or item.value_high <= item.value):
        faults.append(("value_high phải lớn hơn value.", "value_high must exceed value."))
    if not item.locator or not item.document:
        faults.append(("thiếu văn bản hoặc locator.", "document or locator is missing."))
    if item.issued:
        try:
            date.fromisoformat(item.issued)
        except ValueError:
            faults.append((f"ngày ban hành '{item.issued}' sai dạng.", f"issued '{item.issued}' is not a date."))
    return faults


def target_conflicts(content: Content) -> list[Finding]:
    """Documents that ask for different values of one indicator, territory and year; all are kept."""
    groups = defaultdict(list)
    for item in content.targets:
        if item.value is not None:
            groups[(item.indicator, item.territory, item.last)].append(item)
    found = []
    for (indicator, territory, year), group in groups.items():
        if len({(item.value, item.value_high) for item in group}) > 1:
            said = "; ".join(f"{item.document}: {item.value:.10g}" for item in group)
            text = (
                f"{indicator}, {territory}, {year}: các văn bản nói khác nhau: {said}.",
                f"{indicator}, {territory}, {year}: documents differ: {said}.",
            )
            found.append(Finding("target_conflicts", "notice", TARGETS, group[0].row, *text))
    return found


def conflicts(content: Content) -> list[Finding]:
    """Years for which the sources say different things: what is used, what is set aside, and the rule."""
    if not content.observations:
        return []
    groups = defaultdict(list)
    for item in apply_corrections(content.observations, content.corrections):
        if item.kind in ("level", "growth") and item.key.indicator in content.indicators:
            groups[(item.key, item.kind)].append(item)
    last = max(item.vintage for item in content.observations)
    found = []
    for (key, kind), group in groups.items():
        for clash in resolve(group, key, kind, "", last).conflicts:
            others = ", ".join(f"{item.value:.10g} ({item.source})" for item in clash.others)
            vi = f"{key} {clash.period}: dùng {clash.used.value:.10g} ({clash.used.source}), để riêng {others}; {clash.rule.vi}."
            en = f"{key} {clash.period}: {clash.used.value:.10g} ({clash.used.source}) is used, set aside {others}; {clash.rule.en}."
            found.append(Finding("conflicts", "notice", OBSERVATIONS, clash.used.row, vi, en))
    return found


def revisions(content: Content) -> list[Finding]:
    """Revisions by an office of more than 5 % of a level or 1 point of a rate, within one edition."""
    groups = defaultdict(list)
    for item in content.observations:
        if (
            item.status in OFFICE
            and item.period.is_year
            and item.edition != EXPECTED
            and item.kind in ("level", "growth")
        ):
            groups[(item.key, item.kind, item.period, item.edition)].append(item)
    found = []
    for group in groups.values():
        for old, new in pairwise(sorted(group, key=lambda item: (item.vintage, item.row))):
            if agree(old, new) or new.vintage == old.vintage:
                continue
            points = new.kind == "growth" or new.unit == "percent"
            size = abs(new.value - old.value) if points else abs(math.log(new.value / old.value))
            if size > (REVISED_POINTS if points else REVISED_LEVEL):
                vi = f"điều chỉnh lớn so với {old.value:.10g} công bố {old.vintage} (dòng {old.row})."
                en = f"a large revision of {old.value:.10g}, known {old.vintage} (line {old.row})."
                found.append(finding("revisions", new, vi, en, "warning"))
    return found


CHECKS: dict[str, Callable[[Content], list[Finding]]] = {
    check.__name__: check
    for check in (
        readable,
        figure_checks.ids_known,
        figure_checks.unit_matches_indicator,
        figure_checks.source_exists,
        figure_checks.locator_present,
        figure_checks.vintage_plausible,
        figure_checks.kind_consistent,
        figure_checks.support,
        figure_checks.limits,
        figure_checks.territory_dates,
        no_duplicates,
        no_unit_jump,
        registers_whole,
        parts_add_up,
        corrections_match,
        targets_sound,
        target_conflicts,
        conflicts,
        revisions,
    )
}


def run_checks(content: Content) -> list[Finding]:
    """All findings of all checks, errors first, then by file and row; a check that fails itself is an error finding."""
    found: list[Finding] = []
    for name, check in CHECKS.items():
        try:
            found += check(content)
        except (ForecastError, ArithmeticError, KeyError, TypeError, ValueError) as error:
            text = (f"không kiểm tra được: {error}", f"could not be checked: {error}")
            found.append(Finding(name, "error", OBSERVATIONS, 0, *text))
    return sorted(found, key=lambda item: (SEVERITIES.index(item.severity), item.file, item.row, item.check))
