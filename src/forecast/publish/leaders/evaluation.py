"""The page's section 'how far earlier forecasts were off': a sentence and a table for each indicator, and the chances."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any

from forecast.domain import Text
from forecast.publish import words
from forecast.publish.charts import reliability
from forecast.publish.published import ShownRun
from forecast.publish.words import vocabulary
from forecast.publish.words.numbers import both
from forecast.publish.words.vocabulary import phrase

FEW_ORIGINS = 8
HEAD = (
    Text("Cách dự báo", "Method"),
    Text("Số lần thử", "Origins"),
    Text("Lệch (1 = mức thay đổi bình quân một năm)", "Error (1 = an average yearly change)"),
    Text("So với giữ nguyên số cuối", "Beside repeating the last figure"),
    Text("Số thật nằm trong khoảng 80 %", "Outcomes inside the 80% band"),
)


def record(runs: Iterable[ShownRun]) -> list[dict[str, Any]]:
    """One entry per run whose methods were tried on the nation: sentence, then every method beside naive and what it says now."""
    found = []
    for run in runs:
        rows = words.rows_of(run.tables.get("methods"))
        end = max((int(row["period"]) for row in rows), default=0)
        last = [row for row in rows if int(row["period"]) == end]
        own = next((row for row in last if row["method"] == "default"), None)
        if own is None:
            continue
        found.append(
            {
                "name": both(lambda language, run=run: words.record_subject(run.summary, language)),
                "text": both(lambda language, own=own: _said(own, language)),
                "run_id": run.run_id,
                "head": (*HEAD, both(lambda language, run=run, end=end: _now_head(run, end, language))),
                "rows": [_method(row) for row in last],
            }
        )
    return found


def _now_head(run: ShownRun, end: int, language: str) -> str:
    nation = run.tables.get("nation")
    units = nation.loc[nation["quantity"] == "level", "unit"].dropna() if nation is not None else ()
    unit = words.unit_text(str(units.iloc[0]), language) if len(units) else ""
    said = f"Nay nói gì về cả nước {end}" if language == "vi" else f"Says of the nation in {end}"
    return f"{said} ({unit})" if unit else said


def _said(row: Mapping[str, Any], language: str) -> str:
    origins = int(row.get("origins") or 0)
    if origins >= FEW_ORIGINS:
        return words.skill_text(row, language)
    if language == "vi":
        return f"chưa đủ dữ liệu để xếp hạng (mới thử được {origins} lần, cần {FEW_ORIGINS})"
    return f"too few figures to rank (tried {origins} times, {FEW_ORIGINS} are needed)"


def _method(row: Mapping[str, Any]) -> tuple[Text, ...]:
    """A row of the table; where the origins are too few the scores stand, but no better or worse is said."""
    origins = int(row.get("origins") or 0)

    def beside(language: str) -> str:
        size = words.number(row.get("wis"), 2, language)
        if words.is_missing(row.get("wis")):
            return "–"
        if row["method"] == "naive":
            return size
        if origins < FEW_ORIGINS:
            return f"{size} ({'chưa đủ dữ liệu để xếp hạng' if language == 'vi' else 'too few to rank'})"
        worse = float(row["wis"]) > 1.0
        word = ("kém hơn" if worse else "tốt hơn") if language == "vi" else ("worse" if worse else "better")
        return f"{size} ({word})"

    def held(language: str) -> str:
        return "–" if words.is_missing(row.get("coverage80")) else words.percent(100 * float(row["coverage80"]), language, 0)

    def now(language: str) -> str:
        low, middle, high = (words.number(row[name], 1, language) for name in ("low", "median", "high"))
        return f"{middle} ({low}–{high})"

    return (
        both(lambda language: phrase(vocabulary.METHODS, row["method"], language)),
        both(lambda language: words.number(origins, 0, language)),
        both(lambda language: words.number(row.get("mase"), 2, language)),
        both(beside),
        both(held),
        both(now),
    )


def chances(runs: Iterable[ShownRun]) -> list[dict[str, Any]]:
    """Whether the chances came true on the nation's past, from the evaluation run; said to be too few where they are."""
    found = []
    for run in runs:
        table = run.tables.get("reliability")
        if table is None or table.empty:
            continue
        source = "+".join(dict.fromkeys(part for text in table["source"].dropna() for part in str(text).split("+")))
        if not table["judged"].astype(bool).all():
            few = Text("chưa đủ dữ liệu để xếp hạng khả năng đã nói", "too few trials to judge the chances given")
            found.append({"text": few, "run_id": run.run_id, "source": source})
            continue
        for event, rows in table.groupby("event", sort=False):
            given, came = (float((rows[name] * rows["count"]).sum() / rows["count"].sum()) for name in ("given", "happened"))
            found.append(
                {
                    "text": both(
                        lambda language, event=event, given=given, came=came, tried=int(rows["origins"].iloc[0]): (
                            f"{phrase(vocabulary.EVENTS, str(event), language)}: {reliability.verdict(given, came, language)}"
                            + (f" ({tried} lần thử)" if language == "vi" else f" ({tried} origins)")
                        )
                    ),
                    "run_id": run.run_id,
                    "source": source,
                }
            )
    return found
