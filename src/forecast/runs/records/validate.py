"""Is the record of a run complete and sound? One function per kind of file, every problem collected (C39)."""

from __future__ import annotations

import csv
import gzip
import io
import itertools
import json
import math
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path
from typing import Any

from forecast import files
from forecast.columns import HUB_LEVELS, QUANTILE_LEVELS, TABLES
from forecast.domain import Text
from forecast.runs.folders import TOKEN, table_file

NOT_EMPTY = ("forecast", "samples")  # of a past nothing may be known: an answer can rest on what came after it
SUMMARY = ("indicator", "measure", "territory", "as_of", "median", "low", "high", "unit", "end_period")
LEVELS = {"forecast": QUANTILE_LEVELS, "quantiles": HUB_LEVELS}  # the quantiles each table holds
_NUMBERS: dict[str, tuple[str, ...]] = dict.fromkeys((*LEVELS, "samples"), ("value",))
_MAY_BE_MISSING = {
    "history": ("value", "low", "high"),
    "nation": ("value", "low", "high"),
    "verdicts": ("value", "probability"),
    "methods": ("low", "median", "high", "mase", "wis", "coverage80"),
}


def problems(folder: Path, expected: Sequence[str]) -> list[Text]:
    """Everything wrong with the files of a run that should have recorded the tables `expected`."""
    return list(token_problems(folder)) or list(_record_problems(folder, expected))


def _record_problems(folder: Path, expected: Sequence[str]) -> Iterator[Text]:
    for name in expected:
        if not (folder / table_file(name)).exists():
            yield Text(f"thiếu bảng {name}.", f"the table {name} is missing.")
    for name in TABLES:
        if (folder / table_file(name)).exists():
            yield from table_problems(folder, name)
    if expected:
        yield from summary_problems(folder / "summary.json")


def token_problems(folder: Path) -> Iterator[Text]:
    """Whether the notebook's last step ran and the files it recorded are still as they were (A06, A29)."""
    token = folder / TOKEN
    if not token.exists():
        yield Text(
            "sổ tính dừng trước bước cuối (chưa gọi record.finish), nên kết quả không trọn vẹn.",
            "the notebook stopped before its last step (record.finish was not reached), so the results are not whole.",
        )
        return
    for name, digest in json.loads(token.read_text(encoding="utf-8"))["files"].items():
        if not (folder / name).is_file() or files.sha256_of(folder / name) != digest:
            yield Text(f"{name} thiếu hoặc đã đổi sau khi ghi.", f"{name} is missing or changed after it was recorded.")


def table_problems(folder: Path, name: str) -> list[Text]:
    """Columns, emptiness, finite numbers; where those are right, for quantiles and samples also duplicates and order."""
    columns, rows = read_rows(folder / table_file(name))
    if missing := [column for column in TABLES[name] if column not in columns]:
        listed = ", ".join(missing)
        return [Text(f"bảng {name} thiếu cột: {listed}.", f"the table {name} lacks the columns: {listed}.")]
    if not rows:
        return [Text(f"bảng {name} rỗng.", f"the table {name} is empty.")] if name in NOT_EMPTY else []
    wrong = list(_number_problems(name, rows))
    if not wrong and name in _NUMBERS:
        wrong = [*_duplicate_problems(name, rows), *_period_problems(name, rows)]
    return wrong or (list(_quantile_problems(name, rows)) if name in LEVELS else [])


def summary_problems(path: Path) -> list[Text]:
    """Whether summary.json is there, readable, and its middle lies inside its band."""
    try:
        summary: Mapping[str, Any] = json.loads(path.read_text(encoding="utf-8"))
        missing = [key for key in SUMMARY if key not in summary]
    except (OSError, ValueError, TypeError):
        return [Text("thiếu summary.json hoặc tệp không đọc được.", "summary.json is missing or cannot be read.")]
    if missing:
        listed = ", ".join(missing)
        return [Text(f"summary.json thiếu: {listed}.", f"summary.json lacks: {listed}.")]
    band = [_number(summary[key]) for key in ("low", "median", "high")]
    if all(map(math.isfinite, band)) and band == sorted(band):
        return []
    return [Text(f"summary.json: low, median, high không hợp lệ: {band}.", f"summary.json: low, median, high are not sound: {band}.")]


def read_rows(path: Path) -> tuple[list[str], list[dict[str, str]]]:
    """Column names and rows of a recorded table, as text."""
    content = path.read_bytes()
    text = (gzip.decompress(content) if path.suffix == ".gz" else content).decode("utf-8")
    reader = csv.DictReader(io.StringIO(text, newline=""))
    rows = list(reader)
    return list(reader.fieldnames or []), rows


def _number(value: Any) -> float:
    try:
        return float(value)
    except (TypeError, ValueError):
        return math.nan


def _number_problems(name: str, rows: Sequence[Mapping[str, str]]) -> Iterator[Text]:
    """The first line of each column that holds no finite number; an empty cell is right where a number may be missing."""
    may_be_missing = _MAY_BE_MISSING.get(name, ())
    for column in (*_NUMBERS.get(name, ()), *may_be_missing):
        blank = ("",) if column in may_be_missing else ()
        lines = [line for line, row in enumerate(rows, 2) if not math.isfinite(_number(row[column])) and row[column] not in blank]
        if lines:
            yield Text(
                f"{name}.csv dòng {lines[0]}: '{column}' không phải số hữu hạn ({len(lines)} dòng như vậy).",
                f"{name}.csv line {lines[0]}: '{column}' is not a finite number ({len(lines)} such lines).",
            )


def _duplicate_problems(name: str, rows: Sequence[Mapping[str, str]]) -> Iterator[Text]:
    seen: set[tuple[str, ...]] = set()
    for line, row in enumerate(rows, 2):
        key = tuple(row[column] for column in TABLES["forecast"][:-1])
        if key in seen:
            yield Text(f"{name}.csv dòng {line}: trùng với một dòng trước.", f"{name}.csv line {line}: repeats an earlier line.")
            return
        seen.add(key)


def _period_problems(name: str, rows: Sequence[Mapping[str, str]]) -> Iterator[Text]:
    wanted = "sample" if name == "samples" else "quantile"
    for line, row in enumerate(rows, 2):
        origin, horizon, target = (_number(row[column]) for column in ("origin", "horizon", "target_period"))
        where = f"{name}.csv " + Text(f"dòng {line}: ", f"line {line}: ")
        if row["output_type"] != wanted:
            yield where + Text(f"output_type phải là {wanted}.", f"output_type must be {wanted}.")
            return
        if horizon < 1 or origin + horizon != target:
            yield where + Text("target_period khác origin + horizon.", "target_period is not origin + horizon.")
            return


def _quantile_problems(name: str, rows: Sequence[Mapping[str, str]]) -> Iterator[Text]:
    def task(row: Mapping[str, str]) -> tuple[str, ...]:
        return tuple(row[column] for column in TABLES["forecast"][:-3])

    for key, group in itertools.groupby(sorted(rows, key=task), key=task):
        pairs = sorted((_number(row["output_type_id"]), _number(row["value"])) for row in group)
        values = [value for _, value in pairs]
        where = f"{name}.csv {key[6]} {key[2]}"
        if tuple(level for level, _ in pairs) != LEVELS[name]:
            yield Text(f"{where}: thiếu hoặc thừa mức phân vị.", f"{where}: quantile levels are missing or extra.")
            return
        if values != sorted(values):
            yield Text(f"{where}: các phân vị cắt nhau (không tăng dần).", f"{where}: the quantiles cross (they do not ascend).")
            return
