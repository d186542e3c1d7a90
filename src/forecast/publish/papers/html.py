"""A paper as one HTML file that asks no other machine for anything."""

from __future__ import annotations

from typing import Any

from forecast.publish import templating
from forecast.publish.papers import official
from forecast.publish.papers.paper import Paper, Part, chart


def as_html(paper: Paper) -> str:
    """The paper as a document; every text is escaped."""
    return templating.render(
        "papers/paper.html.j2",
        language=paper.language,
        draft=paper.say(official.DRAFT) if paper.is_draft else "",
        kind=paper.say(paper.kind),
        subject=paper.say(paper.subject),
        opening=[paper.say(text) for text in paper.opening],
        parts=[_part(heading, part, paper) for heading, part in zip(paper.headings, paper.parts, strict=True)],
        notes=[paper.say(note) for note in paper.notes],
    )


def _part(heading: str, part: Part, paper: Paper) -> dict[str, Any]:
    exhibit = part.exhibit
    drawn = exhibit is not None and part.drawn
    return {
        "heading": heading,
        "sentences": [(paper.say(text), note) for text, note in part.sentences],
        "picture": chart(exhibit, paper.language, exhibit.size, "svg").decode() if exhibit and drawn else "",
        "title": paper.say(exhibit.title) if exhibit else "",
        "rows": [] if exhibit is None or drawn else [[paper.say(cell) for cell in line] for line in (exhibit.head, *exhibit.rows)],
    }
