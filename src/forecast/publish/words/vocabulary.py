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
SENTENCES = _TABLES["sentences"]  # with {names} where a value goes
BASES = _TABLES["bases"]  # what a last figure measures when it is not the indicator of the page itself
YEARLY_UNITS = _TABLES["yearly_units"]  # units with a wording of their own where growth is said
HEADS = _TABLES["heads"]  # of a table, parted by '|'; `_file` where it is taken away
KINDS = _TABLES["kinds"]  # of a figure
ROLES = _TABLES["roles"]  # the part a figure plays in the series of its year
PERIODS = _TABLES["periods"]  # that are not one whole year: how they are entered (a pattern), and as they are read
IN_TITLES = _TABLES["in_titles"]  # English words beside a title or a publisher (patterns), and their Vietnamese
IN_DAYS = _TABLES["in_days"]  # the same beside the day of a source
FIELDS = _TABLES["fields"]  # what a reader who points at a mark is told
SPANS = _TABLES["spans"]  # of growth: on average, in every year
SHARES = _TABLES["shares"]  # the parts of the digital economy
QUARTERS = _TABLES["quarters"]  # of a forecast's quantiles
HIDDEN = _TABLES["hidden"]  # settings the bridge was tried with
BASES = _TABLES["bases"]  # where a year's productivity growth is from
PILLARS = _TABLES["pillars"]  # of the programme
VIEWS = _TABLES["views"]  # of e-commerce revenue

# The sign beside each verdict, so that no colour speaks alone.
ICONS = {
    "achieved": "✓", "met": "✓", "likely": "↗", "doubtful": "!", "unlikely": "✕", "not_met": "✕", "met_on_average": "!",
    "undecidable": "?", "no_value": "?", "no_target": "–", "refused": "–",
}  # fmt: skip


def phrase(table: Mapping[str, Text], code: object) -> Text:
    """The phrase of `code`; an unknown code is shown as plain words, never as an id."""
    return table.get(str(code)) or Text.same(str(code).replace("_", " "))


def sentence(code: str, **values: object) -> Text:
    """The sentence of `code` with `values` in their places, a Text in the language of its side."""

    def side(language: str) -> str:
        spoken = {name: value.in_language(language) if isinstance(value, Text) else value for name, value in values.items()}
        return SENTENCES[code].in_language(language).format(**spoken)

    return Text(side("vi"), side("en"))
