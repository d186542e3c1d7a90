"""What it would take for a chance of 50, 80 or 90 %: the solutions a run recorded, in words; nothing is solved here."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from typing import Any

import pandas as pd

from forecast.domain import Text
from forecast.publish import words
from forecast.publish.words import vocabulary
from forecast.publish.words.numbers import both
from forecast.publish.words.vocabulary import phrase

MARKS = {"green": "✓", "amber": "▲", "red": "■", "none": "?"}


def needs(table: pd.DataFrame | None, targets: Sequence[Mapping[str, Any]], levers: Sequence[Mapping[str, Any]]) -> list[dict[str, Any]]:
    """One entry per thing asked for, with a way for each chance the run solved for.

    Targets that ask for the same are solved once: the solution of the first of them counts for all.
    """
    rows, found = words.rows_of(table), {}
    for target in targets:
        asks = tuple(target["numbers"][name] for name in ("kind", "direction", "value", "first", "last"))
        found.setdefault(asks, []).append(target)
    entries = []
    for same in found.values():
        aims = [target["id"] for target in same]
        mine = [row for row in rows if str(row["target"]) in aims]
        chances = sorted({float(row["chance"]) for row in mine})
        ways = [_way([row for row in mine if float(row["chance"]) == chance], levers, chance) for chance in chances]
        if ways:
            entries.append({"aims": aims, "asked": same[0]["asked"], "source": same[0]["source"], "ways": ways})
    return entries


def choices(found: Sequence[Mapping[str, Any]]) -> list[tuple[str, Text]]:
    """The chances a reader can choose among, as the page's switch takes them."""
    codes = dict.fromkeys(way["chance"] for need in found for way in need["ways"])
    return [(code, both(lambda language, code=code: words.percent(float(code), language, 0))) for code in codes]


def _way(rows: Sequence[Mapping[str, Any]], levers: Sequence[Mapping[str, Any]], chance: float) -> dict[str, Any]:
    """What gives the chance: every lever's push in words and how far that lies from experience."""
    known, first = {lever["id"]: lever for lever in levers}, rows[0]
    pushes = {row["lever"]: _up_to_step(float(row["push"]), known[row["lever"]]["numbers"]) for row in rows if row["lever"] in known}
    possible = str(first["possible"]).lower() == "true"
    moved = [row for row in rows if row["lever"] in known and abs(float(row["push"])) > 1e-9]
    lines = [_line(known[row["lever"]], pushes[row["lever"]], row) for row in moved]
    lines = lines if possible else []  # with every lever at its end there is nothing to choose from
    head = both(lambda language: _head(first, possible, chance, language))
    return {"chance": f"{100 * chance:.0f}", "head": head, "lines": lines, "pushes": pushes}


def _up_to_step(push: float, numbers: Mapping[str, Any]) -> float:
    """The push rounded away from zero to the slider's step, inside its range: what can be set reaches what was solved for."""
    steps = math.ceil(abs(push) / numbers["step"] - 1e-9)
    return min(max(math.copysign(round(steps * numbers["step"], 6), push), numbers["low"]), numbers["high"])


def _head(row: Mapping[str, Any], possible: bool, chance: float, language: str) -> str:
    asked, vi = words.percent(100 * chance, language, 0), language == "vi"
    before = words.chance(row["before"], language)
    if float(row["before"]) >= chance:
        return f"Khả năng đã từ {asked} trở lên (hiện nay {before})." if vi else f"The chance is {asked} or more already (now {before})."
    span = words.span_text(row["first"], row["last"])
    if possible:
        said = f"Để khả năng đạt lên {asked} (hiện nay {before}), mỗi năm {span} cần thêm, ngoài cơ sở:"
        return said if vi else f"For a chance of {asked} (now {before}), each year {span} takes, beyond the baseline:"
    best = words.chance(row["reached"], language)
    said = f"Không tới được {asked}: đẩy hết mọi đòn bẩy trong khoảng cho phép, khả năng cũng chỉ {best} (hiện nay {before})."
    return said if vi else f"{asked} is out of reach: with every lever at its end the chance is {best} (now {before})."


def _line(lever: Mapping[str, Any], push: float, row: Mapping[str, Any]) -> dict[str, Any]:
    def say(language: str) -> str:
        value = words.number(abs(push), lever["numbers"]["decimals"], language)
        gap = "" if language == "en" and str(lever["unit"].en).startswith("%") else " "
        sign, unit = ("+" if push > 0 else "−"), lever["unit"].in_language(language)
        return f"{lever['name'].in_language(language)}: {sign}{value}{gap}{unit}"

    colour = str(row["experience"])
    return {"push": both(say), "colour": colour, "icon": MARKS[colour], "seen": both(lambda language: _seen(row, push, language))}


def _seen(row: Mapping[str, Any], push: float, language: str) -> str:
    """Whether what the push adds up to has happened before, and the furthest the nation went on that side."""
    word = phrase(vocabulary.EXPERIENCE, str(row["experience"]), language)
    if any(row.get(name) is None for name in ("extreme_year", "extreme", "reach")):
        return word
    reach = words.number(float(row["reach"]) + push - float(row["push"]), 1, language)
    extreme, year = words.number(float(row["extreme"]), 1, language), int(row["extreme_year"])
    if language == "vi":
        return f"{word}: cùng cơ sở là {reach}, cả nước từng có {extreme} (năm {year})"
    return f"{word}: {reach} with the baseline, the nation once had {extreme} ({year})"
