"""The series a method sees: checked, on its transformed scale; anything else is refused with the reason."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from forecast.domain import Text
from forecast.errors import RefusedError
from forecast.units import Transform, scale_for, transform_for

MIN_POINTS = 3
MAX_HORIZON = 15
JUMP_RATIO = 30.0  # of 858 benchmark series 99.5 % never move by this factor in a year; a change of unit always does
SCALE_FLOOR = 0.005  # no series is believed steadier than half a percent a year
_DECAY = 0.85
_LEAST_UNEVEN = 0.4

Support = tuple[float | None, float | None]


@dataclass(frozen=True)
class History:
    """Annual values without gaps, `z = transform.forward(values)`, the yearly `scale` of z, the last year and notes."""

    values: np.ndarray
    z: np.ndarray
    transform: Transform
    scale_name: str
    support: Support
    scale: float
    origin: int
    notes: tuple[Text, ...] = ()

    @property
    def n(self) -> int:
        return len(self.values)


def read_history(values: Sequence[float], periods: Sequence[int] | None, support: Support) -> History:
    """Check a series and put it on its scale; raise RefusedError naming the first thing that stands in the way."""
    numbers = _as_numbers(values)
    years = _as_years(periods, len(numbers))
    _refuse_few(len(numbers))
    _refuse_missing(numbers, years)
    _refuse_outside(numbers, years, support)
    _refuse_unit_jump(numbers, years)
    inside, notes = _off_the_bounds(numbers, support)
    name = scale_for(support)
    transform = _mirrored(float(support[1])) if _only_above(support) else transform_for(name, support)
    z = transform.forward(inside)
    notes = (*notes, *_break_note(z, years))
    return History(inside, z, transform, name, support, yearly_scale(z, _floor(z, name)), int(years[-1]), notes)


def yearly_scale(z: np.ndarray, floor: float) -> float:
    """How far z usually moves in a year, and how unevenly: sqrt(size * unevenness), never below `floor`.

    size = sqrt(mean|dz| * recency-weighted mean|dz|), weights 0.85 per year back; unevenness = mean|dz - mean dz| n/(n - 1),
    at least 0.4 size. Measured on the benchmark: a steadily growing series needs a narrower band than its growth suggests.
    """
    steps = np.diff(z)
    weights = _DECAY ** np.arange(len(steps))[::-1]
    size = np.sqrt(np.abs(steps).mean() * (weights @ np.abs(steps)) / weights.sum())
    uneven = np.abs(steps - steps.mean()).mean() * len(steps) / (len(steps) - 1)
    return max(float(np.sqrt(size * max(uneven, _LEAST_UNEVEN * size))), floor)


def _floor(z: np.ndarray, name: str) -> float:
    """Half a percent: of the value itself on the log and logit scales, of the mean |value| on the identity scale."""
    if name != "identity":
        return SCALE_FLOOR
    return SCALE_FLOOR * (float(np.mean(np.abs(z))) or 1.0)


def _as_numbers(values: Sequence[float]) -> np.ndarray:
    try:
        numbers = np.asarray(values, dtype=float)
    except (TypeError, ValueError):
        raise RefusedError(
            "Chuỗi có giá trị không phải số; sửa lại ở tệp số liệu.",
            "The series holds values that are not numbers; correct them in the data file.",
        ) from None
    if numbers.ndim != 1:
        raise RefusedError("Cần một chuỗi số theo năm.", "One series of yearly numbers is needed.")
    return numbers


def _as_years(periods: Sequence[int] | None, n: int) -> np.ndarray:
    if periods is None:
        return np.arange(1, n + 1)
    years = np.asarray(periods)
    if len(years) != n:
        raise RefusedError(f"{n} giá trị nhưng {len(years)} năm.", f"{n} values but {len(years)} years.")
    if n and not np.issubdtype(years.dtype, np.integer):
        raise RefusedError("Năm phải là số nguyên.", "Years must be whole numbers.")
    repeated = sorted({int(year) for year in years if (years == year).sum() > 1})
    if repeated:
        raise RefusedError(f"Năm bị trùng: {_names(repeated)}.", f"Duplicate years: {_names(repeated)}.")
    if n > 1 and (np.diff(years) < 0).any():
        raise RefusedError("Các năm không theo thứ tự tăng dần.", "The years are not in ascending order.")
    missing = sorted(set(range(int(years[0]), int(years[-1]) + 1)) - {int(year) for year in years}) if n else []
    if missing:
        raise RefusedError(
            f"Thiếu số liệu các năm {_names(missing)}; không tự điền, hãy bổ sung hoặc bắt đầu chuỗi sau chỗ trống.",
            f"No figure for {_names(missing)}; nothing is filled in: add them or start the series after the gap.",
        )
    return years


def _refuse_few(n: int) -> None:
    if n < MIN_POINTS:
        raise RefusedError(
            f"Chỉ có {n} điểm số liệu; cần ít nhất {MIN_POINTS} năm mới dự báo được.",
            f"Only {n} point(s); at least {MIN_POINTS} years are needed for a forecast.",
        )


def _refuse_missing(numbers: np.ndarray, years: np.ndarray) -> None:
    bad = [int(year) for year, number in zip(years, numbers, strict=True) if not np.isfinite(number)]
    if bad:
        raise RefusedError(
            f"Giá trị trống hoặc vô hạn ở các năm {_names(bad)}.", f"Missing or infinite values in {_names(bad)}."
        )


def _refuse_outside(numbers: np.ndarray, years: np.ndarray, support: Support) -> None:
    low, high = support
    if low is not None and high is not None and low >= high:
        raise RefusedError(f"Miền giá trị {support} rỗng.", f"The support {support} is empty.")
    below = numbers < low if low is not None and high is not None else numbers <= (-np.inf if low is None else low)
    above = numbers > high if low is not None and high is not None else numbers >= (np.inf if high is None else high)
    bad = [(int(year), float(v)) for year, v, out in zip(years, numbers, below | above, strict=True) if out]
    if bad:
        shown = ", ".join(f"{year}: {value:g}" for year, value in bad)
        raise RefusedError(f"Giá trị ngoài miền {support}: {shown}.", f"Values outside the support {support}: {shown}.")


def _refuse_unit_jump(numbers: np.ndarray, years: np.ndarray) -> None:
    """A step by a factor of 30 or more that is also 10 times the typical yearly step is a change of unit."""
    if (numbers <= 0).any():
        return
    steps = np.abs(np.diff(np.log(numbers)))
    worst = int(np.argmax(steps))
    typical = float(np.median(np.delete(steps, worst)))
    if steps[worst] >= np.log(JUMP_RATIO) and steps[worst] > 10.0 * typical:
        before, after = int(years[worst]), int(years[worst + 1])
        ratio = np.exp(steps[worst])
        raise RefusedError(
            f"Từ {before} sang {after} giá trị thay đổi {ratio:,.0f} lần, có vẻ đổi đơn vị; kiểm tra lại đơn vị.",
            f"From {before} to {after} the value changes {ratio:,.0f} times, which looks like a change of unit; check it.",
        )


def _off_the_bounds(numbers: np.ndarray, support: Support) -> tuple[np.ndarray, tuple[Text, ...]]:
    """A share of exactly 0 or 100 % has no logit: it is moved inside by a thousandth of the width, with a note."""
    low, high = support
    if low is None or high is None:
        return numbers, ()
    margin = 1e-3 * (high - low)
    on_bound = (numbers <= low) | (numbers >= high)
    if not on_bound.any():
        return numbers, ()
    note = Text(
        f"Giá trị đúng bằng {low:g} hoặc {high:g} được tính lùi vào {margin:g} để dùng thang logit.",
        f"Values of exactly {low:g} or {high:g} were moved inside by {margin:g} for the logit scale.",
    )
    return np.where(on_bound, np.clip(numbers, low + margin, high - margin), numbers), (note,)


def _break_note(z: np.ndarray, years: np.ndarray) -> tuple[Text, ...]:
    """Name the year whose step is more than six median deviations from the usual step (possible break)."""
    steps = np.diff(z)
    if len(steps) < 6:
        return ()
    away = np.abs(steps - np.median(steps))
    worst = int(np.argmax(away))
    if away[worst] <= max(6.0 * float(np.median(away)), 1e-12):
        return ()
    year = int(years[worst + 1])
    return (
        Text(
            f"Mức thay đổi năm {year} khác hẳn các năm khác: có thể chuỗi bị gãy, cần đọc cùng ghi chú của chuyên viên.",
            f"The change in {year} is unlike the other years: a possible break, to be read with the analyst's note.",
        ),
    )


def _only_above(support: Support) -> bool:
    return support[0] is None and support[1] is not None


def _mirrored(high: float) -> Transform:
    """z = -ln(high - y), for a support with an upper bound only."""
    return Transform(lambda y: -np.log(high - np.asarray(y, float)), lambda z: high - np.exp(-np.asarray(z, float)))


def _names(years: list[int]) -> str:
    return ", ".join(str(year) for year in years)
