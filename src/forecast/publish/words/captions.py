"""The sentence behind each chart of the adviser's app: what a reader who does not see it is told, with the chart's own numbers."""

from __future__ import annotations

from collections.abc import Mapping

import pandas as pd

from forecast.publish import words
from forecast.publish.words.numbers import POINTS, Names, digits, say, signed


def bands(table: pd.DataFrame, named: Names, title: str, language: str) -> str:
    """Middle and 80 % band of each scenario in the last year; `table` holds one quantity of one indicator."""
    last = _last(table)
    unit, year = words.unit_text(str(last["unit"].iloc[0]), language), int(last["year"].iloc[0])
    each = "; ".join(_band(row, named, language) for row in words.rows_of(last) if row["scenario"] in named)
    return say(
        language,
        f"{title}: đường giữa và dải 8 phần 10 khả năng. Năm {year} ({unit}): {each}.",
        f"{title}: middle line and the band of 8 chances in 10. In {year} ({unit}): {each}.",
    )


def _band(row: Mapping, named: Names, language: str) -> str:
    low, middle, high = (digits(row[name], language) for name in ("low", "median", "high"))
    return say(language, f"{named[row['scenario']]} {middle} (từ {low} đến {high})", f"{named[row['scenario']]} {middle} ({low} to {high})")


def differences(table: pd.DataFrame, named: Names, language: str) -> str:
    """How far each scenario is from the first in the last year, draw by draw."""
    first, last = next(iter(named.values())), _last(table)
    if last.empty:
        return say(language, f"Chênh lệch so với {first}.", f"Difference from {first}.")
    unit = str(last["unit"].iloc[0])
    said, year = words.unit_text(POINTS.get(unit, unit), language), int(last["year"].iloc[0])
    each = "; ".join(f"{named[row['scenario']]} {signed(row['median'], language)}" for row in words.rows_of(last))
    return say(
        language,
        f"Chênh lệch so với {first} trong cùng một tương lai. Năm {year} ({said}), ở giữa: {each}.",
        f"Difference from {first} in the same future. In {year} ({said}), in the middle: {each}.",
    )


def contributions(rows: pd.DataFrame, named: Names, who: str, title: str, language: str) -> str:
    """What each lever adds in one year, the largest first, and their sum."""
    unit, year = str(rows["unit"].iloc[0]), int(rows["year"].iloc[0])
    order = rows.reindex(rows["contribution"].abs().sort_values(ascending=False).index)
    each = "; ".join(f"{named[row['lever']]} {signed(row['contribution'], language)}" for row in words.rows_of(order))
    whole, said = signed(float(rows["contribution"].sum()), language), words.unit_text(POINTS.get(unit, unit), language)
    low = title[0].lower() + title[1:]
    return say(
        language,
        f"{who}: mỗi đòn bẩy thêm bao nhiêu vào {low}, {year} ({said}): {each}; cộng lại {whole}.",
        f"{who}: what each lever adds to {low}, {year} ({said}): {each}; together {whole}.",
    )


def assumptions(rows: pd.DataFrame, named: Names, who: str, language: str) -> str:
    """Which assumption moves the outcome most, from where to where."""
    first = words.rows_of(rows)[0]
    low, high = (digits(first[name], language) for name in ("outcome_low", "outcome_high"))
    unit, name = words.unit_text(str(first["unit"]), language), named[first["lever"]]
    return say(
        language,
        f"{who}: kết quả phụ thuộc vào giả định nào (xám: lùi; xanh: tiến). Nhiều nhất: {name}, từ {low} đến {high} {unit}.",
        f"{who}: which assumption it hangs on (grey: lower; blue: higher). Most of all: {name}, from {low} to {high} {unit}.",
    )


def _last(table: pd.DataFrame) -> pd.DataFrame:
    return table[table["year"] == table["year"].max()]
