"""The ledger in words: one line for each forecast whose figure has come, and a count of those that still wait."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING

from forecast.domain import Text
from forecast.publish.words.numbers import date_text, indicator_text, number, rows_of, territory_text
from forecast.publish.words.vocabulary import sentence

if TYPE_CHECKING:  # every command speaks through this room; only this one has a table
    import pandas as pd


def ledger_head(since: int | None) -> Text:
    """What to say of the line a paper printed: how many lines came after it, or that the ledger has it no more (None)."""
    return sentence("ledger_head_gone") if since is None else sentence("ledger_head_kept", lines=since)


def ledger_lines(table: pd.DataFrame) -> Iterator[str]:
    """Lines of a scored ledger for a terminal: Vietnamese and English in one, Vietnamese first."""
    if table.empty:
        yield "Sổ chưa có dự báo nào. / The ledger holds no forecast yet."
        return
    came = table[table["observed"].notna()]
    for row in rows_of(came):
        name, territory = indicator_text(row["indicator"]).vi, territory_text(row["territory"]).vi
        middle, low, high, observed, score = (number(row[column], 2).vi for column in ("q50", "q10", "q90", "observed", "wis"))
        inside = "trong khoảng / inside" if row["inside80"] else "ngoài khoảng / outside"
        yield (
            f"{row['plan']} ({date_text(row['as_of']).vi}) {name}, {territory}, {row['measure']}, {row['quantity']} "
            f"{row['period']}: dự báo / forecast {middle} [{low}; {high}]; công bố / published {observed} "
            f"({date_text(row['vintage']).vi}, {row['source']}): {inside}; WIS {score}"
        )
    held = int(came["inside80"].astype(bool).sum())
    yield f"{len(table)} dự báo, {len(came)} đã có số công bố, {held} trong khoảng 80 %; {len(table) - len(came)} còn chờ."
    yield f"{len(table)} forecasts, {len(came)} with a figure since, {held} inside the 80 % band; {len(table) - len(came)} wait."
