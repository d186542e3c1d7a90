"""What differs between two publications, answer by answer: a line in words for each, and its parts as a table."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from forecast.domain import Text
from forecast.publish import words
from forecast.publish.exhibits import Exhibit, table
from forecast.publish.words import vocabulary
from forecast.publish.words.numbers import signed
from forecast.publish.words.vocabulary import phrase, sentence
from forecast.runs.publication.changes import Rows
from forecast.runs.upkeep import status

ABOUT = ("indicator", "territory", "measure")


def by_answer(rows: Rows) -> dict[tuple[str, ...], Rows]:
    """The rows of each answer by indicator, territory and measure, in their order."""
    answers: dict[tuple[str, ...], Rows] = {}
    for row in rows:
        answers.setdefault(tuple(row[name] for name in ABOUT), []).append(row)
    return answers


def line(rows: Sequence[Mapping[str, Any]], at: str) -> Text:
    """One answer's change since the publication of `at`, in words."""
    return words.changed_text(rows, Text.same(status.local_time(at)))


def changes(rows: Rows, at: str, which: str = "shown") -> Exhibit:
    """Every answer that both publications give, with what changed it; `which` as in `runs.publication.changes.pairs`."""
    since = Text.same(status.local_time(at))
    opening = sentence("changes_waiting", since=since) if which == "waiting" else sentence("changes_shown", since=since)
    lines = [
        {Text("Câu trả lời", "Answer"): words.subject(dict(zip(ABOUT, about, strict=True))), Text("Thay đổi", "Change"): line(part, at)}
        for about, part in by_answer(rows).items()
    ]
    return table("changes", Text("Điều gì đã đổi", "What changed"), lines, opening)


def parts(rows: Rows) -> Exhibit:
    """The parts of one answer's change, unrounded enough to be added up."""
    lines = [
        {
            Text("Đại lượng", "Quantity"): phrase(vocabulary.CHANGES, row["quantity"]),
            Text("Do", "Because of"): phrase(vocabulary.NEWS, row["part"]),
            Text("Từ → đến", "From → to"): words.number(float(row["start"]), 3) + " → " + words.number(float(row["end"]), 3),
            Text("Thay đổi", "Change"): signed(float(row["change"])),
        }
        for row in rows
    ]
    return table("parts", Text("Từng phần", "Part by part"), lines)
