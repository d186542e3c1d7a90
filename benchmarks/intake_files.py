"""Files as offices hand them over, made by the thousand: what every cell says is known, and where one was spoilt."""

from __future__ import annotations

import datetime
import io
import unicodedata
from collections.abc import Callable
from dataclasses import dataclass, field
from decimal import Decimal
from random import Random
from typing import Any

import openpyxl

from forecast.evidence.intake.sheets import address
from forecast.evidence.letters import TCVN3

PROVINCES = (
    "Cả nước",
    "Hà Nội",
    "Hải Phòng",
    "Hưng Yên",
    "Thái Bình",
    "Bắc Ninh",
    "Quảng Ninh",
    "Nam Định",
    "Đắk Lắk",
    "Cà Mau",
)
SECTORS = ("Nông, lâm nghiệp và thủy sản", "Công nghiệp và xây dựng", "Dịch vụ", "Thuế sản phẩm trừ trợ cấp sản phẩm")
AMOUNTS = (  # subject, unit, smallest and largest
    ("Dân số trung bình", "Nghìn người", 300, 9000),
    ("Lao động từ 15 tuổi trở lên đang làm việc", "Nghìn người", 200, 5000),
    ("Tổng sản phẩm trên địa bàn theo giá hiện hành", "Tỷ đồng", 20000, 900000),
    ("Tổng sản phẩm trên địa bàn theo giá so sánh 2010", "Tỷ đồng", 20000, 600000),
    ("Năng suất lao động xã hội theo giá hiện hành", "Triệu đồng/lao động", 60, 400),
    ("Doanh thu thương mại điện tử", "Triệu USD", 40, 900),
)
SHARES = (
    "Tỷ trọng kinh tế số trong GRDP",
    "Tỷ lệ thất nghiệp khu vực thành thị",
    "Tỷ lệ thanh toán không dùng tiền mặt",
)
REPORTED = (
    ("Doanh thu thương mại điện tử", "Tỷ đồng", 800, 9000),
    ("Số doanh nghiệp có gian hàng", "Doanh nghiệp", 100, 4000),
    ("Tỷ lệ người dân có tài khoản", "%", 20, 95),
    ("Vốn đầu tư công nghệ thông tin", "Triệu đồng", 500, 90000),
)
_TO_TCVN3 = {new: chr(old) for old, new in TCVN3.items()}
Truth = dict[str, tuple[str, str, Decimal, str]]  # by cell: period, kind, value, unit


@dataclass
class Made:
    """One file: its bytes, what it says by cell, and the cells of which one must be named where it was spoilt."""

    name: str
    content: bytes
    truth: Truth
    kind: str = ""
    spoilt: tuple[str, ...] = ()


@dataclass
class Table:
    """Cells before they are written."""

    cells: dict[tuple[int, int], Any] = field(default_factory=dict)
    truth: Truth = field(default_factory=dict)
    merges: list[tuple[int, int, int, int]] = field(default_factory=list)
    formats: dict[tuple[int, int], str] = field(default_factory=dict)
    title: tuple[int, int] = (1, 1)
    unit: tuple[int, int] = (2, 1)
    heads: list[tuple[int, int]] = field(default_factory=list)  # the cell of each column that names the year
    figures: list[tuple[int, int]] = field(default_factory=list)
    labels: list[tuple[int, int]] = field(default_factory=list)
    total: list[tuple[int, int]] = field(default_factory=list)
    percent: bool = False

    def put(self, row: int, column: int, value: Decimal, facts: tuple[str, str, str]) -> None:
        """A figure and what it says: period, kind, unit."""
        self.cells[row, column] = value
        self.truth[address(row, column)] = (facts[0], facts[1], value, facts[2])
        self.figures.append((row, column))


def made(random: Random, spoil: bool) -> Made:
    """A file of a random shape; `spoil`: with one fault of a random kind."""
    table = random.choice((by_province, yearbook, monthly, report, years_down))(random)
    kind, spoilt = "", ()
    if spoil:
        usable = [(name, fault) for name, fault in FAULTS.items() if fault is not None]
        random.shuffle(usable)
        for name, fault in usable:
            if cells := fault(table, random):
                kind, spoilt = name, cells
                break
    typed = next((value for value in table.cells.values() if isinstance(value, Decimal)), None)
    plain = (
        random.random() < 0.35
        and typed is not None
        and not table.formats
        and kind not in ("formula", "date", "scaled format")
    )
    return Made(*(_as_csv(table, random) if plain else _as_workbook(table, random)), table.truth, kind, spoilt)


def number(random: Random, low: float, high: float, places: int = -1) -> Decimal:
    """A value with one or two decimals, whole ones among them."""
    places = random.choice((0, 1, 1, 2)) if places < 0 else places
    return Decimal(repr(round(random.uniform(low, high), places))).normalize() + 0


def _drift(random: Random, value: Decimal, places: int) -> Decimal:
    return Decimal(repr(round(float(value) * random.uniform(0.97, 1.14), places))).normalize() + 0


def by_province(random: Random) -> Table:
    """The statistics office's database: provinces down, years across, unit in a corner, in the title or under each year."""
    table = Table()
    table.percent = random.random() < 0.35
    subject, unit, low, high = (random.choice(SHARES), "%", 2, 60) if table.percent else random.choice(AMOUNTS)
    years = range(random.randint(2016, 2020), random.randint(2022, 2025))
    where = random.choice(("corner", "title", "row"))
    table.cells[1, 1] = f"{subject} phân theo địa phương" + (f" ({unit})" if where == "title" else "")
    table.unit = (1, 1) if where == "title" else (2, 1 + len(years)) if where == "corner" else (2, 1)
    if where != "title":
        table.cells[table.unit] = unit if where == "corner" else f"Đơn vị tính: {unit}"
    for column, year in enumerate(years, start=2):
        status = "preliminary" if year == years[-1] and random.random() < 0.5 else ""
        table.cells[3, column] = (
            f"Sơ bộ {year}" if status else random.choice((year, str(year), f"{year} (*)" if year == years[0] else year))
        )
        table.heads.append((3, column))
    places = random.choice((0, 1, 1, 2))
    for row, province in enumerate(random.sample(PROVINCES, random.randint(3, 8)), start=4):
        table.cells[row, 1] = random.choice((province, f" {province}", f"{province} ", province.replace(" ", "  ")))
        table.labels.append((row, 1))
        value = number(random, low, high, places)
        for column, year in enumerate(years, start=2):
            if random.random() < 0.04:
                table.cells[row, column] = random.choice(("-", "...", "..", "…"))
            else:
                table.put(row, column, value, (str(year), "level", unit))
            value = min(_drift(random, value, places), Decimal(95)) if table.percent else _drift(random, value, places)
    return table


def yearbook(random: Random) -> Table:
    """A total and its parts under two groups of years."""
    table = Table()
    table.cells[1, 1] = (
        random.choice(("36. ", "Biểu 36. ", "")) + "Tổng sản phẩm trên địa bàn tỉnh Hưng Yên phân theo khu vực kinh tế"
    )
    years = range(2021, random.randint(2023, 2025))
    width = len(years)
    table.unit = (2, 1 + 2 * width)
    table.cells[table.unit] = random.choice(("Tỷ đồng", "ĐVT: Tỷ đồng", "Đơn vị tính: Tỷ đồng - Unit: Bill. dongs"))
    rows = list(range(6, 6 + len(SECTORS)))
    table.cells[5, 1] = random.choice(("TỔNG SỐ", "Tổng số", "TỔNG SỐ - TOTAL"))
    for row, sector in zip(rows, SECTORS, strict=True):
        table.cells[row, 1] = sector
        table.labels.append((row, 1))
    for group, price in enumerate(("Theo giá hiện hành", "Theo giá so sánh 2010")):
        first = 2 + group * width
        table.cells[3, first] = price
        table.merges.append((3, first, 3, first + width - 1))
        for column, year in enumerate(years, start=first):
            table.cells[4, column] = (
                year if year < years[-1] else random.choice((year, f"Sơ bộ {year}", f"Sơ bộ\nPrel. {year}"))
            )
            table.heads.append((4, column))
            parts = [number(random, 2000, 60000, 1) for _ in rows]
            for row, part in zip(rows, parts, strict=True):
                table.put(row, column, part, (str(year), "level", "Tỷ đồng"))
            table.put(5, column, sum(parts, Decimal(0)), (str(year), "level", "Tỷ đồng"))
            table.total.append((5, column))
    return table


def monthly(random: Random) -> Table:
    """A heading broken over four rows that nobody merged: status, part of the year, "năm", year; a comparison with the year before."""
    table = Table()
    year, quarter = random.randint(2022, 2025), random.randint(2, 4)
    subject, unit = random.choice(
        (
            ("Doanh thu thương mại điện tử", "Tỷ đồng"),
            ("Tổng mức bán lẻ hàng hóa", "Tỷ đồng"),
            ("Giá trị sản xuất công nghiệp", "Triệu đồng"),
        )
    )
    table.cells[1, 1] = f"{random.randint(1, 40)}. {subject} tỉnh Hưng Yên"
    table.unit, roman = (2, 5), ("", "I", "II", "III", "IV")
    table.cells[table.unit] = unit
    months = random.choice((2, 4, 5, 7, 8, 9, 10, 11))
    heads = (
        ("Sơ bộ", f"quý {roman[quarter - 1]}", "năm", year),
        ("Ước tính", f"quý {roman[quarter]}", "năm", year),
        ("Ước tính", f"{months} tháng", "năm", year),
        ("So với cùng kỳ", "năm trước (%)", f"quý {roman[quarter]} năm", year),
    )
    facts = (
        (f"{year}Q{quarter - 1}", "level", unit),
        (f"{year}Q{quarter}", "level", unit),
        (f"{year}-{months}M", "level", unit),
        (f"{year}Q{quarter}", "index_py100", "%"),
    )
    for column, words in enumerate(heads, start=2):
        for row, word in enumerate(words, start=3):
            table.cells[row, column] = word
        table.heads.append((6, column))
    for row, part in enumerate(
        random.sample(("Bán lẻ hàng hóa", "Dịch vụ lưu trú, ăn uống", "Dịch vụ khác", "Du lịch lữ hành"), 3), start=8
    ):
        table.cells[row, 1] = part
        table.labels.append((row, 1))
        for column, said in enumerate(facts, start=2):
            table.put(
                row, column, number(random, 85, 130) if said[1] == "index_py100" else number(random, 400, 9000), said
            )
    return table


def report(random: Random) -> Table:
    """A department's report: letterhead, numbered rows, a unit for each row with ditto marks."""
    table = Table()
    year = random.randint(2023, 2025)
    table.cells[1, 1], table.cells[1, 4] = "UBND TỈNH HƯNG YÊN", "CỘNG HÒA XÃ HỘI CHỦ NGHĨA VIỆT NAM"
    table.cells[2, 1] = random.choice(("SỞ CÔNG THƯƠNG", "SỞ KHOA HỌC VÀ CÔNG NGHỆ"))
    table.cells[4, 1] = f"KẾT QUẢ THỰC HIỆN CÁC CHỈ TIÊU KINH TẾ SỐ 6 THÁNG ĐẦU NĂM {year}"
    table.merges.append((4, 1, 4, 6))
    table.title, table.unit = (4, 1), (0, 0)
    for column, head in enumerate(("STT", "Chỉ tiêu", random.choice(("ĐVT", "Đơn vị tính"))), start=1):
        table.cells[6, column] = head
    heads = (
        (f"Thực hiện\nnăm {year - 1}", str(year - 1)),
        (f"Thực hiện\n6 tháng {year - 1}", f"{year - 1}H1"),
        (f"Ước thực hiện\n6 tháng {year}", f"{year}H1"),
    )
    for column, (head, _) in enumerate(heads, start=4):
        table.cells[6, column] = head
        table.heads.append((6, column))
    for row, (subject, unit, low, high) in enumerate(random.sample(REPORTED, random.randint(2, 4)), start=7):
        table.cells[row, 1], table.cells[row, 2], table.cells[row, 3] = str(row - 6), subject, unit
        table.labels.append((row, 2))
        for column, (_, period) in enumerate(heads, start=4):
            table.put(
                row, column, number(random, low, high, 0 if unit == "Doanh nghiệp" else -1), (period, "level", unit)
            )
    return table


def years_down(random: Random) -> Table:
    """Years down the side, the provinces across."""
    table = Table()
    subject, unit, low, high = random.choice(AMOUNTS[:2])
    table.cells[1, 1] = subject
    table.unit = (2, 1)
    table.cells[2, 1] = f"Đơn vị tính: {unit}"
    table.cells[3, 1] = "Năm"
    chosen = random.sample(PROVINCES[1:], 3)
    for column, province in enumerate(chosen, start=2):
        table.cells[3, column] = province
        value = number(random, low, high, 1)
        for row, year in enumerate(range(2019, 2025), start=4):
            table.cells[row, 1] = str(year) if year < 2024 else random.choice(("2024", "Sơ bộ 2024"))
            table.put(row, column, value, (str(year), "level", unit))
            value = _drift(random, value, 1)
    return table


def _spoil(table: Table, cell: tuple[int, int], value: Any) -> tuple[str, ...]:
    table.cells[cell] = value
    return (address(*cell),)


def _words(table: Table, random: Random) -> tuple[str, ...]:
    cell = random.choice(table.figures)
    return _spoil(
        table,
        cell,
        random.choice(("trên 1.100", "khoảng 85", "1.105 tỷ", "chưa có số", "#DIV/0!", "12,5,3", "1.2345.678")),
    )


def _thousandfold(table: Table, random: Random) -> tuple[str, ...]:
    """A figure in another unit, in a row of a table of levels over at least three years."""
    if (
        not table.labels
        or table.percent
        or len(table.heads) < 3
        or table.total
        or any(truth[1] != "level" for truth in table.truth.values())
    ):
        return ()
    row = random.choice(table.labels)[0]
    cells = [cell for cell in table.figures if cell[0] == row]
    if len(cells) < 3 or len({table.truth[address(*cell)][0][4:] for cell in cells}) > 1:
        return ()
    cell = random.choice(cells)
    return _spoil(table, cell, table.cells[cell] * 1000)


def _fraction(table: Table, random: Random) -> tuple[str, ...]:
    cells = [cell for cell in table.figures if table.percent and table.cells[cell] >= 8]
    if not cells or len(table.heads) < 3:
        return ()
    cell = random.choice(cells)
    return _spoil(table, cell, table.cells[cell] / 100)


def _total(table: Table, random: Random) -> tuple[str, ...]:
    if not table.total:
        return ()
    cell = random.choice(table.total)
    return _spoil(
        table, cell, (table.cells[cell] * Decimal(repr(random.choice((1.01, 1.04, 0.97))))).quantize(Decimal("0.1"))
    )


def _no_year(table: Table, random: Random) -> tuple[str, ...]:
    """The heading cell that names the year left empty; the heading above it or the first figure below may be named."""
    if not table.heads or (table.heads[0][0] == 6 and (3, 2) not in table.cells):
        return ()
    row, column = random.choice(table.heads)
    del table.cells[row, column]
    below = min(cell for cell in table.figures if cell[1] == column)
    return (*(address(r, column) for r in range(1, row + 1)), address(*below))


def _twice(table: Table, random: Random) -> tuple[str, ...]:
    """The year of one column written over the next one's."""
    if len(table.heads) < 2 or table.heads[0][0] != 3:
        return ()
    first, second = table.heads[0], table.heads[1]
    rows = {row for row, column in table.figures if column == first[1]} & {
        row for row, column in table.figures if column == second[1]
    }
    rows = {row for row in rows if table.cells[row, first[1]] != table.cells[row, second[1]]}
    if not rows:
        return ()
    table.cells[second] = table.cells[first]
    return tuple(address(row, second[1]) for row in sorted(rows))


def _date(table: Table, random: Random) -> tuple[str, ...]:
    return _spoil(table, random.choice(table.figures), datetime.datetime(2024, 5, 1))


def _formula(table: Table, random: Random) -> tuple[str, ...]:
    return _spoil(table, random.choice(table.figures), "=1+1")


def _control(table: Table, random: Random) -> tuple[str, ...]:
    if not table.labels:
        return ()
    cell = random.choice(table.labels)
    return _spoil(table, cell, table.cells[cell] + random.choice(("\u202e", "\u200f", "\u0085")))


def _no_unit(table: Table, random: Random) -> tuple[str, ...]:
    if table.unit not in table.cells or table.unit == (1, 1):
        return ()
    del table.cells[table.unit]
    return (
        address(*table.title),
        *(address(*cell) for cell in table.heads),
        *(address(*cell) for cell in table.labels),
    )


def _misspelt(table: Table, random: Random) -> tuple[str, ...]:
    cells = [
        cell
        for cell in table.labels
        if str(table.cells[cell]).strip() in ("Hưng Yên", "Thái Bình", "Quảng Ninh", "Nam Định")
    ]
    if not cells:
        return ()
    cell = random.choice(cells)
    return _spoil(table, cell, str(table.cells[cell]).strip()[:-1] + "m")


def _scaled(table: Table, random: Random) -> tuple[str, ...]:
    cell = random.choice(table.figures)
    table.formats[cell] = "#,##0.0,"
    return (address(*cell),)


def _garbled(table: Table, random: Random) -> tuple[str, ...]:
    if not table.labels:
        return ()
    cell = random.choice(table.labels)
    text = str(table.cells[cell]).strip().encode().decode("latin-1")
    return _spoil(table, cell, text) if not str(table.cells[cell]).isascii() else ()


FAULTS: dict[str, Callable[[Table, Random], tuple[str, ...]]] = {
    "words": _words,
    "thousandfold": _thousandfold,
    "fraction": _fraction,
    "total": _total,
    "no year": _no_year,
    "year twice": _twice,
    "date": _date,
    "formula": _formula,
    "control character": _control,
    "no unit": _no_unit,
    "misspelt province": _misspelt,
    "scaled format": _scaled,
    "garbled letters": _garbled,
}


def _as_workbook(table: Table, random: Random) -> tuple[str, bytes]:
    book = openpyxl.Workbook()
    sheet: Any = book.active
    sheet.title = random.choice(("Bieu", "36", " 6. Thuong mai "))
    typed = random.choice(("", "", ",", "."))
    spoilt_numbers = {cell for cell in table.figures if not isinstance(table.cells.get(cell), Decimal)}
    nfd = random.random() < 0.1
    for (row, column), value in table.cells.items():
        if isinstance(value, Decimal):
            value = (
                written(value, typed, random) if typed and not table.formats and sure(table, typed) else float(value)
            )
        elif isinstance(value, str) and nfd and (row, column) not in spoilt_numbers:
            value = unicodedata.normalize("NFD", value)
        sheet.cell(row, column, value)
    for first, left, last, right in table.merges:
        sheet.merge_cells(start_row=first, start_column=left, end_row=last, end_column=right)
    for cell in table.figures:
        if not isinstance(table.cells[cell], datetime.datetime):
            sheet.cell(*cell).number_format = table.formats.get(cell) or random.choice(
                ("General", "0.0", "#,##0.0", "#,##0")
            )
    if random.random() < 0.2:
        _add_noise(book, sheet, random)
    stream = io.BytesIO()
    book.save(stream)
    return "bieu.xlsx", stream.getvalue()


def _add_noise(book: Any, sheet: Any, random: Random) -> None:
    """Helper figures in a hidden column, a hidden first sheet, cells that are formatted and empty far out."""
    column = sheet.max_column + 2
    for row in range(1, sheet.max_row + 1):
        sheet.cell(row, column, random.uniform(0, 100))
    sheet.column_dimensions[openpyxl.utils.get_column_letter(column)].hidden = True
    hidden = book.create_sheet("6NN", 0)
    hidden["A1"], hidden["B2"] = "Số phụ", 12345
    hidden.sheet_state = "hidden"
    book.active = 1
    sheet.cell(150, 60).number_format = "0.0"


def written(value: Decimal, mark: str, random: Random) -> str:
    """A number as a hand types it with this decimal mark."""
    whole, _, decimals = f"{value:f}".partition(".")
    grouped = (
        f"{int(whole):,}".replace(",", "." if mark == "," else ",")
        if len(whole.lstrip("-")) > 3 and random.random() < 0.7
        else whole
    )
    return grouped + (mark + decimals if decimals else "")


def sure(table: Table, mark: str) -> bool:
    """Whether the decimals of a table show which mark it uses, so that thousands can be typed with the other one."""
    return any(
        "." in f"{value:f}" and len(f"{value:f}".partition(".")[2]) < 3
        for value in table.cells.values()
        if isinstance(value, Decimal)
    )


def _as_csv(table: Table, random: Random) -> tuple[str, bytes]:
    rows, columns = max(row for row, _ in table.cells), max(column for _, column in table.cells)
    separator = random.choice((";", "\t", ","))
    mark = random.choice((",", ".")) if sure(table, "") else ""
    lines = []
    for row in range(1, rows + 1):
        cells = [table.cells.get((row, column), "") for column in range(1, columns + 1)]
        texts = [
            (written(value, mark, random) if mark else f"{value:f}") if isinstance(value, Decimal) else str(value)
            for value in cells
        ]
        lines.append(
            separator.join(
                f'"{text}"' if any(sign in text for sign in (separator, '"', "\n")) else text for text in texts
            )
        )
    text = "\r\n".join(lines) + "\r\n"
    encoding = random.choice(("utf-8", "utf-8-sig", "utf-16", "cp1258", "tcvn3"))
    return "bieu.csv", _encoded(text, "utf-8" if "\u00c3" in text else encoding)


def _encoded(text: str, encoding: str) -> bytes:
    """The bytes; what an old encoding cannot hold is written as UTF-8."""
    try:
        if encoding == "tcvn3":
            return text.translate(_TO_TCVN3).encode("latin-1")
        return _split_tones(text).encode("cp1258") if encoding == "cp1258" else text.encode(encoding)
    except UnicodeEncodeError:
        return text.encode("utf-8")


def _split_tones(text: str) -> str:
    """Tone marks as signs of their own, as code page 1258 has them."""
    tones = "\u0300\u0301\u0303\u0309\u0323"
    split = []
    for sign in text:
        parts = unicodedata.normalize("NFD", sign)
        tone = next((part for part in parts if part in tones), "")
        base = unicodedata.normalize("NFC", "".join(part for part in parts if part not in tones))
        split.append(base + tone)
    return "".join(split)
