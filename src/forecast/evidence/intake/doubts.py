"""Figures that cannot all be right beside each other: a total, a fraction among percents, a jump of units, one thing said twice."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator
from decimal import Decimal
from itertools import pairwise
from statistics import median
from typing import TYPE_CHECKING

from forecast.domain import Text
from forecast.evidence.intake.phrases import bare
from forecast.evidence.intake.sheets import Remark

if TYPE_CHECKING:
    from forecast.evidence.intake.figures import SheetFigure

JUMP = 150  # a neighbour this many times larger is in another unit
NEAR_TOTAL = 0.15  # parts that miss their total by less have one wrong; by more, the rows were not its parts
_ADD_NOT = ("%", "‰", "diem", "nguoi/km2", "lan")


def across(figures: Iterable[SheetFigure]) -> list[Remark]:
    """Every doubt about figures of one file, at the cell that is wrong or has to be looked at."""
    listed = list(figures)
    return [*_twice(listed), *_unclear(listed), *_growths(listed), *_fractions(listed), *_jumps(listed), *_totals(listed)]


def _refusal(figure: SheetFigure, vi: str, en: str) -> Remark:
    return Remark(figure.sheet, figure.cell, Text(vi, en))


def _twice(figures: list[SheetFigure]) -> Iterator[Remark]:
    """One indicator, place, period and kind with two values in a file."""
    seen: dict[tuple[str, ...], SheetFigure] = {}
    for figure in figures:
        key = (
            bare(figure.indicator),
            bare(figure.territory),
            figure.period,
            figure.kind,
            bare(figure.unit),
            str(figure.status == "plan"),
            figure.code,
        )
        first = seen.setdefault(key, figure)
        if first is not figure and first.value != figure.value:
            what = ", ".join(filter(None, (figure.indicator, figure.territory, figure.period)))
            vi = f"{what}: ô {first.cell} ({first.sheet}) đã ghi {first.value}, ô này ghi {figure.value}; chỉ một số đúng hoặc thiếu chữ."
            en = f"{what}: cell {first.cell} ({first.sheet}) says {first.value}, this one {figure.value}; only one can be right or words are missing."
            yield _refusal(figure, vi, en)


def _unclear(figures: list[SheetFigure]) -> Iterator[Remark]:
    """A comparison whose figures are neither around 100 nor around 0."""
    tables: dict[tuple[str, int], list[SheetFigure]] = defaultdict(list)
    for figure in figures:
        if figure.kind == "unclear":
            tables[figure.sheet, figure.table].append(figure)
    for group in tables.values():
        sides = [[f for f in group if f.value > 30], [f for f in group if f.value <= 30]]
        rarer = min((side for side in sides if side), key=len)
        for figure in {f.column: f for f in reversed(rarer)}.values():
            vi = "không rõ là chỉ số (năm trước = 100) hay tốc độ tăng (%); ghi rõ ở tiêu đề."
            yield _refusal(figure, vi, "an index (previous year = 100) or a growth rate? Say which in the heading.")


def _growths(figures: list[SheetFigure]) -> Iterator[Remark]:
    """One index around 100 among growth rates that are far from it."""
    tables: dict[tuple[str, int], list[SheetFigure]] = defaultdict(list)
    for figure in figures:
        if figure.kind == "growth":
            tables[figure.sheet, figure.table].append(figure)
    for group in tables.values():
        odd = [figure for figure in group if 80 < figure.value < 140]
        usual = [figure for figure in group if abs(figure.value) < 50]
        if len(usual) > len(odd):
            for figure in odd:
                vi = f"{figure.value} đứng giữa các tốc độ tăng; là chỉ số (năm trước = 100) hay đúng là tăng {figure.value} %?"
                en = f"{figure.value} stands among growth rates; is it an index (previous year = 100) or really a growth of {figure.value} %?"
                yield _refusal(figure, vi, en)


def _fractions(figures: list[SheetFigure]) -> Iterator[Remark]:
    """0,197 among 19,1 and 20,1: a fraction where its row or column is in per cent."""
    groups: dict[tuple[object, ...], list[SheetFigure]] = defaultdict(list)
    for figure in figures:
        if figure.unit == "%" and figure.kind in ("level", "plan"):
            groups[figure.sheet, "row", figure.row].append(figure)
            groups[figure.sheet, "column", figure.column, figure.table].append(figure)
    told: set[str] = set()
    for key, group in groups.items():
        for figure in group:
            others = [abs(other.value) for other in group if other is not figure and abs(other.value) > 1]
            if (
                not (0 < abs(figure.value) <= 1)
                or not others
                or figure.sheet + figure.cell in told
                or "%" in figure.format
            ):
                continue
            scaled = float(abs(figure.value) * 100 / median(others))
            if (key[1] == "row" and 0.4 < scaled < 2.5 and min(others) > 3) or (
                min(others) > 20 * abs(figure.value) and 0.2 < scaled < 5 and min(others) > 5
            ):
                told.add(figure.sheet + figure.cell)
                vi = (
                    f"{figure.value} đứng giữa các số phần trăm; là {figure.value * 100:f} % hay đúng {figure.value} %?"
                )
                en = f"{figure.value} stands among percentages; is it {figure.value * 100:f} % or really {figure.value} %?"
                yield _refusal(figure, vi, en)


def _jumps(figures: list[SheetFigure]) -> Iterator[Remark]:
    """A level that is 150 times its neighbours of the same row: another unit."""
    rows: dict[tuple[object, ...], list[SheetFigure]] = defaultdict(list)
    for figure in figures:
        if figure.kind == "level" and figure.value > 0:
            rows[bare(figure.indicator), bare(figure.territory), bare(figure.unit), len(figure.period)].append(figure)
    for group in rows.values():
        for before, after in pairwise(sorted(group, key=lambda figure: figure.period)):
            if after.value >= JUMP * before.value or before.value >= JUMP * after.value:
                ratio = after.value / before.value
                middle = Decimal(repr(median(float(figure.value) for figure in group)))
                odd = (
                    max((before, after), key=lambda figure: abs((figure.value / middle).ln()))
                    if len(group) > 2
                    else after
                )
                vi = f"{odd.indicator} {odd.period} = {odd.value}, gấp {float(max(ratio, 1 / ratio)):.3g} lần kỳ bên cạnh; kiểm tra đơn vị."
                en = f"{odd.indicator} {odd.period} = {odd.value}, {float(max(ratio, 1 / ratio)):.3g} times its neighbour; check the unit."
                yield _refusal(odd, vi, en)
                break


def _totals(figures: list[SheetFigure]) -> Iterator[Remark]:
    """A total row of an amount that adds, against its parts in the same column of the same table."""
    tables: dict[tuple[int, str, str], list[SheetFigure]] = defaultdict(list)
    adding = {
        unit for unit in {figure.unit for figure in figures} if "/" not in unit and not bare(unit).startswith(_ADD_NOT)
    }
    for figure in figures:
        if figure.kind in ("level", "plan") and figure.unit in adding:
            tables[figure.table, str(figure.column), figure.period].append(figure)
    judged = [gap for group in tables.values() if (gap := _gap(group)) is not None]
    holds = {total.table for total, size, allowed, _ in judged if size <= allowed}
    for total, size, allowed, added in judged:
        near = total.value and size / abs(total.value) < Decimal(repr(NEAR_TOTAL))
        if size > allowed and (near or total.table in holds):
            vi = f"tổng ghi {total.value}, các phần cộng lại {added}."
            yield _refusal(total, vi, f"the total says {total.value}, its parts add up to {added}.")


def _gap(group: list[SheetFigure]) -> tuple[SheetFigure, Decimal, Decimal, Decimal] | None:
    """The total of a column, how far its parts miss it, how far rounding may, and what they add up to."""
    totals = [figure for figure in group if figure.label and figure.label.total]
    if len(totals) != 1:
        return None
    total = totals[0]
    parts = [figure for figure in group if figure is not total and figure.label and not figure.label.optional]
    parts = [figure for figure in parts if bare(figure.unit) == bare(total.unit)]
    if len(parts) < 2:
        return None
    top = min(figure.label.level for figure in parts if figure.label)
    parts = [figure for figure in parts if figure.label and figure.label.level == top]
    added = sum((figure.value for figure in parts), Decimal(0))
    rounding = max(_last_digit(figure) for figure in (total, *parts))
    return total, abs(total.value - added), rounding * (len(parts) + 1) / 2 + abs(total.value) * Decimal("1e-9"), added


def _last_digit(figure: SheetFigure) -> Decimal:
    """One unit of the last digit that is written; of stored floats not more than a millionth of them."""
    exponent = figure.value.as_tuple().exponent
    return Decimal(10) ** (exponent if isinstance(exponent, int) else 0)
