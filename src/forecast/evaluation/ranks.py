"""The bands of ranks tried by hiding: provinces are ranked by years they did not know, and their real places held against the bands.

Every province is drawn by settings learned on the provinces of the other folds, from the nation as it came and its years up to
the origin; then all are ranked draw by draw, as `policy.recorded.neighbours` does for the answer.
"""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np
import pandas as pd

from forecast.columns import ENOUGH_YEARS
from forecast.evaluation.hiding import FOLDS, GapPanel, drawn_growth, learned_gap
from forecast.evidence import Evidence
from forecast.headline import NATION
from forecast.models.provincial.bridge import GapModel
from forecast.models.provincial.ranks import groups, ranks

RANKED = ("group", "quantity", "ahead", "origin", "territory", "members", "low", "high", "came", "inside80", "source")


def rank_cases(store: Evidence, panel: GapPanel, *, seed: int, n_paths: int = 1000) -> pd.DataFrame:
    """One row per group, quantity, origin, years ahead and province: the 80 % band of its rank and the rank that came.

    Groups: all provinces of the panel, and those of the panel in one region. Quantities: mean growth of the hidden years
    (`growth_average`), and the level in the last of them (`level`).
    """
    fold = np.arange(len(panel.provinces)) % FOLDS
    models = [learned_gap(panel.part(fold != held)) for held in range(FOLDS)]
    rows: list[dict[str, object]] = []
    for origin, ahead in panel.origins():
        for quantity, drawn, came in _quantities(panel, origin, ahead, [models[held] for held in fold], seed, n_paths):
            for group, members in _groups(store, panel).items():
                rows += _cases(panel, members, drawn, came, {"group": group, "quantity": quantity, "ahead": ahead, "origin": origin})
    return pd.DataFrame(rows, columns=list(RANKED))


def _quantities(
    panel: GapPanel, origin: int, ahead: int, models: list[GapModel], seed: int, n_paths: int
) -> Iterator[tuple[str, np.ndarray, np.ndarray]]:
    """Of each quantity the draws [n_paths, n_provinces] and what came [n_provinces]; a level is the log ratio to the nation."""
    pairs = [drawn_growth(panel, row, origin, ahead, model, seed, n_paths) for row, model in enumerate(models)]
    drawn, came = np.column_stack([growth for growth, _ in pairs]), np.array([value for _, value in pairs])
    yield "growth_average", drawn, came
    base = panel.levels - panel.gaps[:, np.array(panel.years) > origin].sum(axis=1)
    yield "level", base + ahead * np.log1p(drawn / 100.0), base + ahead * np.log1p(came / 100.0)


def _groups(store: Evidence, panel: GapPanel) -> dict[str, np.ndarray]:
    """The panel's columns of the country and of each region that `ENOUGH_YEARS` of its provinces share."""
    regions = {name: store.territories[name].parent for name in panel.provinces}
    named = {group for name in panel.provinces for group in groups(store, name) if group != NATION}
    columns = {group: np.array([row for row, name in enumerate(panel.provinces) if regions[name] == group]) for group in sorted(named)}
    return {NATION: np.arange(len(panel.provinces))} | {group: rows for group, rows in columns.items() if len(rows) >= ENOUGH_YEARS}


def _cases(panel: GapPanel, members: np.ndarray, drawn: np.ndarray, came: np.ndarray, fixed: dict[str, object]) -> list[dict[str, object]]:
    bands, places = ranks(drawn[:, members]), (-came[members]).argsort().argsort() + 1
    return [
        {**fixed, "territory": panel.provinces[row], "members": len(members), "low": int(low), "high": int(high), "came": int(rank)}
        | {"inside80": bool(low <= rank <= high), "source": panel.sources[row]}
        for row, low, high, rank in zip(members, *bands, places, strict=True)
    ]


def rank_summary(cases: pd.DataFrame) -> pd.DataFrame:
    """By group, quantity and years ahead: provinces, cases, share inside the band of ranks, its mean number of places."""
    width = cases["high"] - cases["low"] + 1
    grouped = cases.assign(width=width).groupby(["group", "quantity", "ahead"], sort=True)
    columns = {"members": ("members", "first"), "cases": ("inside80", "size"), "coverage80": ("inside80", "mean"), "width": ("width", "mean")}
    return grouped.agg(**columns).round(4).reset_index()
