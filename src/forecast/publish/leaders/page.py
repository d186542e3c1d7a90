"""The leadership page: one self-contained HTML text made from the published run; it asks no other machine for anything."""

from __future__ import annotations

import os
from pathlib import Path

from forecast import files
from forecast.errors import ForecastError, PublishError
from forecast.publish import shell
from forecast.runs.publication import pointer


def build(root: Path | str, language: str = "vi") -> str:
    """The page as one document; raise PublishError when nothing is published or a record cannot be read."""
    return shell.document(fragment(root, language), language, digest(root))


def fragment(root: Path | str, language: str = "vi") -> str:
    """The page without the surrounding document, for a notebook's output."""
    from forecast.publish import published, templating
    from forecast.publish.leaders import view  # load slowly: only a page to be drawn pays for them
    from forecast.runs.processes import pictures

    root = Path(root)
    publication, replays = published.read(root), published.replays(root)
    with pictures.lent():
        content = view.content(publication, replays, root / "data")
        return templating.render("leaders/page.html.j2", typeset=True, language=language, **content)


def write_static(root: Path | str, folder: Path | str, language: str = "vi") -> Path:
    """Write the page as `folder`/index.html, whole or not at all; return its path."""
    path = Path(folder) / "index.html"
    path.parent.mkdir(parents=True, exist_ok=True)
    files.write_whole(path, stored(root, folder) if language == "vi" else build(root, language))
    return path


def stored(root: Path | str, folder: Path | str) -> str:
    """The document of what is published now: the file a published run left, else the one in `folder`, else drawn and kept there."""
    page_digest, path = digest(root), Path(folder) / "index.html"
    text = shell.marked(shell.static_folder(root) / "index.html", page_digest) or shell.marked(path, page_digest)
    if not text:
        text = build(root)
        files.write_whole(path, text)
    return text


def leave_static(root: Path | str) -> Path | None:
    """What every publication ends with: the page as one file beside the runs; None (and a word in the log) where it fails."""
    try:
        digest(root)
    except (ForecastError, OSError):  # nothing is published, or the pointer is just being replaced
        return None
    try:
        return write_static(root, shell.static_folder(root))
    except Exception:  # a page that cannot be drawn must not undo a publication
        shell.LOG.exception("the page could not be made")
        return None


def stored_fragment(root: Path | str, folder: Path | str, language: str = "vi") -> str:
    """The fragment for what is published now, drawn once only: from the stored page, else kept in `folder`."""
    if language == "vi":
        return stored(root, folder).split("<body>\n", 1)[1].rsplit("\n</body>", 1)[0]
    path = Path(folder) / f"page-{digest(root)}-{language}.html"
    if not path.exists():
        files.write_whole(path, fragment(root, language))
    return path.read_text("utf-8")


def show(root: Path | str | None = None, language: str = "vi") -> None:
    """Display the page in a notebook; a problem is shown as a sentence a reader can act on, never as a traceback."""
    root, folder = files.find_root(root), os.environ.get(shell.FOLDER_VARIABLE)
    shell.show(lambda: stored_fragment(root, folder, language) if folder else fragment(root, language))


def digest(root: Path | str) -> str:
    """What is published and how it is drawn, in twenty letters; raise PublishError when nothing is published."""
    if not pointer.path_of(Path(root)).exists():
        raise PublishError(shell.NOTHING.vi, shell.NOTHING.en)
    return shell.digest(root)
