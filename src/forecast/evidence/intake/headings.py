"""Columns of a table: the words of all its heading rows joined, and the period, status, kind, unit and subject they name."""

from __future__ import annotations

import re
from dataclasses import dataclass, replace

from forecast.evidence.intake.labels import is_part, is_total
from forecast.evidence.intake.layout import Block
from forecast.evidence.intake.phrases import (
    When,
    bare,
    comparison_of,
    marks_in,
    price_of,
    status_of,
    unit_in,
    unit_of,
    when,
    without_marks,
    without_price,
    years_in,
)
from forecast.evidence.intake.places import Places
from forecast.evidence.intake.rows import Row
from forecast.evidence.intake.sheets import Sheet, Spot

_PERIOD_WORDS = re.compile(
    r"\bchia ra\b:?|\btrong đó\b:?|\bk[hH]\b|\bth\b|\bsơ bộ\b|\bước (?:tính|thực hiện|đạt)\b|\bước\b|\bcộng dồn\b"
    r"|\blũy kế\b|\bluỹ kế\b|\bchính thức\b|\bthực hiện(?= |$)"
    r"|\bkế hoạch\b|\b\d+\s*(?:đến \d+ )?tháng(?: đầu| cuối)?(?: năm)?\b|\btháng \d+\b|\bqu[ýí] (?:[ivx]+|\d)\b|\bcả năm\b|\bnăm \d{4}\b"
    r"|\bnăm\b|\b(?:19|20)\d\d\b|\bprel\b\.?|\best\b\.?|\bestimated?\b|\bpreliminary\b"
    r"|\btháng (?:một|giêng|hai|ba|tư|năm|sáu|bảy|tám|chín|mười một|mười hai|mười|chạp)\b|\bgiai đoạn\b|\bbình quân(?=\s*(?:giai đoạn|năm|\d))"
    r"|\b(?:so|bằng)(?: sánh)?(?: với)?\b.*|\btốc độ (?:tăng|phát triển)\b.*|\bđầu năm\b|\bmới\b$|\bh[12]\b|\bq[1-4]\b"
)
_AGAINST = re.compile(
    r"(?<!giá )\bso(?: sánh)?(?: với)?\s*:?\s+"
    r"((?:cùng kỳ\s+)?(?:(?:tháng \d+|qu[ýí] [IVXivx\d]+)[ /]*)?(?:năm\s*)?(?:19|20)\d\d)\b(?!\s*(?:so với|/))",
    re.I,
)
_BASE_YEAR = re.compile(r"\b(?:kỳ|năm)\s+gốc\s*\(?(?:năm )?(?:19|20)\d\d\)?", re.I)
_RUNNING = re.compile(r"\bcong don\b|\bluy ke\b")
_TITLE_NUMBER = re.compile(
    r"^\s*(?:(?:biểu|bảng|phụ lục|table)\s*(?:số\s*)?)?[\dIVX]+(?:[.\-]\d+)*[.:)]?\s+|^\s*(?:biểu|bảng|table)\s+(?:số\s*)?\S+?[.:]\s*",
    re.I,
)
_TITLE_TAIL = re.compile(
    r"\b(?:phân theo|chia theo|phân chia theo|theo địa phương|theo khu vực|theo ngành"
    r"|by (?:economic|province|cities|sector|types?|sex|kinds?)|of .* by)\b.*",
    re.I | re.S,
)
_CONTINUED = re.compile(r"\(?\s*\b(?:tiếp theo|tiếp|cont\.?|continued)\b\s*\)?", re.I)
_ENGLISH = re.compile(r"[A-Za-z0-9 ,.()&%'/:;*+-]+\Z")
GLUED = re.compile(r"(?<!\d)((?:19|20)\d\d)\d(?!\d)")  # a footnote mark typed behind a year
_ALL = re.compile(r"^tổng số\s+(?=\S)")
SUBJECTS = {  # what the office's database calls its tables in English
    "labour force at 15 years of age and above": "Lực lượng lao động từ 15 tuổi trở lên",
    "annual employed population at 15 years of age and above": "Lao động từ 15 tuổi trở lên đang làm việc",
    "employed population at 15 years of age and above": "Lao động từ 15 tuổi trở lên đang làm việc",
    "average population": "Dân số trung bình",
    "population density": "Mật độ dân số",
    "gross regional domestic product": "Tổng sản phẩm trên địa bàn",
    "labour productivity": "Năng suất lao động",
    "unemployment rate": "Tỷ lệ thất nghiệp",
}


@dataclass(frozen=True)
class Column:
    """One column of figures; `spot` is the heading cell a refusal names. Empty texts: the heading does not say."""

    index: int
    words: str
    spot: Spot
    period: When | None
    status: str
    comparison: str
    unit: str
    subject: str
    price: str
    territory: str
    marks: tuple[str, ...]
    running: bool = False  # to date: as sure as the least sure of what it adds up
    dated: bool = False  # a date stands in the heading
    bare_year: bool = False  # the heading names a year and nothing else
    against: When | None = None  # the period that a comparison names as its base
    ungrouped: bool = False  # a neighbour further left has a group heading that ends before this column


def columns_of(block: Block, sheet: Sheet, rows: dict[int, Row], places: Places) -> list[Column]:
    """The columns of figures of a block, their periods and statuses completed by their neighbours."""
    columns = [_column(block, sheet, rows, index, places) for index in block.columns]
    columns = [
        replace(c, ungrouped=_is_ungrouped(c, columns[:nth], block, sheet, rows)) for nth, c in enumerate(columns)
    ]
    return [_completed(column, columns[:nth], columns) for nth, column in enumerate(columns)]


def heading_cells(block: Block, sheet: Sheet, rows: dict[int, Row], index: int) -> list[tuple[Spot, str]]:
    """The heading cells over a column, top first; a merged cell counts for every column of its own range."""
    words: list[tuple[Spot, str]] = []
    for number in block.heading:
        cell = rows.get(number, {}).get(index)
        spot = (number, index)
        if cell is None and number in block.spread:
            left = max((column for column in rows[number] if column < index and column >= block.columns[0]), default=0)
            spot, cell = (number, left), rows[number].get(left)
        elif cell is None:
            cover = next((m for m in sheet.merges if m[0] <= number <= m[2] and m[1] <= index <= m[3]), None)
            if cover and cover[0] in block.heading:
                spot = (cover[0], cover[1])
                cell = sheet.cells.get(spot)
        if cell and cell.text and (spot, cell.text) not in words:
            words.append((spot, cell.text))
    return words


def _column(block: Block, sheet: Sheet, rows: dict[int, Row], index: int, places: Places) -> Column:
    cells = heading_cells(block, sheet, rows, index)
    dated = any(not isinstance(sheet.cells[spot].value, (str, int, float, type(None))) for spot, _ in cells)
    lines = [text for _, text in cells]
    words = " ".join(lines)
    plain = without_marks(words)
    plain, against = _without_base(plain)
    unit, rest = unit_in(plain)
    if not unit and len(lines) > 1 and (last := unit_of(lines[-1])):
        unit, rest = last, without_marks(" ".join(lines[:-1]))
    territory = places.of(_subject(rest)) if rest else ""
    dates = [spot for spot, text in reversed(cells) if years_in(bare(text)) or GLUED.search(text)]
    spot = next(iter(dates), cells[-1][0] if cells else (0, index))
    return Column(
        index=index,
        words=words,
        spot=spot,
        period=when(plain) if plain else None,
        status="" if comparison_of(rest) == "plan" else status_of(plain),
        comparison=comparison_of(rest),
        unit=unit,
        subject=""
        if territory or is_total(_subject(rest)) or comparison_of(rest) not in ("", "share")
        else _subject(rest),
        price=price_of(plain),
        territory=territory,
        marks=tuple(marks_in(words)),
        running=bool(_RUNNING.search(bare(plain))),
        dated=dated,
        against=against,
        bare_year=bool(re.fullmatch(r"\s*(?:19|20)\d\d\s*", plain)),
    )


def _without_base(words: str) -> tuple[str, When | None]:
    """A comparison without the period it compares with ('so với tháng 12 năm 2023', 'kỳ gốc (2019)'), and that period."""
    if match := _BASE_YEAR.search(words):
        return words[: match.start()] + "kỳ gốc" + words[match.end() :], None
    match = _AGAINST.search(words)
    if not match or not years_in(bare(match[1])):
        return words, None
    return words[: match.start()] + "so với" + words[match.end() :], when(match[1])


def _is_ungrouped(column: Column, before: list[Column], block: Block, sheet: Sheet, rows: dict[int, Row]) -> bool:
    """Whether only a period stands over a column where its left neighbour has a price basis, a measure or a comparison above."""
    if not before or column.subject or column.price or column.comparison or column.territory:
        return False
    left = before[-1]
    if not (left.price or left.subject or left.comparison or left.ungrouped):
        return False
    own = {spot[0] for spot, _ in heading_cells(block, sheet, rows, column.index)}
    return any(spot[0] not in own for spot, _ in heading_cells(block, sheet, rows, left.index)) or left.ungrouped


def _subject(words: str) -> str:
    """What a heading measures: its words without period, status, comparison and price basis."""
    plain = without_price(" ".join(part for part in words.split("\n") if part)).lower()
    rest = _PERIOD_WORDS.sub(" ", plain)
    rest = " ".join(re.sub(r"[()\[\]:;,.\-–/*]+(?=\s|$)|(?<=\s)[()\[\]:;,.\-–/*]+", " ", f" {rest} ").split())
    if is_part(_ALL.sub("", rest)):
        rest = _ALL.sub("", rest)
    start = bare(without_price(words)).find(bare(rest)) if rest else -1
    original = " ".join(without_price(words).split())
    return original[start : start + len(rest)] if rest and start >= 0 and len(bare(original)) == len(original) else rest


def _completed(column: Column, before: list[Column], every: list[Column]) -> Column:
    """Give a comparison the period of the column it compares, and a sum to date or a comparison its status."""
    if column.comparison in ("", "share"):
        if column.running and not column.status:
            return replace(column, status=_least_sure(column, before))
        return column
    column = replace(column, comparison=_compared(column, before))
    levels = [
        other for other in before if other.comparison in ("", "share") and other.status != "plan" and other.period
    ]
    if column.period is None or (column.period.year == 0 and not column.period.part):
        if not levels:
            return column
        return replace(column, period=levels[-1].period, status=column.status or _own_status(levels[-1], before))
    if column.comparison != "plan" and not column.status:
        same = [
            o
            for o in every
            if o.comparison == "" and o.period == column.period and o.status != "plan" and o is not column
        ]
        if same:
            return replace(column, status=_own_status(same[0], [o for o in every if o.index < same[0].index]))
    return column


def _compared(column: Column, before: list[Column]) -> str:
    """What a comparison with a named period is: with the year before, the period before, or some base; 'unclear' for none."""
    if column.comparison != "other":
        return column.comparison
    levels = [
        other.period
        for other in before
        if other.comparison in ("", "share") and other.status != "plan" and other.period
    ]
    own, base = column.period or (levels[-1] if levels else None), column.against
    if base is None or own is None or not own.year:
        return "unclear"
    if base.year == own.year - 1 and base.part in ("", own.part):
        return "previous_year"
    month = (
        (base.year * 12 + int(base.part[1:]), own.year * 12 + int(own.part[1:])) if _are_months(base, own) else (0, 0)
    )
    return "previous_period" if month[1] - month[0] == 1 else "base"


def _are_months(first: When, second: When) -> bool:
    return all(re.fullmatch(r"-\d\d", period.part) for period in (first, second))


def _own_status(column: Column, before: list[Column]) -> str:
    return column.status or (_least_sure(column, before) if column.running else "")


def _least_sure(column: Column, before: list[Column]) -> str:
    year = column.period.year if column.period else 0
    states = {other.status for other in before if other.period and other.period.year == year and other.comparison == ""}
    return next((state for state in ("estimate", "preliminary") if state in states), "")


def title_of(block: Block) -> str:
    """The title lines as one text, without those in English under Vietnamese ones."""
    lines = [line for _, _, text in block.titles for line in text.split("\n")]
    if any(not line.isascii() for line in lines):
        lines = [line for line in lines if not (_ENGLISH.match(line) and len(line) > 12)]
    return " ".join(" ".join(lines).split())


def title_subject(title: str, territory: str) -> str:
    """What a table is about: its title without number, unit, territory, period, price basis and how it is divided."""
    if english := next((name for name in SUBJECTS if title.lower().strip().startswith(name)), ""):
        return SUBJECTS[english]
    text = _CONTINUED.sub(" ", title).strip(" -–.")
    text = _TITLE_NUMBER.sub("", _CONTINUED.sub(" ", text)).strip()
    text = unit_in(_TITLE_TAIL.sub("", text))[1]
    text = without_price(without_marks(text))
    if territory:
        name = re.escape(re.sub(r" \((?:cũ|mới)\)$", "", territory))
        text = re.sub(
            rf"[,]?\s*(?:của |tại |ở )?(?:tỉnh |thành phố )?{name}(?: \((?:cũ|mới)\))?", " ", text, flags=re.I
        )
    text = re.sub(r"\b(?:giai đoạn )?(?:19|20)\d\d\s*[-–]\s*(?:19|20)\d\d\b", " ", text)
    text = re.sub(
        r",?\s*(?:\d+ tháng(?: đầu| cuối)?|[Qq]uý [IVX\d]+|[Tt]háng \d+|[Cc]ả|[Cc]ác)?\s*\b(?:năm|NĂM)\s*(?:19|20)?\d*\b|\b(?:19|20)\d\d\b",
        " ",
        text,
    )
    return " ".join(text.split()).strip(" ,.;:-–")
