"""Relearn the correction, the spread and the interval tables: `python -m forecast.models.learning.intervals PATH/annual_dev.parquet`.

PATH is a long table (dataset, unique_id, t, y, split train|test) of short annual series, all values positive. Each series
gives windows of several lengths that end at its last training point or 3, 6, 9 ... years before; every series has the same
weight within a length bucket, and its last window ten times that of an earlier one. Written: models/series/learned/
{correction_trees.csv, spread_trees.csv, conformal_quantiles.csv, error_trajectories.csv, PROVENANCE.csv}. The default's errors are
taken with what was learned on the other four fifths of the series. Needs LightGBM and pyarrow (the extra `test`).
"""

from __future__ import annotations

import argparse
import csv
import sys
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from datetime import date
from pathlib import Path

import numpy as np

from forecast import files
from forecast.models.learning.trees import AnnualSeries, fit_correction, fit_spread, gather, learn_folds, one_unit
from forecast.models.series.calibration import LEARNED_HORIZON, LENGTHS, LEVELS, Intervals, unstretched
from forecast.models.series.combination import POINTS, default_of
from forecast.models.series.correction import Learned
from forecast.models.series.history import History, Support, read_history
from forecast.models.series.trees import as_text

COMMAND = "python -m forecast.models.learning.intervals"
WINDOWS = {"3-4": (3, 4), "5": (5,), "6-7": (6, 7), "8-9": (8, 9), "10-15": (10, 12, 14), "16-24": (16, 20, 24), "25+": (25, 28, 32)}
SUPPORTS: dict[str, Support] = {"log": (0.0, None), "identity": (None, None)}
ORIGIN_STEP = 3
LAST_WINDOW = 10.0  # the weight of a series' last window, the one most like the forecast to be made, against an earlier one
BANK = 300
_FEWEST = 60  # windows below which a horizon's own quantiles are not used, only the line


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


def learn(series: Sequence[AnnualSeries], learned_for: Callable[[AnnualSeries], Learned]) -> Intervals:
    """Learn the quantile tables of every simple method and the bank of the default's error trajectories."""
    quantiles, trajectories = {}, {}
    for bucket in LENGTHS:
        for scale in SUPPORTS:
            errors = normalised_errors(series, bucket, SUPPORTS[scale], learned_for)
            for method, left in errors.items():
                quantiles[method, scale, bucket] = fitted_quantiles(left)
            if scale == "log":
                trajectories[bucket] = bank_of(errors["default"])
    for bucket, bank in trajectories.items():
        if len(bank) < BANK // 2:  # too few long trajectories of long series: those of the bucket before
            trajectories[bucket] = trajectories[list(LENGTHS)[list(LENGTHS).index(bucket) - 1]]
    return Intervals(quantiles, trajectories)


def learned_on_others(
    series: Sequence[AnnualSeries], folds: tuple[np.ndarray, list[Learned]]
) -> Callable[[AnnualSeries], Learned]:
    """For each series what was learned without the fold it is in."""
    fold_of, learned = folds
    fold = {member.id: int(number) for member, number in zip(series, fold_of, strict=True)}
    return lambda member: learned[fold[member.id]]


def normalised_errors(
    series: Sequence[AnnualSeries],
    bucket: str,
    support: Support,
    learned_for: Callable[[AnnualSeries], Learned | None] = lambda member: None,
) -> dict[str, Errors]:
    """unstretched(z_observed - z_point) / (scale spread sqrt h) of every window of a length bucket, by method.

    `learned_for` gives what to use for a series (None: what is shipped), so that none is judged on what it taught.
    """
    rows: dict[str, list[np.ndarray]] = {name: [] for name in POINTS}
    ids: list[str] = []
    weights: list[float] = []
    for member in series:
        for window, future, weight in _windows(member, bucket):
            history = read_history(window, None, support)
            ids.append(member.id)
            weights.append(weight)
            for name, point in POINTS.items():
                if name == "default":
                    points, spreads = default_of([history], len(future), learned_for(member))
                    left = _normalised(history, points[0], future, spreads[0])
                else:
                    left = _normalised(history, point(history, len(future)), future, 1.0)
                rows[name].append(np.pad(left, (0, LEARNED_HORIZON - len(left)), constant_values=np.nan))
    _names, owner = np.unique(ids, return_inverse=True)
    shares = np.array(weights) / np.bincount(owner, weights)[owner]
    return {name: Errors(np.array(left), np.array(ids), shares) for name, left in rows.items()}


def _normalised(history: History, point: np.ndarray, future: np.ndarray, spread: np.ndarray | float) -> np.ndarray:
    moved = history.transform.forward(future) - history.transform.forward(point)
    widths = history.scale * spread * np.sqrt(np.arange(1, len(future) + 1))
    return unstretched(moved, history.scale_name) / widths


def _windows(member: AnnualSeries, bucket: str) -> Iterator[tuple[np.ndarray, np.ndarray, float]]:
    """Each window of a bucket, what came, and its weight."""
    for length in WINDOWS[bucket]:
        for origin in range(member.n_train, length - 1, -ORIGIN_STEP):
            window, future = member.values[origin - length : origin], member.values[origin : origin + LEARNED_HORIZON]
            if one_unit(window):
                yield window, future, LAST_WINDOW if origin == member.n_train else 1.0


def fitted_quantiles(errors: Errors) -> np.ndarray:
    """Signed weighted quantiles [levels, 12], half-shrunk to a line in h, the median at 0, sorted so that they cannot cross.

    The learned median is taken out because pooled series say nothing of one series' direction (on the benchmark it worsens
    the point forecast); it is taken out of the other levels in the measure of their nearness to the median.
    """
    raw = np.full((len(LEVELS), LEARNED_HORIZON), np.nan)
    counts = np.zeros(LEARNED_HORIZON)
    for step in range(LEARNED_HORIZON):
        seen = np.isfinite(errors.values[:, step])
        counts[step] = errors.weights[seen].sum()
        if seen.sum() >= _FEWEST:
            raw[:, step] = weighted_quantiles(errors.values[seen, step], errors.weights[seen])
    ahead = np.arange(1, LEARNED_HORIZON + 1)
    table = np.empty_like(raw)
    for row, values in enumerate(raw):
        seen = np.isfinite(values)
        slope, level = np.polyfit(ahead[seen], values[seen], 1, w=np.sqrt(counts[seen]))
        line = level + slope * ahead
        table[row] = np.where(seen, 0.5 * (np.nan_to_num(values) + line), line)
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
    complete = np.isfinite(errors.values).all(axis=1)
    rows, weights = errors.values[complete], errors.weights[complete]
    if len(rows) <= BANK:
        return np.round(rows, 3)
    rng = np.random.default_rng(20_251_123)
    taken = rng.choice(len(rows), BANK, replace=False, p=weights / weights.sum())
    return np.round(rows[np.sort(taken)], 3)


def write(learned: Intervals, folder: Path, series: Sequence[AnnualSeries], source: str, day: date) -> None:
    """Write the tables and their provenance."""
    folder.mkdir(exist_ok=True)
    ahead = range(1, LEARNED_HORIZON + 1)
    names, counts = np.unique([member.dataset for member in series], return_counts=True)
    quantiles = (
        [method, scale, bucket, step, *(f"{value:.4f}" for value in table[:, step - 1])]
        for (method, scale, bucket), table in learned.quantiles.items()
        for step in ahead
    )
    errors = ([bucket, *(f"{value:.3f}" for value in row)] for bucket, bank in learned.trajectories.items() for row in bank)
    origins = ([name, count, source, day.isoformat(), f"{COMMAND} {source}"] for name, count in zip(names, counts, strict=True))
    for name, header, rows in (
        ("conformal_quantiles", ["method", "scale", "length", "horizon", *(f"q{level:g}" for level in LEVELS)], quantiles),
        ("error_trajectories", ["length", *(f"e{step}" for step in ahead)], errors),
        ("PROVENANCE", ["dataset", "series", "file", "learned_on", "command"], origins),
    ):
        with (folder / f"{name}.csv").open("w", newline="", encoding="utf-8") as file:
            csv.writer(file, lineterminator="\n").writerows([header, *rows])


def main(arguments: Sequence[str]) -> int:
    """Learn from the file named and write the tables that come with the kit; a file that is not there is named."""
    parser = argparse.ArgumentParser(prog=COMMAND, description="Relearn the correction, the spread and the interval tables.")
    parser.add_argument("path", type=Path, help="a parquet file of annual series: dataset, unique_id, t, y, split")
    path = parser.parse_args(arguments).path
    if not path.is_file():
        parser.error(f"{path}: không có tệp này | there is no such file")
    series = read_series(path)
    folder = files.PACKAGE / "models" / "series" / "learned"
    windows = gather(series)
    everybody = np.ones(len(series), dtype=bool)
    fold_of, learned, errors = learn_folds(series, windows)
    write(learn(series, learned_on_others(series, (fold_of, learned))), folder, series, path.name, date.today())
    trees = {"correction": fit_correction(windows, everybody), "spread": fit_spread(windows, errors, everybody)}
    for name, learned_trees in trees.items():
        (folder / f"{name}_trees.csv").write_text(as_text(learned_trees), encoding="utf-8")
    print(f"{len(series)} series -> {folder}")
    return 0


if __name__ == "__main__":
    raise SystemExit(main(sys.argv[1:]))
