"""The blocks of notebook 04 by the names that notebooks saved before `forecast.report` call them by."""

from __future__ import annotations

import pandas as pd

from forecast.publish.exhibits import evaluation
from forecast.publish.notebooks.printing import show

Frame = pd.DataFrame


def show_track_record(backtest: Frame) -> None:
    """Every method beside naive, series by series."""
    for series in evaluation.backtests({"backtest": backtest}):
        show(series, title=True)


def show_origins(origins: Frame) -> None:
    """The kit's own forecast at every origin."""
    show(evaluation.origins(origins))


def show_vintages(vintages: Frame, origins: Frame) -> None:
    """The same from what was known on the day."""
    show(evaluation.vintages({"vintages": vintages}))
    show(evaluation.origins(origins))


def show_replays(replays: Frame) -> None:
    """The replays of the province's answer."""
    show(evaluation.refused(replays))
    show(evaluation.replays(replays))


def show_reliability(table: Frame) -> None:
    """Whether the chances given came true."""
    show(evaluation.chances_kept({"reliability": table}))


def show_pit(pit: Frame) -> None:
    """Where past figures fell."""
    show(evaluation.pit({"pit": pit}))


def show_now(now: Frame) -> None:
    """What each method says now."""
    show(evaluation.now({"now": now}))


def show_hiding(hiding: Frame, spread: Frame) -> None:
    """How the bridge did when figures were hidden."""
    show(evaluation.hiding({"hiding": hiding, "spread": spread}))
