"""A paper before it is printed: what it is, who stands behind it, its parts with their exhibits, and its endnotes."""

from __future__ import annotations

import itertools
import json
import re
import unicodedata
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from functools import lru_cache
from pathlib import Path
from typing import Any

from forecast import installation
from forecast.domain import HERE, Text
from forecast.publish import words
from forecast.publish.charts import canvas, layers
from forecast.publish.exhibits import Exhibit
from forecast.publish.papers.view import View
from forecast.publish.published import Publication
from forecast.publish.words.numbers import NOTHING, minus
from forecast.publish.words.vocabulary import sentence
from forecast.runs.processes import pictures
from forecast.runs.publication import pointer
from forecast.runs.upkeep import status

FONT = "Times New Roman"
LONGEST = 2000  # letters of one text on paper
HEAD = 16  # letters of the ledger's last hash on paper


@dataclass(frozen=True)
class Part:
    """A heading, its sentences (each with the number of its endnote, 0 for none), and an exhibit as a chart or a table."""

    heading: Text = NOTHING
    sentences: tuple[tuple[Text, int], ...] = ()
    exhibit: Exhibit | None = None
    drawn: bool = True  # the exhibit's chart; else its table


@dataclass(frozen=True)
class Paper:
    """What every renderer prints: `state` is a state of the publication, `view` what the code and the square reopen."""

    kind: Text
    subject: Text
    opening: tuple[Text, ...]
    parts: tuple[Part, ...]
    notes: tuple[Text, ...]
    state: str
    signed: Text
    signer: str
    day: str  # ISO, of the publication
    language: str
    view: View | None = None
    address: str = ""  # of the page, '' where none is set
    layout: Path | None = None  # the office's own Word layout, None for the kit's

    @property
    def is_draft(self) -> bool:
        """Whether nobody has signed its publication."""
        return self.state != pointer.PUBLISHED

    @property
    def headings(self) -> list[str]:
        """The numbered heading of each part, '' where it goes on under the one before."""
        numbers = itertools.count(1)
        return [f"{next(numbers)}. {self.say(part.heading)}" if part.heading.vi else "" for part in self.parts]

    def say(self, text: Text) -> str:
        """The side of a text that the paper is written in, as it may be printed."""
        return printed(text.in_language(self.language))


def printed(text: Any) -> str:
    """A text without what no paper may hold: control characters, marks that turn the writing round; at most LONGEST letters."""
    plain = _visible(str(text).replace("\n", " "))
    plain = plain if len(plain) <= LONGEST else plain[: LONGEST - 1] + "…"
    return minus(re.sub(r"(?<=\d) %", "\u00a0%", plain))


def _visible(content: Any) -> Any:
    """A text, or every text of a chart's specification, without characters of control, format, surrogate and private use."""
    if isinstance(content, str):
        return "".join(letter for letter in content if unicodedata.category(letter) not in ("Cc", "Cf", "Cs", "Co", "Cn"))
    if isinstance(content, Mapping):
        return {_visible(name): _visible(value) for name, value in content.items()}
    return [_visible(value) for value in content] if isinstance(content, list | tuple) else content


def own_layout(root: Path, language: str) -> Path | None:
    """The Word layout that forecast.toml names for papers in a language, None where it names none."""
    told = installation.read(root)
    return told.path(told.papers.layout if language == "vi" else told.papers.layout_en)


def stand(publication: Publication) -> dict[str, Any]:
    """Who stands behind a publication, as a Paper takes it."""
    signatures = [signature for signature in publication.signatures if signature.get("state") == pointer.PUBLISHED]
    return {
        "state": publication.state,
        "signed": status.signature({"signatures": list(publication.signatures)}) or NOTHING,
        "signer": signatures[-1]["by"] if signatures and publication.state == pointer.PUBLISHED else "",
        "day": _day(publication.published_at),
    }


def _day(stamp: str) -> str:
    try:
        return datetime.fromisoformat(stamp).astimezone(HERE).date().isoformat()
    except ValueError:
        return ""


def standing(publication: Publication) -> Text:
    """The day of the figures and of the publication, its state and who signed it, in one sentence."""
    days = [str(run.summary.get("as_of", "")) for run in publication.runs if not run.refused]
    signed = status.signature({"signatures": list(publication.signatures)})
    state = pointer.STATES.get(publication.state, pointer.STATES[pointer.DRAFT])
    by = state + (" (" + signed + ")" if signed.vi else Text(", chưa ai thẩm định", ", not reviewed by anyone"))
    at = Text.same(status.local_time(publication.published_at))
    return sentence("paper_stand", as_of=words.date_text(max(days, default="")), at=at, state=by)


def entered(publication: Publication) -> tuple[Text, ...]:
    """The endnote that names the ledger's last line when a publication was entered, and its code: whoever rewrites either contradicts the paper."""
    head = str(publication.ledger.get("hash", ""))
    return (sentence("paper_ledger", lines=publication.ledger.get("lines", 0), head=head[:HEAD], code=publication.code),) if head else ()


def chart(exhibit: Exhibit, language: str, size: tuple[int, int], kind: str) -> bytes:
    """The chart of an exhibit as 'svg' or 'png' of that many points; ValueError for an exhibit without one."""
    if exhibit.chart is None:
        raise ValueError(f"{exhibit.name} has no chart")
    specification = json.dumps(_visible(layers.in_language(exhibit.chart(*size), language)), ensure_ascii=False)
    return _drawn(specification, kind)


@lru_cache(maxsize=64)
def _drawn(specification: str, kind: str) -> bytes:
    """One drawing for every paper that shows it."""
    if kind == "png":
        return pictures.png(json.loads(specification), canvas.VEGA_LITE)
    return pictures.svg(json.loads(specification), canvas.VEGA_LITE).encode()
