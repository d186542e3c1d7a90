"""Kernels forked from a warm parent, for whoever starts kernels through jupyter_client: papermill, Voila, JupyterLab.

A kernel spec names `forecast-fork` as its provisioner (jupyter_client's entry point `kernel_provisioners`); its classes
are the library's contract, hence the inheritance. Each kernel is a real ipykernel in a process and session of its own.
Where no fork is possible an ordinary kernel starts and the log says so.
"""

from __future__ import annotations

import asyncio
import atexit
import contextlib
import os
import shutil
import threading
import time
from collections.abc import Mapping, Sequence
from pathlib import Path
from queue import Empty
from typing import Any

import zmq
import zmq.asyncio
from jupyter_client.asynchronous.client import AsyncKernelClient
from jupyter_client.provisioning import LocalProvisioner
from traitlets import List, Unicode

from forecast.runs.processes import owned, warm

NAME = "forecast-fork"
KERNEL_SPEC = "hung_yen"
KERNEL = "forecast.runs.processes.kernel"
_FORKED = ("ipykernel_launcher", "ipykernel", KERNEL)  # what a kernel's command may name
_SILENCE = 0.2  # seconds without an answer after which the question is repeated
_parents: dict[tuple[str, ...], owned.Owned] = {}
_retired: list[owned.Owned] = []  # whose kernels still run
_preparing, _renewing = threading.Lock(), threading.Lock()


class ReadyClient(AsyncKernelClient):
    """The library's client, ready as soon as the kernel's answers arrive (the library then waits 0.2 s for silence)."""

    def _context_default(self) -> zmq.asyncio.Context:
        self._created_context = True
        context = zmq.asyncio.Context()
        context.setsockopt(zmq.RECONNECT_IVL, 5)  # milliseconds; the kernel binds its sockets while we already knock
        context.setsockopt(zmq.RCVHWM, 0)  # what waits to be read is never thrown away; the run's memory has its own limit
        return context

    async def wait_for_ready(self, timeout: float | None = None) -> None:
        """Wait until a question is answered on the shell channel and its end is heard on iopub; RuntimeError if not."""
        deadline = time.monotonic() + (float("inf") if timeout is None else timeout)
        while time.monotonic() < deadline:
            asked = self.kernel_info()
            reply = await _heard(self.get_shell_msg, asked, lambda message: message["msg_type"] == "kernel_info_reply", 1.0)
            if reply and await _heard(self.get_iopub_msg, asked, _is_idle, _SILENCE):
                self._handle_kernel_info_reply(reply)
                return
            if not await self.is_alive():
                raise RuntimeError("Kernel died before replying to kernel_info")
        raise RuntimeError(f"Kernel didn't respond in {timeout:g} seconds")


async def _heard(listen: Any, asked: str, wanted: Any, silence: float) -> Any:
    """The wanted message that answers `asked`; None after `silence` seconds without any message."""
    with contextlib.suppress(Empty):
        while True:
            message = await listen(timeout=silence)
            if message["parent_header"].get("msg_id") == asked and wanted(message):
                return message
    return None


def _is_idle(message: Mapping[str, Any]) -> bool:
    return message["msg_type"] == "status" and message["content"]["execution_state"] == "idle"


class ForkProvisioner(LocalProvisioner):
    """The library's local provisioner, whose kernel is forked from a parent with `modules` loaded.

    `parent_socket` is that of a parent someone else keeps; without it this process keeps one for each set of modules.
    """

    modules = List(Unicode(), config=True, help="modules loaded once for all kernels")
    parent_socket = Unicode("", config=True, help="socket of a warm parent; empty: one of our own")
    _sockets: Path | None = None

    async def pre_launch(self, **kwargs: Any) -> dict[str, Any]:
        """Before the connection file is written: sockets in a private folder instead of ports that another may take."""
        manager = self.parent
        if manager is not None and warm.can_fork():
            if manager.transport == "tcp" and not any(manager.ports):
                self._sockets = owned.folder()
                manager.transport, manager.ip, manager.cache_ports = "ipc", str(self._sockets / "k"), False
            if manager.client_factory is AsyncKernelClient:
                manager.client_factory = ReadyClient
        return await super().pre_launch(**kwargs)

    async def launch_kernel(self, cmd: list[str], **kwargs: Any) -> Any:
        """Fork the kernel, or start the command as the library does; the connection information."""
        forked: Any = await asyncio.to_thread(self._fork, cmd, kwargs)
        if forked is None:
            self.log.warning(
                "Kernel khởi động kiểu thường (chậm hơn): máy này không rẽ nhánh được tiến trình đã nạp sẵn. / "
                "An ordinary kernel is started (slower): no warm process to fork it from."
            )
            return await super().launch_kernel(cmd, **kwargs)
        self.process = forked
        self.pid = self.pgid = forked.pid  # it leads a session of its own
        self.cwd = kwargs.get("cwd") or Path.cwd()
        return self.connection_info

    async def wait(self) -> int | None:
        """The exit status once the kernel has ended (the library looks every 0.1 s only)."""
        while self.process is not None and self.process.poll() is None:
            await asyncio.sleep(0.005)
        return await super().wait()

    async def cleanup(self, restart: bool = False) -> None:
        """Remove the folder of the sockets when the kernel does not come back."""
        await super().cleanup(restart)
        if self._sockets is not None and not restart:
            shutil.rmtree(self._sockets, ignore_errors=True)

    def _fork(self, cmd: Sequence[str], kwargs: Mapping[str, Any]) -> warm.Forked | None:
        module, arguments = _module_of(cmd)
        output, errors = _handle(kwargs.get("stdout"), 1), _handle(kwargs.get("stderr"), 2)
        if module not in _FORKED or output is None or errors is None or not warm.can_fork():
            return None
        for _ in range(2):  # a parent killed while it was asked: its standby is there by now
            path = Path(self.parent_socket) if self.parent_socket else prepare(self.modules)
            forked = warm.fork(
                path,
                KERNEL,
                [*arguments, f"--IPKernelApp.parent_handle={warm.PARENT}"],
                folder=Path(kwargs.get("cwd") or Path.cwd()),
                environment=kwargs["env"],
                output=(output, errors),
            )
            if forked is not None:
                return forked
        return None


def prepare(modules: Sequence[str]) -> Path | None:
    """The socket of this process's parent for `modules`, started at the first call and after it was killed; None where none can be.

    A server calls it when it starts, so that the first kernel finds the modules loaded.
    """
    key = tuple(modules)
    with _preparing:
        parent = _parents.get(key)
        if parent is not None and parent.process.poll() == 0:
            return None  # it declined: one of the modules starts a thread
        if parent is not None and not parent.alive() and warm.children(parent.socket) is None:
            _end(parent)
            parent = None
        if parent is None and (parent := _begun(key)) is not None:
            _parents[key] = parent
        return parent.socket if parent else None


def look_after(modules: Sequence[str]) -> None:
    """What a server does now and then: start a parent that was killed, renew one that lost its standby, let go of those renewed."""
    prepare(modules)
    let_go()
    parent = _parents.get(tuple(modules))
    if parent is not None and parent.process.poll() not in (None, 0) and not _renewing.locked():
        renew_later(modules)


def renew_later(modules: Sequence[str]) -> None:
    """The same as `renew`, beside whatever the process does."""
    threading.Thread(target=renew, args=(modules,), daemon=True).start()


def renew(modules: Sequence[str]) -> None:
    """Start another parent for `modules` beside the one there is, whose kernels stay; it takes over once it has loaded everything.

    What the old one holds is let go when the last of its kernels has ended (see `let_go`).
    """
    key = tuple(modules)
    with _renewing:
        if (parent := _begun(key)) is not None:
            if warm.children(parent.socket) is None and parent.process.poll() != 0:  # killed while it loaded
                _end(parent)
                return
            if (old := _parents.get(key)) is not None:
                _retired.append(old)
            _parents[key] = parent


def let_go() -> None:
    """End the parents that were renewed and have no kernel any more."""
    for parent in list(_retired):
        if not warm.children(parent.socket):
            _retired.remove(parent)
            _end(parent)


def _begun(key: tuple[str, ...]) -> owned.Owned | None:
    folder = owned.folder()
    try:
        parent = warm.start([warm.STANDBY, *warm.KERNEL_MODULES, *key], folder / "p", {**os.environ, **warm.ONE_THREAD}, safe_path=False)
    except OSError:
        shutil.rmtree(folder, ignore_errors=True)
        return None
    atexit.register(_end, parent)
    return parent


def _end(parent: owned.Owned) -> None:
    with contextlib.suppress(OSError):
        parent.close()
    shutil.rmtree(parent.socket.parent, ignore_errors=True)


def _module_of(cmd: Sequence[str]) -> tuple[str, list[str]]:
    """The module and arguments of `python [-options] -m MODULE ARGUMENT...`; an empty name for anything else."""
    options = list(cmd[1:])
    while options and options[0] in ("-P", "-Xfrozen_modules=off"):
        options.pop(0)
    return (options[1], options[2:]) if len(options) > 1 and options[0] == "-m" else ("", [])


def _handle(stream: Any, default: int) -> int | None:
    """The file handle behind a stream as subprocess takes it; None for one that only subprocess can make."""
    if stream is None:
        return default
    if isinstance(stream, int):
        return stream if stream >= 0 else None
    with contextlib.suppress(OSError, AttributeError, ValueError):
        return stream.fileno()
    return None


def spec(parent: str | None, command: Sequence[str]) -> dict[str, Any]:
    """The content of a kernel.json: `command` starts the kernel where the parent at the socket cannot."""
    content: dict[str, Any] = {"argv": list(command), "display_name": KERNEL_SPEC, "language": "python"}
    if parent is not None:
        config = {"parent_socket": parent}
        content["metadata"] = {"kernel_provisioner": {"provisioner_name": NAME, "config": config}}
    return content

