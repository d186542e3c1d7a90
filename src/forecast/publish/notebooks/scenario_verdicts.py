"""Verdicts of the scenario notebook: targets, documents side by side, joint chance, solutions, reopened scenarios."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import pandas as pd
from IPython.display import Markdown, display

from forecast.publish import words
from forecast.publish.charts import nation, scenarios
from forecast.publish.notebooks.indicator import _both, _phrase, _show
from forecast.publish.words import vocabulary
from forecast.publish.words.numbers import signed
from forecast.publish.words.scenarios import joint_sentences, solution_sentences
from forecast.publish.words.vocabulary import phrase

Frame = pd.DataFrame


def _number(value: float) -> str:
    return words.number(value, 0 if abs(value) >= 1000 else 1, "vi")


def show_targets(table: Frame) -> None:
    """Targets by scenario: chance, one of the four words, growth still required, arrival with its delay."""
    rows = words.rows_of(table[table["value"].notna()])
    _show(
        {
            "Kịch bản / Scenario": _both(row["scenario_vi"], row["scenario_en"]),
            "Chỉ tiêu / Target": f"{row['name_vi']} – {words.short_document(row['document'])}",
            "Áp dụng / Applies": phrase(vocabulary.APPLIES, row["applies"], "vi"),
            "Khả năng / Chance": words.chance(row["probability"], "vi"),
            "Kết luận / Verdict": ". ".join(filter(None, [_phrase(vocabulary.VERDICTS, row["verdict"]), str(row["note_vi"] or "")])),
            "Còn phải tăng / Required": _required(row),
            "Năm đạt (chậm) / Arrival (delay)": _arrival(row),
        }
        for row in rows
    )


def _required(row: Mapping[str, Any]) -> str:
    if row["required"] is None:
        return "–"
    unit = words.unit_text(row["required_unit"], "vi")
    done = "" if row["achieved"] is None else f" (3 năm qua {words.number(row['achieved'], 1, 'vi')})"
    return f"{words.number(row['required'], 1, 'vi')} {unit}{done}"


def _arrival(row: Mapping[str, Any]) -> str:
    if row["state"] != "open" or row["kind"] == "growth_each_year":
        return "–"
    early, middle, late = (_year(row[f"arrival_{name}"]) for name in ("early", "median", "late"))
    return f"{middle} ({early} – {late}){_delay(row['delay_median'])}"


def _delay(years: Any) -> str:
    if years is None or pd.isna(years):
        return ""
    word = "chậm" if years > 0 else "sớm" if years < 0 else "đúng hạn"
    return f"; {word} {abs(int(years))} năm" if years else f"; {word}"


def _year(value: Any) -> str:
    return "sau 2035" if value is None or pd.isna(value) else str(int(value))


def show_target_years(table: Frame) -> None:
    """The chance of each open target year by year and for the whole period."""
    years = sorted(table["year"].dropna().astype(int).unique())
    rows = []
    for (indicator, _), part in table.groupby(["indicator", "target"], sort=False):
        held = {int(item["year"]): item["probability"] for item in part[part["year"].notna()].to_dict("records")}
        whole = part[part["year"].isna()]["probability"].iloc[0]
        name = f"{words.indicator_text(indicator, 'vi')} – {words.short_document(part['document'].iloc[0])}"
        chances = {str(year): words.chance(held[year], "vi") if year in held else "–" for year in years}
        rows.append({"Chỉ tiêu / Target": name, **chances, "Cả kỳ / Period": words.chance(whole, "vi")})
    _show(rows)


def show_documents(table: Frame) -> None:
    """What every document asks for, side by side; where they differ for one indicator and year it is marked."""
    _show(
        {
            "Chỉ tiêu / Indicator": words.indicator_text(row["indicator"], "vi"),
            "Văn bản / Document": row["document"],
            "Địa bàn / Territory": words.territory_text(row["territory"], "vi"),
            "Kỳ / Period": str(row["last"]) if row["first"] == row["last"] else f"{row['first']}–{row['last']}",
            "Yêu cầu / Asks for": _asked(row),
            "Mâu thuẫn? / Conflict?": "có / yes" if row["conflict"] else "–",
            "Khả năng với địa bàn này / Chance here": words.chance(row["probability"], "vi"),
            "Kết luận nếu áp cho địa bàn này / Verdict if applied here": _phrase(vocabulary.VERDICTS, row["verdict"]),
        }
        for row in words.rows_of(table)
    )


def _asked(row: Mapping[str, Any]) -> str:
    if row["value"] is None:
        return "chưa đọc được / not readable"
    high = f"–{words.number(row['value_high'], 1, 'vi')}" if row["value_high"] is not None else ""
    every = ", từng năm một / in each single year" if row["kind"] == "growth_each_year" and row["first"] < row["last"] else ""
    return f"{words.number(row['value'], 1, 'vi')}{high} {words.unit_text(row['unit'], 'vi')}{every}"


def show_joint(found: Any) -> None:
    """The chance of meeting one target of each indicator together, and what dependence could do at most."""
    (vi, pairs), (en, _) = (joint_sentences(found, language) for language in ("vi", "en"))
    display(Markdown(f"**{vi}**\n\n{pairs}\n\n*{en}*"))


def show_solution(found: Any, store: Any) -> None:
    """A solution in both languages."""
    for language in ("vi", "en"):
        head, *rest = solution_sentences(found, store, language)
        mark = "" if language == "vi" else "*"
        display(Markdown("\n".join([f"{mark}{head}{mark}", "", *(f"- {mark}{line}{mark}" for line in rest)])))


def show_numbers(opened: Any) -> None:
    """The numbers of a reopened scenario at its horizon."""
    rows = []
    for name, item in opened.numbers.items():
        place = item["years"].index(opened.question["horizon_year"])
        low, middle, high = (row[place] for row in item["quantiles"])
        rows.append(
            {
                "Chỉ tiêu / Indicator": words.indicator_text(name, "vi"),
                "Năm / Year": str(item["years"][place]),
                "Mức giữa / Middle level": _number(middle),
                "80 %": f"{_number(low)} – {_number(high)}",
                "Khả năng đạt / Chance": f"{words.chance(item['probability'], 'vi')} ({item['target']})" if item["target"] else "–",
            }
        )
    _show(rows)


def show_opened(opened: Any) -> None:
    """Which scenario was opened, and whether it gives the saved numbers again."""
    day = words.date_text(opened.question["as_of"], "vi")
    lines = [f"**{opened.scenario.name.vi}** – mã {opened.code}, {words.territory_text(opened.question['territory'], 'vi')}, số liệu đến {day}."]
    if opened.record:
        when, who = words.date_text(opened.record["saved_at"], "vi"), opened.record["author"]
        lines.append(f"Lưu ngày {when}, {who}. {opened.record['note']}")
    if opened.same:
        lines.append(f"Các con số đúng như khi lưu (lệch nhiều nhất {opened.difference:.1e}). / *Same numbers as saved.*")
    elif opened.same is False:
        why = "; ".join(item.vi for item in opened.reasons)
        lines.append(f"**Các con số khác khi lưu** (lệch {opened.difference:.1e}): {why}. / *The numbers differ.*")
    display(Markdown("\n\n".join(lines)))


def show_waterfall(table: Frame) -> None:
    """What changed between the saved numbers and today's, part by part."""
    if table.empty or not table["change"].abs().max() > 0:
        display(Markdown("*Không có gì đổi từ khi lưu. / Nothing has changed since it was saved.*"))
        return
    for (indicator, quantity), rows in table.groupby(["indicator", "quantity"], sort=False):
        if quantity == "outcome" and rows["change"].abs().max() > 0:
            title = words.indicator_text(indicator, "vi")
            nation.show(scenarios.waterfall_chart(rows, "vi", unit=str(rows["unit"].iloc[0]), title=title))
    _show(
        {
            "Chỉ tiêu / Indicator": words.indicator_text(row["indicator"], "vi"),
            "Đại lượng / Quantity": _phrase(vocabulary.CHANGES, row["quantity"]),
            "Do / Because of": _phrase(vocabulary.CHANGES, row["part"]),
            "Từ → đến / From → to": f"{words.number(row['start'], 3, 'vi')} → {words.number(row['end'], 3, 'vi')}",
            "Thay đổi / Change": signed(row["change"], "vi"),
        }
        for row in words.rows_of(table)
    )
