"""One run in its own process: execute the notebook, judge what it recorded, print the report, write the manifest.

Called as `forecast.runs.execution.runner JOB.json`; how it ended is left in outcome.json beside the job.
"""

from __future__ import annotations

import contextlib
import json
import os
import signal
import subprocess
import sys
import threading
import time
import traceback
from collections.abc import Mapping
from datetime import datetime
from pathlib import Path
from typing import Any

from forecast import files
from forecast.domain import Text
from forecast.evidence import journal
from forecast.runs.execution import failure
from forecast.runs.folders import table_file
from forecast.runs.plans import notebook
from forecast.runs.processes import owned
from forecast.runs.records import manifest, render, validate

KERNEL = "forecast-run"
GOOD, FAILED = 0, 1
OUTCOME = "outcome.json"
READS_FILE = "reads.jsonl"  # what the kernel wrote while it read; READS is what is kept of it
READS = "reads.json"
KEPT = ("run_id", "plan", "name", "notebook", "parameters", "digests", "versions", "attempts", "retried")  # of the job
_MOST_WARNINGS = 20


def main() -> int:
    """Run the job named on the command line; 0 when its record is whole, 1 when it failed (outcome.json says why)."""
    scratch = Path(sys.argv[1]).parent
    job = json.loads(Path(sys.argv[1]).read_text(encoding="utf-8"))
    owned.adopt_orphans()
    threading.Thread(target=_end_with_parent, daemon=True).start()
    _limit_memory(job["memory_bytes"])
    may_pass = False
    try:
        state, reason, may_pass = _run(job, scratch)
    except Exception as error:  # whatever it is, it is reported in words and the log keeps the trace
        traceback.print_exc()
        state, may_pass = "failed", failure.is_transient(error)
        reason = failure.in_words(error, Text("Lỗi ngoài dự kiến", "Unexpected error"))
    outcome = {"state": state, **failure.reason_entries(_tidy_reason(reason)), "transient": may_pass}
    files.write_whole(scratch / OUTCOME, files.as_json(outcome))
    return GOOD if state in manifest.GOOD else FAILED


def warm_up() -> None:
    """Print a short report once, so that templates, checks and a reader of HTML are compiled before the runs are forked (see warm.py)."""
    import nbformat

    shown = {"text/html": "<p>&nbsp;</p>", "image/svg+xml": '<svg xmlns="http://www.w3.org/2000/svg"/>'}
    outputs = [nbformat.v4.new_output("display_data", {kind: content}) for kind, content in shown.items()]
    cells = [nbformat.v4.new_markdown_cell("# -"), nbformat.v4.new_code_cell("0", outputs=outputs)]
    render.report(nbformat.reads(nbformat.writes(nbformat.v4.new_notebook(cells=cells)), as_version=4), {"digests": {}})


def _run(job: Mapping[str, Any], scratch: Path) -> tuple[str, Text, bool]:
    started, clock = time.time(), time.monotonic()
    state, reason, seconds, may_pass = _execute(job, scratch)
    if state in manifest.GOOD:
        _keep_reads(Path(job["folder"]), scratch / READS_FILE)
        _finish(job, state, _tidy_reason(reason), started, clock, seconds)
    return state, reason, may_pass


def _keep_reads(folder: Path, written: Path) -> None:
    """Keep what the notebook read of the evidence; a notebook that never loaded it is taken to depend on every figure."""
    lines = written.read_text(encoding="utf-8").splitlines() if written.exists() else []
    files.write_whole(folder / READS, files.as_json({"reads": journal.collected(lines) or journal.everything()}))


def _execute(job: Mapping[str, Any], scratch: Path) -> tuple[str, Text, dict[str, float], bool]:
    """State, reason and seconds of executing the notebook, and whether a failure may pass by itself.

    The executed copy lies in the run's folder.
    """
    from nbclient.exceptions import CellTimeoutError, DeadKernelError
    from papermill.exceptions import PapermillExecutionError

    folder = Path(job["folder"])
    files.write_whole(folder / "parameters.json", files.as_json(job["parameters"]))
    kernel, clock, begun = _kernel(job, scratch), time.monotonic(), time.time()
    state, reason, may_pass = "succeeded", Text("", ""), False
    try:
        _papermill(job, scratch, kernel)
    except PapermillExecutionError as error:
        state, reason = _cell_error(str(error.ename), str(error.evalue))
        may_pass = state == "failed" and failure.is_transient_cell(str(error.ename), str(error.evalue))
    except CellTimeoutError as error:
        state, reason = "timed_out", _late(str(error), f"{job['cell_seconds']:g}")
    except DeadKernelError:
        state, reason = "failed", kernel_death(kernel)
    finally:
        _stop(kernel)
    seconds = {"execute": time.monotonic() - clock, **_tidy(folder / "notebook.ipynb", job, begun)}
    seconds["execute"] -= seconds["kernel_start"]
    if state == "refused":
        for name in ("forecast", "quantiles", "samples"):
            (folder / table_file(name)).unlink(missing_ok=True)
    problems = validate.problems(folder, job["tables"]) if state == "succeeded" else []
    if problems:
        state, reason = "failed", Text("Kết quả không hợp lệ: ", "The results are not sound: ") + Text.joined(problems, " ")
    return state, reason, seconds, may_pass


def _papermill(job: Mapping[str, Any], scratch: Path, kernel: Any) -> None:
    import papermill

    from forecast.runs.execution import capped

    (scratch / "work").mkdir()
    papermill.execute_notebook(
        job["notebook_path"],
        Path(job["folder"]) / "notebook.ipynb",
        parameters=job["parameters"],
        kernel_name="python3",
        language="python",
        progress_bar=False,
        start_timeout=90,
        execution_timeout=job["cell_seconds"],
        cwd=scratch / "work",
        km=kernel,
        engine_name=capped.ENGINE,
        most_output=job["output_bytes"],
    )


def _kernel(job: Mapping[str, Any], scratch: Path) -> Any:
    """A kernel manager whose kernel is this very interpreter, whatever kernels are installed, over sockets in `scratch`.

    Sockets in a folder of our own, because kernels started side by side can take each other's ports.
    """
    from jupyter_client.kernelspec import KernelSpecManager
    from jupyter_client.manager import AsyncKernelManager

    from forecast.runs.processes import provisioner

    specs = scratch / "kernels"
    (specs / KERNEL).mkdir(parents=True)
    command = [sys.executable, "-P", "-m", provisioner.KERNEL, "-f", "{connection_file}", "--HistoryManager.enabled=False"]
    content = provisioner.spec(job["kernel_parent"], command)
    (specs / KERNEL / "kernel.json").write_text(json.dumps(content), encoding="utf-8")
    own_specs = KernelSpecManager(kernel_dirs=[str(specs)], ensure_native_kernel=False)
    sockets = {"transport": "ipc", "ip": str(scratch / "k")} if len(str(scratch)) < 80 and os.name == "posix" else {}
    return AsyncKernelManager(
        kernel_name=KERNEL,
        kernel_spec_manager=own_specs,
        connection_file=str(scratch / "kernel.json"),
        client_factory=provisioner.ReadyClient,
        **sockets,
    )


def _stop(kernel: Any) -> None:
    """End the kernel and everything it started."""
    from nbclient.util import run_sync

    process = getattr(kernel.provisioner, "process", None)
    if process is not None:
        owned.kill_tree(process.pid)
        with contextlib.suppress(subprocess.TimeoutExpired):
            process.wait(5)  # the manager would look again after 0.1 s
    owned.kill_below()  # what the kernel left behind
    with contextlib.suppress(Exception):
        run_sync(kernel.shutdown_kernel)(now=True)


def kernel_death(kernel: Any) -> Text:
    """In words, how a kernel ended that should not have: by a signal (9: likely out of memory) or with a code."""
    process = getattr(kernel.provisioner, "process", None)
    code = process.wait(5) if process is not None else None
    if code == -signal.SIGKILL:
        return Text(
            "Kernel bị hệ thống dừng (tín hiệu 9), có thể do hết bộ nhớ.",
            "The kernel died: killed by signal 9, likely out of memory.",
        )
    if code is not None and code < 0:
        return Text(f"Kernel chết vì tín hiệu {-code}.", f"The kernel died from signal {-code}.")
    return Text(f"Kernel chết giữa chừng (mã thoát {code}).", f"The kernel died (exit code {code}).")


def _cell_error(name: str, value: str) -> tuple[str, Text]:
    """State and reason of an exception a cell raised: too little is published for an honest answer, or a failure."""
    vi, bar, en = value.partition(" | ")
    if name in ("RefusedError", "MissingComponentError"):
        return "refused", Text(vi, en or vi)
    if name == "SystemExit":
        return "failed", Text(f"Sổ tính tự thoát với mã {value}.", f"The notebook exited with code {value}.")
    if name == "MemoryError":
        return "failed", Text("Sổ tính hết bộ nhớ được cấp.", "The notebook ran out of the memory it may use.")
    if bar and name.endswith("Error"):
        return "failed", Text(vi, en)
    return "failed", Text("Một ô báo lỗi ", "A cell raised ") + f"{name}: {value}"[:500]


def _late(message: str, limit: str) -> Text:
    """Why a cell took too long: it ran on, or it had ended and its outputs (IOPub) were still being received."""
    if "Timeout waiting for IOPub output" in message:
        return Text(
            f"Một ô in quá nhiều kết quả: {limit} giây sau khi ô xong vẫn chưa nhận hết. Hãy bỏ lệnh in trong vòng lặp.",
            f"A cell printed too many outputs: {limit} s after it ended they were not all received. Take printing out of loops.",
        )
    return Text(f"Một ô chạy quá {limit} giây.", f"A cell ran longer than {limit} s.")


def _tidy(path: Path, job: Mapping[str, Any], begun: float) -> dict[str, float]:
    """Take machine paths and error banners out of the executed notebook, and the name of a province it is not about.

    Gives the seconds of the kernel's start and of the imports cell.
    """
    import nbformat
    from papermill.execute import remove_error_markers

    if not path.exists():
        return {"kernel_start": 0.0, "imports": 0.0}
    document = remove_error_markers(nbformat.read(path, as_version=4))
    for output in [output for cell in document.cells for output in cell.get("outputs", [])]:
        _tidy_output(output, files.find_root(), path.parent)
    if all(job["names"]):
        notebook.speak_of(document, *job["names"])
    about = document.metadata.setdefault("papermill", {})
    about.update(input_path=f"notebooks/{Path(job['notebook_path']).name}", output_path=path.name)
    files.write_whole(path, nbformat.writes(document))
    code = [cell for cell in document.cells if cell.cell_type == "code"]
    cells = [cell for cell in code if cell.metadata.get("papermill", {}).get("start_time")]
    first = datetime.fromisoformat(cells[0].metadata.papermill.start_time).timestamp() if cells else begun
    rest = [cell for cell in cells if not {"parameters", "injected-parameters"} & set(cell.metadata.get("tags", []))]
    return {
        "kernel_start": max(first - begun, 0.0),
        "imports": float(rest[0].metadata.papermill.get("duration") or 0.0) if rest else 0.0,
    }


def _tidy_reason(reason: Text) -> Text:
    return Text(*(files.without_places(text, files.find_root()) for text in (reason.vi, reason.en)))


def _tidy_output(output: Any, *folders: Path) -> None:
    """Take machine paths out of what a cell wrote on its streams and of the traceback it ended with."""
    if output["output_type"] == "stream":
        output["text"] = files.without_places(output["text"], *folders)
    if output["output_type"] == "error":
        output["evalue"] = files.without_places(output["evalue"], *folders)
        output["traceback"] = [files.without_places(line, *folders) for line in output["traceback"]]


def _finish(
    job: Mapping[str, Any], state: str, reason: Text, started: float, clock: float, seconds: Mapping[str, float]
) -> None:
    """Write the report and, last, the manifest."""
    import nbformat

    folder, rendering = Path(job["folder"]), time.monotonic()
    document = nbformat.read(folder / "notebook.ipynb", as_version=4)
    facts = {key: job[key] for key in KEPT} | failure.reason_entries(reason) | {"started_at": manifest.stamp(started)}
    files.write_whole(folder / "report.html", render.report(document, {**facts, "as_of": _data_date(folder, job)}))
    warned = _warnings(document)
    spent = {**seconds, "render": time.monotonic() - rendering, "total": time.monotonic() - clock}
    manifest.write(
        folder,
        {
            **facts,
            "state": state,
            "warnings": warned,
            "converged": not any("Convergence" in line for line in warned),
            "finished_at": manifest.stamp(time.time()),
            "seconds": {name: round(value, 3) for name, value in spent.items()},
        },
    )


def _data_date(folder: Path, job: Mapping[str, Any]) -> str:
    """The date the figures are from: as the notebook recorded it, else as the plan asked."""
    with contextlib.suppress(OSError, ValueError, KeyError, TypeError):
        return str(json.loads((folder / "summary.json").read_text(encoding="utf-8"))["as_of"])
    return str(job["parameters"].get("as_of", ""))


def _warnings(document: Any) -> list[str]:
    """The warnings that cells printed on the error stream (A44)."""
    outputs = (output for cell in document.cells for output in cell.get("outputs", []))
    lines = (
        line.strip() for output in outputs if output.get("name") == "stderr" for line in output["text"].splitlines()
    )
    return [line[line.find(":") + 1 :].strip()[:300] for line in lines if "Warning" in line][:_MOST_WARNINGS]


def _limit_memory(most_bytes: int) -> None:
    """Let this run and its kernel hold at most so much memory, where the system can limit it (A03)."""
    with contextlib.suppress(ImportError, ValueError, OSError):
        import resource

        resource.setrlimit(resource.RLIMIT_DATA, (most_bytes, most_bytes))


def _end_with_parent() -> None:
    """End everything here when whoever started this run has gone (its end of our standard input closes)."""
    with contextlib.suppress(OSError):
        while os.read(0, 1):
            pass
    owned.kill_tree(os.getpid())


if __name__ == "__main__":
    raise SystemExit(main())
