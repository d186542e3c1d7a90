"""Targets and target paths on a fan chart: dotted lines to a diamond, labelled with value and document."""

from __future__ import annotations

import textwrap
from collections.abc import Sequence
from typing import Any

import altair as alt
import pandas as pd

from forecast.domain import Text
from forecast.publish import words
from forecast.publish.charts.canvas import LETTER, TARGET, ValueAxis, label, spread
from forecast.publish.charts.layers import Layer, letters, plot


def target_table(verdicts: Any, quantity: str, unit: str, most: int = 60) -> list[dict[str, Any]]:
    """The targets that can be drawn on this axis: same quantity, same unit, a value that could be read."""
    by_spot: dict[tuple, dict[str, Any]] = {}
    for row in words.rows_of(verdicts):
        growth = str(row.get("kind") or "").startswith("growth")
        fits = growth if quantity == "growth" else (not growth and row.get("unit") == unit)
        if row.get("value") is None or not fits:
            continue
        first = int(row["first"]) if growth and row.get("first") is not None else int(row["last"])
        spot = (first, int(row["last"]), float(row["value"]))
        entry = by_spot.setdefault(spot, {"first": first, "last": spot[1], "value": spot[2], "targets": [], "documents": []})
        entry["targets"].append(str(row["target"]))
        entry["documents"].append(words.short_document(row.get("document")))
    for row in by_spot.values():
        written = words.percent if unit.startswith("percent") else words.number
        shown = written(row["value"], 0 if row["value"].is_integer() else 1)
        row["labels"] = [shown + f" · {name}" for name in _names(row["documents"], most)]
    return list(by_spot.values())


def _names(documents: Sequence[str], most: int) -> list[str]:
    """Each document's name cut to `most` letters, with how many others ask for the same."""
    others = len(set(documents)) - 1
    return [textwrap.shorten(name, most, placeholder="…") + (f" +{others}" if others else "") for name in documents]


def own_paths(paths: pd.DataFrame | None, quantity: str) -> pd.DataFrame:
    """The target paths of the quantity; those of the territory's own targets where there are any."""
    if paths is None or paths.empty:
        return pd.DataFrame({"target": [], "period": [], "value": []})
    rows = paths[(paths["quantity"] == quantity) & paths["value"].notna()]
    own = rows[rows["applies"].isin(("own", "asked"))] if "applies" in rows else rows
    return own if len(own) else rows


def target_layers(
    targets: list[dict], x: alt.X, y: ValueAxis, gap: float, span: tuple[float, float, float], switch: Sequence[str]
) -> list[Layer]:
    """`span`: the first and the last year of the axis and its width in pixels."""
    heights = spread([row["value"] + gap * 0.55 for row in targets], gap)
    style: dict[str, Any] = {"baseline": "middle", "color": TARGET, "fontWeight": 600}
    layers = []
    for row, height in zip(targets, heights, strict=True):
        begin = row["first"] - 0.35 if row["last"] > row["first"] else span[0] - 0.4
        spot = {"begin": begin, "end": row["last"] + 0.2, "period": row["last"], "value": row["value"], "height": height}
        rule = plot([spot]).mark("rule", color=TARGET, strokeWidth=2.5, strokeDash=[2, 3])
        rule = rule.encode(alt.X("begin:Q", scale=x["scale"]), y("value"), alt.X2("end:Q"))
        layers += _named([rule, _gem([spot]).encode(x, y("value"))], "aims", row["targets"], switch)
        for nth, text in enumerate(row["labels"] if switch else row["labels"][:1]):
            texts = label([spot | {"label": text}], x, y("height"), **style, **_beside(row["last"], text, span))
            layers += _named(texts, "later" if nth else "first", row["targets"][nth:] + row["targets"][:nth], switch)
    return layers


def taken(targets: list[dict], gap: float, span: tuple[float, float, float]) -> list[tuple[float, float, float]]:
    """Where the labels of `target_layers` stand: from and to which pixel, at which height of the axis."""
    heights = spread([row["value"] + gap * 0.55 for row in targets], gap)
    places = []
    for row, height in zip(targets, heights, strict=True):
        text = max(row["labels"], key=letters)
        beside, at = _beside(row["last"], text, span), (row["last"] - span[0] + 0.4) / (span[1] - span[0] + 0.8) * span[2]
        end = at + beside["dx"] + (LETTER * letters(text) if beside["align"] == "left" else 0)
        places.append((end - LETTER * letters(text), end, height))
    return places


def _beside(year: float, text: Text, span: tuple[float, float, float]) -> dict[str, Any]:
    """A label ends at its diamond; one that would run over the axis starts at the axis."""
    at = (year - span[0] + 0.4) / (span[1] - span[0] + 0.8) * span[2]
    return {"align": "right", "dx": -12} if at > LETTER * letters(text) + 12 else {"align": "left", "dx": 4 - at}


def _gem(rows: Any) -> Layer:
    return plot(rows).mark("point", shape="diamond", filled=True, size=130, color=TARGET, opacity=1)


def _named(layers: list[Layer], kind: str, targets: Sequence[str], switch: Sequence[str]) -> list[Layer]:
    """The layers named after the places of their targets among those of the switch, so that a page can tell them apart."""
    if not switch:
        return layers
    places = "_".join(str(switch.index(target)) for target in targets)
    return [layer.named(f"{kind}_{places}_{'abc'[nth]}") for nth, layer in enumerate(layers)]


def path_layers(steps: pd.DataFrame, x: alt.X, y: ValueAxis, switch: Sequence[str]) -> list[Layer]:
    style: dict[str, Any] = {"align": "right", "dx": -12, "dy": -10, "color": TARGET, "fontWeight": 600}
    lines, labels = [], []
    for target, rows in steps.sort_values("period").groupby("target", sort=False):
        line = plot(rows).mark("line", color=TARGET, strokeWidth=2.5, strokeDash=[2, 3])
        end = rows.tail(1).assign(label=[_path_label(rows.iloc[-1].to_dict())])
        lines += _named([line.encode(x, y("value")), _gem(end).encode(x, y("value"))], "aims", [target], switch)
        labels += _named(label(end, x, y("value"), **style), "first", [target], switch)
    return lines + labels


def _path_label(row: dict[str, Any]) -> Text:
    document = textwrap.shorten(words.short_document(row.get("document")), 30, placeholder="…")
    if words.is_missing(row.get("growth")):
        return Text.same(document)
    return words.amount(float(row["growth"]), "percent_per_year") + f" · {document}"
