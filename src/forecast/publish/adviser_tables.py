"""The tables and sentences of the adviser's app in one language: what the page shows and what a file holds."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import pandas as pd

from forecast.policy.baseline import PRODUCTIVITY
from forecast.publish import vocabulary, words
from forecast.publish.scenario_charts import signed
from forecast.publish.scenario_document import HEADLINE, lever_names
from forecast.publish.vocabulary import phrase

Names = Mapping[str, str]
DOCUMENTS = ("indicator", "document", "territory", "value", "conflict", "chance", "verdict")
TARGETS = ("scenario", "target", "value", "chance", "verdict", "required", "arrival")
CONTRIBUTIONS = ("lever", "contribution", "baseline_to_scenario", "rating")


@dataclass(frozen=True)
class Table:
    """A table as it is read (`shown`, texts) and as it is taken away (`rows` under `columns`, numbers kept as numbers)."""

    title: str
    head: tuple[str, ...]
    shown: tuple[tuple[str, ...], ...]
    rows: tuple[tuple[Any, ...], ...]
    columns: tuple[str, ...]


def say(language: str, vi: str, en: str) -> str:
    """One of two texts."""
    return vi if language == "vi" else en


def of(table: pd.DataFrame, indicator: str) -> pd.DataFrame:
    """The rows of an indicator's main quantity."""
    if table.empty:
        return table
    return table[(table["indicator"] == indicator) & (table["quantity"] == HEADLINE[indicator])]


def digits(value: float, language: str) -> str:
    """A level as a reader wants it: whole numbers from 1.000 on, else one digit."""
    return words.number(value, 0 if abs(value) >= 1000 else 1, language)


def years(bands: pd.DataFrame, gaps: pd.DataFrame, named: Names, indicator: str, language: str) -> Table:
    """Middle and 80 % band of each scenario by year, and its difference from the first, draw by draw."""
    bands, gaps = of(bands, indicator), of(gaps, indicator)
    unit = words.unit_text(str(bands["unit"].iloc[0]), language)
    head = [say(language, "Năm", "Year"), *(f"{named[name]} ({unit})" for name in named)]
    head += [f"{named[name]} − {named[next(iter(named))]}" for name in list(named)[1:]]
    rows = []
    for year in sorted(set(bands["year"])):
        row = [str(year)]
        for name in named:
            row += [_band(item, language) for item in _at(bands, year, name)]
        for name in list(named)[1:]:
            row += [_gap(item, language) for item in _at(gaps, year, name)]
        rows.append(tuple(row))
    title = say(language, "Bảng theo năm: giữa (8 phần 10 khả năng)", "By year: middle (8 chances in 10)")
    return Table(title, tuple(head), tuple(rows), _raw_years(bands, gaps, named), RAW_YEARS)


RAW_YEARS = ("year", "scenario", "against", "low_10", "median", "high_90", "chance_higher")


def _raw_years(bands: pd.DataFrame, gaps: pd.DataFrame, named: Names) -> tuple[tuple[Any, ...], ...]:
    rows = [
        (row["year"], named[row["scenario"]], "", row["low"], row["median"], row["high"], None)
        for row in words.rows_of(bands)
    ]
    for row in words.rows_of(gaps):
        both = (named[row["scenario"]], named[row["against"]])
        rows.append((row["year"], *both, row["low"], row["median"], row["high"], row["chance"]))
    return tuple(rows)


def _at(table: pd.DataFrame, year: int, name: str) -> list[dict[str, Any]]:
    return words.rows_of(table[(table["year"] == year) & (table["scenario"] == name)]) if len(table) else []


def _band(row: Mapping[str, Any], language: str) -> str:
    middle, low, high = (digits(row[name], language) for name in ("median", "low", "high"))
    return f"{middle} ({low} – {high})"


def _gap(row: Mapping[str, Any], language: str) -> str:
    middle, low, high = (signed(row[name], language) for name in ("median", "low", "high"))
    return f"{middle} ({low} – {high})"


def contributions(table: pd.DataFrame, base: Any, indicator: str, language: str) -> Table:
    """What each lever adds by the horizon; the rows sum to scenario less baseline."""
    rows = table[table["indicator"] == indicator]
    rows = rows[rows["year"] == rows["year"].max()]
    named = lever_names(base.store, language, rows)
    head = say(
        language, "Đòn bẩy|Đóng góp|Cơ sở → kịch bản|Mức tin", "Lever|Contribution|Baseline → scenario|Rating"
    ).split("|")
    shown = [
        (
            named[row["lever"]],
            signed(row["contribution"], language),
            f"{words.number(row['baseline'], 2, language)} → {words.number(row['scenario'], 2, language)}",
            phrase(vocabulary.RATINGS, row["rating"], language) if row["rating"] else "–",
        )
        for row in words.rows_of(rows)
    ]
    raw = [
        (named[row["lever"]], row["contribution"], f"{row['baseline']:.6g} → {row['scenario']:.6g}", row["rating"])
        for row in words.rows_of(rows)
    ]
    return Table(
        say(language, "Đóng góp của từng đòn bẩy", "What each lever adds"),
        tuple(head),
        tuple(shown),
        tuple(raw),
        CONTRIBUTIONS,
    )


def targets(table: pd.DataFrame, indicator: str, language: str) -> Table:
    """The open targets of an indicator under each scenario: chance, verdict, what is required, arrival."""
    rows = [row for row in words.rows_of(table[table["indicator"] == indicator]) if row["value"] is not None]
    head = say(
        language, "Kịch bản|Chỉ tiêu|Yêu cầu|Khả năng|Kết luận|Còn phải tăng|Năm đạt",
        "Scenario|Target|Asks for|Chance|Verdict|Still required|Arrival",
    ).split("|")  # fmt: skip
    shown = [
        (
            row[f"scenario_{language}"],
            f"{row[f'name_{language}']} – {words.short_document(row['document'])} ({phrase(vocabulary.APPLIES, row['applies'], language)})",
            asked(row, language),
            "–" if row["probability"] is None else words.chance(row["probability"], language),
            phrase(vocabulary.VERDICTS, row["verdict"], language),
            "–"
            if row["required"] is None
            else f"{words.number(row['required'], 1, language)} {words.unit_text(row['required_unit'], language)}",
            arrival(row, language),
        )
        for row in rows
    ]
    raw = [
        (
            row[f"scenario_{language}"],
            row[f"name_{language}"],
            row["value"],
            row["probability"],
            row["verdict"],
            row["required"],
            row["arrival_median"],
        )
        for row in rows
    ]
    return Table(
        say(language, "Chỉ tiêu theo từng kịch bản", "Targets by scenario"),
        tuple(head),
        tuple(shown),
        tuple(raw),
        TARGETS,
    )


def asked(row: Mapping[str, Any], language: str) -> str:
    """What a target asks for, with its period."""
    if row["value"] is None:
        return say(language, "chưa đọc được", "not readable")
    high = "" if row["value_high"] is None else f"–{words.number(row['value_high'], 1, language)}"
    span = str(row["last"]) if row["first"] == row["last"] else f"{row['first']}–{row['last']}"
    every = row["kind"] == "growth_each_year" and row["first"] < row["last"]
    each = say(language, ", từng năm một", ", in each single year") if every else ""
    return f"{words.number(row['value'], 1, language)}{high} {words.unit_text(row['unit'], language)}{each} ({span})"


def arrival(row: Mapping[str, Any], language: str) -> str:
    """The year a target is reached with its 80 % range; a dash where it makes no sense."""
    if row["state"] != "open" or row["kind"] == "growth_each_year":
        return "–"
    never = say(language, "sau 2035", "after 2035")
    early, middle, late = (
        never if row[f"arrival_{name}"] is None else str(int(row[f"arrival_{name}"]))
        for name in ("early", "median", "late")
    )
    return middle if early == late else f"{middle} ({early} – {late})"


def documents(table: pd.DataFrame, language: str) -> Table:
    """What every document asks for, side by side, conflicts marked."""
    rows = words.rows_of(table)
    head = say(
        language, "Chỉ tiêu|Văn bản|Địa bàn|Yêu cầu|Mâu thuẫn?|Khả năng với địa bàn này|Kết luận",
        "Indicator|Document|Territory|Asks for|Conflict?|Chance for this territory|Verdict",
    ).split("|")  # fmt: skip
    shown = [
        (
            words.indicator_text(row["indicator"], language),
            str(row["document"]),
            words.territory_text(row["territory"], language),
            asked(row, language),
            say(language, "có", "yes") if row["conflict"] else "–",
            "–" if row["probability"] is None else words.chance(row["probability"], language),
            phrase(vocabulary.VERDICTS, row["verdict"], language),
        )
        for row in rows
    ]
    raw = [
        (*line[:3], row["value"], line[4], row["probability"], line[6]) for line, row in zip(shown, rows, strict=True)
    ]
    return Table(
        say(language, "Các văn bản cạnh nhau", "Documents side by side"),
        tuple(head),
        tuple(shown),
        tuple(raw),
        DOCUMENTS,
    )


def outcome_text(row: Mapping[str, Any], indicator: str, language: str) -> str:
    """The number an indicator is judged by, as a reader says it."""
    unit = "percent_per_year" if indicator == PRODUCTIVITY else str(row["unit"])
    return words.amount(float(row["median"]), unit, language)
