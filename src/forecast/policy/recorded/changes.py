"""Why a published number is another than the one published before it: parts that sum to its change.

The idea of statsmodels' `news()`, for an answer that is drawn anew: from the old answer to the new one what it rests on is changed
step by step, each step from where the last one ended, so that the parts sum exactly; another order would divide the same total a
little differently. `model` is what the first step and, where the code has gone on since, the last number leave over.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from itertools import pairwise
from typing import Any

import pandas as pd

from forecast.errors import ForecastError
from forecast.evidence import Evidence
from forecast.policy.outlooks.answers import outlook
from forecast.policy.recorded.numbers import median_of
from forecast.policy.scenarios.revisions import revised_figures

PARTS = ("model", "assumptions", "territory", "revised", "new", "scenario")
UNSPLIT = "unsplit"  # the one part where the old figures were not kept or do not fit today's registers
COLUMNS = ("indicator", "territory", "measure", "quantity", "unit", "part", "start", "end", "change")
_REGISTERS = (
    *("indicators", "details", "sources", "targets", "target_facts", "assumptions", "scenario_levers", "lever_facts", "releases"),
)


@dataclass(frozen=True)
class Published:
    """One published answer: its parameters, its recorded summary, the digests of what it was made of, its evidence where kept."""

    parameters: Mapping[str, Any]
    summary: Mapping[str, Any]
    digests: Mapping[str, str]
    store: Evidence | None = None

    @property
    def numbers(self) -> tuple[float, float | None]:
        """The printed middle and the chance of the headline's target."""
        probability = self.summary.get("probability")
        return float(self.summary["median"]), None if probability is None else float(probability)


def changes(old: Published, new: Published) -> pd.DataFrame:
    """The change from one published answer to the next: a row for each quantity (outcome, probability) and part that was asked.

    No row where the two answer different questions of the same name (another horizon); rows of nought where nothing changed. The
    probability is left out where the headline speaks of another target.
    """
    about = {name: new.summary[name] for name in ("indicator", "territory", "measure")}
    if old.summary["end_period"] != new.summary["end_period"]:
        return pd.DataFrame(columns=COLUMNS)
    states = list(_states(old, new))
    rows = []
    for position, (quantity, unit) in enumerate((("outcome", str(new.summary["unit"])), ("probability", "ratio"))):
        values = [(part, numbers[position]) for part, numbers in states]
        same_target = old.summary.get("headline_target") == new.summary.get("headline_target")
        if any(value is None for _, value in values) or (position and not same_target):
            continue
        rows += [{**about, "quantity": quantity, "unit": unit, **row} for row in _rows(values)]
    return pd.DataFrame(rows, columns=COLUMNS)


def _rows(values: list[tuple[str, Any]]) -> Iterator[dict[str, Any]]:
    """A row a part, the parts of one name put together (`model` has a first and a last step)."""
    parts: dict[str, float] = dict.fromkeys((part for part, _ in values[1:]), 0.0)
    for (_, before), (part, after) in pairwise(values):
        parts[part] += after - before
    end = values[0][1]
    for part, change in parts.items():
        start, end = end, end + change
        yield {"part": part, "start": start, "end": end, "change": change}


def _states(old: Published, new: Published) -> Iterator[tuple[str, tuple[float, float | None]]]:
    """(part, numbers after it), the first before any."""
    yield "", old.numbers
    if old.store is None or new.store is None:
        yield UNSPLIT, new.numbers
        return
    try:
        yield from [(part, numbers) for part, numbers in _steps(old, new)]
    except (ForecastError, KeyError):  # the old figures cannot be asked by today's registers
        yield UNSPLIT, new.numbers
        return
    yield "model", new.numbers


def _steps(old: Published, new: Published) -> Iterator[tuple[str, tuple[float, float | None]]]:
    assert old.store is not None and new.store is not None
    before, now = old.store, new.store
    then = {**new.parameters, **{name: old.parameters.get(name, "") for name in ("territory", "scenario", "own_target")}}
    then |= {"as_of": old.summary["as_of"]}
    later = {**then, "as_of": new.summary["as_of"]}
    moved = {**later, "territory": new.parameters["territory"]}
    registers = replace(before, **{name: getattr(now, name) for name in _REGISTERS})
    territories = replace(registers, territories=now.territories)
    mended = replace(territories, observations=revised_figures(before, now), corrections=now.corrections)
    every = replace(mended, observations=now.observations)
    asked = [
        ("model", before, then), ("assumptions", registers, then), ("territory", territories, {**then, "territory": moved["territory"]}),
        ("revised", mended, moved), ("new", every, moved),
        ("scenario", now, {"own_target": "", **new.parameters, "as_of": new.summary["as_of"]}),
    ]  # fmt: skip
    same_code = all(old.digests.get(name) == new.digests.get(name) for name in ("code", "environment"))
    last = (before, {"own_target": "", **old.parameters, "as_of": old.summary["as_of"]}) if same_code else None
    numbers = old.numbers
    for part, store, question in asked:
        if last is None or not _alike(last, (store, question)):
            numbers = _asked(store, old.summary, question)
        last = (store, question)
        yield part, numbers


def _alike(before: tuple[Evidence, Mapping[str, Any]], after: tuple[Evidence, Mapping[str, Any]]) -> bool:
    """Whether two steps ask the same of the same, so that nothing needs to be drawn."""
    names = (*_REGISTERS, "territories", "observations", "corrections", "scenarios")
    return dict(before[1]) == dict(after[1]) and all(getattr(before[0], name) == getattr(after[0], name) for name in names)


def _asked(store: Evidence, summary: Mapping[str, Any], question: Mapping[str, Any]) -> tuple[float, float | None]:
    """The number a run would print, and the chance of the target the old headline spoke of."""
    answer = outlook(store, summary["indicator"], **question)
    held = next((held for held in answer.assessments if held.target.id == summary.get("headline_target")), None)
    return median_of(answer), held.probability if held else None
