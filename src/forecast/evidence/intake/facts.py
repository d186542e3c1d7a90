"""What the words around a cell say of it: its period, unit, kind and the full name of its indicator."""

from __future__ import annotations

import re

from forecast.evidence.intake import numbers
from forecast.evidence.intake.figures import Table
from forecast.evidence.intake.headings import Column
from forecast.evidence.intake.labels import Label, is_part, structure_of
from forecast.evidence.intake.phrases import When, bare
from forecast.evidence.intake.sheets import Cell, Sheet

_GRDP = re.compile(r"^tong san pham\b|^grdp\b|^gia tri tang them\b")
_KINDS = {
    "unclear": "unclear",
    "plan": "plan_percent",
    "base": "index_base100",
    "previous_period": "index_pp100",
    "average_growth": "growth_average",
}


def period_of(table: Table, column: Column, label: Label | None) -> When:
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


def unit_for(table: Table, column: Column, label: Label, kind: str) -> str:
    """The unit nearest to the figure: of a comparison always per cent."""
    if kind not in ("level", "plan"):
        return "%"
    if column.comparison == "share":
        return "%"
    if ";" in table.unit and not (column.unit or label.unit):
        parts = [part.strip() for part in table.unit.split(";")]
        words = bare(column.words)
        return (
            parts[0]
            if re.search(r"\bluong\b", words)
            else parts[-1]
            if re.search(r"\b(?:tri gia|gia tri)\b", words) and len(parts) == 2
            else ""
        )
    return column.unit or label.unit or table.unit


def kinds_of(table: Table, columns: list[Column], labels: list[Label], sheet: Sheet) -> dict[tuple[int, int], str]:
    """Of every cell that is no level, what it is; an index around 100 and a growth around 0 are told apart by all their figures."""
    groups: dict[tuple[str, int], list[tuple[int, int]]] = {}
    kinds: dict[tuple[int, int], str] = {}
    for label in labels:
        for column in columns:
            named = column.comparison or label.comparison or table.comparison
            level = label.code and label.unit and "%" not in label.unit  # a template's line says by its unit what it is, whatever its name
            if level or named in ("", "share"):
                continue
            spot = (label.row, column.index)
            average = column.period and column.period.last and named == "growth"
            kinds[spot] = "growth_average" if average else _KINDS.get(named, "growth" if named == "growth" else "")
            if not kinds[spot]:
                groups.setdefault((named, column.index if column.comparison else 0), []).append(spot)
    for spots in groups.values():
        values = [number for spot in spots if (number := _rough(sheet.cells.get(spot))) is not None]
        around = "index_py100" if not values or min(values) > 30 else "growth" if max(values) < 60 else "unclear"
        kinds |= dict.fromkeys(spots, around)
    return kinds


def _rough(cell: Cell | None) -> float | None:
    """How large a cell's number is, without settling its decimal mark."""
    if cell and isinstance(cell.value, (int, float)):
        return float(cell.value)
    if cell and isinstance(cell.value, str) and re.fullmatch(r"\s*-?\d+(?:[.,]\d{1,2})?\s*%?\s*", cell.value):
        return float(numbers.core(cell.value).replace(",", "."))
    return None


def name_of(table: Table, column: Column, label: Label, by_place: bool) -> str:
    """The indicator's full name: the title's subject, what the row is part of, the column's own subject, the price basis."""
    price = column.price or label.price or table.price
    based = f" theo {price}" if price else ""
    subject = column.subject or table.subject
    if label.path and (structure := structure_of(label.path[0])):
        return f"Tỷ trọng {structure} {label.text}"
    if label.period and column.subject and table.subject and not table.general:
        part = (
            f"{column.subject}, {price}"
            if _GRDP.match(bare(table.subject)) and price
            else f"{table.subject}, {column.subject}{based}"
        )
        return part if is_part(column.subject) else column.subject + based
    if label.total or label.period or label.territory or (by_place and not is_part(label.text)):
        if by_place and is_part(column.subject):
            return f"{table.subject}, {column.subject}{based}"
        return (
            subject
            if not column.subject or table.general or by_place or label.period
            else _joined(table.subject, column.subject)
        ) + based
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
