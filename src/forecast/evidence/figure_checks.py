"""Checks of single figures: each takes the content of the folder and yields a finding for every figure that is wrong."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from datetime import date
from typing import Any

from forecast.domain import Observation, Text
from forecast.domain.figures import KIND_WORDS, STATUS_WORDS
from forecast.evidence.content import OBSERVATIONS, Content
from forecast.evidence.findings import Finding, Severity
from forecast.evidence.resolve import CLOSED, EXPECTED
from forecast.units import UNITS

AVERAGES = ("growth_average", "level_average")
GROWTHS = ("growth", "growth_average")
GROWTH_UNIT = "percent_per_year"


def wrong(figure: Observation, vi: str, en: str, severity: Severity = "error") -> Finding:
    """A finding on one figure; the text starts with the figure's key, period and value."""
    what = f"{figure.key} {figure.period} = {figure.value:.10g}"
    return Finding("", severity, OBSERVATIONS, figure.row, f"{what}: {vi}", f"{what}: {en}")


def ids_known(content: Content) -> Iterator[Finding]:
    """Indicator, measure and territory of every figure are in the registers."""
    for figure in content.observations:
        name, measure, territory = figure.key.indicator, figure.key.measure, figure.key.territory
        indicator = content.indicators.get(name)
        if indicator is None:
            yield wrong(figure, f"chưa có chỉ tiêu '{name}' trong indicators.yml.", f"indicator '{name}' is not in indicators.yml.")
        elif measure not in indicator.measures:
            vi = f"cơ quan đo '{measure}' chưa khai cho chỉ tiêu này (có: {', '.join(indicator.measures)})."
            en = f"measure '{measure}' is not declared for this indicator (there are: {', '.join(indicator.measures)})."
            yield wrong(figure, vi, en)
        if territory not in content.territories:
            vi = f"chưa có địa bàn '{territory}' trong territories.yml."
            yield wrong(figure, vi, f"territory '{territory}' is not in territories.yml.")


def unit_matches_indicator(content: Content) -> Iterator[Finding]:
    """The unit exists and is the one unit of the indicator."""
    for figure in content.observations:
        indicator = content.indicators.get(figure.key.indicator)
        if figure.unit not in UNITS:
            vi = f"đơn vị '{figure.unit}' không có; dùng một trong: {', '.join(UNITS)}."
            yield wrong(figure, vi, f"unknown unit '{figure.unit}'; use one of: {', '.join(UNITS)}.")
        elif indicator and figure.unit != indicator.unit:
            vi = f"đơn vị '{figure.unit}' khác đơn vị của chỉ tiêu là '{indicator.unit}'; đổi số về '{indicator.unit}' và ghi số gốc vào note."
            en = f"unit '{figure.unit}' is not the indicator's '{indicator.unit}'; convert the value and write the printed one in the note."
            yield wrong(figure, vi, en)


def source_exists(content: Content) -> Iterator[Finding]:
    """Every figure names a source, and every part of 'a+b' is in sources.csv."""
    for figure in content.observations:
        unknown = ", ".join(repr(part) for part in figure.source.split("+") if part not in content.sources)
        if not figure.source:
            vi = "không có nguồn; mỗi số phải nêu nguồn có trong sources.csv."
            yield wrong(figure, vi, "no source; every figure names a source listed in sources.csv.")
        elif unknown:
            vi = f"nguồn {unknown} không có trong sources.csv; thêm nguồn hoặc sửa mã."
            yield wrong(figure, vi, f"source {unknown} is not in sources.csv; add the source or correct the id.")


def locator_present(content: Content) -> Iterator[Finding]:
    """Every figure says where in its source it stands."""
    vi, en = "thiếu locator (trang, bảng, đoạn trong nguồn).", "no locator (page, table, paragraph of the source)."
    return (wrong(figure, vi, en) for figure in content.observations if not figure.locator)


def vintage_plausible(content: Content) -> Iterator[Finding]:
    """A figure is not known before its period or its source; before the period's end it is an estimate at most."""
    for figure in content.observations:
        vintage = figure.vintage
        published = [content.sources[part].vintage for part in figure.source.split("+") if part in content.sources]
        if vintage.year < figure.period.first:
            vi = f"kỳ {figure.period} ở sau ngày công bố {vintage}; số của tương lai là dự báo hoặc kế hoạch, không phải số liệu."
            en = f"period {figure.period} lies after the vintage {vintage}; a future figure is a forecast or a plan, not evidence."
            yield wrong(figure, vi, en)
        elif vintage < period_end(figure) and figure.status in ("official", "preliminary"):
            vi = f"công bố {vintage} khi kỳ chưa hết mà ghi là số {STATUS_WORDS[figure.status].vi}; phải là số ước (hoặc báo chí)."
            en = f"known on {vintage}, before its period ended, yet '{figure.status}'; it must be estimate or press."
            yield wrong(figure, vi, en)
        if published and vintage < max(published):
            vi = f"ngày công bố {vintage} sớm hơn ngày của nguồn ({max(published)}): số liệu không thể được biết trước khi nguồn công bố."
            en = f"vintage {vintage} is earlier than its source ({max(published)}): a figure is not known before its source."
            yield wrong(figure, vi, en)


def period_end(figure: Observation) -> date:
    """The last day of the figure's period (the 28th of its month for a part of a year)."""
    part, year = figure.period.part, figure.period.last
    month = {"": 12, "H1": 6, "H2": 12, "Q1": 3, "Q2": 6, "Q3": 9, "Q4": 12}.get(part)
    if month is None:
        month = int(part.strip("-M"))
    return date(year, month, 31 if month == 12 else 28)


def kind_consistent(content: Content) -> Iterator[Finding]:
    """Averages span years and nothing else does; growth is in percent a year; an interval runs upwards and carries no bound."""
    for figure in content.observations:
        kind, edition = figure.kind, figure.edition
        if (figure.period.last > figure.period.first) != (kind in AVERAGES):
            vi = f"số loại '{KIND_WORDS[kind].vi}' không hợp với kỳ {figure.period}: bình quân cần 'năm-năm', số một năm thì không."
            en = f"kind '{kind}' does not fit period {figure.period}: averages need 'year-year', single figures must not."
            yield wrong(figure, vi, en)
        if kind != "interval" and (kind in GROWTHS) != (figure.unit == GROWTH_UNIT):
            unit = UNITS.get(figure.unit, Text.same(figure.unit)).vi
            vi = f"số loại '{KIND_WORDS[kind].vi}' không hợp với đơn vị {unit} (tăng trưởng dùng {UNITS[GROWTH_UNIT].vi})."
            yield wrong(figure, vi, f"kind '{kind}' does not fit unit '{figure.unit}' (growth uses {GROWTH_UNIT}).")
        if figure.high is not None and (figure.high <= figure.value or figure.bound in ("at_least", "at_most")):
            vi = "khoảng phải đi từ thấp đến cao, không kèm 'ít nhất' hay 'nhiều nhất'."
            yield wrong(figure, vi, "an interval runs from low to high and its bound is exact or about.")
        if edition and edition != EXPECTED and not edition.startswith((CLOSED, "after_")):
            vi = f"edition '{edition}' phải là 'expected' hoặc bắt đầu bằng 'before_' hay 'after_'."
            yield wrong(figure, vi, f"edition '{edition}' must be 'expected' or begin with 'before_' or 'after_'.")


def support(content: Content) -> Iterator[Finding]:
    """Values lie inside the support of their indicator: no share of 112 %, no negative employment."""
    return _outside(content, "miền giá trị", "the support", lambda name: content.indicators[name].support)


def limits(content: Content) -> Iterator[Finding]:
    """Values inside the support also lie inside the plausible limits (a wrong unit or a slipped decimal rarely does)."""
    beyond = {finding.row for finding in support(content)}
    vi, en = "giới hạn hợp lý (limits trong indicators.yml)", "the plausible limits (limits in indicators.yml)"
    findings = _outside(content, vi, en, lambda name: tuple(content.details[name].get("limits") or (None, None)))
    return (finding for finding in findings if finding.row not in beyond)


def _outside(content: Content, vi: str, en: str, bounds: Callable[[str], Any]) -> Iterator[Finding]:
    for figure in content.observations:
        if figure.key.indicator not in content.indicators:
            continue
        low, high = bounds(figure.key.indicator)
        values = (figure.value,) if figure.high is None else (figure.value, figure.high)
        out = [value for value in values if (low is not None and value < low) or (high is not None and value > high)]
        if out:
            span = f"[{'' if low is None else f'{low:g}'}; {'' if high is None else f'{high:g}'}]"
            there = f"{out[0]:.10g} nằm ngoài {vi} {span}; kiểm tra số và đơn vị."
            yield wrong(figure, there, f"{out[0]:.10g} is outside {en} {span}; check value and unit.")


def territory_dates(content: Content) -> Iterator[Finding]:
    """A territory that ended has no figure for a later year; a new one without components none for an earlier year."""
    for figure in content.observations:
        territory = content.territories.get(figure.key.territory)
        if territory is None:
            continue
        begun, ended = (day if isinstance(day, date) else None for day in (territory.valid_from, territory.valid_to))
        if ended and figure.period.first > ended.year:
            vi = f"địa bàn này không còn sau {ended}; dùng địa bàn hợp nhất."
            yield wrong(figure, vi, f"this territory ended on {ended}; use the merged one.")
        if begun and not territory.components and figure.period.last < begun.year:
            yield wrong(figure, f"địa bàn này chưa có trước {begun}.", f"this territory did not exist before {begun}.")
