"""Voila with doors of our own: pages that lie in memory need no kernel, and only the published apps can be opened with one."""

from __future__ import annotations

import asyncio
import gzip
import json
import logging
import re
import threading
from collections.abc import Callable
from typing import Any

from jupyter_server.base.handlers import JupyterHandler
from tornado import web
from voila.app import Voila
from voila.treehandler import VoilaTreeHandler

from forecast.errors import ForecastError
from forecast.publish import shell

LOG = logging.getLogger("forecast.publish")
RENDER = "/voila/render/(.*)"
CLOSED = ("tree", "contents")  # of Voila's own addresses: the list of files, and what is in them


class Kept:
    """A page in memory, drawn again beside the old one when what it shows has changed.

    `mark` tells what there is to show now, `text` draws it; both may raise ForecastError.
    """

    def __init__(self, mark: Callable[[], str], text: Callable[[str], str]) -> None:
        self.mark, self.text = mark, text
        self.digest, self.plain, self.packed = "", b"", b""
        self.problem: ForecastError | None = None
        self._drawing = threading.Lock()

    def draw(self) -> None:
        """Bring the page up to date; what goes wrong is kept to be said, and the old page stays."""
        with self._drawing:
            try:
                digest = self.mark()
                if digest != self.digest:
                    text = self.text(digest).encode("utf-8")
                    self.plain, self.packed, self.digest = text, gzip.compress(text, 6, mtime=0), digest
                self.problem = None
            except ForecastError as problem:
                self.problem = problem
            except Exception:  # the reader gets a plain sentence, the administrator's log gets the rest
                LOG.exception("the page could not be made")
                self.problem = ForecastError(*shell.BROKEN)

    def freshen(self) -> None:
        """Look, without making a reader wait, whether there is something else to show."""
        if not self._drawing.locked() and self._now() != self.digest:
            threading.Thread(target=self.draw, daemon=True).start()

    def _now(self) -> str | None:
        try:
            return self.mark()
        except (ForecastError, OSError):  # nothing published, or the pointer is just being replaced
            return None


class Plain(JupyterHandler):
    """A handler whose refusals are said on a page of ours."""

    def get_template(self, name: str) -> Any:
        """Of the template's folder, not of the notebook server's, whose pages lack what Voila does not set."""
        return self.settings["voila_jinja2_env"].get_template(name)


class StoredPage(Plain):
    """A page as it was last drawn, whole, with no kernel behind it."""

    def initialize(self, kept: Kept, guard: Any) -> None:
        self.kept, self.guard = kept, guard

    @web.authenticated
    async def get(self) -> None:
        self.guard(self)
        if not self.kept.plain:
            await asyncio.to_thread(self.kept.draw)
        self.kept.freshen()
        self.set_header("Content-Type", "text/html; charset=utf-8")
        self.set_header("Cache-Control", "no-cache")
        if not self.kept.plain:
            problem = self.kept.problem or ForecastError(*shell.BROKEN)
            self.set_status(503)
            self.finish(shell.whole(shell.message(problem.vi, problem.en), "vi"))
            return
        self.set_header("Etag", f'"{self.kept.digest}"')
        if self.check_etag_header():
            self.set_status(304)
            return
        packed = "gzip" in self.request.headers.get("Accept-Encoding", "")
        if packed:
            self.set_header("Content-Encoding", "gzip")
        self.set_header("Vary", "Accept-Encoding")
        self.finish(self.kept.packed if packed else self.kept.plain)

    def compute_etag(self) -> None:
        """The page's own digest is its tag; Tornado is not to make another."""


class Pulse(JupyterHandler):
    """Is the server there, and which page does it show: what an open page asks now and then, and a monitor may."""

    def initialize(self, kept: Kept) -> None:
        self.kept = kept

    @web.authenticated
    def get(self) -> None:
        self.kept.freshen()
        sound = bool(self.kept.plain) and self.kept.problem is None
        self.set_header("Content-Type", "application/json")
        self.set_header("Cache-Control", "no-store")
        self.set_status(200 if sound else 503)
        self.finish(json.dumps({"sound": sound, "page": self.kept.digest}))


class Closed(Plain):
    """An address that is no part of what is published."""

    async def prepare(self) -> None:
        await super().prepare()  # without it no page can be made of the refusal
        raise web.HTTPError(404)


class Served(Voila):
    """Voila whose root is the stored board and which renders the published apps only; `stored` holds those that need no kernel."""

    board: Kept
    stored: dict[str, Kept]
    apps: tuple[str, ...] = ()
    guard: Any = None

    def init_handlers(self) -> list:
        """Ours first; of Voila's own, the list of files and their contents are closed and only the apps are rendered."""
        names = "|".join(map(re.escape, self.apps))
        kept = [self._narrowed(entry, names) for entry in super().init_handlers() if not self._closed(entry)]
        top = self.server_url.rstrip("/")
        pages = {"/": self.board} | {f"/voila/render/{name}.ipynb": kept for name, kept in self.stored.items()}
        mine = [(top + re.escape(where), StoredPage, {"kept": kept, "guard": self.guard}) for where, kept in pages.items()]
        mine.append((f"{top}/trang_thai", Pulse, {"kept": self.board}))
        return [*mine, *kept, (r".*", Closed)]

    def _closed(self, entry: tuple) -> bool:
        return issubclass(entry[1], VoilaTreeHandler) or any(f"/voila/{name}" in entry[0] or f"/api/{name}" in entry[0] for name in CLOSED)

    def _narrowed(self, entry: tuple, names: str) -> tuple:
        return (entry[0].replace("(.*)", rf"((?:{names})\.ipynb)"), *entry[1:]) if entry[0].endswith(RENDER) else entry
