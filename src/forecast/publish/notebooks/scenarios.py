"""The blocks of the scenario notebook: each exhibit of scenarios through the renderer of the notebooks."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING, Any, TypeAlias

import pandas as pd

from forecast.domain import Text
from forecast.evidence import Evidence
from forecast.policy import Baseline, Comparison, Joint, Outlook, Solution
from forecast.publish import words
from forecast.publish.exhibits import Exhibit, comparison, scenarios, targets
from forecast.publish.notebooks.printing import say, section, show, tell
from forecast.publish.words.scenarios import joint_sentences, scenario_names, solution_sentences
from forecast.publish.words.vocabulary import sentence

if TYPE_CHECKING:  # a scenario that nobody reopens needs no records
    from forecast.runs.scenarios.saved import Opened

Frame: TypeAlias = pd.DataFrame


def _by_indicator(make: Callable[[Frame], Exhibit]) -> Callable[[Frame], None]:
    """A block that prints what `make` makes of the rows of each indicator, below its name."""

    def block(table: Frame) -> None:
        for indicator, rows in table.groupby("indicator", sort=False):
            _head(indicator)
            show(make(rows))

    return block


show_scenarios = section(scenarios.listed)
show_anatomy = section(scenarios.anatomy)
show_sector_rates = section(scenarios.sector_rates)
show_target_years = section(targets.target_years)
show_targets = _by_indicator(targets.targets)
show_documents = _by_indicator(targets.documents)


def show_assumptions(base: Baseline, scenario: str) -> None:
    """The assumptions of a scenario, and whether each has happened before."""
    show(scenarios.pushes(base.scenario(scenario), base.store, base))


def show_chosen(answer: Outlook, store: Evidence) -> None:
    """The scenario an outlook was made under, with its assumptions; the baseline says that nothing is pushed."""
    chosen = answer.chosen or store.scenario("baseline")
    say(f"**Kịch bản: {chosen.name.vi}** / *{chosen.name.en}* – {chosen.summary.vi}")
    if chosen.pushes:
        show(scenarios.pushes(chosen, store))


def show_comparison(compared: Comparison) -> None:
    """Bands and differences of the compared scenarios for each indicator: sentences, two charts, a table by year."""
    for indicator in dict.fromkeys(compared.bands["indicator"]):
        _head(indicator)
        tell([], comparison.differences_said(compared, indicator))
        for exhibit in comparison.by_year(compared, indicator):
            show(exhibit)


def show_contributions(table: Frame, base: Baseline) -> None:
    """What each lever adds by the horizon, by scenario and indicator."""
    _each(table, base, Text("Không có đòn bẩy nào.", "No lever."), comparison.contributions)


def show_tornado(table: Frame, base: Baseline) -> None:
    """How far each assumption of a scenario moves the outcome, by scenario and indicator."""
    _each(table, base, Text("Không có giả định nào để thử.", "No assumption to try."), comparison.assumptions)


def _each(table: Frame, base: Baseline, nothing: Text, make: Callable[[Frame, Evidence, Text], Exhibit]) -> None:
    if table.empty:
        tell([nothing])
        return
    table = table if "of" in table else table.assign(of="")
    for (scenario, indicator), rows in table.groupby(["of", "indicator"], sort=False):
        who = scenario_names(base.store, [scenario])[scenario] if scenario else Text("Kịch bản", "The scenario")
        _head(indicator, who)
        show(make(rows, base.store, who))


def show_joint(joint: Joint) -> None:
    """The chance of meeting one target of each indicator together, and what dependence could do at most."""
    tell(joint_sentences(joint))


def show_solution(solution: Solution, store: Evidence) -> None:
    """A solution in both languages."""
    head, *pushes = solution_sentences(solution, store)
    tell([head], pushes)


def show_numbers(opened: Opened) -> None:
    """The numbers of a reopened scenario at its horizon."""
    show(scenarios.numbers(opened.numbers, opened.question["horizon_year"]))


def show_opened(opened: Opened) -> None:
    """Which scenario was opened, and whether it gives the saved numbers again."""
    question, record = opened.question, opened.record
    where, day = words.territory_text(question["territory"]), words.date_text(question["as_of"])
    lines = [sentence("reopened", name=opened.scenario.name, code=opened.code, where=where, day=day)]
    if record:
        day = words.date_text(record["saved_at"])
        lines.append(sentence("saved_on", day=day, author=record["author"], note=record["note"]))
    if opened.same:
        lines.append(sentence("same_as_saved", difference=opened.difference))
    elif opened.same is False:
        reasons = Text.joined(opened.reasons, "; ")
        lines.append(sentence("other_than_saved", difference=opened.difference, reasons=reasons))
    tell(lines)


def show_waterfall(table: Frame) -> None:
    """What changed between the saved numbers and today's, part by part, by indicator."""
    if table.empty or not table["change"].abs().max() > 0:
        tell([Text("Không có gì đổi từ khi lưu.", "Nothing has changed since it was saved.")])
        return
    _by_indicator(scenarios.waterfall)(table)


def _head(indicator: Any, who: Text | None = None) -> None:
    name = words.indicator_text(indicator) if who is None else who + ": " + words.indicator_text(indicator)
    say(f"### {name.vi} / *{name.en}*")
