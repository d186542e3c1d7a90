"""Checks of single figures: each takes the content of the folder and returns what it found, and names the row."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date

from forecast.domain import Observation
from forecast.evidence.content import OBSERVATIONS, Content
from forecast.evidence.findings import Finding, Severity
from forecast.evidence.resolve import CLOSED, EXPECTED
from forecast.units import UNITS

AVERAGES = ("growth_average", "level_average")
GROWTHS = ("growth", "growth_average")
GROWTH_UNIT = "percent_per_year"


def finding(check: str, figure: Observation, vi: str, en: str, severity: Severity = "error") -> Finding:
    """A finding on one figure; the text starts with the figure's key, period and value."""
    what = f"{figure.key} {figure.period} = {figure.value:.10g}"
    return Finding(check, severity, OBSERVATIONS, figure.row, f"{what}: {vi}", f"{what}: {en}")


def ids_known(content: Content) -> list[Finding]:
    """Indicator, measure and territory of every figure are in the registers."""
    found = []
    for item in content.observations:
        indicator = content.indicators.get(item.key.indicator)
        if indicator is None:
            vi = f"chưa có chỉ tiêu '{item.key.indicator}' trong indicators.yml."
            found.append(finding("ids_known", item, vi, f"indicator '{item.key.indicator}' is not in indicators.yml."))
        elif item.key.measure not in indicator.measures:
            vi = f"cơ quan đo '{item.key.measure}' chưa khai cho chỉ tiêu này (có: {', '.join(indicator.measures)})."
            en = f"measure '{item.key.measure}' is not declared for this indicator (there are: {', '.join(indicator.measures)})."
            found.append(finding("ids_known", item, vi, en))
        if item.key.territory not in content.territories:
            vi = f"chưa có địa bàn '{item.key.territory}' trong territories.yml."
            found.append(finding("ids_known", item, vi, f"territory '{item.key.territory}' is not in territories.yml."))
    return found


def unit_matches_indicator(content: Content) -> list[Finding]:
    """The unit exists and is the one unit of the indicator."""
    found = []
    for item in content.observations:
        indicator = content.indicators.get(item.key.indicator)
        if item.unit not in UNITS:
            vi = f"đơn vị '{item.unit}' không có; dùng một trong: {', '.join(UNITS)}."
            found.append(
                finding(
                    "unit_matches_indicator", item, vi, f"unknown unit '{item.unit}'; use one of: {', '.join(UNITS)}."
                )
            )
        elif indicator and item.unit != indicator.unit:
            vi = f"đơn vị '{item.unit}' khác đơn vị của chỉ tiêu là '{indicator.unit}'; đổi số về '{indicator.unit}' và ghi số gốc vào note."
            en = f"unit '{item.unit}' is not the indicator's '{indicator.unit}'; convert the value and write the printed one in the note."
            found.append(finding("unit_matches_indicator", item, vi, en))
    return found


def source_exists(content: Content) -> list[Finding]:
    """Every figure names a source, and every part of 'a+b' is in sources.csv."""
    found = []
    for item in content.observations:
        unknown = [part for part in item.source.split("+") if part not in content.sources]
        if not item.source:
            vi = "không có nguồn; mỗi số phải nêu nguồn có trong sources.csv."
            found.append(
                finding("source_exists", item, vi, "no source; every figure names a source listed in sources.csv.")
            )
        elif unknown:
            vi = f"nguồn {', '.join(map(repr, unknown))} không có trong sources.csv; thêm nguồn hoặc sửa mã."
            en = f"source {', '.join(map(repr, unknown))} is not in sources.csv; add the source or correct the id."
            found.append(finding("source_exists", item, vi, en))
    return found


def locator_present(content: Content) -> list[Finding]:
    """Every figure says where in its source it stands."""
    vi, en = "thiếu locator (trang, bảng, đoạn trong nguồn).", "no locator (page, table, paragraph of the source)."
    return [finding("locator_present", item, vi, en) for item in content.observations if not item.locator]


def vintage_plausible(content: Content) -> list[Finding]:
    """A figure is not known before its period or its source; before the period's end it is an estimate at most."""
    found = []
    for item in content.observations:
        known = [content.sources[part].vintage for part in item.source.split("+") if part in content.sources]
        if item.vintage.year < item.period.first:
            vi = f"kỳ {item.period} ở sau ngày công bố {item.vintage}; số của tương lai là dự báo hoặc kế hoạch, không phải số liệu."
            en = f"period {item.period} lies after the vintage {item.vintage}; a future figure is a forecast or a plan, not evidence."
            found.append(finding("vintage_plausible", item, vi, en))
        elif item.vintage < period_end(item) and item.status in ("official", "preliminary"):
            vi = (
                f"công bố {item.vintage} khi kỳ chưa hết mà trạng thái là '{item.status}'; phải là estimate hoặc press."
            )
            en = f"known on {item.vintage}, before its period ended, yet '{item.status}'; it must be estimate or press."
            found.append(finding("vintage_plausible", item, vi, en))
        if known and item.vintage < max(known):
            vi = f"vintage {item.vintage} sớm hơn ngày của nguồn ({max(known)}): số liệu không thể được biết trước khi nguồn công bố."
            en = f"vintage {item.vintage} is earlier than its source ({max(known)}): a figure is not known before its source."
            found.append(finding("vintage_plausible", item, vi, en))
    return found


def period_end(figure: Observation) -> date:
    """The last day of the figure's period (the 28th of its month for a part of a year)."""
    part, year = figure.period.part, figure.period.last
    month = {"": 12, "H1": 6, "H2": 12, "Q1": 3, "Q2": 6, "Q3": 9, "Q4": 12, "-9M": 9}.get(part)
    if month is None:
        month = int(part[1:])
    return date(year, month, 31 if month == 12 else 28)


def kind_consistent(content: Content) -> list[Finding]:
    """Averages span years and nothing else does; growth is in percent a year; an interval runs upwards and carries no bound."""
    found = []
    for item in content.observations:
        spans = item.period.last > item.period.first
        if spans != (item.kind in AVERAGES):
            vi = f"kind '{item.kind}' không hợp với kỳ {item.period}: bình quân cần 'năm-năm', số một năm thì không."
            en = f"kind '{item.kind}' does not fit period {item.period}: averages need 'year-year', single figures must not."
            found.append(finding("kind_consistent", item, vi, en))
        if item.kind != "interval" and (item.kind in GROWTHS) != (item.unit == GROWTH_UNIT):
            vi = f"kind '{item.kind}' không hợp với đơn vị '{item.unit}' (tăng trưởng dùng {GROWTH_UNIT})."
            en = f"kind '{item.kind}' does not fit unit '{item.unit}' (growth uses {GROWTH_UNIT})."
            found.append(finding("kind_consistent", item, vi, en))
        if item.high is not None and (item.high <= item.value or item.bound in ("at_least", "at_most")):
            vi = "khoảng phải đi từ thấp đến cao và bound là exact hoặc about."
            found.append(
                finding(
                    "kind_consistent", item, vi, "an interval runs from low to high and its bound is exact or about."
                )
            )
        if item.edition and item.edition != EXPECTED and not item.edition.startswith((CLOSED, "after_")):
            vi = f"edition '{item.edition}' phải là 'expected' hoặc bắt đầu bằng 'before_' hay 'after_'."
            found.append(
                finding(
                    "kind_consistent",
                    item,
                    vi,
                    f"edition '{item.edition}' must be 'expected' or begin with 'before_' or 'after_'.",
                )
            )
    return found


def support(content: Content) -> list[Finding]:
    """Values lie inside the support of their indicator: no share of 112 %, no negative employment."""
    return _outside(
        content, "support", "miền giá trị", "the support", lambda content, name: content.indicators[name].support
    )


def limits(content: Content) -> list[Finding]:
    """Values inside the support also lie inside the plausible limits (a wrong unit or a slipped decimal rarely does)."""
    beyond = {item.row for item in support(content)}
    found = _outside(
        content,
        "limits",
        "giới hạn hợp lý (limits trong indicators.yml)",
        "the plausible limits (limits in indicators.yml)",
        lambda content, name: tuple(content.details[name].get("limits") or (None, None)),
    )
    return [item for item in found if item.row not in beyond]


def _outside(content: Content, check: str, vi: str, en: str, bounds: Callable) -> list[Finding]:
    found = []
    for item in content.observations:
        if item.key.indicator not in content.indicators:
            continue
        low, high = bounds(content, item.key.indicator)
        values = (item.value,) if item.high is None else (item.value, item.high)
        out = [value for value in values if (low is not None and value < low) or (high is not None and value > high)]
        if out:
            span = f"[{'' if low is None else f'{low:g}'}; {'' if high is None else f'{high:g}'}]"
            found.append(
                finding(
                    check,
                    item,
                    f"{out[0]:.10g} nằm ngoài {vi} {span}; kiểm tra số và đơn vị.",
                    f"{out[0]:.10g} is outside {en} {span}; check value and unit.",
                )
            )
    return found


def territory_dates(content: Content) -> list[Finding]:
    """A territory that ended has no figure for a later year; a new one without components none for an earlier year."""
    found = []
    for item in content.observations:
        territory = content.territories.get(item.key.territory)
        if territory and territory.valid_to and item.period.first > territory.valid_to.year:
            vi = f"địa bàn này không còn sau {territory.valid_to}; dùng địa bàn hợp nhất."
            found.append(
                finding(
                    "territory_dates", item, vi, f"this territory ended on {territory.valid_to}; use the merged one."
                )
            )
        if (
            territory
            and territory.valid_from
            and not territory.components
            and item.period.last < territory.valid_from.year
        ):
            vi = f"địa bàn này chưa có trước {territory.valid_from}."
            found.append(
                finding("territory_dates", item, vi, f"this territory did not exist before {territory.valid_from}.")
            )
    return found
