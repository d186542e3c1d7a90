"""The reliability diagram: the chances given against how often they came true (Murphy and Winkler 1977)."""

from __future__ import annotations

import textwrap

import altair as alt
import pandas as pd

from forecast.publish import words
from forecast.publish.charts.canvas import DARK, FORECAST, SOFT, label, plot, theme
from forecast.publish.words import vocabulary

NEAR = 0.05  # mean chance and frequency this close are called equal


def reliability_chart(table: pd.DataFrame, language: str = "vi", *, width: int = 300) -> alt.ConcatChart:
    """One square per event: points on the dashed line are chances that came true as often as said; size is the count."""
    vi = language == "vi"
    axis = alt.Axis(format=".0%", values=[0, 0.2, 0.4, 0.6, 0.8, 1])
    scale = alt.Scale(domain=[0, 1], nice=False)
    x = alt.X("given:Q", scale=scale, axis=axis, title="khả năng đã nói" if vi else "chance given")
    y = alt.Y("happened:Q", scale=scale, axis=axis, title="đã xảy ra" if vi else "happened")
    charts = []
    for event, rows in table.groupby("event", sort=False):
        rows = rows.assign(label=[words.number(count, 0, language) for count in rows["count"]])
        ideal = plot([{"given": 0, "happened": 0}, {"given": 1, "happened": 1}])
        layers = [ideal.mark_line(strokeDash=[6, 4], color=SOFT, strokeWidth=2).encode(x, y)]
        layers.append(plot(rows).mark_line(color=FORECAST, strokeWidth=2).encode(x, y))
        size = alt.Size("count:Q", legend=None, scale=alt.Scale(range=[70, 400]))
        layers.append(plot(rows).mark_point(filled=True, color=FORECAST, opacity=1).encode(x, y, size))
        layers += label(rows, x, y, dx=14, dy=12, align="left", fontSize=14, color=DARK)
        title = vocabulary.EVENTS[str(event)][0 if vi else 1]
        charts.append(alt.layer(*layers, width=width, height=width, title=textwrap.wrap(title, width // 9)))
    return alt.concat(*charts, columns=2, spacing=36, config=theme(language))


def verdict(given: float, happened: float, language: str) -> str:
    """The mean chance given beside the frequency, and whether the kit was too cautious or too bold."""
    said, came = (words.percent(100.0 * value, language, 0) for value in (given, happened))
    vi = language == "vi"
    if abs(given - happened) <= NEAR:
        judged = "gần như đúng mức" if vi else "about right"
    elif happened > given:
        judged = "khả năng đã nói thấp hơn thực tế" if vi else "the chances given were too low"
    else:
        judged = "khả năng đã nói cao hơn thực tế" if vi else "the chances given were too high"
    return f"bình quân đã nói {said}, đã xảy ra {came}: {judged}" if vi else f"said {said} on average, happened {came}: {judged}"
