"""Papers read back by other programs: sentences and numbers of the page, layout of the decree, what signs them, hostile texts."""

import dataclasses
import io
import json
import re
import zipfile

import openpyxl
import pytest
import zxingcpp
from docx import Document
from html_text import text_of
from PIL import Image
from pptx import Presentation
from pypdf import PdfReader

from forecast.errors import PublishError
from forecast.publish import published
from forecast.publish.papers import briefing, slides, typeset, view, word, workbook


def plain(text):
    return re.sub(r"\s+", " ", text.replace("\u00a0", " ")).strip()


@pytest.fixture(scope="module")
def publication(whole_page):
    return published.read(whole_page[0])


@pytest.fixture(scope="module")
def screen(whole_page):
    """All that the page says, in either language, with blanks alike."""
    return plain(text_of(whole_page[1].read_text("utf-8")))


def every_view(publication):
    return [view.usual(publication, language, *pair) for pair in view.switches(publication) for language in view.LANGUAGES]


def sentences(paper):
    return [plain(paper.say(text)) for part in paper.parts for text, _ in part.sentences]


def words_of(document):
    return plain(" ".join(element.text or "" for element in document.element.body.iter() if element.tag.endswith("}t")))


def test_every_sentence_stands_on_the_page(whole_page, publication, screen):
    """In all territories, measures and languages a paper says what the page says, to the printed digit, and nothing else of it."""
    views = every_view(publication)
    assert len(views) >= 4
    for chosen in views:
        paper = briefing.briefing(whole_page[0], chosen, publication=publication)
        assert len(paper.parts) == len(view.answers(publication, chosen)) >= 1
        for sentence in sentences(paper):
            assert sentence in screen, (chosen, sentence)


def test_every_source_spoken_of_is_an_endnote(whole_page, publication):
    """Of each document an answer names and each published figure it quotes the endnote gives the source."""
    paper = briefing.briefing(whole_page[0], publication=publication)
    titles = {name: source.title for name, source in briefing.sources_of(whole_page[0]).items()}
    digital, trade = (note.en for note in paper.notes[1:3])
    assert titles["hy_programme_summary_2023"] in trade and titles["vietnamvn_thai_binh_ecommerce_2025"] in trade  # more than 1,100 and 3,000 billion
    assert "571/QĐ-UBND" in paper.parts[1].sentences[0][0].vi and titles["hy_programme_summary_2023"] in digital


def test_word_and_pdf_hold_the_same(whole_page, publication):
    """The Word document and the PDF hold every sentence, note and code of the briefing."""
    paper = briefing.briefing(whole_page[0], publication=publication)
    document = Document(io.BytesIO(word.as_docx(paper)))
    pages = PdfReader(io.BytesIO(typeset.as_pdf(paper))).pages
    squeezed = re.sub(r"\s", "", " ".join(page.extract_text() for page in pages))
    held = words_of(document)
    for sentence in [*sentences(paper), *(plain(paper.say(note)) for note in paper.notes)]:
        assert sentence in held
        assert re.sub(r"\s", "", sentence) in squeezed.replace("\u00ad", ""), sentence
    assert paper.view.code in held and len(pages) == 2
    assert all(run.run_id in held for run in view.answers(publication, paper.view))


def test_the_layout_is_the_decrees(whole_page, publication):
    """A4, margins within the decree's, Times New Roman 13, the heads side by side, the PDF in a font of those widths."""
    paper = briefing.briefing(whole_page[0], publication=publication)
    document = Document(io.BytesIO(word.as_docx(paper)))
    section = document.sections[0]
    assert (round(section.page_width.mm), round(section.page_height.mm)) == (210, 297)
    for margin, low, high in (("top", 20, 25), ("bottom", 20, 25), ("left", 30, 35), ("right", 15, 20)):
        assert low <= round(getattr(section, f"{margin}_margin").mm, 1) <= high
    assert document.styles["Normal"].font.name == "Times New Roman" and document.styles["Normal"].font.size.pt == 13
    left, right = document.tables[0].rows[0].cells
    assert left.text.startswith("ỦY BAN NHÂN DÂN\nTỈNH HƯNG YÊN") and "DỰ THẢO" in left.text
    assert right.text.startswith("CỘNG HÒA XÃ HỘI CHỦ NGHĨA VIỆT NAM\nĐộc lập - Tự do - Hạnh phúc\nHưng Yên, ngày")
    assert document.tables[1].rows[0].cells[0].text.startswith("Nơi nhận:")
    assert document.styles["Normal"].paragraph_format.space_after.pt >= 6
    pages = PdfReader(io.BytesIO(typeset.as_pdf(paper))).pages
    fonts = {name for page in pages for name in fonts_of(page)}
    assert fonts and all("Tinos" in name for name in fonts)
    millimetres = [(float(page.mediabox.width) * 25.4 / 72, float(page.mediabox.height) * 25.4 / 72) for page in pages]
    assert all(round(width) == 210 and round(height) == 297 for width, height in millimetres)
    assert pages[1].extract_text().lstrip().startswith("2") and "CỘNG HÒA XÃ HỘI CHỦ NGHĨA VIỆT NAM" in pages[0].extract_text()


def fonts_of(page):
    return [str(font.get_object()["/BaseFont"]) for font in page["/Resources"]["/Font"].values()]


def test_who_signed_is_said_and_a_draft_is_marked(whole_page, publication):
    """A signed publication names its signer and day and bears no mark; an unsigned one bears it in every paper."""
    signature = {"state": "published", "by": "Nguyễn Văn Ký", "at": "2026-11-27T02:00:00Z"}
    signed = dataclasses.replace(publication, state="published", published_at=signature["at"], signatures=(signature,))
    text = words_of(Document(io.BytesIO(word.as_docx(briefing.briefing(whole_page[0], publication=signed)))))
    assert "Nguyễn Văn Ký" in text and "ngày 27 tháng 11 năm 2026" in text and "DỰ THẢO" not in text
    deck = Presentation(io.BytesIO(slides.slides(whole_page[0])))
    assert all("DỰ THẢO" in " ".join(shape.text_frame.text for shape in slide.shapes if shape.has_text_frame) for slide in deck.slides)
    assert openpyxl.load_workbook(io.BytesIO(workbook.workbook(whole_page[0]))).worksheets[0]["A2"].value == "DỰ THẢO"


def test_the_ledgers_head_stands_in_every_paper(whole_page, publication):
    """The last line of the ledger when the publication was entered, beside the runs' codes; none where there was no ledger."""
    root = whole_page[0]
    pointer = root / "parameterized_runs" / "published.json"
    before = pointer.read_text("utf-8")
    pointer.write_text(json.dumps(json.loads(before) | {"ledger": {"lines": 132, "hash": "140320330cc249ea" + "0" * 48}}), "utf-8")
    try:
        deck = Presentation(io.BytesIO(slides.slides(root)))
        papers = {
            "docx": words_of(Document(io.BytesIO(word.as_docx(briefing.briefing(root))))),
            "pdf": " ".join(page.extract_text() for page in PdfReader(io.BytesIO(typeset.as_pdf(briefing.briefing(root)))).pages),
            "pptx": " ".join(shape.text_frame.text for shape in deck.slides[4].shapes if shape.has_text_frame),
            "xlsx": " ".join(str(cell.value) for cell in openpyxl.load_workbook(io.BytesIO(workbook.workbook(root))).worksheets[0]["A"]),
        }
    finally:
        pointer.write_text(before, "utf-8")
    assert [kind for kind, text in papers.items() if "140320330cc249ea" not in text or "132" not in text] == []
    assert "mã dòng cuối" not in str(briefing.briefing(root, publication=publication).notes)


def test_a_square_opens_the_same_view(whole_page, publication):
    """What another program reads from the square, and the code as typed, are the view the paper was made of."""
    for chosen in every_view(publication):
        paper = briefing.briefing(whole_page[0], chosen, publication=publication, address="https://du-bao.example/")
        archive = zipfile.ZipFile(io.BytesIO(word.as_docx(paper)))
        pictures = [Image.open(io.BytesIO(archive.read(name))) for name in archive.namelist() if name.endswith(".png")]
        [read] = [barcode.text for picture in pictures for barcode in zxingcpp.read_barcodes(picture)]
        assert read == f"https://du-bao.example/#{chosen.address}"
        assert view.find(publication, read) == chosen


@pytest.mark.parametrize("spoil", [str.lower, lambda code: code.replace("-", "\u2011"), lambda code: code.replace("-", " – "),
                                   lambda code: "\u200b".join(code), lambda code: f"\ufeff #ma={code}\u202c\n",
                                   lambda code: f"Mã: {code}.", lambda code: "quét mã hoặc nhập " + code.replace("-", "\u2011") + "."])  # fmt: skip
def test_a_pasted_code_opens(publication, spoil):
    """Whatever Word or Zalo did to its dash and spaces."""
    chosen = view.usual(publication)
    assert view.find(publication, spoil(chosen.code)) == chosen


def test_a_wrong_code_is_refused_in_words(publication):
    with pytest.raises(PublishError) as refused:
        view.find(publication, "ZZZZZ-ZZZZZ")
    assert "ZZZZZ-ZZZZZ" in refused.value.vi and "paper" in refused.value.en


def test_codes_of_all_views_differ(publication):
    views = list(view.views(publication))
    assert len({chosen.code for chosen in views}) == len(views) > 50


def test_the_workbook_holds_numbers_as_numbers(whole_page, publication):
    """Unrounded quantiles as recorded, printed numbers as numbers in their digits, no formula anywhere."""
    chosen = view.usual(publication)
    book = openpyxl.load_workbook(io.BytesIO(workbook.workbook(whole_page[0], chosen)))
    assert not [cell for sheet in book for row in sheet.iter_rows() for cell in row if cell.data_type == "f"]
    assert book.sheetnames[:2] == ["Bìa", "Mục lục"] and book["Mục lục"].max_row == len(book.sheetnames) - 1
    full = [sheet for sheet in book if "Phân vị" in sheet.title]
    for sheet, run in zip(full, view.answers(publication, chosen), strict=True):
        values = [row[4] for row in sheet.iter_rows(min_row=6, values_only=True)]
        assert values == list(run.tables["forecast"]["value"])
    fan = next(sheet for sheet in book if "Mức từng năm" in sheet.title)
    last = [cell.value for cell in list(fan.iter_rows())[-1]]
    run = next(run for run in view.answers(publication, chosen) if run.run_id in fan["A2"].value)
    table = run.tables["forecast"][run.tables["forecast"]["quantity"] == "level"].set_index(["target_period", "output_type_id"])["value"]
    digits = 0 if table[last[0], 0.5] >= 1000 else 1
    assert [round(table[last[0], level], digits) for level in (0.1, 0.5, 0.9)] == last[2:]


def test_slides_are_five_and_can_be_edited(whole_page, publication, screen):
    """Five slides; charts and the table are native; their sentences stand on the page and nothing but codes is small."""
    deck = Presentation(io.BytesIO(slides.slides(whole_page[0])))
    assert len(deck.slides) == 5
    charts = [shape.chart for slide in deck.slides for shape in slide.shapes if shape.has_chart]
    assert len(charts) == 3
    for drawn in charts:
        low, *middles, high = drawn.plots[0].series
        assert (plain(low.name), plain(high.name)) == ("Thấp (80 %)", "Cao (80 %)") and len(middles) >= 2  # a line for each kind of figure
        shown = [[name for name, value in zip(drawn.plots[0].categories, line.values, strict=True) if value is not None] for line in middles]
        assert sorted(name for line in shown for name in line) == list(drawn.plots[0].categories)  # each year is of one kind
    assert [shape for shape in deck.slides[4].shapes if shape.has_table]
    for slide in list(deck.slides)[1:4]:
        said = [paragraph.text for shape in slide.shapes if shape.has_text_frame for paragraph in shape.text_frame.paragraphs]
        assert plain(said[2]) in screen, said[2]
