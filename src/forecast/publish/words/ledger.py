"""The ledger in words: one line for each forecast whose figure has come, and a count of those that still wait."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING

from forecast.publish.words.numbers import date_text, indicator_text, number, rows_of, territory_text

if TYPE_CHECKING:  # every command speaks through this room; only this one has a table
    import pandas as pd


def ledger_lines(table: pd.DataFrame) -> Iterator[str]:
    """Text lines of a scored ledger; Vietnamese first."""
    if table.empty:
        yield "Sổ chưa có dự báo nào. / The ledger holds no forecast yet."
        return
    came = table[table["observed"].notna()]
    for row in rows_of(came):
        where = f"{indicator_text(row['indicator'], 'vi')}, {territory_text(row['territory'], 'vi')}, {row['measure']}, {row['quantity']}"
        said = f"{number(row['q50'], 2, 'vi')} [{number(row['q10'], 2, 'vi')}; {number(row['q90'], 2, 'vi')}]"
        inside = "trong khoảng / inside" if row["inside80"] else "ngoài khoảng / outside"
        yield (
            f"{row['plan']} ({date_text(row['as_of'], 'vi')}) {where} {row['period']}: dự báo / forecast {said}; "
            f"công bố / published {number(row['observed'], 2, 'vi')} ({date_text(row['vintage'], 'vi')}, {row['source']}): "
            f"{inside}; WIS {number(row['wis'], 2, 'vi')}"
        )
    held = int(came["inside80"].astype(bool).sum())
    yield f"{len(table)} dự báo, {len(came)} đã có số công bố, {held} trong khoảng 80 %; {len(table) - len(came)} còn chờ."
    yield f"{len(table)} forecasts, {len(came)} with a figure since, {held} inside the 80 % band; {len(table) - len(came)} wait."
