"""An adviser's own Altair chart in JupyterLab: drawn on this machine, for Altair's own page loads Vega from the internet."""

from __future__ import annotations

import base64
from typing import Any

_CHART = ("altair.vegalite.v6.api", "TopLevelMixin")  # what all of its charts are


def draw_here() -> None:
    """Let this kernel show Altair's charts as pictures; Altair is not loaded for it. Nothing outside a kernel."""
    from IPython.core.getipython import get_ipython

    shell = get_ipython()
    if shell is not None and shell.display_formatter is not None:
        shell.display_formatter.mimebundle_formatter.for_type_by_name(*_CHART, as_picture)


def warm_up() -> None:
    """Make a chart once: kernels forked from this process (see warm.py) then find loaded what Altair imports for its first."""
    import altair
    import pandas as pd

    altair.Chart(pd.DataFrame({"year": [2024]})).mark_point().encode(x="year").to_dict()


def as_picture(chart: Any, include: Any = None, exclude: Any = None) -> dict[str, Any]:
    """The chart as Jupyter shows it: SVG, and PNG for a notebook that is not trusted; neither needs a script or the internet."""
    import altair

    from forecast.runs.processes import pictures

    version = ".".join(altair.SCHEMA_VERSION.removeprefix("v").split(".")[:2])
    asked = chart.to_dict(), version
    drawn = {"image/svg+xml": pictures.svg(*asked), "image/png": base64.b64encode(pictures.png(*asked)).decode()}
    return {**drawn, "text/plain": type(chart).__name__}
