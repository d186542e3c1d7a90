"""Growth that does not stop where a market is still young: it moves a share of the way every year towards a usual pace.

Damped trend towards a level of growth that is not nought (Gardner and McKenzie 1985, their trend taken about a mean). What the
default learned on all kinds of series slows fast revenues too soon: on 60 origins of online retail in eight countries its median was
5.7 % a year too low.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from forecast.models.series.history import History

RECENT = 8  # years of growth the path starts from


@dataclass(frozen=True)
class Pace:
    """`limit`: the log growth a year that growth moves towards; `kept`: the share of its distance left after a year."""

    limit: float
    kept: float


def paced(history: History, horizon: int, pace: Pace) -> np.ndarray:
    """Levels [horizon] of a positive series whose growth starts from its mean over the last eight years."""
    recent = float(np.diff(np.log(history.values))[-RECENT:].mean())
    growth = pace.limit + (recent - pace.limit) * pace.kept ** np.arange(1, horizon + 1)
    return history.values[-1] * np.exp(np.cumsum(growth))
