"""Processes of ours that answer on a socket in a private folder and end with their owner."""

from __future__ import annotations

import contextlib
import os
import shutil
import socket
import subprocess
import sys
import tempfile
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from contextlib import AbstractContextManager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import psutil

_LONGEST_PATH = 100  # of a socket
_KEPT: list[tuple[contextlib.ExitStack, dict[tuple[str, frozenset[str]], Path | None]]] = []  # sockets by name and modules
_SET_CHILD_SUBREAPER = 36  # of prctl(2), Linux 3.4 and later


@dataclass(frozen=True)
class Owned:
    """A process that was started and the socket it answers on."""

    process: subprocess.Popen
    socket: Path

    def alive(self) -> bool:
        return self.process.poll() is None

    def close(self) -> None:
        """End it: its standard input closes, as the system closes it when the owner dies; killed after 5 s."""
        if self.process.stdin:
            self.process.stdin.close()
        try:
            self.process.wait(5)
        except subprocess.TimeoutExpired:
            kill_tree(self.process.pid)
            self.process.wait()
        self.socket.unlink(missing_ok=True)


def start(
    module: str,
    path: Path,
    environment: Mapping[str, str],
    arguments: Sequence[str] = (),
    *,
    packets: bool = False,
    safe_path: bool = True,
) -> Owned:
    """Start `module` with the handle of a socket bound to `path` (of whole `packets`, else a stream) as its first argument.

    Returns at once: who connects early waits until it listens. `safe_path` is Python's -P. Raises OSError where it cannot be.
    """
    if not hasattr(socket, "AF_UNIX") or len(str(path)) > _LONGEST_PATH:
        raise OSError(f"no private sockets here, or the path is too long: {path}")
    with socket.socket(socket.AF_UNIX, socket.SOCK_SEQPACKET if packets else socket.SOCK_STREAM) as listener:
        listener.bind(str(path))
        listener.listen(64)
        process = subprocess.Popen(
            [sys.executable, *(["-P"] if safe_path else []), "-m", module, str(listener.fileno()), *arguments],
            stdin=subprocess.PIPE,
            stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL,
            pass_fds=[listener.fileno()],
            env=dict(environment),
            cwd=path.parent,
            start_new_session=True,
        )
    return Owned(process, path)


@contextlib.contextmanager
def started(begin: Callable[..., Owned], *arguments: Any) -> Iterator[Path | None]:
    """The socket of the process that `begin` starts, while the block lasts; None where there can be none."""
    try:
        process = begin(*arguments)
    except OSError:
        yield None
        return
    try:
        yield process.socket
    finally:
        process.close()


@contextlib.contextmanager
def kept() -> Iterator[None]:
    """Meanwhile a process that was lent once serves whoever asks for the like of it, and ends with this."""
    with contextlib.ExitStack() as stack:
        _KEPT.append((stack, {}))
        try:
            yield
        finally:
            _KEPT.pop()


def lent(
    stack: contextlib.ExitStack, name: str, modules: Iterable[str], begin: Callable[[Path], AbstractContextManager[Path | None]]
) -> Path | None:
    """The socket of a process of that name that has loaded the modules: one that is kept, else one that `begin` starts on a path.

    It ends with `stack`, or is kept. None where there can be none.
    """
    keeper, sockets = _KEPT[-1] if _KEPT else (stack, {})
    for (other, loaded), socket_path in sockets.items():
        if other == name and loaded.issuperset(modules):
            return socket_path
    private = folder()
    keeper.callback(shutil.rmtree, private, ignore_errors=True)
    started_at = sockets[name, frozenset(modules)] = keeper.enter_context(begin(private / "s"))
    return started_at


def folder() -> Path:
    """A new folder nobody else can enter, with a name short enough for sockets in it."""
    usual = Path(tempfile.mkdtemp(prefix="forecast-"))
    return usual if len(str(usual)) < _LONGEST_PATH - 20 else Path(tempfile.mkdtemp(prefix="forecast-", dir="/tmp"))


def kill_tree(pid: int) -> None:
    """Kill a process and everything below it; nothing when it has already gone."""
    with contextlib.suppress(psutil.Error):
        root = psutil.Process(pid)
        for process in [*root.children(recursive=True), root]:
            with contextlib.suppress(psutil.Error):
                process.kill()


def adopt_orphans() -> None:
    """From now on what this process started, and those started in turn, stay below it even where a parent has ended (Linux)."""
    with contextlib.suppress(OSError, AttributeError):
        import ctypes

        ctypes.CDLL(None).prctl(_SET_CHILD_SUBREAPER, 1, 0, 0, 0)


def kill_below() -> None:
    """Kill everything below this process, which stays."""
    with contextlib.suppress(psutil.Error):
        for process in psutil.Process().children(recursive=True):
            kill_tree(process.pid)


def kill_marked(name: str, value: str) -> None:
    """Kill every process of ours whose environment holds `name=value`, wherever it stands by now (Linux)."""
    mark = f"{name}={value}".encode()
    for path in Path("/proc").glob("[0-9]*/environ"):
        with contextlib.suppress(OSError):
            if mark in path.read_bytes().split(b"\0") and int(path.parent.name) != os.getpid():
                kill_tree(int(path.parent.name))
