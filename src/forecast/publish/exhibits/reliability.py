"""Whether the chances given came true: on the nation's past, and on other countries' series like each indicator."""

from __future__ import annotations

import pandas as pd

from forecast.columns import ENOUGH_ORIGINS
from forecast.domain import Text
from forecast.publish import words
from forecast.publish.charts import reliability
from forecast.publish.exhibits import Exhibit, Tables, table
from forecast.publish.exhibits.evaluation import TOO_FEW, share
from forecast.publish.exhibits.evidence import SOURCE, sources_of
from forecast.publish.words import vocabulary
from forecast.publish.words.vocabulary import phrase, sentence


def chances(every: pd.DataFrame | None) -> list[Text]:
    """Whether the chances given came true on the nation's past, an event a sentence; one that says so where the origins are too few."""
    if every is None or every.empty:
        return []
    if not every["judged"].astype(bool).all():
        return [Text("chưa đủ dữ liệu để xếp hạng khả năng đã nói", "too few trials to judge the chances given")]
    sentences = []
    for event, rows in every.groupby("event", sort=False):
        given, came = (float((rows[name] * rows["count"]).sum() / rows["count"].sum()) for name in ("given", "happened"))
        tried = int(rows["origins"].iloc[0])
        judged = phrase(vocabulary.EVENTS, event) + ": " + reliability.verdict(given, came)
        sentences.append(judged + Text(f" ({tried} lần thử)", f" ({tried} origins)"))
    return sentences


def chances_kept(tables: Tables) -> Exhibit:
    """The reliability diagram of the chances with a row for each event; only a sentence where the origins are too few."""
    every, title = tables["reliability"], Text("Khả năng đã nói có đúng không", "Do the chances come true")
    if every.empty or not every["judged"].astype(bool).all():
        count = int(every["origins"].max()) if len(every) else 0
        few = Text(f"Mới có {count} lần thử (cần {ENOUGH_ORIGINS}): {TOO_FEW.vi}.", f"Only {count} origins: too few to judge.")
        return Exhibit("reliability", title, few)
    return Exhibit(
        "reliability",
        title,
        head=(title,),
        rows=tuple((judged,) for judged in chances(every)),
        chart=lambda width, _: reliability.reliability_chart(every, width=width),
        size=(300, 300),
    )


def others(every: pd.DataFrame | None) -> list[tuple[str, Text]]:
    """(indicator, how the kit's bands and chances did on other countries' series like it); the reference class beside its own record."""
    return [
        (
            str(row["indicator"]),
            sentence("other_countries", held=words.percent(100 * row["held80"], 0), judged=reliability.verdict(row["given"], row["happened"]),
                     name=words.row_text(row, "name"), **{name: words.number(row[name], 0) for name in ("windows", "countries", "years")}),
        )
        for row in words.rows_of(every)
    ]  # fmt: skip


def reference(tables: Tables) -> Exhibit:
    """The reference class of each indicator, a row each."""
    lines = (
        {
            Text("Chuỗi so sánh", "Compared series"): words.row_text(row, "name"),
            Text("Số nước", "Countries"): words.number(row["countries"], 0),
            Text("Số lần thử", "Windows"): words.number(row["windows"], 0),
            Text("Trong khoảng 80 %", "Inside the 80% band"): share(row["held80"]),
            Text("Mức giữa lệch (%/năm)", "Median off (% a year)"): words.number(row["bias"], 1),
            Text("“Năm nào cũng tăng”: đã nói, đã xảy ra", "“In every year”: said, happened"): share(row["given"]) + ", " + share(row["happened"]),
            SOURCE: sources_of(row),
        }
        for row in words.rows_of(tables["reference"])
    )
    return table("reference", Text("Ở các nước khác", "In other countries"), lines)
