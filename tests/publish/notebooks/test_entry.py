"""The part of the start page where figures come in, pressed as a person would; figures are tried on a copy."""

import io
import shutil
from datetime import date
from pathlib import Path

import openpyxl
import pytest

from forecast import evidence
from forecast.domain import Key
from forecast.evidence import intake
from forecast.publish.notebooks.entry import entry
from forecast.publish.register import template

TODAY = date(2026, 11, 27)
REVENUE = Key("ecommerce_revenue", "province", "hung_yen_pre2025")
TABLE = "\n".join(
    ("Thương mại điện tử tỉnh Hưng Yên", "TT\tChỉ tiêu\tĐVT\t2023\t2024", "1\tDoanh thu TMĐT\tTỷ đồng\t1402,5\t1650,25")
)


@pytest.fixture
def root(tmp_path) -> Path:
    shutil.copytree(evidence.find_folder(), tmp_path / "data")
    return tmp_path


def parts(box):
    """Every widget below a box."""
    for child in getattr(box, "children", ()):
        yield child
        yield from parts(child)


def press(box, label):
    next(part for part in parts(box) if getattr(part, "description", "") == label and hasattr(part, "click")).click()


def field(box, placeholder):
    return next(part for part in parts(box) if placeholder in str(getattr(part, "placeholder", "")))


def shown(box):
    return " ".join(str(part.value) for part in parts(box) if type(part).__name__ == "HTML")


def test_a_pasted_table_is_mapped_previewed_taken_in_and_undone(root):
    box = entry(root, on=TODAY)
    before = evidence.load(root / "data").series(REVENUE)
    field(box, "dán bảng").value = TABLE
    press(box, "Xem trước")
    assert "là chỉ tiêu nào" in shown(box)
    for printed, value in (("Doanh thu TMĐT", "ecommerce_revenue/province"), ("Hưng Yên", "hung_yen_pre2025")):
        choice = next(part for part in parts(box) if getattr(part, "printed", "") == printed)
        assert choice.value is None
        choice.value = value
        press(box, "Xem trước")
    assert "2 số mới" in shown(box) and "1.402,5 tỷ đồng" in shown(box) and "→" in shown(box)
    press(box, "Nhập vào số liệu")
    press(box, "Chắc chắn: nhập vào số liệu")
    assert "Cần họ tên" in shown(box)
    field(box, "Họ tên").value, field(box, "Lý do").value = "Nguyễn Thị Thử", "số thử nghiệm"
    press(box, "Nhập vào số liệu")
    press(box, "Chắc chắn: nhập vào số liệu")
    assert evidence.load(root / "data").series(REVENUE).years == (2022, 2023, 2024)
    press(box, "Hoàn lại lần nhập này")
    press(box, "Chắc chắn: hoàn lại lần nhập này")
    assert list(evidence.load(root / "data").series(REVENUE).values) == list(before.values)


def test_one_figure_goes_the_same_way(root):
    box = entry(root, on=TODAY)
    press(box, "Xem trước một số")
    assert "Hãy chọn chỉ tiêu và địa bàn" in shown(box)
    chosen = [part for part in parts(box) if type(part).__name__ == "Dropdown" and part.options and "(" in str(part.options[0][0])]
    for choice, name in zip(chosen, ("Doanh thu thương mại điện tử", "Hưng Yên (trước 7/2025)"), strict=False):
        choice.label = next(label for label, _ in choice.options if label.startswith(name))
    assert [choice.value for choice in chosen[:2]] == ["ecommerce_revenue/province", "hung_yen_pre2025"]
    field(box, "kỳ").value, field(box, "số:").value = "2024", "1.650"
    press(box, "Xem trước một số")
    assert "Văn bản nguồn" in shown(box)
    field(box, "văn bản nguồn").value, field(box, "ngày văn bản").value = "Báo cáo 12/BC-SCT của Sở Công Thương", "3/11/2026"
    press(box, "Xem trước một số")
    assert "có thể là 1,650 hoặc 1650" in shown(box)
    field(box, "số:").value = "1650,5"
    press(box, "Xem trước một số")
    assert "1 số mới" in shown(box) and "1.650,5 tỷ đồng" in shown(box)


def test_the_template_filled_in_needs_no_mapping(root):
    store = evidence.load(root / "data")
    book = openpyxl.load_workbook(io.BytesIO(template.workbook(store, template.computed(store), TODAY)))
    assert "dải 2030 hẹp lại" in " ".join(
        str(cell.value) for sheet in book for row in sheet.iter_rows() for cell in row
    )
    sheet = next(sheet for sheet in book if str(sheet["A4"].value).startswith("ecommerce_revenue"))
    assert sheet.protection.sheet and sheet["B4"].protection.locked and not sheet["G4"].protection.locked
    assert sheet.data_validations.count > 0
    column = next(cell.column for cell in sheet[3] if cell.value == "2024")
    sheet.cell(4, column, 1650.25)
    stream = io.BytesIO()
    book.save(stream)
    preview = intake.preview(stream.getvalue(), "mau.xlsx", store, on=TODAY)
    assert preview.problems == [] and [
        (line.state, float(line.mapped.value)) for line in preview.of("new", "revised")
    ] == [("new", 1650.25)]


def test_a_file_of_another_kind_is_a_sentence(root):
    box = entry(root, on=TODAY)
    press(box, "Xem trước")
    assert "Hãy chọn tệp" in shown(box)
    field(box, "dán bảng").value = "<html><table></table></html>"
    press(box, "Xem trước")
    assert "trang web" in shown(box)
