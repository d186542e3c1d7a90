"""Twenty tables in the shapes that offices hand over, invented numbers: cells, merges and what must come out of each.

A figure: cell | indicator | territory | period | kind | value | unit | status. A refusal: cell only.
"""

from __future__ import annotations

import io
from dataclasses import dataclass, field
from typing import Any

import openpyxl


@dataclass(frozen=True)
class Shape:
    """One table; `rows` from row 1 and column A, `formats` number formats by cell."""

    name: str
    rows: tuple[tuple[Any, ...], ...]
    figures: str = ""
    refused: tuple[str, ...] = ()
    merges: tuple[str, ...] = ()
    formats: dict[str, str] = field(default_factory=dict)

    def workbook(self, month: int = 0) -> bytes:
        """The table as .xlsx."""
        book = openpyxl.Workbook()
        sheet: Any = book.active
        sheet.title = "Bieu"
        for row, cells in enumerate(self.rows, start=1):
            for column, value in enumerate(cells, start=1):
                if value is not None:
                    sheet.cell(row, column, value)
        for merge in self.merges:
            sheet.merge_cells(merge)
        for cell, shown in self.formats.items():
            sheet[cell].number_format = shown
        stream = io.BytesIO()
        book.save(stream)
        return stream.getvalue()

    @property
    def expected(self) -> dict[str, tuple[str, ...]]:
        """By cell: indicator, territory, period, kind, value, unit, status."""
        lines = (tuple(part.strip() for part in line.split("|")) for line in self.figures.strip().splitlines())
        return {line[0]: line[1:] for line in lines if line != ("",)}


N = None
SHAPES = (
    Shape(
        "years down the side",
        (
            ("Tổng sản phẩm trên địa bàn tỉnh Hưng Yên theo giá hiện hành",),
            (N, N, "ĐVT: Tỷ đồng"),
            ("Năm", "Tổng số", "Dịch vụ"),
            (2022, 131200.4, 31022.6),
            (2023, 141696.4, 33504.4),
            ("Sơ bộ 2024", 153032.1, 36184.8),
        ),
        """
        B4 | Tổng sản phẩm trên địa bàn theo giá hiện hành | Hưng Yên | 2022 | level | 131200.4 | Tỷ đồng | official
        C6 | Dịch vụ, giá hiện hành | Hưng Yên | 2024 | level | 36184.8 | Tỷ đồng | preliminary
        """,
    ),
    Shape(
        "provinces across",
        (
            ("Năng suất lao động xã hội theo giá hiện hành",),
            ("Đơn vị tính: Triệu đồng/lao động",),
            ("Năm", "Cả nước", "Hưng Yên", "Thái Bình"),
            ("2022", 188.1, 182.4, 130.2),
            ("2023", 199.3, 195.2, 139.3),
        ),
        """
        B4 | Năng suất lao động xã hội theo giá hiện hành | Cả nước | 2022 | level | 188.1 | Triệu đồng/lao động | official
        D5 | Năng suất lao động xã hội theo giá hiện hành | Thái Bình | 2023 | level | 139.3 | Triệu đồng/lao động | official
        """,
    ),
    Shape(
        "months in words",
        (
            ("Doanh thu thương mại điện tử tỉnh Hưng Yên năm 2025",),
            (N, N, N, "Tỷ đồng"),
            ("Chỉ tiêu", "Tháng Năm", "Tháng Mười hai", "Tháng giêng"),
            ("Tổng số", 150.5, 190.25, 120),
        ),
        """
        B4 | Doanh thu thương mại điện tử | Hưng Yên | 2025-05 | level | 150.5 | Tỷ đồng | official
        C4 | Doanh thu thương mại điện tử | Hưng Yên | 2025-12 | level | 190.25 | Tỷ đồng | official
        D4 | Doanh thu thương mại điện tử | Hưng Yên | 2025-01 | level | 120 | Tỷ đồng | official
        """,
    ),
    Shape(
        "quarter, nine months and year with growth",
        (
            ("TỈNH HƯNG YÊN: GRDP theo giá so sánh 2010",),
            (N, "Thực hiện", "Ước tính", "Ước tính", "Tốc độ tăng so với"),
            (N, "quý II", "quý III", "9 tháng", "cùng kỳ năm trước"),
            (N, "năm 2025", "năm 2025", "năm 2025", "9 tháng 2025 (%)"),
            (N, "(Tỷ đồng)", "(Tỷ đồng)", "(Tỷ đồng)", N),
            ("Tổng số", 24000.5, 25100.2, 72000.1, 8.12),
        ),
        """
        B6 | GRDP theo giá so sánh 2010 | Hưng Yên | 2025Q2 | level | 24000.5 | Tỷ đồng | official
        C6 | GRDP theo giá so sánh 2010 | Hưng Yên | 2025Q3 | level | 25100.2 | Tỷ đồng | estimate
        D6 | GRDP theo giá so sánh 2010 | Hưng Yên | 2025-9M | level | 72000.1 | Tỷ đồng | estimate
        E6 | GRDP theo giá so sánh 2010 | Hưng Yên | 2025-9M | growth | 8.12 | % | estimate
        """,
    ),
    Shape(
        "department report, commas and thousands",
        (
            ("UBND TỈNH HƯNG YÊN", N, N, "CỘNG HÒA XÃ HỘI CHỦ NGHĨA VIỆT NAM"),
            ("SỞ KHOA HỌC VÀ CÔNG NGHỆ",),
            ("KẾT QUẢ THỰC HIỆN CHỈ TIÊU KINH TẾ SỐ NĂM 2025",),
            (
                "TT",
                "Tên chỉ tiêu",
                "Đơn vị tính",
                "Thực hiện năm 2024",
                "Ước thực hiện năm 2025",
                "So với kế hoạch (%)",
            ),
            ("1", "Tỷ trọng kinh tế số trong GRDP", "%", "12,85", "14,1", "98,5"),
            ("2", "Số doanh nghiệp số", "Doanh nghiệp", "1.204", "1.350", "101,25"),
        ),
        """
        D5 | Tỷ trọng kinh tế số trong GRDP | Hưng Yên | 2024 | level | 12.85 | % | official
        E5 | Tỷ trọng kinh tế số trong GRDP | Hưng Yên | 2025 | level | 14.1 | % | estimate
        E6 | Số doanh nghiệp số | Hưng Yên | 2025 | level | 1350 | Doanh nghiệp | estimate
        F6 | Số doanh nghiệp số | Hưng Yên | 2025 | plan_percent | 101.25 | % | estimate
        """,
        merges=("A3:F3",),
    ),
    Shape(
        "thousands only, no decimals anywhere",
        (
            ("Số hộ kinh doanh trên sàn tỉnh Hưng Yên",),
            ("Đơn vị: Hộ",),
            ("", "2023", "2024"),
            ("Tổng số", "1.204", "1.350"),
        ),
        refused=("B4", "C4"),
    ),
    Shape(
        "percent format and plain percent",
        (
            ("Tỷ lệ thanh toán không dùng tiền mặt tỉnh Hưng Yên (%)",),
            (N, 2022, 2023, 2024),
            ("Thành thị", 0.485, 52.25, 55.5),
            ("Nông thôn", 31.5, 33, 36.25),
        ),
        """
        B3 | Tỷ lệ thanh toán không dùng tiền mặt, Thành thị | Hưng Yên | 2022 | level | 48.5 | % | official
        D4 | Tỷ lệ thanh toán không dùng tiền mặt, Nông thôn | Hưng Yên | 2024 | level | 36.25 | % | official
        """,
        formats={"B3": "0.0%"},
    ),
    Shape(
        "fraction column",
        (
            ("Tỷ trọng kinh tế số trong GRDP phân theo địa phương",),
            (N, N, "%"),
            (N, 2023, 2024),
            ("Hưng Yên", 12.5, 0.141),
            ("Thái Bình", 10.2, 11.3),
            ("Hải Dương", 11.0, 12.4),
        ),
        refused=("C4",),
    ),
    Shape(
        "a date for a heading",
        (
            ("Dân số trung bình tỉnh Hưng Yên",),
            (N, N, "Nghìn người"),
            (N, 2023, __import__("datetime").datetime(2024, 7, 1)),
            ("Tổng số", 1290.9, 1302.1),
        ),
        refused=("C3",),
    ),
    Shape(
        "a misspelt province",
        (
            ("Dân số trung bình phân theo địa phương",),
            (N, N, "Nghìn người"),
            (N, "2023", "2024"),
            ("Hưng Yêm", 1290.9, 1302.1),
            ("Thái Bình", 1882.3, 1890.4),
            ("Hà Nam", 885.1, 889.2),
        ),
        refused=("A4",),
    ),
    Shape(
        "districts of the province",
        (
            ("Dân số trung bình tỉnh Hưng Yên phân theo huyện",),
            (N, N, "Nghìn người"),
            (N, "2023", "Sơ bộ 2024"),
            ("TỔNG SỐ", 300.1, 303.2),
            ("Thành phố Hưng Yên", 120.0, 121.2),
            ("Huyện Văn Lâm", 180.1, 182.0),
        ),
        """
        B4 | Dân số trung bình | Hưng Yên | 2023 | level | 300.1 | Nghìn người | official
        C5 | Dân số trung bình, Thành phố Hưng Yên | Hưng Yên | 2024 | level | 121.2 | Nghìn người | preliminary
        """,
    ),
    Shape(
        "superscript mark glued to the year",
        (
            ("Dân số trung bình tỉnh Hưng Yên",),
            (N, N, "Nghìn người"),
            (N, 2023, "20241"),
            ("Tổng số", 1290.9, 1302.1),
        ),
        refused=("C3",),
    ),
    Shape(
        "two tables one below the other",
        (
            ("1. Dân số trung bình tỉnh Hưng Yên",),
            (N, N, "Nghìn người"),
            (N, 2023, 2024),
            ("Nam", 640.1, 645.2),
            ("Nữ", 650.8, 656.9),
            (),
            ("2. Tỷ lệ thất nghiệp tỉnh Hưng Yên",),
            (N, N, "%"),
            (N, 2023, 2024),
            ("Thành thị", 2.51, 2.48),
            ("Nông thôn", 1.12, 1.09),
        ),
        """
        B4 | Dân số trung bình, Nam | Hưng Yên | 2023 | level | 640.1 | Nghìn người | official
        C11 | Tỷ lệ thất nghiệp, Nông thôn | Hưng Yên | 2024 | level | 1.09 | % | official
        """,
    ),
    Shape(
        "merged group over two years, index of the year before",
        (
            ("Chỉ số sản xuất công nghiệp tỉnh Hưng Yên",),
            ("Đơn vị tính: %",),
            (N, "Tháng 10 năm 2025 so với", N, "10 tháng năm 2025"),
            (N, "tháng trước", "cùng kỳ năm trước", "so với cùng kỳ năm trước"),
            ("Toàn ngành công nghiệp", 101.5, 109.2, 108.7),
            ("Khai khoáng", 99.1, 102.3, 101.8),
        ),
        """
        B5 | Chỉ số sản xuất công nghiệp, Toàn ngành công nghiệp | Hưng Yên | 2025-10 | index_pp100 | 101.5 | % | official
        C5 | Chỉ số sản xuất công nghiệp, Toàn ngành công nghiệp | Hưng Yên | 2025-10 | index_py100 | 109.2 | % | official
        D6 | Chỉ số sản xuất công nghiệp, Khai khoáng | Hưng Yên | 2025-10M | index_py100 | 101.8 | % | official
        """,
        merges=("B3:C3",),
    ),
    Shape(
        "group heading not merged: one column says nothing of it",
        (
            ("Tổng sản phẩm trên địa bàn tỉnh Hưng Yên theo giá so sánh 2010",),
            (N, N, N, N, "Tỷ đồng"),
            (N, "Ước tính", "Cả năm", "So với cùng kỳ (%)", N),
            (N, "quý IV/2024", "2024", "quý IV/2024", "2024"),
            ("Tổng số", 22632.4, 85870.1, 107.4, 107.1),
        ),
        refused=("E4",),
    ),
    Shape(
        "a unit for each measure",
        (
            ("Xuất khẩu tỉnh Hưng Yên năm 2024",),
            (N, N, "Nghìn tấn; Triệu USD"),
            (N, "Lượng", "Trị giá"),
            ("Sắt thép", 120.5, 98.2),
            ("Xơ sợi", 30.25, 66.1),
        ),
        """
        B4 | Xuất khẩu, Sắt thép, Lượng | Hưng Yên | 2024 | level | 120.5 | Nghìn tấn | official
        C5 | Xuất khẩu, Xơ sợi, Trị giá | Hưng Yên | 2024 | level | 66.1 | Triệu USD | official
        """,
    ),
    Shape(
        "bounds and words in a cell",
        (
            ("Doanh thu thương mại điện tử tỉnh Hưng Yên",),
            (N, N, "Tỷ đồng"),
            (N, 2022, 2023),
            ("Tổng số", "trên 1.100", 1402.5),
        ),
        refused=("B4",),
    ),
    Shape(
        "a year of thousands among hundreds of thousands",
        (
            ("Tổng sản phẩm trên địa bàn tỉnh Hưng Yên theo giá hiện hành",),
            (N, N, N, "Tỷ đồng"),
            (N, 2021, 2022, 2023),
            ("Tổng số", 112300.5, 131200.4, 141696432),
        ),
        refused=("D4",),
    ),
    Shape(
        "part of the total is last year's",
        (
            ("Lao động từ 15 tuổi trở lên đang làm việc tỉnh Hưng Yên",),
            (N, N, "Nghìn người"),
            (N, 2023, 2024),
            ("Tổng số", 671.3, 675.9),
            ("Nam", 340.2, 342.9),
            ("Nữ", 331.1, 331.1),
        ),
        refused=("C4",),
    ),
    Shape(
        "five-year averages beside years",
        (
            ("Tốc độ tăng năng suất lao động tỉnh Hưng Yên theo giá so sánh 2010 (%)",),
            (N, "2023", "Ước 2024", "Bình quân 2021-2025"),
            ("Toàn tỉnh", 6.6, 7.2, 8.7),
        ),
        """
        B3 | Tốc độ tăng năng suất lao động theo giá so sánh 2010 | Hưng Yên | 2023 | growth | 6.6 | % | official
        C3 | Tốc độ tăng năng suất lao động theo giá so sánh 2010 | Hưng Yên | 2024 | growth | 7.2 | % | estimate
        D3 | Tốc độ tăng năng suất lao động theo giá so sánh 2010 | Hưng Yên | 2021-2025 | growth_average | 8.7 | % | official
        """,
    ),
)
