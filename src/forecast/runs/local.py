"""The executor of this machine: a few runs at once, each in its own process group, tried again where the cause may pass."""

from __future__ import annotations

import contextlib
import tempfile
import time
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path

from forecast.runs import notebook, work
from forecast.runs.executor import Executor, Pairs, Tick
from forecast.runs.work import Result, Shared, Try, Working

LATE_MODULES = (  # what the rooms import only when they need it
    "altair",
    "cmdstanpy.model",
    "prophet",
    "scipy.stats",
    "statsmodels.tsa.api",
    "statsmodels.tsa.forecasting.theta",
    "vl_convert",
)
KERNEL_MODULES = (
    "ipykernel.debugger",
    "IPython.extensions.storemagic",
    "IPython.core.completerlib",
    "forecast.runs.record",
)
ROOMS = ("forecast.models", "forecast.evaluation", "forecast.policy")  # notebooks that import these need LATE_MODULES
RUNNER_MODULES = (
    *("papermill", "nbclient", "nbconvert.exporters", "nbformat", "jupyter_client.manager", "psutil"),
    "forecast.runs.capped",
)


def executor(workers: int, use_warm: bool) -> Executor:
    """Runs `workers` at once on this machine; `use_warm` lets them share processes that loaded the libraries once."""

    def execute(waiting: Pairs, shared: Shared, tick: Tick) -> Iterator[Result]:
        with (
            tempfile.TemporaryDirectory(prefix="forecast-", ignore_cleanup_errors=True) as place,
            contextlib.ExitStack() as stack,
        ):
            kernels = [*KERNEL_MODULES, *_modules(waiting, shared.root)]
            launch = work.launcher(Path(place), shared, stack, kernels, RUNNER_MODULES, use_warm)
            queue = [(run, run_id, Try(), 0.0) for run, run_id in waiting]
            running: list[Working] = []
            try:
                while queue or running:
                    while len(running) < max(workers, 1) and (ready := _ready(queue)) is not None:
                        run, run_id, attempt, _ = queue.pop(ready)
                        running.append(launch(run, run_id, attempt))
                    for one in [one for one in running if work.has_ended(one, shared.limits)]:
                        result = work.collect(one, shared)
                        running.remove(one)
                        again = work.next_try(one, result)
                        if again is None:
                            yield result
                        else:
                            queue.append((one.run, one.run_id, again[0], time.monotonic() + again[1]))
                    tick(_spent(running))
                    time.sleep(0.03)
            except BaseException as stopped:
                for one in running:
                    work.interrupt(one, shared, work.interruption(stopped))
                raise

    return execute


def _ready(queue: Sequence[tuple]) -> int | None:
    """The place of the first run whose time has come."""
    now = time.monotonic()
    return next((place for place, item in enumerate(queue) if item[3] <= now), None)


def _spent(running: Sequence[Working]) -> Mapping[str, float]:
    now = time.monotonic()
    return {one.run.name: now - one.started for one in running}


def _modules(waiting: Pairs, root: Path) -> list[str]:
    """The modules that the notebooks of the waiting runs import, to be loaded once."""
    paths = dict.fromkeys(notebook.path_of(root, run.notebook) for run, _ in waiting)
    found = list(dict.fromkeys(name for path in paths for name in notebook.imports(path)))
    return [*found, *LATE_MODULES] if any(name in ROOMS for name in found) else found
