"""Many series at once: `predict_many` takes a long table and gives a long table of quantiles, and of paths where asked."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence
from typing import TYPE_CHECKING

import numpy as np

from forecast.errors import RefusedError
from forecast.models.series.calibration import LEVELS, draw_paths, moved_by, quantiles_of
from forecast.models.series.combination import default_of
from forecast.models.series.correction import is_learnable
from forecast.models.series.history import History, Support, read_history
from forecast.models.series.refusals import refuse_horizon
from forecast.models.series.threads import one_thread

if TYPE_CHECKING:
    import pandas as pd

QUANTILES = (0.025, 0.1, 0.5, 0.9, 0.975)


@one_thread
def predict_many(
    table: pd.DataFrame,
    horizon: int,
    *,
    support: Support = (None, None),
    levels: Sequence[float] = QUANTILES,
    seed: int = 0,
    n_paths: int = 0,
) -> pd.DataFrame:
    """Forecast every series of `table` (unique_id, period, value) by the default method.

    Returns unique_id, period, output_type ('quantile', or 'sample' where `n_paths` > 0), output_type_id (level or number of the
    path), value. A refused series is absent; `result.attrs["refused"]` maps its id to the Vietnamese and English reason.
    Quantile levels lie in [0.005, 0.995]. Raises RefusedError for a table, level or horizon that cannot be used.
    """
    import pandas as pd

    _check_panel(table, horizon, levels)
    histories, refused = _read_all(table, support)
    groups: dict[tuple[int, bool], list[str]] = defaultdict(list)
    for name, history in histories.items():
        groups[history.n, is_learnable(history)].append(name)
    points: dict[str, np.ndarray] = {}
    spreads: dict[str, np.ndarray] = {}
    for names in groups.values():
        medians, widths = default_of([histories[name] for name in names], horizon)
        points.update(zip(names, medians, strict=True))
        spreads.update(zip(names, widths, strict=True))
    asked = np.asarray(levels, dtype=float)
    blocks = [margins(histories[name], points[name], spreads[name], asked) for name in points]
    result = _long(histories, points, blocks, horizon, "quantile", asked)
    if n_paths:
        paths = [
            draw_paths(histories[name], points[name], "default", np.random.default_rng(seed), n_paths, spreads[name])
            for name in points
        ]
        samples = _long(histories, points, paths, horizon, "sample", np.arange(n_paths))
        result = pd.concat([result, samples], ignore_index=True)
    result.attrs["refused"] = refused
    return result


def margins(history: History, point: np.ndarray, spread: np.ndarray, levels: np.ndarray) -> np.ndarray:
    """Quantiles [levels, horizon] around `point`, read from the table without drawing a path."""
    quantiles = quantiles_of(history, "default", len(point))
    upper = np.clip(np.searchsorted(LEVELS, levels), 1, len(LEVELS) - 1)
    grid = np.array(LEVELS)
    part = ((levels - grid[upper - 1]) / (grid[upper] - grid[upper - 1]))[:, None]
    return moved_by((1.0 - part) * quantiles[upper - 1] + part * quantiles[upper], history, point, spread)


def _read_all(table: pd.DataFrame, support: Support) -> tuple[dict[str, History], dict[str, tuple[str, str]]]:
    ids, periods, values = (table[name].to_numpy() for name in ("unique_id", "period", "value"))
    order = np.argsort(ids.astype(str), kind="stable")
    ids, periods, values = ids[order], periods[order], values[order]
    starts = np.flatnonzero(np.append(True, ids[1:] != ids[:-1])) if len(ids) else np.array([], int)
    histories, refused = {}, {}
    for start, end in zip(starts, [*starts[1:], len(ids)], strict=True):
        try:
            histories[ids[start]] = read_history(values[start:end], periods[start:end], support)
        except RefusedError as problem:
            refused[ids[start]] = (problem.vi, problem.en)
    return histories, refused


def _check_panel(table: pd.DataFrame, horizon: int, levels: Sequence[float]) -> None:
    missing = [name for name in ("unique_id", "period", "value") if name not in table.columns]
    if missing:
        raise RefusedError(f"Bảng thiếu cột {missing}.", f"The table lacks the columns {missing}.")
    refuse_horizon(horizon)
    if not len(levels) or min(levels) < LEVELS[0] or max(levels) > LEVELS[-1]:
        raise RefusedError(
            f"Mức phân vị phải nằm trong [{LEVELS[0]}, {LEVELS[-1]}].",
            f"Quantile levels must lie in [{LEVELS[0]}, {LEVELS[-1]}].",
        )


def _long(
    histories: dict[str, History],
    points: dict[str, np.ndarray],
    blocks: list[np.ndarray],
    horizon: int,
    kind: str,
    labels: np.ndarray,
) -> pd.DataFrame:
    import pandas as pd

    each = len(labels) * horizon
    origins = np.array([histories[name].origin for name in points], dtype=int)
    years = np.tile(np.tile(np.arange(1, horizon + 1), len(labels)), len(points)) + np.repeat(origins, each)
    return pd.DataFrame(
        {
            "unique_id": np.repeat(np.array(list(points), dtype=object), each),
            "period": years,
            "output_type": kind,
            "output_type_id": np.tile(np.repeat(labels, horizon), len(points)),
            "value": np.concatenate([block.ravel() for block in blocks]) if blocks else np.array([], float),
        }
    )
