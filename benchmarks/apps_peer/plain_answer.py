"""What the plain Voila notebook does when its slider moves: the same sums, an Altair chart into an Output widget."""

from __future__ import annotations

import altair as alt
import numpy as np
import pandas as pd


def answer(push: int, paths: np.ndarray, label, chart) -> None:
    """Redraw the chart and the chance for paths pushed by `push` tenths of a point a year."""
    moved = paths * np.cumprod(np.full(paths.shape[1], 1 + push / 1000))
    low, middle, high = np.quantile(moved, (0.1, 0.5, 0.9), axis=0)
    table = pd.DataFrame({"year": range(2025, 2031), "low": low, "middle": middle, "high": high})
    base = alt.Chart(table).encode(x="year:O")
    with chart:
        chart.clear_output(wait=True)
        from IPython.display import display

        display(base.mark_area(opacity=0.3).encode(y="low:Q", y2="high:Q") + base.mark_line().encode(y="middle:Q"))
    label.value = f"<b id='chance'>{(moved[:, -1] >= 145).mean():.3f} ({push})</b>"
