"""A paper as a Word document in the layout of Nghị định 30/2020/NĐ-CP; the layout is a document of its own that staff may change.

A layout holds marks in double braces. `{{noi_dung}}`, `{{chu_thich}}` and `{{ma_vuong}}` each stand alone in a paragraph, which is
replaced by the parts, the endnotes and the square code; the others are replaced where they stand.
"""

from __future__ import annotations

import io
from collections.abc import Iterator
from datetime import UTC, date, datetime
from pathlib import Path

from docx import Document
from docx.document import Document as Opened
from docx.enum.table import WD_TABLE_ALIGNMENT
from docx.enum.text import WD_ALIGN_PARAGRAPH
from docx.oxml import OxmlElement
from docx.oxml.ns import qn
from docx.shared import Mm, Pt
from docx.text.paragraph import Paragraph
from docx.text.run import Run

from forecast.domain import because
from forecast.errors import PublishError
from forecast.publish.exhibits import Exhibit
from forecast.publish.papers import official, square
from forecast.publish.papers.paper import FONT, Paper, Part, chart, printed

PICTURE = (760, 146)  # points of a chart; on paper as wide as the text
MARGINS = {"top_margin": 20, "bottom_margin": 20, "left_margin": 30, "right_margin": 20}  # mm, inside what the decree allows
TEXT_WIDTH = 210 - MARGINS["left_margin"] - MARGINS["right_margin"]
CONTENT, NOTES, SQUARE = "{{noi_dung}}", "{{chu_thich}}", "{{ma_vuong}}"


def as_docx(paper: Paper, template: Path | None = None) -> bytes:
    """The paper in our layout, or in `template` (see the head of this module); PublishError where that cannot be read."""
    document = _opened(template) if template else layout(paper.language)
    for paragraph in list(_paragraphs(document)):
        _fill(paragraph, official.fields(paper))
    for mark, put in ((CONTENT, _put_parts), (NOTES, _put_notes), (SQUARE, _put_square)):
        spot = next((paragraph for paragraph in _paragraphs(document) if paragraph.text.strip() == mark), None)
        if spot is None and mark == CONTENT:
            raise PublishError(f"Mẫu {template} thiếu đoạn {mark}.", f"The template {template} lacks the paragraph {mark}.")
        if spot is not None:
            put(spot, paper, document)
            _remove(spot)
    return _saved(document, paper)


def _opened(template: Path) -> Opened:
    try:
        return Document(str(template))
    except Exception as error:  # python-docx raises whatever its zip and XML readers raise
        why = because(error)
        raise PublishError(f"Không đọc được mẫu {template} ({why.vi}).", f"The template {template} cannot be read ({why.en}).") from error


def _saved(document: Opened, paper: Paper) -> bytes:
    facts = document.core_properties
    facts.title, facts.author, facts.language = paper.say(paper.subject)[:250], "", paper.language
    facts.comments = ""
    facts.created = facts.modified = datetime.combine(date.fromisoformat(paper.day or "2020-01-01"), datetime.min.time(), UTC)
    stream = io.BytesIO()
    document.save(stream)
    return stream.getvalue()


def layout(language: str = "vi") -> Opened:
    """Our layout with its marks: A4, margins, heads, recipients and signature as the decree places them."""
    document = Document()
    section = document.sections[0]
    section.page_height, section.page_width = Mm(297), Mm(210)
    section.header_distance = Mm(10)
    section.different_first_page_header_footer = True
    for name, millimetres in MARGINS.items():
        setattr(section, name, Mm(millimetres))
    normal = document.styles["Normal"]
    normal.font.name, normal.font.size = FONT, Pt(13)
    normal.element.rPr.rFonts.set(qn("w:eastAsia"), FONT)
    normal.paragraph_format.space_after, normal.paragraph_format.line_spacing = Pt(4), 1.0
    _page_number(section.header.paragraphs[0])
    _block(document, official.head(language), (68, 96))
    for line in official.title():
        _write(document.add_paragraph(), *line)
    document.add_paragraph(CONTENT)
    document.add_paragraph().paragraph_format.space_after = Pt(0)
    _block(document, official.foot(language), (80, 80))
    document.add_paragraph(NOTES)
    document.add_paragraph(SQUARE)
    return document


def _block(document: Opened, columns: tuple[tuple[official.Line, ...], ...], widths: tuple[int, int]) -> None:
    """Two columns side by side without lines, as the decree sets its heads and feet."""
    table = document.add_table(rows=1, cols=2)
    table.autofit, table.alignment = False, WD_TABLE_ALIGNMENT.CENTER
    for column, width in zip(table.columns, widths, strict=True):
        column.width = Mm(width)
    for cell, lines, width in zip(table.rows[0].cells, columns, widths, strict=True):
        cell.width = Mm(width)
        for number, line in enumerate(lines):
            _write(cell.paragraphs[0] if not number else cell.add_paragraph(), *line)


def _write(paragraph: Paragraph, text: str, size: float, style: str = "") -> None:
    """One line, its `style` as in `official.Line`."""
    paragraph.alignment = WD_ALIGN_PARAGRAPH.LEFT if "l" in style else WD_ALIGN_PARAGRAPH.CENTER
    paragraph.paragraph_format.space_after = Pt(2)
    run = paragraph.add_run(text)
    run.font.size, run.bold, run.italic, run.underline = Pt(size), "b" in style, "i" in style, "u" in style


def _page_number(paragraph: Paragraph) -> None:
    """The number of the page in the middle of its head, from the second page on."""
    paragraph.alignment = WD_ALIGN_PARAGRAPH.CENTER
    field = OxmlElement("w:fldSimple")
    field.set(qn("w:instr"), "PAGE")
    paragraph._p.append(field)


def _paragraphs(document: Opened) -> Iterator[Paragraph]:
    """Every paragraph of the body, those in tables included."""
    for element in document.element.body.iter(qn("w:p")):
        yield Paragraph(element, document._body)


def _fill(paragraph: Paragraph, fields: dict[str, str]) -> None:
    """The marks of a line replaced; the line keeps the look of its first run."""
    if "{{" in paragraph.text and paragraph.runs:
        text = paragraph.text
        for name, value in fields.items():
            text = text.replace("{{" + name + "}}", value)
        if text != paragraph.text:
            first, *others = paragraph.runs
            first.text = text
            for run in others:
                run._r.getparent().remove(run._r)


def _remove(paragraph: Paragraph) -> None:
    paragraph._p.getparent().remove(paragraph._p)


def _put_parts(spot: Paragraph, paper: Paper, opened: Opened) -> None:
    for text in paper.opening:
        _body(spot, paper.say(text))
    for heading, part in zip(paper.headings, paper.parts, strict=True):
        if heading:
            _body(spot, heading, bold=True).paragraph_format.keep_with_next = True
        paragraph = _body(spot, "") if part.sentences else spot
        for text, note in part.sentences:
            paragraph.add_run(paper.say(text))
            paragraph.add_run(f"[{note}] " if note else " ").font.superscript = bool(note)
        if part.exhibit is not None:
            _put_exhibit(spot, part, paper, opened)


def _put_exhibit(spot: Paragraph, part: Part, paper: Paper, opened: Opened) -> None:
    exhibit = part.exhibit
    assert exhibit is not None
    if part.drawn:
        drawing = spot.insert_paragraph_before()
        drawing.alignment = WD_ALIGN_PARAGRAPH.CENTER
        drawing.paragraph_format.keep_with_next = True
        picture = drawing.add_run().add_picture(io.BytesIO(chart(exhibit, paper.language, PICTURE, "png")), width=Mm(TEXT_WIDTH))
        picture._inline.docPr.set("descr", f"{paper.say(exhibit.title)}. {paper.say(exhibit.sentence)}")
    else:
        _put_table(spot, exhibit, paper, opened)
    if exhibit.sentence.vi and not part.drawn:  # of a chart it is said in the text, and to who cannot see it
        caption = spot.insert_paragraph_before()
        _write(caption, paper.say(exhibit.sentence), 11, "i")


def _put_table(spot: Paragraph, exhibit: Exhibit, paper: Paper, opened: Opened) -> None:
    title = spot.insert_paragraph_before()
    _write(title, paper.say(exhibit.title), 12, "bl")
    title.paragraph_format.keep_with_next = True
    table = opened.add_table(rows=0, cols=len(exhibit.head))
    table.style = "Table Grid"
    for number, line in enumerate((exhibit.head, *exhibit.rows)):
        for cell, text in zip(table.add_row().cells, line, strict=True):
            _write(cell.paragraphs[0], paper.say(text), 10, "bl" if not number else "l")
    heading = table.rows[0]._tr.get_or_add_trPr()
    heading.append(OxmlElement("w:tblHeader"))
    spot._p.addprevious(table._tbl)


def _body(spot: Paragraph, text: str, *, bold: bool = False) -> Paragraph:
    paragraph = spot.insert_paragraph_before()
    paragraph.alignment = WD_ALIGN_PARAGRAPH.JUSTIFY
    paragraph.paragraph_format.first_line_indent = Mm(10)
    run: Run = paragraph.add_run(text)
    run.bold = bold
    return paragraph


def _put_notes(spot: Paragraph, paper: Paper, _opened: Opened) -> None:
    for number, note in enumerate(paper.notes, 1):
        _write(spot.insert_paragraph_before(), f"[{number}] {paper.say(note)}", 10, "l")


def _put_square(spot: Paragraph, paper: Paper, _opened: Opened) -> None:
    if paper.view is None:
        return
    line = spot.insert_paragraph_before()
    line.add_run().add_picture(io.BytesIO(square.png(square.content(paper))), width=Mm(22))
    _write(spot.insert_paragraph_before(), printed(square.caption(paper).in_language(paper.language)), 10, "l")


def blank(language: str = "vi") -> bytes:
    """Our layout as a file for staff to change, its marks in place."""
    stream = io.BytesIO()
    layout(language).save(stream)
    return stream.getvalue()
