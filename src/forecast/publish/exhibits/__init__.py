"""One table or chart of the kit: title, sentence, head, rows and chart, every text in both languages."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from forecast.domain import Text
from forecast.publish.words.numbers import say


@dataclass(frozen=True)
class Exhibit:
    """One table or chart of the kit, built once and printed by every reader's renderer.

    `rows` are the table as it is read, below `head`. `values` below `columns` are the same as a file holds them: numbers kept
    as numbers, texts as Text. `chart(language, width, height)` builds the Altair chart and `size` is what it wants where there
    is room (a height of 0: as many rows as there are). What an exhibit has not is empty.
    """

    name: str
    title: Text
    sentence: Text = Text("", "")
    head: tuple[Text, ...] = ()
    rows: tuple[tuple[Text, ...], ...] = ()
    columns: tuple[Text, ...] = ()
    values: tuple[tuple[Any, ...], ...] = ()
    chart: Callable[[str, int, int], Any] | None = None
    size: tuple[int, int] = (640, 320)


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
