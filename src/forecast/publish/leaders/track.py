"""How forecasts like this one did before, for the line beside the number: replays of earlier days, then the class of like series."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from datetime import date
from typing import Any

from forecast.domain import Text
from forecast.headline import PRODUCTIVITY
from forecast.publish import words
from forecast.publish.exhibits import evaluation
from forecast.publish.published import Publication, PublishedRun
from forecast.publish.words.numbers import NOTHING
from forecast.publish.words.vocabulary import sentence

FEW = 3  # figures published later, below which no direction is said
LOW, HIGH = 0.7, 0.3  # share above the middle from which earlier forecasts were low, up to which they were high


def track(run: PublishedRun, replays: Sequence[Publication], runs: Iterable[PublishedRun]) -> Text:
    """One line: how many later figures fell inside the bands of earlier days and to which side, then the reference class."""
    parts = [part for part in (_replayed(run, replays), _class_of(run, runs)) if part.vi]
    return Text.joined(parts, " ")


def _replayed(run: PublishedRun, replays: Sequence[Publication]) -> Text:
    rows = list(_came(run, replays))
    if not rows:
        return NOTHING
    inside = sum(float(row["forecast_low"]) <= float(row["published"]) <= float(row["forecast_high"]) for row in rows)
    above = sum(float(row["published"]) > float(row["forecast_median"]) for row in rows)
    side = NOTHING
    if len(rows) >= FEW:
        share = above / len(rows)
        side = sentence("track_low" if share >= LOW else "track_high" if share <= HIGH else "track_even", above=above)
    return sentence("track", count=len(rows), inside=inside, side=side)


def _came(run: PublishedRun, replays: Sequence[Publication]) -> Iterator[dict[str, Any]]:
    """The years that lay ahead on an earlier day beside what stands for them now, each once for each day."""
    seen: set[tuple[str, ...]] = set()
    for replay in replays:
        for earlier in replay.runs:
            if (earlier.indicator, earlier.measure) != (run.indicator, run.measure) or "later" not in earlier.tables:
                continue
            rows = [row for row in words.rows_of(earlier.tables["later"]) if row["published"] is not None]
            year = date.fromisoformat(str(earlier.summary["as_of"])).year
            for row in sorted(rows, key=lambda row: str(row["vintage"]), reverse=True):
                about = (replay.plan, str(row["territory"]), str(row["quantity"]), str(row["period"]))
                if int(row["period"]) >= year and about not in seen:
                    seen.add(about)
                    yield row


def _class_of(run: PublishedRun, runs: Iterable[PublishedRun]) -> Text:
    """Productivity: other provinces whose later years were hidden; else other countries' series; else the nation's own past."""
    every = list(runs)
    if run.indicator == PRODUCTIVITY:
        hidden = next((each.tables["hiding"] for each in every if "hiding" in each.tables), None)
        rows = [row for row in words.rows_of(hidden) if row["settings"] == "learned" and not row["origin"] and row["judged"]]
        if rows:
            row = max(rows, key=lambda row: int(row["ahead"]))
            held = words.percent(100 * float(row["coverage80"]), 0)
            return sentence("track_class", territories=int(row["territories"]), ahead=int(row["ahead"]), held=held)
    reference = [row for each in every for row in words.rows_of(each.tables.get("reference")) if row["indicator"] == run.indicator]
    if reference:
        held, countries = words.percent(100 * float(reference[0]["held80"]), 0), int(reference[0]["countries"])
        return sentence("track_others", name=words.row_text(reference[0], "name"), countries=countries, held=held)
    exhibit = evaluation.record(run.tables, run.summary)
    return sentence("track_nation", skill=exhibit.sentence) if exhibit else NOTHING
