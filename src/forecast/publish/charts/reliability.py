"""The reliability diagram: the chances given against how often they came true (Murphy and Winkler 1977)."""

from __future__ import annotations

import textwrap
from typing import Any

import altair as alt
import pandas as pd

from forecast.domain import Text
from forecast.publish import words
from forecast.publish.charts.canvas import DARK, FORECAST, SOFT, label, theme, titled
from forecast.publish.charts.layers import Spec, chart, layered, plot
from forecast.publish.words import vocabulary
from forecast.publish.words.vocabulary import sentence

NEAR = 0.05  # mean chance and frequency this close are called equal
_GIVEN, _HAPPENED = Text("khả năng đã nói", "chance given"), Text("đã xảy ra", "happened")


@chart
def reliability_chart(table: pd.DataFrame, *, width: int = 300) -> Spec:
    """One square per event: points on the dashed line are chances that came true as often as said; size is the count."""
    axis: dict[str, Any] = {"format": ".0%", "values": [0, 0.2, 0.4, 0.6, 0.8, 1]}
    scale = alt.Scale(domain=[0, 1], nice=False)
    x = alt.X("given:Q", scale=scale, axis=titled(_GIVEN, **axis))
    y = alt.Y("happened:Q", scale=scale, axis=titled(_HAPPENED, **axis))
    squares, data = [], dict[str, Any]()
    for event, rows in table.groupby("event", sort=False):
        rows = rows.assign(label=[words.number(count, 0) for count in rows["count"]])
        ideal = plot([{"given": 0, "happened": 0}, {"given": 1, "happened": 1}])
        layers = [ideal.mark("line", strokeDash=[6, 4], color=SOFT, strokeWidth=2).encode(x, y)]
        layers.append(plot(rows).mark("line", color=FORECAST, strokeWidth=2).encode(x, y))
        size = alt.Size("count:Q", legend=None, scale=alt.Scale(range=[70, 400]))
        layers.append(plot(rows).mark("point", filled=True, color=FORECAST, opacity=1).encode(x, y, size))
        layers += label(rows, x, y, dx=14, dy=12, align="left", fontSize=14, color=DARK)
        title = vocabulary.EVENTS[str(event)]
        frame = {"width": width, "height": width, "title": Text(*(textwrap.fill(name, width // 9) for name in (title.vi, title.en)))}
        squares.append({**layered(layers, data), **frame})
    return {"concat": squares, "columns": 2, "spacing": 36, "config": theme() | {"lineBreak": "\n"}, "datasets": data}


def verdict(given: float, happened: float) -> Text:
    """The mean chance given beside the frequency, and whether the kit was too cautious or too bold."""
    mean, share = words.percent(100.0 * given, 0), words.percent(100.0 * happened, 0)
    if abs(given - happened) <= NEAR:
        judged = Text("gần như đúng mức", "about right")
    elif happened > given:
        judged = Text("khả năng đã nói thấp hơn thực tế", "the chances given were too low")
    else:
        judged = Text("khả năng đã nói cao hơn thực tế", "the chances given were too high")
    return sentence("chances_judged", mean=mean, share=share, judged=judged)
