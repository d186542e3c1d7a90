"""An .ods workbook as sheets: stored values with formats, fonts and raised marks, merges, what is hidden, formulas by their stored values.

Styles stand in two parts and by name (OpenDocument 1.3, part 3, sections 16 and 19): a cell's own, its row's, its column's.
"""

from __future__ import annotations

import zipfile
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from forecast.evidence.intake.packages import elements, joined, open_package
from forecast.evidence.intake.sheets import Cell, Sheet, UnreadableError, Value

MOST_REPEATED = 1_000  # empty cells and rows are repeated up to the end of the sheet; figures are not
_HIDDEN = ("collapse", "filter")
_FORMATS = {"number-style", "percentage-style", "currency-style"}
_BREAKS = {"tab": "\t", "line-break": "\n"}


@dataclass
class _Styles:
    """What names of styles mean: hidden tables, raised runs, format and font of cells with the style each rests on."""

    hidden: set[str] = field(default_factory=set)
    raised: set[str] = field(default_factory=set)
    formats: dict[str, str] = field(default_factory=dict)
    cells: dict[str, tuple[str, str, str]] = field(default_factory=dict)  # parent, name of the format, font

    def of_cell(self, name: str) -> tuple[str, str]:
        """The number format and the font a style shows, from the styles it rests on where it has none of its own."""
        shown = font = ""
        seen = set[str]()
        while name in self.cells and name not in seen:
            seen.add(name)
            name, own, named = self.cells[name]
            shown, font = shown or self.formats.get(own, ""), font or named
        return shown, font


def read_ods(content: bytes) -> tuple[list[Sheet], int]:
    """The sheets in the order of their tabs; the first visible one opens."""
    package = open_package(content)
    if "content.xml" not in package.namelist():
        raise UnreadableError("tệp không phải bảng tính .ods.", "the file is no .ods workbook.")
    styles = _styles(package)
    sheets = []
    for _, table in elements(package, "content.xml", {"table"}):
        sheet = Sheet(_of(table, "name"), hidden=_of(table, "style-name") in styles.hidden)
        _Filling(sheet, styles).fill(table)
        sheets.append(sheet)
    return sheets, next((number for number, sheet in enumerate(sheets) if not sheet.hidden), 0)


def _styles(package: zipfile.ZipFile) -> _Styles:
    styles = _Styles()
    for part in ("styles.xml", "content.xml"):
        if part not in package.namelist():
            continue
        for local, style in elements(package, part, {"style", *_FORMATS}):
            name = _of(style, "name")
            if local in _FORMATS:
                styles.formats[name] = _format(local, style)
                continue
            styles.cells[name] = (_of(style, "parent-style-name"), _of(style, "data-style-name"), _among(style, "font-name"))
            if _among(style, "display") == "false":
                styles.hidden.add(name)
            if _among(style, "text-position").startswith("super") or _among(style, "text-position")[:1] in "123456789":
                styles.raised.add(name)
    return styles


def _format(local: str, style: Any) -> str:
    """A format as Excel writes it: what is per cent, and by how many thousands the shown number is divided."""
    factor = float(_among(style, "display-factor") or 1)
    return "0%" if local == "percentage-style" else "#,##0.0" + "," * sum(factor >= 1000**step for step in (1, 2, 3))


def _of(element: Any, name: str) -> str:
    return next((value for key, value in element.attrib.items() if key.rpartition("}")[2] == name), "")


def _among(style: Any, name: str) -> str:
    """The first attribute of this name among the properties of a style."""
    return next((value for part in style if (value := _of(part, name))), "")


class _Filling:
    """Goes down the rows of one table with the styles that hold for its columns."""

    def __init__(self, sheet: Sheet, styles: _Styles) -> None:
        self.sheet, self.styles = sheet, styles
        self.of_columns: list[tuple[int, str]] = []  # the column each style begins at

    def fill(self, table: Any) -> None:
        row = column = 1
        for element in table.iter():
            local = element.tag.rpartition("}")[2]
            if local == "table-column":
                count = int(_of(element, "number-columns-repeated") or 1)
                if _of(element, "visibility") in _HIDDEN:
                    self.sheet.hidden_columns.update(range(column, column + min(count, 16384)))
                self.of_columns.append((column, _of(element, "default-cell-style-name")))
                column += count
            elif local == "table-row":
                count = int(_of(element, "number-rows-repeated") or 1)
                if _of(element, "visibility") in _HIDDEN:
                    self.sheet.hidden_rows.update(range(row, row + min(count, MOST_REPEATED)))
                for copy in range(min(count, MOST_REPEATED)):
                    self.fill_row(row + copy, element)
                row += count

    def fill_row(self, row: int, element: Any) -> None:
        column, of_row = 1, _of(element, "default-cell-style-name")
        for entry in element:
            local = entry.tag.rpartition("}")[2]
            count = int(_of(entry, "number-columns-repeated") or 1)
            if local == "table-cell":
                down, right = int(_of(entry, "number-rows-spanned") or 1), int(_of(entry, "number-columns-spanned") or 1)
                if down > 1 or right > 1:
                    self.sheet.merges.append((row, column, row + down - 1, column + right - 1))
                cell = self.cell(entry, _of(entry, "style-name") or of_row or self.of_column(column))
                for copy in range(min(count, MOST_REPEATED) if cell else 0):
                    self.sheet.cells[row, column + copy] = cell  # type: ignore[assignment]
            column += count

    def of_column(self, column: int) -> str:
        return next((style for first, style in reversed(self.of_columns) if first <= column), "")

    def cell(self, entry: Any, style: str) -> Cell | None:
        """A cell of the sheet; None for one that holds nothing."""
        shown = "\n".join(joined(self.runs(part)) for part in entry if part.tag.rpartition("}")[2] == "p")
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
        number_format, font = self.styles.of_cell(style)
        return Cell(value, "0%" if kind == "percentage" else number_format, formula, font, value != "")

    def runs(self, paragraph: Any, raised: bool = False) -> Iterator[tuple[str, bool]]:
        """The pieces of a paragraph and whether each is raised; blanks, tabs and breaks are elements of their own."""
        yield paragraph.text or "", raised
        for part in paragraph:
            local = part.tag.rpartition("}")[2]
            if local == "s":
                yield " " * int(_of(part, "c") or 1), raised
            elif local in _BREAKS:
                yield _BREAKS[local], raised
            else:
                yield from self.runs(part, raised or _of(part, "style-name") in self.styles.raised)
            yield part.tail or "", raised
