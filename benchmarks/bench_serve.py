"""The server as others meet it: every known attack, roles at every door, and visitors who come over a minute, again and again.

`python benchmarks/bench_serve.py [--quick]`. The real server in a process of its own on loopback, with a password list in a folder
that is a copy of the project's figures and what is published (`make run` first). Each visitor opens the page and "Kịch bản", asks one
question over the socket and leaves. Wall times on a machine that may be shared.
"""

from __future__ import annotations

import asyncio
import json
import os
import shutil
import signal
import statistics
import subprocess
import sys
import tempfile
import time
import urllib.request
import uuid
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import psutil
from apps_advisers import private_mb
from tornado.httpclient import AsyncHTTPClient, HTTPRequest
from tornado.websocket import websocket_connect

from forecast.files import find_root
from forecast.publish.advisers.questions import OPENING

VISITORS, SPAN, CROWDS = 200, 60.0, 3
APP = "voila/render/kich_ban.ipynb"
TOLD = '[login]\nway = "{way}"\n[serve]\nallow_root = true\n[limits]\nrequest_seconds = 5\n'


@contextmanager
def served(root: Path, log: Path, *options: str) -> Iterator[tuple[psutil.Process, str]]:
    """`forecast serve` with these options, once it says where it answers; its process and address."""
    import socket

    with socket.socket() as trial:
        trial.bind(("127.0.0.1", 0))
        port = trial.getsockname()[1]
    command = [sys.executable, "-m", "forecast", "serve", "--port", str(port), *options]
    with log.open("w", encoding="utf-8") as stream:
        process = subprocess.Popen(command, env=os.environ | {"FORECAST_HOME": str(root)}, stdout=stream, stderr=stream)
        try:
            until = time.monotonic() + 300
            while "Mở trang tại" not in log.read_text("utf-8") and process.poll() is None and time.monotonic() < until:
                time.sleep(0.2)
            yield psutil.Process(process.pid), f"http://127.0.0.1:{port}/"
        finally:
            process.send_signal(signal.SIGTERM)
            process.wait(60)


async def visit(client: AsyncHTTPClient, address: str, delay: float) -> tuple[str, float]:
    """One visitor who comes after `delay` seconds: what went wrong (empty: nothing), seconds from opening the app to the answer."""
    await asyncio.sleep(delay)
    try:
        board = await client.fetch(address, request_timeout=120)
        cookie = board.headers["Set-Cookie"].split(";")[0]
        begun = time.monotonic()
        app = (await client.fetch(address + APP, headers={"Cookie": cookie}, request_timeout=120)).body.decode()
        kernel = app.partition('data-kernel="')[2].partition('"')[0]
        where = f"{address.replace('http', 'ws', 1)}api/kernels/{kernel}/channels"
        channel = await websocket_connect(HTTPRequest(where, headers={"Cookie": cookie}))
        comm = uuid.uuid4().hex
        for kind, content in (
            ("comm_open", {"comm_id": comm, "target_name": "kich_ban", "data": {}}),
            ("comm_msg", {"comm_id": comm, "data": {"ask": "cards", "number": 7, "state": OPENING}}),
        ):
            head = {"msg_id": uuid.uuid4().hex, "msg_type": kind, "username": "", "session": comm, "version": "5.3", "date": ""}
            await channel.write_message(json.dumps({"channel": "shell", "header": head, "parent_header": {}, "metadata": {}, "content": content}))
        while (text := await asyncio.wait_for(channel.read_message(), 60)) is not None:
            told = json.loads(text) if isinstance(text, str) else {}
            if told.get("msg_type") == "comm_msg":
                took = time.monotonic() - begun
                channel.close()
                answer = told["content"]["data"]
                return ("" if answer.get("number") == 7 and "parts" in answer else f"wrong answer: {str(answer)[:80]}"), took
        return "cut off", 0.0
    except Exception as error:
        return f"{type(error).__name__} {error}"[:80], 0.0


async def crowd(address: str, visitors: int, span: float) -> list[tuple[str, float]]:
    """That many visitors, evenly over `span` seconds."""
    client = AsyncHTTPClient(force_instance=True, max_clients=400)
    return await asyncio.gather(*(visit(client, address, span * number / visitors) for number in range(visitors)))


def state_of(process: psutil.Process) -> tuple[int, float, int]:
    """Kernels, MB of all its processes, and descriptors of the server."""
    forked = [child for child in process.children() if "forking" in " ".join(child.cmdline())]
    kernels = sum(len(child.children()) for child in forked)
    return kernels, sum(private_mb(one.pid) for one in [process, *process.children(recursive=True)]), process.num_fds()


def crowds(root: Path, folder: Path, visitors: int, span: float, times: int) -> Iterator[str]:
    """What each crowd met, and what the server held a minute later."""
    with served(root, folder / "crowds.log") as (process, address):
        asyncio.run(crowd(address, 3, 1.0))
        time.sleep(80)
        first = state_of(process)
        yield f"at rest: kernels, MB, descriptors: {first[0]}, {first[1]:.0f}, {first[2]}"
        for number in range(1, times + 1):
            met = asyncio.run(crowd(address, visitors, span))
            took, wrong = sorted(seconds for problem, seconds in met if not problem), [problem for problem, _ in met if problem]
            late = statistics.quantiles(took, n=20)[-1] if len(took) > 1 else float("nan")
            time.sleep(80)
            held = state_of(process)
            yield (
                f"crowd {number}: {len(took)} of {visitors} served, first answer median {statistics.median(took):.2f} s, p95 {late:.2f} s;"
                f" 80 s later {held[0]} kernels, {held[1]:.0f} MB, {held[2]} descriptors {wrong[:2] or ''}"
            )
        for _ in range(1000):
            urllib.request.urlopen(address, timeout=30).close()
        kernels, _, descriptors = state_of(process)
        yield f"1,000 plain GETs: {kernels} kernels, {descriptors} descriptors"


def main() -> None:
    """Print what was met, a line each."""
    quick, source = "--quick" in sys.argv, find_root()
    with tempfile.TemporaryDirectory() as scratch:
        folder = Path(scratch)
        root = folder / "root"
        for name in ("data", "notebooks/apps", "parameterized_runs"):
            shutil.copytree(source / name, root / name, ignore=shutil.ignore_patterns(".*"))
        for way in ("none", "password"):
            (root / "forecast.toml").write_text(TOLD.format(way=way), "utf-8")
            with served(root, folder / f"{way}.log", "--audit"):
                pass
            lines = (folder / f"{way}.log").read_text("utf-8").splitlines()
            tried = [line for line in lines if line[:1] in "✓✕" and line]
            print(f"audit, login {way}: {sum(line[0] == '✓' for line in tried)} of {len(tried)} kinds of attack closed")
            print(*(line for line in tried if line[0] == "✕"), sep="\n")
        (root / "forecast.toml").unlink()
        for line in crowds(root, folder, *((20, 10.0, 1) if quick else (VISITORS, SPAN, CROWDS))):
            print(line, flush=True)


if __name__ == "__main__":
    main()
