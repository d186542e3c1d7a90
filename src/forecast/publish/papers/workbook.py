"""The workbook: cover, contents, one sheet an exhibit, sources, assumptions; numbers as numbers, no text can act as a formula."""

from __future__ import annotations

import io
import re
from collections.abc import Iterable, Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any

from forecast.domain import Text
from forecast.publish import published, words
from forecast.publish.exhibits import Exhibit, outlook, table
from forecast.publish.exhibits.evidence import assumption
from forecast.publish.exhibits.verdicts import verdicts
from forecast.publish.papers import cells, official, square
from forecast.publish.papers import view as views
from forecast.publish.papers.briefing import briefing, sources_of
from forecast.publish.papers.paper import Paper, printed
from forecast.publish.papers.view import View
from forecast.publish.published import Publication, PublishedRun
from forecast.publish.words import vocabulary
from forecast.publish.words.vocabulary import phrase

COLUMNS = ("quantity", "target_period", "ink", "output_type_id", "value", "unit")  # of the unrounded quantiles
WIDTH = (14, 60)  # letters of a column, at least and at most
_FORBIDDEN = re.compile(r"[\[\]:*?/\\']")


def workbook(root: Path, view: View | None = None, *, language: str = "vi", address: str = "") -> bytes:
    """An .xlsx of every exhibit of the answers of a view."""
    publication = published.read(root)
    chosen = view or views.usual(publication, language)
    paper = briefing(root, chosen, publication=publication, address=address)
    return _written(paper, list(exhibits(root, publication, chosen)))


def exhibits(root: Path, publication: Publication, view: View) -> Iterator[tuple[str, Exhibit]]:
    """(run, exhibit) of every table behind the answers of a view, then the list of sources (of no run)."""
    for run in views.answers(publication, view):
        if run.refused:
            continue
        tables, summary = run.tables, run.summary
        made = [outlook.fan(tables, summary, quantity) for quantity in ("level", "growth")]
        made += [_years(run, quantity) for quantity in dict.fromkeys(tables["forecast"]["quantity"])]
        made += [verdicts(tables), outlook.nation(tables, summary), outlook.methods(tables), outlook.sensitivity(tables)]
        made += [outlook.information(tables) if "information" in tables else None, _assumptions(run), _quantiles(run)]
        yield from ((run.run_id, exhibit) for exhibit in made if exhibit and (exhibit.rows or exhibit.values))
    yield "", _sources(root)


def _years(run: PublishedRun, quantity: str) -> Exhibit:
    """The years ahead of a quantity, told apart from those of another by the title."""
    exhibit = outlook.years(run.tables, quantity)
    return replace(exhibit, title=exhibit.title + ": " + phrase(vocabulary.KINDS, quantity))


def _assumptions(run: PublishedRun) -> Exhibit:
    rows = [assumption(row) for row in words.rows_of(run.tables.get("assumptions"))]
    name, value, rating, reason = Text("Giả định", "Assumption"), Text("Giá trị", "Value"), Text("Mức tin", "Rating"), Text("Lý do", "Reason")
    lines = ({name: row["name"], value: row["value"], rating: row["rating"], reason: row["reason"]} for row in rows)
    return table("assumptions", Text("Các giả định và độ chắc", "Assumptions and how firm they are"), lines)


def _quantiles(run: PublishedRun) -> Exhibit:
    """Every quantile as it was recorded, unrounded."""
    rows = words.rows_of(run.tables["forecast"])
    heads = ("đại lượng|năm|loại số|phân vị|giá trị|đơn vị", "quantity|year|kind|quantile|value|unit")
    columns = tuple(Text(vi, en) for vi, en in zip(*(side.split("|") for side in heads), strict=True))
    values = tuple(tuple(row[name] for name in COLUMNS) for row in rows)
    return Exhibit("quantiles", Text("Phân vị đầy đủ, chưa làm tròn", "All quantiles, unrounded"), columns=columns, values=values)


def _sources(root: Path) -> Exhibit:
    lines = (
        {
            Text("Mã nguồn", "Source"): Text.same(name),
            Text("Tên", "Title"): Text.same(source.title),
            Text("Cơ quan", "Publisher"): Text.same(source.publisher or ""),
            Text("Địa chỉ", "Address"): Text.same(source.url or ""),
        }
        for name, source in sources_of(root).items()
    )
    return table("sources", Text("Nguồn số liệu", "Sources"), lines)


def _written(paper: Paper, made: list[tuple[str, Exhibit]]) -> bytes:
    from xlsxwriter import Workbook  # type: ignore[import-untyped]

    stream = io.BytesIO()
    safe = {"in_memory": True, "strings_to_formulas": False, "strings_to_urls": False, "strings_to_numbers": False, "nan_inf_to_errors": False}
    book = Workbook(stream, safe)
    title = paper.say(paper.subject)
    book.set_properties({"title": title[:250], "comments": ""})
    _cover(book, paper)
    names = list(_names(paper, made))
    _contents(book, paper, names, made)
    for name, (run, exhibit) in zip(names, made, strict=True):
        _sheet(book, paper, name, run, exhibit)
    book.close()
    return stream.getvalue()


def _names(paper: Paper, made: Iterable[tuple[str, Exhibit]]) -> Iterator[str]:
    """A name for each sheet that every spreadsheet program takes: its number and its title, at most 31 letters."""
    for number, (_, exhibit) in enumerate(made, 1):
        yield f"{number:02d} {_FORBIDDEN.sub(' ', paper.say(exhibit.title))}"[:31].strip()


def _cover(book: Any, paper: Paper) -> None:
    sheet = book.add_worksheet(paper.say(Text("Bìa", "Cover")))
    large, plain = book.add_format({"bold": True, "font_size": 16, "text_wrap": True}), book.add_format({"text_wrap": True, "valign": "top"})
    sheet.set_column(0, 0, 110)
    lines = [paper.say(official.DRAFT)] if paper.is_draft else []
    lines += [paper.say(text) for text in paper.opening]
    lines += [paper.say(text) for part in paper.parts for text in (part.heading, *(sentence for sentence, _ in part.sentences))]
    lines += [f"[{number}] {paper.say(note)}" for number, note in enumerate(paper.notes, 1)]
    sheet.write_string(0, 0, paper.say(paper.subject), large)
    for row, line in enumerate([*lines, paper.say(square.caption(paper))], 1):
        sheet.write_string(row, 0, line, plain)


def _contents(book: Any, paper: Paper, names: list[str], made: list[tuple[str, Exhibit]]) -> None:
    sheet = book.add_worksheet(paper.say(Text("Mục lục", "Contents")))
    sheet.set_column(0, 0, 36)
    sheet.set_column(1, 2, 60)
    head = (Text("Trang tính", "Sheet"), Text("Nội dung", "Content"), Text("Lượt chạy", "Run"))
    bold = book.add_format({"bold": True})
    for column, text in enumerate(head):
        sheet.write_string(0, column, paper.say(text), bold)
    for row, (name, (run, exhibit)) in enumerate(zip(names, made, strict=True), 1):
        sheet.write_url(row, 0, f"internal:'{name}'!A1", string=name)
        sheet.write_string(row, 1, paper.say(exhibit.title))
        sheet.write_string(row, 2, run)


def _sheet(book: Any, paper: Paper, name: str, run: str, exhibit: Exhibit) -> None:
    sheet = book.add_worksheet(name)
    bold, plain = book.add_format({"bold": True, "text_wrap": True, "valign": "top"}), book.add_format({"text_wrap": True, "valign": "top"})
    sheet.write_string(0, 0, paper.say(exhibit.title), book.add_format({"bold": True, "font_size": 14}))
    about = [Text("Lượt chạy ", "Run ") + run + Text("; mã mở lại ", "; code ") + (paper.view.code if paper.view else "")] if run else []
    sheet.write_string(1, 0, paper.say(Text.joined([*about, *([official.DRAFT] if paper.is_draft else [])], " – ")))
    sheet.write_string(2, 0, paper.say(exhibit.sentence))
    head, rows = (exhibit.head, exhibit.rows) if exhibit.rows else (exhibit.columns, exhibit.values)
    for column, text in enumerate(head):
        longest = max([len(paper.say(text)), *(len(_text(row[column], paper)) for row in rows[:200])])
        sheet.set_column(column, column, min(max(longest + 2, WIDTH[0]), WIDTH[1]))
        sheet.write_string(4, column, paper.say(text), bold)
    for at, row in enumerate(rows, 5):
        for column, cell in enumerate(row):
            _cell(book, sheet, (at, column), cell, paper, plain)
    sheet.freeze_panes(5, 0)
    sheet.set_landscape()
    sheet.set_paper(9)
    sheet.fit_to_pages(1, 0)
    sheet.set_footer(f"&L{run}&R&P/&N")


def _text(cell: Any, paper: Paper) -> str:
    return paper.say(cell) if isinstance(cell, Text) else printed(cell)


def _cell(book: Any, sheet: Any, at: tuple[int, int], cell: Any, paper: Paper, plain: Any) -> None:
    """A number as a number with the digits it is printed with; None as an empty cell; the rest as text."""
    shown = cells.number(cell) if isinstance(cell, Text) else None
    if shown is not None:
        sheet.write_number(*at, shown.value, _format(book, shown.form))
    elif isinstance(cell, int | float) and not words.is_missing(cell):
        sheet.write_number(*at, cell)
    elif not words.is_missing(cell):
        sheet.write_string(*at, _text(cell, paper), plain)


def _format(book: Any, form: str) -> Any:
    """One format for each form of a number in a book."""
    kept = book.__dict__.setdefault("forms_of_numbers", {})
    if form not in kept:
        kept[form] = book.add_format({"num_format": form, "valign": "top"})
    return kept[form]
