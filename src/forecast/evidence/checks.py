"""The register of named checks, and the checks that look at several figures or at the registers around them.

A check yields its findings without its own name; `run_checks` writes it in.
"""

from __future__ import annotations

import math
from collections import defaultdict
from collections.abc import Callable, Iterable, Iterator
from dataclasses import replace
from datetime import date
from itertools import pairwise

from forecast.domain import Key, Observation, Target
from forecast.errors import ForecastError
from forecast.evidence import figure_checks
from forecast.evidence.content import ASSUMPTIONS, CORRECTIONS, INDICATORS, OBSERVATIONS, TARGETS, TERRITORIES, Content
from forecast.evidence.corrections import apply_corrections
from forecast.evidence.figure_checks import GROWTH_UNIT, wrong
from forecast.evidence.findings import SEVERITIES, Finding, Severity
from forecast.evidence.resolve import EXPECTED, agree, last_digit, resolve
from forecast.units import UNITS

JUMP, STEP = 200.0, 10.0  # a factor of 200 looks like another unit, a factor of 10 wants a second look
REVISED_LEVEL, REVISED_POINTS = 0.05, 1.0
PART_ROUNDING = 0.05
RATIO_ERROR = 0.01
OFFICE = ("official", "preliminary", "estimate")


def readable(content: Content) -> Iterable[Finding]:
    """What could not be read at all."""
    return content.problems


def no_duplicates(content: Content) -> Iterator[Finding]:
    """One place of one source gives one value per key, period and kind; two values there are an error, not a conflict."""
    seen: dict[tuple, Observation] = {}
    for figure in content.observations:
        spot = (figure.key, figure.period, figure.kind, figure.vintage, figure.source, figure.locator, figure.edition)
        first = seen.setdefault(spot, figure)
        if first is figure:
            continue
        if first.value == figure.value and first.high == figure.high:
            vi, en = f"trùng hoàn toàn với dòng {first.row}; xóa một dòng.", f"the same as line {first.row}; delete one."
        else:
            vi = f"cùng nguồn, cùng chỗ, cùng ngày công bố mà dòng {first.row} ghi {first.value:.10g}; chỉ một số đúng."
            en = f"same source, place and vintage, yet line {first.row} says {first.value:.10g}; only one can stand."
        yield wrong(figure, vi, en)


def no_unit_jump(content: Content) -> Iterator[Finding]:
    """Neighbouring levels of one key do not differ by a factor that looks like another unit."""
    groups = defaultdict(list)
    for figure in content.observations:
        if figure.kind == "level" and figure.period.is_year and figure.value > 0:
            groups[figure.key].append(figure)
    for group in groups.values():
        for before, after in pairwise(sorted(group, key=lambda figure: (figure.period, figure.row))):
            ratio = after.value / before.value
            if max(ratio, 1 / ratio) >= STEP:
                severe = max(ratio, 1 / ratio) >= JUMP
                vi = f"gấp {ratio:.3g} lần dòng {before.row} ({before.period}: {before.value:.10g}); kiểm tra đơn vị."
                en = f"{ratio:.3g} times line {before.row} ({before.period}: {before.value:.10g}); check the unit."
                yield wrong(after, vi, en, "error" if severe else "warning")


def registers_whole(content: Content) -> Iterator[Finding]:
    """Registers refer only to what exists: units, ratio parts, components, sources of assumptions."""
    for name, indicator in content.indicators.items():
        if indicator.unit not in UNITS:
            yield _loose(INDICATORS, name, f"đơn vị '{indicator.unit}' không có.", f"unknown unit '{indicator.unit}'.")
        for part in ("numerator", "denominator"):
            other = content.details[name].get(part)
            if (other and other not in content.indicators) or (indicator.aggregate == "ratio" and not other):
                yield _loose(INDICATORS, name, f"{part} '{other}' không có.", f"{part} '{other}' does not exist.")
    for name, territory in content.territories.items():
        for other in filter(None, (*territory.components, territory.parent)):
            if other not in content.territories:
                yield _loose(TERRITORIES, name, f"không có địa bàn '{other}'.", f"no territory '{other}'.")
    for name, assumption in content.assumptions.items():
        source = assumption.get("source") if isinstance(assumption, dict) else ""
        if source and source not in content.sources:
            yield _loose(ASSUMPTIONS, name, f"nguồn '{source}' không có.", f"no source '{source}'.", "warning")


def _loose(file: str, name: str, vi: str, en: str, severity: Severity = "error") -> Finding:
    return Finding("", severity, file, 0, f"{name}: {vi}", f"{name}: {en}")


def parts_add_up(content: Content) -> Iterator[Finding]:
    """Shares published together add up to their total (indicators.yml, `parts`), within 0.05 of a point per part."""
    figures = {
        (figure.key, figure.period, figure.kind, figure.vintage): figure
        for figure in content.observations
        if figure.high is None
    }
    for (key, period, kind, vintage), total in figures.items():
        for parts in content.details.get(key.indicator, {}).get("parts", ()):
            addends = [figures.get((replace(key, indicator=name), period, kind, vintage)) for name in parts]
            values = [figure.value for figure in addends if figure]
            if len(values) == len(parts) and abs(sum(values) - total.value) > PART_ROUNDING * len(parts):
                vi = f"các phần {', '.join(parts)} cộng lại là {sum(values):.10g}."
                yield wrong(total, vi, f"the parts {', '.join(parts)} add up to {sum(values):.10g}.", "warning")


def provinces_sum(content: Content) -> Iterator[Finding]:
    """Of an indicator that adds, the provinces of one time add up to the nation the office printed, within their rounding."""
    provinces = [name for name, place in content.territories.items() if place.kind == "province" and not place.components]
    nations = {name for name, place in content.territories.items() if place.kind == "nation"}
    points = _resolved(content, {name for name, facts in content.indicators.items() if facts.aggregate == "sum"})
    for (key, year), total in points.items():
        parts = [points.get((replace(key, territory=name), year)) for name in provinces]
        values = [part.value for part in parts if part]
        if key.territory not in nations or total.status not in OFFICE or len(values) < len(provinces) or not values:
            continue
        if abs(sum(values) - total.value) > sum(last_digit(value) for value in (*values, total.value)) / 2:
            vi, en = f"các tỉnh cộng lại là {sum(values):.10g}.", f"the provinces add up to {sum(values):.10g}."
            yield wrong(total, vi, en)


def ratios_agree(content: Content) -> Iterator[Finding]:
    """GRDP a head x population / employed is the productivity the office prints, within 1 %, where it prints all four."""
    names = ("grdp_per_capita", "population_avg", "employed_15plus")
    points = _resolved(content, {"labour_productivity", *names})
    for (key, year), printed in points.items():
        per_head, people, employed = (points.get((replace(key, indicator=name), year)) for name in names)
        if key.indicator != "labour_productivity" or not (per_head and people and employed):
            continue
        implied = per_head.value * people.value / employed.value
        if abs(implied / printed.value - 1) > RATIO_ERROR:
            vi = f"GRDP bình quân x dân số / lao động = {implied:.10g}, lệch quá 1 %."
            yield wrong(printed, vi, f"GRDP a head x population / employed = {implied:.10g}, more than 1 % off.")


def _resolved(content: Content, indicators: set[str]) -> dict[tuple[Key, int], Observation]:
    """The level a series uses for each year of `indicators`, as known today."""
    groups = defaultdict(list)
    for figure in apply_corrections(content.observations, content.corrections):
        if figure.kind == "level" and figure.key.indicator in indicators:
            groups[figure.key].append(figure)
    last = max((figure.vintage for figure in content.observations), default=date.min)
    return {
        (key, point.period.first): point
        for key, group in groups.items()
        for point in resolve(group, key, "level", "", last).points
    }


def corrections_match(content: Content) -> Iterator[Finding]:
    """Each correction still matches as many rows as it was reviewed for."""
    for rule in content.corrections:
        count = sum(rule.matches(figure) for figure in content.observations)
        if count != rule.guard:
            vi = f"{rule.id}: khớp {count} dòng, lúc duyệt là {rule.guard}; nguồn có thể đã tự sửa, cần duyệt lại."
            en = f"{rule.id}: matches {count} row(s), {rule.guard} when reviewed; the source may have mended itself, review it."
            yield Finding("", "error", CORRECTIONS, 0, vi, en)


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


def conflicts(content: Content) -> Iterator[Finding]:
    """Years for which the sources say different things: what is used, what is set aside, and the rule."""
    groups = defaultdict(list)
    for figure in apply_corrections(content.observations, content.corrections):
        if figure.kind in ("level", "growth") and figure.key.indicator in content.indicators:
            groups[(figure.key, figure.kind)].append(figure)
    last = max((figure.vintage for figure in content.observations), default=date.min)
    for (key, kind), group in groups.items():
        for clash in resolve(group, key, kind, "", last).conflicts:
            used, others = clash.used, ", ".join(f"{figure.value:.10g} ({figure.source})" for figure in clash.others)
            vi = f"{key} {clash.period}: dùng {used.value:.10g} ({used.source}), để riêng {others}; {clash.rule.vi}."
            en = f"{key} {clash.period}: {used.value:.10g} ({used.source}) is used, set aside {others}; {clash.rule.en}."
            yield Finding("", "notice", OBSERVATIONS, used.row, vi, en)


def revisions(content: Content) -> Iterator[Finding]:
    """Revisions by an office of more than 5 % of a level or 1 point of a rate, within one edition."""
    groups = defaultdict(list)
    for figure in content.observations:
        counts = figure.status in OFFICE and figure.kind in ("level", "growth") and figure.edition != EXPECTED
        if counts and figure.period.is_year:
            groups[(figure.key, figure.kind, figure.period, figure.edition)].append(figure)
    for group in groups.values():
        for old, new in pairwise(sorted(group, key=lambda figure: (figure.vintage, figure.row))):
            if agree(old, new) or new.vintage == old.vintage:
                continue
            points = new.kind == "growth" or new.unit == "percent"
            size = abs(new.value - old.value) if points else abs(math.log(new.value / old.value))
            if size > (REVISED_POINTS if points else REVISED_LEVEL):
                vi = f"điều chỉnh lớn so với {old.value:.10g} công bố {old.vintage} (dòng {old.row})."
                en = f"a large revision of {old.value:.10g}, known {old.vintage} (line {old.row})."
                yield wrong(new, vi, en, "warning")


CHECKS: dict[str, Callable[[Content], Iterable[Finding]]] = {
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
        provinces_sum,
        ratios_agree,
        corrections_match,
        targets_sound,
        target_conflicts,
        conflicts,
        revisions,
    )
}


def run_checks(content: Content) -> list[Finding]:
    """All findings of all checks, errors first, then by file and row; a check that fails itself is an error finding."""
    findings: list[Finding] = []
    for name, check in CHECKS.items():
        try:
            findings += [replace(finding, check=finding.check or name) for finding in check(content)]
        except (ForecastError, ArithmeticError, AttributeError, KeyError, TypeError, ValueError) as error:
            text = (f"không kiểm tra được: {error}", f"could not be checked: {error}")
            findings.append(Finding(name, "error", OBSERVATIONS, 0, *text))
    return sorted(findings, key=lambda finding: (SEVERITIES.index(finding.severity), finding.file, finding.row, finding.check))
