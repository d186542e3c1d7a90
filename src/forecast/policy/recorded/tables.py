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
from forecast.policy.recorded.forecasts import forecast_table, quantiles_table, samples_table
from forecast.policy.recorded.history import history_table, nation_table, readings_table
from forecast.policy.recorded.neighbours import neighbours_table
from forecast.policy.recorded.targets import target_paths_table, verdicts_table
from forecast.policy.recorded.tryout import tryout_tables

Maker = Callable[[Outlook, Evidence], pd.DataFrame]
MAKERS: tuple[Maker, ...] = (  # each makes the table it is named after
    *(forecast_table, samples_table, quantiles_table, history_table, readings_table, nation_table, verdicts_table, target_paths_table),
    *(methods_table, assumptions_table, information_table, sensitivity_table, neighbours_table),
)


def tables(outlook: Outlook, store: Evidence) -> dict[str, pd.DataFrame]:
    """The tables of a run by name, their columns as in `forecast.columns`; those of the try-out only for a current baseline of
    the province, `later` only where the run looks back from an earlier day."""
    makers = (*MAKERS, later_table) if outlook.as_of < outlook.newest else MAKERS
    made = {make.__name__.removesuffix("_table"): make(outlook, store) for make in makers}
    return made | tryout_tables(outlook, store)
