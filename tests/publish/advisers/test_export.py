"""Files that leave the kit: no formula, no lost digit, opened by Excel in Vietnamese."""

import csv
import io

import numpy as np
import openpyxl
import pytest

from forecast.publish.advisers import export

EVIL = ["=1+1", "+cmd|' /C calc'!A0", "-2+3", "@SUM(A1)", "\t=1", "\r=1", '=HYPERLINK("http://x")']


@pytest.mark.parametrize("text", EVIL)
def test_a_text_that_begins_like_a_formula_is_written_as_text(text):
    assert export.harmless(text) == f"'{text}"
    plain = export.csv_bytes(["a"], [[text]]).decode()
    assert list(csv.reader(io.StringIO(plain)))[1][0].startswith("'")
    book = openpyxl.load_workbook(io.BytesIO(export.xlsx_bytes({"s": (["a"], [[text]])})))
    assert book["s"]["A2"].data_type == "s"


def test_a_negative_number_stays_a_number_in_every_file():
    assert export.harmless(-2.5) == -2.5
    assert export.csv_bytes(["a"], [[-2.5]]) == b"a\r\n-2.5\r\n"
    cell = openpyxl.load_workbook(io.BytesIO(export.xlsx_bytes({"s": (["a"], [[np.float64(-2.5)]])})))["s"]["A2"]
    assert cell.value == -2.5 and cell.data_type == "n"


def test_vietnamese_csv_parses_back():
    """The vietnamese file has a mark semicolons and decimal commas and parses back."""
    found = export.csv_bytes(["Năm", "Giá trị"], [[2030, 1234.5], [2031, None]], vietnamese=True)
    assert found.startswith(b"\xef\xbb\xbf")
    rows = list(csv.reader(io.StringIO(found.decode("utf-8-sig")), delimiter=";"))
    assert rows == [["Năm", "Giá trị"], ["2030", "1234,5"], ["2031", ""]]
