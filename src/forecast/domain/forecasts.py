"""What is asked, and a forecast: sample paths, and what derives from them."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from datetime import date
from typing import TYPE_CHECKING

from forecast.domain.figures import Key
from forecast.domain.text import Text
from forecast.errors import DomainError

if TYPE_CHECKING:
    import numpy as np


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
        import numpy as np

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
        import numpy as np

        return np.quantile(self.paths, levels, axis=0)

    def probability(self, event: Callable[[np.ndarray], np.ndarray]) -> float:
        """Share of the paths for which `event(paths) -> bool[n_paths]` holds."""
        return float(event(self.paths).mean())
