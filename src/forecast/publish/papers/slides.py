"""Five slides for a meeting room: the answers, a page for each indicator with a chart that can be edited, the targets as a table."""

from __future__ import annotations

import io
from collections.abc import Sequence
from pathlib import Path
from typing import Any

from pptx import Presentation
from pptx.chart.data import CategoryChartData
from pptx.dml.color import RGBColor
from pptx.enum.chart import XL_CHART_TYPE, XL_LEGEND_POSITION
from pptx.enum.dml import MSO_LINE
from pptx.enum.text import MSO_ANCHOR
from pptx.util import Inches, Pt

from forecast import headline
from forecast.domain import Text
from forecast.publish import published, words
from forecast.publish.exhibits import Exhibit
from forecast.publish.exhibits.verdicts import verdict
from forecast.publish.papers import cells, official, square
from forecast.publish.papers import view as views
from forecast.publish.papers.briefing import aim_of, briefing, main_chart, main_unit
from forecast.publish.papers.paper import FONT, Paper, standing
from forecast.publish.papers.view import View
from forecast.publish.published import Publication, PublishedRun
from forecast.publish.words import vocabulary

SIZE = (13.333, 7.5)  # inches
DARK, BLUE, GREY = RGBColor(0x16, 0x22, 0x2E), RGBColor(0x1F, 0x5F, 0x8B), RGBColor(0x66, 0x72, 0x7C)
BODY, CELL, SMALLEST = 24, 18, 14  # points; the smallest is for codes and sources, which nobody reads from a chair
THOUSANDS = {  # 35.000 in Vietnamese whatever the machine's language
    "vi": r"[>=1000000]#\.###\.##0;[>=1000]#\.##0;General",
    "en": "#,##0",
}
BAND = (Text("Thấp (80 %)", "Low (80%)"), Text("Cao (80 %)", "High (80%)"))
STYLES = {  # of the middle line, by the kind of its figures
    vocabulary.phrase(vocabulary.INKS, ink): style
    for ink, style in {
        "published": (DARK, MSO_LINE.SOLID),
        "forecast": (BLUE, MSO_LINE.SOLID),
        "scenario": (BLUE, MSO_LINE.SQUARE_DOT),
    }.items()
}
HEAD = (
    *(Text("Chỉ tiêu", "Target"), Text("Yêu cầu", "Asks for")),
    *(Text("Khả năng", "Chance"), Text("Kết luận", "Verdict"), Text("Còn phải làm", "What remains")),
)


def slides(root: Path, view: View | None = None, *, language: str = "vi", address: str = "") -> bytes:
    """A .pptx of the answers of a view."""
    publication = published.read(root)
    chosen = view or views.usual(publication, language)
    paper = briefing(root, chosen, publication=publication, address=address)
    deck: Any = Presentation()
    deck.slide_width, deck.slide_height = Inches(SIZE[0]), Inches(SIZE[1])
    deck.core_properties.title, deck.core_properties.author = paper.say(paper.subject)[:250], ""
    _first(deck, paper, publication)
    for run, part in zip(views.answers(publication, chosen), paper.parts, strict=True):
        _answer(deck, paper, publication, run, part.heading)
    _last(deck, paper, publication)
    stream = io.BytesIO()
    deck.save(stream)
    return stream.getvalue()


def _page(deck: Any, paper: Paper, title: Text, publication: Publication) -> Any:
    """An empty slide with its title above and code, draft mark and number below."""
    slide = deck.slides.add_slide(deck.slide_layouts[5])
    slide.shapes.title.left, slide.shapes.title.top = Inches(0.5), Inches(0.3)
    slide.shapes.title.width, slide.shapes.title.height = Inches(SIZE[0] - 1), Inches(0.9)
    _set(slide.shapes.title.text_frame, [paper.say(title)], 34, bold=True)
    code = paper.view.code if paper.view else ""
    state = paper.say(official.DRAFT) + " · " if paper.is_draft else ""
    foot = f"{state}{paper.say(standing(publication))} · {code} · {len(deck.slides)}"
    _box(slide, [foot], (0.5, 6.95, SIZE[0] - 1, 0.45), SMALLEST, colour=GREY)
    return slide


def _box(slide: Any, lines: Sequence[str], at: tuple[float, float, float, float], size: float, *, colour: RGBColor = DARK) -> None:
    box = slide.shapes.add_textbox(*(Inches(inches) for inches in at))
    box.text_frame.word_wrap = True
    _set(box.text_frame, lines, size, colour=colour)


def _set(frame: Any, lines: Sequence[str], size: float, *, bold: bool = False, colour: RGBColor = DARK) -> None:
    frame.word_wrap = True
    for number, line in enumerate(lines):
        paragraph = frame.paragraphs[0] if not number else frame.add_paragraph()
        paragraph.text = line
        paragraph.space_after = Pt(8)
        for run in paragraph.runs:
            run.font.size, run.font.bold, run.font.name, run.font.color.rgb = Pt(size), bold, FONT, colour


def _first(deck: Any, paper: Paper, publication: Publication) -> None:
    """What stands on the cards of the page: of each indicator the chance, and of what."""
    title = Text(headline.ranked().vi, headline.home().en) + Text(": ba chỉ tiêu phát triển", ": three development indicators")
    slide = _page(deck, paper, title, publication)
    assert paper.view is not None
    width = (SIZE[0] - 1) / 3
    for number, run in enumerate(views.answers(publication, paper.view)):
        aim, left = aim_of(run, paper.view), 0.5 + number * width
        _box(slide, [paper.say(words.indicator_text(run.indicator))], (left, 1.4, width - 0.2, 0.9), BODY)
        _box(slide, [paper.say(aim["big"] or aim["verdict"])], (left, 2.3, width - 0.2, 0.9), 40, colour=BLUE)
        _box(slide, [paper.say(aim["verdict"]), paper.say(aim["under"])], (left, 3.2, width - 0.2, 3.4), BODY - 2)


def _answer(deck: Any, paper: Paper, publication: Publication, run: PublishedRun, name: Text) -> None:
    """One indicator: what is said of it, and its years as a chart whose figures open in a spreadsheet."""
    assert paper.view is not None
    slide, aim, exhibit = _page(deck, paper, name, publication), aim_of(run, paper.view), main_chart(run)
    chart = exhibit is not None
    lines = [paper.say(aim["headline"])] + ([paper.say(aim["required"])] if aim["required"] else [])
    _box(slide, lines, (0.5, 1.2, 5.6 if chart else SIZE[0] - 1, 5.6), BODY)
    if exhibit is not None:
        _line_chart(slide, paper, exhibit, main_unit(run))


def _line_chart(slide: Any, paper: Paper, exhibit: Exhibit, unit: Text) -> None:
    """Low, middle and high of each year; the middle is a line for each kind of figure, so that none is taken for another."""
    rows = {row[0].vi: (row[1], [cells.number(cell) for cell in row[2:]]) for row in exhibit.rows}  # one line a year, the last of several
    kinds = list(dict.fromkeys(kind for kind, _ in rows.values()))
    lines = [(BAND[0], 0), *((kind, 1) for kind in kinds), (BAND[1], 2)]
    facts = CategoryChartData()
    facts.categories = list(rows)
    for name, column in lines:
        shown = (numbers[column] if column != 1 or kind == name else None for kind, numbers in rows.values())
        facts.add_series(paper.say(name), [None if number is None else number.value for number in shown])
    frame = slide.shapes.add_chart(XL_CHART_TYPE.LINE, Inches(6.2), Inches(1.2), Inches(6.7), Inches(5.6), facts)
    drawn = frame.chart
    drawn.has_legend, drawn.has_title = True, True
    drawn.legend.position, drawn.legend.include_in_layout = XL_LEGEND_POSITION.BOTTOM, False
    drawn.chart_title.text_frame.text = paper.say(exhibit.title + " (" + unit + ")")
    drawn.font.size, drawn.font.name = Pt(16), FONT
    drawn.value_axis.tick_labels.number_format, drawn.value_axis.tick_labels.number_format_is_linked = THOUSANDS[paper.language], False
    for series, (name, column) in zip(drawn.plots[0].series, lines, strict=True):
        colour, dash = STYLES.get(name, (GREY, MSO_LINE.SQUARE_DOT)) if column == 1 else (GREY, MSO_LINE.ROUND_DOT)
        series.smooth = False
        series.format.line.color.rgb, series.format.line.width, series.format.line.dash_style = colour, Pt(4 if column == 1 else 1.5), dash


def _last(deck: Any, paper: Paper, publication: Publication) -> None:
    """The targets spoken of as a table, then the square that reopens the view, and the runs."""
    assert paper.view is not None
    slide = _page(deck, paper, Text("So với chỉ tiêu trong các văn bản", "Against the targets in the documents"), publication)
    lines = [HEAD, *(_target(run, paper.view) for run in views.answers(publication, paper.view))]
    table = slide.shapes.add_table(len(lines), len(HEAD), Inches(0.5), Inches(1.15), Inches(SIZE[0] - 1), Inches(2.4)).table
    for row, line in enumerate(lines):
        for column, text in enumerate(line):
            cell = table.cell(row, column)
            cell.vertical_anchor = MSO_ANCHOR.MIDDLE
            _set(cell.text_frame, [paper.say(text)], CELL, bold=not row, colour=DARK if row else RGBColor(255, 255, 255))
    for column, width in enumerate((2.9, 1.9, 1.6, 1.7, 4.233)):
        table.columns[column].width = Inches(width)
    slide.shapes.add_picture(io.BytesIO(square.png(square.content(paper))), Inches(0.5), Inches(5.3), Inches(1.35))
    notes = [paper.say(square.caption(paper)), *(paper.say(note).split(".")[0] for note in paper.notes)]
    _box(slide, notes, (2.0, 5.1, SIZE[0] - 2.5, 1.8), SMALLEST)


def _target(run: PublishedRun, view: View) -> tuple[Text, ...]:
    """The target a view speaks of as a line of the table."""
    aim, name = aim_of(run, view), words.indicator_text(run.indicator)
    row = next((row for row in words.rows_of(run.tables.get("verdicts")) if str(row["target"]) == aim["id"]), None)
    if row is None:
        return name, words.DASH, words.DASH, aim["verdict"], words.DASH
    texts = verdict(row)
    target = name + f" – {words.short_document(row['document'])}"
    return target, texts["value"] + f" ({texts['span']})", texts["chance"] or words.DASH, texts["verdict"], texts["required"] or words.DASH
