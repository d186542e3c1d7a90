"""What was learned from other short series: where the median of three will be wrong, and how wide its errors will be.

Two sets of trees learned on short annual series (`python -m forecast.models.learning.intervals`) and asked with features that have no unit:
one corrects the median of three, taken at part weight, more for the shortest series, which is what won with whole data sets left
out; one widens or narrows the band of a series against the yearly scale alone. Where a series moves by less than is believed of
any series (`SCALE_FLOOR`) the correction fades in the measure of its own steps, and the spread where these are next to nothing:
of a nearly constant series the trees know nothing. Series of fewer than five points, constant ones and those with values that
are not positive (counted from the lower bound) keep the median and the plain scale.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from functools import cache
from importlib.resources import files

import numpy as np

from forecast.models.series.features import POWER, middle, rows_of
from forecast.models.series.history import History
from forecast.models.series.refusals import NOISE
from forecast.models.series.trees import Trees, evaluate, parse

LEARNED_AHEAD = 6  # beyond this year correction and spread stay as they are
FEWEST = 5
SPREAD_PART = 0.9  # of the learned log spread
_STILL = 0.02  # steps below this part of the least believed tell nothing of the spread
_WIDEST = 1.5  # a log spread beyond this is held there


@dataclass(frozen=True)
class Learned:
    """The two sets of trees: of the correction, and of the log spread of its errors."""

    correction: Trees
    spread: Trees


def weight_of(n: int) -> float:
    """How much of the learned correction is taken: .9 up to 6 points, .75 up to 9, .6 beyond."""
    return 0.9 if n <= 6 else 0.75 if n <= 9 else 0.6


def is_learnable(history: History) -> bool:
    """Whether the trees have anything to say of this series: a constant one stays."""
    counted = history.values - floor_of(history)
    least = NOISE * float(counted.max()) if history.scale_name == "identity" else 0.0
    return history.n >= FEWEST and float(counted.min()) > least and float(np.ptp(counted)) > 0.0


def floor_of(history: History) -> float:
    """What the values are counted from: the lower bound, or nought."""
    return history.support[0] or 0.0


def correct(
    histories: Sequence[History], simple: np.ndarray, learned: Learned | None = None
) -> tuple[np.ndarray, np.ndarray]:
    """Points and relative spreads, each [k, horizon], of `k` series alike in length, scale and support.

    `simple[k, 3, horizon]`: last value, drift and damped log-drift. A spread of 1 is the plain scale.
    """
    first = histories[0]
    medians = middle(simple)
    if not is_learnable(first):
        return medians, np.ones_like(medians)
    learned = learned or shipped_trees()
    low = floor_of(first)
    values = np.array([history.values for history in histories]) - low
    steps = min(medians.shape[1], LEARNED_AHEAD)
    rows, unit = rows_of(values, simple[:, :, :steps] - low)
    own = np.abs(np.diff(values, axis=1)).mean(axis=1)[:, None]  # below `unit` where that is the least believed
    moved = weight_of(first.n) * answer(learned.correction, rows) * np.arange(1, steps + 1) ** POWER * own
    told = np.minimum(own / (_STILL * unit[:, None]), 1.0)
    spread = np.exp(told * np.clip(SPREAD_PART * answer(learned.spread, rows), -_WIDEST, _WIDEST))
    later = np.minimum(np.arange(medians.shape[1]), steps - 1)
    return inside(medians, moved[:, later], first.support), spread[:, later]


def answer(trees: Trees, rows: np.ndarray) -> np.ndarray:
    """What the trees say of `rows[k, steps, columns]` -> [k, steps]."""
    return evaluate(trees, rows.reshape(-1, rows.shape[2])).reshape(rows.shape[:2])


def inside(medians: np.ndarray, moved: np.ndarray, support: tuple[float | None, float | None]) -> np.ndarray:
    """No correction takes more than half of the way to a bound; without one, than half of the value."""
    low, high = support
    down = 0.5 * np.maximum(medians - (low or 0.0), 0.0)
    up = 0.5 * (high - medians) if high is not None else 2.0 * down
    return medians + np.clip(moved, -down, up)


@cache
def shipped_trees() -> Learned:
    """The trees that come with the kit, read once."""
    folder = files("forecast.models.series") / "learned"
    return Learned(*(parse((folder / f"{name}_trees.csv").read_text("utf-8")) for name in ("correction", "spread")))
