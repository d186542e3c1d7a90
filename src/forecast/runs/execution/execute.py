"""Run a plan: each run in its own process and folder, two at once; publish all of it or nothing."""

from __future__ import annotations

import contextlib
import io
import signal
import sys
import threading
import time
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TextIO

from forecast import files
from forecast.domain import Text
from forecast.errors import RunError
from forecast.runs import folders
from forecast.runs.execution import failure, heartbeat, local, progress, reuse
from forecast.runs.execution.executors import Executor, Limits, Pairs, Result, Shared
from forecast.runs.plans.plan import Plan, PlannedRun
from forecast.runs.processes import pictures
from forecast.runs.publication import changes, pointer
from forecast.runs.records import identity, manifest


@dataclass(frozen=True)
class Report:
    """How a plan ended; `published` says whether readers now see these runs, `waiting` that they wait to be signed."""

    results: tuple[Result, ...]
    published: bool
    note: Text
    waiting: bool = False

    @property
    def good(self) -> bool:
        return all(result.good for result in self.results)


class Interrupted(BaseException):
    """Someone asked the run to stop; `number` is the signal."""

    def __init__(self, number: int) -> None:
        super().__init__(number)
        self.number = number
        self.name = signal.Signals(number).name


def run(
    plan: Plan,
    root: Path,
    *,
    workers: int = 2,
    publish: bool = True,
    limits: Limits | None = None,
    stream: TextIO | None = None,
    wait_seconds: float = 900.0,
    use_warm: bool = True,
    executor: Executor | None = None,
) -> Report:
    """Run every run of `plan` that is not done yet and, when all are good, switch the publication.

    `executor` says where the runs happen (default: this machine, `workers` at once). Raises RunError when the folder cannot be
    used, Interrupted after SIGINT, SIGTERM or SIGHUP (children ended, nothing published, leftovers set aside).
    """
    stream, limits, out = stream or sys.stderr or io.StringIO(), limits or Limits(), folders.out_folder(root)
    files.require_room(out)
    files.temporary_folder()
    if problem := pictures.capped():
        raise RunError(problem.vi + " Chưa chạy gì.", problem.en + " Nothing was started.")
    with (
        _stoppable(),
        files.locked(out, wait_seconds=wait_seconds, say=lambda text: print(text, file=stream, flush=True)),
    ):
        failure.sweep(out, manifest.stamp(time.time()))
        digests = identity.digests(root)
        shared = Shared(root, plan.name, digests, identity.versions(), limits)
        with identity.remembering(root):
            ordered = _results(plan, shared, executor or local.executor(workers, use_warm), workers, stream)
            failure.settle(out, plan.name, [result.name for result in ordered if result.good], manifest.stamp(time.time()))
            return _publish(plan, root, ordered, shared, publish)


def _results(plan: Plan, shared: Shared, start: Executor, workers: int, stream: TextIO) -> tuple[Result, ...]:
    """The result of every run of the plan in its order: those that are there, the others run."""
    planned = _with_ids(plan, shared.digests, shared.root)
    results = reuse.results(planned, shared.digests, shared.root)
    waiting = [pair for pair in planned if pair[0].name not in results]
    tell = progress.reporter(stream, len(planned))
    for number, result in enumerate(results.values(), 1):
        tell(f"{result.name}: đã có, không chạy lại / already there, not run again", number, [], 0.0)
    if waiting:
        results.update(_run_all(waiting, shared, start, workers, tell, len(results)))
    return tuple(results[run.name] for run in plan.runs)


def _with_ids(plan: Plan, digests: identity.Digests, root: Path) -> Pairs:
    return [(run, identity.run_id(run.name, run.parameters, identity.run_digests(run, digests, root))) for run in plan.runs]


def _run_all(
    waiting: Pairs, shared: Shared, start: Executor, workers: int, tell: progress.Tell, before: int
) -> dict[str, Result]:
    """The results of the waiting runs by name."""
    out = folders.out_folder(shared.root)
    results: dict[str, Result] = {}
    expected = expected_seconds([run for run, _ in waiting], out)
    beat = heartbeat.Beat(out, shared.plan, [(run.name, run_id) for run, run_id in waiting])

    def left(spent: Mapping[str, float]) -> float:
        names = [run.name for run, _ in waiting if run.name not in results and run.name not in spent]
        return progress.seconds_left(names, spent, expected, workers)

    def tick(spent: Mapping[str, float]) -> None:
        beat.tick(spent)
        tell("", before + len(results), list(spent), left(spent))

    with contextlib.closing(beat), contextlib.closing(start(waiting, shared, tick)) as ended:
        for result in ended:
            results[result.name] = result
            expected[result.name] = result.seconds
            beat.change(result.name, result.state)
            tell(_sentence(result), before + len(results), [], left({}))
    return results


def expected_seconds(runs: Sequence[PlannedRun], out: Path) -> dict[str, float]:
    """How long each run may take: as long as it took before, else as its notebook took, else a first guess."""
    past = manifest.past_seconds(out)
    return {run.name: past.get(run.name, past.get(f".{run.notebook}", progress.FIRST_GUESS)) for run in runs}


def outlook(plan: Plan, root: Path, workers: int = 2) -> tuple[list[tuple[PlannedRun, Text | None, float]], float]:
    """Each run of a plan, why it has to run (None where it is already there) and the seconds it may take; and the seconds until all are done."""
    identity.require_sound(root)
    digests = identity.digests(root)
    there = reuse.names(_with_ids(plan, digests, root), digests, root)
    seconds = expected_seconds(plan.runs, folders.out_folder(root))
    waiting = [run.name for run in plan.runs if run.name not in there]
    left = progress.seconds_left(waiting, {}, seconds, workers) if waiting else 0.0
    why = reuse.why_waiting([run for run in plan.runs if run.name not in there], digests, root)
    return [(run, why.get(run.name), seconds[run.name]) for run in plan.runs], left


def _sentence(result: Result) -> str:
    took = f"{result.seconds:.1f}"
    if result.state == "succeeded":
        return f"{result.name}: xong sau {took.replace('.', ',')} giây / done in {took} s"
    if result.state == "refused":
        return f"{result.name}: chưa dự báo được một cách trung thực / no honest forecast: {result.reason.vi}"
    return f"{result.name}: HỎNG / FAILED ({result.state}): {result.reason.vi} | {result.reason.en}"


def _publish(plan: Plan, root: Path, results: tuple[Result, ...], shared: Shared, wanted: bool) -> Report:
    """Switch the publication when every run is good and nothing changed meanwhile, and say what readers now see."""
    if not all(result.good for result in results):
        note = Text(
            "Không công bố: có lượt chạy hỏng; bản công bố trước vẫn giữ nguyên.",
            "Not published: a run failed; the last good publication stays.",
        )
    elif not wanted:
        note = Text("Không công bố (theo yêu cầu).", "Not published (as asked).")
    elif identity.digests(root) != shared.digests:
        note = Text(
            "Không công bố: số liệu hay mã nguồn đã đổi trong lúc chạy; hãy chạy lại.",
            "Not published: figures or code changed during the run; run again.",
        )
    else:
        changes.keep_figures(root, shared.digests.data)
        shown, note = pointer.offer(root, plan.name, [result.run_id for result in results], manifest.stamp(time.time()))
        return Report(results, shown, note, waiting=not shown)
    return Report(results, False, note)


@contextlib.contextmanager
def _stoppable() -> Iterator[None]:
    """Turn SIGINT, SIGTERM and SIGHUP into Interrupted while a plan runs (A25)."""
    if threading.current_thread() is not threading.main_thread():
        yield
        return

    def stop(number: int, _frame: object) -> None:
        raise Interrupted(number)

    stopping = [signal.SIGINT, signal.SIGTERM, *([signal.SIGHUP] if hasattr(signal, "SIGHUP") else [])]
    before = {number: signal.signal(number, stop) for number in stopping}
    try:
        yield
    finally:
        for number, handler in before.items():
            signal.signal(number, handler)
