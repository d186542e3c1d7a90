"""Voila with doors of our own: pages that lie in memory need no kernel, only the published apps can be opened with one, each by who may."""

from __future__ import annotations

import asyncio
import json
import logging
import re
import ssl
from typing import Any

import tornado.ioloop
from jupyter_events import EventLogger
from jupyter_server.auth.decorator import allow_unauthenticated
from jupyter_server.base.handlers import JupyterHandler
from tornado import netutil, web
from voila import notebook_renderer
from voila.app import Voila
from voila.exporter import VoilaExporter
from voila.shutdown_kernel_handler import VoilaShutdownKernelHandler
from voila.tornado.handler import TornadoVoilaHandler
from voila.treehandler import VoilaTreeHandler

from forecast.errors import PublishError
from forecast.installation import Installation
from forecast.publish import shell
from forecast.publish.serving import connections, visitors
from forecast.publish.serving.login import LoginHandler, LogoutHandler, doors, require
from forecast.publish.serving.pages import StoredPage

BEAT = "<script>window.voila_heartbeat"  # what the library sends while a page takes longer
LONGEST_WAIT = 1.0  # seconds a reader waits for a new page that may lie ready
RENDER = "/voila/render/(.*)"
_exporters: dict[Any, VoilaExporter] = {}  # by the server's store of notebooks
CLOSED = ("tree", "contents")  # of Voila's own addresses: the list of files, and what is in them


class PageHandler(JupyterHandler):
    """A page as it was last drawn, whole, with no kernel behind it."""

    def initialize(self, page: StoredPage) -> None:
        self.page = page

    @web.authenticated
    async def head(self) -> None:
        await self.show()

    @web.authenticated
    async def get(self) -> None:
        await self.show()

    async def show(self) -> None:
        visitors.require_same_site(self)
        require(self, "read")
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

    keeps_session = False  # an open page alone keeps nobody logged in

    def initialize(self, page: StoredPage) -> None:
        self.page = page

    @allow_unauthenticated
    async def head(self) -> None:
        await self.get()

    @allow_unauthenticated
    async def get(self) -> None:
        if self.page.update_later() and self.page.problem is not None:  # over by now, perhaps
            await asyncio.to_thread(self.page.wait, LONGEST_WAIT)
        sound = bool(self.page.plain) and self.page.problem is None
        self.set_header("Content-Type", "application/json")
        self.set_header("Cache-Control", "no-store")
        self.set_status(200 if sound else 503)
        self.finish(json.dumps({"sound": sound, "page": self.page.digest, "doors": doors(self)}))


class NoPageHandler(JupyterHandler):
    """An address that is no part of what is published."""

    async def prepare(self, **options: Any) -> None:
        await super().prepare(**options)  # without it no page can be made of the refusal
        raise web.HTTPError(404)


class AppHandler(TornadoVoilaHandler):
    """An app with a kernel; only its head starts none. `kernel_id` is set by whoever starts it."""

    kernel_id = ""

    @web.authenticated
    async def get(self, path: str = "") -> None:
        """The page as it comes; where its kernel dies before it is whole, the library would send signs of life for ever (2B23)."""
        async for piece in self.get_generator(path=path):
            if piece.startswith(BEAT) and self.kernel_id and self.kernel_id not in self.kernel_manager:
                self.write(f'<style>#loading{{display:none}}</style><div id="failed" role="alert">{shell.message(shell.BROKEN)}</div>')
                return
            self.write(piece)
            self.flush()

    @web.authenticated
    async def head(self, path: str = "") -> None:
        require(self, "try")
        self.set_header("Content-Type", "text/html")


class EndHandler(VoilaShutdownKernelHandler):
    """The end of a kernel, by whoever opened it."""

    @web.authenticated
    async def post(self, kernel_id: str) -> None:
        self.path_kwargs["kernel_id"] = kernel_id
        if not await self.authorizer.is_authorized(self, self.current_user, "write", "kernels"):
            raise web.HTTPError(403)
        await super().post(kernel_id)


class Server(Voila):
    """Voila whose root is the stored board and which renders the published apps only; `stored` holds those that need no kernel."""

    told: Installation
    board: StoredPage
    stored: dict[str, StoredPage]
    apps: tuple[str, ...] = ()
    audited = False
    event_logger: EventLogger

    def init_settings(self) -> dict[str, Any]:
        """Voila's, with the size of a frame bounded and a log that names nobody."""
        settings = super().init_settings()
        notebook_renderer.VoilaExporter = _exporter
        self.event_logger = EventLogger(parent=self)  # one for all kernels: else each makes its own, whose name the log keeps for ever
        connections.quieten(logging.getLogger(), self.log, *map(logging.getLogger, ("tornado.access", "tornado.application", "tornado.general")))
        encrypted = bool(self.told.serve.certificate or self.told.serve.trusted_proxies)  # passwords reach a proxy over TLS, or not at all
        return settings | {
            "jinja2_env": settings["voila_jinja2_env"],  # our refusals for all handlers: the library's pages lack what Voila does not set
            "websocket_max_message_size": connections.LARGEST_FRAME,
            "log_function": _log_request,
            "xsrf_cookie_kwargs": {"samesite": "Lax", "path": self.base_url, "secure": encrypted},
        }

    def init_handlers(self) -> list:
        """Ours first; of Voila's own, the list of files and their contents are closed and only the apps are rendered."""
        from forecast.publish.serving import work  # whose handlers are made of these

        top, names = self.server_url.rstrip("/"), "|".join(map(re.escape, self.apps))
        pages = {"/": self.board} | {f"/voila/render/{name}.ipynb": page for name, page in self.stored.items()}
        ours: list = [(top + re.escape(path), PageHandler, {"page": page}) for path, page in pages.items()]
        ours += [(f"{top}/trang_thai", PulseHandler, {"page": self.board})]
        if top:
            ours += [(re.escape(top), web.RedirectHandler, {"url": f"{top}/", "permanent": False})]
        ours += work.entries(top, self.told.root)
        if self.identity_provider.login_available:
            ours += [(f"{top}/login", LoginHandler), (f"{top}/logout", LogoutHandler)]
        theirs = [_narrowed(entry, names) for entry in super().init_handlers() if not _is_closed(entry)]
        return [*ours, *theirs, (r".*", NoPageHandler)]

    def listen(self) -> None:
        """Answer on the socket or address of this installation until stopped; PublishError where it cannot, said before anything else is."""
        serve = self.told.serve
        try:
            if path := self.told.path(serve.socket):
                sockets = [netutil.bind_unix_socket(str(path), mode=0o660)]
            else:
                sockets = netutil.bind_sockets(self.port, self.ip)
        except OSError as error:
            where = serve.socket or f"{self.ip}:{self.port}"
            raise PublishError(
                f"Không mở được {where} ({error.strerror}): dừng máy chủ đang chạy ở đó, hoặc chọn cổng khác (--port, [serve] port).",
                f"{where} cannot be opened ({error.strerror}): stop what answers there, or choose another port (--port, [serve] port).",
            ) from None
        if self.audited:
            self.audit()
        connections.server(self.app, self.told, tls(self.told)).add_sockets(sockets)
        print(f"Mở trang tại / the page is at {self.address()}", flush=True)
        self.ioloop = tornado.ioloop.IOLoop.current()
        try:
            self.ioloop.start()
        except KeyboardInterrupt:
            self.log.info("Stopping...")
        finally:
            self.stop()

    def audit(self) -> None:
        """Try the attacks of the list on this very application over a loopback port of its own; PublishError names what stands open."""
        from forecast.publish.serving import attacker, audit

        [door] = netutil.bind_sockets(0, "127.0.0.1")
        apart = connections.server(self.app, self.told, None)
        apart.add_socket(door)
        target = attacker.Target(door.getsockname()[1], self.base_url, self.told, self.identity_provider.enter_guest, [])
        told = tornado.ioloop.IOLoop.current().run_sync(lambda: asyncio.to_thread(audit.run, target))
        apart.stop()
        self.identity_provider.guests.clear()
        for name, wrong in told:
            print(f"{'✕' if wrong else '✓'} {name}{': ' + wrong if wrong else ''}", flush=True)
        if wrong := [f"{name} ({reason})" for name, reason in told if reason]:
            raise PublishError(f"Không mở cửa, tự kiểm thấy: {'; '.join(wrong)}.", f"Not opened, the audit found: {'; '.join(wrong)}.")

    def address(self) -> str:
        """Where a browser finds the pages."""
        serve = self.told.serve
        if serve.socket:
            return f"{serve.socket} ({self.base_url})"
        host = serve.hosts[0] if serve.hosts and not serve.trusted_proxies else f"[{self.ip}]" if ":" in self.ip else self.ip
        return f"{'https' if serve.certificate else 'http'}://{host}:{self.port}{self.base_url}"


def tls(told: Installation) -> ssl.SSLContext | None:
    """The TLS of this installation; None where there is none, PublishError where its files cannot be used."""
    certificate, key = told.path(told.serve.certificate), told.path(told.serve.key)
    if certificate is None or key is None:
        return None
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.minimum_version = ssl.TLSVersion.TLSv1_2
    try:
        context.load_cert_chain(certificate, key)
    except (OSError, ssl.SSLError) as error:
        raise PublishError(
            f"Không dùng được chứng thư {certificate} và khóa {key} ({error}).", f"Certificate {certificate} and key {key} cannot be used ({error})."
        ) from None
    return context


def _exporter(**values: Any) -> VoilaExporter:
    """The library's exporter of a server, made once: it makes one for each page, which compiles every template anew."""
    if (store := values["contents_manager"]) not in _exporters:
        _exporters[store] = VoilaExporter(**values)
    return _exporters[store]


def _log_request(handler: web.RequestHandler) -> None:
    """One line for what failed; a good answer leaves none."""
    status = handler.get_status()
    if status >= 400:
        shell.LOG.warning("%d %s %s", status, handler.request.method, handler.request.path[:200])


def _is_closed(entry: tuple) -> bool:
    return issubclass(entry[1], VoilaTreeHandler) or any(f"/voila/{name}" in entry[0] or f"/api/{name}" in entry[0] for name in CLOSED)


def _narrowed(entry: tuple, names: str) -> tuple:
    path, handler, *rest = entry
    if handler is VoilaShutdownKernelHandler:
        return (path, EndHandler, *rest)
    return (path.replace("(.*)", rf"((?:{names})\.ipynb)"), AppHandler, *rest) if path.endswith(RENDER) else entry
