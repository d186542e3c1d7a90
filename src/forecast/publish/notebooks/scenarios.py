"""The blocks of the scenario notebook: scenarios and their assumptions, comparisons, contributions; verdicts beside."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

import pandas as pd
from IPython.display import Markdown, display

from forecast.publish import words
from forecast.publish.charts import nation, scenarios
from forecast.publish.charts.scenarios import parts_order
from forecast.publish.notebooks.indicator import _both, _phrase, _show
from forecast.publish.notebooks.scenario_verdicts import (
    _number,
    show_documents,
    show_joint,
    show_numbers,
    show_opened,
    show_solution,
    show_target_years,
    show_targets,
    show_waterfall,
)
from forecast.publish.words import vocabulary
from forecast.publish.words.numbers import signed
from forecast.publish.words.scenarios import (
    HEADLINE,
    Frame,
    before_text,
    difference_sentence,
    lever_names,
    scenario_names,
    solution_sentences,
)
from forecast.publish.words.vocabulary import phrase

__all__ = [
    "show_anatomy",
    "show_assumptions",
    "show_chosen",
    "show_comparison",
    "show_contributions",
    "show_documents",
    "show_joint",
    "show_numbers",
    "show_opened",
    "show_scenarios",
    "show_sector_rates",
    "show_solution",
    "show_target_years",
    "show_targets",
    "show_tornado",
    "show_waterfall",
    "solution_sentences",
]


def show_scenarios(base: Any) -> None:
    """Every scenario that fits the territory: name, what it says, author, where it comes from and its short code."""
    from forecast.policy.scenarios import codes

    rows = []
    for name, item in base.store.scenarios.items():
        if "@" in name or item.territory not in ("", base.territory):
            continue
        code = codes.code(codes.question(base, item))
        parent = f"{item.parent} ({item.parent_hash})" if item.parent else "–"
        rows.append(
            {
                "Mã / Id": name,
                "Kịch bản / Scenario": _both(item.name.vi, item.name.en),
                "Nội dung / What it says": item.summary.vi,
                "Người viết / Author": item.author,
                "Bản / Version": f"{item.version} · {item.hash}",
                "Gốc / Parent": parent,
                "Mã mở lại / Code": code.replace("-", "\u2011"),
            }
        )
    _show(rows)


def show_assumptions(base: Any, scenario: str) -> None:
    """The assumptions of a scenario with value, years, rating, reason, source, and whether it has happened before."""
    from forecast.policy.scenarios.experience import happened

    _show_pushes(base.scenario(scenario), base.store, lambda lever, push: before_text(happened(base, lever, push), "vi"))


def show_chosen(answer: Any, store: Any) -> None:
    """The scenario an outlook was made under, with its assumptions; the baseline says that nothing is pushed."""
    chosen = answer.chosen or store.scenario("baseline")
    display(Markdown(f"**Kịch bản: {chosen.name.vi}** / *{chosen.name.en}* – {chosen.summary.vi}"))
    if chosen.pushes:
        _show_pushes(chosen, store)


def _show_pushes(chosen: Any, store: Any, before: Callable[[Any, float], str] | None = None) -> None:
    if not chosen.pushes:
        aims = [f"{item.name.vi} ({words.short_document(item.document)})" for item in store.targets if item.id in chosen.path]
        text = f"Đạt đúng các chỉ tiêu: {'; '.join(aims)}." if aims else "Kịch bản này không đẩy đòn bẩy nào."
        display(Markdown(f"*{text}*"))
        return
    rows = []
    for item in chosen.pushes:
        lever = store.scenario_levers[item.lever]
        row = {
            "Đòn bẩy / Lever": _both(lever.name.vi, lever.name.en) + _place(item.territory),
            "Đẩy thêm / Push": "; ".join(_span(span, lever.unit) for span in item.spans),
            "Mức tin / Rating": _phrase(vocabulary.RATINGS, item.rating),
        }
        if before:
            row["Đã từng? / Before?"] = before(lever, max((value for _, _, value in item.spans), key=abs))
        rows.append({**row, "Lý do / Reason": item.reason.vi, "Nguồn / Source": item.source.replace("+", " + ")})
    _show(rows)


def _place(territory: str) -> str:
    return f" – {words.territory_text(territory, 'vi')}" if territory else ""


def _span(span: tuple[int, int | None, float], unit: str) -> str:
    first, last, value = span
    years = str(first) if first == last else f"{first}–{last or ''}"
    return f"{years}: {signed(value, 'vi')} {words.unit_text(unit, 'vi')}"


def show_comparison(found: Any) -> None:
    """Bands and differences of the compared scenarios for each indicator: a sentence, two charts, a table by year."""
    spoken = {one: {item.id: item.name.in_language(one) for item in found.chosen} for one in ("vi", "en")}
    names = spoken["vi"]
    for indicator in parts_order(found.bands):
        quantity = HEADLINE[indicator]
        bands, gaps = (_of(table, indicator, quantity) for table in (found.bands, found.differences))
        if bands.empty:
            continue
        display(Markdown(f"### {words.indicator_text(indicator, 'vi')} / *{words.indicator_text(indicator, 'en')}*"))
        for language in ("vi", "en"):
            mark = "" if language == "vi" else "*"
            lines = [difference_sentence(row, spoken[language], language) for row in _last(_spoken(found.differences, indicator))]
            display(Markdown("\n".join(f"- {mark}{line}{mark}" for line in lines)))
        nation.show(scenarios.bands_chart(bands, names, "vi"))
        nation.show(scenarios.differences_chart(gaps, names, "vi", title="Chênh lệch so với kịch bản đầu"))
        _show(_year_rows(bands, gaps, names))


def _of(table: Frame, indicator: str, quantity: str) -> Frame:
    return table[(table["indicator"] == indicator) & (table["quantity"] == quantity)]


def _spoken(differences: Frame, indicator: str) -> Frame:
    average = _of(differences, indicator, "growth_average")
    return average if len(average) else _of(differences, indicator, HEADLINE[indicator])


def _last(rows: Frame) -> list[dict[str, Any]]:
    return words.rows_of(rows[rows["year"] == rows["year"].max()]) if len(rows) else []


def _year_rows(bands: Frame, gaps: Frame, names: Mapping[str, str]) -> list[dict[str, str]]:
    rows = []
    for year in sorted(set(bands["year"])):
        row = {"Năm / Year": str(year)}
        for item in words.rows_of(bands[bands["year"] == year]):
            row[names[item["scenario"]]] = f"{_number(item['median'])} ({_number(item['low'])} – {_number(item['high'])})"
        for item in words.rows_of(gaps[gaps["year"] == year]):
            middle, low, high = (signed(item[name], "vi") for name in ("median", "low", "high"))
            row[f"{names[item['scenario']]} − {names[item['against']]}"] = f"{middle} ({low} – {high})"
        rows.append(row)
    return rows


def show_contributions(table: Frame, base: Any) -> None:
    """What each lever adds by the horizon, as a chart and a table per scenario and indicator; the rows sum to the difference."""
    if table.empty:
        display(Markdown("*Không có đòn bẩy nào. / No lever.*"))
        return
    table = table if "of" in table else table.assign(of="")
    last = table[table["year"] == table["year"].max()]
    for (of, indicator), rows in last.groupby(["of", "indicator"], sort=False):
        names = lever_names(base.store, "vi", rows)
        who = scenario_names(base.store, [of], "vi")[of]
        nation.show(scenarios.contributions_chart(rows, names, "vi", title=f"{who}: {words.indicator_text(indicator, 'vi')}"))
    _show(
        {
            "Kịch bản / Scenario": scenario_names(base.store, [row["of"]], "vi")[row["of"]],
            "Chỉ tiêu / Indicator": words.indicator_text(row["indicator"], "vi"),
            "Đòn bẩy / Lever": lever_names(base.store, "vi", pd.DataFrame([row]))[row["lever"]],
            "Đóng góp / Contribution": signed(row["contribution"], "vi"),
            "Cơ sở → kịch bản / Baseline → scenario": f"{words.number(row['baseline'], 2, 'vi')} → {words.number(row['scenario'], 2, 'vi')}",
            "Mức tin / Rating": _phrase(vocabulary.RATINGS, row["rating"]),
        }
        for row in words.rows_of(last)
    )


def show_anatomy(rows: Frame) -> None:
    """E-commerce as sellers x orders x value beside market x share, in the year that is known; what is missing is named."""
    _show(
        {
            "Địa bàn, năm / Territory, year": f"{words.territory_text(row['territory'], 'vi')}, {int(row['year']) if row['year'] else '–'}",
            "Phần / Part": _phrase(vocabulary.PARTS, row["part"]),
            "Giá trị / Value": "–" if row["value"] is None else _bounded(row),
            "Nguồn / Source": str(row["source"]).replace("+", " + "),
        }
        for row in words.rows_of(rows)
    )


def _bounded(row: Mapping[str, Any]) -> str:
    return phrase(vocabulary.BOUNDS, row["bound"], "vi") + words.amount(row["value"], row["unit"], "vi", 2)


def show_sector_rates(rows: Frame) -> None:
    """How far each sector is digital at the horizon under a scenario, against the programme's goal for each sector."""
    last = rows[rows["year"] == rows["year"].max()] if len(rows) else rows
    _show(
        {
            "Ngành / Sector": _phrase(vocabulary.PARTS, row["sector"]),
            "Năm / Year": str(row["year"]),
            "Mức số hóa, giữa / Digital, middle": words.percent(row["median"], "vi"),
            "80 %": f"{words.number(row['low'], 1, 'vi')} – {words.number(row['high'], 1, 'vi')}",
            f"Khả năng từ {words.number(row['goal'], 0, 'vi')} % / Chance": words.chance(row["probability"], "vi"),
        }
        for row in words.rows_of(last)
    )


def show_tornado(table: Frame, base: Any) -> None:
    """How far each assumption of a scenario moves the outcome."""
    if table.empty:
        display(Markdown("*Không có giả định nào để thử. / No assumption to try.*"))
        return
    for (of, indicator), rows in table.groupby(["of", "indicator"], sort=False):
        who = scenario_names(base.store, [of], "vi")[of]
        title = f"{who}: {words.indicator_text(indicator, 'vi')} khi giả định giảm nửa hay lùi (xám), gấp đôi hay tiến (xanh)"
        nation.show(scenarios.tornado_chart(rows, lever_names(base.store, "vi", rows), "vi", title=title))


