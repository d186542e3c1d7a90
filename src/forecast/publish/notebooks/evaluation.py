"""The blocks of notebook 04: how far earlier forecasts were off, from its tables only; Vietnamese first, English beside."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

import pandas as pd

from forecast.publish import words
from forecast.publish.charts import nation, reliability
from forecast.publish.notebooks.blocks import in_both, say, show_rows
from forecast.publish.words import vocabulary

Frame = pd.DataFrame
FEWEST = 8
TOO_FEW = "chưa đủ dữ liệu để xếp hạng"
MISSED, HELD = "không / no", "có / yes"


def _series(row: Mapping[str, Any], language: str = "vi") -> str:
    return f"{words.indicator_text(row['indicator'], language)} ({words.measure_text(row['measure'], language)})"


def _groups(table: Frame) -> Iterator[tuple[dict[str, Any], list[dict[str, Any]]]]:
    """The rows of each series, with the first of them for its names."""
    for _, group in table.groupby(["indicator", "measure"], sort=False) if len(table) else ():
        rows = words.rows_of(group)
        yield rows[0], rows


def show_track_record(backtest: Frame) -> None:
    """Series by series every method beside naive; ranked by WIS only from eight origins on."""
    for first, rows in _groups(backtest):
        say(f"### {_series(first)}\n*{_series(first, 'en')}*\n\n{ranking(rows, 'vi')}\n\n*{ranking(rows, 'en')}*")
        show_rows(_method_row(row, any(one["rankable"] for one in rows)) for row in sorted(rows, key=_order))


def _order(row: Mapping[str, Any]) -> tuple[bool, float]:
    """Methods tried often enough first, then by their interval score."""
    return (not row["rankable"], float(row["wis"] if row["wis"] is not None else "inf"))


def _method_row(row: Mapping[str, Any], some_ranked: bool) -> dict[str, str]:
    relative = words.number(row["wis"], 2, "vi")
    worse = row["wis"] is not None and float(row["wis"]) > 1.0
    ranked = {"Xếp hạng / Ranking": "được / yes" if row["rankable"] else f"{TOO_FEW} / too few origins to rank"}
    return {
        "Cách dự báo / Method": in_both(vocabulary.METHODS, row["method"]),
        "Số lần thử / Origins": words.number(row["origins"], 0, "vi"),
        "Lệch / MASE": words.number(row["mase"], 2, "vi"),
        "Lệch so với giữ nguyên / MASE beside naive": words.number(row["mase_relative"], 2, "vi"),
        "WIS so với giữ nguyên / WIS beside naive": f"{relative} (kém hơn / worse)" if worse else relative,
        "Phủ 80 % / Coverage": words.percent(100 * row["coverage80"], "vi", 0),
        "Phủ 95 % / Coverage": words.percent(100 * row["coverage95"], "vi", 0),
        "Từ chối / Refused": words.number(row["refused"], 0, "vi"),
        **(ranked if some_ranked else {}),
    }


def ranking(rows: list[dict[str, Any]], language: str) -> str:
    """Where the kit's own way stands among the methods with origins enough, or that the origins are too few to say."""
    own = next((row for row in rows if row["method"] == "default"), None)
    count = max((int(row["origins"]) for row in rows), default=0)
    if own is None or not own["rankable"]:
        if language == "vi":
            return f"Mới thử được {count} lần (cần {FEWEST}): **{TOO_FEW}**; các con số dưới đây chỉ để tham khảo."
        return f"Only {count} origin(s) ({FEWEST} are needed): too few to rank; the figures below are for reference only."
    ranked = sorted((row for row in rows if row["rankable"]), key=_order)
    place, best = [row["method"] for row in ranked].index("default") + 1, ranked[0]["method"]
    better = float(own["wis"]) < 1.0
    wide = float(own["coverage80"]) >= words.TOO_WIDE
    name = vocabulary.METHODS[best][0 if language == "vi" else 1]
    if language == "vi":
        beside = "tốt hơn" if better else "**kém hơn**"
        warning = f" Khoảng 80 % chứa {words.percent(100 * own['coverage80'], 'vi', 0)} số thật: **rộng hơn mức cần** với chuỗi này." if wide else ""
        stands = f"Theo WIS, cách của bộ công cụ đứng thứ {place} trong {len(ranked)} cách đủ số lần thử, {beside} giữ nguyên số cuối"
        return f"Thử {count} lần. {stands}; tốt nhất: {name}.{warning}"
    beside = "better" if better else "worse"
    warning = f" The 80 % band held {words.percent(100 * own['coverage80'], 'en', 0)} of the outcomes: wider than needed here." if wide else ""
    stands = f"By WIS the kit's own way is number {place} of {len(ranked)} with origins enough, {beside} than naive"
    return f"{count} origins. {stands}; best: {name}.{warning}"


def show_origins(origins: Frame, methods: tuple[str, ...] = ("default",)) -> None:
    """The default's forecasts at every origin beside what came; with the day of the forecast where there is one."""
    rows = [row for row in words.rows_of(origins) if row["method"] in methods and row["horizon"]]
    show_rows(
        {
            "Chuỗi / Series": _series(row),
            **({"Ngày dự báo / Forecast on": words.date_text(row["as_of"], "vi")} if "as_of" in row else {}),
            "Đứng ở năm / Origin": str(row["origin"]),
            "Năm / Year": str(int(row["period"])),
            "Dự báo / Forecast": words.number(row["median"], 2, "vi"),
            "80 %": f"{words.number(row['q10'], 2, 'vi')}\u00a0–\u2060\u00a0{words.number(row['q90'], 2, 'vi')}",
            "Thật / Observed": words.number(row["observed"], 2, "vi"),
            "Trong khoảng / Inside": HELD if row["inside80"] else MISSED,
        }
        for row in rows
    )


def show_vintages(vintages: Frame, origins: Frame) -> None:
    """The same with only what had been published on the day: a sentence for each series, then every forecast of the default."""
    for first, rows in _groups(vintages):
        own = next((row for row in rows if row["method"] == "default"), None)
        if own:
            say(f"- **{_series(first)}**: {_real_time(own, 'vi')} / *{_real_time(own, 'en')}*")
    show_origins(origins)


def _real_time(row: Mapping[str, Any], language: str) -> str:
    count, relative = int(row["origins"]), words.number(row["wis"], 2, language)
    inside = words.percent(100 * row["coverage80"], language, 0)
    few = count < FEWEST
    if language == "vi":
        return f"{count} lần dự báo, WIS so với giữ nguyên {relative}, {inside} số thật trong khoảng 80 %" + (f"; {TOO_FEW}" if few else "")
    return f"{count} forecasts, WIS beside naive {relative}, {inside} inside the 80 % band" + ("; too few to rank" if few else "")


def show_replays(replays: Frame) -> None:
    """The replays of the province's answer beside what was published later, and the refusals with their reason."""
    for row in words.rows_of(replays[replays["refused_vi"].notna()] if len(replays) else replays):
        say(f"- {words.date_text(row['as_of'], 'vi')}, {_series(row)}: **không dự báo được**. {row['refused_vi']} / *{row['refused_en']}*")
    show_rows(
        (
            {
                "Ngày dự báo / Forecast on": words.date_text(row["as_of"], "vi"),
                "Chuỗi / Series": _series(row),
                "Nơi / Where": words.territory_text(str(row["territory"]), "vi"),
                "Năm / Year": str(int(row["period"])),
                "Dự báo / Forecast": words.amount(row["forecast_median"], row["unit"], "vi", 2),
                "80 %": f"{words.number(row['forecast_low'], 2, 'vi')}\u00a0–\u2060\u00a0{words.number(row['forecast_high'], 2, 'vi')}",
                "Công bố sau / Published later": words.amount(row["published"], row["unit"], "vi", 2),
                "Ngày công bố / On": words.date_text(row["vintage"], "vi"),
                "Trong khoảng / Inside": HELD if row["forecast_low"] <= row["published"] <= row["forecast_high"] else MISSED,
            }
            for row in words.rows_of(replays)
            if row["published"] is not None
        ),
        "*Chưa có số công bố nào sau các ngày đó. / Nothing has been published since.*",
    )


def show_reliability(table: Frame) -> None:
    """The reliability diagram of the chances and what it comes to; only a sentence where the origins are too few."""
    if table.empty or not bool(table["judged"].all()):
        count = int(table["origins"].max()) if len(table) else 0
        say(f"*Mới có {count} lần thử (cần {FEWEST}): {TOO_FEW}. / Only {count} origins: too few to judge.*")
        return
    nation.show(reliability.reliability_chart(table, "vi"))
    for event, rows in table.groupby("event", sort=False):
        given = float((rows["given"] * rows["count"]).sum() / rows["count"].sum())
        came = float((rows["happened"] * rows["count"]).sum() / rows["count"].sum())
        name = vocabulary.EVENTS[str(event)]
        vi, en = (reliability.verdict(given, came, language) for language in ("vi", "en"))
        say(f"- {name[0]}: {vi} / *{name[1]}: {en}*")


SUBJECTS = {
    "employment_growth": "Tăng lao động (Đồng bằng sông Hồng 2009-2016) / Employment growth",
    "grdp_growth": "Tăng trưởng GRDP / GRDP growth",
    "labour_productivity_growth": "Tăng năng suất lao động / Productivity growth",
}


def show_hiding(hiding: Frame, spread: Frame) -> None:
    """How the bridge did when figures were hidden, and the spread learned from the same figures beside the one used."""
    learned = {row["subject"]: row for row in words.rows_of(spread)}
    show_rows(
        {
            "Số liệu bị giấu / Hidden figures": SUBJECTS.get(str(row["subject"]), str(row["subject"])),
            "Số lần / Cases": words.number(row["cases"], 0, "vi"),
            "Số tỉnh / Provinces": words.number(row["territories"], 0, "vi"),
            "Trong khoảng 80 % / Inside": words.percent(100 * row["coverage80"], "vi", 0)
            if row["judged"]
            else "chưa đủ dữ liệu / too few",
            "Bề rộng (điểm) / Width": words.number(row["width"], 1, "vi"),
            "Lệch bình quân (điểm) / Mean error": words.number(row["mean_error"], 1, "vi"),
            "Phân tán đo được; đang dùng (điểm) / Spread; used": f"{words.number(100 * learned[row['subject']]['spread'], 1, 'vi')}; "
            f"{words.number(100 * learned[row['subject']]['assumed'], 1, 'vi')}",
        }
        for row in words.rows_of(hiding)
    )


def show_pit(pit: Frame) -> None:
    """Where past figures fell among the quantiles of the kit's own method; a quarter in each when calibrated."""
    quarters = {"below25": "Dưới 25 %", "to50": "25-50 %", "to75": "50-75 %", "above75": "Trên 75 %"}
    show_rows(
        {
            "Chuỗi / Series": _series(row),
            "Số lần thử / Origins": words.number(row["origins"], 0, "vi"),
            **{
                title: words.percent(100 * row[name], "vi", 0) if row["judged"] else "chưa đủ dữ liệu để xếp hạng"
                for name, title in quarters.items()
            },
        }
        for row in words.rows_of(pit)
        if row["method"] == "default"
    )


def show_now(now: Frame) -> None:
    """What each method says of the last of the next years, series by series."""
    last = now[now["period"] == now.groupby(["indicator", "measure"])["period"].transform("max")]
    show_rows(
        {
            "Chuỗi / Series": _series(row),
            "Cách dự báo / Method": in_both(vocabulary.METHODS, row["method"]),
            "Năm / Year": str(row["period"]),
            "Giữa / Median": words.amount(row["median"], row["unit"], "vi"),
            "80 %": f"{words.number(row['low'], 1, 'vi')}\u00a0–\u2060\u00a0{words.number(row['high'], 1, 'vi')}",
        }
        for row in words.rows_of(last)
    )
