"""The page's section 'how far earlier forecasts were off': a sentence and a table for each indicator, and the chances."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from typing import Any

from forecast.columns import ENOUGH_ORIGINS
from forecast.domain import Text
from forecast.publish import words
from forecast.publish.charts import reliability
from forecast.publish.exhibits import Exhibit, outlook
from forecast.publish.published import PublishedRun
from forecast.publish.words import vocabulary
from forecast.publish.words.numbers import DASH
from forecast.publish.words.vocabulary import phrase

HEAD = (
    Text("Cách dự báo", "Method"),
    Text("Số lần thử", "Origins"),
    Text("Lệch (1 = mức thay đổi bình quân một năm)", "Error (1 = an average yearly change)"),
    Text("So với giữ nguyên số cuối", "Beside repeating the last figure"),
    Text("Số thật nằm trong khoảng 80 %", "Outcomes inside the 80% band"),
)


def tried(run: PublishedRun) -> Exhibit | None:
    """How the kit's way did on the nation's past, and every method with what it says now; None where none was tried."""
    rows = words.rows_of(run.tables.get("methods"))
    end = max((int(row["period"]) for row in rows), default=0)
    last = [row for row in rows if int(row["period"]) == end]
    own = next((row for row in last if row["method"] == "default"), None)
    if own is None:
        return None
    now, unit = Text(f"Nay nói gì về cả nước {end}", f"Says of the nation in {end}"), outlook.nation_unit(run.tables)
    head = (*HEAD, now + " (" + words.unit_text(unit) + ")" if unit else now)
    return Exhibit("tried", words.record_subject(run.summary), _skill(own), head, tuple(_method(row) for row in last))


def _skill(own: Mapping[str, Any]) -> Text:
    origins = int(own.get("origins") or 0)
    if origins >= ENOUGH_ORIGINS:
        return words.skill_text(own)
    return Text(
        f"chưa đủ dữ liệu để xếp hạng (mới thử được {origins} lần, cần {ENOUGH_ORIGINS})",
        f"too few figures to rank (tried {origins} times, {ENOUGH_ORIGINS} are needed)",
    )


def _method(row: Mapping[str, Any]) -> tuple[Text, ...]:
    low, middle, high = (words.number(row[name], 1) for name in ("low", "median", "high"))
    covered = row.get("coverage80")
    return (
        phrase(vocabulary.METHODS, row["method"]),
        words.number(int(row.get("origins") or 0), 0),
        words.number(row.get("mase"), 2),
        _beside_naive(row),
        DASH if covered is None else words.percent(100 * float(covered), 0),
        middle + " (" + low + "–" + high + ")",
    )


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
        table = run.tables.get("reliability")
        if table is None or table.empty:
            continue
        if not table["judged"].astype(bool).all():
            yield run.run_id, Text("chưa đủ dữ liệu để xếp hạng khả năng đã nói", "too few trials to judge the chances given")
            continue
        for event, rows in table.groupby("event", sort=False):
            given, came = (float((rows[name] * rows["count"]).sum() / rows["count"].sum()) for name in ("given", "happened"))
            origins = int(rows["origins"].iloc[0])
            verdict = reliability.verdict(given, came) + Text(f" ({origins} lần thử)", f" ({origins} origins)")
            yield run.run_id, phrase(vocabulary.EVENTS, event) + ": " + verdict
