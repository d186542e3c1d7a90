"""Headings and notes that keep a table out: what they lack, and where they contradict each other."""

from __future__ import annotations

import re

from forecast.domain import Text
from forecast.evidence.intake.facts import period_of
from forecast.evidence.intake.figures import SheetRead, Table
from forecast.evidence.intake.headings import GLUED, Column
from forecast.evidence.intake.labels import Label
from forecast.evidence.intake.phrases import bare, marks_in, unit_of, years_in
from forecast.evidence.intake.sheets import Remark, Sheet, address


def refuse_headings(read: SheetRead, table: Table, columns: list[Column], labels: list[Label], sheet: Sheet) -> None:
    """Refuse what a heading may not be, and what notes below the table say against it."""
    by_rows = bool(labels) and all(label.period for label in labels)
    for column in columns:
        first = next((label.row for label in labels if (label.row, column.index) in sheet.cells), column.spot[0])
        empty = (table.block.heading[-1], column.index) if table.block.heading else (first, column.index)
        if not column.words and not (by_rows and len(columns) == 1):
            read.refuse(
                sheet.name, empty, "cột có số nhưng không có tiêu đề.", "the column has figures and no heading."
            )
        elif not column.dated and not by_rows and not _glued(column) and not period_of(table, column, None).year:
            own = column.spot if column.spot[1] == column.index else empty  # a merged group is not what lacks the year
            vi = "tiêu đề không nói số liệu của năm, kỳ nào."
            read.refuse(sheet.name, own, vi, "the heading does not say which year or period.")
        elif objection := _objection(table, column, by_rows):
            read.refuse(sheet.name, column.spot, objection.vi, objection.en)
    _refuse_by_notes(read, table, columns, sheet)


def _glued(column: Column) -> re.Match[str] | None:
    return GLUED.search(column.words)


def _objection(table: Table, column: Column, by_rows: bool) -> Text | None:
    """A date in a heading, a mark glued to a year, a group that ends too early, a bare year where the title names a part of one."""
    if column.dated:
        vi = "tiêu đề là ô ngày tháng (ngày và tháng có thể đã đảo); gõ lại thành chữ."
        return Text(vi, "the heading is a date cell (day and month may be swapped); type it as text.")
    if glued := _glued(column):
        vi = f"'{glued[0]}': năm {glued[1]} dính dấu chú thích? Sửa tiêu đề."
        return Text(vi, f"'{glued[0]}': the year {glued[1]} with a footnote mark glued to it? Mend the heading.")
    if column.ungrouped:
        vi = "nhóm tiêu đề bên trái không phủ đến cột này; cột thuộc nhóm nào?"
        return Text(vi, "the group heading to the left ends before this column; which group is it of?")
    if column.bare_year and table.period and table.period.part and not by_rows and column.comparison == "":
        vi = f"tên bảng nói một phần năm ({table.period}), tiêu đề cột chỉ ghi năm; ghi rõ kỳ ở cột."
        return Text(vi, f"the title speaks of part of a year ({table.period}), the heading of a year only; say which.")
    return None


def _tell_note(
    read: SheetRead, table: Table, columns: list[Column], sheet: Sheet, row: int, index: int, text: str
) -> None:
    """A note that moves a boundary is refused where it is marked; every other note is said beside the figures."""
    if re.search(r"\b(?:địa giới|đơn vị hành chính mới|sáp nhập|sau hợp nhất)\b", text.lower()):
        marked = [column.spot for column in columns if set(marks_in(text)) & set(column.marks)] or [(row, index)]
        vi = f"ghi chú '{text[:60]}' nói địa giới khác; ghi rõ địa bàn của cột."
        read.refuse(
            sheet.name,
            marked[0],
            vi,
            f"the note '{text[:60]}' speaks of another boundary; name the column's territory.",
        )
    else:
        read.remarks.append(
            Remark(
                sheet.name, address(row, index), Text(f"ghi chú: {text[:120]}", f"note: {text[:120]}"), refused=False
            )
        )


def _refuse_by_notes(read: SheetRead, table: Table, columns: list[Column], sheet: Sheet) -> None:
    """A note below the table that names another unit: the heading it marks is refused, else the note."""
    for row, index, text in table.block.notes:
        unit = re.search(
            r"(?:tính bằng|đơn vị(?: tính)?(?: là)?:?|tính theo|unit:?|in)\s+((?:nghìn |ngàn |triệu |tỷ |tỉ )?[^\s,.;]+(?:\s[^\s,.;]+)?)",
            text,
        )
        named = next((name for size in (3, 2, 1) if unit and (name := unit_of(" ".join(unit[1].split()[:size])))), "")
        if not named or bare(named) == bare(table.unit):
            _tell_note(read, table, columns, sheet, row, index, text)
            continue
        marks, years = marks_in(text), years_in(bare(text))
        hit = [c for c in columns if set(marks) & set(c.marks)] or [
            c for c in columns if c.period and c.period.year in years
        ]
        spots = [column.spot for column in hit] or [(row, index)]
        for spot in spots:
            vi = f"ghi chú '{text[:60]}' cho đơn vị khác với '{table.unit}'; ghi lại cột theo một đơn vị."
            read.refuse(
                sheet.name,
                spot,
                vi,
                f"the note '{text[:60]}' gives another unit than '{table.unit}'; write the column in one unit.",
            )
