"""Voila with doors of our own: pages that lie in memory need no kernel, and only the published apps can be opened with one."""

from __future__ import annotations

import asyncio
import json
import re
from typing import Any

from jupyter_server.base.handlers import JupyterHandler
from tornado import web
from voila.app import Voila
from voila.treehandler import VoilaTreeHandler

from forecast.publish import shell
from forecast.publish.serving import visitors
from forecast.publish.serving.pages import StoredPage

LONGEST_WAIT = 1.0  # seconds a reader waits for a new page that may lie ready
RENDER = "/voila/render/(.*)"
CLOSED = ("tree", "contents")  # of Voila's own addresses: the list of files, and what is in them


class OurHandler(JupyterHandler):
    """A handler whose refusals are said on a page of ours."""

    def get_template(self, name: str) -> Any:
        """Of the template's folder, not of the notebook server's, whose pages lack what Voila does not set."""
        return self.settings["voila_jinja2_env"].get_template(name)


class PageHandler(OurHandler):
    """A page as it was last drawn, whole, with no kernel behind it."""

    def initialize(self, page: StoredPage) -> None:
        self.page = page

    @web.authenticated
    async def get(self) -> None:
        visitors.require_same_site(self)
        if not self.page.plain:
            await asyncio.to_thread(self.page.update)
        if self.page.update_later():
            await asyncio.to_thread(self.page.wait, LONGEST_WAIT)
        self.set_header("Content-Type", "text/html; charset=utf-8")
        self.set_header("Cache-Control", "no-cache")
        if not self.page.plain:
            self.set_status(503)
            self.finish(shell.document(shell.message(self.page.problem or shell.BROKEN), "vi"))
            return
        self.set_header("Etag", f'"{self.page.digest}"')
        if self.check_etag_header():
            self.set_status(304)
            return
        packed = "gzip" in self.request.headers.get("Accept-Encoding", "")
        if packed:
            self.set_header("Content-Encoding", "gzip")
        self.set_header("Vary", "Accept-Encoding")
        self.finish(self.page.packed if packed else self.page.plain)

    def compute_etag(self) -> None:
        """The page's own digest is its tag; Tornado is not to make another."""


class PulseHandler(JupyterHandler):
    """Is the server there, and which page does it show: what an open page asks now and then, and a monitor may."""

    def initialize(self, page: StoredPage) -> None:
        self.page = page

    @web.authenticated
    def get(self) -> None:
        self.page.update_later()
        sound = bool(self.page.plain) and self.page.problem is None
        self.set_header("Content-Type", "application/json")
        self.set_header("Cache-Control", "no-store")
        self.set_status(200 if sound else 503)
        self.finish(json.dumps({"sound": sound, "page": self.page.digest}))


class NoPageHandler(OurHandler):
    """An address that is no part of what is published."""

    async def prepare(self, **options: Any) -> None:
        await super().prepare(**options)  # without it no page can be made of the refusal
        raise web.HTTPError(404)


class Server(Voila):
    """Voila whose root is the stored board and which renders the published apps only; `stored` holds those that need no kernel."""

    board: StoredPage
    stored: dict[str, StoredPage]
    apps: tuple[str, ...] = ()

    def init_handlers(self) -> list:
        """Ours first; of Voila's own, the list of files and their contents are closed and only the apps are rendered."""
        top, names = self.server_url.rstrip("/"), "|".join(map(re.escape, self.apps))
        pages = {"/": self.board} | {f"/voila/render/{name}.ipynb": page for name, page in self.stored.items()}
        ours = [(top + re.escape(path), PageHandler, {"page": page}) for path, page in pages.items()]
        pulse = (f"{top}/trang_thai", PulseHandler, {"page": self.board})
        theirs = [_narrowed(entry, names) for entry in super().init_handlers() if not _is_closed(entry)]
        return [*ours, pulse, *theirs, (r".*", NoPageHandler)]


def _is_closed(entry: tuple) -> bool:
    return issubclass(entry[1], VoilaTreeHandler) or any(f"/voila/{name}" in entry[0] or f"/api/{name}" in entry[0] for name in CLOSED)


def _narrowed(entry: tuple, names: str) -> tuple:
    return (entry[0].replace("(.*)", rf"((?:{names})\.ipynb)"), *entry[1:]) if entry[0].endswith(RENDER) else entry
