"""Processes forked from a warm parent (forking.py), which has paid their imports, seen from whoever asks for them."""

from __future__ import annotations

import contextlib
import json
import os
import select
import signal
import socket
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

import psutil

KERNEL_MODULES = (  # what a kernel itself imports when it starts
    "ipykernel.kernelapp",
    "ipykernel.debugger",
    "IPython.extensions.storemagic",
    "IPython.core.completerlib",
    "IPython.core.debugger",
    "IPython.core.logger",
    "IPython.core.oinspect",
    "faulthandler",
    "sqlite3.dbapi2",
    "tornado.platform.asyncio",
)
LENGTH = 4  # bytes that hold the length of a request
PARENT = "{parent}"  # in an argument: the process id of the warm parent
_PID = b"pid "
_LONGEST_PATH = 100  # of a socket
_LOADING_SECONDS = 120.0


@dataclass(frozen=True)
class Parent:
    """A warm parent that was started: its process and the socket it answers on."""

    process: subprocess.Popen
    socket: Path

    def alive(self) -> bool:
        return self.process.poll() is None

    def close(self) -> None:
        """End it and everything forked from it."""
        self.process.stdin.close()
        try:
            self.process.wait(5)
        except subprocess.TimeoutExpired:
            kill_tree(self.process.pid)
            self.process.wait()
        self.socket.unlink(missing_ok=True)


def can_fork() -> bool:
    """Whether processes can be forked here safely: not on Windows, and only where a parent can count its threads."""
    return hasattr(os, "fork") and hasattr(socket, "send_fds") and Path("/proc/self/task").is_dir()


def start(modules: Sequence[str], path: Path, environment: Mapping[str, str], *, safe_path: bool = True) -> Parent:
    """Start a parent that loads `modules` and answers on the socket `path`; `safe_path` is Python's -P.

    Returns at once: who asks early waits until the modules are loaded. Raises OSError where that is not possible.
    """
    if not can_fork() or len(str(path)) > _LONGEST_PATH:
        raise OSError(f"no warm processes here, or the path is too long: {path}")
    listener = socket.socket(socket.AF_UNIX, socket.SOCK_STREAM)
    listener.bind(str(path))
    listener.listen(64)
    options = ["-P"] if safe_path else []
    process = subprocess.Popen(
        [sys.executable, *options, "-m", "forecast.runs.processes.forking", str(listener.fileno()), *modules],
        stdin=subprocess.PIPE,
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
        pass_fds=[listener.fileno()],
        env=dict(environment),
        cwd=path.parent,
        start_new_session=True,
    )
    listener.close()
    return Parent(process, path)


@contextlib.contextmanager
def started(modules: Sequence[str], path: Path, environment: Mapping[str, str]) -> Iterator[Path | None]:
    """The socket of a warm parent with `modules` loaded; None where there can be none."""
    try:
        parent = start(modules, path, environment)
    except OSError:
        yield None
        return
    try:
        yield path
    finally:
        parent.close()


class Forked:
    """A process forked for us: poll, wait and signal it as a subprocess.Popen; it is killed when we are gone."""

    stdout = stderr = None

    def __init__(self, channel: socket.socket, pid: int, stdin) -> None:
        self.pid, self.stdin, self.returncode = pid, stdin, None
        self._channel, self._said = channel, b""

    def poll(self) -> int | None:
        """The exit status (negative for a signal), None while it runs."""
        return self._look(0.0)

    def wait(self, timeout: float | None = None) -> int:
        """The exit status once it has ended; subprocess.TimeoutExpired after `timeout` seconds."""
        deadline = None if timeout is None else time.monotonic() + timeout
        while self._look(1.0 if deadline is None else min(1.0, max(deadline - time.monotonic(), 0.0))) is None:
            if deadline is not None and time.monotonic() >= deadline:
                raise subprocess.TimeoutExpired(f"process {self.pid}", timeout)
        return self.returncode

    def send_signal(self, number: int) -> None:
        if self.poll() is None:
            with contextlib.suppress(ProcessLookupError):
                os.kill(self.pid, number)

    def terminate(self) -> None:
        self.send_signal(signal.SIGTERM)

    def kill(self) -> None:
        self.send_signal(signal.SIGKILL)

    def _look(self, seconds: float) -> int | None:
        if self.returncode is None and select.select([self._channel], [], [], seconds)[0]:
            part = _received(self._channel)
            self._said += part
            if self._said.endswith(b"\n"):
                self._end(int(self._said))
            elif not part:  # the parent was killed; nobody knows how the child ends, so it ends now
                kill_tree(self.pid)
                self._end(-signal.SIGKILL)
        return self.returncode

    def _end(self, status: int) -> None:
        self.returncode = status
        self._channel.close()
        self.stdin.close()


def fork(
    path: Path | None,
    module: str,
    arguments: Sequence[str],
    *,
    folder: Path,
    environment: Mapping[str, str],
    output: tuple[int, int] = (1, 2),
) -> Forked | None:
    """The main() of a module in a process forked by the parent at `path`; None when no parent answers or it declines.

    `output` are the handles of its standard output and error; its standard input is a pipe from us. Its memory limit
    (RLIMIT_DATA) is ours.
    """
    if path is None:
        return None
    import resource

    request = {
        "module": module,
        "arguments": list(arguments),
        "folder": str(folder),
        "environment": dict(environment),
        "memory": resource.getrlimit(resource.RLIMIT_DATA),
    }
    content = json.dumps(request).encode()
    reading, writing = os.pipe()
    channel = socket.socket(socket.AF_UNIX, socket.SOCK_STREAM)
    pid = b""
    try:
        channel.settimeout(_LOADING_SECONDS)
        channel.connect(str(path))
        socket.send_fds(channel, [len(content).to_bytes(LENGTH, "big")], [reading, *output])
        channel.sendall(content)
        pid = _first_line(channel)
        if not pid.startswith(_PID):
            pid = b""  # it ended before it began
    except OSError:
        pid = b""
    finally:
        os.close(reading)
        if not pid:
            os.close(writing)
            channel.close()
    if not pid:
        return None
    channel.settimeout(None)
    return Forked(channel, int(pid.removeprefix(_PID)), os.fdopen(writing, "wb", buffering=0))


def own_folder() -> Path:
    """A new folder nobody else can enter, with a name short enough for sockets in it."""
    found = Path(tempfile.mkdtemp(prefix="forecast-"))
    return found if len(str(found)) < _LONGEST_PATH - 20 else Path(tempfile.mkdtemp(prefix="forecast-", dir="/tmp"))


def kill_tree(pid: int) -> None:
    """Kill a process and everything below it; nothing when it has already gone."""
    with contextlib.suppress(psutil.Error):
        process = psutil.Process(pid)
        for one in [*process.children(recursive=True), process]:
            with contextlib.suppress(psutil.Error):
                one.kill()


def _first_line(channel: socket.socket) -> bytes:
    """What the child says first, byte by byte, so that the exit status stays on the channel; empty when nobody answers."""
    said = b""
    while not said.endswith(b"\n"):
        part = channel.recv(1)
        if not part:
            return b""
        said += part
    return said.strip()


def _received(channel: socket.socket) -> bytes:
    try:
        return channel.recv(64)
    except OSError:
        return b""
