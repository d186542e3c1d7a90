"""The ledger's text: published forecasts, one line each, chained by sha256; read and lengthened without a heavy import.

`runs.publication.ledger` keeps the file, `evaluation.ledger_scores` scores its lines. The text is CSV; each line's `hash` is
the sha256 of the line up to it, which holds the hash of the line before (`prev_hash`). A line once written is never changed:
whoever changes one breaks the chain from there on.
"""

from __future__ import annotations

import csv
import io
from collections.abc import Iterable, Mapping
from typing import Any

from forecast import files
from forecast.domain import Text
from forecast.errors import DomainError

QUANTILES = {"q025": 0.025, "q10": 0.1, "q25": 0.25, "q50": 0.5, "q75": 0.75, "q90": 0.9, "q975": 0.975}
FACTS = (
    *("run_id", "plan", "published", "as_of", "indicator", "measure", "territory", "quantity", "unit", "period", "ink"),
    *(*QUANTILES, "data"),
)
COLUMNS = (*FACTS, "prev_hash", "hash")
START = "0" * 64
_SERIES = ("indicator", "measure", "territory", "quantity", "unit")


def extended(text: str, entries: Iterable[Mapping[str, Any]]) -> str:
    """The ledger `text` ('' for none) with one line for each entry of a run that is not in it yet; old bytes are kept.

    Raises DomainError naming the first broken line when the chain does not hold, or an entry that no line can hold.
    """
    if problem := broken(text):
        raise DomainError(problem.vi, problem.en)
    rows = read(text)
    entered, last = {row["run_id"] for row in rows}, rows[-1]["hash"] if rows else START
    added = [] if text else [",".join(COLUMNS)]
    for entry in entries:
        if entry["run_id"] not in entered:
            line = _line([*(str(entry[name]) for name in FACTS), last])
            last = files.sha256_of(line)
            added.append(f"{line},{last}")
    return text + "".join(f"{line}\n" for line in added)


def read(text: str) -> list[dict[str, str]]:
    """The lines of a ledger as texts by column."""
    return list(csv.DictReader(io.StringIO(text)))


def broken(text: str) -> Text | None:
    """The first line (counted from 1, the heading) that does not follow from the one before it; None when all do."""
    lines = text.split("\n")
    if not text or (lines[0] == ",".join(COLUMNS) and len(lines) == 2 and not lines[1]):
        return None
    last, count = START, len(COLUMNS)
    for number, line in enumerate(lines[:-1] if lines[-1] == "" else lines, start=1):
        content, _, digest = line.rpartition(",")
        if number == 1:
            sound = line == ",".join(COLUMNS)
        else:
            parts = line.split(",")
            sound = len(parts) == count and parts[-2] == last and files.sha256_of(content) == digest
            last = digest
        if not sound:
            return Text(
                f"Sổ theo dõi dự báo: dòng {number} đã bị sửa, thêm hoặc mất dòng trước nó; chuỗi mã băm đứt từ đây.",
                f"The ledger: line {number} was changed, added, or lost the line before it; the hash chain breaks here.",
            )
    if lines[-1] != "":
        return Text("Sổ theo dõi dự báo: dòng cuối bị cắt.", "The ledger: the last line is cut off.")
    return None


def entries(rows: Iterable[Mapping[str, Any]], facts: Mapping[str, str]) -> list[dict[str, Any]]:
    """One entry per quantity and target period of the rows of a run's forecast table, texts or values.

    `facts`: run_id, plan, published, as_of, data. The quantiles are the numbers as they were recorded.
    """
    levels: dict[tuple[Any, ...], dict[float, float]] = {}
    for row in rows:
        key = (*(str(row[name]) for name in _SERIES), int(row["target_period"]), str(row["ink"]))
        levels.setdefault(key, {})[round(float(row["output_type_id"]), 4)] = float(row["value"])
    return [
        {
            **facts,
            **dict(zip((*_SERIES, "period", "ink"), key, strict=True)),
            **{name: repr(values[level]) for name, level in QUANTILES.items()},
        }
        for key, values in sorted(levels.items())
    ]


def _line(values: list[str]) -> str:
    if any(mark in value for value in values for mark in ',"\n\r'):
        raise DomainError(f"Sổ không ghi được dòng {values}.", f"The ledger cannot hold the line {values}.")
    return ",".join(values)
