"""One run at work: its process, its folder, its time limit, and what is made of it when it ends."""

from __future__ import annotations

import contextlib
import json
import os
import shutil
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from forecast import files
from forecast.domain import Text
from forecast.evidence.journal import READS
from forecast.runs import folders
from forecast.runs.execution import child, failure, heartbeat, transient
from forecast.runs.plans import notebook
from forecast.runs.plans.parameters import NOTEBOOKS
from forecast.runs.plans.plan import PlannedRun
from forecast.runs.processes import owned, pictures, warm
from forecast.runs.records import identity, manifest

LOG = "log.txt"
CLAIMS = ".claims"  # of runs that any of several workers may be asked for


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
class Try:
    """Which try of a run this is, and why the tries before it failed (transient causes only)."""

    number: int = 1
    reasons: tuple[str, ...] = ()


@dataclass(frozen=True)
class Working:
    """A run whose process has been started."""

    run: PlannedRun
    run_id: str
    process: subprocess.Popen | warm.Forked
    folder: Path
    scratch: Path
    started: float
    attempt: Try = Try()


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


def launcher(
    place: Path,
    shared: Shared,
    stack: contextlib.ExitStack,
    kernel_modules: Sequence[str],
    runner_modules: Sequence[str],
    use_warm: bool,
) -> Callable[..., Working]:
    """A function that starts one run. Two warm processes (see warm.py) serve all runs: one to run, one for kernels."""
    environment = _environment(shared.root)
    kernels = runners = None
    if use_warm:
        if "vl_convert" in kernel_modules and (pen := stack.enter_context(pictures.started(place / "d.sock", environment))):
            environment[pictures.SOCKET] = str(pen)
        kernels = stack.enter_context(
            warm.started([*warm.KERNEL_MODULES, "forecast.runs.records.record", *kernel_modules], place / "k.sock", environment)
        )
        runners = stack.enter_context(
            warm.started(["forecast.runs.execution.child", *runner_modules], place / "r.sock", environment)
        )

    def launch(run: PlannedRun, run_id: str, attempt: Try = Try()) -> Working:
        scratch = Path(tempfile.mkdtemp(dir=place, prefix=""))
        folder = folders.out_folder(shared.root) / f"{folders.TEMPORARY}{run_id}"
        folder.mkdir()
        (scratch / "job.json").write_text(
            files.as_json(_job(run, run_id, folder, shared, kernels, attempt)), encoding="utf-8"
        )
        own = {
            folders.RUN_DIR: str(folder),
            "IPYTHONDIR": str(scratch / "ipython"),
            "JUPYTER_RUNTIME_DIR": str(scratch),
            READS: str(scratch / child.READS_FILE),
        }
        process = _start(runners, scratch, {**environment, **own})
        return Working(run, run_id, process, folder, scratch, time.monotonic(), attempt)

    return launch


def _start(runners: Path | None, scratch: Path, environment: Mapping[str, str]) -> subprocess.Popen | warm.Forked:
    """The process of a run: forked from the warm one, an ordinary one where there is none."""
    module, job = "forecast.runs.execution.child", str(scratch / "job.json")
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
    """Whether the run's process has ended; one that is over its time or writes too much is ended here (A04)."""
    if one.process.poll() is not None:
        return True
    if _written(one) > limits.output_bytes:
        problem = failure.output_too_large(limits.output_bytes)
        outcome = {"state": "failed", "reason_vi": problem.vi, "reason_en": problem.en}
        files.write_whole(one.scratch / child.OUTCOME, files.as_json(outcome))
    elif time.monotonic() - one.started < limits.run_seconds:
        return False
    owned.kill_tree(one.process.pid)
    one.process.wait()
    return True


def _written(one: Working) -> int:
    """Bytes that a run has written so far: its folder, its work folder and its log."""
    total = 0
    for path in (one.scratch / LOG, *one.folder.rglob("*"), *(one.scratch / "work").rglob("*")):
        with contextlib.suppress(OSError):
            total += path.stat().st_size
    return total


def _environment(root: Path) -> dict[str, str]:
    """The environment of every run: UTF-8, one thread per process, our own package, no plotting window."""
    path = os.pathsep.join(filter(None, [str(files.PACKAGE.parent), os.environ.get("PYTHONPATH", "")]))
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


def _job(
    run: PlannedRun, run_id: str, folder: Path, shared: Shared, kernel_parent: Path | None, attempt: Try
) -> dict[str, Any]:
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
        "output_bytes": shared.limits.output_bytes,
        "attempts": attempt.number,
        "retried": list(attempt.reasons),
    }


def collect(one: Working, shared: Shared) -> Result:
    """How a run ended that has ended: moved into place when it is whole, set aside otherwise."""
    state, reason, may_pass = _outcome(one, shared.limits)
    _close(one)
    final = folders.out_folder(shared.root) / one.run_id
    changed = identity.changed(one.run, shared.digests, shared.root) if state in manifest.GOOD else None
    if changed is not None:
        state, reason = "failed", changed
    if state in manifest.GOOD:
        files.move_folder(one.folder, final)
        found = manifest.verify(final)
        if not found:
            return _result(one, state, reason, final)
        vi, en = (" ".join(problem.in_language(language) for problem in found) for language in ("vi", "en"))
        state, reason = "failed", Text(vi, en)
        shutil.move(final, one.folder)
    return _result(one, state, reason, _set_aside(one, shared, state, reason), may_pass)


def _result(one: Working, state: str, reason: Text, folder: Path, may_pass: bool = False) -> Result:
    seconds = time.monotonic() - one.started
    return Result(one.run.name, one.run_id, state, folder, reason, seconds, transient=may_pass)


def next_try(one: Working, result: Result) -> tuple[Try, float] | None:
    """The try after one that failed for a transient cause and the pause before it; None when there is no more."""
    pause = transient.pause_before(one.attempt.number + 1) if result.transient else None
    if pause is None:
        return None
    return Try(one.attempt.number + 1, (*one.attempt.reasons, result.reason.vi)), pause


def run_one(run: PlannedRun, shared: Shared, launch: Callable[..., Working] | None = None) -> Result:
    """Run one planned run whole, in any process: folder, process, record, retries and heartbeat.

    A run that is stored and sound is not run again (`skipped`). `launch` comes from `launcher` where runs share warm
    processes; without it the run imports for itself. Of two processes asked for the same run the second waits for the first,
    then finds it stored; RunError when it waited in vain. The caller takes the lock of the folder of runs once for all its
    workers (see execute.run).
    """
    out = folders.out_folder(shared.root)
    run_id = identity.run_id(run.name, run.parameters, identity.run_digests(run, shared.digests, shared.root))
    claim = out / CLAIMS / run_id
    claim.mkdir(parents=True, exist_ok=True)
    with files.locked(claim, wait_seconds=2 * shared.limits.run_seconds, say=lambda _text: None):
        final, left = out / run_id, out / f"{folders.TEMPORARY}{run_id}"
        if final.exists() and not manifest.verify(final):
            return stored(run.name, final)
        for folder, state, reason in ((final, "failed", failure.DAMAGED), (left, "lost", failure.LOST)):
            if folder.exists():
                failure.keep(out, run_id, folder, None, facts(run, shared, state, reason, 0.0))
        beat = heartbeat.Beat(out, shared.plan, [(run.name, run_id)])
        try:
            with tempfile.TemporaryDirectory(prefix="fk-", ignore_cleanup_errors=True) as place, contextlib.ExitStack() as stack:
                start = launch or launcher(Path(place), shared, stack, (), (), use_warm=False)
                return _tried(run, run_id, shared, start, beat)
        finally:
            beat.end()


def _tried(
    run: PlannedRun, run_id: str, shared: Shared, start: Callable[..., Working], beat: heartbeat.Beat
) -> Result:
    attempt = Try()
    while True:
        one = start(run, run_id, attempt)
        try:
            while not has_ended(one, shared.limits):
                beat.tick([run.name])
                time.sleep(0.03)
        except BaseException as stopped:
            interrupt(one, shared, interruption(stopped))
            raise
        result = collect(one, shared)
        again = next_try(one, result)
        if again is None:
            return result
        attempt = again[0]
        time.sleep(again[1])


def stored(name: str, folder: Path) -> Result:
    """The result of a run that is already there."""
    content = manifest.read(folder)
    reason = Text(str(content.get("reason_vi", "")), str(content.get("reason_en", "")))
    return Result(name, folder.name, content["state"], folder, reason, float(content["seconds"]["total"]), skipped=True)


def interruption(stopped: BaseException) -> Text:
    """In words, why a run was stopped from outside."""
    name = getattr(stopped, "name", type(stopped).__name__)
    return Text(f"Bị dừng giữa chừng ({name}).", f"Interrupted ({name}).")


def interrupt(one: Working, shared: Shared, reason: Text) -> None:
    """End a run at once and set aside what it left."""
    owned.kill_tree(one.process.pid)
    _close(one)
    _set_aside(one, shared, "interrupted", reason)


def _outcome(one: Working, limits: Limits) -> tuple[str, Text, bool]:
    """What the run says of itself; where it could say nothing, what its end says; and whether the cause may pass."""
    with contextlib.suppress(OSError, ValueError, KeyError):
        said = json.loads((one.scratch / child.OUTCOME).read_text(encoding="utf-8"))
        return said["state"], Text(said["reason_vi"], said["reason_en"]), bool(said.get("transient", False))
    if time.monotonic() - one.started >= limits.run_seconds:
        most = f"{limits.run_seconds:g}"
        return "timed_out", Text(f"Lượt chạy quá {most} giây.", f"The run took longer than {most} s."), False
    code = one.process.returncode
    if code == -9:
        vi = "Tiến trình bị hệ thống dừng (tín hiệu 9), có thể do hết bộ nhớ."
        return "failed", Text(vi, "The process was killed by signal 9, likely out of memory."), False
    vi, en = f"Tiến trình kết thúc bất thường (mã {code}).", f"The process ended abnormally (code {code})."
    return "failed", Text(vi, en), False


def _close(one: Working) -> None:
    if one.process.stdin:
        one.process.stdin.close()
    one.process.wait()


def _set_aside(one: Working, shared: Shared, state: str, reason: Text) -> Path:
    kept = facts(one.run, shared, state, reason, time.monotonic() - one.started, one.attempt.number)
    return failure.keep(folders.out_folder(shared.root), one.run_id, one.folder, one.scratch / LOG, kept)


def facts(
    run: PlannedRun, shared: Shared, state: str, reason: Text, seconds: float, attempts: int = 1
) -> dict[str, Any]:
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
        "attempts": attempts,
        "versions": dict(shared.versions),
    }
