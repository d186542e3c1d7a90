"""What the advisers' start page calls notebooks, values and runs: names a person knows, never ids."""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping
from pathlib import Path
from typing import Any

from forecast import evidence
from forecast.domain import Text
from forecast.errors import ForecastError
from forecast.publish import words
from forecast.publish.words import vocabulary
from forecast.publish.words.vocabulary import phrase
from forecast.runs import folders
from forecast.runs.plans import compose

Option = tuple[str, str]  # what is read, what is meant


def notebooks(root: Path) -> list[Option]:
    """Every notebook a plan can run, by its title."""
    return [(_title(root, book), book) for book in compose.known_notebooks()]


def _title(root: Path, book: str) -> str:
    path = root / "notebooks" / f"{book}.ipynb"
    held = json.loads(path.read_text("utf-8")) if path.is_file() else {}
    return str(held.get("metadata", {}).get("title") or book.replace("_", " "))


def choices(key: str, values: Iterable[str], root: Path) -> list[Option]:
    """The values of a parameter by their Vietnamese names."""
    names: Mapping[str, Text] = {"measure": vocabulary.MEASURES, "method": vocabulary.METHODS}.get(key, {})
    if key == "territory":
        names = _territories(root)
    return [(phrase(names, value).vi, value) for value in values]


def _territories(root: Path) -> Mapping[str, Text]:
    try:
        store = evidence.load(root / "data")
    except (ForecastError, OSError):
        return vocabulary.TERRITORIES
    return {name: territory.name for name, territory in store.territories.items()} | vocabulary.TERRITORIES


def run(root: Path, entry: Mapping[str, Any]) -> str:
    """A run by what it answers: indicator, territory and who measures it; by its name in the plan where that is not known."""
    folder = folders.out_folder(root) / str(entry["run_id"])
    record, asked = (_read(folder / f"{name}.json") for name in ("summary", "parameters"))
    indicator = record.get("indicator")
    if not indicator:
        return str(entry["name"]).replace("_", " ")
    parts = [words.indicator_text(str(indicator)), words.territory_text(str(record.get("territory") or asked.get("territory")))]
    if measure := record.get("measure") or asked.get("measure"):
        parts.append(words.measure_text(measure))
    return Text.joined(parts).vi


def _read(path: Path) -> dict[str, Any]:
    try:
        return dict(json.loads(path.read_text("utf-8")))
    except (OSError, ValueError):
        return {}
