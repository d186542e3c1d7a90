"""Verdicts of the scenario notebook: targets, documents side by side, joint chance, solutions, reopened scenarios."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import pandas as pd
from IPython.display import Markdown, display

from forecast.publish import charts, scenario_charts, vocabulary, words
from forecast.publish.document import _both, _phrase, _show
from forecast.publish.scenario_charts import signed
from forecast.publish.vocabulary import phrase

Frame = pd.DataFrame
FEW = 8  # years under which a record has extremes only
_WHERE = "viet_nam"  # whose record a push is held against


def before_text(found: Mapping[str, Any], language: str) -> str:
    """Whether a push has happened before, in a sentence: 'đã từng xảy ra chưa?'."""
    vi, word = language == "vi", phrase(vocabulary.EXPERIENCE, found["colour"], language)
    if found["colour"] == "none" or found["extreme"] is None:
        return word
    reach, extreme = (words.number(found[name], 1, language) for name in ("reach", "extreme"))
    side = {"high": ("cao nhất", "highest"), "low": ("thấp nhất", "lowest")}[found["side"]][0 if vi else 1]
    parts = [f"cộng với cơ sở là {reach}" if vi else f"with the baseline {reach}"]
    if found["last"] and found["last"] != found["extreme_year"]:
        parts.append(f"gần đây nhất năm {found['last']}" if vi else f"last in {found['last']}")
    parts.append(f"{side} {extreme} năm {found['extreme_year']}" if vi else f"{side} {extreme} in {found['extreme_year']}")
    if found["years"] < FEW:
        parts.append(f"chỉ có {found['years']} năm số liệu" if vi else f"years known: {found['years']}")
    return f"{word}: {'; '.join(parts)} ({words.territory_text(_WHERE, language)})"


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


def joint_sentences(found: Any, language: str) -> tuple[str, str]:
    """The joint chance beside each target's own, independence and the widest bounds; the correlations it rests on."""
    each = ", ".join(words.chance(value, language) for value in found.each)
    pairs = "; ".join(_pair(*item, language) for item in found.correlations)
    count, ends = len(found.targets), _between(found.lowest, found.highest, language)
    together, product = words.chance(found.probability, language), words.chance(found.product, language)
    if language == "vi":
        said = (
            f"Đạt cùng lúc {count} chỉ tiêu: {together} (từng chỉ tiêu: {each}). Nếu độc lập với nhau: {product}; "
            f"bất kể liên hệ thế nào, {ends}."
        )
        return said, f"Các chỉ tiêu đi cùng nhau đến đâu, theo cả nước (tương quan hạng, từ −1 đến 1): {pairs}."
    said = (
        f"All {count} targets together: {together} (each: {each}). If independent: {product}; whatever the dependence, "
        f"{ends}."
    )
    return said, f"How far the indicators move together in the nation (rank correlation, −1 to 1): {pairs}."


def _between(low: float, high: float, language: str) -> str:
    """The widest bounds of a chance in words; whole percents, never nought or certain."""
    vi, ends = language == "vi", (words.percent(100 * end, language, 0) for end in (low, high))
    least, most = ends
    if high < 0.01:
        return "không tới 1 %" if vi else "below 1%"
    if low < 0.01:
        return f"không quá {most}" if vi else f"at most {most}"
    return f"từ {least} đến {most}" if vi else f"between {least} and {most}"


def _pair(one: str, other: str, value: float, years: int, language: str) -> str:
    names = f"{words.indicator_text(one, language)} – {words.indicator_text(other, language)}"
    size, vi = words.number(value, 2, language), language == "vi"
    if years < 8:
        return f"{names}: {years} năm chung, quá ít: coi là độc lập" if vi else f"{names}: {years} common years, too few: independent"
    return f"{names}: {size} ({years} năm)" if vi else f"{names}: {size} ({years} years)"


def solution_sentences(found: Any, store: Any, language: str) -> list[str]:
    """A solution in words: what it takes, how far from experience, or that the allowed range does not reach the chance."""
    vi, name = language == "vi", words.short_document(found.document)
    asked, reached = words.percent(100 * found.chance, language, 0), words.percent(100 * found.reached, language, 0)
    before = words.chance(found.before, language)
    if not found.possible:
        head = (
            f"{name}: không thể đạt khả năng {asked} trong khoảng cho phép; tốt nhất được {reached}; hiện nay {before}."
            if vi
            else f"{name}: a chance of {asked} is impossible within the allowed range; at best {reached}; now {before}."
        )
    else:
        head = (
            f"{name}: để khả năng đạt là {asked} – hiện nay {before} – mỗi năm {found.first}–{found.last} cần đẩy thêm:"
            if vi
            else f"{name}: for a chance of {asked} – now {before} – each year {found.first}-{found.last} takes a push of:"
        )
    lines = [head]
    for lever_id, value in found.pushes.items():
        lever = store.scenario_levers[lever_id]
        said = before_text(found.experience[lever_id], language)
        lines.append(f"{lever.name.in_language(language)}: {signed(value, language)} {words.unit_text(lever.unit, language)} – {said}")
    if len(found.pushes) > 1:
        lines.append(_effort(found, vi))
    if found.unmeasured:
        names = ", ".join(store.scenario_levers[name].name.in_language(language).split(" (")[0] for name in found.unmeasured)
        lines.append(
            f"Lịch sử chưa có hoặc dưới ba năm để đo nỗ lực của: {names}; lấy một phần tư khoảng cho phép (phán đoán)."
            if vi
            else f"No record of three years to measure the effort of: {names}; a quarter of the range is used (judgement)."
        )
    return lines


def _effort(found: Any, vi: bool) -> str:
    size = words.number(found.effort, 1, "vi" if vi else "en")
    if set(found.unmeasured) == set(found.pushes):
        return f"Tổng nỗ lực: {size} đơn vị quy ước." if vi else f"Effort: {size} units of our own."
    return f"Tổng nỗ lực: {size} độ lệch chuẩn lịch sử." if vi else f"Effort: {size} historical standard deviations."


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
            charts.show(scenario_charts.waterfall_chart(rows, "vi", unit=str(rows["unit"].iloc[0]), title=title))
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
