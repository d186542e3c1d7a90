"""The programme's own indicators: the latest figure against the target."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from forecast.domain import Kind, Observation, Target, Text
from forecast.evidence import Evidence
from forecast.publish import words
from forecast.publish.words import vocabulary
from forecast.publish.words.vocabulary import phrase

PROGRAMME, TERRITORY = "571", "hung_yen_pre2025"
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


def _figures_text(latest: Sequence[Observation]) -> Text:
    if not latest:
        return Text("chưa có số liệu", "no figure yet")
    values = dict.fromkeys(phrase(vocabulary.BOUNDS, figure.bound) + words.entered(figure.value, figure.unit) for figure in latest)
    day = words.date_text(latest[-1].vintage)
    shown = Text.joined(values, "; ") + f" ({latest[-1].period}; "
    return shown + Text(f"công bố {day.vi})", f"published {day.en})")
