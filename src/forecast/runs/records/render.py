"""The HTML report of a run: inputs hidden, Vietnamese, one file that refers to no other."""

from __future__ import annotations

import functools
import re
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from forecast.errors import RunError

TEMPLATE = Path(__file__).resolve().parent / "report_template"
_HEADING = re.compile(r"^#\s+(.+?)\s*#*\s*$", re.MULTILINE)
_PRIORITY = ["image/svg+xml", "image/png", "text/html", "text/markdown", "text/plain"]
_OUTSIDE = re.compile(
    r"""<(?:script|link|iframe|object|embed|base)\b[^>]*>"""
    r"""|<(?:img|image|video|audio|source|use|input)\b[^>]*?(?:src|srcset|href)\s*=\s*["']?(?!data:|\#)[^"'\s>]+"""
    r"""|@import\b|url\(\s*["']?\s*(?!["']?(?:data:|\#))[^)]+\)""",
    re.IGNORECASE,
)


def title_of(notebook: Mapping[str, Any]) -> str:
    """The title in the notebook's metadata, else its first heading."""
    given = notebook["metadata"].get("title")
    if isinstance(given, str) and given:
        return given
    texts = (cell["source"] for cell in notebook["cells"] if cell["cell_type"] == "markdown")
    heading = next((match for match in map(_HEADING.search, texts) if match), None)
    return heading[1].strip("*_` ") if heading else "Dự báo"


def report(notebook: Any, facts: Mapping[str, Any]) -> str:
    """The report of an executed notebook (a notebook node); `facts`: run_id, as_of, started_at, digests, reasons.

    Raises RunError when something in it would be fetched from elsewhere.
    """
    css = (TEMPLATE / "report.css").read_text(encoding="utf-8")
    resources = {"facts": {**facts, "css": css, "title": title_of(notebook)}}
    html, _ = _exporter().from_notebook_node(notebook, resources=resources)
    if outside := outside_references(html):
        raise RunError(f"Báo cáo trỏ ra ngoài: {outside[0]}", f"The report refers to something outside it: {outside[0]}")
    return html


@functools.cache
def _exporter() -> Any:
    """The exporter with its templates, which it compiles at its first report."""
    from nbconvert.exporters import HTMLExporter
    from traitlets.config import Config

    config = Config()
    config.NbConvertBase.display_data_priority = _PRIORITY
    return HTMLExporter(config=config, extra_template_basedirs=[str(TEMPLATE.parent)], template_name=TEMPLATE.name)


def outside_references(html: str) -> list[str]:
    """Every tag or style of a page that makes a browser run a script or fetch something."""
    return [match[0][:120] for match in _OUTSIDE.finditer(html)]
