"""Charts of scenarios: bands beside each other, differences, what each lever adds, what changed; they compute nothing."""

from __future__ import annotations

import textwrap
from collections.abc import Sequence
from typing import Any

import altair as alt
import pandas as pd

from forecast.domain import Text
from forecast.publish import words
from forecast.publish.charts.canvas import (
    DARK,
    FORECAST,
    REBUILT,
    TARGET,
    across,
    around,
    beside,
    finish,
    label,
    named_rows,
    spread,
    value_axis,
    value_domain,
    year_axis,
)
from forecast.publish.charts.layers import Layer, Spec, chart, plot
from forecast.publish.words import vocabulary
from forecast.publish.words.numbers import POINTS, Names, signed
from forecast.publish.words.vocabulary import phrase

# a scenario is told by colour and by the dash of its line, and is named at the line's end
COLOURS = (REBUILT, FORECAST, TARGET, "#2f7d4f")
DASHES: tuple[list[int], ...] = ([1, 0], [8, 4], [2, 3], [10, 3, 2, 3])
HEIGHT, LETTERS = 320, 22
TOGETHER = Text("Cộng lại", "Together")
NARROW, LETTERS_OF_A_NAME = 300, 17  # below that many pixels names beside bars are wrapped, so that the bars keep room


@chart
def bands_chart(bands: pd.DataFrame, names: Names, *, width: int = 640) -> Spec:
    """Middle line and 80 % band of each scenario by year, the last middle named; one quantity of one indicator."""
    return _lines(bands, names, width, zero=False)


@chart
def differences_chart(differences: pd.DataFrame, names: Names, *, width: int = 640) -> Spec:
    """How far each scenario is from the first, draw by draw: middle and 80 % band of the difference, and the line of zero."""
    return _lines(differences, names, width, zero=True)


def _lines(rows: pd.DataFrame, names: Names, width: int, *, zero: bool) -> Spec:
    rows = rows.rename(columns={"year": "period", "median": "middle"})
    order = [name for name in names if (rows["scenario"] == name).any()]
    places = list(names) if zero else order
    unit = _unit_of_change(rows) if zero else str(rows["unit"].iloc[0])
    ends = [*rows["low"], *rows["high"], *([0.0] if zero else [])]
    domain = value_domain(ends, False)
    x = year_axis(int(rows["period"].min()), int(rows["period"].max()), width)
    y = value_axis(unit, domain)
    layers: list[Layer] = []
    if zero:
        layers.append(plot([{"middle": 0.0}]).mark("rule", color=DARK, strokeWidth=1.5).encode(y("middle")))
    for name in order:
        mine, spot = rows[rows["scenario"] == name], places.index(name)
        base = plot(mine)
        layers.append(base.mark("area", color=COLOURS[spot], opacity=0.14).encode(x, y("low"), alt.Y2("high:Q")))
        line = base.mark("line", color=COLOURS[spot], strokeWidth=3, strokeDash=DASHES[spot])
        layers.append(line.encode(x, y("middle")))
    layers += _end_labels(rows, order, places, names, domain, x, y, zero)
    return finish(layers, width, HEIGHT)


def _end_labels(
    rows: pd.DataFrame, order: list[str], places: list[str], names: Names, domain: Sequence[float], x: Any, y: Any, zero: bool
) -> list[Layer]:
    last = rows[rows["period"] == rows["period"].max()].set_index("scenario")
    heights = [float(last.loc[name, "middle"]) for name in order]
    moved = spread(heights, (domain[1] - domain[0]) * LETTERS / HEIGHT)
    layers = []
    for name, height, at in zip(order, heights, moved, strict=True):
        digits = 0 if abs(height) >= 100 else 1
        text = names[name] + ": " + (signed(height) if zero else words.number(height, digits))
        row = [{"period": int(rows["period"].max()), "at": at, "label": text}]
        style: dict[str, Any] = {"color": COLOURS[places.index(name)], "fontWeight": 700, "align": "left", "dx": 10}
        layers += label(row, x, y("at"), baseline="middle", **style)
    return layers


@chart
def contributions_chart(rows: pd.DataFrame, names: Names, *, width: int = 460) -> Spec:
    """What each lever adds to the outcome (bars from zero), and their sum; one indicator, one year."""
    rows = rows.assign(who=[names[name] for name in rows["lever"]])
    total = {"who": TOGETHER, "contribution": rows["contribution"].sum(), "sum": True}
    table = pd.concat([rows.assign(sum=False), pd.DataFrame([total])], ignore_index=True)
    added = table["contribution"]
    table = table.assign(label=[signed(value) for value in added])
    low, high = min(0.0, float(added.min())), max(0.0, float(added.max()))
    room = 0.22 * (high - low or 1.0)
    domain = (low - (room if low < 0 else 0.0), high + (room if high > 0 else 0.0))
    x = across(domain, words.unit_text(_unit_of_change(rows)), 3 if width < NARROW else 5)("contribution")
    table, y, step = _named_rows(table, width)
    colour = alt.Color("sum:N", scale=alt.Scale(domain=[False, True], range=[FORECAST, REBUILT]), legend=None)
    bars = plot(table).mark("bar", height=18, opacity=0.85).encode(x, y, colour)
    zero = plot([{"contribution": 0.0}]).mark("rule", color=DARK, strokeWidth=1.5).encode(x)
    texts = beside(table, table["contribution"] >= 0, x, y, baseline="middle", fontSize=14)
    return finish([bars, zero, *texts], width, step * len(table))


def _unit_of_change(rows: pd.DataFrame) -> str:
    unit = str(rows["unit"].iloc[0])
    return POINTS.get(unit, unit)


def _named_rows(table: pd.DataFrame, width: int) -> tuple[pd.DataFrame, alt.Y, int]:
    """The rows with the names their bars stand beside, the axis of names, and the pixels each row takes."""
    if width >= NARROW:
        return table, named_rows(14, 330), 36
    wrapped = [[textwrap.wrap(name, LETTERS_OF_A_NAME) for name in (text.vi, text.en)] for text in table["who"]]
    table = table.assign(who=[Text(*map("|".join, lines)) for lines in wrapped])
    y = named_rows(14, 160, labelExpr="split(datum.label, '|')", labelLineHeight=17)
    return table, y, 16 + 18 * max(len(lines) for both in wrapped for lines in both)


@chart
def waterfall_chart(rows: pd.DataFrame, *, unit: str, width: int = 520) -> Spec:
    """From the saved number to today's, one step per part; one indicator and quantity."""
    first, last = float(rows["start"].iloc[0]), float(rows["end"].iloc[-1])
    steps: list[dict[str, Any]] = [{"who": phrase(vocabulary.CHANGES, "saved"), "low": 0.0, "high": first, "kind": "end"}]
    for row in rows.to_dict("records"):
        ends = {"low": row["start"], "high": row["end"], "change": row["change"]}
        kind = "up" if row["change"] >= 0 else "down"
        steps.append({"who": phrase(vocabulary.CHANGES, row["part"]), "kind": kind, **ends})
    steps.append({"who": phrase(vocabulary.CHANGES, "now"), "low": 0.0, "high": last, "kind": "end"})
    values = [value for step in steps for value in (step["low"], step["high"]) if value]
    low, high = value_domain(values, False)
    for step in steps:
        step["low"] = max(step["low"], low) if step["kind"] == "end" else step["low"]
        step["label"] = words.number(step["high"], 2) if step["kind"] == "end" else signed(step["change"])
    x, y = across((low, high + 0.15 * (high - low)), words.unit_text(unit)), named_rows(14)
    shades = alt.Scale(domain=["end", "up", "down"], range=[REBUILT, FORECAST, TARGET])
    bars = plot(steps).mark("bar", height=20, opacity=0.85)
    bars = bars.encode(x("low"), y, alt.X2("high:Q"), alt.Color("kind:N", scale=shades, legend=None))
    labels = [{**step, "at": max(step["low"], step["high"])} for step in steps]
    texts = label(labels, x("at"), y, dx=8, align="left", baseline="middle", fontSize=14)
    return finish([bars, *texts], width, 38 * len(steps))


@chart
def tornado_chart(rows: pd.DataFrame, names: Names, *, width: int = 460) -> Spec:
    """The outcome with each assumption of a scenario low and high, around the scenario's own; one indicator."""
    rows = rows.assign(who=[names[name] for name in rows["lever"]])
    domain = value_domain([*rows["outcome_low"], *rows["outcome_high"], *rows["outcome"]], False)
    x = across(domain, words.unit_text(str(rows["unit"].iloc[0])), 3 if width < NARROW else 5)
    rows, y, step = _named_rows(rows, width)
    return finish(around(rows, x, y, "outcome"), width, step * max(1, len(rows)))
