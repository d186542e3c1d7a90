"""What the page shows, as texts in both languages, laid out from published runs; nothing is computed."""

from __future__ import annotations

import textwrap
from collections.abc import Iterable, Iterator, Mapping, Sequence
from pathlib import Path
from typing import Any

from forecast import evidence
from forecast.domain import Text
from forecast.evidence import Source
from forecast.headline import PRODUCTIVITY, registered
from forecast.publish import words
from forecast.publish.exhibits import Exhibit, evaluation, outlook, reliability
from forecast.publish.exhibits import changes as changed
from forecast.publish.exhibits import neighbours as neighbouring
from forecast.publish.exhibits.evidence import assumption
from forecast.publish.exhibits.verdicts import verdict
from forecast.publish.leaders import ages, scorecard, targets, tryout
from forecast.publish.leaders.limits import limits
from forecast.publish.leaders.pictures import BESIDE, MAIN, SMALL, TORNADO, Pictured, pictures
from forecast.publish.leaders.track import track
from forecast.publish.published import Publication, PublishedRun, indicators
from forecast.publish.words import information, provenance, vocabulary
from forecast.publish.words.vocabulary import sentence
from forecast.runs.publication import changes, clock, pointer
from forecast.runs.upkeep import status

LONGEST_NAME = 80  # a card has no room for more; the list of sources has the whole name
Sources = Mapping[str, Source]
Runs = Mapping[tuple[str, str, str], PublishedRun]  # by indicator, territory and measure


def content(publication: Publication, replays: Iterable[Publication], data: Path) -> dict[str, Any]:
    """Everything the template needs; `data` is the folder of figures, for the names of sources and the programme's indicators."""
    store = evidence.load(data) if (data / "sources.csv").exists() else None
    sources: Sources = store.sources if store else {}
    runs = _first_runs(publication)
    territories = list(dict.fromkeys(territory for _, territory, _ in runs))
    sections = [_section(indicator, territories, runs, sources) for indicator in indicators()]
    _add_changes(sections, changes.read(data.parent))
    _add_track(sections, runs, replays := tuple(replays), publication)
    shown = [run for run in runs.values() if not run.refused]
    publications = (*replays, publication)
    dues = ages.standing(store, publication.published_at)
    return {
        "publication": publication,
        "stand": _stand(publication),
        "as_of": words.date_text(max((str(run.summary.get("as_of", "")) for run in shown), default="")),
        "overdue": clock.behind(data, publication.published_at) or ages.overdue_text(dues),
        "ages": ages.rows(dues),
        "ages_note": ages.note(publication.published_at),
        "territories": _switch(territories),
        "sections": [section for section in sections if section["states"]],
        "measures": _switch(next((section["measures"] for section in sections if len(section["measures"]) > 1), ())),
        "presets": next((state["tryout"]["presets"] for section in sections for state in section["states"] if state["tryout"]), []),
        "record": list(_record(shown)),
        "chances": [(run.run_id, text) for run in publication.runs for text in reliability.chances(run.tables.get("reliability"))],
        "others": [(run.run_id, text) for run in publication.runs for _, text in reliability.others(run.tables.get("reference"))],
        "replays": [pictured for each in publications for pictured in _later(each)],
        "terms": list(vocabulary.TERMS.values()),
        "scorecard": scorecard.pillars(store) if store else [],
        "sources": _used_sources(publications, sources, ages.sources(dues)),
        "any_run": publication.runs[0].run_id if publication.runs else "",
    }


def _first_runs(publication: Publication) -> Runs:
    runs: dict[tuple[str, str, str], PublishedRun] = {}
    for run in publication.runs:
        if run.indicator in indicators():
            runs.setdefault((run.indicator, run.territory, run.measure), run)
    return runs


def _stand(publication: Publication) -> dict[str, Any]:
    """Who stands behind the page: its state in words, the last signature, and the class of its mark."""
    state = publication.state if publication.state in pointer.STATES else pointer.DRAFT
    signed = status.signature({"signatures": list(publication.signatures)})
    return {"code": state, "name": pointer.STATES[state], "signed": signed, "at": Text.same(status.local_time(publication.published_at))}


def _switch(codes: Iterable[str]) -> list[tuple[str, Text]]:
    return [(code, words.switch_label(code)) for code in codes]


def _section(indicator: str, territories: Sequence[str], runs: Runs, sources: Sources) -> dict[str, Any]:
    measures = list(dict.fromkeys(measure for name, _, measure in runs if name == indicator))
    states = []
    for territory in territories:
        for measure in measures:
            first = (territory, measure) == (territories[0], measures[0])  # what the page opens with; a switch asks for the rest
            run = runs.get((indicator, territory, measure))
            states.append(_state(indicator, territory, measure, run, sources) | {"first": first})
    return {"id": indicator, "name": words.indicator_text(indicator), "measures": measures, "states": states}


def _add_changes(sections: list[dict[str, Any]], compared: tuple[str, changes.Rows] | None) -> None:
    """What changed each answer since the publication before, as a line and its parts."""
    answers = changed.by_answer(compared[1]) if compared else {}
    for state in (state for section in sections for state in section["states"]):
        rows = answers.get((state["indicator"], state["territory"], state["measure"]))
        state["changed"] = changed.line(rows, compared[0]) if rows and compared else sentence("changes_first")
        state["parts"] = changed.parts(rows) if rows and any(float(row["change"]) for row in rows) else None


def _add_track(sections: list[dict[str, Any]], runs: Runs, replays: Sequence[Publication], publication: Publication) -> None:
    """How forecasts like each answer did before; nothing where there is no answer."""
    for state in (state for section in sections for state in section["states"]):
        run = runs.get((state["indicator"], state["territory"], state["measure"]))
        state["track"] = track(run, replays, publication.runs) if run and not run.refused else None


def _state(indicator: str, territory: str, measure: str, run: PublishedRun | None, sources: Sources) -> dict[str, Any]:
    about = {"indicator": indicator, "territory": territory, "measure": measure}
    state = about | {"about": words.subject(about), "run_id": run.run_id if run else "", "kind": "shown"}
    state |= {name: [] for name in ("figures", "targets", "assumptions", "helpful", "this_year", "neighbours")}
    state |= {"tryout": None, "last": None, "level": None}
    if run is None or run.refused:
        return state | _without_forecast(run, about)
    name = f"{indicator}-{territory}-{measure}".replace("_", "")
    quantity, other = _quantities(run)
    main = pictures(outlook.fan(run.tables, run.summary, quantity), f"{name}-a", MAIN, run.run_id)
    deeper = _deeper(run, name, other) if territory in registered().territories else {}
    return state | deeper | {
        "last": _last_figure(run, sources),
        "level": _same_prices(run),
        "routes": words.routes_said(run.summary),
        "aims": targets.aims(run),
        "main": main,
        "targets": [verdict(row) for row in words.rows_of(run.tables.get("verdicts"))],
        "this_year": words.this_year_texts(run.summary),
        "limits": limits(run),
        "neighbours": neighbouring.neighbours(run.tables.get("neighbours"), run.summary),
        "own": {"aloud": words.answer_said(run.summary), "headline": words.forecast_said(run.summary)},
        "helpful": information.helpful(run.tables.get("information")),
    }


def _deeper(run: PublishedRun, name: str, other: str) -> dict[str, Any]:
    """What the page holds of the province's own territories only, of a part of it the run's report: charts, try-out, assumptions."""
    more = [
        pictures(outlook.fan(run.tables, run.summary, other), f"{name}-b", BESIDE, run.run_id),
        pictures(outlook.nation(run.tables, run.summary), f"{name}-c", BESIDE, run.run_id),
        pictures(outlook.methods(run.tables), f"{name}-d", SMALL, run.run_id),
        pictures(outlook.sensitivity(run.tables), f"{name}-e", TORNADO, run.run_id),
    ]
    return {
        "figures": [pictured for pictured in more if pictured],
        "tryout": tryout.panel(run),
        "assumptions": [assumption(row) for row in words.rows_of(run.tables.get("assumptions"))],
    }


def _quantities(run: PublishedRun) -> tuple[str, str]:
    """The quantity of the main chart and the other one: the level against the target's path where there is such a path."""
    paths = run.tables.get("target_paths")
    level = (paths is not None and len(paths) > 0) or not str(run.summary.get("quantity", "level")).startswith("growth")
    return ("level", "growth") if level else ("growth", "level")


def _without_forecast(run: PublishedRun | None, about: Mapping[str, str]) -> dict[str, Any]:
    if run is None:
        text = Text("Chưa có lượt chạy nào cho địa bàn này.", "No run has been made for this territory.")
        return {"kind": "absent", "aims": targets.without(text, text, text), "limits": [text]}
    text = words.refusal(run.manifest)
    aloud = words.subject(run.summary or about) + ": " + words.verdict("refused") + "."
    return {"kind": "refused", "aims": targets.without(text, text, aloud), "limits": [text]}


def _last_figure(run: PublishedRun, sources: Sources) -> dict[str, Any]:
    """The last published figure in words, with the ids of its sources."""
    last = run.summary.get("last_published") or {}
    used = [name for name in str(last.get("source") or "").split("+") if name]
    titles = [textwrap.shorten(sources[name].title if name in sources else name, LONGEST_NAME, placeholder="…") for name in used]
    return {"text": words.last_figure(last, Text.same("; ".join(titles))), "sources": used}


def _same_prices(run: PublishedRun) -> Text | None:
    """The level of the last year known in the prices of the chart, where the last printed figure is in others."""
    last, year = run.summary.get("last_published") or {}, run.summary.get("known_to")
    if not last or last.get("indicator") == run.indicator or run.indicator != PRODUCTIVITY:
        return None
    levels = run.tables["forecast"]
    rows = levels[(levels["quantity"] == "level") & (levels["target_period"] == year) & (levels["output_type_id"] == 0.5)]
    if rows.empty:
        history = run.tables["history"]
        rows = history[(history["ink"] == "rebuilt") & (history["quantity"] == "level") & (history["period"] == year)]
    return sentence("same_prices", year=year, value=words.amount(float(rows["value"].iloc[0]), _level_unit(run))) if len(rows) else None


def _level_unit(run: PublishedRun) -> str:
    levels = run.tables["forecast"]
    return str(levels["unit"][levels["quantity"] == "level"].iloc[0])


def _record(runs: Sequence[PublishedRun]) -> Iterator[tuple[str, Exhibit]]:
    """(run, how its methods did on the nation), once for each indicator and measure: of whichever territory, it is the same."""
    first: dict[tuple[str, str], PublishedRun] = {}
    for run in runs:
        first.setdefault((run.indicator, run.measure), run)
    for run in first.values():
        if exhibit := evaluation.record(run.tables, run.summary):
            yield run.run_id, exhibit


def _later(publication: Publication) -> Iterator[tuple[str, Pictured]]:
    """(run, its earlier forecast beside what came), once for each indicator and measure."""
    seen = set()
    for run in publication.runs:
        if run.refused or not run.indicator or (run.indicator, run.measure) in seen:
            continue
        pictured = pictures(outlook.later(run.tables, run.summary), f"later-{run.run_id}".replace("_", ""), SMALL, run.run_id)
        if pictured:
            seen.add((run.indicator, run.measure))
            yield run.run_id, pictured


def _used_sources(publications: Iterable[Publication], sources: Sources, further: Iterable[str]) -> list[tuple[str, Text, str]]:
    """(id, whole description, address where known) of every source that a published table or card names, and of `further` ones."""
    used = set(further)
    for run in (run for publication in publications for run in publication.runs):
        cells = [table["source"].dropna().unique() for table in run.tables.values() if "source" in table]
        last = run.summary.get("last_published") or {}
        names = [str(cell) for column in cells for cell in column] + [str(last.get("source") or "")]
        used |= {part.strip() for name in names for part in name.split("+")}
    missing = Text("(chưa có trong danh mục nguồn)", "(not in the list of sources)")
    links = {name: provenance.link(sources[name].url) for name in used if name in sources}
    return [(name, _described(sources[name]) if name in sources else missing, links.get(name, "")) for name in sorted(used - {""})]


def _described(source: Source) -> Text:
    parts = [str(part or "").strip().rstrip(".") for part in (source.title, source.publisher, source.published)]
    return Text.same(". ".join(part for part in parts if part))
