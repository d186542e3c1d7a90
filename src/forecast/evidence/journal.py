"""What a run read: every look-up in the evidence with the digest of its answer, so that a later run knows what it depends on.

A run names a file in the environment variable FORECAST_READS; while it is set, each new look-up is appended there as one
line of JSON. `first_changed` asks the same questions of other evidence and compares the answers (verifying traces:
Mokhov, Mitchell, Peyton Jones, "Build systems à la carte", 2018). Whatever cannot be told apart counts as everything.
"""

from __future__ import annotations

import dataclasses
import hashlib
import json
import os
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from datetime import date
from typing import Any

from forecast.domain import Key

READS = "FORECAST_READS"
EVERYTHING = "everything"
Entry = tuple[str, tuple[Any, ...]]
_NOT_ANSWERS = ("row", "as_of")  # where a figure stands in its file, and the day that was asked for


class Journal:
    """The look-ups of this process, each written once to the file the run named."""

    def __init__(self, path: str) -> None:
        self.path = path
        self.seen: set[Entry] = set()

    def note(self, question: str, arguments: tuple[Any, ...], answer: Any) -> None:
        """Write down one look-up and the digest of its answer, the first time it is made."""
        if (question, arguments) in self.seen:
            return
        self.seen.add((question, arguments))
        line = json.dumps({"question": question, "arguments": arguments, "digest": digest_of(answer)}) + "\n"
        with open(self.path, "a", encoding="utf-8") as stream:
            stream.write(line)


class WatchedTable:
    """A mapping of the evidence that notes which of its entries were read."""

    def __init__(self, name: str, content: Mapping[str, Any], journal: Journal) -> None:
        self._name, self._content, self._journal = name, content, journal

    def __getitem__(self, key: str) -> Any:
        self._journal.note("entry", (self._name, key), self._content.get(key))
        return self._content[key]

    def __contains__(self, key: object) -> bool:
        self._journal.note("entry", (self._name, str(key)), self._content.get(key))  # type: ignore[call-overload]
        return key in self._content

    def get(self, key: str, default: Any = None) -> Any:
        self._journal.note("entry", (self._name, key), self._content.get(key))
        return self._content.get(key, default)

    def read_all(self) -> Mapping[str, Any]:
        self._journal.note("whole", (self._name,), self._content)
        return self._content

    def __iter__(self) -> Iterator[str]:
        return iter(self.read_all())

    def __len__(self) -> int:
        return len(self.read_all())

    def keys(self) -> Any:
        return self.read_all().keys()

    def values(self) -> Any:
        return self.read_all().values()

    def items(self) -> Any:
        return self.read_all().items()

    def __eq__(self, other: object) -> bool:
        return dict(self.read_all()) == other


class WatchedList:
    """A list of the evidence that notes that it was read."""

    def __init__(self, name: str, content: Sequence[Any], journal: Journal) -> None:
        self._name, self.content, self._journal = name, content, journal

    def read_all(self) -> Sequence[Any]:
        self._journal.note("whole", (self._name,), self.content)
        return self.content

    def __getitem__(self, position: Any) -> Any:
        return self.read_all()[position]

    def __iter__(self) -> Iterator[Any]:
        return iter(self.read_all())

    def __len__(self) -> int:
        return len(self.read_all())

    def __add__(self, other: Any) -> Any:
        return self.read_all() + other


Mapping.register(WatchedTable)
Sequence.register(WatchedList)


def watched(store: Any) -> Any:
    """In a run, the same evidence noting what is read from every mapping and list of it; outside a run, itself."""
    path = os.environ.get(READS)
    if not path:
        return store
    journal = Journal(path)
    journal.note("loaded", (), True)
    changed: dict[str, Any] = {"journal": journal}
    for field in dataclasses.fields(store):
        content = getattr(store, field.name)
        if isinstance(content, (tuple, list)):
            changed[field.name] = WatchedList(field.name, content, journal)
        elif isinstance(content, Mapping):
            changed[field.name] = WatchedTable(field.name, content, journal)
    return dataclasses.replace(store, **changed)


def note_everything() -> None:
    """In a run, write down that every figure was read."""
    path = os.environ.get(READS)
    if path:
        Journal(path).note(EVERYTHING, (), "")


def digest_of(answer: Any) -> str:
    """sha256 of a value of the evidence; the line a figure stands on in its file does not count, nor the day asked for; the order does."""
    text = json.dumps(plain(answer), ensure_ascii=False, separators=(",", ":"))
    return hashlib.sha256(text.encode()).hexdigest()


def plain(value: Any) -> Any:
    """The value as lists, texts and numbers."""
    if dataclasses.is_dataclass(value) and not isinstance(value, type):
        names = [field.name for field in dataclasses.fields(value) if field.name not in _NOT_ANSWERS]
        return [type(value).__name__, *(plain(getattr(value, name)) for name in names)]
    if isinstance(value, (WatchedTable, WatchedList)):
        return plain(value.read_all())
    if isinstance(value, Mapping):
        return [[str(key), plain(entry)] for key, entry in value.items()]
    if isinstance(value, (list, tuple)):
        return [plain(entry) for entry in value]
    if isinstance(value, (set, frozenset)):
        return sorted(map(str, value))
    if isinstance(value, float):
        return repr(value)
    return value if value is None or isinstance(value, (str, int, bool)) else str(value)


def collected(lines: Iterable[str]) -> list[dict[str, Any]]:
    """The look-ups of one run in a fixed order; [everything] when a line cannot be read or two answers differ."""
    entries: dict[str, dict[str, Any]] = {}
    try:
        for line in filter(str.strip, lines):
            entry = json.loads(line)
            key = json.dumps([entry["question"], entry["arguments"]])
            if entries.setdefault(key, entry)["digest"] != entry["digest"]:
                return everything()
    except (ValueError, KeyError, TypeError):
        return everything()
    return [entries[key] for key in sorted(entries)]


def everything() -> list[dict[str, Any]]:
    """The entry of a run whose look-ups are not known: it depends on every figure."""
    return [{"question": EVERYTHING, "arguments": [], "digest": ""}]


def first_changed(entries: Iterable[Mapping[str, Any]], store: Any, answers: dict[str, str]) -> Mapping[str, Any] | None:
    """The first look-up written down in `entries` whose answer in `store` (loaded outside a run) is another; None where none is.

    A newer newest day of the same year is no other answer where all that was asked as of the day before is the same as of the new
    one. `answers` keeps the digests of answers between calls with the same store: many runs ask the same.
    """
    entries = list(entries)
    before, today = _newest_days(entries, store)
    for entry in entries:
        try:
            if entry["question"] == "last_vintage" and before:
                continue
            asked = [today if before and argument == before else argument for argument in entry["arguments"]]
            look_up = json.dumps([entry["question"], asked])
            if look_up not in answers:
                answers[look_up] = digest_of(QUESTIONS[entry["question"]](store, *asked))
            if answers[look_up] != entry["digest"]:
                return entry
        except Exception:  # an indicator or territory that is gone, arguments of another version: the answer has changed
            return entry
    return None


def _newest_days(entries: Sequence[Mapping[str, Any]], store: Any) -> tuple[str, str]:
    """The newest day that was read in a run and that of `store`, where they are of one year; else two empty texts."""
    digests = {str(entry.get("digest")) for entry in entries if entry.get("question") == "last_vintage"}
    today = store.last_vintage.isoformat() if digests else ""
    asked = {argument for entry in entries for argument in entry.get("arguments", ()) if isinstance(argument, str)}
    days = (text for text in asked if text[:5] == today[:5] and digest_of(text) in digests)
    return next(((text, today) for text in days), ("", ""))


def _series(store: Any, indicator: str, measure: str, territory: str, as_of: str | None, kind: str) -> Any:
    return store.series(Key(indicator, measure, territory), as_of=_day(as_of), kind=kind)


def _figures(store: Any, indicator: Any, measure: Any, territory: Any, kind: Any, as_of: Any, annual: bool) -> Any:
    return store.figures(indicator, measure, territory, kind, _day(as_of), annual)


def _entry(store: Any, name: str, key: str) -> Any:
    content = getattr(store, name) if name in {field.name for field in dataclasses.fields(store)} else None
    return content.get(key) if isinstance(content, Mapping) else None


def _whole(store: Any, name: str) -> Any:
    if name not in {field.name for field in dataclasses.fields(store)}:
        raise KeyError(name)
    return getattr(store, name)


def _day(text: str | None) -> date | None:
    return date.fromisoformat(text) if text else None


QUESTIONS: dict[str, Callable[..., Any]] = {
    "loaded": lambda _store: True,
    "series": _series,
    "figures": _figures,
    "entry": _entry,
    "whole": _whole,
    "corrected": lambda store: store.corrected,
    "last_vintage": lambda store: store.last_vintage,
}
