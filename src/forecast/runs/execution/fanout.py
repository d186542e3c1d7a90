"""Runs on the workers of a dask cluster: one started here (`local:N`) or one that is running (`dask://HOST:PORT`).

The engine is dask.distributed, an optional extra: it hands out the runs, notices dead workers and gives their runs to
others. What makes a run is worker.run_once, so results land in the same records, with the same run ids, as without dask.
Workers need the project folder at the same path, with the same figures and code, and refuse when they differ.
"""

from __future__ import annotations

import contextlib
import logging
import queue
import re
import shutil
import tempfile
from collections.abc import Callable, Generator, Iterator, Mapping
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

from forecast.domain import Text
from forecast.errors import RunError
from forecast.runs import folders
from forecast.runs.execution import attempt, executors, failure, worker
from forecast.runs.execution.executors import Executor, Pairs, Result, Shared, Tick
from forecast.runs.plans.plan import PlannedRun
from forecast.runs.records import identity

MOST_LOCAL = 64
MOST_DEATHS = 3  # of workers in the middle of one run; then the run itself is held to be what kills them
CONNECT_SECONDS = 20
SILENT_SECONDS = 300  # after which a machine that others keep busy is held to be gone
_ADDRESS = re.compile(r"dask://(?P<host>[A-Za-z0-9_.-]+|\[[0-9a-fA-F:]+\]):(?P<port>\d{1,5})")
_LOCAL = re.compile(r"local:(?P<count>\d{1,3})")


@dataclass(frozen=True)
class Cluster:
    """Where runs go: `count` workers started here, or the cluster whose scheduler has this address."""

    count: int = 0
    address: str = ""


def parse(text: str) -> Cluster:
    """The cluster that `local:N` or `dask://HOST:PORT` names; RunError for anything else."""
    if (here := _LOCAL.fullmatch(text)) and 1 <= int(here["count"]) <= MOST_LOCAL:
        return Cluster(count=int(here["count"]))
    if (there := _ADDRESS.fullmatch(text)) and 0 < int(there["port"]) < 65536:
        return Cluster(address=f"tcp://{there['host']}:{there['port']}")
    raise RunError(
        f"--workers {text}: cần một số (1-16), local:N (N từ 1 đến {MOST_LOCAL}) hoặc dask://MÁY:CỔNG.",
        f"--workers {text}: a number (1-16), local:N (N from 1 to {MOST_LOCAL}) or dask://HOST:PORT is needed.",
    )


def executor(where: Cluster, observe: Callable[[Mapping[str, Any]], None] = lambda _answer: None) -> Executor:
    """Runs happen on the cluster; `observe` gets what worker.on_worker says of each as it lands.

    Executing raises RunError when dask is missing or the cluster cannot be reached; a run whose workers keep dying is set
    aside as failed, like any other failure.
    """

    def execute(waiting: Pairs, shared: Shared, tick: Tick) -> Generator[Result, None, None]:
        identity.require_sound(shared.root)
        with tempfile.TemporaryDirectory(prefix="forecast-", ignore_cleanup_errors=True) as scratch:
            common = {**asdict(shared), "root": str(shared.root), "versions": dict(shared.versions)}
            common |= {"kernels": executors.kernel_modules(waiting, shared.root), "place": scratch if where.count else ""}
            try:
                with _client(where, Path(scratch)) as client:
                    yield from _landing(client, waiting, shared, common, tick, observe)
            finally:
                shutil.rmtree(folders.out_folder(shared.root) / worker.CLAIMS, ignore_errors=True)

    return execute


def _landing(
    client: Any, waiting: Pairs, shared: Shared, common: Mapping[str, Any], tick: Tick, observe: Callable
) -> Generator[Result, None, None]:
    """Hand all runs to the scheduler; each result as it lands."""
    ended: queue.SimpleQueue = queue.SimpleQueue()
    futures = {}
    for run, run_id in waiting:
        plain = {**asdict(run), "parameters": dict(run.parameters)}
        future = client.submit(worker.on_worker, common, plain, key=run_id, pure=False)
        futures[future.key] = future, run
        future.add_done_callback(ended.put)
    while futures:
        tick({})
        with contextlib.suppress(queue.Empty):
            future, run = futures.pop(ended.get(timeout=0.5).key)
            yield _landed(future, run, shared, observe)
            future.release()


def _landed(future: Any, run: PlannedRun, shared: Shared, observe: Callable[[Mapping[str, Any]], None]) -> Result:
    if future.cancelled():  # by the library, when the scheduler does not answer any more
        raise RunError(
            "Mất nối với cụm máy giữa chừng. Những lượt đã xong vẫn còn: chạy lại cùng lệnh này để làm nốt.",
            "The connection to the cluster was lost. What had ended is kept: the same command again does the rest.",
        )
    error = future.exception()
    if error is None:
        answer = future.result()
        observe(answer)
        plain = answer["result"]
        return Result(**{**plain, "folder": Path(plain["folder"]), "reason": Text(*plain["reason"])})
    run_id, reason, out = future.key, _in_words(error), folders.out_folder(shared.root)
    left = out / f"{folders.TEMPORARY}{run_id}"
    folder = failure.keep(out, run_id, left, None, attempt.facts(run, shared, "failed", reason))
    return Result(run.name, run_id, "failed", folder, reason, 0.0)


def _in_words(error: BaseException) -> Text:
    if type(error).__name__ == "KilledWorker":
        return Text(
            f"Tiến trình tính toán chết {MOST_DEATHS + 1} lần giữa lượt chạy này, có thể do hết bộ nhớ.",
            f"{MOST_DEATHS + 1} workers died in the middle of this run, likely out of memory.",
        )
    return failure.in_words(error, Text("Lỗi của cụm máy", "The cluster failed"))


@contextlib.contextmanager
def _client(where: Cluster, scratch: Path) -> Iterator[Any]:
    """A client of the cluster; RunError when it cannot be reached or has no worker."""
    try:
        import dask
        import distributed
    except ImportError as error:
        raise RunError(
            "Chạy trên cụm máy cần gói distributed: cài bằng 'pip install \"hung-yen-forecast[fanout]\"'.",
            "Running on a cluster needs the package distributed: 'pip install \"hung-yen-forecast[fanout]\"'.",
        ) from error
    settings = {
        "distributed.scheduler.allowed-failures": MOST_DEATHS,
        "distributed.worker.memory.terminate": False,  # each run has a limit of its own
        "distributed.comm.timeouts.tcp": SILENT_SECONDS,
    }
    logging.getLogger("distributed.client").setLevel(logging.CRITICAL)  # what is lost is told in our words
    with dask.config.set(settings), contextlib.ExitStack() as stack:
        address = where.address
        if where.count:
            address = stack.enter_context(
                distributed.LocalCluster(
                    n_workers=where.count,
                    threads_per_worker=1,
                    processes=True,
                    host="127.0.0.1",
                    dashboard_address="127.0.0.1:0",
                    local_directory=str(scratch),
                    memory_limit=0,
                    silence_logs=logging.CRITICAL,
                )
            )
        try:
            client = stack.enter_context(distributed.Client(address, timeout=CONNECT_SECONDS, set_as_default=False))
            client.wait_for_workers(1, timeout=CONNECT_SECONDS)
        except (OSError, TimeoutError) as error:
            raise RunError(
                f"Không nối được tới cụm máy {address}, hoặc cụm chưa có máy nào. Chưa chạy gì.",
                f"The cluster {address} cannot be reached, or has no worker. Nothing was started.",
            ) from error
        yield client
