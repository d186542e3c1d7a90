"""Checks that hold a figure against its likes: the usual range, the neighbouring years, the printed growth, the office."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator

from forecast.domain import Key, Observation
from forecast.domain.figures import OFFICE
from forecast.evidence.content import Content
from forecast.evidence.figure_checks import wrong
from forecast.evidence.findings import Finding
from forecast.evidence.register_checks import is_range
from forecast.evidence.resolve import CLOSED, EXPECTED, agree, last_decimal

SPIKE = 1.3  # both neighbouring years lie this factor away on one side
STEP_POINTS = 0.5  # the printed growth and the levels of one source part by no more than this, beside rounding


def usual_range(content: Content) -> Iterator[Finding]:
    """Figures lie inside the usual range of their indicator and kind of territory (`usual` in indicators.yml), or want a second look."""
    for figure in content.observations:
        territory, facts = content.territories.get(figure.key.territory), content.details.get(figure.key.indicator)
        usual = facts.get("usual") if territory and isinstance(facts, dict) else None
        span = usual.get(territory.kind) if territory and isinstance(usual, dict) else None
        if span is None or not is_range(span):
            continue
        values = (figure.value,) if figure.high is None else (figure.value, figure.high)
        out = [value for value in values if not span[0] <= value <= span[1]]
        if out:
            there = f"[{span[0]:g}; {span[1]:g}]"
            vi = f"{out[0]:.10g} nằm ngoài khoảng thường thấy {there}; kiểm tra số và đơn vị; nếu đúng thì để nguyên (usual, indicators.yml)."
            en = f"{out[0]:.10g} is outside the usual range {there}; check value and unit; if right leave it (`usual`, indicators.yml)."
            yield wrong(figure, vi, en, "warning")


def no_spike(content: Content) -> Iterator[Finding]:
    """A level does not lie more than 30 % above, or below, both neighbouring years of its series."""
    for (_, kind), series in content.series.items():
        points = series.points if kind == "level" else ()
        for before, middle, after in zip(points, points[1:], points[2:], strict=False):
            years = (before.period.first, after.period.first)
            if years != (middle.period.first - 1, middle.period.first + 1) or min(before.value, middle.value, after.value) <= 0:
                continue
            first, second = middle.value / before.value, middle.value / after.value
            if min(first, second) > SPIKE or max(first, second) < 1 / SPIKE:
                vi = f"lệch hẳn cả năm trước ({before.value:.10g}) lẫn năm sau ({after.value:.10g}); kiểm tra chữ số."
                en = f"far from both the year before ({before.value:.10g}) and the year after ({after.value:.10g}); check the digits."
                yield wrong(middle, vi, en, "warning")


def growth_agrees(content: Content) -> Iterator[Finding]:
    """A growth rate is the step between the levels of the same source and edition (`growth_of`), within their rounding."""
    pairs = {name: facts["growth_of"] for name, facts in content.details.items() if isinstance(facts, dict) and facts.get("growth_of")}
    levels: dict[tuple, Observation] = {}
    for figure in content.observations:
        if figure.kind == "level" and figure.period.is_year and figure.key.indicator in set(pairs.values()):
            levels[figure.key, figure.period.first, figure.source, figure.edition] = figure
    for figure in content.observations:
        of = pairs.get(figure.key.indicator)
        if of is None or figure.kind != "growth" or not figure.period.is_year or figure.bound != "exact":
            continue
        key, year = Key(of, figure.key.measure, figure.key.territory), figure.period.first
        new, old = (levels.get((key, when, figure.source, figure.edition)) for when in (year, year - 1))
        if new is None or old is None or old.value <= 0:
            continue
        implied = 100 * (new.value / old.value - 1)
        rounding = 100 * sum(float(last_decimal(level.value)) / level.value for level in (new, old) if level.value > 0)
        if abs(implied - figure.value) > STEP_POINTS + rounding:
            vi = f"mức cùng nguồn (dòng {old.row}, {new.row}) cho {implied:.4g}; kiểm tra dấu và dấu thập phân."
            en = f"the levels of the same source (lines {old.row}, {new.row}) give {implied:.4g}; check sign and decimal point."
            yield wrong(figure, vi, en, "warning")


def press_newer(content: Content) -> Iterator[Finding]:
    """A press figure newer than the office's for the same year says something else: it is not used, a reader should know."""
    groups: dict[tuple, list[Observation]] = defaultdict(list)
    for figure in content.observations:
        if figure.edition != EXPECTED and not figure.edition.startswith(CLOSED) and figure.kind in ("level", "growth"):
            groups[figure.key, figure.kind, figure.period].append(figure)
    for group in groups.values():
        office = max((figure for figure in group if figure.status in OFFICE), key=lambda figure: figure.vintage, default=None)
        for figure in group if office else ():
            if office and figure.status == "press" and figure.vintage > office.vintage and not agree(figure, office):
                printed, day = f"{office.value:.10g}", office.vintage
                vi = f"báo chí công bố sau số của cơ quan ({printed}, {day}, dòng {office.row}) mà khác; số của cơ quan được dùng."
                en = f"the press, after the office ({printed}, {day}, line {office.row}), says otherwise; the office's figure is used."
                yield wrong(figure, vi, en, "notice")
