"""What an answer rests on: figures known, what they say of the rebuilt years, assumptions, sources."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any

import pandas as pd

from forecast.domain import Text
from forecast.evidence import Evidence
from forecast.publish import words
from forecast.publish.exhibits import Exhibit, Tables, table
from forecast.publish.exhibits.outlook import BAND, RATING, YEAR, band
from forecast.publish.words import vocabulary
from forecast.publish.words.collation import in_order
from forecast.publish.words.numbers import NOTHING
from forecast.publish.words.vocabulary import phrase, sentence

Row = Mapping[str, Any]
SOURCE = Text("Nguồn", "Source")
NO_FIGURE = Text("Chưa có số liệu nào của địa bàn này được công bố.", "No figure of this territory has been published.")


def figures(tables: Tables, store: Evidence) -> Exhibit:
    """Every figure known, as printed, with its status, day, source and whether it is used or set aside."""
    rows = [row for row in words.rows_of(tables["history"]) if not str(row["note_en"] or "").startswith("rebuilt")]
    lines = (
        {
            Text("Kỳ", "Period"): Text.same(row["period"]),
            Text("Số liệu", "Figure"): series_name(row, store),
            Text("Giá trị", "Value"): _value(row, store.indicators[str(row["indicator"])].unit),
            Text("Tình trạng", "Status"): phrase(vocabulary.STATUSES, row["status"]),
            Text("Biết từ", "Known since"): words.date_text(row["vintage"]),
            SOURCE: sources_of(row),
            Text("Ghi chú", "Note"): _note(row),
        }
        for row in rows
    )
    return table("figures", Text("Số liệu đã biết", "Figures known"), lines, NOTHING if rows else NO_FIGURE)


def series_name(row: Row, store: Evidence) -> Text:
    """The indicator of a row with its territory."""
    return store.indicators[str(row["indicator"])].name + " – " + words.territory_text(str(row["territory"]))


def sources_of(row: Row) -> Text:
    """The ids of the sources of a row."""
    return Text.same(str(row["source"]).replace("+", " + "))


def _value(row: Row, unit: str) -> Text:
    if row["low"] is not None:
        return words.entered(row["low"], "ratio", 2) + " – " + words.entered(row["high"], unit, 2)
    return phrase(vocabulary.BOUNDS, row["bound"]) + words.entered(row["value"], unit, 2)


def _note(row: Row) -> Text:
    """Whether the figure is set aside, and what the kit notes of it in Vietnamese; the other note is the source's own."""
    note = Text(str(row["note_vi"] or ""), "")
    if row["used"]:
        return note
    return Text("để bên cạnh", "set aside") + (Text("; ", "") + note if note.vi else NOTHING)


def readings(tables: Tables, store: Evidence) -> Exhibit:
    """What each figure says of the rebuilt years and how surely (80 %)."""
    lines = (
        {
            YEAR: Text.same(row["period"]),
            Text("Đọc từ", "Read from"): series_name(row, store),
            Text("Nói rằng", "Says"): words.amount(row["value"], row["unit"], 1),
            BAND: band(row),
            SOURCE: sources_of(row),
        }
        for row in words.rows_of(tables["readings"])
    )
    return table("readings", Text("Mỗi số liệu nói gì", "What each figure says"), lines, sentence("readings"))


def assumption(row: Row) -> dict[str, Any]:
    """One assumption as texts, with the code of its rating and its source."""
    return {
        "name": words.row_text(row, "name"),
        "value": words.plain_number(row.get("value")),
        "rating": phrase(vocabulary.RATINGS, row.get("rating")),
        "code": str(row.get("rating")),
        "reason": words.row_text(row, "reason"),
        "source": str(row.get("source") or ""),
    }


def assumptions(tables: Tables) -> Exhibit:
    """The assumptions with their ratings and reasons."""
    lines = (
        {
            Text("Giả định", "Assumption"): texts["name"],
            Text("Giá trị", "Value"): texts["value"],
            RATING: texts["rating"],
            Text("Lý do", "Reason"): texts["reason"],
            SOURCE: Text.same(texts["source"]),
        }
        for texts in map(assumption, words.rows_of(tables.get("assumptions")))
    )
    return table("assumptions", Text("Các giả định", "The assumptions"), lines)


def sources(frames: Iterable[pd.DataFrame], store: Evidence) -> Exhibit:
    """Title, publisher, date and address of every source the tables name."""
    cells = (str(cell) for frame in frames if "source" in frame for cell in frame["source"].dropna())
    named = [name for name in {part for cell in cells for part in cell.split("+")} if name in store.sources]  # a run hangs on all it reads
    lines = (
        {
            Text("Mã", "Id"): Text.same(name),
            Text("Tên", "Title"): Text.same(store.sources[name].title),
            Text("Nơi công bố", "Publisher"): Text.same(store.sources[name].publisher),
            Text("Ngày", "Date"): Text.same(store.sources[name].published),
            Text("Địa chỉ", "Address"): Text.same(store.sources[name].url),
        }
        for name in in_order(sorted(named), lambda name: store.sources[name].title)
    )
    return table("sources", Text("Nguồn", "Sources"), lines)
