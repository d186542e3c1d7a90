"""The figures as other programs expect them: SDMX-CSV 2.0 rows, and the Table Schema of data/ (data/datapackage.json).

SDMX has no code for who measures, for a rate published instead of a level or for the day a figure became known: they are dimensions
of our own. `STATUS` and `BOUND` keep the kit's words beside the nearest code of SDMX's list of observation statuses.
"""

from __future__ import annotations

import csv
import io
from collections.abc import Iterator
from typing import Any, get_args

from forecast import files
from forecast.domain import Observation, Period
from forecast.domain.figures import Bound, Direction, Kind, Status, TargetKind
from forecast.evidence.content import COLUMNS, OBSERVATIONS, SOURCES, TARGETS
from forecast.evidence.store import Evidence

STRUCTURE = ("dataflow", "FORECAST_KIT:DF_EVIDENCE(1.0.0)", "M")  # merged into whatever holds it
DIMENSIONS = ("FREQ", "INDICATOR", "MEASURED_BY", "REF_AREA", "KIND", "EDITION", "VINTAGE", "SOURCE", "LOCATOR", "TIME_PERIOD")
ATTRIBUTES = ("UPPER_VALUE", "UNIT_MEASURE", "OBS_STATUS", "STATUS", "BOUND", "COMMENT_OBS")
HEADS = ("STRUCTURE", "STRUCTURE_ID", "ACTION", *DIMENSIONS, "OBS_VALUE", *ATTRIBUTES)
NONE = "_Z"  # SDMX: not applicable
STATUSES = {"official": "A", "preliminary": "P", "estimate": "E", "press": "V", "derived": "E", "assumption": "E"}
PACKAGE = "datapackage.json"

_ID = {"pattern": r"[a-z][a-z0-9_]*"}
_PERIOD = {"pattern": r"\d{4}(H[12]|Q[1-4]|-(0[1-9]|1[0-2])|-([2-9]|1[01])M|-\d{4})?"}
_TYPES = {"value": "number", "high": "number", "value_high": "number", "first": "year", "last": "year", "vintage": "date", "url": "string"}
_PATTERNS: dict[str, dict[str, Any]] = {
    **dict.fromkeys(("indicator", "territory", "target"), _ID),
    "period": _PERIOD,
    **{name: {"enum": list(get_args(words))} for name, words in (("status", Status), ("bound", Bound), ("direction", Direction))},
}
_KINDS = {OBSERVATIONS: Kind, TARGETS: TargetKind}
_NEEDED = {
    OBSERVATIONS: "indicator measure territory period kind value unit vintage status bound source locator",
    SOURCES: "source title vintage",
    TARGETS: "target indicator territory kind direction unit first last document name_vi name_en source",
}
_KEYS = {SOURCES: "source", TARGETS: "target"}


def sdmx(store: Evidence) -> str:
    """Every figure, corrections applied, as SDMX-CSV 2.0 with HEADS as its columns, sorted by its key."""
    stream = io.StringIO()
    writer = csv.writer(stream, lineterminator="\r\n")  # RFC 4180
    writer.writerow(HEADS)
    writer.writerows(sorted((*STRUCTURE, *_row(figure)) for figure in store.figures(annual=False)))
    return stream.getvalue()


def _row(figure: Observation) -> Iterator[str]:
    frequency, time = sdmx_period(figure.period)
    yield from (frequency, figure.key.indicator, figure.key.measure, figure.key.territory, figure.kind, figure.edition or NONE)
    yield from (figure.vintage.isoformat(), figure.source, figure.locator or NONE, time, repr(figure.value))
    yield from ("" if figure.high is None else repr(figure.high), figure.unit, STATUSES[figure.status], figure.status, figure.bound, figure.note)


def sdmx_period(period: Period) -> tuple[str, str]:
    """Frequency and period as SDMX writes them: A 2023, S 2023-S1, Q 2023-Q1, M 2023-10; else _O (other) with a start and a length."""
    year, part = period.first, period.part
    if period.last > period.first:
        return "_O", f"{year}-01-01/P{period.last - year + 1}Y"
    if part.endswith("M"):  # months to date
        return "_O", f"{year}-01-01/P{part[1:-1]}M"
    if not part:
        return "A", str(year)
    return {"H": ("S", f"{year}-S{part[1:]}"), "Q": ("Q", f"{year}-{part}")}.get(part[0], ("M", f"{year}{part}"))


def package() -> str:
    """The Table Schema of the tables of data/ as a Data Package; it holds no figure, so new figures leave it as it is."""
    tables = [_resource(name, columns.split()) for name, columns in {**COLUMNS, "notes_vi.csv": "english vietnamese"}.items()]
    about = {"name": "forecast_kit_evidence", "title": "Số liệu của bộ công cụ dự báo / figures of the forecasting kit"}
    return files.as_json({**about, "profile": "tabular-data-package", "resources": tables})


def _resource(name: str, columns: list[str]) -> dict[str, Any]:
    schema: dict[str, Any] = {"fields": [_field(name, column) for column in columns], "missingValues": [""]}
    if name in _KEYS:
        schema["primaryKey"] = _KEYS[name]
    stem = name.removesuffix(".csv")
    return {"name": stem, "path": name, "profile": "tabular-data-resource", "format": "csv", "encoding": "utf-8", "schema": schema}


def _field(table: str, column: str) -> dict[str, Any]:
    rules: dict[str, Any] = {"enum": list(get_args(_KINDS[table]))} if column == "kind" and table in _KINDS else dict(_PATTERNS.get(column, {}))
    if column in _NEEDED.get(table, "").split():
        rules["required"] = True
    return {"name": column, "type": _TYPES.get(column, "string")} | ({"constraints": rules} if rules else {})
