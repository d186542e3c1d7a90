"""What every page is set in: its document, its mark, the messages it falls back on, and the digest of all it prints."""

from __future__ import annotations

import html
import logging
from collections.abc import Callable, Sequence
from functools import lru_cache
from pathlib import Path

from forecast import files, headline
from forecast.domain import Text
from forecast.errors import ForecastError
from forecast.publish.words.vocabulary import sentence
from forecast.runs import folders

LOG = logging.getLogger("forecast.publish")
BROKEN = sentence("page_broken")
NOTHING = Text("Chưa có kết quả nào được công bố: hãy chạy make run.", "Nothing has been published yet: run make run.")
LONGEST_HEAD = 2000  # letters of a page in which its mark stands
FOLDER_VARIABLE = "FORECAST_PAGES"  # where a server keeps pages it has drawn


def static_folder(root: Path | str) -> Path:
    """Where every published run leaves the page as one file."""
    return folders.home(Path(root)) / "static"


def marked(path: Path, page_digest: str) -> str:
    """The text of a stored page where it shows what there is now, else nothing."""
    text = path.read_text("utf-8") if path.is_file() else ""
    return text if mark(page_digest) in text[:LONGEST_HEAD] else ""


def show(draw: Callable[[], str], broken: Text = BROKEN) -> None:
    """Display in a notebook the page that `draw` gives; a problem is a sentence a reader can act on, never a traceback."""
    from IPython.display import HTML, display

    try:
        page = draw()
    except ForecastError as problem:
        page = message(Text(problem.vi, problem.en))
    except Exception:  # the reader gets a plain sentence, the administrator's log gets the rest
        LOG.exception("the page could not be made")
        page = message(broken)
    display(HTML(page))


def message(text: Text) -> str:
    """A plain message in both languages as HTML, every character escaped."""
    style = "font:20px/1.5 'Noto Sans','Segoe UI',sans-serif;max-width:640px;margin:12vh auto;padding:24px;color:#16222e"
    return (
        f'<div class="hy-message" style="{style}"><p lang="vi"><b>{html.escape(text.vi)}</b></p>'
        f'<p lang="en" style="color:#4a5a68">{html.escape(text.en)}</p></div>'
    )


def _board() -> Text:
    return Text("Bảng điều hành ", "") + headline.home() + Text("", " leadership board")


def document(body: str, language: str, page_digest: str = "") -> str:
    """A document around the page that asks no other machine for anything; `page_digest` marks what there was to show."""
    policy = "default-src 'none'; style-src 'unsafe-inline'; script-src 'unsafe-inline'; img-src data:; connect-src 'none'"
    return (
        f'<!doctype html>\n<html lang="{html.escape(language)}"><head><meta charset="utf-8">{mark(page_digest)}'
        f'<meta name="viewport" content="width=device-width, initial-scale=1"><meta http-equiv="Content-Security-Policy" '
        f'content="{policy}"><title>{_board().in_language(language)}</title><link rel="icon" href="data:,"></head><body>\n{body}\n</body></html>\n'
    )


def served(text: str, page_digest: str, top: str = "", apps: Sequence[str] = ()) -> str:
    """A stored page as a server hands it out: it may ask that server, whose address is `top` from here, what there is to show
    now, and leads to its other `apps`."""
    text = text.replace("connect-src 'none'", "connect-src 'self'", 1)
    return text.replace("<body>", f'<body data-pulse="{top}trang_thai" data-page="{page_digest}" data-apps="{" ".join(apps)}">', 1)


def mark(page_digest: str) -> str:
    """What a stored page carries in its head: the digest of what there was to show when it was drawn."""
    return f'<meta name="forecast-page" content="{page_digest}">'


def digest(root: Path | str) -> str:
    """All that a page prints, in twenty letters: the figures, what is published, and the whole package that draws it."""
    root = Path(root)
    figures = sorted(path for path in (root / "data").rglob("*") if path.suffix in (".csv", ".yml"))
    paths = [*figures, *folders.pointers(root)]
    return _digest(root, tuple((path, state.st_mtime_ns, state.st_size, state.st_ino) for path in paths for state in [path.stat()]))


@lru_cache(maxsize=8)
def _digest(root: Path, states: tuple[tuple[Path, int, int, int], ...]) -> str:
    """What stands in files that were written when and as large as said: every reader of a page asks, and few write."""
    return files.sha256_of(files.code_digest() + files.digest_of([path for path, *_ in states], root))[:20]
