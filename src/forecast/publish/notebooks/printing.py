"""The renderer of the notebooks: exhibits and sentences, Vietnamese first, English beside; charts live at a desk, pictures in records.

An adviser's own Altair chart is shown the same way as the kit's, without anything from another machine.
"""

from __future__ import annotations

import functools
import textwrap
from collections.abc import Callable, Iterable, Mapping, Sequence
from html import escape
from typing import Any

import altair as alt
from IPython.display import HTML, Markdown, display

from forecast import evidence
from forecast.domain import Text
from forecast.errors import ForecastError
from forecast.publish.charts import canvas, live
from forecast.publish.exhibits import Exhibit
from forecast.publish.exhibits.evidence import SOURCE
from forecast.publish.words import provenance

NONE = Text("Không có.", "None.")
WIDEST = 600  # pixels of a live chart, which does not shrink with its cell
LONGEST = 120  # letters up to which a cell says its words in both languages
LONG = 12  # rows from which a table is folded
TITLE = 70  # letters of a source's title that a cell has room for
ADDRESS = Text("Địa chỉ", "Address")

alt.renderers.register("hung_yen", lambda spec, **_: live.bundle(spec))
alt.renderers.enable("hung_yen")


def show(exhibit: Exhibit | None, *, title: bool = False) -> None:
    """Print an exhibit: its title if wanted, sentence, chart, and table, which is folded below a chart."""
    if exhibit is None:
        tell([NONE])
        return
    if title:
        say(f"### {exhibit.title.vi}\n*{exhibit.title.en}*")
    if exhibit.sentence.vi:
        tell([exhibit.sentence])
    if exhibit.chart:
        width, height = exhibit.size
        canvas.show(exhibit.chart(min(width, WIDEST) if live.is_live() else width, height), exhibit.title.vi)
    if exhibit.rows:
        folded = exhibit.chart is not None or len(exhibit.rows) > LONG
        display(HTML(_folded(_table(exhibit), len(exhibit.rows)) if folded else _table(exhibit)))
    elif not exhibit.chart and not exhibit.sentence.vi:
        tell([NONE])


def section(make: Callable[..., Exhibit | None]) -> Callable[..., None]:
    """A function that prints what `make` makes of its arguments, with its name and what it says of itself."""

    @functools.wraps(make)
    def printed(*given: Any, **named: Any) -> None:
        show(make(*given, **named))

    return printed


def tell(sentences: Iterable[Text], bullets: Iterable[Text] = ()) -> None:
    """Print sentences, and points below them, in Vietnamese and then in English italics."""
    sentences, bullets = list(sentences), list(bullets)
    say("\n\n".join([*(text.vi for text in sentences), "\n".join(f"- {text.vi}" for text in bullets)]))
    say("\n\n".join([*(f"*{text.en}*" for text in sentences), "\n".join(f"- *{text.en}*" for text in bullets)]))


def say(markdown: str) -> None:
    """Print a paragraph of Markdown."""
    display(Markdown(markdown))


def _table(exhibit: Exhibit) -> str:
    head = "".join(f"<th>{escape(_beside(cell))}</th>" for cell in exhibit.head)
    rows = "".join(f"<tr>{_row(exhibit.head, row)}</tr>\n" for row in exhibit.rows)
    return f'<table class="dataframe"><thead><tr>{head}</tr></thead><tbody>{rows}</tbody></table>'


def _row(head: Sequence[Text], cells: Sequence[Text]) -> str:
    return "".join(f"<td>{_cell(name, cell)}</td>" for name, cell in zip(head, cells, strict=True))


def _cell(head: Text, cell: Text) -> str:
    """A cell in HTML: sources by their titles, with links where an address is known, instead of their ids."""
    if head == SOURCE:
        return "; ".join(map(_source, cell.vi.split(" + ")))
    if head == ADDRESS and (address := provenance.link(cell.vi)):
        return f'<a href="{escape(address)}" rel="noopener noreferrer">{escape(cell.vi)}</a>'
    return escape(_beside(cell) if _short(cell) else cell.vi)


def _source(name: str) -> str:
    source = _sources().get(name)
    if source is None:
        return escape(name)
    title, address = escape(textwrap.shorten(source.title, TITLE, placeholder="…")), provenance.link(source.url)
    return f'<a href="{escape(address)}" title="{escape(name)}" rel="noopener noreferrer">{title}</a>' if address else title


@functools.cache
def _sources() -> Mapping[str, evidence.Source]:
    """The project's sources; none where its figures cannot be read, so that a table is still shown."""
    try:
        return evidence.load().sources
    except ForecastError:
        return {}


def _beside(text: Text) -> str:
    return text.vi if text.vi == text.en or not text.en else f"{text.vi} / {text.en}"


def _short(text: Text) -> bool:
    """Whether a cell has room for both languages: a few words without a number, which reads alike in both."""
    return len(text.vi + text.en) <= LONGEST and not any(letter.isdigit() for letter in text.vi)


def _folded(table: str, rows: int) -> str:
    return f"<details><summary>Bảng số liệu ({rows} dòng) / Data table ({rows} rows)</summary>{table}</details>"
