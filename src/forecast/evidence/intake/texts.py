"""Text files and pasted tables as one sheet: encoding by its bytes, separator by its lines, ragged lines refused by number."""

from __future__ import annotations

import csv
import io
import re
from collections import Counter

from forecast.evidence.intake.sheets import Cell, Sheet, UnreadableError
from forecast.evidence.letters import EncodingError, decode

SEPARATORS = ("\t", ";", ",", "|")
MOST_ROWS = 1_000_000


def read_text(content: bytes) -> tuple[list[Sheet], int, str]:
    """The one sheet of a text file, and the name of its encoding."""
    try:
        text, encoding = decode(content)
    except EncodingError as error:
        raise UnreadableError(error.text.vi, error.text.en, f"A{error.line}" if error.line else "") from error
    return [read_pasted(text)], 0, encoding


def read_pasted(text: str) -> Sheet:
    """A table of text, separated by tabs, semicolons, commas or bars, as a sheet without name."""
    if re.match(r"\s*<(!doctype|html|table|\?xml)", text, re.IGNORECASE):
        vi = "tệp là trang web (HTML) chứ không phải bảng tính; mở bằng Excel rồi lưu lại thành .xlsx."
        raise UnreadableError(
            vi, "the file is a web page (HTML), not a workbook; open it in Excel and save it as .xlsx."
        )
    separator = _separator(text)
    sheet, widths = Sheet(""), Counter[int]()
    reader = csv.reader(io.StringIO(text, newline=""), delimiter=separator, strict=True)
    lengths: dict[int, int] = {}
    try:
        for row, cells in enumerate(reader, start=1):
            if row > MOST_ROWS:
                raise UnreadableError(f"tệp có trên {MOST_ROWS} dòng.", f"the file has more than {MOST_ROWS} lines.")
            for column, value in enumerate(cells, start=1):
                if value.strip():
                    sheet.cells[row, column] = Cell(value)
            lengths[row] = len(cells)
            widths[len(cells)] += len(cells) > 1
    except csv.Error as error:
        row = reader.line_num
        vi = f"dòng {row} không đọc được ({error}); kiểm tra dấu ngoặc kép."
        raise UnreadableError(vi, f"line {row} cannot be read ({error}); check the quotes.", f"A{row}") from error
    _require_even(lengths, widths, separator)
    return sheet


def _require_even(lengths: dict[int, int], widths: Counter[int], separator: str) -> None:
    """Refuse a line with more or fewer cells than the table: a comma in a number moved its figures one column on."""
    usual = widths.most_common(1)[0][0] if widths else 0
    for row, length in lengths.items():
        if length > 1 and length != usual:
            named = "tab" if separator == "\t" else f"'{separator}'"
            vi = f"dòng {row} có {length} ô, các dòng khác {usual} (dấu ngăn {named}); số có dấu phẩy phải đặt trong ngoặc kép."
            en = f"line {row} has {length} cells, the others {usual} (separator {named}); a number with a comma needs quotes."
            raise UnreadableError(vi, en, f"A{row}")


def _separator(text: str) -> str:
    """The separator that cuts most lines into the same number of cells."""
    lines = [line for line in text.splitlines()[:200] if line.strip()]

    def evenness(separator: str) -> tuple[int, int]:
        counts = Counter(len(cells) for cells in csv.reader(lines, delimiter=separator) if len(cells) > 1)
        width, times = counts.most_common(1)[0] if counts else (0, 0)
        return times, width

    return max(SEPARATORS, key=evenness)
