"""The one door for notebooks: each section of a report in one call, and what a run records.

    store = evidence.load()
    answer = policy.outlook(store, "labour_productivity_real", territory="hung_yen_2025", measure="nso", horizon_year=2030, seed=1)
    tables, summary = policy.tables(answer, store), policy.summary(answer, store)
    report.fan(tables, summary)

`tables` are the tables by name that a run records, `summary` its few numbers; a section prints what they hold and computes no
statistics. Vietnamese stands first, English beside. As the last line of a cell `answer` says itself in words.
"""

from __future__ import annotations

import functools
from collections.abc import Mapping
from dataclasses import replace
from datetime import UTC, datetime
from typing import Any

from IPython.core.getipython import get_ipython

from forecast import evidence, policy
from forecast.domain import Text
from forecast.errors import ForecastError
from forecast.evidence import Evidence
from forecast.models.provincial.province import assumed_values
from forecast.policy import Outlook
from forecast.policy.outlooks import chances
from forecast.policy.outlooks.chances import tidy
from forecast.policy.recorded.targets import verdicts_table
from forecast.policy.recorded.this_year import this_year_facts
from forecast.publish import words
from forecast.publish.exhibits import Summary, Tables, outlook, stories, verdicts
from forecast.publish.exhibits import evaluation as past
from forecast.publish.exhibits import evidence as grounds
from forecast.publish.exhibits import neighbours as neighbouring
from forecast.publish.exhibits import reliability as reliable
from forecast.publish.exhibits import scenarios as parts
from forecast.publish.notebooks import saved, scenarios, waiting
from forecast.publish.notebooks.printing import section, show, tell
from forecast.publish.notebooks.scenarios import show_chosen as scenario
from forecast.runs.plans import injected
from forecast.runs.records import record as recording

__all__ = [
    "accounting",
    "assumptions",
    "evaluation",
    "fan",
    "figures",
    "growth",
    "growth_years",
    "helpful",
    "hiding",
    "measured",
    "measures",
    "methods",
    "nation",
    "neighbours",
    "now",
    "nowcasts",
    "origins",
    "pit",
    "ranks",
    "readings",
    "record",
    "reference",
    "reliability",
    "replays",
    "require_parameters",
    "routes",
    "scenario",
    "scenarios",
    "sectors",
    "show",
    "sources",
    "targets",
    "tidy",
    "vintages",
]


figures = section(grounds.figures)
readings = section(grounds.readings)
nation = section(outlook.nation)
targets = section(verdicts.verdicts)
assumptions = section(grounds.assumptions)
pit = section(past.pit)
reliability = section(reliable.chances_kept)
reference = section(reliable.reference)
nowcasts = section(past.nowcasts)
now = section(past.now)
hiding = section(past.hiding)
ranks = section(past.ranks)
measured = section(past.measured)


def require_parameters() -> None:
    """Refuse parameters that a plan would refuse, whoever put them in: unknown names, days to come; PlanError says which."""
    shell = get_ipython()
    if shell is not None:
        injected.require(shell.user_ns["In"], shell.user_ns, datetime.now(UTC).date())


def fan(tables: Tables, summary: Summary) -> None:
    """The fan chart against the targets, and the years ahead as a table of what the indicator is judged by."""
    show(outlook.fan(tables, summary, outlook.main_quantity(tables), choice=False))
    show(outlook.years(tables, "growth" if str(summary["quantity"]).startswith("growth") else "level"))


def methods(tables: Tables, summary: Summary) -> None:
    """How each method did on the nation's past, and a replay beside what was published later."""
    record = past.record(tables, summary)
    show(record and replace(record, sentence=record.title + ": " + record.sentence + "."))
    later = tables.get("later")
    if later is None:
        tell([Text("Lượt chạy này dùng mọi số đã biết.", "This run uses every figure known.")])
        return
    show(outlook.later(tables, summary), title=True)
    show(past.replays(later))


def helpful(tables: Tables) -> None:
    """Which missing figure would narrow the band most, and on which assumption the chance depends."""
    show(outlook.information(tables))
    if tables["sensitivity"].empty:
        tell([Text("Không có chỉ tiêu nào còn mở để thử.", "No open target to try this on.")])
    else:
        show(outlook.sensitivity(tables))


def sources(tables: Tables, store: Evidence) -> None:
    """Title, publisher, date and address of every source the tables name."""
    show(grounds.sources(tables.values(), store))


def record(tables: Tables, summary: Mapping[str, Any]) -> None:
    """Record the tables and the summary as the outcome of this run and end it; outside a run nothing is written."""
    recording.save(tables, summary)
    recording.finish()


def growth(answer: Outlook, *rates: float) -> None:
    """The chance of growing by each rate (percent a year) on average over the years ahead, and in every single one of them."""
    show(stories.growth_chances(chances.growth_chances(answer, rates)))


def growth_years(answer: Outlook, store: Evidence) -> None:
    """Productivity growth year by year: GRDP as first printed and today, the employed, and where it is from; then this year."""
    if answer.heard:
        show(stories.growth_years(chances.growth_years(store, answer)))
    tell(words.this_year_texts({"this_year": this_year_facts(answer, store)}))


def accounting(answer: Outlook, store: Evidence) -> None:
    """Where the nation's growth came from: capital, total factor productivity, labour."""
    show(stories.accounting(store, answer.as_of))


def measures(answer: Outlook, store: Evidence, *others: str) -> None:
    """The answer beside the same question asked by other measures; a measure that allows no forecast says why."""
    question = answer.question
    asked: dict[str, Any] = {name: getattr(question, name) for name in ("territory", "horizon_year", "method", "seed", "n_paths")}
    asked |= {"as_of": question.as_of.isoformat(), "scenario": answer.scenario}
    bands = {answer.measure: tidy(answer)}
    for measure in dict.fromkeys(others):
        if measure in bands:
            continue
        try:
            bands[measure] = tidy(policy.outlook(store, answer.study.indicator, measure=measure, **asked))
        except ForecastError as problem:
            tell([words.measure_text(measure) + ": " + Text(problem.vi, problem.en)])
    show(stories.measures(bands, store, answer.study.indicator, answer.as_of))


def sectors(answer: Outlook, store: Evidence) -> None:
    """What the nation's digital economy consists of, and how far each sector of the territory would be digital."""
    show(stories.shares(store, answer.as_of))
    show(parts.sector_rates(policy.sector_rates(_baseline(answer, store), answer.chosen or "baseline")))


def routes(answer: Outlook, store: Evidence) -> None:
    """The two routes to e-commerce revenue and what they give, then its factors: sellers x orders x value, market x share."""
    show(stories.routes(chances.route_bands(answer, assumed_values(store)["ecommerce_platform_weight"])))
    show(parts.anatomy(policy.ecommerce_anatomy(_baseline(answer, store))))


def _baseline(answer: Outlook, store: Evidence) -> policy.Baseline:
    plain = answer.before or answer
    return policy.Baseline(plain.question, store, {plain.study.indicator: plain}, {})


def evaluation(tables: Tables) -> None:
    """How far the kit was off on each national series, and every method beside naive."""
    show(past.tried(tables))
    saved.show_track_record(tables["backtest"])


def origins(tables: Tables) -> None:
    """The kit's own forecast at every origin beside what came."""
    show(past.origins(tables["origins"]))


def vintages(tables: Tables) -> None:
    """The same with only what had been published on the day of each forecast."""
    saved.show_vintages(tables["vintages"], tables["vintage_origins"])


def neighbours(tables: Tables, summary: Summary) -> None:
    """Where the province stands in its region and the country, each rank with its band; every neighbour beside it."""
    for exhibit in neighbouring.neighbours(tables["neighbours"], summary):
        show(exhibit)


def replays(tables: Tables) -> None:
    """The replays of the province's answer, those refused with the reason, beside what was published later."""
    saved.show_replays(tables["replays"])


@functools.cache
def _registers() -> Evidence:
    return evidence.load()


def _in_words(answer: Outlook, include: Any = None, exclude: Any = None) -> dict[str, str]:
    """An answer as a notebook shows it: the headline, every other open target with its chance, what was noted of the nation's series."""
    rows = verdicts_table(answer, _registers())
    summary = policy.summary(answer, _registers())
    sentence = words.headline(summary, rows)
    head = words.headline_row(summary, rows)
    points = [words.target_sentence(row) for row in words.rows_of(rows) if words.has_chance(row) and row != head]
    points += [Text("Chuỗi cả nước: ", "The national series: ") + note for note in answer.nation.notes]
    lines = "\n".join(f"- {point.vi} / *{point.en}*" for point in points)
    return {"text/markdown": f"**{sentence.vi}**\n\n*{sentence.en}*\n\n{lines}", "text/plain": sentence.vi}


# policy knows no words: a notebook that opens this door shows its answers in them
setattr(Outlook, "_repr_mimebundle_", _in_words)  # noqa: B010
waiting.watch()
