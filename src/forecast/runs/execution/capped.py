"""papermill's engine with a cap on what a notebook may print (past it the kernel is stopped and the run fails in words), and
without the whole notebook written at the start and end of every cell."""

from __future__ import annotations

import asyncio
import contextlib
import signal
import time
from collections.abc import Iterator
from typing import Any

from nbclient.exceptions import DeadKernelError
from papermill.clientwrap import PapermillNotebookClient
from papermill.engines import NBClientEngine, papermill_engines

from forecast.errors import RunError
from forecast.runs.execution.failure import output_too_large

ENGINE = "forecast-capped"
SAVE_SECONDS = 2.0
_STREAMED = ("stream", "display_data", "execute_result", "update_display_data")


class CappedClient(PapermillNotebookClient):
    """A notebook client that counts the characters of all outputs; `most_output` is the most a notebook may print."""

    most_output = 0
    printed = 0
    ending: Any = None  # the task that kills the kernel once it has printed too much

    def process_message(self, msg: dict, cell: Any, cell_index: int) -> Any:
        if msg["msg_type"] in _STREAMED:
            content = msg["content"]
            self.printed += len(content.get("text", "")) + sum(len(str(part)) for part in content.get("data", {}).values())
        if self.printed > self.most_output:
            if self.ending is None:
                self.ending = asyncio.get_running_loop().create_task(self.km.signal_kernel(signal.SIGKILL))
            return None
        return super().process_message(msg, cell, cell_index)


class CappedEngine(NBClientEngine):
    """The engine that papermill calls by the name ENGINE, with `most_output` among its arguments."""

    @classmethod
    def execute_managed_notebook(
        cls, nb_man: Any, kernel_name: str, *, most_output: int, execution_timeout: float, start_timeout: float, km: Any, **_: Any
    ) -> Any:
        """Execute the cells; raises RunError when they print more than `most_output` characters."""
        limits = {"timeout": execution_timeout, "startup_timeout": start_timeout, "iopub_timeout": max(int(execution_timeout), 1)}
        client = CappedClient(nb_man, km=km, kernel_name=kernel_name, **limits)
        client.most_output = most_output
        try:
            with _saved_seldom(nb_man):
                return client.execute()
        except DeadKernelError:
            if client.ending is None:
                raise
            problem = output_too_large(most_output)
            raise RunError(problem.vi, problem.en) from None


@contextlib.contextmanager
def _saved_seldom(nb_man: Any) -> Iterator[None]:
    """papermill writes the whole notebook twice a cell; here once in SAVE_SECONDS, and when it ends, however it ends."""
    save, last = nb_man.save, time.monotonic()

    def seldom(**given: Any) -> None:
        nonlocal last
        if time.monotonic() - last >= SAVE_SECONDS:
            save(**given)
            last = time.monotonic()

    nb_man.save = seldom
    try:
        yield
    finally:
        nb_man.save = save  # papermill saves once more after this


papermill_engines.register(ENGINE, CappedEngine)
