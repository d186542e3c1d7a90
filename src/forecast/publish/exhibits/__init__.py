"""One table or chart of the kit: title, sentence, head, rows and chart, every text in both languages."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from functools import cache
from typing import Any

from forecast.domain import Text
from forecast.publish.charts import canvas
from forecast.publish.charts import svg as light
from forecast.publish.words.numbers import say


@dataclass(frozen=True)
class Exhibit:
    """One table or chart of the kit, built once and printed by every reader's renderer.

    `rows` are the table as it is read, below `head`. `values` below `columns` are the same as a file holds them: numbers kept
    as numbers, texts as Text. `chart(language, width, height)` builds the Altair chart. What an exhibit has not is empty.
    """

    name: str
    title: Text
    sentence: Text = Text("", "")
    head: tuple[Text, ...] = ()
    rows: tuple[tuple[Text, ...], ...] = ()
    columns: tuple[Text, ...] = ()
    values: tuple[tuple[Any, ...], ...] = ()
    chart: Callable[[str, int, int], Any] | None = None


@dataclass(frozen=True)
class Table:
    """A table as it is read (`shown`, texts) and as it is taken away (`rows` under `columns`, numbers kept as numbers)."""

    title: str
    head: tuple[str, ...]
    shown: tuple[tuple[str, ...], ...]
    rows: tuple[tuple[Any, ...], ...]
    columns: tuple[str, ...]


def columns(named: tuple[str, str], language: str) -> tuple[str, ...]:
    """The columns of a file in one language."""
    return tuple(say(language, *named).split("|"))


@dataclass(frozen=True)
class Figure:
    """One chart: its title and sentence, a function that gives its pictures, and the same numbers as a table."""

    title: Text
    caption: Text
    drawn: Callable[[], Mapping[tuple[str, str], str]]
    head: tuple[Text, ...]
    rows: tuple[tuple[Text, ...], ...]

    @property
    def pictures(self) -> Mapping[tuple[str, str], str]:
        """SVG by (language, size)."""
        return self.drawn()


def draw(make: Callable[..., Any], name: str, sizes: Mapping[str, tuple[int, int]]) -> Callable[[], Mapping[tuple[str, str], str]]:
    """SVG by (language, size) as a function that waits for it; `make(language=, width=, height=)` builds the chart."""
    waiting = {
        (language, size): canvas.svg_later(make(language=language, width=width, height=height), f"{name}-{language}-{size}")
        for language in ("vi", "en")
        for size, (width, height) in sizes.items()
    }

    @cache
    def drawn() -> Mapping[tuple[str, str], str]:
        found = {key: light.lighter(svg()) for key, svg in waiting.items()}
        for size in sizes:
            found["vi", size], found["en", size] = light.shared(found["vi", size], found["en", size], f"{name}-{size}")
        return found

    return drawn
