"""What changed a published number, in words: printed parts that sum to the printed change."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from typing import Any

from forecast.domain import Text
from forecast.publish.words import vocabulary
from forecast.publish.words.numbers import MONEY, amount, chance, number
from forecast.publish.words.vocabulary import phrase, sentence

Row = Mapping[str, Any]
NOUGHT = 1e-9  # a part this small is rounding noise


def parts_in_print(start: float, changes: Sequence[float], decimals: int) -> list[float]:
    """`changes` rounded to `decimals` so that they sum to the change between the printed start and the printed end.

    Largest remainders: each is cut to its lower digit, and what then lacks goes to those cut most; a part of nought stays nought.
    """
    unit, moved = 10.0**-decimals, [change if abs(change) > NOUGHT else 0.0 for change in changes]
    printed = [_units(value, decimals) for value in (start, start + math.fsum(changes))]
    cut = [math.floor(change / unit + 1e-9) for change in moved]
    lacking = printed[1] - printed[0] - sum(cut)
    order = sorted(range(len(moved)), key=lambda part: cut[part] - moved[part] / unit)
    for part in [part for part in order if moved[part]][:lacking]:
        cut[part] += 1
    return [part * unit for part in cut]


def _units(value: float, decimals: int) -> int:
    """How many of the last printed digit the printed number holds."""
    text = number(value, decimals).en.replace(",", "").replace("−", "-")
    return round(float(text) * 10**decimals)


def changed_text(rows: Sequence[Row], since: Text) -> Text:
    """One sentence on the answer of `rows` (of one indicator, territory and measure): from what to what, and the parts."""
    outcome = [row for row in rows if row["quantity"] == "outcome"]
    if not outcome:
        return sentence("changes_other", since=since)
    start, end = float(outcome[0]["start"]), float(outcome[-1]["end"])
    unit = str(outcome[0]["unit"])
    ends, listed = (amount(start, unit), amount(end, unit)), _parts(outcome, unit)
    likely = _chances([row for row in rows if row["quantity"] == "probability"])
    if not listed.vi:
        return sentence("changes_none", since=since, value=ends[1]) + likely
    return sentence("changes", since=since, before=ends[0], after=ends[1], parts=listed) + likely


def _parts(rows: Sequence[Row], unit: str) -> Text:
    """The parts as printed, those of nought left out; nothing where the number is the same and so are its parts."""
    start, changes = float(rows[0]["start"]), [float(row["change"]) for row in rows]
    divisor, decimals, name = 1.0, 1, Text("", "")
    if unit == "vnd_bn":
        size = max(abs(start), abs(start + math.fsum(changes)))
        divisor, decimals, name = next((scale for scale in MONEY if round(size / scale[0], scale[1]) >= 1), MONEY[-1])
    printed = parts_in_print(start / divisor, [change / divisor for change in changes], decimals)
    pairs = [(phrase(vocabulary.NEWS, row["part"]), size) for row, size in zip(rows, printed, strict=True) if abs(size) > 1e-9]
    return Text.joined((name_ + " " + _signed(size, decimals) for name_, size in pairs), "; ") + (" " + name if pairs and name.vi else "")


def _signed(value: float, decimals: int) -> Text:
    text = number(value, decimals)
    return "+" + text if value > 0 else text


def _chances(rows: Sequence[Row]) -> Text:
    """The chance of the headline's target before and now, where both can be said and read differently."""
    if not rows:
        return Text("", "")
    before, after = chance(float(rows[0]["start"])), chance(float(rows[-1]["end"]))
    return sentence("changes_chance_same", after=after) if before == after else sentence("changes_chance", before=before, after=after)
