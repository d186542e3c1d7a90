"""Relearn the correction and the interval tables: `python -m forecast.models.learn PATH/annual_dev.parquet`.

PATH is a long table (dataset, unique_id, t, y, split train|test) of short annual series, all values positive. Each series
gives windows of several lengths that end at its last training point or 3, 6, 9 ... years before; every series has the same
weight within a length bucket. Written: models/learned/{correction_trees.csv, conformal_quantiles.csv,
error_trajectories.csv, PROVENANCE.csv}. The default's errors are taken with the correction learned on the other half of the series.
"""

from __future__ import annotations

import csv
import sys
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from datetime import date
from pathlib import Path

import numpy as np

from forecast.models.boosting import DEPTH, Trees, boost
from forecast.models.calibration import LEARNED_HORIZON, LENGTHS, LEVELS, Learned, unstretched
from forecast.models.combination import POINTS, median_of_three
from forecast.models.correction import GROWTH, LEARNED_AHEAD, corrected, features, with_years
from forecast.models.history import Support, read_history

WINDOWS = {
    "3-4": (3, 4),
    "5": (5,),
    "6-7": (6, 7),
    "8-9": (8, 9),
    "10-15": (10, 12, 14),
    "16-24": (16, 20, 24),
    "25+": (25, 28, 32),
}
SUPPORTS: dict[str, Support] = {"log": (0.0, None), "identity": (None, None)}
ORIGIN_STEP = 3
CORRECTION_LENGTHS = (5, 6, 8, 10, 12, 15, 20, 28)
TREES = 200
_NAIVE_MASE, _NAIVE_SMAPE = 2.6, 18.0  # of the benchmark: the correction is learned on errors weighted as OWA weights them
BANK = 300
_FEWEST = 60  # windows below which a horizon's own quantiles are not used, only the line


@dataclass(frozen=True)
class AnnualSeries:
    """One benchmark series: its data set, all values in order and the number of training points."""

    dataset: str
    id: str
    values: np.ndarray
    n_train: int


@dataclass(frozen=True)
class Errors:
    """Normalised errors [windows, 12] (NaN where the series ends), the row's series and its weight."""

    values: np.ndarray
    ids: np.ndarray
    weights: np.ndarray


def read_series(path: Path) -> list[AnnualSeries]:
    """The benchmark series of a parquet file, in a fixed order."""
    import pandas as pd

    table = pd.read_parquet(path)
    series = []
    for (dataset, name), group in table.groupby(["dataset", "unique_id"]):
        ordered = group.sort_values("t")
        train = int((ordered["split"] == "train").sum())
        series.append(AnnualSeries(str(dataset), str(name), ordered["y"].to_numpy(float), train))
    return series


def learn(series: Sequence[AnnualSeries]) -> Learned:
    """Learn the quantile tables of every simple method and the bank of the default's error trajectories."""
    folds = trees_of_the_other_half(series)
    quantiles, trajectories = {}, {}
    for bucket in LENGTHS:
        for scale in SUPPORTS:
            errors = normalised_errors(series, bucket, SUPPORTS[scale], folds)
            for method, found in errors.items():
                quantiles[method, scale, bucket] = fitted_quantiles(found)
            if scale == "log":
                trajectories[bucket] = bank_of(errors["default"])
    for bucket, bank in trajectories.items():
        if len(bank) < BANK // 2:  # too few long trajectories of long series: those of the bucket before
            trajectories[bucket] = trajectories[list(LENGTHS)[list(LENGTHS).index(bucket) - 1]]
    return Learned(quantiles, trajectories)


def trees_of_the_other_half(series: Sequence[AnnualSeries]) -> Callable[[AnnualSeries], Trees]:
    """For each series the correction learned on the half of the series it is not in."""
    halves = np.random.default_rng(0).integers(0, 2, len(series))
    half_of = {item.id: int(half) for item, half in zip(series, halves, strict=True)}
    learned = [learn_correction([item for item in series if half_of[item.id] != half]) for half in (0, 1)]
    return lambda item: learned[half_of[item.id]]


def learn_correction(series: Sequence[AnnualSeries]) -> Trees:
    """Trees for (observed - median of three) / (mean |step| h ** GROWTH), each series with the root of its windows as weight."""
    found = [rows for length in CORRECTION_LENGTHS for rows in _correction_rows(series, length)]
    rows, target, weights = (np.concatenate([item[part] for item in found]) for part in range(3))
    owners = np.concatenate([np.full(len(item[1]), item[3]) for item in found])
    known = np.isfinite(target)
    weights = weights / np.sqrt(np.bincount(owners)[owners])
    return boost(rows[known], np.clip(target[known], -8.0, 8.0), weights[known], TREES)


def _correction_rows(
    series: Sequence[AnnualSeries], length: int
) -> Iterator[tuple[np.ndarray, np.ndarray, np.ndarray, int]]:
    """Of each series: features with years ahead, targets, weights of all its windows of `length`, and its place."""
    ahead = np.arange(1, LEARNED_AHEAD + 1)
    for place, item in enumerate(series):
        pairs = [pair for pair in _windows_of(item, length) if np.ptp(pair[0]) > 0.0]
        if not pairs:
            continue
        values = np.array([window for window, _ in pairs])
        future = np.full((len(pairs), LEARNED_AHEAD), np.nan)
        for row, (_, came) in zip(future, pairs, strict=True):
            row[: len(came)] = came[:LEARNED_AHEAD]
        medians = np.array([median_of_three(read_history(window, None, (0.0, None)), LEARNED_AHEAD) for window in values])
        rows, unit = features(values, np.log(values))
        power = unit[:, None] * ahead**GROWTH
        weights = (1.0 / _NAIVE_MASE + 200.0 * unit[:, None] / (future + medians) / _NAIVE_SMAPE) * ahead**GROWTH
        target = (future - medians) / power
        yield with_years(rows, LEARNED_AHEAD), target.ravel(), weights.ravel(), place


def normalised_errors(
    series: Sequence[AnnualSeries],
    bucket: str,
    support: Support,
    trees: Callable[[AnnualSeries], Trees] | None = None,
) -> dict[str, Errors]:
    """unstretched(z_observed - z_point) / (scale sqrt h) of every window of a length bucket, by method.

    `trees` gives the correction to use for a series (None: the shipped one), so that none is judged on what it learned.
    """
    rows: dict[str, list[np.ndarray]] = {name: [] for name in POINTS}
    ids: list[str] = []
    for item in series:
        for window, future in _windows(item, bucket):
            history = read_history(window, None, support)
            observed = history.transform.forward(future)
            spread = history.scale * np.sqrt(np.arange(1, len(future) + 1))
            ids.append(item.id)
            for name, point in POINTS.items():
                row = np.full(LEARNED_HORIZON, np.nan)
                if name == "default" and trees is not None:
                    said = corrected([history], median_of_three(history, len(future))[None], trees(item))[0]
                else:
                    said = point(history, len(future))
                moved = observed - history.transform.forward(said)
                row[: len(future)] = unstretched(moved, history.scale_name) / spread
                rows[name].append(row)
    names, counts = np.unique(ids, return_counts=True)
    weight = dict(zip(names, 1.0 / counts, strict=True))
    weights = np.array([weight[name] for name in ids])
    return {name: Errors(np.array(found), np.array(ids), weights) for name, found in rows.items()}


def _windows(item: AnnualSeries, bucket: str) -> Iterator[tuple[np.ndarray, np.ndarray]]:
    for length in WINDOWS[bucket]:
        yield from _windows_of(item, length)


def _windows_of(item: AnnualSeries, length: int) -> Iterator[tuple[np.ndarray, np.ndarray]]:
    for origin in range(item.n_train, length - 1, -ORIGIN_STEP):
        window, future = item.values[origin - length : origin], item.values[origin : origin + LEARNED_HORIZON]
        if _one_unit(window):
            yield window, future


def _one_unit(window: np.ndarray) -> bool:
    return bool(np.abs(np.diff(np.log(window))).max() < np.log(30.0))


def fitted_quantiles(errors: Errors) -> np.ndarray:
    """Signed weighted quantiles [levels, 12], half-shrunk to a line in h, the median at 0, sorted so that they cannot cross.

    The learned median is taken out because pooled series say nothing of one series' direction (on the benchmark it worsens
    the point forecast); it is taken out of the other levels in the measure of their nearness to the median.
    """
    raw = np.full((len(LEVELS), LEARNED_HORIZON), np.nan)
    counts = np.zeros(LEARNED_HORIZON)
    for step in range(LEARNED_HORIZON):
        known = np.isfinite(errors.values[:, step])
        counts[step] = errors.weights[known].sum()
        if known.sum() >= _FEWEST:
            raw[:, step] = weighted_quantiles(errors.values[known, step], errors.weights[known])
    ahead = np.arange(1, LEARNED_HORIZON + 1)
    table = np.empty_like(raw)
    for place, values in enumerate(raw):
        known = np.isfinite(values)
        slope, level = np.polyfit(ahead[known], values[known], 1, w=np.sqrt(counts[known]))
        line = level + slope * ahead
        table[place] = np.where(known, 0.5 * (np.nan_to_num(values) + line), line)
    nearness = 1.0 - np.abs(2.0 * np.array(LEVELS) - 1.0)
    centred = table - nearness[:, None] * table[LEVELS.index(0.5)]
    side = np.sign(np.array(LEVELS) - 0.5)[:, None]
    return np.sort(np.where(side < 0, np.minimum(centred, 0.0), np.maximum(centred, 0.0) * side), axis=0)


def weighted_quantiles(values: np.ndarray, weights: np.ndarray) -> np.ndarray:
    """Quantiles at LEVELS of weighted values, by interpolating the weighted distribution function at its midpoints."""
    order = np.argsort(values)
    mass = weights[order]
    middle = (np.cumsum(mass) - 0.5 * mass) / mass.sum()
    return np.interp(LEVELS, middle, values[order])


def bank_of(errors: Errors) -> np.ndarray:
    """At most BANK whole trajectories [bank, 12], one or few per series, spread evenly over the series."""
    whole = np.isfinite(errors.values).all(axis=1)
    rows, weights = errors.values[whole], errors.weights[whole]
    if len(rows) <= BANK:
        return np.round(rows, 3)
    rng = np.random.default_rng(20_251_123)
    taken = rng.choice(len(rows), BANK, replace=False, p=weights / weights.sum())
    return np.round(rows[np.sort(taken)], 3)


def write_trees(trees: Trees, folder: Path) -> None:
    """Write the correction: a row per tree with its questions and the values of its leaves."""
    with (folder / "correction_trees.csv").open("w", newline="", encoding="utf-8") as file:
        out = csv.writer(file, lineterminator="\n")
        places = range(DEPTH)
        out.writerow([f"feature{i}" for i in places] + [f"limit{i}" for i in places] + [f"leaf{i}" for i in range(2**DEPTH)])
        for asked, limits, leaves in zip(trees.features, trees.limits, trees.leaves, strict=True):
            out.writerow([*asked, *(f"{v:.5g}" for v in limits), *(f"{v:.5f}" for v in leaves)])


def write(learned: Learned, folder: Path, series: Sequence[AnnualSeries], source: str, day: date) -> None:
    """Write the tables and their provenance."""
    folder.mkdir(exist_ok=True)
    with (folder / "conformal_quantiles.csv").open("w", newline="", encoding="utf-8") as file:
        out = csv.writer(file, lineterminator="\n")
        out.writerow(["method", "scale", "length", "horizon", *(f"q{level:g}" for level in LEVELS)])
        for (method, scale, bucket), table in learned.quantiles.items():
            for step in range(LEARNED_HORIZON):
                out.writerow([method, scale, bucket, step + 1, *(f"{value:.4f}" for value in table[:, step])])
    with (folder / "error_trajectories.csv").open("w", newline="", encoding="utf-8") as file:
        out = csv.writer(file, lineterminator="\n")
        out.writerow(["length", *(f"e{step}" for step in range(1, LEARNED_HORIZON + 1))])
        for bucket, bank in learned.trajectories.items():
            out.writerows([bucket, *(f"{value:.3f}" for value in row)] for row in bank)
    names, counts = np.unique([item.dataset for item in series], return_counts=True)
    with (folder / "PROVENANCE.csv").open("w", newline="", encoding="utf-8") as file:
        out = csv.writer(file, lineterminator="\n")
        out.writerow(["dataset", "series", "file", "learned_on", "command"])
        for name, count in zip(names, counts, strict=True):
            out.writerow([name, count, source, day.isoformat(), f"python -m forecast.models.learn {source}"])


def main(arguments: Sequence[str]) -> int:
    """Learn from the file named and write beside this module."""
    path = Path(arguments[0])
    series = read_series(path)
    folder = Path(__file__).parent / "learned"
    write_trees(learn_correction(series), folder)
    write(learn(series), folder, series, path.name, date.today())
    print(f"{len(series)} series -> {folder}")
    return 0


if __name__ == "__main__":
    raise SystemExit(main(sys.argv[1:]))
