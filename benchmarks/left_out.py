"""The kit's default with what is being measured left out of all it learned: whole data sets, or a fifth of the series."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np
from cases import LEVELS, POSITIVE, Bands, Case

from forecast.models.learning.intervals import default_tables, learned_on_others
from forecast.models.learning.residuals import normalised_errors, steady_errors
from forecast.models.learning.trees import LENGTHS as ALL_LENGTHS
from forecast.models.learning.trees import AnnualSeries, are_annual, fit_correction, fit_spread, gather, learn_folds
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


def learn_without_each(annual: list[AnnualSeries], macro: list[AnnualSeries], quick: bool = False) -> WithoutIt:
    """Learn with each data set left out, and with each fifth of the series left out; `macro` series help as they do in the kit.

    The errors behind the tables and the spread come from corrections learned on the other four fifths of the series: those of the
    data set left out are dropped, though some of its series helped to correct the others. Where the World Bank's series are left
    out so are the macro series, which hold the same countries' output per head.
    """
    every = annual + macro
    windows = gather(every, QUICK_LENGTHS if quick else ALL_LENGTHS)
    fold_of, of_fold, left = learn_folds(every, windows)
    others = learned_on_others(every, (fold_of, of_fold))
    errors = {name: normalised_errors(annual, name, POSITIVE, others, ["default"])["default"] for name in LENGTHS}
    steady = {name: steady_errors(every, name, others) for name in LENGTHS}

    def tables_of(kept: np.ndarray) -> Intervals:
        ids = [series.id for series, is_kept in zip(every, kept, strict=True) if is_kept]
        parts = ({name: part.where(np.isin(part.ids, ids)) for name, part in table.items()} for table in (errors, steady))
        return default_tables(*parts)

    by_set = {}
    for name in sorted({series.dataset for series in annual}):
        kept = np.array([series.dataset != name and not (name == "WDI" and series.kind != "annual") for series in every])
        by_set[name] = (tables_of(kept), Learned(fit_correction(windows, kept & are_annual(every)), fit_spread(windows, left, kept)))
    by_fold = {fold: (tables_of(fold_of != fold), trees) for fold, trees in enumerate(of_fold)}
    fold = {series.id: int(number) for series, number in zip(every, fold_of, strict=True)}
    return WithoutIt(lambda series: by_set[series.dataset], lambda series: by_fold[fold[series.id]])


def default_bands(learned_for: Callable[[AnnualSeries], tuple[Intervals, Learned]]) -> Bands:
    """Quantiles [LEVELS, horizon] of the default's paths."""

    def bands(series: AnnualSeries, training: np.ndarray, horizon: int) -> np.ndarray:
        return np.quantile(_paths(training, horizon, learned_for(series), 0), LEVELS, axis=0)

    return bands


def default_paths(case: Case, steps: int, learned_for: Callable[[AnnualSeries], tuple[Intervals, Learned]]) -> np.ndarray:
    """The default's paths [PATHS, steps] for one case."""
    return _paths(case.training, steps, learned_for(case.series), 1)


def _paths(training: np.ndarray, horizon: int, learned: tuple[Intervals, Learned], seed: int) -> np.ndarray:
    history = read_history(training, None, POSITIVE)
    tables, trees = learned
    (point,), (spread,) = default_of([history], horizon, trees)
    return draw_paths(history, point, "default", seed, PATHS, spread, tables)
