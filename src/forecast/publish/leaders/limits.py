"""What cannot be said from the figures of a run: read off its rows, never estimated."""

from __future__ import annotations

import itertools
from collections.abc import Iterator, Sequence

import pandas as pd

from forecast.domain import Text
from forecast.publish import words
from forecast.publish.exhibits.outlook import nation_unit
from forecast.publish.published import PublishedRun
from forecast.publish.words.vocabulary import sentence


def limits(run: PublishedRun) -> list[Text]:
    """Sentences: published years, where forecast ends and scenario begins, figures that differ, what cannot be decided."""
    history, summary = run.tables["history"], run.summary
    published = history[(history["ink"] == "published") & (history["territory"] == run.territory)]
    sentences = [_published_years(sorted({int(year) for year in published["period"]}))]
    if words.is_scenario(summary):
        limit = int(summary["forecast_to"]) if summary.get("forecast_to") else ""
        sentences.append(sentence("forecast_to", limit=limit))
    sentences += _differing(published)
    end = summary.get("territory_end")
    if not words.is_missing(end):
        sentences.append(sentence("territory_end", day=words.date_text(end)))
    sentences += _national(summary.get("notes") or (), nation_unit(run.tables))
    undecided = [row for row in words.rows_of(run.tables.get("verdicts")) if row["verdict"] in ("undecidable", "no_value")]
    return sentences + [words.target_text(row) + ": " + words.verdict(row["verdict"]) + "." for row in undecided]


def _national(notes: Sequence[words.Row], unit: str) -> list[Text]:
    """What the method noted of the national series, with the unit its numbers are in."""
    head = Text("Chuỗi cả nước", "The national series") + (Text.same(" (") + words.unit_text(unit) + ")" if unit else "")
    return [head + ": " + Text(note["vi"], note["en"]) for note in notes]


def _differing(published: pd.DataFrame) -> list[Text]:
    """A sentence for each year of which several figures were published."""
    counts = published.groupby(["indicator", "quantity", "period"])["value"].nunique()
    years = sorted({int(year) for (_, _, year), count in counts.items() if count > 1})
    return [sentence("differing_years", year=year) for year in years]


def _published_years(years: Sequence[int]) -> Text:
    if not years:
        return sentence("no_published_years")
    return sentence("published_years", listed=", ".join(_runs(years)))


def _runs(years: Sequence[int]) -> Iterator[str]:
    """Years that follow each other as one span: 2018-2025."""
    for _, group in itertools.groupby(enumerate(years), lambda placed: placed[1] - placed[0]):
        run = [year for _, year in group]
        yield f"{run[0]}–{run[-1]}" if len(run) > 1 else str(run[0])
