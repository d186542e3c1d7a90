"""What no forecast is given for: one check per cause, each a RefusedError that names what was found and where."""

from __future__ import annotations

from collections.abc import Mapping, Sequence, Set
from decimal import Decimal
from numbers import Integral, Real
from typing import Any

import numpy as np

from forecast.errors import RefusedError
from forecast.models.series.years import named

MIN_POINTS = 3
MAX_HORIZON = 15
MOST_PATHS = 1_000_000
JUMP_RATIO = 30.0  # of 858 benchmark series 99.5 % never move by this factor in a year; a change of unit always does

_JUMP = np.log(JUMP_RATIO) * (1.0 - 1e-12)
NOISE = 1e-12  # of the size of what is compared: the last bits of a figure decide nothing

Support = tuple[float | None, float | None]
Values = Sequence[float] | np.ndarray


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
    """A list of the values; one number, one text or a set, which has no order, is no series. A mapping has years as its keys."""
    if isinstance(values, Mapping):
        return list(values.values())
    if isinstance(values, str | bytes | Set) or not hasattr(values, "__iter__"):
        raise RefusedError("Cần một chuỗi số theo năm.", "One series of yearly numbers is needed.")
    return list(values)


def _is_number(entry: Any) -> bool:
    return _is_missing(entry) or (isinstance(entry, Real | Decimal) and not isinstance(entry, bool | np.bool_))


def _is_missing(entry: Any) -> bool:
    return entry is None or type(entry).__name__ == "NAType"  # pandas' own, without importing pandas


def refuse_few(n: int) -> None:
    """Fewer than three points."""
    if n < MIN_POINTS:
        raise RefusedError(
            f"Chỉ có {n} điểm số liệu; cần ít nhất {MIN_POINTS} năm mới dự báo được.",
            f"Only {n} point(s); at least {MIN_POINTS} years are needed for a forecast.",
        )


def refuse_missing(numbers: np.ndarray, years: np.ndarray) -> None:
    """Missing or infinite values, by year."""
    if np.isfinite(numbers).all():
        return
    bad = [int(year) for year, number in zip(years, numbers, strict=True) if not np.isfinite(number)]
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


def support_for(numbers: np.ndarray, support: Support | None) -> Support:
    """The support given; without one positive values stay positive, the rest has the whole line."""
    if support is not None:
        return checked_support(support)
    positive = len(numbers) and float(numbers.min()) > NOISE * float(numbers.max())
    return (0.0, None) if positive else (None, None)


def near_bounds(support: Support) -> tuple[float, float]:
    """How near to the lower and to the upper bound a value lies on it but for rounding."""
    low, high = support
    if low is not None and high is not None:
        return NOISE * (high - low), NOISE * (high - low)
    return NOISE * abs(low or 0.0), NOISE * abs(high or 0.0)


def refuse_outside(numbers: np.ndarray, years: np.ndarray, support: Support) -> None:
    """Values outside the support; on a bound too where only one bound stands (a log scale has no zero)."""
    low, high = (-np.inf if support[0] is None else support[0]), (np.inf if support[1] is None else support[1])
    both = np.isfinite(low) and np.isfinite(high)
    under, over = near_bounds(support)
    below = numbers < low - under if both else numbers <= low + under
    above = numbers > high + over if both else numbers >= high - over
    if not (below | above).any():
        return
    bad = [(int(year), float(v)) for year, v, out in zip(years, numbers, below | above, strict=True) if out]
    shown = ", ".join(f"{year}: {value:g}" for year, value in bad)
    bound, near = (low, under) if np.isfinite(low) else (high, over)
    if not both and all(abs(value - bound) <= near for _, value in bad):
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
    if steps[worst] < _JUMP:
        return
    typical = float(np.median(np.delete(steps, worst)))
    if steps[worst] > 10.0 * typical * (1.0 + NOISE):
        before, after = int(years[worst]), int(years[worst + 1])
        ratio = f"{np.exp(min(steps[worst], 500.0)):,.0f}"
        raise RefusedError(
            f"Từ {before} sang {after} giá trị thay đổi {ratio.replace(',', '.')} lần, có vẻ đổi đơn vị; kiểm tra lại đơn vị.",
            f"From {before} to {after} the value changes {ratio} times, which looks like a change of unit; check it.",
        )


def refuse_request(horizon: int, seed: int, n_paths: int, fewest: int = 1) -> None:
    """A horizon that is no whole number from 1 to 15, a seed below zero, fewer paths than `fewest`."""
    refuse_horizon(horizon)
    if not _is_integer(seed) or seed < 0:
        raise RefusedError(f"Hạt giống {seed!r} phải là số nguyên không âm.", f"The seed {seed!r} must be a whole number from 0.")
    if not _is_integer(n_paths) or not fewest <= n_paths <= MOST_PATHS:
        raise RefusedError(
            f"Số đường mô phỏng (n_paths) {n_paths!r}; chỉ nhận số nguyên từ {fewest} đến {MOST_PATHS}.",
            f"{n_paths!r} paths (n_paths); only whole numbers from {fewest} to {MOST_PATHS} are taken: at least one path is needed.",
        )


def refuse_horizon(horizon: int) -> None:
    """A horizon that is no whole number from 1 to 15."""
    if not _is_integer(horizon) or not 1 <= horizon <= MAX_HORIZON:
        raise RefusedError(
            f"Tầm dự báo {horizon!r} năm; chỉ nhận số nguyên từ 1 đến {MAX_HORIZON}.",
            f"A horizon of {horizon!r} years; only whole numbers from 1 to {MAX_HORIZON} are taken.",
        )


def _is_integer(number: Any) -> bool:
    return isinstance(number, Integral) and not isinstance(number, bool | np.bool_)


def refuse_unusable(paths: np.ndarray, method: str) -> None:
    """Paths [n, horizon] with values beyond what a machine holds, or so close to a bound that the band has no width left."""
    if not np.isfinite(paths).all():
        raise RefusedError(
            f"Phương pháp '{method}' cho giá trị không hữu hạn.", f"Method '{method}' gave values that are not finite."
        )
    if len(paths) > 1 and not (np.ptp(paths, axis=0) > 0.0).all():
        raise RefusedError(
            f"Phương pháp '{method}': khoảng dự báo không còn bề rộng (số quá nhỏ hoặc quá sát cận); kiểm tra lại đơn vị.",
            f"Method '{method}': the band has no width left (too small or too close to a bound); check the unit.",
        )
