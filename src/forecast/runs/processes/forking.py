"""A process that has imported what others need and forks itself for each of them: imports are paid once.

Started and asked by warm.py. Each child is a process of its own in its own session, forked from the same untouched
parent. The parent loads modules only (no figures, no state), calls their `warm_up` where there is one, has one thread,
and refuses to serve when a module started another; whoever asks then starts an ordinary process. It ends, with all its
children, when its owner closes its standard input, which the system does when the owner dies.
"""

from __future__ import annotations

import contextlib
import gc
import importlib
import json
import os
import select
import signal
import socket
import sys
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

from forecast.runs.processes.warm import LENGTH, PARENT, kill_tree

HARMLESS_THREADS = ("jemalloc_bg_thd",)  # handles forks itself
MOST_BYTES = 4 * 1024 * 1024
_READ_AT_START = ("PYTHON", "LD_", "DYLD_")  # an environment variable that counts only when an interpreter starts


def main() -> None:
    """Load the modules named on the command line, then serve fork requests until standard input is closed."""
    listener = socket.socket(fileno=int(sys.argv[1]))
    if not sys.flags.safe_path:
        sys.path.pop(0)  # our own folder, as ipykernel_launcher does
    for name in sys.argv[2:]:
        with contextlib.suppress(Exception):  # whoever uses it will meet and show the error
            getattr(importlib.import_module(name), "warm_up", lambda: None)()
    if _extra_threads():
        return
    gc.collect()
    gc.freeze()
    serve(listener)


def serve(listener: socket.socket) -> None:
    """Answer requests on `listener`: fork, later send the exit status; kill a child whose asker has gone."""
    wake, wake_end = os.pipe()
    os.set_blocking(wake_end, False)
    signal.set_wakeup_fd(wake_end, warn_on_full_buffer=False)
    signal.signal(signal.SIGCHLD, lambda _number, _frame: None)
    children: dict[int, socket.socket] = {}
    while True:
        ready = select.select([0, wake, listener, *children.values()], [], [])[0]
        if wake in ready:
            os.read(wake, 4096)
            _reap(children)
        if 0 in ready and not os.read(0, 1):
            break
        for pid, channel in list(children.items()):
            if channel in ready:
                kill_tree(pid)
                children.pop(pid).close()
        if listener in ready:
            _accept(listener, [wake, wake_end], children)
    for pid in children:
        kill_tree(pid)


def _accept(listener: socket.socket, pipe: Sequence[int], children: dict[int, socket.socket]) -> None:
    channel, _ = listener.accept()
    channel.settimeout(10)
    try:
        request, handles = _receive(channel)
    except (OSError, ValueError):
        channel.close()
        return
    if _differs(request["environment"]):
        channel.close()  # the asker starts an ordinary process
    else:
        pid = os.fork()
        if pid == 0:
            _become(request, handles, channel, pipe, [listener, *children.values()])
        children[pid] = channel
    for handle in handles:
        os.close(handle)


def _receive(channel: socket.socket) -> tuple[dict[str, Any], list[int]]:
    head, handles, _, _ = socket.recv_fds(channel, LENGTH, 3)
    length = int.from_bytes(head, "big")
    content = b""
    while len(head) == LENGTH and len(content) < min(length, MOST_BYTES):
        part = channel.recv(length - len(content))
        if not part:
            break
        content += part
    if len(handles) != 3 or len(content) != length:
        for handle in handles:
            os.close(handle)
        raise ValueError("not a request")
    return json.loads(content), list(handles)


def _differs(environment: Mapping[str, str]) -> bool:
    """Whether the child asks for something only a new interpreter can give it."""
    own, asked = ({k: v for k, v in one.items() if k.startswith(_READ_AT_START)} for one in (os.environ, environment))
    return own != asked


def _become(
    request: Mapping[str, Any],
    handles: Sequence[int],
    channel: socket.socket,
    pipe: Sequence[int],
    inherited: Sequence[socket.socket],
) -> None:
    """In the forked child: take over the asker's folder, environment, streams and limits, run the module, end."""
    status = 1
    try:
        os.setsid()
        signal.set_wakeup_fd(-1)
        signal.signal(signal.SIGCHLD, signal.SIG_DFL)
        signal.signal(signal.SIGINT, signal.default_int_handler)
        channel.sendall(f"pid {os.getpid()}\n".encode())  # only now: whoever signals our group must not meet the parent's
        for one in [*inherited, channel]:
            one.close()
        for number in pipe:
            os.close(number)
        for number, handle in enumerate(handles):
            os.dup2(handle, number)
            os.close(handle)
        _start_afresh(request)
        parent = str(os.getppid())
        sys.argv = [request["module"], *(one.replace(PARENT, parent) for one in request["arguments"])]
        status = importlib.import_module(request["module"]).main() or 0
    except SystemExit as end:
        status = end.code if isinstance(end.code, int) else int(end.code is not None)
    except BaseException:
        import traceback

        traceback.print_exc()
    finally:
        with contextlib.suppress(Exception):
            sys.stdout.flush()
            sys.stderr.flush()
        os._exit(status & 0xFF)


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


def _reap(children: dict[int, socket.socket]) -> None:
    """Tell each asker how its child ended."""
    while True:
        try:
            pid, status = os.waitpid(-1, os.WNOHANG)
        except ChildProcessError:
            return
        if pid == 0:
            return
        channel = children.pop(pid, None)
        if channel:
            with contextlib.suppress(OSError):
                channel.sendall(f"{os.waitstatus_to_exitcode(status)}\n".encode())
            channel.close()


def _extra_threads() -> bool:
    """Whether a loaded module started a thread that a fork would lose."""
    task = Path("/proc/self/task")
    own = str(os.getpid())
    names = [(one / "comm").read_text().strip() for one in task.iterdir() if one.name != own]
    return any(name not in HARMLESS_THREADS for name in names)


if __name__ == "__main__":
    main()
