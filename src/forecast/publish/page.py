"""The leadership page: one self-contained HTML text made from the published run; it asks no other machine for anything."""

from __future__ import annotations

import hashlib
import html
import os
from collections.abc import Mapping, Sequence
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING, Any

from forecast.errors import ForecastError, PublishError
from forecast.runs import folders

if TYPE_CHECKING:
    from forecast.domain import Text

BROKEN = (
    "Trang chưa hiển thị được. Hãy tải lại trang; nếu vẫn lỗi, báo bộ phận kỹ thuật của tỉnh.",
    "The page cannot be shown. Reload it; if that fails, tell the province's IT staff.",
)
NOTHING = ("Chưa có kết quả nào được công bố: hãy chạy make run.", "Nothing has been published yet: run make run.")
LONGEST_HEAD = 2000  # letters of a page in which its mark stands
TEMPLATES = Path(__file__).parent / "templates"
ROOT_VARIABLE, FOLDER_VARIABLE = "FORECAST_ROOT", "FORECAST_PAGES"


def build(root: Path | str, language: str = "vi") -> str:
    """The whole page as HTML; raise PublishError when nothing is published or a record cannot be read."""
    return whole(fragment(root, language), language, digest(root))


def fragment(root: Path | str, language: str = "vi") -> str:
    """The page without the surrounding document, for a notebook's output."""
    from forecast.publish import canvas, parts, reading, view  # load slowly: only a page to be drawn pays for them
    from forecast.runs import drawing

    root = Path(root)
    published, replays = reading.read(root), reading.replays(root)
    names, scorecard = _evidence(root)
    with drawing.lent(), canvas.unchecked():
        shown = view.content(published, replays, names) | {"scorecard": scorecard, "language": language}
        return parts.render("page.html.j2", typeset=True, **shown)


def write_static(root: Path | str, folder: Path | str, language: str = "vi") -> Path:
    """Write the page as `folder`/index.html, whole or not at all; return its path."""
    folder = Path(folder)
    folder.mkdir(parents=True, exist_ok=True)
    text = stored(root, folder) if language == "vi" else build(root, language)
    folders.write_whole(folder / "index.html", text)
    return folder / "index.html"


def static_folder(root: Path | str) -> Path:
    """Where every published run leaves the page as one file."""
    return Path(root) / "parameterized_runs" / "static"


def stored(root: Path | str, folder: Path | str) -> str:
    """The whole page of what is published now: the file a published run left, else the one in `folder`, else drawn and kept there."""
    now = digest(root)
    for place in (static_folder(root) / "index.html", Path(folder) / "index.html"):
        if text := marked(place, now):
            return text
    text = build(root)
    folders.write_whole(Path(folder) / "index.html", text)
    return text


def marked(place: Path, now: str) -> str:
    """The text of a stored page where it shows what there is now, else nothing."""
    text = place.read_text("utf-8") if place.is_file() else ""
    return text if mark(now) in text[:LONGEST_HEAD] else ""


def served(text: str, now: str, apps: Sequence[str] = ()) -> str:
    """A stored page as a server hands it out: it may ask that server whether it is still there, and leads to its other apps."""
    text = text.replace("connect-src 'none'", "connect-src 'self'", 1)
    return text.replace("<body>", f'<body data-pulse="trang_thai" data-page="{now}" data-apps="{" ".join(apps)}">', 1)


def leave_static(root: Path | str) -> Path | None:
    """What every publication ends with: the page as one file beside the runs; None (and a word in the log) where it fails."""
    if digest_or_none(root) is None:
        return None
    try:
        return write_static(root, static_folder(root))
    except Exception:  # a page that cannot be drawn must not undo a publication
        _log_problem()
        return None


def kept(root: Path | str, folder: Path | str, language: str = "vi") -> str:
    """The fragment for what is published now, drawn once only: from the stored page, else kept in `folder`."""
    if language == "vi":
        return stored(root, folder).split("<body>\n", 1)[1].rsplit("\n</body>", 1)[0]
    path = Path(folder) / f"page-{digest(root)}-{language}.html"
    if not path.exists():
        folders.write_whole(path, fragment(root, language))
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
        shown = message(*BROKEN)
    display(HTML(shown))


def message(vi: str, en: str) -> str:
    """A plain message in both languages as HTML, every character escaped."""
    style = "font:20px/1.5 'Noto Sans','Segoe UI',sans-serif;max-width:640px;margin:12vh auto;padding:24px;color:#16222e"
    return (
        f'<div class="hy-message" style="{style}"><p lang="vi"><b>{html.escape(vi)}</b></p>'
        f'<p lang="en" style="color:#4a5a68">{html.escape(en)}</p></div>'
    )


def whole(body: str, language: str, now: str = "") -> str:
    """A document around the page that asks no other machine for anything; `now` marks what was published when it was drawn."""
    title = "Bảng điều hành Hưng Yên" if language == "vi" else "Hưng Yên leadership board"
    policy = "default-src 'none'; style-src 'unsafe-inline'; script-src 'unsafe-inline'; img-src data:; connect-src 'none'"
    return (
        f'<!doctype html>\n<html lang="{html.escape(language)}"><head><meta charset="utf-8">{mark(now)}'
        f'<meta name="viewport" content="width=device-width, initial-scale=1"><meta http-equiv="Content-Security-Policy" '
        f'content="{policy}"><title>{title}</title><link rel="icon" href="data:,"></head><body>\n{body}\n</body></html>\n'
    )


def mark(now: str) -> str:
    """What a stored page carries in its head: what there was to show when it was drawn."""
    return f'<meta name="forecast-page" content="{now}">'


def _evidence(root: Path) -> tuple[Mapping[str, tuple[Text, Text]], list[dict[str, Any]]]:
    from forecast.publish import scorecard

    if not (root / "data" / "sources.csv").exists():
        return {}, []
    return scorecard.source_names(root / "data"), scorecard.pillars(root / "data")


def digest(root: Path | str) -> str:
    """What is published and how it is drawn, in twenty letters; raise PublishError when nothing is published."""
    folder = Path(root) / "parameterized_runs"
    if not (folder / "published.json").exists():
        raise PublishError(*NOTHING)
    found = hashlib.sha256(_code_digest())
    for path in sorted(folder.glob("published*.json")):
        found.update(path.name.encode() + b"\0" + path.read_bytes())
    return found.hexdigest()[:20]


def digest_or_none(root: Path | str) -> str | None:
    """The same, None when nothing is published or the pointer is just being replaced."""
    try:
        return digest(root)
    except (ForecastError, OSError):
        return None


@cache
def _code_digest() -> bytes:
    found = hashlib.sha256()
    for path in [*sorted(Path(__file__).parent.glob("*.py")), *sorted(TEMPLATES.glob("page*"))]:
        found.update(path.name.encode() + b"\0" + path.read_bytes())
    return found.digest()


def _log_problem() -> None:
    import logging

    logging.getLogger("forecast.publish").exception("the page could not be made")
