"""The fan chart: published, rebuilt, forecast and scenario ink on one axis, against the targets."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from functools import partial
from typing import Any

import altair as alt
import pandas as pd

from forecast.publish import words
from forecast.publish.charts.canvas import (
    DARK,
    FORECAST,
    INKS,
    LETTER,
    REBUILT,
    SOFT,
    ValueAxis,
    dot,
    finish,
    key_row,
    label,
    spread,
    value_axis,
    value_domain,
    year_axis,
)
from forecast.publish.charts.layers import Layer, Spec, chart, letters, per_table, plot
from forecast.publish.charts.targets import own_paths, path_layers, taken, target_layers, target_table
from forecast.publish.words import vocabulary
from forecast.publish.words.vocabulary import phrase

BANDS = {"0.1": "low80", "0.25": "low50", "0.5": "middle", "0.75": "high50", "0.9": "high80"}
SHAPES = {"at_least": "triangle-up", "at_most": "triangle-down"}
HATCHES = 7  # vertical strokes drawn for each rebuilt year


@chart
def fan_chart(
    forecast: pd.DataFrame,
    history: pd.DataFrame,
    verdicts: Any,
    *,
    quantity: str,
    width: int = 880,
    height: int = 400,
    paths: pd.DataFrame | None = None,
    switch: Sequence[str] = (),
) -> Spec:
    """Four inks of one quantity ('level' or 'growth') over the years, with the targets of the same quantity.

    `paths` holds the level a growth target amounts to, year by year (target, document, quantity, period, value, growth).
    `switch` names the targets a page lets its reader choose among: what is drawn for each is named after its place there.
    """
    quantity = plain(quantity)
    fan, figures = fan_table(forecast, quantity), own_history(forecast, history, quantity)
    unit = unit_of(forecast, quantity)
    targets = target_table(verdicts, quantity, unit, most=max(16, width // 11))
    steps = own_paths(paths, quantity)
    years = [*fan["period"], *figures["period"], *(row["last"] for row in targets)] or [0]
    values = [*steps["value"], *fan["low80"], *fan["high80"], *figures["value"], *figures["low"], *figures["high"]]
    domain = value_domain([*values, *(row["value"] for row in targets)], quantity == "level")
    x, y = year_axis(int(min(years)), int(max(years)), width), value_axis(unit, domain)
    gap = 21 * (domain[1] - domain[0]) / height
    layers = fan_layers(fan, figures, x, y) + rebuilt_layers(figures, x, y)
    span = (min(years), max(years), width)
    layers += target_layers(targets, x, y, gap, span, switch) + path_layers(steps, x, y, switch)
    layers += published_layers(figures, x, y)
    layers += _end_labels(fan, x, y, gap)
    layers += _last_label(figures, x, y, partial(free, places=taken(targets, gap, span), gap=gap, span=span))
    return finish(layers + key_row(_inks(fan, figures, targets or len(steps)), width), width, height)


def unit_of(forecast: pd.DataFrame, quantity: str) -> str:
    """The unit of the rows of one quantity; growth is always percent a year unless the table says otherwise."""
    quantity = plain(quantity)
    rows = forecast[forecast["quantity"] == quantity]
    if len(rows) and not words.is_missing(rows["unit"].iloc[0]):
        unit = str(rows["unit"].iloc[0])
        return unit if quantity == "level" or unit.startswith("perc") else "percent_per_year"
    return "percent_per_year" if quantity == "growth" else "count"


def plain(quantity: str) -> str:
    """'growth_average' is drawn on the axis of 'growth'."""
    return "growth" if quantity.startswith("growth") else quantity


def of_quantity(table: pd.DataFrame, quantity: str) -> pd.DataFrame:
    """The rows of one quantity with numbers as numbers."""
    chosen = table[table["quantity"] == plain(quantity)].copy()
    for name in {"value", "low", "high", "low50", "high50"} & set(chosen):
        chosen[name] = pd.to_numeric(chosen[name], errors="coerce")
    return chosen


@per_table
def own_history(forecast: pd.DataFrame, history: pd.DataFrame, quantity: str) -> pd.DataFrame:
    """The figures that share the fan's axis: its own territory, and for levels its own indicator (price basis)."""
    rows = of_quantity(history, quantity)
    for name in ("territory", "indicator") if quantity == "level" else ("territory",):
        if name in rows and len(forecast):
            rows = rows[rows[name] == forecast[name].iloc[0]]
    return rows


@per_table
def fan_table(forecast: pd.DataFrame, quantity: str) -> pd.DataFrame:
    """One row per period with both bands and the middle, laid out from the quantile rows of the forecast table."""
    chosen = of_quantity(forecast, quantity)
    laid: dict[tuple[Any, str], dict[str, Any]] = {}
    for period, ink, level, value in zip(*(chosen[name] for name in ("target_period", "ink", "output_type_id", "value")), strict=True):
        if (band := BANDS.get(f"{float(level):g}")) and not words.is_missing(value):
            laid.setdefault((period, ink), {"period": period, "ink": ink}).setdefault(band, value)
    rows = [laid[key] for key in sorted(laid)]
    return pd.DataFrame(rows, columns=["period", "ink", *BANDS.values()]).astype(dict.fromkeys(BANDS.values(), float))


@per_table
def _joined(fan: pd.DataFrame, figures: pd.DataFrame, ink: str) -> pd.DataFrame:
    rows = fan[fan["ink"] == ink]
    if rows.empty:
        return rows
    columns, first = ["period", *BANDS.values()], rows["period"].iloc[0]
    before = fan[fan["period"] == first - 1]
    if before.empty:
        last = figures[(figures["period"] == first - 1) & figures["value"].notna() & figures["used"].map(_true)]
        last = last.sort_values("ink", ascending=False).head(1)
        ends = {"low80": last["low"].fillna(last["value"]), "high80": last["high"].fillna(last["value"])}
        inner = {name: (last[name] if name in last else last["value"]).fillna(last["value"]) for name in ("low50", "high50")}
        before = last.assign(middle=last["value"], **ends, **inner)
    return rows[columns] if before.empty else pd.concat([before[columns], rows[columns]], ignore_index=True)


def fan_layers(fan: pd.DataFrame, figures: pd.DataFrame, x: alt.X, y: ValueAxis) -> list[Layer]:
    """Forecast: solid bands and line; scenario: pale bands with a dashed outline and a dashed line."""
    layers = []
    for ink, outer, inner, dash in (("scenario", 0.07, 0.1, [7, 6]), ("forecast", 0.24, 0.36, [1, 0])):
        rows = _joined(fan, figures, ink)
        if rows.empty:
            continue
        base = plot(rows)
        layers.append(base.mark("area", color=FORECAST, opacity=outer).encode(x, y("low80"), alt.Y2("high80:Q")))
        layers.append(base.mark("area", color=FORECAST, opacity=inner).encode(x, y("low50"), alt.Y2("high50:Q")))
        if ink == "scenario":
            edge = base.mark("line", color=FORECAST, strokeDash=[5, 5], strokeWidth=1.5)
            layers += [edge.encode(x, y("low80")), edge.encode(x, y("high80"))]
        layers.append(base.mark("line", color=FORECAST, strokeWidth=3.5, strokeDash=dash).encode(x, y("middle")))
    return layers


def rebuilt_layers(figures: pd.DataFrame, x: alt.X, y: ValueAxis) -> list[Layer]:
    """Rebuilt years: a hatched band with a dashed line; a single derived figure is a small hollow square."""
    spans, banded, hatched, single = _rebuilt(figures)
    layers = []
    if len(spans):
        layers.append(plot(spans).mark("rule", color=REBUILT, strokeWidth=3).encode(x, y("low"), alt.Y2("high:Q")))
    if len(banded):
        hatch = plot(hatched).mark("rule", color=REBUILT, strokeWidth=1.1, opacity=0.75)
        line = plot(banded).mark("line", color=REBUILT, strokeWidth=2.5, strokeDash=[6, 4])
        layers += [hatch.encode(x, y("low"), alt.Y2("high:Q")), line.encode(x, y("value"))]
    if len(single):
        box: dict[str, Any] = {"shape": "square", "size": 60, "filled": True, "color": "#ffffff", "stroke": REBUILT, "strokeWidth": 2}
        layers.append(plot(single).mark("point", opacity=1, **box).encode(x, y("value")))
    return layers


@per_table
def _rebuilt(figures: pd.DataFrame) -> tuple[pd.DataFrame, pd.DataFrame, list[dict[str, float]], pd.DataFrame]:
    """Rebuilt years with two bands (the first of them), with a band, the strokes of its hatching, and derived figures alone."""
    rows = figures[figures["ink"] == "rebuilt"].sort_values("period")
    banded, single = rows[rows["low"].notna()], rows[rows["low"].isna() & rows["value"].notna()]
    spans, banded = banded[banded.duplicated("period", keep="last")], banded.drop_duplicates("period", keep="last")
    return spans, banded, _strokes(banded), single


def _strokes(banded: pd.DataFrame) -> list[dict[str, float]]:
    rows, strokes = banded.to_dict("records"), []
    for here, after in zip(rows, [*rows[1:], None], strict=False):
        steps = HATCHES if after and after["period"] == here["period"] + 1 else 1
        for step in range(steps):
            share = step / HATCHES
            low, high = (here[name] + share * (after[name] - here[name]) if step else here[name] for name in ("low", "high"))
            strokes.append({"period": here["period"] + share, "low": low, "high": high})
    return strokes


def published_layers(figures: pd.DataFrame, x: alt.X, y: ValueAxis) -> list[Layer]:
    """Published figures: solid marks, triangles where only a bound was published, hollow where set aside."""
    between, marked = _published(figures)
    layers = []
    if len(between):
        layers.append(plot(between).mark("rule", color=DARK, strokeWidth=3).encode(x, y("low"), alt.Y2("high:Q")))
    for solid, shape, part in marked:
        layers.append(plot(part).mark("point", **dot(solid), shape=shape).encode(x, y("value")))
    return layers


@per_table
def _published(figures: pd.DataFrame) -> tuple[pd.DataFrame, list[tuple[bool, str, pd.DataFrame]]]:
    """Published figures that say two ends, and all by whether they were used and the shape of their mark."""
    rows = figures[(figures["ink"] == "published") & figures["value"].notna()]
    bounds = rows["bound"] if "bound" in rows else pd.Series("exact", index=rows.index)
    rows = rows.assign(shape=bounds.map(SHAPES).fillna("circle"), solid=rows["used"].map(_true))
    between = rows[rows["low"].notna()] if "low" in rows else rows.iloc[:0]
    return between, [(solid, str(shape), part) for solid in (False, True) for shape, part in rows[rows["solid"] == solid].groupby("shape")]


def _end_labels(fan: pd.DataFrame, x: alt.X, y: ValueAxis, gap: float) -> list[Layer]:
    if fan.empty:
        return []
    end = fan.iloc[-1]
    values = [float(end[name]) for name in ("low80", "middle", "high80")]
    decimals = 0 if max(values) >= 1000 else 1
    heights = spread(values, gap)
    rows = pd.DataFrame({"period": end["period"], "height": heights})
    rows["label"] = [words.number(value, decimals) for value in values]
    style: dict[str, Any] = {"align": "left", "dx": 10, "baseline": "middle"}
    outer = label(rows.iloc[[0, 2]], x, y("height"), color=SOFT, **style)
    return outer + label(rows.iloc[[1]], x, y("height"), fontWeight=700, fontSize=17, color=FORECAST, **style)


def free(
    year: float, value: float, length: int, places: Sequence[tuple[float, float, float]], gap: float, span: tuple[float, float, float]
) -> int:
    """How far from its mark, in pixels downwards, a label of that `length` in letters stands clear of those at `places`; `gap` is 21 pixels."""
    at, half = (year - span[0] + 0.4) / (span[1] - span[0] + 0.8) * span[2], LETTER * length / 2

    def clear(move: int) -> bool:
        height = value - move * gap / 21
        return all(abs(height - taken) >= 0.95 * gap or at + half < left or at - half > right for left, right, taken in places)

    return next((move for move in (-18, -40, 20, -62) if clear(move)), -18)


def _last_label(figures: pd.DataFrame, x: alt.X, y: ValueAxis, free_at: Callable[..., int]) -> list[Layer]:
    rows = figures[(figures["ink"] == "published") & figures["value"].notna() & figures["used"].map(_true) & figures["low"].isna()]
    if rows.empty:
        return []
    last = rows.sort_values("period").iloc[[-1]]
    bound = phrase(vocabulary.BOUNDS, last["bound"].iloc[0] if "bound" in last else "exact")
    text = bound + words.digits(float(last["value"].iloc[0]))
    move = free_at(float(last["period"].iloc[0]), float(last["value"].iloc[0]), letters(text))
    return label(last.assign(label=[text]), x, y("value"), dy=move, fontWeight=700, color=DARK)


def _inks(fan: pd.DataFrame, figures: pd.DataFrame, targets: Any) -> list[str]:
    present = set(fan["ink"]) | set(figures["ink"]) | ({"target"} if targets else set())
    if len(figures) and (~figures["used"].map(_true)).any():
        present.add("set_aside")
    return [ink for ink in INKS if ink in present]


def _true(value: Any) -> bool:
    return str(value).lower() in ("true", "1", "1.0")
