"""The ledger: every published forecast, one line each, chained by sha256 and scored when its figure arrives.

The text is CSV; each line's `hash` is the sha256 of the line up to it, which holds the hash of the line before
(`prev_hash`). A line once written is never changed: whoever changes one breaks the chain from there on.
"""

from __future__ import annotations

import csv
import hashlib
import io
from collections.abc import Iterable, Mapping
from datetime import date
from typing import Any

import pandas as pd

from forecast.domain import Key, Observation, Text
from forecast.errors import DomainError
from forecast.evaluation import scores
from forecast.evidence import Evidence
from forecast.models.province import STUDIES

QUANTILES = {"q025": 0.025, "q10": 0.1, "q25": 0.25, "q50": 0.5, "q75": 0.75, "q90": 0.9, "q975": 0.975}
FACTS = (
    *("run_id", "plan", "published", "as_of", "indicator", "measure", "territory", "quantity", "unit", "period", "ink"),
    *(*QUANTILES, "data"),
)
COLUMNS = (*FACTS, "prev_hash", "hash")
START = "0" * 64
_NOT_PUBLISHED = ("derived", "assumption")


def extended(text: str, entries: Iterable[Mapping[str, Any]]) -> str:
    """The ledger `text` ('' for none) with one line for each entry of a run that is not in it yet; old bytes are kept.

    Raises DomainError naming the first broken line when the chain does not hold, or an entry that no line can hold.
    """
    problem = broken(text)
    if problem:
        raise DomainError(problem.vi, problem.en)
    rows = read(text)
    known, last = {row["run_id"] for row in rows}, rows[-1]["hash"] if rows else START
    added = [] if text else [",".join(COLUMNS)]
    for entry in entries:
        if entry["run_id"] not in known:
            line = _line([*(str(entry[name]) for name in FACTS), last])
            last = _digest(line)
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
            sound = len(parts) == count and parts[-2] == last and _digest(content) == digest
            last = digest
        if not sound:
            return Text(
                f"Sổ theo dõi dự báo: dòng {number} đã bị sửa, thêm hoặc mất dòng trước nó; chuỗi mã băm đứt từ đây.",
                f"The ledger: line {number} was changed, added, or lost the line before it; the hash chain breaks here.",
            )
    if lines[-1] != "":
        return Text("Sổ theo dõi dự báo: dòng cuối bị cắt.", "The ledger: the last line is cut off.")
    return None


def entries(forecast: pd.DataFrame, facts: Mapping[str, str]) -> list[dict[str, Any]]:
    """One entry per quantity and target period of a run's forecast table; `facts`: run_id, plan, published, as_of, data."""
    found = []
    fixed = ["indicator", "measure", "territory", "quantity", "unit", "target_period", "ink"]
    for place, group in forecast.groupby(fixed, sort=True):
        at = {round(float(level), 4): value for level, value in zip(group["output_type_id"], group["value"], strict=True)}
        named = dict(zip(fixed, place, strict=True))
        quantiles = {name: repr(float(at[level])) for name, level in QUANTILES.items()}
        found.append({**facts, **named, "period": int(named["target_period"]), **quantiles})
    return found


SCORED = ("observed", "vintage", "source", "error", "inside80", "inside95", "wis", "pit")


def scored(rows: Iterable[Mapping[str, str]], store: Evidence) -> pd.DataFrame:
    """The ledger with the figure published after each forecast's day and its scores; empty cells where none has come.

    `pit` is the place of the figure among the forecast's quantiles (0 to 1, linear between them, the ends outside).
    """
    table = pd.DataFrame([{**row, **_score(row, store)} for row in rows], columns=[*COLUMNS, *SCORED])
    for name in ("period", *QUANTILES):
        table[name] = pd.to_numeric(table[name])
    return table


def _score(row: Mapping[str, str], store: Evidence) -> dict[str, Any]:
    figure = arrived(row, store)
    if figure is None:
        return dict.fromkeys(SCORED)
    at = {name: float(row[name]) for name in QUANTILES}
    lows, highs = (at["q25"], at["q10"], at["q025"]), (at["q75"], at["q90"], at["q975"])
    return {
        "observed": figure.value,
        "vintage": figure.vintage.isoformat(),
        "source": figure.source,
        "error": figure.value - at["q50"],
        "inside80": at["q10"] <= figure.value <= at["q90"],
        "inside95": at["q025"] <= figure.value <= at["q975"],
        "wis": scores.wis(figure.value, at["q50"], lows, highs),
        "pit": scores.pit_of_quantiles(figure.value, list(QUANTILES.values()), list(at.values())),
    }


def arrived(row: Mapping[str, str], store: Evidence) -> Observation | None:
    """The published figure of a ledger line's period, if none was known on the forecast's day and one came later."""
    study, year = STUDIES.get(row["indicator"]), int(row["period"])
    if study is None:
        return None
    growth = row["quantity"] == "growth"
    indicator = study.target_indicator if growth else study.indicator
    measure = "province" if study.prefix == "ecommerce" else row["measure"]
    key, kind = Key(indicator, measure, row["territory"]), "growth" if growth else "level"
    before = store.series(key, as_of=date.fromisoformat(row["as_of"]), kind=kind).at(year)
    now = store.series(key, kind=kind).at(year)
    if now is None or (before is not None and before.status not in _NOT_PUBLISHED) or now.status in _NOT_PUBLISHED:
        return None
    return now


def _line(values: list[str]) -> str:
    if any(mark in value for value in values for mark in ',"\n\r'):
        raise DomainError(f"Sổ không ghi được dòng {values}.", f"The ledger cannot hold the line {values}.")
    return ",".join(values)


def _digest(text: str) -> str:
    return hashlib.sha256(text.encode("utf-8")).hexdigest()
