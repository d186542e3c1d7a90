"""What a state of the page says by the document whose target was chosen: card, sentences, and the choices side by side."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from forecast.domain import Text
from forecast.publish import words
from forecast.publish.published import ShownRun
from forecast.publish.words import vocabulary
from forecast.publish.words.numbers import both
from forecast.publish.words.vocabulary import phrase


def aims(run: ShownRun) -> list[dict[str, Any]]:
    """One entry per target of the run, those with a chance before those that are over or unread, the headline's marked `first`;
    `nth` is its place among the verdict rows. With no headline, the entry of no target comes first and offers no choice."""
    rows = words.rows_of(run.tables.get("verdicts"))
    headline = words.headline_row(run.summary, rows)
    found = [] if headline else [_aim(run, None, rows)]
    found += [_aim(run, row, rows) | {"nth": nth} for nth, row in enumerate(rows)]
    for item in found:
        item["first"] = item["id"] == (headline["target"] if headline else "")
    return sorted(found, key=lambda item: item["rank"])


def without(headline: Text, under: Text, aloud: Text) -> list[dict[str, Any]]:
    """The one entry of a state that has no forecast."""
    return [_said("refused") | {"id": "", "first": True, "choice": None, "big": None, "under": under, "required": None,
                                "source": "", "headline": headline, "aloud": aloud}]  # fmt: skip


def _said(code: str) -> dict[str, Any]:
    return {"code": code, "icon": vocabulary.ICONS.get(code, "?"), "verdict": both(lambda language: words.verdict(code, language))}


def _aim(run: ShownRun, row: Mapping[str, Any] | None, rows: list[dict[str, Any]]) -> dict[str, Any]:
    summary = run.summary | {"headline_target": row["target"] if row else None}
    sure = words.has_chance(row)

    def under(language: str) -> str:
        if row is None:
            return words.no_target_text(language)
        return words.chance_of(row, language) if sure else words.target_sentence(row, language)

    big = both(lambda language: words.chance(row["probability"], language) if sure and row else words.middle_text(summary, language))
    return _said(str(row["verdict"]) if row else "no_target") | {
        "id": str(row["target"]) if row else "",
        "rank": 0 if row is None or sure else 2 if row.get("value") is None else 1,
        "choice": _choice(row) if row else None,
        "big": big if sure or row is None else None,
        "under": both(under),
        "required": both(lambda language: _fact(summary, row, language)) if row else None,
        "source": str(row["source"] or "") if row else "",
        "headline": both(lambda language: words.headline(summary, rows, language)),
        "aloud": both(lambda language: words.aloud(summary, rows, language)),
    }


def _fact(summary: Mapping[str, Any], row: Mapping[str, Any], language: str) -> str:
    """What is still required; where nothing can be required (over, unread), what the figures say instead."""
    if row.get("value") is not None and row.get("state") != "over":
        return words.required_text(row, language)
    return f"{words.outlook_text(summary, language)}."


def _choice(row: Mapping[str, Any]) -> dict[str, Any]:
    """What stands on the button of a target: what is asked by when, in which document, and what came of it."""
    span = words.span_text(row.get("first"), row["last"])
    unread = Text("chưa đọc được con số", "figure not readable")
    asked = unread if row.get("value") is None else both(lambda language: words.bounded(row, language))
    own = row.get("applies") == "own"
    place = both(lambda language: "" if own else words.territory_text(str(row["territory"]), language))
    return {
        "asked": Text(f"{asked.vi} ({span})", f"{asked.en} ({span})"),
        "document": words.short_document(row.get("document")),
        "place": place,
        "scope": both(lambda language: phrase(vocabulary.APPLIES, str(row["applies"]), language)),
        "says": both(lambda language: _says(row, language)),
    }


def _says(row: Mapping[str, Any], language: str) -> str:
    if words.has_chance(row):
        return words.chance(row["probability"], language)
    if row.get("value") is None:
        return ""
    word = words.verdict(str(row["verdict"]), language)
    if row.get("state") != "over":
        return word
    return f"đã qua: {word}" if language == "vi" else f"over: {word}"
