"""The record of each lever's part of the identities, year by year, computed from the nation's published figures.

A record belongs to the nation: the province has published none of these parts. Fewer than eight years give no 5-95 % band,
only the lowest and the highest year.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from itertools import pairwise

import numpy as np

from forecast.domain import Key, Kind
from forecast.evidence import Evidence
from forecast.models.provincial.national import NATION

ENOUGH = 8
_BREAK = 2021  # subsistence farmers left the count of the employed


@dataclass(frozen=True)
class Record:
    """Yearly values of a lever's part of the identity, by (last) year, and the sources they come from."""

    years: tuple[int, ...]
    values: np.ndarray
    sources: tuple[str, ...]

    @property
    def low(self) -> tuple[int, float]:
        return self._at(int(np.argmin(self.values)))

    @property
    def high(self) -> tuple[int, float]:
        return self._at(int(np.argmax(self.values)))

    def _at(self, place: int) -> tuple[int, float]:
        return self.years[place], float(self.values[place])

    @property
    def band(self) -> tuple[float, float] | None:
        """The 5-95 % band; None under eight years."""
        if len(self.years) < ENOUGH:
            return None
        low, high = np.quantile(self.values, (0.05, 0.95))
        return float(low), float(high)

    @property
    def sd(self) -> float | None:
        """Standard deviation over the years (n - 1); None under three years."""
        return float(np.std(self.values, ddof=1)) if len(self.years) >= 3 else None


def _series(store: Evidence, indicator: str, measure: str = "nso", kind: Kind = "level", as_of=None):
    found = store.series(Key(indicator, measure, NATION), kind=kind, as_of=as_of)
    return {point.period.first: point.value for point in found.points}, found.sources


def _tfp(store: Evidence, as_of) -> Record:
    share, one = _series(store, "tfp_contribution_to_growth", as_of=as_of)
    growth, two = _series(store, "gdp_growth", kind="growth", as_of=as_of)
    years = tuple(year for year in share if year in growth)
    return Record(years, np.array([share[year] * growth[year] / 100.0 for year in years]), one + two)


def _deepening(store: Evidence, as_of) -> Record:
    tfp = _tfp(store, as_of)
    growth, sources = _series(store, "labour_productivity_growth", kind="growth", as_of=as_of)
    pairs = [(year, growth[year] - value) for year, value in zip(tfp.years, tfp.values, strict=True) if year in growth]
    years = tuple(year for year, _ in pairs)
    return Record(years, np.array([value for _, value in pairs]), tuple(dict.fromkeys(tfp.sources + sources)))


def _growth(store: Evidence, indicator: str, measure: str, as_of, broken: int = 0) -> Record:
    levels, sources = _series(store, indicator, measure, as_of=as_of)
    pairs = [(b, 100.0 * (levels[b] / levels[a] - 1.0)) for a, b in pairwise(levels) if b == a + 1 and b != broken]
    return Record(tuple(year for year, _ in pairs), np.array([value for _, value in pairs]), sources)


def _employment(store: Evidence, as_of) -> Record:
    return _growth(store, "employed_15plus", "nso", as_of, _BREAK)


def _market(store: Evidence, as_of) -> Record:
    return _growth(store, "ecommerce_b2c_usd", "moit", as_of)


def _digital_core(store: Evidence, as_of) -> Record:
    """Growth of the core's share of GDP a year (core = total - digitalised), averaged over gaps of the record."""
    whole, one = _series(store, "digital_economy_share", as_of=as_of)
    rest, two = _series(store, "digital_share_digitalised", as_of=as_of)
    core = {year: whole[year] - rest[year] for year in whole if year in rest and year not in _FIRST_RELEASE}
    pairs = [(b, 100.0 * ((core[b] / core[a]) ** (1.0 / (b - a)) - 1.0)) for a, b in pairwise(core)]
    return Record(tuple(year for year, _ in pairs), np.array([value for _, value in pairs]), (*one, *two))


_FIRST_RELEASE = (2022, 2023)  # their division is of releases before January 2025, their total of later ones


def _digitalised(store: Evidence, as_of) -> Record:
    """Change of the digitalised part a year, points of GDP, averaged over gaps of the record."""
    rest, sources = _series(store, "digital_share_digitalised", as_of=as_of)
    rest = {year: value for year, value in rest.items() if year not in _FIRST_RELEASE}
    pairs = [(b, (rest[b] - rest[a]) / (b - a)) for a, b in pairwise(rest)]
    return Record(tuple(year for year, _ in pairs), np.array([value for _, value in pairs]), sources)


HISTORIES: dict[str, Callable[..., Record]] = {
    "tfp": _tfp,
    "capital_deepening": _deepening,
    "employment": _employment,
    "market": _market,
    "digital_core": _digital_core,
    "digitalised": _digitalised,
}


def all_records(store: Evidence, as_of) -> dict[str, Record]:
    """Every record as known on `as_of`, those without a single year left out."""
    found = {name: make(store, as_of) for name, make in HISTORIES.items()}
    return {name: item for name, item in found.items() if item.years}
