"""Pooled conformal intervals and joint paths, learned on many short annual series.

Margins: signed quantiles of unstretch(z_observed - z_point) / (scale spread sqrt h) by method, length of the series and horizon
(conformal prediction with scaled scores pooled over series: Vovk, Gammerman and Shafer 2005); the default's spread is learned,
that of the other methods is 1. Steady series (`is_steady`) have a table of their own for the default: what moved evenly for some
years breaks off more often than its steps suggest. Dependence between the years: the ranks of whole error trajectories of other
series (empirical copula, as in the Schaake shuffle of Clark et al. 2004 and ensemble copula coupling of Schefzik et al. 2013),
for a series that never fell those of series that never had. On the log and logit scales errors upwards are relative (y / y_point
- 1), errors downwards logarithmic, so that no upper bound explodes: on the benchmark this takes the mean interval score from 34
to 22. The median of the paths is the point forecast. `python -m forecast.models.learning.intervals` writes both tables.
"""

from __future__ import annotations

import csv
from dataclasses import dataclass
from functools import cache, lru_cache
from importlib.resources import files

import numpy as np

from forecast.models.series.history import History
from forecast.models.series.refusals import NOISE

LENGTHS = {"3-4": (3, 4), "5": (5, 5), "6-7": (6, 7), "8-9": (8, 9), "10-15": (10, 15), "16-24": (16, 24), "25+": (25, 10_000)}
LEVELS = (0.005, 0.01, 0.025, *(round(0.05 * i, 2) for i in range(1, 20)), 0.975, 0.99, 0.995)
LEARNED_HORIZON = 12
STEADY = 0.025  # a standard deviation of yearly steps of z below this is steady


@dataclass(frozen=True)
class Intervals:
    """What was learned: `quantiles[(method, scale, length)]` [levels, 12] and `trajectories[(length, past)]` [bank, 12].

    `scale`: log, identity, and steady for the default of steady shares; `past`: any, or rising (no year fell).
    """

    quantiles: dict[tuple[str, str, str], np.ndarray]
    trajectories: dict[tuple[str, str], np.ndarray]

    def bank(self, length: str, past: str) -> np.ndarray:
        """The trajectories a series draws on, [bank, 12]: a past that never fell on those of such pasts and on all, half of each.

        Those of such pasts alone make one year tell too much of the next: of national series the chance of growth in every year
        came out as much too high as it is too low with all.
        """
        every = self.trajectories[length, "any"]
        return every if past == "any" else np.vstack([every, self.trajectories[length, past]])


def is_steady(history: History) -> bool:
    """Whether the yearly steps on the log or logit scale hardly differ: standard deviation below `STEADY`."""
    return history.scale_name != "identity" and float(np.diff(history.z).std()) < STEADY


def past_of(history: History) -> str:
    """'rising' when no year fell (by more than rounding), else 'any'."""
    return "rising" if np.diff(history.values).min() >= -NOISE * np.abs(history.values).max() else "any"


def length_bucket(n: int) -> str:
    """The name of the bucket a series of `n` points falls in."""
    return next(name for name, (low, high) in LENGTHS.items() if low <= n <= high)


def draw_paths(
    history: History,
    point: np.ndarray,
    method: str,
    seed: int,
    n_paths: int,
    spread: np.ndarray | float = 1.0,
    learned: Intervals | None = None,
) -> np.ndarray:
    """Paths [n_paths, horizon] around `point` (values' scale): margins from the table, dependence from the bank.

    `spread` [horizon] widens or narrows the yearly scale. Shares (logit) use the log table: near the middle both scales
    stretch alike once errors are in units of yearly change.
    """
    horizon, kind = len(point), (length_bucket(history.n), past_of(history))
    ascending = _ascending(n_paths) @ quantiles_of(history, method, horizon, learned)
    asked = (horizon, seed, n_paths)
    places = places_of(learned.bank(*kind), *asked) if learned else _shipped_places(kind, *asked)
    return moved_by(np.take_along_axis(ascending, places, axis=0), history, point, spread)


def lines_to(levels: np.ndarray) -> np.ndarray:
    """Weights [levels, LEVELS] that read quantiles between the learned levels by straight lines, beyond them held."""
    grid, each = np.array(LEVELS), np.arange(len(levels))
    inside = np.clip(levels, grid[0], grid[-1])
    upper = np.clip(np.searchsorted(grid, inside), 1, len(grid) - 1)
    weights = np.zeros((len(levels), len(grid)))
    weights[each, upper] = (inside - grid[upper - 1]) / (grid[upper] - grid[upper - 1])
    weights[each, upper - 1] = 1.0 - weights[each, upper]
    return weights


@lru_cache(maxsize=4)
def _ascending(n_paths: int) -> np.ndarray:
    return lines_to(ranks_of(n_paths))


def quantiles_of(history: History, method: str, horizon: int, learned: Intervals | None = None) -> np.ndarray:
    """The table's quantiles [LEVELS, horizon] for a series of this length and scale."""
    table = "identity" if history.scale_name == "identity" else "log"
    if method == "default" and history.scale_name == "logit" and is_steady(history):
        table = "steady"
    return extended((learned or shipped()).quantiles[method, table, length_bucket(history.n)], horizon)


def moved_by(errors: np.ndarray, history: History, point: np.ndarray, spread: np.ndarray | float = 1.0) -> np.ndarray:
    """Values [..., horizon] that lie `errors[..., horizon]` (in units of scale, spread and root of the years) from `point`."""
    widths = history.scale * spread * np.sqrt(np.arange(1, len(point) + 1))
    moved = stretched(errors * widths, history.scale_name)
    return history.transform.inverse(history.transform.forward(point) + moved)


def stretched(deviations: np.ndarray, scale_name: str) -> np.ndarray:
    """Deviations from the point on the z scale: ln(1 + d) upwards, d downwards; identity scale: d."""
    upwards = np.log1p(np.maximum(deviations, 0))
    return deviations if scale_name == "identity" else np.where(deviations > 0, upwards, deviations)


def unstretched(moved: np.ndarray, scale_name: str) -> np.ndarray:
    """The inverse of `stretched`."""
    return moved if scale_name == "identity" else np.where(moved > 0, np.expm1(np.maximum(moved, 0)), moved)


def places_of(bank: np.ndarray, horizon: int, seed: int, n_paths: int) -> np.ndarray:
    """Which of the ascending errors each path takes each year, int[n_paths, horizon]: every year the same in another order."""
    ranks = draw_ranks(bank, horizon, np.random.default_rng(seed), n_paths)
    return (ranks * n_paths).astype(np.intp, order="C")


@lru_cache(maxsize=4)  # series drawn with one seed share them
def _shipped_places(kind: tuple[str, str], horizon: int, seed: int, n_paths: int) -> np.ndarray:
    return places_of(shipped().bank(*kind), horizon, seed, n_paths)


def draw_ranks(bank: np.ndarray, horizon: int, rng: np.random.Generator, n_paths: int) -> np.ndarray:
    """Uniform ranks [n_paths, horizon] in (0, 1) that move together from year to year as the bank's trajectories do.

    Each trajectory is taken equally often; one jitter per path separates its copies; each year is then ranked again, so
    that the margins are the table's to 1/n_paths and carry no noise of sampling.
    """
    steps = min(horizon, bank.shape[1])
    order = bank[:, :steps].argsort(axis=0).argsort(axis=0)
    taken = np.resize(rng.permutation(len(bank)), n_paths)
    jittered = np.ascontiguousarray((order[taken] + rng.uniform(size=(n_paths, 1))).T)
    ranks = np.empty_like(jittered)
    np.put_along_axis(ranks, jittered.argsort(axis=1), ranks_of(n_paths)[None], axis=1)
    return np.concatenate([ranks, np.repeat(ranks[-1:], horizon - steps, axis=0)]).T


def ranks_of(n_paths: int) -> np.ndarray:
    """The ranks that `n_paths` paths share out among themselves every year, ascending."""
    return (np.arange(n_paths) + 0.5) / n_paths


def extended(quantiles: np.ndarray, horizon: int) -> np.ndarray:
    """The first `horizon` columns; beyond the last learned year each level keeps the value of that year.

    The values are already per sqrt(h), so the band goes on widening with sqrt(h).
    """
    steps = quantiles.shape[1]
    return quantiles[:, np.minimum(np.arange(horizon), steps - 1)]


@cache
def shipped() -> Intervals:
    """The tables that come with the kit, read once."""
    folder = files("forecast.models.series") / "learned"
    quantiles: dict[tuple[str, str, str], np.ndarray] = {}
    for row in csv.DictReader((folder / "conformal_quantiles.csv").read_text("utf-8").splitlines()):
        key = (row["method"], row["scale"], row["length"])
        table = quantiles.setdefault(key, np.empty((len(LEVELS), LEARNED_HORIZON)))
        table[:, int(row["horizon"]) - 1] = [float(row[f"q{level:g}"]) for level in LEVELS]
    banks: dict[tuple[str, str], list[list[float]]] = {}
    for row in csv.DictReader((folder / "error_trajectories.csv").read_text("utf-8").splitlines()):
        banks.setdefault((row["length"], row["past"]), []).append([float(row[f"e{h}"]) for h in range(1, LEARNED_HORIZON + 1)])
    return Intervals(quantiles, {name: np.array(rows) for name, rows in banks.items()})
