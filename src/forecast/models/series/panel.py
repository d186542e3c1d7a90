"""Many series at once: `predict_many` takes a long table and gives a long table of quantiles, and of paths where asked."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, Any

import numpy as np

from forecast.errors import RefusedError
from forecast.models.series.calibration import LEVELS, draw_paths, lines_to, moved_by, quantiles_of
from forecast.models.series.combination import default_of
from forecast.models.series.correction import is_learnable
from forecast.models.series.history import History, Support, far_ahead, read_history
from forecast.models.series.refusals import checked_support, refuse_request, refuse_unusable
from forecast.models.series.threads import one_thread

if TYPE_CHECKING:
    import pandas as pd

COLUMNS = ("unique_id", "period", "value")
_ENDS = np.array([LEVELS[0], 0.5, LEVELS[-1]])  # the furthest a path can lie
QUANTILES = (0.025, 0.1, 0.5, 0.9, 0.975)


@one_thread
def predict_many(
    table: pd.DataFrame,
    horizon: int,
    *,
    support: Support | None = None,
    levels: Sequence[float] = QUANTILES,
    seed: int = 0,
    n_paths: int = 0,
) -> pd.DataFrame:
    """Forecast every series of `table` (unique_id, period, value) by the default method, each as `predict` would.

    Returns unique_id, period, output_type ('quantile', or 'sample' where `n_paths` > 0), output_type_id (level or number of the
    path), value. A refused series is absent; `result.attrs["refused"]` maps its id to the Vietnamese and English reason, and
    `result.attrs["notes"]` the others' to what was noted when they were read. Quantile levels lie in [0.005, 0.995]. Raises
    RefusedError for a table, level, support, horizon, seed or number of paths that cannot be used.
    """
    import pandas as pd

    ids, periods, values = _columns(table)
    refuse_request(horizon, seed, n_paths, fewest=0)
    asked = _checked_levels(levels)
    support = None if support is None else checked_support(support)
    with np.errstate(over="ignore", under="ignore", divide="ignore", invalid="ignore"):  # `refuse_unusable` looks at what comes
        histories, refused = _read_all(ids, periods, values, support)
        points, spreads = _default(histories, int(horizon))
        every = np.append(asked, _ENDS)
        lines = lines_to(every), lines_to(1.0 - every)  # counted down from an upper bound the lowest is the highest
        by_name = {name: margins(histories[name], points[name], spreads[name], *lines) for name in points}
    refused |= _unusable(by_name)
    kept = {name: history for name, history in histories.items() if name not in refused}
    result = _long(kept, [by_name[name][: len(asked)] for name in kept], horizon, "quantile", asked)
    if n_paths:
        paths = [_drawn(history, points[name], spreads[name], seed, n_paths) for name, history in kept.items()]
        result = pd.concat([result, _long(kept, paths, horizon, "sample", np.arange(n_paths))], ignore_index=True)
    result.attrs["refused"] = refused
    result.attrs["notes"] = {name: _said(history, int(horizon)) for name, history in kept.items()}
    return result


def margins(
    history: History, point: np.ndarray, spread: np.ndarray, upwards: np.ndarray, downwards: np.ndarray
) -> np.ndarray:
    """Quantiles [levels, horizon] around `point`, read from the table by `lines_to` the levels, without drawing a path."""
    lines = upwards if history.below is None else downwards
    errors = lines @ quantiles_of(history, "default", len(point))
    return history.as_given(moved_by(errors, history, point, spread))


def _drawn(history: History, point: np.ndarray, spread: np.ndarray, seed: int, n_paths: int) -> np.ndarray:
    with np.errstate(under="ignore"):
        return history.as_given(draw_paths(history, point, "default", seed, n_paths, spread))


def _unusable(quantiles_of: Mapping[Any, np.ndarray]) -> dict[Any, tuple[str, str]]:
    """Why the quantiles of some series cannot be used, by id."""
    refused = {}
    for name, quantiles in quantiles_of.items():
        try:
            refuse_unusable(quantiles, "default")
        except RefusedError as problem:
            refused[name] = (problem.vi, problem.en)
    return refused


def _default(histories: Mapping[Any, History], horizon: int) -> tuple[dict[Any, np.ndarray], dict[Any, np.ndarray]]:
    """The default's points and spreads by series, those alike in length, scale and support at once."""
    groups: dict[tuple[object, ...], list[Any]] = defaultdict(list)
    for name, history in histories.items():
        groups[history.n, is_learnable(history), history.support].append(name)
    points: dict[Any, np.ndarray] = {}
    spreads: dict[Any, np.ndarray] = {}
    for names in groups.values():
        medians, widths = default_of([histories[name] for name in names], horizon)
        points.update(zip(names, medians, strict=True))
        spreads.update(zip(names, widths, strict=True))
    return points, spreads


def _said(history: History, horizon: int) -> tuple[tuple[str, str], ...]:
    return tuple((note.vi, note.en) for note in (*history.notes, *far_ahead(history.n, horizon, history.origin)))


def _read_all(
    ids: np.ndarray, periods: np.ndarray, values: np.ndarray, support: Support | None
) -> tuple[dict[Any, History], dict[Any, tuple[str, str]]]:
    """Histories and refusals by id, in the order of the ids as text."""
    import pandas as pd

    codes, names = pd.factorize(ids, sort=False)
    if (codes < 0).any():
        raise RefusedError("Cột unique_id có ô trống.", "The column unique_id has empty cells.")
    order = np.argsort(codes, kind="stable")
    starts = np.searchsorted(codes[order], np.arange(len(names) + 1))
    histories, refused = {}, {}
    for row in sorted(range(len(names)), key=lambda nth: str(names[nth])):
        rows = order[starts[row] : starts[row + 1]]
        try:
            histories[names[row]] = read_history(values[rows], periods[rows], support)
        except RefusedError as problem:
            refused[names[row]] = (problem.vi, problem.en)
    return histories, refused


def _columns(table: pd.DataFrame) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """The three columns as arrays; what is no table, lacks or doubles a column, or holds no row is refused."""
    import pandas as pd

    if not isinstance(table, pd.DataFrame):
        kind = type(table).__name__
        raise RefusedError(f"Cần một bảng (pandas DataFrame), không phải {kind}.", f"A pandas DataFrame is needed, not {kind}.")
    missing = [name for name in COLUMNS if name not in table.columns]
    if missing:
        raise RefusedError(f"Bảng thiếu cột {missing}.", f"The table lacks the columns {missing}.")
    doubled = [name for name in COLUMNS if list(table.columns).count(name) > 1]
    if doubled:
        raise RefusedError(f"Bảng có cột trùng tên {doubled}.", f"The table has the columns {doubled} more than once.")
    if table.empty:
        raise RefusedError("Bảng không có dòng nào.", "The table holds no row.")
    ids, periods, values = (table[name].to_numpy() for name in COLUMNS)
    return ids, periods, values


def _checked_levels(levels: Sequence[float]) -> np.ndarray:
    """Levels as an array; anything but numbers in [0.005, 0.995] is refused."""
    try:
        asked = np.asarray([] if isinstance(levels, str) else list(levels), dtype=float)
    except (TypeError, ValueError):
        asked = np.array([])
    if asked.ndim != 1 or not len(asked) or not ((asked >= LEVELS[0]) & (asked <= LEVELS[-1])).all():
        raise RefusedError(
            f"Mức phân vị {levels!r} không dùng được; cần các số trong [{LEVELS[0]}, {LEVELS[-1]}].",
            f"The quantile levels {levels!r} cannot be used; numbers in [{LEVELS[0]}, {LEVELS[-1]}] are needed.",
        )
    return asked


def _long(histories: Mapping[Any, History], blocks: Sequence[np.ndarray], horizon: int, kind: str, labels: np.ndarray) -> pd.DataFrame:
    import pandas as pd

    each = len(labels) * horizon
    names = np.empty(len(histories), dtype=object)
    names[:] = list(histories)
    origins = np.array([history.origin for history in histories.values()], dtype=int)
    years = np.tile(np.tile(np.arange(1, horizon + 1), len(labels)), len(names)) + np.repeat(origins, each)
    return pd.DataFrame(
        {
            "unique_id": np.repeat(names, each),
            "period": years,
            "output_type": kind,
            "output_type_id": np.tile(np.repeat(labels, horizon), len(names)),
            "value": np.concatenate([block.ravel() for block in blocks]) if len(blocks) else np.array([], float),
        }
    )
