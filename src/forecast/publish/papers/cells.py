"""The cells of an exhibit as a spreadsheet or a chart takes them: a printed number as that number, with its digits; the rest as text."""

from __future__ import annotations

import re
from dataclasses import dataclass

from forecast.domain import Text

_PRINTED = re.compile(r"([−-]?)(\d{1,3}(?:,\d{3})+|\d+)(\.\d+)?(%?)")


@dataclass(frozen=True)
class Number:
    """A number as it is printed: its value, decimals, whether in percent, and whether it is a year or a count without marks."""

    value: float
    decimals: int
    percent: bool
    plain: bool

    @property
    def form(self) -> str:
        """The format a spreadsheet shows it with, which gives the printed digits."""
        integer = "0" if self.plain else "#,##0"
        return integer + ("." + "0" * self.decimals if self.decimals else "") + ('" %"' if self.percent else "")


def number(cell: Text) -> Number | None:
    """The number a cell prints, None where it prints anything else: a band, a bound, words."""
    match = _PRINTED.fullmatch(cell.en.strip())
    if match is None:
        return None
    sign, integer, rest, percent = match.groups()
    value = float(integer.replace(",", "") + (rest or "")) * (-1 if sign else 1)
    return Number(value, len(rest or ".") - 1, bool(percent), "," not in integer and not rest and not percent)
