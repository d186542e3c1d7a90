"""The data app: every figure with its source, vintage, status and conflicts, the targets, and what is missing, as one page.

The page needs no kernel: figures lie in it as data, a small script of ours filters them. It is drawn once for a state of figures
and publications and kept.
"""

from __future__ import annotations

import hashlib
import logging
import os
from pathlib import Path
from typing import Any

from forecast.errors import ForecastError
from forecast.publish import page, parts
from forecast.runs import folders

PUBLISHED, FILE = "published.json", "so_lieu.html"


def show(root: Path | str | None = None, language: str = "vi") -> None:
    """Display the page in a notebook; a problem is shown as a sentence a reader can act on."""
    from IPython.display import HTML, display

    root = Path(root or os.environ.get(page.ROOT_VARIABLE) or Path(__file__).parents[3])
    kept = os.environ.get(page.FOLDER_VARIABLE)
    try:
        shown = stored(root, Path(kept), language) if kept else fragment(root, language)
    except ForecastError as problem:
        shown = page.message(problem.vi, problem.en)
    except Exception:
        _log_problem()
        shown = page.message("Trang số liệu chưa hiển thị được. Hãy báo bộ phận kỹ thuật.", "The page of figures cannot be shown.")
    display(HTML(shown))


def fragment(root: Path, language: str = "vi") -> str:
    """The page without the surrounding document; raises EvidenceError where the figures cannot be read."""
    from forecast.publish import register_content  # reads every figure: only a page to be drawn pays for it

    return parts.render("register.html.j2", language=language, **register_content.content(root))


def stored(root: Path, folder: Path, language: str = "vi") -> str:
    """The page of these figures and publications, drawn only where `folder` does not hold it yet."""
    path = folder / f"so_lieu-{digest(root)}-{language}.html"
    if not path.exists():
        folders.write_whole(path, fragment(root, language))
    return path.read_text("utf-8")


def served(root: Path, folder: Path) -> str:
    """The page as one document, as a server hands it out: what the last publication left, drawn where that is out of date."""
    now = digest(root)
    return page.marked(page.static_folder(root) / FILE, now) or _document(stored(root, folder), "vi", now)


def leave_static(root: Path | str) -> None:
    """What every publication ends with, beside the board: this page as one file; a word in the log where that fails."""
    if not (Path(root) / "data" / "observations.csv").exists():
        return  # nothing to show; the board says what it has to say about the data folder
    try:
        if not page.marked(page.static_folder(root) / FILE, digest(Path(root))):
            write_static(root, page.static_folder(root))
    except Exception:  # a page that cannot be drawn must not undo a publication
        _log_problem()


def _document(body: str, language: str, now: str) -> str:
    return parts.render("register_file.html.j2", body=body, language=language, mark=page.mark(now))


def write_static(root: Path | str, folder: Path | str, language: str = "vi") -> Path:
    """Write the page as one self-contained file `folder`/so_lieu.html; its path."""
    path = Path(folder) / FILE
    path.parent.mkdir(parents=True, exist_ok=True)
    folders.write_whole(path, _document(fragment(Path(root), language), language, digest(Path(root))))
    return path


def digest(root: Path) -> str:
    """What the page shows and how it is drawn, in twenty letters."""
    whole = hashlib.sha256()
    shared = [parts.TEMPLATES / "page.css", parts.TEMPLATES / "adviser_macros.html.j2"]
    code = [*Path(__file__).parent.glob("*.py"), *parts.TEMPLATES.glob("register*"), *shared]
    data = [path for path in (root / "data").rglob("*") if path.suffix in (".csv", ".yml")]
    pointer: list[Any] = [root / "parameterized_runs" / PUBLISHED]
    for path in [*sorted(code), *sorted(data), *pointer]:
        if path.is_file():
            whole.update(path.name.encode() + b"\0" + path.read_bytes())
    return whole.hexdigest()[:20]


def _log_problem() -> None:
    logging.getLogger("forecast.publish").exception("the page of figures could not be made")
