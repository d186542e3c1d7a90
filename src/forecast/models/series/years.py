"""The years of a series: whole numbers, text, floats and dates are understood; whatever is no run of years is refused by name."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping, Sequence
from decimal import Decimal
from numbers import Real
from typing import Any

import numpy as np

from forecast.domain import today
from forecast.errors import RefusedError

RELEASED = 2026  # a machine whose clock is behind this year is not believed
FIRST_YEAR = 1000  # numbers of an index that all lie below count rows, not years
_LAST_YEAR = 9999
_WHOLE = re.compile(r"\d{1,4}", re.ASCII)
_DAY = re.compile(r"(\d{4})-\d{2}-\d{2}", re.ASCII)

Years = Sequence[int] | np.ndarray


def years_of(values: Any, periods: Any | None) -> Any | None:
    """The years given, else the keys of a mapping or the index of a pandas Series; None where they only count rows."""
    if periods is not None:
        return periods
    if isinstance(values, Mapping):
        return list(values)
    index = getattr(values, "index", None)
    if not hasattr(values, "iloc") or index is None or not len(index):
        return None
    if hasattr(index, "year"):  # DatetimeIndex, PeriodIndex
        return np.asarray(index.year)
    years = whole_years(np.asarray(index))
    return None if years.max() < FIRST_YEAR or np.array_equal(years, np.arange(len(years))) else years


def as_years(periods: Any | None, n: int) -> np.ndarray:
    """Consecutive years, 1..n when none are given; duplicates, gaps, disorder and years to come are refused by name."""
    if periods is None:
        return np.arange(1, n + 1)
    years = whole_years(_listed(periods))
    if len(years) != n:
        raise RefusedError(f"{n} giá trị nhưng {years.size} năm.", f"{n} values but {years.size} years.")
    steps = np.diff(years)
    if (steps == 1).all() and (not n or years[-1] <= RELEASED):
        return years
    different, counts = np.unique(years, return_counts=True)
    if (counts > 1).any():
        repeated = different[counts > 1]
        raise RefusedError(
            f"Năm bị trùng: {named(repeated)}; mỗi năm chỉ được có một số liệu.",
            f"Duplicate years: {named(repeated)}; years must be whole numbers that come once each.",
        )
    if (steps < 0).any():
        _refuse_disorder(years)
    if (steps > 1).any():
        _refuse_gap(years)
    _refuse_future(years)
    return years


def whole_years(entries: np.ndarray) -> np.ndarray:
    """Years as int64: of whole numbers, whole numbers as text or floats, dates, and days written 2024-12-31."""
    if entries.ndim != 1:
        raise RefusedError("Cần một dãy năm.", "One list of yearly numbers is needed.")
    if entries.dtype.kind in "iu" and (not len(entries) or np.abs(entries).max() <= _LAST_YEAR):
        return entries.astype(np.int64)
    listed = (entries.astype("datetime64[D]") if entries.dtype.kind == "M" else entries).tolist()
    years = [_year_of(entry) for entry in listed]
    if None in years:
        bad = listed[years.index(None)]
        raise RefusedError(
            f"Năm phải là số nguyên, không phải {bad!r}; sửa lại cột năm, hoặc đưa các năm vào `periods`.",
            f"Years must be whole numbers, not {bad!r}; correct the years, or give them as `periods`.",
        )
    return np.array(years, dtype=np.int64)


def _listed(periods: Any) -> np.ndarray:
    if hasattr(periods, "__array__"):
        return np.asarray(periods)
    if isinstance(periods, str | bytes | Mapping) or not isinstance(periods, Iterable):
        raise RefusedError("Cần một dãy năm.", "One list of yearly numbers is needed.")
    return np.fromiter(periods, dtype=object)


def _year_of(entry: Any) -> int | None:
    """The year an entry says, None where it says none."""
    entry = entry.astype("datetime64[D]").item() if isinstance(entry, np.datetime64) else entry
    year: Any = getattr(entry, "year", entry)  # date, Timestamp, Period
    if isinstance(year, str):
        day = _DAY.fullmatch(year.strip())
        text = day[1] if day else year.strip()
        return int(text) if _WHOLE.fullmatch(text) else None
    if isinstance(year, bool | np.bool_) or not isinstance(year, Real | Decimal):
        return None
    number: Any = year
    return int(number) if abs(number) <= _LAST_YEAR and number == int(number) else None


def _refuse_disorder(years: np.ndarray) -> None:
    if (np.diff(years) < 0).all():
        raise RefusedError(
            f"Các năm không theo thứ tự tăng dần mà bị đảo ngược: từ {years[0]} lùi về {years[-1]}.",
            f"The years are not in ascending order but reversed: from {years[0]} back to {years[-1]}.",
        )
    at = int(np.argmax(np.diff(years) < 0))
    raise RefusedError(
        f"Các năm không theo thứ tự tăng dần: {years[at + 1]} đứng sau {years[at]}.",
        f"The years are not in ascending order: {years[at + 1]} stands after {years[at]}.",
    )


def _refuse_gap(years: np.ndarray) -> None:
    holes = np.flatnonzero(np.diff(years) > 1)
    first = [year for hole in holes[:3] for year in range(years[hole] + 1, min(years[hole + 1], years[hole] + 6))]
    missing = named(first) + ("…" if len(first) < years[-1] - years[0] + 1 - len(years) else "")
    raise RefusedError(
        f"Thiếu số liệu các năm {missing}; không tự điền, hãy bổ sung hoặc bắt đầu chuỗi sau chỗ trống.",
        f"No figure for {missing}; nothing is filled in: add them or start the series after the gap.",
    )


def _refuse_future(years: np.ndarray) -> None:
    """An observation of a year that has not begun is a plan or a mistake."""
    latest = max(today().year, RELEASED)
    ahead = [int(year) for year in years if year > latest]
    if ahead:
        raise RefusedError(
            f"Năm {named(ahead)} chưa đến: đó là kế hoạch hay dự báo, không phải số liệu.",
            f"{named(ahead)} has not come yet: a plan or a forecast, not a figure.",
        )


def named(years: Sequence[int] | np.ndarray) -> str:
    """Years as a list in words, cut after ten."""
    return ", ".join(str(int(year)) for year in years[:10]) + ("…" if len(years) > 10 else "")
