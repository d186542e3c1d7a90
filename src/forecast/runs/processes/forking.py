"""A process that has imported what others need and forks itself for each of them: imports are paid once.

Started and asked by warm.py. Each child is a process of its own in its own session, forked from the same untouched
parent. The parent loads modules only (no figures, no state), calls their `warm_up` where there is one, has one thread,
and refuses to serve when a module started another; whoever asks then starts an ordinary process. It ends, with all its
children, when its owner closes its standard input, which the system does when the owner dies.

With a standby the process that loaded everything serves nobody: it forks one that does and another as soon as that one was
killed, on the same socket. Where the standby itself is killed the other goes on until its owner has started another pair.
"""

from __future__ import annotations

import contextlib
import gc
import importlib
import json
import os
import signal
import socket
import sys
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any, NoReturn

from forecast.runs.processes import warm
from forecast.runs.processes.owned import adopt_orphans, kill_tree
from forecast.runs.processes.warm import PARENT, PID, STANDBY

HARMLESS_THREADS = ("jemalloc_bg_thd",)  # handles forks itself
_BREATH = 0.02  # seconds before another is forked
_READ_AT_START = ("PYTHON", "LD_", "DYLD_")  # an environment variable that counts only when an interpreter starts


@dataclass(frozen=True)
class Child:
    """A process forked for whoever is at the other end of `channel`; `end` can be read once it has ended."""

    pid: int
    channel: socket.socket
    end: int

    def close(self) -> None:
        self.channel.close()
        os.close(self.end)


def main() -> None:
    """Load the modules named on the command line, then serve fork requests until standard input is closed."""
    listener = socket.socket(fileno=int(sys.argv[1]))
    if not sys.flags.safe_path:
        sys.path.pop(0)  # our own folder, as ipykernel_launcher does
    standby = STANDBY in sys.argv[2:]
    for name in [name for name in sys.argv[2:] if name != STANDBY]:
        with contextlib.suppress(Exception):  # whoever uses it will meet and show the error
            getattr(importlib.import_module(name), "warm_up", lambda: None)()
    if _extra_threads():
        return
    gc.collect()
    gc.freeze()
    if standby:
        stand_by(listener)
    serve(listener)


def stand_by(listener: socket.socket) -> None:
    """Fork a process that serves `listener`, in which this returns; fork another whenever it was killed. Ends when standard input is closed."""
    while pid := os.fork():
        end = os.pidfd_open(pid)
        while end not in (ready := warm.ready([0, end])):
            if 0 in ready and not os.read(0, 1):
                os.waitpid(pid, 0)  # its standard input is ours
                os._exit(0)
        os.close(end)
        os.waitpid(pid, 0)
        if warm.ready([0], _BREATH) and not os.read(0, 1):
            os._exit(0)


def serve(listener: socket.socket) -> None:
    """Answer requests on `listener`: fork, later send the exit status; kill a child whose asker has gone."""
    children: list[Child] = []
    while True:
        watched = [handle for child in children for handle in (child.channel, child.end)]
        ready = warm.ready([0, listener, *watched])
        if 0 in ready and not os.read(0, 1):
            break
        for child in [child for child in children if child.channel in ready or child.end in ready]:
            children.remove(child)
            _end(child)
        if listener in ready:
            children += _accepted(listener, children)
    for child in children:
        kill_tree(child.pid)


def _end(child: Child) -> None:
    """Tell the asker how its child ended; end the child where the asker has gone."""
    if not warm.ready([child.end], 0.0):
        kill_tree(child.pid)
    status = os.waitstatus_to_exitcode(os.waitpid(child.pid, 0)[1])
    with contextlib.suppress(OSError):
        child.channel.sendall(str(status).encode())
    child.close()


def _accepted(listener: socket.socket, children: Sequence[Child]) -> list[Child]:
    """The child that was asked for; none for what is no request or asks for what only a new interpreter can give."""
    channel, _ = listener.accept()
    channel.settimeout(10)
    handles: list[int] = []
    try:
        handles = socket.recv_fds(channel, 1, 4)[1]
        if not handles:
            channel.sendall(str(len(children)).encode())
        request = json.loads(Path(f"/proc/self/fd/{handles[-1]}").read_bytes())
        if _differs(request["environment"]):
            raise ValueError("the asker starts an ordinary process")
        pid = os.fork()
        if pid == 0:
            _become(request, handles, channel, [listener, *children])
        return [Child(pid, channel, os.pidfd_open(pid))]
    except (OSError, ValueError, LookupError):
        channel.close()
        return []
    finally:
        for handle in handles:
            os.close(handle)


def _differs(environment: Mapping[str, str]) -> bool:
    own, asked = ({k: v for k, v in each.items() if k.startswith(_READ_AT_START)} for each in (os.environ, environment))
    return own != asked


def _become(
    request: Mapping[str, Any], handles: Sequence[int], channel: socket.socket, inherited: Sequence[socket.socket | Child]
) -> NoReturn:
    """In the forked child: take over the asker's folder, environment, streams and limits, run the module, end."""
    status: int | None = 1
    try:
        os.setsid()
        adopt_orphans()
        signal.signal(signal.SIGINT, signal.default_int_handler)
        channel.sendall(PID + str(os.getpid()).encode())  # only now: whoever signals our group must not meet the parent's
        for theirs in [*inherited, channel]:
            theirs.close()
        for number, handle in enumerate(handles):
            if number < 3:
                os.dup2(handle, number)
            os.close(handle)
        _start_afresh(request)
        parent = str(os.getppid())
        sys.argv = [request["module"], *(text.replace(PARENT, parent) for text in request["arguments"])]
        status = importlib.import_module(request["module"]).main()
    except SystemExit as end:
        status = end.code if isinstance(end.code, int) else int(end.code is not None)
    except BaseException:
        import traceback

        traceback.print_exc()
    finally:
        with contextlib.suppress(Exception):
            sys.stdout.flush()
            sys.stderr.flush()
        os._exit((status or 0) & 0xFF)


def _start_afresh(request: Mapping[str, Any]) -> None:
    """Nothing of the parent's that a new process would have chosen anew: folder, environment, limits, clock, chance."""
    import resource
    import tempfile
    import time

    os.chdir(request["folder"])
    os.environ.clear()
    os.environ.update(request["environment"])
    time.tzset()
    tempfile.tempdir = None
    if "numpy" in sys.modules:
        sys.modules["numpy"].random.seed()  # the standard library's own generator does so itself
    resource.setrlimit(resource.RLIMIT_DATA, tuple(request["memory"]))


def _extra_threads() -> bool:
    """Whether a loaded module started a thread that a fork would lose."""
    threads = [path for path in Path("/proc/self/task").iterdir() if path.name != str(os.getpid())]
    return any((path / "comm").read_text().strip() not in HARMLESS_THREADS for path in threads)


if __name__ == "__main__":
    main()
