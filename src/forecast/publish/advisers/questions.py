"""What the page of the adviser asks, as checked values: known ids and bounded numbers only (B06, B11).

The page's own limits are no protection: anything may come through the channel. Whatever is not expected is refused by name.
"""

from __future__ import annotations

import math
from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from typing import Any

from forecast.domain import Lever
from forecast.errors import EvidenceError
from forecast.evidence import Evidence
from forecast.policy.scenarios.baselines import Baseline

TERRITORIES = ("hung_yen_2025", "hung_yen_pre2025")
MEASURES = ("nso", "mic")
INDICATORS = ("labour_productivity_real", "digital_economy_share", "ecommerce_revenue")
LANGUAGES = ("vi", "en")
CHANCES = (0.5, 0.8, 0.9)
OPENING = {  # what a page shows that was asked for nothing else; its script begins with the same
    "territory": TERRITORIES[0], "measure": MEASURES[0], "language": LANGUAGES[0], "indicator": INDICATORS[1],
    "compare": ["baseline", "ambitious"],
}  # fmt: skip
MINE = "cua_toi"  # the scenario on the sliders
MOST = 4
MOST_SPANS = 6  # of one lever
Span = tuple[int, int, float]  # first year, last year, value
LONGEST = {"name": 80, "author": 80, "reason": 500, "link": 12_000, "text": 200}
_KEYS = {"territory", "measure", "language", "indicator", "compare", "pushes", "first", "last", "start", "narrow"}


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


def place(state: Any) -> Asked:
    """Territory, measure, language and indicator of a state; raises EvidenceError for anything unknown."""
    if not isinstance(state, Mapping) or set(state) - _KEYS:
        raise _wrong("state", state if not isinstance(state, Mapping) else sorted(set(state) - _KEYS))
    return Asked(
        territory=one_of("territory", state.get("territory"), TERRITORIES),
        measure=one_of("measure", state.get("measure"), MEASURES),
        language=one_of("language", state.get("language"), LANGUAGES),
        indicator=one_of("indicator", state.get("indicator"), INDICATORS),
        narrow=state.get("narrow") is True,
    )


def whole(state: Mapping[str, Any], base: Baseline, known: Mapping[str, Any]) -> Asked:
    """The whole state against a baseline and the scenarios `known` in this session."""
    where = place(state)
    years = movable(base)
    listed = state.get("compare", [])
    if not isinstance(listed, list) or len(listed) > MOST:
        raise _wrong("compare", listed, f"<= {MOST}")
    compare = tuple(one_of("compare", item, (*known, MINE)) for item in listed)
    first = one_of("first", state.get("first", years[0]), years)
    last = one_of("last", state.get("last", years[-1]), years)
    if last < first:
        raise _wrong("last", last, f">= {first}")
    start = one_of("start", state.get("start", "baseline"), tuple(known))
    pushes = _pushes(state.get("pushes", {}), base.store, (first, last), years)
    return replace(where, compare=compare, pushes=pushes, start=start)


def movable(base: Baseline) -> tuple[int, ...]:
    """The years a push may be in force: from the first that some indicator can still be moved in to the horizon."""
    first = max(base.any.as_of.year, min(item.known_to for item in base.outlooks.values()) + 1)
    return tuple(range(first, base.horizon_year + 1))


def _pushes(found: Any, store: Evidence, usual: tuple[int, int], years: tuple[int, ...]) -> dict[str, tuple[Span, ...]]:
    """The pushes by lever: a number holds in the `usual` years, a list of [from, to, value] in its own; noughts are left out."""
    levers = store.scenario_levers
    if not isinstance(found, Mapping) or len(found) > len(levers):
        raise _wrong("pushes", found)
    pushes = {}
    for lever, given in found.items():
        one_of("lever", lever, tuple(levers))
        spans = _spans(levers[lever], given if isinstance(given, list) else [[*usual, given]], years)
        if kept := tuple(span for span in spans if span[2]):
            pushes[lever] = kept
    return pushes


def _spans(lever: Lever, given: list[Any], years: tuple[int, ...]) -> list[Span]:
    """Spans in the order of their years, none overlapping another, every value within what the lever allows."""
    if not 1 <= len(given) <= MOST_SPANS:
        raise _wrong(lever.id, given, f"1-{MOST_SPANS}")
    spans: list[Span] = []
    for item in given:
        if not isinstance(item, list) or len(item) != 3:
            raise _wrong(lever.id, item, "[from, to, value]")
        first, last = (one_of(f"{lever.id}: {name}", year, years) for name, year in zip(("from", "to"), item, strict=False))
        if last < first or (spans and first <= spans[-1][1]):
            raise _wrong(lever.id, [first, last], "from <= to, > " + str(spans[-1][1] if spans else years[0] - 1))
        spans.append((first, last, _value(lever, item[2])))
    return spans


def _value(lever: Lever, value: Any) -> float:
    if type(value) not in (int, float) or not math.isfinite(value) or not lever.low <= value <= lever.high:
        raise _wrong(lever.id, value, f"{lever.low:g} … {lever.high:g}")
    return float(value)


def target(value: Any, base: Baseline) -> str:
    """The id of a target that is open for this baseline and has a value."""
    return one_of("target", value, tuple(open_targets(base)))


def open_targets(base: Baseline) -> dict[str, Any]:
    """The assessments that can be solved for, by target id."""
    return {
        held.target.id: held
        for item in base.outlooks.values()
        for held in item.assessments
        if held.state == "open" and held.probability is not None
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
    found = next((item for item in allowed if type(item) is type(value) and item == value), None)
    if found is None:
        raise _wrong(name, value)
    return found


def _wrong(name: str, value: Any, wanted: str = "") -> EvidenceError:
    shown, more = repr(value)[:60], f" ({wanted})" if wanted else ""
    return EvidenceError(
        f"Giá trị không hợp lệ: {name} = {shown}{more}.", f"Not a valid value: {name} = {shown}{more}."
    )
