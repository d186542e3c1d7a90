"""Slips of one cell, as a hand makes them in the data folder: a fixed list, the same every time."""

from __future__ import annotations

import itertools
import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import yaml

from forecast.evidence.tables import Row

FACTORS = {"x10": 10.0, "x100": 100.0, "x1000": 1000.0, "/10": 0.1, "/100": 0.01, "/1000": 0.001}
SWAPS = {  # another word of the same list
    "kind": {"level": "growth", "growth": "level", "growth_each_year": "growth_average", "growth_average": "growth_each_year"},
    "bound": {"exact": "at_least", "at_least": "at_most", "at_most": "at_least", "about": "at_least"},
    "status": {"official": "press", "press": "official", "estimate": "official", "preliminary": "official", "derived": "official"},
    "direction": {"at_least": "at_most", "at_most": "at_least", "above": "at_most", "about": "at_most"},
    "helps": {"up": "down", "down": "up"},
    "scale": {"log": "logit", "logit": "log", "identity": "log"},
    "aggregate": {"sum": "none", "ratio": "sum", "none": "sum"},
    "action": {"exclude": "replace", "replace": "exclude"},
    "control": {"province": "nation", "nation": "province"},
}
TYPES = ("abc", "[1]", "true", "null", ".nan", "2025-02-31", "30/06/2025", "9" * 5000, "[" * 3000 + "]" * 3000)
WORDS = re.compile(r"[a-z][a-z0-9_+]*\Z")
DATE = re.compile(r"\d{4}-\d{2}-\d{2}\Z")
NUMBER = re.compile(r"-?\d+(\.\d+)?\Z")
TEXTS = ("name", "reason", "definition", "summary", "vi", "en", "note", "author", "title")  # nothing is computed from these


@dataclass(frozen=True)
class Mutation:
    """One cell with another content: `position` is the row of a table, or the two ends of a scalar in a YAML file."""

    file: str
    position: Any
    column: str  # the column, or the path to the scalar
    kind: str
    old: str
    new: str


def of_cell(column: str, old: str) -> Iterator[tuple[str, str]]:
    """(kind, new content) for every slip of a cell with this content."""
    if old in SWAPS.get(column, {}):
        yield "swapped", SWAPS[column][old]
        yield "misspelt", old[:-1]
    elif DATE.match(old):
        yield "future date", "2032" + old[4:]
        yield "far date", "2099" + old[4:]
        yield "earlier date", f"{int(old[:4]) - 10}{old[4:]}"
        yield "malformed", "/".join(reversed(old.split("-")))
    elif NUMBER.match(old):
        yield from _numbers(old)
    elif WORDS.match(old):
        yield "misspelt", old[:-2] + old[-1] + old[-2] if old[-1] != old[-2] else old + "x"
    if old:
        yield "emptied", ""


def _numbers(old: str) -> Iterator[tuple[str, str]]:
    for name, factor in FACTORS.items():
        yield name, _written(float(old) * factor)
    yield "sign", old[1:] if old.startswith("-") else "-" + old
    digits = [at for at, sign in enumerate(old) if sign.isdigit()]
    for a, b in itertools.pairwise(digits):
        if old[a] != old[b] and not (a == digits[0] and old[b] == "0"):
            yield "swapped digits", old[:a] + old[b] + old[a + 1 : b] + old[a] + old[b + 1 :]
            return


def _written(value: float) -> str:
    return f"{value:.10f}".rstrip("0").rstrip(".") if abs(value) < 1e15 else f"{value:.0f}"


def of_row(row: Row, columns: Sequence[str], turn: int = 0, most: int = 99) -> list[Mutation]:
    """The slips of these columns of one row; of more than `most` a choice that goes round with `turn`."""
    made = [
        Mutation(row.file, row.line, column, kind, row[column], new)
        for column in columns
        for kind, new in of_cell(column, row[column])
        if new != row[column] and row[column] not in ("", "0")
    ]
    step = max(1, len(made) // most)
    return made[turn % step :: step][:most]


def of_yaml(file: str, text: str, wanted: Mapping[str, int]) -> list[Mutation]:
    """The slips of the scalars of a YAML text whose last key is in `wanted` (how many slips each may have)."""
    root = yaml.compose(text, Loader=yaml.SafeLoader)
    made: list[Mutation] = []
    for turn, (path, node) in enumerate(_scalars(root, ())):
        last = next((part for part in reversed(path) if not part.isdigit()), "")
        if any(part in TEXTS for part in path) or last not in wanted:
            continue
        slips = [*of_cell(last, node.value), *(("another type", new) for new in TYPES if new != node.value)]
        slips.append(("misspelt key", ""))
        most = wanted[last]
        step = max(1, len(slips) // most)
        for kind, new in slips[turn % step :: step][:most]:
            ends = (node.start_mark.index, node.end_mark.index)
            made.append(Mutation(file, ends, "/".join(path), kind, node.value, new))
    return made


def _scalars(node: Any, path: tuple[str, ...]) -> Iterator[tuple[tuple[str, ...], Any]]:
    if isinstance(node, yaml.MappingNode):
        for key, value in node.value:
            yield from _scalars(value, (*path, key.value))
    elif isinstance(node, yaml.SequenceNode):
        for nth, value in enumerate(node.value):
            yield from _scalars(value, (*path, str(nth)))
    elif isinstance(node, yaml.ScalarNode):
        yield path, node


def laid_in(text: str, mutation: Mutation) -> str:
    """The YAML text with the slip in it."""
    first, last = mutation.position
    if mutation.kind != "misspelt key":
        new = mutation.new if mutation.new else '""'
        return text[:first] + new + text[last:]
    key = next(part for part in reversed(mutation.column.split("/")) if not part.isdigit())
    at = text.rindex(key, 0, first)
    return text[:at] + key[:-1] + text[at + len(key) :]
