"""One figure for each cell of a table: indicator, territory, period, kind, unit and status from the words around it."""

from __future__ import annotations

import re
from dataclasses import replace
from decimal import Decimal

from forecast.domain import Text
from forecast.evidence.intake import numbers
from forecast.evidence.intake.facts import kinds_of, name_of, period_of, unit_for
from forecast.evidence.intake.figures import Declared, SheetFigure, SheetRead, Table
from forecast.evidence.intake.headings import Column, columns_of, title_of, title_subject
from forecast.evidence.intake.labels import Label, is_part, labels_of
from forecast.evidence.intake.layout import Block, find_blocks
from forecast.evidence.intake.objections import refuse_headings
from forecast.evidence.intake.phrases import bare, comparison_of, price_of, unit_in, when
from forecast.evidence.intake.places import Places, is_district
from forecast.evidence.intake.rows import rows_of
from forecast.evidence.intake.sheets import Cell, Sheet, Spot, address

_GENERAL = re.compile(
    r"\b(?:mot so|cac|nhung|he thong)\b.{0,12}\bchi tieu\b|\bchi tieu chu yeu\b|\bket qua\b|\btinh hinh\b|\bbao cao\b"
    r"|^bieu\b|^chi tieu\b|^phu luc\b|^so lieu\b"
)
_LINKED = re.compile(r"\[\d+\]|\[[^\]]+\.xls[xmb]?\]|'?file:|https?:", re.I)


def figures_of(sheet: Sheet, places: Places, declared: Declared, before: SheetRead | None) -> SheetRead:
    """Read every table of a sheet; `before` is the sheet before it, which a continued table goes on from."""
    read = SheetRead(table=before.table if before else 0)
    rows = rows_of(sheet)
    previous = before
    for block in find_blocks(sheet, rows):
        table = _table(block, sheet, places, declared, previous)
        continued = bool(previous and previous.title and _same(previous.title, table.title))
        read.table += 0 if continued else 1
        columns = columns_of(block, sheet, rows, places)
        labels = labels_of(block, rows, places)
        totalled = (
            table.totalled or any(label.total for label in labels) or bool(continued and previous and previous.total)
        )
        table = replace(table, totalled=totalled)
        refuse_headings(read, table, columns, labels, sheet)
        _Cells(read, table, columns, labels, sheet, declared, places).take()
        read.title, read.unit, read.territory, read.total = table.title, table.unit, table.territory, totalled
        read.subjects.append(re.sub(r"[\W\d_]+", " ", bare(table.subject or table.title)).strip())
        previous = read
    return read


def _same(first: str, second: str) -> bool:
    """Whether two titles are of one table: the same but for '(Tiếp theo)' and numbers."""
    plain = [re.sub(r"\(?\btiep( theo)?\b\)?|[\W\d_]+", " ", bare(title)).split() for title in (first, second)]
    return plain[0] == plain[1] and bool(plain[0])


def _table(block: Block, sheet: Sheet, places: Places, declared: Declared, previous: SheetRead | None) -> Table:
    title = title_of(block) or (previous.title if previous and block.heading and previous.title else "")
    top = min(block.rows)
    own = places.within(title) or next(
        (name for (row, _), cell in sheet.cells.items() if row < top and (name := _letterhead(cell, places))), ""
    )
    goes_on = bool(previous and _same(previous.title, title))
    territory = own or (previous.territory if previous and goes_on else "") or declared.territory or declared.cover
    unit = block.unit or unit_in(title)[0]
    if not unit and goes_on and previous:
        unit = previous.unit
    subject = title_subject(title, own)
    named = comparison_of(unit_in(title)[1])
    return Table(
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
    office = re.match(r"(uy ban nhan dan|ubnd|(?:chi )?cuc [a-z]|thong ke|kho bac|ban quan ly) ?", words)
    return places.within(cell.text) if office or cell.text.lower().startswith("sở ") else ""


class _Cells:
    """Goes through the cells of one table; what was refused once for the whole table is not said again."""

    def __init__(
        self,
        read: SheetRead,
        table: Table,
        columns: list[Column],
        labels: list[Label],
        sheet: Sheet,
        declared: Declared,
        places: Places,
    ) -> None:
        self.read, self.table, self.columns, self.labels = read, table, columns, labels
        self.sheet, self.declared, self.places = sheet, declared, places
        named = sum(bool(label.territory) for label in labels)
        self.by_place = 0 < named * 2 >= sum(not label.total for label in labels)
        self.kinds = kinds_of(table, columns, labels, sheet)
        self.told: set[str] = set()
        self.periods = {column.index: str(period_of(table, column, None)) for column in columns}
        self.names: dict[tuple[str, str], str] = {}  # of one label, by what a column adds to it

    def take(self) -> None:
        """Every figure of the table, or why there is none."""
        self.require_territory()
        territory = self.table.territory
        for label in self.labels:
            self.names = {}
            if label.territory:
                territory = label.territory
            elif label.total:
                territory = self.table.territory or ("Cả nước" if self.by_place else "")
            elif self.by_place and not label.path and (near := _misspelt(label, self.places)):
                vi = f"'{label.text}': có phải '{near}'? Sửa tên địa phương."
                self.refuse(label.spot, Text(vi, f"'{label.text}': is it '{near}'? Mend the name."))
                continue
            elif self.by_place and not is_part(label.text) and label.text[:1].isupper():
                territory = label.text
            for column in self.columns:
                cell = self.sheet.cells.get((label.row, column.index))
                if cell is not None and cell.is_filled:
                    self.take_cell(column, label, cell, column.territory or territory)

    def require_territory(self) -> None:
        if self.table.territory or all(column.territory for column in self.columns):
            return
        if not all(
            label.territory or label.total or label.code or _misspelt(label, self.places) for label in self.labels
        ):
            vi = "không ghi số liệu của tỉnh nào; ghi tên tỉnh vào tên bảng hoặc khai khi nhập."
            self.refuse(
                self.table.corner, Text(vi, "no territory is named; write it in the title or declare it when entering.")
            )

    def refuse(self, spot: Spot, text: Text, once: str = "") -> None:
        if not once or once not in self.told:
            self.read.refuse(self.sheet.name, spot, text.vi, text.en)
        self.told.add(once)

    def take_cell(self, column: Column, label: Label, cell: Cell, territory: str) -> None:
        spot = (label.row, column.index)
        if isinstance(cell.value, str) and not cell.formula and numbers.is_missing(cell.value):
            return
        kind = self.kinds.get(spot, "level")
        unit = unit_for(self.table, column, label, kind)
        if problem := _unusable(cell):
            self.refuse(spot, problem)
        elif not unit:
            where = self.table.corner if self.table.block.titles else column.spot
            vi = f"'{label.text}': không ghi đơn vị tính; ghi vào bảng hoặc khai khi nhập."
            self.refuse(
                where, Text(vi, f"'{label.text}': no unit is printed; write it in the table or declare it."), "unit"
            )
        elif cell.is_scaled:
            vi = (
                f"định dạng '{cell.format}' hiện số đã chia 1.000, số lưu là {cell.text}; không rõ đơn vị thuộc số nào."
            )
            en = f"the format '{cell.format}' shows the number divided by 1,000, stored is {cell.text}; which one has the unit?"
            self.refuse(spot, Text(vi, en), "scaled")
        elif _is_percent(cell) and unit != "%" and "phan tram" not in bare(unit):
            vi = f"ô là số phần trăm, đơn vị của bảng là '{unit}'."
            self.refuse(spot, Text(vi, f"the cell is a percentage, the table's unit is '{unit}'."))
        else:
            self.enter(column, label, cell, territory, (kind, unit))

    def enter(self, column: Column, label: Label, cell: Cell, territory: str, facts: tuple[str, str]) -> None:
        spot, (kind, unit) = (label.row, column.index), facts
        try:
            value = _value(cell, self.declared)
        except numbers.NotNumberError as error:
            self.refuse(spot, error.text)
            return
        period = str(period_of(self.table, column, label)) if label.period else self.periods[column.index]
        status = label.status or column.status or "official"
        kind = "plan" if kind == "level" and status == "plan" else kind
        added = (column.subject, column.price)
        name = self.names.get(added) or self.names.setdefault(added, name_of(self.table, column, label, self.by_place))
        where = (self.sheet.name, address(*spot), cell.value, cell.format, *spot, self.read.table)
        self.read.figures.append(
            SheetFigure(name, territory, period, kind, value, unit, status, *where, label.code, label)
        )


def _misspelt(label: Label, places: Places) -> str:
    """The territory a label is probably meant to name; '' where it names something else."""
    return "" if label.territory or label.period or label.total or is_district(label.text) else places.near(label.text)


def _is_percent(cell: Cell) -> bool:
    return cell.is_percent or (isinstance(cell.value, str) and cell.value.strip().endswith("%"))


def _unusable(cell: Cell) -> Text | None:
    """Why a cell holds no figure although one should stand there."""
    if cell.formula and not cell.calculated:
        return Text(
            "công thức chưa được tính (không có giá trị lưu); mở tệp bằng Excel, lưu lại.",
            "a formula never calculated; open the file in Excel and save it.",
        )
    if cell.formula and _LINKED.search(cell.formula):
        return Text(
            f"công thức lấy số từ tệp khác ({cell.formula[:40]}); dán giá trị vào ô.",
            f"the formula takes its figure from another file ({cell.formula[:40]}); paste the value.",
        )
    if isinstance(cell.value, str) and cell.value.startswith("#"):
        return Text(f"ô báo lỗi {cell.value}.", f"the cell holds the error {cell.value}.")
    if isinstance(cell.value, bool):
        return Text("ô là đúng/sai, không phải số.", "the cell is true or false, no number.")
    if not isinstance(cell.value, (str, int, float)):
        return Text(
            f"Excel đã đổi ô này thành ngày ({cell.value:%d/%m/%Y}); gõ lại số.",
            f"Excel has turned the cell into a date ({cell.value}); type the number again.",
        )
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
