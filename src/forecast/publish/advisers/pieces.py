"""The results of the adviser's page as pieces of HTML: cards, comparison, what each lever adds, documents."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace
from typing import Any

import pandas as pd

from forecast import policy
from forecast.domain import Scenario, Text
from forecast.headline import PRODUCTIVITY
from forecast.policy import Baseline, Comparison, Outlook
from forecast.policy.outlooks.targets import Assessment
from forecast.publish import words
from forecast.publish.advisers import rendering
from forecast.publish.advisers import session as adviser_session
from forecast.publish.advisers.questions import MINE, Asked
from forecast.publish.advisers.session import Session
from forecast.publish.exhibits import Exhibit, comparison, scenarios, targets
from forecast.publish.words import vocabulary
from forecast.publish.words.numbers import NOTHING
from forecast.publish.words.scenarios import joint_sentences, judged_quantity

CHART_WIDTHS = {"compare": (560, 210), "why": (400, 140)}  # of the plot, on a wide and on a narrow screen


def cards(session: Session, base: Baseline, asked: Asked) -> dict[str, str]:
    """The cards and the joint chance: what can be said before any chart is drawn."""
    compared, _ = compared_of(session, base, asked)
    joint = [(scenario.name, *joint_sentences(chance)) for scenario, chance in zip(compared.chosen, compared.joints, strict=True)]
    ends = words.rows_of(compared.bands[compared.bands["year"] == base.horizon_year])
    return {
        "cards": rendering.html(
            "cards",
            asked.language,
            trial=MINE in compared.names,
            cards=[_card(base, compared, indicator, outlook, ends) for indicator, outlook in base.outlooks.items()],
            joint={"lines": [(name, text) for name, text, _ in joint], "pairs": joint[0][2]},
        )
    }


def pieces(session: Session, base: Baseline, asked: Asked) -> dict[str, str]:
    """Comparison, reasons and documents; what can be taken away as a file is kept in the session."""
    compared, saved_as = compared_of(session, base, asked)
    session.files, session.language = {}, asked.language
    _keep(session, scenarios.origin(base, saved_as, adviser_session.published(session, base)))
    documents = _keep(session, targets.documents(_rows_of(policy.documents(base), asked.indicator)))
    compare, why = _compare(session, base, compared, asked), _why(session, base, compared, asked)
    return {
        "compare": rendering.html("compare", asked.language, **compare),
        "why": rendering.html("why", asked.language, **why),
        "documents": rendering.html("table", asked.language, table=documents),
    }


def compared_of(session: Session, base: Baseline, asked: Asked) -> tuple[Comparison, list[Scenario]]:
    """The comparison of the state and its scenarios as they were saved; kept, since cards and charts ask for the same.

    One scenario alone stands beside the baseline, the baseline alone beside the ambitious scenario.
    """
    key = (base.territory, base.measure, asked.compare, tuple(asked.pushes.items()), asked.start, *asked.own.items())
    if session.compared is None or session.compared[0] != key:
        chosen = adviser_session.chosen(session, base, asked) or [base.scenario("baseline")]
        if len(chosen) == 1:
            plain = chosen[0].hash == base.scenario("baseline").hash
            chosen = [chosen[0], base.scenario("ambitious")] if plain else [base.scenario("baseline"), chosen[0]]
        session.compared = key, policy.compare(base, *told_apart(chosen)), chosen
    return session.compared[1:]


def told_apart(chosen: Sequence[Scenario]) -> list[Scenario]:
    """The scenarios under ids and names that differ: versions of one scenario are named by their version, one given twice is one."""
    distinct = {scenario.hash: scenario for scenario in chosen}
    ids = [scenario.id for scenario in distinct.values()]
    for digest, scenario in distinct.items():
        if ids.count(scenario.id) > 1:
            distinct[digest] = replace(scenario, id=f"{scenario.id}_{digest}", name=adviser_session.with_version(scenario))
    return list(distinct.values())


def _card(base: Baseline, compared: Comparison, indicator: str, outlook: Outlook, ends: Sequence[Mapping[str, Any]]) -> dict[str, Any]:
    """What comes out for one indicator at the horizon and the chance of its headline target, by scenario."""
    head, end = outlook.headline, base.horizon_year
    bands = [row for row in ends if row["indicator"] == indicator]
    average = any(row["quantity"] == "growth_average" for row in bands)
    judged = "growth_average" if average else judged_quantity(indicator)
    outcomes = {row["scenario"]: row for row in bands if row["quantity"] == judged}
    lines: list[dict[str, Any]] = [
        {"name": scenario.name, "outcome": _outcome(outcomes[scenario.id], indicator), **_chance(under[indicator], head)}
        for scenario, under in zip(compared.chosen, compared.outlooks, strict=True)
        if scenario.id in outcomes
    ]
    span = Text(f"bình quân {outlook.known_to + 1}–{end}", f"average {outlook.known_to + 1}-{end}")
    return {
        "name": words.indicator_text(indicator),
        "about": head.target.name + f" – {words.short_document(head.target.document)}" if head else "",
        "when": span if average else Text(f"năm {end}", f"in {end}"),
        "lines": lines,
        "code": lines[-1]["code"],
    }


def _outcome(row: Mapping[str, Any], indicator: str) -> Text:
    """The number an indicator is judged by, as a reader says it."""
    return words.amount(float(row["median"]), "percent_per_year" if indicator == PRODUCTIVITY else str(row["unit"]))


def _chance(outlook: Outlook, head: Assessment | None) -> dict[str, Any]:
    """The chance of the headline target under a scenario, whose outlook this is."""
    code, chance = "no_target", NOTHING
    if head is not None:
        held = next(held for held in outlook.assessments if held.target.id == head.target.id)
        code, chance = held.verdict, words.chance(held.probability)
    return {"chance": chance, "code": code, "verdict": words.verdict(code), "icon": vocabulary.ICONS.get(code, "–")}


def _compare(session: Session, base: Baseline, compared: Comparison, asked: Asked) -> dict[str, Any]:
    if asked.indicator not in base.outlooks:
        return {"refused": base.refused[asked.indicator], "sentences": [], "pictures": [], "tables": []}
    bands, differences, years = comparison.by_year(compared, asked.indicator)
    width = CHART_WIDTHS["compare"][asked.narrow]
    return {
        "refused": "",
        "sentences": comparison.differences_said(compared, asked.indicator),
        "pictures": [_keep(session, bands, width), _keep(session, differences, width)],
        "tables": [_keep(session, years), _keep(session, targets.targets(_rows_of(compared.targets, asked.indicator)))],
    }


def _why(session: Session, base: Baseline, compared: Comparison, asked: Asked) -> dict[str, Any]:
    """Contributions and tornado of the last scenario that moves the indicator in view."""
    shown: list[dict[str, Any]] = []
    width = CHART_WIDTHS["why"][asked.narrow]
    for scenario in reversed(compared.chosen):
        rows = _rows_of(policy.contributions(base, scenario), asked.indicator)
        if len(rows):
            shown.append(_keep(session, comparison.contributions(rows, base.store, scenario.name), width))
            rows = _rows_of(policy.tornado(base, scenario), asked.indicator)
            if len(rows):
                shown.append(_keep(session, comparison.assumptions(rows, base.store, scenario.name), width))
            break
    return {"exhibits": shown}


def _rows_of(table: pd.DataFrame, indicator: str) -> pd.DataFrame:
    return table[table["indicator"] == indicator] if len(table) else table


def _keep(session: Session, exhibit: Exhibit, width: int = 0) -> dict[str, Any]:
    """The exhibit as the page shows it, kept to be taken away."""
    session.files[exhibit.name] = rendering.shown(exhibit, session.language, width)
    return session.files[exhibit.name]
