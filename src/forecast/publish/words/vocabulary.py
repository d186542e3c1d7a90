"""The names and fixed phrases of the kit in both languages, keyed by id or code; they stand in vocabulary.csv."""

from __future__ import annotations

import csv
from collections.abc import Mapping
from pathlib import Path

from forecast.domain import Text


def _read() -> dict[str, dict[str, Text]]:
    """The tables of vocabulary.csv (table, code, vi, en) by name, each in the order of the file."""
    tables: dict[str, dict[str, Text]] = {}
    with Path(__file__).with_name("vocabulary.csv").open(encoding="utf-8", newline="") as stream:
        for row in csv.DictReader(stream):
            tables.setdefault(row["table"], {})[row["code"]] = Text(row["vi"], row["en"])
    return tables


_TABLES = _read()
INDICATORS = _TABLES["indicators"]
TERRITORIES = _TABLES["territories"]
SWITCH_LABELS = _TABLES["switch_labels"]  # on the page's switches
MEASURES = _TABLES["measures"]
VERDICTS = _TABLES["verdicts"]
EVENTS = _TABLES["events"]
BOUNDS = _TABLES["bounds"]  # of a figure
DIRECTIONS = _TABLES["directions"]  # of a target
STATUSES = _TABLES["statuses"]
INKS = _TABLES["inks"]
RATINGS = _TABLES["ratings"]
METHODS = _TABLES["methods"]
APPLIES = _TABLES["applies"]
EXPERIENCE = _TABLES["experience"]  # how far a push of a scenario lies from the record of its lever
PARTS = _TABLES["parts"]  # the parts of the identities behind scenarios
CHANGES = _TABLES["changes"]  # the parts of a change between two days, and what changed
BASES = _TABLES["bases"]  # what a last figure measures when it is not the indicator of the page itself
YEARLY_UNITS = _TABLES["yearly_units"]  # units with a wording of their own where growth is said

# The sign beside each verdict, so that no colour speaks alone.
ICONS = {
    "achieved": "✓", "met": "✓", "likely": "↗", "doubtful": "!", "unlikely": "✕", "not_met": "✕",
    "undecidable": "?", "no_value": "?", "no_target": "–", "refused": "–",
}  # fmt: skip


def phrase(table: Mapping[str, Text], code: object) -> Text:
    """The phrase of `code`; an unknown code is shown as plain words, never as an id."""
    return table.get(str(code)) or Text.same(str(code).replace("_", " "))
