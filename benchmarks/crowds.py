"""Visitors of the real server who come over a minute, what is killed meanwhile, and what the server holds afterwards."""

from __future__ import annotations

import asyncio
import contextlib
import json
import os
import random
import signal
import socket
import subprocess
import sys
import time
import uuid
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path

import psutil
from tornado.httpclient import AsyncHTTPClient, HTTPRequest
from tornado.websocket import WebSocketClientConnection, websocket_connect

from forecast import files
from forecast.publish.advisers.questions import OPENING

APP = "voila/render/kich_ban.ipynb"
SECONDS = 120  # a visitor's patience
OURS = ("forecast.runs.processes.forking", "forecast.runs.processes.pictures")


@contextmanager
def served(root: Path, log: Path, *options: str, cwd: Path | None = None, **extra: str) -> Iterator[tuple[psutil.Process, str]]:
    """`python -I -m forecast serve` of this very code with these options, once it says where it answers or has ended; its process and address."""
    with socket.socket() as trial:
        trial.bind(("127.0.0.1", 0))
        port = trial.getsockname()[1]
    code = "import sys; sys.path.insert(0, sys.argv.pop(1)); from forecast.cli.main import main; raise SystemExit(main())"
    command = [sys.executable, "-I", "-X", "utf8", "-c", code, str(files.PACKAGE.parent), "serve", "--port", str(port), *options]
    with log.open("w", encoding="utf-8") as stream:
        told = os.environ | {"FORECAST_HOME": str(root)} | extra
        process = subprocess.Popen(command, cwd=cwd, env=told, stdout=stream, stderr=stream)
        try:
            until = time.monotonic() + 300
            while "Mở trang tại" not in log.read_text("utf-8") and process.poll() is None and time.monotonic() < until:
                time.sleep(0.2)
            yield psutil.Process(process.pid), f"http://127.0.0.1:{port}/"
        finally:
            process.send_signal(signal.SIGTERM)
            process.wait(60)


@dataclass
class Met:
    """What a crowd met: seconds to the first answer, at once and with reloads, times cut off, problems; most kernels at once, kernels killed."""

    first: list[float] = field(default_factory=list)
    again: list[float] = field(default_factory=list)
    cut_off: int = 0
    wrong: list[str] = field(default_factory=list)
    kernels: int = 0
    killed: int = 0

    def late(self) -> float:
        """The 95th percentile of the seconds to the first answer, reloads counted."""
        took = sorted([*self.first, *self.again])
        return took[min(len(took) - 1, round(0.95 * len(took)))] if took else float("inf")


async def cookie_of(client: AsyncHTTPClient, address: str) -> str:
    """What the server knows a visitor by, given with the board."""
    board = await client.fetch(address, request_timeout=SECONDS)
    return board.headers["Set-Cookie"].split(";")[0]


async def opened(client: AsyncHTTPClient, address: str, cookie: str) -> WebSocketClientConnection:
    """The app's page with its kernel, and the socket to it."""
    app = (await client.fetch(address + APP, headers={"Cookie": cookie}, request_timeout=SECONDS)).body.decode()
    kernel = app.partition('data-kernel="')[2].partition('"')[0]
    where = f"{address.replace('http', 'ws', 1)}api/kernels/{kernel}/channels"
    return await websocket_connect(HTTPRequest(where, headers={"Cookie": cookie}, request_timeout=SECONDS))


async def answered(channel: WebSocketClientConnection) -> str:
    """Ask for cards that the page did not open with; what was wrong with the answer, an empty text where nothing was."""
    comm = uuid.uuid4().hex
    opening = {"comm_id": comm, "target_name": "kich_ban", "data": {}}
    asked = {"comm_id": comm, "data": {"ask": "cards", "number": 7, "state": OPENING | {"compare": ["baseline", "cautious"]}}}
    for kind, content in (("comm_open", opening), ("comm_msg", asked)):
        head = {"msg_id": uuid.uuid4().hex, "msg_type": kind, "username": "", "session": comm, "version": "5.3", "date": ""}
        await channel.write_message(json.dumps({"channel": "shell", "header": head, "parent_header": {}, "metadata": {}, "content": content}))
    until = time.monotonic() + SECONDS
    while (text := await asyncio.wait_for(channel.read_message(), until - time.monotonic())) is not None:
        told = json.loads(text) if isinstance(text, str) else {}
        if told.get("msg_type") == "status" and told["content"].get("execution_state") in ("dead", "restarting", "autorestarting"):
            raise ConnectionError("the kernel died")
        if told.get("msg_type") == "comm_msg":
            answer = told["content"]["data"]
            return "" if answer.get("number") == 7 and "parts" in answer else f"wrong answer: {str(answer)[:80]}"
    raise ConnectionError("cut off")


async def visit(client: AsyncHTTPClient, address: str, delay: float, met: Met) -> None:
    """One visitor who comes after `delay` seconds: page, app, one question; who is cut off or asked to wait loads the page again."""
    await asyncio.sleep(delay)
    begun, tries = time.monotonic(), 0
    try:
        cookie = await cookie_of(client, address)
        while True:
            tries += 1
            try:
                channel = await opened(client, address, cookie)
                try:
                    problem = await answered(channel)
                finally:
                    channel.close()
                break
            except Exception:
                if time.monotonic() - begun > SECONDS:
                    raise
                met.cut_off += 1
                await asyncio.sleep(1)
        (met.first if tries == 1 else met.again).append(time.monotonic() - begun)
        if problem:
            met.wrong.append(problem)
    except Exception as error:
        met.wrong.append(f"{type(error).__name__} {error}"[:80])


async def crowd(process: psutil.Process, address: str, visitors: int, span: float, kill: str = "") -> Met:
    """That many visitors, evenly over `span` seconds; `kill`: 'kernels' are killed at random meanwhile, or 'all', warm parent and drawing too."""
    client, met = AsyncHTTPClient(force_instance=True, max_clients=400), Met()
    watching = asyncio.ensure_future(_watch(process, met, kill, span))
    await asyncio.gather(*(visit(client, address, span * number / visitors, met) for number in range(visitors)))
    watching.cancel()
    with contextlib.suppress(asyncio.CancelledError):
        await watching
    return met


async def _watch(process: psutil.Process, met: Met, kill: str, span: float) -> None:
    """Count kernels; kill one every two thirds of a second, each of the helpers in turn."""
    chance, begun, helpers = random.Random(20261127), time.monotonic(), 0
    while True:
        kernels = await asyncio.to_thread(kernels_of, process)
        met.kernels = max(met.kernels, len(kernels))
        if kill and time.monotonic() - begun < span:
            _end(chance.choice(kernels) if kernels else None, met)
            if kill == "all" and time.monotonic() - begun > span * (helpers + 1) / (len(HELPERS) + 1):
                for helper in HELPERS[min(helpers, len(HELPERS) - 1)](process):
                    met.killed += len(_forked(helper))  # whose kernels end with it
                    _end(helper, met)
                helpers += 1
        await asyncio.sleep(0.65)


def _end(process: psutil.Process | None, met: Met) -> None:
    if process is not None:
        with contextlib.suppress(psutil.NoSuchProcess):
            process.kill()
            met.killed += 1


def helpers_of(process: psutil.Process, module: str) -> list[psutil.Process]:
    """The children of the server that run a module."""
    helpers = []
    for child in process.children():
        with contextlib.suppress(psutil.Error):
            if module in " ".join(child.cmdline()):
                helpers.append(child)
    return helpers


def family_of(process: psutil.Process) -> list[psutil.Process]:
    """The server and every process that it or those it started began, also one whose parent is gone: they share the start's environment."""
    mark, family = f"{files.HOME}={process.environ()[files.HOME]}".encode(), []
    for each in psutil.process_iter():
        with contextlib.suppress(OSError):
            family += [each] if mark in Path(f"/proc/{each.pid}/environ").read_bytes().split(b"\0") else []
    return family


def warm_parents(process: psutil.Process) -> list[psutil.Process]:
    """The processes that kernels are forked from; their standby and the kernels lead sessions of their own."""
    parents = []
    for each in family_of(process):
        with contextlib.suppress(psutil.Error, OSError):
            parents += [each] if OURS[0] in " ".join(each.cmdline()) and os.getsid(each.pid) != each.pid else []
    return parents


def kernels_of(process: psutil.Process) -> list[psutil.Process]:
    """The kernels the server runs, forked by its warm parents."""
    return [kernel for parent in warm_parents(process) for kernel in _forked(parent)]


def _forked(parent: psutil.Process) -> list[psutil.Process]:
    """The children of a warm parent: kernels, each with a session of its own."""
    kernels = []
    with contextlib.suppress(psutil.NoSuchProcess):
        for child in parent.children():
            with contextlib.suppress(psutil.NoSuchProcess, ProcessLookupError):
                kernels += [child] if child.status() != psutil.STATUS_ZOMBIE and os.getsid(child.pid) == child.pid else []
    return kernels


HELPERS: tuple[Callable[[psutil.Process], list[psutil.Process]], ...] = (  # killed in turn while visitors come
    warm_parents,
    lambda process: helpers_of(process, OURS[1]),  # drawing
    lambda process: helpers_of(process, OURS[0]),  # the standby
    warm_parents,
)


@dataclass(frozen=True)
class Held:
    """What a server holds: kernels, MB of all its processes (of pages shared after a fork each its part), descriptors of its own."""

    kernels: int
    memory: float
    descriptors: int


def held(process: psutil.Process) -> Held:
    """What the server holds now."""
    memory = 0.0
    for each in family_of(process):
        with contextlib.suppress(OSError):
            lines = Path(f"/proc/{each.pid}/smaps_rollup").read_text("utf-8").splitlines()
            memory += sum(int(line.split()[1]) for line in lines if line.startswith("Pss_Anon:")) / 1024
    return Held(len(kernels_of(process)), memory, process.num_fds())


async def plain(address: str, times: int) -> None:
    """Ask for the board that many times, twenty at once, as a browser does."""
    client = AsyncHTTPClient(force_instance=True, max_clients=20)
    for first in range(0, times, 200):
        asked = (client.fetch(address, headers={"Accept-Encoding": "gzip"}, decompress_response=False) for _ in range(min(200, times - first)))
        await asyncio.gather(*asked)


async def quick(address: str, times: int) -> None:
    """Open the app once, then its socket that many times, closed at once."""
    client = AsyncHTTPClient(force_instance=True)
    cookie = await cookie_of(client, address)
    channel = await opened(client, address, cookie)
    where, headers = str(channel.request.url).replace("http", "ws", 1), {"Cookie": cookie}
    for _ in range(times):
        (await websocket_connect(HTTPRequest(where, headers=headers))).close()
    channel.close()


def halves(address: str, number: int) -> list[socket.socket]:
    """That many connections with half a request each."""
    host, port = address.split("/")[2].split(":")
    doors = []
    for _ in range(number):
        door = socket.create_connection((host, int(port)), 10)
        door.sendall(b"GET / HTTP/1.1\r\nHost: loc")
        doors.append(door)
    return doors
