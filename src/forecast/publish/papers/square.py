"""The square code of a paper: the address of the page at its view, else the short code alone."""

from __future__ import annotations

import io

from forecast.domain import Text
from forecast.policy.scenarios.codes import SHORT
from forecast.publish.papers.paper import Paper
from forecast.publish.words.vocabulary import sentence


def content(paper: Paper) -> str:
    """What a camera reads: a whole address where the page has one, else what is typed into the page."""
    if paper.view is None:
        return ""
    return paper.view.link(paper.address) if paper.address else f"#{SHORT}{paper.view.code}"


def caption(paper: Paper) -> Text:
    """What to do with the square, and the code for whoever has no camera."""
    return sentence("paper_reopen", code=paper.view.code) if paper.view else Text("", "")


def png(text: str) -> bytes:
    """The square as a picture, with the quiet border a camera needs."""
    return _made(text, "png", scale=6)


def svg(text: str) -> bytes:
    """The square as lines."""
    return _made(text, "svg", scale=4)


def _made(text: str, kind: str, scale: int) -> bytes:
    import segno

    stream = io.BytesIO()
    segno.make(text, error="m", micro=False).save(stream, kind=kind, scale=scale, border=4)
    return stream.getvalue()
