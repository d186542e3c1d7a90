"""Charts: Vega-Lite specifications from recorded tables, drawn as SVG; they compute nothing."""

from importlib import import_module
from typing import Any


def __getattr__(name: str) -> Any:
    """What notebooks that users saved before take from here: charts.show, charts.nation_chart, charts.backtest_chart."""
    nation = import_module("forecast.publish.charts.nation")
    if name.startswith("_") or not hasattr(nation, name):
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    return getattr(nation, name)
