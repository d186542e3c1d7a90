"""A paper as a Word document: its layout (`layout`) filled with text, charts or tables, endnotes and the square code."""

from __future__ import annotations

import io
from collections.abc import Sequence
from datetime import UTC, date, datetime

from docx.document import Document as Opened
from docx.enum.table import WD_ALIGN_VERTICAL
from docx.enum.text import WD_ALIGN_PARAGRAPH
from docx.oxml import OxmlElement
from docx.oxml.ns import qn
from docx.oxml.xmlchemy import BaseOxmlElement
from docx.shared import Mm, Pt
from docx.table import Table
from docx.text.paragraph import Paragraph
from docx.text.run import Run

from forecast.publish.exhibits import Exhibit
from forecast.publish.papers import layout, square
from forecast.publish.papers.layout import TEXT_WIDTH, write
from forecast.publish.papers.paper import Paper, Part, chart, printed

PICTURE = (760, 130)  # points of a chart; on paper as wide as the text
SQUARE = 24  # mm of the square code
LETTER, PADDING = 2.1, 4.5  # mm of a letter and of both sides of a cell in a table
WIDEST = 40  # letters from which a column breaks its lines


def as_docx(paper: Paper) -> bytes:
    """The paper in its layout; PublishError where that is the office's own and cannot be filled."""
    document = layout.opened(paper)
    layout.fill(document, paper)
    for mark, put in ((layout.CONTENT, _put_parts), (layout.NOTES, _put_notes), (layout.SQUARE, _put_square)):
        spot = layout.spot(document, mark)
        assert spot is not None  # `layout.opened` has seen it
        put(spot, paper, document)
        spot._p.getparent().remove(spot._p)
    return _saved(document, paper)


def _saved(document: Opened, paper: Paper) -> bytes:
    facts = document.core_properties
    facts.title, facts.author, facts.language = paper.say(paper.subject)[:250], "", paper.language
    facts.comments = ""
    facts.created = facts.modified = datetime.combine(date.fromisoformat(paper.day or "2020-01-01"), datetime.min.time(), UTC)
    stream = io.BytesIO()
    document.save(stream)
    return stream.getvalue()


def _put_parts(spot: Paragraph, paper: Paper, opened: Opened) -> None:
    for text in paper.opening:
        _body(spot, paper.say(text))
    for heading, part in zip(paper.headings, paper.parts, strict=True):
        if heading:
            _body(spot, heading, bold=True).paragraph_format.keep_with_next = True
        if part.sentences:
            paragraph = _body(spot, "")
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
        picture = drawing.add_run().add_picture(io.BytesIO(chart(exhibit, paper.language, PICTURE, "png")), width=Mm(TEXT_WIDTH))
        picture._inline.docPr.set("descr", f"{paper.say(exhibit.title)}. {paper.say(exhibit.sentence)}")
    else:
        _put_table(spot, exhibit, paper, opened)
    if exhibit.sentence.vi and not part.drawn:  # of a chart it is said in the text, and to who cannot see it
        caption = spot.insert_paragraph_before()
        write(caption, paper.say(exhibit.sentence), 11, "i")


def _put_table(spot: Paragraph, exhibit: Exhibit, paper: Paper, opened: Opened) -> None:
    title = spot.insert_paragraph_before()
    write(title, paper.say(exhibit.title), 12, "bl")
    title.paragraph_format.keep_with_next = True
    lines = [[paper.say(text) for text in line] for line in (exhibit.head, *exhibit.rows)]
    table = opened.add_table(rows=len(lines), cols=len(exhibit.head))
    table._tbl.tblPr.append(_lines_around())
    _set_widths(table, _widths(lines))
    for number, (row, line) in enumerate(zip(table.rows, lines, strict=True)):
        for cell, text in zip(row.cells, line, strict=True):
            write(cell.paragraphs[0], text, 10, "bl" if not number else "l")
    for row in table.rows:
        row._tr.get_or_add_trPr().append(OxmlElement("w:cantSplit"))
    table.rows[0]._tr.get_or_add_trPr().append(OxmlElement("w:tblHeader"))
    spot._p.addprevious(table._tbl)
    spot.insert_paragraph_before().paragraph_format.space_after = Pt(0)


def _lines_around() -> BaseOxmlElement:
    """Lines around every cell of a table; a style might be missing in a layout that another program saved."""
    borders = OxmlElement("w:tblBorders")
    for side in ("top", "left", "bottom", "right", "insideH", "insideV"):
        line = OxmlElement(f"w:{side}")
        line.set(qn("w:val"), "single")
        line.set(qn("w:sz"), "4")
        borders.append(line)
    return borders


def _widths(lines: Sequence[Sequence[str]]) -> list[float]:
    """Millimetres of each column of a table as wide as the text: room for its longest word, what is left by its longest cell."""
    columns = list(zip(*lines, strict=True))
    words = [max(len(word) for cell in column for word in cell.split(" ")) * LETTER + PADDING for column in columns]
    wanted = [max(0, min(max(map(len, column)), WIDEST) * LETTER + PADDING - least) for column, least in zip(columns, words, strict=True)]
    left = max(0, TEXT_WIDTH - sum(words))
    widths = [least + left * more / (sum(wanted) or 1) for least, more in zip(words, wanted, strict=True)]
    return [TEXT_WIDTH * width / sum(widths) for width in widths]


def _set_widths(table: Table, widths: Sequence[float]) -> None:
    table.autofit = False
    for column, width in zip(table.columns, widths, strict=True):
        column.width = Mm(width)
        for cell in column.cells:
            cell.width = Mm(width)


def _body(spot: Paragraph, text: str, *, bold: bool = False) -> Paragraph:
    paragraph = spot.insert_paragraph_before()
    paragraph.alignment = WD_ALIGN_PARAGRAPH.JUSTIFY
    paragraph.paragraph_format.first_line_indent = Mm(10)
    run: Run = paragraph.add_run(text)
    run.bold = bold
    return paragraph


def _put_notes(spot: Paragraph, paper: Paper, _opened: Opened) -> None:
    for number, note in enumerate(paper.notes, 1):
        write(spot.insert_paragraph_before(), f"[{number}] {paper.say(note)}", 10, "l")


def _put_square(spot: Paragraph, paper: Paper, opened: Opened) -> None:
    """The square and what to do with it, side by side."""
    if paper.view is None:
        return
    table = opened.add_table(rows=1, cols=2)
    _set_widths(table, (SQUARE + 4, TEXT_WIDTH - SQUARE - 4))
    left, right = table.rows[0].cells
    left.paragraphs[0].add_run().add_picture(io.BytesIO(square.png(square.content(paper))), width=Mm(SQUARE))
    right.vertical_alignment = WD_ALIGN_VERTICAL.CENTER
    write(right.paragraphs[0], printed(square.caption(paper).in_language(paper.language)), 10, "l")
    spot._p.addprevious(table._tbl)
