"""Words, charts, exhibits and one package per reader: they show a published run and compute no statistics.

Notebooks that users saved before the packages were cut import modules by their earlier names; `SAVED` finds them.
"""

from importlib import import_module
from typing import Any

SAVED = {
    "adviser": "advisers.app",
    "board": "notebooks.start",
    "document": "notebooks.saved",
    "page": "leaders.page",
    "scenario_document": "notebooks.scenarios",
    "track_record": "notebooks.saved",
}


def __getattr__(name: str) -> Any:
    if name not in SAVED:
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    return import_module(f"{__name__}.{SAVED[name]}")
