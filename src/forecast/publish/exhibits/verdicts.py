"""The targets an answer is held against: what each asks for, the chance, the verdict, and what remains."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from forecast.domain import Text
from forecast.publish import words
from forecast.publish.exhibits import Exhibit, Tables, table
from forecast.publish.words import vocabulary
from forecast.publish.words.numbers import DASH
from forecast.publish.words.vocabulary import phrase


def verdict(row: Mapping[str, Any]) -> dict[str, Any]:
    """One target held against the draws, as texts; `chance`, `required` and `arrival` are None where nothing can be said."""
    over, unread, code = row.get("state") == "over", row.get("value") is None, str(row["verdict"])
    closed = over or unread
    return {
        "id": str(row["target"]),
        "name": words.row_text(row, "name"),
        "document": str(row.get("document") or ""),
        "place": words.territory_text(str(row["territory"])) + " (" + phrase(vocabulary.APPLIES, row["applies"]) + ")",
        "value": Text("chưa đọc được", "not readable") if unread else words.bounded(row),
        "span": words.span_text(row.get("first"), row["last"]),
        "over": over,
        "chance": None if closed else words.chance(row.get("probability")),
        "code": code,
        "icon": vocabulary.ICONS.get(code, "?"),
        "verdict": words.verdict(code),
        "required": None if closed else words.required_text(row),
        "arrival": None if closed else words.arrival_text(row),
        "note": words.row_text(row, "note"),
        "source": str(row.get("source") or ""),
    }


def verdicts(tables: Tables) -> Exhibit:
    """Every target with its document and territory, its chance, the verdict, the growth still required and the year of arrival."""
    rows = words.rows_of(tables.get("verdicts"))
    return table("verdicts", Text("So với chỉ tiêu", "Against the targets"), (_line(row, verdict(row)) for row in rows))


def _line(row: Mapping[str, Any], texts: Mapping[str, Any]) -> dict[Text, Text]:
    achieved = words.achieved_text(row) if texts["over"] and row["value"] is not None else DASH
    return {
        Text("Chỉ tiêu", "Target"): texts["name"] + f" – {texts['document']}",
        Text("Đặt cho", "Set for"): texts["place"],
        Text("Yêu cầu", "Asks for"): texts["value"] + f" ({texts['span']})",
        Text("Khả năng", "Chance"): texts["chance"] or DASH,
        Text("Kết luận", "Verdict"): texts["verdict"] + (". " + texts["note"] if texts["note"].vi else ""),
        Text("Còn phải tăng; đã đạt", "Needed; achieved"): texts["required"] or achieved,
        Text("Năm đạt", "Arrival"): texts["arrival"] or DASH,
    }
