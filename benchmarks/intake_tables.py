"""Tables in the shapes of offices, before they are written: what every cell says is known."""

from __future__ import annotations

from dataclasses import dataclass, field
from decimal import Decimal
from random import Random
from typing import Any

from forecast.evidence.intake.sheets import address

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
Truth = dict[str, tuple[str, str, Decimal, str]]  # by cell: period, kind, value, unit


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
        for column, fact in enumerate(facts, start=2):
            table.put(row, column, number(random, 85, 130) if fact[1] == "index_py100" else number(random, 400, 9000), fact)
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
