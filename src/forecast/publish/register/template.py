"""The workbook the province fills in, as readers take it away: the cells that would narrow a published band most are marked."""

from __future__ import annotations

import base64
from collections.abc import Iterable, Iterator, Mapping, Sequence
from datetime import date
from pathlib import Path
from typing import Any

from forecast import evidence
from forecast.domain import Text
from forecast.errors import ForecastError, PublishError
from forecast.evidence import Evidence, intake
from forecast.headline import DIGITAL, ECOMMERCE, PRODUCTIVITY, studies, territories
from forecast.policy.outlooks.answers import outlook
from forecast.policy.outlooks.effects import HORIZON, PATHS, SEED
from forecast.policy.outlooks.information import information_table
from forecast.publish import published
from forecast.publish.words.numbers import measure_text, number, rows_of

XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
SUPPLIES = {  # the indicator whose cell a candidate of the value of information is
    "employment": "employed_15plus",
    "productivity_growth": "labour_productivity_growth",
    "productivity_level": PRODUCTIVITY,
    "digital_share": DIGITAL,
    "ecommerce_revenue": ECOMMERCE,
}
LEAST_HELP = 5.0  # percent of the band's width below which a cell is not marked
Cell = tuple[str, str, str, int]  # indicator, measure, territory, year


def name(on: date) -> str:
    """The file's name."""
    return f"mau_nhap_so_lieu_{on}.xlsx"


def workbook(
    store: Evidence, helpful: Mapping[Cell, Text], on: date, indicators: Sequence[str] = (), years: Sequence[int] = ()
) -> bytes:
    """The workbook as .xlsx for these indicators and years, `helpful` cells marked; the same bytes for the same arguments.

    Raises EvidenceError for an indicator that does not exist.
    """
    names = {
        measure: measure_text(measure).vi for indicator in store.indicators.values() for measure in indicator.measures
    }
    return intake.template(store, helpful, names, indicators=indicators, years=years, on=on)


def of_project(root: Path, on: date) -> bytes:
    """The workbook of a project's figures as they are on that day."""
    store = evidence.load(root / "data")
    return workbook(store, helpful(root, store), on)


def address(content: bytes) -> str:
    """The workbook as an address that a link of a page without a server can hold."""
    return f"data:{XLSX};base64,{base64.b64encode(content).decode()}"


def helpful(root: Path, store: Evidence) -> dict[Cell, Text]:
    """What would help, as the published answers say it; computed from the figures where nothing is published."""
    try:
        return recorded(published.read(root).runs, store)
    except PublishError:
        return computed(store)


def recorded(runs: Iterable[published.PublishedRun], store: Evidence) -> dict[Cell, Text]:
    """The cells that would narrow the band of a published answer for the province, and by how much."""
    by_indicator, own = studies(store), territories(store)
    return _marks(
        (
            (row, by_indicator[run.indicator].own_measure(run.measure))
            for run in runs
            if run.indicator in by_indicator and run.territory in own
            for row in rows_of(run.tables.get("information"))
        ),
        store,
    )


def computed(store: Evidence) -> dict[Cell, Text]:
    """The cells that would narrow the band of a headline answer of these figures, and by how much."""
    return _marks(_computed(store), store)


def _computed(store: Evidence) -> Iterator[tuple[Mapping[str, Any], str]]:
    for study in studies(store).values():
        for measure in study.measures:
            for territory in territories(store):
                try:
                    answer = outlook(
                        store, study.indicator, territory=territory, measure=measure, horizon_year=HORIZON, seed=SEED, n_paths=PATHS
                    )
                except ForecastError:
                    continue
                for row in information_table(answer, store).to_dict("records"):
                    yield row, study.own_measure(measure)


def _marks(rows: Iterable[tuple[Mapping[str, Any], str]], store: Evidence) -> dict[Cell, Text]:
    """Of every cell the most that any answer gains; `rows` of the tables of information, each with the province's own measure."""
    gains: dict[Cell, tuple[float, Text]] = {}
    for row, measure in rows:
        prefix = next((start for start in SUPPLIES if str(row["candidate"]).startswith(f"{start}_{row['territory']}")), "")
        share, first, last = float(row["narrowing_percent"] or 0.0), int(row["first"]), int(row["last"])
        if not prefix or share < LEAST_HELP:
            continue
        others = Text(f" (cùng các năm {first}-{last})", f" (with the years {first}-{last})") if first < last else Text("", "")
        text = Text(f"dải {HORIZON} hẹp lại ", f"band of {HORIZON} narrower by ") + number(share, 0) + Text(" %", "%") + others
        measures = store.indicators[SUPPLIES[prefix]].measures
        own = measure if measure in measures else measures[0]
        for year in range(first, last + 1):
            cell = (SUPPLIES[prefix], own, str(row["territory"]), year)
            if share > gains.get(cell, (0.0, text))[0]:
                gains[cell] = (share, text)
    return {cell: text for cell, (_, text) in gains.items()}
