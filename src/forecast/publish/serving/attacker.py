"""How the audit asks: plain requests, websockets and bare connections to one application."""

from __future__ import annotations

import asyncio
import contextlib
import http.client
import json
import socket
import time
import uuid
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from tornado.httpclient import HTTPClientError, HTTPRequest
from tornado.websocket import websocket_connect

APP = "voila/render/kich_ban.ipynb"
ANSWER_SECONDS = 30.0


@dataclass
class Target:
    """What is attacked: port and path of the application, its own name, and how to get a visitor in (role -> cookie)."""

    port: int
    base: str
    told: Any
    enter: Callable[[str], str]
    halves: list[socket.socket]

    def ask(self, path: str, method: str = "GET", body: bytes | None = None, **headers: str) -> tuple[int, Mapping[str, str], str]:
        """(status, headers, text) of a request; status 0 where the connection was ended."""
        connection = http.client.HTTPConnection("127.0.0.1", self.port, timeout=ANSWER_SECONDS)
        try:
            given = {"Host": "localhost", **{name.replace("_", "-"): text for name, text in headers.items()}}
            connection.request(method, path if path.startswith("//") else self.base + path, body, given)
            answer = connection.getresponse()
            return answer.status, dict(answer.getheaders()), answer.read().decode("utf-8", "replace")
        except (OSError, http.client.HTTPException):
            return 0, {}, ""
        finally:
            connection.close()

    def kernel(self, cookie: str) -> str:
        """The kernel of a visitor who opens the app; empty where it was not opened."""
        text = self.ask(APP, Cookie=cookie)[2]
        return text.partition('data-kernel="')[2].partition('"')[0]

    def channels(self, kernel: str, cookie: str, **headers: str) -> HTTPRequest:
        """The request for a kernel's socket."""
        address = f"ws://127.0.0.1:{self.port}{self.base}api/kernels/{kernel}/channels"
        return HTTPRequest(address, headers={"Host": "localhost", "Cookie": cookie, **headers}, request_timeout=ANSWER_SECONDS)


def message(kind: str, content: Mapping[str, Any], channel: str = "shell") -> str:
    """A message as a page sends it to a kernel."""
    head = {"msg_id": uuid.uuid4().hex, "msg_type": kind, "username": "", "session": uuid.uuid4().hex, "version": "5.3", "date": ""}
    return json.dumps({"channel": channel, "header": head, "parent_header": {}, "metadata": {}, "content": content, "buffers": []})


async def heard(where: HTTPRequest, sent: Sequence[str | bytes], answers: int = 0, until_closed: bool = False) -> list[Any]:
    """What a socket says after these messages; None last where it was closed."""
    protocols = [protocol] if (protocol := where.headers.pop("Sec-WebSocket-Protocol", None)) else None
    channel, heard = await websocket_connect(where, subprotocols=protocols), []
    try:
        for frame in sent:
            await channel.write_message(frame, binary=isinstance(frame, bytes))
        counted = answers > 0
        until = time.monotonic() + (ANSWER_SECONDS if answers or until_closed else 3.0)
        while time.monotonic() < until:
            with contextlib.suppress(asyncio.TimeoutError):
                heard.append(await asyncio.wait_for(channel.read_message(), 0.5))
                answers -= is_answer(heard[-1])
                if heard[-1] is None or (counted and answers <= 0):
                    break
    except Exception:
        heard.append(None)
    finally:
        channel.close()
    return heard


def is_answer(text: Any) -> bool:
    """Whether a frame is an answer of the app."""
    return isinstance(text, str) and json.loads(text)["msg_type"] == "comm_msg"


async def status(where: HTTPRequest) -> int:
    """101 where a socket opens, else the refusal's status."""
    try:
        (await websocket_connect(where)).close()
        return 101
    except HTTPClientError as refused:
        return refused.code
    except OSError:
        return 0


@contextlib.contextmanager
def connected(target: Target) -> Iterator[socket.socket]:
    """A bare connection."""
    with socket.create_connection(("127.0.0.1", target.port), ANSWER_SECONDS) as door:
        yield door


def ended(door: socket.socket, seconds: float) -> bool:
    """Whether the other side answers with a refusal or ends the connection in time."""
    door.settimeout(seconds)
    try:
        answer = door.recv(65536)
        return not answer or answer.split(b" ", 2)[1:2] in ([b"400"], [b"413"], [b"403"], [b"405"])
    except TimeoutError:
        return False
    except OSError:
        return True
