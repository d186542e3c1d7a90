"""What no forecast is given for: one check per cause, each a RefusedError that names what was found and where."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from decimal import Decimal
from numbers import Integral, Real
from typing import Any

import numpy as np

from forecast.errors import RefusedError

MIN_POINTS = 3
MAX_HORIZON = 15
JUMP_RATIO = 30.0  # of 858 benchmark series 99.5 % never move by this factor in a year; a change of unit always does
RELEASED = 2026  # a machine whose clock is behind this year is not believed

Support = tuple[float | None, float | None]
Values = Sequence[float] | np.ndarray
Years = Sequence[int] | np.ndarray


def as_numbers(values: Values) -> np.ndarray:
    """The values as float64; text, truth values and tables are refused, None counts as missing."""
    array = np.asarray(values) if hasattr(values, "__array__") else None
    if array is not None and array.ndim != 1:
        raise RefusedError("Cần một chuỗi số theo năm.", "One series of yearly numbers is needed.")
    if array is not None and array.dtype.kind in "iuf":
        return array.astype(float)
    entries = _listed(values if array is None else array.tolist())
    bad = [entry for entry in entries if not _is_number(entry)]
    if bad:
        raise RefusedError(
            f"Chuỗi có giá trị không phải số ({bad[0]!r}); sửa lại ở tệp số liệu.",
            f"The series holds values that are not numbers ({bad[0]!r}); correct them in the data file.",
        )
    return np.array([float("nan") if _is_missing(entry) else float(entry) for entry in entries], dtype=float)


def _listed(values: Any) -> Sequence[Any]:
    """A list of the values; one number or one text is no series."""
    if isinstance(values, str | bytes) or not hasattr(values, "__iter__"):
        raise RefusedError("Cần một chuỗi số theo năm.", "One series of yearly numbers is needed.")
    return list(values)


def _is_number(entry: Any) -> bool:
    return _is_missing(entry) or (isinstance(entry, Real | Decimal) and not isinstance(entry, bool | np.bool_))


def _is_missing(entry: Any) -> bool:
    return entry is None or type(entry).__name__ == "NAType"  # pandas' own, without importing pandas


def years_of(values: Values, periods: Years | None) -> Years | None:
    """The years given, or those in the index of a pandas Series of yearly figures; None where there are none."""
    index = getattr(values, "index", None)
    if periods is not None or not hasattr(values, "iloc") or index is None or not len(index):
        return periods
    if hasattr(index, "year"):  # DatetimeIndex, PeriodIndex
        return np.asarray(index.year)
    numbered = np.asarray(index).dtype.kind in "iu"
    return np.asarray(index) if numbered and int(index[0]) >= 1000 else None


def as_years(periods: Years | None, n: int) -> np.ndarray:
    """Consecutive years, 1..n when none are given; duplicates, gaps, disorder and years to come are refused by name."""
    if periods is None:
        return np.arange(1, n + 1)
    years = np.asarray(periods if hasattr(periods, "__array__") else list(_listed(periods)))
    if years.ndim != 1 or len(years) != n:
        raise RefusedError(f"{n} giá trị nhưng {years.size} năm.", f"{n} values but {years.size} years.")
    if n and years.dtype.kind not in "iu":
        raise RefusedError("Năm phải là số nguyên.", "Years must be whole numbers.")
    years = years.astype(int)
    repeated = sorted({int(year) for year in years if (years == year).sum() > 1})
    if repeated:
        raise RefusedError(f"Năm bị trùng: {named(repeated)}.", f"Duplicate years: {named(repeated)}.")
    if n > 1 and (np.diff(years) < 0).any():
        raise RefusedError("Các năm không theo thứ tự tăng dần.", "The years are not in ascending order.")
    if n and int(years[-1]) - int(years[0]) + 1 != n:
        _refuse_gap(years)
    _refuse_future(years)
    return years


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
    latest = max(date.today().year, RELEASED)
    ahead = [int(year) for year in years if year > latest]
    if ahead:
        raise RefusedError(
            f"Năm {named(ahead)} chưa đến: đó là kế hoạch hay dự báo, không phải số liệu.",
            f"{named(ahead)} has not come yet: a plan or a forecast, not a figure.",
        )


def refuse_few(n: int) -> None:
    """Fewer than three points."""
    if n < MIN_POINTS:
        raise RefusedError(
            f"Chỉ có {n} điểm số liệu; cần ít nhất {MIN_POINTS} năm mới dự báo được.",
            f"Only {n} point(s); at least {MIN_POINTS} years are needed for a forecast.",
        )


def refuse_missing(numbers: np.ndarray, years: np.ndarray) -> None:
    """Missing or infinite values, by year."""
    bad = [int(year) for year, number in zip(years, numbers, strict=True) if not np.isfinite(number)]
    if bad:
        raise RefusedError(f"Giá trị trống hoặc vô hạn ở các năm {named(bad)}.", f"Missing or infinite values in {named(bad)}.")


def checked_support(support: Support) -> Support:
    """(low, high) as floats or None; anything else is refused."""
    try:
        low, high = (None if end is None else float(end) for end in support)
    except (TypeError, ValueError):
        low, high = float("nan"), None
    ends = [end for end in (low, high) if end is not None]
    if not np.isfinite(ends).all() or (len(ends) == 2 and ends[0] >= ends[1]):
        raise RefusedError(
            f"Miền giá trị {support} rỗng hoặc không đọc được; cần (cận dưới, cận trên), None là không có cận.",
            f"The support {support} is empty or cannot be read; (low, high) is needed, None for no bound.",
        )
    return low, high


def refuse_outside(numbers: np.ndarray, years: np.ndarray, support: Support) -> None:
    """Values outside the support; on a bound too where only one bound stands (a log scale has no zero)."""
    low, high = support
    both = low is not None and high is not None
    below = numbers < low if both else numbers <= (-np.inf if low is None else low)
    above = numbers > high if both else numbers >= (np.inf if high is None else high)
    bad = [(int(year), float(v)) for year, v, out in zip(years, numbers, below | above, strict=True) if out]
    if not bad:
        return
    shown = ", ".join(f"{year}: {value:g}" for year, value in bad)
    bound = low if low is not None else high
    if not both and all(value == bound for _, value in bad):
        raise RefusedError(
            f"Giá trị đúng bằng cận {bound:g}: {shown}; thang tỷ lệ cần số khác cận, hãy kiểm tra hoặc bỏ các năm đó.",
            f"Values on the bound {bound:g}: {shown}; a scale of ratios has no such value: check or leave out those years.",
        )
    raise RefusedError(f"Giá trị ngoài miền {support}: {shown}.", f"Values outside the support {support}: {shown}.")


def refuse_unit_jump(numbers: np.ndarray, years: np.ndarray) -> None:
    """A step by a factor of 30 or more that is also 10 times the typical yearly step is a change of unit."""
    if (numbers <= 0).any():
        return
    steps = np.abs(np.diff(np.log(numbers)))
    worst = int(np.argmax(steps))
    typical = float(np.median(np.delete(steps, worst)))
    if steps[worst] >= np.log(JUMP_RATIO) and steps[worst] > 10.0 * typical:
        before, after = int(years[worst]), int(years[worst + 1])
        ratio = f"{np.exp(min(steps[worst], 500.0)):,.0f}"
        raise RefusedError(
            f"Từ {before} sang {after} giá trị thay đổi {ratio.replace(',', '.')} lần, có vẻ đổi đơn vị; kiểm tra lại đơn vị.",
            f"From {before} to {after} the value changes {ratio} times, which looks like a change of unit; check it.",
        )


def refuse_request(horizon: int, seed: int, n_paths: int) -> None:
    """A horizon that is no whole number from 1 to 15, a seed below zero, no path."""
    refuse_horizon(horizon)
    if not _is_integer(seed) or seed < 0:
        raise RefusedError(f"Hạt giống {seed!r} phải là số nguyên không âm.", f"The seed {seed!r} must be a whole number from 0.")
    if not _is_integer(n_paths) or n_paths < 1:
        raise RefusedError("Cần ít nhất một đường mô phỏng.", "At least one path is needed.")


def refuse_horizon(horizon: int) -> None:
    """A horizon that is no whole number from 1 to 15."""
    if not _is_integer(horizon) or not 1 <= horizon <= MAX_HORIZON:
        raise RefusedError(
            f"Tầm dự báo {horizon!r} năm; chỉ nhận số nguyên từ 1 đến {MAX_HORIZON}.",
            f"A horizon of {horizon!r} years; only whole numbers from 1 to {MAX_HORIZON} are taken.",
        )


def _is_integer(number: Any) -> bool:
    return isinstance(number, Integral) and not isinstance(number, bool | np.bool_)


def named(years: Sequence[int]) -> str:
    """Years as a list in words, cut after ten."""
    return ", ".join(str(int(year)) for year in years[:10]) + ("…" if len(years) > 10 else "")
