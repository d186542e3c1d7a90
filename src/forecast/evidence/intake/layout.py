"""Where the tables of a sheet are: blocks of title, heading and data rows."""

from __future__ import annotations

import re
from collections import Counter
from dataclasses import dataclass, field
from itertools import pairwise

from forecast.evidence.intake.phrases import bare, comparison_of, status_of, unit_of, when, without_marks
from forecast.evidence.intake.rows import CODE, LABEL_HEADS, Row, is_figure, is_year, kind_of
from forecast.evidence.intake.sheets import Cell, Sheet

_LETTERHEAD = re.compile(
    r"ủy ban nhân dân|uỷ ban nhân dân|^ubnd|^(?:sở|cục|chi cục|tổng cục|bộ|phòng) [^\W\d]|cộng hòa xã hội|cộng hoà xã hội|độc lập"
    r"|kèm theo|^\(?số:|, ngày \d"
    r"|ngày .* tháng .* năm"
)


@dataclass
class Block:
    """One table: its title lines, heading rows (top first), data rows, and which columns hold labels and figures."""

    sheet: str
    titles: list[tuple[int, int, str]] = field(default_factory=list)  # row, column, text
    unit: str = ""
    unit_spot: tuple[int, int] = (1, 1)
    heading: list[int] = field(default_factory=list)
    rows: list[int] = field(default_factory=list)  # data rows, sections and unit rows in order
    filled: set[int] = field(default_factory=set)  # the data rows among them
    labels: list[int] = field(default_factory=list)
    columns: list[int] = field(default_factory=list)
    index_columns: list[int] = field(default_factory=list)
    unit_column: int = 0
    notes: list[tuple[int, int, str]] = field(default_factory=list)
    spread: set[int] = field(
        default_factory=set
    )  # heading rows whose words hold up to the next one, though nobody merged them
    skipped: list[int] = field(default_factory=list)  # rows that number the columns


def find_blocks(sheet: Sheet, rows: dict[int, Row]) -> list[Block]:
    """The tables of a sheet, top to bottom; a new heading after data rows starts another."""
    kinds = {number: kind_of(row) for number, row in rows.items()}
    blocks: list[Block] = []
    pending: list[int] = []
    for number, row in rows.items():
        kind = kinds[number]
        if kind in ("data", "text") and (pending or not blocks) and _runs_of_years(row):
            kind = kinds[number] = "years"
        if kind == "note" and blocks and blocks[-1].rows:
            column = next(iter(row))
            blocks[-1].notes.append((number, column, row[column].text))
        elif kind == "data":
            if not blocks or _starts_anew(pending, rows, kinds, blocks[-1]):
                blocks.append(Block(sheet.name))
                _take_heading(blocks[-1], pending, rows, kinds, sheet)
            else:
                blocks[-1].rows += pending
            blocks[-1].rows.append(number)
            blocks[-1].filled.add(number)
            pending = []
        else:
            pending.append(number)
    if blocks:
        _take_notes(blocks[-1], pending, rows)
    for block in blocks:
        _find_columns(block, rows)
        block.spread = {number for number in block.heading[:-1] if _holds_to_the_right(block, number, rows, sheet)}
    return blocks


def _holds_to_the_right(block: Block, number: int, rows: dict[int, Row], sheet: Sheet) -> bool:
    """Whether groups typed once, over the first of their columns, have the very same years below: each then spans its own."""
    if any(first <= number <= last for first, _, last, _ in sheet.merges):
        return False
    starts = [column for column in block.columns if column in rows[number]]
    if len(starts) < 2 or starts[0] != block.columns[0] or len(starts) == len(block.columns):
        return False
    below = {n: rows[n] for n in block.heading if n > number}
    groups = [
        [c for c in block.columns if start <= c and (end is None or c < end)]
        for start, end in zip(starts, [*starts[1:], None], strict=True)
    ]
    words = [[" ".join(row[c].text for row in below.values() if c in row) for c in group] for group in groups]
    return (
        len({len(group) for group in words}) == 1
        and len({tuple(re.findall(r"(?:19|20)\d\d", word) for word in group).__str__() for group in words}) == 1
    )


def _runs_of_years(row: Row) -> bool:
    """Whether the figures of a row are years one after another: a heading whose words are not known."""
    heads = [cell for cell in row.values() if is_year(cell) and len(without_marks(cell.text)) != 5]
    years = [int(re.findall(r"(?:19|20)\d\d", cell.text)[-1]) for cell in heads]
    others = [cell for cell in row.values() if not is_year(cell)]
    return (
        len(years) >= 2
        and not any(map(is_figure, others))
        and all(later - year == 1 for year, later in pairwise(years))
    )


def _take_notes(block: Block, pending: list[int], rows: dict[int, Row]) -> None:
    for number in pending:
        block.notes += [(number, column, cell.text) for column, cell in rows[number].items()]


def _starts_anew(pending: list[int], rows: dict[int, Row], kinds: dict[int, str], block: Block) -> bool:
    """Whether the rows since the last figures hold a heading: years, or several words that name periods or statuses."""
    for number in pending:
        words = [cell.text for column, cell in rows[number].items() if not is_figure(cell)]
        heads = sum(
            bool(when(text) or status_of(text) or comparison_of(text) or LABEL_HEADS.match(bare(text)))
            for text in words
        )
        if kinds[number] in ("years", "numbering") or (len(words) >= 2 and heads >= 2):
            return True
    return False


def _take_heading(block: Block, pending: list[int], rows: dict[int, Row], kinds: dict[int, str], sheet: Sheet) -> None:
    """Split the rows above the first figures, from below: column numbers, heading rows, unit, title."""
    rest = list(pending)
    wide = {first for first, left, _, right in sheet.merges if right - left >= 1}
    leftmost = min((min(rows[number]) for number in pending), default=1)
    while rest:
        number = rest[-1]
        row = rows[number]
        lone = next(iter(row)) if len(row) == 1 else 0
        if kinds[number] == "numbering":
            block.skipped.append(number)
        elif kinds[number] == "unit" and (block.heading or (lone and number in wide) or _only_unit(row, rows, rest)):
            _take_unit(block, number, row)
            if block.heading:
                rest.pop()
                break
        elif block.heading and _ends_above(row, leftmost, gap=block.heading[0] - number > 1):
            break
        elif block.heading and _is_title_with_unit(row, leftmost):
            block.titles.append((number, leftmost, row[leftmost].text))
            column = max(row)
            block.unit, block.unit_spot = unit_of(row[column].text), (number, column)
            rest.pop()
            break
        else:
            block.heading.insert(0, number)
        rest.pop()
    _take_titles(block, rest, rows)


def _ends_above(row: Row, leftmost: int, *, gap: bool) -> bool:
    """Whether a row above the heading is no part of it: a lone text over the labels, or words after a gap."""
    lone = next(iter(row)) if len(row) == 1 else 0
    return bool(lone and lone <= leftmost + 1 and not when_only(row[lone].text)) or (
        gap and not _continues(row, leftmost)
    )


def when_only(text: str) -> bool:
    """Whether a lone text of a heading row is a period or a status: it belongs to the heading, not to the title."""
    return len(text) < 20 and bool(when(text) or status_of(text))


def _only_unit(row: Row, rows: dict[int, Row], rest: list[int]) -> bool:
    """A line with a unit just above the figures, unless it stands in brackets under one column."""
    return all(not cell.text.startswith(("(", "[")) for cell in row.values()) and len(row) == 1 and len(rest) > 1


def _take_unit(block: Block, number: int, row: Row) -> None:
    column, cell = next(iter(row.items()))
    if not block.unit:
        parts = [part for part in cell.text.split(";") if part.strip()]
        named = unit_of(cell.text) or unit_of(re.split(r"\s[-–]\s", cell.text)[-1])
        block.unit = named if len(parts) == 1 or not all(map(unit_of, parts)) else "; ".join(map(unit_of, parts))
        block.unit_spot = (number, column)


def _continues(row: Row, leftmost: int) -> bool:
    """Whether a row above a gap still belongs to the heading: words of periods or comparisons, none in the label column."""
    texts = [cell.text for column, cell in row.items()]
    return min(row) > leftmost and all(when(text) or status_of(text) or comparison_of(text) for text in texts)


def _is_title_with_unit(row: Row, leftmost: int) -> bool:
    return (
        len(row) == 2
        and min(row) == leftmost
        and bool(unit_of(row[max(row)].text))
        and not LABEL_HEADS.match(bare(row[min(row)].text))
    )


def _take_titles(block: Block, rest: list[int], rows: dict[int, Row]) -> None:
    titles = []
    for number in rest:
        for column, cell in rows[number].items():
            if unit := unit_of(cell.text):
                if not block.unit:
                    block.unit, block.unit_spot = unit, (number, column)
            elif not _LETTERHEAD.search(cell.text.lower()):
                titles.append((number, column, cell.text))
    block.titles = titles + block.titles


def _find_columns(block: Block, rows: dict[int, Row]) -> None:
    """Which columns hold labels, which figures; columns of numbers before the labels only count the rows."""
    figures, texts = Counter[int](), Counter[int]()
    for number in block.rows:
        for column, cell in rows[number].items():
            (figures if is_figure(cell) else texts)[column] += 1
    heads = {
        column: bare(" ".join(rows[n][column].text for n in block.heading if column in rows[n]))
        for column in {*figures, *texts}
    }
    columns = sorted({*figures, *texts})
    periods = [c for c in columns[:1] if all(_period_label(rows[n][c]) for n in block.rows if c in rows[n])]
    word_columns = [
        c for c in columns if texts[c] > figures[c] and not (c > columns[0] and (when(heads[c]) or status_of(heads[c])))
    ]
    first_words = min(word_columns, default=0)
    block.index_columns = [c for c in columns if c < first_words or re.match(r"(stt|tt|so tt|ma so|ma)\b", heads[c])]
    if periods and not (first_words and first_words == columns[0] and not periods):
        block.index_columns = []
        block.labels = periods
    else:
        first_figures = min((c for c in columns if figures[c] >= max(1, texts[c]) and c > first_words), default=10**6)
        block.labels = [c for c in word_columns if c < first_figures and c not in block.index_columns]
    for column in list(word_columns):
        cells = [rows[n][column].text for n in block.rows if column in rows[n]]
        if (
            re.match(r"(dvt|don vi tinh|don vi\b|unit)", heads[column]) and column in (block.labels or [column])
        ) or _all_units(cells):
            block.unit_column = column
            block.labels = [c for c in block.labels if c != column]
    taken = {*block.labels, *block.index_columns, block.unit_column}
    block.columns = [c for c in columns if c not in taken and (figures[c] or when(heads[c]))]


def _period_label(cell: Cell) -> bool:
    return is_year(cell) or bool(len(cell.text) <= 24 and not CODE.match(cell.text) and when(cell.text))


def _all_units(texts: list[str]) -> bool:
    dittos = {'"', "''", "”", "“", "nt", "-nt-", "″", '" "'}
    return bool(texts) and all(unit_of(text) or text in dittos for text in texts) and any(map(unit_of, texts))
