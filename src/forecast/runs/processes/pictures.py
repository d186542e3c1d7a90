"""Vega-Lite to SVG or PNG in a process that the runs of a plan share, or the kernels of a server: the drawing engine takes
half a second to start and 45 MB.

A drawing is a pure function of its specification, so nothing passes from one run to another; only the engine's running
numbers do, which `own_ids` takes out. Where no such process answers, each draws for itself, to the same bytes.
"""

from __future__ import annotations

import contextlib
import hashlib
import json
import os
import re
import select
import shutil
import socket
import subprocess
import sys
from collections.abc import Iterator, Mapping
from concurrent.futures import Future, ThreadPoolExecutor
from functools import cache
from pathlib import Path
from typing import Any

from forecast.runs.processes import warm

SOCKET = "FORECAST_DRAWING"  # the environment variable that names the shared process
ANSWER_SECONDS = 20.0
MOST_BYTES = 64 * 1024 * 1024
_HEAD = 8  # bytes that hold the length of a message
_REFERENCE = re.compile(r'(\bid="|url\(#|href="#)([^")]+)')


def svg(specification: Mapping[str, Any], version: str) -> str:
    """The Vega-Lite specification as SVG text; `version` is Vega-Lite's, as '6.1'."""
    return own_ids(_picture(specification, version, "svg").decode())


def later(specification: Mapping[str, Any], version: str) -> Future[str]:
    """The same, drawn while whoever asks goes on; in the order asked for."""
    return _beside().submit(svg, specification, version)


@cache
def _beside() -> ThreadPoolExecutor:
    return ThreadPoolExecutor(1, thread_name_prefix="drawing")


@contextlib.contextmanager
def lent() -> Iterator[None]:
    """Another process draws for this one meanwhile, where none does yet and one can be started."""
    if os.environ.get(SOCKET):
        yield
        return
    folder = warm.own_folder()
    try:
        with started(folder / "d", dict(os.environ)) as pen:
            os.environ[SOCKET] = str(pen or "")
            yield
    finally:
        os.environ.pop(SOCKET, None)
        shutil.rmtree(folder, ignore_errors=True)


def png(specification: Mapping[str, Any], version: str) -> bytes:
    """The same as a PNG picture, twice as large as on the screen."""
    return _picture(specification, version, "png")


def shared() -> bool:
    """Whether a process that others share draws for this one."""
    return bool(_asked(os.environ.get(SOCKET, ""), {"specification": {"mark": "point"}, "version": "", "kind": "svg"}))


def _picture(specification: Mapping[str, Any], version: str, kind: str) -> bytes:
    asked = {"specification": dict(specification), "version": version, "kind": kind}
    return _asked(os.environ.get(SOCKET, ""), asked) or _drawn(**asked)


def own_ids(drawn: str) -> str:
    """The SVG with ids of its own, made from its content, instead of the engine's running numbers."""
    found = dict.fromkeys(match[2] for match in _REFERENCE.finditer(drawn) if match[1] == 'id="')
    if not found:
        return drawn
    numbers = {old: str(number) for number, old in enumerate(found)}
    bare = _REFERENCE.sub(lambda match: match[1] + numbers.get(match[2], match[2]), drawn)
    own = "d" + hashlib.sha256(bare.encode()).hexdigest()[:10]
    named = {old: f"{own}-{number}" for old, number in numbers.items()}
    return _REFERENCE.sub(lambda match: match[1] + named.get(match[2], match[2]), drawn)


@contextlib.contextmanager
def started(path: Path, environment: Mapping[str, str]) -> Iterator[Path | None]:
    """The socket of a drawing process; None where there can be none. It ends with its owner."""
    if not hasattr(socket, "AF_UNIX"):
        yield None
        return
    with socket.socket(socket.AF_UNIX, socket.SOCK_STREAM) as listener:
        try:
            listener.bind(str(path))
        except OSError:
            yield None
            return
        listener.listen(64)
        process = subprocess.Popen(
            [sys.executable, "-P", "-m", "forecast.runs.processes.pictures", str(listener.fileno())],
            stdin=subprocess.PIPE,
            stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL,
            pass_fds=[listener.fileno()],
            env=dict(environment),
            start_new_session=True,
        )
    try:
        yield path
    finally:
        process.stdin.close()
        warm.kill_tree(process.pid)
        process.wait()


def main() -> None:
    """Draw what is asked on the socket named on the command line until standard input is closed."""
    listener = socket.socket(fileno=int(sys.argv[1]))
    with contextlib.suppress(Exception):
        _drawn({"mark": "point"}, "", "svg")
    while True:
        ready = select.select([0, listener], [], [])[0]
        if 0 in ready and not os.read(0, 1):
            os._exit(0)
        if listener in ready:
            channel, _ = listener.accept()
            with channel, contextlib.suppress(OSError, ValueError):
                channel.settimeout(ANSWER_SECONDS)
                asked = json.loads(_read(channel))
                _write(channel, _answer(asked))


def _answer(asked: Mapping[str, Any]) -> bytes:
    try:
        return _drawn(**asked)
    except Exception:  # whoever asked draws it itself and meets the error
        return b""


def _asked(path: str, asked: Mapping[str, Any]) -> bytes:
    """What the shared process drew; nothing when it does not answer."""
    if not path:
        return b""
    with contextlib.suppress(OSError, ValueError), socket.socket(socket.AF_UNIX, socket.SOCK_STREAM) as channel:
        channel.settimeout(ANSWER_SECONDS)
        channel.connect(path)
        _write(channel, json.dumps(asked).encode())
        return _read(channel)
    return b""


def _drawn(specification: dict[str, Any], version: str, kind: str) -> bytes:
    import vl_convert

    chosen = {"vl_version": version} if version else {}
    if kind == "png":
        return vl_convert.vegalite_to_png(specification, scale=2, **chosen)
    return vl_convert.vegalite_to_svg(specification, **chosen).encode()


def _write(channel: socket.socket, content: bytes) -> None:
    channel.sendall(len(content).to_bytes(_HEAD, "big") + content)


def _read(channel: socket.socket) -> bytes:
    """One message; ValueError when it is cut off or too long."""
    with channel.makefile("rb") as stream:
        length = int.from_bytes(stream.read(_HEAD), "big")
        content = stream.read(length) if length <= MOST_BYTES else b""
    if len(content) != length:
        raise ValueError("a message was cut off")
    return content


if __name__ == "__main__":
    main()
