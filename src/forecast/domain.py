"""The types of the kit: frozen, checked when built, each quantity with its unit."""

from __future__ import annotations

import hashlib
import itertools
import json
import re
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, field
from datetime import date
from typing import Any, Literal

import numpy as np

from forecast.errors import DomainError

Kind = Literal["level", "growth", "growth_average", "level_average", "interval"]
Status = Literal["official", "preliminary", "estimate", "press", "derived", "assumption"]
Bound = Literal["exact", "at_least", "at_most", "about"]
Scale = Literal["log", "logit", "identity"]

KINDS = ("level", "growth", "growth_average", "level_average", "interval")
STATUSES = ("official", "preliminary", "estimate", "press", "derived", "assumption")
BOUNDS = ("exact", "at_least", "at_most", "about")
SCALES = ("log", "logit", "identity")
_ID = re.compile(r"[a-z][a-z0-9_]*\Z")
_PERIOD = re.compile(
    r"(?P<year>\d{4})(?P<part>H[12]|Q[1-4]|-9M|-(?:0[1-9]|1[0-2]))?\Z|(?P<first>\d{4})-(?P<last>\d{4})\Z"
)


def require_id(value: str, what: str) -> str:
    """Return `value` if it is an ascii snake_case identifier; raise DomainError otherwise."""
    if not _ID.match(value):
        raise DomainError(
            f"{what}: '{value}' không phải mã hợp lệ (chỉ chữ thường không dấu, số và dấu gạch dưới).",
            f"{what}: '{value}' is not a valid id (lower-case ascii letters, digits, underscore).",
        )
    return value


@dataclass(frozen=True, order=True)
class Period:
    """The time a figure measures: a year, part of a year (H1, Q1, -9M, a month) or a span of years."""

    first: int
    last: int
    part: str = ""

    @classmethod
    def parse(cls, text: str) -> Period:
        """Read '2023', '2023H1', '2025-10' or '2021-2025'; raise DomainError for anything else."""
        found = _PERIOD.match(text.strip())
        if not found:
            raise DomainError(f"Kỳ số liệu '{text}' không đọc được.", f"Period '{text}' cannot be read.")
        if found["first"]:
            first, last = int(found["first"]), int(found["last"])
            if last <= first:
                raise DomainError(f"Kỳ số liệu '{text}' ngược.", f"Period '{text}' runs backwards.")
            return cls(first, last)
        year = int(found["year"])
        return cls(year, year, found["part"] or "")

    @property
    def is_year(self) -> bool:
        return self.first == self.last and not self.part

    def __str__(self) -> str:
        return f"{self.first}-{self.last}" if self.last > self.first else f"{self.first}{self.part}"


@dataclass(frozen=True)
class Text:
    """One text in both languages, Vietnamese first."""

    vi: str
    en: str

    @classmethod
    def same(cls, content: object) -> Text:
        """A text that reads the same in both languages: a name, a year, a code."""
        return cls(str(content), str(content))

    @classmethod
    def joined(cls, texts: Iterable[Text], between: str = ", ") -> Text:
        """The texts one after another, in each language."""
        parts = list(texts)
        return cls(between.join(part.vi for part in parts), between.join(part.en for part in parts))

    def __add__(self, other: Text | str) -> Text:
        return Text(self.vi + other, self.en + other) if isinstance(other, str) else Text(self.vi + other.vi, self.en + other.en)

    def __radd__(self, other: str) -> Text:
        return Text(other + self.vi, other + self.en)

    def in_language(self, language: str) -> str:
        """The side a renderer asks for; the only place where a language decides."""
        return self.vi if language == "vi" else self.en


@dataclass(frozen=True, order=True)
class Key:
    """What a series is: indicator, who measures it, where. Two measures or territories are two series."""

    indicator: str
    measure: str
    territory: str

    def __post_init__(self) -> None:
        for name in ("indicator", "measure", "territory"):
            require_id(getattr(self, name), name)

    def __str__(self) -> str:
        return f"{self.indicator}/{self.measure}/{self.territory}"


@dataclass(frozen=True)
class Indicator:
    """An indicator of the programme, its one unit and price basis, its scale and support, and what it means."""

    id: str
    name: Text
    unit: str
    scale: Scale
    support: tuple[float | None, float | None]
    pillar: str = ""
    price_basis: str = ""
    aggregate: Literal["sum", "ratio", "none"] = "none"
    denominator: str = ""
    measures: tuple[str, ...] = ()
    definition: Text = Text("", "")

    def __post_init__(self) -> None:
        require_id(self.id, "indicator")
        low, high = self.support
        if self.scale == "logit" and (low is None or high is None):
            raise DomainError(f"{self.id}: thang logit cần hai cận.", f"{self.id}: a logit scale needs both bounds.")
        if self.scale == "log" and low is None:
            raise DomainError(f"{self.id}: thang log cần cận dưới.", f"{self.id}: a log scale needs a lower bound.")


@dataclass(frozen=True)
class Observation:
    """One figure as one source printed it. `high` is the upper end of an interval; `row` its line in the file."""

    key: Key
    period: Period
    kind: Kind
    value: float
    unit: str
    vintage: date
    status: Status
    bound: Bound
    source: str
    locator: str
    high: float | None = None
    edition: str = ""
    note: str = ""
    row: int = 0

    def __post_init__(self) -> None:
        if not np.isfinite(self.value) or (self.high is not None and not np.isfinite(self.high)):
            raise DomainError(
                f"{self.key} {self.period}: giá trị không hữu hạn.", f"{self.key} {self.period}: not finite."
            )
        if (self.kind == "interval") != (self.high is not None):
            raise DomainError(
                f"{self.key} {self.period}: chỉ khoảng mới có cận trên.",
                f"{self.key} {self.period}: only intervals have a high end.",
            )


@dataclass(frozen=True)
class Conflict:
    """Two or more figures for one period; the one used, those set aside, and the rule that decided."""

    period: int
    used: Observation
    others: tuple[Observation, ...]
    rule: Text


@dataclass(frozen=True)
class Series:
    """Annual figures of one key as known on `as_of`, one per period, gaps kept (a missing year is absent)."""

    key: Key
    kind: Kind
    unit: str
    as_of: date
    points: tuple[Observation, ...]
    conflicts: tuple[Conflict, ...] = ()

    def __post_init__(self) -> None:
        years = self.years
        if any(b <= a for a, b in itertools.pairwise(years)):
            raise DomainError(f"{self.key}: năm trùng hoặc không tăng.", f"{self.key}: duplicate or unordered years.")

    @property
    def years(self) -> tuple[int, ...]:
        return tuple(point.period.first for point in self.points)

    @property
    def values(self) -> np.ndarray:
        return np.array([point.value for point in self.points], dtype=float)

    @property
    def gaps(self) -> tuple[int, ...]:
        years = self.years
        return tuple(year for year in range(years[0], years[-1] + 1) if year not in years) if years else ()

    @property
    def sources(self) -> tuple[str, ...]:
        return tuple(dict.fromkeys(part for point in self.points for part in point.source.split("+")))

    def at(self, year: int) -> Observation | None:
        return next((point for point in self.points if point.period.first == year), None)


@dataclass(frozen=True)
class Target:
    """What a document asks for. `measure` is empty when the document names none; `value` None when unreadable."""

    id: str
    indicator: str
    territory: str
    kind: Literal["level", "growth_each_year", "growth_average"]
    direction: Literal["at_least", "at_most", "above", "about"]
    value: float | None
    unit: str
    first: int
    last: int
    document: str
    name: Text
    source: str
    locator: str
    measure: str = ""
    value_high: float | None = None
    issued: str = ""
    superseded_by: str = ""
    note: str = ""
    row: int = 0

    def __post_init__(self) -> None:
        require_id(self.id, "target")
        if self.last < self.first:
            raise DomainError(f"{self.id}: kỳ mục tiêu ngược.", f"{self.id}: the target period runs backwards.")


@dataclass(frozen=True)
class Question:
    """What an answer is asked for: where, by which measure, as known on which day, to which year, by which method and draws."""

    territory: str
    measure: str
    as_of: date
    horizon_year: int
    method: str
    seed: int
    n_paths: int

    @property
    def last_year(self) -> int:
        """The last year drawn: some past the horizon, so that a late arrival still has a year."""
        return self.horizon_year + 5


@dataclass(frozen=True)
class Forecast:
    """Sample paths `paths[n_paths, horizon]` for the years origin + 1 ... origin + horizon; quantiles derive from them."""

    origin: int
    paths: np.ndarray
    method: str
    unit: str = ""
    key: Key | None = None
    as_of: date | None = None
    scenario: str = "baseline"
    seed: int = 0
    notes: tuple[Text, ...] = field(default=())

    def __post_init__(self) -> None:
        if self.paths.ndim != 2 or 0 in self.paths.shape:
            raise DomainError("Dự báo không có đường mô phỏng nào.", "The forecast holds no sample path.")
        if not np.isfinite(self.paths).all():
            raise DomainError("Dự báo có giá trị không hữu hạn.", "The forecast holds values that are not finite.")
        self.paths.setflags(write=False)

    @property
    def horizon(self) -> int:
        return self.paths.shape[1]

    @property
    def periods(self) -> tuple[int, ...]:
        return tuple(range(self.origin + 1, self.origin + self.horizon + 1))

    @property
    def median(self) -> np.ndarray:
        return self.quantiles([0.5])[0]

    def quantiles(self, levels: Sequence[float]) -> np.ndarray:
        """Quantiles by level, shape [len(levels), horizon]; ascending levels give ascending rows."""
        return np.quantile(self.paths, levels, axis=0)

    def probability(self, event: Callable[[np.ndarray], np.ndarray]) -> float:
        """Share of the paths for which `event(paths) -> bool[n_paths]` holds."""
        return float(np.mean(event(self.paths)))


@dataclass(frozen=True)
class Lever:
    """What a scenario may push: its indicator and part of the identity, unit, allowed range, evidence and rating.

    A value is a push on top of the baseline in every year it is in force; 0 leaves the baseline. `helps` says which way
    the push helps a target; `control` who can move it (province, nation) or that it is an elasticity (link).
    """

    id: str
    indicator: str
    part: str
    name: Text
    unit: str
    low: float
    high: float
    step: float
    helps: Literal["up", "down"]
    control: Literal["province", "nation", "link"]
    history: str
    rating: Literal["green", "amber", "red"]
    reason: Text
    source: str
    view: str = ""
    central: float | None = None
    on: bool = True

    def __post_init__(self) -> None:
        require_id(self.id, "lever")
        if not self.low <= 0.0 <= self.high or self.low >= self.high:
            raise DomainError(
                f"{self.id}: khoảng cho phép phải chứa 0 (cơ sở).", f"{self.id}: the range must hold 0 (the baseline)."
            )


@dataclass(frozen=True)
class Push:
    """One assumption of a scenario: what a lever is pushed by, as (first year, last year or None, value) spans."""

    lever: str
    spans: tuple[tuple[int, int | None, float], ...]
    reason: Text
    rating: Literal["green", "amber", "red"]
    source: str = ""
    territory: str = ""  # a component of a merged territory that alone is pushed; empty: the whole

    def values(self, years: Sequence[int]) -> np.ndarray:
        """The push in each of `years`; later spans add to earlier ones where they overlap."""
        found = np.zeros(len(years))
        for first, last, value in self.spans:
            found += [value if first <= year <= (last or year) else 0.0 for year in years]
        return found


@dataclass(frozen=True)
class Scenario:
    """A named set of pushes, or the path that targets ask for; versioned, with parent and hash."""

    id: str
    version: int
    name: Text
    summary: Text
    author: str
    made: date
    pushes: tuple[Push, ...] = ()
    path: tuple[str, ...] = ()  # ids of targets that are met exactly
    path_end: Literal["low", "high"] = "low"
    parent: str = ""
    parent_hash: str = ""
    territory: str = ""  # the only territory it speaks of; empty: any

    def __post_init__(self) -> None:
        require_id(self.id, "scenario")

    def content(self) -> dict[str, Any]:
        """Everything that determines the numbers and their reasons, in types JSON knows."""
        texts = {"name": [self.name.vi, self.name.en], "summary": [self.summary.vi, self.summary.en]}
        pushes = [
            {
                "lever": item.lever,
                "spans": [list(span) for span in item.spans],
                "territory": item.territory,
                "rating": item.rating,
                "source": item.source,
                "reason": [item.reason.vi, item.reason.en],
            }
            for item in self.pushes
        ]
        plain = {"id": self.id, "version": self.version, "author": self.author, "made": self.made.isoformat()}
        lineage = {"parent": self.parent, "parent_hash": self.parent_hash, "territory": self.territory}
        return {**plain, **texts, **lineage, "pushes": pushes, "path": list(self.path), "path_end": self.path_end}

    @property
    def hash(self) -> str:
        """The first 12 hex digits of the sha256 of the content."""
        text = json.dumps(self.content(), ensure_ascii=False, sort_keys=True, allow_nan=False)
        return hashlib.sha256(text.encode()).hexdigest()[:12]
