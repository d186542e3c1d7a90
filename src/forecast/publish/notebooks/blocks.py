"""What every block of a report is made of: rows as a table, a phrase in both languages, Vietnamese first."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any

import pandas as pd
from IPython.display import HTML, Markdown, display

from forecast.publish import words
from forecast.publish.words.vocabulary import phrase


def joined(vi: str, en: str) -> str:
    """Both texts, Vietnamese first; one where they are equal or the English is missing."""
    return vi if vi == en or not en else f"{vi} / {en}"


def in_both(table: dict[str, tuple[str, str]], code: Any) -> str:
    """A code's phrase in both languages; nothing for a missing code."""
    return "" if words.is_missing(code) else joined(phrase(table, code, "vi"), phrase(table, code, "en"))


def show_rows(rows: Iterable[Mapping[str, str]], empty: str = "") -> None:
    """Display rows as an escaped table, or what is said when there are none."""
    frame = pd.DataFrame(list(rows))
    if frame.empty:
        display(Markdown(empty or "*Không có. / None.*"))
    else:
        display(HTML(frame.to_html(index=False, escape=True, border=0)))


def say(text: str) -> None:
    """Display a paragraph of Markdown."""
    display(Markdown(text))
