"""A process that has imported what the runs need and forks itself for each of them: imports are paid once per plan.

Each run is still a process of its own, forked from the same untouched parent, in its own session. The parent loads
modules only (no figures, no state), calls their `warm_up` where there is one, has one thread, and refuses to serve when
a module started another; relay.py then starts the run the ordinary way.
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
import subprocess
import sys
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path
from typing import Any

import psutil

from forecast.runs.relay import LENGTH

HARMLESS_THREADS = ("jemalloc_bg_thd",)  # handles forks itself
MOST_BYTES = 4 * 1024 * 1024


@contextlib.contextmanager
def started(modules: Sequence[str], path: Path, environment: Mapping[str, str]) -> Iterator[Path | None]:
    """A warm process with `modules` loaded, listening on the socket `path`; None where the system cannot fork."""
    if not hasattr(os, "fork") or not hasattr(socket, "send_fds") or len(str(path)) > 100:
        yield None
        return
    listener = socket.socket(socket.AF_UNIX, socket.SOCK_STREAM)
    listener.bind(str(path))
    listener.listen(64)  # before the modules are loaded: whoever comes early waits
    command = [sys.executable, "-P", "-m", "forecast.runs.warm", str(listener.fileno()), *modules]
    process = subprocess.Popen(
        command,
        stdin=subprocess.PIPE,
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
        pass_fds=[listener.fileno()],
        env=dict(environment),
        start_new_session=True,
    )
    listener.close()
    try:
        yield path
    finally:
        process.stdin.close()  # it ends its children and itself
        try:
            process.wait(5)
        except subprocess.TimeoutExpired:
            kill_tree(process.pid)
            process.wait()


def command(path: Path | None, module: str, arguments: Sequence[str]) -> list[str]:
    """The command that runs a module in the warm process at `path`, or the ordinary way when there is none."""
    if path is None:
        return [sys.executable, "-P", "-m", module, *arguments]
    relay = Path(__file__).with_name("relay.py")
    return [sys.executable, "-I", "-S", str(relay), str(path), module, *arguments]


def kill_tree(pid: int) -> None:
    """Kill a process and everything below it; nothing when it has already gone."""
    with contextlib.suppress(psutil.Error):
        process = psutil.Process(pid)
        for one in [*process.children(recursive=True), process]:
            with contextlib.suppress(psutil.Error):
                one.kill()


def main() -> None:
    """Load the modules, then serve fork requests until the starter closes our standard input."""
    listener = socket.socket(fileno=int(sys.argv[1]))
    for name in sys.argv[2:]:
        with contextlib.suppress(Exception):  # the notebook itself will meet and show the error
            getattr(importlib.import_module(name), "warm_up", lambda: None)()
    if _extra_threads():
        return
    gc.collect()
    gc.freeze()
    serve(listener)


def serve(listener: socket.socket) -> None:
    """Answer requests on `listener`: fork, send the pid, later the exit status; kill a child whose relay has gone."""
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
            _accept(listener, children)
    for pid in children:
        kill_tree(pid)


def _accept(listener: socket.socket, children: dict[int, socket.socket]) -> None:
    channel, _ = listener.accept()
    channel.settimeout(10)
    try:
        request, handles = _receive(channel)
    except (OSError, ValueError):
        channel.close()
        return
    pid = os.fork()
    if pid == 0:
        _become(request, handles, [listener, channel, *children.values()])
    for handle in handles:
        os.close(handle)
    children[pid] = channel
    with contextlib.suppress(OSError):
        channel.sendall(f"{pid}\n".encode())


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


def _become(request: Mapping[str, Any], handles: Sequence[int], inherited: Sequence[socket.socket]) -> None:
    """In the forked child: take over the relay's folder, environment, streams and limits, run the module, end."""
    status = 1
    try:
        os.setsid()
        signal.set_wakeup_fd(-1)
        signal.signal(signal.SIGCHLD, signal.SIG_DFL)
        signal.signal(signal.SIGINT, signal.default_int_handler)
        for channel in inherited:
            channel.close()
        for number, handle in enumerate(handles):
            os.dup2(handle, number)
            os.close(handle)
        os.chdir(request["folder"])
        os.environ.clear()
        os.environ.update({**request["environment"], "JPY_PARENT_PID": str(os.getppid())})
        import resource

        resource.setrlimit(resource.RLIMIT_DATA, tuple(request["memory"]))
        sys.argv = [request["module"], *request["arguments"]]
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


def _reap(children: dict[int, socket.socket]) -> None:
    """Tell each relay how its child ended."""
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
    if not task.is_dir():
        return True
    own = str(os.getpid())
    names = [(one / "comm").read_text().strip() for one in task.iterdir() if one.name != own]
    return any(name not in HARMLESS_THREADS for name in names)


if __name__ == "__main__":
    main()
