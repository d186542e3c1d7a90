"""What a sheet says, figure by figure, and what holds for a whole table of it."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal
from typing import Any, NamedTuple

from forecast.domain import Text
from forecast.evidence.intake.labels import Label
from forecast.evidence.intake.layout import Block
from forecast.evidence.intake.numbers import Mark
from forecast.evidence.intake.phrases import When
from forecast.evidence.intake.sheets import Remark, Spot, address


@dataclass(frozen=True)
class Declared:
    """What the sender says of a file where the file does not: decimal mark, unit, territory, the document it copies and its day."""

    mark: Mark | None = None
    thousandths: bool = True  # whether numbers of three decimals are usual
    unit: str = ""
    territory: str = ""
    cover: str = ""  # the territory the file's cover names
    document: str = ""
    published: date | None = None


class SheetFigure(NamedTuple):
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
    label: Label | None = None


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
class Table:
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

    @property
    def corner(self) -> Spot:
        """Where the title stands: the cell that is named when the table lacks something."""
        return self.block.titles[0][:2] if self.block.titles else (1, 1)
