"""calendar.yml as typed records: which series comes out when, by the habit its publisher has shown; whatever is no such entry is a finding."""

from __future__ import annotations

from calendar import monthrange
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any

from forecast.domain import Kind, Text
from forecast.errors import EvidenceError
from forecast.evidence.findings import Finding

FILE = "calendar.yml"
PROVINCES = "provinces"  # stands for the province's own territories, before and since the merger
NONE = "none"
_TEXTS = ("name", "publisher", "published")
_IDS = ("indicator", "measure", "territory")
_KEYS = (*_IDS, *_TEXTS, "usual", "sources")
_ANY_YEAR = 2001  # no leap year: 29 February is a day of few years


@dataclass(frozen=True)
class Release:
    """A series that comes out once a year: what, by whom, and by which day of the year after its period; no month, no habit."""

    id: str
    indicator: str
    measure: str
    territory: str
    name: Text
    publisher: Text
    published: Text
    sources: tuple[str, ...]
    kind: Kind = "level"
    month: int | None = None
    day: int | None = None  # where sources print one; a month alone is over with its last day

    @property
    def series(self) -> tuple[str, str, str, str]:
        """What makes it one series."""
        return self.indicator, self.measure, self.territory, self.kind

    def due_day(self, period: int) -> date | None:
        """The day by which the figure of a year is usually out; None without a habit."""
        if self.month is None:
            return None
        return date(period + 1, self.month, self.day or monthrange(period + 1, self.month)[1])


def read_releases(tree: Any) -> tuple[dict[str, Release], list[Finding]]:
    """The releases by id, and a finding for every entry that cannot be one or says a series again."""
    releases: dict[str, Release] = {}
    findings: list[Finding] = []
    seen: dict[tuple[str, ...], str] = {}
    for name, entry in (tree.items() if isinstance(tree, Mapping) else ()):
        try:
            release = _release(str(name), entry)
            first = seen.setdefault(release.series, release.id)
            if first != release.id:
                raise EvidenceError(f"chuỗi này đã ghi ở '{first}'.", f"this series already stands at '{first}'.")
            releases[release.id] = release
        except EvidenceError as error:
            findings.append(Finding("readable", "error", FILE, 0, f"{name}: {error.vi}", f"{name}: {error.en}"))
    return releases, findings


def _release(name: str, entry: Any) -> Release:
    facts = entry if isinstance(entry, Mapping) else {}
    wrong = [key for key in _KEYS if key not in facts] + [str(key) for key in facts if key not in (*_KEYS, "kind")]
    if wrong:
        raise EvidenceError(f"thiếu hoặc thừa: {', '.join(wrong)}.", f"missing or unknown: {', '.join(wrong)}.")
    ids = {key: facts[key] for key in _IDS}
    if not all(isinstance(value, str) and value for value in ids.values()) or facts.get("kind", "level") not in ("level", "growth"):
        text = ", ".join(_IDS)
        raise EvidenceError(f"{text} là mã; kind: level hoặc growth.", f"{text} are ids; kind: level or growth.")
    sources = facts["sources"]
    if not (isinstance(sources, list) and sources and all(isinstance(source, str) for source in sources)):
        raise EvidenceError("sources: cần danh sách mã nguồn, ít nhất một.", "sources: a list of source ids, at least one.")
    month, day = _usual(facts["usual"])
    facts_of: dict[str, Any] = ids | {key: _text(facts[key], key) for key in _TEXTS}
    return Release(name, **facts_of, sources=tuple(sources), kind=facts.get("kind", "level"), month=month, day=day)


def _usual(given: Any) -> tuple[int | None, int | None]:
    """Month and day of a habit; both None where there is none."""
    if given == NONE:
        return None, None
    facts = given if isinstance(given, Mapping) and "month" in given and set(given) <= {"month", "day"} else {}
    month, day = facts.get("month"), facts.get("day", 1)
    if type(month) is int and type(day) is int and 1 <= month <= 12 and 1 <= day <= monthrange(_ANY_YEAR, month)[1]:
        return month, facts.get("day")
    raise EvidenceError(
        f"usual '{given}': cần none, hoặc {{month: 9}}, hoặc {{month: 1, day: 6}}, là ngày năm nào cũng có.",
        f"usual '{given}': none, {{month: 9}} or {{month: 1, day: 6}} is needed, a day that every year has.",
    )


def _text(given: Any, key: str) -> Text:
    sides = [given.get(language) for language in ("vi", "en")] if isinstance(given, Mapping) else [None]
    if not all(isinstance(side, str) and side.strip() for side in sides):
        raise EvidenceError(f"{key}: cần vi và en.", f"{key}: vi and en are needed.")
    return Text(*map(str, sides))
