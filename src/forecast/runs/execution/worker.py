"""What a worker of a cluster does (see fanout.py): run one planned run whole, once, whoever else is asked for it."""

from __future__ import annotations

import atexit
import contextlib
import os
import shutil
import tempfile
import threading
import time
from collections.abc import Mapping
from dataclasses import asdict
from pathlib import Path
from typing import Any

from forecast import files
from forecast.errors import RunError
from forecast.runs import folders
from forecast.runs.execution import failure, heartbeat, local, reuse
from forecast.runs.execution.attempt import Launch, Turn, facts, launcher
from forecast.runs.execution.executors import Limits, Result, Shared
from forecast.runs.plans.plan import PlannedRun
from forecast.runs.records import identity, manifest

CLAIMS = ".claims"  # of runs that any of several workers may be asked for
_launchers: dict[str, Launch] = {}
_starting = threading.Lock()
_ending = contextlib.ExitStack()  # ends the warm parents and removes their folders


def on_worker(common: Mapping[str, Any], run: Mapping[str, Any]) -> dict[str, Any]:
    """Called by dask on a worker: run one run whole; what became of it and when (s since 1970), in plain values."""
    began = time.time()
    digests, limits = identity.Digests(**common["digests"]), Limits(**common["limits"])
    shared = Shared(Path(common["root"]), common["plan"], digests, common["versions"], limits)
    with _starting:
        launch = _launcher(shared, common)
    result = run_once(PlannedRun(**run), shared, launch)
    plain = {**asdict(result), "folder": str(result.folder), "reason": [result.reason.vi, result.reason.en]}
    return {"result": plain, "began": began, "ended": time.time(), "worker": os.getpid()}


def _launcher(shared: Shared, common: Mapping[str, Any]) -> Launch:
    """The function that starts attempts on this worker; its warm parents live as long as the worker."""
    key = files.as_json([str(shared.root), shared.plan, asdict(shared.digests), common["kernels"]])
    if key not in _launchers:
        _require_the_same(shared)
        scratch = Path(tempfile.mkdtemp(prefix="w-" if common["place"] else "forecast-", dir=common["place"] or None))
        _ending.callback(shutil.rmtree, scratch, ignore_errors=True)
        _launchers[key] = launcher(scratch, shared, _ending, common["kernels"])
    return _launchers[key]


def forget() -> None:
    """End what this worker keeps for its runs."""
    _launchers.clear()
    _ending.close()


atexit.register(forget)


def _require_the_same(shared: Shared) -> None:
    """RunError when this worker would compute from other figures or with other code than the one who asks."""
    if not (shared.root / "notebooks").is_dir():
        raise RunError(
            f"Máy tính toán không có thư mục dự án {shared.root}.", f"The worker has no project folder {shared.root}."
        )
    own = identity.digests(shared.root)
    differing = ", ".join(name for name, value in asdict(shared.digests).items() if getattr(own, name) != value)
    if differing:
        raise RunError(
            f"Máy tính toán có bản khác của dự án ({differing}); hãy đồng bộ rồi chạy lại.",
            f"The worker has another version of the project ({differing}); bring it up to date, run again.",
        )


def run_once(run: PlannedRun, shared: Shared, launch: Launch | None = None) -> Result:
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
            return reuse.stored(run.name, final)
        for folder, state, reason in ((final, "failed", failure.DAMAGED), (left, "lost", failure.LOST)):
            if folder.exists():
                failure.keep(out, run_id, folder, None, facts(run, shared, state, reason))
        beat = heartbeat.Beat(out, shared.plan, [(run.name, run_id)])
        with (
            contextlib.closing(beat),
            tempfile.TemporaryDirectory(prefix="fk-", ignore_cleanup_errors=True) as scratch,
            contextlib.ExitStack() as stack,
        ):
            launch = launch or launcher(Path(scratch), shared, stack, None)
            ended = local.ended([Turn(run, run_id)], shared, launch, beat.tick)
            return next(stack.enter_context(contextlib.closing(ended)))
