"""Where the province stands among its neighbours: its places in the country and its region, and every neighbour beside them."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import replace
from typing import Any

import pandas as pd

from forecast.domain import Text
from forecast.headline import NATION
from forecast.publish import words
from forecast.publish.exhibits import Exhibit, Summary, table
from forecast.publish.words import vocabulary
from forecast.publish.words.numbers import DASH
from forecast.publish.words.vocabulary import phrase, sentence

Rows = Sequence[dict[str, Any]]


def neighbours(recorded: pd.DataFrame | None, summary: Summary) -> list[Exhibit]:
    """One exhibit per group, the region first: the province's places in words; every member beside it where half of them answer."""
    rows = words.rows_of(recorded) if recorded is not None else []
    named = dict.fromkeys(row["group"] for row in rows)
    ordered = sorted(named, key=lambda group: group == NATION)
    exhibits = [_group([row for row in rows if row["group"] == group], str(summary["territory"])) for group in ordered]
    if ordered == [NATION] and exhibits[0].rows:
        exhibits[0] = replace(exhibits[0], sentence=exhibits[0].sentence + " " + sentence("neighbours_no_region"))
    return exhibits


def _group(rows: Rows, territory: str) -> Exhibit:
    group, members = rows[0]["group"], int(rows[0]["members"])
    title = sentence("neighbours_title", group=words.territory_text(group), members=members)
    own = [row for row in rows if row["territory"] == territory]
    ranked = [row for row in own if row["rank_low"] is not None]
    if not ranked:
        return Exhibit("neighbours", title, sentence("neighbours_none", answered=int(rows[0]["answered"]), members=members))
    sentences = [_place(row) for row in ranked]
    if missing := members - int(rows[0]["answered"]):
        sentences.append(sentence("neighbours_missing", missing=missing, members=members))
    if "unnamed" in {row["basis"] for row in own}:
        sentences.append(sentence("neighbours_unnamed"))
    return table("neighbours", title, _lines(rows), Text.joined([*sentences, sentence("neighbours_how")], " "))


def _place(row: dict[str, Any]) -> Text:
    """The band of one place: 'Mức năm 2025: 128,7 triệu đồng/lao động (122,8–135,0), đứng thứ 6 đến 7 trên 11.'"""
    low, high = int(row["rank_low"]), int(row["rank_high"])
    value = words.in_band(row, row["unit"])
    told = {"what": _what(row), "low": low, "members": int(row["members"]), "value": value}
    return sentence("neighbours_place", high=high, **told) if low < high else sentence("neighbours_place_one", **told)


def _what(row: dict[str, Any]) -> Text:
    if row["quantity"] == "growth_average":
        return sentence("neighbours_growth", span=words.span_text(row["first"], row["last"]))
    return sentence("neighbours_level", year=int(row["last"]))


def _lines(rows: Rows) -> Iterable[dict[Text, Text]]:
    """One line per member, the greatest by what is compared first; those without an answer at the end, with the reason."""
    first = (rows[0]["quantity"], rows[0]["last"])
    members = sorted(
        (row for row in rows if (row["quantity"], row["last"]) == first), key=lambda row: (row["median"] is None, -(row["median"] or 0.0))
    )
    for member in members:
        line = {Text("Tỉnh, thành phố", "Province"): words.row_text(member, "name")}
        for row in (row for row in rows if row["territory"] == member["territory"]):
            line[_what(row) + " (" + words.unit_text(row["unit"]) + ")"] = DASH if row["median"] is None else words.number(row["median"], 1)
            line[sentence("neighbours_rank", what=_what(row))] = _ranks(row)
        yield line | {Text("Căn cứ", "Rests on"): _grounds(member)}


def _ranks(row: dict[str, Any]) -> Text:
    if row["rank_low"] is None:
        return DASH
    return Text.same(words.span_text(int(row["rank_low"]), int(row["rank_high"])))


def _grounds(row: dict[str, Any]) -> Text:
    """What the answer rests on; of a province without one that no figure of it is known (the record keeps the whole reason)."""
    return phrase(vocabulary.GROUNDS, row["basis"] or "nothing")
