"""The series a method sees: checked, on its transformed scale; anything else is refused with the reason."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from forecast.domain import Text
from forecast.models.series import refusals
from forecast.models.series.refusals import MAX_HORIZON, NOISE, Support, Values
from forecast.models.series.years import Years, as_years, years_of
from forecast.units import Transform, scale_for, transform_for

__all__ = ["MAX_HORIZON", "SCALE_FLOOR", "History", "Support", "Values", "far_ahead", "read_history", "yearly_scale"]

SCALE_FLOOR = 0.005  # no series is believed steadier than half a percent a year
_DECAY = 0.85
_LEAST_UNEVEN = 0.4
_NEAR = np.log(99.0)  # a share within 1 % of its width of a bound


@dataclass(frozen=True)
class History:
    """Annual values without gaps, `z = transform.forward(values)`, the yearly `scale` of z, the last year and notes.

    Where only an upper bound stands, `values` and all that is forecast of them count down from it: `below` is that bound, and
    `as_given` turns them back.
    """

    values: np.ndarray
    z: np.ndarray
    transform: Transform
    scale_name: str
    support: Support
    scale: float
    origin: int
    notes: tuple[Text, ...] = ()
    below: float | None = None

    @property
    def n(self) -> int:
        return len(self.values)

    def as_given(self, numbers: np.ndarray) -> np.ndarray:
        """Numbers counted as the caller counts them."""
        return numbers if self.below is None else self.below - numbers


def read_history(values: Values, periods: Years | None, support: Support | None) -> History:
    """Check a series and put it on its scale; raise RefusedError naming the first thing that stands in the way.

    A mapping by year or a pandas Series indexed by years brings its periods along when none are given. Without a support
    positive values stay positive, which a note says.
    """
    numbers = refusals.as_numbers(values)
    years = as_years(years_of(values, periods), len(numbers))
    asked, support = support, refusals.support_for(numbers, support)
    refusals.refuse_few(len(numbers))
    refusals.refuse_missing(numbers, years)
    refusals.refuse_outside(numbers, years, support)
    refusals.refuse_unit_jump(numbers, years)
    below = support[1] if support[0] is None else None
    if below is not None:
        numbers, support = below - numbers, (0.0, None)
    inside, notes = _off_the_bounds(numbers, support)
    name = scale_for(support)
    transform = transform_for(name, support)
    if name == "logit":
        transform = _held_off(transform, transform.forward(inside))
    z = transform.forward(inside)
    floor = _floor(z, name)
    remark = _positive_note() if asked is None and name == "log" else ()
    notes = (*remark, *notes, *_break_note(z, years, floor))
    return History(inside, z, transform, name, support, yearly_scale(z, floor), int(years[-1]), notes, below)


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


def _off_the_bounds(numbers: np.ndarray, support: Support) -> tuple[np.ndarray, tuple[Text, ...]]:
    """A share of exactly 0 or 100 % has no logit: it is moved inside, with a note.

    By a thousandth of the width, or half the distance of the nearest other figure, so that the order of the years stays.
    """
    low, high = support
    if low is None or high is None:
        return numbers, ()
    under, over = refusals.near_bounds(support)
    on_bound = (numbers <= low + under) | (numbers >= high - over)
    if not on_bound.any():
        return numbers, ()
    nearest = np.minimum(numbers - low, high - numbers)[~on_bound]
    margin = min(1e-3 * (high - low), 0.5 * float(nearest.min())) if nearest.size else 1e-3 * (high - low)
    note = Text(
        f"Giá trị đúng bằng {low:g} hoặc {high:g} được tính lùi vào {margin:g} để dùng thang logit.",
        f"Values of exactly {low:g} or {high:g} were moved inside by {margin:g} for the logit scale.",
    )
    return np.where(on_bound, np.clip(numbers, low + margin, high - margin), numbers), (note,)


def far_ahead(n: int, horizon: int, origin: int) -> tuple[Text, ...]:
    """A note when more years ahead are asked for than years of history are there."""
    if horizon <= n:
        return ()
    carried = max(1, n // 3)
    note = Text(
        f"Chỉ có {n} năm số liệu, không đủ để dự báo xa đến {horizon} năm: sau năm {origin + carried} chỉ nên đọc như kịch bản.",
        f"Only {n} years of figures, too few to carry {horizon} years ahead: after {origin + carried} read it as a scenario.",
    )
    return (note,)


def _positive_note() -> tuple[Text, ...]:
    vi = "Mọi số liệu đều dương và không nêu miền giá trị (support) nên dự báo cũng giữ dương; support=(None, None) nếu có thể âm."
    en = "All values are positive and no support was given, so the forecast stays positive; support=(None, None) where it may not."
    return (Text(vi, en),)


def _break_note(z: np.ndarray, years: np.ndarray, floor: float) -> tuple[Text, ...]:
    """Name the year whose step is more than six median deviations from the usual step (possible break)."""
    steps = np.diff(z)
    if len(steps) < 6:
        return ()
    away = np.abs(steps - _median(steps))
    most = float(away.max())
    if most <= max(6.0 * _median(away) * (1.0 + NOISE), 1e-6 * floor):
        return ()
    year = int(years[int(np.argmax(away >= most * (1.0 - 1e-9))) + 1])  # the first of those that are equal but for rounding
    vi = f"Mức thay đổi năm {year} khác hẳn các năm khác: có thể chuỗi bị gãy, cần đọc cùng ghi chú của chuyên viên."
    return (Text(vi, f"The change in {year} is unlike the other years: a possible break, to be read with the analyst's note."),)


def _median(numbers: np.ndarray) -> float:
    """What numpy says of a few numbers, sooner."""
    middle = np.sort(numbers)[[(len(numbers) - 1) // 2, len(numbers) // 2]]
    return float(middle.sum() / 2.0)


def _held_off(transform: Transform, seen: np.ndarray) -> Transform:
    """The logit with its far ends drawn in: what lies nearer to a bound than any figure, and within 1 %, is squeezed.

    Beyond the edge E (the furthest figure, at least 99 %) z goes on as E + ln(1 + z - E), so that a share racing to its bound
    neither reaches it nor loses its band to rounding.
    """
    top, bottom = max(float(seen.max()), _NEAR), max(float(-seen.min()), _NEAR)

    def squeezed(z: np.ndarray) -> np.ndarray:
        z = np.asarray(z, float)
        beyond = np.where(z > 0, z - top, -z - bottom)
        return np.where(beyond > 0, z - np.sign(z) * (beyond - np.log1p(np.maximum(beyond, 0.0))), z)

    def forward(y: np.ndarray) -> np.ndarray:
        z = transform.forward(y)
        beyond = np.where(z > 0, z - top, -z - bottom)
        return np.where(beyond > 0, z + np.sign(z) * (np.expm1(np.maximum(beyond, 0.0)) - beyond), z)

    return Transform(forward, lambda z: transform.inverse(squeezed(z)))
