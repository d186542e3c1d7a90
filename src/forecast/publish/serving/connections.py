"""What comes in over a connection, bounded before anything parses it: how many, how slow, how large, and the frames of a kernel's socket."""

from __future__ import annotations

import ipaddress
import logging
import re
import time
from collections import deque
from typing import Any

from jupyter_server.services.kernels.connection.channels import ZMQChannelsWebsocketConnection
from tornado.httpserver import HTTPServer

from forecast.installation import Installation

V1 = "v1.kernel.websocket.jupyter.org"
MOST_PARTS = 64  # of a frame; a message has six and its buffers
LARGEST_FRAME = 256 * 1024
LARGEST_HEAD = 16 * 1024
UNSOUND = 1007  # the websocket's own number for a frame that makes no sense
SPARE = 128  # descriptors for files, logs and the event loop
EACH_KERNEL = 16  # descriptors a kernel and its page take here
MOST_LINES, SECONDS = 200, 10.0  # of the log
_ID = re.compile(r"\b[0-9a-f]{8}-[0-9a-f-]{24,27}\b")  # of a kernel or a session
# what the libraries warn of whenever an app is opened
_EVERY_VISIT = re.compile(r"is not trusted$|^No session ID specified$|^The websocket_ping_timeout ")
_QUERY = re.compile(r"(?<=[\w/.])\?[^\s'\")]+")
_ADDRESS = re.compile(r" \((?:\d{1,3}(?:\.\d{1,3}){3}|[0-9a-f:]{2,39}|@\w+)\)")


class BoundedServer(HTTPServer):
    """Tornado's server with as many connections as forecast.toml allows, together and for an address that is not a proxy's or ours."""

    def initialize(self, *values: Any, most: int = 1024, each: int = 256, free: tuple[str, ...] = (), **settings: Any) -> None:
        super().initialize(*values, **settings)
        self.most, self.each, self.free = most, each, [ipaddress.ip_network(text) for text in free]
        self.streams: dict[Any, str] = {}

    def handle_stream(self, stream: Any, address: Any) -> None:
        self.streams = {open_one: host for open_one, host in self.streams.items() if not open_one.closed()}
        host = address[0].split("%")[0] if isinstance(address, tuple) else ""
        counted = bool(host) and not any(ipaddress.ip_address(host) in network for network in self.free)
        if len(self.streams) >= self.most or (counted and list(self.streams.values()).count(host) >= self.each):
            stream.close()
            return
        self.streams[stream] = host
        super().handle_stream(stream, address)


def server(app: Any, told: Installation, tls: Any) -> BoundedServer:
    """The HTTP server for an application, bounded as this installation says."""
    limits = told.limits
    proxies = tuple(text for text in told.serve.trusted_proxies if not text.startswith("unix:"))
    return BoundedServer(
        app,
        ssl_options=tls,
        max_header_size=LARGEST_HEAD,
        max_body_size=limits.body_kb * 1024,
        idle_connection_timeout=limits.request_seconds,
        body_timeout=limits.request_seconds,
        most=min(limits.connections, room()[0]),
        each=limits.connections_per_address,
        free=("127.0.0.0/8", "::1/128", *proxies),
    )


def room() -> tuple[int, int]:
    """How many connections and kernels the descriptors of this process suffice for, once it may use all the system gives it."""
    try:
        import resource

        soft, hard = resource.getrlimit(resource.RLIMIT_NOFILE)
        wanted = 65536 if hard == resource.RLIM_INFINITY else min(hard, 65536)
        if soft < wanted:
            resource.setrlimit(resource.RLIMIT_NOFILE, (wanted, hard))
            soft = wanted
    except (ImportError, ValueError, OSError):
        soft = 1024
    left = max(soft - SPARE, 64)
    return left // 2, max(left // 2 // EACH_KERNEL, 1)


class CheckedFrames(ZMQChannelsWebsocketConnection):
    """A kernel's socket that looks at a frame's length fields before the library's parser does, and at who still may ask."""

    def handle_incoming_message(self, incoming_msg: Any) -> None:
        handler: Any = self.websocket_handler
        if not handler.identity_provider.still(handler):
            handler.close(1008, "session ended")
            return
        try:
            if not is_sound(incoming_msg, self.subprotocol):
                raise ValueError("length fields")
            super().handle_incoming_message(incoming_msg)
        except (ValueError, TypeError, KeyError, IndexError, AttributeError, RecursionError, AssertionError):
            self.log.warning("A frame that makes no sense; the connection ends.")
            handler.close(UNSOUND, "unsound frame")


def is_sound(frame: bytes | str, protocol: str | None) -> bool:
    """Whether a frame's own count and offsets lie within it, in order; text frames have none."""
    if len(frame) > LARGEST_FRAME:
        return False
    if isinstance(frame, str):
        return protocol != V1
    width, order, first = (8, "little", 1) if protocol == V1 else (4, "big", 1)
    count = int.from_bytes(frame[:width], order)  # type: ignore[arg-type]
    head = width * (count + 1)
    if not first <= count <= MOST_PARTS or head > len(frame) or (protocol == V1 and count < 6):
        return False
    offsets = [int.from_bytes(frame[width * part : width * (part + 1)], order) for part in range(1, count + 1)]  # type: ignore[arg-type]
    return offsets[0] == head and offsets == sorted(offsets) and offsets[-1] <= len(frame)


class QuietLog(logging.Filter):
    """No kernel ids, addresses of visitors or what they asked in the log, nothing of visits that went well, never more lines than a person reads."""

    def __init__(self) -> None:
        super().__init__()
        self.times: deque[float] = deque()
        self.dropped = 0

    def filter(self, record: logging.LogRecord) -> bool:
        if _EVERY_VISIT.search(record.getMessage()):
            return False
        now = time.monotonic()
        while self.times and now - self.times[0] > SECONDS:
            self.times.popleft()
        if len(self.times) >= MOST_LINES:
            self.dropped += 1
            return False
        text = _ADDRESS.sub("", _QUERY.sub("", _ID.sub("…", record.getMessage())))
        if self.dropped:
            text, self.dropped = f"({self.dropped} dòng bị bỏ / lines left out) {text}", 0
        record.msg, record.args = text[:2000], ()
        self.times.append(now)
        return True


def quieten(*loggers: logging.Logger) -> None:
    """Let every handler of these loggers write through one QuietLog."""
    quiet = QuietLog()
    if not logging.root.handlers:
        logging.basicConfig(format="%(message)s", level=logging.WARNING)
    for logger in loggers:
        for handler in logger.handlers:
            handler.addFilter(quiet)
