"""One figure for each cell of a table: indicator, territory, period, kind, unit and status from the words around it."""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from decimal import Decimal
from typing import Any

from forecast.domain import Text
from forecast.evidence.intake import numbers
from forecast.evidence.intake.headings import Column, columns_of, title_of, title_subject
from forecast.evidence.intake.labels import Label, is_part, labels_of, structure_of
from forecast.evidence.intake.layout import Block, find_blocks, is_figure, rows_of
from forecast.evidence.intake.phrases import When, bare, comparison_of, marks_in, price_of, unit_in, unit_of, when, years_in
from forecast.evidence.intake.places import Places, is_district
from forecast.evidence.intake.sheets import Cell, Remark, Sheet, Spot, address

_GENERAL = re.compile(r"\b(?:mot so|cac|nhung|he thong)\b.{0,12}\bchi tieu\b|\bchi tieu chu yeu\b|\bket qua\b|\btinh hinh\b|\bbao cao\b|^bieu\b|^chi tieu\b|^phu luc\b|^so lieu\b")
_GRDP = re.compile(r"^tong san pham\b|^grdp\b|^gia tri tang them\b")
_KINDS = {"unclear": "unclear", "plan": "plan_percent", "base": "index_base100", "previous_period": "index_pp100", "average_growth": "growth_average"}
_LINKED = re.compile(r"\[\d+\]|\[[^\]]+\.xls[xmb]?\]|'?file:|https?:", re.I)


@dataclass(frozen=True)
class Declared:
    """What the sender says of a file where the file does not: decimal mark, unit, territory."""

    mark: numbers.Mark | None = None
    thousandths: bool = True  # whether numbers of three decimals are usual
    unit: str = ""
    territory: str = ""
    cover: str = ""  # the territory the file's cover names


@dataclass(frozen=True)
class SheetFigure:
    """One figure as its sender printed it; `value` as stored, percent as percent; `shown` the format of the cell."""

    indicator: str
    territory: str
    period: str
    kind: str
    value: Decimal
    unit: str
    status: str
    sheet: str
    cell: str
    raw: Any
    format: str = ""
    row: int = 0
    column: int = 0
    table: int = 0
    code: str = ""
    label: Label | None = field(default=None, repr=False, compare=False)


@dataclass
class SheetRead:
    """The figures of one sheet, what must be said of it, and what a continued sheet takes over."""

    figures: list[SheetFigure] = field(default_factory=list)
    remarks: list[Remark] = field(default_factory=list)
    title: str = ""
    unit: str = ""
    territory: str = ""
    total: bool = False
    table: int = 0
    subjects: list[str] = field(default_factory=list)  # of every table, without numbers: the file's shape

    def refuse(self, sheet: str, spot: Spot, vi: str, en: str) -> None:
        self.remarks.append(Remark(sheet, address(*spot), Text(vi, en)))


@dataclass(frozen=True)
class _Table:
    """What holds for a whole table."""

    block: Block
    title: str
    subject: str
    territory: str
    period: When | None
    unit: str
    price: str
    comparison: str
    general: bool  # the title names no indicator: the rows do
    totalled: bool


def figures_of(sheet: Sheet, places: Places, declared: Declared, before: SheetRead | None) -> SheetRead:
    """Read every table of a sheet; `before` is the sheet before it, which a continued table goes on from."""
    read = SheetRead(table=before.table if before else 0)
    rows = rows_of(sheet)
    previous = before
    for block in find_blocks(sheet):
        table = _table(block, sheet, places, declared, previous)
        continued = bool(previous and previous.title and _same(previous.title, table.title))
        read.table += 0 if continued else 1
        columns = columns_of(block, sheet, rows, places)
        labels = labels_of(block, rows, places)
        totalled = table.totalled or any(label.total for label in labels) or bool(continued and previous and previous.total)
        table = _Table(**{**table.__dict__, "totalled": totalled})
        _refuse_headings(read, table, columns, labels, sheet)
        _read_cells(read, table, columns, labels, sheet, declared, places)
        read.title, read.unit, read.territory, read.total = table.title, table.unit, table.territory, totalled
        read.subjects.append(re.sub(r"[\W\d_]+", " ", bare(table.subject or table.title)).strip())
        previous = read
    return read


def _same(first: str, second: str) -> bool:
    """Whether two titles are of one table: the same but for '(Tiếp theo)' and numbers."""
    plain = [re.sub(r"\(?\btiep( theo)?\b\)?|[\W\d_]+", " ", bare(title)).split() for title in (first, second)]
    return plain[0] == plain[1] and bool(plain[0])


def _table(block: Block, sheet: Sheet, places: Places, declared: Declared, previous: SheetRead | None) -> _Table:
    title = title_of(block) or (previous.title if previous and block.heading and previous.title else "")
    top = min(block.rows)
    own = places.within(title) or next((name for (row, _), cell in sheet.cells.items() if row < top and (name := _letterhead(cell, places))), "")
    goes_on = bool(previous and _same(previous.title, title))
    territory = own or (previous.territory if previous and goes_on else "") or declared.territory or declared.cover
    unit = block.unit or unit_in(title)[0]
    if not unit and goes_on and previous:
        unit = previous.unit
    subject = title_subject(title, own)
    named = comparison_of(unit_in(title)[1])
    return _Table(
        block,
        title,
        subject,
        territory,
        when(title),
        unit or declared.unit,
        price_of(title),
        named if named in ("previous_year", "growth", "index", "share", "base", "previous_period") else "",
        general=bool(_GENERAL.search(bare(subject))) or not subject or bool(block.unit_column),
        totalled=False,
    )


def _letterhead(cell: Cell, places: Places) -> str:
    """The province in a letterhead: 'ỦY BAN NHÂN DÂN TỈNH HƯNG YÊN', 'CỤC THỐNG KÊ TỈNH HƯNG YÊN'."""
    words = bare(cell.text) if isinstance(cell.value, str) else ""
    return places.within(cell.text) if re.match(r"(uy ban nhan dan|ubnd|cuc thong ke|chi cuc thong ke|thong ke) ", words) else ""


def _refuse_headings(read: SheetRead, table: _Table, columns: list[Column], labels: list[Label], sheet: Sheet) -> None:
    """What a heading may not be: a date, a year with a mark glued to it, nothing at all; a note that changes its unit."""
    by_rows = bool(labels) and all(label.period for label in labels)
    for column in columns:
        first = next((label.row for label in labels if (label.row, column.index) in sheet.cells), column.spot[0])
        empty = (table.block.heading[-1], column.index) if table.block.heading else (first, column.index)
        own = column.spot if column.spot[1] == column.index else empty  # a merged group is not what lacks the year
        if column.dated:
            read.refuse(sheet.name, column.spot, "tiêu đề là ô ngày tháng (ngày và tháng có thể đã đảo); gõ lại thành chữ.", "the heading is a date cell (day and month may be swapped); type it as text.")
        elif not column.words and not (by_rows and len(columns) == 1):
            read.refuse(sheet.name, empty, "cột có số nhưng không có tiêu đề.", "the column has figures and no heading.")
        elif glued := re.search(r"(?<!\d)((?:19|20)\d\d)\d(?!\d)", column.words):
            vi = f"'{glued[0]}': năm {glued[1]} dính dấu chú thích? Sửa tiêu đề."
            read.refuse(sheet.name, column.spot, vi, f"'{glued[0]}': the year {glued[1]} with a footnote mark glued to it? Mend the heading.")
        elif not by_rows and not _period(table, column, None).year:
            read.refuse(sheet.name, own, "tiêu đề không nói số liệu của năm, kỳ nào.", "the heading does not say which year or period.")
        elif column.ungrouped:
            vi = "nhóm tiêu đề bên trái không phủ đến cột này; cột thuộc nhóm nào?"
            read.refuse(sheet.name, column.spot, vi, "the group heading to the left ends before this column; which group is it of?")
        elif column.bare_year and table.period and table.period.part and not by_rows and column.comparison == "":
            vi = f"tên bảng nói một phần năm ({table.period}), tiêu đề cột chỉ ghi năm; ghi rõ kỳ ở cột."
            read.refuse(sheet.name, column.spot, vi, f"the title speaks of part of a year ({table.period}), the heading of a year only; say which.")
    _refuse_by_notes(read, table, columns, sheet)


def _tell_note(read: SheetRead, table: _Table, columns: list[Column], sheet: Sheet, row: int, index: int, text: str) -> None:
    """A note that moves a boundary is refused where it is marked; every other note is said beside the figures."""
    if re.search(r"\b(?:địa giới|đơn vị hành chính mới|sáp nhập|sau hợp nhất)\b", text.lower()):
        marked = [column.spot for column in columns if set(marks_in(text)) & set(column.marks)] or [(row, index)]
        vi = f"ghi chú '{text[:60]}' nói địa giới khác; ghi rõ địa bàn của cột."
        read.refuse(sheet.name, marked[0], vi, f"the note '{text[:60]}' speaks of another boundary; name the column's territory.")
    else:
        read.remarks.append(Remark(sheet.name, address(row, index), Text(f"ghi chú: {text[:120]}", f"note: {text[:120]}"), refused=False))


def _refuse_by_notes(read: SheetRead, table: _Table, columns: list[Column], sheet: Sheet) -> None:
    """A note below the table that names another unit: the heading it marks is refused, else the note."""
    for row, index, text in table.block.notes:
        unit = re.search(r"(?:tính bằng|đơn vị(?: tính)?(?: là)?:?|tính theo|unit:?|in)\s+((?:nghìn |ngàn |triệu |tỷ |tỉ )?[^\s,.;]+(?:\s[^\s,.;]+)?)", text)
        named = next((name for size in (3, 2, 1) if unit and (name := unit_of(" ".join(unit[1].split()[:size])))), "")
        if not named or bare(named) == bare(table.unit):
            _tell_note(read, table, columns, sheet, row, index, text)
            continue
        marks, years = marks_in(text), years_in(bare(text))
        hit = [c for c in columns if set(marks) & set(c.marks)] or [c for c in columns if c.period and c.period.year in years]
        spots = [column.spot for column in hit] or [(row, index)]
        for spot in spots:
            vi = f"ghi chú '{text[:60]}' cho đơn vị khác với '{table.unit}'; ghi lại cột theo một đơn vị."
            read.refuse(sheet.name, spot, vi, f"the note '{text[:60]}' gives another unit than '{table.unit}'; write the column in one unit.")


def _read_cells(read: SheetRead, table: _Table, columns: list[Column], labels: list[Label], sheet: Sheet, declared: Declared, places: Places) -> None:
    if not table.territory and not all(label.territory or label.total or label.code or _misspelt(label, places) for label in labels) and not all(c.territory for c in columns):
        spot = table.block.titles[0][:2] if table.block.titles else (1, 1)
        vi = "không ghi số liệu của tỉnh nào; ghi tên tỉnh vào tên bảng hoặc khai khi nhập."
        read.refuse(sheet.name, spot, vi, "no territory is named; write it in the title or declare it when entering.")
    by_place = sum(bool(label.territory) for label in labels) * 2 >= sum(not label.total for label in labels) and any(label.territory for label in labels)
    place, kinds = table.territory, _change_kinds(table, columns, labels, sheet)
    scaled: set[int] = set()
    asked: set[str] = set()
    for label in labels:
        if label.territory:
            place = label.territory
        elif label.total:
            place = table.territory or ("Cả nước" if by_place else "")
        elif by_place and not label.path and (near := _misspelt(label, places)):
            read.refuse(sheet.name, label.spot, f"'{label.text}': có phải '{near}'? Sửa tên địa phương.", f"'{label.text}': is it '{near}'? Mend the name.")
            continue
        elif by_place and not is_part(label.text):
            place = label.text if label.text[:1].isupper() else place
        for column in columns:
            cell = sheet.cells.get((label.row, column.index))
            if cell is None or (not is_figure(cell) and not cell.text):
                continue
            _read_cell(read, table, column, label, cell, column.territory or place, kinds, by_place, declared, sheet.name, scaled, asked)


def _misspelt(label: Label, places: Places) -> str:
    """The territory a label is probably meant to name; '' where it names something else."""
    return "" if label.territory or label.period or label.total or is_district(label.text) else places.near(label.text)


def _read_cell(  # noqa: PLR0913
    read: SheetRead, table: _Table, column: Column, label: Label, cell: Cell, place: str, kinds: dict[tuple[int, int], str],
    by_place: bool, declared: Declared, sheet: str, scaled: set[int], asked: set[str],
) -> None:  # fmt: skip
    spot = (label.row, column.index)
    if isinstance(cell.value, str) and not cell.formula and numbers.is_missing(cell.value):
        return
    if problem := _unusable(cell):
        read.refuse(sheet, spot, problem.vi, problem.en)
        return
    kind = kinds.get(spot, "level")
    unit = _unit(table, column, label, kind)
    if not unit:
        where = table.block.titles[0][:2] if table.block.titles else column.spot
        if address(*where) not in asked:
            asked.add(address(*where))
            read.refuse(sheet, where, f"'{label.text}': không ghi đơn vị tính; ghi vào bảng hoặc khai khi nhập.", f"'{label.text}': no unit is printed; write it in the table or declare it.")
        return
    if cell.is_scaled:
        if column.index not in scaled and not scaled:
            vi = f"định dạng '{cell.format}' hiện số đã chia 1.000, số lưu là {cell.text}; không rõ đơn vị thuộc số nào."
            read.refuse(sheet, spot, vi, f"the format '{cell.format}' shows the number divided by 1,000, stored is {cell.text}; which one has the unit?")
        scaled.add(column.index)
        return
    try:
        value = _value(cell, declared)
    except numbers.NotNumberError as error:
        read.refuse(sheet, spot, error.text.vi, error.text.en)
        return
    percent = cell.is_percent or (isinstance(cell.value, str) and cell.value.strip().endswith("%"))
    if percent and unit != "%" and "phan tram" not in bare(unit):
        read.refuse(sheet, spot, f"ô là số phần trăm, đơn vị của bảng là '{unit}'.", f"the cell is a percentage, the table's unit is '{unit}'.")
        return
    period, status = _period(table, column, label), label.status or column.status or "official"
    if kind == "level" and status == "plan":
        kind = "plan"
    name = _name(table, column, label, by_place)
    read.figures.append(
        SheetFigure(name, place, str(period), kind, value, unit, status, sheet, address(*spot), cell.value, cell.format, *spot, read.table, label.code, label)
    )


def _unusable(cell: Cell) -> Text | None:
    """Why a cell holds no figure although one should stand there."""
    if cell.formula and not cell.calculated:
        return Text("công thức chưa được tính (không có giá trị lưu); mở tệp bằng Excel, lưu lại.", "a formula never calculated; open the file in Excel and save it.")
    if cell.formula and _LINKED.search(cell.formula):
        return Text(f"công thức lấy số từ tệp khác ({cell.formula[:40]}); dán giá trị vào ô.", f"the formula takes its figure from another file ({cell.formula[:40]}); paste the value.")
    if isinstance(cell.value, str) and cell.value.startswith("#"):
        return Text(f"ô báo lỗi {cell.value}.", f"the cell holds the error {cell.value}.")
    if isinstance(cell.value, bool):
        return Text("ô là đúng/sai, không phải số.", "the cell is true or false, no number.")
    if not isinstance(cell.value, (str, int, float)):
        return Text(f"Excel đã đổi ô này thành ngày ({cell.value:%d/%m/%Y}); gõ lại số.", f"Excel has turned the cell into a date ({cell.value}); type the number again.")
    if cell.is_number and abs(float(cell.value)) > 1e15:
        return Text("số lớn quá mức có thể.", "the number is larger than can be.")
    if isinstance(cell.value, str) and not numbers.is_typed(cell.value):
        vi = f"'{cell.value[:40]}' không phải số; ghi riêng số, phần chữ ghi vào ghi chú."
        return Text(vi, f"'{cell.value[:40]}' is no number; write the number alone and the words in a note.")
    return None


def _value(cell: Cell, declared: Declared) -> Decimal:
    """The stored number; of a cell shown as per cent, per cent (0.185 shown 18.5% is 18.5)."""
    if isinstance(cell.value, str):
        return numbers.typed_number(cell.value, declared.mark, declared.thousandths)
    value = Decimal(repr(cell.value))
    return (value * 100).normalize() + 0 if cell.is_percent else value


def _period(table: _Table, column: Column, label: Label | None) -> When:
    """The row's period, else the column's; a year left out is the title's."""
    own, above = (label.period if label else None), column.period
    period = own or above or table.period or When()
    if own and not own.year and above and above.year:
        period = When(above.year, own.part)
    elif own and own.year and not own.part and above and above.part and not above.year:
        period = When(own.year, above.part)
    if not period.year and table.period and table.period.year:
        period = When(table.period.year, period.part)
    return period


def _unit(table: _Table, column: Column, label: Label, kind: str) -> str:
    """The unit nearest to the figure: of a comparison always per cent."""
    if kind not in ("level", "plan"):
        return "%"
    if column.comparison == "share":
        return "%"
    if ";" in table.unit and not (column.unit or label.unit):
        parts = [part.strip() for part in table.unit.split(";")]
        words = bare(column.words)
        return parts[0] if re.search(r"\bluong\b", words) else parts[-1] if re.search(r"\b(?:tri gia|gia tri)\b", words) and len(parts) == 2 else ""
    return column.unit or label.unit or table.unit


def _change_kinds(table: _Table, columns: list[Column], labels: list[Label], sheet: Sheet) -> dict[tuple[int, int], str]:
    """Of every cell that is no level, what it is; an index around 100 and a growth around 0 are told apart by all their figures."""
    groups: dict[tuple[str, int], list[tuple[int, int]]] = {}
    kinds: dict[tuple[int, int], str] = {}
    for label in labels:
        for column in columns:
            named = column.comparison or label.comparison or table.comparison
            if named in ("", "share"):
                continue
            spot = (label.row, column.index)
            average = column.period and column.period.last and named == "growth"
            kinds[spot] = "growth_average" if average else _KINDS.get(named, "growth" if named == "growth" else "")
            if not kinds[spot]:
                groups.setdefault((named, column.index if column.comparison else 0), []).append(spot)
    for spots in groups.values():
        values = [float(cell.value) for spot in spots if (cell := sheet.cells.get(spot)) and cell.is_number]  # type: ignore[arg-type]
        values += [float(numbers.core(c.value).replace(",", ".")) for s in spots if (c := sheet.cells.get(s)) and _plain_text(c)]  # type: ignore[union-attr, arg-type]
        around = "index_py100" if not values or min(values) > 30 else "growth" if max(values) < 60 else "unclear"
        kinds |= dict.fromkeys(spots, around)
    return kinds


def _plain_text(cell: Cell) -> bool:
    return isinstance(cell.value, str) and bool(re.fullmatch(r"\s*-?\d+(?:[.,]\d{1,2})?\s*%?\s*", cell.value))


def _name(table: _Table, column: Column, label: Label, by_place: bool) -> str:
    """The indicator's full name: the title's subject, what the row is part of, the column's own subject, the price basis."""
    price = column.price or label.price or table.price
    based = f" theo {price}" if price else ""
    subject = column.subject or table.subject
    section = label.path[0] if label.path else ""
    if structure := structure_of(section):
        return f"Tỷ trọng {structure} {label.text}"
    if label.period and column.subject and table.subject and not table.general:
        part = f"{column.subject}, {price}" if _GRDP.match(bare(table.subject)) and price else f"{table.subject}, {column.subject}{based}"
        return part if is_part(column.subject) else column.subject + based
    if label.total or label.period or label.territory or (by_place and not is_part(label.text)):
        if by_place and is_part(column.subject):
            return f"{table.subject}, {column.subject}{based}"
        return (subject if not column.subject or table.general or by_place or label.period else _joined(table.subject, column.subject)) + based
    parts = [*label.path, label.text]
    if not table.general and not by_place and not (label.path and bare(table.subject) in bare(label.path[0])):
        if _GRDP.match(bare(table.subject)) and price:
            return ", ".join([*([column.subject] if column.subject else []), label.text, price])
        parts = [table.subject, *(part for part in parts if bare(part) != bare(table.subject))]
    elif by_place:
        parts = [subject, label.text]
    name = ", ".join(dict.fromkeys([*parts, *([column.subject] if column.subject and not by_place else [])]))
    return name + (f", {price}" if price and bare(price) not in bare(name) else "")


def _joined(first: str, second: str) -> str:
    return f"{first}, {second}" if first and bare(second) not in bare(first) else second
