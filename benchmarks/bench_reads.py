"""What a reader of the published report meets while runs are made and published, beside plain papermill; and section A's faults.

`python benchmarks/bench_reads.py [--quick]`. One process reads without a pause (pointer, report, hash) while another makes 100
runs with real kernels and publishes each; papermill writes one notebook in place, as it does when it is called by a schedule, and
its reader counts the same three things: empty, torn (not JSON), unfinished (cells still to run). The faults are those of
tests/acceptance/test_faults_a.py, counted by row. --quick: 20 runs, no faults.
"""

from __future__ import annotations

import argparse
import io
import json
import multiprocessing
import os
import re
import subprocess
import sys
import tempfile
import time
from collections import Counter
from collections.abc import Callable
from contextlib import redirect_stderr
from datetime import UTC, datetime
from pathlib import Path

import nbformat
import table
import yaml

from forecast.runs import folders
from forecast.runs.execution import local
from forecast.runs.execution.executors import Limits, Shared
from forecast.runs.plans import plan
from forecast.runs.publication import pointer
from forecast.runs.records import identity, manifest

ROOT = Path(__file__).parents[1]
BOOK = "04_evaluation"
READS = 40_000
ROWS_A = 38
RECORD = "from forecast.runs import record\nrecord.save({}, {'as_of': '2026-01-31', 'seed': seed})\nrecord.finish()"
CELLS = ["import time\ntime.sleep(0.1)", "print('Hưng Yên ' * 2000)", RECORD]


def main() -> None:
    """Count what readers meet of the kit and of papermill, then the faults; print and write the table."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--quick", action="store_true", help="20 runs, no faults")
    quick = parser.parse_args().quick
    runs = 20 if quick else 100
    with tempfile.TemporaryDirectory(prefix="bench-reads-") as folder:
        root, peer = project(Path(folder) / "kit", runs), Path(folder) / "peer"
        publish_one_more(root, 1)
        ours = watched(read_ours, publish_each, root)
        peer.mkdir()
        theirs = watched(read_theirs, papermill_in_place, project(peer, runs))
    rows = [table.row(f"reads during {runs} runs and publications", f">= {READS}", ours["reads"], f"{theirs['reads']} (5 runs)")]
    for kind in ("empty", "torn", "unfinished"):
        rows.append(table.row(f"reads that met a report {kind}", "<= 0", ours[kind], str(theirs[kind])))
    rows.append(table.row("publications a reader saw", f">= {0.5 * runs:g}", ours["seen"], "-"))
    if not quick:
        tried, survived = faults()
        rows.append(table.row("faults of section A tried", f">= {ROWS_A}", tried, "none"))
        rows.append(table.row("faults survived with nothing lost", f">= {ROWS_A}", survived, "none"))
    table.write("reads", rows)


def project(root: Path, runs: int) -> Path:
    """A project with one small notebook and a plan of `runs` runs."""
    (root / "notebooks").mkdir(parents=True)
    (root / "parameterized_runs" / "plans").mkdir(parents=True)
    parameters = nbformat.v4.new_code_cell("as_of = 'latest'\nseed = 1\nn_paths = 200", metadata={"tags": ["parameters"]})
    book = nbformat.v4.new_notebook(cells=[parameters, *(nbformat.v4.new_code_cell(source) for source in CELLS)])
    nbformat.write(book, root / "notebooks" / f"{BOOK}.ipynb")
    entry = {"name": "one", "notebook": BOOK, "grid": {"seed": {"from": 1, "to": runs}}}
    content = {"name": "default", "title": {"vi": "Đo", "en": "Measure"}, "defaults": {"as_of": "latest", "n_paths": 200}, "runs": [entry]}
    (root / "parameterized_runs" / "plans" / "default.yml").write_text(yaml.safe_dump(content, allow_unicode=True), encoding="utf-8")
    return root


def publish_each(root: Path) -> None:
    """Make every run of the plan and publish each as it ends."""
    publish_one_more(root, None)


def publish_one_more(root: Path, most: int | None) -> None:
    """Make the first `most` runs (None: all that are not there) and publish each."""
    out = folders.out_folder(root)
    out.mkdir(exist_ok=True)
    chosen = plan.load(root / "parameterized_runs" / "plans" / "default.yml", root, today=datetime.now(UTC).date())
    digests = identity.digests(root)
    shared = Shared(root, chosen.name, digests, identity.versions(), Limits())
    pairs = [(run, identity.run_id(run.name, run.parameters, identity.run_digests(run, digests, root))) for run in chosen.runs]
    waiting = [pair for pair in pairs if not (out / pair[1]).exists()][:most]
    for result in local.executor(2, True)(waiting, shared, lambda _spent: None):
        pointer.switch(root, "default", [result.run_id], manifest.stamp(time.time()))


def read_ours(root: Path) -> tuple[str, str]:
    """What one read of the published report met, and which publication it was."""
    entry = pointer.peek(root)["runs"][0]
    folder = folders.out_folder(root) / entry["run_id"]
    content = (folder / "report.html").read_bytes()
    if not content:
        return "empty", entry["run_id"]
    listed = json.loads((folder / "manifest.json").read_bytes())
    if not content.rstrip().endswith(b"</html>"):
        return "torn", entry["run_id"]
    return ("whole" if listed["state"] == "succeeded" and "report.html" in listed["outputs"] else "unfinished"), entry["run_id"]


def papermill_in_place(root: Path) -> None:
    """Five runs of plain papermill, each onto the notebook that readers open."""
    import papermill

    for seed in range(1, 6):
        with redirect_stderr(io.StringIO()):
            papermill.execute_notebook(
                root / "notebooks" / f"{BOOK}.ipynb", root / "published.ipynb", parameters={"seed": seed}, progress_bar=False,
                kernel_name="python3", language="python",
            )  # fmt: skip


def read_theirs(root: Path) -> tuple[str, str]:
    """What one read of the notebook papermill writes met."""
    path = root / "published.ipynb"
    if not path.exists():
        return "missing", ""
    content = path.read_bytes()
    if not content:
        return "empty", ""
    try:
        notebook = json.loads(content)
    except ValueError:
        return "torn", ""
    return ("whole" if notebook["metadata"]["papermill"].get("end_time") else "unfinished"), ""


def watched(read: Callable[[Path], tuple[str, str]], write: Callable[[Path], None], root: Path) -> Counter:
    """Reads counted by what they met, from the start of `write` in another process to its end."""
    writer = multiprocessing.get_context("spawn").Process(target=write, args=(root,))
    writer.start()
    counts: Counter = Counter({"empty": 0, "torn": 0, "unfinished": 0})
    seen = set()
    while writer.is_alive():
        for _ in range(50):
            kind, which = read(root)
            if kind != "missing":
                counts[kind] += 1
                counts["reads"] += 1
                seen.add(which)
    writer.join()
    if writer.exitcode:
        raise SystemExit(f"{write.__name__}: exit {writer.exitcode}")
    counts["seen"] = len(seen)
    return counts


def faults() -> tuple[int, int]:
    """How many rows of section A were tried, and how many held in every test that names them."""
    command = [sys.executable, "-m", "pytest", str(ROOT / "tests" / "acceptance" / "test_faults_a.py"), "-q", "-rA", "-p", "no:cacheprovider"]
    output = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=False, env={**os.environ, "COLUMNS": "400"}).stdout
    print(*re.findall(r"^(?:FAILED|ERROR).*", output, re.MULTILINE), sep="\n", file=sys.stderr)
    outcome: dict[str, set[str]] = {}
    for state, name in re.findall(r"^(PASSED|FAILED|ERROR) \S+::test_(\S+)", output, re.MULTILINE):
        for row in re.findall(r"(?:^|_)a(\d\d)(?=_)", name.split("[")[0]):
            outcome.setdefault(row, set()).add(state)
    return len(outcome), sum(states == {"PASSED"} for states in outcome.values())


if __name__ == "__main__":
    main()
