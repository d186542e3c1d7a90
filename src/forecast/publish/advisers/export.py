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


def harmless(value: Any) -> Any:
    """The value as a cell that no spreadsheet runs: a text that begins like a formula gets an apostrophe before it."""
    if isinstance(value, str) and value.startswith(_ACTS):
        return f"'{value}"
    return None if words.is_missing(value) else value


def csv_bytes(head: Row, rows: Iterable[Row], *, vietnamese: bool = False) -> bytes:
    """A CSV file in UTF-8; `vietnamese`: with BOM, semicolons and decimal commas, as Excel in Vietnamese opens it."""
    stream = io.StringIO()
    writer = csv.writer(stream, delimiter=";" if vietnamese else ",", lineterminator="\r\n")
    for row in (head, *rows):
        writer.writerow([_plain(harmless(value), vietnamese) for value in row])
    return stream.getvalue().encode("utf-8-sig" if vietnamese else "utf-8")


def _plain(value: Any, vietnamese: bool) -> str:
    if value is None:
        return ""
    if isinstance(value, float):
        text = repr(float(value))
        return text.replace(".", ",") if vietnamese else text
    return str(value)


def xlsx_bytes(sheets: Mapping[str, tuple[Row, Sequence[Row]]]) -> bytes:
    """An Excel workbook, one sheet per entry (head, rows); texts are stored as texts, numbers as numbers."""
    from openpyxl import Workbook
    from openpyxl.styles import Font

    book = Workbook()
    book.remove(book.active)
    for name, (head, rows) in sheets.items():
        sheet = book.create_sheet(name[:31])
        for place, row in enumerate((head, *rows), 1):
            for column, value in enumerate(row, 1):
                cell = sheet.cell(place, column, harmless(_native(value)))
                if isinstance(value, str):
                    cell.data_type = "s"
                if place == 1:
                    cell.font = Font(bold=True)
        for column in range(1, len(head) + 1):
            sheet.column_dimensions[sheet.cell(1, column).column_letter].width = 22
        sheet.freeze_panes = "A2"
    stream = io.BytesIO()
    book.save(stream)
    return stream.getvalue()


def _native(value: Any) -> Any:
    return value.item() if hasattr(value, "item") else value
