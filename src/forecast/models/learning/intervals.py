"""Relearn the correction, the spread and the interval tables: `python -m forecast.models.learning.intervals ANNUAL MACRO`.

ANNUAL and MACRO are long tables (dataset, unique_id, t, y, split train|test; MACRO also class level|share|fast, geo and
first_year) of short annual series, all values positive. The correction, margins and bank learn from ANNUAL, the spread and the
margins of steady series from both, `fast` left out. Each series gives windows of several lengths that end at its last training
point or 3, 6, 9 ... years before; every series has the same weight within a length bucket, and its last window ten times that of an
earlier one. Written: models/series/learned/{correction_trees.csv, spread_trees.csv, conformal_quantiles.csv, error_trajectories.csv,
PROVENANCE.csv}. The default's errors are taken with what was learned on the other four fifths of the series, a country being in
one fifth. Needs LightGBM (the extra `test`).
"""

from __future__ import annotations

import argparse
import csv
import sys
from collections.abc import Callable, Iterator, Sequence
from datetime import date
from pathlib import Path

import numpy as np

from forecast import files
from forecast.domain import today
from forecast.models.learning.residuals import Errors, LearnedFor, normalised_errors, steady_errors
from forecast.models.learning.trees import (
    FOLDS,
    AnnualSeries,
    are_annual,
    fit_correction,
    fit_spread,
    gather,
    learn_folds,
)
from forecast.models.learning.trees import LENGTHS as TREE_LENGTHS
from forecast.models.series.calibration import LEARNED_HORIZON, LENGTHS, LEVELS, Intervals
from forecast.models.series.correction import Learned
from forecast.models.series.history import Support
from forecast.models.series.trees import as_text

COMMAND = "python -m forecast.models.learning.intervals"
SUPPORTS: dict[str, Support] = {"log": (0.0, None), "identity": (None, None)}
BANK = 300
_FEWEST_STEADY = 100  # series below which a length has no steady table of its own
_FEWEST = 60  # windows below which a horizon's own quantiles are not used, only the line


def read_series(path: Path) -> list[AnnualSeries]:
    """The series of a parquet file, in a fixed order; without a class of its own a series is `annual`."""
    import pandas as pd

    table = pd.read_parquet(path)
    series = []
    for (dataset, name), group in table.groupby(["dataset", "unique_id"]):
        ordered = group.sort_values("t")
        train = int((ordered["split"] == "train").sum())
        told = {"class": "annual", "geo": "", "first_year": 1} | ordered.iloc[0].to_dict()
        kind, country, first = str(told["class"]), str(told["geo"]), int(told["first_year"])
        series.append(AnnualSeries(str(dataset), str(name), ordered["y"].to_numpy(float), train, kind, country, first))
    return series


def learn(series: Sequence[AnnualSeries], learned_for: LearnedFor) -> Intervals:
    """Learn the quantile tables of every simple method and the banks of the default's error trajectories."""
    annual = [member for member in series if member.kind == "annual"]
    tables = learn_default(series, learned_for)
    others = {
        (method, scale, bucket): fitted_quantiles(errors)
        for scale, support in SUPPORTS.items()
        for bucket in LENGTHS
        for method, errors in normalised_errors(annual, bucket, support, learned_for).items()
        if (method, scale) != ("default", "log")
    }
    return Intervals(others | tables.quantiles, tables.trajectories)


def learn_default(series: Sequence[AnnualSeries], learned_for: LearnedFor) -> Intervals:
    """The tables and banks of the default for positive series and shares."""
    annual = [member for member in series if member.kind == "annual"]
    errors = {bucket: normalised_errors(annual, bucket, SUPPORTS["log"], learned_for, ["default"])["default"] for bucket in LENGTHS}
    return default_tables(errors, {bucket: steady_errors(series, bucket, learned_for) for bucket in LENGTHS})


def default_tables(errors: dict[str, Errors], steady: dict[str, Errors]) -> Intervals:
    """The default's tables and banks from its `errors` and those of `steady` series, by length bucket.

    Steady shares take the steady table; levels do not need it: 80 % bands of smooth ones hold .81 without. Where too few long
    series are there, what was learned of shorter ones serves.
    """
    quantiles: dict[tuple[str, str, str], np.ndarray] = {}
    banks: dict[tuple[str, str], np.ndarray] = {}
    names = list(LENGTHS)
    for bucket, left in errors.items():
        table = fitted_quantiles(left)
        shorter = names[max(names.index(bucket) - 1, 0)]
        if len(set(steady[bucket].ids)) >= _FEWEST_STEADY:
            own = fitted_quantiles(steady[bucket])
        else:
            own = quantiles.get(("default", "steady", shorter), table)
        quantiles["default", "log", bucket] = table
        quantiles["default", "steady", bucket] = own
        for past, kept in (("any", np.ones_like(left.rising)), ("rising", left.rising)):
            bank = bank_of(left.where(kept))
            banks[bucket, past] = bank if len(bank) >= BANK // 2 else banks.get((shorter, past), bank)
    return Intervals(quantiles, banks)


def learned_on_others(
    series: Sequence[AnnualSeries], folds: tuple[np.ndarray, list[Learned]]
) -> Callable[[AnnualSeries], Learned]:
    """For each series what was learned without the fold it is in."""
    fold_of, learned = folds
    fold = {member.id: int(number) for member, number in zip(series, fold_of, strict=True)}
    return lambda member: learned[fold[member.id]]


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
    return np.round(np.sort(np.where(side < 0, np.minimum(centred, 0.0), np.maximum(centred, 0.0) * side), axis=0), 4)


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


def write(learned: Intervals, folder: Path, origins: Sequence[Sequence[object]]) -> None:
    """Write the tables and their provenance."""
    folder.mkdir(exist_ok=True)
    ahead = range(1, LEARNED_HORIZON + 1)
    quantiles = (
        [method, scale, bucket, step, *(f"{value:.4f}" for value in table[:, step - 1])]
        for (method, scale, bucket), table in learned.quantiles.items()
        for step in ahead
    )
    errors = (
        [*kind, *(f"{value:.3f}" for value in row)] for kind, bank in learned.trajectories.items() for row in bank
    )
    for name, header, rows in (
        ("conformal_quantiles", ["method", "scale", "length", "horizon", *(f"q{level:g}" for level in LEVELS)], quantiles),
        ("error_trajectories", ["length", "past", *(f"e{step}" for step in ahead)], errors),
        ("PROVENANCE", ["dataset", "series", "file", "sha256", "learned_on", "command"], origins),
    ):
        with (folder / f"{name}.csv").open("w", newline="", encoding="utf-8") as file:
            csv.writer(file, lineterminator="\n").writerows([header, *rows])


def learnable(path: Path) -> list[AnnualSeries]:
    """The series of a file that are learned from: fast ones (a boom that ended) are not."""
    return [member for member in read_series(path) if member.kind != "fast"]


def _origins(paths: Sequence[Path], day: date) -> Iterator[list[object]]:
    """Rows of the provenance: each data set, how many series of it, from which file."""
    command = " ".join([COMMAND, *(path.name for path in paths)])
    for path in paths:
        names, counts = np.unique([member.dataset for member in learnable(path)], return_counts=True)
        digest = files.sha256_of(path)
        yield from ([name, count, path.name, digest, day.isoformat(), command] for name, count in zip(names, counts, strict=True))


def learn_all(
    series: Sequence[AnnualSeries],
    lengths: Sequence[int] = TREE_LENGTHS,
    folds: int = FOLDS,
    tables_of: Callable[[Sequence[AnnualSeries], LearnedFor], Intervals] = learn,
) -> tuple[Intervals, Learned]:
    """Tables (by `learn`, or `learn_default` alone) and trees learned from all of the series."""
    windows = gather(series, lengths)
    annual, everybody = are_annual(series), np.ones(len(series), dtype=bool)
    fold_of, learned, errors = learn_folds(series, windows, folds)
    tables = tables_of(series, learned_on_others(series, (fold_of, learned)))
    return tables, Learned(fit_correction(windows, annual), fit_spread(windows, errors, everybody))


def main(arguments: Sequence[str]) -> int:
    """Learn from the files named and write the tables that come with the kit; a file that is not there is named."""
    parser = argparse.ArgumentParser(prog=COMMAND, description="Relearn the correction, the spread and the interval tables.")
    parser.add_argument("paths", type=Path, nargs="+", help="parquet files of annual series: dataset, unique_id, t, y, split")
    paths = parser.parse_args(arguments).paths
    for path in paths:
        if not path.is_file():
            parser.error(f"{path}: không có tệp này | there is no such file")
    folder = files.PACKAGE / "models" / "series" / "learned"
    series = [member for path in paths for member in learnable(path)]
    tables, trees = learn_all(series)
    write(tables, folder, list(_origins(paths, today())))
    for name, learned_trees in (("correction", trees.correction), ("spread", trees.spread)):
        (folder / f"{name}_trees.csv").write_text(as_text(learned_trees), encoding="utf-8")
    print(f"{len(series)} series -> {folder}")
    return 0


if __name__ == "__main__":
    raise SystemExit(main(sys.argv[1:]))
