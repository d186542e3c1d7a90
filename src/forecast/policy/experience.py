"""What has happened before: each lever's record, computed from the figures, and how far a push lies from it.

A record belongs to the nation (the province has published none of these parts); fewer than eight years give no 5-95 % band,
only the lowest and highest year. A push is judged by what it adds up to with the baseline: `reach = baseline part + push`.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from itertools import pairwise

import numpy as np

from forecast.domain import Key, Kind, Lever
from forecast.evidence import Evidence
from forecast.models.national import NATION
from forecast.policy import identities
from forecast.policy.baseline import Baseline
from forecast.policy.scenarios import DIGITAL, ECOMMERCE, PRODUCTIVITY

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


def record(base: Baseline, lever: Lever) -> Record | None:
    """The lever's record as known on the baseline's day; None where there is none."""
    if not lever.history:
        return None
    found = HISTORIES[lever.history](base.store, base.any.as_of)
    return found if found.years else None


def baseline_part(base: Baseline, lever: Lever) -> float | None:
    """What the baseline already holds of the lever's part: the median over draws and years to the horizon, in its unit."""
    ground = base.grounds.get(lever.indicator)
    if ground is None:
        return None
    last = ground.years.index(base.horizon_year)
    levels = ground.levels[:, ground.start : last + 1]
    middle = np.median(levels, axis=0)
    growth = 100.0 * ((middle[-1] / middle[0]) ** (1.0 / (len(middle) - 1)) - 1.0)
    if lever.indicator == PRODUCTIVITY:
        share = {"tfp": ground.tfp_share, "capital_deepening": 1.0 - ground.tfp_share}.get(lever.id)
        if lever.id == "employment":
            found = record(base, lever)
            return None if found is None else float(found.values.mean())
        return None if share is None else share * float(np.median(identities.growth_of(levels)))
    if lever.indicator == DIGITAL:
        rest = (middle[-1] - middle[0]) / (len(middle) - 1) * (1.0 - ground.split.core)
        return {"digital_core": growth, "digitalised": rest}.get(lever.history)
    if lever.indicator == ECOMMERCE and lever.history == "market":
        market = np.median(ground.market[:, ground.start : last + 1], axis=0)
        return 100.0 * ((market[-1] / market[0]) ** (1.0 / (len(market) - 1)) - 1.0)
    return None


def colour(push: float, baseline: float | None, found: Record | None) -> str:
    """'green' within experience, 'amber' beyond the 5-95 % band, 'red' beyond the extremes, 'none' without a record.

    Only the side the push leads to counts: where the baseline itself lies outside the record (a market that slows down), a
    push back towards it is not beyond experience.
    """
    if found is None or baseline is None:
        return "none"
    reach, sign = baseline + push, float(np.sign(push))
    ends = (found.low[1], found.high[1])
    if sign and _beyond(reach, sign, ends):
        return "red"
    return "amber" if sign and found.band and _beyond(reach, sign, found.band) else "green"


def _beyond(reach: float, sign: float, ends: tuple[float, float]) -> bool:
    return reach > ends[1] if sign > 0 else reach < ends[0]


def happened(base: Baseline, lever: Lever, push: float) -> dict:
    """Whether a push has happened before: its colour, what it adds up to, the nearest year of the record, and the years known."""
    found, part = record(base, lever), baseline_part(base, lever)
    said = {
        "colour": colour(push, part, found),
        "reach": None if part is None else part + push,
        "years": 0,
        "year": None,
    }
    if found is None or part is None:
        return {**said, "value": None}
    year, value = found.high if push >= 0 else found.low
    as_far = [
        y
        for y, v in zip(found.years, found.values, strict=True)
        if (v >= part + push if push >= 0 else v <= part + push)
    ]
    return {
        **said,
        "years": len(found.years),
        "year": as_far[-1] if as_far else year,
        "value": value,
        "before": bool(as_far),
    }


def catalogue(base: Baseline) -> list[dict]:
    """Every lever with range, record and baseline part in types JSON knows: what a form or a page needs.

    A push u > 0 is beyond experience when baseline + u exceeds the upper end of `band` (amber) or `highest` (red); u < 0
    when it falls below the lower end or `lowest`. Without a record there is no colour.
    """
    rows = []
    for lever in base.store.scenario_levers.values():
        found = record(base, lever)
        names = {
            "name_vi": lever.name.vi,
            "name_en": lever.name.en,
            "reason_vi": lever.reason.vi,
            "reason_en": lever.reason.en,
        }
        plain = {key: getattr(lever, key) for key in ("id", "indicator", "part", "view", "unit", "low", "high", "step")}
        kept = {key: getattr(lever, key) for key in ("helps", "control", "on", "central", "rating", "source")}
        known = {
            "years": list(found.years) if found else [],
            "values": [round(float(value), 6) for value in found.values] if found else [],
            "of": NATION if found else "",
            "band": list(found.band) if found and found.band else None,
            "lowest": list(found.low) if found else None,
            "highest": list(found.high) if found else None,
            "sd": found.sd if found else None,
            "sources": list(found.sources) if found else [],
        }
        rows.append({**plain, **names, **kept, "baseline": baseline_part(base, lever), "record": known})
    return rows
