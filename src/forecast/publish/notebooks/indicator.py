"""The blocks of a notebook report: sentences and tables in Vietnamese with English beside, from the recorded tables only."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any

import pandas as pd
from IPython.display import Markdown, display

from forecast.evidence import Evidence
from forecast.publish import words
from forecast.publish.charts import nation
from forecast.publish.charts import sensitivity as tornado_
from forecast.publish.notebooks.blocks import in_both as _phrase
from forecast.publish.notebooks.blocks import joined as _both
from forecast.publish.notebooks.blocks import show_rows as _show
from forecast.publish.words import information as tornado
from forecast.publish.words import vocabulary
from forecast.publish.words.collation import in_order
from forecast.publish.words.vocabulary import phrase

Frame = pd.DataFrame


def show_headline(summary: Mapping[str, Any], verdicts: Frame) -> None:
    """The answer in one sentence, in both languages, and what the method noted of the national series."""
    vi, en = (words.headline(summary, verdicts, language) for language in ("vi", "en"))
    noted = "".join(f"\n- Chuỗi cả nước: {note['vi']} / *{note['en']}*" for note in summary.get("notes", ()))
    display(Markdown(f"**{vi}**\n\n*{en}*\n{noted}"))


def show_figures(history: Frame, store: Evidence) -> None:
    """Every figure known, as printed, with its status, day, source and whether it is used or set aside."""
    rows = [row for row in words.rows_of(history) if not str(row["note_en"] or "").startswith("rebuilt")]
    _show(
        (
            {
                "Kỳ / Period": str(row["period"]),
                "Số liệu / Figure": _figure_name(row, store),
                "Giá trị / Value": _value(row, store.indicators[str(row["indicator"])].unit),
                "Tình trạng / Status": _phrase(vocabulary.STATUSES, row["status"]),
                "Biết từ / Known since": words.date_text(row["vintage"], "vi"),
                "Nguồn / Source": str(row["source"]).replace("+", " + "),
                "Ghi chú / Note": "; ".join(
                    filter(None, ["" if row["used"] else "để bên cạnh / set aside", row["note_vi"]])
                ),
            }
            for row in rows
        ),
        "*Chưa có số liệu nào của địa bàn này được công bố. / No figure of this territory has been published.*",
    )


def _figure_name(row: Mapping[str, Any], store: Evidence) -> str:
    return f"{store.indicators[str(row['indicator'])].name.vi} – {words.territory_text(str(row['territory']), 'vi')}"


def _value(row: Mapping[str, Any], unit: str) -> str:
    if row["low"] is not None:
        return f"{words.number(row['low'], 2, 'vi')} – {words.amount(row['high'], unit, 'vi', 2)}"
    return phrase(vocabulary.BOUNDS, str(row["bound"]), "vi") + words.amount(row["value"], unit, "vi", 2)


def show_readings(readings: Frame, store: Evidence) -> None:
    """What each figure says of the rebuilt years and how surely (80 %)."""
    _show(
        {
            "Năm / Year": str(row["period"]),
            "Đọc từ / Read from": _figure_name(row, store),
            "Nói rằng / Says": words.amount(row["value"], row["unit"], "vi", 1),
            "80 %": f"{words.number(row['low'], 1, 'vi')} – {words.number(row['high'], 1, 'vi')}",
            "Nguồn / Source": str(row["source"]).replace("+", " + "),
        }
        for row in words.rows_of(readings)
    )


def show_fan(tables: Mapping[str, Frame]) -> None:
    """The main chart: the level against the targets' paths, or growth where no published level anchors the draws."""
    forecast = tables["forecast"]
    quantity = "level" if (forecast.quantity == "level").any() else "growth"
    paths = tables.get("target_paths")
    nation.show(
        nation.fan_chart(forecast, tables["history"], tables["verdicts"], quantity=quantity, language="vi", paths=paths)
    )


def show_forecast(forecast: Frame, quantity: str) -> None:
    """Median with 80 % and 95 % bands by year, and whether the year is called a forecast or a scenario."""
    part = forecast[forecast.quantity == quantity]
    wide = part.pivot(index=["target_period", "ink"], columns="output_type_id", values="value").reset_index()
    wide.columns = [str(name) for name in wide.columns]
    _show(
        {
            "Năm / Year": str(row["target_period"]),
            "Loại / Kind": _phrase(vocabulary.INKS, row["ink"]),
            "Giữa / Median": words.number(row["0.5"], 1, "vi"),
            "80 %": f"{words.number(row['0.1'], 1, 'vi')} – {words.number(row['0.9'], 1, 'vi')}",
            "95 %": f"{words.number(row['0.025'], 1, 'vi')} – {words.number(row['0.975'], 1, 'vi')}",
        }
        for row in wide.to_dict("records")
    )


def show_verdicts(verdicts: Frame) -> None:
    """Every target with its document and territory, its chance, the growth still required and the verdict."""
    _show(
        {
            "Chỉ tiêu / Target": f"{row['name_vi']} – {row['document']}",
            "Áp dụng / Applies": phrase(vocabulary.APPLIES, str(row["applies"]), "vi"),
            "Khả năng / Chance": words.chance(row["probability"], "vi"),
            "Kết luận / Verdict": ". ".join(
                filter(None, [_phrase(vocabulary.VERDICTS, row["verdict"]), str(row["note_vi"] or "")])
            ),
            "Còn phải tăng; đã đạt / Needed; achieved": _needed(row),
            "Năm đạt / Arrival": words.arrival_text(row, "vi") if row["state"] == "open" and row["value"] else "–",
        }
        for row in words.rows_of(verdicts)
    )


def _needed(row: Mapping[str, Any]) -> str:
    if row["value"] is None:
        return "–"
    return words.achieved_text(row, "vi") if row["state"] == "over" else words.required_text(row, "vi")


def show_methods(methods: Frame, end: int) -> None:
    """What each named method says of the nation at the end, and how it did on the nation's own record."""
    rows = [row for row in words.rows_of(methods) if int(row["period"]) == end]
    _show(
        {
            "Cách dự báo / Method": _phrase(vocabulary.METHODS, row["method"]),
            f"Cả nước {end}": words.number(row["median"], 1, "vi"),
            "80 %": f"{words.number(row['low'], 1, 'vi')} – {words.number(row['high'], 1, 'vi')}",
            "Lệch (MASE)": words.number(row["mase"], 2, "vi"),
            "So với giữ nguyên (WIS)": words.number(row["wis"], 2, "vi"),
            "Phủ / Coverage 80 %": "–"
            if row["coverage80"] is None
            else words.percent(100 * row["coverage80"], "vi", 0),
            "Số lần thử / Origins": words.number(row["origins"], 0, "vi"),
        }
        for row in rows
    )
    if rows and all((row["origins"] or 0) < 8 for row in rows):
        display(Markdown("*Chưa đủ dữ liệu để xếp hạng các cách dự báo. / Too few origins to rank the methods.*"))


def show_assumptions(assumptions: Frame) -> None:
    """The assumptions with their ratings and reasons."""
    _show(
        {
            "Giả định / Assumption": _both(str(row["name_vi"]), str(row["name_en"])),
            "Giá trị / Value": words.number(row["value"], 3, "vi"),
            "Mức tin / Rating": _phrase(vocabulary.RATINGS, row["rating"]),
            "Lý do / Reason": str(row["reason_vi"]),
            "Nguồn / Source": str(row["source"] or ""),
        }
        for row in words.rows_of(assumptions)
    )


def show_information(information: Frame) -> None:
    """Which missing figure would narrow the band of the answer most, every candidate listed."""
    lines = zip(tornado.helpful(information, "vi"), tornado.helpful(information, "en"), strict=True)
    display(Markdown("\n".join(f"- {vi} / *{en}*" for vi, en in lines)))
    _show(
        {
            "Số liệu / Figure": _both(str(row["name_vi"]), str(row["name_en"])),
            "Dải 80 % của / Band of": "mức / level" if row["quantity"] == "level" else "tăng bình quân / average growth",
            "Nay / Now": words.amount(row["band_now"], row["unit"], "vi", 1),
            "Khi có số / With it": words.amount(row["band_with"], row["unit"], "vi", 1),
            "Hẹp lại / Narrower": words.percent(row["narrowing_percent"], "vi", 1),
        }
        for row in words.rows_of(information)
    )


def show_sensitivity(sensitivity: Frame) -> None:
    """The chance of the headline target with each amber or red assumption low and high, as a chart."""
    if sensitivity.empty:
        display(Markdown("*Không có chỉ tiêu nào còn mở để thử. / No open target to try this on.*"))
    else:
        nation.show(tornado_.sensitivity_chart(sensitivity, "vi"))


def show_later(later: Frame | None) -> None:
    """A replay beside what was published afterwards; says so when the run looks at today."""
    if later is None:
        display(Markdown("*Lượt chạy này dùng mọi số đã biết. / This run uses every figure known.*"))
        return
    _show(
        {
            "Năm / Year": str(row["period"]),
            "Nơi / Where": words.territory_text(str(row["territory"]), "vi"),
            "Dự báo / Forecast": words.number(row["forecast_median"], 2, "vi"),
            "80 %": f"{words.number(row['forecast_low'], 2, 'vi')} – {words.number(row['forecast_high'], 2, 'vi')}",
            "Công bố sau / Published later": words.number(row["published"], 2, "vi"),
            "Trong khoảng / Inside": "có / yes"
            if row["forecast_low"] <= row["published"] <= row["forecast_high"]
            else "không / no",
            "Ngày / Day": words.date_text(row["vintage"], "vi"),
            "Nguồn / Source": str(row["source"]),
        }
        for row in words.rows_of(later)
    )


def show_sources(frames: Iterable[Frame], store: Evidence) -> None:
    """Title, publisher, date and address of every source the tables name."""
    names = {
        part
        for frame in frames
        if "source" in frame
        for text in frame["source"].dropna()
        for part in str(text).split("+")
    }
    _show(
        {
            "Mã / Id": name,
            "Tên / Title": store.sources[name].title,
            "Nơi công bố / Publisher": store.sources[name].publisher,
            "Ngày / Date": str(store.sources[name].published),
            "Địa chỉ / Address": store.sources[name].url,
        }
        for name in in_order((name for name in names if name in store.sources), lambda name: store.sources[name].title)
    )
