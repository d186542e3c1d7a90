"""The kit's charts, drawn with Altair from published tables; they compute nothing statistical."""

from __future__ import annotations

from typing import Any

import altair as alt
import pandas as pd

from forecast.columns import ENOUGH_ORIGINS
from forecast.domain import Text
from forecast.headline import DIGITAL
from forecast.publish import words
from forecast.publish.charts.canvas import (
    DARK,
    FORECAST,
    SOFT,
    across,
    as_svg,
    finish,
    key_row,
    label,
    named_rows,
    show,
    theme,
    titled,
    value_axis,
    value_domain,
    year_axis,
)
from forecast.publish.charts.fan import fan_chart, fan_layers, of_quantity, plain, published_layers, rebuilt_layers
from forecast.publish.charts.layers import Layer, Spec, chart, plot
from forecast.publish.words import vocabulary
from forecast.publish.words.vocabulary import phrase, sentence

__all__ = ["as_svg", "backtest_chart", "fan_chart", "later_chart", "methods_chart", "nation_chart", "show", "theme"]


@chart
def nation_chart(
    nation: pd.DataFrame,
    methods: pd.DataFrame | None,
    *,
    quantity: str | None = None,
    width: int = 640,
    height: int = 320,
) -> Spec:
    """The national figures and their forecast, with what each method says as thin grey lines."""
    quantity = plain(quantity or str(nation["quantity"].iloc[0]))
    rows = of_quantity(nation, quantity)
    unit = str(rows["unit"].iloc[0]) if "unit" in rows and len(rows) else "percent_per_year"
    figures = rows[rows["ink"].isin(("published", "rebuilt"))].assign(used=True)
    bands = {"low80": rows["low"], "high80": rows["high"], "middle": rows["value"]}
    fan = rows.assign(**bands, low50=rows["value"], high50=rows["value"])[rows["ink"].isin(("forecast", "scenario"))].sort_values("period")
    domain = value_domain([*rows["value"], *rows["low"], *rows["high"]], quantity == "level")
    x = year_axis(int(rows["period"].min()), int(rows["period"].max()), width)
    y = value_axis(unit, domain)
    layers = fan_layers(fan, figures, x, y) + rebuilt_layers(figures, x, y) + published_layers(figures, x, y)
    inks = [ink for ink in ("published", "rebuilt", "forecast", "scenario") if ink in set(rows["ink"])]
    lines = _method_lines(methods if quantity == "level" else None, domain, x, y)
    ends = rows.sort_values("period").tail(1)
    ends = ends.assign(label=[words.number(value, 1) for value in ends["value"]])
    layers = lines + layers + label(ends, x, y("value"), dx=10, align="left", baseline="middle", fontWeight=700)
    return finish(layers + key_row(inks, width), width, height)


def _method_lines(methods: pd.DataFrame | None, domain: tuple[float, float], x: alt.X, y: Any) -> list[Layer]:
    if methods is None or methods.empty:
        return []
    rows = methods.assign(median=pd.to_numeric(methods["median"], errors="coerce"))
    rows = rows[rows["median"].between(*domain)]  # lines of another quantity or off the axis are not drawn
    thin = plot(rows).mark("line", color=SOFT, strokeWidth=1, opacity=0.7)
    return [thin.encode(x, y("median"), alt.Detail("method:N"))]


@chart
def methods_chart(methods: pd.DataFrame, *, unit: str, width: int = 560) -> Spec:
    """What each named method says for the nation in the last year: the middle and its 80 % band."""
    rows = methods[methods["period"] == methods["period"].max()].copy()
    ends = ["low", "median", "high"]
    rows[ends] = rows[ends].apply(pd.to_numeric, errors="coerce")
    rows["who"] = [phrase(vocabulary.METHODS, code) for code in rows["method"]]
    rows["label"] = [words.number(value, 1) for value in rows["median"]]
    x, y = across(value_domain([*rows["low"], *rows["high"]], False), words.unit_text(unit)), named_rows()
    base = plot(rows)
    band = base.mark("rule", strokeWidth=9, color=FORECAST, opacity=0.3).encode(x("low"), y, alt.X2("high:Q"))
    point = base.mark("point", size=90, filled=True, color=FORECAST, opacity=1).encode(x("median"), y)
    text = label(rows, x("median"), y, dy=-15, fontWeight=600)
    return finish([band, point, *text], width, 48 * max(1, len(rows)))


@chart
def backtest_chart(rows: pd.DataFrame, *, width: int = 480) -> Spec:
    """How far each method was off in the past and how often its 80 % band held.

    Columns: method, mase, coverage80 (0..1) and, when known, mase_relative (1 = repeating the last year); several series
    (indicator, measure) are shown one under the other, for the kit's own way only.
    """
    table = rows.drop_duplicates([name for name in ("indicator", "measure", "method") if name in rows]).copy()
    if "indicator" in table and table[["indicator", "measure"]].drop_duplicates().shape[0] > 1:
        table = table[table["method"] == "default"]
    relative = "mase_relative" in table
    table["error"] = pd.to_numeric(table["mase_relative" if relative else "mase"], errors="coerce")
    table = table[table["error"].notna()]
    table["who"] = [_series_name(row) for row in table.to_dict("records")]
    table["label"] = [_held(row) for row in table.to_dict("records")]
    unit = sentence("error_relative" if relative else "error_scaled")
    axis = titled(unit, format=",.10~f", tickCount=4)
    y = named_rows()
    x = alt.X("error:Q", axis=axis, scale=alt.Scale(domainMin=0, nice=True))
    bars = plot(table).mark("bar", color=FORECAST, opacity=0.75, height=18).encode(x, y)
    rule = plot([{"error": 1.0}]).mark("rule", color=DARK, strokeWidth=2, strokeDash=[5, 4]).encode(x)
    text = label(table, x, y, align="left", dx=6, fontSize=14)
    return finish([bars, rule, *text], width, 36 * max(1, len(table)))


def _series_name(row: dict[str, Any]) -> Text:
    if words.is_missing(row.get("indicator")):
        return phrase(vocabulary.METHODS, row["method"])
    name = words.indicator_text(row["indicator"])
    if row["indicator"] != DIGITAL:
        return name
    return name + " (" + phrase(vocabulary.SWITCH_LABELS, row["measure"]) + ")"


def _held(row: dict[str, Any]) -> Text:
    text = words.number(row["error"], 2)
    if words.is_missing(row.get("coverage80")):
        return text
    text = text + " · " + words.percent(100 * float(row["coverage80"]), 0) + Text(" trong khoảng", " within band")
    if words.is_missing(row.get("origins")):
        return text
    count = int(row["origins"])
    text = text + Text(f" · {count} lần thử", f" · {count} origins")
    return text + Text(" (chưa đủ để xếp hạng)", " (too few to rank)") if count < ENOUGH_ORIGINS else text


@chart
def later_chart(later: pd.DataFrame, *, unit: str, width: int = 560) -> Spec:
    """What was forecast then (band and line) against what was published later (solid dots)."""
    rows = later.copy()
    numbers = ["forecast_low", "forecast_median", "forecast_high", "published"]
    rows[numbers] = rows[numbers].apply(pd.to_numeric, errors="coerce")
    domain = value_domain([value for name in numbers for value in rows[name]], False)
    x = year_axis(int(rows["period"].min()), int(rows["period"].max()), width)
    y = value_axis(unit, domain)
    figures = rows.rename(columns={"published": "value"}).assign(ink="published", used=True)
    base = plot(rows)
    band = base.mark("bar", color=FORECAST, opacity=0.3, width=30)
    tick = base.mark("tick", color=FORECAST, thickness=4, width=34, orient="horizontal")
    layers = [band.encode(x, y("forecast_low"), alt.Y2("forecast_high:Q")), tick.encode(x, y("forecast_median"))]
    layers += published_layers(figures, x, y)
    seen = figures[figures["value"].notna()]
    seen = seen.assign(label=[words.number(value, 1) for value in seen["value"]])
    layers += label(seen, x, y("value"), align="left", dx=20, baseline="middle", fontWeight=700)
    return finish(layers + key_row(("published", "forecast"), width), width, 260)
