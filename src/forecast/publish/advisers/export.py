"""Tables as files an adviser takes away: CSV and Excel, no cell of which can act as a formula (C35, C36)."""

from __future__ import annotations

import io
from collections.abc import Iterable, Mapping, Sequence
from typing import Any

import pandas as pd

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


def _frame(head: Row, rows: Iterable[Row]) -> pd.DataFrame:
    return pd.DataFrame([[harmless(value) for value in row] for row in rows], columns=[harmless(name) for name in head])


def csv_bytes(head: Row, rows: Iterable[Row], *, vietnamese: bool = False) -> bytes:
    """A CSV file in UTF-8; `vietnamese`: with BOM, semicolons and decimal commas, as Excel in Vietnamese opens it."""
    separator, decimal, encoding = (";", ",", "utf-8-sig") if vietnamese else (",", ".", "utf-8")
    return _frame(head, rows).to_csv(index=False, sep=separator, decimal=decimal, lineterminator="\r\n").encode(encoding)


def xlsx_bytes(sheets: Mapping[str, tuple[Row, Iterable[Row]]]) -> bytes:
    """An Excel workbook, one sheet per entry (head, rows); texts are stored as texts, numbers as numbers."""
    stream = io.BytesIO()
    with pd.ExcelWriter(stream, engine="openpyxl") as book:
        for name, (head, rows) in sheets.items():
            _frame(head, rows).to_excel(book, sheet_name=name[:31], index=False, freeze_panes=(1, 0))
            sheet = book.sheets[name[:31]]
            for column in range(1, len(head) + 1):
                sheet.column_dimensions[sheet.cell(1, column).column_letter].width = WIDTH
    return stream.getvalue()
