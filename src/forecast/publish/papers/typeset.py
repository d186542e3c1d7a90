"""A paper as PDF: the same layout as in Word, set by typst with a font of Times New Roman's widths, embedded."""

from __future__ import annotations

import json
from functools import cache
from pathlib import Path
from typing import Any

from forecast.publish.charts.canvas import FONT as SCREEN_FONT
from forecast.publish.papers import layout, official, square
from forecast.publish.papers.paper import Paper, Part, chart
from forecast.publish.papers.word import PICTURE

FOLDER = Path(__file__).parent
FONTS = FOLDER / "fonts"
FONT = "Tinos"


def as_pdf(paper: Paper) -> bytes:
    """The paper as PDF; no font, file or package is looked for outside the kit."""
    import typst

    source = (FOLDER / "templates" / "paper.typ").read_bytes()
    content = json.dumps(_content(paper), ensure_ascii=False, allow_nan=False)
    made = typst.compile(source, root=str(FOLDER / "templates"), format="pdf", sys_inputs={"paper": content}, font_paths=_fonts())
    assert isinstance(made, bytes)
    return made


@cache
def _fonts() -> Any:
    import typst

    return typst.Fonts(include_system_fonts=False, include_embedded_fonts=True, font_paths=[str(FONTS)])


def _content(paper: Paper) -> dict[str, Any]:
    values = official.fields(paper)
    head, title, foot = layout.lines(paper)

    def filled(lines: tuple[official.Line, ...]) -> list[list[Any]]:
        return [[official.filled(text, values), size, style] for text, size, style in lines]

    return {
        "language": paper.language,
        "subject": paper.say(paper.subject),
        "head": [filled(lines) for lines in head],
        "title": filled(title),
        "foot": [filled(lines) for lines in foot],
        "opening": [paper.say(text) for text in paper.opening],
        "parts": [_part(heading, part, paper) for heading, part in zip(paper.headings, paper.parts, strict=True)],
        "notes": [f"[{number}] {paper.say(note)}" for number, note in enumerate(paper.notes, 1)],
        "square": square.svg(square.content(paper)).decode() if paper.view else "",
        "reopen": paper.say(square.caption(paper)),
    }


def _part(heading: str, part: Part, paper: Paper) -> dict[str, Any]:
    exhibit = part.exhibit
    drawn = exhibit is not None and part.drawn
    rows = [] if exhibit is None or drawn else [[paper.say(cell) for cell in line] for line in (exhibit.head, *exhibit.rows)]
    return {
        "heading": heading,
        "sentences": [[paper.say(text), note] for text, note in part.sentences],
        "picture": chart(exhibit, paper.language, PICTURE, "svg").decode().replace(SCREEN_FONT, FONT) if exhibit and drawn else "",
        "title": paper.say(exhibit.title) if exhibit else "",
        "caption": paper.say(exhibit.sentence) if exhibit else "",
        "rows": rows,
    }
