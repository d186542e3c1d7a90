"""The charts and tables of one answer, made from the recorded tables and the summary of a run."""

from __future__ import annotations

from collections.abc import Mapping
from functools import partial
from typing import Any

import pandas as pd

from forecast.domain import Text
from forecast.headline import NATION
from forecast.publish import words
from forecast.publish.charts import nation as charts
from forecast.publish.charts.fan import fan_chart, fan_table, of_quantity, own_history, plain, unit_of
from forecast.publish.charts.sensitivity import sensitivity_chart
from forecast.publish.exhibits import Exhibit, Summary, Tables, table
from forecast.publish.words import information as words_of_information
from forecast.publish.words import vocabulary
from forecast.publish.words.numbers import digits
from forecast.publish.words.vocabulary import phrase, sentence

YEAR, KIND, RATING = Text("Năm", "Year"), Text("Loại số", "Kind"), Text("Mức tin", "Rating")
LOW, MIDDLE, HIGH, BAND = Text("Thấp", "Low"), Text("Giữa", "Middle"), Text("Cao", "High"), Text.same("80 %")


def main_quantity(tables: Tables) -> str:
    """What the main chart of an answer shows: the level where a published one anchors the draws, else growth."""
    return "level" if (tables["forecast"]["quantity"] == "level").any() else "growth"


def fan(tables: Tables, summary: Summary, quantity: str, *, choice: bool = True) -> Exhibit | None:
    """The fan chart of one quantity ('level', 'growth'), every year known and ahead as rows; None where there are no rows of it.

    With `choice` the chart holds what a page shows for each target its reader may choose; without, one label where labels meet.
    """
    forecast, history, verdicts = tables["forecast"], tables["history"], tables.get("verdicts")
    if forecast[forecast["quantity"] == plain(quantity)].empty:
        return None
    switch = tuple(str(row["target"]) for row in words.rows_of(verdicts) if choice)
    drawn = partial(fan_chart, forecast, history, verdicts, quantity=quantity, paths=tables.get("target_paths"), switch=switch)
    unit, growth = unit_of(forecast, quantity), plain(quantity) == "growth"
    return Exhibit(
        "fan",
        Text("Mức tăng mỗi năm", "Growth each year") if growth else Text("Mức từng năm", "Level each year"),
        _fan_sentence(forecast, quantity, unit),
        _fan_head(unit),
        _fan_rows(tables, quantity),
        chart=lambda width, height: drawn(width=width, height=height),
        size=(880, 400),
    )


def _fan_sentence(forecast: pd.DataFrame, quantity: str, unit: str) -> Text:
    last = fan_table(forecast, quantity).iloc[-1]
    low, middle, high = (words.amount(float(last[name]), unit) for name in ("low80", "middle", "high80"))
    kind, year = phrase(vocabulary.INKS, last["ink"]), int(last["period"])
    return sentence("fan", year=year, kind=kind, middle=middle, low=low, high=high)


def _fan_head(unit: str) -> tuple[Text, ...]:
    return (YEAR, KIND, LOW + " (" + words.unit_text(unit) + ")", MIDDLE, HIGH)


def _fan_rows(tables: Tables, quantity: str) -> tuple[tuple[Text, ...], ...]:
    past = own_history(tables["forecast"], tables["history"], plain(quantity)).sort_values("period")
    ahead = fan_table(tables["forecast"], quantity)
    rows = [(row["period"], _ink(row), row["low"], row["value"], row["high"]) for row in past.to_dict("records")]
    rows += [(row["period"], row["ink"], row["low80"], row["middle"], row["high80"]) for row in ahead.to_dict("records")]
    return tuple(_number_row(*row) for row in rows)


def _ink(row: Mapping[str, Any]) -> str:
    if row["ink"] == "rebuilt" and words.is_missing(row["low"]):
        return "derived"
    return "set_aside" if row["ink"] == "published" and str(row["used"]).lower() == "false" else str(row["ink"])


def _number_row(period: Any, ink: str, *values: Any) -> tuple[Text, ...]:
    return (Text.same(int(period)), phrase(vocabulary.INKS, ink), *map(digits, values))


def band(row: Mapping[str, Any], low: str = "low", high: str = "high", decimals: int = 1) -> Text:
    """The two ends of a band as a cell of a table."""
    return words.number(row[low], decimals) + " – " + words.number(row[high], decimals)


def years(tables: Tables, quantity: str) -> Exhibit:
    """Middle, 80 % and 95 % bands of each year ahead, and whether the year is called a forecast or a scenario."""
    part = tables["forecast"][tables["forecast"]["quantity"] == quantity]
    middle = MIDDLE + " (" + words.unit_text(unit_of(part, quantity)) + ")"
    wide = part.pivot(index=["target_period", "ink"], columns="output_type_id", values="value").reset_index()
    wide.columns = [str(name) for name in wide.columns]
    lines = (
        {
            YEAR: Text.same(row["target_period"]),
            KIND: phrase(vocabulary.INKS, row["ink"]),
            middle: words.number(row["0.5"], 1),
            BAND: band(row, "0.1", "0.9"),
            Text.same("95 %"): band(row, "0.025", "0.975"),
        }
        for row in wide.to_dict("records")
    )
    return table("years", Text("Từng năm tới", "The years ahead"), lines)


def nation(tables: Tables, summary: Summary) -> Exhibit | None:
    """The national counterpart with its forecast and what each method says."""
    national, quantity = tables.get("nation"), str(summary.get("quantity", "level"))
    if national is None or national[national["quantity"] == plain(quantity)].empty:
        return None
    rows = of_quantity(national, quantity).sort_values("period")
    drawn = partial(charts.nation_chart, national, tables.get("methods"), quantity=quantity)
    year, kind, low, middle, high = _fan_head(str(rows["unit"].iloc[0]))
    return Exhibit(
        "nation",
        Text("Cả nước", "The nation"),
        sentence("nation"),
        (year, kind, middle, low, high),
        tuple(_number_row(row["period"], _ink(row | {"used": True}), row["value"], row["low"], row["high"]) for row in rows.to_dict("records")),
        chart=lambda width, height: drawn(width=width, height=height),
    )


def nation_unit(tables: Tables) -> str:
    """The unit of the national level; empty where no level is known."""
    national = tables.get("nation")
    units = national.loc[national["quantity"] == "level", "unit"].dropna() if national is not None else pd.Series()
    return str(units.iloc[0]) if len(units) else ""


def methods(tables: Tables) -> Exhibit | None:
    """What each method says for the nation in the last year, with how each did in the past."""
    every = tables.get("methods")
    if every is None or every.empty:
        return None
    unit = nation_unit(tables) or "index"
    last = every[every["period"] == every["period"].max()]
    lines = (
        {
            Text("Cách dự báo", "Method"): phrase(vocabulary.METHODS, row["method"]),
            **{head: digits(row[name]) for head, name in ((LOW, "low"), (MIDDLE, "median"), (HIGH, "high"))},
            Text("Sai số khi thử lại (dưới 1 là tốt)", "Error when tried on the past (below 1 is good)"): words.number(row.get("mase"), 2),
            Text("Số lần thử", "Times tried"): words.number(row.get("origins"), 0),
        }
        for row in last.to_dict("records")
    )
    return table(
        "methods",
        Text("Mỗi cách dự báo nói gì", "What each method says"),
        lines,
        sentence("methods", year=int(last["period"].iloc[0])),
        lambda width, _: charts.methods_chart(every, unit=unit, width=width),
    )


def later(tables: Tables, summary: Summary) -> Exhibit | None:
    """What an earlier run forecast beside what was published afterwards: of its own territory, else of the first there is."""
    every = tables.get("later")
    if every is None or every.empty:
        return None
    own = str(summary["territory"])
    territory = own if (every["territory"] == own).any() else str(every["territory"].iloc[0])
    rows = every[every["territory"] == territory].sort_values("period")
    growth = str(rows["quantity"].iloc[0]) == "growth"
    of_nation = territory == NATION and tables.get("nation") is not None
    unit = "percent_per_year" if growth else unit_of(tables["nation" if of_nation else "forecast"], "level")
    cells = ((LOW, "forecast_low"), (MIDDLE, "forecast_median"), (HIGH, "forecast_high"), (Text("Công bố sau", "Published later"), "published"))
    lines = ({YEAR: Text.same(int(row["period"])), **{head: digits(row[name]) for head, name in cells}} for row in rows.to_dict("records"))
    return table(
        "later",
        words.record_subject(summary) + ", " + words.territory_text(territory),
        lines,
        sentence("later", when=words.date_text(summary.get("as_of"))),
        lambda width, _: charts.later_chart(rows, unit=unit, width=width),
    )


def sensitivity(tables: Tables) -> Exhibit | None:
    """The tornado of a run with every row as a table; None where the run recorded none."""
    every = tables.get("sensitivity")
    if every is None or every.empty:
        return None
    lines = (
        {
            Text("Giả định", "Assumption"): words.row_text(row, "name"),
            RATING: phrase(vocabulary.RATINGS, row["rating"]),
            LOW: words.plain_number(row["low_value"]),
            HIGH: words.plain_number(row["high_value"]),
            Text("Khả năng khi thấp", "Chance when low"): words.chance(row["probability_low"]),
            Text("Khả năng khi cao", "Chance when high"): words.chance(row["probability_high"]),
        }
        for row in words.rows_of(every)
    )
    return table(
        "sensitivity",
        Text("Khả năng đạt chỉ tiêu phụ thuộc vào giả định nào", "On which assumption the chance depends"),
        lines,
        sentence("sensitivity"),
        lambda width, _: sensitivity_chart(every, width=width),
    )


def information(tables: Tables) -> Exhibit:
    """Which missing figure would narrow the band of the answer most, every candidate a row."""
    every = tables["information"]
    lines = (
        {
            Text("Số liệu", "Figure"): words.row_text(row, "name"),
            Text("Dải 80 % của", "Band of"): phrase(vocabulary.KINDS, row["quantity"]),
            Text("Nay", "Now"): words.amount(row["band_now"], row["unit"], 1),
            Text("Khi có số", "With it"): words.amount(row["band_with"], row["unit"], 1),
            Text("Hẹp lại", "Narrower"): words.percent(row["narrowing_percent"], 1),
        }
        for row in words.rows_of(every)
    )
    sentences = Text.joined(words_of_information.helpful(every), " ")
    return table("information", Text("Số liệu nào sẽ giúp", "Which figure would help"), lines, sentences)
