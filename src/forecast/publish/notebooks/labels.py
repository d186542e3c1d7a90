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


def grouped(root: Path, entries: Iterable[Mapping[str, Any]]) -> list[tuple[str, list[tuple[str, str, str]]]]:
    """Runs below the indicator they answer: (territory and, where there are several, measure; run id; state)."""
    runs = [(entry, *_asked(root, entry)) for entry in entries]
    measures: dict[str, set[str]] = {}
    for _, indicator, _, measure in runs:
        measures.setdefault(indicator, set()).add(measure)
    groups: dict[str, list[tuple[str, str, str]]] = {}
    for entry, indicator, territory, measure in sorted(runs, key=lambda run: not run[1]):  # what answers no indicator comes last
        name = words.indicator_text(indicator).vi if indicator else _title(root, str(entry["notebook"]))
        parts = [words.territory_text(territory).vi] if territory and indicator else []
        parts += [phrase(vocabulary.MEASURES | vocabulary.SWITCH_LABELS, measure).vi] if indicator and len(measures[indicator]) > 1 else []
        groups.setdefault(name, []).append((", ".join(parts) or "Xem", str(entry["run_id"]), str(entry["state"])))
    return list(groups.items())


def by_name(root: Path, entries: Iterable[Mapping[str, Any]]) -> dict[str, str]:
    """What the runs of a publication answer, by their names in the plan."""
    return {str(entry["name"]): run(root, entry) for entry in entries}


def run(root: Path, entry: Mapping[str, Any]) -> str:
    """A run by what it answers: indicator, territory and who measures it; by its name in the plan where that is not known."""
    indicator, territory, measure = _asked(root, entry)
    if not indicator:
        return _title(root, str(entry.get("notebook") or entry["name"]))
    parts = [words.indicator_text(indicator), words.territory_text(territory)]
    return Text.joined(parts + ([words.measure_text(measure)] if measure else [])).vi


def _asked(root: Path, entry: Mapping[str, Any]) -> tuple[str, str, str]:
    """Indicator, territory and measure of a run as it recorded them; an empty indicator where it answers none."""
    folder = folders.out_folder(root) / str(entry["run_id"])
    record, asked = (_read(folder / f"{name}.json") for name in ("summary", "parameters"))
    territory, measure = (str(record.get(name) or asked.get(name) or "") for name in ("territory", "measure"))
    return str(record.get("indicator") or ""), territory, measure


def _read(path: Path) -> dict[str, Any]:
    try:
        return dict(json.loads(path.read_text("utf-8")))
    except (OSError, ValueError):
        return {}
