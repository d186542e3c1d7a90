"""Learn the trees of the correction and of the spread with LightGBM (Ke et al. 2017); needed to relearn only, never to forecast.

Every series gives windows of several lengths that end at its last training point, two, four ... years before, and after it; a
series weighs as the root of its number of windows. The correction is learned on absolute errors weighted as OWA weights them; the
spread on the logarithm of the normalised errors that corrections learned without the series have left, national series included.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

import numpy as np

from forecast.models.series.combination import three
from forecast.models.series.correction import LEARNED_AHEAD, Learned, answer, inside, weight_of
from forecast.models.series.features import POWER, rows_of
from forecast.models.series.history import Support, read_history
from forecast.models.series.trees import Trees, from_nodes

LENGTHS = (5, 6, 8, 10, 12, 15, 20, 28)
FOLDS = 5
ROUNDS = {"correction": 250, "spread": 150}
_ORIGIN_STEP, _ORIGINS = 2, 8
_NAIVE_MASE, _NAIVE_SMAPE = 2.6, 18.0  # of the benchmark: the correction is learned on errors weighted as OWA weights them
_SHARED = {
    "max_depth": 6,
    "min_data_in_leaf": 800,
    "bagging_freq": 1,
    "bagging_fraction": 0.5,
    "feature_fraction": 0.25,
    "path_smooth": 50.0,
    "lambda_l2": 20.0,
    "seed": 1,
    "deterministic": True,
    "force_row_wise": True,
    "verbose": -1,
}
SETTINGS = {
    "correction": {"objective": "regression_l1", "num_leaves": 31, "learning_rate": 0.04},
    "spread": {"objective": "regression", "num_leaves": 15, "learning_rate": 0.05},
}
_POSITIVE: Support = (0.0, None)
_NOUGHT = 0.02  # added to |error| before its logarithm


@dataclass(frozen=True)
class AnnualSeries:
    """One series to learn from or to measure on: its data set, all values in order and the number of training points.

    `kind`: annual (any), level (national, real, a worker or a head), share (percent) or fast (telecom volumes, never learned from).
    `group`: what may not be parted between learning and measuring, the country; by itself where none is named.
    """

    dataset: str
    id: str
    values: np.ndarray
    n_train: int
    kind: str = "annual"
    group: str = ""
    first_year: int = 1

    @property
    def support(self) -> Support:
        return (0.0, 100.0) if self.kind == "share" else _POSITIVE


@dataclass(frozen=True)
class Windows:
    """All windows of one length: rows [k, 6, columns], unit, scale, owner [k], medians and future [k, 6] (NaN beyond the end)."""

    length: int
    rows: np.ndarray
    unit: np.ndarray
    naive: np.ndarray
    scale: np.ndarray
    medians: np.ndarray
    future: np.ndarray
    owner: np.ndarray


def gather(series: Sequence[AnnualSeries], lengths: Sequence[int] = LENGTHS) -> list[Windows]:
    """The windows of each length that any series has."""
    gathered = [_windows(series, length) for length in lengths]
    return [windows for windows in gathered if windows is not None]


def fit_correction(windows: Sequence[Windows], kept: np.ndarray, rounds: int = ROUNDS["correction"]) -> Trees:
    """Trees for (observed - median of three) / (mean |step| h ** POWER), learned on the series where `kept[owner]`."""
    ahead = np.arange(1, LEARNED_AHEAD + 1)
    targets, weights = [], []
    for window in windows:
        power = window.unit[:, None] * ahead**POWER
        targets.append(np.clip((window.future - window.medians) / power, -8.0, 8.0))
        sizes = np.abs(window.future) + np.abs(window.medians)
        weighing = (window.unit / window.naive)[:, None] / _NAIVE_MASE + 200.0 * window.unit[:, None] / sizes / _NAIVE_SMAPE
        weights.append(weighing * ahead**POWER)
    return _fit(windows, targets, weights, kept, "correction", rounds)


def fit_spread(
    windows: Sequence[Windows], errors: Sequence[np.ndarray], kept: np.ndarray, rounds: int = ROUNDS["spread"]
) -> Trees:
    """Trees for the logarithm of |normalised error| less its mean over the windows, from `errors` [k, 6] of each length."""
    targets = [np.log(np.abs(left) + _NOUGHT) for left in errors]
    centre = np.nanmean(np.concatenate([target.ravel() for target in targets]))
    even = [np.ones_like(target) for target in targets]
    return _fit(windows, [target - centre for target in targets], even, kept, "spread", rounds)


def are_annual(series: Sequence[AnnualSeries]) -> np.ndarray:
    """Which series teach the correction, bool[series]: national ones made it worse on all others and hardly better on themselves."""
    return np.array([member.kind == "annual" for member in series])


def left_errors(window: Windows, correction: Trees) -> np.ndarray:
    """unstretched(ln observed - ln point) / (scale sqrt h) of the corrected points, [k, 6]."""
    ahead = np.arange(1, LEARNED_AHEAD + 1)
    moved = weight_of(window.length) * answer(correction, window.rows) * ahead**POWER * window.unit[:, None]
    points = inside(window.medians, moved, _POSITIVE)
    relative = np.where(window.future > points, window.future / points - 1.0, np.log(window.future / points))
    return relative / (window.scale[:, None] * np.sqrt(ahead))


def learn_folds(
    series: Sequence[AnnualSeries], windows: Sequence[Windows], folds: int = FOLDS
) -> tuple[np.ndarray, list[Learned], list[np.ndarray]]:
    """The fold of each series, what was learned without each fold, and the errors that the corrections without it have left.

    Series of one country are in one fold.
    """
    groups, group_of = np.unique([member.group or member.id for member in series], return_inverse=True)
    fold_of = (np.random.default_rng(0).permutation(len(groups)) % folds)[group_of]
    corrections = [fit_correction(windows, are_annual(series) & (fold_of != fold)) for fold in range(folds)]
    errors = []
    for window in windows:
        left = np.full(window.medians.shape, np.nan)
        for fold, trees in enumerate(corrections):
            mine = fold_of[window.owner] == fold
            left[mine] = left_errors(window, trees)[mine]
        errors.append(left)
    spreads = [fit_spread(windows, errors, fold_of != fold) for fold in range(folds)]
    return fold_of, [Learned(*pair) for pair in zip(corrections, spreads, strict=True)], errors


def one_unit(window: np.ndarray) -> bool:
    """Whether no yearly step looks like a change of unit."""
    return bool(np.abs(np.diff(np.log(window))).max() < np.log(30.0))


def _windows(series: Sequence[AnnualSeries], length: int) -> Windows | None:
    taken, owner = [], []
    for number, member in enumerate(series):
        for origin in _origins(member, length):
            window = member.values[origin - length : origin]
            if one_unit(window) and np.ptp(window) > 0.0:
                taken.append((window, member.values[origin : origin + LEARNED_AHEAD]))
                owner.append(number)
    if not taken:
        return None
    histories = [read_history(window, None, _POSITIVE) for window, _ in taken]
    values = np.array([window for window, _ in taken])
    simple = np.array([three(history, LEARNED_AHEAD) for history in histories])
    future = np.full((len(taken), LEARNED_AHEAD), np.nan)
    for row, (_, came) in zip(future, taken, strict=True):
        row[: len(came)] = came
    rows, unit = rows_of(values, simple)
    naive = np.abs(np.diff(values, axis=1)).mean(axis=1)
    scale = np.array([history.scale for history in histories])
    return Windows(length, rows, unit, naive, scale, np.median(simple, axis=1), future, np.array(owner))


def _origins(member: AnnualSeries, length: int) -> Iterator[int]:
    before = range(member.n_train, length - 1, -_ORIGIN_STEP)[:_ORIGINS]
    yield from before
    yield from range(max(member.n_train + 1, length), len(member.values) - 1)


def _fit(
    windows: Sequence[Windows],
    targets: Sequence[np.ndarray],
    weights: Sequence[np.ndarray],
    kept: np.ndarray,
    name: str,
    rounds: int,
) -> Trees:
    import lightgbm

    rows, target, weight = [], [], []
    for window, wanted, weighing in zip(windows, targets, weights, strict=True):
        counts = np.bincount(window.owner)[window.owner]
        use = np.isfinite(wanted) & kept[window.owner][:, None]
        rows.append(window.rows[use])
        target.append(wanted[use])
        weight.append((weighing / np.sqrt(counts)[:, None])[use])
    data = lightgbm.Dataset(np.concatenate(rows), np.concatenate(target), weight=np.concatenate(weight))
    booster = lightgbm.train({**_SHARED, **SETTINGS[name], "num_threads": 1}, data, num_boost_round=rounds)
    return exported(booster.dump_model()["tree_info"])


def exported(tree_info: Sequence[dict]) -> Trees:
    """LightGBM's trees as node rows."""
    nodes: list[tuple[int, int, float, int, int, float]] = []

    def add(node: dict, is_root: bool) -> int:
        row = len(nodes)
        nodes.append((int(is_root), 0, 0.0, row, row, float(node.get("leaf_value", 0.0))))
        if "split_feature" in node:
            left, right = add(node["left_child"], False), add(node["right_child"], False)
            nodes[row] = (int(is_root), node["split_feature"], float(node["threshold"]), left, right, 0.0)
        return row

    for tree in tree_info:
        add(tree["tree_structure"], True)
    return from_nodes(nodes)
