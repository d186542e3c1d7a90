"""What the province sends, as sheets of cells: value, number format, formula and font of each, and what is hidden."""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from datetime import datetime
from functools import lru_cache
from typing import NamedTuple

from forecast.domain import Text

Value = str | float | int | bool | datetime | None
Spot = tuple[int, int]  # row and column, from 1
Merge = tuple[int, int, int, int]  # first row and column, last row and column
_REFERENCE = re.compile(r"([A-Z]{1,3})([0-9]{1,7})\Z")
_SCALED = re.compile(r"[0#?],+(?=[;.\s\"_)]|$)")  # a comma at the end of the digits divides what is shown by 1,000


class Cell(NamedTuple):
    """One cell as it is stored; `formula` is '' for none, `calculated` False for a formula no program ever calculated."""

    value: Value
    format: str = ""
    formula: str = ""
    font: str = ""
    calculated: bool = True

    @property
    def is_number(self) -> bool:
        return isinstance(self.value, (int, float)) and not isinstance(self.value, bool)

    @property
    def is_filled(self) -> bool:
        """Whether anything can be read in the cell: a number, a word, a formula."""
        value = self.value
        return bool(self.formula) or not (value is None or (isinstance(value, str) and (not value or value.isspace())))

    @property
    def text(self) -> str:
        """The cell as a word of a heading: years without a decimal point, blanks made one."""
        value = self.value
        if isinstance(value, str):
            return " ".join(value.split())
        if isinstance(value, float) and value.is_integer():
            return str(int(value))
        return "" if value is None else str(value)

    @property
    def is_percent(self) -> bool:
        return "%" in self.format and "%" in re.sub(r'"[^"]*"|\\.', "", self.format)

    @property
    def is_scaled(self) -> bool:
        """Whether the format shows the number divided by 1,000."""
        return "," in self.format and bool(_SCALED.search(re.sub(r'"[^"]*"|\\.', "", self.format)))


@dataclass
class Sheet:
    """The cells of one sheet; '' is the name of a file that has no sheets. Hidden rows and columns are not among them."""

    name: str
    cells: dict[Spot, Cell] = field(default_factory=dict)
    merges: list[Merge] = field(default_factory=list)
    hidden: bool = False
    hidden_rows: set[int] = field(default_factory=set)
    hidden_columns: set[int] = field(default_factory=set)

    def without_hidden(self) -> Sheet:
        """The sheet as its sender sees it."""
        if not (self.hidden_rows or self.hidden_columns):
            return self
        seen = {
            (row, column): cell
            for (row, column), cell in self.cells.items()
            if row not in self.hidden_rows and column not in self.hidden_columns
        }
        return Sheet(self.name, seen, self.merges, self.hidden, self.hidden_rows, self.hidden_columns)


@dataclass(frozen=True)
class Remark:
    """What a reader of a file must know of one cell; a `refused` one keeps the figures of its sheet out."""

    sheet: str
    cell: str
    text: Text
    refused: bool = True


class UnreadableError(Exception):
    """A file that cannot be read at all, with what to do about it."""

    def __init__(self, vi: str, en: str, cell: str = "") -> None:
        super().__init__(en)
        self.text, self.cell = Text(vi, en), cell


@lru_cache(maxsize=16_384)
def column_letters(column: int) -> str:
    """1 is A, 27 is AA."""
    letters = ""
    while column:
        column, rest = divmod(column - 1, 26)
        letters = chr(65 + rest) + letters
    return letters


def address(row: int, column: int) -> str:
    """The cell as Excel names it: (3, 2) is B3."""
    return f"{column_letters(column)}{row}"


def spot(reference: str) -> Spot:
    """Row and column of a reference such as B3; ValueError for what is none."""
    match = _REFERENCE.match(reference)
    if not match:
        raise ValueError(reference)
    column = 0
    for letter in match[1]:
        column = column * 26 + ord(letter) - 64
    return int(match[2]), column
