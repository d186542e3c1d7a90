"""What a state of the page says by the document whose target was chosen: card, sentences, and the choices side by side."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from forecast.domain import Text
from forecast.publish import words
from forecast.publish.published import PublishedRun
from forecast.publish.words import vocabulary
from forecast.publish.words.numbers import NOTHING
from forecast.publish.words.vocabulary import sentence

Row = Mapping[str, Any]


def aims(run: PublishedRun) -> list[dict[str, Any]]:
    """One entry per target of the run, those with a chance before those that are over or unread, the headline's marked `first`;
    `nth` is its place among the verdict rows. With no headline, the entry of no target comes first and offers no choice."""
    rows = words.rows_of(run.tables.get("verdicts"))
    headline = words.headline_row(run.summary, rows)
    entries = [] if headline else [_aim(run, None, rows)]
    entries += [_aim(run, row, rows) | {"nth": nth} for nth, row in enumerate(rows)]
    first = headline["target"] if headline else ""
    return sorted((entry | {"first": entry["id"] == first} for entry in entries), key=lambda entry: entry["rank"])


def without(headline: Text, under: Text, aloud: Text) -> list[dict[str, Any]]:
    """The one entry of a state that has no forecast."""
    entry = {"id": "", "first": True, "choice": None, "big": None, "required": None, "source": ""}
    return [_judged("refused") | entry | {"under": under, "headline": headline, "aloud": aloud}]


def _judged(code: str) -> dict[str, Any]:
    return {"code": code, "icon": vocabulary.ICONS.get(code, "?"), "verdict": words.verdict(code)}


def _aim(run: PublishedRun, row: Row | None, rows: Sequence[Row]) -> dict[str, Any]:
    summary = {**run.summary, "headline_target": row["target"] if row else None}
    spoken = {"headline": words.headline(summary, rows), "aloud": words.aloud(summary, rows)}
    if row is None:
        entry = {"id": "", "rank": 0, "choice": None, "required": None, "source": ""}
        return _judged("no_target") | spoken | entry | {"big": words.middle_text(summary), "under": sentence("no_target")}
    sure = words.has_chance(row)
    return _judged(str(row["verdict"])) | spoken | {
        "id": str(row["target"]),
        "rank": 0 if sure else 2 if row.get("value") is None else 1,
        "choice": _choice(row),
        "big": words.chance(row["probability"]) if sure else None,
        "under": words.chance_of(row) if sure else words.target_sentence(row),
        "required": _required(summary, row),
        "source": str(row["source"] or ""),
    }  # fmt: skip


def _required(summary: Row, row: Row) -> Text:
    """What is still required; where nothing can be required (over, unread), what the figures say instead."""
    if row.get("value") is None or row.get("state") == "over":
        return words.outlook_text(summary) + "."
    return words.required_text(row)


def _choice(row: Row) -> dict[str, Any]:
    """What stands on the button of a target: what is asked by when, in which document, and what came of it."""
    asked = Text("chưa đọc được con số", "figure not readable") if row.get("value") is None else words.bounded(row)
    return {
        "asked": asked + f" ({words.span_text(row.get('first'), row['last'])})",
        "document": words.short_document(row.get("document")),
        "territory": NOTHING if row.get("applies") in ("own", "asked") else words.territory_text(str(row["territory"])),
        "says": _says(row),
    }


def _says(row: Row) -> Text:
    if words.has_chance(row):
        return words.chance(row["probability"])
    if row.get("value") is None:
        return NOTHING
    word = words.verdict(str(row["verdict"]))
    return Text("đã qua: ", "over: ") + word if row.get("state") == "over" else word
