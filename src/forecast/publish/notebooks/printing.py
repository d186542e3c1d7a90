"""The renderer of the notebooks: exhibits and sentences, Vietnamese first, English beside; charts live at a desk, pictures in records.

An adviser's own Altair chart is shown the same way as the kit's, without anything from another machine.
"""

from __future__ import annotations

import functools
from collections.abc import Callable, Iterable, Sequence
from html import escape
from typing import Any

import altair as alt
from IPython.display import HTML, Markdown, display

from forecast.domain import Text
from forecast.publish.charts import canvas, live
from forecast.publish.exhibits import Exhibit

NONE = Text("Không có.", "None.")
WIDEST = 600  # pixels of a live chart, which does not shrink with its cell
LONGEST = 120  # letters up to which a cell says its words in both languages

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
        canvas.show(exhibit.chart("vi", min(width, WIDEST) if live.is_live() else width, height), exhibit.title.vi)
    if exhibit.rows:
        display(HTML(_folded(_table(exhibit)) if exhibit.chart else _table(exhibit)))
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
    rows = "".join(f"<tr>{_row(row)}</tr>\n" for row in exhibit.rows)
    return f'<table class="dataframe"><thead><tr>{head}</tr></thead><tbody>{rows}</tbody></table>'


def _row(cells: Sequence[Text]) -> str:
    return "".join(f"<td>{escape(_beside(cell) if _short(cell) else cell.vi)}</td>" for cell in cells)


def _beside(text: Text) -> str:
    return text.vi if text.vi == text.en or not text.en else f"{text.vi} / {text.en}"


def _short(text: Text) -> bool:
    """Whether a cell has room for both languages: a few words without a number, which reads alike in both."""
    return len(text.vi + text.en) <= LONGEST and not any(letter.isdigit() for letter in text.vi)


def _folded(table: str) -> str:
    return f"<details><summary>Bảng số liệu / Data table</summary>{table}</details>"
