"""Provinces side by side: which stood together at a time, and the places they take draw by draw."""

from __future__ import annotations

from datetime import date, timedelta

import numpy as np

from forecast.evidence import Evidence
from forecast.headline import NATION

ENDS = (0.1, 0.9)


def groups(store: Evidence, territory: str) -> dict[str, tuple[str, ...]]:
    """The provinces of the territory's time by group: NATION, and its region where it has one."""
    home = store.territories[territory]
    ends = (other.valid_to + timedelta(1) for other in store.territories.values() if other.valid_to)
    day = home.valid_to or max([home.valid_from or date.min, *ends])
    there = {
        name: other
        for name, other in store.territories.items()
        if other.kind == "province" and (other.valid_from or day) <= day <= (other.valid_to or day)
    }
    grouped = {NATION: tuple(there)}
    region = store.territories.get(home.parent)
    if region and region.kind == "region":
        grouped[region.id] = tuple(name for name, other in there.items() if other.parent == region.id)
    return grouped


def ranks(values: np.ndarray) -> np.ndarray:
    """The 10 % and 90 % quantiles of each column's rank, int[2, n]; rank 1 is the greatest of a row of `values[n_paths, n]`."""
    order = (-values).argsort(axis=1, kind="stable").argsort(axis=1, kind="stable") + 1
    return np.quantile(order, ENDS, axis=0, method="inverted_cdf").astype(int)
