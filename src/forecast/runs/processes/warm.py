"""Processes forked from a warm parent (forking.py), which has paid their imports, seen from whoever asks for them.

The parent answers on a socket of whole packets. Asked with the four handles of a request (its standard streams and a file
that holds the rest), the child says `pid N` once it is on its own, and the parent how it ended.
"""

from __future__ import annotations

import contextlib
import json
import os
import select
import signal
import socket
import subprocess
import time
from collections.abc import Mapping, Sequence
from contextlib import AbstractContextManager
from pathlib import Path
from typing import Any, BinaryIO

from forecast.runs.processes import owned

KERNEL_MODULES = (  # what a kernel itself imports when it starts
    "forecast.runs.processes.kernel",
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
PARENT = "{parent}"  # in an argument: the process id of the warm parent
PID = b"pid "
STANDBY = "+standby"  # among the modules of a parent: it keeps another ready that takes its place when it is killed
ONE_THREAD = dict.fromkeys(("OPENBLAS_NUM_THREADS", "OMP_NUM_THREADS", "MKL_NUM_THREADS"), "1")  # of numerical libraries
_PACKET = 64
_LOADING_SECONDS = 120.0


def can_fork() -> bool:
    """Whether processes can be forked here safely: on Linux, where a parent can count its threads and wait for many children."""
    with contextlib.suppress(AttributeError, OSError):
        os.close(os.pidfd_open(os.getpid()))
        return Path("/proc/self/task").is_dir()
    return False


def start(modules: Sequence[str], path: Path, environment: Mapping[str, str], safe_path: bool = True) -> owned.Owned:
    """Start a parent that loads `modules` and answers on the socket `path` (see owned.start); OSError where that cannot be."""
    if not can_fork():
        raise OSError("no warm processes here")
    return owned.start("forecast.runs.processes.forking", path, environment, modules, packets=True, safe_path=safe_path)


def started(modules: Sequence[str], path: Path, environment: Mapping[str, str]) -> AbstractContextManager[Path | None]:
    """The socket of a warm parent with `modules` loaded; None where there can be none."""
    return owned.started(start, modules, path, environment)


def children(path: Path) -> int | None:
    """How many children the parent at a socket has, once it has loaded everything; None where none answers."""
    with contextlib.suppress(OSError, ValueError), socket.socket(socket.AF_UNIX, socket.SOCK_SEQPACKET) as channel:
        channel.settimeout(_LOADING_SECONDS)
        channel.connect(str(path))
        channel.send(b".")
        return int(channel.recv(_PACKET))
    return None


def ready(handles: Sequence[Any], seconds: float | None = None) -> list[Any]:
    """Those of the handles that can be read, or whose other end has gone, within `seconds`; a handle's number has no limit, as select(2) sets one."""
    asked = select.poll()
    numbers = {handle if isinstance(handle, int) else handle.fileno(): handle for handle in handles}
    for number in numbers:
        asked.register(number, select.POLLIN)
    return [numbers[number] for number, _ in asked.poll(None if seconds is None else 1000 * seconds)]


class Forked:
    """A process forked for us: poll, wait and signal it as a subprocess.Popen; it is killed when we are gone."""

    stdout = stderr = None

    def __init__(self, channel: socket.socket, pid: int, stdin: BinaryIO) -> None:
        self.pid, self.stdin, self._channel = pid, stdin, channel
        self.returncode: int | None = None

    def poll(self) -> int | None:
        """The exit status (negative for a signal), None while it runs."""
        return self._look(0.0)

    def wait(self, timeout: float | None = None) -> int:
        """The exit status once it has ended; subprocess.TimeoutExpired after `timeout` seconds."""
        deadline = float("inf") if timeout is None else time.monotonic() + timeout
        while (status := self._look(min(1.0, max(deadline - time.monotonic(), 0.0)))) is None:
            if time.monotonic() >= deadline:
                raise subprocess.TimeoutExpired(f"process {self.pid}", timeout or 0.0)
        return status

    def send_signal(self, number: int) -> None:
        if self.poll() is None:
            with contextlib.suppress(ProcessLookupError):
                os.kill(self.pid, number)

    def terminate(self) -> None:
        self.send_signal(signal.SIGTERM)

    def kill(self) -> None:
        self.send_signal(signal.SIGKILL)

    def _look(self, seconds: float) -> int | None:
        if self.returncode is None and ready([self._channel], seconds):
            packet = b""
            with contextlib.suppress(OSError):
                packet = self._channel.recv(_PACKET)
            if not packet:  # the parent was killed; nobody knows how the child ends, so it ends now
                owned.kill_tree(self.pid)
            self.returncode = int(packet or -signal.SIGKILL)
            self._channel.close()
            self.stdin.close()
        return self.returncode


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

    memory = resource.getrlimit(resource.RLIMIT_DATA)
    request = {"module": module, "arguments": [*arguments], "folder": str(folder), "environment": {**environment}, "memory": memory}
    reading, writing = os.pipe()
    channel = socket.socket(socket.AF_UNIX, socket.SOCK_SEQPACKET)
    packet = b""
    with contextlib.suppress(OSError), os.fdopen(os.memfd_create("request"), "w+b") as file:
        file.write(json.dumps(request).encode())
        file.flush()
        channel.settimeout(_LOADING_SECONDS)
        channel.connect(str(path))
        socket.send_fds(channel, [b"."], [reading, *output, file.fileno()])
        packet = channel.recv(_PACKET)
    os.close(reading)
    if not packet.startswith(PID):  # nobody answered, it declined, or the child ended before it began
        os.close(writing)
        channel.close()
        return None
    channel.settimeout(None)
    return Forked(channel, int(packet.removeprefix(PID)), os.fdopen(writing, "wb", buffering=0))
