"""Files as offices hand them over, made by the thousand: what every cell says is known, and where one was spoilt."""

from __future__ import annotations

import datetime
import io
import unicodedata
from dataclasses import dataclass
from decimal import Decimal
from random import Random
from typing import Any

import openpyxl
from intake_faults import FAULTS
from intake_tables import Table, Truth, by_province, monthly, report, yearbook, years_down

from forecast.evidence.letters import TCVN3

_TO_TCVN3 = {new: chr(old) for old, new in TCVN3.items()}


@dataclass
class Made:
    """One file: its bytes, what it says by cell, and the cells of which one must be named where it was spoilt."""

    name: str
    content: bytes
    truth: Truth
    kind: str = ""
    spoilt: tuple[str, ...] = ()


def made(random: Random, spoil: bool) -> Made:
    """A file of a random shape; `spoil`: with one fault of a random kind."""
    table = random.choice((by_province, yearbook, monthly, report, years_down))(random)
    kind, spoilt = "", ()
    if spoil:
        usable = [(name, fault) for name, fault in FAULTS.items() if fault is not None]
        random.shuffle(usable)
        for name, fault in usable:
            if cells := fault(table, random):
                kind, spoilt = name, cells
                break
    typed = next((value for value in table.cells.values() if isinstance(value, Decimal)), None)
    plain = (
        random.random() < 0.35
        and typed is not None
        and not table.formats
        and kind not in ("formula", "date", "scaled format")
    )
    return Made(*(_as_csv(table, random) if plain else _as_workbook(table, random)), table.truth, kind, spoilt)


def _as_workbook(table: Table, random: Random) -> tuple[str, bytes]:
    book = openpyxl.Workbook()
    sheet: Any = book.active
    sheet.title = random.choice(("Bieu", "36", " 6. Thuong mai "))
    typed = random.choice(("", "", ",", "."))
    spoilt_numbers = {cell for cell in table.figures if not isinstance(table.cells.get(cell), Decimal)}
    nfd = random.random() < 0.1
    for (row, column), value in table.cells.items():
        if isinstance(value, Decimal):
            value = (
                written(value, typed, random) if typed and not table.formats and sure(table, typed) else float(value)
            )
        elif isinstance(value, str) and nfd and (row, column) not in spoilt_numbers:
            value = unicodedata.normalize("NFD", value)
        sheet.cell(row, column, value)
    for first, left, last, right in table.merges:
        sheet.merge_cells(start_row=first, start_column=left, end_row=last, end_column=right)
    for cell in table.figures:
        if not isinstance(table.cells[cell], datetime.datetime):
            sheet.cell(*cell).number_format = table.formats.get(cell) or random.choice(
                ("General", "0.0", "#,##0.0", "#,##0")
            )
    if random.random() < 0.2:
        _add_noise(book, sheet, random)
    stream = io.BytesIO()
    book.save(stream)
    return "bieu.xlsx", stream.getvalue()


def _add_noise(book: Any, sheet: Any, random: Random) -> None:
    """Helper figures in a hidden column, a hidden first sheet, cells that are formatted and empty far out."""
    column = sheet.max_column + 2
    for row in range(1, sheet.max_row + 1):
        sheet.cell(row, column, random.uniform(0, 100))
    sheet.column_dimensions[openpyxl.utils.get_column_letter(column)].hidden = True
    hidden = book.create_sheet("6NN", 0)
    hidden["A1"], hidden["B2"] = "Số phụ", 12345
    hidden.sheet_state = "hidden"
    book.active = 1
    sheet.cell(150, 60).number_format = "0.0"


def written(value: Decimal, mark: str, random: Random) -> str:
    """A number as a hand types it with this decimal mark."""
    integer, _, decimals = f"{value:f}".partition(".")
    grouped = (
        f"{int(integer):,}".replace(",", "." if mark == "," else ",")
        if len(integer.lstrip("-")) > 3 and random.random() < 0.7
        else integer
    )
    return grouped + (mark + decimals if decimals else "")


def sure(table: Table, mark: str) -> bool:
    """Whether the decimals of a table show which mark it uses, so that thousands can be typed with the other one."""
    return any(
        "." in f"{value:f}" and len(f"{value:f}".partition(".")[2]) < 3
        for value in table.cells.values()
        if isinstance(value, Decimal)
    )


def _as_csv(table: Table, random: Random) -> tuple[str, bytes]:
    rows, columns = max(row for row, _ in table.cells), max(column for _, column in table.cells)
    separator = random.choice((";", "\t", ","))
    mark = random.choice((",", ".")) if sure(table, "") else ""
    lines = []
    for row in range(1, rows + 1):
        cells = [table.cells.get((row, column), "") for column in range(1, columns + 1)]
        texts = [
            (written(value, mark, random) if mark else f"{value:f}") if isinstance(value, Decimal) else str(value)
            for value in cells
        ]
        lines.append(
            separator.join(
                f'"{text}"' if any(sign in text for sign in (separator, '"', "\n")) else text for text in texts
            )
        )
    text = "\r\n".join(lines) + "\r\n"
    encoding = random.choice(("utf-8", "utf-8-sig", "utf-16", "cp1258", "tcvn3"))
    return "bieu.csv", _encoded(text, "utf-8" if "\u00c3" in text else encoding)


def _encoded(text: str, encoding: str) -> bytes:
    """The bytes; what an old encoding cannot hold is written as UTF-8."""
    try:
        if encoding == "tcvn3":
            return text.translate(_TO_TCVN3).encode("latin-1")
        return _split_tones(text).encode("cp1258") if encoding == "cp1258" else text.encode(encoding)
    except UnicodeEncodeError:
        return text.encode("utf-8")


def _split_tones(text: str) -> str:
    """Tone marks as signs of their own, as code page 1258 has them."""
    tones = "\u0300\u0301\u0303\u0309\u0323"
    split = []
    for sign in text:
        parts = unicodedata.normalize("NFD", sign)
        tone = next((part for part in parts if part in tones), "")
        base = unicodedata.normalize("NFC", "".join(part for part in parts if part not in tones))
        split.append(base + tone)
    return "".join(split)
