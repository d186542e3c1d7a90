"""Runs: a plan of typed parameters, each run in its own process and folder, one atomic publication.

Notebooks that users saved before the packages were cut import modules by their earlier names; `SAVED` finds them.
"""

from importlib import import_module
from typing import Any

SAVED = {"record": "records.record", "saved": "scenarios.saved"}


def __getattr__(name: str) -> Any:
    if name not in SAVED:
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    return import_module(f"{__name__}.{SAVED[name]}")
