"""The leadership page: one self-contained HTML text made from the published run; it asks no other machine for anything."""

from __future__ import annotations

import os
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any

from forecast import files
from forecast.errors import ForecastError, PublishError
from forecast.publish import shell
from forecast.publish.shell import (
    BROKEN,
    FOLDER_VARIABLE,
    marked,
    message,
    static_folder,
    whole,
)

if TYPE_CHECKING:
    from forecast.domain import Text

NOTHING = ("Chưa có kết quả nào được công bố: hãy chạy make run.", "Nothing has been published yet: run make run.")


def build(root: Path | str, language: str = "vi") -> str:
    """The whole page as HTML; raise PublishError when nothing is published or a record cannot be read."""
    return whole(fragment(root, language), language, digest(root))


def fragment(root: Path | str, language: str = "vi") -> str:
    """The page without the surrounding document, for a notebook's output."""
    from forecast.publish import published as reading
    from forecast.publish import templating
    from forecast.publish.charts import canvas
    from forecast.publish.leaders import view  # load slowly: only a page to be drawn pays for them
    from forecast.runs.processes import pictures

    root = Path(root)
    published, replays = reading.read(root), reading.replays(root)
    names, scorecard = _evidence(root)
    with pictures.lent(), canvas.unchecked():
        shown = view.content(published, replays, names) | {"scorecard": scorecard, "language": language}
        return templating.render("leaders/page.html.j2", typeset=True, **shown)


def write_static(root: Path | str, folder: Path | str, language: str = "vi") -> Path:
    """Write the page as `folder`/index.html, whole or not at all; return its path."""
    folder = Path(folder)
    folder.mkdir(parents=True, exist_ok=True)
    text = stored(root, folder) if language == "vi" else build(root, language)
    files.write_whole(folder / "index.html", text)
    return folder / "index.html"


def stored(root: Path | str, folder: Path | str) -> str:
    """The whole page of what is published now: the file a published run left, else the one in `folder`, else drawn and kept there."""
    now = digest(root)
    for place in (static_folder(root) / "index.html", Path(folder) / "index.html"):
        if text := marked(place, now):
            return text
    text = build(root)
    files.write_whole(Path(folder) / "index.html", text)
    return text


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
        files.write_whole(path, fragment(root, language))
    return path.read_text("utf-8")


def show(root: Path | str | None = None, language: str = "vi") -> None:
    """Display the page in a notebook; a problem is shown as a sentence a reader can act on, never as a traceback."""
    from IPython.display import HTML, display

    root = files.find_root(root)
    folder = os.environ.get(FOLDER_VARIABLE)
    try:
        shown = kept(root, folder, language) if folder else fragment(root, language)
    except ForecastError as problem:
        shown = message(problem.vi, problem.en)
    except Exception:  # the reader gets a plain sentence, the administrator's log gets the rest
        _log_problem()
        shown = message(*BROKEN)
    display(HTML(shown))


def _evidence(root: Path) -> tuple[Mapping[str, tuple[Text, Text]], list[dict[str, Any]]]:
    from forecast.publish.leaders import scorecard

    if not (root / "data" / "sources.csv").exists():
        return {}, []
    return scorecard.source_names(root / "data"), scorecard.pillars(root / "data")


def digest(root: Path | str) -> str:
    """What is published and how it is drawn, in twenty letters; raise PublishError when nothing is published."""
    if not (Path(root) / "parameterized_runs" / "published.json").exists():
        raise PublishError(*NOTHING)
    return shell.digest(root)


def digest_or_none(root: Path | str) -> str | None:
    """The same, None when nothing is published or the pointer is just being replaced."""
    try:
        return digest(root)
    except (ForecastError, OSError):
        return None


def _log_problem() -> None:
    import logging

    logging.getLogger("forecast.publish").exception("the page could not be made")
