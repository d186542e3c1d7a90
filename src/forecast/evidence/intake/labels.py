"""Rows of a table: the label, what it is part of, and the territory, period or unit it names."""

from __future__ import annotations

import re
from typing import NamedTuple

from forecast.evidence.intake.layout import Block
from forecast.evidence.intake.phrases import (
    When,
    bare,
    comparison_of,
    marks_in,
    price_of,
    status_of,
    unit_in,
    unit_of,
    when,
    without_marks,
)
from forecast.evidence.intake.places import Places
from forecast.evidence.intake.rows import CODE, Row, is_figure, kind_of
from forecast.evidence.intake.sheets import Spot

_TOTAL = re.compile(
    r"(?:tong so|tong cong|toan tinh|ca tinh|cong|tong|total|chung|tong cac)\b(?:\s*[-–:]\s*total)?\W*\Z"
)
_DIVIDED = re.compile(r"(?:phan theo|chia theo|trong do|chia ra|bao gom|gom|of which|by )\b")
_SOME = re.compile(r"(?:trong do|of which)\b\s*:?\s*")
_DITTO = {'"', "''", "”", "“", "nt", "-nt-", "″", "''''", "„"}
_PARTS = re.compile(
    r"nong,? lam|nong nghiep\b|lam nghiep\b|thuy san\b|cong nghiep( va xay dung|\b.*che bien)?\b|xay dung\b|dich vu\b|thuong mai\b|thue san pham"
    r"|nam\Z|nu\Z|thanh thi|nong thon|nha nuoc|ngoai nha nuoc|kinh te|khu vuc|co von dau tu|von dau tu nuoc ngoai"
    r"|ban le|ban buon|tap the|tu nhan|ca the|toan nganh|khai khoang|san xuat va phan phoi|cung cap nuoc"
)
_STRUCTURE = re.compile(r"^\s*cơ cấu\s+(.*?)(?:\s+(?:có việc làm|đang làm việc))?\s*(?:\(%\)|[-–,]?\s*%)?\s*$", re.I)
_NUMBER = re.compile(r"^\s*(?:[IVX]+|\d+|[A-ZĐ]|[a-zđ])(?:\.\d+)*[.)]\s*|^\s*[-–+•*]\s*(?=\S)")
_ENGLISH_TAIL = re.compile(r"\s+[-–]\s+[A-Za-z ,.()&'/]+$")
_DASHED = re.compile(r"\s*[-–+]\s*\S")
_DIVIDES = re.compile(r"\s[-–/]\s")
_PERIOD_WORDS = (
    r"\b(?:19|20)\d\d\b|so bo|uoc tinh|uoc thuc hien|uoc|prel|est|quy|thang|nam|ca|dau|cuoi"
    r"|\b[ivx]+\b|\b\d{1,2}\b|chinh thuc|gieng|chap|muoi|mot|hai|ba|tu|bon|sau|bay|tam|chin|\bt\b|\bq\b|\bh\b|[\W_]"
)
_OF_PERIOD, _ONLY_PERIOD = re.compile(_PERIOD_WORDS), re.compile(f"(?:{_PERIOD_WORDS})*")
_ENGLISH_WORDS = re.compile(r"\s+[-–/]\s+(?:male|female|urban|rural|total|services?|whole country)\Z", re.I)


class Label(NamedTuple):
    """What the words of one data row say; `path` are the labels it is part of, outermost first."""

    row: int
    spot: Spot
    text: str
    path: tuple[str, ...] = ()
    territory: str = ""
    period: When | None = None
    status: str = ""
    unit: str = ""
    comparison: str = ""
    price: str = ""
    total: bool = False
    optional: bool = False  # one of some parts only: they need not add up
    level: tuple[int, int] = (0, 0)
    group: int = 0  # rows under one unit row or section
    marks: tuple[str, ...] = ()
    code: str = ""  # of a template: indicator/measure/territory


def labels_of(block: Block, rows: dict[int, Row], places: Places) -> list[Label]:
    """The labels of the data rows; sections above them and unit rows between them are taken along."""
    walk, figured = _Walk(block, places), set(block.columns)
    for number in block.rows:
        row = rows[number]
        kind = "data" if number in block.filled else kind_of(row)
        words = [(column, text) for column in block.labels if column in row and (text := row[column].text)]
        if kind in ("data", "years") and not figured.isdisjoint(row):
            walk.take(number, row, words)
        elif kind in ("unit", "text"):
            walk.turn(number, row)
    return walk.labels


class _Walk:
    """Goes down the rows with what holds from here on: unit row, section, the labels further left."""

    def __init__(self, block: Block, places: Places) -> None:
        self.block, self.places = block, places
        self.labels: list[Label] = []
        self.above: list[tuple[tuple[int, int], str]] = []
        self.unit, self.section, self.row_unit = "", "", ""
        self.territory, self.optional, self.group = "", False, 0
        self.dotted = ""

    def turn(self, number: int, row: Row) -> None:
        """A row without figures: a unit for what follows, a section, or a line that only divides."""
        text = " ".join(cell.text for cell in row.values())
        plain = without_marks(text)
        unit = unit_of(plain) or unit_of(re.split(r"\s[-–]\s", plain)[-1])
        if unit:
            self.unit, self.group, self.section, self.above = unit, self.group + 1, "", []
            head = re.split(r"\s[-–]\s", plain)[0]
            self.dotted = head if head != plain and not unit_of(head) else ""
            return
        column = next(iter(row))
        level = (column, _indent(row[column].value))
        self.above = [entry for entry in self.above if entry[0] < level]
        self.optional = bool(_SOME.match(bare(plain)))
        if _DIVIDED.match(bare(plain)):
            return
        if territory := self.places.of(_name(plain)):
            self.territory = territory
            return
        unit, rest = unit_in(plain)
        self.section, self.group = _name(rest), self.group + 1
        self.unit = unit or ("%" if _STRUCTURE.match(rest) else self.unit)

    def take(self, number: int, row: Row, words: list[tuple[int, str]]) -> None:
        """A row with figures."""
        column = words[0][0] if words else (self.block.labels or [1])[0]
        raw = row[column].value if words else ""
        text = raw if isinstance(raw, str) and len(words) == 1 else " ".join(word for _, word in words)
        plain = _name(without_marks(text.split("\n")[0] if _english_below(text) else text))
        level = (column, _indent(raw) + bool(_DASHED.match(str(raw))))
        if some := _SOME.match(bare(plain)):
            plain = plain.split(":", 1)[-1].strip() if ":" in plain else plain[some.end() :]
        period = when(plain) if is_period(plain) else None
        unit, plain = ("", plain) if period else unit_in(plain)
        total = is_total(plain)
        territory = "" if period or total else self.places.of(plain)
        self.above = [entry for entry in self.above if entry[0] < level]
        self.labels.append(
            Label(
                number,
                (number, column),
                plain,
                path=self._path(plain, level),
                territory=territory,
                period=period,
                status=status_of(plain) if period else "",
                unit=self._unit(row, unit),
                comparison=comparison_of(plain),
                price=price_of(plain),
                total=total,
                optional=bool(some) or self.optional,
                level=level,
                group=self.group,
                marks=tuple(marks_in(text)),
                code=self._code(row) if self.block.index_columns else "",
            )
        )
        self.above.append((level, plain))

    def _code(self, row: Row) -> str:
        return next((row[c].text for c in self.block.index_columns if c in row and CODE.match(row[c].text)), "")

    def _path(self, plain: str, level: tuple[int, int]) -> tuple[str, ...]:
        """Labels further left; in a flat table the last one before a name that is always a part of something."""
        path = [text for above, text in self.above if above < level and not _TOTAL.match(bare(text))]
        section = [self.section] if self.section else []
        if path or section:
            return (*section, *path)
        if _PARTS.match(bare(plain)):
            for label in reversed(self.labels):
                if label.group == self.group and label.level == level and not _PARTS.match(bare(label.text)):
                    return (*label.path, label.text) if not (label.total or label.territory or label.period) else ()
        return ()

    def _unit(self, row: Row, own: str) -> str:
        cell = row.get(self.block.unit_column)
        if self.block.unit_column and cell and not is_figure(cell):
            if cell.text.strip() not in _DITTO:
                self.row_unit = unit_of(cell.text, explicit=True)
            return self.row_unit
        return own or ("" if self.block.unit_column else self.unit)


def is_total(text: str) -> bool:
    """Whether a label or heading only says that it is the total."""
    return bool(_TOTAL.match(bare(text)))


def is_period(text: str) -> bool:
    """Whether a label is a period and nothing else: 2023, 'Sơ bộ 2024', 'Quý I', 'Tháng 5/2025'."""
    words = bare(text)
    return bool(_ONLY_PERIOD.fullmatch(words) and when(text) and not _OF_PERIOD.sub(" ", words).strip())


def _indent(raw: object) -> int:
    return (len(raw) - len(raw.lstrip(" \t\u00a0"))) // 2 if isinstance(raw, str) else 0


def _english_below(text: str) -> bool:
    first, newline, rest = text.partition("\n")
    return bool(newline) and rest.isascii() and bool(first.strip())


def _name(text: str) -> str:
    """A label without its number, its English half and doubled blanks."""
    plain = " ".join(text.split())
    plain = plain[number.end() :] if (number := _NUMBER.match(plain)) else plain
    if not _DIVIDES.search(plain):
        return plain.strip(" :;")
    english = _ENGLISH_TAIL.search(plain)
    if english and not plain[: english.start()].isascii():
        plain = plain[: english.start()]
    return _ENGLISH_WORDS.sub("", plain).strip(" :;")


def structure_of(section: str) -> str:
    """'Cơ cấu lao động có việc làm' speaks of 'lao động'; '' where the section is no structure."""
    match = _STRUCTURE.match(section)
    return match[1] if match else ""


def is_part(text: str) -> bool:
    """Whether a label always names a part of something: a sector, a sex, town and country."""
    return bool(_PARTS.match(bare(text)))
