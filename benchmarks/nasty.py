"""Series that break forecasting tools: the rows of section D of the acceptance list (both parts), and more of the kind.

Each is either to be forecast (finite, ordered quantiles inside the support, never of zero width) or to be refused with the
cause named. `survived` is the same test for the kit and for its peers: of a peer any exception counts as a refusal.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date

import numpy as np

LEVELS = (0.025, 0.1, 0.5, 0.9, 0.975)
HORIZON = 8
POSITIVE, PERCENT, ANY = (0.0, None), (0.0, 100.0), (None, None)
_NAN = float("nan")
Support = tuple[float | None, float | None]


@dataclass(frozen=True)
class Nasty:
    """One series with its support and years, and what is asked: 'forecast', 'refusal', or 'either' of the two."""

    name: str
    values: tuple[object, ...]
    asked: str
    support: Support = POSITIVE
    first: int | None = None
    periods: tuple[object, ...] | None = None
    horizon: int = HORIZON

    @property
    def years(self) -> tuple[object, ...]:
        """Those given, or one for each value up to 2024 or from `first`."""
        start = 2025 - len(self.values) if self.first is None else self.first
        return self.periods or tuple(range(start, start + len(self.values)))


def _grown(n: int, rate: float = 1.07, start: float = 100.0) -> list[float]:
    return [round(start * rate**year + np.sin(year), 3) for year in range(n)]


def _put(values: list[float], changes: dict[int, object]) -> tuple[object, ...]:
    return tuple(changes.get(position, value) for position, value in enumerate(values))


_TEN = _grown(10)
SERIES = (
    Nasty("D01 one point", (100.0,), "refusal"),
    Nasty("D02 two points", (100.0, 107.0), "refusal"),
    Nasty("D04 constant", (7.0,) * 12, "forecast"),
    Nasty("D05 missing value inside", _put(_TEN, {4: _NAN}), "refusal"),
    Nasty("D05 last value missing", _put(_TEN, {9: _NAN}), "refusal"),
    Nasty("D07 all values missing", (_NAN,) * 10, "refusal"),
    Nasty("D08 share near 100 %", (93.0, 95.1, 96.8, 98.0, 98.7, 99.2, 99.5, 99.6, 99.8, 99.9), "forecast", PERCENT),
    Nasty("D09 share near 0 and falling", (9.0, 6.1, 4.2, 2.0, 1.1, 0.6, 0.3, 0.2, 0.1, 0.05), "forecast", PERCENT),
    Nasty("D10 duplicate year", tuple(_TEN), "refusal", periods=(2015, 2016, 2017, 2018, 2018, 2019, 2020, 2021, 2022, 2023)),
    Nasty("D11 gap of two years", tuple(_TEN), "refusal", periods=(*range(2010, 2016), *range(2018, 2022))),
    Nasty("D12 unit jump x1000 in the last three years", (*_TEN[:7], *(1000.0 * v for v in _TEN[7:])), "refusal"),
    Nasty("D13 explosive: doubles every year", tuple(2.0**k for k in range(8)), "forecast"),
    Nasty("D14 an observation of 2035", tuple(_TEN), "refusal", first=2026),
    Nasty("D18 text among the values", _put(_TEN, {3: "12,8"}), "refusal"),
    Nasty("D18 numbers written as text", tuple(str(v) for v in _TEN), "refusal"),
    Nasty("D19 two COVID years", _put(_TEN, {6: 110.0, 7: 105.0}), "forecast"),
    Nasty("D19 a break: half from one year to the next", (*_TEN[:6], *(0.5 * v for v in _TEN[6:])), "forecast"),
    Nasty("2D01 years as text, two missing", tuple(_TEN), "refusal", periods=(*map(str, range(2010, 2016)), "2018", "2019", "2020", "2021")),
    Nasty("2D01 years as floats, one twice", tuple(_TEN), "refusal", periods=(*map(float, range(2015, 2024)), 2023.0)),
    Nasty("2D01 dates in reversed order", tuple(_TEN), "refusal", periods=tuple(date(year, 12, 31) for year in range(2024, 2014, -1))),
    Nasty("2D01 years to come, as text", tuple(_TEN), "refusal", periods=tuple(map(str, range(2026, 2036)))),
    Nasty("2D02 upper bound only, in a small unit", (2e-5, 3.5e-5, 6e-5, 7.8e-5, 9e-5, 9.6e-5), "forecast", (None, 1e-4)),
    Nasty("2D03 down to the bound by regular steps", tuple(float(v) for v in range(12, 0, -1)), "forecast"),
    Nasty("2D03 exact ties", (10.0, 10.0, 20.0, 20.0, 30.0, 30.0), "forecast"),
    Nasty("2D04 twelve nearly equal points", (54.534, 54.535) * 6, "forecast"),
    Nasty("2D05 beyond what a machine holds", tuple(1e307 * 1.2**k for k in range(12)), "refusal"),
    Nasty("an infinite value", _put(_TEN, {2: float("inf")}), "refusal"),
    Nasty("three points", (12.83, 12.87, 13.17), "forecast"),
    Nasty("tiny values", tuple(1e-12 * v for v in _TEN), "forecast"),
    Nasty("huge values", tuple(1e12 * v for v in _TEN), "forecast"),
    Nasty("negative values", tuple(-v for v in _TEN), "forecast", ANY),
    Nasty("values around zero", (-2.0, 3.0, -1.0, 4.0, 0.0, -3.0, 2.0, 1.0), "forecast", ANY),
    Nasty("alternating", (1.0, 100.0) * 6, "forecast"),
    Nasty("one outlier", _put(_TEN, {5: 900.0}), "forecast"),
    Nasty("all zeros, a positive quantity", (0.0,) * 8, "refusal"),
    Nasty("all zeros, a share", (0.0,) * 8, "either", PERCENT),
    Nasty("all zeros, any number", (0.0,) * 8, "forecast", ANY),
    Nasty("share stuck at 99.99 %", (99.99,) * 6, "forecast", PERCENT),
    Nasty("share stuck at 0.01 %", (0.01,) * 6, "forecast", PERCENT),
    Nasty("share that reached 100 %", (97.0, 98.5, 99.95, 99.97, 100.0, 100.0), "forecast", PERCENT),
    Nasty("share racing to 100 %", (50.0, 90.0, 99.0, 99.9, 99.99, 99.999), "forecast", PERCENT, horizon=15),
    Nasty("upper bound only", (20.0, 35.0, 60.0, 78.0, 90.0, 96.0), "forecast", (None, 100.0)),
    Nasty("a straight line", tuple(float(v) for v in range(20, 33)), "forecast", ANY),
    Nasty("fifteen years ahead", tuple(_TEN), "forecast", horizon=15),
    Nasty("a value outside the support", (12.0, 13.0, 112.0, 13.5, 14.0), "refusal", PERCENT),
)

# quantiles [LEVELS, horizon] of (values, years, support, horizon); an exception is a refusal
Method = Callable[[tuple[object, ...], tuple[object, ...], Support, int], np.ndarray]


def survived(series: Nasty, method: Method) -> bool:
    """Whether the method did what is asked of this series."""
    try:
        quantiles = np.asarray(method(series.values, series.years, series.support, series.horizon), dtype=float)
    except Exception:
        return series.asked != "forecast"
    return series.asked != "refusal" and sound(quantiles, series.support)


def sound(quantiles: np.ndarray, support: Support) -> bool:
    """Finite, ascending by level, inside the support, and the outer band nowhere of zero width."""
    low, high = support
    return bool(
        np.isfinite(quantiles).all()
        and (np.diff(quantiles, axis=0) >= 0.0).all()
        and (quantiles[-1] - quantiles[0] > 1e-9 * np.abs(quantiles[2])).all()
        and (low is None or quantiles.min() >= low)
        and (high is None or quantiles.max() <= high)
    )


def count(method: Method) -> int:
    """How many of the series the method survives."""
    return sum(survived(series, method) for series in SERIES)
