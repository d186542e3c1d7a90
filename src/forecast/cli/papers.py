"""The words about papers: brief, workbook, slides, evaluate, deliver."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import replace
from pathlib import Path
from typing import Any

import click

from forecast import evidence, files
from forecast.cli.options import OK, Command, both
from forecast.domain import Text
from forecast.errors import ForecastError

FOLDER = "papers"  # beside the runs, where nothing else is asked for


def _asked(command: Callable[..., Any]) -> Callable[..., Any]:
    """The options that every paper takes: which view, and where to."""
    for option in (
        click.option("--code", default="", metavar="MÃ", help="mã trên giấy hay liên kết của trang / code on a paper, or link of the page"),
        click.option("--territory", default="", metavar="ID"),
        click.option("--measure", default="", metavar="ID"),
        click.option("--language", type=click.Choice(["vi", "en"]), default="vi", show_default=True),
        click.option("--address", default="", metavar="URL", help="địa chỉ trang, cho mã vuông / the page's address, for the square code"),
        click.option("--out", type=Path, metavar="DIR", help="thư mục ghi / folder to write to"),
    ):
        command = option(command)
    return command


def _view(root: Path, code: str, territory: str, measure: str, language: str) -> Any:
    from forecast.publish import published
    from forecast.publish.papers import view

    publication = published.read(root)
    return view.find(publication, code) if code else view.usual(publication, language, territory, measure)


def _leave(root: Path, out: Path | None, name: str, content: bytes) -> None:
    folder = out or root / "parameterized_runs" / FOLDER
    folder.mkdir(parents=True, exist_ok=True)
    files.write_whole(folder / name, content)
    print(folder / name)


@click.command(cls=Command)
@_asked
@click.option("--template", type=Path, metavar="FILE.docx", help="bố cục Word của cơ quan, thay [papers] layout / the office's own layout")
@click.option("--write-template", type=Path, metavar="FILE.docx", help="ghi bố cục của bộ công cụ để sửa / write the kit's layout, to be changed")
def brief(out: Path | None, address: str, template: Path | None, write_template: Path | None, **asked: Any) -> int:
    """Write the briefing as .docx and .pdf."""
    from forecast.publish.papers import briefing, layout, typeset, word

    root = files.find_root()
    if write_template is not None:
        write_template.parent.mkdir(parents=True, exist_ok=True)
        files.write_whole(write_template, layout.blank(asked["language"]))
        print(write_template)
        return OK
    view = _view(root, **asked)
    paper = briefing.briefing(root, view, address=address)
    paper = replace(paper, layout=template) if template else paper
    _leave(root, out, f"bao_cao_{view.code}.docx", word.as_docx(paper))
    _leave(root, out, f"bao_cao_{view.code}.pdf", typeset.as_pdf(paper))
    return OK


@click.command(cls=Command)
@_asked
def workbook(out: Path | None, address: str, **asked: Any) -> int:
    """Write every exhibit of the answers as .xlsx."""
    from forecast.publish.papers import workbook as papers

    root = files.find_root()
    view = _view(root, **asked)
    _leave(root, out, f"so_lieu_{view.code}.xlsx", papers.workbook(root, view, address=address))
    return OK


@click.command(cls=Command)
@_asked
def slides(out: Path | None, address: str, **asked: Any) -> int:
    """Write five slides as .pptx."""
    from forecast.publish.papers import slides as papers

    root = files.find_root()
    view = _view(root, **asked)
    _leave(root, out, f"trinh_chieu_{view.code}.pptx", papers.slides(root, view, address=address))
    return OK


@click.command(cls=Command)
@click.option("--year", type=int, required=True, metavar="NĂM", help="năm số liệu về / the year the figures came")
@click.option("--language", type=click.Choice(["vi", "en"]), default="vi", show_default=True)
@click.option("--out", type=Path, metavar="DIR")
def evaluate(year: int, language: str, out: Path | None) -> int:
    """Write the yearly evaluation of the ledger as .docx and .pdf."""
    from forecast.publish.papers import evaluation, html, typeset, word

    root = files.find_root()
    paper = evaluation.evaluation(root, year, language=language)
    _leave(root, out, f"danh_gia_{year}.docx", word.as_docx(paper))
    _leave(root, out, f"danh_gia_{year}.pdf", typeset.as_pdf(paper))
    _leave(root, out, f"danh_gia_{year}.html", html.as_html(paper).encode())
    return OK


@click.command(cls=Command)
@click.option("--to", multiple=True, metavar="THƯ", help="người nhận; không có: FORECAST_SMTP_TO / recipients; else FORECAST_SMTP_TO")
@click.option("--address", default="", metavar="URL", help="địa chỉ trang, cho mã vuông / the page's address, for the square code")
def deliver(to: Sequence[str], address: str) -> int:
    """Lay the papers of a signed publication into the shared folder and mail them, once."""
    print(both(send(files.find_root(), to, address)))
    return OK


def send(root: Path, to: Sequence[str] = (), address: str = "") -> Text:
    """Send what is published where forecast.toml says, once; what was done."""
    from forecast import installation
    from forecast.publish.papers import delivery

    return delivery.send(installation.read(root), to, address)


@click.command(cls=Command)
@click.option("--hub", "wanted", flag_value="hub", help="thư mục hubverse, 23 phân vị mỗi năm / a hubverse folder, 23 quantiles a year")
@click.option("--sdmx", "wanted", flag_value="sdmx", help="mọi số liệu dạng SDMX-CSV 2.0 / every figure as SDMX-CSV 2.0")
@click.option("--package", "wanted", flag_value="package", help="ghi lại data/datapackage.json / write data/datapackage.json again")
@click.option("--out", type=Path, metavar="DIR", help="thư mục ghi / folder to write to")
def export(wanted: str | None, out: Path | None) -> int:
    """Write what is published, or the figures, for other programs."""
    from forecast.evidence import exchange

    root = files.find_root()
    if wanted == "hub":
        from forecast.publish.papers import hub

        print(*hub.export(root, out or root / "parameterized_runs" / FOLDER / "hub"), sep="\n")
    elif wanted == "sdmx":
        _leave(root, out, "so_lieu.sdmx.csv", exchange.sdmx(evidence.load(root / "data")).encode())
    elif wanted == "package":
        _leave(root, out or root / "data", exchange.PACKAGE, exchange.package().encode())
    else:
        raise ForecastError("Cần --hub, --sdmx hoặc --package.", "One of --hub, --sdmx or --package is needed.")
    return OK
