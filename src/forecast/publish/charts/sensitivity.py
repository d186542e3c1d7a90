"""How far a headline chance moves with each assumption, and which missing figure would help: pictures of recorded tables."""

from __future__ import annotations

from functools import partial

import altair as alt
import pandas as pd

from forecast.domain import Text
from forecast.publish import words
from forecast.publish.charts.canvas import DARK, FORECAST, REBUILT, finish, label, plot

CHANCE = Text("khả năng đạt chỉ tiêu (%)", "chance of the target (%)")
MOST = 6  # bars of a picture; the table holds every row


def sensitivity_chart(
    table: pd.DataFrame, language: str, *, title: str = "", width: int = 420, height: int = 0
) -> alt.LayerChart:
    """A tornado: the chance of the target (percent) with each assumption low and high, around the chance as published."""
    rows = table.head(MOST).copy()
    rows["who"] = [_short(words.row_text(row, "name").in_language(language)) for row in rows.to_dict("records")]
    for name in ("probability", "probability_low", "probability_high"):
        rows[name] = 100.0 * pd.to_numeric(rows[name])
    axis = alt.Axis(labelLimit=330, labelFontSize=14, domain=False, ticks=False)
    y = alt.Y("who:N", sort=None, title=None, axis=axis)
    ends = pd.concat([rows["probability_low"], rows["probability_high"], rows["probability"]])
    low, high = max(0.0, float(ends.min()) - 6.0), min(100.0, float(ends.max()) + 6.0)
    scale = alt.Scale(domain=[low, high], nice=False)
    x = partial(alt.X, axis=alt.Axis(format="d", title=CHANCE.in_language(language), tickCount=5), scale=scale)
    base = plot(rows)
    bars = [
        base.mark_bar(color=colour, height=16, opacity=0.85).encode(x("probability:Q"), y, alt.X2(f"{end}:Q"))
        for end, colour in (("probability_low", REBUILT), ("probability_high", FORECAST))
    ]
    middle = plot(rows.head(1)).mark_rule(color=DARK, strokeWidth=2).encode(x("probability:Q"))
    marks = []
    for end in ("probability_low", "probability_high"):
        named = rows.assign(label=[words.number(value, 0).in_language(language) for value in rows[end]])
        named = named[(named[end] - named["probability"]).abs() >= 1.0]
        for side, dx, align in ((1, 6, "left"), (-1, -6, "right")):
            part = named[((named[end] - named["probability"]) * side) > 0]
            marks += label(part, x(f"{end}:Q"), y, dx=dx, align=align) if len(part) else []
    return finish([*bars, middle, *marks], language, title, width, 40 * max(1, len(rows)))


def _short(name: str) -> str:
    text = str(name).split(" (")[0]
    return text if len(text) <= 46 else text[:45].rsplit(" ", 1)[0] + "…"
