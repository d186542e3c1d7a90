"""Where a figure comes from, in the reader's language: notes and places in a source, titles, publishers and days of sources.

Notes and places are written in English in the data; `data/notes_vi.csv` holds their Vietnamese, one line for each clause, a
number as {} and a source as @. A clause without a line is shown in English and said to be (`Note.english`). Official titles stay
in their own language.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from forecast.domain import Text
from forecast.publish.words import vocabulary
from forecast.publish.words.numbers import minus, number

_NUMBER = r"\d[\d,.]*\d|\d"
# what no number is looked for in: Vietnamese quotations, names of files, codes of tables, commits, quarters
_AS_IT_IS = re.compile(
    r'("[^"]*[^\x00-\x7f][^"]*"|\S*_\S*|[A-Za-z]\S*/\S+\.\w+|\b(?:PL\.)?[EV]\d\d\.\d\d(?:-\d\d)?\b'
    r"|(?<=\bcommit )\d{7,8}\b|\b(?=[0-9a-f]*[a-f])(?=[a-f]*\d)[0-9a-f]{7,8}\b|\d{4}q\d|\bH[12]\b)"
)
_VIETNAMESE = re.compile("[áãìíòóõúýăđơưĂĐƠƯạảãấầẩẫậắằẳẵặẹẻẽếềểễệỉịọỏốồổỗộớờởỡợụủũứừửữựỳỵỷỹĨĩ]")
_ENGLISH = re.compile(r"\b(the|of|to|in|by|as|and|for|on|with|at|from|is|file|continues|expected|report|only|press|or)\b")
_FRENCH = re.compile(r"\b(le|la|les|une|est|et)\b", re.I)
_DAYS = (
    (r"\b(\d{4})-(\d\d)-(\d\d)/(\d\d)\b", r"\3–\4/\2/\1"),
    (r"\b(\d{4})-(\d\d)-(\d\d)\b", r"\3/\2/\1"),
    (r"\b(\d{4})-(\d\d)/(\d{4})-(\d\d)\b", r"\2/\1–\4/\3"),
    (r"\b(\d{4})-(\d\d)/(\d\d)\b", r"\2–\3/\1"),
    (r"\b(\d{4})-(0[1-9]|1[0-2])\b(?!-)", r"\2/\1"),
    (r"\b(\d{4})-(\d{4}|\d\d)\b", r"\1–\2"),
)
_MONTHS = "Jan Feb Mar Apr May Jun Jul Aug Sept Oct Nov Dec".split()


@dataclass(frozen=True)
class Note(Text):
    """A text of the data; `english` where no Vietnamese is known and the English stands for both."""

    english: bool = False


def note_text(text: str, translations: Mapping[str, str], titles: Mapping[str, Text]) -> Note:
    """A note or place of the data in both languages; `titles` are the sources' titles by id."""
    clauses = [_clause(part, translations, titles) for part in text.split("; ") if part]
    joined = Text.joined(clauses, "; ")
    missing = any(clause.english for clause in clauses)
    return Note(joined.en if missing else joined.vi, joined.en, missing)


def template(clause: str, titles: Mapping[str, Any]) -> tuple[str, list[str], list[str]]:
    """The clause with its numbers as {} and sources as @, and both lists in order."""
    sources = [word for word in re.findall(r"\w+", clause) if word in titles] if "_" in clause else []
    for name in sources:
        clause = clause.replace(name, "@", 1)
    numbers: list[str] = []
    pieces = [piece if index % 2 else _cut(piece, numbers) for index, piece in enumerate(_AS_IT_IS.split(clause))]
    return "".join(pieces), numbers, sources


def _cut(piece: str, numbers: list[str]) -> str:
    numbers += re.findall(_NUMBER, piece)
    return re.sub(_NUMBER, "{}", piece)


def _clause(clause: str, translations: Mapping[str, str], titles: Mapping[str, Text]) -> Note:
    pattern, numbers, sources = template(clause, titles)
    english = _filled(minus(days(clause)), sources, [f"“{titles[name].en}”" for name in sources])
    translation = translations.get(pattern)
    if translation is None:
        return Note(english, english, True)
    numbered = [vietnamese(written) for written in numbers]
    text = translation.format(*numbered) if "{}" in translation else translation.format("", *numbered)
    return Note(_filled(text, ["@"] * len(sources), [f"“{titles[name].vi}”" for name in sources]), english)


def _filled(text: str, marks: list[str], texts: list[str]) -> str:
    for mark, other in zip(marks, texts, strict=True):
        text = text.replace(mark, other, 1)
    return text


def vietnamese(text: str) -> str:
    """A number as an English text prints it, in Vietnamese: 1,234.5 gives 1.234,5; a year or a small whole number stays."""
    plain = text.replace(",", "") if re.fullmatch(r"\d{1,3}(,\d{3})+(\.\d+)?", text) else text
    if not re.fullmatch(r"\d+(\.\d+)?", plain):
        return text.replace(".", ",")
    if plain.isdigit() and len(plain) <= 4 and plain == text:
        return text
    return number(float(plain), max(0, -int(Decimal(plain).as_tuple().exponent))).vi


def days(text: str) -> str:
    """The text with its ISO days and months as dd/mm/yyyy."""
    for pattern, new in _DAYS:
        text = re.sub(pattern, new, text)
    return text


def source_text(text: str) -> Text:
    """A title or publisher: the name as it is, the words we set beside it in the reader's language."""
    plain = vi = re.sub(*_DAYS[1], text)
    for pattern, new in vocabulary.IN_TITLES.items():
        vi = re.sub(pattern, new.vi, vi)
    month = rf"\b(\d+) ({'|'.join(_MONTHS)}) (\d{{4}})\b"
    return Text(re.sub(month, lambda day: f"{day[1]}/{_MONTHS.index(day[2]) + 1}/{day[3]}", vi), plain)


def published_text(text: str) -> Text:
    """When a source was published, as far as is known."""
    vi = text
    for pattern, new in vocabulary.IN_DAYS.items():
        vi = re.sub(pattern, new.vi, vi)
    return Text(days(vi), days(text))


def language_of(text: str) -> str:
    """The language a title is written in: vi, en or fr."""
    if _FRENCH.search(text) and re.search("[éîçèê]", text):
        return "fr"
    return "vi" if _VIETNAMESE.search(text) and not _ENGLISH.search(text) else "en"


def titles(sources: Mapping[str, Any]) -> dict[str, Text]:
    """The title of each source as a reader sees it."""
    return {name: source_text(source.title) for name, source in sources.items()}


def link(url: str) -> str:
    """An address that a page may link to; empty for none or one of another kind."""
    return url if url.startswith(("https://", "http://")) else ""


@dataclass(frozen=True)
class Credit:
    """A source as it is named to a reader; title and publisher stay in the languages named after them."""

    title: Text
    title_language: str
    publisher: Text
    publisher_language: str
    published: Text
    url: str

    @property
    def link(self) -> str:
        """The address where a page may link to it."""
        return link(self.url)


def credits(sources: Mapping[str, Any]) -> dict[str, Credit]:
    """Every source as it is named to a reader, by id."""
    return {name: _credit(source) for name, source in sources.items()}


def _credit(source: Any) -> Credit:
    title, publisher = source_text(source.title), source_text(source.publisher)
    tongues = [language_of(re.sub(r"(?<=\S)\s*\([^)]*\)", "", text)) for text in (source.title, source.publisher)]  # without our words beside it
    return Credit(title, tongues[0], publisher, tongues[1], published_text(source.published), source.url)
