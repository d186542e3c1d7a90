"""Targets against draws: chance, growth still required, year of arrival, and a verdict in one of a few words."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from typing import Any

import numpy as np

from forecast.domain import Observation, Target, Text

CLOSE = 1e-9  # a path that meets a target exactly meets it whatever the last bit says
ACHIEVED_YEARS = 3  # growth achieved is the average of the last three known years
BANDS = ((0.80, "achieved"), (0.50, "likely"), (0.20, "doubtful"), (0.0, "unlikely"))


@dataclass(frozen=True)
class Assessment:
    """One target held against the draws of one territory; growth in percent (or percentage points) a year."""

    target: Target
    applies: str  # own | other_territory | national_yardstick
    state: str  # open | over
    verdict: str
    probability: float | None
    required: float | None = None
    achieved: float | None = None
    required_unit: str = "percent_per_year"
    achieved_years: tuple[int, int] | None = None
    arrival: tuple[int | None, int | None, int | None] = (None, None, None)
    note: Text = Text("", "")

    def row(self) -> dict[str, Any]:
        """What a table says of it: the target, then how it is judged; delay is arrival after the target's last year."""
        target, ends = self.target, ("early", "median", "late")
        late = [None if year is None else year - target.last for year in self.arrival]
        return {
            **{"target": target.id, "document": target.document, "name_vi": target.name.vi, "name_en": target.name.en},
            **{"territory": target.territory, "applies": self.applies, "kind": target.kind, "direction": target.direction},
            **{"value": target.value, "value_high": target.value_high, "unit": target.unit},
            **{"first": target.first, "last": target.last, "state": self.state, "probability": self.probability},
            **{"verdict": self.verdict, "measure": target.measure},
            **{"required": self.required, "achieved": self.achieved, "required_unit": self.required_unit},
            **{f"arrival_{end}": year for end, year in zip(ends, self.arrival, strict=True)},
            **{f"delay_{end}": years for end, years in zip(ends, late, strict=True)},
            **{"note_vi": self.note.vi, "note_en": self.note.en, "source": target.source},
        }


def verdict_for(probability: float) -> str:
    """The word of a chance: achieved from 0.80, likely from 0.50, doubtful from 0.20, unlikely below.

    The chance is first rounded to 5 points, as it is shown, so that one shown chance never carries two words.
    """
    shown = np.floor(probability * 20 + 0.5 + 1e-9) / 20
    return next(word for least, word in BANDS if shown >= least)


def growth_of(levels: np.ndarray) -> np.ndarray:
    """Yearly growth in percent, shape [n_paths, n_years - 1]."""
    return 100.0 * (levels[:, 1:] / levels[:, :-1] - 1.0)


def average_growth(levels: np.ndarray, years: tuple[int, ...], first: int, last: int) -> np.ndarray:
    """Geometric mean growth over the years first..last in percent a year, per path; the base is the year before `first`."""
    start, end = years.index(first - 1), years.index(last)
    return 100.0 * ((levels[:, end] / levels[:, start]) ** (1.0 / (last - first + 1)) - 1.0)


def reached(target: Target, levels: np.ndarray, years: tuple[int, ...]) -> np.ndarray | None:
    """Whether each path meets the target, bool[n_paths]; None when the years or the value are not there.

    'At least', 'above' and 'about' ask for no less than the value; a range asks for its lower end.
    """
    base = target.first - 1 if target.kind != "level" else target.last
    if target.value is None or base not in years or target.last not in years:
        return None
    return margin(target, levels, years) >= -CLOSE


def margin(target: Target, levels: np.ndarray, years: tuple[int, ...]) -> np.ndarray:
    """How far each path is above the target in its own unit, [n_paths]; at most-targets turned round."""
    value = float(target.value or 0.0)
    if target.kind == "level":
        gap = levels[:, years.index(target.last)] - value
    elif target.kind == "growth_average":
        gap = average_growth(levels, years, target.first, target.last) - value
    else:
        start, end = years.index(target.first - 1), years.index(target.last)
        gap = growth_of(levels[:, start : end + 1]).min(axis=1) - value
    return -gap if target.direction == "at_most" else gap


def assess(
    target: Target,
    levels: np.ndarray,
    years: tuple[int, ...],
    *,
    known_to: int,
    as_of: date,
    applies: str,
    published: tuple[Observation, ...],
) -> Assessment:
    """Hold `target` against `levels[n_paths, n_years]`; `known_to` is the last year any figure speaks of.

    `published` are the territory's figures of the same quantity: for a period that is over they alone decide.
    """
    over = as_of > date(target.last, 12, 31)
    if target.value is None:
        return Assessment(target, applies, "over" if over else "open", "no_value", None)
    met = reached(target, levels, years)
    probability = None if met is None else float(met.mean())
    achieved, span = _achieved(target, levels, years, known_to)
    unit = "percentage_points_per_year" if target.kind == "level" else "percent_per_year"
    if over:
        verdict, note = over_verdict(target, published)
        return Assessment(target, applies, "over", verdict, probability, None, achieved, unit, span, note=note)
    verdict = verdict_for(probability) if probability is not None else "undecidable"
    required, arrival = _required(target, levels, years, known_to), arrival_years(target, levels, years)
    return Assessment(target, applies, "open", verdict, probability, required, achieved, unit, span, arrival)


def over_verdict(target: Target, published: tuple[Observation, ...]) -> tuple[str, Text]:
    """Met, not met or undecidable by published figures only; conflicting figures on both sides of the line decide nothing."""
    average, value = target.kind == "growth_average", float(target.value or 0.0)
    years = range(target.first, target.last + 1) if target.kind == "growth_each_year" else (target.last,)
    by_year: dict[int, list[float]] = {year: [] for year in years}
    for figure in published:
        first, last = figure.period.first, figure.period.last
        covers = (figure.kind == "growth_average" and first == target.first) if average else figure.period.is_year
        if covers and last in by_year:
            by_year[last].append(figure.value)
    failed = [year for year, values in by_year.items() if values and max(values) < value]
    passed = [year for year, values in by_year.items() if values and min(values) >= value]
    split = [year for year, values in by_year.items() if values and year not in failed and year not in passed]
    missing = [year for year, values in by_year.items() if not values]
    if failed:
        return "not_met", Text(
            f"Số đã công bố năm {_list(failed)} thấp hơn chỉ tiêu.",
            f"Published figure for {_list(failed)} is below the target.",
        )
    if not missing and not split:
        return "met", Text("Theo số đã công bố.", "By published figures.")
    parts = {
        Text("chưa công bố năm ", "nothing published for ") + _list(missing): missing,
        Text(f"các số năm {_list(split)} mâu thuẫn nhau", f"figures for {_list(split)} contradict each other"): split,
    }
    reasons = Text.joined([text for text, about in parts.items() if about], "; ")
    return "undecidable", Text(reasons.vi.capitalize(), reasons.en.capitalize()) + "."


def arrival_years(
    target: Target, levels: np.ndarray, years: tuple[int, ...]
) -> tuple[int | None, int | None, int | None]:
    """10 %, 50 % and 90 % quantiles of the year in which the target level is reached; None beyond the drawn years.

    For an average growth target the level is that of its last year: base x (1 + g)^n. Growth in each year never 'arrives'.
    """
    if target.value is None or target.kind == "growth_each_year" or target.direction == "at_most":
        return (None, None, None)
    wanted, start = np.full(len(levels), target.value), 0
    if target.kind == "growth_average":
        if target.first - 1 not in years:
            return (None, None, None)
        start = years.index(target.first - 1) + 1
        wanted = levels[:, start - 1] * (1.0 + target.value / 100.0) ** (target.last - target.first + 1)
    hits = levels[:, start:] >= wanted[:, None] * (1.0 - CLOSE)
    year = np.where(hits.any(axis=1), years[start] + hits.argmax(axis=1), np.inf)
    quantiles = np.quantile(year, (0.1, 0.5, 0.9), method="inverted_cdf")
    early, middle, late = (int(end) if np.isfinite(end) else None for end in quantiles)
    return (early, middle, late)


def _achieved(
    target: Target, levels: np.ndarray, years: tuple[int, ...], known_to: int
) -> tuple[float | None, tuple[int, int] | None]:
    start = known_to - ACHIEVED_YEARS
    if start not in years:
        return None, None
    if target.kind == "level":
        change = levels[:, years.index(known_to)] - levels[:, years.index(start)]
        return float(np.median(change)) / ACHIEVED_YEARS, (start + 1, known_to)
    return float(np.median(average_growth(levels, years, start + 1, known_to))), (start + 1, known_to)


def _required(target: Target, levels: np.ndarray, years: tuple[int, ...], known_to: int) -> float | None:
    """Growth a year still needed after `known_to` (median over paths) so that the target is just met in its last year."""
    value, remaining = float(target.value or 0.0), target.last - known_to
    if target.kind == "growth_each_year":
        return value
    if remaining < 1 or known_to not in years:
        return None
    now = levels[:, years.index(known_to)]
    if target.kind == "level":
        return float(np.median((value - now) / remaining))
    base_year = target.first - 1
    if base_year >= known_to:
        return value
    if base_year not in years:
        return None
    wanted = levels[:, years.index(base_year)] * (1.0 + value / 100.0) ** (target.last - base_year)
    return float(np.median(100.0 * ((wanted / now) ** (1.0 / remaining) - 1.0)))


def _list(years: list[int]) -> str:
    return ", ".join(str(year) for year in years)
