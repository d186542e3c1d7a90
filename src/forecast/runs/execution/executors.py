"""The seam between a plan and whatever runs it, this machine (local.py) or a cluster (fanout.py): what both are told and give back."""

from __future__ import annotations

from collections.abc import Callable, Generator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from forecast.domain import Text
from forecast.runs.plans import notebook
from forecast.runs.plans.plan import PlannedRun
from forecast.runs.records import identity, manifest

LATE_MODULES = (  # what the rooms import only when they need it
    "altair",
    "cmdstanpy.model",
    "forecast.evidence.store",
    "forecast.headline",
    "forecast.models.series.methods",
    "prophet",
    "scipy.stats",
    "statsmodels.tsa.arima.model",
    "statsmodels.tsa.exponential_smoothing.ets",
    "statsmodels.tsa.statespace.structural",
)
ROOMS = ("forecast.models", "forecast.evaluation", "forecast.policy")  # notebooks that import these need LATE_MODULES


@dataclass(frozen=True)
class Limits:
    """How long a cell and a whole run may take (seconds), how much memory a run may hold and how much it may write (bytes)."""

    cell_seconds: float = 120.0
    run_seconds: float = 300.0
    memory_bytes: int = 4 * 2**30
    output_bytes: int = 100 * 10**6


@dataclass(frozen=True)
class Shared:
    """What all runs of one plan have in common."""

    root: Path
    plan: str
    digests: identity.Digests
    versions: Mapping[str, str]
    limits: Limits


@dataclass(frozen=True)
class Result:
    """How one run of a plan ended: succeeded, refused (an honest answer), failed, timed_out, interrupted or lost."""

    name: str
    run_id: str
    state: str
    folder: Path
    reason: Text
    seconds: float
    skipped: bool = False
    transient: bool = False

    @property
    def good(self) -> bool:
        return self.state in manifest.GOOD


Pairs = Sequence[tuple[PlannedRun, str]]
"""Planned runs with their run ids."""

Tick = Callable[[Mapping[str, float]], None]
"""To be called at least every second with the names of the runs at work and the seconds each has taken."""

Executor = Callable[[Pairs, Shared, Tick], Generator[Result, None, None]]
"""Takes the runs that are not there yet and yields how each ended, in any order, each once.

Each run is made of attempts (attempt.py), so that folders, records and retries are the same everywhere. When it is closed or
an exception is thrown into it, it ends what it started and sets it aside as interrupted.
"""


def kernel_modules(waiting: Pairs, root: Path) -> list[str]:
    """What a warm parent of kernels loads: the modules that the notebooks of the waiting runs import, and what those load later."""
    paths = dict.fromkeys(notebook.path_of(root, run.notebook) for run, _ in waiting)
    modules = list(dict.fromkeys(name for path in paths for name in notebook.imports(path)))
    modules += ["forecast.runs.processes.offline"] if "altair" in modules else []
    return [*modules, *LATE_MODULES] if any(name in ROOMS for name in modules) else modules
