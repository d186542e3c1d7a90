"""The kit's default with the data set being measured left out of all it learned: correction, intervals and paths."""

from __future__ import annotations

import numpy as np
from cases import LEVELS, POSITIVE, Bands, Case

from forecast.models.boosting import Trees
from forecast.models.calibration import LENGTHS, Learned, draw_paths
from forecast.models.combination import median_of_three
from forecast.models.correction import corrected
from forecast.models.history import History, read_history
from forecast.models.learn import (
    AnnualSeries,
    Errors,
    bank_of,
    fitted_quantiles,
    learn_correction,
    normalised_errors,
    trees_of_the_other_half,
)

PATHS = 1000


def learned_without_each(every: list[AnnualSeries]) -> dict[str, tuple[Learned, Trees]]:
    """The default's tables and correction with each data set left out of the learning in turn.

    The errors behind the tables come from corrections learned on half of all series: those of the data set left out are
    dropped, though some of its series helped to correct the others.
    """
    folds = trees_of_the_other_half(every)
    errors = {name: normalised_errors(every, name, POSITIVE, folds)["default"] for name in LENGTHS}
    found = {}
    for dataset in sorted({item.dataset for item in every}):
        trees = learn_correction([item for item in every if item.dataset != dataset])
        found[dataset] = (learned_without(errors, dataset), trees)
    return found


def default_point(history: History, horizon: int, trees: Trees) -> np.ndarray:
    return corrected([history], median_of_three(history, horizon)[None], trees)[0]


def learned_without(errors: dict[str, Errors], dataset: str) -> Learned:
    quantiles, banks = {}, {}
    for bucket, found in errors.items():
        kept = ~np.char.startswith(found.ids.astype(str), f"{dataset}:")
        others = Errors(found.values[kept], found.ids[kept], found.weights[kept])
        quantiles["default", "log", bucket] = fitted_quantiles(others)
        bank = bank_of(others)
        banks[bucket] = bank if len(bank) >= 150 or not banks else list(banks.values())[-1]
    return Learned(quantiles, banks)


def default_bands(learned: dict[str, tuple[Learned, Trees]]) -> Bands:
    def bands(item: AnnualSeries, training: np.ndarray, horizon: int) -> np.ndarray:
        history = read_history(training, None, POSITIVE)
        tables, trees = learned[item.dataset]
        point = default_point(history, horizon, trees)
        drawn = draw_paths(history, point, "default", np.random.default_rng(0), PATHS, tables)
        return np.quantile(drawn, LEVELS, axis=0)

    return bands


def default_paths(case: Case, steps: int, learned: dict[str, tuple[Learned, Trees]]) -> np.ndarray:
    history = read_history(case.training, None, POSITIVE)
    tables, trees = learned[case.series.dataset]
    point = default_point(history, steps, trees)
    return draw_paths(history, point, "default", np.random.default_rng(1), PATHS, tables)
