"""Scenarios held against each other: bands and differences by year, what each lever adds, what the outcome hangs on."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

import pandas as pd

from forecast.domain import Text
from forecast.evidence import Evidence
from forecast.policy import Comparison
from forecast.publish import words
from forecast.publish.charts import scenarios as charts
from forecast.publish.exhibits import Chart, Exhibit, heads
from forecast.publish.words import captions, vocabulary
from forecast.publish.words.numbers import Names, digits, plain_number, signed
from forecast.publish.words.scenarios import difference_sentence, judged_quantity, lever_names
from forecast.publish.words.vocabulary import phrase

BARS = (460, 0)  # what a chart of bars wants: as many rows as there are


def _of(table: pd.DataFrame, indicator: str, quantity: str) -> pd.DataFrame:
    return table[(table["indicator"] == indicator) & (table["quantity"] == quantity)]


def differences_said(compared: Comparison, indicator: str) -> list[Text]:
    """How far each scenario ends from the first: by its average growth where there is one, else by the main quantity."""
    average = _of(compared.differences, indicator, "growth_average")
    rows = average if len(average) else _of(compared.differences, indicator, judged_quantity(indicator))
    names = {scenario.id: scenario.name for scenario in compared.chosen}
    return [difference_sentence(row, names) for row in words.rows_of(rows[rows["year"] == rows["year"].max()])]


def by_year(compared: Comparison, indicator: str) -> tuple[Exhibit, Exhibit, Exhibit]:
    """The main quantity of an indicator: chart of the bands, chart of the differences, and both as a table by year."""
    names = {scenario.id: scenario.name for scenario in compared.chosen}
    bands, gaps = (_of(table, indicator, judged_quantity(indicator)) for table in (compared.bands, compared.differences))
    title = words.indicator_text(indicator)

    def draw(make: Callable[..., Any], rows: pd.DataFrame) -> Chart:
        return lambda width, _: make(rows, names, width=width)

    differ = Text("Chênh lệch so với kịch bản đầu", "Difference from the first scenario")
    return (
        Exhibit("bands", title, captions.bands(bands, names, title), chart=draw(charts.bands_chart, bands)),
        Exhibit("differences", differ, captions.differences(gaps, names), chart=draw(charts.differences_chart, gaps)),
        _years(bands, gaps, names),
    )


def _years(bands: pd.DataFrame, gaps: pd.DataFrame, names: Names) -> Exhibit:
    unit = words.unit_text(str(bands["unit"].iloc[0]))
    first, *others = names.values()
    head = (Text("Năm", "Year"), *(name + " (" + unit + ")" for name in names.values()), *(name + " − " + first for name in others))
    rows = tuple(
        (Text.same(year), *_ends(bands[bands["year"] == year], digits), *_ends(gaps[gaps["year"] == year], signed))
        for year in sorted(set(bands["year"]))
    )
    values: list[tuple[Any, ...]] = [
        (row["year"], names[row["scenario"]], "", row["low"], row["median"], row["high"], None) for row in words.rows_of(bands)
    ]
    values += [
        (row["year"], names[row["scenario"]], names[row["against"]], row["low"], row["median"], row["high"], row["chance"])
        for row in words.rows_of(gaps)
    ]
    columns = heads("years_file")
    title = Text("Bảng theo năm: mức giữa (và dải 8 phần 10 khả năng)", "By year: middle level (and the band of 8 chances in 10)")
    return Exhibit("years", title, head=head, rows=rows, columns=columns, values=tuple(values))


def _ends(rows: pd.DataFrame, written: Callable[[float], Text]) -> list[Text]:
    """The middle and the 80 % band of each row, as `written` puts a number."""
    ends = ([written(row[name]) for name in ("median", "low", "high")] for row in words.rows_of(rows))
    return [middle + " (" + low + " – " + high + ")" for middle, low, high in ends]


def contributions(rows: pd.DataFrame, store: Evidence, who: Text) -> Exhibit:
    """What each lever adds in the last year; `rows` of one scenario and indicator sum to scenario less baseline."""
    rows = rows[rows["year"] == rows["year"].max()]
    names = lever_names(store, rows)
    ratings = [phrase(vocabulary.RATINGS, row["rating"]) if row["rating"] else Text.same("–") for row in words.rows_of(rows)]
    rated = list(zip(words.rows_of(rows), ratings, strict=True))
    return Exhibit(
        "contributions",
        Text("Đóng góp của từng đòn bẩy", "What each lever adds"),
        captions.contributions(rows, names, who, words.indicator_text(str(rows["indicator"].iloc[0]))),
        heads("contributions"),
        tuple((names[row["lever"]], signed(row["contribution"]), _change(row), rating) for row, rating in rated),
        heads("contributions_file"),
        tuple((names[row["lever"]], row["contribution"], row["baseline"], row["scenario"], rating) for row, rating in rated),
        lambda width, _: charts.contributions_chart(rows, names, width=width),
        BARS,
    )


def _change(row: Mapping[str, Any]) -> Text:
    return words.number(row["baseline"], 2) + " → " + words.number(row["scenario"], 2)


def assumptions(rows: pd.DataFrame, store: Evidence, who: Text) -> Exhibit:
    """The outcome with each assumption of one scenario low and high, for one indicator, the one it hangs on most first."""
    unit, names = words.unit_text(str(rows["unit"].iloc[0])), lever_names(store, rows)
    outcomes = ("outcome_low", "outcome", "outcome_high")
    low, middle, high = heads("outcomes")
    return Exhibit(
        "assumptions",
        Text("Kết quả khi từng giả định thấp và cao", "The outcome with each assumption low and high"),
        captions.assumptions(rows, names, who),
        (*heads("assumptions"), *(end + " (" + unit + ")" for end in (low, middle, high))),
        tuple(
            (names[row["lever"]], plain_number(row["low_value"]) + " → " + plain_number(row["high_value"]), *(digits(row[name]) for name in outcomes))
            for row in words.rows_of(rows)
        ),
        heads("assumptions_file"),
        tuple((names[row["lever"]], row["low_value"], row["high_value"], *(row[name] for name in outcomes)) for row in words.rows_of(rows)),
        lambda width, _: charts.tornado_chart(rows, names, width=width),
        BARS,
    )
