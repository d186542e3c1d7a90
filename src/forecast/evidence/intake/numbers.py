"""Numbers as people type them: which mark a table uses for decimals, what a cell says, and what it cannot say."""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass
from decimal import Decimal
from typing import Literal

from forecast.domain import Text

Mark = Literal[",", "."]
MISSING = {
    "-",
    "–",
    "—",
    "...",
    "…",
    "..",
    "....",
    ". . .",
    "x",
    "X",
    "n/a",
    "N/A",
    "na",
    "NA",
    "-.-",
    "--",
    "- -",
    ".....",
}
_TYPED = re.compile(r"[+\-−–]?\s?\d[\d.,' ]*%?\Z")
_COMMA = re.compile(
    r"\d+,\d{1,2}\Z|\d+,\d{4,}\Z|0,\d+\Z|\d{1,3}(?:[. ]\d{3})+,\d+\Z|\d{1,3}(?:\.\d{3}){2,}\Z|\d{4,},\d+\Z"
)
_POINT = re.compile(
    r"\d+\.\d{1,2}\Z|\d+\.\d{4,}\Z|0\.\d+\Z|\d{1,3}(?:[, ]\d{3})+\.\d+\Z|\d{1,3}(?:,\d{3}){2,}\Z|\d{4,}\.\d+\Z"
)
_EITHER = re.compile(r"[1-9]\d{0,2}[.,]\d{3}\Z")
_THREE = re.compile(r"0[.,]\d{3}\Z|\d{4,}[.,]\d{3}\Z|\d{1,3}(?:\.\d{3})+,\d{3}\Z|\d{1,3}(?:,\d{3})+\.\d{3}\Z")
_PLAIN = re.compile(r"\d+\Z|\d{1,3}(?: \d{3})+\Z")


class NotNumberError(ValueError):
    """A text that stands where a number should and can be none; `text` says what to write."""

    def __init__(self, vi: str, en: str) -> None:
        super().__init__(en)
        self.text = Text(vi, en)


@dataclass(frozen=True)
class Marks:
    """What the numbers typed as text in a table show: which decimal marks are sure, and how many could be either."""

    comma: int = 0
    point: int = 0
    either: int = 0
    thousandths: int = 0  # sure numbers of three decimals, among which 1,234 is one more

    @staticmethod
    def added(of_sheets: Iterable[Marks]) -> Marks:
        """What several sheets show together."""
        parts = list(of_sheets)
        return Marks(*(sum(getattr(part, name) for part in parts) for name in ("comma", "point", "either", "thousandths")))

    @property
    def mark(self) -> Mark | None:
        """The one decimal mark, None where both or neither are seen."""
        if bool(self.comma) == bool(self.point):
            return None
        return "," if self.comma else "."


def is_typed(text: str) -> bool:
    """Whether a text is digits and marks only, a number typed as text."""
    return bool(_TYPED.match(text.strip()))


def is_missing(text: str) -> bool:
    """Whether a text says that there is no figure or that it is not known; never 0."""
    return text.strip() in MISSING


def core(text: str) -> str:
    """Digits and marks without sign, percent and outer blanks."""
    return text.strip().lstrip("+-−–").rstrip("%").strip().replace("'", " ")


def marks_of(texts: Iterable[str]) -> Marks:
    """Count what the typed numbers show of their decimal mark."""
    comma = point = either = thousandths = 0
    for text in texts:
        digits = core(text)
        comma += bool(_COMMA.match(digits))
        point += bool(_POINT.match(digits))
        either += bool(_EITHER.match(digits))
        thousandths += bool(_THREE.match(digits))
    return Marks(comma, point, either, thousandths)


def is_either(text: str) -> bool:
    """Whether a typed number can be read in two ways: 1.234 and 1,234."""
    return bool(_EITHER.match(core(text)))


def mark_in(text: str) -> Mark | None:
    """The decimal mark a typed number is sure to use."""
    return marks_of([text]).mark


def typed_number(text: str, mark: Mark | None, thousandths: bool = True) -> Decimal:
    """The value of a number typed as text, where the table's decimal mark is `mark` (None: it shows none, or both).

    `thousandths`: whether the table has other numbers of three decimals; else 1,234 may have the other table's thousands mark.

    Raises NotNumberError for what is no number, for groups that are not of three digits, and for a number of two readings.
    """
    sign = -1 if text.strip()[:1] in "-−–" else 1
    digits = core(text)
    if _PLAIN.match(digits):
        return sign * Decimal(digits.replace(" ", ""))
    if _EITHER.match(digits) and (mark is None or (mark in digits and not thousandths)):
        small = digits.replace(",", ".")
        large = re.sub("[.,]", "", digits)
        raise NotNumberError(
            f"'{text}' có thể là {small.replace('.', ',')} hoặc {large}; các số khác trong bảng không cho biết chắc "
            "dấu thập phân. Hãy khai dấu thập phân của tệp.",
            f"'{text}' may be {small} or {large}; the other numbers of the table do not show the decimal mark for sure. "
            "Declare the file's decimal mark.",
        )
    use = mark or mark_in(text)
    other = "." if use == "," else ","
    integer, _, decimals = digits.partition(use) if use else (digits, "", "")
    grouped = re.fullmatch(rf"\d{{1,3}}(?:[ {re.escape(other)}]\d{{3}})+|\d+", integer)
    if use and grouped and re.fullmatch(r"\d*", decimals) and (decimals or use not in digits):
        return sign * Decimal(re.sub("[ .,]", "", integer) + ("." + decimals if decimals else ""))
    if use and grouped is None and re.fullmatch(rf"\d{{1,3}}(?:{re.escape(other)}\d{{3}})+", digits):
        return sign * Decimal(digits.replace(other, ""))
    raise NotNumberError(
        f"'{text}' không phải số viết đúng theo dấu thập phân của bảng ('{use or '?'}'); sửa ô này.",
        f"'{text}' is no number by the decimal mark of the table ('{use or '?'}'); mend the cell.",
    )
