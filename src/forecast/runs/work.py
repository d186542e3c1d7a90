"""One run at work: its process, its folder, its time limit, and what is made of it when it ends."""

from __future__ import annotations

import contextlib
import itertools
import json
import os
import shutil
import subprocess
import sys
import time
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from forecast.domain import Text
from forecast.runs import child, drawing, failure, folders, identity, manifest, notebook, warm
from forecast.runs.plan import PlannedRun
from forecast.runs.schema import NOTEBOOKS

LOG = "log.txt"
CLAIMS = ".claims"  # of runs that any of several workers may be asked for


@dataclass(frozen=True)
class Limits:
    """How long a cell and a whole run may take (seconds) and how much memory a run may hold (bytes)."""

    cell_seconds: float = 120.0
    run_seconds: float = 300.0
    memory_bytes: int = 4 * 2**30


@dataclass(frozen=True)
class Shared:
    """What all runs of one plan have in common."""

    root: Path
    plan: str
    digests: identity.Digests
    versions: Mapping[str, str]
    limits: Limits


@dataclass(frozen=True)
class Working:
    """A run whose process has been started."""

    run: PlannedRun
    run_id: str
    process: subprocess.Popen | warm.Forked
    folder: Path
    scratch: Path
    started: float


@dataclass(frozen=True)
class Result:
    """How one run of a plan ended: succeeded, refused (an honest answer), failed, timed_out or interrupted."""

    name: str
    run_id: str
    state: str
    folder: Path
    reason: Text
    seconds: float
    skipped: bool = False

    @property
    def good(self) -> bool:
        return self.state in manifest.GOOD


def launcher(
    place: Path,
    shared: Shared,
    stack: contextlib.ExitStack,
    kernel_modules: Sequence[str],
    runner_modules: Sequence[str],
    use_warm: bool,
) -> Callable[[PlannedRun, str], Working]:
    """A function that starts one run. Two warm processes (see warm.py) serve all runs: one to run, one for kernels."""
    environment = _environment(shared.root)
    kernels = runners = None
    if use_warm:
        if "vl_convert" in kernel_modules and (pen := stack.enter_context(drawing.started(place / "d.sock", environment))):
            environment[drawing.SOCKET] = str(pen)
        kernels = stack.enter_context(
            warm.started([*warm.KERNEL_MODULES, "forecast.runs.record", *kernel_modules], place / "k.sock", environment)
        )
        runners = stack.enter_context(
            warm.started(["forecast.runs.child", *runner_modules], place / "r.sock", environment)
        )

    numbers = itertools.count()

    def launch(run: PlannedRun, run_id: str) -> Working:
        scratch = place / str(next(numbers))
        folder = folders.out_folder(shared.root) / f"{folders.TEMPORARY}{run_id}"
        scratch.mkdir()
        folder.mkdir()
        (scratch / "job.json").write_text(folders.as_json(_job(run, run_id, folder, shared, kernels)), encoding="utf-8")
        own = {
            folders.RUN_DIR: str(folder),
            "IPYTHONDIR": str(scratch / "ipython"),
            "JUPYTER_RUNTIME_DIR": str(scratch),
        }
        process = _start(runners, scratch, {**environment, **own})
        return Working(run, run_id, process, folder, scratch, time.monotonic())

    return launch


def _start(runners: Path | None, scratch: Path, environment: Mapping[str, str]) -> subprocess.Popen | warm.Forked:
    """The process of a run: forked from the warm one, an ordinary one where there is none."""
    module, job = "forecast.runs.child", str(scratch / "job.json")
    with (scratch / LOG).open("wb") as log:
        output = log.fileno(), log.fileno()
        forked = warm.fork(runners, module, [job], folder=scratch, environment=environment, output=output)
        return forked or subprocess.Popen(
            [sys.executable, "-P", "-m", module, job],
            stdin=subprocess.PIPE,
            stdout=log,
            stderr=log,
            env=dict(environment),
            cwd=scratch,
            start_new_session=True,
        )


def has_ended(one: Working, limits: Limits) -> bool:
    """Whether the run's process has ended; one that is over its time is ended here (A04)."""
    if one.process.poll() is not None:
        return True
    if time.monotonic() - one.started < limits.run_seconds:
        return False
    warm.kill_tree(one.process.pid)
    one.process.wait()
    return True


def _environment(root: Path) -> dict[str, str]:
    """The environment of every run: UTF-8, one thread per process, our own package, no plotting window."""
    path = os.pathsep.join(filter(None, [str(identity.PACKAGE_FOLDER.parent), os.environ.get("PYTHONPATH", "")]))
    fixed = {
        "PYTHONUTF8": "1",
        "PYTHONHASHSEED": "0",
        "PYTHONPATH": path,
        "FORECAST_HOME": str(root),
        "OPENBLAS_NUM_THREADS": "1",
        "OMP_NUM_THREADS": "1",
        "MKL_NUM_THREADS": "1",
        "MPLBACKEND": "agg",
    }
    return {**os.environ, **fixed}


def _job(run: PlannedRun, run_id: str, folder: Path, shared: Shared, kernel_parent: Path | None) -> dict[str, Any]:
    return {
        "run_id": run_id,
        "plan": shared.plan,
        "name": run.name,
        "notebook": run.notebook,
        "parameters": dict(run.parameters),
        "notebook_path": str(notebook.path_of(shared.root, run.notebook)),
        "folder": str(folder),
        "digests": identity.run_digests(run, shared.digests, shared.root),
        "versions": dict(shared.versions),
        "tables": list(NOTEBOOKS[run.notebook].tables),
        "kernel_parent": None if kernel_parent is None else str(kernel_parent),
        "cell_seconds": shared.limits.cell_seconds,
        "memory_bytes": shared.limits.memory_bytes,
    }


def run_one(run: PlannedRun, shared: Shared, launch: Callable[[PlannedRun, str], Working]) -> Result:
    """One planned run whole, from whichever process: folder, process, record.

    A run that is stored and sound is not run again (`skipped`). What an earlier try left when its process was killed is set
    aside. Of two processes asked for the same run the second waits for the first, then finds it stored.
    """
    out = folders.out_folder(shared.root)
    run_id = identity.run_id(run.name, run.parameters, identity.run_digests(run, shared.digests, shared.root))
    claim = out / CLAIMS / run_id
    claim.mkdir(parents=True, exist_ok=True)
    with folders.locked(claim, wait_seconds=2 * shared.limits.run_seconds, say=lambda _text: None):
        final, left = out / run_id, out / f"{folders.TEMPORARY}{run_id}"
        if final.exists() and not manifest.verify(final):
            return stored(run.name, final)
        for folder, reason in ((final, failure.DAMAGED), (left, failure.ABANDONED)):
            if folder.exists():
                failure.keep(out, run_id, folder, None, facts(run, shared, "interrupted", reason, 0.0))
        one = launch(run, run_id)
        while not has_ended(one, shared.limits):
            time.sleep(0.005)
        return collect(one, shared)


def stored(name: str, folder: Path) -> Result:
    """The result of a run that is already there."""
    found = manifest.read(folder)
    reason = Text(str(found.get("reason_vi", "")), str(found.get("reason_en", "")))
    return Result(name, folder.name, found["state"], folder, reason, float(found["seconds"]["total"]), skipped=True)


def collect(one: Working, shared: Shared) -> Result:
    """How a run ended that has ended: moved into place when it is whole, set aside otherwise."""
    state, reason = _outcome(one, shared.limits)
    _close(one)
    final = folders.out_folder(shared.root) / one.run_id
    if state in manifest.GOOD:
        folders.move_folder(one.folder, final)
        found = manifest.verify(final)
        if not found:
            return _result(one, state, reason, final)
        state, reason = (
            "failed",
            Text(" ".join(problem.vi for problem in found), " ".join(problem.en for problem in found)),
        )
        shutil.move(final, one.folder)
    return _result(one, state, reason, _set_aside(one, shared, state, reason))


def _result(one: Working, state: str, reason: Text, folder: Path) -> Result:
    return Result(one.run.name, one.run_id, state, folder, reason, time.monotonic() - one.started)


def interrupt(one: Working, shared: Shared, reason: Text) -> None:
    """End a run at once and set aside what it left."""
    warm.kill_tree(one.process.pid)
    _close(one)
    _set_aside(one, shared, "interrupted", reason)


def _outcome(one: Working, limits: Limits) -> tuple[str, Text]:
    """What the run says of itself; where it could say nothing, what its end says."""
    with contextlib.suppress(OSError, ValueError, KeyError):
        said = json.loads((one.scratch / child.OUTCOME).read_text(encoding="utf-8"))
        return said["state"], Text(said["reason_vi"], said["reason_en"])
    if time.monotonic() - one.started >= limits.run_seconds:
        most = f"{limits.run_seconds:g}"
        return "timed_out", Text(f"Lượt chạy quá {most} giây.", f"The run took longer than {most} s.")
    code = one.process.returncode
    if code == -9:
        return "failed", Text(
            "Tiến trình bị hệ thống dừng (tín hiệu 9), có thể do hết bộ nhớ.",
            "The process was killed by signal 9, likely out of memory.",
        )
    return "failed", Text(
        f"Tiến trình kết thúc bất thường (mã {code}).", f"The process ended abnormally (code {code})."
    )


def _close(one: Working) -> None:
    if one.process.stdin:
        one.process.stdin.close()
    one.process.wait()


def _set_aside(one: Working, shared: Shared, state: str, reason: Text) -> Path:
    kept = facts(one.run, shared, state, reason, time.monotonic() - one.started)
    return failure.keep(folders.out_folder(shared.root), one.run_id, one.folder, one.scratch / LOG, kept)


def facts(run: PlannedRun, shared: Shared, state: str, reason: Text, seconds: float) -> dict[str, Any]:
    """What the record of a run that did not end well says."""
    return {
        "plan": shared.plan,
        "name": run.name,
        "notebook": run.notebook,
        "parameters": dict(run.parameters),
        "state": state,
        "reason_vi": reason.vi,
        "reason_en": reason.en,
        "finished_at": manifest.stamp(time.time()),
        "seconds": {"total": round(seconds, 3)},
        "versions": dict(shared.versions),
    }
