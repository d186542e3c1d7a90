"""What is published as a hubverse folder: the 23 quantiles of the runs' own draws, the figures with the days they became known, and
what a hub says of itself (schema version 6.0.0; tables are parquet, which carries the type of each column).

A round is the day of the figures (`origin_date`). The schema knows steps of days, weeks and months: a `horizon` of 12 is a year.
"""

from __future__ import annotations

import io
import json
import re
from collections.abc import Iterable, Iterator, Mapping
from datetime import date
from pathlib import Path
from typing import Any

import pandas as pd
import pyarrow as pa
import yaml
from pyarrow import parquet

from forecast import __version__, evidence, files, headline
from forecast.columns import HUB_LEVELS
from forecast.domain import Key, Kind
from forecast.errors import PublishError
from forecast.evidence import Evidence
from forecast.headline import study_of
from forecast.publish import published, words
from forecast.publish.published import Publication, PublishedRun
from forecast.runs import folders

SCHEMA = "https://raw.githubusercontent.com/hubverse-org/schemas/main/v6.0.0/"
TASKS = ("origin_date", "scenario_id", "location", "measure", "target", "target_end_date", "horizon")
COLUMNS = (*TASKS, "output_type", "output_type_id", "value")
UNIT = ("target_end_date", "location", "measure", "target")  # of an observation
LABELS = ("status", "bound", "source")
TARGET_COLUMNS = (*UNIT, "observation", "as_of", *LABELS)
ORACLE_COLUMNS = (*UNIT, "oracle_value")
TYPES = {  # as hubverse reads its configuration; every other column is text
    **dict.fromkeys(("origin_date", "target_end_date", "as_of"), pa.date32()),
    **dict.fromkeys(("output_type_id", "value", "observation", "oracle_value"), pa.float64()),
    "horizon": pa.int32(),
}
NOT_PUBLISHED = ("derived", "assumption")  # the kit's own figures, as in the ledger
EXACT = ("exact", "about")  # a figure printed as "more than" is no observation that a forecast can be held against
LAST_DAY = "-12-31"
OPEN_DAYS = 3660  # how long a round takes forecasts after the day of its figures: a replay looks back years later


def export(root: Path, folder: Path) -> list[Path]:
    """Write the hub of what is published and of the replays beside it into `folder`; the paths of its files.

    Raises PublishError when nothing is published or a run was recorded without its 23 quantiles.
    """
    outputs = model_outputs(root, (published.read(root), *published.replays(root)))
    if outputs.empty:
        raise PublishError("Bản đang công bố không có dự báo nào.", "What is published holds no forecast.")
    store = evidence.load(root / "data")
    observed = time_series(outputs, store)
    contents: dict[str, str | bytes] = dict(_configuration(outputs, observed, store))
    for (day, method), rows in outputs.groupby(["origin_date", "method"]):
        model = f"{team()}-{method}"
        contents[f"model-output/{model}/{day}-{model}.parquet"] = _parquet(rows[list(COLUMNS)])
        contents[f"model-metadata/{model}.yml"] = yaml.safe_dump(_model(str(method)), allow_unicode=True, sort_keys=False)
    contents["target-data/time-series.parquet"] = _parquet(observed)
    contents["target-data/oracle-output.parquet"] = _parquet(oracle_output(outputs, observed))
    for name, content in contents.items():
        (folder / name).parent.mkdir(parents=True, exist_ok=True)
        files.write_whole(folder / name, content)
    return [folder / name for name in sorted(contents)]


def model_outputs(root: Path, publications: Iterable[Publication]) -> pd.DataFrame:
    """One row for each run, quantity, year and quantile, with the columns of COLUMNS and `indicator`, `quantity`, `unit`, `method`."""
    runs = {run.run_id: run for publication in publications for run in publication.runs if "forecast" in run.tables}
    frames = [_rows(root, run) for run in runs.values()]
    every = pd.concat(frames, ignore_index=True) if frames else pd.DataFrame(columns=COLUMNS)
    return every.drop_duplicates([*TASKS, "output_type_id"], ignore_index=True)


def _rows(root: Path, run: PublishedRun) -> pd.DataFrame:
    path = folders.out_folder(root) / run.run_id / folders.table_file("quantiles")
    try:
        table = pd.read_csv(path, dtype={"measure": str})
    except (OSError, ValueError) as error:
        raise PublishError(
            f"{run.run_id}: không có đủ 23 phân vị ({path.name}); lượt chạy ghi bằng bản cũ, hãy chạy lại make run.",
            f"{run.run_id}: its 23 quantiles ({path.name}) are not there; it was recorded by an older kit, run make run again.",
        ) from error
    day, years = str(run.summary["as_of"]), table["target_period"].astype(int)
    return table.rename(columns={"scenario": "scenario_id", "territory": "location"}).assign(
        origin_date=day,
        target=[target_of(*names) for names in zip(table["indicator"], table["quantity"], strict=True)],
        target_end_date=years.astype(str) + LAST_DAY,
        horizon=12 * (years - date.fromisoformat(day).year),
    )


def target_of(indicator: str, quantity: str) -> str:
    """The name of a target: the indicator's, `_rate` behind it for its yearly growth; the schema takes thirty letters."""
    return indicator if quantity == "level" else f"{indicator}_rate"


def time_series(outputs: pd.DataFrame, store: Evidence) -> pd.DataFrame:
    """The published figures of every forecast series as known on the day of each round and of each of their vintages (TARGET_COLUMNS)."""
    asked = outputs[["indicator", "quantity", "measure", "location", "target"]].drop_duplicates().to_dict("records")
    keyed = [(row, *_key(row, store)) for row in asked]
    figures = (figure for _, key, kind in keyed for figure in store.figures(key.indicator, key.measure, key.territory, kind))
    days = sorted({figure.vintage for figure in figures} | {date.fromisoformat(day) for day in outputs["origin_date"]})
    rows = [
        (f"{point.period}{LAST_DAY}", *(row[name] for name in UNIT[1:]), point.value, day.isoformat(), point.status, point.bound, point.source)
        for day in days
        for row, key, kind in keyed
        for point in store.series(key, as_of=day, kind=kind).points
        if point.status not in NOT_PUBLISHED and point.bound in EXACT
    ]
    return pd.DataFrame(rows, columns=TARGET_COLUMNS)


def oracle_output(outputs: pd.DataFrame, observed: pd.DataFrame) -> pd.DataFrame:
    """What each forecast year came to, as known last: the `oracle_value` a forecast is held against (ORACLE_COLUMNS)."""
    units = list(UNIT)
    last = observed.sort_values("as_of", kind="stable").drop_duplicates(units, keep="last")
    forecast = outputs[units].drop_duplicates()
    return last.merge(forecast, on=units).rename(columns={"observation": "oracle_value"}).sort_values(units)[list(ORACLE_COLUMNS)]


def _key(row: Mapping[str, Any], store: Evidence) -> tuple[Key, Kind]:
    study, growth = study_of(store, row["indicator"]), row["quantity"] == "growth"
    indicator = study.target_indicator if growth else study.indicator
    return Key(indicator, study.own_measure(row["measure"]), row["location"]), "growth" if growth else "level"


def _configuration(outputs: pd.DataFrame, observed: pd.DataFrame, store: Evidence) -> Iterator[tuple[str, str]]:
    groups = [_task(rows, outputs, observed, store) for _, rows in outputs.groupby("target")]
    due = {"relative_to": "origin_date", "start": 0, "end": OPEN_DAYS}
    rounds = [{"round_id_from_variable": True, "round_id": "origin_date", "model_tasks": groups, "submissions_due": due, "file_format": FORMATS}]
    yield "hub-config/tasks.json", _json("tasks", rounds=rounds, derived_task_ids=["horizon"])
    yield "hub-config/admin.json", _json("admin", **_admin())
    labels = {"non_task_id_schema": dict.fromkeys(LABELS, "character")}
    facts = {"observable_unit": list(UNIT), "date_col": UNIT[0], "versioned": True, "time-series": labels, "oracle-output": {"versioned": False}}
    yield "hub-config/target-data.json", _json("target-data", **facts)
    yield "hub-config/model-metadata-schema.json", files.as_json(METADATA)


def team() -> str:
    """The province as hubs abbreviate a team: its id without the year of its borders."""
    return _BORDERS.sub("", headline.registered().territories[0])


def _admin() -> dict[str, Any]:
    name, home = f"{headline.ranked().vi} / {headline.ranked().en}", headline.home()
    return {"name": f"Dự báo {home.vi} / {home.en} forecasts", "maintainer": name, "contact": {"name": name}, **ADMIN}


_BORDERS = re.compile(r"_(pre)?\d{4}\Z")
FORMATS = ["parquet"]
ADMIN = {
    "repository": {"host": "github", "owner": "", "name": ""},  # the schema asks for one; the kit lies in none
    "file_format": FORMATS,
    "timezone": "Asia/Ho_Chi_Minh",
}
_NAME = {"type": "string", "pattern": "^[a-zA-Z0-9_+]+$"}
METADATA = {
    "$schema": "https://json-schema.org/draft/2020-12/schema",
    "title": "Model metadata",
    "type": "object",
    "properties": {
        **{name: {"type": "string"} for name in ("team_name", "model_name", "model_version", "methods", "data_inputs")},
        "team_abbr": _NAME,
        "model_abbr": _NAME,
    },
    "required": ["team_name", "team_abbr", "model_name", "model_abbr", "methods"],
    "additionalProperties": False,
}


def _model(method: str) -> dict[str, str]:
    return {
        "team_name": f"{headline.ranked().vi} / {headline.ranked().en}",
        "team_abbr": team(),
        "model_name": words.phrase(words.vocabulary.METHODS, method).en,
        "model_abbr": method,
        "model_version": __version__,
        "methods": "Joint draws of the nation from a robust combination of simple methods; the province is the nation plus a drawn gap.",
        "data_inputs": "Published figures as known on origin_date.",
    }  # fmt: skip


def _task(rows: pd.DataFrame, outputs: pd.DataFrame, observed: pd.DataFrame, store: Evidence) -> dict[str, Any]:
    """What may be said of one target: every value that its forecasts and figures take, all 23 quantiles asked for."""
    indicator, quantity, unit, target = rows.iloc[0][["indicator", "quantity", "unit", "target"]]
    facts, growth = store.indicators[indicator], quantity == "growth"
    seen = observed[observed["target"] == target]
    values = {name: sorted({*rows[name], *seen.get(name, ())}) for name in TASKS}
    identifiers = {name: {"required": None, "optional": [_plain(value) for value in values[name]]} for name in TASKS}
    identifiers["origin_date"]["optional"] = sorted(set(outputs["origin_date"]))
    low, high = (-100.0, None) if growth else facts.support
    bounds = {name: bound for name, bound in (("minimum", low), ("maximum", high)) if bound is not None}
    about = facts.name.en + (": growth a year" if growth else "")
    metadata = {
        "target_id": target, "target_name": about[:100], "target_units": words.unit_text(unit).en, "target_keys": {"target": target},
        "description": facts.definition.en or about, "target_type": "continuous", "is_step_ahead": True, "time_unit": "month",
    }  # fmt: skip
    output = {"output_type_id": {"required": list(HUB_LEVELS)}, "is_required": True, "value": {"type": "double", **bounds}}
    return {"task_ids": identifiers, "output_type": {"quantile": output}, "target_metadata": [metadata]}


def _plain(value: Any) -> Any:
    return value if isinstance(value, str) else int(value)


def _json(schema: str, **content: Any) -> str:
    return json.dumps({"schema_version": f"{SCHEMA}{schema}-schema.json", **content}, ensure_ascii=False, allow_nan=False, indent=1) + "\n"


def _parquet(table: pd.DataFrame) -> bytes:
    """A table with the types hubverse expects; nothing of pandas in it."""
    schema = pa.schema([(name, TYPES.get(name, pa.string())) for name in table.columns])
    days = {name: pd.to_datetime(table[name]).dt.date for name in table.columns if pa.types.is_date(schema.field(name).type)}
    stream = io.BytesIO()
    parquet.write_table(pa.Table.from_pandas(table.assign(**days), schema, preserve_index=False).replace_schema_metadata(None), stream)
    return stream.getvalue()
