"""The Vietnamese of the notes: what a note or a place in a source says in English, one line for each clause."""

from __future__ import annotations

import csv
from collections.abc import Mapping
from pathlib import Path

FILE = "notes_vi.csv"


def vietnamese(folder: Path) -> Mapping[str, str]:
    """The Vietnamese by English clause, numbers as {} and sources as @; empty where the folder has no such file."""
    path = folder / FILE
    if not path.exists():
        return {}
    with path.open(encoding="utf-8", newline="") as file:
        return {row["english"]: row["vietnamese"] for row in csv.DictReader(file)}
