"""Tables as files an adviser takes away: CSV and Excel, no cell of which can act as a formula (C35, C36)."""

from __future__ import annotations

import csv
import io
from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from forecast.publish import words

Row = Sequence[Any]
_ACTS = ("=", "+", "-", "@", "\t", "\r", "\n")
KINDS = {"csv": "text/csv", "xlsx": "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"}
WIDTH = 22  # letters of a column


def harmless(value: Any) -> Any:
    """The value as a cell that no spreadsheet runs: a text that begins like a formula gets an apostrophe before it."""
    if isinstance(value, str) and value.startswith(_ACTS):
        return f"'{value}"
    return None if words.is_missing(value) else value


def csv_bytes(head: Row, rows: Iterable[Row], *, vietnamese: bool = False) -> bytes:
    """A CSV file in UTF-8; `vietnamese`: with BOM, semicolons and decimal commas, as Excel in Vietnamese opens it."""
    separator, mark, encoding = (";", ",", "utf-8-sig") if vietnamese else (",", ".", "utf-8")
    stream = io.StringIO()
    writer = csv.writer(stream, delimiter=separator, lineterminator="\r\n")
    for row in (head, *rows):
        writer.writerow([repr(float(cell)).replace(".", mark) if isinstance(cell, float) else cell for cell in map(harmless, row)])
    return stream.getvalue().encode(encoding)


def xlsx_bytes(sheets: Mapping[str, tuple[Row, Iterable[Row]]]) -> bytes:
    """An Excel workbook, one sheet per entry (head, rows); texts are stored as texts, numbers as numbers."""
    from openpyxl import Workbook
    from openpyxl.styles import Font

    book = Workbook()
    book.remove(book.active)
    for name, (head, rows) in sheets.items():
        sheet = book.create_sheet(name[:31])
        for row in (head, *rows):
            sheet.append([harmless(value) for value in row])
        for cell in (cell for row in sheet.iter_rows() for cell in row if isinstance(cell.value, str)):
            cell.data_type = "s"
        for cell in sheet[1]:
            cell.font = Font(bold=True)
            sheet.column_dimensions[cell.column_letter].width = WIDTH
        sheet.freeze_panes = "A2"
    stream = io.BytesIO()
    book.save(stream)
    return stream.getvalue()
