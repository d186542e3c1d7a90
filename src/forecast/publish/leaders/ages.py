"""How old the figures of the page are on the day of its publication: what is late, and what comes when."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, datetime

from forecast import evidence
from forecast.domain import HERE, Text
from forecast.evidence import Due, Evidence
from forecast.publish import words
from forecast.publish.words.vocabulary import sentence

MOST = 2  # groups of late figures that the head has room for


def standing(store: Evidence | None, published_at: str) -> tuple[Due, ...]:
    """How every series of the calendar stood on the day of publication; nothing without figures or without a day."""
    day = _day(published_at)
    return evidence.due(store, day) if store and day else ()


def note(published_at: str) -> Text:
    """What the list is: as of which day, by habit, and what late means."""
    return sentence("ages_note", day=words.date_text(_day(published_at)))


def overdue_text(dues: Sequence[Due]) -> Text | None:
    """One line on what is late, the latest first; None when nothing is."""
    groups = evidence.overdue(dues)
    if not groups:
        return None
    late = [sentence("overdue", what=evidence.named(group), when=group[0].when, late=group[0].lateness) for group in groups[:MOST]]
    left = sum(len(group) for group in groups[MOST:])
    return sentence("overdue_head", listed=Text.joined(late, "; "), more=sentence("overdue_more", count=left) if left else words.NOTHING)


def rows(dues: Sequence[Due]) -> list[dict[str, object]]:
    """A row for each series: its name, its newest and its next figure, who publishes what."""
    return [
        {
            "source": "+".join(each.release.sources),
            "name": Text(*(side[0].upper() + side[1:] for side in (each.name.vi, each.name.en))),
            "text": _age(each),
            "published": each.release.publisher + ": " + each.release.published,
        }
        for each in dues
    ]


def sources(dues: Sequence[Due]) -> set[str]:
    """The sources in which the habits were seen."""
    return {source for each in dues for source in each.release.sources}


def _age(each: Due) -> Text:
    newest = sentence("age_unknown") if each.newest is None else sentence("age_known", year=each.newest)
    if each.day is None:
        return newest + sentence("age_no_habit")
    late = sentence("age_late", late=each.lateness) if each.late else words.NOTHING
    return newest + sentence("age_next", period=each.period, when=each.when) + late


def _day(published_at: str) -> date | None:
    try:
        return datetime.fromisoformat(published_at).astimezone(HERE).date()
    except ValueError:
        return None
