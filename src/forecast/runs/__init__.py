"""Runs: a plan of typed parameters, each run in its own process and folder, one atomic publication."""

from importlib import import_module
from typing import Any


def __getattr__(name: str) -> Any:
    if name != "record":  # what notebooks that users saved before import
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    return import_module("forecast.runs.records.record")
