"""One fault of each kind in a table: the cells of which one must be named by whoever refuses it."""

from __future__ import annotations

import datetime
from collections.abc import Callable
from decimal import Decimal
from random import Random
from typing import Any

from intake_tables import Table

from forecast.evidence.intake.sheets import address


def _spoil(table: Table, cell: tuple[int, int], value: Any) -> tuple[str, ...]:
    table.cells[cell] = value
    return (address(*cell),)


def _words(table: Table, random: Random) -> tuple[str, ...]:
    cell = random.choice(table.figures)
    return _spoil(
        table,
        cell,
        random.choice(("trên 1.100", "khoảng 85", "1.105 tỷ", "chưa có số", "#DIV/0!", "12,5,3", "1.2345.678")),
    )


def _thousandfold(table: Table, random: Random) -> tuple[str, ...]:
    """A figure in another unit, in a row of a table of levels over at least three years."""
    if (
        not table.labels
        or table.percent
        or len(table.heads) < 3
        or table.total
        or any(truth[1] != "level" for truth in table.truth.values())
    ):
        return ()
    row = random.choice(table.labels)[0]
    cells = [cell for cell in table.figures if cell[0] == row]
    if len(cells) < 3 or len({table.truth[address(*cell)][0][4:] for cell in cells}) > 1:
        return ()
    cell = random.choice(cells)
    return _spoil(table, cell, table.cells[cell] * 1000)


def _fraction(table: Table, random: Random) -> tuple[str, ...]:
    cells = [cell for cell in table.figures if table.percent and table.cells[cell] >= 8]
    if not cells or len(table.heads) < 3:
        return ()
    cell = random.choice(cells)
    return _spoil(table, cell, table.cells[cell] / 100)


def _total(table: Table, random: Random) -> tuple[str, ...]:
    if not table.total:
        return ()
    cell = random.choice(table.total)
    return _spoil(
        table, cell, (table.cells[cell] * Decimal(repr(random.choice((1.01, 1.04, 0.97))))).quantize(Decimal("0.1"))
    )


def _no_year(table: Table, random: Random) -> tuple[str, ...]:
    """The heading cell that names the year left empty; the heading above it or the first figure below may be named."""
    if not table.heads or (table.heads[0][0] == 6 and (3, 2) not in table.cells):
        return ()
    row, column = random.choice(table.heads)
    del table.cells[row, column]
    below = min(cell for cell in table.figures if cell[1] == column)
    return (*(address(r, column) for r in range(1, row + 1)), address(*below))


def _twice(table: Table, random: Random) -> tuple[str, ...]:
    """The year of one column written over the next one's."""
    if len(table.heads) < 2 or table.heads[0][0] != 3:
        return ()
    first, second = table.heads[0], table.heads[1]
    rows = {row for row, column in table.figures if column == first[1]} & {
        row for row, column in table.figures if column == second[1]
    }
    rows = {row for row in rows if table.cells[row, first[1]] != table.cells[row, second[1]]}
    if not rows:
        return ()
    table.cells[second] = table.cells[first]
    return tuple(address(row, second[1]) for row in sorted(rows))


def _date(table: Table, random: Random) -> tuple[str, ...]:
    return _spoil(table, random.choice(table.figures), datetime.datetime(2024, 5, 1))


def _formula(table: Table, random: Random) -> tuple[str, ...]:
    return _spoil(table, random.choice(table.figures), "=1+1")


def _control(table: Table, random: Random) -> tuple[str, ...]:
    if not table.labels:
        return ()
    cell = random.choice(table.labels)
    return _spoil(table, cell, table.cells[cell] + random.choice(("\u202e", "\u200f", "\u0085")))


def _no_unit(table: Table, random: Random) -> tuple[str, ...]:
    if table.unit not in table.cells or table.unit == (1, 1):
        return ()
    del table.cells[table.unit]
    return (
        address(*table.title),
        *(address(*cell) for cell in table.heads),
        *(address(*cell) for cell in table.labels),
    )


def _misspelt(table: Table, random: Random) -> tuple[str, ...]:
    cells = [
        cell
        for cell in table.labels
        if str(table.cells[cell]).strip() in ("Hưng Yên", "Thái Bình", "Quảng Ninh", "Nam Định")
    ]
    if not cells:
        return ()
    cell = random.choice(cells)
    return _spoil(table, cell, str(table.cells[cell]).strip()[:-1] + "m")


def _scaled(table: Table, random: Random) -> tuple[str, ...]:
    cell = random.choice(table.figures)
    table.formats[cell] = "#,##0.0,"
    return (address(*cell),)


def _garbled(table: Table, random: Random) -> tuple[str, ...]:
    if not table.labels:
        return ()
    cell = random.choice(table.labels)
    text = str(table.cells[cell]).strip().encode().decode("latin-1")
    return _spoil(table, cell, text) if not str(table.cells[cell]).isascii() else ()


FAULTS: dict[str, Callable[[Table, Random], tuple[str, ...]]] = {
    "words": _words,
    "thousandfold": _thousandfold,
    "fraction": _fraction,
    "total": _total,
    "no year": _no_year,
    "year twice": _twice,
    "date": _date,
    "formula": _formula,
    "control character": _control,
    "no unit": _no_unit,
    "misspelt province": _misspelt,
    "scaled format": _scaled,
    "garbled letters": _garbled,
}
