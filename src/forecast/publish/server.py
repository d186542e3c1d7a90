"""Voila with doors of our own: the stored leadership page needs no kernel, and only the published apps can be opened with one."""

from __future__ import annotations

import gzip
import json
import logging
import re
import threading
from pathlib import Path
from typing import Any

from jupyter_server.base.handlers import JupyterHandler
from tornado import web
from voila.app import Voila
from voila.treehandler import VoilaTreeHandler

from forecast.errors import ForecastError
from forecast.publish import page

LOG = logging.getLogger("forecast.publish")
RENDER = "/voila/render/(.*)"
CLOSED = ("tree", "contents")  # of Voila's own addresses: the list of files, and what is in them


class Pages:
    """The stored page in memory, drawn again beside the old one when something else is published."""

    def __init__(self, root: Path, folder: Path, apps: tuple[str, ...] = ()) -> None:
        self.root, self.folder, self.apps = root, folder, apps
        self.digest, self.plain, self.packed = "", b"", b""
        self.problem: ForecastError | None = None
        self._drawing = threading.Lock()

    def draw(self) -> None:
        """Bring the page up to date; what goes wrong is kept to be said, and the old page stays."""
        with self._drawing:
            try:
                digest = page.digest(self.root)
                if digest != self.digest:
                    text = page.served(page.stored(self.root, self.folder), digest, self.apps).encode("utf-8")
                    self.plain, self.packed, self.digest = text, gzip.compress(text, 6, mtime=0), digest
                self.problem = None
            except ForecastError as problem:
                self.problem = problem
            except Exception:  # the reader gets a plain sentence, the administrator's log gets the rest
                LOG.exception("the page could not be made")
                self.problem = ForecastError(*page.BROKEN)

    def freshen(self) -> None:
        """Look, without making a reader wait, whether something else was published."""
        if not self._drawing.locked() and page.digest_or_none(self.root) != self.digest:
            threading.Thread(target=self.draw, daemon=True).start()


class StoredPage(JupyterHandler):
    """The page as the last published run left it, whole, with no kernel behind it."""

    def initialize(self, pages: Pages, guard: Any) -> None:
        self.pages, self.guard = pages, guard

    @web.authenticated
    def get(self) -> None:
        self.guard(self)
        self.pages.freshen()
        self.set_header("Content-Type", "text/html; charset=utf-8")
        self.set_header("Cache-Control", "no-cache")
        if not self.pages.plain:
            problem = self.pages.problem or ForecastError(*page.BROKEN)
            self.set_status(503)
            self.finish(page.whole(page.message(problem.vi, problem.en), "vi"))
            return
        self.set_header("Etag", f'"{self.pages.digest}"')
        if self.check_etag_header():
            self.set_status(304)
            return
        packed = "gzip" in self.request.headers.get("Accept-Encoding", "")
        if packed:
            self.set_header("Content-Encoding", "gzip")
        self.set_header("Vary", "Accept-Encoding")
        self.finish(self.pages.packed if packed else self.pages.plain)

    def compute_etag(self) -> None:
        """The page's own digest is its tag; Tornado is not to make another."""


class Pulse(JupyterHandler):
    """Is the server there, and which page does it show: what an open page asks now and then, and a monitor may."""

    def initialize(self, pages: Pages) -> None:
        self.pages = pages

    @web.authenticated
    def get(self) -> None:
        self.pages.freshen()
        sound = bool(self.pages.plain) and self.pages.problem is None
        self.set_header("Content-Type", "application/json")
        self.set_header("Cache-Control", "no-store")
        self.set_status(200 if sound else 503)
        self.finish(json.dumps({"sound": sound, "page": self.pages.digest}))


class Closed(JupyterHandler):
    """An address that is no part of what is published."""

    def prepare(self) -> None:
        raise web.HTTPError(404)


class Served(Voila):
    """Voila whose root is the stored page and which renders the published apps only."""

    pages: Pages
    guard: Any = None

    def init_handlers(self) -> list:
        """Ours first; of Voila's own, the list of files and their contents are closed and only the apps are rendered."""
        names = "|".join(map(re.escape, self.pages.apps))
        kept = [self._narrowed(entry, names) for entry in super().init_handlers() if not self._closed(entry)]
        mine = [
            (self.server_url, StoredPage, {"pages": self.pages, "guard": self.guard}),
            (self.server_url.rstrip("/") + "/trang_thai", Pulse, {"pages": self.pages}),
        ]
        return [*mine, *kept, (r".*", Closed)]

    def _closed(self, entry: tuple) -> bool:
        return issubclass(entry[1], VoilaTreeHandler) or any(f"/voila/{name}" in entry[0] or f"/api/{name}" in entry[0] for name in CLOSED)

    def _narrowed(self, entry: tuple, names: str) -> tuple:
        return (entry[0].replace("(.*)", rf"((?:{names})\.ipynb)"), *entry[1:]) if entry[0].endswith(RENDER) else entry
