"""Text files and pasted tables as one sheet: encoding by its bytes, separator by its lines, ragged lines refused by number."""

from __future__ import annotations

import csv
import io
import re
from collections import Counter

from forecast.evidence.intake.letters import composed, from_tcvn3, from_vni, is_syllable
from forecast.evidence.intake.sheets import Cell, Sheet, UnreadableError

SEPARATORS = ("\t", ";", ",", "|")
LEAST_SURE = 0.9  # of the words with letters beyond ASCII that are Vietnamese after decoding
MOST_ROWS = 1_000_000
_WORDS = re.compile(r"[^\W\d_]+")


def read_text(content: bytes) -> tuple[list[Sheet], int, str]:
    """The one sheet of a text file, and the name of its encoding."""
    text, encoding = decode(content)
    return [read_pasted(text)], 0, encoding


def decode(content: bytes) -> tuple[str, str]:
    """The text of the bytes and the name of its encoding; UnreadableError where none gives Vietnamese."""
    if content.startswith((b"\xff\xfe", b"\xfe\xff")):
        return _strict(content, "utf-16"), "UTF-16"
    zeros = content[:2000].count(0)
    if zeros and zeros > len(content[:2000]) // 5:
        low = content[1:2000:2].count(0) >= content[0:2000:2].count(0)
        return _strict(content, "utf-16-le" if low else "utf-16-be"), "UTF-16"
    if zeros:
        vi = "tệp không phải văn bản hay bảng tính đọc được (.xlsx, .ods, .csv)."
        raise UnreadableError(vi, "the file is neither text nor a workbook that can be read (.xlsx, .ods, .csv).")
    try:
        return content.decode("utf-8-sig"), "UTF-8"
    except UnicodeDecodeError:
        return _old(content)


def _strict(content: bytes, encoding: str) -> str:
    try:
        return content.decode(encoding).removeprefix("\ufeff")
    except UnicodeDecodeError as error:
        vi = f"tệp {encoding.upper()} bị cắt hoặc hỏng ở byte {error.start}; hãy gửi lại."
        raise UnreadableError(vi, f"broken or cut off {encoding.upper()} at byte {error.start}; send it again.") from error


def _old(content: bytes) -> tuple[str, str]:
    """One-byte encodings: the one whose words are Vietnamese."""
    latin = content.decode("latin-1")
    texts = {
        "cp1258": composed(content.decode("cp1258", "replace")),
        "TCVN3": composed(from_tcvn3(latin)),
        "VNI": composed(from_vni(content.decode("cp1252", "replace"))),
    }
    shares = {name: _vietnamese(text) for name, text in texts.items()}
    best = max(shares, key=lambda name: shares[name])
    if shares[best] < LEAST_SURE:
        line = content[: next(i for i, byte in enumerate(content) if byte > 127)].count(b"\n") + 1
        vi = f"không nhận ra bảng mã của tệp (không phải UTF-8, UTF-16, cp1258, TCVN3, VNI; dòng {line}); lưu lại dạng UTF-8."
        en = f"the encoding is none of UTF-8, UTF-16, cp1258, TCVN3, VNI (line {line}); save the file as UTF-8."
        raise UnreadableError(vi, en, f"A{line}")
    return texts[best], best


def _vietnamese(text: str) -> float:
    words = [word for word in _WORDS.findall(text) if not word.isascii()]
    signs = len(re.findall("[\ufffd\u00a1-\u00bf]", text))
    return sum(map(is_syllable, words)) / (len(words) + signs) if words else 0.0


def read_pasted(text: str) -> Sheet:
    """A table of text, separated by tabs, semicolons, commas or bars, as a sheet without name."""
    if re.match(r"\s*<(!doctype|html|table|\?xml)", text, re.IGNORECASE):
        vi = "tệp là trang web (HTML) chứ không phải bảng tính; mở bằng Excel rồi lưu lại thành .xlsx."
        raise UnreadableError(vi, "the file is a web page (HTML), not a workbook; open it in Excel and save it as .xlsx.")
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
