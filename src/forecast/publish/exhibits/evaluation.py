"""How far earlier forecasts were off: every method beside naive, every origin, days before a figure was known, hidden figures."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

import pandas as pd

from forecast.columns import ENOUGH_ORIGINS
from forecast.domain import Text
from forecast.publish import words
from forecast.publish.charts import nation
from forecast.publish.exhibits import Exhibit, Summary, Tables, table
from forecast.publish.exhibits.evidence import SOURCE, sources_of
from forecast.publish.exhibits.outlook import BAND, MIDDLE, YEAR, nation_unit
from forecast.publish.words import vocabulary
from forecast.publish.words.numbers import DASH, NOTHING
from forecast.publish.words.vocabulary import phrase, sentence

Row = Mapping[str, Any]
TOO_FEW = Text("chưa đủ dữ liệu để xếp hạng", "too few to rank")
SERIES, METHOD, ORIGINS = Text("Chuỗi", "Series"), Text("Cách dự báo", "Method"), Text("Số lần thử", "Origins")
FORECAST, LATER, INSIDE = Text("Dự báo", "Forecast"), Text("Công bố sau", "Published later"), Text("Trong khoảng", "Inside")
FORECAST_ON, WORSE = Text("Ngày dự báo", "Forecast on"), Text("kém hơn", "worse")
YES, NO = Text("có", "yes"), Text("không", "no")


def series_of(row: Row) -> Text:
    """The indicator of a row with who measures it."""
    return words.indicator_text(row["indicator"]) + " (" + words.measure_text(row["measure"]) + ")"


def ends(low: Any, high: Any, decimals: int = 2) -> Text:
    """The two ends of a band, kept on one line."""
    return words.number(low, decimals) + "\u00a0–\u2060\u00a0" + words.number(high, decimals)


def record(tables: Tables, summary: Summary) -> Exhibit | None:
    """Every method tried on the nation's past beside naive and what it says now; None where the kit's own was not tried."""
    rows = words.rows_of(tables.get("methods"))
    end = max((int(row["period"]) for row in rows), default=0)
    last = [row for row in rows if int(row["period"]) == end]
    own = next((row for row in last if row["method"] == "default"), None)
    if own is None:
        return None
    unit = nation_unit(tables)
    now = Text(f"Nay nói gì về cả nước {end}", f"Says of the nation in {end}") + (" (" + words.unit_text(unit) + ")" if unit else "")
    lines = (
        {
            METHOD: phrase(vocabulary.METHODS, row["method"]),
            ORIGINS: words.number(int(row.get("origins") or 0), 0),
            Text("Lệch (1 = mức thay đổi bình quân một năm)", "Error (1 = an average yearly change)"): words.number(row.get("mase"), 2),
            Text("So với giữ nguyên số cuối", "Beside repeating the last figure"): _beside_naive(row),
            Text("Số thật nằm trong khoảng 80 %", "Outcomes inside the 80% band"): share(row.get("coverage80")),
            now: words.number(row["median"], 1) + " (" + words.number(row["low"], 1) + "–" + words.number(row["high"], 1) + ")",
        }
        for row in last
    )
    return table("record", words.record_subject(summary), lines, _skill(own))


def share(part: Any) -> Text:
    """A part of one in percent, a dash where there is none."""
    return DASH if words.is_missing(part) else words.percent(100 * float(part), 0)


def _skill(row: Row) -> Text:
    origins = int(row.get("origins") or 0)
    if origins >= ENOUGH_ORIGINS:
        return words.skill_text(row)
    return sentence("too_few_origins", origins=origins, needed=ENOUGH_ORIGINS)


def _beside_naive(row: Row) -> Text:
    """The score beside naive; where the origins are too few the score stands, but no better or worse is said."""
    if words.is_missing(row.get("wis")) or row["method"] == "naive":
        return words.number(row.get("wis"), 2)
    judged = WORSE if float(row["wis"]) > 1.0 else Text("tốt hơn", "better")
    return words.number(row["wis"], 2) + " (" + (judged if int(row.get("origins") or 0) >= ENOUGH_ORIGINS else TOO_FEW) + ")"


def nowcasts(tables: Tables) -> Exhibit:
    """How far the nation's output growth of a year was off by the months known of it, each year from those before it alone."""
    lines = (
        {
            Text("Số tháng đã biết", "Months known"): words.number(3 * row["quarters"], 0),
            Text("Số năm thử", "Years tried"): words.number(row["years"], 0),
            Text("Lệch bình quân (điểm)", "Mean error (points)"): words.number(row["error"], 2),
            Text("Trong khoảng 80 %", "Inside the 80% band"): share(row["coverage80"]) if row["judged"] else TOO_FEW,
            SOURCE: sources_of(row),
        }
        for row in words.rows_of(tables["nowcasts"])
    )
    return table("nowcasts", Text("Ước cả năm từ các tháng đầu", "A year from its first months"), lines)


def tried(tables: Tables) -> Exhibit:
    """How far the kit's own way was off on each series, as a chart."""
    return Exhibit(
        "backtest",
        Text("Sai số của từng chuỗi", "The error on each series"),
        chart=lambda width, _: nation.backtest_chart(tables["backtest"], width=width),
        size=(480, 0),
    )


def backtests(tables: Tables) -> Iterator[Exhibit]:
    """Series by series every method beside naive; ranked by WIS only where the origins are enough."""
    for rows in _groups(tables["backtest"]):
        some_ranked = any(row["rankable"] for row in rows)
        lines = (_backtest_line(row, some_ranked) for row in sorted(rows, key=_order))
        yield table("backtest", series_of(rows[0]), lines, ranking(rows))


def _groups(every: pd.DataFrame) -> Iterator[list[dict[str, Any]]]:
    for _, group in every.groupby(["indicator", "measure"], sort=False) if len(every) else ():
        yield words.rows_of(group)


def _order(row: Row) -> tuple[bool, float]:
    """Methods tried often enough first, then by their interval score."""
    return (not row["rankable"], float(row["wis"] if row["wis"] is not None else "inf"))


def _backtest_line(row: Row, some_ranked: bool) -> dict[Text, Text]:
    worse = row["wis"] is not None and float(row["wis"]) > 1.0
    ranked = {Text("Xếp hạng", "Ranking"): Text("được", "yes") if row["rankable"] else Text(TOO_FEW.vi, "too few origins to rank")}
    return {
        METHOD: phrase(vocabulary.METHODS, row["method"]),
        ORIGINS: words.number(row["origins"], 0),
        Text("Lệch", "MASE"): words.number(row["mase"], 2),
        Text("Lệch so với giữ nguyên", "MASE beside naive"): words.number(row["mase_relative"], 2),
        Text("WIS so với giữ nguyên", "WIS beside naive"): words.number(row["wis"], 2) + (" (" + WORSE + ")" if worse else ""),
        Text("Phủ 80 %", "80% coverage"): share(row["coverage80"]),
        Text("Phủ 95 %", "95% coverage"): share(row["coverage95"]),
        Text("Từ chối", "Refused"): words.number(row["refused"], 0),
        **(ranked if some_ranked else {}),
    }


def ranking(rows: list[dict[str, Any]]) -> Text:
    """Where the kit's own way stands among the methods with origins enough, or that the origins are too few to say."""
    own = next((row for row in rows if row["method"] == "default"), None)
    count = max((int(row["origins"]) for row in rows), default=0)
    if own is None or not own["rankable"]:
        return sentence("not_ranked", count=count, needed=ENOUGH_ORIGINS, few=TOO_FEW)
    ranked = sorted((row for row in rows if row["rankable"]), key=_order)
    rank, best = [row["method"] for row in ranked].index("default") + 1, phrase(vocabulary.METHODS, ranked[0]["method"])
    beside = Text("tốt hơn", "better") if float(own["wis"]) < 1.0 else Text("**kém hơn**", "worse")
    return sentence("ranked", count=count, rank=rank, ranked=len(ranked), beside=beside, best=best) + _too_wide(own)


def _too_wide(own: Row) -> Text:
    if float(own["coverage80"]) < words.TOO_WIDE:
        return NOTHING
    return sentence("wider_than_needed", share=share(own["coverage80"]))


def origins(every: pd.DataFrame, methods: tuple[str, ...] = ("default",)) -> Exhibit:
    """The default's forecasts at every origin beside what came; with the day of the forecast where there is one."""
    lines = (
        {
            SERIES: series_of(row),
            **({FORECAST_ON: words.date_text(row["as_of"])} if "as_of" in row else {}),
            Text("Đứng ở năm", "Origin"): Text.same(row["origin"]),
            YEAR: Text.same(int(row["period"])),
            FORECAST: words.number(row["median"], 2),
            BAND: ends(row["q10"], row["q90"]),
            Text("Thật", "Observed"): words.number(row["observed"], 2),
            INSIDE: YES if row["inside80"] else NO,
        }
        for row in words.rows_of(every)
        if row["method"] in methods and row["horizon"]
    )
    return table("origins", Text("Từng lần thử", "Every origin"), lines)


def vintages(tables: Tables) -> Exhibit:
    """How the kit's own way did with only what had been published on the day, a series a row."""
    own = (row for rows in _groups(tables["vintages"]) for row in rows if row["method"] == "default")
    lines = (
        {
            SERIES: series_of(row),
            Text("Số lần dự báo", "Forecasts"): words.number(row["origins"], 0),
            Text("WIS so với giữ nguyên", "WIS beside naive"): words.number(row["wis"], 2),
            Text("Số thật trong khoảng 80 %", "Inside the 80% band"): words.percent(100 * row["coverage80"], 0),
            Text("Xếp hạng", "Ranking"): TOO_FEW if row["origins"] < ENOUGH_ORIGINS else Text("được", "yes"),
        }
        for row in own
    )
    return table("vintages", Text("Đúng bằng những gì biết hôm đó", "From what was known on the day"), lines)


def replays(every: pd.DataFrame) -> Exhibit:
    """Forecasts of earlier days beside what was published later: the replays of notebook 04, the table `later` of one run."""
    rows = [row for row in words.rows_of(every) if row["published"] is not None]
    nothing = Text("Chưa có số công bố nào sau các ngày đó.", "Nothing has been published since.")
    return table("replays", Text("Dự báo lại từ ngày trước", "Replays of earlier days"), map(_came, rows), NOTHING if rows else nothing)


def _came(row: Row) -> dict[Text, Text]:
    held, unit = row["forecast_low"] <= row["published"] <= row["forecast_high"], row.get("unit") or "count"
    return {
        **({FORECAST_ON: words.date_text(row["as_of"]), SERIES: series_of(row)} if "as_of" in row else {}),
        Text("Nơi", "Where"): words.territory_text(str(row["territory"])),
        YEAR: Text.same(int(row["period"])),
        FORECAST: words.amount(row["forecast_median"], unit, 2),
        BAND: ends(row["forecast_low"], row["forecast_high"]),
        LATER: words.entered(row["published"], unit, 2),
        Text("Ngày công bố", "On"): words.date_text(row["vintage"]),
        INSIDE: YES if held else NO,
        **({SOURCE: sources_of(row)} if "source" in row else {}),
    }


def refused(every: pd.DataFrame) -> Exhibit:
    """The replays that were refused, each with its reason."""
    lines = (
        {
            FORECAST_ON: words.date_text(row["as_of"]),
            SERIES: series_of(row),
            Text("Không dự báo được vì", "Refused because"): words.row_text(row, "refused"),
        }
        for row in words.rows_of(every)
        if row["refused_vi"] is not None
    )
    return table("refused", Text("Không dự báo được", "Refused"), lines)


def pit(tables: Tables) -> Exhibit:
    """Where past figures fell among the quantiles of the kit's own method; a quarter in each when calibrated."""
    lines = (
        {
            SERIES: series_of(row),
            ORIGINS: words.number(row["origins"], 0),
            **{head: words.percent(100 * row[name], 0) if row["judged"] else TOO_FEW for name, head in vocabulary.QUARTERS.items()},
        }
        for row in words.rows_of(tables["pit"])
        if row["method"] == "default"
    )
    return table("pit", Text("Số thật rơi vào đâu", "Where the figures fell"), lines)


def now(tables: Tables) -> Exhibit:
    """What each method says of the last of the next years, series by series."""
    every = tables["now"]
    last = every[every["period"] == every.groupby(["indicator", "measure"])["period"].transform("max")]
    lines = (
        {
            SERIES: series_of(row),
            METHOD: phrase(vocabulary.METHODS, row["method"]),
            YEAR: Text.same(row["period"]),
            MIDDLE: words.amount(row["median"], row["unit"]),
            BAND: ends(row["low"], row["high"], 1),
        }
        for row in words.rows_of(last)
    )
    return table("now", Text("Bây giờ mỗi cách nói gì", "What each method says now"), lines)


def hiding(tables: Tables) -> Exhibit:
    """How the bridge did on provinces whose later years were hidden, by years ahead and settings."""
    lines = (
        {
            Text("Số năm tới", "Years ahead"): words.number(row["ahead"], 0),
            Text("Độ rộng lấy từ", "Settings"): phrase(vocabulary.HIDDEN, row["settings"]),
            Text("Năm cuối đã biết", "Last known year"): Text.same(row["origin"]) if row["origin"] else Text("tất cả", "all"),
            Text("Số lần", "Cases"): words.number(row["cases"], 0),
            Text("Số tỉnh", "Provinces"): words.number(row["territories"], 0),
            Text("Trong khoảng 80 %", "Inside 80%"): share(row["coverage80"]) if row["judged"] else TOO_FEW,
            Text("Bề rộng (điểm/năm)", "Width (points a year)"): words.number(row["width"], 1),
            Text("Lệch (điểm/năm)", "Error (points a year)"): words.number(row["error"], 1),
        }
        for row in words.rows_of(tables["hiding"])
    )
    return table("hiding", Text("Giấu số rồi so lại", "Hidden figures"), lines)


def ranks(tables: Tables) -> Exhibit:
    """How often the place a province took lay in the band of its rank, its later years hidden."""
    lines = (
        {
            Text("Xếp hạng trong", "Ranked in"): words.territory_text(row["group"]),
            Text("Theo", "By"): phrase(vocabulary.KINDS, row["quantity"]),
            Text("Số năm tới", "Years ahead"): words.number(row["ahead"], 0),
            Text("Số tỉnh", "Provinces"): words.number(row["members"], 0),
            Text("Số lần", "Cases"): words.number(row["cases"], 0),
            Text("Trong khoảng hạng 80 %", "Inside the 80% range of ranks"): share(row["coverage80"]),
            Text("Khoảng hạng dài (bậc)", "Range (places)"): words.number(row["width"], 1),
        }
        for row in words.rows_of(tables["ranks"])
    )
    return table("ranks", Text("Giấu số rồi xếp hạng lại", "Ranks of hidden figures"), lines)


def measured(tables: Tables) -> Exhibit:
    """What the figures measure of each assumption beside the value in use and the one before, in percentage points."""
    lines = (
        {
            Text("Giả định", "Assumption"): words.row_text(row, "name"),
            Text("Đo được (điểm)", "Measured (points)"): words.number(100 * row["measured"], 2),
            Text("Đang dùng", "Used"): words.number(100 * row["used"], 2),
            Text("Trước đây", "Before"): words.number(100 * row["before"], 2),
            Text("Số lần đo", "Cases"): words.number(row["cases"], 0),
        }
        for row in words.rows_of(tables["measured"])
    )
    return table("measured", Text("Giả định đo từ số liệu", "Assumptions measured from figures"), lines)
