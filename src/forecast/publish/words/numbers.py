"""Numbers, amounts, dates and names in Vietnamese and English; pure functions of what the tables hold."""

from __future__ import annotations

import math
import re
from collections.abc import Mapping, Sequence
from datetime import date
from decimal import ROUND_HALF_UP, Decimal
from typing import Any

from forecast.domain import Text
from forecast.headline import registered
from forecast.publish.words import vocabulary
from forecast.publish.words.vocabulary import phrase
from forecast.units import UNITS

Row = Mapping[str, Any]
Names = Mapping[str, Text]

MARKS = str.maketrans(",.-", ".,−")  # a number's marks as Vietnamese writes them
NOTHING = Text("", "")
DASH = Text.same("–")
POINTS = {"percent": "percentage_points", "percent_per_year": "percentage_points_per_year"}  # units of a difference
MONEY = (  # how many billion VND, decimals, name
    (1e6, 1, Text("triệu tỷ đồng", "quadrillion VND")),
    (1e3, 1, Text("nghìn tỷ đồng", "trillion VND")),
    (1.0, 1, Text("tỷ đồng", "billion VND")),
    (1e-3, 0, Text("triệu đồng", "million VND")),
)
PLAIN_UNITS = ("count", "rank", "score", "points", "index", "ratio")  # a number says enough


def is_missing(value: Any) -> bool:
    """Whether a table cell holds nothing: None, not-a-number or an empty text."""
    return value is None or value == "" or (isinstance(value, float) and math.isnan(value))


def rows_of(table: Any) -> list[dict[str, Any]]:
    """The rows of a DataFrame, or of a list of mappings, as dictionaries with empty cells as None."""
    if table is None:
        return []
    rows: Sequence[Row] = table.to_dict("records") if hasattr(table, "to_dict") else table
    return [{name: None if is_missing(value) else value for name, value in row.items()} for row in rows]


def row_text(row: Row, name: str, missing: Text = NOTHING) -> Text:
    """The text a row holds in its columns `name_vi` and `name_en`; a side that is empty comes from `missing`."""
    vi, en = row.get(f"{name}_vi"), row.get(f"{name}_en")
    return Text(missing.vi if is_missing(vi) else str(vi), missing.en if is_missing(en) else str(en))


def number(value: float | None, decimals: int) -> Text:
    """A number as each language writes it: 1.234,5 in Vietnamese, 1,234.5 in English, with a true minus; nothing is a dash.

    Rounded half up on the digits as printed: 3.65 gives 3,7, as a reader with the source at hand expects.
    """
    if value is None or is_missing(value):
        return DASH
    text = f"{_half_up(float(value), decimals):,.{decimals}f}"
    if not text.strip("-0.,"):
        text = text.lstrip("-")
    return Text(text.translate(MARKS), text.replace("-", "−"))


def _half_up(value: float, decimals: int) -> Decimal | float:
    """The value's shortest decimal digits rounded half away from zero; what has no such digits stays as it is."""
    if not math.isfinite(value) or abs(value) >= 1e15:
        return value
    return Decimal(repr(value)).quantize(Decimal(1).scaleb(-decimals), ROUND_HALF_UP)


def digits(value: float | None) -> Text:
    """A level as a reader wants it: whole numbers from 1.000 on, else one digit; nothing is a dash."""
    return number(value, 0 if value and abs(value) >= 1000 else 1)


def signed(value: float) -> Text:
    """A change with its sign and as many digits as it needs: +0,5; −1.390."""
    text = number(value, 0 if abs(value) >= 100 else 1 if abs(value) >= 10 else 2)
    return "+" + text if value > 0 and text.vi.strip("0,") else text


def plain_number(value: float | None) -> Text:
    """A number with as many decimals as its size needs, none of them a nought at the end: 8,5; 0,558; 1.234."""
    if value is None or is_missing(value):
        return DASH
    size = abs(float(value))
    if size >= 100 or float(value).is_integer():
        return number(value, 0)
    text = number(value, 1 if size >= 10 else 3)
    return Text(*(side.rstrip("0").rstrip(",.") for side in (text.vi, text.en)))


def percent(value: float | None, decimals: int = 1) -> Text:
    """A percentage given in percent: 12,8 % in Vietnamese, 12.8% in English."""
    return number(value, decimals) + Text(" %", "%")


def money(value_vnd_bn: float | None) -> Text:
    """An amount given in billion VND in the words a reader says: '1,1 nghìn tỷ đồng', '850 tỷ đồng'."""
    if value_vnd_bn is None or is_missing(value_vnd_bn):
        return DASH
    size = abs(float(value_vnd_bn))
    divisor, decimals, unit = next((scale for scale in MONEY if round(size / scale[0], scale[1]) >= 1), MONEY[-1])
    decimals = 0 if divisor == 1.0 and size >= 100 else decimals
    text = number(float(value_vnd_bn) / divisor, decimals)
    return Text(f"{text.vi.removesuffix(',0')} {unit.vi}", f"{text.en.removesuffix('.0')} {unit.en}")


def amount(value: float | None, unit: str, decimals: int = 1) -> Text:
    """A value with its unit as a reader says it."""
    if value is None or is_missing(value):
        return Text("chưa có", "none yet")
    if unit == "vnd_bn":
        return money(value)
    if unit == "percent":
        return percent(value, decimals)
    if unit == "percent_per_year":
        return percent(value, decimals) + Text("/năm", " a year")
    if unit in PLAIN_UNITS:
        return number(value, 0 if float(value).is_integer() else decimals)
    return number(value, decimals) + " " + unit_text(unit)


def entered(value: float | None, unit: str, decimals: int = 1) -> Text:
    """A figure with its unit and no digit that was not entered: 209 and 12,5 %, not 209,0 and 12,50 %; at most `decimals`."""
    if value is None or is_missing(value):
        return amount(value, unit)
    needed = (digits for digits in range(decimals) if round(float(value), digits) == round(float(value), decimals))
    return amount(value, unit, next(needed, decimals))


def date_text(iso: Any) -> Text:
    """dd/mm/yyyy of an ISO date or a date; '2023-04' gives 04/2023; text that is no date is returned as it is."""
    if is_missing(iso):
        return Text("chưa rõ ngày", "date unknown")
    text = iso.isoformat() if isinstance(iso, date) else str(iso)
    parts = text[:10].split("-")
    if all(part.isdigit() for part in parts) and len(parts[0]) == 4:
        return Text.same("/".join(reversed(parts)))
    return Text.same(text)


def chance(probability: float | None) -> Text:
    """A probability (0..1) rounded to 5 points, in words; never 0 or 100 %."""
    if probability is None or is_missing(probability):
        return Text("chưa tính được", "not calculated")
    if float(probability) < 0.05:
        return Text("dưới 5 %", "below 5%")
    if float(probability) > 0.95:
        return Text("trên 95 %", "above 95%")
    points = 5 * math.floor(float(probability) * 20 + 0.5 + 1e-9)
    return Text(f"khoảng {points} %", f"about {points}%")


def verdict(code: str) -> Text:
    """The fixed words of a verdict code."""
    return phrase(vocabulary.VERDICTS, code)


def unit_text(unit: str) -> Text:
    """The unit in words, from the kit's table of units."""
    return vocabulary.YEARLY_UNITS.get(unit) or phrase(UNITS, unit)


def unit_of_change(unit: str) -> Text:
    """The unit of a difference between two values of `unit`, in words: percent gives percentage points."""
    return unit_text(POINTS.get(unit, unit))


def switch_label(code: str) -> Text:
    """What a switch says of a territory or measure: its short label where it has one."""
    return vocabulary.SWITCH_LABELS.get(code) or territory_text(code)


def territory_text(territory: str) -> Text:
    """The territory's name in words: as the vocabulary shortens it, else as the register has it."""
    return vocabulary.TERRITORIES.get(territory) or registered().names.get(territory) or phrase({}, territory)


def indicator_text(indicator: str) -> Text:
    """The indicator's name in words."""
    return phrase(vocabulary.INDICATORS, indicator)


def measure_text(measure: Any) -> Text:
    """Who measures it, in words; empty when no measure is named."""
    return NOTHING if is_missing(measure) else phrase(vocabulary.MEASURES, measure)


def short_document(document: Any) -> str:
    """The part of a document's name a chart has room for: 'QĐ 489/QĐ-TTg (10/6/2024)' gives 'QĐ 489/QĐ-TTg'."""
    return "" if is_missing(document) else str(document).split("(")[0].split(",")[0].strip()


def span_text(first: Any, last: Any) -> str:
    """A year, or a span of years such as 2021-2025."""
    return str(int(last)) if is_missing(first) or int(first) == int(last) else f"{int(first)}-{int(last)}"


def without_brackets(name: Text) -> Text:
    """The name without what stands in brackets after it."""
    return Text(name.vi.split(" (")[0], name.en.split(" (")[0])


MINUS = re.compile(r"(?<![\w.,)/%–-])-(?=\d)")  # a hyphen before a number, not between two


def minus(text: str) -> str:
    """The text with a minus sign before its negative numbers."""
    return MINUS.sub("\u2212", text)
