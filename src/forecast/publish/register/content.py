"""What the page of figures shows: figures with the part each plays, the register of targets, what is missing."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping
from pathlib import Path
from typing import Any

from forecast import evidence
from forecast.domain import Text
from forecast.errors import PublishError
from forecast.evidence import Evidence, notes
from forecast.headline import NATION
from forecast.publish import published, words
from forecast.publish.register import figures, targets, template
from forecast.publish.words import provenance, vocabulary
from forecast.publish.words.information import NOISE, candidate
from forecast.publish.words.numbers import row_text
from forecast.publish.words.vocabulary import phrase


def content(root: Path) -> dict[str, Any]:
    """Everything the template needs; figures as columns of places in lists of names, so that a name is written once."""
    store = evidence.load(root / "data")
    titles, translations = provenance.titles(store.sources), notes.vietnamese(root / "data")
    rows = figures.figures(store)
    parts = {name: sum(row["part"] == name for row in rows) for name in vocabulary.ROLES}
    return {
        "facts": {
            "columns": figures.COLUMNS,
            "rows": [[row[name] for name in figures.COLUMNS] for row in rows],
            "names": _names(store) | _texts(store, translations, titles),
            "parts": vocabulary.ROLES,
        },
        "count": words.number(len(rows), 0) + Text(" con số, công bố đến ", " figures, known up to ") + words.date_text(store.last_vintage),
        "left_out": words.number(parts["aside"], 0)
        + Text(" con số mâu thuẫn để sang bên, ", " set aside in conflicts, ")
        + words.number(parts["excluded"], 0)
        + Text(" con số loại bằng đính chính", " left out by a correction"),
        "sources": provenance.credits(store.sources),
        "targets": targets.target_rows(store, translations, titles),
        "clashes": targets.clashes(store),
        "without": _without(store),
        **_published(root, store),
    }


def _names(store: Evidence) -> dict[str, dict[str, Any]]:
    """Names in both languages by id, the headline indicators and the province's own territories first."""
    entered = store.observations
    return {
        "indicator": {name: indicator.name for name, indicator in store.indicators.items()},
        "territory": figures.territories(store),
        "measure": _used(vocabulary.MEASURES, (figure.key.measure for figure in entered)),
        "status": _used(vocabulary.STATUSES, (figure.status for figure in entered)),
        "said": vocabulary.SPEAKERS,
        "bound": _used(vocabulary.BOUNDS, (figure.bound for figure in entered)),
        "kind": _used(vocabulary.KINDS, (figure.kind for figure in entered)),
        "unit": {unit: words.unit_text(unit) for unit in sorted({figure.unit for figure in entered})},
        "source": {name: _source(credit) for name, credit in provenance.credits(store.sources).items()},
    }


def _used(table: Mapping[str, Text], codes: Iterable[str]) -> dict[str, Text]:
    """The names of the codes in use, in the table's order, what it has not at the end."""
    used = set(codes)
    return {code: phrase(table, code) for code in (*(code for code in table if code in used), *sorted(used - set(table)))}


def _source(credit: provenance.Credit) -> list[str]:
    texts = (credit.title, credit.publisher, credit.published)
    return [*(side for text in texts for side in (text.vi, text.en)), credit.title_language, credit.publisher_language, credit.link]


def _texts(store: Evidence, translations: Mapping[str, str], titles: Mapping[str, Text]) -> dict[str, Any]:
    """Notes, places in a source and periods as entered -> Vietnamese, English; a third mark where there is no Vietnamese."""
    texts: dict[str, Any] = {"period": {str(figure.period): _period(str(figure.period)) for figure in store.observations}}
    for field in ("note", "locator"):
        entered = dict.fromkeys(text for figure in store.observations if (text := getattr(figure, field)))
        read = {text: provenance.note_text(text, translations, titles) for text in entered}
        texts[field] = {text: [note.vi, note.en, *([1] if note.english else [])] for text, note in read.items()}
    return texts


def _period(text: str) -> Text:
    """A period that is not one whole year as it is read."""
    for pattern, read in vocabulary.PERIODS.items():
        if period := re.fullmatch(pattern, text):
            return Text(period.expand(read.vi), period.expand(read.en))
    return Text.same(text)


def _without(store: Evidence) -> list[Text]:
    """Indicators with a target for the province for which no figure of the province is known."""
    asked = dict.fromkeys(target.indicator for target in store.targets if target.territory != NATION)
    own = figures.own()
    measured = {figure.key.indicator for figure in store.observations if figure.key.territory in own}
    return [store.indicators[name].name for name in asked if name not in measured and name in store.indicators]


def _published(root: Path, store: Evidence) -> dict[str, Any]:
    """Which missing figure would narrow a published answer most, the workbook that marks them, and what could not be answered."""
    try:
        runs = published.read(root).runs
    except PublishError:
        runs = ()
    helpful = sorted((row for run in runs for row in _helpful(run)), key=lambda row: -row["share"])
    widest: dict[tuple[str, str, str], dict[str, Any]] = {}  # one candidate may help several answers
    for row in helpful:
        widest.setdefault(row["key"], row)
    refused = [
        {"run_id": run.run_id, "indicator": words.indicator_text(run.indicator), "reason": row_text(run.manifest, "reason")}
        for run in runs
        if run.refused
    ]
    workbook = template.workbook(store, template.recorded(runs, store), store.last_vintage)
    file = {"name": template.name(store.last_vintage), "address": template.address(workbook)}
    return {"helpful": list(widest.values()), "refused": refused, "template": file}


def _helpful(run: published.PublishedRun) -> Iterator[dict[str, Any]]:
    """The missing figures that would narrow the answer of a run by more than the noise of its draws."""
    for row in words.rows_of(run.tables.get("information")):
        share = row["narrowing_percent"]
        if share is None or share < NOISE:
            continue
        now, then = (words.amount(row[name], row["unit"]) for name in ("band_now", "band_with"))
        yield {
            "key": (row["candidate"], row["territory"], row["quantity"]),
            "run_id": run.run_id,
            "name": candidate(row),
            "indicator": words.indicator_text(run.indicator),
            "territory": words.territory_text(row["territory"]),
            "band": now + " → " + then,
            "share": share,
            "narrower": words.percent(share, 0),
        }


