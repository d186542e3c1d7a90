"""Numbers, amounts, dates and names in Vietnamese and English; pure functions of what the tables hold."""

from __future__ import annotations

import math
import re
from collections.abc import Callable, Mapping, Sequence
from datetime import date
from decimal import ROUND_HALF_UP, Decimal
from typing import Any

from forecast.domain import Text
from forecast.publish import words
from forecast.publish.words import vocabulary
from forecast.publish.words.vocabulary import phrase
from forecast.units import UNITS

Row = Mapping[str, Any]


def is_missing(value: Any) -> bool:
    """Whether a table cell holds nothing: None, not-a-number or an empty text."""
    return value is None or value == "" or (isinstance(value, float) and math.isnan(value))


def number(value: float | None, decimals: int, language: str) -> str:
    """A number as the language writes it: 1.234,5 in Vietnamese, 1,234.5 in English, with a true minus; nothing known is a dash.

    Rounded half up on the digits as printed: 3.65 gives 3,7, as a reader with the source at hand expects.
    """
    if is_missing(value):
        return "–"
    text = f"{_half_up(float(value), decimals):,.{decimals}f}"
    if not text.strip("-0.,"):
        text = text.lstrip("-")
    return text.translate(str.maketrans(",.-", ".,−" if language == "vi" else ",.−"))


def _half_up(value: float, decimals: int) -> Decimal | float:
    """The value's shortest decimal digits rounded half away from zero; what has no such digits stays as it is."""
    if not math.isfinite(value) or abs(value) >= 1e15:
        return value
    return Decimal(repr(value)).quantize(Decimal(1).scaleb(-decimals), ROUND_HALF_UP)


def percent(value: float | None, language: str, decimals: int = 1) -> str:
    """A percentage given in percent: 12,8 % in Vietnamese, 12.8% in English."""
    return number(value, decimals, language) + (" %" if language == "vi" else "%")


def money(value_vnd_bn: float | None, language: str) -> str:
    """An amount given in billion VND in the words a reader says: '1,1 nghìn tỷ đồng', '850 tỷ đồng'."""
    if is_missing(value_vnd_bn):
        return "–"
    size = abs(float(value_vnd_bn))
    scales = [
        (1e6, 1, "triệu tỷ đồng", "quadrillion VND"),
        (1e3, 1, "nghìn tỷ đồng", "trillion VND"),
        (1.0, 0 if size >= 100 else 1, "tỷ đồng", "billion VND"),
        (1e-3, 0, "triệu đồng", "million VND"),
    ]
    chosen = next((row for row in scales if round(size / row[0], row[1]) >= 1), scales[-1])
    divisor, decimals, vi, en = chosen
    text = number(float(value_vnd_bn) / divisor, decimals, language)
    text = text.removesuffix(",0" if language == "vi" else ".0")
    return f"{text} {vi if language == 'vi' else en}"


def date_text(iso: Any, language: str) -> str:
    """dd/mm/yyyy of an ISO date or a date; '2023-04' gives 04/2023; text that is no date is returned as it is."""
    if is_missing(iso):
        return "chưa rõ ngày" if language == "vi" else "date unknown"
    text = iso.isoformat() if isinstance(iso, date) else str(iso)
    parts = text[:10].split("-")
    if all(part.isdigit() for part in parts) and len(parts[0]) == 4:
        return "/".join(reversed(parts))
    return text


def chance(probability: float | None, language: str) -> str:
    """A probability (0..1) rounded to 5 points, in words; never 0 or 100 %."""
    if is_missing(probability):
        return "chưa tính được" if language == "vi" else "not calculated"
    points = 5 * math.floor(float(probability) * 20 + 0.5 + 1e-9)
    if float(probability) < 0.05:
        return "dưới 5 %" if language == "vi" else "below 5%"
    if float(probability) > 0.95:
        return "trên 95 %" if language == "vi" else "above 95%"
    about, of = ("khoảng", "trên") if language == "vi" else ("about", "in")
    shown = percent(points, language, 0)
    return f"{about} {points // 10} {of} 10 ({shown})" if points % 10 == 0 else f"{about} {shown}"


def verdict(code: str, language: str) -> str:
    """The fixed words of a verdict code."""
    return phrase(vocabulary.VERDICTS, code, language)


def unit_text(unit: str, language: str) -> str:
    """The unit in words, from the kit's table of units."""
    yearly = vocabulary.YEARLY_UNITS.get(unit)
    return phrase({unit: yearly} if yearly else UNITS, unit, language)


def territory_text(territory: str, language: str) -> str:
    """The territory's name in words."""
    return phrase(vocabulary.TERRITORIES, territory, language)


def indicator_text(indicator: str, language: str) -> str:
    """The indicator's name in words."""
    return phrase(vocabulary.INDICATORS, indicator, language)


def measure_text(measure: Any, language: str) -> str:
    """Who measures it, in words; empty when no measure is named."""
    return "" if is_missing(measure) else phrase(vocabulary.MEASURES, measure, language)


def short_document(document: Any) -> str:
    """The part of a document's name a chart has room for: 'QĐ 489/QĐ-TTg (10/6/2024)' gives 'QĐ 489/QĐ-TTg'."""
    return "" if is_missing(document) else str(document).split("(")[0].split(",")[0].strip()


def amount(value: float | None, unit: str, language: str, decimals: int = 1) -> str:
    """A value with its unit as a reader says it."""
    if is_missing(value):
        return "chưa có" if language == "vi" else "none yet"
    if unit == "vnd_bn":
        return money(value, language)
    if unit == "percent":
        return percent(value, language, decimals)
    if unit == "percent_per_year":
        return percent(value, language, decimals) + ("/năm" if language == "vi" else " a year")
    if unit in ("count", "rank", "score", "points", "index", "ratio"):
        return number(value, 0 if float(value).is_integer() else decimals, language)
    return f"{number(value, decimals, language)} {unit_text(unit, language)}"


def rows_of(table: Any) -> list[dict[str, Any]]:
    """The rows of a DataFrame, or of a list of mappings, as dictionaries with empty cells as None."""
    if table is None:
        return []
    rows: Sequence[Row] = table.to_dict("records") if hasattr(table, "to_dict") else table
    return [{name: None if is_missing(value) else value for name, value in row.items()} for row in rows]


POINTS = {"percent": "percentage_points", "percent_per_year": "percentage_points_per_year"}  # units of a difference


def signed(value: float, language: str) -> str:
    """A change with its sign and as many digits as it needs: +0,5; −1.390."""
    digits = 0 if abs(value) >= 100 else 1 if abs(value) >= 10 else 2
    text = words.number(value, digits, language)
    return f"+{text}" if value > 0 and text.strip("0,.") else text


Names = Mapping[str, str]


def say(language: str, vi: str, en: str) -> str:
    """One of two texts."""
    return vi if language == "vi" else en


def digits(value: float, language: str) -> str:
    """A level as a reader wants it: whole numbers from 1.000 on, else one digit."""
    return words.number(value, 0 if abs(value) >= 1000 else 1, language)


def both(make: Callable[[str], str]) -> Text:
    """The text in both languages from a function of the language."""
    return Text(make("vi"), make("en"))


MINUS = re.compile(r"(?<![\w.,)/%-])-(?=\d)")  # a hyphen before a number, not between two


def minus(text: str) -> str:
    """The text with a minus sign before its negative numbers."""
    return MINUS.sub("\u2212", text)
