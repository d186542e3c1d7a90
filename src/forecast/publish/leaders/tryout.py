"""The page's try-out: levers, presets and what it would take, from the tables of a run; the arithmetic happens in the page.

The draws travel as the run recorded them, bit for bit (float32: 7 digits), so that a page at rest prints the run's own numbers.
"""

from __future__ import annotations

import base64
import json
import math
from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np
import pandas as pd

from forecast.domain import Text
from forecast.publish import words
from forecast.publish.leaders import solutions
from forecast.publish.published import ShownRun
from forecast.publish.words import vocabulary
from forecast.publish.words.numbers import both
from forecast.publish.words.vocabulary import phrase

NEEDED = ("paths", "levers", "presets")
COLOURS = ("green", "amber", "red", "none")
VIEWS = {"factors": Text("Nhìn từ người bán", "Seen from the sellers"), "market": Text("Nhìn từ thị trường", "Seen from the market")}
FEW_YEARS = 8
LETTERS = bytes.maketrans(b"&<>", b",.:")  # base 85 without what would end a script


def panel(run: ShownRun) -> dict[str, Any] | None:
    """What the template shows of a run that can be tried out, or None where the run recorded nothing to try."""
    facts = run.summary.get("tryout")
    if not facts or not facts.get("anchored") or any(name not in run.tables for name in NEEDED):
        return None
    rows = words.rows_of(run.tables["levers"])
    levers = [_lever(row, facts) for row in rows if _usable(row, facts)]
    usable = {lever["id"] for lever in levers}
    verdicts = words.rows_of(run.tables.get("verdicts"))
    targets = [_target(row) for row in verdicts if _open(row, run.tables["paths"])]
    presets = _presets(run.tables["presets"], usable)
    solved = solutions.needs(run.tables.get("solutions"), targets, levers)
    silent = {str(row["target"]): _silent(row) for row in verdicts if not _open(row, run.tables["paths"])}
    kept = {name: facts[name] for name in ("first", "last", "known_to", "elasticity", "ict_effect", "split")}
    shown = kept | _draws(run.tables["paths"]) | {
        "indicator": run.indicator,
        "unit": str(run.tables["forecast"]["unit"][run.tables["forecast"]["quantity"] == "level"].iloc[0]),
        "levers": [lever["numbers"] for lever in levers],
        "presets": {item["id"]: item["pushes"] for item in presets},
        "targets": [target["numbers"] for target in targets],
        "silent": {aim: [text.vi, text.en] for aim, text in silent.items()},
    }  # fmt: skip
    shown["unit_names"] = [words.unit_text(shown["unit"], language) for language in ("vi", "en")]
    groups = _groups(levers)
    count = both(lambda language: words.number(len(run.tables["paths"]), 0, language))
    said = {"groups": groups, "presets": presets, "targets": targets, "needs": solved, "silent": silent, "chances": solutions.choices(solved)}
    return said | {"first": facts["first"], "last": facts["last"], "paths": count, "facts": shown}


def _draws(paths: pd.DataFrame) -> dict[str, Any]:
    """Years and levels, year by year, nothing rounded: the bits of each float32 above those of the year's lowest (positive
    floats are ordered as their bits are), in as many bits as the year needs, as letters a page can hold (five for four bytes)."""
    columns = [name for name in paths if name != "path"]
    levels = np.ascontiguousarray(paths[columns].to_numpy("<f4").T).view("<u4").astype(np.int64)
    lowest = levels.min(axis=1)
    widths = [int(span).bit_length() for span in levels.max(axis=1) - lowest]
    bits = [(row[:, None] - least) >> np.arange(width)[::-1] & 1 for row, least, width in zip(levels, lowest, widths, strict=True)]
    packed = np.packbits(np.concatenate([part.ravel() for part in bits]).astype(np.uint8)).tobytes()
    draws = base64.b85encode(packed, pad=True).translate(LETTERS).decode()
    years = [int(name[1:]) for name in columns]
    return {"years": years, "paths": len(paths), "lowest": lowest.tolist(), "widths": widths, "draws": draws}


def _usable(row: Mapping[str, Any], facts: Mapping[str, Any]) -> bool:
    needs_weights = str(row["id"]).startswith("digitalisation_") or row["id"] == "structure_services"
    return not needs_weights or facts["split"]["weights"] is not None


def _open(row: Mapping[str, Any], paths: pd.DataFrame) -> bool:
    years = {int(name[1:]) for name in paths if name != "path"}
    base = {"level": [], "growth_average": [row["first"]], "growth_each_year": range(int(row["first"]), int(row["last"]) + 1)}
    needed = {int(row["last"]), *(int(year) - 1 for year in base.get(row["kind"], []))}
    return row["state"] == "open" and row["value"] is not None and row.get("probability") is not None and needed <= years


def _lever(row: Mapping[str, Any], facts: Mapping[str, Any]) -> dict[str, Any]:
    band, lowest, highest = (json.loads(row[f"record_{name}"]) if row.get(f"record_{name}") else None for name in ("band", "lowest", "highest"))
    known = len(json.loads(row["record_years"])) if row.get("record_years") else 0
    decimals = max(0, -math.floor(math.log10(float(row["step"]))))
    unit = both(lambda language: words.unit_text(str(row["unit"]), language))
    numbers = {name: float(row[name]) for name in ("low", "high", "step")}
    numbers |= {"id": row["id"], "view": row.get("view") or "", "baseline": row.get("baseline"), "band": band, "lowest": lowest, "highest": highest}
    numbers |= {"decimals": decimals, "unit": [unit.vi, unit.en], "colours": _colours(row.get("baseline"), lowest, highest, known)}
    low, high = (both(lambda language, end=end: words.number(numbers[end], decimals, language)) for end in ("low", "high"))
    return {
        "id": row["id"], "view": numbers["view"], "on": str(row["on"]).lower() == "true", "numbers": numbers, "unit": unit, "low": low, "high": high,
        "name": Text(str(row["name_vi"]), str(row["name_en"])), "reason": Text(str(row["reason_vi"]), str(row["reason_en"])),
        "rating": both(lambda language: phrase(vocabulary.RATINGS, str(row["rating"]), language)), "code": str(row["rating"]),
        "source": str(row.get("source") or ""), "control": str(row["control"]),
    }  # fmt: skip


def _colours(baseline: Any, lowest: Any, highest: Any, known: int) -> dict[str, dict[str, list[str]]]:
    """What is said beside a slider by the side it is pushed to and its colour, {reach} left for the page."""
    if baseline is None or not lowest or not highest:
        return {side: {"none": [phrase(vocabulary.EXPERIENCE, "none", language) for language in ("vi", "en")]} for side in ("up", "down")}
    return {side: {colour: [_experience(side, colour, end, known, language) for language in ("vi", "en")] for colour in COLOURS[:3]}
            for side, end in (("up", highest), ("down", lowest))}  # fmt: skip


def _experience(side: str, colour: str, extreme: Sequence[Any], known: int, language: str) -> str:
    year, value = int(extreme[0]), words.number(float(extreme[1]), 1, language)
    word, vi = phrase(vocabulary.EXPERIENCE, colour, language), language == "vi"
    most = ("cao nhất" if side == "up" else "thấp nhất") if vi else ("highest" if side == "up" else "lowest")
    few = "" if known >= FEW_YEARS else (f"; chỉ có {known} năm số liệu" if vi else f"; only {known} years known")
    if vi:
        return f"{word}: cùng cơ sở là {{reach}}; {most} cả nước từng có {value} (năm {year}){few}"
    return f"{word}: {{reach}} with the baseline; the nation's {most} on record is {value} ({year}){few}"


def _groups(levers: Sequence[dict[str, Any]]) -> list[dict[str, Any]]:
    """Levers in use first; two views of one revenue apart; those off by default in a group of their own that starts folded."""
    found: dict[tuple[bool, str], list[dict[str, Any]]] = {}
    for lever in levers:
        found.setdefault((not lever["on"], lever["view"]), []).append(lever)
    return [{"folded": folded, "name": VIEWS.get(view), "levers": found[folded, view]} for folded, view in sorted(found, key=lambda key: key[0])]


def _presets(table: pd.DataFrame, usable: set[str]) -> list[dict[str, Any]]:
    found: dict[str, dict[str, Any]] = {}
    for row in words.rows_of(table):
        entry = found.setdefault(str(row["scenario"]), {"id": str(row["scenario"]), "name": Text(row["name_vi"], row["name_en"]), "pushes": {}})
        if row["lever"] in usable:
            entry["pushes"].setdefault(row["lever"], []).append([int(row["first"]), int(row["last"] or 9999), float(row["value"])])
    return list(found.values())


def _target(row: Mapping[str, Any]) -> dict[str, Any]:
    numbers = {name: row[name] for name in ("kind", "direction")}
    numbers |= {"id": row["target"], "value": float(row["value"]), "first": int(row["first"]), "last": int(row["last"])}
    numbers |= {"probability": float(row["probability"])}
    return {
        "id": str(row["target"]), "numbers": numbers, "document": words.short_document(row["document"]), "source": str(row["source"] or ""),
        "asked": both(lambda language: f"{words.bounded(row, language)} ({words.span_text(row['first'], row['last'])})"),
        "chance": both(lambda language: words.chance(row["probability"], language)),
    }  # fmt: skip


def _silent(row: Mapping[str, Any]) -> Text:
    """Why nothing can be tried for a target: its period is over, or its figure could not be read."""
    if row.get("value") is None:
        return Text("Chưa đọc được con số của chỉ tiêu này: chưa tính được khả năng.",
                    "The figure of this target could not be read: no chance can be given.")  # fmt: skip
    if row.get("state") == "over":
        word = both(lambda language: words.verdict(str(row["verdict"]), language))
        return Text(f"Kỳ của chỉ tiêu này đã qua ({word.vi}): làm gì thêm cũng không đổi được.",
                    f"The period of this target is over ({word.en}): nothing done now changes it.")  # fmt: skip
    return Text("Chỉ tiêu này nằm ngoài các năm mô phỏng.", "This target lies outside the simulated years.")
