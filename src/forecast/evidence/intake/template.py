"""The workbook the province fills in: one sheet a subject, units and definitions, known figures grey, what would help most marked.

Its lines carry their series in the column "Mã", so that the filled workbook needs no mapping.
"""

from __future__ import annotations

import io
import re
import textwrap
import zipfile
from collections.abc import Iterator, Mapping, Sequence
from datetime import date, datetime
from typing import Any

from openpyxl import Workbook
from openpyxl.comments import Comment
from openpyxl.styles import Alignment, Font, PatternFill, Protection
from openpyxl.utils import get_column_letter
from openpyxl.worksheet.datavalidation import DataValidation

from forecast.domain import Key, Text
from forecast.errors import EvidenceError
from forecast.evidence.intake.figures import Declared
from forecast.evidence.records import ranked_name
from forecast.evidence.store import Evidence
from forecast.units import UNITS

YEARS_BACK = 6
LONGEST_TAB = 31  # letters of a sheet's name
FIRST_YEAR_COLUMN = 4  # after Mã, Chỉ tiêu, ĐVT
Cells = Mapping[
    tuple[str, str, str, int], Text
]  # by indicator, measure, territory and year: how much the figure would help
_GREY, _YELLOW = PatternFill("solid", fgColor="E3E7EA"), PatternFill("solid", fgColor="FFF2B3")
_HEAD = PatternFill("solid", fgColor="D5E3EE")
STATUSES = {"official": "", "preliminary": "Sơ bộ ", "estimate": "Ước "}  # before the year at the head of a column
SHORTEST_DOCUMENT, LONGEST_DOCUMENT = 5, 200  # letters of a document's name


def template(
    store: Evidence,
    helpful: Cells,
    measured: Mapping[str, str],
    *,
    indicators: Sequence[str] = (),
    years: Sequence[int] = (),
    on: date,
) -> bytes:
    """The workbook as .xlsx; `helpful` marks cells, `measured` names who measures, `indicators` and `years` choose.

    Raises EvidenceError for an indicator that does not exist.
    """
    for name in indicators:
        if name not in store.indicators:
            raise EvidenceError(f"Không có chỉ tiêu '{name}'.", f"There is no indicator '{name}'.")
    listed = sorted(years) or list(range(on.year - YEARS_BACK, on.year))
    book = Workbook()
    guide: Any = book.active
    guide.title = "Hướng dẫn"
    told: list[tuple[str, str, str]] = []
    for subject, names in _subjects(store, indicators, helpful):
        sheet: Any = book.create_sheet(textwrap.shorten(subject, LONGEST_TAB, placeholder=""))
        _fill(sheet, store, names, listed, helpful, (subject, measured))
        told += [
            (
                store.indicators[name].name.vi,
                UNITS[store.indicators[name].unit].vi,
                store.indicators[name].definition.vi,
            )
            for name in names
        ]
    _guide(guide, told, on)
    return _packed(book, on)


def _packed(book: Workbook, on: date) -> bytes:
    """The workbook's bytes with that day for every time in it, so that the same figures give the same file."""
    written, stream = io.BytesIO(), io.BytesIO()
    book.properties.created = datetime(on.year, on.month, on.day)
    book.save(written)
    with zipfile.ZipFile(written) as package, zipfile.ZipFile(stream, "w", zipfile.ZIP_DEFLATED) as packed:
        for part in package.namelist():
            content = package.read(part)
            if part == "docProps/core.xml":
                content = re.sub(rb"(<dcterms:modified[^>]*>)[^<]*", rb"\g<1>" + f"{on}T00:00:00Z".encode(), content)
            packed.writestr(zipfile.ZipInfo(part, (on.year, on.month, on.day, 0, 0, 0)), content, zipfile.ZIP_DEFLATED)
    return stream.getvalue()


def _subjects(store: Evidence, indicators: Sequence[str], helpful: Cells) -> Iterator[tuple[str, list[str]]]:
    """The subjects in order: each headline indicator with what it rests on; or those asked for, on one sheet."""
    if indicators:
        yield "Số liệu", list(dict.fromkeys(indicators))
        return
    wanted = list(dict.fromkeys(name for name, _, _, _ in helpful))
    for name, facts in store.details.items():
        if section := facts.get("headline"):
            rests = [part for part in (facts.get("numerator"), facts.get("denominator")) if part]
            shown = [*section.get("shown", [name]), *rests]
            more = [other for other in wanted if other in shown]
            kept = [other for other in dict.fromkeys([*shown, *more]) if other in store.indicators]
            yield store.indicators[name].name.vi.split("(")[0].strip(), kept


def _fill(
    sheet: Any,
    store: Evidence,
    names: Sequence[str],
    years: Sequence[int],
    helpful: Cells,
    words: tuple[str, Mapping[str, str]],
) -> None:
    subject, measured = words
    last = FIRST_YEAR_COLUMN + len(years) - 1
    own = next((territory for territory in store.territories.values() if territory.headline and territory.valid_to is None), None)
    sheet["A1"] = f"Chỉ tiêu: {subject}" + (f", {ranked_name(own.id, own.name).vi}" if own else "")
    sheet["A1"].font = Font(bold=True, size=13)
    heads = ["Mã", "Chỉ tiêu", "ĐVT", *years, "Gợi ý"]
    for column, head in enumerate(heads, start=1):
        cell = sheet.cell(3, column, head)
        cell.font, cell.fill, cell.alignment = Font(bold=True), _HEAD, Alignment(wrap_text=True, vertical="center")
        if FIRST_YEAR_COLUMN <= column <= last:
            cell.value = str(head)
            cell.protection = Protection(locked=False)
            choice = DataValidation(
                "list", formula1='"' + ",".join(f"{status}{head}" for status in STATUSES.values()) + '"', allow_blank=False
            )
            choice.error, choice.errorTitle = "Chọn năm, Sơ bộ hoặc Ước.", "Năm"
            sheet.add_data_validation(choice)
            choice.add(cell)
    for row, (name, measure, territory) in enumerate(_lines(store, names), start=4):
        _line(sheet, row, store, (name, measure, territory), years, helpful, measured)
    sheet.column_dimensions["A"].width, sheet.column_dimensions["B"].width, sheet.column_dimensions["C"].width = (
        14,
        58,
        20,
    )
    for column in range(FIRST_YEAR_COLUMN, last + 1):
        sheet.column_dimensions[get_column_letter(column)].width = 13
    sheet.column_dimensions[get_column_letter(last + 1)].width = 48
    sheet.freeze_panes = sheet.cell(4, FIRST_YEAR_COLUMN)
    sheet.protection.sheet = True
    sheet.protection.formatColumns = False


def _lines(store: Evidence, names: Sequence[str]) -> Iterator[tuple[str, str, str]]:
    own = [name for name, territory in store.territories.items() if territory.headline]
    parts = [part for name in own for part in store.territories[name].components]
    for name in names:
        for measure in store.indicators[name].measures:
            for territory in dict.fromkeys([*own, *parts]):
                yield name, measure, territory


def _line(
    sheet: Any,
    row: int,
    store: Evidence,
    series: tuple[str, str, str],
    years: Sequence[int],
    helpful: Cells,
    measured: Mapping[str, str],
) -> None:
    name, measure, territory = series
    indicator = store.indicators[name]
    history = store.series(Key(*series), kind="growth" if indicator.unit == "percent_per_year" else "level")
    texts = (
        "/".join(series),
        f"{indicator.name.vi} ({measured.get(measure, measure)}), {store.territories[territory].name.vi}",
        UNITS[indicator.unit].vi,
    )
    for column, text in enumerate(texts, start=1):
        cell = sheet.cell(row, column, text)
        cell.font = Font(color="7A8894", size=8) if column == 1 else Font()
        cell.alignment = Alignment(wrap_text=True, vertical="top")
    sheet.cell(row, 2).comment = Comment(indicator.definition.vi, "forecast")
    limits = store.details[name].get("limits") or [None, None]
    hints: dict[str, list[str]] = {}
    for column, year in enumerate(years, start=FIRST_YEAR_COLUMN):
        cell, point = sheet.cell(row, column), history.at(year)
        cell.protection = Protection(locked=False)
        if point is not None:
            cell.value, cell.fill, cell.font = point.value, _GREY, Font(color="5A6872")
        elif help_text := helpful.get((*series, year)):
            cell.fill = _YELLOW
            hints.setdefault(help_text.vi, []).append(str(year))
    told = "; ".join(f"{', '.join(listed)}: {text}" for text, listed in hints.items())
    sheet.cell(row, FIRST_YEAR_COLUMN + len(years), told).alignment = Alignment(wrap_text=True, vertical="top")
    if None not in limits:
        last = get_column_letter(FIRST_YEAR_COLUMN + len(years) - 1)
        _bound(sheet, f"{get_column_letter(FIRST_YEAR_COLUMN)}{row}:{last}{row}", limits, UNITS[indicator.unit].vi)


def _bound(sheet: Any, cells: str, limits: Sequence[Any], unit: str) -> None:
    """Let Excel refuse what lies outside the limits of the indicator."""
    low, high = limits
    bounds = DataValidation("decimal", operator="between", formula1=f"{low}", formula2=f"{high}", allow_blank=True)
    bounds.error, bounds.errorTitle = f"Cần số từ {low} đến {high} ({unit}).", "Ngoài khoảng"
    sheet.add_data_validation(bounds)
    bounds.add(cells)


def _guide(sheet: Any, told: Sequence[tuple[str, str, str]], on: date) -> None:
    lines = [
        "MẪU NHẬP SỐ LIỆU CỦA TỈNH",
        f"Lập ngày {on:%d/%m/%Y} từ số liệu đang có.",
        "Ô xám: số đã có (để nguyên; sửa nếu số đã điều chỉnh). Ô vàng: số còn thiếu giúp dự báo chắc hơn nhiều nhất, mức giúp ghi ở cột Gợi ý.",
        "Mỗi cột năm: chọn “Sơ bộ” hoặc “Ước” ở đầu cột nếu chưa phải số chính thức.",
        "Chỉ ghi số, đúng đơn vị ở cột ĐVT; không ghi chữ, không để công thức lấy từ tệp khác. Chưa có số thì để trống.",
        "Ghi xong: mở Bảng việc, mục Nhập số liệu, chọn tệp này; xem trước rồi mới nhập.",
    ]
    for row, text in enumerate(lines, start=1):
        sheet.cell(row, 1, text).alignment = Alignment(wrap_text=True, vertical="top")
    sheet["A1"].font = Font(bold=True, size=14)
    start = len(lines) + 2
    for row, texts in enumerate([("Chỉ tiêu", "Đơn vị tính", "Định nghĩa"), *dict.fromkeys(told)], start=start):
        for column, text in enumerate(texts, start=1):
            cell = sheet.cell(row, column, text)
            cell.alignment = Alignment(wrap_text=True, vertical="top")
            cell.font = Font(bold=row == start)
    for letter, width in (("A", 60), ("B", 22), ("C", 90)):
        sheet.column_dimensions[letter].width = width
    sheet.protection.sheet = True


def form_file(
    series: str, period: str, value: str, store: Evidence, *, unit: str = "", status: str = "official"
) -> tuple[str, bytes]:
    """One figure as a file of one line, as the template has it, so that it goes through the same reading, preview and signature.

    `series`: indicator/measure/territory; `unit` as printed, the indicator's own where it is empty; `status`: one of STATUSES.
    Raises EvidenceError for a series that does not exist.
    """
    name, measure, territory = parts if len(parts := series.split("/")) == 3 else ("", "", "")
    registered = name in store.indicators and measure in store.indicators[name].measures and territory in store.territories
    if not (registered and period.strip() and value.strip() and status in STATUSES):
        raise EvidenceError(
            f"'{series}', kỳ '{period}', số '{value}': cần chỉ tiêu, nguồn đo và địa bàn có trong danh mục, kỳ và số.",
            f"'{series}', period '{period}', value '{value}': a registered indicator, measure and territory, a period and a value are needed.",
        )
    indicator = store.indicators[name]
    cells = (series, indicator.name.vi, unit.strip() or UNITS[indicator.unit].vi, value)
    heads = ("Mã", "Chỉ tiêu", "ĐVT", STATUSES[status] + period)
    text = "\n".join("\t".join(" ".join(part.split()) for part in line) for line in (heads, cells))
    return f"mot_so_{name}_{'_'.join(period.split())}.txt", text.encode()


def documented(document: str, day: str, on: date) -> Declared:
    """What a figure is copied from, by name and day ('2026-11-03' or '3/11/2026'); EvidenceError where it is no document of the past."""
    name, parts = " ".join(document.split()), re.split(r"[-/.]", day.strip())
    try:
        published = date(*map(int, parts if len(parts[0]) == 4 else reversed(parts)))
    except (TypeError, ValueError, OverflowError):
        published = None
    if not (SHORTEST_DOCUMENT <= len(name) <= LONGEST_DOCUMENT and name.isprintable() and published and published <= on):
        raise EvidenceError(
            f"Văn bản nguồn '{name[:80]}', ngày '{day}': cần số và tên văn bản ({SHORTEST_DOCUMENT} đến {LONGEST_DOCUMENT} chữ) "
            f"và ngày ký (ngày/tháng/năm), không sau hôm nay {on:%d/%m/%Y}.",
            f"Document '{name[:80]}', day '{day}': the document's number and name ({SHORTEST_DOCUMENT} to {LONGEST_DOCUMENT} letters) "
            f"and its day (day/month/year), not after today, {on:%d/%m/%Y}, are needed.",
        )
    return Declared(document=name, published=published)
