"""What a notebook calls in its last cells: `save` its tables and summary, then `finish`.

Outside a run (JupyterLab, a tutorial) nothing is written and the notebook says so.
"""

from __future__ import annotations

import gzip
import io
import os
from collections.abc import Mapping
from datetime import date
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd

from forecast import files
from forecast.errors import DomainError, RunError
from forecast.runs.folders import COMPRESSED, RUN_DIR, TOKEN, table_file
from forecast.runs.plans.parameters import IDENTIFIER

TRIAL = "thử nghiệm, chưa ghi (trial, not recorded)"
_FORMULA_STARTS = ("=", "+", "-", "@", "\t", "\r")


def save(tables: Mapping[str, pd.DataFrame], summary: Mapping[str, Any] | None = None) -> None:
    """Write each table as <name>.csv (samples as .csv.gz) and the summary into the run's folder.

    Raises DomainError for a name that is no id or a number that is not finite, RunError for a second writing.
    """
    contents: dict[str, str | bytes] = {_file_name(name): _csv(name, table) for name, table in tables.items()}
    if summary is not None:
        contents["summary.json"] = _summary(summary)
    folder = _folder()
    if folder is None:
        print(TRIAL)
        return
    for name, content in contents.items():
        if (folder / name).exists():
            raise RunError(f"{name} đã được ghi trong lượt chạy này.", f"{name} was already written in this run.")
        files.write_whole(folder / name, content)


def finish() -> None:
    """Write the token that says the notebook came to its end, with the hash of every file recorded so far."""
    folder = _folder()
    if folder is None:
        return  # `save` has said so
    recorded = {path.name: files.sha256_of(path) for path in sorted(folder.iterdir()) if _is_record(path)}
    if not recorded:
        raise RunError(
            "Chưa ghi bảng nào: gọi record.save trước record.finish.",
            "No table was written: call record.save before record.finish.",
        )
    files.write_whole(folder / TOKEN, files.as_json({"files": recorded}))


def _folder() -> Path | None:
    """The folder of this run; None outside a run; RunError when the run is already finished."""
    value = os.environ.get(RUN_DIR)
    if not value:
        return None
    folder = Path(value)
    if (folder / TOKEN).exists():
        raise RunError("Lượt chạy đã kết thúc, không ghi thêm.", "The run is finished; nothing more is written.")
    return folder


def _is_record(path: Path) -> bool:
    return path.name == "summary.json" or path.name.endswith((".csv", ".csv.gz"))


def _file_name(name: str) -> str:
    if not IDENTIFIER.match(name):
        raise DomainError(f"Tên bảng {name!r} không hợp lệ.", f"The table name {name!r} is not valid.")
    return table_file(name)


def _csv(name: str, table: pd.DataFrame) -> bytes:
    """The table as UTF-8 CSV bytes, the same for the same table: no index, no clock; missing cells are empty."""
    numbers = table.select_dtypes("number").to_numpy(dtype=float, na_value=np.nan)
    if np.isinf(numbers).any():
        raise DomainError(f"Bảng {name} có giá trị vô hạn.", f"The table {name} holds an infinite value.")
    texts = [column for column in table.columns if not pd.api.types.is_numeric_dtype(table[column])]
    safe = table.assign(**{column: [_safe_cell(value) for value in table[column].tolist()] for column in texts})
    buffer = io.StringIO()
    safe.rename(columns=_safe_cell).to_csv(buffer, index=False, lineterminator="\n")
    content = buffer.getvalue().encode("utf-8")
    return gzip.compress(content, compresslevel=6, mtime=0) if name in COMPRESSED else content


def _safe_cell(value: Any) -> Any:
    """A text that a spreadsheet would take for a formula gets a leading apostrophe (C35); numbers stay."""
    if isinstance(value, str) and value.startswith(_FORMULA_STARTS) and not _is_number(value):
        value = "'" + value
    if isinstance(value, str):
        return value.replace("\r\n", "\n").replace("\r", "\n")  # a bare CR would not be quoted and end the row
    if isinstance(value, (float, np.floating)) and np.isinf(value):
        raise DomainError("Ô có giá trị vô hạn.", "A cell holds an infinite value.")
    return value


def _is_number(text: str) -> bool:
    try:
        return bool(np.isfinite(float(text)))
    except ValueError:
        return False


def _summary(summary: Mapping[str, Any]) -> str:
    try:
        return files.as_json(_plain(summary))
    except ValueError as error:
        raise DomainError("summary có giá trị không hữu hạn.", "The summary holds a value that is not finite.") from error


def _plain(value: Any) -> Any:
    """The value in types that JSON knows: numpy numbers as numbers, dates as ISO text, missing as null."""
    if isinstance(value, Mapping):
        return {str(key): _plain(content) for key, content in value.items()}
    if isinstance(value, (list, tuple, set, frozenset, np.ndarray)):
        return [_plain(element) for element in (sorted(value) if isinstance(value, (set, frozenset)) else value)]
    if isinstance(value, np.generic):
        return _plain(value.item())
    if isinstance(value, (date, pd.Timestamp)):
        return value.isoformat()[:10]
    if value is None or isinstance(value, (str, bool, int, float)):
        return value
    if value is pd.NA or value is pd.NaT:
        return None
    return str(value)
