"""The sentence behind each chart of the adviser's app: what a reader who does not see it is told, with the chart's own numbers."""

from __future__ import annotations

import pandas as pd

from forecast.domain import Text
from forecast.publish.words.numbers import Names, Row, digits, rows_of, signed, unit_of_change, unit_text


def bands(table: pd.DataFrame, names: Names, title: Text) -> Text:
    """Middle and 80 % band of each scenario in the last year; `table` holds one quantity of one indicator."""
    last = _last(table)
    unit, year = unit_text(str(last["unit"].iloc[0])), int(last["year"].iloc[0])
    each = Text.joined((_band(row, names) for row in rows_of(last) if row["scenario"] in names), "; ")
    return title + Text(
        f": đường giữa và dải 8 phần 10 khả năng. Năm {year} ({unit.vi}): {each.vi}.",
        f": middle line and the band of 8 chances in 10. In {year} ({unit.en}): {each.en}.",
    )


def _band(row: Row, names: Names) -> Text:
    low, middle, high = (digits(row[end]) for end in ("low", "median", "high"))
    start = names[row["scenario"]] + " " + middle
    return start + Text(f" (từ {low.vi} đến {high.vi})", f" ({low.en} to {high.en})")


def differences(table: pd.DataFrame, names: Names) -> Text:
    """How far each scenario is from the first in the last year, draw by draw."""
    last = _last(table)
    start = Text("Chênh lệch so với ", "Difference from ") + next(iter(names.values()))
    if last.empty:
        return start + "."
    unit, year = unit_of_change(last["unit"].iloc[0]), int(last["year"].iloc[0])
    each = Text.joined((names[row["scenario"]] + " " + signed(row["median"]) for row in rows_of(last)), "; ")
    return start + Text(
        f" trong cùng một tương lai. Năm {year} ({unit.vi}), ở giữa: {each.vi}.",
        f" in the same future. In {year} ({unit.en}), in the middle: {each.en}.",
    )


def contributions(rows: pd.DataFrame, names: Names, who: Text, title: Text) -> Text:
    """What each lever adds in one year, the largest first, and their sum."""
    unit, year = unit_of_change(rows["unit"].iloc[0]), int(rows["year"].iloc[0])
    order = rows.reindex(rows["contribution"].abs().sort_values(ascending=False).index)
    each = Text.joined((names[row["lever"]] + " " + signed(row["contribution"]) for row in rows_of(order)), "; ")
    total = signed(float(rows["contribution"].sum()))
    vi, en = (side[0].lower() + side[1:] for side in (title.vi, title.en))
    return who + Text(
        f": mỗi đòn bẩy thêm bao nhiêu vào {vi}, {year} ({unit.vi}): {each.vi}; cộng lại {total.vi}.",
        f": what each lever adds to {en}, {year} ({unit.en}): {each.en}; together {total.en}.",
    )


def assumptions(rows: pd.DataFrame, names: Names, who: Text) -> Text:
    """Which assumption moves the outcome most, from where to where."""
    first = rows_of(rows)[0]
    low, high = digits(first["outcome_low"]), digits(first["outcome_high"])
    unit, name = unit_text(str(first["unit"])), names[first["lever"]]
    return who + Text(
        f": kết quả phụ thuộc vào giả định nào (xám: lùi; xanh: tiến). Nhiều nhất: {name.vi}, từ {low.vi} đến {high.vi} {unit.vi}.",
        f": which assumption it hangs on (grey: lower; blue: higher). Most of all: {name.en}, from {low.en} to {high.en} {unit.en}.",
    )


def _last(table: pd.DataFrame) -> pd.DataFrame:
    return table[table["year"] == table["year"].max()]
