"""The real server in a process of its own, started as the kit starts it, and plain requests to it."""

from __future__ import annotations

import contextlib
import os
import shutil
import signal
import socket
import subprocess
import sys
import time
import urllib.error
import urllib.request
from contextlib import contextmanager
from functools import partial

import psutil
from made_once import copied, made_once, with_draws
from places import DATA, PROJECT, SOURCE
from publish_fixture import make_root

from forecast.publish.leaders import page
from forecast.publish.serving import serve
from forecast.runs.processes import owned

START_SECONDS, END_SECONDS = 180, 60  # within which a server must answer and end, on however busy a machine


def free_port():
    with socket.socket() as one:
        one.bind(("127.0.0.1", 0))
        return one.getsockname()[1]


def answers(port):
    with socket.socket() as knocking:
        return knocking.connect_ex(("127.0.0.1", port)) == 0


def prepared(folder, *, published=True, pages=False):
    """A root with the real app notebook, the kit's draws and, when asked, a published run and the pages a publication leaves."""
    kind = f"served{'-published' if published else ''}{'-pages' if pages else ''}"
    return with_draws(copied(made_once(kind, partial(prepare, published=published, pages=pages)), folder))


def prepare(folder, *, published=False, pages=False):
    (folder / "notebooks" / "apps").mkdir(parents=True)
    shutil.copy(PROJECT / serve.APP, folder / serve.APP)
    shutil.copytree(DATA, folder / "data")
    (folder / "parameterized_runs").mkdir()
    (folder / "notebooks" / "apps" / "secret.csv").write_text("a,b\n1,2\n")
    (folder / "notebooks" / "apps" / ".hidden.png").write_bytes(b"x")
    if published:
        make_root(folder)
    if pages:
        page.leave_static(folder)
    return folder


@contextmanager
def running(root, cwd, code=""):
    """The server in a process of its own; yields (address, process). `code` starts it otherwise, with `root` and `port` known."""
    port = free_port()
    environment = os.environ | {"PYTHONPATH": str(SOURCE), "PYTHONUTF8": "1", "FORECAST_HOME": str(root)}
    log = open(root / "server.log", "w+", encoding="utf-8")  # noqa: SIM115
    command = [sys.executable, "-m", "forecast", "serve", "--port", str(port)]
    if code:
        command = [sys.executable, "-c", f"from forecast.publish.serving import serve, visitors; root, port = {str(root)!r}, {port}; {code}"]
    process = subprocess.Popen(command, cwd=cwd, env=environment, stdout=log, stderr=subprocess.STDOUT)
    try:
        until = time.monotonic() + START_SECONDS
        while not (ready := answers(port)) and time.monotonic() < until and process.poll() is None:
            time.sleep(0.05)
        assert ready, (root / "server.log").read_text("utf-8")
        yield f"http://127.0.0.1:{port}/", process
    finally:
        process.send_signal(signal.SIGTERM)
        try:
            process.wait(END_SECONDS)
        except subprocess.TimeoutExpired:
            owned.kill_tree(process.pid)  # it must not live on beside the tests to come
            raise
        finally:
            log.close()


def fetch(address, **headers):
    """(status, headers, text) of a GET; an error status is an answer, not an exception."""
    request = urllib.request.Request(address, headers=headers)
    try:
        with urllib.request.urlopen(request, timeout=60) as answer:
            return answer.status, answer.headers, answer.read().decode("utf-8")
    except urllib.error.HTTPError as answer:
        with answer:
            return answer.code, answer.headers, answer.read().decode("utf-8")


def below(pid, command="", recursive=False):
    """The processes below `pid` whose command line names `command`; those that ended meanwhile are left out."""
    processes = []
    with contextlib.suppress(psutil.NoSuchProcess):
        for child in psutil.Process(pid).children(recursive=recursive):
            with contextlib.suppress(psutil.NoSuchProcess):  # ended and not yet waited for: no command line
                processes += [child] if command in " ".join(child.cmdline()) else []
    return processes


def warm_parents(pid):
    """The standbys of a server's warm parents, by process id, with the kernels forked below each."""
    return {standby.pid: forked_below(standby.pid) for standby in below(pid, "forecast.runs.processes.forking")}


def forked_below(standby):
    """The kernels below a standby, by process id: each leads a session of its own, the parent they are forked from does not."""
    kernels = []
    for parent in below(standby):
        with contextlib.suppress(ProcessLookupError):
            kernels += [child.pid for child in below(parent.pid) if os.getsid(child.pid) == child.pid]
    return kernels


def kernels_of(pid):
    """The kernels that the server `pid` runs: forked by its warm parent, or started the ordinary way."""
    forked = [kernel for kernels in warm_parents(pid).values() for kernel in kernels]
    return forked + [kernel.pid for kernel in below(pid, "ipykernel_launcher")]
