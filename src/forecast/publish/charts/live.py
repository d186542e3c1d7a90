"""A chart in a notebook: live where somebody sits at it, a picture in the record of a run; nothing is fetched from anywhere."""

from __future__ import annotations

import os
from collections.abc import Iterator, Mapping
from copy import deepcopy
from typing import Any

import altair as alt

from forecast.publish.words import vocabulary
from forecast.runs.folders import RUN_DIR
from forecast.runs.processes import pictures

VEGA_LITE = ".".join(alt.SCHEMA_VERSION.lstrip("v").split(".")[:2])
MIME = "application/vnd.vegalite.v5+json"  # what JupyterLab draws by itself
# what JupyterLab shows of a chart in a notebook it does not trust
UNTRUSTED = "(mở report.html, hoặc Trust Notebook trong bảng lệnh Ctrl+Shift+C, để thấy hình | open report.html or trust the notebook to see it)"


def is_live() -> bool:
    """Whether charts are shown live: never in a recorded run, whose folder is in the environment."""
    return not os.environ.get(RUN_DIR)


def bundle(spec: Mapping[str, Any], text: str = "") -> dict[str, Any]:
    """A chart by MIME type: a picture, which every exporter understands, and where it is live what JupyterLab's own Vega draws."""
    plain = {key: value for key, value in spec.items() if key != "$schema"}  # an adviser's own chart carries its address
    picture = {"image/svg+xml": pictures.svg(plain, VEGA_LITE), "text/plain": f"{text or 'biểu đồ | chart'} {UNTRUSTED}"}
    return {MIME: _told(plain), **picture} if is_live() else picture


def _told(spec: Mapping[str, Any]) -> dict[str, Any]:
    """The chart with what is told of each mark, the fields by which it is placed under names a reader knows, and its labels readable."""
    live = deepcopy(dict(spec))
    for view in _views(live):
        placed = [view["encoding"][channel] for channel in ("x", "x2", "y", "y2") if channel in view.get("encoding", {})]
        fields = dict.fromkeys(mark["field"] for mark in placed if mark.get("field") in vocabulary.FIELDS)
        if fields and "tooltip" not in view["encoding"]:
            view["encoding"]["tooltip"] = [_line(field) for field in fields]
        mark = view["mark"]
        if isinstance(mark, dict) and mark["type"] == "text" and "stroke" in mark:  # Vega draws a stroke over the letters: once more above it
            view["layer"] = [{"mark": view.pop("mark")}, {"mark": {key: mark[key] for key in mark if not key.startswith("stroke")}}]
    return live


def _line(field: str) -> dict[str, str]:
    name = vocabulary.FIELDS[field]
    return {"field": field, "type": "quantitative", "title": f"{name.vi} / {name.en}", "format": "d" if field in ("period", "year") else ",.1f"}


def _views(spec: dict[str, Any]) -> Iterator[dict[str, Any]]:
    parts = [part for name in ("layer", "concat", "hconcat", "vconcat") for part in spec.get(name, ())]
    for part in parts:
        yield from _views(part)
    if not parts and "mark" in spec:
        yield spec
