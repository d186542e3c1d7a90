"""What a lever is pushed by in which years: from the page's checked spans to assumptions of a scenario, and back."""

from __future__ import annotations

from collections.abc import Mapping
from itertools import groupby
from typing import Any

from forecast.domain import Push, Scenario, Text
from forecast.policy.scenarios.baselines import Baseline
from forecast.publish.advisers.questions import Span, movable

OWN_REASON = Text("Người dùng đặt trên trang Kịch bản.", "Set by the user on the scenario page.")


def movable_spans(scenario: Scenario, base: Baseline) -> dict[str, list[list[float]]] | None:
    """What a scenario pushes by lever, as [from, to, value] in the years that can be moved.

    None where sliders cannot hold it: it follows a document's path or pushes a single component of a merged territory.
    """
    if scenario.path or any(item.territory for item in scenario.pushes):
        return None
    found = {item.lever: [list(span) for span in runs(item, base)] for item in scenario.pushes}
    return {lever: spans for lever, spans in found.items() if spans}


def runs(push: Push, base: Baseline) -> tuple[Span, ...]:
    """The push as spans of equal value that do not overlap, years without a push left out."""
    years = movable(base)
    values = zip(years, push.values(years), strict=True)
    found = []
    for value, held in groupby(values, key=lambda item: round(float(item[1]), 9)):
        span = [year for year, _ in held]
        if value:
            found.append((span[0], span[-1], value))
    return tuple(found)


def assumption(base: Baseline, lever: str, spans: tuple[Span, ...], origin: Push | None, own: str) -> dict[str, Any]:
    """One assumption as a scenario's file has it.

    What is taken over unchanged from the scenario it started from keeps that one's years, reason, source and rating; any
    other is the user's judgement: red, without a source.
    """
    fixed: dict[str, Any] = {"lever": lever, "unit": base.store.scenario_levers[lever].unit}
    if origin is not None and not origin.territory and runs(origin, base) == spans:
        reason = {"vi": origin.reason.vi, "en": origin.reason.en}
        return {**fixed, "spans": origin.spans, "reason": reason, "rating": origin.rating, "source": origin.source}
    reason = {"vi": own, "en": own if own != OWN_REASON.vi else OWN_REASON.en}
    return {**fixed, "spans": spans, "reason": reason, "rating": "red", "source": ""}


def assumptions(base: Baseline, pushes: Mapping[str, tuple[Span, ...]], origin: Scenario, own: str) -> list[dict[str, Any]]:
    """Every assumption of the scenario on the sliders, which started from `origin`."""
    taken = {item.lever: item for item in origin.pushes}
    return [assumption(base, lever, spans, taken.get(lever), own) for lever, spans in pushes.items()]
