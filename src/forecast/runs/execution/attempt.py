"""One attempt at a run: its process, its folder, its time limit, and what is made of it when it ends."""

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
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

from forecast import files, headline
from forecast.domain import Text
from forecast.errors import RunError
from forecast.evidence.journal import READS
from forecast.runs import folders
from forecast.runs.execution import failure, runner
from forecast.runs.execution.executors import Limits, Result, Shared
from forecast.runs.plans import notebook
from forecast.runs.plans.parameters import known_notebooks
from forecast.runs.plans.plan import PlannedRun
from forecast.runs.processes import owned, pictures, warm
from forecast.runs.records import identity, manifest

LOG = "log.txt"
_LOOK_SECONDS = 0.4  # between looks at what an attempt has written
_LEAST_LEFT = 2 * 1024 * 1024  # less than this in the folder of temporary files may be why a run could say nothing
RUNNER = "forecast.runs.execution.runner"
RUNNER_MODULES = (  # what a warm parent of runners loads
    RUNNER,
    *("papermill", "nbclient", "nbconvert.exporters", "nbformat", "jupyter_client.manager", "psutil"),
    "forecast.runs.execution.capped",
    "forecast.runs.processes.provisioner",
)


@dataclass(frozen=True)
class Turn:
    """A run that waits to be started: at first, or again after attempts that failed for the `reasons` (which may pass)."""

    run: PlannedRun
    run_id: str
    number: int = 1
    reasons: tuple[str, ...] = ()
    not_before: float = 0.0  # on the monotonic clock


@dataclass(frozen=True)
class Attempt:
    """A run whose process has been started."""

    turn: Turn
    process: subprocess.Popen | warm.Forked
    folder: Path
    scratch: Path
    started: float

    @property
    def name(self) -> str:
        return self.turn.run.name

    @property
    def seconds(self) -> float:
        """How long it has been running."""
        return time.monotonic() - self.started


Launch = Callable[[Turn], Attempt]


def launcher(scratch_root: Path, shared: Shared, stack: contextlib.ExitStack, kernel_modules: Sequence[str] | None) -> Launch:
    """A function that starts attempts, each with a folder of its own below `scratch_root`.

    Two warm processes (see warm.py) that end with `stack` serve all of them: one to run, one that has loaded `kernel_modules`
    for kernels; with None each attempt imports for itself. One more draws for all, whatever their notebooks import.
    """
    kernels = runners = None
    stack.enter_context(pictures.lent())
    environment = _environment(shared.root)
    if kernel_modules is not None:
        modules = [*warm.KERNEL_MODULES, "forecast.runs.records.record", *kernel_modules]
        kernels = owned.lent(stack, "kernels", modules, lambda path: warm.started(modules, path, environment))
        runners = owned.lent(stack, "runners", RUNNER_MODULES, lambda path: warm.started(RUNNER_MODULES, path, environment))

    def launch(turn: Turn) -> Attempt:
        folder = folders.out_folder(shared.root) / f"{folders.TEMPORARY}{turn.run_id}"
        folder.mkdir()
        try:
            scratch = Path(tempfile.mkdtemp(dir=scratch_root, prefix=""))
            (scratch / "job.json").write_text(files.as_json(_job(turn, folder, shared, kernels)), encoding="utf-8")
        except OSError as error:
            shutil.rmtree(folder, ignore_errors=True)
            problem = _full(scratch_root) or failure.in_words(error, Text(f"Thư mục tạm {scratch_root}", f"The temporary folder {scratch_root}"))
            raise RunError(problem.vi, problem.en) from error
        own = {
            folders.RUN_DIR: str(folder),
            "IPYTHONDIR": str(scratch / "ipython"),
            "JUPYTER_RUNTIME_DIR": str(scratch),
            READS: str(scratch / runner.READS_FILE),
        }
        process = _start(runners, scratch, {**environment, **own})
        return Attempt(turn, process, folder, scratch, time.monotonic())

    return launch


def _start(runners: Path | None, scratch: Path, environment: Mapping[str, str]) -> subprocess.Popen | warm.Forked:
    """The process of an attempt: forked from the warm one, an ordinary one where there is none."""
    job = str(scratch / "job.json")
    with (scratch / LOG).open("wb") as log:
        output = log.fileno(), log.fileno()
        forked = warm.fork(runners, RUNNER, [job], folder=scratch, environment=environment, output=output)
        return forked or subprocess.Popen(
            [sys.executable, "-P", "-m", RUNNER, job],
            stdin=subprocess.PIPE,
            stdout=log,
            stderr=log,
            env=dict(environment),
            cwd=scratch,
            start_new_session=True,
        )


def _environment(root: Path) -> dict[str, str]:
    """The environment of every run: UTF-8, one thread per process, our own package, no plotting window."""
    path = os.pathsep.join(filter(None, [str(files.PACKAGE.parent), os.environ.get("PYTHONPATH", "")]))
    fixed = {"PYTHONUTF8": "1", "PYTHONHASHSEED": "0", "PYTHONPATH": path, "FORECAST_HOME": str(root), "MPLBACKEND": "agg"}
    return {**os.environ, **warm.ONE_THREAD, **fixed}


def _job(turn: Turn, folder: Path, shared: Shared, kernel_parent: Path | None) -> dict[str, Any]:
    run = turn.run
    return {
        **_named(run, shared),
        "run_id": turn.run_id,
        "notebook_path": str(notebook.path_of(shared.root, run.notebook)),
        "folder": str(folder),
        "digests": identity.run_digests(run, shared.digests, shared.root),
        "tables": list(known_notebooks()[run.notebook].tables),
        "names": [headline.home(shared.root).vi, headline.other_province(str(run.parameters.get("territory", "")), shared.root)],
        "kernel_parent": None if kernel_parent is None else str(kernel_parent),
        **asdict(shared.limits),
        "attempts": turn.number,
        "retried": list(turn.reasons),
    }


def has_ended(attempt: Attempt, limits: Limits) -> bool:
    """Whether the attempt's process has ended; one that is over its time or writes too much is ended here (A04)."""
    if attempt.process.poll() is not None:
        return True
    if attempt.seconds % _LOOK_SECONDS < _LOOK_SECONDS / 4 and _written(attempt) > limits.output_bytes:  # a look costs more than a poll
        outcome = {"state": "failed", **failure.reason_entries(failure.output_too_large(limits.output_bytes))}
        files.write_whole(attempt.scratch / runner.OUTCOME, files.as_json(outcome))
    elif attempt.seconds < limits.run_seconds:
        return False
    owned.kill_tree(attempt.process.pid)
    attempt.process.wait()
    return True


def _written(attempt: Attempt) -> int:
    """Bytes that an attempt has written so far: its folder, its work folder and its log."""
    total = 0
    for path in (attempt.scratch / LOG, *attempt.folder.rglob("*"), *(attempt.scratch / "work").rglob("*")):
        with contextlib.suppress(OSError):
            total += path.stat().st_size
    return total


def collect(attempt: Attempt, shared: Shared) -> Result:
    """How an attempt that has ended ended: moved into place when it is whole, set aside otherwise."""
    state, reason, may_pass = _outcome(attempt, shared.limits)
    _close(attempt)
    turn = attempt.turn
    final = folders.out_folder(shared.root) / turn.run_id
    if state in manifest.GOOD and (changed := identity.changed(turn.run, shared.digests, shared.root)):
        state, reason = "failed", changed
    if state in manifest.GOOD:
        files.move_folder(attempt.folder, final)
        problems = manifest.verify(final)
        if not problems:
            files.protect(final)
            return Result(attempt.name, turn.run_id, state, final, reason, attempt.seconds)
        state, reason = "failed", Text.joined(problems, " ")
        shutil.move(final, attempt.folder)
    kept = _set_aside(attempt, shared, state, reason)
    return Result(attempt.name, turn.run_id, state, kept, reason, attempt.seconds, transient=may_pass)


def next_turn(turn: Turn, result: Result) -> Turn | None:
    """The turn after an attempt that failed for a cause that may pass; None when there is no more."""
    pause = failure.pause_before(turn.number + 1) if result.transient else None
    if pause is None:
        return None
    return Turn(turn.run, turn.run_id, turn.number + 1, (*turn.reasons, result.reason.vi), time.monotonic() + pause)


def interrupt(attempt: Attempt, shared: Shared, stopped: BaseException) -> None:
    """End an attempt at once and set aside what it left; `stopped` says why."""
    owned.kill_tree(attempt.process.pid)
    _close(attempt)
    name = getattr(stopped, "name", type(stopped).__name__)
    _set_aside(attempt, shared, "interrupted", Text(f"Bị dừng giữa chừng ({name}).", f"Interrupted ({name})."))


def _outcome(attempt: Attempt, limits: Limits) -> tuple[str, Text, bool]:
    """What the runner says of itself; where it could say nothing, what its end says; and whether the cause may pass."""
    with contextlib.suppress(OSError, ValueError, KeyError):
        outcome = json.loads((attempt.scratch / runner.OUTCOME).read_text(encoding="utf-8"))
        return outcome["state"], Text(outcome["reason_vi"], outcome["reason_en"]), bool(outcome.get("transient", False))
    if attempt.seconds >= limits.run_seconds:
        most = f"{limits.run_seconds:g}"
        return "timed_out", Text(f"Lượt chạy quá {most} giây.", f"The run took longer than {most} s."), False
    if full := _full(attempt.scratch):
        return "failed", full, False
    code = attempt.process.returncode
    if code == -9:
        vi = "Tiến trình bị hệ thống dừng (tín hiệu 9), có thể do hết bộ nhớ."
        return "failed", Text(vi, "The process was killed by signal 9, likely out of memory."), False
    vi, en = f"Tiến trình kết thúc bất thường (mã {code}).", f"The process ended abnormally (code {code})."
    return "failed", Text(vi, en), False


def _full(folder: Path) -> Text | None:
    """That the folder of temporary files is full, where it is."""
    problem = files.shortage(folder, _LEAST_LEFT)
    return problem and Text("Thư mục tạm đầy. ", "The temporary folder is full. ") + problem


def _close(attempt: Attempt) -> None:
    if attempt.process.stdin:
        attempt.process.stdin.close()
    attempt.process.wait()
    owned.kill_marked(folders.RUN_DIR, str(attempt.folder))  # what cut itself loose from the run


def _set_aside(attempt: Attempt, shared: Shared, state: str, reason: Text) -> Path:
    turn = attempt.turn
    kept = facts(turn.run, shared, state, reason, attempt.seconds, turn.number)
    return failure.keep(folders.out_folder(shared.root), turn.run_id, attempt.folder, attempt.scratch / LOG, kept)


def facts(
    run: PlannedRun, shared: Shared, state: str, reason: Text, seconds: float = 0.0, attempts: int = 1
) -> dict[str, Any]:
    """What the record of a run that did not end well says."""
    return {
        **_named(run, shared),
        "state": state,
        **failure.reason_entries(reason),
        "finished_at": manifest.stamp(time.time()),
        "seconds": {"total": round(seconds, 3)},
        "attempts": attempts,
    }


def _named(run: PlannedRun, shared: Shared) -> dict[str, Any]:
    """Of which plan, name and notebook a run is, with what parameters and under which versions."""
    named = {"plan": shared.plan, "name": run.name, "notebook": run.notebook}
    return {**named, "parameters": dict(run.parameters), "versions": dict(shared.versions)}
