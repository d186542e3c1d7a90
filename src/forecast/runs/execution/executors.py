"""The seam between a plan and whatever runs it: this machine (local.py) or a cluster."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence

from forecast.runs.execution.one_run import Result, Shared
from forecast.runs.plans.plan import PlannedRun

Pairs = Sequence[tuple[PlannedRun, str]]
"""Planned runs with their run ids."""

Tick = Callable[[Mapping[str, float]], None]
"""To be called at least every second with the names of the runs at work and the seconds each has taken."""

Executor = Callable[[Pairs, Shared, Tick], Iterator[Result]]
"""Takes the runs that are not there yet and yields how each ended, in any order, each once.

It runs each by `work.run_one` or its parts, so that folders, records and retries are the same everywhere. When it is closed or
an exception is thrown into it, it ends what it started and sets it aside as interrupted.
"""
