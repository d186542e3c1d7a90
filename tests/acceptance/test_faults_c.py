"""Section C row by row: what comes in from outside is read as its sender meant it, or refused by name at its cell."""

import csv
import io
import shutil
import zipfile
from datetime import date, datetime
from pathlib import Path

import openpyxl
import pytest
from intake_shapes import Shape

from forecast import evidence
from forecast.evidence import intake
from forecast.evidence.letters import TCVN3

DATA = evidence.find_folder()
NAMES = tuple(facts["name"]["vi"] for facts in evidence.registers(DATA)[1].values())
TODAY = date(2026, 11, 27)
TITLE, UNIT = "Doanh thu thương mại điện tử tỉnh Hưng Yên", "Tỷ đồng"
N = None


@pytest.fixture(scope="module")
def store():
    return evidence.load(DATA)


@pytest.fixture
def data(tmp_path) -> Path:
    return Path(shutil.copytree(DATA, tmp_path / "data"))


def book(*rows, merges=(), formats=None):
    return Shape("", (((TITLE),), (N, N, UNIT), *rows), merges=merges, formats=formats or {}).workbook()


def received(content, name="bieu.xlsx", **declared):
    return intake.read(content, name, NAMES, intake.Declared(**declared))


def cells(content, name="bieu.xlsx", **declared):
    return {remark.cell for remark in received(content, name, **declared).refusals}


def values(content, name="bieu.xlsx", **declared):
    return [float(figure.value) for figure in received(content, name, **declared).figures]


def text(*lines, separator=";", encoding="utf-8"):
    return ("\r\n".join((TITLE, f"Đơn vị: {UNIT}", *(separator.join(line) for line in lines))) + "\r\n").encode(
        encoding
    )


def line(name, content, old, new, folder):
    """The one line of a data file that holds `old`, changed."""
    path = folder / name
    before = path.read_text(encoding="utf-8")
    assert old in before
    path.write_text(before.replace(old, new, 1), encoding="utf-8")
    return [finding for finding in evidence.check(folder) if finding.severity == content]


def test_c01_a_number_of_two_readings_is_refused_with_both():
    """C01: 1.234 alone in its table; declared, it is read."""
    content = book((N, "2023", "2024"), ("Tổng số", "1.234", "1.350"))
    assert cells(content) == {"B4", "C4"}
    assert "1,234" in received(content).refusals[0].text.vi and "1234" in received(content).refusals[0].text.vi
    assert values(content, mark=",") == [1234, 1350] and values(content, mark=".") == [1.234, 1.35]


def test_c02_a_decimal_comma_is_read_where_the_table_shows_it():
    assert values(book((N, "2023", "2024"), ("Tổng số", "1.234,5", "1.350,25"))) == [1234.5, 1350.25]


def test_c03_both_decimal_marks_in_one_table_are_refused():
    assert cells(book((N, "2023", "2024"), ("Tổng số", "1234.5", "1350,5"))) & {"B4", "C4"}
    assert cells(book((N, "2023", "2024"), ("Tổng số", "12.34.567", "1350,5"))) == {"B4"}


def test_c04_c22_a_ragged_row_names_its_line():
    """C04, C22: a comma decimal in a comma file moves the cells on."""
    content = text(("", "2023", "2024"), ("Nam", "12", "5", "13"), ("Nữ", "14", "5"), ("Khác", "1", "2"), separator=",")
    assert cells(content, "bieu.csv") == {"A4"}


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "utf-16", "utf-16-le"])
def test_c05_2c14_unicode_in_any_form_is_read(encoding):
    assert values(text(("", "2023", "2024"), ("Tổng số", "1234,5", "1350,5"), encoding=encoding), "bieu.csv") == [
        1234.5,
        1350.5,
    ]


def test_c07_letters_read_in_a_wrong_encoding_are_refused():
    wrong = (
        text(("", "2023", "2024"), ("Tổng số", "1234,5", "1350,5"))
        .decode("utf-8")
        .encode("utf-8")
        .decode("latin-1")
        .encode("utf-8")
    )
    assert cells(wrong, "bieu.csv")
    assert cells("Địa phương;2023;2024\nC? NU?C;1,5;2,5\n".encode(), "bieu.csv", territory="Hưng Yên", unit="%") == {
        "A2"
    }


def test_c08_2c14_old_vietnamese_encodings_are_converted():
    """C08: TCVN3 by its letters, in a file of bytes and in a sheet; cp1258 by its bytes; an unknown one is refused."""
    back = {new: chr(old) for old, new in TCVN3.items()}
    plain = text(("", "2023", "2024"), ("Tổng số", "1234,5", "1350,5")).decode("utf-8")
    assert values(plain.translate(back).encode("latin-1"), "bieu.csv") == [1234.5, 1350.5]
    sheet = book((N, "2023", "2024"), ("C¶ n\xadíc", 1.5, 2.5), ("H\xadng Yªn", 3.5, 4.5))
    assert [figure.territory for figure in received(sheet).figures] == ["Cả nước", "Cả nước", "Hưng Yên", "Hưng Yên"]
    assert "bảng mã" in received(plain.encode("utf-8")[:40] + b"\xff\xfe\xfa" * 9, "bieu.csv").refusals[0].text.vi


def test_c10_c11_a_column_or_year_twice_is_refused():
    """C10, C11: the same year over two columns, two rows for one year."""
    assert cells(book((N, "2023", "2023"), ("Tổng số", 1234.5, 1350.5))) == {"C4"}
    assert cells(book(("Năm", TITLE), ("2022", 1.5), ("2023", 2.5), ("2023", 3.5))) == {"B6"}


def test_c12_a_missing_year_stays_missing():
    assert [f.period for f in received(book((N, "2021", "2023", "2024"), ("Tổng số", 1.5, "...", 2.5))).figures] == [
        "2021",
        "2024",
    ]


def test_c14_2c02_a_figure_in_another_unit_is_refused(data):
    """C14: a thousand times its neighbours in the file, or beside the figures there are (2C02)."""
    assert cells(book((N, 2021, 2022, 2023), ("Tổng số", 900.5, 1105.2, 1402500))) == {"D4"}
    assert [figure.unit for figure in received(book((N, 2021, 2022), ("GRDP, triệu USD", 900.5, 950.5))).figures] == [
        "triệu USD"
    ] * 2
    content = book((N, 2023), ("Tổng số", 1402500))
    store = evidence.load(data)
    shown = intake.preview(content, "bieu.xlsx", store, on=TODAY)
    rows, places = [f"{TITLE.removesuffix(' tỉnh Hưng Yên')}=ecommerce_revenue/province"], ["Hưng Yên=hung_yen_pre2025"]
    mapping = intake.told(shown.mapping, rows, places, False, shown.received.figures, by="A", on=TODAY)
    shown = intake.preview(content, "bieu.xlsx", store, on=TODAY, mapping=mapping)
    assert any(problem.vi.startswith("Bieu!B4") and "đơn vị" in problem.vi for problem in shown.problems)


def test_c15_a_fraction_among_percents_is_refused_a_percent_format_is_not():
    rows = ((N, 2021, 2022, 2023), ("Tỷ trọng kinh tế số (%)", 12.5, 0.13, 14.1))
    assert cells(book(*rows)) == {"C4"}
    assert values(book(*rows, formats={"C4": "0.0%"})) == [12.5, 13, 14.1]


@pytest.mark.parametrize("wrong", ["inf", "1e999", "nan", "#N/A", "trên 5"])
def test_c16_what_is_no_number_is_refused_at_its_cell(wrong):
    assert cells(book((N, 2021, 2022), ("Tổng số", 12.5, wrong))) == {"C4"}


def mapped(content, store, series, name="bieu.xlsx"):
    shown = intake.preview(content, name, store, on=TODAY)
    names = dict.fromkeys(figure.indicator for figure in shown.received.figures)
    rows, places = [f"{printed}={series}" for printed in names], ["Hưng Yên=hung_yen_pre2025"]
    mapping = intake.told(shown.mapping, rows, places, False, shown.received.figures, by="A", on=TODAY)
    return intake.preview(content, name, store, on=TODAY, mapping=mapping)


@pytest.mark.parametrize("year, value", [(2023, -5.5), (2024, 112.5), (2031, 12.5)])
def test_c18_c19_impossible_values_and_years_to_come_are_refused(store, year, value):
    """C18, C19: below or above what the indicator can be; a year that is not over, as a final figure."""
    content = Shape("", (("Tỷ trọng kinh tế số tỉnh Hưng Yên (%)",), (N, year), ("Tổng số", value))).workbook()
    shown = mapped(content, store, "digital_economy_share/nso")
    assert any(problem.vi.startswith("Bieu!B3") for problem in shown.problems)


def test_c21_notes_and_sources_are_told_and_are_no_figures():
    shown = received(
        book(
            (N, 2021, 2022),
            ("Tổng số", 12.5, 13.5),
            (N,),
            ("Nguồn: Cục Thống kê tỉnh",),
            ("(1) Số chính thức năm 2021",),
        )
    )
    assert len(shown.figures) == 2 and sum("ghi chú" in remark.text.vi for remark in shown.remarks) == 2


@pytest.mark.parametrize("content", [b"", b"a;b\n", text(("", "2023", "2024"))])
def test_c23_an_empty_file_or_a_header_alone_is_refused(content):
    assert received(content, "bieu.csv").refusals


def test_c26_codes_stay_texts():
    shown = received(book(("Mã số", "Chỉ tiêu", 2021, 2022), ("033", "Doanh thu", 12.5, 13.5)))
    assert [figure.cell for figure in shown.figures] == ["C4", "D4"]


def test_c27_dates_where_figures_or_years_should_stand_are_refused():
    """C27: 3/4 may be March or April; a figure that Excel turned into a date is none."""
    assert cells(book((N, 2021, datetime(2024, 4, 3)), ("Tổng số", 12.5, 13.5))) == {"C3"}
    assert cells(book((N, 2021, 2022), ("Tổng số", 12.5, datetime(2024, 4, 3)))) == {"C4"}


def test_c28_a_revision_is_told_with_the_old_figure_and_the_jump(store):
    content = Shape(
        "", (("Doanh thu thương mại điện tử tỉnh Hưng Yên",), (N, N, UNIT), (N, 2022), ("Tổng số", 1210))
    ).workbook()
    (revised,) = mapped(content, store, "ecommerce_revenue/province").of("revised")
    assert (revised.old.value, round(revised.jump, 6)) == (1100, 10.0)


def test_c29_a_total_that_does_not_add_up_is_refused():
    rows = ((N, 2021, 2022), ("Tổng số", 100.5, 120.5), ("Nam", 50.5, 60.5), ("Nữ", 50.0, 55.0))
    assert cells(book(*rows)) == {"C4"}


def test_c30_price_bases_and_boundaries_are_never_joined():
    """C30: two price bases are two indicators; a column whose note moves the boundary is refused until its territory is named."""
    group = (
        (N, "Theo giá hiện hành", N, "Theo giá so sánh 2010", N),
        (N, 2022, 2023, 2022, 2023),
        ("Tổng số", 12.5, 13.5, 8.5, 9.5),
    )
    names = {figure.indicator for figure in received(book(*group, merges=("B3:C3", "D3:E3"))).figures}
    assert len(names) == 2 and any("2010" in name for name in names)
    assert cells(
        book((N, 2023, "2024(*)"), ("Tổng số", 12.5, 13.5), (N,), ("(*) Theo địa giới mới sau hợp nhất",))
    ) == {"C3"}


def test_c31_a_zip_bomb_is_refused_before_it_is_unpacked():
    stream = io.BytesIO()
    with zipfile.ZipFile(stream, "w", zipfile.ZIP_DEFLATED) as package:
        package.writestr("xl/workbook.xml", b"0" * 50_000_000)
    (refusal,) = received(stream.getvalue()).refusals
    assert "bung ra 50 MB" in refusal.text.vi


def test_c32_merged_hidden_formulas_links_and_entities():
    """C32: hidden cells are told and not read, stored values are, a formula never calculated or from another file is refused."""
    stream, workbook = (
        io.BytesIO(),
        openpyxl.load_workbook(io.BytesIO(book((N, 2021, 2022), ("Tổng số", 12.5, "=1+1")))),
    )
    workbook["Bieu"].row_dimensions[1].hidden = False
    workbook.create_sheet("An", 0).sheet_state = "hidden"
    workbook["An"]["A1"] = 5
    workbook.active = 1
    workbook.save(stream)
    shown = received(stream.getvalue())
    assert {remark.cell for remark in shown.refusals} == {"C4"} and any(
        "ẩn" in remark.text.vi for remark in shown.remarks
    )
    linked = stream.getvalue()
    for formula, stored, wanted in (("1+1", "2", set()), ("[1]Trang!A1", "2", {"C4"})):
        assert cells(with_part(linked, "<f>1+1</f><v/>", f"<f>{formula}</f><v>{stored}</v>")) == wanted
    assert (
        "DTD"
        in received(with_part(linked, "<worksheet", "<!DOCTYPE a [<!ENTITY b 'c'>]><worksheet")).refusals[0].text.vi
    )


def with_part(content, old, new):
    """The workbook with a text of its sheets replaced, as a program that is not Excel writes it."""
    stream = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(content)) as package, zipfile.ZipFile(stream, "w") as target:
        for entry in package.infolist():
            part = package.read(entry).decode("utf-8")
            changed = (
                part.replace("<v></v>", "<v/>").replace("<v />", "<v/>").replace(old, new)
                if "worksheets/sheet" in entry.filename
                else part
            )
            target.writestr(entry.filename, changed)
    return stream.getvalue()


def test_c34_a_name_with_a_path_stays_a_name(data):
    content = book((N, 2023), ("Tổng số", 1402.5))
    store = evidence.load(data)
    shown = mapped(content, store, "ecommerce_revenue/province", "../../x/~bieu.xlsx")
    intake.take(shown, content, data, who="Nguyễn Thị Thử", reason="số thử nghiệm", on=TODAY)
    kept = [path.relative_to(data).as_posix() for path in (data / "incoming" / "kept").rglob("*") if path.is_file()]
    assert len(kept) == 1 and ".." not in kept[0].split("/") and not (data.parent / "x").exists()


def test_c37_c38_what_misses_is_asked_and_the_answer_is_for_machines_too():
    """C37, C38: no unit, no territory: refused at the title; the report says sheet, cell and both languages."""
    content = Shape("", (("Dân số trung bình",), (N, "2023", "2024"), ("Tổng số", 1.5, 2.5))).workbook()
    facts = intake.as_facts(received(content))
    assert facts["read"] == [] and {line["cell"] for line in facts["refuse"]} == {"A1"}
    assert all(line["sheet"] == "Bieu" and line["vi"] and line["en"] for line in facts["refuse"])


def test_2c09_proper_vietnamese_is_never_called_broken_and_tcvn3_is(data):
    for name in ("NGHỊ QUYẾT CẤP XÃ”", "VECOM®", "GRDP¹", "«Số hoá»", "m² – “Đề án” 5 %", "Đắk Lắk"):
        assert not line("sources.csv", "error", "Bảng chỉ tiêu KT-XH tỉnh Bắc Giang", name, data), name
        line("sources.csv", "error", name, "Bảng chỉ tiêu KT-XH tỉnh Bắc Giang", data)
    found = line("sources.csv", "error", "Bảng chỉ tiêu KT-XH tỉnh Bắc Giang", "Tû träng kinh tÕ sè", data)
    assert "lỗi bảng mã ở cột title" in found[-1].vi or any(
        "lỗi bảng mã ở cột title" in finding.vi for finding in found
    )


def test_2c10_a_file_saved_by_vietnamese_excel_is_told_first(data):
    path = data / "observations.csv"
    with path.open(encoding="utf-8", newline="") as stream:
        rows = list(csv.reader(stream))
    with path.open("w", encoding="utf-8-sig", newline="") as stream:
        csv.writer(stream, delimiter=";").writerows(rows)
    errors = [finding for finding in evidence.check(data) if finding.severity == "error"]
    assert "dấu chấm phẩy" in errors[0].vi and "dấu chấm thập phân" in errors[0].vi
    assert not any("khớp 0 dòng" in finding.vi or "thiếu cột" in finding.vi for finding in errors)


@pytest.mark.parametrize(
    "sign, name", [("\v", "U+000B"), ("\x1b", "U+001B"), ("\u202e", "U+202E"), ("\ufffe", "U+FFFE")]
)
def test_2c11_control_characters_are_named_by_cell(data, sign, name):
    found = line("sources.csv", "error", "Bảng chỉ tiêu KT-XH tỉnh Bắc Giang", f"Bảng{sign} chỉ tiêu", data)
    assert any("cột title" in finding.vi and name in finding.vi for finding in found)
    assert cells(book((N, 2021, 2022), ("Tổng \u202esố", 12.5, 13.5))) == {"A4"}


def test_2c13_2c16_marks_are_joined_and_the_icelandic_letter_is_read(data):
    """2C13, 2C16: decomposed letters and Ð come out as a search finds them."""
    line("sources.csv", "error", "Bảng chỉ tiêu KT-XH tỉnh Bắc Giang", "Ðie\u0302\u0323n Bie\u0302n", data)
    assert evidence.load(data).sources["bac_giang_indicators_2018"].title == "Điện Biên"
    assert received(book((N, 2021, 2022), ("Ðiện Biên", 12.5, 13.5))).figures[0].territory == "Điện Biên"


@pytest.mark.parametrize("encoding, name", [("utf-16", "UTF-16"), ("cp1258", "cp1258")])
def test_2c14_other_encodings_of_our_own_files_are_named(data, encoding, name):
    path = data / "targets.csv"
    content = (
        path.read_text(encoding="utf-8") if encoding == "utf-16" else "target,indicator\nx,Hà Đông Cà Mau Sơn La\n"
    )
    path.write_bytes(content.encode(encoding, "ignore"))
    assert any(name in finding.vi for finding in evidence.check(data) if finding.file == "targets.csv")


@pytest.mark.parametrize("written", ['value: "0,8"', "value: 0,8"])
def test_2c15_a_decimal_comma_in_a_scenario_says_how_to_write_it(data, written):
    path = data / "scenarios" / "thu.yml"
    entry = f"{{lever: digitalisation_services, unit: percentage_points_per_year, {written}, from: 2026, rating: red, reason: {{vi: a, en: a}}}}"
    path.write_text(
        "id: thu\nversion: 1\nname: {vi: a, en: a}\nsummary: {vi: a, en: a}\nauthor: thử\nmade: 2026-03-01\n"
        + f"assumptions:\n  - {entry}\n",
        encoding="utf-8",
    )
    assert any("viết 0.8" in finding.vi for finding in evidence.check(data) if "thu" in finding.file)
