"""The word `intake`: look at a file of the province, take it in, undo it, make the template."""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path
from typing import Any, Literal

import click

from forecast import evidence, files
from forecast.cli.options import FAILED, OK, REFUSED, Command, both
from forecast.domain import because, today
from forecast.errors import EvidenceError
from forecast.evidence import Evidence
from forecast.evidence import intake as room
from forecast.files import find_root
from forecast.policy.outlooks.effects import changed_by
from forecast.publish.notebooks import intake as shown_as
from forecast.publish.register import template
from forecast.publish.shell import document

WORDS = ("template", "take", "undo", "list", "form")


@click.command(cls=Command)
@click.argument("what", metavar="FILE|template|take|undo|list|form")
@click.argument("path", required=False, metavar="FILE|SOURCE")
@click.option("--decimal", type=click.Choice((",", ".")), help="dấu thập phân của tệp / the file's decimal mark")
@click.option("--unit", default="", help="đơn vị khi tệp không ghi / where the file prints none")
@click.option("--territory", default="", help="tỉnh khi tệp không ghi / where the file names none")
@click.option("--row", multiple=True, metavar="NAME=INDICATOR/MEASURE", help="ghép một lần / map once")
@click.option("--place", multiple=True, metavar="NAME=TERRITORY", help="ghép địa bàn một lần / map a territory once")
@click.option("--skip-rest", is_flag=True, help="không lấy các dòng chưa ghép / leave out unmapped rows")
@click.option("--who", default="", help="họ tên / name")
@click.option("--reason", default="", help="lý do / reason")
@click.option("--json", "as_json", is_flag=True, help="in dạng máy đọc / machine readable")
@click.option("--html", "page", type=Path, help="ghi trang xem trước / write the preview as a page")
@click.option("--no-answers", is_flag=True, help="không tính câu trả lời đổi thế nào / skip what it changes")
@click.option("--indicator", multiple=True, metavar="ID")
@click.option("--year", multiple=True, type=int)
@click.option("--out", type=Path, help="tệp mẫu ghi vào đâu / where the template goes")
@click.option("--value", default="", help="của 'form': số / of 'form': the number")
@click.option("--period", default="", help="của 'form': kỳ / of 'form': the period")
@click.option("--status", type=click.Choice(("official", "preliminary", "estimate")), default="official", help="của 'form' / of 'form'")
@click.option("--document", default="", help="văn bản nguồn / the document the figures are from")
@click.option("--day", default="", metavar="DAY/MONTH/YEAR", help="ngày văn bản / the document's day")
def intake(what: str, path: str | None, **asked: Any) -> int:
    """Look at what the province sent before anything is written; take it in signed, undo it, or make the template."""
    root = find_root()
    if what == "list":
        return _list(root)
    if what == "template":
        return _template(root, asked)
    if what == "undo":
        room.undo(path or "", root / "data", who=asked["who"], reason=asked["reason"], on=today())
        print(f"Đã hoàn lại {path}. / {path} is undone.")
        return OK
    store = evidence.load(root / "data")
    if what == "form":
        name, content = room.form_file(
            path or "", asked["period"], asked["value"], store, unit=asked["unit"], status=asked["status"]
        )
    else:
        name, content = _file(path if what == "take" else what)
    shown = _previewed(content, name, store, asked)
    if asked["as_json"]:
        print(json.dumps(room.as_facts(shown.received), ensure_ascii=False, indent=1))
        return FAILED if shown.received.refusals else OK
    if what in ("take", "form") and asked["who"]:
        source = room.take(shown, content, root / "data", who=asked["who"], reason=asked["reason"], on=today())
        print(f"Đã nhập, nguồn {source}; hoàn lại bằng: forecast intake undo {source}\nTaken in as {source}.")
        return OK
    return _tell(shown, store, asked)


def _file(path: str | None) -> tuple[str, bytes]:
    try:
        return Path(path or "").name, Path(path or "").read_bytes()
    except OSError as error:
        why = because(error)
        raise EvidenceError(
            f"Không đọc được tệp '{path}': {why.vi}.", f"'{path}' cannot be read: {why.en}."
        ) from error


def _previewed(content: bytes, name: str, store: Evidence, asked: dict[str, Any]) -> room.Preview:
    """The preview with what the person says on this line, which is kept for the next file of the shape."""
    mark: Literal[",", "."] | None = asked["decimal"]
    from_document = room.documented(asked["document"], asked["day"], today()) if asked["document"] or asked["day"] else room.NOTHING_DECLARED
    declared = replace(from_document, mark=mark, unit=asked["unit"], territory=asked["territory"])
    shown = room.preview(content, name, store, on=today(), declared=declared)
    texts: Sequence[str] = (*asked["row"], *asked["place"])
    if not (texts or asked["skip_rest"]):
        return shown
    figures = shown.received.figures
    mapping = room.told(
        shown.mapping,
        asked["row"],
        asked["place"],
        asked["skip_rest"],
        figures,
        by=asked["who"] or "-",
        on=today(),
    )
    room.keep_mapping(store.folder, mapping, figures, name)
    return room.preview(content, name, store, on=today(), declared=declared)


def _tell(shown: room.Preview, store: Evidence, asked: dict[str, Any]) -> int:
    told = (
        shown_as.changes(changed_by(shown, store, today()), store)
        if not (shown.problems or asked["no_answers"])
        else []
    )
    print(shown_as.as_text(shown, store, told))
    if asked["page"]:
        files.write_whole(asked["page"], document(shown_as.as_page(shown, store, told), "vi"))
        print(f"Trang xem trước / preview: {asked['page']}")
    return REFUSED if shown.problems else OK


def _list(root: Path) -> int:
    for entry in room.arrived(root / "data"):
        print(
            f"{entry.path.name}: {both(room.STATES[entry.state])}",
            *(f"    {reason.vi}\n    {reason.en}" for reason in entry.reasons),
            sep="\n",
        )
    for name, title, undone in room.taken(evidence.load(root / "data")):
        print(f"{name}: {title}" + (" (đã hoàn lại / undone)" if undone else ""))
    return OK


def _template(root: Path, asked: dict[str, Any]) -> int:
    store = evidence.load(root / "data")
    path = asked["out"] or Path("mau_nhap_so_lieu.xlsx")
    content = template.workbook(store, template.helpful(root, store), today(), asked["indicator"], asked["year"])
    files.write_whole(path, content)
    print(f"Đã ghi tệp mẫu {path}. / The template is written to {path}.")
    return OK
