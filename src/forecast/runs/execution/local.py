"""The executor of this machine: a few runs at once, each in its own process group, tried again where the cause may pass."""

from __future__ import annotations

import contextlib
import tempfile
import time
from collections.abc import Generator
from pathlib import Path

from forecast.runs.execution import executors
from forecast.runs.execution.attempt import Attempt, Launch, Turn, collect, has_ended, interrupt, launcher, next_turn
from forecast.runs.execution.executors import Executor, Pairs, Result, Shared, Tick
from forecast.runs.records import identity


def executor(workers: int, use_warm: bool) -> Executor:
    """Runs `workers` at once on this machine; `use_warm` lets them share processes that loaded the libraries once."""

    def execute(waiting: Pairs, shared: Shared, tick: Tick) -> Generator[Result, None, None]:
        with (
            tempfile.TemporaryDirectory(prefix="forecast-", ignore_cleanup_errors=True) as scratch,
            contextlib.ExitStack() as stack,
        ):
            modules = executors.kernel_modules(waiting, shared.root) if use_warm else None
            launch = launcher(Path(scratch), shared, stack, modules)
            identity.require_sound(shared.root)  # while the warm processes load
            yield from ended([Turn(run, run_id) for run, run_id in waiting], shared, launch, tick, workers)

    return execute


def ended(
    turns: list[Turn], shared: Shared, launch: Launch, tick: Tick, workers: int = 1
) -> Generator[Result, None, None]:
    """How each run ended, `workers` at once, tried again where the cause may pass; what is at work is ended with this."""
    attempts: list[Attempt] = []
    try:
        while turns or attempts:
            while len(attempts) < max(workers, 1) and (turn := _ready(turns)):
                turns.remove(turn)
                attempts.append(launch(turn))
            for attempt in [attempt for attempt in attempts if has_ended(attempt, shared.limits)]:
                result = collect(attempt, shared)
                attempts.remove(attempt)
                if again := next_turn(attempt.turn, result):
                    turns.append(again)
                else:
                    yield result
            tick({attempt.name: attempt.seconds for attempt in attempts})
            time.sleep(0.03)
    except BaseException as stopped:
        for attempt in attempts:
            interrupt(attempt, shared, stopped)
        raise


def _ready(turns: list[Turn]) -> Turn | None:
    """The first run whose time has come."""
    return next((turn for turn in turns if turn.not_before <= time.monotonic()), None)
