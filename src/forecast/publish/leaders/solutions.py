"""What it would take for a chance of 50, 80 or 90 %: the solutions a run recorded, in words; nothing is solved here."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from typing import Any

import pandas as pd

from forecast.domain import Text
from forecast.publish import words
from forecast.publish.words import vocabulary
from forecast.publish.words.vocabulary import phrase, sentence

MARKS = {"green": "✓", "amber": "▲", "red": "■", "none": "?"}
ASKS = ("kind", "direction", "value", "first", "last")  # targets that agree in these ask for the same
Row = Mapping[str, Any]


def needs(table: pd.DataFrame | None, targets: Sequence[Row], levers: Sequence[Row]) -> list[dict[str, Any]]:
    """One entry per thing asked for, with a way for each chance the run solved for.

    Targets that ask for the same are solved once: the solution of the first of them counts for all.
    """
    same: dict[tuple, list[Row]] = {}
    for target in targets:
        same.setdefault(tuple(target["numbers"][name] for name in ASKS), []).append(target)
    rows, by_id = words.rows_of(table), {lever["id"]: lever for lever in levers}
    entries = []
    for first, *others in same.values():
        aims = [target["id"] for target in (first, *others)]
        solved = [row for row in rows if str(row["target"]) in aims]
        chances = sorted({float(row["chance"]) for row in solved})
        ways = [_way([row for row in solved if float(row["chance"]) == chance], by_id, chance) for chance in chances]
        if ways:
            entries.append({"aims": aims, "asked": first["asked"], "source": first["source"], "ways": ways})
    return entries


def choices(entries: Sequence[Row]) -> list[tuple[str, Text]]:
    """The chances a reader can choose among, as the page's switch takes them; the usual ones where a run solved for none."""
    codes = dict.fromkeys(way["chance"] for entry in entries for way in entry["ways"]) or ("50", "80", "90")
    return [(code, words.percent(float(code), 0)) for code in codes]


def _way(rows: Sequence[Row], levers: Mapping[str, Row], chance: float) -> dict[str, Any]:
    """What gives the chance: every lever's push in words and how far that lies from experience."""
    possible = str(rows[0]["possible"]).lower() == "true"
    usable = [row for row in rows if row["lever"] in levers]
    pushes = {row["lever"]: _up_to_step(float(row["push"]), levers[row["lever"]]["numbers"]) for row in usable}
    moved = [row for row in usable if possible and abs(float(row["push"])) > 1e-9]  # with all at their ends there is nothing to choose
    lines = [_line(levers[row["lever"]], pushes[row["lever"]], row) for row in moved]
    return {"chance": f"{100 * chance:.0f}", "head": _head(rows[0], possible, chance), "lines": lines, "pushes": pushes}


def _up_to_step(push: float, numbers: Row) -> float:
    """The push rounded away from zero to the slider's step, inside its range: what can be set reaches what was solved for."""
    steps = math.ceil(abs(push) / numbers["step"] - 1e-9)
    return min(max(math.copysign(round(steps * numbers["step"], 6), push), numbers["low"]), numbers["high"])


def _head(row: Row, possible: bool, chance: float) -> Text:
    asked, before = words.percent(100 * chance, 0), words.chance(row["before"])
    if float(row["before"]) >= chance:
        return sentence("already_reached", asked=asked, before=before)
    if possible:
        span = words.span_text(row["first"], row["last"])
        return sentence("takes", asked=asked, before=before, span=span)
    best = words.chance(row["reached"])
    return sentence("out_of_reach", asked=asked, best=best, before=before)


def _line(lever: Row, push: float, row: Row) -> dict[str, Any]:
    size, unit = words.number(abs(push), lever["numbers"]["decimals"]), lever["unit"]
    gap = Text(" ", "" if unit.en.startswith("%") else " ")
    pushed, colour = lever["name"] + (": +" if push > 0 else ": −") + size + gap + unit, str(row["experience"])
    return {"push": pushed, "colour": colour, "icon": MARKS[colour], "seen": _seen(row, push)}


def _seen(row: Row, push: float) -> Text:
    """Whether what the push adds up to has happened before, and the furthest the nation went on that side."""
    word = phrase(vocabulary.EXPERIENCE, row["experience"])
    if any(row.get(name) is None for name in ("extreme_year", "extreme", "reach")):
        return word
    reach = words.number(float(row["reach"]) + push - float(row["push"]), 1)
    extreme, year = words.number(float(row["extreme"]), 1), int(row["extreme_year"])
    return word + sentence("seen_before", reach=reach, extreme=extreme, year=year)
