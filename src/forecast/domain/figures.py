"""Figures as sources print them, the annual series made of them, and what documents ask for."""

from __future__ import annotations

import itertools
import math
import re
from dataclasses import dataclass
from datetime import date, datetime, timedelta, timezone
from typing import TYPE_CHECKING, Literal

from forecast.domain.text import Text, require_id
from forecast.errors import DomainError

if TYPE_CHECKING:
    import numpy as np

Kind = Literal["level", "growth", "growth_average", "level_average", "interval"]
Status = Literal["official", "preliminary", "estimate", "press", "derived", "assumption"]
STATUS_WORDS: dict[str, Text] = {
    "official": Text("chính thức", "official"),
    "preliminary": Text("sơ bộ", "preliminary"),
    "estimate": Text("ước", "estimate"),
    "press": Text("báo chí", "press"),
    "derived": Text("tính ra", "derived"),
    "assumption": Text("giả định", "assumption"),
}
KIND_WORDS: dict[str, Text] = {
    "level": Text("mức", "level"),
    "growth": Text("tốc độ tăng", "growth"),
    "growth_average": Text("tốc độ tăng bình quân", "average growth"),
    "level_average": Text("mức bình quân", "average level"),
    "interval": Text("khoảng", "interval"),
}
OFFICE: tuple[Status, ...] = ("official", "preliminary", "estimate")  # what an office says itself, not the press
Bound = Literal["exact", "at_least", "at_most", "about"]
Scale = Literal["log", "logit", "identity"]
Aggregate = Literal["sum", "ratio", "none"]
TargetKind = Literal["level", "growth_each_year", "growth_average"]
Direction = Literal["at_least", "at_most", "above", "about"]

_PERIOD = re.compile(
    r"(?P<year>\d{4})(?P<part>H[12]|Q[1-4]|-(?:[2-9]|1[01])M|-(?:0[1-9]|1[0-2]))?\Z|(?P<first>\d{4})-(?P<last>\d{4})\Z"
)
HERE = timezone(timedelta(hours=7), "Asia/Ho_Chi_Minh")  # no summer time since 1975: no time zone table is needed


def today() -> date:
    """The day it is in Việt Nam, whatever zone this machine is set to."""
    return datetime.now(HERE).date()



@dataclass(frozen=True, order=True)
class Period:
    """The time a figure measures: a year, part of a year (H1, Q1, -9M for months to date, a month) or a span of years."""

    first: int
    last: int
    part: str = ""

    @classmethod
    def parse(cls, text: str) -> Period:
        """Read '2023', '2023H1', '2025-10' or '2021-2025'; raise DomainError for anything else."""
        match = _PERIOD.match(text.strip())
        if not match:
            raise DomainError(f"Kỳ số liệu '{text}' không đọc được.", f"Period '{text}' cannot be read.")
        if match["first"]:
            first, last = int(match["first"]), int(match["last"])
            if last <= first:
                raise DomainError(f"Kỳ số liệu '{text}' ngược.", f"Period '{text}' runs backwards.")
            return cls(first, last)
        year = int(match["year"])
        return cls(year, year, match["part"] or "")

    @property
    def is_year(self) -> bool:
        return self.first == self.last and not self.part

    def __str__(self) -> str:
        return f"{self.first}-{self.last}" if self.last > self.first else f"{self.first}{self.part}"


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
    aggregate: Aggregate = "none"
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
        if not math.isfinite(self.value) or (self.high is not None and not math.isfinite(self.high)):
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
        import numpy as np  # slow to load, and most that reads figures needs none

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
    kind: TargetKind
    direction: Direction
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
