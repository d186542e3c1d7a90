"""The programme's own indicators: the latest figure against the target."""

from __future__ import annotations

import re
from collections.abc import Sequence
from typing import Any

from forecast.domain import Kind, Observation, Target, Text
from forecast.evidence import Evidence
from forecast.headline import territories
from forecast.publish import words
from forecast.publish.words import vocabulary
from forecast.publish.words.numbers import NOTHING, plain_number
from forecast.publish.words.vocabulary import phrase

PROGRAMME, TERRITORY = "571", "hung_yen_pre2025"
# of the few indicators nobody printed: the printed one that says most about them, always shown under its own name
KIN = {
    "epayment_accounts": "bank_account_share",
    "signed_edocs": "doc_system_with_signature_share",
    "digital_firms": "dx_firms",
}
ICONS = {"met": "✓", "underway": "…"}


def pillars(store: Evidence) -> list[dict[str, Any]]:
    """The programme's targets by pillar, each beside the latest figure published under the same name."""
    rows: dict[str, list[dict[str, Any]]] = {}
    for target in store.targets:
        asked = target.territory == TERRITORY and PROGRAMME in target.document and target.value is not None
        if asked and target.indicator in store.indicators:
            rows.setdefault(store.indicators[target.indicator].pillar, []).append(_row(store, target))
    return [{"name": name, "rows": rows[pillar]} for pillar, name in vocabulary.PILLARS.items() if pillar in rows]


def _row(store: Evidence, target: Target) -> dict[str, Any]:
    kind: Kind = "growth" if target.kind.startswith("growth") else "level"
    every = store.figures(indicator=target.indicator, territory=target.territory, kind=kind)
    figures = [figure for figure in every if figure.status not in ("derived", "assumption") and figure.unit == target.unit]
    newest = max((figure.period.last for figure in figures), default=0)
    latest = sorted((figure for figure in figures if figure.period.last == newest), key=lambda figure: figure.vintage)
    code = _state(latest, target)
    return {
        "name": target.name,
        "target": words.bounded({"direction": target.direction, "value": target.value, "unit": target.unit}) + f" ({target.last})",
        "target_source": target.source,
        "value": _figures_text(latest),
        "near": _near(store, target, newest),
        "source": "+".join(dict.fromkeys(figure.source for figure in latest)),
        "code": code,
        "icon": ICONS.get(code, "?"),
        "verdict": words.verdict("reached" if code == "met" else code),
    }


def _state(latest: Sequence[Observation], target: Target) -> str:
    """One year says nothing of a growth asked for in several, nor do figures that disagree."""
    if not latest:
        return "no_figure"
    reached = {_reached(figure, target) for figure in latest}
    if target.kind != "level" or len(reached) > 1:
        return "undecidable"
    return "met" if reached == {True} else "underway"


def _reached(figure: Observation, target: Target) -> bool:
    if target.value is None:
        return False
    if target.direction == "at_most":
        return figure.value <= target.value and figure.bound != "at_least"
    enough = figure.value > target.value if target.direction == "above" else figure.value >= target.value
    return enough and figure.bound != "at_most"


def _near(store: Evidence, target: Target, newest: int) -> dict[str, Any] | None:
    """A newer figure that is not quite what the target asks about: of the merged province, a range, derived, or of a kindred indicator."""
    names = (target.indicator, *([KIN[target.indicator]] if target.indicator in KIN and not newest else []))
    told = [
        figure
        for name in names
        for territory in territories(store)
        for figure in store.figures(indicator=name, territory=territory)
        if figure.status != "assumption" and figure.edition != "expected" and figure.period.last > newest
    ]
    if not told:
        return None
    kept = ("interval", "growth" if target.kind.startswith("growth") else "level")
    own = [figure for figure in told if figure.kind in kept] or told
    best = max(own, key=lambda figure: (figure.period.last, figure.vintage, figure.row))
    return {"text": _near_text(store, best, target), "source": best.source}


def _near_text(store: Evidence, figure: Observation, target: Target) -> Text:
    unit, high = figure.unit, figure.high
    value = words.entered(figure.value, unit, 2)
    if high is not None:
        value = plain_number(figure.value) + "–" + words.entered(high, unit, 2)
    kindred = figure.key.indicator != target.indicator
    value += _among(figure)
    named = store.indicators[figure.key.indicator].name + ": " if kindred else NOTHING
    about = [
        words.territory_text(figure.key.territory),
        Text.same(figure.period),
        Text("đo: ", "measured: ") + words.measure_text(figure.key.measure),
        phrase(vocabulary.STATUSES, figure.status),
    ]
    start = Text("số gần với chỉ tiêu, không phải chính chỉ tiêu: ", "near the indicator, not the indicator itself: ")
    return start + named + phrase(vocabulary.BOUNDS, figure.bound) + value + " (" + Text.joined(about, "; ") + ")"


def _among(figure: Observation) -> Text:
    """How many provinces a rank is one of, which its note begins with: 33 of 63 is not 33 of 34."""
    counted = re.match(r"of (\d+)\b", figure.note) if figure.unit == "rank" else None
    return Text(f" trong {counted[1]} tỉnh", f" of {counted[1]} provinces") if counted else NOTHING


def _figures_text(latest: Sequence[Observation]) -> Text:
    if not latest:
        return Text("chưa có số liệu của chính chỉ tiêu này", "no figure of this very indicator yet")
    values = dict.fromkeys(phrase(vocabulary.BOUNDS, figure.bound) + words.entered(figure.value, figure.unit) + _among(figure) for figure in latest)
    day = words.date_text(latest[-1].vintage)
    shown = Text.joined(values, "; ") + f" ({latest[-1].period}; "
    return shown + Text(f"công bố {day.vi})", f"published {day.en})")
