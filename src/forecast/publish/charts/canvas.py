"""What every chart shares: our theme with its number locale, axes, the row of keys, drawing to SVG."""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence
from itertools import pairwise
from typing import Any

import altair as alt
import pandas as pd

from forecast.domain import Text
from forecast.publish import words
from forecast.publish.charts import live, translation
from forecast.publish.charts.layers import Layer, Spec, in_language, layered, letters, plot
from forecast.publish.charts.live import VEGA_LITE
from forecast.publish.words import vocabulary
from forecast.publish.words.vocabulary import phrase
from forecast.runs.processes import pictures

FONT = "Noto Sans, Segoe UI, DejaVu Sans, sans-serif"
DARK, SOFT, GRID = "#16222e", "#4a5a68", "#dde3e8"
FORECAST, REBUILT, TARGET = "#1f5f8b", "#66727c", "#a3341c"
INKS = ("published", "set_aside", "rebuilt", "forecast", "scenario", "target")
DECIMAL, THOUSANDS = Text(",", "."), Text(".", ",")
LETTER = 8.1  # mean width in pixels of a letter at 15 px, for placing keys

ValueAxis = Callable[[str], alt.Y]
AcrossAxis = Callable[[str], alt.X]


def theme() -> dict[str, Any]:
    """The one chart configuration of the kit, with each language's number locale (d3 has no vi-VN of its own)."""
    axis: dict[str, Any] = {"labelFontSize": 15, "titleFontSize": 15, "labelColor": SOFT, "titleColor": SOFT, "titleFontWeight": 400}
    axis["labelLimit"] = 0  # a limit is measured three times for each label, which takes a fifth of a drawing's time
    return {
        "locale": {"number": {"decimal": DECIMAL, "thousands": THOUSANDS, "grouping": [3], "currency": ["", ""]}},
        "font": FONT,
        "aria": False,
        "background": "#ffffff",
        "view": {"stroke": None},
        "axis": axis | {"gridColor": GRID, "domainColor": "#9aa6b0", "tickColor": "#9aa6b0"},
        "axisX": {"grid": False},
        "axisY": {"domain": False, "ticks": False, "tickCount": 6, "labelPadding": 6},
        "title": {"fontSize": 18, "fontWeight": 600, "color": DARK, "anchor": "start", "offset": 10, "frame": "group"},
        "text": {"fontSize": 15, "color": DARK},
    }


def titled(title: Any, **axis: Any) -> alt.Axis:
    """An axis with a title, which is a Text."""
    return alt.Axis(title=title, **axis)


def year_axis(start: int, end: int, width: int) -> alt.X:
    """Years as plain integers, as many as the width has room for, always showing the last."""
    step = max(1, -(-(end - start + 1) * 58 // max(width, 1)))
    ticks = list(range(end, start - 1, -step))[::-1]
    axis = alt.Axis(format="d", values=ticks, title=None, labelPadding=8)
    return alt.X("period:Q", axis=axis, scale=alt.Scale(domain=[start - 0.4, end + 0.4], nice=False))


def value_domain(values: Sequence[Any], from_zero: bool) -> tuple[float, float]:
    """The span of an axis with a little room; it starts at zero when the lowest value is near enough."""
    numbers = [float(value) for value in values if not words.is_missing(value)]
    low, high = (min(numbers), max(numbers)) if numbers else (0.0, 1.0)
    room = (high - low) * 0.08 or abs(high) * 0.1 or 1.0
    return (0.0 if from_zero and 0 <= low < 0.65 * high else low - room, high + room)


def across(domain: Sequence[float], title: Text, ticks: int = 5, form: str = ",.10~f") -> AcrossAxis:
    """A function that puts a field on the one axis of values from left to right."""
    axis = titled(title, format=form, tickCount=ticks)
    return lambda field: alt.X(f"{field}:Q", axis=axis, scale=alt.Scale(domain=list(domain), nice=False, zero=False))


def value_axis(unit: str, domain: tuple[float, float]) -> ValueAxis:
    """A function that puts a field on the one value axis, titled with the unit written level above it."""
    axis = titled(words.unit_text(unit), format=",.10~f", titleAngle=0, titleAlign="left", titleAnchor="start", titleX=0, titleY=-16)
    return lambda field: alt.Y(f"{field}:Q", axis=axis, scale=alt.Scale(domain=list(domain), zero=False, nice=False))


def named_rows(size: int = 15, room: int = 0, **style: Any) -> alt.Y:
    """The axis of rows of bars: the names in `who`, in the order of the table, cut to `room` pixels (0: never)."""
    axis = alt.Axis(labelLimit=room, labelFontSize=size, domain=False, ticks=False, **style)
    return alt.Y("who:N", sort=None, title=None, axis=axis)


def around(rows: pd.DataFrame, x: AcrossAxis, y: alt.Y, outcome: str) -> list[Layer]:
    """The bars of a tornado: from the outcome to what it is with each assumption low and high, and the line between."""
    bars = [
        plot(rows).mark("bar", color=colour, height=16, opacity=0.85).encode(x(outcome), y, alt.X2(f"{outcome}_{end}:Q"))
        for end, colour in (("low", REBUILT), ("high", FORECAST))
    ]
    return [*bars, plot(rows.head(1)).mark("rule", color=DARK, strokeWidth=2).encode(x(outcome))]


def beside(rows: pd.DataFrame, to_the_right: pd.Series, x: alt.X, y: alt.Y, **mark: Any) -> list[Layer]:
    """The labels of bars outside their ends, on the side a bar goes to."""
    sides = ((rows[to_the_right], 6, "left"), (rows[~to_the_right], -6, "right"))
    return [layer for part, dx, align in sides if len(part) for layer in label(part, x, y, dx=dx, align=align, **mark)]


def spread(heights: Sequence[float], gap: float) -> list[float]:
    """The heights moved apart upwards so that labels keep at least `gap` between them, order kept."""
    order = sorted(range(len(heights)), key=lambda index: heights[index])
    moved = list(heights)
    for before, here in pairwise(order):
        moved[here] = max(moved[here], moved[before] + gap)
    shift = sum(moved[i] - heights[i] for i in order) / max(len(order), 1)
    return [value - shift for value in moved] if shift else moved


def label(rows: Any, x: alt.X, y: alt.Y, field: str = "label", **mark: Any) -> list[Layer]:
    """A text over its own white stroke (see runs.processes.pictures), so that it stays readable over a band."""
    style: dict[str, Any] = {"fontSize": 15, "color": DARK, "stroke": "#ffffff", "strokeWidth": 5, "strokeOpacity": 0.85}
    return [plot(rows).mark("text", **style | mark).encode(x, y, alt.Text(f"{field}:N"))]


def key_row(inks: Sequence[str], width: int) -> list[Layer]:
    """The keys of the inks in use, drawn above the plot in the very ink they name; wrapped to the width."""
    names = {ink: phrase(vocabulary.INKS, ink) for ink in inks}
    spots, left, row = [], 0.0, 0
    for ink in inks:
        need = 44 + LETTER * letters(names[ink])
        if left and left + need > width + 30:
            left, row = 0.0, row + 1
        spots.append((ink, left, row))
        left += need + 10
    base, layers = plot([{"key": 1}]).encode(alt.Detail("key:N")), []
    for ink, at, line in spots:
        y = -46 - 24 * (row - line)
        layers += _swatch(base, ink, at, y)
        name = {"text": names[ink], "align": "left", "baseline": "middle", "fontSize": 15, "color": DARK}
        layers.append(base.mark("text", x=at + 38, y=y, **name))
    return layers


def _swatch(base: Layer, ink: str, x: float, y: float) -> list[Layer]:
    if ink in ("published", "set_aside"):
        return [base.mark("point", **dot(ink == "published"), x=x + 16, y=y)]
    spot: dict[str, Any] = {"x": x + 15, "y": y, "opacity": 1}
    stroke = spot | {"shape": "M-1,0L1,0", "size": 900}
    if ink == "target":
        gem = base.mark("point", shape="diamond", color=TARGET, filled=True, size=110, **spot)
        return [base.mark("point", color=TARGET, strokeWidth=3, strokeDash=[2, 3], **stroke), gem]
    if ink == "rebuilt":
        strokes = "".join(f"M{at},-1L{at},1" for at in (-1.8, -1.2, -0.6, 0, 0.6, 1.2, 1.8))
        hatch = base.mark("point", shape=strokes, color=REBUILT, strokeWidth=1.2, size=256, **spot)
        return [hatch, base.mark("point", color=REBUILT, strokeWidth=2.5, strokeDash=[6, 4], **stroke)]
    box: dict[str, Any] = {"x": x, "x2": x + 30, "y": y - 8, "y2": y + 8, "color": FORECAST}
    if ink == "scenario":
        area = base.mark("rect", fillOpacity=0.1, stroke=FORECAST, strokeDash=[5, 4], strokeWidth=1.5, **box)
        return [area, base.mark("point", color=FORECAST, strokeWidth=3, strokeDash=[7, 5], **stroke)]
    return [base.mark("rect", fillOpacity=0.3, **box), base.mark("point", color=FORECAST, strokeWidth=3, **stroke)]


def dot(used: bool) -> dict[str, Any]:
    """The mark of a published figure: solid when used, hollow when set aside."""
    return {"size": 90, "filled": True, "color": DARK if used else "#ffffff", "stroke": DARK, "strokeWidth": 2, "opacity": 1}


def finish(layers: Sequence[Layer], width: int, height: int) -> Spec:
    """The layers as one chart in our theme."""
    data: dict[str, Any] = {}
    padding = {"left": 6, "right": 10, "top": 8, "bottom": 6}
    frame = {"width": width, "height": height, "padding": padding, "config": theme()}
    return {**layered(layers, data), **frame, "datasets": data}


def as_svg(chart: Spec, language: str, name: str = "") -> str:
    """The chart as one SVG text, drawn on this machine; `name` keeps its inner ids apart from other charts'."""
    return _own_ids(pictures.svg(in_language(chart, language), VEGA_LITE), name)


def svg_later(chart: Spec, name: str = "") -> dict[str, Callable[[], str]]:
    """By language, one chart as functions that wait for its SVG: it is drawn while others are built, and once where no names stand on an axis."""
    drawn = pictures.later(in_language(chart, "vi"), VEGA_LITE)
    english = translation.texts(chart)
    other = pictures.later(in_language(chart, "en"), VEGA_LITE) if english is None else None
    return {
        "vi": lambda: _own_ids(drawn.result(), f"{name}-vi"),
        "en": lambda: _own_ids(other.result() if other else translation.translated(drawn.result(), english or {}), f"{name}-en"),
    }


def _own_ids(svg: str, name: str) -> str:
    return re.sub(r'(id="|url\(#|href="#)', rf"\g<1>{name}-", svg) if name else svg


def show(chart: Spec, text: str = "") -> None:
    """Display the chart in a notebook, in Vietnamese."""
    from IPython.display import display

    display(live.bundle(in_language(chart, "vi"), text), raw=True)
