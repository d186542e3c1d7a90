"""Learned regression trees as a table: read from CSV, answered with numpy alone.

One row of the table is one node: whether a tree starts here, the feature asked, the limit (left where x <= limit, but for
rounding), the rows of the left and the right child, the value of a leaf. A leaf has itself as both children. The answer of
the set is the sum of its trees.
"""

from __future__ import annotations

import csv
from collections.abc import Iterable
from dataclasses import dataclass
from functools import cached_property

import numpy as np

_NOUGHT = 1e-9  # a column nearer to nought is nought
_JUST_BEYOND = 1.37e-9  # a column that meets a limit but for rounding meets it; no figure of a plain series ends so
_AT_ONCE, _ROWS = 50, 200  # trees and rows asked together: their nodes stay in the nearest memory
COLUMNS = ("root", "feature", "limit", "left", "right", "value")


@dataclass(frozen=True)
class Trees:
    """Node arrays [nodes]; `roots[trees]` are the rows the trees start at, `depth` the most questions any of them asks."""

    roots: np.ndarray
    feature: np.ndarray
    limit: np.ndarray
    left: np.ndarray
    right: np.ndarray
    value: np.ndarray
    depth: int

    @cached_property
    def just_beyond(self) -> np.ndarray:
        """The limits moved up by more than rounding; those at nought, which part below from above, stay."""
        return np.where(np.abs(self.limit) < _NOUGHT, self.limit, self.limit + _JUST_BEYOND)

    @cached_property
    def children(self) -> np.ndarray:
        """Left and right child of each node in turn, [2 nodes]."""
        return np.column_stack([self.left, self.right]).ravel()


def evaluate(trees: Trees, rows: np.ndarray) -> np.ndarray:
    """The sum of the trees' leaves for each row of `rows[k, columns]` -> [k]."""
    return np.concatenate([_evaluate(trees, rows[first : first + _ROWS]) for first in range(0, max(len(rows), 1), _ROWS)])


def _evaluate(trees: Trees, rows: np.ndarray) -> np.ndarray:
    count = len(rows)
    columns = np.where(np.abs(rows) < _NOUGHT, 0.0, rows).T.ravel()
    start, each = trees.feature * count, np.arange(count)
    total = np.zeros(count)
    for first in range(0, len(trees.roots), _AT_ONCE):
        node = np.repeat(trees.roots[first : first + _AT_ONCE, None], count, axis=1)
        for _ in range(trees.depth):
            beyond = columns.take(start.take(node) + each) > trees.just_beyond.take(node)
            node = trees.children.take(2 * node + beyond)
        total += trees.value.take(node).sum(axis=0)
    return total


def from_nodes(nodes: Iterable[tuple[int, int, float, int, int, float]]) -> Trees:
    """Trees from rows in the order of COLUMNS."""
    root, feature, limit, left, right, value = (np.array(column) for column in zip(*nodes, strict=True))
    roots = np.flatnonzero(root)
    node, depth = roots, 0
    while (left[node] != node).any():
        node = np.unique(np.concatenate([left[node], right[node]]))
        depth += 1
    return Trees(roots, feature.astype(np.intp), limit, left.astype(np.intp), right.astype(np.intp), value, depth)


def parse(text: str) -> Trees:
    """Read the table `write` wrote."""
    kinds = (int, int, float, int, int, float)
    lines = csv.reader(text.splitlines())
    next(lines)
    return from_nodes(tuple(kind(cell) for kind, cell in zip(kinds, line, strict=True)) for line in lines)


def as_text(trees: Trees) -> str:
    """The table as CSV: limits to six digits, values to five decimals."""
    roots = np.isin(np.arange(len(trees.value)), trees.roots).astype(int)
    lines = [",".join(COLUMNS)]
    for cells in zip(roots, trees.feature, trees.limit, trees.left, trees.right, trees.value, strict=True):
        start, feature, limit, left, right, value = cells
        lines.append(f"{start},{feature},{limit:.6g},{left},{right},{value:.5g}")
    return "\n".join(lines) + "\n"
