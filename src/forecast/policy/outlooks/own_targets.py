"""A reader's own target, typed as it is said: '7 %/năm đến 2030', 'năm nào cũng 7 %/năm', '30 % năm 2028', '10 nghìn tỷ năm 2030'.

`GRAMMAR` and `REFUSALS` travel to the leaders' page, whose script reads the same texts by the same rules without a kernel.
"""

from __future__ import annotations

import re
import unicodedata
from dataclasses import asdict, dataclass
from typing import Any

from forecast.domain import Target, Text
from forecast.domain.figures import TargetKind
from forecast.errors import RefusedError
from forecast.headline import Study

OWN = "own_target"  # the id of the one target a reader may set for an indicator
DOCUMENT = "tự đặt / own"  # what stands where a document's name does
LONGEST = 80  # letters
GRAMMAR = {  # regular expressions that Python and a browser read alike, on a text in small letters
    "amount": r"([-−]?(?:[0-9]{1,3}(?:\.[0-9]{3})+(?:,[0-9]+)?|[0-9]+(?:[.,][0-9]+)?))\s*(%|nghìn tỷ|ngàn tỷ|nghìn tỉ|trillion|tỷ|tỉ|billion)",
    "rate": r"%\s*(?:/|mỗi|một|hằng|hàng|a|per|each|every)\s*(?:năm|year)",
    "every": r"năm nào cũng|từng năm|mọi năm|every year|every single year|each year",
    "most": r"dưới|không quá|nhiều nhất|tối đa|at most|below|less than",
    "years": r"(20[0-9]{2})(?:\s*(?:-|–|−|đến|tới|to)\s*(20[0-9]{2}))?",
    "thousands": r"^[-−]?[0-9]{1,3}(?:\.[0-9]{3})+(?:,[0-9]+)?$",
}
THOUSANDS = ("nghìn tỷ", "ngàn tỷ", "nghìn tỉ", "trillion")  # of billions
REFUSALS = {
    "unread": Text("Chưa đọc được “{text}”. Hãy viết như: {example}.", "“{text}” could not be read. Write it like: {example}."),
    "most": Text("Chỉ hỏi được mức ít nhất, ví dụ: {example}.", "Only 'at least' can be asked, such as: {example}."),
    "share": Text(
        "Tỷ trọng hỏi theo mức của một năm, không theo %/năm; ví dụ: {example}.",
        "A share is asked for as its level in a year, not per year: {example}.",
    ),
    "growth": Text("Năng suất hỏi theo tốc độ tăng, ví dụ: {example}.", "Productivity is asked for as growth, such as: {example}."),
    "value": Text(
        "{value} nằm ngoài mức hỏi được: từ {low} đến {high}.", "{value} is outside what can be asked: from {low} to {high}."
    ),
    "year": Text(
        "Năm {year} nằm ngoài các năm hỏi được: từ {first} đến {last}.",
        "{year} is outside the years that can be asked: from {first} to {last}.",
    ),
}
PER_CENT, BILLIONS = Text(" %", "%"), Text(" tỷ đồng", " billion VND")
RATES = (0.1, 30.0)  # percent a year
LEVELS = {"percent": (0.1, 100.0), "vnd_bn": (1.0, 1_000_000.0)}


@dataclass(frozen=True)
class Askable:
    """What can be asked of one indicator: units, years that are drawn, the first year still open, the horizon."""

    unit: str  # of a level; empty where only growth can be asked
    grows: bool
    years: tuple[int, ...]
    known_to: int
    first: int
    last: int
    example: Text

    @property
    def facts(self) -> dict[str, Any]:
        """All that a page needs to read a target by itself, a Text as it is."""
        spans = {"rates": RATES, "levels": LEVELS.get(self.unit), "grammar": GRAMMAR, "thousands": THOUSANDS, "refusals": REFUSALS}
        return {**asdict(self), "example": self.example, "longest": LONGEST, **spans}


def askable(study: Study, years: tuple[int, ...], known_to: int, first: int, last: int) -> Askable:
    """What can be asked of a study whose draws hold `years`; a level where it is judged by its level, growth where it grows."""
    level = study.unit if study.judged == "level" and study.unit in LEVELS else ""
    examples = {
        "": Text(f"7 %/năm đến {last}; năm nào cũng 7 %/năm đến {last}", f"7% a year to {last}; every year 7% a year to {last}"),
        "percent": Text(f"30 % năm {last}", f"30% in {last}"),
        "vnd_bn": Text(f"10 nghìn tỷ năm {last}; 20 %/năm đến {last}", f"10 trillion in {last}; 20% a year to {last}"),
    }
    return Askable(level, study.grows, years, known_to, first, last, examples[level])


def readable(text: str) -> bool:
    """Whether one amount of a target stands in the text, whatever indicator it is asked of."""
    return len(text) <= LONGEST and len(re.findall(GRAMMAR["amount"], _plain_text(text))) == 1


def read(text: str, asked: Askable) -> tuple[TargetKind, float, int, int]:
    """Kind, value, first and last year of a typed target; raises RefusedError in words for what cannot be asked.

    Growth is meant on average unless the text says every year; without years, those ahead.
    """
    plain = _plain_text(text) if isinstance(text, str) else ""
    amounts = list(re.finditer(GRAMMAR["amount"], plain))
    if len(amounts) != 1 or len(plain) > LONGEST:
        raise _refused("unread", asked, text=str(text)[:LONGEST])
    if re.search(GRAMMAR["most"], plain):
        raise _refused("most", asked)
    number, unit = amounts[0].groups()
    rest = plain[: amounts[0].start()] + " " + plain[amounts[0].end() :]
    spans = list(re.finditer(GRAMMAR["years"], rest))
    if len(spans) > 1 or re.search(r"[0-9]", re.sub(GRAMMAR["years"], "", rest)):
        raise _refused("unread", asked, text=text)
    kind = _kind(plain, unit, asked)
    value = _number(number) * (1000.0 if unit in THOUSANDS else 1.0)
    _require_value(value, kind, asked)
    start, end = spans[0].groups() if spans else (None, None)
    last = int(str(end or start or asked.last))
    first = int(start) if start and end else asked.known_to + 1
    if kind == "level":
        if end:
            raise _refused("unread", asked, text=text)
        first = last
    _require_years(first, last, kind, asked)
    return kind, value, first, last


def _plain_text(text: str) -> str:
    return re.sub(r"\s+", " ", unicodedata.normalize("NFC", text).lower()).strip()


def target(text: str, study: Study, territory: str, asked: Askable) -> Target:
    """The typed target as one of the indicator's, without a document."""
    kind, value, first, last = read(text, asked)
    unit = study.unit if kind == "level" else "percent_per_year"
    name = _name(kind, value, study.unit) + (f" ({last})" if first == last else f" ({first}-{last})")
    return Target(OWN, study.target_indicator, territory, kind, "at_least", value, unit, first, last, DOCUMENT, name, "", "")


def _name(kind: str, value: float, unit: str) -> Text:
    shown = _plain(value)
    if kind == "level":
        return Text(f"Ít nhất {shown.vi}", f"At least {shown.en}") + (PER_CENT if unit == "percent" else BILLIONS)
    if kind == "growth_average":
        return Text(f"Tăng bình quân ít nhất {shown.vi} %/năm", f"Growth of at least {shown.en}% a year on average")
    return Text(f"Năm nào cũng tăng ít nhất {shown.vi} %", f"Growth of at least {shown.en}% in every year")


def _kind(plain: str, unit: str, asked: Askable) -> TargetKind:
    rate = bool(re.search(GRAMMAR["rate"], plain))
    if unit == "%" and asked.unit == "percent":
        if rate or re.search(GRAMMAR["every"], plain):
            raise _refused("share", asked)
        return "level"
    if unit != "%" and asked.unit != "vnd_bn":
        raise _refused("unread" if asked.unit else "growth", asked, text=plain)
    if unit != "%":
        return "level"
    return "growth_each_year" if re.search(GRAMMAR["every"], plain) else "growth_average"


def _number(text: str) -> float:
    """'1.100' and '1.100,5' hold thousands, '8,5' and '8.5' a decimal."""
    plain = text.replace("−", "-")
    return float(plain.replace(".", "").replace(",", ".") if re.match(GRAMMAR["thousands"], text) else plain.replace(",", "."))


def _require_value(value: float, kind: str, asked: Askable) -> None:
    money = kind == "level" and asked.unit == "vnd_bn"
    low, high = LEVELS[asked.unit] if kind == "level" else RATES
    if not low <= value <= high:
        raise _refused("value", asked, value=_plain(value), low=_plain(low), high=_plain(high) + (BILLIONS if money else PER_CENT))


def _require_years(first: int, last: int, kind: str, asked: Askable) -> None:
    """The years must be drawn, and the last one still open."""
    needed = {"level": {last}, "growth_average": {first - 1, last}}.get(kind, set(range(first - 1, last + 1)))
    out_of_reach = [last] if not asked.first <= last <= asked.last else [first] if first > last or needed - set(asked.years) else []
    if out_of_reach:
        raise _refused("year", asked, year=out_of_reach[0], first=asked.first if out_of_reach == [last] else asked.known_to + 1, last=asked.last)


def _plain(value: float) -> Text:
    units, _, part = f"{value:,.1f}".replace("-", "−").partition(".")
    decimal = "" if part == "0" else part
    return Text(units.replace(",", ".") + ("," + decimal if decimal else ""), units + ("." + decimal if decimal else ""))


def _refused(code: str, asked: Askable, **values: object) -> RefusedError:
    def side(language: str) -> str:
        spoken = {"example": asked.example, **values}
        return REFUSALS[code].in_language(language).format(**{
            name: value.in_language(language) if isinstance(value, Text) else value for name, value in spoken.items()
        })  # fmt: skip

    return RefusedError(side("vi"), side("en"))
