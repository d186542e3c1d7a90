"""When a plan runs, as the province writes it: "ngày 6 hằng tháng 06:00", "khi có tệp mới"; days and hours of Việt Nam."""

from __future__ import annotations

import calendar
import re
import unicodedata
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Literal

from forecast.domain import Text
from forecast.domain.figures import HERE

Kind = Literal["day", "week", "month", "quarter", "arrival"]
ARRIVAL = "khi có tệp mới"
EXAMPLES = Text(
    "'hằng ngày 06:00', 'thứ hai hằng tuần 07:30', 'ngày 6 hằng tháng 06:00', 'ngày cuối hằng tháng 17:00', "
    f"'ngày 10 tháng đầu quý 06:00', '{ARRIVAL}'",
    "every day, a weekday of every week, a day of every month, its last day, a day of each quarter's first month, a new file",
)
_LOOK = 200  # days that are looked at for the next or the last occurrence: more than two quarters
_WEEKDAYS = ("thứ hai", "thứ ba", "thứ tư", "thứ năm", "thứ sáu", "thứ bảy", "chủ nhật")
_NUMBERS = {"hai": 0, "ba": 1, "tu": 2, "nam": 3, "sau": 4, "bay": 5, "2": 0, "3": 1, "4": 2, "5": 3, "6": 4, "7": 5}
_TIME = r"(?:luc )?(?P<hour>\d{1,2})(?::(?P<minute>\d{2})|h(?P<minute2>\d{2})?| gio(?: (?P<minute3>\d{1,2}))?)\Z"
_PATTERNS: dict[Kind, re.Pattern[str]] = {
    "day": re.compile(r"hang ngay " + _TIME),
    "week": re.compile(r"(?:thu (?P<weekday>hai|ba|tu|nam|sau|bay|[2-7])|(?P<sunday>chu nhat)) hang tuan " + _TIME),
    "month": re.compile(r"ngay (?P<day>\d{1,2}|cuoi) (?:hang )?thang " + _TIME),
    "quarter": re.compile(r"ngay (?P<day>\d{1,2}) thang dau quy " + _TIME),
    "arrival": re.compile(r"khi co (?:tep|so lieu) moi(?: trong data/incoming)?\Z"),
}


@dataclass(frozen=True)
class Rule:
    """One rule: every day, week, month or quarter at an hour of Việt Nam, or when a file arrives in data/incoming/."""

    kind: Kind
    hour: int = 0
    minute: int = 0
    day: int = 0  # of the month, 0 for its last; a day that a month lacks is its last
    weekday: int = 0  # 0 is Monday

    @property
    def text(self) -> str:
        """The rule as the province writes it."""
        if self.kind == "arrival":
            return ARRIVAL
        day = "cuối" if self.day == 0 else str(self.day)
        when = {
            "day": "hằng ngày",
            "week": f"{_WEEKDAYS[self.weekday]} hằng tuần",
            "month": f"ngày {day} hằng tháng",
            "quarter": f"ngày {day} tháng đầu quý",
        }[self.kind]
        return f"{when} {self.hour:02d}:{self.minute:02d}"

    def period(self, moment: datetime) -> str:
        """The name of the period an occurrence belongs to: a plan runs once for each."""
        if self.kind == "month":
            return f"{moment:%Y-%m}"
        return f"{moment.year}-Q{(moment.month + 2) // 3}" if self.kind == "quarter" else f"{moment:%Y-%m-%d}"


def parse(text: object) -> Rule | None:
    """The rule a text names, accents or not; None when it names none."""
    plain = _plain(text) if isinstance(text, str) else ""
    for kind, pattern in _PATTERNS.items():
        if match := pattern.match(plain):
            return _rule(kind, match.groupdict())
    return None


def last(rule: Rule, now: datetime) -> datetime | None:
    """The newest occurrence that is not after `now` (aware); None for arrivals."""
    return _near(rule, now.astimezone(HERE), -1)


def following(rule: Rule, now: datetime) -> datetime | None:
    """The first occurrence after `now` (aware); None for arrivals."""
    return _near(rule, now.astimezone(HERE), 1)


def _near(rule: Rule, now: datetime, step: int) -> datetime | None:
    for days in range(_LOOK):
        day = now.date() + timedelta(days=step * days)
        moment = datetime(day.year, day.month, day.day, rule.hour, rule.minute, tzinfo=HERE)
        if _on(rule, day) and (moment <= now if step < 0 else moment > now):
            return moment
    return None


def _on(rule: Rule, day: date) -> bool:
    if rule.kind in ("day", "week"):
        return rule.kind == "day" or day.weekday() == rule.weekday
    if rule.kind == "arrival" or (rule.kind == "quarter" and day.month % 3 != 1):
        return False
    length = calendar.monthrange(day.year, day.month)[1]
    return day.day == min(rule.day or length, length)


def _rule(kind: Kind, parts: dict[str, str | None]) -> Rule | None:
    hour = int(parts.get("hour") or 0)
    minute = int(parts.get("minute") or parts.get("minute2") or parts.get("minute3") or 0)
    written = parts.get("day") or "1"
    day = 0 if written == "cuoi" else int(written)
    if hour > 23 or minute > 59 or (written != "cuoi" and not 1 <= day <= 31):
        return None
    weekday = _NUMBERS.get(parts.get("weekday") or "", 6) if kind == "week" else 0
    return Rule(kind, hour, minute, day if kind in ("month", "quarter") else 0, weekday)


def _plain(text: str) -> str:
    """Lower case without accents, single spaces."""
    apart = unicodedata.normalize("NFD", text.lower().replace("đ", "d"))
    return " ".join("".join(letter for letter in apart if not unicodedata.combining(letter)).split())
