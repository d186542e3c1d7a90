"""The register of named checks, and the checks that look at several figures or at the registers around them.

A check yields its findings without its own name; `run_checks` writes it in.
"""

from __future__ import annotations

import math
import re
from collections import defaultdict
from collections.abc import Callable, Iterable, Iterator
from dataclasses import replace
from itertools import pairwise
from pathlib import Path

from forecast.domain import Key, Observation, because
from forecast.domain.figures import OFFICE
from forecast.errors import ForecastError
from forecast.evidence import calendar_checks, cross_checks, figure_checks, register_checks, target_checks
from forecast.evidence.content import ASSUMPTIONS, CORRECTIONS, INDICATORS, OBSERVATIONS, TERRITORIES, Content
from forecast.evidence.figure_checks import wrong
from forecast.evidence.findings import SEVERITIES, Finding, Severity
from forecast.evidence.resolve import EXPECTED, agree, last_decimal
from forecast.units import UNITS

JUMP, STEP = 200.0, 10.0  # a factor of 200 looks like another unit, a factor of 10 wants a second look
REVISED_LEVEL, REVISED_POINTS = 0.05, 1.0
PART_ROUNDING = 0.05
RATIO_ERROR = 0.01


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
    provinces = [name for name, territory in content.territories.items() if territory.kind == "province" and not territory.components]
    nations = {name for name, territory in content.territories.items() if territory.kind == "nation"}
    points = _resolved(content, {name for name, facts in content.indicators.items() if facts.aggregate == "sum"})
    of_place = {(key.indicator, key.measure, key.territory, year): point for (key, year), point in points.items()}
    for (key, year), total in points.items():
        if key.territory not in nations or total.status not in OFFICE:
            continue
        parts = [of_place.get((key.indicator, key.measure, name, year)) for name in provinces]
        values = [part.value for part in parts if part]
        if len(values) < len(provinces) or not values:
            continue
        if abs(sum(values) - total.value) > sum(last_decimal(value) for value in (*values, total.value)) / 2:
            vi, en = f"các tỉnh cộng lại là {sum(values):.10g}.", f"the provinces add up to {sum(values):.10g}."
            yield wrong(total, vi, en)


def ratios_agree(content: Content) -> Iterator[Finding]:
    """GRDP a head x population / employed is the productivity the office prints, within 1 %, where it prints all four."""
    names = ("grdp_per_capita", "population_avg", "employed_15plus")
    points = _resolved(content, {"labour_productivity", *names})
    for (key, year), printed in points.items():
        if key.indicator != "labour_productivity":
            continue
        per_head, people, employed = (points.get((replace(key, indicator=name), year)) for name in names)
        if not (per_head and people and employed):
            continue
        implied = per_head.value * people.value / employed.value
        if abs(implied / printed.value - 1) > RATIO_ERROR:
            vi = f"GRDP bình quân x dân số / lao động = {implied:.10g}, lệch quá 1 %."
            yield wrong(printed, vi, f"GRDP a head x population / employed = {implied:.10g}, more than 1 % off.")


def _resolved(content: Content, indicators: set[str]) -> dict[tuple[Key, int], Observation]:
    """The level a series uses for each year of `indicators`, as known today."""
    return {
        (key, point.period.first): point
        for (key, kind), series in content.series.items()
        if kind == "level" and key.indicator in indicators
        for point in series.points
    }


def corrections_match(content: Content) -> Iterator[Finding]:
    """Each correction still matches as many rows as it was reviewed for; of a table that could not be read nothing follows."""
    if not content.observations and any(problem.file == OBSERVATIONS for problem in content.problems):
        return
    for rule in content.corrections:
        count = sum(rule.matches(figure) for figure in content.observations)
        if count != rule.guard:
            vi = f"{rule.id}: khớp {count} dòng, lúc duyệt là {rule.guard}; nguồn có thể đã tự sửa, cần duyệt lại."
            en = f"{rule.id}: matches {count} row(s), {rule.guard} when reviewed; the source may have mended itself, review it."
            yield Finding("", "error", CORRECTIONS, 0, vi, en)


def conflicts(content: Content) -> Iterator[Finding]:
    """Years for which the sources say different things: what is used, what is set aside, and the rule."""
    for (key, _), series in content.series.items():
        for clash in series.conflicts:
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


# Newer than data that may have been kept with a scenario or a run: such data are not refused by these.
LATER = (
    register_checks.assumptions_sound,
    register_checks.facts_sound,
    register_checks.levers_sound,
    register_checks.corrections_plausible,
    register_checks.days_gone_by,
    register_checks.newest_not_alone,
    register_checks.territories_sound,
    register_checks.indicators_sound,
    target_checks.targets_plausible,
    cross_checks.usual_range,
    cross_checks.no_spike,
    cross_checks.growth_agrees,
    cross_checks.press_newer,
    calendar_checks.calendar_sound,
    calendar_checks.habits_shown,
)
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
        target_checks.targets_sound,
        target_checks.leads_sound,
        target_checks.target_conflicts,
        conflicts,
        revisions,
        *LATER,
    )
}


def located(finding: Finding, folder: Path) -> Finding:
    """The finding with the line of the entry it names first, where it is on a register and has none."""
    if finding.row or not finding.file.endswith(".yml") or not (folder / finding.file).is_file():
        return finding
    name = re.escape(re.split(r"[:.,= ]", finding.en, maxsplit=1)[0])
    text = (folder / finding.file).read_text(encoding="utf-8-sig", errors="replace")
    line = re.search(rf"^\s*(?:- )?(?:id: |lever: )?{name}\b", text, re.MULTILINE) if name else None
    return replace(finding, row=text[: line.end()].count("\n") + 1) if line else finding


def run_checks(content: Content) -> list[Finding]:
    """All findings of all checks, errors first, then by file and row; a check that fails itself is an error finding."""
    findings: list[Finding] = []
    for name, check in CHECKS.items():
        try:
            findings += [replace(finding, check=finding.check or name) for finding in check(content)]
        except (ForecastError, ArithmeticError, AttributeError, KeyError, TypeError, ValueError) as error:
            why = because(error)
            text = (f"không kiểm tra được: {why.vi}", f"could not be checked: {why.en}")
            findings.append(Finding(name, "error", OBSERVATIONS, 0, *text))
    ordered = sorted(findings, key=lambda finding: (SEVERITIES.index(finding.severity), finding.file, finding.row, finding.check))
    return [located(finding, content.folder) for finding in ordered]
