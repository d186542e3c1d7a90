"""The words of a table: what period, status, comparison, unit and price basis a heading names.

Words are compared without tone marks, in small letters, with single blanks (`bare`).
"""

from __future__ import annotations

import re
import unicodedata
from dataclasses import dataclass
from functools import lru_cache

_TONES = re.compile("[\u0300-\u036f]+")
_ROMAN = {"i": 1, "ii": 2, "iii": 3, "iv": 4}
_COUNTS = "khong mot hai ba bon nam sau bay tam chin muoi".split()
_MONTHS = {
    "gieng": 1,
    "mot": 1,
    "hai": 2,
    "ba": 3,
    "tu": 4,
    "bon": 4,
    "nam": 5,
    "sau": 6,
    "bay": 7,
    "tam": 8,
    "chin": 9,
    "muoi": 10,
}
_MONTHS |= {"muoi mot": 11, "muoi hai": 12, "chap": 12}
_YEAR = r"(?:19|20)\d\d"
_RANGE = re.compile(rf"\b({_YEAR})\s*[-–]\s*({_YEAR})\b")
_QUARTER = re.compile(r"\b(?:qu[yi]|q|quarter)\s*(iv|i{1,3}|[1-4])\b|\b(iv|i{1,3})/(?=(?:19|20)\d\d)")
_TO_DATE = re.compile(
    r"\b(\d{1,2}|mot|hai|ba|bon|nam|sau|bay|tam|chin|muoi(?: mot| hai)?)\s*(?:thang|t(?=[/. ]?\d{4}))(?!\w)(?!\s*truoc)( cuoi)?"
)
_SPAN = re.compile(r"\bthang\s*0?1\s*[-–]\s*(\d{1,2})\b|\btu thang 0?1 den (?:het )?thang (\d{1,2})\b")
_MONTH = re.compile(
    r"(?<!\d )(?<!\d)\bthang\s+(0?[1-9]|1[0-2]|gieng|muoi(?: mot| hai)?|mot|hai|ba|tu|bon|sau|bay|tam|chin|chap|nam(?= nam))\b"
    r"|\bt(0?[1-9]|1[0-2])[/.](?=\d{4})"
)
_HALF = re.compile(r"\b(?:6|sau) thang dau\b|\bnua dau\b|\bh1\b")
_FOUR = re.compile(r"\d{4}")
_PERIODS = (
    "thang",
    "nua dau",
    "ca nam",
    "h1",
    "q",
    "i/",
    "v/",
)  # no period is named without one of these or four digits
_STATUS = (
    ("plan", re.compile(r"\bke hoach\b|\bkh\b|\bmuc tieu\b|\bdu bao\b|\bphan dau\b|\bplan\b|\btarget\b")),
    ("estimate", re.compile(r"\buoc\b|\best\b|\bestimated?\b")),
    ("preliminary", re.compile(r"\bso bo\b|\bprel\b|\bpreliminary\b")),
)
_COMPARES = re.compile(
    r"so |so:|cung ky|truoc|preceding|goc|toc do|tang|growth|chi so|index|co cau|ty trong|structure|ke hoach|\bkh\b|ty le|/|binh quan"
)
SCALES = {
    "": 1,
    "chuc": 10,
    "tram": 100,
    "nghin": 1e3,
    "ngan": 1e3,
    "trieu": 1e6,
    "ty": 1e9,
    "ti": 1e9,
    "nghin ty": 1e12,
}
SCALES |= {
    "ngan ty": 1e12,
    "tram ty": 1e11,
    "1000": 1e3,
    "1.000": 1e3,
    "thous.": 1e3,
    "mill.": 1e6,
    "bill.": 1e9,
    "trieu ty": 1e15,
}
SCALES |= {"thousand": 1e3, "million": 1e6, "billion": 1e9, "chuc ty": 1e10, "trill.": 1e12, "muoi": 10}
_SCALE = "|".join(sorted((re.escape(name) for name in SCALES if name), key=len, reverse=True))
_BASE = (
    "dong|vnd|usd|do la my|do la|dollars?|dongs?|euro|nguoi|lao dong|lao dong co viec lam|ho gia dinh|ho|doanh nghiep|co so|hop tac xa|tan|ta"
    "|kg|kilogam|lit|m2|m3|km2|km|m|ha|hec ta|con|chiec|cai|kwh|mwh|gwh|kw|san pham|lan|diem phan tram|diem|don hang"
    "|giao dich|tai khoan|thue bao|luot khach|luot nguoi|%|phan tram|‰|phan nghin|persons?|tons?|people"
    "|inhabitants?|hectares?|enterprises?|households?|gian hang|website|giuong|du an"
)
_UNIT = re.compile(
    rf"(?:({_SCALE}) ?)?(?:{_BASE})(?: ?/ ?(?:(?:{_SCALE}) )?(?:{_BASE}))*\Z|(?:trieu|ty|nghin ty|nghin|ngan)\Z"
)
_NAMED = re.compile(r"^(?:don vi(?: tinh)?|dvt|unit)\b ?(?:[:.]|la|-|\()? ?")
_BRACKET = re.compile(r"[(\[]([^()\[\]]*)[)\]]")
_PRICES = (
    ("giá hiện hành", r"\b(?:theo )?gia (?:hien hanh|thuc te)\b|\bcurrent prices?\b"),
    (
        "giá so sánh {}",
        r"\b(?:theo )?gia so sanh(?:(?: nam)? (1989|1994|2010|2020)\b)?|\bconstant(?: (\d{4}))? prices?\b",
    ),
    ("giá cố định {}", r"\b(?:theo )?gia co dinh(?:(?: nam)? (1989|1994|2010|2020)\b)?"),
)
_MARKED = re.compile("[*(¹²³⁴⁵⁶⁷⁸⁹]")
_MARK = re.compile(r"\(\s*(\*{1,4}|\d{1,2}|[a-d])\s*\)|(\*{1,4})(?=\s|$)|([¹²³⁴⁵⁶⁷⁸⁹])")


@lru_cache(maxsize=262_144)
def bare(text: str) -> str:
    """The words without tone marks, in small letters, single blanks."""
    if not text.isascii():
        text = _TONES.sub("", unicodedata.normalize("NFD", text)).replace("Đ", "D").replace("đ", "d")
    return " ".join(text.lower().split())


@dataclass(frozen=True)
class When:
    """The period that words name: `part` as in Period ('' for the year), `year` 0 where the words name none."""

    year: int = 0
    part: str = ""
    last: int = 0

    def __str__(self) -> str:
        return f"{self.year}-{self.last}" if self.last else f"{self.year}{self.part}"


def years_in(text: str) -> list[int]:
    """The years a text names, in order."""
    return [int(year) for year in re.findall(rf"(?<![\d.,]){_YEAR}(?![\d]|[.,]\d)", text)]


@lru_cache(maxsize=16_384)
def when(text: str) -> When | None:
    """The period of a heading; None where it names none. Of two years the first counts: '2024 so với 2023'."""
    words = bare(text)
    if not (_FOUR.search(words) or any(sign in words for sign in _PERIODS)):
        return None
    words = bare(without_price(text))
    if span := _RANGE.search(words):
        return When(int(span[1]), "", int(span[2]))
    years = years_in(words)
    year, part = years[0] if years else 0, _part(words, text)
    if not part and not year and not re.search(r"\bca nam\b", words):
        return None
    return When(year, part)


def _part(words: str, text: str) -> str:
    """The part of the year that words name, '' for the whole year."""
    if _HALF.search(words):
        return "H1"
    if span := _SPAN.search(words):
        return _to_date(int(span[1] or span[2]))
    if match := _TO_DATE.search(words):
        count = int(match[1]) if match[1].isdigit() else _spelt(match[1])
        if match[2] and count == 6:
            return "H2"
        if 1 < count <= 12:
            return _to_date(count)
    if match := _QUARTER.search(words):
        name = match[1] or match[2]
        return f"Q{_ROMAN.get(name) or int(name)}"
    if match := _MONTH.search(words):
        name = match[1] or match[2]
        return f"-{int(name) if name.isdigit() else _MONTHS[name]:02d}"
    if re.search(r"[Tt]háng Năm\b", text):
        return "-05"
    return ""


def _to_date(months: int) -> str:
    return {6: "H1", 12: ""}.get(months, f"-{months}M")


def _spelt(word: str) -> int:
    return {"muoi mot": 11, "muoi hai": 12}.get(word) or _COUNTS.index(word)


def status_of(text: str) -> str:
    """plan, estimate or preliminary where the words say so, else ''."""
    words = bare(text).replace(".", " ")
    return next((name for name, pattern in _STATUS if pattern.search(words)), "")


@lru_cache(maxsize=16_384)
def comparison_of(text: str) -> str:
    """What a heading compares with: previous_year, previous_period, plan, base, share, growth, average_growth; '' for a level."""
    if not _COMPARES.search(bare(text)):
        return ""
    words = bare(without_price(text))
    patterns = (
        ("average_growth", r"\b(?:tang|toc do).{0,30}binh quan\b|\bbinh quan.{0,20}(?:tang|toc do)\b"),
        (
            "plan",
            r"\b(?:so|thuc hien|dat|bang|%)(?: sanh)?(?: voi| so voi)? ?(?:ke hoach|kh\b)|\bty le (?:hoan thanh|thuc hien)",
        ),
        ("base", r"\bky goc\b|\bnam goc\b|\bgoc so sanh\b"),
        ("previous_period", r"\b(?:thang|quy|ky) truoc(?! nam)\b|\bthang 12 nam truoc\b"),
        (
            "previous_year",
            r"\bcung ky\b|\b(?:so|bang)(?: sanh)?(?: voi)? (?:nam )?truoc\b|\bnam truoc ?= ?100\b|\bpreceding year\b",
        ),
        ("growth", r"\btoc do tang\b|\btang ?/? ?(?:\(\+\))?,? ?/?giam\b|\bgrowth rate\b|\bmuc tang\b"),
        (
            "index",
            r"\bchi so phat trien\b|\btoc do phat trien\b|\bchi so (?:san xuat|gia|tieu thu|ton kho|su dung)\b|\bindex\b",
        ),
        ("share", r"\bco cau\b|\bty trong\b|\bstructure\b"),
    )
    if name := next((name for name, pattern in patterns if re.search(pattern, words)), ""):
        return name
    pair = re.search(rf"({_YEAR})\D{{0,12}}(?:so voi|so(?! bo)|/)\D{{0,12}}({_YEAR})", words)
    if pair:
        return "previous_year" if int(pair[1]) == int(pair[2]) + 1 else "base"
    return "other" if re.search(r"\bso voi\b|\bso sanh\b(?! \d{4})(?<!gia so sanh)", words) else ""


def unit_of(text: str, explicit: bool = False) -> str:
    """The unit a text is, as printed: 'ĐVT: Tỷ đồng - Unit: Bill. dongs' gives 'Tỷ đồng'; '' for what is none.

    `explicit`: the text stands where only a unit can (after "Đơn vị", in a unit column) and need not be a known one.
    """
    first = re.split(r"\s+-\s+(?=[Uu]nit)|\s*[-/]\s*[Uu]nit\s*:", " ".join(text.split()))[0].strip(" .;:")
    named = _NAMED.match(bare(first))
    cut = first[named.end() :].strip(" ().;:") if named else first.strip(" ()[]")
    if not cut:
        return ""
    return cut if explicit or bool(named) or _UNIT.match(bare(cut)) else ""


def unit_in(text: str) -> tuple[str, str]:
    """The unit in brackets, or after the last comma, of a label or heading, and the text without it."""
    if not ("(" in text or "," in text or "[" in text):
        return "", text
    for match in reversed(list(_BRACKET.finditer(text))):
        if unit := unit_of(match[1]):
            return unit, " ".join((text[: match.start()] + " " + text[match.end() :]).split())
    head, comma, tail = text.rpartition(",")
    if comma and (unit := unit_of(tail)) and bare(unit) != "ca":
        return unit, head.strip()
    return "", text


def price_of(text: str) -> str:
    """'giá hiện hành', 'giá so sánh 2010' or ''."""
    words = bare(text)
    if "gia" not in words and "price" not in words:
        return ""
    for name, pattern in _PRICES:
        if match := re.search(pattern, words):
            year = next((group for group in match.groups() if group), "") if match.groups() else ""
            return name.format(year).strip()
    return ""


def without_price(text: str) -> str:
    """The text without its price basis, whose year is no period."""
    if "gia" not in bare(text) and "price" not in bare(text):
        return text
    cut = r"[,]?\s*(?:tính |tính theo |theo )?giá\s+(?:hiện hành|thực tế|(?:so sánh|cố định)(?:(?:\s+năm)?\s+(?:1989|1994|2010|2020))?)"
    english = r"[,]?\s*(?:\bat )?(?:current|constant)(?: (?:19|20)\d\d)? prices?"
    return re.sub(english, " ", re.sub(cut, " ", text, flags=re.IGNORECASE), flags=re.IGNORECASE)


def marks_in(text: str) -> list[str]:
    """The footnote marks of a heading or label: (*), (1), ¹."""
    if not _MARKED.search(text):
        return []
    numerals = str.maketrans("¹²³⁴⁵⁶⁷⁸⁹", "123456789")
    return [next(group for group in match if group).translate(numerals) for match in _MARK.findall(text)]


def without_marks(text: str) -> str:
    """The text without its footnote marks; the exponent of m² and km² is no mark."""
    if not _MARKED.search(text):
        return " ".join(text.split())
    text = re.sub(r"(?<=m)²", "2", re.sub(r"(?<=m)³", "3", text))
    return " ".join(_MARK.sub(" ", text).split())


def price_index(text: str) -> bool:
    """Whether a text names an index, whose 'percent' counts from 100."""
    return comparison_of(text) in ("previous_year", "previous_period", "base", "index")
