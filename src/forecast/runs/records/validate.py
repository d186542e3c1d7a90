"""Is the record of a run whole and sound? One function per kind of file, every problem collected (C39)."""

from __future__ import annotations

import csv
import gzip
import io
import itertools
import json
import math
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

from forecast import files
from forecast.columns import QUANTILE_LEVELS, TABLES
from forecast.domain import Text
from forecast.runs.folders import COMPRESSED, TOKEN

NOT_EMPTY = ("forecast", "samples", "history")
SUMMARY = ("indicator", "measure", "territory", "as_of", "median", "low", "high", "unit", "end_period")
_NUMBERS = {"forecast": ("value",), "samples": ("value",)}
_MAY_BE_MISSING = {
    "history": ("value", "low", "high"),
    "nation": ("value", "low", "high"),
    "verdicts": ("value", "probability"),
    "methods": ("low", "median", "high", "mase", "wis", "coverage80"),
}


def problems(folder: Path, expected: Sequence[str]) -> list[Text]:
    """Everything wrong with the files of a run that should have recorded the tables `expected`."""
    found = token_problems(folder)
    if found:
        return found
    for name in expected:
        if not (folder / file_of(name)).exists():
            found.append(Text(f"thiếu bảng {name}.", f"the table {name} is missing."))
    for name in TABLES:
        if (folder / file_of(name)).exists():
            found.extend(table_problems(folder, name))
    if expected:
        found.extend(summary_problems(folder / "summary.json"))
    return found


def token_problems(folder: Path) -> list[Text]:
    """Whether the notebook's last step ran and the files it recorded are still as they were (A06, A29)."""
    token = folder / TOKEN
    if not token.exists():
        return [
            Text(
                "sổ tính dừng trước bước cuối (chưa gọi record.finish), nên kết quả không trọn vẹn.",
                "the notebook stopped before its last step (record.finish was not reached), so the results are not whole.",
            )
        ]
    recorded = json.loads(token.read_text(encoding="utf-8"))["files"]
    return [
        Text(f"{name} thiếu hoặc đã đổi sau khi ghi.", f"{name} is missing or changed after it was recorded.")
        for name, digest in recorded.items()
        if not (folder / name).is_file() or files.sha256_of(folder / name) != digest
    ]


def table_problems(folder: Path, name: str) -> list[Text]:
    """Columns, emptiness, finite numbers; for quantiles and samples also duplicates and order."""
    columns, rows = read_rows(folder / file_of(name))
    missing = [column for column in TABLES[name] if column not in columns]
    if missing:
        listed = ", ".join(missing)
        return [Text(f"bảng {name} thiếu cột: {listed}.", f"the table {name} lacks the columns: {listed}.")]
    if not rows:
        return [Text(f"bảng {name} rỗng.", f"the table {name} is empty.")] if name in NOT_EMPTY else []
    found = [
        *_number_problems(name, rows, _NUMBERS.get(name, ()), may_be_missing=False),
        *_number_problems(name, rows, _MAY_BE_MISSING.get(name, ()), may_be_missing=True),
    ]
    if not found and name in ("forecast", "samples"):
        found = [*_duplicate_problems(name, rows), *_period_problems(name, rows)]
    if not found and name == "forecast":
        found = _quantile_problems(rows)
    return found


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
    if not all(map(math.isfinite, band)) or band != sorted(band):
        return [
            Text(
                f"summary.json: low, median, high không hợp lệ: {band}.",
                f"summary.json: low, median, high are not sound: {band}.",
            )
        ]
    return []


def file_of(name: str) -> str:
    """The file name of a table."""
    return f"{name}.csv.gz" if name in COMPRESSED else f"{name}.csv"


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


def _number_problems(
    name: str, rows: Sequence[Mapping[str, str]], columns: Sequence[str], *, may_be_missing: bool
) -> list[Text]:
    found = []
    for column in columns:
        bad = [
            index
            for index, row in enumerate(rows, 2)
            if not math.isfinite(_number(row[column])) and not (may_be_missing and row[column] == "")
        ]
        if bad:
            found.append(
                Text(
                    f"{name}.csv dòng {bad[0]}: '{column}' không phải số hữu hạn ({len(bad)} dòng như vậy).",
                    f"{name}.csv line {bad[0]}: '{column}' is not a finite number ({len(bad)} such lines).",
                )
            )
    return found


def _duplicate_problems(name: str, rows: Sequence[Mapping[str, str]]) -> list[Text]:
    seen: set[tuple[str, ...]] = set()
    for index, row in enumerate(rows, 2):
        key = tuple(row[column] for column in TABLES["forecast"][:-1])
        if key in seen:
            return [
                Text(
                    f"{name}.csv dòng {index}: trùng với một dòng trước.",
                    f"{name}.csv line {index}: repeats an earlier line.",
                )
            ]
        seen.add(key)
    return []


def _period_problems(name: str, rows: Sequence[Mapping[str, str]]) -> list[Text]:
    wanted = "sample" if name == "samples" else "quantile"
    for index, row in enumerate(rows, 2):
        if row["output_type"] != wanted:
            return [
                Text(
                    f"{name}.csv dòng {index}: output_type phải là {wanted}.",
                    f"{name}.csv line {index}: output_type must be {wanted}.",
                )
            ]
        if _number(row["horizon"]) < 1 or _number(row["origin"]) + _number(row["horizon"]) != _number(
            row["target_period"]
        ):
            return [
                Text(
                    f"{name}.csv dòng {index}: target_period khác origin + horizon.",
                    f"{name}.csv line {index}: target_period is not origin + horizon.",
                )
            ]
    return []


def _quantile_problems(rows: Sequence[Mapping[str, str]]) -> list[Text]:
    def task(row: Mapping[str, str]) -> tuple[str, ...]:
        return tuple(row[column] for column in TABLES["forecast"][:-3])

    for key, group in itertools.groupby(sorted(rows, key=task), key=task):
        pairs = sorted((_number(row["output_type_id"]), _number(row["value"])) for row in group)
        where = f"{key[6]} {key[2]}"
        if tuple(level for level, _ in pairs) != QUANTILE_LEVELS:
            return [
                Text(
                    f"forecast.csv {where}: thiếu hoặc thừa mức phân vị.",
                    f"forecast.csv {where}: quantile levels are missing or extra.",
                )
            ]
        values = [value for _, value in pairs]
        if any(later < earlier for earlier, later in itertools.pairwise(values)):
            return [
                Text(
                    f"forecast.csv {where}: các phân vị cắt nhau (không tăng dần).",
                    f"forecast.csv {where}: the quantiles cross (they do not ascend).",
                )
            ]
    return []
