"""The tables and sentences of the adviser's app in one language: what the page shows and what a file holds."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import pandas as pd

from forecast.headline import PRODUCTIVITY
from forecast.publish import words
from forecast.publish.exhibits import Table, columns
from forecast.publish.words import vocabulary
from forecast.publish.words.numbers import Names, digits, say, signed
from forecast.publish.words.scenarios import HEADLINE, lever_names
from forecast.publish.words.vocabulary import phrase

# the columns of the files an adviser takes away, (Vietnamese, English)
DOCUMENTS = (
    "chỉ tiêu|văn bản|địa bàn|yêu cầu|khác văn bản khác|khả năng (0–1)|kết luận",
    "indicator|document|territory|asks for|differs from others|chance (0-1)|verdict",
)
TARGETS = (
    "kịch bản|chỉ tiêu|yêu cầu|khả năng (0–1)|kết luận|còn phải tăng|năm đạt (giữa)",
    "scenario|target|asks for|chance (0-1)|verdict|still required|year reached (middle)",
)
CONTRIBUTIONS = ("đòn bẩy|đóng góp|cơ sở|kịch bản|mức tin", "lever|contribution|baseline|scenario|rating")
ASSUMPTIONS = (
    "giả định|giá trị thấp|giá trị cao|kết quả khi thấp|kết quả|kết quả khi cao",
    "assumption|low value|high value|outcome when low|outcome|outcome when high",
)
YEARS = (
    "năm|kịch bản|so với|thấp (10 %)|giữa|cao (90 %)|khả năng cao hơn (0–1)",
    "year|scenario|against|low (10%)|middle|high (90%)|chance to be higher (0-1)",
)
ORIGIN = ("mục|nội dung", "item|content")


def of(table: pd.DataFrame, indicator: str) -> pd.DataFrame:
    """The rows of an indicator's main quantity."""
    if table.empty:
        return table
    return table[(table["indicator"] == indicator) & (table["quantity"] == HEADLINE[indicator])]


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
    return Table(title, tuple(head), tuple(rows), _raw_years(bands, gaps, named), columns(YEARS, language))


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
        (named[row["lever"]], row["contribution"], row["baseline"], row["scenario"], line[3])
        for row, line in zip(words.rows_of(rows), shown, strict=True)
    ]
    title = say(language, "Đóng góp của từng đòn bẩy", "What each lever adds")
    return Table(title, tuple(head), tuple(shown), tuple(raw), columns(CONTRIBUTIONS, language))


def assumptions(table: pd.DataFrame, named: Names, language: str) -> Table:
    """The outcome of one indicator with each assumption of a scenario low and high, the one it hangs on most first."""
    unit = words.unit_text(str(table["unit"].iloc[0]), language)
    head = say(
        language, f"Giả định|Thấp → cao|Kết quả khi thấp ({unit})|Kết quả ({unit})|Kết quả khi cao ({unit})",
        f"Assumption|Low → high|Outcome when low ({unit})|Outcome ({unit})|Outcome when high ({unit})",
    ).split("|")  # fmt: skip
    fields, rows = ("outcome_low", "outcome", "outcome_high"), words.rows_of(table)
    shown = [
        (named[row["lever"]], " → ".join(words.plain_number(row[end], language) for end in ("low_value", "high_value")),
         *(digits(row[name], language) for name in fields))
        for row in rows
    ]  # fmt: skip
    raw = [(named[row["lever"]], row["low_value"], row["high_value"], *(row[name] for name in fields)) for row in rows]
    title = say(language, "Kết quả khi từng giả định thấp và cao", "The outcome with each assumption low and high")
    return Table(title, tuple(head), tuple(shown), tuple(raw), columns(ASSUMPTIONS, language))


def targets(table: pd.DataFrame, indicator: str, language: str) -> Table:
    """The open targets of an indicator, one row each: what is asked and still required, and chance, verdict and arrival by scenario.

    The file has one row for each target and scenario.
    """
    rows = [row for row in words.rows_of(table[table["indicator"] == indicator]) if row["value"] is not None]
    named = list(dict.fromkeys(row[f"scenario_{language}"] for row in rows))
    head = say(language, "Chỉ tiêu|Yêu cầu|Còn phải tăng", "Target|Asks for|Still required").split("|")
    shown = []
    for target in dict.fromkeys(row["target"] for row in rows):
        mine = [row for row in rows if row["target"] == target]
        shown.append((*_target(mine[0], language), *(_fate(row, language) for row in mine)))
    raw = [
        (row[f"scenario_{language}"], row[f"name_{language}"], row["value"], row["probability"],
         phrase(vocabulary.VERDICTS, row["verdict"], language), row["required"], row["arrival_median"])
        for row in rows
    ]  # fmt: skip
    title = say(language, "Chỉ tiêu theo từng kịch bản", "Targets by scenario")
    return Table(title, (*head, *named), tuple(shown), tuple(raw), columns(TARGETS, language))


def _target(row: Mapping[str, Any], language: str) -> tuple[str, str, str]:
    """A target's name with its document, what it asks for, and the growth still required, which is the same in any scenario."""
    applies = phrase(vocabulary.APPLIES, row["applies"], language)
    name = f"{row[f'name_{language}']} – {words.short_document(row['document'])} ({applies})"
    required = "–" if row["required"] is None else measured(row["required"], row["required_unit"], language)
    return name, asked(row, language), required


def _fate(row: Mapping[str, Any], language: str) -> str:
    """What a scenario makes of a target: the verdict, its chance while the period runs, and the year it would be reached."""
    said = phrase(vocabulary.VERDICTS, row["verdict"], language)
    if row["state"] != "open":
        return said
    chance = say(language, "khả năng ", "chance ") + words.chance(row["probability"], language)
    when = arrival(row, language)
    return f"{said}, {chance}" + ("" if when == "–" else say(language, f"; đạt {when}", f"; reached {when}"))


def measured(value: float, unit: str, language: str) -> str:
    """A number with its unit as a table says it: 3,9 điểm phần trăm mỗi năm; 9.3% a year."""
    text, name = words.number(value, 1, language), words.unit_text(unit, language)
    return f"{text}{name}" if language == "en" and name.startswith("%") else f"{text} {name}"


def asked(row: Mapping[str, Any], language: str) -> str:
    """What a target asks for, with its period."""
    if row["value"] is None:
        return say(language, "chưa đọc được", "not readable")
    low, high = (words.plain_number(row[name], language) for name in ("value", "value_high"))
    value = low if row["value_high"] is None else f"{low}–{high}"
    unit = words.unit_text(row["unit"], language)
    space = "" if language == "en" and unit.startswith("%") else " "
    span = str(row["last"]) if row["first"] == row["last"] else f"{row['first']}–{row['last']}"
    every = row["kind"] == "growth_each_year" and row["first"] < row["last"]
    each = say(language, ", từng năm một", ", in each single year") if every else ""
    return f"{value}{space}{unit}{each} ({span})"


def arrival(row: Mapping[str, Any], language: str) -> str:
    """The year a target is reached with its 80 % range; a dash where it makes no sense."""
    if row["state"] != "open" or row["kind"] == "growth_each_year":
        return "–"
    never = say(language, "sau 2035", "after 2035")
    early, middle, late = (
        never if row[f"arrival_{name}"] is None else say(language, "năm ", "in ") + str(int(row[f"arrival_{name}"]))
        for name in ("early", "median", "late")
    )
    return middle if early == late else f"{middle} ({early} – {late})"


def documents(table: pd.DataFrame, language: str) -> Table:
    """What every document asks of one indicator, side by side, conflicts marked; only the file names the indicator in each row.

    A document whose period is over gets no chance.
    """
    rows = [row if row["state"] == "open" else {**row, "probability": None} for row in words.rows_of(table)]
    head = say(
        language, "Văn bản|Địa bàn|Yêu cầu|Khác văn bản khác?|Khả năng với địa bàn này|Kết luận",
        "Document|Territory|Asks for|Differs from others?|Chance for this territory|Verdict",
    ).split("|")  # fmt: skip
    shown = [
        (
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
        (words.indicator_text(row["indicator"], language), *line[:2], row["value"], line[3], row["probability"], line[5])
        for line, row in zip(shown, rows, strict=True)
    ]
    title = say(language, "Các văn bản cạnh nhau", "Documents side by side")
    return Table(title, tuple(head), tuple(shown), tuple(raw), columns(DOCUMENTS, language))


def outcome_text(row: Mapping[str, Any], indicator: str, language: str) -> str:
    """The number an indicator is judged by, as a reader says it."""
    unit = "percent_per_year" if indicator == PRODUCTIVITY else str(row["unit"])
    return words.amount(float(row["median"]), unit, language)
