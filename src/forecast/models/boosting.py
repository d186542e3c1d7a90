"""Boosted oblivious trees for the median: small enough to be shipped as a table and read with numpy alone.

Each tree asks the same `DEPTH` questions of every row (Kohavi and Li 1995); trees follow one another on the signs of the weighted
residuals and their leaves hold shrunken weighted medians (Friedman 2001, LAD TreeBoost; rows drawn per tree: Friedman 2002).
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

DEPTH = 3
BINS = 24
RATE = 0.1
ROWS_A_TREE = 12_000
LEAF_PRIOR = 150.0  # a leaf of this many rows keeps half of its median


@dataclass(frozen=True)
class Trees:
    """`features[trees, DEPTH]` columns asked, `limits[trees, DEPTH]` (yes where x > limit), `leaves[trees, 2**DEPTH]`."""

    features: np.ndarray
    limits: np.ndarray
    leaves: np.ndarray


def evaluate(trees: Trees, rows: np.ndarray) -> np.ndarray:
    """The sum of the trees' leaves for each row of `rows[k, columns]` -> [k]."""
    columns = np.ascontiguousarray(rows.T)
    place = np.zeros((len(trees.leaves), len(rows)), dtype=np.intp)
    for level in range(trees.features.shape[1]):
        place += place
        place += columns[trees.features[:, level]] > trees.limits[:, level, None]
    return np.take_along_axis(trees.leaves, place, axis=1).sum(axis=0)


def boost(rows: np.ndarray, target: np.ndarray, weights: np.ndarray, count: int, seed: int = 0) -> Trees:
    """Learn `count` trees whose sum is near the weighted median of `target` given the row."""
    rng = np.random.default_rng(seed)
    edges = np.quantile(rows, np.linspace(0, 1, BINS + 1)[1:-1], axis=0).T
    binned = np.array([np.searchsorted(edge, column, side="left") for edge, column in zip(edges, rows.T, strict=True)])
    residual = target.astype(float).copy()
    asked, limits, leaves = [], [], []
    for _ in range(count):
        taken = rng.choice(len(rows), min(ROWS_A_TREE, len(rows)), replace=False)
        considered = rng.choice(len(binned), max(len(binned) // 2, 1), replace=False)
        questions = _questions(binned[:, taken], np.sign(residual[taken]) * weights[taken], weights[taken], considered)
        place = np.zeros(len(rows), dtype=np.intp)
        for feature, cut in questions:
            place = 2 * place + (binned[feature] > cut)
        values = _leaf_values(place[taken], residual[taken], weights[taken])
        residual -= values[place]
        asked.append([feature for feature, _ in questions])
        limits.append([edges[feature, cut] for feature, cut in questions])
        leaves.append(values)
    return Trees(np.array(asked), np.array(limits), np.array(leaves))


def _questions(
    binned: np.ndarray, slope: np.ndarray, weights: np.ndarray, considered: np.ndarray
) -> list[tuple[int, int]]:
    """The DEPTH (feature, bin) questions, chosen one after the other, that gain most in all leaves together."""
    place, found = np.zeros(binned.shape[1], dtype=np.intp), []
    for level in range(DEPTH):
        cells = 2**level
        best = (-1.0, 0, 0)
        for feature in considered:
            code = place * BINS + binned[feature]
            pull = np.bincount(code, slope, cells * BINS).reshape(cells, BINS).cumsum(axis=1)
            mass = np.bincount(code, weights, cells * BINS).reshape(cells, BINS).cumsum(axis=1)
            prior = weights.mean() * LEAF_PRIOR
            left = pull**2 / (mass + prior)
            right = (pull[:, -1:] - pull) ** 2 / (mass[:, -1:] - mass + prior)
            gain = (left + right).sum(axis=0)[:-1]
            if gain.max() > best[0]:
                best = (float(gain.max()), int(feature), int(gain.argmax()))
        found.append(best[1:])
        place = 2 * place + (binned[best[1]] > best[2])
    return found


def _leaf_values(place: np.ndarray, residual: np.ndarray, weights: np.ndarray) -> np.ndarray:
    values = np.zeros(2**DEPTH)
    for leaf in range(2**DEPTH):
        inside = place == leaf
        if inside.any():
            order = np.argsort(residual[inside])
            mass = weights[inside][order].cumsum()
            middle = residual[inside][order][np.searchsorted(mass, 0.5 * mass[-1])]
            values[leaf] = RATE * middle * inside.sum() / (inside.sum() + LEAF_PRIOR)
    return values
