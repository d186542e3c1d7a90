"""What a scenario may push and what it asks for; versioned, with parent and hash."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from typing import TYPE_CHECKING, Any, Literal

from forecast.domain.text import Text, require_id
from forecast.errors import DomainError

if TYPE_CHECKING:
    import numpy as np

Rating = Literal["green", "amber", "red"]


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
    rating: Rating
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
        if self.central is not None and not self.low <= self.central <= self.high:
            raise DomainError(f"{self.id}: central ngoài khoảng cho phép.", f"{self.id}: central is outside the range.")


@dataclass(frozen=True)
class Push:
    """One assumption of a scenario: what a lever is pushed by, as (first year, last year or None, value) spans."""

    lever: str
    spans: tuple[tuple[int, int | None, float], ...]
    reason: Text
    rating: Rating
    source: str = ""
    territory: str = ""  # a component of a merged territory that alone is pushed; empty: the whole

    def values(self, years: Sequence[int]) -> np.ndarray:
        """The push in each of `years`; later spans add to earlier ones where they overlap."""
        import numpy as np

        total = np.zeros(len(years))
        for first, last, value in self.spans:
            total += [value if first <= year <= (last or year) else 0.0 for year in years]
        return total


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
                "lever": push.lever,
                "spans": [list(span) for span in push.spans],
                "territory": push.territory,
                "rating": push.rating,
                "source": push.source,
                "reason": [push.reason.vi, push.reason.en],
            }
            for push in self.pushes
        ]
        plain = {"id": self.id, "version": self.version, "author": self.author, "made": self.made.isoformat()}
        lineage = {"parent": self.parent, "parent_hash": self.parent_hash, "territory": self.territory}
        return {**plain, **texts, **lineage, "pushes": pushes, "path": list(self.path), "path_end": self.path_end}

    @property
    def hash(self) -> str:
        """The first 12 hex digits of the sha256 of the content."""
        text = json.dumps(self.content(), ensure_ascii=False, sort_keys=True, allow_nan=False)
        return hashlib.sha256(text.encode()).hexdigest()[:12]
