"""Which series of calendar.yml is how old on a day: the newest year known, the next one, when it is usually out, how late it is."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date

from forecast.domain import Text
from forecast.evidence.releases import PROVINCES, Release
from forecast.evidence.resolve import EXPECTED
from forecast.evidence.store import Evidence

MONTH_DAYS = 30
MONTHS = (
    *("January", "February", "March", "April", "May", "June"),
    *("July", "August", "September", "October", "November", "December"),
)
PLACE, NATION = Text(" của tỉnh", " of the province"), Text(" cả nước", " of the nation")


@dataclass(frozen=True)
class Due:
    """How a release stands on a day; `newest` is None where nothing is known, `day` where there is no habit."""

    release: Release
    newest: int | None
    period: int | None
    day: date | None
    late: int  # days since `day`, 0 if it has not gone by

    @property
    def name(self) -> Text:
        """The series with its place: lao động có việc làm của tỉnh."""
        return self.release.name + scope(self.release)

    @property
    def when(self) -> Text:
        """When the next figure is usually out: a month, or a day where sources print one."""
        if self.day is None:
            return Text("", "")
        if self.release.day is None:
            return Text(f"tháng {self.day.month}/{self.day.year}", f"in {MONTHS[self.day.month - 1]} {self.day.year}")
        day = self.day
        return Text(f"ngày {day.day}/{day.month}/{day.year}", f"by {day.day} {MONTHS[day.month - 1]} {day.year}")

    @property
    def lateness(self) -> Text:
        """How late in words: days in the first month, then whole months."""
        count, vi, en = (self.late, "ngày", "day") if self.late < MONTH_DAYS else (self.late // MONTH_DAYS, "tháng", "month")
        return Text(f"{count} {vi}", f"{count} {en}" + ("s" if count > 1 else ""))


def scope(release: Release) -> Text:
    """Of the province or of the nation, in words that follow a name."""
    return PLACE if release.territory == PROVINCES else NATION


def due(store: Evidence, today: date) -> tuple[Due, ...]:
    """How every release of the calendar stands on `today`, by figures known that day, in the order of the file."""
    return tuple(_due(store, release, today) for release in store.releases.values())


def overdue(dues: Iterable[Due]) -> list[tuple[Due, ...]]:
    """Those that are late, the latest first, together where place, year and day are the same."""
    return grouped(sorted((each for each in dues if each.late), key=lambda each: -each.late))


def grouped(dues: Iterable[Due]) -> list[tuple[Due, ...]]:
    """Together those whose place, year and day are the same, in their order."""
    groups: dict[tuple[Text, int | None, date | None, Text], list[Due]] = {}
    for each in dues:
        groups.setdefault((scope(each.release), each.period, each.day, each.when), []).append(each)
    return [tuple(group) for group in groups.values()]


def named(group: Iterable[Due]) -> Text:
    """The names of a group with its place and year: lao động và năng suất của tỉnh năm 2026."""
    members = list(group)
    names = [each.release.name for each in members]
    first = Text.joined(names[:-1]) + Text(" và ", " and ") if len(names) > 1 else Text("", "")
    return first + names[-1] + scope(members[0].release) + Text(f" năm {members[0].period}", f" for {members[0].period}")


def _due(store: Evidence, release: Release, today: date) -> Due:
    newest = max((year for name in _territories(store, release, today) for year in _years(store, release, name, today)), default=None)
    period = None if release.month is None else today.year - 1 if newest is None else newest + 1
    day = None if period is None else release.due_day(period)
    return Due(release, newest, period, day, max(0, (today - day).days) if day else 0)


def _years(store: Evidence, release: Release, territory: str, today: date) -> list[int]:
    """The years that were over on the day and of which a figure was known, expectations aside."""
    figures = store.figures(release.indicator, release.measure, territory, release.kind, as_of=today)
    return [figure.period.first for figure in figures if figure.edition != EXPECTED and figure.period.last < today.year]


def _territories(store: Evidence, release: Release, today: date) -> list[str]:
    """The territory of a release; of the province: its own that had begun by the day, for tables of the old map go on."""
    if release.territory != PROVINCES:
        return [release.territory]
    return [each.id for each in store.territories.values() if each.headline and (each.valid_from is None or each.valid_from <= today)]
