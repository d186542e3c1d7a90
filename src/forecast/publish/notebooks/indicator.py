"""The blocks of notebooks 01 to 03 by the names that notebooks saved before `forecast.report` call them by."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any

import pandas as pd

from forecast.domain import Text
from forecast.evidence import Evidence
from forecast.publish import words
from forecast.publish.exhibits import evaluation, evidence, outlook, verdicts
from forecast.publish.notebooks.printing import show, tell

Frame = pd.DataFrame


def show_headline(summary: Mapping[str, Any], table: Frame) -> None:
    """The answer in one sentence, and what the method noted of the national series."""
    notes = (Text(f"Chuỗi cả nước: {note['vi']}", f"The national series: {note['en']}") for note in summary.get("notes", ()))
    tell(["**" + words.headline(summary, table) + "**"], notes)


def show_figures(history: Frame, store: Evidence) -> None:
    """Every figure known."""
    show(evidence.figures({"history": history}, store))


def show_readings(readings: Frame, store: Evidence) -> None:
    """What each figure says of the rebuilt years."""
    show(evidence.readings({"readings": readings}, store))


def show_fan(tables: Mapping[str, Frame]) -> None:
    """The main chart."""
    show(outlook.fan(tables, {}, outlook.main_quantity(tables), choice=False))


def show_forecast(forecast: Frame, quantity: str) -> None:
    """The years ahead."""
    show(outlook.years({"forecast": forecast}, quantity))


def show_verdicts(table: Frame) -> None:
    """Every target with its verdict."""
    show(verdicts.verdicts({"verdicts": table}))


def show_methods(methods: Frame, end: int) -> None:
    """What each method says of the nation at the end."""
    show(outlook.methods({"methods": methods[methods["period"] <= end]}))


def show_assumptions(assumptions: Frame) -> None:
    """The assumptions."""
    show(evidence.assumptions({"assumptions": assumptions}))


def show_information(information: Frame) -> None:
    """Which missing figure would help most."""
    show(outlook.information({"information": information}))


def show_sensitivity(sensitivity: Frame) -> None:
    """On which assumption the chance depends."""
    show(outlook.sensitivity({"sensitivity": sensitivity}))


def show_later(later: Frame | None) -> None:
    """A replay beside what was published afterwards."""
    show(None if later is None else evaluation.replays(later))


def show_sources(frames: Iterable[Frame], store: Evidence) -> None:
    """The sources the tables name."""
    show(evidence.sources(frames, store))
