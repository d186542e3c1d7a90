"""Who is running what, and is it still alive: one small file for each process that works on runs (A25, A26).

out/.active/<plan>-<pid>-<n>.json names the process (pid, its start, the machine's boot), the state of every run it was given,
and when it last moved, on the monotonic clock, so that a changed wall clock deceives nobody. A process that has gone, another
boot, or no beat for a while: what it was running is lost.
"""

from __future__ import annotations

import contextlib
import functools
import itertools
import json
import os
import time
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import psutil

from forecast import files
from forecast.runs.records import manifest

FOLDER = ".active"
STATES = ("queued", "running", "succeeded", "refused", "failed", "timed_out", "interrupted", "lost")
EVERY = 1.0  # seconds between beats
_NUMBERS = itertools.count(1)  # a process may work on several runs in threads
SILENT = 60.0  # seconds without a beat after which a living process counts as lost


@dataclass(frozen=True)
class Activity:
    """What one process was doing at its last beat, and whether it is still there."""

    path: Path
    plan: str
    pid: int
    alive: bool
    beat_at: str
    runs: Mapping[str, Mapping[str, str]]  # name -> state, run_id, since (UTC)

    def states(self) -> dict[str, str]:
        """State of each run; what a dead process was running or about to run is lost."""
        states = {name: str(run["state"]) for name, run in self.runs.items()}
        return {name: "lost" if not self.alive and state in STATES[:2] else state for name, state in states.items()}


class Beat:
    """The file of this process, rewritten when a state changes and at least every second while `tick` is called."""

    def __init__(self, out: Path, plan: str, runs: Iterable[tuple[str, str]]) -> None:
        self._path = out / FOLDER / f"{plan}-{os.getpid()}-{next(_NUMBERS)}.json"
        self._plan = plan
        self._runs = {name: {"state": "queued", "run_id": run_id, "since": _now()} for name, run_id in runs}
        self._last = 0.0
        self._path.parent.mkdir(parents=True, exist_ok=True)
        self._write()

    def change(self, name: str, state: str) -> None:
        """The run `name` is now in `state`."""
        if self._runs[name]["state"] != state:
            self._runs[name] = {**self._runs[name], "state": state, "since": _now()}
            self._write()

    def tick(self, running: Iterable[str] = ()) -> None:
        """Say that this process is alive and which runs it is at."""
        for name in running:
            self.change(name, "running")
        if time.monotonic() - self._last >= EVERY:
            self._write()

    def close(self) -> None:
        """This process has nothing more to run."""
        self._path.unlink(missing_ok=True)

    def _write(self) -> None:
        self._last = time.monotonic()
        content = {"plan": self._plan, **_identity(os.getpid()), "beat_monotonic": self._last, "beat_at": _now(), "runs": self._runs}
        temporary = self._path.with_suffix(".tmp")
        with contextlib.suppress(OSError):  # a full disk must not end the run that is being told of
            temporary.write_text(files.as_json(content), encoding="utf-8")
            os.replace(temporary, self._path)


def activities(out: Path) -> list[Activity]:
    """Every process that said it works on runs, dead ones included; files that cannot be read count as dead."""
    return [_read(path) for path in sorted((out / FOLDER).glob("*.json"))]


def alive_run_ids(out: Path) -> set[str]:
    """The ids of the runs that a living process is at."""
    runs = [run for activity in activities(out) if activity.alive for run in activity.runs.values()]
    return {str(run["run_id"]) for run in runs if run["state"] == "running"}


def forget_dead(out: Path) -> list[Activity]:
    """Remove the files of processes that have gone; what they were doing."""
    dead = [activity for activity in activities(out) if not activity.alive]
    for activity in dead:
        activity.path.unlink(missing_ok=True)
    return dead


def boot_id() -> str:
    """A text that changes when the machine starts anew."""
    with contextlib.suppress(OSError):
        return Path("/proc/sys/kernel/random/boot_id").read_text(encoding="ascii").strip()
    return str(round(psutil.boot_time()))


def is_alive(content: Mapping[str, Any]) -> bool:
    """Whether the process that wrote these facts is still the same process and has moved lately."""
    if content["boot_id"] != boot_id():
        return False
    try:
        started = started_at(int(content["pid"]))
    except (psutil.Error, OSError):
        return False
    same = abs(started - float(content["process_started"])) < 2.0
    return same and time.monotonic() - float(content["beat_monotonic"]) < SILENT


def started_at(pid: int) -> float:
    """When a process started, in seconds since the machine did where the system says so: a clock that is set moves nothing.

    Raises OSError or psutil.Error where there is no such process.
    """
    if Path("/proc/self/stat").exists():
        ticks = Path(f"/proc/{pid}/stat").read_text(encoding="utf-8", errors="replace").rpartition(")")[2].split()[19]
        return int(ticks) / os.sysconf("SC_CLK_TCK")
    return psutil.Process(pid).create_time()


@functools.cache
def _identity(pid: int) -> dict[str, Any]:
    return {"pid": pid, "process_started": started_at(pid), "boot_id": boot_id()}


def _read(path: Path) -> Activity:
    try:
        content = json.loads(path.read_text(encoding="utf-8"))
        runs = {str(name): dict(run) for name, run in content["runs"].items() if run["state"] in STATES}
        return Activity(path, str(content["plan"]), int(content["pid"]), is_alive(content), str(content["beat_at"]), runs)
    except (OSError, ValueError, KeyError, TypeError, AttributeError):
        return Activity(path, path.stem.rsplit("-", 2)[0], 0, False, "", {})


def _now() -> str:
    return manifest.stamp(time.time())
