"""Kinds of tables met later than the given ones: each was misread, unread or refused at a neighbour's cell once."""

import pytest
from intake_shapes import Shape

from forecast import evidence
from forecast.evidence.intake import read
from forecast.evidence.letters import TCVN3

NAMES = tuple(facts["name"]["vi"] for facts in evidence.registers(evidence.find_folder())[1].values())
N = None


def received(*rows, merges=()):
    return read(Shape("", rows, merges=merges).workbook(), "bieu.xlsx", NAMES)


def refused(*rows, merges=()):
    return {remark.cell for remark in received(*rows, merges=merges).refusals}


def test_a_mark_glued_to_a_year_is_named_above_its_unit_row():
    rows = ("Dân số tỉnh Hưng Yên",), (N,), (N, "2021", "20221"), (N, "Dân số (Người)", "Dân số (Người)"), ("Tổng số", 510, 520)
    assert refused(*rows) == {"C3"}


def test_a_comparison_broken_beside_the_years_is_a_heading():
    """"năm trước (%)" stands in the row of the years, a unit row follows."""
    rows = (
        ("Lao động có việc làm tỉnh Thái Bình",), (N,), (N, "Quý III", "Quý IV", "Quý IV năm 2024"), (N, "năm", "năm", "so với cùng kỳ"),
        (N, 2024, 2024, "năm trước (%)"), (N, "Nghìn người"), ("Tổng số", 900.5, 910.5, 101.2),
    )  # fmt: skip
    facts = [(figure.period, figure.kind, figure.unit) for figure in received(*rows, merges=("B6:D6",)).figures]
    assert facts == [("2024Q3", "level", "Nghìn người"), ("2024Q4", "level", "Nghìn người"), ("2024Q4", "index_py100", "%")]


def test_a_department_names_its_province_in_the_letterhead():
    rows = ("SỞ CÔNG THƯƠNG TỈNH HƯNG YÊN",), ("Kết quả 2024",), ("Chỉ tiêu", "ĐVT", "Năm 2023", "Ước 2024"), ("Doanh thu", "Tỷ đồng", 1.5, 2.5)
    assert [figure.territory for figure in received(*rows).figures] == ["Hưng Yên", "Hưng Yên"]
    rows = ("Số liệu của Hưng Yên và Thái Bình",), *rows[1:]
    assert refused(*rows)


@pytest.mark.parametrize("title, usual, odd", [("Tốc độ tăng GRDP (%)", 6.5, 106.5), ("GRDP so với cùng kỳ năm trước (%)", 106.5, 6.5)])
def test_one_index_among_growth_rates_is_refused_at_its_cell(title, usual, odd):
    rows = (title,), ("Địa phương", 2022, 2023), ("Hưng Yên", usual, usual + 1), ("Thái Bình", usual, odd), ("Hải Dương", usual + 2, usual)
    assert refused(*rows) == {"C4"}


def test_all_of_a_sex_is_named_after_the_title():
    rows = ("Dân số phân theo địa phương (Người)",), ("Địa phương", "Tổng số", N), (N, "Nam năm 2019", "Nữ năm 2019"), ("Hưng Yên", 600, 610)
    assert {figure.indicator for figure in received(*rows, merges=("B2:C2", "A2:A3")).figures} == {"Dân số, Nam", "Dân số, Nữ"}


def test_industries_beside_each_other_are_no_parts_of_one_another():
    rows = (("Chỉ số sản xuất công nghiệp tỉnh Thái Bình (%)",), (N, "Quý I năm 2024 so với cùng kỳ năm trước"), ("Toàn ngành", 105.5),
            ("Khai khoáng", 99.5), ("Công nghiệp chế biến, chế tạo", 106.5))  # fmt: skip
    assert not any("Khai khoáng, Công nghiệp" in figure.indicator for figure in received(*rows).figures)


def test_a_garbled_word_in_an_old_encoding_is_refused_at_its_cell():
    """A short file in TCVN3 with one word in double UTF-8: the encoding is sure enough, the word is not."""
    plain = "Doanh thu thương mại điện tử phân theo địa phương;;\n;;Triệu USD\n;2022;2023\nĐắk Lắk;709,9;802,1\nCả nước;227,7;237,5\nHà Nội;8,6;8,4\n"
    content = plain.translate({new: chr(old) for old, new in TCVN3.items()}).encode("latin-1") + b"B\xb8\xba\xafc Ninh;264,8;279,8\n"
    shown = read(content, "bieu.csv", NAMES)
    assert {remark.cell for remark in shown.refusals} == {"A7"} and not shown.figures


def test_two_rows_of_one_name_with_codes_of_two_series_are_two_rows():
    """The code in the first column says which series a row is; only one code twice is one thing said twice."""
    head = ("Mã", "Chỉ tiêu", "ĐVT", "2023", "2024")
    rows = [(f"ecommerce_revenue/province/{place}", "Doanh thu TMĐT", "Tỷ đồng", 1.5 + at, 2.5 + at) for at, place in enumerate("abb")]
    assert len(received(head, *rows[:2]).figures) == 4 and not refused(head, *rows[:2])
    assert refused(head, *rows) == {"D4", "E4"}
