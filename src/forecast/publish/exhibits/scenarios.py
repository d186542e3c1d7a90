"""Scenarios one by one: which there are, what each assumes, what it comes to, what changed since it was saved."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

import pandas as pd

from forecast.domain import Push, Scenario, Text
from forecast.evidence import Evidence
from forecast.policy import Baseline, codes, happened
from forecast.publish import words
from forecast.publish.charts import scenarios as charts
from forecast.publish.exhibits import Exhibit, heads
from forecast.publish.exhibits.evidence import sources_of
from forecast.publish.words import vocabulary
from forecast.publish.words.numbers import DASH, NOTHING, digits, signed
from forecast.publish.words.scenarios import before_text
from forecast.publish.words.vocabulary import phrase


def listed(base: Baseline) -> Exhibit:
    """Every scenario that fits the territory: name, what it says, author, where it comes from and its short code."""
    fitting = {
        name: scenario
        for name, scenario in base.store.scenarios.items()
        if "@" not in name and scenario.territory in ("", base.territory)
    }
    return Exhibit(
        "scenarios",
        Text("Các kịch bản", "The scenarios"),
        head=heads("scenarios"),
        rows=tuple(
            (
                Text.same(name),
                scenario.name,
                scenario.summary,
                Text.same(scenario.author),
                Text.same(f"{scenario.version} · {scenario.hash}"),
                Text.same(f"{scenario.parent} ({scenario.parent_hash})") if scenario.parent else DASH,
                Text.same(codes.code(codes.question(base, scenario)).replace("-", "\u2011")),
            )
            for name, scenario in fitting.items()
        ),
    )


def pushes(scenario: Scenario, store: Evidence, base: Baseline | None = None) -> Exhibit:
    """What a scenario assumes: value, years, rating, reason and source; with a baseline also whether it has happened before.

    One that pushes no lever has no rows; its sentence says what it does instead.
    """
    head = heads("pushes")
    rows = [_push(push, store, base) for push in scenario.pushes]
    if base is None:
        head, rows = (*head[:3], *head[4:]), [(*row[:3], *row[4:]) for row in rows]
    title = Text("Các giả định", "The assumptions")
    return Exhibit("pushes", title, NOTHING if rows else _without_pushes(scenario, store), head, tuple(rows))


def _without_pushes(scenario: Scenario, store: Evidence) -> Text:
    aims = [target.name + f" ({words.short_document(target.document)})" for target in store.targets if target.id in scenario.path]
    if not aims:
        return Text("Kịch bản này không đẩy đòn bẩy nào.", "This scenario pushes no lever.")
    return Text("Đạt đúng các chỉ tiêu: ", "Meets exactly the targets: ") + Text.joined(aims, "; ") + "."


def _push(push: Push, store: Evidence, base: Baseline | None) -> tuple[Text, ...]:
    lever = store.scenario_levers[push.lever]
    largest = max((value for _, _, value in push.spans), key=abs)
    return (
        lever.name + (" – " + words.territory_text(push.territory) if push.territory else NOTHING),
        Text.joined((_span(span, lever.unit) for span in push.spans), "; "),
        phrase(vocabulary.RATINGS, push.rating),
        NOTHING if base is None else before_text(happened(base, lever, largest)),
        push.reason,
        sources_of({"source": push.source}),
    )


def _span(span: tuple[int, int | None, float], unit: str) -> Text:
    first, last, value = span
    years = str(first) if first == last else f"{first}–{last or ''}"
    return f"{years}: " + signed(value) + " " + words.unit_text(unit)


def anatomy(table: pd.DataFrame) -> Exhibit:
    """E-commerce as sellers x orders x value beside market x share, in the year that is known; what is missing is named."""
    return Exhibit(
        "anatomy",
        Text("Doanh thu thương mại điện tử gồm những gì", "What e-commerce revenue is made of"),
        head=heads("anatomy"),
        rows=tuple(
            (
                words.territory_text(row["territory"]) + f", {int(row['year']) if row['year'] else '–'}",
                phrase(vocabulary.PARTS, row["part"]),
                DASH if row["value"] is None else phrase(vocabulary.BOUNDS, row["bound"]) + words.entered(row["value"], row["unit"], 2),
                sources_of(row),
            )
            for row in words.rows_of(table)
        ),
    )


def sector_rates(table: pd.DataFrame) -> Exhibit:
    """How far each sector is digital at the horizon under a scenario, against the programme's goal for each sector."""
    rows = words.rows_of(table[table["year"] == table["year"].max()]) if len(table) else []
    goal = Text.joined(dict.fromkeys(words.number(row["goal"], 0) for row in rows))
    return Exhibit(
        "sector_rates",
        Text("Các ngành số hóa đến đâu", "How far each sector is digital"),
        head=(
            *heads("sector_rates"),
            Text("Khả năng từ ", "Chance of ") + goal + Text(" %", "% or more"),
        ),
        rows=tuple(
            (
                phrase(vocabulary.PARTS, row["sector"]),
                Text.same(row["year"]),
                words.percent(row["median"]),
                words.number(row["low"], 1) + " – " + words.number(row["high"], 1),
                words.chance(row["probability"]),
            )
            for row in rows
        ),
    )


def numbers(opened: Mapping[str, Mapping[str, Any]], year: int) -> Exhibit:
    """The numbers of a reopened scenario by indicator, in one year."""
    rows = []
    for indicator, outcome in opened.items():
        low, middle, high = (digits(quantile[outcome["years"].index(year)]) for quantile in outcome["quantiles"])
        chance = words.chance(outcome["probability"]) + f" ({outcome['target']})" if outcome["target"] else DASH
        rows.append((words.indicator_text(indicator), Text.same(year), middle, low + " – " + high, chance))
    title = Text("Các con số", "The numbers")
    head = heads("numbers")
    return Exhibit("numbers", title, head=head, rows=tuple(rows))


def waterfall(rows: pd.DataFrame) -> Exhibit:
    """What changed one indicator between the saved numbers and today's, part by part; drawn where its outcome changed."""
    outcome = rows[rows["quantity"] == "outcome"]
    unit, drawn = str(outcome["unit"].iloc[0]), outcome["change"].abs().max() > 0
    return Exhibit(
        "waterfall",
        words.indicator_text(str(rows["indicator"].iloc[0])),
        head=heads("waterfall"),
        rows=tuple(
            (
                phrase(vocabulary.CHANGES, row["quantity"]),
                phrase(vocabulary.CHANGES, row["part"]),
                words.number(row["start"], 3) + " → " + words.number(row["end"], 3),
                signed(row["change"]),
            )
            for row in words.rows_of(rows)
        ),
        chart=(lambda width, _: charts.waterfall_chart(outcome, unit=unit, width=width)) if drawn else None,
        size=(520, 0),
    )


def origin(base: Baseline, scenarios: Sequence[Scenario], runs: Mapping[str, str]) -> Exhibit:
    """Where a file's numbers come from: territory, measure, day, draws, published `runs` by indicator, each scenario's version and code."""
    published, scenario_, version = heads("origin_items")
    values = [
        (Text("địa bàn", "territory"), words.territory_text(base.territory)),
        (Text("ai đo", "measured by"), words.measure_text(base.measure)),
        (Text("số liệu đến", "figures up to"), words.date_text(base.any.as_of)),
        (Text("số đường mô phỏng", "simulated paths"), Text.same(len(base.any.levels))),
        *((published + words.indicator_text(indicator), Text.same(run)) for indicator, run in runs.items()),
    ]
    for scenario in scenarios:
        code = codes.code(codes.question(base, scenario))
        values.append((scenario_ + scenario.name, version + f"{scenario.version}; {scenario.hash}; " + Text("mã ", "code ") + code))
    return Exhibit("origin", Text("Nguồn", "Origin"), columns=heads("origin"), values=tuple(values))
