"""The renderer of the notebooks: exhibits and sentences, Vietnamese first, English beside."""

from __future__ import annotations

from forecast.domain import Text
from forecast.publish.charts import canvas
from forecast.publish.exhibits import Exhibit
from forecast.publish.notebooks.blocks import joined, say, show_rows


def show(exhibit: Exhibit) -> None:
    """Provisional."""
    if exhibit.sentence.vi:
        say(f"{exhibit.sentence.vi} / *{exhibit.sentence.en}*")
    if exhibit.chart:
        canvas.show(exhibit.chart("vi", *exhibit.size))
    if exhibit.head:
        show_rows({joined(h.vi, h.en): joined(c.vi, c.en) for h, c in zip(exhibit.head, row, strict=True)} for row in exhibit.rows)
