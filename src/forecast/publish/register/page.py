"""The data app: every figure with its source, vintage, status and conflicts, the targets, and what is missing, as one page.

The page needs no kernel: figures lie in it as data, a small script of ours filters them. It is drawn once for a state of figures
and publications and kept.
"""

from __future__ import annotations

import os
from pathlib import Path

from forecast import files
from forecast.domain import Text
from forecast.publish import shell, templating

FILE = "so_lieu.html"


def show(root: Path | str | None = None, language: str = "vi") -> None:
    """Display the page in a notebook; a problem is shown as a sentence a reader can act on."""
    broken = Text("Trang số liệu chưa hiển thị được. Hãy báo bộ phận kỹ thuật.", "The page of figures cannot be shown.")
    root, folder = files.find_root(root), os.environ.get(shell.FOLDER_VARIABLE)
    shell.show(lambda: stored(root, Path(folder), language) if folder else fragment(root, language), broken)


def fragment(root: Path, language: str = "vi") -> str:
    """The page without the surrounding document; raises EvidenceError where the figures cannot be read."""
    from forecast.publish.register import content  # reads every figure: only a page to be drawn pays for it

    return templating.render("register/page.html.j2", language=language, **content.content(root))


def stored(root: Path, folder: Path, language: str = "vi") -> str:
    """The page of these figures and publications, drawn only where `folder` does not hold it yet."""
    path = folder / f"so_lieu-{shell.digest(root)}-{language}.html"
    if not path.exists():
        files.write_whole(path, fragment(root, language))
    return path.read_text("utf-8")


def served(root: Path, folder: Path) -> str:
    """The page as one document, as a server hands it out: what the last publication left, drawn where that is out of date."""
    now = shell.digest(root)
    return shell.marked(shell.static_folder(root) / FILE, now) or _document(stored(root, folder), "vi", now)


def leave_static(root: Path | str) -> None:
    """What every publication ends with, beside the board: this page as one file; a word in the log where that fails."""
    if not (Path(root) / "data" / "observations.csv").exists():
        return  # nothing to show; the board says what it has to say about the data folder
    try:
        if not shell.marked(shell.static_folder(root) / FILE, shell.digest(root)):
            write_static(root, shell.static_folder(root))
    except Exception:  # a page that cannot be drawn must not undo a publication
        shell.LOG.exception("the page of figures could not be made")


def _document(body: str, language: str, now: str) -> str:
    return templating.render("register/file.html.j2", body=body, language=language, mark=shell.mark(now))


def write_static(root: Path | str, folder: Path | str, language: str = "vi") -> Path:
    """Write the page as one self-contained file `folder`/so_lieu.html; its path."""
    path = Path(folder) / FILE
    path.parent.mkdir(parents=True, exist_ok=True)
    files.write_whole(path, _document(fragment(Path(root), language), language, shell.digest(root)))
    return path
