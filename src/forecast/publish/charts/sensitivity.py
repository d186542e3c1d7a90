"""How far a headline chance moves with each assumption, and which missing figure would help: pictures of recorded tables."""

from __future__ import annotations

import textwrap

import pandas as pd

from forecast.domain import Text
from forecast.publish import words
from forecast.publish.charts.canvas import across, around, beside, finish, named_rows
from forecast.publish.charts.layers import Spec, chart

CHANCE = Text("khả năng đạt chỉ tiêu (%)", "chance of the target (%)")
MOST = 6  # bars of a picture; the table holds every row


@chart
def sensitivity_chart(table: pd.DataFrame, *, width: int = 420) -> Spec:
    """A tornado: the chance of the target (percent) with each assumption low and high, around the chance as published."""
    rows = table.head(MOST).copy()
    rows["who"] = [_short(words.row_text(row, "name")) for row in rows.to_dict("records")]
    for name in ("probability", "probability_low", "probability_high"):
        rows[name] = 100.0 * pd.to_numeric(rows[name])
    y = named_rows(14)
    ends = pd.concat([rows["probability_low"], rows["probability_high"], rows["probability"]])
    low, high = max(0.0, float(ends.min()) - 6.0), min(100.0, float(ends.max()) + 6.0)
    x = across((low, high), CHANCE, form="d")
    layers = around(rows, x, y, "probability")
    for end in ("probability_low", "probability_high"):
        named = rows.assign(label=[words.number(value, 0) for value in rows[end]])
        named = named[(named[end] - named["probability"]).abs() >= 1.0]
        layers += beside(named, named[end] > named["probability"], x(end), y)
    return finish(layers, width, 40 * max(1, len(rows)))


def _short(name: Text) -> Text:
    return Text(*(textwrap.shorten(text.split(" (")[0], 46, placeholder="…") for text in (name.vi, name.en)))
