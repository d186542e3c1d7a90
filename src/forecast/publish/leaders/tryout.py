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

from forecast import headline
from forecast.columns import ENOUGH_YEARS
from forecast.domain import Text
from forecast.policy.outlooks import own_targets
from forecast.publish import words
from forecast.publish.leaders import solutions
from forecast.publish.published import PublishedRun
from forecast.publish.words import vocabulary
from forecast.publish.words.numbers import NOTHING
from forecast.publish.words.vocabulary import phrase, sentence

NEEDED = ("paths", "levers", "presets")
COLOURS = ("green", "amber", "red")
LETTERS = bytes.maketrans(b"&<>", b",.:")  # base 85 without what would end a script
SHARED = ("already_reached", "takes", "out_of_reach")  # sentences that the page's script fills in too
Row = Mapping[str, Any]


def panel(run: PublishedRun) -> dict[str, Any] | None:
    """What the template shows of a run that can be tried out, or None where the run recorded nothing to try."""
    facts = run.summary.get("tryout")
    if not facts or not facts.get("anchored") or any(name not in run.tables for name in NEEDED):
        return None
    paths, verdicts = run.tables["paths"], words.rows_of(run.tables.get("verdicts"))
    levers = [_lever(row) for row in words.rows_of(run.tables["levers"]) if _usable(row, facts)]
    targets = [_target(row) for row in verdicts if _open(row, paths)]
    needs = solutions.needs(run.tables.get("solutions"), targets, levers)
    content = {
        "groups": _groups(levers),
        "presets": _presets(run.tables["presets"], {lever["id"] for lever in levers}),
        "targets": targets,
        "needs": needs,
        "silent": {str(row["target"]): _silent(row) for row in verdicts if not _open(row, paths)},
        "chances": solutions.choices(needs),
        "example": _askable(run).example,
    }
    size = words.number(len(paths), 0)
    return content | {"first": facts["first"], "last": facts["last"], "paths": size, "facts": _facts(run, levers, content)}


def _facts(run: PublishedRun, levers: Sequence[Row], content: Row) -> dict[str, Any]:
    """What the page's own arithmetic starts from; a Text travels as a pair."""
    forecast, facts = run.tables["forecast"], run.summary["tryout"]
    unit = str(forecast["unit"][forecast["quantity"] == "level"].iloc[0])
    return {name: facts[name] for name in ("first", "last", "known_to", "elasticity", "ict_effect", "split")} | _draws(run.tables["paths"]) | {
        "indicator": run.indicator,
        "unit": unit,
        "levers": [lever["numbers"] for lever in levers],
        "presets": {preset["id"]: preset["pushes"] for preset in content["presets"]},
        "targets": [target["numbers"] for target in content["targets"]],
        "silent": content["silent"],
        "unit_names": words.unit_text(unit),
        "askable": _askable(run).facts,
        "sentences": {**vocabulary.PAGE_SENTENCES, **{code: vocabulary.SENTENCES[code] for code in SHARED}},
    }  # fmt: skip


def _askable(run: PublishedRun) -> own_targets.Askable:
    """What a reader may ask of the draws that the page holds."""
    facts, years = run.summary["tryout"], tuple(int(name[1:]) for name in run.tables["paths"] if name != "path")
    return own_targets.askable(headline.registered().studies[run.indicator], years, facts["known_to"], facts["first"], facts["last"])


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


def _usable(row: Row, facts: Row) -> bool:
    needs_weights = str(row["id"]).startswith("digitalisation_") or row["id"] == "structure_services"
    return not needs_weights or facts["split"]["weights"] is not None


def _open(row: Row, paths: pd.DataFrame) -> bool:
    years = {int(name[1:]) for name in paths if name != "path"}
    base = {"level": [], "growth_average": [row["first"]], "growth_each_year": range(int(row["first"]), int(row["last"]) + 1)}
    needed = {int(row["last"]), *(int(year) - 1 for year in base.get(row["kind"], []))}
    return row["state"] == "open" and row["value"] is not None and row.get("probability") is not None and needed <= years


def _lever(row: Row) -> dict[str, Any]:
    band, lowest, highest = (json.loads(row[f"record_{name}"]) if row.get(f"record_{name}") else None for name in ("band", "lowest", "highest"))
    years = len(json.loads(row["record_years"])) if row.get("record_years") else 0
    decimals = max(0, -math.floor(math.log10(float(row["step"]))))
    unit = words.unit_text(str(row["unit"]))
    spread = row.get("record_sd") or (float(row["high"]) - float(row["low"])) / 4.0  # the unit of effort, as policy.scenarios.solver has it
    on = str(row["on"]).lower() == "true"
    numbers = {name: float(row[name]) for name in ("low", "high", "step")} | {
        "name": words.row_text(row, "name"), "helps": row["helps"], "moves": on and row["control"] == "province", "spread": float(spread),
        "id": row["id"], "view": row.get("view") or "", "baseline": row.get("baseline"), "band": band, "lowest": lowest, "highest": highest,
        "decimals": decimals, "unit": unit, "colours": _colours(row.get("baseline"), lowest, highest, years),
    }  # fmt: skip
    return {
        "id": row["id"], "view": numbers["view"], "on": on, "numbers": numbers, "unit": unit,
        "low": words.number(numbers["low"], decimals), "high": words.number(numbers["high"], decimals),
        "name": words.row_text(row, "name"), "reason": words.row_text(row, "reason"),
        "term": vocabulary.TERMS.get(str(row["id"])),
        "rating": phrase(vocabulary.RATINGS, row["rating"]), "code": str(row["rating"]), "source": str(row.get("source") or ""),
    }  # fmt: skip


def _colours(baseline: Any, lowest: Any, highest: Any, years: int) -> dict[str, dict[str, Text]]:
    """What is said beside a slider by the side it is pushed to and its colour, {reach} left for the page."""
    if baseline is None or not lowest or not highest:
        return {side: {"none": phrase(vocabulary.EXPERIENCE, "none")} for side in ("up", "down")}
    ends = {"up": (Text("cao nhất", "highest"), highest), "down": (Text("thấp nhất", "lowest"), lowest)}
    return {side: {colour: _experience(colour, *end, years) for colour in COLOURS} for side, end in ends.items()}


def _experience(colour: str, most: Text, extreme: Sequence[Any], years: int) -> Text:
    year, value, word = int(extreme[0]), words.number(float(extreme[1]), 1), phrase(vocabulary.EXPERIENCE, colour)
    few = NOTHING if years >= ENOUGH_YEARS else Text(f"; chỉ có {years} năm số liệu", f"; only {years} years known")
    return word + sentence("pushed_to", most=most, value=value, year=year) + few


def _groups(levers: Sequence[dict[str, Any]]) -> list[dict[str, Any]]:
    """Levers in use first; two views of one revenue apart; those off by default in a group of their own that starts folded."""
    groups: dict[tuple[bool, str], list[dict[str, Any]]] = {}
    for lever in levers:
        groups.setdefault((not lever["on"], lever["view"]), []).append(lever)
    order = sorted(groups, key=lambda group: group[0])
    return [{"folded": folded, "name": vocabulary.VIEWS.get(view), "levers": groups[folded, view]} for folded, view in order]


def _presets(table: pd.DataFrame, usable: set[str]) -> list[dict[str, Any]]:
    presets: dict[str, dict[str, Any]] = {}
    for row in words.rows_of(table):
        preset = presets.setdefault(str(row["scenario"]), {"id": str(row["scenario"]), "name": words.row_text(row, "name"), "pushes": {}})
        if row["lever"] in usable:
            preset["pushes"].setdefault(row["lever"], []).append([int(row["first"]), int(row["last"] or 9999), float(row["value"])])
    return list(presets.values())


def _target(row: Row) -> dict[str, Any]:
    numbers = {name: row[name] for name in ("kind", "direction")}
    numbers |= {"id": row["target"], "value": float(row["value"]), "first": int(row["first"]), "last": int(row["last"])}
    numbers |= {"probability": float(row["probability"])}
    return {
        "id": str(row["target"]), "numbers": numbers, "document": words.short_document(row["document"]), "source": str(row["source"] or ""),
        "asked": words.bounded(row) + f" ({words.span_text(row['first'], row['last'])})", "chance": words.chance(row["probability"]),
    }  # fmt: skip


def _silent(row: Row) -> Text:
    """Why nothing can be tried for a target: its period is over, or its figure could not be read."""
    if row.get("value") is None:
        return sentence("unread_target")
    if row.get("state") == "over":
        return sentence("over_target", word=words.verdict(str(row["verdict"])))
    return Text("Chỉ tiêu này nằm ngoài các năm mô phỏng.", "This target lies outside the simulated years.")
