"""The executor of this machine: a few runs at once, each in its own process group, tried again where the cause may pass."""

from __future__ import annotations

import contextlib
import tempfile
import time
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path

from forecast.runs.execution import one_run, preload
from forecast.runs.execution.executors import Executor, Pairs, Tick
from forecast.runs.execution.one_run import Result, Shared, Try, Working
from forecast.runs.records import identity


def executor(workers: int, use_warm: bool) -> Executor:
    """Runs `workers` at once on this machine; `use_warm` lets them share processes that loaded the libraries once."""

    def execute(waiting: Pairs, shared: Shared, tick: Tick) -> Iterator[Result]:
        with (
            tempfile.TemporaryDirectory(prefix="forecast-", ignore_cleanup_errors=True) as place,
            contextlib.ExitStack() as stack,
        ):
            kernels = preload.for_kernels(waiting, shared.root)
            launch = one_run.launcher(Path(place), shared, stack, kernels, preload.RUNNER_MODULES, use_warm)
            identity.require_sound(shared.root)  # while the warm processes load
            queue = [(run, run_id, Try(), 0.0) for run, run_id in waiting]
            running: list[Working] = []
            try:
                while queue or running:
                    while len(running) < max(workers, 1) and (ready := _ready(queue)) is not None:
                        run, run_id, attempt, _ = queue.pop(ready)
                        running.append(launch(run, run_id, attempt))
                    for one in [one for one in running if one_run.has_ended(one, shared.limits)]:
                        result = one_run.collect(one, shared)
                        running.remove(one)
                        again = one_run.next_try(one, result)
                        if again is None:
                            yield result
                        else:
                            queue.append((one.run, one.run_id, again[0], time.monotonic() + again[1]))
                    tick(_spent(running))
                    time.sleep(0.03)
            except BaseException as stopped:
                for one in running:
                    one_run.interrupt(one, shared, one_run.interruption(stopped))
                raise

    return execute


def _ready(queue: Sequence[tuple]) -> int | None:
    """The place of the first run whose time has come."""
    now = time.monotonic()
    return next((place for place, item in enumerate(queue) if item[3] <= now), None)


def _spent(running: Sequence[Working]) -> Mapping[str, float]:
    now = time.monotonic()
    return {one.run.name: now - one.started for one in running}
