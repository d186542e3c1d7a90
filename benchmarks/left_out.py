"""The kit's default with what is being measured left out of all it learned: whole data sets, or a fifth of the series."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np
from cases import LEVELS, POSITIVE, Bands, Case

from forecast.models.learning.intervals import Errors, bank_of, fitted_quantiles, learned_on_others, normalised_errors
from forecast.models.learning.trees import LENGTHS as ALL_LENGTHS
from forecast.models.learning.trees import AnnualSeries, fit_correction, fit_spread, gather, learn_folds
from forecast.models.series.calibration import LENGTHS, Intervals, draw_paths
from forecast.models.series.combination import default_of
from forecast.models.series.correction import Learned
from forecast.models.series.history import read_history

PATHS = 1000
QUICK_LENGTHS = (5, 8, 12, 24)


@dataclass(frozen=True)
class WithoutIt:
    """What was learned without a series, tables and trees; by data set and by series."""

    data_set: Callable[[AnnualSeries], tuple[Intervals, Learned]]
    series: Callable[[AnnualSeries], tuple[Intervals, Learned]]


def learn_without_each(every: list[AnnualSeries], quick: bool = False) -> WithoutIt:
    """Learn with each data set left out, and with each fifth of the series left out.

    The errors behind the tables and the spread come from corrections learned on the other four fifths of the series: those of the
    data set left out are dropped, though some of its series helped to correct the others.
    """
    windows = gather(every, QUICK_LENGTHS if quick else ALL_LENGTHS)
    fold_of, of_fold, left = learn_folds(every, windows)
    errors = {
        name: normalised_errors(every, name, POSITIVE, learned_on_others(every, (fold_of, of_fold)))["default"]
        for name in LENGTHS
    }
    names = np.array([item.dataset for item in every])
    ids = np.array([item.id for item in every])
    by_set, by_fold = {}, {}
    for name in np.unique(names):
        kept = names != name
        trees = Learned(fit_correction(windows, kept), fit_spread(windows, left, kept))
        by_set[name] = (tables_from(errors, ids[kept]), trees)
    for fold, trees in enumerate(of_fold):
        by_fold[fold] = (tables_from(errors, ids[fold_of != fold]), trees)
    place = dict(zip(ids, fold_of, strict=True))
    return WithoutIt(lambda item: by_set[item.dataset], lambda item: by_fold[int(place[item.id])])


def tables_from(errors: dict[str, Errors], ids: np.ndarray) -> Intervals:
    """Tables and banks from the errors of the series named."""
    quantiles, banks = {}, {}
    for bucket, found in errors.items():
        kept = np.isin(found.ids, ids)
        mine = Errors(found.values[kept], found.ids[kept], found.weights[kept])
        quantiles["default", "log", bucket] = fitted_quantiles(mine)
        bank = bank_of(mine)
        banks[bucket] = bank if len(bank) >= 150 or not banks else list(banks.values())[-1]
    return Intervals(quantiles, banks)


def default_bands(learned_for: Callable[[AnnualSeries], tuple[Intervals, Learned]]) -> Bands:
    """Quantiles [LEVELS, horizon] of the default's paths."""

    def bands(item: AnnualSeries, training: np.ndarray, horizon: int) -> np.ndarray:
        return np.quantile(_paths(item, training, horizon, learned_for(item), 0), LEVELS, axis=0)

    return bands


def default_paths(
    case: Case, steps: int, learned_for: Callable[[AnnualSeries], tuple[Intervals, Learned]]
) -> np.ndarray:
    """The default's paths [PATHS, steps] for one case."""
    return _paths(case.series, case.training, steps, learned_for(case.series), 1)


def _paths(
    item: AnnualSeries, training: np.ndarray, horizon: int, learned: tuple[Intervals, Learned], seed: int
) -> np.ndarray:
    history = read_history(training, None, POSITIVE)
    tables, trees = learned
    (point,), (spread,) = default_of([history], horizon, trees)
    return draw_paths(history, point, "default", np.random.default_rng(seed), PATHS, spread, tables)
