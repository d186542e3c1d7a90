"""Kernels forked from a warm parent: real, fast, each alone in its process; an ordinary one where that cannot be."""

import asyncio
import contextlib
import json
import os
import signal
import subprocess
import sys
import time
from pathlib import Path

import nbformat
import psutil
import pytest
import tiny_project
from jupyter_client.asynchronous.client import AsyncKernelClient
from jupyter_client.kernelspec import KernelSpecManager
from jupyter_client.manager import AsyncKernelManager
from tiny_project import COMMERCE, EVALUATION, PROVINCE, RECORD, SHARE, run_of

from forecast.runs.execution import attempt, runner
from forecast.runs.processes import owned, provisioner, warm

pytestmark = pytest.mark.slow
FORKED = {"provisioner_name": provisioner.NAME, "config": {"modules": ["numpy", "pandas"]}}
COMMAND = ["python", "-m", "ipykernel_launcher", "-f", "{connection_file}"]


@pytest.fixture
def specs(tmp_path):
    """A function that writes a kernel spec and gives a manager for it."""

    def manager(stanza=FORKED, command=COMMAND):
        folder = tmp_path / "kernels" / "tried"
        folder.mkdir(parents=True, exist_ok=True)
        content = {"argv": command, "display_name": "x", "language": "python"}
        if stanza:
            content["metadata"] = {"kernel_provisioner": stanza}
        (folder / "kernel.json").write_text(json.dumps(content), encoding="utf-8")
        found = KernelSpecManager(kernel_dirs=[str(folder.parent)], ensure_native_kernel=False)
        return AsyncKernelManager(kernel_name="tried", kernel_spec_manager=found)

    return manager


@contextlib.asynccontextmanager
async def started(manager, **options):
    await manager.start_kernel(**options)
    client = manager.client()
    client.start_channels()
    try:
        await client.wait_for_ready(timeout=60)
        yield client
    finally:
        client.stop_channels()
        await manager.shutdown_kernel(now=True)


async def said(client, code, timeout=30):
    """What the code prints, or the name of its error."""
    found = []

    def hear(message):
        found.append(message["content"].get("text") or message["content"].get("ename") or "")

    await client.execute_interactive(code, output_hook=hear, timeout=timeout)
    return "".join(found).strip()


def test_kernel_is_forked_in_its_own_session(specs, tmp_path):
    """A kernel is forked with its modules loaded in a session of its own."""
    async def look():
        async with started(specs(), cwd=str(tmp_path), env={**os.environ, "TRIED": "yes"}) as client:
            facts = await said(
                client,
                "import sys, os, json\n"
                "print(json.dumps([os.getpid(), os.getppid(), os.getsid(0), os.getcwd(), os.environ.get('TRIED'),"
                " 'pandas' in sys.modules, type(get_ipython()).__name__]))",
            )
            return json.loads(facts)

    pid, parent, session, folder, environment, loaded, shell = asyncio.run(look())
    assert session == pid and "forecast.runs.processes.forking" in psutil.Process(parent).cmdline()
    assert folder == str(tmp_path) and environment == "yes" and loaded and shell == "ZMQInteractiveShell"
    assert not psutil.pid_exists(pid)


def test_a_kernel_starts_without_a_warning(specs, tmp_path):
    """A kernel's own application does not take the settings of its kernel."""
    log = tmp_path / "log"

    async def look():
        with log.open("wb") as stream:
            async with started(specs(), stdout=stream, stderr=stream) as client:
                return await said(client, "print(1)")

    assert asyncio.run(look()) == "1"
    assert "WARNING" not in log.read_text("utf-8")


def test_kernels_share_neither_state_nor_chance_nor_sockets(specs):
    async def look():
        one, two = specs(), specs()
        async with started(one) as first, started(two) as second:
            draw = "import numpy as np, random, tempfile\nprint(np.random.rand(), random.random(), tempfile.mktemp())"
            await said(first, "import pandas\npandas.changed = x = 1")
            drawn = [await said(client, draw) for client in (first, second)]
            other = await said(second, "print(hasattr(pandas, 'changed') if 'pandas' in dir() else None, 'x' in dir())")
            return drawn, other, [one.ip, two.ip], one.transport, one.client_factory

    drawn, other, sockets, transport, client = asyncio.run(look())
    assert all(first != second for first, second in zip(*(text.split() for text in drawn), strict=True))
    assert other == "None False" and transport == "ipc" and sockets[0] != sockets[1]
    assert not Path(sockets[0]).parent.exists() and client is provisioner.ReadyClient


def test_a_kernel_can_be_interrupted_restarted_and_shut_down(specs):
    async def look():
        manager = specs()
        async with started(manager) as client:
            waiting = asyncio.ensure_future(said(client, "import time\nx = 1\ntime.sleep(60)"))
            await asyncio.sleep(1.0)
            await manager.interrupt_kernel()
            interrupted = await asyncio.wait_for(waiting, 10)
            before = manager.provisioner.process.pid
            await manager.restart_kernel(now=True)
            await client.wait_for_ready(timeout=60)
            after = manager.provisioner.process.pid
            left = await said(client, "print('x' in dir())")
            client.shutdown()
            status = await asyncio.wait_for(manager.provisioner.wait(), 10)
            return interrupted, before != after, left, status

    assert asyncio.run(look()) == ("KeyboardInterrupt", True, "False", 0)


@pytest.mark.parametrize(("code", "status"), [("import os; os._exit(3)", 3), ("import os; os.kill(os.getpid(), 9)", -9)])
def test_how_a_kernel_ended_is_known(specs, code, status):  # A01, A02
    async def look():
        manager = specs()
        async with started(manager) as client:
            process = manager.provisioner.process
            client.execute(code)
            return await asyncio.to_thread(process.wait, 10), await manager.is_alive()

    assert asyncio.run(look()) == (status, False)


def test_killed_parent_ends_its_kernels(specs):
    """When the warm parent is killed its kernels end and the next starts another."""
    async def look():
        manager = specs()
        async with started(manager):
            process = manager.provisioner.process
            parent = psutil.Process(process.pid).ppid()
            kernel = psutil.Process(process.pid)
            os.kill(parent, signal.SIGKILL)
            await asyncio.to_thread(process.wait, 10)
            gone = not psutil.wait_procs([kernel], timeout=10)[1]
        async with started(specs()) as client:
            return gone, parent, int(await said(client, "import os; print(os.getppid())"))

    gone, before, after = asyncio.run(look())
    assert gone and before != after


def parent_of(manager):
    """The process a manager's kernel was forked from."""
    return psutil.Process(psutil.Process(manager.provisioner.process.pid).ppid())


def test_a_killed_parent_is_replaced_by_its_standby(specs):
    """The next kernel comes at once, from modules that were not loaded again."""

    async def look():
        first = specs()
        async with started(first):
            parent = parent_of(first)
            standby = parent.parent()
            parent.kill()
            await asyncio.to_thread(first.provisioner.process.wait, 10)
        begun, second = time.monotonic(), specs()
        async with started(second):
            return time.monotonic() - begun, parent, parent_of(second), standby

    seconds, before, after, standby = asyncio.run(look())
    assert before != after and after.parent() == standby and seconds < 3, seconds


def test_a_killed_standby_is_noticed_by_no_kernel(specs):
    """Kernels and newcomers go on; meanwhile another pair is started, and the old parent ends with its last kernel."""
    modules = FORKED["config"]["modules"]

    async def look():
        first, second = specs(), specs()
        async with started(first) as client:
            parent, before = parent_of(first), provisioner.prepare(modules)
            parent.parent().kill()
            async with started(second):
                same = parent_of(second) == parent and provisioner.prepare(modules) == before
            provisioner.look_after(modules)
            until = time.monotonic() + 60
            while provisioner.prepare(modules) == before and time.monotonic() < until:
                await asyncio.sleep(0.2)
            provisioner.let_go()
            third = specs()
            async with started(third):
                apart = parent_of(third) != parent
            return same, apart, await said(client, "print(6 * 7)"), parent

    same, apart, answer, parent = asyncio.run(look())
    assert same and apart and answer == "42"
    until = time.monotonic() + 30
    while parent.is_running() and time.monotonic() < until:
        provisioner.let_go()
        time.sleep(0.2)
    assert not parent.is_running()


@pytest.mark.parametrize(
    "change",
    [
        pytest.param({"command": [sys.executable, "-X", "dev", "-m", "ipykernel_launcher", "-f", "{connection_file}"]}, id="options"),
        pytest.param({"stanza": {**FORKED, "config": {"parent_socket": "/nobody/here"}}}, id="nobody answers"),
        pytest.param({"env": {**os.environ, "PYTHONHASHSEED": "7"}}, id="environment read at start"),
        pytest.param({"fork": False}, id="Windows"),
        pytest.param({"stanza": {**FORKED, "config": {"modules": ["threaded_module"]}}}, id="a module that starts a thread"),
    ],
)  # fmt: skip
def test_no_fork_starts_an_ordinary_kernel(specs, change, monkeypatch, tmp_path, caplog):
    """Where no fork is possible an ordinary kernel starts and says so."""
    change = dict(change)
    environment = change.pop("env", dict(os.environ))
    if not change.pop("fork", True):
        monkeypatch.setattr(warm, "can_fork", lambda: False)
    (tmp_path / "threaded_module.py").write_text("import threading, time\nthreading.Thread(target=time.sleep, args=(60,)).start()")
    monkeypatch.setenv("PYTHONPATH", str(tmp_path))
    environment["PYTHONPATH"] = str(tmp_path)

    async def look():
        manager = specs(**change)
        manager.log.propagate = True
        async with started(manager, env=environment) as client:
            return isinstance(manager.provisioner.process, subprocess.Popen), await said(client, "print(6 * 7)")

    assert asyncio.run(look()) == (True, "42")
    assert "An ordinary kernel is started" in caplog.text


def test_papermill_starts_the_installed_kernel_by_name(tmp_path):
    found = subprocess.run(
        [sys.executable, "-m", "jupyter", "kernelspec", "list", "--json"], capture_output=True, check=True, text=True
    )
    assert provisioner.KERNEL_SPEC in json.loads(found.stdout)["kernelspecs"]
    cells = [nbformat.v4.new_code_cell("a = 1"), nbformat.v4.new_code_cell("import os, pathlib\nprint(a, os.getppid())")]
    cells[0].metadata["tags"] = ["parameters"]
    spec = {"name": provisioner.KERNEL_SPEC, "display_name": "x", "language": "python"}
    nbformat.write(nbformat.v4.new_notebook(cells=cells, metadata={"kernelspec": spec}), tmp_path / "in.ipynb")
    ended = subprocess.run(
        [sys.executable, "-m", "papermill", "in.ipynb", "out.ipynb", "-p", "a", "7", "--no-progress-bar"],
        cwd=tmp_path, capture_output=True, check=True, text=True,
    )  # fmt: skip
    assert "ordinary kernel" not in ended.stderr
    printed = nbformat.read(tmp_path / "out.ipynb", 4).cells[-1].outputs[0].text.split()
    assert printed[0] == "7" and not psutil.pid_exists(int(printed[1]))  # the parent ended with papermill


def test_a_failing_kernel_is_named_also_when_it_was_not_forked(tmp_path):  # A01, A02
    notebooks = {
        PROVINCE: [RECORD, "import os\nos._exit(3)"],
        SHARE: ["import os, signal\nos.kill(os.getpid(), signal.SIGKILL)"],
        COMMERCE: [RECORD],
        EVALUATION: [RECORD],
    }
    runs = [run_of("exits", PROVINCE), run_of("killed", SHARE, measure="mic"), run_of("good", COMMERCE, measure="moit")]
    path = tiny_project.make(tmp_path, notebooks, runs)
    results = tiny_project.execute_plan(tmp_path, path, use_warm=False)[1]
    assert "mã thoát 3" in results["exits"].reason.vi and "tín hiệu 9" in results["killed"].reason.vi


def test_bad_start_ends_other_environment_declined(tmp_path):
    """A process that cannot begin ends and one that asks for another environment is declined."""
    environment = attempt._environment(tmp_path)
    folder = owned.folder()
    with warm.started(["json"], folder / "p", environment) as path:
        assert warm.fork(path, "json", [], folder=tmp_path / "missing", environment=environment).wait(10) == 1
        assert warm.fork(path, "json", [], folder=tmp_path, environment={}) is None
    assert warm.fork(path, "json", [], folder=tmp_path, environment=environment) is None
    folder.rmdir()


def test_the_client_says_when_a_kernel_died_before_it_answered(specs):
    async def look():
        manager = specs(None, [sys.executable, "-c", "raise SystemExit(5)"])
        manager.client_factory = provisioner.ReadyClient
        await manager.start_kernel()
        client = manager.client()
        client.start_channels()
        try:
            begun = time.monotonic()
            with pytest.raises(RuntimeError, match="died before replying"):
                await client.wait_for_ready(timeout=30)
            return time.monotonic() - begun
        finally:
            client.stop_channels()
            await manager.shutdown_kernel(now=True)

    assert asyncio.run(look()) < 10
    assert issubclass(provisioner.ReadyClient, AsyncKernelClient) and runner.KERNEL
