"""A Word layout that the office changed: named in forecast.toml it sets Word and PDF alike; one that cannot be filled is refused."""

import dataclasses
import io
import re

import pytest
from docx import Document
from pypdf import PdfReader

from forecast.errors import PublishError
from forecast.publish.papers import briefing, layout, typeset, word


@pytest.fixture(scope="module")
def paper(whole_page):
    return briefing.briefing(whole_page[0])


@pytest.fixture
def path(tmp_path):
    """The kit's layout, written for staff."""
    path = tmp_path / "mau.docx"
    path.write_bytes(layout.blank())
    return path


def change(path, edit):
    document = Document(path)
    edit(document)
    document.save(path)


def paragraph_of(document, text):
    return next(paragraph for paragraph in layout.paragraphs(document) if text in paragraph.text)


def words_of(content):
    return re.sub(r"\s+", " ", " ".join(paragraph.text for paragraph in layout.paragraphs(Document(io.BytesIO(content)))))


def office(document):
    """Issuing body, number, recipients and signature of an office; Word cuts a mark into runs and gives it a look."""
    document.tables[0].rows[0].cells[0].paragraphs[1].runs[0].text = "SỞ TÀI CHÍNH"
    number = paragraph_of(document, "{{so}}")
    number.runs[0].text = "Số: 12/BC-"
    number.add_run("STC")
    recipients = document.tables[1].rows[0].cells[0]
    recipients.paragraphs[1].runs[0].text = "- Chủ tịch UBND tỉnh;"
    recipients.add_paragraph("- Phòng Tổng hợp.")
    signature = paragraph_of(document, "{{quyen_han}}")
    signature.runs[0].text = "KT. GIÁM ĐỐC"
    day = paragraph_of(document, "{{noi_ngay}}")
    day.runs[0].text, day.runs[0].italic = "{{noi_", True
    day.add_run("ngay}}").bold = True


def test_it_sets_word_and_pdf(whole_page, path, monkeypatch):
    """What the office wrote stands in both, and no mark is left; the kit's own words of those lines are gone."""
    change(path, office)
    monkeypatch.setenv("FORECAST_PAPERS_LAYOUT", str(path))
    paper = briefing.briefing(whole_page[0])
    assert paper.layout == path and briefing.briefing(whole_page[0], language="en").layout is None
    pages = " ".join(page.extract_text() for page in PdfReader(io.BytesIO(typeset.as_pdf(paper))).pages)
    for text in (words_of(word.as_docx(paper)), re.sub(r"\s+", " ", pages)):
        for line in ("SỞ TÀI CHÍNH", "Số: 12/BC-STC", "- Chủ tịch UBND tỉnh;", "- Phòng Tổng hợp.", "KT. GIÁM ĐỐC", "DỰ THẢO", "Hưng Yên, ngày"):
            assert line in text, line
        assert "{{" not in text and "NGƯỜI KÝ" not in text


def test_a_mark_in_the_head_of_pages_is_filled(paper, path):
    change(path, lambda document: document.sections[0].header.add_paragraph("{{du_thao}}"))
    filled = Document(io.BytesIO(word.as_docx(dataclasses.replace(paper, layout=path))))
    assert filled.sections[0].header.paragraphs[-1].text == "DỰ THẢO"


def test_one_saved_without_our_styles_takes_tables(paper, path):
    """Other programs drop styles that nothing uses; a table has its lines all the same."""
    change(path, lambda document: [style.element.getparent().remove(style.element) for style in document.styles if style.name != "Normal"])
    parts = tuple(dataclasses.replace(part, drawn=False) for part in paper.parts)
    filled = Document(io.BytesIO(word.as_docx(dataclasses.replace(paper, layout=path, parts=parts))))
    tables = [table for table in filled.tables if len(table.columns) > 2]
    assert len(tables) == 3 and all(table._tbl.tblPr.xpath("w:tblBorders") for table in tables)


def without(mark):
    return lambda document: setattr(paragraph_of(document, mark).runs[0], "text", "")


def strange(document):
    document.add_paragraph("Kính gửi {{nguoi_nhan}}")


def tables(document):
    document.tables[0]._tbl.getparent().remove(document.tables[0]._tbl)


@pytest.mark.parametrize(("edit", "said"), [
    (without("{{noi_dung}}"), ["{{noi_dung}}"]),
    (without("{{chu_thich}}"), ["{{chu_thich}}"]),
    (without("{{ma_vuong}}"), ["{{ma_vuong}}"]),
    (without("{{du_thao}}"), ["{{du_thao}}"]),
    (strange, ["{{nguoi_nhan}}"]),
    (tables, ["{{du_thao}}", "bảng hai cột"]),
])  # fmt: skip
def test_what_cannot_be_filled_is_refused(paper, path, edit, said):
    """A layout without text, endnotes, code or draft mark, with an unknown mark or another build: one error names it all, in both languages."""
    change(path, edit)
    for make in (word.as_docx, typeset.as_pdf):
        with pytest.raises(PublishError) as refused:
            make(dataclasses.replace(paper, layout=path))
        assert all(text in refused.value.vi for text in said) and str(path) in refused.value.en and "--write-template" in refused.value.en


@pytest.mark.parametrize("content", [b"", b"PK\x03\x04 broken", "Nơi nhận".encode()])
def test_what_is_no_document_is_refused(paper, path, content):
    path.write_bytes(content)
    with pytest.raises(PublishError, match=r"Không đọc được mẫu .*mau\.docx"):
        word.as_docx(dataclasses.replace(paper, layout=path))
