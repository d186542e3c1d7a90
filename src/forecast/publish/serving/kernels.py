"""Kernels that belong to the visitor who opened them."""

from __future__ import annotations

import asyncio
import contextlib
import ctypes
import gc
from typing import Any

from jupyter_server.base.call_context import CallContext
from jupyter_server.services.kernels.kernelmanager import AsyncMappingKernelManager

from forecast.people import PERSON, as_text
from forecast.publish.serving import environment, visitors
from forecast.publish.serving.login import client_of

REST_SECONDS = 2.0  # after the last kernel ended
_letting: set[asyncio.Future[None]] = set()


class OwnedKernels(AsyncMappingKernelManager):
    """The library's kernels, each with the visitor it was started for; nobody else may ask, hear or end it."""

    def __init__(self, **values: Any) -> None:
        super().__init__(**values)
        self.owners: dict[str, tuple[str, str]] = {}  # visitor and address
        self._resting: asyncio.Future[None] | None = None

    async def start_kernel(self, **values: Any) -> str:  # type: ignore[override]
        handler = CallContext.get(CallContext.JUPYTER_HANDLER)
        user = getattr(handler, "current_user", None)
        clean = environment.of_kernel(values.get("env") or {})
        if person := getattr(user, "person", None):
            clean[PERSON] = as_text(person)
        await visitors.room_made(handler)
        kernel_id = await super().start_kernel(**{**values, "env": clean})
        self.owners = {kernel: owner for kernel, owner in self.owners.items() if kernel in self}
        address = client_of(handler.request, handler.settings["voila"].told) if handler else ""
        if handler is not None:
            handler.kernel_id = kernel_id
        self.owners[kernel_id] = (getattr(user, "username", ""), address)
        return kernel_id

    def remove_kernel(self, kernel_id: str) -> Any:
        """Forget a kernel that ended; with the last of a crowd the memory it took goes back to the system."""
        kernel = super().remove_kernel(kernel_id)
        if not len(self):
            asyncio.get_running_loop().call_later(REST_SECONDS, self.rest)
        return kernel

    def rest(self) -> None:
        """Where nobody has come meanwhile give back what nobody uses: the C library would keep all a crowd once took."""
        if not len(self):
            self._resting = asyncio.ensure_future(asyncio.to_thread(_give_back))

    def _handle_kernel_died(self, kernel_id: str) -> None:
        """Let go of what the library holds for a kernel that was killed, as it does for one that is shut down."""
        kernel: Any = self.get_kernel(kernel_id)
        self.stop_watching_activity(kernel_id)
        self.stop_buffering(kernel_id)
        super()._handle_kernel_died(kernel_id)
        letting = asyncio.ensure_future(kernel.cleanup_resources())
        _letting.add(letting)
        letting.add_done_callback(_letting.discard)


def _give_back() -> None:
    gc.collect()
    with contextlib.suppress(OSError, AttributeError):  # another C library
        ctypes.CDLL(None).malloc_trim(0)
