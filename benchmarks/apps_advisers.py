"""The advisers' app under Voila: first cards, what a visitor's kernel holds, many visitors at once."""

from __future__ import annotations

import asyncio
import contextlib
import json
import re
import statistics
import sys
import time
import uuid
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any

import psutil
from tornado.httpclient import AsyncHTTPClient, HTTPRequest
from tornado.websocket import websocket_connect

from forecast.publish.advisers import questions
from forecast.publish.advisers.app import CHANNEL

APP = "voila/render/kich_ban.ipynb"
REGISTER = "voila/render/so_lieu.ipynb"
CARDS, CHARTS, ROWS = "#part-cards .big", "#part-compare svg", ".figures tbody tr"
_KERNEL = re.compile(r'data-kernel="([0-9a-f-]+)"')


def measured(browser: Any, address: str, opened: Callable[..., float], repeats: int, outside: list[str], process: int) -> dict[str, Any]:
    """Seconds to the first cards and charts, for the first visitor and later ones; private memory of a kernel that drew all of it."""
    figures = {"adviser_first": opened(browser, address + APP, CARDS, outside)}
    figures["adviser_warm"] = statistics.median(opened(browser, address + APP, CARDS, outside) for _ in range(repeats))
    figures["charts_warm"] = statistics.median(opened(browser, address + APP, CHARTS, outside) for _ in range(3))
    figures["adviser_memory"] = max(held(process))
    figures["register_first"] = opened(browser, address + REGISTER, ROWS, outside)
    figures["register_warm"] = statistics.median(opened(browser, address + REGISTER, ROWS, outside) for _ in range(repeats))
    return figures


def held(server: int) -> list[float]:
    """Private memory in MB of each kernel of a server: the children of the process they are forked from."""
    parents = [child for child in psutil.Process(server).children() if "forecast.runs.processes.forking" in child.cmdline()]
    sizes = []
    for kernel in [child for parent in parents for child in parent.children()]:
        with contextlib.suppress(OSError, psutil.Error):  # it has just ended
            sizes.append(private_mb(kernel.pid))
    return sizes


def private_mb(pid: int) -> float:
    """Private memory of a process in MB: pages no other process shares."""
    lines = Path(f"/proc/{pid}/smaps_rollup").read_text().splitlines()
    return sum(int(line.split()[1]) for line in lines if line.startswith("Private")) / 1024


def crowd(address: str, visitors: int, span: float) -> list[float]:
    """Seconds from asking for the page to its first cards, for each of many who come within `span` seconds; infinite where refused.

    Each has a kernel of its own, which stays to the end.
    """
    with ThreadPoolExecutor(1) as pool:  # the browser holds this thread's event loop
        return pool.submit(asyncio.run, _crowd(address, visitors, span)).result()


async def _crowd(address: str, visitors: int, span: float) -> list[float]:
    AsyncHTTPClient.configure(None, max_clients=visitors)
    stays: list[Any] = []

    async def first_cards(visitor: int) -> float:
        await asyncio.sleep(span * visitor / visitors)
        start = time.perf_counter()
        try:
            return await asyncio.wait_for(_visit(address, stays), 60) - start
        except Exception as problem:  # refused, or no answer in time
            print(f"visitor {visitor}: {problem!r}", file=sys.stderr)
            return float("inf")

    seconds = await asyncio.gather(*map(first_cards, range(visitors)))
    for socket in stays:
        socket.close()
    return seconds


async def _visit(address: str, stays: list[Any]) -> float:
    """The moment at which the cards were received."""
    answer = await AsyncHTTPClient().fetch(address + APP, request_timeout=60)
    cookie = "; ".join(line.split(";")[0] for line in answer.headers.get_list("Set-Cookie"))  # by which the kernel knows its visitor
    where = f"{address.replace('http', 'ws', 1)}api/kernels/{_KERNEL.search(answer.body.decode())[1]}/channels"
    socket = await websocket_connect(HTTPRequest(where, headers={"Cookie": cookie}))
    stays.append(socket)
    comm, session = uuid.uuid4().hex, uuid.uuid4().hex

    async def post(kind: str, content: dict[str, Any]) -> None:
        head = {"msg_id": uuid.uuid4().hex, "msg_type": kind, "username": "", "session": session, "version": "5.3", "date": ""}
        message = {"channel": "shell", "header": head, "parent_header": {}, "metadata": {}, "buffers": [], "content": content}
        await socket.write_message(json.dumps(message))

    await post("comm_open", {"comm_id": comm, "target_name": CHANNEL, "data": {}})
    for number, ask in enumerate(("ground", "cards")):
        await post("comm_msg", {"comm_id": comm, "data": {"ask": ask, "number": number, "state": questions.OPENING}})
    while True:
        received = json.loads(await socket.read_message())
        if received["msg_type"] == "comm_msg" and "cards" in received["content"]["data"].get("parts", {}):
            return time.perf_counter()
