"""The sentence behind each chart of the adviser's app: what a reader who does not see it is told, with the chart's own numbers."""

from __future__ import annotations

import pandas as pd

from forecast.domain import Text
from forecast.publish.words.numbers import Names, Row, digits, rows_of, signed, unit_of_change, unit_text
from forecast.publish.words.vocabulary import sentence


def bands(table: pd.DataFrame, names: Names, title: Text) -> Text:
    """Middle and 80 % band of each scenario in the last year; `table` holds one quantity of one indicator."""
    last = _last(table)
    each = Text.joined((_band(row, names) for row in rows_of(last) if row["scenario"] in names), "; ")
    unit = unit_text(str(last["unit"].iloc[0]))
    return title + sentence("caption_bands", year=int(last["year"].iloc[0]), unit=unit, each=each)


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
    return start + sentence("caption_differences", year=year, unit=unit, each=each)


def contributions(rows: pd.DataFrame, names: Names, who: Text, title: Text) -> Text:
    """What each lever adds in one year, the largest first, and their sum."""
    unit, year = unit_of_change(rows["unit"].iloc[0]), int(rows["year"].iloc[0])
    order = rows.reindex(rows["contribution"].abs().sort_values(ascending=False).index)
    each = Text.joined((names[row["lever"]] + " " + signed(row["contribution"]) for row in rows_of(order)), "; ")
    total = signed(float(rows["contribution"].sum()))
    what = Text(*(side[0].lower() + side[1:] for side in (title.vi, title.en)))
    return who + sentence("caption_contributions", what=what, year=year, unit=unit, each=each, total=total)


def assumptions(rows: pd.DataFrame, names: Names, who: Text) -> Text:
    """Which assumption moves the outcome most, from where to where."""
    first = rows_of(rows)[0]
    low, high = digits(first["outcome_low"]), digits(first["outcome_high"])
    unit, name = unit_text(str(first["unit"])), names[first["lever"]]
    return who + sentence("caption_assumptions", name=name, low=low, high=high, unit=unit)


def _last(table: pd.DataFrame) -> pd.DataFrame:
    return table[table["year"] == table["year"].max()]
