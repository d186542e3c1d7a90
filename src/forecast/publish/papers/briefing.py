"""The briefing a meeting carries: three answers in words with a chart each, what changed, sources and run codes as endnotes."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from functools import lru_cache
from pathlib import Path
from typing import Any

from forecast import evidence
from forecast.domain import Text
from forecast.evidence import Source
from forecast.publish import published, words
from forecast.publish.exhibits import Exhibit, outlook
from forecast.publish.exhibits import changes as changed
from forecast.publish.leaders import targets
from forecast.publish.papers import view as views
from forecast.publish.papers.paper import Paper, Part, entered, own_layout, stand, standing
from forecast.publish.papers.view import View
from forecast.publish.published import Publication, PublishedRun
from forecast.publish.words import provenance
from forecast.publish.words.numbers import NOTHING
from forecast.publish.words.vocabulary import sentence
from forecast.runs.publication import changes

Sources = Mapping[str, Source]
KIND = Text("BÁO CÁO", "BRIEFING")


def briefing(root: Path, view: View | None = None, *, publication: Publication | None = None, language: str = "vi", address: str = "") -> Paper:
    """The three answers of a view of `publication`, else of what is published now; PublishError when nothing is."""
    publication = publication or published.read(root)
    chosen = view or views.usual(publication, language)
    sources = sources_of(root)
    compared = changes.read(root)
    differing = changed.by_answer(compared[1]) if compared else {}
    parts: list[Part] = []
    notes: list[Text] = []
    for run in views.answers(publication, chosen):
        since = differing.get((run.indicator, run.territory, run.measure))
        moved = changed.line(since, compared[0]) if since and compared else sentence("changes_first") if compared else NOTHING
        aim = aim_of(run, chosen)
        notes.append(_grounds(run, aim, sources))
        parts.append(_part(run, aim, moved, len(notes)))
    about = (sentence("paper_opening", where=views.subject(publication, chosen)), standing(publication))
    opening = (Text.joined(about if compared else (*about, sentence("changes_first")), " "),)
    subject = sentence("paper_subject")
    notes += entered(publication)
    return Paper(
        *(KIND, subject, opening, tuple(parts), tuple(notes)),
        **stand(publication),
        language=chosen.language,
        view=chosen,
        address=address,
        layout=own_layout(root, chosen.language),
    )


def sources_of(root: Path) -> Sources:
    """Every source of the project by id; none where it has no figures."""
    data = root / "data"
    return _sources(data, (data / "sources.csv").stat().st_mtime_ns) if (data / "sources.csv").exists() else {}


@lru_cache(maxsize=2)
def _sources(data: Path, _changed: int) -> Sources:
    return evidence.load(data).sources


def aim_of(run: PublishedRun, view: View) -> dict[str, Any]:
    """What the page says of a run by the target chosen in a view (`leaders.targets`), of a refused run why there is no forecast."""
    if run.refused:
        text = words.refusal(run.manifest)
        return targets.without(text, text, text)[0]
    aims = targets.aims(run)
    wanted = view.targets.get(run.indicator, "")
    return next((aim for aim in aims if aim["id"] == wanted), next(aim for aim in aims if aim["first"]))


def main_quantity(run: PublishedRun) -> str:
    """What the chart of an answer shows first: the level where targets are levels or paths of one, else growth."""
    paths = run.tables.get("target_paths")
    level = (paths is not None and len(paths) > 0) or not str(run.summary.get("quantity", "level")).startswith("growth")
    return "level" if level else "growth"


def main_unit(run: PublishedRun) -> Text:
    """The unit of that quantity."""
    forecast = run.tables["forecast"]
    return words.unit_text(str(forecast.loc[forecast["quantity"] == main_quantity(run), "unit"].iloc[0]))


def main_chart(run: PublishedRun) -> Exhibit | None:
    """The chart of an answer as the page shows it first; None of a refused run."""
    return None if run.refused else outlook.fan(run.tables, run.summary, main_quantity(run), choice=False)


def _part(run: PublishedRun, aim: Mapping[str, Any], moved: Text, note: int) -> Part:
    texts = [(aim["aloud"], note)]
    if aim["required"]:
        texts.append((aim["required"], 0))
    if moved.vi and not run.refused:
        texts.append((moved, 0))
    return Part(words.indicator_text(run.indicator), tuple(texts), main_chart(run))


def _grounds(run: PublishedRun, aim: Mapping[str, Any], sources: Sources) -> Text:
    """The endnote of an answer: its run, and the sources of what it says of targets and of published figures."""
    spoken = (aim["source"], *_of_documents(run, aim["aloud"]), *_of_figures(run))
    names = dict.fromkeys(name.strip() for cell in spoken for name in str(cell or "").split("+") if name.strip())
    listed = Text.joined((_title(name, sources) for name in names), "; ")
    return sentence("paper_grounds", run=run.run_id, sources=listed if listed.vi else words.DASH)


def _of_documents(run: PublishedRun, spoken: Text) -> Iterator[Any]:
    """The source of each target whose document a sentence names."""
    for row in words.rows_of(run.tables.get("verdicts")):
        document = words.short_document(row["document"])
        if document and document in spoken.vi:
            yield row["source"]


def _of_figures(run: PublishedRun) -> Iterator[Any]:
    """The source of the last published figure, and of each that the answer quotes."""
    yield (run.summary.get("last_published") or {}).get("source")
    quoted = ((run.summary.get("asked") or {}).get("now") or {}).get("printed") or ()
    wanted = {(figure["territory"], str(figure["period"]), float(figure["value"])) for figure in quoted}
    for row in words.rows_of(run.tables.get("history")):
        if (str(row["territory"]), str(row["period"]), float(row["value"])) in wanted:
            yield row["source"]


def _title(name: str, sources: Sources) -> Text:
    if name not in sources:
        return Text.same(name)
    source = sources[name]
    return provenance.source_text(str(source.title)) + (f" ({source.publisher})" if source.publisher else "")
