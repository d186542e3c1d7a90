"""The layout of a paper as a Word document that staff may change: the kit's, or the office's own, whose marks are checked before it is filled.

A layout has a table of two columns for issuing body and nation, the lines of the title, a paragraph `{{noi_dung}}`, a table of two columns
for recipients and signature, and paragraphs `{{chu_thich}}` and `{{ma_vuong}}`. Those three each stand alone and are replaced by the text,
the endnotes and the square code; the other marks (`official.fields`) are replaced where they stand, their line in the look of its first run.
"""

from __future__ import annotations

import io
import re
from collections.abc import Iterator
from pathlib import Path

from docx import Document
from docx.document import Document as Opened
from docx.enum.table import WD_TABLE_ALIGNMENT
from docx.enum.text import WD_ALIGN_PARAGRAPH
from docx.oxml import OxmlElement
from docx.oxml.ns import qn
from docx.shared import Mm, Pt
from docx.table import Table
from docx.text.paragraph import Paragraph

from forecast.domain import Text, because
from forecast.errors import PublishError
from forecast.publish.papers import official
from forecast.publish.papers.official import Line
from forecast.publish.papers.paper import FONT, Paper

MARGINS = {"top_margin": 20, "bottom_margin": 20, "left_margin": 30, "right_margin": 20}  # mm, inside what the decree allows
TEXT_WIDTH = 210 - MARGINS["left_margin"] - MARGINS["right_margin"]
GAP = 6  # points between paragraphs, the least that the decree allows
CONTENT, NOTES, SQUARE = "{{noi_dung}}", "{{chu_thich}}", "{{ma_vuong}}"
DRAFT = "{{du_thao}}"  # an unsigned paper says so whatever the layout
SIZE = 13.0  # points of a line that says none
_MARK = re.compile(r"\{\{[^{}]*\}\}")

Columns = tuple[tuple[Line, ...], ...]


def opened(paper: Paper) -> Opened:
    """The layout a paper is set in; PublishError, naming all that is wrong, for one of the office's that cannot be filled."""
    if paper.layout is None:
        return ours(paper.language)
    document = _read(paper.layout)
    if problems := list(_problems(document, set(official.fields(paper)))):
        told = Text.joined(problems, "; ")
        mend = Text(
            "Lấy mẫu gốc bằng forecast brief --write-template TỆP rồi sửa lại; dấu {{…}} gõ liền, không để trong Track Changes.",
            "Take the kit's own by forecast brief --write-template FILE and change that; type a mark {{…}} in one go, outside tracked changes.",
        )
        raise PublishError(f"Mẫu {paper.layout}: {told.vi}. {mend.vi}", f"The layout {paper.layout}: {told.en}. {mend.en}")
    return document


def lines(paper: Paper) -> tuple[Columns, tuple[Line, ...], Columns]:
    """Head, title and foot of a paper's layout as the PDF sets them."""
    if paper.layout is None:
        return official.head(paper.language), official.title(), official.foot(paper.language)
    above, below = _sides(opened(paper))
    title = (_line(paragraph) for paragraph in above if isinstance(paragraph, Paragraph))
    return _columns(above), tuple(line for line in title if line[0].strip(" ")), _columns(below)


def blank(language: str = "vi") -> bytes:
    """Our layout as a file for staff to change, its marks in place."""
    stream = io.BytesIO()
    ours(language).save(stream)
    return stream.getvalue()


def ours(language: str = "vi") -> Opened:
    """Our layout with its marks: A4, margins, heads, recipients and signature as the decree places them."""
    document = Document()
    section = document.sections[0]
    section.page_height, section.page_width = Mm(297), Mm(210)
    section.header_distance = Mm(10)
    section.different_first_page_header_footer = True
    for name, millimetres in MARGINS.items():
        setattr(section, name, Mm(millimetres))
    normal = document.styles["Normal"]
    normal.font.name, normal.font.size = FONT, Pt(SIZE)
    normal.element.rPr.rFonts.set(qn("w:eastAsia"), FONT)
    normal.paragraph_format.space_after, normal.paragraph_format.line_spacing = Pt(GAP), 1.0
    _page_number(section.header.paragraphs[0])
    _block(document, official.head(language), (68, 96))
    for line in official.title():
        write(document.add_paragraph(), *line)
    document.add_paragraph(CONTENT)
    _block(document, official.foot(language), (80, 80))
    document.add_paragraph(NOTES)
    document.add_paragraph(SQUARE)
    return document


def paragraphs(document: Opened) -> Iterator[Paragraph]:
    """Every paragraph of the body, of its tables, and of heads and feet of pages."""
    around = [rel.target_part.element for rel in document.part.rels.values() if rel.reltype.endswith(("/header", "/footer"))]
    for root in (document.element.body, *around):
        for element in root.iter(qn("w:p")):
            yield Paragraph(element, document._body)


def spot(document: Opened, mark: str) -> Paragraph | None:
    """The paragraph that is a mark and nothing else."""
    return next((paragraph for paragraph in paragraphs(document) if paragraph.text.strip() == mark), None)


def fill(document: Opened, paper: Paper) -> None:
    """The marks of every line replaced; a line keeps the look of its first run."""
    fields = official.fields(paper)
    for paragraph in paragraphs(document):
        text = official.filled(paragraph.text, fields)
        if text != paragraph.text and paragraph.runs:
            first, *others = paragraph.runs
            first.text = text
            for run in others:
                run._r.getparent().remove(run._r)


def write(paragraph: Paragraph, text: str, size: float, style: str = "") -> None:
    """One line, its `style` as in `official.Line`."""
    paragraph.alignment = WD_ALIGN_PARAGRAPH.LEFT if "l" in style else WD_ALIGN_PARAGRAPH.CENTER
    paragraph.paragraph_format.space_after = Pt(2)
    if text == official.RULE[0]:
        paragraph.paragraph_format.line_spacing = Pt(size)  # else as high as the mark of its end
    run = paragraph.add_run(text)
    run.font.size, run.bold, run.italic, run.underline = Pt(size), "b" in style, "i" in style, "u" in style


def _read(path: Path) -> Opened:
    try:
        return Document(str(path))
    except Exception as error:  # python-docx raises whatever its zip and XML readers raise
        why = because(error)
        raise PublishError(
            f"Không đọc được mẫu {path} ({why.vi}). Cần một tệp .docx lưu bằng Word hay LibreOffice.",
            f"The layout {path} cannot be read ({why.en}). A .docx saved by Word or LibreOffice is needed.",
        ) from error


def _problems(document: Opened, names: set[str]) -> Iterator[Text]:
    """What keeps a layout from being filled."""
    texts = [paragraph.text for paragraph in paragraphs(document)]
    marks = {mark for text in texts for mark in _MARK.findall(text)}
    missing = [mark for mark in (CONTENT, NOTES, SQUARE) if spot(document, mark) is None] + [DRAFT] * (DRAFT not in marks)
    if missing:
        yield Text("thiếu dòng ", "lacks the line ") + ", ".join(missing)
    strange = marks - {CONTENT, NOTES, SQUARE, *("{{" + name + "}}" for name in names)}
    if strange:
        yield Text("có dấu không ai biết ", "has marks nobody knows ") + ", ".join(sorted(strange))
    if CONTENT not in missing and not all(len(list(_tables(side))) == 1 for side in _sides(document)):
        yield Text(f"cần đúng một bảng hai cột trên và một dưới {CONTENT}", f"needs one table of two columns above and one below {CONTENT}")


def _sides(document: Opened) -> tuple[list[Paragraph | Table], list[Paragraph | Table]]:
    """What stands above and below the text."""
    blocks = list(document.iter_inner_content())
    at = next(number for number, block in enumerate(blocks) if isinstance(block, Paragraph) and block.text.strip() == CONTENT)
    return blocks[:at], blocks[at + 1 :]


def _tables(side: list[Paragraph | Table]) -> Iterator[Table]:
    yield from (block for block in side if isinstance(block, Table) and len(block.columns) == 2)


def _columns(side: list[Paragraph | Table]) -> Columns:
    [table] = _tables(side)
    return tuple(tuple(_line(paragraph) for row in table.rows for paragraph in row.cells[column].paragraphs) for column in (0, 1))


def _line(paragraph: Paragraph) -> Line:
    """A line with the look of its first run."""
    first = next((run for run in paragraph.runs if run.text), None)
    if first is None:
        return "", SIZE, ""
    left = paragraph.alignment not in (WD_ALIGN_PARAGRAPH.CENTER, WD_ALIGN_PARAGRAPH.RIGHT)
    style = "".join(letter for letter, holds in (("b", first.bold), ("i", first.italic), ("u", first.underline), ("l", left)) if holds)
    return paragraph.text, first.font.size.pt if first.font.size else SIZE, style


def _block(document: Opened, columns: Columns, widths: tuple[int, int]) -> None:
    """Two columns side by side without lines, as the decree sets its heads and feet."""
    table = document.add_table(rows=1, cols=2)
    table.autofit, table.alignment = False, WD_TABLE_ALIGNMENT.CENTER
    for column, width in zip(table.columns, widths, strict=True):
        column.width = Mm(width)
    for cell, shown, width in zip(table.rows[0].cells, columns, widths, strict=True):
        cell.width = Mm(width)
        for number, line in enumerate(shown):
            write(cell.paragraphs[0] if not number else cell.add_paragraph(), *line)


def _page_number(paragraph: Paragraph) -> None:
    """The number of the page in the middle of its head, from the second page on."""
    paragraph.alignment = WD_ALIGN_PARAGRAPH.CENTER
    field = OxmlElement("w:fldSimple")
    field.set(qn("w:instr"), "PAGE")
    paragraph._p.append(field)
