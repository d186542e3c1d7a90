"""Rows by what they hold: figures, years, the numbers of columns, a unit, a note, or words."""

from __future__ import annotations

import re

from forecast.evidence.intake import numbers
from forecast.evidence.intake.phrases import bare, comparison_of, status_of, unit_of, when, without_marks
from forecast.evidence.intake.sheets import Cell, Sheet

Row = dict[int, Cell]
CODE = re.compile(r"[a-z0-9_]+/[a-z0-9_]+/[a-z0-9_]+\Z")  # of a series, in the first column of a template
_NUMBERING = re.compile(r"[A-ZĐ]|\(?\d{1,2}\)?|\(?\d{1,2}\)?\s*=.*|\(?[A-ZĐ]\)")
_NOTE = re.compile(
    r"\(?\*{1,4}\)?\s|\(\d\)\s*\S|\(\*+\)|¹|²(?!\w)|\d\s*/\s*[A-ZĐ]|(?:ghi chu|chu thich|nguon|note|source|luu y)\b.*",
    re.I,
)
_COMPARING = re.compile(  # a piece of "so với cùng kỳ năm trước (%)" broken over several rows
    r"(?:(?:so|voi|sanh|bang|cung|ky|nam|thang|quy|truoc|goc|binh quan|%|\(%\)|\d+)(?: |\Z))*(?:voi|cung ky|truoc|goc|%|\(%\))(?: ?\(%\))?"
)
LABEL_HEADS = re.compile(
    r"(?:stt|tt|so tt|ma so|ma|chi tieu|ten chi tieu|noi dung|dia phuong|dia ban|tinh|tinh, thanh pho|tinh/thanh pho"
    r"|don vi|don vi tinh|dvt|nganh|khu vuc|unit"
    r"|danh muc|ghi chu|goi y|nam|ky|thang|quy|cities, provinci?es|year|province|indicator|loai hinh|san pham|huyen|phan to)\Z"
)


def is_year(cell: Cell) -> bool:
    """Whether a cell is a year, as a heading has it: 2023, 2023.0, '2023 (*)', 'Sơ bộ 2024'."""
    if cell.is_number:
        value = float(cell.value)  # type: ignore[arg-type]
        return value.is_integer() and (1985 <= value <= 2100 or 19850 <= value <= 21009)  # a mark may be glued to it
    text = without_marks(cell.text)
    return bool(re.fullmatch(r"(?:19|20)\d\d\d?", text)) or (
        bool(re.search(r"(?:19|20)\d\d$", text)) and bool(status_of(text))
    )


def is_figure(cell: Cell) -> bool:
    """Whether a cell stands for a figure: a number, one typed as text, a mark for none, a formula, an error."""
    if cell.is_number or cell.formula or isinstance(cell.value, bool):
        return True
    text = cell.text
    return numbers.is_typed(text) or numbers.is_missing(text) or text.startswith("#")


def rows_of(sheet: Sheet) -> dict[int, Row]:
    """The cells by row, in order."""
    rows: dict[int, Row] = {}
    for (row, column), cell in sorted(sheet.cells.items()):
        if cell.is_filled:
            rows.setdefault(row, {})[column] = cell
    return rows


def kind_of(row: Row) -> str:
    """note, numbering, years, data, unit or text."""
    cells = list(row.values())
    for cell in cells[1:]:
        if isinstance(cell.value, float) and not cell.value.is_integer():
            return "data"
    if CODE.match(cells[0].text):
        return "data"
    texts = [cell for cell in cells if not is_figure(cell)]
    if (
        not cells[0].is_number
        and _NOTE.match(bare(cells[0].text) + " ")
        and len(texts) == len(cells)
        and len(cells) <= 2
    ):
        return "note"
    if _numbers_columns(cells):
        return "numbering"
    figures = [cell for cell in cells if is_figure(cell)]
    heads = all(is_head_word(cell.text) for cell in texts)
    years = [cell for cell in figures if is_year(cell) and not cell.formula]
    if (
        years
        and len(years) == len(figures)
        and any(len(without_marks(cell.text)) != 5 for cell in years)
        and heads
        and not numbers_a_row(row)
    ):
        return "years"
    if figures and not (
        len(figures) == 1 and len(cells) > 1 and next(iter(row)) == min(row) and cells[0] is figures[0]
    ):
        return "data"
    if texts and len(cells) <= 2 and all(_unit_line(cell.text) for cell in texts):
        return "unit"
    return "text"


def is_head_word(text: str) -> bool:
    """Whether a text can stand in a heading row beside years: a head of labels, a period, a status, a comparison."""
    plain = without_marks(text)
    words = bare(plain)
    if words == "nam":
        return plain.lower() == "năm"
    return bool(LABEL_HEADS.match(words) or when(plain) or status_of(plain) or comparison_of(plain) or unit_of(plain)) or words in (
        "ca nam", "quy", "thang", "ky", "cong don", "ca", "don", "thuc hien", "chinh thuc",
    ) or bool(_COMPARING.fullmatch(words))  # fmt: skip


def numbers_a_row(row: Row) -> bool:
    """Whether the row starts with a period as its label and figures follow that are no years."""
    cells = list(row.values())
    return len(cells) > 1 and is_year(cells[0]) and any(is_figure(cell) and not is_year(cell) for cell in cells[1:])


def _numbers_columns(cells: list[Cell]) -> bool:
    if len(cells) < 3 or not all(_NUMBERING.fullmatch(cell.text.strip()) for cell in cells):
        return False
    counted = [int(match[0]) for cell in cells if (match := re.match(r"\d+", cell.text.strip("( ")))]
    return len(counted) >= 2 and counted == list(range(counted[0], counted[0] + len(counted))) and counted[0] <= 2


def _unit_line(text: str) -> bool:
    """A text that only says the unit of what follows: 'Nghìn người', 'Cơ cấu - %', 'ĐVT: Tỷ đồng'."""
    return bool(
        unit_of(text)
        or unit_of(re.split(r"\s[-–]\s", text)[-1])
        or (";" in text and all(map(unit_of, text.split(";"))))
    )
