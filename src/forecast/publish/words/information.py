"""Which missing figure would help, in words; changes within the noise of the draws are not called help."""

from __future__ import annotations

import pandas as pd

from forecast.domain import Text
from forecast.publish.words import vocabulary
from forecast.publish.words.numbers import Row, amount, percent, row_text, rows_of
from forecast.publish.words.vocabulary import phrase, sentence

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


def candidate(row: Row) -> Text:
    """A candidate's name with who measures it in words, where it ends in an id ('... (nso)')."""
    name, measured = row_text(row, "name"), row_text(row, "name").vi.rsplit("(", 1)[-1].rstrip(")")
    if measured not in vocabulary.MEASURES or not name.vi.endswith(")"):
        return name
    bare = Text(name.vi.removesuffix(f"({measured})"), name.en.removesuffix(f"({measured})"))
    return bare + "(" + phrase(vocabulary.MEASURES, measured) + ")"


def _helps(row: Row) -> Text:
    now, then = amount(row["band_now"], row["unit"]), amount(row["band_with"], row["unit"])
    share = percent(row["narrowing_percent"], 0)
    return candidate(row) + sentence("narrows", share=share, now=now, then=then)
