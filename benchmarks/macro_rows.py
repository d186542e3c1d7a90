"""National levels, shares and fast volumes whose countries and years after 2010 are left out of all that is learned.

Learned: the annual series, and levels and shares of the other half of the countries up to 2010. Measured: 12 years that end in
2010-2019 and up to 6 after them, of countries not learned from. Beside it, in the same run: the same kit learned from the annual
series alone, without tables for steady series, bank of rising series and growth curve, as it was before.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace
from hashlib import md5

import numpy as np
import table
from cases import LEVELS

from forecast.errors import RefusedError
from forecast.evaluation import events, scores
from forecast.models.learning.intervals import learn_all, learn_default
from forecast.models.learning.trees import AnnualSeries
from forecast.models.series.calibration import Intervals, draw_paths
from forecast.models.series.combination import default_of, three
from forecast.models.series.correction import Learned, correct
from forecast.models.series.history import History, read_history

LAST_LEARNED, ORIGINS = 2010, range(2010, 2020)
LENGTH, HORIZON, EVERY = 12, 6, 3
TREE_LENGTHS, FOLDS, PATHS = (8, 12, 20), 2, 1000
ADOPTED = ("INTERNET", "BROADBAND")
Default = Callable[[History], np.ndarray]


@dataclass(frozen=True)
class National:
    """Twelve years of one series of one country, and what came."""

    series: AnnualSeries
    history: History
    observed: np.ndarray

    @property
    def kind(self) -> str:
        """level, fast, adoption (over 5 % a year and below 40 %), saturating (other such shares) or share."""
        if self.series.dataset not in ADOPTED:
            return self.series.kind
        return "adoption" if self.steps.mean() > 0.05 and self.history.values[-1] < 40.0 else "saturating"

    @property
    def steps(self) -> np.ndarray:
        """Yearly log growth of the twelve years."""
        return np.diff(np.log(self.history.values))

    def is_smooth(self) -> bool:
        """Whether yearly growth hardly differs: a standard deviation below 2.5 % of a level, 1 % of a share."""
        return float(self.steps.std()) < {"level": 0.025, "share": 0.01}.get(self.kind, 0.0)


def rows(annual: list[AnnualSeries], macro: list[AnnualSeries]) -> list[dict[str, object]]:
    """Learn without each half of the countries and measure on it."""
    tables, trees = learn_all(annual, TREE_LENGTHS, FOLDS, learn_default)
    before = _as_before(tables, trees)
    measured: list[tuple[National, np.ndarray, np.ndarray]] = []
    for half in (0, 1):
        helping = [_until(series, LAST_LEARNED) for series in macro if _half(series) != half and series.kind != "fast"]
        kept = annual + [series for series in helping if len(series.values) >= 8]
        now = _now(*learn_all(kept, TREE_LENGTHS, FOLDS, learn_default))
        for series in macro:
            if _half(series) == half:
                measured += [(case, now(case.history), before(case.history)) for case in _cases(series)]
    return _band_rows(measured) + _adoption_rows([each for each in measured if each[0].kind == "adoption"])


def _band_rows(measured: list[tuple[National, np.ndarray, np.ndarray]]) -> list[dict[str, object]]:
    rows = []
    for label, bar, chosen in (
        ("macro levels", "<= 0.97", lambda case: case.kind == "level"),
        ("other shares than adoption", "<= 1", lambda case: case.kind in ("share", "saturating")),
        ("adoption shares", "<= 1", lambda case: case.kind == "adoption"),
        ("fast volumes", "<= 1.02", lambda case: case.kind == "fast"),
    ):
        kept = [each for each in measured if chosen(each[0])]
        ours, peer = (float(np.mean([_swis(each[0], each[who]) for each in kept])) for who in (1, 2))
        beside = f"{ours:.3f} against {peer:.3f}"
        rows.append(table.row(f"{label}, n12: sWIS against the kit without national series ({len(kept)})", bar, ours / peer, beside))
    for label, kind in (("smooth levels", "level"), ("slow shares", "share")):
        kept = [each for each in measured if each[0].kind == kind and each[0].is_smooth()]
        ours, peer = (float(np.mean([_inside(each[0], each[who]) for each in kept])) for who in (1, 2))
        rows.append(table.row(f"{label}, n12: 80 % band ({len(kept)})", "0.77..0.83", ours, f"without national series {peer:.3f}"))
    return rows


def _adoption_rows(measured: list[tuple[National, np.ndarray, np.ndarray]]) -> list[dict[str, object]]:
    bias, chances = ([[_bias(each[0], each[who]) for each in measured] for who in (1, 2)], [_chances(measured, who) for who in (1, 2)])
    label = f"adoption shares, n12 ({len(measured)})"
    beside = "without national series"
    rows = [table.row(f"{label}: bias of the median, % a year", "-2..2", float(np.mean(bias[0])), f"{beside} {np.mean(bias[1]):.2f}")]
    for name, bar in (("calibration_error", 0.12), ("brier", 0.21)):
        ours, peer = (scores.SCORES[name](*each) for each in chances)
        rows.append(table.row(f"{label}: {name} of 'growth >= g in every year', {EVERY} years", f"<= {bar}", ours, f"{beside} {peer:.3f}"))
    return rows


def _cases(series: AnnualSeries) -> Iterator[National]:
    for year in ORIGINS:
        end = year - series.first_year + 1
        window, observed = series.values[max(end - LENGTH, 0) : max(end, 0)], series.values[max(end, 0) :][:HORIZON]
        if len(window) == LENGTH and len(observed) and not (series.kind == "share" and window[-1] > 95.0):
            try:
                yield National(series, read_history(window, None, series.support), observed)
            except RefusedError:
                continue


def _now(tables: Intervals, trees: Learned) -> Default:
    def paths(history: History) -> np.ndarray:
        (point,), (spread,) = default_of([history], HORIZON, trees)
        return draw_paths(history, point, "default", 1, PATHS, spread, tables)

    return paths


def _as_before(tables: Intervals, trees: Learned) -> Default:
    plain = Intervals(
        {key: tables.quantiles["default", "log", key[2]] for key in tables.quantiles if key[0] == "default"},
        {key: tables.trajectories[key[0], "any"] for key in tables.trajectories},
    )

    def paths(history: History) -> np.ndarray:
        (point,), (spread,) = correct([history], three(history, HORIZON)[None], trees)
        return draw_paths(history, point, "default", 1, PATHS, spread, plain)

    return paths


def _until(series: AnnualSeries, year: int) -> AnnualSeries:
    values = series.values[: max(year - series.first_year + 1, 0)]
    return replace(series, values=values, n_train=max(len(values) - HORIZON, 5))


def _half(series: AnnualSeries) -> int:
    return int(md5(series.group.encode(), usedforsecurity=False).hexdigest(), 16) // 2 % 2


def _swis(case: National, paths: np.ndarray) -> float:
    middle, _, _, *ends = np.quantile(paths[:, : len(case.observed)], LEVELS, axis=0)
    score = scores.wis(case.observed, middle, np.array(ends[::2]), np.array(ends[1::2]), scores.ALPHAS[1:])
    return float(score / scores.naive_scale(case.history.values))


def _inside(case: National, paths: np.ndarray) -> float:
    return float(scores.coverage(case.observed, *np.quantile(paths[:, : len(case.observed)], (0.1, 0.9), axis=0)))


def _bias(case: National, paths: np.ndarray) -> float:
    """How far the median lies above what came, in % a year."""
    years = np.arange(1, len(case.observed) + 1)
    return float(100.0 * np.mean(np.log(np.median(paths[:, : len(years)], axis=0) / case.observed) / years))


def _chances(measured: list[tuple[National, np.ndarray, np.ndarray]], who: int) -> tuple[np.ndarray, np.ndarray]:
    """Chances given and outcomes of growth of at least a past quantile in each of the next years."""
    pairs = []
    for each in measured:
        case, paths = each[0], each[who]
        if len(case.observed) >= EVERY:
            pairs += events.event_pairs("growth_every_year", case.history.values, paths[:, :EVERY], case.observed[:EVERY])
    _, given, happened = np.array(pairs, float).T
    return given, happened
