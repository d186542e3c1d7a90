"""The names, fixed phrases and sentences of the kit in both languages, keyed by id or code; they stand in vocabulary.csv.

Each table there is a constant here, its name in capitals: `vocabulary.INKS`. What a name does not tell: `heads` are those of a
table, parted by '|', `_file` where it is taken away; `sentences` have {names} where a value goes; `terms` are explained on a page;
the codes of `periods`, `in_titles` and `in_days` are patterns of what is entered in English, with their replacements; `speakers`
are those whose words the press printed, the code as notes and sources say it; `bases` say what a last figure measures when it is
not the indicator of the page, `growth_bases` where a year's productivity growth is from, `routes` those to e-commerce revenue;
`yearly_units` have a wording of their own where growth is said.
"""

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

# The sign beside each verdict, so that no colour speaks alone.
ICONS = {
    "achieved": "↑", "met": "✓", "likely": "↗", "doubtful": "!", "unlikely": "✕", "not_met": "✕", "met_on_average": "!",
    "undecidable": "?", "no_value": "?", "no_target": "–", "refused": "–",
}  # fmt: skip


def __getattr__(name: str) -> dict[str, Text]:
    if name.lower() not in _TABLES or not name.isupper():
        raise AttributeError(f"vocabulary.csv has no table {name.lower()!r}")
    return _TABLES[name.lower()]


def phrase(table: Mapping[str, Text], code: object) -> Text:
    """The phrase of `code`; an unknown code is shown as plain words, never as an id."""
    return table.get(str(code)) or Text.same(str(code).replace("_", " "))


def sentence(code: str, /, **values: object) -> Text:
    """The sentence of `code` with `values` in their places, a Text in the language of its side."""

    def side(language: str) -> str:
        spoken = {name: value.in_language(language) if isinstance(value, Text) else value for name, value in values.items()}
        return _TABLES["sentences"][code].in_language(language).format(**spoken)

    return Text(side("vi"), side("en"))
