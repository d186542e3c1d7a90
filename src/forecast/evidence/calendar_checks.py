"""Checks of calendar.yml: its ids exist, and the sources it names have shown the habit it states."""

from __future__ import annotations

from collections.abc import Iterator

from forecast.domain import Observation
from forecast.evidence.content import Content
from forecast.evidence.findings import Finding, Severity
from forecast.evidence.releases import FILE, PROVINCES, Release
from forecast.evidence.resolve import EXPECTED


def calendar_sound(content: Content) -> Iterator[Finding]:
    """Indicator, measure, territory and sources of every release are in the registers."""
    for release in content.releases.values():
        indicator = content.indicators.get(release.indicator)
        if indicator is None:
            yield _at(release, f"không có chỉ tiêu '{release.indicator}'.", f"no indicator '{release.indicator}'.")
        elif release.measure not in indicator.measures:
            yield _at(release, f"không có cách đo '{release.measure}'.", f"no measure '{release.measure}' of this indicator.")
        if release.territory != PROVINCES and release.territory not in content.territories:
            yield _at(release, f"không có địa bàn '{release.territory}'.", f"no territory '{release.territory}'.")
        for source in release.sources:
            if source not in content.sources:
                yield _at(release, f"không có nguồn '{source}'.", f"no source '{source}'.")


def habits_shown(content: Content) -> Iterator[Finding]:
    """Each source of a release brought a figure of its series, and one of them in the month, and by the day, that the release gives; a warning, for
    a figure that is wrong itself has its own finding."""
    for release in content.releases.values():
        brought = {source: _figures(content, release, source) for source in release.sources if source in content.sources}
        for source, figures in brought.items():
            if not figures:
                vi = f"nguồn '{source}' không có con số nào của chuỗi này."
                yield _at(release, vi, f"the source '{source}' brings no figure of this series.", "warning")
        every = [figure for figures in brought.values() for figure in figures]
        if release.month is not None and every and not any(_in_time(figure, release) for figure in every):
            vi = f"không nguồn nào cho thấy nếp này (tháng {release.month} của năm sau): sửa usual hoặc sources."
            en = f"no source shows this habit (month {release.month} of the year after): mend usual or sources."
            yield _at(release, vi, en, "warning")


def _figures(content: Content, release: Release, source: str) -> list[Observation]:
    return [
        figure
        for figure in content.observations
        if (figure.key.indicator, figure.key.measure, figure.kind) == (release.indicator, release.measure, release.kind)
        and source in figure.source.split("+")
        and figure.period.is_year
        and figure.edition != EXPECTED
        and _covers(content, release, figure.key.territory)
    ]


def _covers(content: Content, release: Release, territory: str) -> bool:
    if release.territory != PROVINCES:
        return territory == release.territory
    return territory in content.territories and content.territories[territory].kind == "province"


def _in_time(figure: Observation, release: Release) -> bool:
    due = release.due_day(figure.period.first)
    return due is not None and (figure.vintage.year, figure.vintage.month) == (due.year, due.month) and figure.vintage <= due


def _at(release: Release, vi: str, en: str, severity: Severity = "error") -> Finding:
    return Finding("", severity, FILE, 0, f"{release.id}: {vi}", f"{release.id}: {en}")
