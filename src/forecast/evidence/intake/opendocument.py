"""An .ods workbook as sheets: stored values with what is shown, merges, what is hidden, formulas by their stored values."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from forecast.evidence.intake.packages import elements, open_package
from forecast.evidence.intake.sheets import Cell, Sheet, UnreadableError, Value

MOST_REPEATED = 1_000  # empty cells and rows are repeated up to the end of the sheet; figures are not
_HIDDEN = ("collapse", "filter")


def read_ods(content: bytes) -> tuple[list[Sheet], int]:
    """The sheets in the order of their tabs; the first visible one opens."""
    package = open_package(content)
    if "content.xml" not in package.namelist():
        raise UnreadableError("tệp không phải bảng tính .ods.", "the file is no .ods workbook.")
    unseen = {
        _of(style, "name")
        for _, style in elements(package, "content.xml", {"style"})
        if any(_of(part, "display") == "false" for part in style)
    }
    sheets = []
    for _, table in elements(package, "content.xml", {"table"}):
        sheet = Sheet(_of(table, "name"), hidden=_of(table, "style-name") in unseen)
        _fill(sheet, table)
        sheets.append(sheet)
    return sheets, next((number for number, sheet in enumerate(sheets) if not sheet.hidden), 0)


def _of(element: Any, name: str) -> str:
    return next((value for key, value in element.attrib.items() if key.rpartition("}")[2] == name), "")


def _fill(sheet: Sheet, table: Any) -> None:
    row = column = 1
    for element in table.iter():
        local = element.tag.rpartition("}")[2]
        if local == "table-column":
            count = int(_of(element, "number-columns-repeated") or 1)
            if _of(element, "visibility") in _HIDDEN:
                sheet.hidden_columns.update(range(column, column + min(count, 16384)))
            column += count
        elif local == "table-row":
            count = int(_of(element, "number-rows-repeated") or 1)
            if _of(element, "visibility") in _HIDDEN:
                sheet.hidden_rows.update(range(row, row + min(count, MOST_REPEATED)))
            for copy in range(min(count, MOST_REPEATED)):
                _fill_row(sheet, row + copy, element)
            row += count


def _fill_row(sheet: Sheet, row: int, element: Any) -> None:
    column = 1
    for entry in element:
        local = entry.tag.rpartition("}")[2]
        count = int(_of(entry, "number-columns-repeated") or 1)
        if local == "table-cell":
            down, right = int(_of(entry, "number-rows-spanned") or 1), int(_of(entry, "number-columns-spanned") or 1)
            if down > 1 or right > 1:
                sheet.merges.append((row, column, row + down - 1, column + right - 1))
            cell = _cell(entry)
            for copy in range(min(count, MOST_REPEATED) if cell else 0):
                sheet.cells[row, column + copy] = cell  # type: ignore[assignment]
        column += count


def _cell(entry: Any) -> Cell | None:
    shown = " ".join("".join(part.itertext()) for part in entry if part.tag.rpartition("}")[2] == "p")
    formula, kind = _of(entry, "formula"), _of(entry, "value-type")
    value: Value = shown
    if kind in ("float", "percentage", "currency"):
        number = float(_of(entry, "value"))
        value = int(number) if number.is_integer() else number
    elif kind == "boolean":
        value = _of(entry, "boolean-value") == "true"
    elif kind == "date":
        value = datetime.fromisoformat(_of(entry, "date-value")[:19])
    if value == "" and not formula:
        return None
    return Cell(value, "0%" if kind == "percentage" else "", formula, "", value != "")
