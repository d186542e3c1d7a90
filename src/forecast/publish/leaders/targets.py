"""What a state of the page says by the document whose target was chosen: card, sentences, the choices side by side, the table."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from forecast.domain import Text
from forecast.publish import words
from forecast.publish.published import PublishedRun
from forecast.publish.words import vocabulary
from forecast.publish.words.numbers import NOTHING
from forecast.publish.words.vocabulary import phrase

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
        return _judged("no_target") | spoken | entry | {"big": words.middle_text(summary), "under": words.no_target_text()}
    sure = words.has_chance(row)
    return _judged(str(row["verdict"])) | spoken | {
        "id": str(row["target"]),
        "rank": 0 if sure else 2 if row.get("value") is None else 1,
        "choice": _choice(row),
        "big": words.chance(row["probability"]) if sure else None,
        "under": words.chance_of(row) if sure else words.target_sentence(row),
        "required": words.required_text(row) if _can_be_met(row) else words.outlook_text(summary) + ".",
        "source": str(row["source"] or ""),
    }  # fmt: skip


def _can_be_met(row: Row) -> bool:
    """Whether something can still be required: the figure was read and its period is not over."""
    return row.get("value") is not None and row.get("state") != "over"


def _choice(row: Row) -> dict[str, Any]:
    """What stands on the button of a target: what is asked by when, in which document, and what came of it."""
    asked = Text("chưa đọc được con số", "figure not readable") if row.get("value") is None else words.bounded(row)
    return {
        "asked": asked + f" ({words.span_text(row.get('first'), row['last'])})",
        "document": words.short_document(row.get("document")),
        "territory": NOTHING if row.get("applies") == "own" else words.territory_text(str(row["territory"])),
        "says": _says(row),
    }


def _says(row: Row) -> Text:
    if words.has_chance(row):
        return words.chance(row["probability"])
    if row.get("value") is None:
        return NOTHING
    word = words.verdict(str(row["verdict"]))
    return Text("đã qua: ", "over: ") + word if row.get("state") == "over" else word


def table(run: PublishedRun) -> list[dict[str, Any]]:
    """The rows of the table of targets: what each asks for, its verdict, and what remains to be done."""
    return [_row(row) for row in words.rows_of(run.tables.get("verdicts"))]


def _row(row: Row) -> dict[str, Any]:
    ahead = _can_be_met(row)
    return _judged(str(row["verdict"])) | {
        "id": str(row["target"]),
        "name": words.row_text(row, "name"),
        "document": str(row.get("document") or ""),
        "territory": words.territory_text(str(row["territory"])) + " (" + phrase(vocabulary.APPLIES, row["applies"]) + ")",
        "value": Text("chưa đọc được", "not readable") if row.get("value") is None else words.bounded(row),
        "span": words.span_text(row.get("first"), row["last"]),
        "over": row.get("state") == "over",
        "chance": words.chance(row.get("probability")) if ahead else None,
        "required": words.required_text(row) if ahead else None,
        "arrival": words.arrival_text(row) if ahead else None,
        "note": words.row_text(row, "note"),
        "source": str(row.get("source") or ""),
    }  # fmt: skip
