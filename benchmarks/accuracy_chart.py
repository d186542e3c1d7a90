"""The picture of the accuracy benchmark: OWA by method and regime, coverage at 12 points, reliability of the chances."""

from __future__ import annotations

from pathlib import Path

import altair as alt
import pandas as pd
import table
import vl_convert
from cases import owa_of

OURS = "kit's default"
COLOURS = {"n8": "#c77c11", "n12": "#1f5f8b", "full": "#4a7c3a"}
EVENTS = {
    "average_growth": "tăng bình quân ≥ g / average growth ≥ g",
    "growth_every_year": "năm nào cũng ≥ g / every year ≥ g",
    "reached": "chạm mức L / level L reached",
    "never_below": "không xuống dưới L / never below L",
}


def draw(compared: dict[str, dict[str, pd.DataFrame]], diagram: list[dict[str, object]], folder: Path | None = None) -> Path:
    """Write accuracy.svg beside the table; return its path."""
    chart = alt.vconcat(_apart(_owa(compared), _coverage(compared["n12"])), _reliability(diagram), spacing=40)
    chart = chart.resolve_scale(color="independent", shape="independent", size="independent")
    chart = chart.configure(font="DejaVu Sans", background="#ffffff", padding=16)
    chart = chart.configure_axis(labelFontSize=13, titleFontSize=13, titleFontWeight=400, gridColor="#dde3e8")
    chart = chart.configure_title(fontSize=15, anchor="start").configure_legend(labelFontSize=13, titleFontSize=13, labelLimit=0, titleLimit=0)
    path = (folder or table.ROOT / "benchmarks" / "out") / "accuracy.svg"
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(vl_convert.vegalite_to_svg(chart.to_dict()), encoding="utf-8")
    return path


def _apart(*charts: alt.LayerChart) -> alt.HConcatChart:
    return alt.hconcat(*charts, spacing=40).resolve_scale(color="independent", shape="independent")


def _owa(compared: dict[str, dict[str, pd.DataFrame]]) -> alt.LayerChart:
    rows = [
        {"regime": f"{name} ({len(tables['naive'])})", "method": method, "owa": round(owa_of(scored), 4)}
        for name, tables in compared.items()
        for method, scored in tables.items()
    ]
    best = sorted({row["method"] for row in rows}, key=lambda name: min(row["owa"] for row in rows if row["method"] == name))
    scale = alt.Scale(range=[COLOURS[name] for name in compared], domain=list(dict.fromkeys(row["regime"] for row in rows)))
    title = "số điểm (số chuỗi) / points (series)"
    base = alt.Chart(alt.InlineData(values=rows), width=400, height=300)
    points = base.mark_point(filled=True, size=110, opacity=0.9).encode(
        alt.X("owa:Q", title="OWA (1 = naive)", scale=alt.Scale(zero=False)),
        alt.Y("method:N", sort=best, title=None, axis=alt.Axis(labelLimit=220, grid=True)),
        alt.Color("regime:N", scale=scale, title=title, legend=alt.Legend(orient="bottom")),
        alt.Shape("regime:N", title=title, scale=alt.Scale(domain=scale.domain, range=["circle", "square", "triangle-up"])),
    )
    naive = alt.Chart(alt.InlineData(values=[{"owa": 1}])).mark_rule(strokeDash=[5, 4]).encode(alt.X("owa:Q"))
    return (points + naive).properties(title=["Sai số, càng nhỏ càng tốt", "Error by method, on the same part of the series"])


def _coverage(twelve: dict[str, pd.DataFrame]) -> alt.LayerChart:
    rows = [
        {"method": name, "band": band, "held": round(100.0 * float(scored[column].mean()), 1)}
        for name, scored in twelve.items()
        if name != "simple median"
        for band, column in (("80 %", "cov80"), ("95 %", "cov95"))
    ]
    order = sorted({row["method"] for row in rows}, key=lambda name: -max(row["held"] for row in rows if row["method"] == name))
    base = alt.Chart(alt.InlineData(values=rows), width=330, height=300)
    scale = alt.Scale(domain=["80 %", "95 %"], range=["#1f5f8b", "#a3341c"])
    points = base.mark_point(filled=True, size=110, opacity=0.9).encode(
        alt.X("held:Q", title="số thật nằm trong khoảng, % / outcomes inside, %", scale=alt.Scale(domain=[20, 100])),
        alt.Y("method:N", sort=order, title=None, axis=alt.Axis(labelLimit=220, grid=True)),
        alt.Color("band:N", scale=scale, title="khoảng / band", legend=alt.Legend(orient="bottom")),
        alt.Shape("band:N", title="khoảng / band", scale=alt.Scale(domain=["80 %", "95 %"], range=["circle", "square"])),
    )
    asked = [{"held": 80, "band": "80 %"}, {"held": 95, "band": "95 %"}]
    rules = alt.Chart(alt.InlineData(values=asked)).mark_rule(strokeDash=[5, 4], strokeWidth=2)
    rules = rules.encode(alt.X("held:Q"), alt.Color("band:N", scale=scale))
    return (rules + points).properties(title=["Khoảng có giữ lời không (12 điểm)", "Coverage at 12 points; dashed: what was promised"])


def _reliability(diagram: list[dict[str, object]]) -> alt.HConcatChart:
    parts = []
    for event, title in EVENTS.items():
        rows = [
            {**row, "line": f"{row['who']}, {row['years']} năm / years"}
            for row in diagram
            if row["event"] == event and row["count"] >= 20
        ]
        base = alt.Chart(alt.InlineData(values=rows), width=235, height=235)
        domain = alt.Scale(domain=[0, 1])
        x = alt.X("given:Q", title="khả năng đã nói / chance given", scale=domain, axis=alt.Axis(format="%", tickCount=5))
        y = alt.Y("happened:Q", title="đã xảy ra / happened", scale=domain, axis=alt.Axis(format="%", tickCount=5))
        lines = [f"{who}, {years} năm / years" for who in ("ours", "normal random walk") for years in (3, 5)]
        colour = alt.Color(
            "line:N",
            title=None,
            scale=alt.Scale(domain=lines, range=["#1f5f8b", "#0b2f4a", "#d99a4e", "#a3341c"]),
            legend=alt.Legend(orient="bottom", columns=4) if event == "average_growth" else None,
        )
        ideal = alt.Chart(alt.InlineData(values=[{"given": 0, "happened": 0}, {"given": 1, "happened": 1}]))
        layers = ideal.mark_line(strokeDash=[5, 4], color="#4a5a68").encode(x, y) + base.mark_line().encode(x, y, colour)
        layers += base.mark_point(filled=True, opacity=0.9).encode(
            x, y, colour, alt.Size("count:Q", legend=None, scale=alt.Scale(range=[20, 160]))
        )
        parts.append(layers.properties(title=title.split(" / ")))
    return alt.hconcat(*parts, spacing=24)
