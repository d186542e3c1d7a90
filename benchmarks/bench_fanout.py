"""Many runs on a local dask cluster of two workers, one of them killed twice.

`python benchmarks/bench_fanout.py [--quick]`. A run is the small notebook of small.py through the kit's own records: a
kernel of its own, papermill, checks, report, manifest. Overhead is the time a worker waits between two runs. The peer is
the same plan on this machine without dask, on fewer runs. The estimate for 64 workers is paper: it takes the run's time
and the overhead as measured, the scheduler's own limit as measured with tasks that do nothing, and a shared folder that
is as fast as this disk. The bars of the last two rows are ours.
"""

from __future__ import annotations

import argparse
import io
import itertools
import tempfile
import time
from collections import defaultdict
from collections.abc import Mapping, Sequence
from pathlib import Path
from statistics import mean, median
from typing import Any

import psutil
import small
import table

from forecast.runs import folders
from forecast.runs.execution import execute, fanout
from forecast.runs.records import manifest

WORKERS, MANY = 2, 64
WHOLE = {"runs": 2000, "peer": 100, "empty": 5000}
QUICK = {"runs": 200, "peer": 20, "empty": 1000}


def main() -> None:
    """Time the plan here and on the cluster, print and write the table."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--quick", action="store_true", help="200 runs instead of 2,000")
    sizes = QUICK if parser.parse_args().quick else WHOLE
    with tempfile.TemporaryDirectory(prefix="bench-fanout-", ignore_cleanup_errors=True) as folder:
        alone = time_here(Path(folder) / "here", sizes["peer"])
        root = Path(folder) / "cluster"
        landed, killed, wall = on_cluster(root, sizes["runs"])
        table.write("fanout", rows(root, sizes["runs"], landed, killed, wall, alone, empty_tasks(sizes["empty"])))


def time_here(root: Path, count: int) -> float:
    """Seconds a run of the same plan takes on two processes of this machine, set-up included."""
    chosen = small.make(root, count)
    begun = time.perf_counter()
    execute.run(chosen, root, workers=WORKERS, publish=False, stream=io.StringIO())
    return (time.perf_counter() - begun) / count


def on_cluster(root: Path, count: int) -> tuple[list[dict[str, Any]], int, float]:
    """Run the plan on the cluster and kill a worker after a third and after two thirds; also how many were killed."""
    chosen = small.make(root, count)
    landed: list[dict[str, Any]] = []
    killed: list[int] = []

    def observe(run: Mapping[str, Any]) -> None:
        landed.append(dict(run))
        if len(landed) in (count // 3, 2 * count // 3):
            psutil.Process(run["worker"]).kill()
            killed.append(run["worker"])

    begun = time.perf_counter()
    executor = fanout.executor(fanout.Cluster(count=WORKERS), observe)
    execute.run(chosen, root, executor=executor, publish=False, stream=io.StringIO())
    return landed, len(killed), time.perf_counter() - begun


def empty_tasks(count: int) -> float:
    """Seconds the scheduler needs for one task that does nothing, handed to the same kind of cluster and collected."""
    import distributed

    with tempfile.TemporaryDirectory() as folder, fanout._client(fanout.Cluster(count=WORKERS), Path(folder)) as client:
        begun = time.perf_counter()
        futures = [client.submit(float, number, pure=False) for number in range(count)]
        for _ in distributed.as_completed(futures, loop=client.loop):
            pass
        return (time.perf_counter() - begun) / count


def waits(landed: Sequence[Mapping[str, Any]]) -> list[float]:
    """Seconds each worker waited between the end of one run and the start of its next."""
    by_worker: dict[int, list[Mapping[str, Any]]] = defaultdict(list)
    for run in sorted(landed, key=lambda run: run["began"]):
        by_worker[run["worker"]].append(run)
    return [later["began"] - earlier["ended"] for runs in by_worker.values() for earlier, later in itertools.pairwise(runs)]


def rows(
    root: Path, count: int, landed: Sequence[Mapping[str, Any]], killed: int, wall: float, alone: float, empty: float
) -> list[dict[str, Any]]:
    """The table; a record is complete when its manifest and every hash in it hold."""
    out = folders.out_folder(root)
    stored = [path for path in out.glob("run_*") if not manifest.verify(path)]
    names = [manifest.read(path)["name"] for path in stored]
    gaps = waits(landed)
    seconds = median(run["ended"] - run["began"] for run in landed)
    many = min(MANY / (seconds + mean(gaps)), 1.0 / empty)
    left = len(list(out.glob(".tmp-*")))
    return [
        table.row(f"complete records of {count} runs, {killed} times a worker killed", f">= {count}", len(stored), "-"),
        table.row("records beyond one a run", "<= 0", len(names) - len(set(names)) + len(landed) - count, "-"),
        table.row("half-written folders left", "<= 0", left, "-"),
        table.row("overhead a run, mean wait of a worker, ms", "<= 30", 1000 * mean(gaps), f"median {1000 * median(gaps):.1f}"),
        table.row("scheduler alone, a task that does nothing, ms", "<= 30", 1000 * empty, "-"),
        table.row("s a run, wall, start of the cluster included", "<= 1", wall / count, f"{alone:.2f} (without dask)"),
        table.row(f"paper: {MANY} workers, runs an hour", ">= 100000", 3600 * many, f"{3600 / (wall / count):.0f} ({WORKERS} here)"),
    ]  # fmt: skip


if __name__ == "__main__":
    main()
