"""One table or chart of the kit: title, sentence, head, rows and chart, every text in both languages."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from typing import Any

import pandas as pd

from forecast.domain import Text
from forecast.publish.words import vocabulary
from forecast.publish.words.numbers import NOTHING

Tables = Mapping[str, pd.DataFrame]  # the recorded tables of a run by name
Summary = Mapping[str, Any]  # and its summary
Chart = Callable[[int, int], Any]  # of a width and a height


@dataclass(frozen=True)
class Exhibit:
    """One table or chart of the kit, built once and printed by every reader's renderer.

    `rows` are the table as it is read, below `head`. `values` below `columns` are the same as a file holds them: numbers kept
    as numbers, texts as Text. `chart(width, height)` builds the chart in both languages and `size` is what it wants where there
    is room (a height of 0: as many rows as there are). What an exhibit has not is empty.
    """

    name: str
    title: Text
    sentence: Text = NOTHING
    head: tuple[Text, ...] = ()
    rows: tuple[tuple[Text, ...], ...] = ()
    columns: tuple[Text, ...] = ()
    values: tuple[tuple[Any, ...], ...] = ()
    chart: Chart | None = None
    size: tuple[int, int] = (640, 320)


def table(
    name: str, title: Text, lines: Iterable[Mapping[Text, Text]], sentence: Text = NOTHING, chart: Chart | None = None
) -> Exhibit:
    """An exhibit of lines that give each cell under its head, all with the heads of the first."""
    rows = list(lines)
    head = tuple(rows[0]) if rows else ()
    cells = tuple(tuple(row[cell] for cell in head) for row in rows)
    return Exhibit(name, title, sentence, head, cells, chart=chart, size=(420, 0))


def heads(code: str) -> tuple[Text, ...]:
    """The heads that stand in vocabulary.csv under `code`, parted by '|'."""
    both = vocabulary.HEADS[code]
    return tuple(Text(*head) for head in zip(both.vi.split("|"), both.en.split("|"), strict=True))
