"""How many of the nasty series the kit and its peers survive, by the same test."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

import nasty
import numpy as np
import peers
import table

from forecast.models import predict

_PLACES = [peers.LEVELS.index(level) for level in nasty.LEVELS]


def nasty_rows(folder: Path, apart: Sequence[str]) -> list[dict[str, object]]:
    """One row: ours, all asked for; the peers' counts beside, those of the methods `apart` of statsforecast among them."""
    local = {
        "statsmodels ETS(A,Ad)": peers.ets_bands,
        "statsmodels Theta": peers.theta_bands,
        "drift": peers.drift_bands,
        "naive": peers.naive_bands,
    }
    with peers.quiet():
        counts = {name: nasty.count(lambda v, y, s, h, each=each: _ordered(each(None, _numbers(v), h))) for name, each in local.items()}
        counts["Prophet"] = nasty.count(lambda v, y, s, h: _ordered(peers.prophet_bands(None, _numbers(v), h, y)))
    beside = [f"{name} {count}" for name, count in counts.items()]
    asked = {series.name: {"values": list(series.values), "horizon": series.horizon} for series in nasty.SERIES}
    answers = peers.ask_apart(asked, apart, folder)
    if isinstance(answers, str):
        beside.append(f"statsforecast {answers}")
    else:
        beside += [f"{name} {_count(answers[name])}" for name in apart]
    label = f"nasty series of FAULTS D survived, of {len(nasty.SERIES)}"
    return [table.row(label, f">= {len(nasty.SERIES)}", nasty.count(kits), ", ".join(beside))]


def kits(values: tuple[object, ...], years: tuple[object, ...], support: nasty.Support, horizon: int) -> np.ndarray:
    """The kit's own forecast."""
    return predict(values, horizon, periods=years, support=support, n_paths=1000).quantiles(nasty.LEVELS)  # type: ignore[arg-type]


def _numbers(values: tuple[object, ...]) -> np.ndarray:
    return np.array(values, dtype=float)


def _ordered(bands: np.ndarray) -> np.ndarray:
    return np.asarray(bands)[_PLACES]


def _count(answers: dict[str, object]) -> int:
    def answered(series: nasty.Nasty) -> np.ndarray:
        answer = answers[series.name]
        if isinstance(answer, str):
            raise ValueError(answer)
        return _ordered(np.array(answer, dtype=float))

    return sum(nasty.survived(series, lambda *_, series=series: answered(series)) for series in nasty.SERIES)
