"""Which figures are late by data/calendar.yml and which come next, in a line each for whoever keeps the machine."""

from __future__ import annotations

from datetime import datetime
from pathlib import Path

from forecast import evidence
from forecast.domain import HERE, Text
from forecast.errors import ForecastError


def standing(root: Path, now: datetime) -> tuple[list[Text], Text | None]:
    """A text for each group of late figures, and what comes next; nothing for a project without figures that can be read."""
    try:
        dues = evidence.due(evidence.load(root / "data"), now.astimezone(HERE).date())
    except ForecastError:
        return [], None
    late = [_late(group) for group in evidence.overdue(dues)]
    coming = sorted((each for each in dues if each.day and not each.late), key=lambda each: str(each.day))
    if not coming:
        return late, None
    first = [each for each in coming if each.day == coming[0].day and each.when == coming[0].when]
    return late, Text.joined(evidence.named(group) for group in evidence.grouped(first)) + ": " + first[0].when


def _late(group: tuple[evidence.Due, ...]) -> Text:
    what, when, late = evidence.named(group), group[0].when, group[0].lateness
    return what + Text(f", thường có vào {when.vi}, chậm {late.vi}", f", usually out {when.en}, {late.en} late")
