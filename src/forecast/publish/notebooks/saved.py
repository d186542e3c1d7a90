"""The blocks of notebooks 01 to 04 under the names by which notebooks saved before `forecast.report` call them."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

import pandas as pd

from forecast.domain import Text
from forecast.publish import words
from forecast.publish.exhibits import Exhibit, evaluation, evidence, outlook, reliability, verdicts
from forecast.publish.notebooks.printing import section, show, tell


def _of_one(make: Callable[..., Exhibit | None], *names: str) -> Callable[..., None]:
    """A block that shows what is made of the recorded tables of these names, given one by one; what follows them is handed on."""
    return lambda *given: show(make(dict(zip(names, given, strict=False)), *given[len(names) :]))


show_figures = _of_one(evidence.figures, "history")
show_readings = _of_one(evidence.readings, "readings")
show_forecast = _of_one(outlook.years, "forecast")
show_verdicts = _of_one(verdicts.verdicts, "verdicts")
show_assumptions = _of_one(evidence.assumptions, "assumptions")
show_information = _of_one(outlook.information, "information")
show_sensitivity = _of_one(outlook.sensitivity, "sensitivity")
show_reliability = _of_one(reliability.chances_kept, "reliability")
show_pit = _of_one(evaluation.pit, "pit")
show_now = _of_one(evaluation.now, "now")
show_hiding = _of_one(evaluation.hiding, "hiding", "spread")
show_sources = section(evidence.sources)
show_origins = section(evaluation.origins)


def show_headline(summary: Mapping[str, Any], table: pd.DataFrame) -> None:
    """The answer in one sentence, and what the method noted of the national series."""
    notes = (Text(f"Chuỗi cả nước: {note['vi']}", f"The national series: {note['en']}") for note in summary.get("notes", ()))
    tell([words.headline(summary, table)], notes)


def show_fan(tables: Mapping[str, pd.DataFrame]) -> None:
    """The main chart."""
    show(outlook.fan(tables, {}, outlook.main_quantity(tables), choice=False))


def show_methods(methods: pd.DataFrame, end: int) -> None:
    """What each method says of the nation at the end."""
    show(outlook.methods({"methods": methods[methods["period"] <= end]}))


def show_later(later: pd.DataFrame | None) -> None:
    """A replay beside what was published afterwards."""
    show(None if later is None else evaluation.replays(later))


def show_track_record(backtest: pd.DataFrame) -> None:
    """Every method beside naive, series by series."""
    for series in evaluation.backtests({"backtest": backtest}):
        show(series, title=True)


def show_vintages(vintages: pd.DataFrame, origins: pd.DataFrame) -> None:
    """The same from what was known on the day of each forecast."""
    show(evaluation.vintages({"vintages": vintages}))
    show_origins(origins)


def show_replays(replays: pd.DataFrame) -> None:
    """The replays of the province's answer, those refused with the reason."""
    show(evaluation.refused(replays))
    show(evaluation.replays(replays))
