"""The page's section 'how far earlier forecasts were off': a sentence and a table for each indicator, and the chances."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from typing import Any

from forecast.columns import ENOUGH_ORIGINS
from forecast.domain import Text
from forecast.publish import words
from forecast.publish.charts import reliability
from forecast.publish.exhibits import Exhibit, outlook, table
from forecast.publish.published import PublishedRun
from forecast.publish.words import vocabulary
from forecast.publish.words.numbers import DASH
from forecast.publish.words.vocabulary import phrase


def tried(run: PublishedRun) -> Exhibit | None:
    """How the kit's way did on the nation's past, and every method with what it says now; None where none was tried."""
    rows = words.rows_of(run.tables.get("methods"))
    end = max((int(row["period"]) for row in rows), default=0)
    last = [row for row in rows if int(row["period"]) == end]
    own = next((row for row in last if row["method"] == "default"), None)
    if own is None:
        return None
    now, unit = Text(f"Nay nói gì về cả nước {end}", f"Says of the nation in {end}"), outlook.nation_unit(run.tables)
    now = now + " (" + words.unit_text(unit) + ")" if unit else now
    lines = [
        {
            Text("Cách dự báo", "Method"): phrase(vocabulary.METHODS, row["method"]),
            Text("Số lần thử", "Origins"): words.number(int(row.get("origins") or 0), 0),
            Text("Lệch (1 = mức thay đổi bình quân một năm)", "Error (1 = an average yearly change)"): words.number(row.get("mase"), 2),
            Text("So với giữ nguyên số cuối", "Beside repeating the last figure"): _beside_naive(row),
            Text("Số thật nằm trong khoảng 80 %", "Outcomes inside the 80% band"): _covered(row),
            now: words.number(row["median"], 1) + " (" + words.number(row["low"], 1) + "–" + words.number(row["high"], 1) + ")",
        }
        for row in last
    ]
    return table("tried", words.record_subject(run.summary), lines, _skill(own))


def _skill(own: Mapping[str, Any]) -> Text:
    origins = int(own.get("origins") or 0)
    if origins >= ENOUGH_ORIGINS:
        return words.skill_text(own)
    return Text(
        f"chưa đủ dữ liệu để xếp hạng (mới thử được {origins} lần, cần {ENOUGH_ORIGINS})",
        f"too few figures to rank (tried {origins} times, {ENOUGH_ORIGINS} are needed)",
    )


def _covered(row: Mapping[str, Any]) -> Text:
    return DASH if row.get("coverage80") is None else words.percent(100 * float(row["coverage80"]), 0)


def _beside_naive(row: Mapping[str, Any]) -> Text:
    """The score beside that of the last figure repeated; where the origins are too few no better or worse is said."""
    score = words.number(row.get("wis"), 2)
    if row.get("wis") is None or row["method"] == "naive":
        return score
    if int(row.get("origins") or 0) < ENOUGH_ORIGINS:
        return score + Text(" (chưa đủ dữ liệu để xếp hạng)", " (too few to rank)")
    return score + (Text(" (kém hơn)", " (worse)") if float(row["wis"]) > 1.0 else Text(" (tốt hơn)", " (better)"))


def chances(runs: Iterable[PublishedRun]) -> Iterator[tuple[str, Text]]:
    """(run, whether its chances came true on the nation's past), of evaluation runs; said to be too few where they are."""
    for run in runs:
        judged = run.tables.get("reliability")
        if judged is None or judged.empty:
            continue
        if not judged["judged"].astype(bool).all():
            yield run.run_id, Text("chưa đủ dữ liệu để xếp hạng khả năng đã nói", "too few trials to judge the chances given")
            continue
        for event, rows in judged.groupby("event", sort=False):
            given, came = (float((rows[name] * rows["count"]).sum() / rows["count"].sum()) for name in ("given", "happened"))
            origins = int(rows["origins"].iloc[0])
            verdict = reliability.verdict(given, came) + Text(f" ({origins} lần thử)", f" ({origins} origins)")
            yield run.run_id, phrase(vocabulary.EVENTS, event) + ": " + verdict
