"""Which missing figure would help, in words; changes within the noise of the draws are not called help."""

from __future__ import annotations

import pandas as pd

from forecast.domain import Text
from forecast.publish.words.numbers import Row, amount, percent, row_text, rows_of
from forecast.publish.words.vocabulary import sentence

NOISE = 1.0  # a narrowing below one percent is within the noise of the draws


def helpful(table: pd.DataFrame | None, most: int = 3) -> list[Text]:
    """Sentences: the figures that would narrow the band of the answer most; those within the noise are left out."""
    if table is None or table.empty:
        return []
    quantity = "growth_average" if (table["quantity"] == "growth_average").any() else "level"
    rows = table[table["quantity"] == quantity].sort_values("narrowing_percent", ascending=False)
    candidates = rows_of(rows[rows["narrowing_percent"] >= NOISE])
    helping = [row for row in candidates if amount(row["band_now"], row["unit"]) != amount(row["band_with"], row["unit"])]
    if not helping:  # nothing that the printed digits would show
        return [sentence("no_help")]
    return [_helps(row) for row in helping[:most]]


def _helps(row: Row) -> Text:
    now, then = amount(row["band_now"], row["unit"]), amount(row["band_with"], row["unit"])
    share = percent(row["narrowing_percent"], 0)
    return row_text(row, "name") + sentence("narrows", share=share, now=now, then=then)
