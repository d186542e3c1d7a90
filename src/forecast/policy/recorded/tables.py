"""An outlook as plain tables: what a run records and what charts, words and pages read."""

from __future__ import annotations

from collections.abc import Callable

import pandas as pd

from forecast.evidence import Evidence
from forecast.policy.outlooks.answers import Outlook
from forecast.policy.outlooks.information import information_table
from forecast.policy.outlooks.replays import later_table, methods_table
from forecast.policy.outlooks.sensitivity import sensitivity_table
from forecast.policy.recorded.assumptions import assumptions_table
from forecast.policy.recorded.forecasts import forecast_table, samples_table
from forecast.policy.recorded.history import history_table, nation_table, readings_table
from forecast.policy.recorded.targets import target_paths_table, verdicts_table
from forecast.policy.recorded.tryout import tryout_tables

Maker = Callable[[Outlook, Evidence], pd.DataFrame]
MAKERS: dict[str, Maker] = {
    "forecast": forecast_table,
    "samples": samples_table,
    "history": history_table,
    "readings": readings_table,
    "nation": nation_table,
    "verdicts": verdicts_table,
    "target_paths": target_paths_table,
    "methods": methods_table,
    "assumptions": assumptions_table,
    "information": information_table,
    "sensitivity": sensitivity_table,
}
LOOKING_BACK: dict[str, Maker] = {"later": later_table}


def tables(outlook: Outlook, store: Evidence) -> dict[str, pd.DataFrame]:
    """The tables of a run by name, their columns as in `forecast.columns`; those of the try-out only for a current baseline of
    the province, `later` only where the run looks back from an earlier day."""
    makers = MAKERS | (LOOKING_BACK if outlook.as_of < outlook.newest else {})
    return {name: make(outlook, store) for name, make in makers.items()} | tryout_tables(outlook, store)
