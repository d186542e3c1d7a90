"""The targets of documents: what scenarios make of them, their chances year by year, and the documents side by side."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import pandas as pd

from forecast.domain import Text
from forecast.headline import NATION
from forecast.publish import words
from forecast.publish.exhibits import Exhibit, heads
from forecast.publish.words import vocabulary
from forecast.publish.words.numbers import DASH, NOTHING, plain_number, row_text
from forecast.publish.words.vocabulary import phrase

Row = Mapping[str, Any]


def targets(table: pd.DataFrame) -> Exhibit:
    """The targets in a table of one indicator, one row each: what is asked and still required, and chance, verdict and arrival by scenario.

    The file has one row for each target and scenario.
    """
    rows = [row for row in words.rows_of(table) if row["value"] is not None]
    by_target: dict[str, list[Row]] = {}
    for row in rows:
        by_target.setdefault(row["target"], []).append(row)
    return Exhibit(
        "targets",
        Text("Chỉ tiêu theo từng kịch bản", "Targets by scenario"),
        head=(
            *heads("targets"),
            *dict.fromkeys(row_text(row, "scenario") for row in rows),
        ),
        rows=tuple((_name(same[0]), asked(same[0]), _required(same[0]), *map(_fate, same)) for same in by_target.values()),
        columns=heads("targets_file"),
        values=tuple(
            (row_text(row, "scenario"), row_text(row, "name"), row["value"], row["probability"],
             phrase(vocabulary.VERDICTS, row["verdict"]), row["required"], row["arrival_median"])
            for row in rows
        ),
    )  # fmt: skip


def _name(row: Row) -> Text:
    return row_text(row, "name") + f" – {words.short_document(row['document'])} (" + phrase(vocabulary.APPLIES, row["applies"]) + ")"


def _required(row: Row) -> Text:
    """The growth still required, the same in any scenario, beside what the last three years brought."""
    if row["required"] is None:
        return DASH
    achieved = NOTHING if row["achieved"] is None else Text(" (3 năm qua ", " (last 3 years ") + words.number(row["achieved"], 1) + ")"
    return _with_unit(words.number(row["required"], 1), row["required_unit"]) + achieved


def _fate(row: Row) -> Text:
    """What a scenario makes of a target: the verdict, its chance while the period runs, and the year it would be reached."""
    verdict, note = phrase(vocabulary.VERDICTS, row["verdict"]), row_text(row, "note")
    if row["state"] == "open":
        verdict += Text(", khả năng ", ", chance ") + words.chance(row["probability"])
        if row["kind"] != "growth_each_year":  # reached in no one year
            verdict += Text("; đạt ", "; reached ") + _arrival(row)
    return verdict + ". " + note if note.vi else verdict


def _arrival(row: Row) -> Text:
    """The year a target is reached with its 80 % range, and how late that is."""
    early, middle, late = (_year(row[f"arrival_{end}"]) for end in ("early", "median", "late"))
    range_ = NOTHING if early == late else " (" + early + " – " + late + ")"
    return middle + range_ + _delay(row["delay_median"])


def _year(year: int | None) -> Text:
    return Text("sau 2035", "after 2035") if year is None else Text(f"năm {int(year)}", f"in {int(year)}")


def _delay(years: int | None) -> Text:
    if years is None:
        return NOTHING
    count = abs(int(years))
    if not count:
        return Text(", đúng hạn", ", on time")
    word = Text("chậm", "late") if years > 0 else Text("sớm", "early")
    return Text(f", {word.vi} {count} năm", f", {count} year{'s' if count > 1 else ''} {word.en}")


def _with_unit(value: Text, unit: str) -> Text:
    """A number with its unit as a table says it: 3,9 điểm phần trăm mỗi năm; 9.3% a year."""
    name = words.unit_text(unit)
    return value + Text(f" {name.vi}", name.en if name.en.startswith("%") else f" {name.en}")


def asked(row: Row) -> Text:
    """What a target asks for, with its period."""
    if row["value"] is None:
        return Text("chưa đọc được", "not readable")
    high = NOTHING if row["value_high"] is None else "–" + plain_number(row["value_high"])
    one_year = row["first"] == row["last"]
    each = NOTHING if one_year or row["kind"] != "growth_each_year" else Text(", từng năm một", ", in each single year")
    span = f" ({row['last']})" if one_year else f" ({row['first']}–{row['last']})"
    return _with_unit(plain_number(row["value"]) + high, row["unit"]) + each + span


def target_years(table: pd.DataFrame) -> Exhibit:
    """The chance of each open target year by year and for the whole period; a period has no year."""
    years = sorted(table["year"].dropna().astype(int).unique())
    rows = []
    for (indicator, _), part in table.groupby(["indicator", "target"], sort=False):
        chances = {row["year"]: words.chance(row["probability"]) for row in words.rows_of(part)}
        name = words.indicator_text(indicator) + f" – {words.short_document(part['document'].iloc[0])}"
        rows.append((name, *(chances.get(year, DASH) for year in years), chances[None]))
    head = (Text("Chỉ tiêu", "Target"), *map(Text.same, years), Text("Cả kỳ", "Period"))
    return Exhibit("target_years", Text("Khả năng theo từng năm", "The chance year by year"), head=head, rows=tuple(rows))


def _concluded(row: Row) -> Text:
    """The verdict; where the nation's own figures decide a target of its own, that it is theirs."""
    nations = row["state"] == "over" and row["territory"] == NATION and row["applies"] != "own"
    return phrase(vocabulary.VERDICTS, row["verdict"]) + (Text(" (số của cả nước)", " (the nation's figures)") if nations else NOTHING)


def documents(table: pd.DataFrame) -> Exhibit:
    """What every document asks of one indicator, side by side, conflicts marked; only the file names the indicator in each row.

    A document whose period is over gets no chance.
    """
    rows = [row if row["state"] == "open" else {**row, "probability": None} for row in words.rows_of(table)]
    shown = [
        (
            Text.same(row["document"]),
            words.territory_text(row["territory"]),
            asked(row),
            Text("có", "yes") if row["conflict"] else DASH,
            DASH if row["probability"] is None else words.chance(row["probability"]),
            _concluded(row),
        )
        for row in rows
    ]
    return Exhibit(
        "documents",
        Text("Các văn bản cạnh nhau", "Documents side by side"),
        head=heads("documents"),
        rows=tuple(shown),
        columns=heads("documents_file"),
        values=tuple(
            (words.indicator_text(row["indicator"]), *texts[:2], row["value"], texts[3], row["probability"], texts[5])
            for texts, row in zip(shown, rows, strict=True)
        ),
    )
