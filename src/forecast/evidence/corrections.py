"""Reviewed corrections applied to figures: excluded or replaced, never edited in the table itself."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace

from forecast.domain import Observation
from forecast.evidence.records import Correction


def apply_corrections(figures: Iterable[Observation], corrections: Iterable[Correction]) -> tuple[Observation, ...]:
    """Figures with every correction applied; a replaced figure becomes 'derived' and its note names the correction."""
    rules = tuple(corrections)
    kept = []
    for figure in figures:
        rule = next((rule for rule in rules if rule.matches(figure)), None)
        if rule is None:
            kept.append(figure)
        elif rule.action == "replace":
            note = "; ".join(filter(None, (figure.note, f"corrected from {figure.value:g}: {rule.reason.en}")))
            kept.append(replace(figure, value=float(rule.value or 0.0), status="derived", note=note))
    return tuple(kept)
