"""The leadership page: one self-contained HTML text made from the published run; it asks no other machine for anything."""

from __future__ import annotations

import hashlib
import html
import os
from collections.abc import Mapping
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING, Any

from forecast.errors import ForecastError, PublishError

if TYPE_CHECKING:
    from forecast.domain import Text

NOTHING = ("Chưa có kết quả nào được công bố: hãy chạy make run.", "Nothing has been published yet: run make run.")
TEMPLATES = Path(__file__).parent / "templates"
ROOT_VARIABLE, FOLDER_VARIABLE = "FORECAST_ROOT", "FORECAST_PAGES"


def build(root: Path | str, language: str = "vi") -> str:
    """The whole page as HTML; raise PublishError when nothing is published or a record cannot be read."""
    return _whole(fragment(root, language), language)


def fragment(root: Path | str, language: str = "vi") -> str:
    """The page without the surrounding document, for a notebook's output."""
    from forecast.publish import reading, view  # tables and charts load slowly: only a page to be drawn pays for them

    root = Path(root)
    published, replays = reading.read(root), reading.replays(root)
    names, scorecard = _evidence(root)
    shown = view.content(published, replays, names) | {"scorecard": scorecard, "language": language}
    return _environment().get_template("page.html.j2").render(**shown)


def write_static(root: Path | str, folder: Path | str, language: str = "vi") -> Path:
    """Write the page as `folder`/index.html, whole or not at all; return its path."""
    folder = Path(folder)
    folder.mkdir(parents=True, exist_ok=True)
    return _write(folder / "index.html", build(root, language))


def kept(root: Path | str, folder: Path | str, language: str = "vi") -> str:
    """The fragment drawn for what is published now, kept in `folder` so that it is drawn once only."""
    path = Path(folder) / f"page-{_digest(Path(root))}-{language}.html"
    if not path.exists():
        _write(path, fragment(root, language))
    return path.read_text("utf-8")


def show(root: Path | str | None = None, language: str = "vi") -> None:
    """Display the page in a notebook; a problem is shown as a sentence a reader can act on, never as a traceback."""
    from IPython.display import HTML, display

    root = Path(root or os.environ.get(ROOT_VARIABLE) or Path(__file__).parents[3])
    folder = os.environ.get(FOLDER_VARIABLE)
    try:
        shown = kept(root, folder, language) if folder else fragment(root, language)
    except ForecastError as problem:
        shown = message(problem.vi, problem.en)
    except Exception:  # the reader gets a plain sentence, the administrator's log gets the rest
        _log_problem()
        shown = message(
            "Trang chưa hiển thị được. Hãy tải lại trang; nếu vẫn lỗi, báo bộ phận kỹ thuật của tỉnh.",
            "The page cannot be shown. Reload it; if that fails, tell the province's IT staff.",
        )
    display(HTML(shown))


def message(vi: str, en: str) -> str:
    """A plain message in both languages as HTML, every character escaped."""
    style = "font:20px/1.5 'Noto Sans','Segoe UI',sans-serif;max-width:640px;margin:12vh auto;padding:24px;color:#16222e"
    return (
        f'<div class="hy-message" style="{style}"><p lang="vi"><b>{html.escape(vi)}</b></p>'
        f'<p lang="en" style="color:#4a5a68">{html.escape(en)}</p></div>'
    )


def _whole(body: str, language: str) -> str:
    title = "Bảng điều hành Hưng Yên" if language == "vi" else "Hưng Yên leadership board"
    policy = "default-src 'none'; style-src 'unsafe-inline'; script-src 'unsafe-inline'; img-src data:"
    return (
        f'<!doctype html>\n<html lang="{html.escape(language)}"><head><meta charset="utf-8">'
        f'<meta name="viewport" content="width=device-width, initial-scale=1"><meta http-equiv="Content-Security-Policy" '
        f'content="{policy}"><title>{title}</title><link rel="icon" href="data:,"></head><body>\n{body}\n</body></html>\n'
    )


@cache
def _environment() -> Any:
    from jinja2 import Environment, FileSystemLoader, StrictUndefined
    from markupsafe import Markup

    def unbroken(value: Any) -> Any:
        return value.replace(" %", "\u00a0%") if type(value) is str else value

    environment = Environment(
        loader=FileSystemLoader(TEMPLATES), autoescape=True, undefined=StrictUndefined, finalize=unbroken
    )
    environment.filters["drawn"] = Markup  # only pictures drawn by our own charts pass through this filter
    for name, file in (("css", "page.css"), ("script", "page.js")):
        environment.globals[name] = Markup((TEMPLATES / file).read_text("utf-8"))
    return environment


def _evidence(root: Path) -> tuple[Mapping[str, tuple[Text, Text]], list[dict[str, Any]]]:
    from forecast.publish import scorecard

    if not (root / "data" / "sources.csv").exists():
        return {}, []
    return scorecard.source_names(root / "data"), scorecard.pillars(root / "data")


def _digest(root: Path) -> str:
    found = hashlib.sha256()
    files = sorted((root / "parameterized_runs").glob("published*.json"))
    for path in [*files, *sorted(Path(__file__).parent.glob("*.py")), *sorted(TEMPLATES.glob("page.*"))]:
        found.update(path.name.encode() + b"\0" + path.read_bytes())
    if not (root / "parameterized_runs" / "published.json").exists():
        raise PublishError(*NOTHING)
    return found.hexdigest()[:20]


def _write(path: Path, text: str) -> Path:
    unfinished = path.with_name(f".{path.name}.{os.getpid()}")
    unfinished.write_text(text, "utf-8")
    unfinished.replace(path)
    return path


def _log_problem() -> None:
    import logging

    logging.getLogger("forecast.publish").exception("the page could not be made")
