"""The history of each lever's part of the identities, year by year, computed from the nation's published figures.

A history belongs to the nation: the province has published none of these parts. Fewer than eight years give no 5-95 % band,
only the lowest and the highest year.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import date
from functools import partial
from itertools import pairwise

import numpy as np

from forecast.columns import ENOUGH_YEARS
from forecast.domain import Key, Kind
from forecast.evidence import Evidence
from forecast.headline import DIGITAL, NATION

_BREAK = 2021  # subsistence farmers left the count of the employed
_FIRST_RELEASE = (2022, 2023)  # their division is of releases before January 2025, their total of later ones


@dataclass(frozen=True)
class LeverHistory:
    """Yearly values of a lever's part of the identity, by (last) year, and the sources they come from."""

    years: tuple[int, ...]
    values: np.ndarray
    sources: tuple[str, ...]

    @property
    def low(self) -> tuple[int, float]:
        return self.years[int(self.values.argmin())], float(self.values.min())

    @property
    def high(self) -> tuple[int, float]:
        return self.years[int(self.values.argmax())], float(self.values.max())

    @property
    def band(self) -> tuple[float, float] | None:
        """The 5-95 % band; None under eight years."""
        if len(self.years) < ENOUGH_YEARS:
            return None
        low, high = np.quantile(self.values, (0.05, 0.95))
        return float(low), float(high)

    @property
    def sd(self) -> float | None:
        """Standard deviation over the years (n - 1); None under three years."""
        return float(np.std(self.values, ddof=1)) if len(self.years) >= 3 else None


def _series(
    store: Evidence, as_of: date | None, indicator: str, measure: str = "nso", kind: Kind = "level"
) -> tuple[dict[int, float], tuple[str, ...]]:
    """The nation's figures by year, and their sources."""
    series = store.series(Key(indicator, measure, NATION), kind=kind, as_of=as_of)
    return {point.period.first: point.value for point in series.points}, series.sources


def _history(values: Mapping[int, float], *sources: str) -> LeverHistory:
    return LeverHistory(tuple(values), np.array(list(values.values())), sources)


def _tfp(store: Evidence, as_of: date | None) -> LeverHistory:
    share, of_share = _series(store, as_of, "tfp_contribution_to_growth")
    growth, of_growth = _series(store, as_of, "gdp_growth", kind="growth")
    return _history({year: share[year] * growth[year] / 100.0 for year in share if year in growth}, *of_share, *of_growth)


def _deepening(store: Evidence, as_of: date | None) -> LeverHistory:
    tfp = _tfp(store, as_of)
    growth, sources = _series(store, as_of, "labour_productivity_growth", kind="growth")
    values = {year: growth[year] - part for year, part in zip(tfp.years, tfp.values, strict=True) if year in growth}
    return _history(values, *dict.fromkeys(tfp.sources + sources))


def _growth(store: Evidence, as_of: date | None, indicator: str, measure: str, broken: int = 0) -> LeverHistory:
    levels, sources = _series(store, as_of, indicator, measure)
    pairs = [(before, year) for before, year in pairwise(levels) if year == before + 1 and year != broken]
    return _history({year: 100.0 * (levels[year] / levels[before] - 1.0) for before, year in pairs}, *sources)


def _digital_core(store: Evidence, as_of: date | None) -> LeverHistory:
    """Growth of the core's share of GDP a year (core = total - digitalised), averaged over gaps of the history."""
    share, of_share = _series(store, as_of, DIGITAL)
    rest, of_rest = _series(store, as_of, "digital_share_digitalised")
    core = {year: share[year] - rest[year] for year in share if year in rest and year not in _FIRST_RELEASE}
    values = {b: 100.0 * ((core[b] / core[a]) ** (1.0 / (b - a)) - 1.0) for a, b in pairwise(core)}
    return _history(values, *of_share, *of_rest)


def _digitalised(store: Evidence, as_of: date | None) -> LeverHistory:
    """Change of the digitalised part a year, points of GDP, averaged over gaps of the history."""
    rest, sources = _series(store, as_of, "digital_share_digitalised")
    rest = {year: value for year, value in rest.items() if year not in _FIRST_RELEASE}
    return _history({b: (rest[b] - rest[a]) / (b - a) for a, b in pairwise(rest)}, *sources)


HISTORIES: dict[str, Callable[[Evidence, date | None], LeverHistory]] = {
    "tfp": _tfp,
    "capital_deepening": _deepening,
    "employment": partial(_growth, indicator="employed_15plus", measure="nso", broken=_BREAK),
    "market": partial(_growth, indicator="ecommerce_b2c_usd", measure="moit"),
    "digital_core": _digital_core,
    "digitalised": _digitalised,
}


def all_histories(store: Evidence, as_of: date | None) -> dict[str, LeverHistory]:
    """Every history as known on `as_of`, those without a single year left out."""
    histories = {name: make(store, as_of) for name, make in HISTORIES.items()}
    return {name: history for name, history in histories.items() if history.years}
