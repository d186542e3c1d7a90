"""The results of the adviser's page as pieces of HTML: cards, comparison, what each lever adds, documents."""

from __future__ import annotations

import re
from dataclasses import replace
from typing import Any

import pandas as pd

from forecast import policy
from forecast.domain import Scenario, Text
from forecast.policy.scenarios import codes
from forecast.publish import exhibits, templating, words
from forecast.publish.advisers import session as adviser_session
from forecast.publish.advisers.questions import MINE, Asked
from forecast.publish.advisers.session import Session
from forecast.publish.charts import canvas, scenarios
from forecast.publish.exhibits import Table
from forecast.publish.exhibits import scenarios as exhibit_tables
from forecast.publish.words import captions, vocabulary
from forecast.publish.words.numbers import say
from forecast.publish.words.scenarios import difference_sentence, joint_sentences, lever_names

_INNER_ROLES = re.compile(r' (?:role|aria-roledescription)="[^"]*"')


def cards(session: Session, base: Any, asked: Asked) -> dict[str, str]:
    """The cards and the joint chance: what can be said before any chart is drawn."""
    found, language = compared(session, base, asked), asked.language
    named = adviser_session.names(list(found.chosen), language)
    shown = {
        "cards": _cards(base, found, list(found.chosen), language),
        "joint": _joint(base, list(found.chosen), named, language),
    }
    return {"cards": templating.render("advisers/cards.html.j2", trial=MINE in named, language=language, **shown)}


def pieces(session: Session, base: Any, asked: Asked) -> dict[str, str]:
    """Comparison, reasons and documents; what can be taken away as a file is kept in the session."""
    found, language = compared(session, base, asked), asked.language
    named = adviser_session.names(list(found.chosen), language)
    session.files = {}
    _keep(session, "origin", _about(session, base, asked, session.compared[2]))
    listed = policy.documents(base)
    papers = _keep(session, "documents", exhibit_tables.documents(listed[listed["indicator"] == asked.indicator], language))
    return {
        "compare": templating.render(
            "advisers/compare.html.j2", language=language, **_compare(session, base, found, asked, named)
        ),
        "why": templating.render("advisers/why.html.j2", language=language, **_why(session, base, list(found.chosen), asked)),
        "documents": templating.render("advisers/table.html.j2", table=papers, what="documents", language=language),
    }


def compared(session: Session, base: Any, asked: Asked) -> Any:
    """The comparison of the state; the last one is kept, since cards and charts ask for the same.

    One scenario alone stands beside the baseline, the baseline alone beside the ambitious scenario.
    """
    key = (base.territory, base.measure, asked.compare, tuple(asked.pushes.items()), asked.start)
    if session.compared is None or session.compared[0] != key:
        chosen = adviser_session.chosen(session, base, asked) or [base.scenario("baseline")]
        if len(chosen) == 1:
            plain = chosen[0].hash == base.scenario("baseline").hash
            chosen = [chosen[0], base.scenario("ambitious")] if plain else [base.scenario("baseline"), chosen[0]]
        session.compared = key, policy.compare(base, *told_apart(chosen)), chosen
    return session.compared[1]


def told_apart(chosen: list[Scenario]) -> list[Scenario]:
    """The scenarios under ids and names that differ: versions of one scenario are named by their version, one given twice is one."""
    found: dict[str, Scenario] = {}
    ids = [item.id for item in {item.hash: item for item in chosen}.values()]
    for item in chosen:
        if ids.count(item.id) == 1:
            found[item.hash] = item
        else:
            name = Text(*(f"{text} ({word} {item.version})" for text, word in ((item.name.vi, "bản"), (item.name.en, "version"))))
            found[item.hash] = replace(item, id=f"{item.id}_{item.hash}", name=name)
    return list(found.values())


def _cards(base: Any, found: Any, chosen: list[Any], language: str) -> list[dict[str, Any]]:
    """One card for each indicator: what comes out at the horizon and the chance of its headline target, by scenario."""
    cards = []
    for name, outlook in base.outlooks.items():
        head = outlook.headline
        bands = found.bands[found.bands["indicator"] == name]
        quantity = "growth_average" if (bands["quantity"] == "growth_average").any() else exhibit_tables.HEADLINE[name]
        last = words.rows_of(bands[(bands["quantity"] == quantity) & (bands["year"] == base.horizon_year)])
        lines = [
            {
                "name": item.name.in_language(language),
                "outcome": exhibit_tables.outcome_text(row, name, language),
                **_chance(found, item, head, language),
            }
            for item in chosen
            for row in last
            if row["scenario"] == item.id
        ]
        about = (
            ""
            if head is None
            else f"{head.target.name.in_language(language)} – {words.short_document(head.target.document)}"
        )
        when = say(
            language,
            f"bình quân {outlook.known_to + 1}–{base.horizon_year}",
            f"average {outlook.known_to + 1}-{base.horizon_year}",
        )
        when = (
            when
            if quantity == "growth_average"
            else say(language, f"năm {base.horizon_year}", f"in {base.horizon_year}")
        )
        cards.append(
            {
                "name": words.indicator_text(name, language),
                "about": about,
                "when": when,
                "lines": lines,
                "code": lines[-1]["code"],
            }
        )
    return cards


def _chance(found: Any, item: Any, head: Any, language: str) -> dict[str, str]:
    if head is None:
        return {"chance": "", "code": "no_target", "verdict": words.verdict("no_target", language), "icon": "–"}
    table = found.targets
    row = table[(table["scenario"] == item.id) & (table["target"] == head.target.id)].iloc[0]
    code = str(row["verdict"])
    return {
        "chance": words.chance(row["probability"], language),
        "code": code,
        "verdict": words.verdict(code, language),
        "icon": vocabulary.ICONS.get(code, "–"),
    }


def _joint(base: Any, chosen: list[Any], named: dict[str, str], language: str) -> dict[str, Any]:
    said = [(named[item.id], *joint_sentences(policy.joint(base, item), language)) for item in chosen]
    return {"lines": [(name, text) for name, text, _ in said], "pairs": said[0][2]}


def _compare(session: Session, base: Any, found: Any, asked: Asked, named: dict[str, str]) -> dict[str, Any]:
    language, indicator = asked.language, asked.indicator
    if indicator not in base.outlooks:
        return {"refused": base.refused[indicator].in_language(language), "sentences": [], "pictures": [], "tables": []}
    spoken = exhibit_tables.of(found.differences, indicator)
    average = found.differences[
        (found.differences["indicator"] == indicator) & (found.differences["quantity"] == "growth_average")
    ]
    spoken = average if len(average) else spoken
    rows = words.rows_of(spoken[spoken["year"] == base.horizon_year])
    sentences = [difference_sentence(row, named, language).replace("**", "") for row in rows]
    width = 210 if asked.narrow else 560
    bands, gaps = exhibit_tables.of(found.bands, indicator), exhibit_tables.of(found.differences, indicator)
    bands, gaps = (item[item["year"] <= base.horizon_year] for item in (bands, gaps))
    title = words.indicator_text(indicator, language)
    charts = scenarios.bands_chart, scenarios.differences_chart
    said = captions.bands(bands, named, title, language), captions.differences(gaps, named, language)
    pictures = [
        _picture(session, name, draw(rows, named, language, width=width), caption)
        for name, draw, rows, caption in zip(("bands", "differences"), charts, (bands, gaps), said, strict=True)
    ]
    tables = [("years", _keep(session, "years", exhibit_tables.years(bands, gaps, named, indicator, language))),
              ("targets", _keep(session, "targets", exhibit_tables.targets(found.targets, indicator, language)))]  # fmt: skip
    return {"refused": "", "sentences": sentences, "pictures": pictures, "tables": tables}


def _why(session: Session, base: Any, chosen: list[Any], asked: Asked) -> dict[str, Any]:
    """Contributions and tornado of the last scenario that moves the indicator in view."""
    language, indicator, width = asked.language, asked.indicator, 140 if asked.narrow else 400
    for item in reversed(chosen):
        parts_of = policy.contributions(base, item) if item.pushes or item.path else pd.DataFrame()
        rows = parts_of[parts_of["indicator"] == indicator] if len(parts_of) else parts_of
        if len(rows):
            break
    else:
        return {"who": "", "pictures": [], "tables": []}
    last, table = rows[rows["year"] == base.horizon_year], policy.tornado(base, item)
    who, title, store = item.name.in_language(language), words.indicator_text(indicator, language), base.store
    named = lever_names(store, language, last)
    chart = scenarios.contributions_chart(last, named, language, width=width)
    said = captions.contributions(last, named, who, title, language)
    pictures = [_picture(session, "contributions_chart", chart, said)]
    tables = [("contributions", _keep(session, "contributions", exhibit_tables.contributions(rows, base, indicator, language)))]
    table = table[table["indicator"] == indicator]
    if len(table):
        named = lever_names(store, language, table)
        chart = scenarios.tornado_chart(table, named, language, width=width)
        pictures.append(_picture(session, "tornado", chart, captions.assumptions(table, named, who, language)))
        tables.append(("assumptions", _keep(session, "assumptions", exhibit_tables.assumptions(table, named, language))))
    return {"who": who, "pictures": pictures, "tables": tables}


def _picture(session: Session, name: str, chart: Any, caption: str) -> dict[str, str]:
    spec = chart.to_dict(validate=False)
    spec.pop("$schema", None)
    session.files[name] = spec
    svg = _INNER_ROLES.sub("", canvas.as_svg(chart, name))  # the figure around it is one image with a name
    return {"what": name, "svg": svg, "caption": caption}


def _keep(session: Session, name: str, table: Table) -> Table:
    session.files[name] = table
    return table


def _about(session: Session, base: Any, asked: Asked, chosen: list[Any]) -> Table:
    """Where a file's numbers come from: place, measure, day, draws, published runs, and each scenario with version, hash and code.

    It is never shown: its head holds the names of a workbook's two sheets.
    """
    language = asked.language
    runs = adviser_session.published(session, base)
    rows = [
        (say(language, "địa bàn", "territory"), words.territory_text(asked.territory, language)),
        (say(language, "ai đo", "measured by"), words.measure_text(asked.measure, language)),
        (say(language, "số liệu đến", "figures up to"), words.date_text(base.any.as_of, language)),
        (say(language, "số đường mô phỏng", "simulated paths"), str(len(base.any.levels))),
    ]
    published = say(language, "kết quả đã công bố", "published result")
    rows += [(f"{published}: {words.indicator_text(name, language)}", run) for name, run in runs.items()]
    version, code = say(language, "bản", "version"), say(language, "mã", "code")
    rows += [
        (f"{say(language, 'kịch bản', 'scenario')}: {item.name.in_language(language)}",
         f"{version} {item.version}; {item.hash}; {code} {codes.code(codes.question(base, item))}")
        for item in chosen
    ]  # fmt: skip
    sheets = (say(language, "Số liệu", "Figures"), say(language, "Nguồn", "Origin"))
    return Table(sheets[1], sheets, (), tuple(rows), exhibits.columns(exhibit_tables.ORIGIN, language))
