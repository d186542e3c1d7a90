"""Run a plan: each run in its own process and folder, two at once; publish all of it or nothing."""

from __future__ import annotations

import contextlib
import signal
import sys
import tempfile
import threading
import time
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TextIO

from forecast.domain import Text
from forecast.errors import RunError
from forecast.runs import failure, folders, identity, manifest, preload, progress, publication, work
from forecast.runs.executor import Executor
from forecast.runs.plan import Plan, PlannedRun
from forecast.runs.work import Limits, Result, Shared, Working


@dataclass(frozen=True)
class Report:
    """How a plan ended; `published` says whether readers now see these runs, `note` why not."""

    results: tuple[Result, ...]
    published: bool
    note: Text

    @property
    def good(self) -> bool:
        return all(result.good for result in self.results)


class Interrupted(BaseException):
    """Someone asked the run to stop; `number` is the signal."""

    def __init__(self, number: int) -> None:
        super().__init__(number)
        self.number = number


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

    `executor` says where the runs happen (default: this machine, `workers` at once). Raises RunError when the folder cannot
    be used, Interrupted after SIGINT or SIGTERM (children ended, nothing published, leftovers set aside).
    """
    stream, limits, out = stream or sys.stderr, limits or Limits(), folders.out_folder(root)
    folders.require_room(out)
    with (
        _stoppable(),
        folders.locked(out, wait_seconds=wait_seconds, say=lambda text: print(text, file=stream, flush=True)),
    ):
        failure.sweep(out, manifest.stamp(time.time()))
        digests = identity.digests(root)
        shared = Shared(root, plan.name, digests, identity.versions(), limits)
        planned = {
            run.name: (run, identity.run_id(run.name, run.parameters, identity.run_digests(run, digests, root)))
            for run in plan.runs
        }
        done = {name: _already(run, run_id, out) for name, (run, run_id) in planned.items()}
        results = {name: result for name, result in done.items() if result}
        waiting = [pair for name, pair in planned.items() if name not in results]
        tell = progress.reporter(stream, len(planned))
        for number, result in enumerate(results.values(), 1):
            tell(f"{result.name}: đã có, không chạy lại / already there, not run again", number, [], 0.0)
        if waiting:
            if executor is None:
                results.update(_run_all(waiting, shared, workers, tell, len(results), use_warm))
            else:
                results.update(_elsewhere(waiting, shared, executor, tell, len(results)))
        ordered = tuple(results[run.name] for run in plan.runs)
        published, note = _publish(plan, root, ordered, shared, publish)
        return Report(ordered, published, note)


def _already(run: PlannedRun, run_id: str, out: Path) -> Result | None:
    """The result of this very run when it is stored and sound; a damaged one is set aside (A34, A48)."""
    folder = out / run_id
    if not folder.exists():
        return None
    if manifest.verify(folder):
        facts = {
            "state": "failed",
            "reason_vi": failure.DAMAGED.vi,
            "reason_en": failure.DAMAGED.en,
            "finished_at": manifest.stamp(time.time()),
        }
        failure.keep(out, run_id, folder, None, facts)
        return None
    return work.stored(run.name, folder)


def _run_all(
    waiting: list[tuple[PlannedRun, str]], shared: Shared, workers: int, tell, before: int, use_warm: bool
) -> dict[str, Result]:
    """Run the waiting runs, `workers` at once; results by name. `tell` reports progress (see progress.reporter)."""
    results: dict[str, Result] = {}
    running: list[Working] = []
    known = manifest.past_seconds(folders.out_folder(shared.root))
    with (
        tempfile.TemporaryDirectory(prefix="forecast-", ignore_cleanup_errors=True) as place,
        contextlib.ExitStack() as stack,
    ):
        launch = work.launcher(
            Path(place), shared, stack, preload.for_kernels(waiting, shared.root), preload.RUNNER_MODULES, use_warm
        )
        waiting = list(waiting)
        try:
            while waiting or running:
                while waiting and len(running) < max(workers, 1):
                    running.append(launch(*waiting.pop(0)))
                for one in [one for one in running if work.has_ended(one, shared.limits)]:
                    running.remove(one)
                    result = results[one.run.name] = work.collect(one, shared)
                    known[one.run.name] = result.seconds
                    tell(
                        _sentence(result),
                        before + len(results),
                        [other.run.name for other in running],
                        _left(waiting, running, known, workers),
                    )
                tell(
                    "",
                    before + len(results),
                    [one.run.name for one in running],
                    _left(waiting, running, known, workers),
                )
                time.sleep(0.03)
        except BaseException as stopped:
            name = signal.Signals(stopped.number).name if isinstance(stopped, Interrupted) else type(stopped).__name__
            for one in running:
                work.interrupt(one, shared, Text(f"Bị dừng giữa chừng ({name}).", f"Interrupted ({name})."))
            raise
    return results


def _elsewhere(
    waiting: list[tuple[PlannedRun, str]], shared: Shared, executor: Executor, tell, before: int
) -> dict[str, Result]:
    """Run the waiting runs where `executor` runs them; results by name."""
    results: dict[str, Result] = {}
    begun = time.monotonic()
    for result in executor(waiting, shared, lambda _spent: None):
        results[result.name] = result
        left = (time.monotonic() - begun) / len(results) * (len(waiting) - len(results))
        tell(_sentence(result), before + len(results), [], left)
    return results


def _left(
    waiting: Sequence[tuple[PlannedRun, str]], running: Sequence[Working], known: Mapping[str, float], workers: int
) -> float:
    now = time.monotonic()
    return progress.seconds_left(
        [run.name for run, _ in waiting], {one.run.name: now - one.started for one in running}, known, workers
    )


def _sentence(result: Result) -> str:
    took = f"{result.seconds:.1f}"
    if result.state == "succeeded":
        return f"{result.name}: xong sau {took.replace('.', ',')} giây / done in {took} s"
    if result.state == "refused":
        return f"{result.name}: chưa dự báo được một cách trung thực / no honest forecast: {result.reason.vi}"
    return f"{result.name}: HỎNG / FAILED ({result.state}): {result.reason.vi} | {result.reason.en}"


def _publish(plan: Plan, root: Path, results: Sequence[Result], shared: Shared, wanted: bool) -> tuple[bool, Text]:
    """Switch the publication when every run is good and nothing changed meanwhile; whether it now shows these runs."""
    if not all(result.good for result in results):
        return False, Text(
            "Không công bố: có lượt chạy hỏng; bản công bố trước vẫn giữ nguyên.",
            "Not published: a run failed; the last good publication stays.",
        )
    if not wanted:
        return False, Text("Không công bố (theo yêu cầu).", "Not published (as asked).")
    if identity.digests(root) != shared.digests:
        return False, Text(
            "Không công bố: số liệu hay mã nguồn đã đổi trong lúc chạy; hãy chạy lại.",
            "Not published: figures or code changed during the run; run again.",
        )
    run_ids = [result.run_id for result in results]
    with contextlib.suppress(RunError):
        there = publication.read(root, plan.name)
        if [entry["run_id"] for entry in there["runs"]] == run_ids:
            publication.enter(root, plan.name, run_ids, there["published_at"])  # a set published before there was a ledger
            return True, Text("Bản công bố đã là các lượt chạy này.", "The publication already shows these runs.")
    publication.switch(root, plan.name, run_ids, manifest.stamp(time.time()))
    return True, Text("Đã công bố.", "Published.")


@contextlib.contextmanager
def _stoppable() -> Iterator[None]:
    """Turn SIGINT and SIGTERM into Interrupted while a plan runs (A25)."""
    if threading.current_thread() is not threading.main_thread():
        yield
        return

    def stop(number: int, _frame: object) -> None:
        raise Interrupted(number)

    before = {number: signal.signal(number, stop) for number in (signal.SIGINT, signal.SIGTERM)}
    try:
        yield
    finally:
        for number, handler in before.items():
            signal.signal(number, handler)
