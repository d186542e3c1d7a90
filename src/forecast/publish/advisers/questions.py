"""What the page of the adviser asks, as checked values: known ids and bounded numbers only (B06, B11).

The page's own limits are no protection: anything may come through the channel. Whatever is not expected is refused by name.
What a lever is pushed by stands as spans of years, which here also become assumptions of a scenario and come back from one.
"""

from __future__ import annotations

import math
from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from itertools import groupby
from typing import Any

from forecast import headline
from forecast.domain import Lever, Push, Scenario, Text
from forecast.errors import EvidenceError
from forecast.evidence import Evidence
from forecast.policy.outlooks import own_targets
from forecast.policy.outlooks.targets import Assessment
from forecast.policy.scenarios.baselines import Baseline

STUDIES = headline.registered().studies
TERRITORIES = headline.registered().territories
MEASURES = tuple(dict.fromkeys(name for study in STUDIES.values() if len(study.measures) > 1 for name in study.measures))
INDICATORS = tuple(STUDIES)
LANGUAGES = ("vi", "en")
CHANCES = (0.5, 0.8, 0.9)
OPENING = {  # what a page shows that was asked for nothing else; its script begins with the same
    "territory": TERRITORIES[0], "measure": MEASURES[0], "language": LANGUAGES[0], "indicator": headline.DIGITAL,
    "compare": ["baseline", "ambitious"],
}  # fmt: skip
MINE = "cua_toi"  # the scenario on the sliders
OWN_REASON = Text("Người dùng đặt trên trang Kịch bản.", "Set by the user on the scenario page.")
MOST = 4
MOST_SPANS = 6  # of one lever
Span = tuple[int, int, float]  # first year, last year, value
LONGEST = {"name": 80, "author": 80, "reason": 500, "link": 12_000, "text": 200, "own": own_targets.LONGEST}
_KEYS = {"territory", "measure", "language", "indicator", "compare", "pushes", "first", "last", "start", "narrow", "own"}


@dataclass(frozen=True)
class Asked:
    """The state of the page, checked: `pushes` by lever as spans of years, on no other scenario."""

    territory: str
    measure: str
    language: str
    indicator: str
    narrow: bool = False
    compare: tuple[str, ...] = ()
    pushes: Mapping[str, tuple[Span, ...]] = field(default_factory=dict)
    start: str = "baseline"
    own: Mapping[str, str] = field(default_factory=dict)  # typed targets by indicator


def view(state: Any) -> Asked:
    """Territory, measure, language and indicator of a state; raises EvidenceError for anything unknown."""
    if not isinstance(state, Mapping) or set(state) - _KEYS:
        raise _wrong("state", state if not isinstance(state, Mapping) else sorted(set(state) - _KEYS))
    return Asked(
        territory=one_of("territory", state.get("territory"), TERRITORIES),
        measure=one_of("measure", state.get("measure"), MEASURES),
        language=one_of("language", state.get("language"), LANGUAGES),
        indicator=one_of("indicator", state.get("indicator"), INDICATORS),
        narrow=state.get("narrow") is True,
        own=_own(state.get("own", {})),
    )


def _own(given: Any) -> dict[str, str]:
    if not isinstance(given, Mapping):
        raise _wrong("own", given)
    return {one_of("indicator", indicator, INDICATORS): text("own", typed) for indicator, typed in given.items()}


def state_of(state: Mapping[str, Any], base: Baseline, scenarios: Mapping[str, Scenario]) -> Asked:
    """Everything a state asks for, against a baseline and the scenarios of this session."""
    seen = view(state)
    years = movable(base)
    listed = state.get("compare", [])
    if not isinstance(listed, list) or len(listed) > MOST:
        raise _wrong("compare", listed, f"<= {MOST}")
    compare = tuple(one_of("compare", scenario, (*scenarios, MINE)) for scenario in listed)
    first = one_of("first", state.get("first", years[0]), years)
    last = one_of("last", state.get("last", years[-1]), years)
    if last < first:
        raise _wrong("last", last, f">= {first}")
    start = one_of("start", state.get("start", "baseline"), tuple(scenarios))
    pushes = _pushes(state.get("pushes", {}), base.store, (first, last), years)
    return replace(seen, compare=compare, pushes=pushes, start=start)


def movable(base: Baseline) -> tuple[int, ...]:
    """The years a push may be in force: from the first that some indicator can still be moved in to the horizon."""
    first = max(base.any.as_of.year, min(outlook.known_to for outlook in base.outlooks.values()) + 1)
    return tuple(range(first, base.horizon_year + 1))


def _pushes(given: Any, store: Evidence, usual: tuple[int, int], years: tuple[int, ...]) -> dict[str, tuple[Span, ...]]:
    """The pushes by lever: a number holds in the `usual` years, a list of [from, to, value] in its own; noughts are left out."""
    levers = store.scenario_levers
    if not isinstance(given, Mapping) or len(given) > len(levers):
        raise _wrong("pushes", given)
    pushes = {}
    for lever, push in given.items():
        one_of("lever", lever, tuple(levers))
        spans = _spans(levers[lever], push if isinstance(push, list) else [[*usual, push]], years)
        if moving := tuple(span for span in spans if span[2]):
            pushes[lever] = moving
    return pushes


def _spans(lever: Lever, given: list[Any], years: tuple[int, ...]) -> list[Span]:
    """Spans in the order of their years, none overlapping another, every value within what the lever allows."""
    if not 1 <= len(given) <= MOST_SPANS:
        raise _wrong(lever.id, given, f"1-{MOST_SPANS}")
    spans: list[Span] = []
    for span in given:
        if not isinstance(span, list) or len(span) != 3:
            raise _wrong(lever.id, span, "[from, to, value]")
        first, last = (one_of(f"{lever.id}: {end}", year, years) for end, year in zip(("from", "to"), span, strict=False))
        if last < first or (spans and first <= spans[-1][1]):
            raise _wrong(lever.id, [first, last], "from <= to, > " + str(spans[-1][1] if spans else years[0] - 1))
        spans.append((first, last, _value(lever, span[2])))
    return spans


def _value(lever: Lever, value: Any) -> float:
    if type(value) not in (int, float) or not math.isfinite(value) or not lever.low <= value <= lever.high:
        raise _wrong(lever.id, value, f"{lever.low:g} … {lever.high:g}")
    return float(value)


def movable_spans(scenario: Scenario, base: Baseline) -> dict[str, list[list[float]]] | None:
    """What a scenario pushes by lever, as [from, to, value] in the years that can be moved.

    None where sliders cannot hold it: it follows a document's path or pushes a single component of a merged territory.
    """
    if scenario.path or any(push.territory for push in scenario.pushes):
        return None
    spans = {push.lever: [list(span) for span in _even_spans(push, base)] for push in scenario.pushes}
    return {lever: moving for lever, moving in spans.items() if moving}


def _even_spans(push: Push, base: Baseline) -> tuple[Span, ...]:
    """The push as spans of equal value that do not overlap, years without a push left out."""
    years = movable(base)
    values = zip(years, map(float, push.values(years)), strict=True)
    spans = []
    for value, same in groupby(values, key=lambda year_and_value: round(year_and_value[1], 9)):
        held = [year for year, _ in same]
        if value:
            spans.append((held[0], held[-1], value))
    return tuple(spans)


def assumptions(base: Baseline, pushes: Mapping[str, tuple[Span, ...]], origin: Scenario, reason: Text) -> list[dict[str, Any]]:
    """Every assumption of the scenario on the sliders as a scenario's file has it.

    What is taken over unchanged from the scenario it started from keeps that one's years, reason, source and rating; any
    other is the user's judgement: red, with the user's reason, without a source.
    """
    before = {push.lever: push for push in origin.pushes}
    rows = []
    for lever, spans in pushes.items():
        own = Push(lever, spans, reason, "red")
        push = before.get(lever, own)
        kept = push if not push.territory and _even_spans(push, base) == spans else own
        unit, reasons = base.store.scenario_levers[lever].unit, {"vi": kept.reason.vi, "en": kept.reason.en}
        rows.append({"lever": lever, "unit": unit, "spans": kept.spans, "reason": reasons, "rating": kept.rating, "source": kept.source})
    return rows


def target(value: Any, base: Baseline) -> str:
    """The id of a target that is open for this baseline and has a value."""
    return one_of("target", value, tuple(open_targets(base)))


def open_targets(base: Baseline) -> dict[str, tuple[str, Assessment]]:
    """The assessments that can be solved for, each with its indicator, by target id."""
    return {
        assessment.target.id: (indicator, assessment)
        for indicator, outlook in base.outlooks.items()
        for assessment in outlook.assessments
        if assessment.state == "open" and assessment.probability is not None
    }


def text(name: str, value: Any, *, needed: bool = True) -> str:
    """A free text of bounded length without control characters; it is only ever stored and escaped, never run."""
    plain = value if isinstance(value, str) else ""
    clean = " ".join("".join(letter if letter.isprintable() else " " for letter in plain).split())
    if (needed and not clean) or len(plain) > LONGEST[name]:
        raise _wrong(name, plain[:40], f"1-{LONGEST[name]}")
    return clean


def one_of(name: str, value: Any, allowed: tuple[Any, ...]) -> Any:
    """The value where it is one of `allowed` in value and type, else EvidenceError."""
    if not any(type(choice) is type(value) and choice == value for choice in allowed):
        raise _wrong(name, value)
    return value


def _wrong(name: str, value: Any, wanted: str = "") -> EvidenceError:
    shown, more = repr(value)[:60], f" ({wanted})" if wanted else ""
    return EvidenceError(f"Giá trị không hợp lệ: {name} = {shown}{more}.", f"Not a valid value: {name} = {shown}{more}.")
