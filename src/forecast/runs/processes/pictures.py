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
import socket
import sys
from collections.abc import Iterator, Mapping
from concurrent.futures import Future, ThreadPoolExecutor
from contextlib import AbstractContextManager
from functools import cache, lru_cache
from multiprocessing.connection import Client, Connection
from pathlib import Path
from typing import Any

from forecast.domain import Text
from forecast.runs.processes import owned

SOCKET = "FORECAST_DRAWING"  # the environment variable that names the shared process
ANSWER_SECONDS = 20.0
MOST_BYTES = 64 * 1024 * 1024
_CUT_OFF = (OSError, EOFError, ValueError)  # of a message
_UNDRAWN = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\ud800-\udfff\ufdd0-\ufdef\ufffe\uffff]")
_STROKED = re.compile(r'<text(?=[^>]* stroke=")')  # its letters are drawn over its stroke, not under it
_REFERENCE = re.compile(r'(\bid="|url\(#|href="#)([^")]+)')


def capped() -> Text | None:
    """Why no chart can be drawn here: the engine reserves more addresses than any limit on them leaves (seen at 32 GB)."""
    with contextlib.suppress(ImportError, AttributeError):
        import resource

        most = resource.getrlimit(resource.RLIMIT_AS)[0]
        if most != resource.RLIM_INFINITY:
            return Text(
                f"Máy giới hạn vùng địa chỉ của tiến trình (ulimit -v, {most / 2**30:.0f} GB): bộ vẽ biểu đồ không chạy được. "
                "Hãy bỏ giới hạn này (ulimit -v unlimited); bộ nhớ thật của mỗi lượt chạy đã có giới hạn riêng.",
                f"The address space of processes is limited here (ulimit -v, {most / 2**30:.0f} GB): charts cannot be drawn. "
                "Lift the limit (ulimit -v unlimited); the real memory of each run has a limit of its own.",
            )
    return None


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
    with contextlib.ExitStack() as own:
        os.environ[SOCKET] = str(owned.lent(own, "drawing", (), lambda path: started(path, dict(os.environ))) or "")
        try:
            yield
        finally:
            os.environ.pop(SOCKET, None)


def png(specification: Mapping[str, Any], version: str) -> bytes:
    """The same as a PNG picture, twice as large as on the screen."""
    return _picture(specification, version, "png")


def shared() -> bool:
    """Whether a process that others share draws for this one."""
    return bool(_asked(os.environ.get(SOCKET, ""), {"specification": {"mark": "point"}, "version": "", "kind": "svg"}))


def _picture(specification: Mapping[str, Any], version: str, kind: str) -> bytes:
    asked: dict[str, Any] = {"specification": dict(specification), "version": version, "kind": kind}
    return _asked(os.environ.get(SOCKET, ""), asked) or _drawn(**asked)


def own_ids(drawn: str) -> str:
    """The SVG with ids of its own, made from its content, instead of the engine's running numbers."""
    ids = dict.fromkeys(match[2] for match in _REFERENCE.finditer(drawn) if match[1] == 'id="')
    if not ids:
        return drawn
    numbers = {old: str(number) for number, old in enumerate(ids)}
    bare = _REFERENCE.sub(lambda match: match[1] + numbers.get(match[2], match[2]), drawn)
    own = "d" + hashlib.sha256(bare.encode()).hexdigest()[:10]
    named = {old: f"{own}-{number}" for old, number in numbers.items()}
    return _REFERENCE.sub(lambda match: match[1] + named.get(match[2], match[2]), drawn)


def start(path: Path, environment: Mapping[str, str]) -> owned.Owned:
    """Start a drawing process that answers on the socket `path`; OSError where there can be none."""
    return owned.start("forecast.runs.processes.pictures", path, environment)


def started(path: Path, environment: Mapping[str, str]) -> AbstractContextManager[Path | None]:
    """The socket of a drawing process while the block lasts; None where there can be none."""
    return owned.started(start, path, environment)


def main() -> None:
    """Draw what is asked on the socket named on the command line until standard input is closed."""
    listener = socket.socket(fileno=int(sys.argv[1]))
    with contextlib.suppress(Exception):
        _drawn({"mark": "point"}, "", "svg")
    while True:
        ready = select.select([0, listener.fileno()], [], [])[0]
        if 0 in ready and not os.read(0, 1):
            os._exit(0)
        if listener.fileno() in ready:
            with contextlib.suppress(*_CUT_OFF), Connection(listener.accept()[0].detach()) as channel:
                if channel.poll(ANSWER_SECONDS):
                    channel.send_bytes(_answer(json.loads(channel.recv_bytes(MOST_BYTES))))


def _answer(asked: Mapping[str, Any]) -> bytes:
    try:
        return _drawn(**asked)
    except Exception:  # whoever asked draws it itself and meets the error
        return b""


def _asked(path: str, asked: Mapping[str, Any]) -> bytes:
    """What the shared process drew; nothing when it does not answer."""
    if path:
        with contextlib.suppress(*_CUT_OFF), Client(path, family="AF_UNIX") as channel:
            channel.send_bytes(json.dumps(asked).encode())
            if channel.poll(ANSWER_SECONDS):
                return channel.recv_bytes(MOST_BYTES)
    return b""


def _shown(value: Any) -> Any:
    """A specification whose texts hold only letters the engine can draw: others end its process."""
    if isinstance(value, str):
        return _UNDRAWN.sub("\ufffd", value)
    if isinstance(value, Mapping):
        return {_shown(key): _shown(part) for key, part in value.items()}
    return [_shown(part) for part in value] if isinstance(value, list | tuple) else value


@cache
def _engine() -> Any:
    """The drawing engine with the font of our charts: a machine without fonts draws the same picture."""
    import vl_convert

    vl_convert.register_font_directory(str(Path(__file__).parent / "fonts"))
    return vl_convert


def _drawn(specification: dict[str, Any], version: str, kind: str) -> bytes:
    drawing = _drawing(json.dumps(_shown(specification)), version)
    return _engine().svg_to_png(drawing, scale=2) if kind == "png" else drawing.encode()


@lru_cache(maxsize=1)  # the PNG of a chart is asked for after its SVG
def _drawing(specification: str, version: str) -> str:
    return _STROKED.sub('<text paint-order="stroke"', _engine().vegalite_to_svg(json.loads(specification), vl_version=version or None))


if __name__ == "__main__":
    main()
