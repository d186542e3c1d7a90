"""What a run costs, beside plain papermill, one command a run, on the same notebooks, figures and machine.

`python benchmarks/bench_runs.py [--quick] [--part plan|many|kernels]`. Both start from nothing stored, in temporary
projects; half of papermill's runs come before the kit's, half after, so that other work on the machine meets both. Plain
papermill neither checks, nor prints a report, nor publishes. Documents import and compute in their first cell: imports
are timed apart, by the same import statements in a fresh kernel, and computing is the rest of that cell. Processor time
is there because other work on the machine hardly moves it. The small notebook is that of small.py.
"""

from __future__ import annotations

import argparse
import io
import json
import os
import resource
import shutil
import subprocess
import sys
import tempfile
import time
from collections.abc import Mapping, Sequence
from datetime import UTC, datetime
from pathlib import Path
from statistics import median
from typing import Any

import changed_figure
import kernels
import small
import table
import yaml
from memory import Peak

from forecast.runs import folders
from forecast.runs.execution import execute
from forecast.runs.plans import plan
from forecast.runs.records import manifest

ROOT = Path(__file__).parents[1]
QUICK = ("productivity_pre2025", "digital_2025_mic", "evaluation")
COPIED = ("data", "notebooks", "parameterized_runs/plans", "requirements.lock")
WHOLE_COUNT, QUICK_COUNT = 100, 20
Parts = dict[str, float]


def main() -> None:
    """Measure the parts asked for, print and write the table."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--quick", action="store_true", help="three runs of the plan and 20 of the small notebook")
    parser.add_argument("--part", choices=("plan", "many", "kernels"), help="one part of the table only")
    chosen = parser.parse_args()
    quick, part = chosen.quick, chosen.part
    with tempfile.TemporaryDirectory(prefix="bench-runs-", ignore_cleanup_errors=True) as name:
        folder = Path(name)
        rows = default_plan(folder, QUICK if quick else ()) if part in (None, "plan") else []
        rows += many_runs(folder, QUICK_COUNT if quick else WHOLE_COUNT) if part in (None, "many") else []
        rows += kernels.rows(4 if quick else 12) if part in (None, "kernels") else []
    table.write("runs", rows)


def default_plan(folder: Path, only: Sequence[str]) -> list[dict[str, Any]]:
    """The default plan, by the kit at once and by papermill in turn: wall time, outputs, memory, parts of a run."""
    root = copy_project(folder / "project")
    chosen = keep_only(root, only)
    runs = plan.load(chosen, root, today=datetime.now(UTC).date()).runs
    half = len(runs) // 2
    clock = [processor()]
    before = time_papermill(root, runs[:half], folder / "peer")
    clock.append(processor())
    ours, peak = time_kit(root, chosen)
    clock.append(processor())
    after = time_papermill(root, runs[half:], folder / "peer")
    clock.append(processor())
    worked, theirs_worked = clock[2] - clock[1], clock[1] - clock[0] + clock[3] - clock[2]
    again, _ = time_kit(root, chosen)
    theirs, stock = before[0] + after[0], [*before[1], *after[1]]
    kit = [parts_of_kit(path) for path in root.glob("parameterized_runs/out/*/manifest.json")]
    differing = sum(differences(root, folder / "peer" / run.name, run.name) for run in runs)
    rows = [
        table.row(f"default plan, {len(runs)} runs, wall s", "<= 30", ours, f"{theirs:.1f} (papermill in turn)"),
        table.row("default plan, gain over papermill in turn, times", ">= 5", theirs / ours),
        table.row("default plan, processor time, s", "<= 22", worked, f"{theirs_worked:.1f} (papermill in turn)"),
        table.row("default plan, files that differ from papermill's", "<= 0", differing, "tables and summaries, by bytes"),
        table.row("default plan again, nothing to do, wall s", "<= 0.35", again, f"{theirs:.1f} (papermill repeats)"),
        table.row("default plan, 2 workers, peak memory (PSS), MB", "<= 700", peak),
        table.row("libraries loaded once for all runs, s", "<= 6", loading(kit), "every run"),
    ]
    imports = kernels.imports_of_documents(root)
    bars = {"kernel start": "<= 0.1", "imports": "<= 0.1", "computing": "<= 1.5", "pictures and tables": "<= 1.5"}
    for parts, seconds in [(run, imports[0]) for run in kit] + [(run, imports[1]) for run in stock]:
        parts["imports"], parts["computing"] = seconds, max(parts["computing"] - seconds, 0.0)
    for part, bar in bars.items():
        beside = f"{median(run[part] for run in stock):.2f}"
        rows.append(table.row(f"one run, median: {part}, s", bar, median(run[part] for run in kit), beside))
    rows += changed_figure.rows(root, chosen) if not only else []
    rows.append(table.row("one run, median: report, s", "<= 0.3", median(run["report"] for run in kit), "none"))
    return rows


def processor() -> float:
    """Processor seconds of all processes this one started and that have ended, which other work on the machine hardly moves."""
    used = resource.getrusage(resource.RUSAGE_CHILDREN)
    return used.ru_utime + used.ru_stime


def many_runs(folder: Path, count: int) -> list[dict[str, Any]]:
    """Many runs of the small notebook: time a run, beside papermill's, and what the second worker brings."""
    stock = [stock_small(folder / "stock", number) for number in range(3)]
    alone = time_small(folder / "alone", count, 1)
    together = time_small(folder / "together", count, 2)
    stock += [stock_small(folder / "stock", number) for number in range(3, 6)]
    run, beside = together / count, median(stock)
    return [
        table.row(f"{count} runs of a small notebook, s a run", "<= 0.44", run, f"{beside:.2f} (papermill)"),
        table.row(f"{count} runs of a small notebook, gain a run, times", ">= 15", beside / run),
        table.row("second worker, % of linear", ">= 90", 100 * alone / (2 * together), f"{alone / count:.2f} s a run on one"),
    ]


def time_small(root: Path, count: int, workers: int) -> float:
    """Seconds of a plan of `count` runs of the small notebook, set-up included."""
    chosen = small.make(root, count)
    begun = time.perf_counter()
    report = execute.run(chosen, root, workers=workers, publish=False, stream=io.StringIO())
    assert report.good, report
    return time.perf_counter() - begun


def stock_small(root: Path, number: int) -> float:
    """Seconds of the papermill command for the small notebook."""
    run = small.make(root, number + 1).runs[-1]
    folder = root / f"stock_{number}"
    return papermill(root, run, folder)


def copy_project(root: Path) -> Path:
    """A project with nothing run yet."""
    for name in COPIED:
        source, target = ROOT / name, root / name
        target.parent.mkdir(parents=True, exist_ok=True)
        if source.is_dir():
            shutil.copytree(source, target)
        elif source.exists():
            shutil.copy2(source, target)
    return root


def keep_only(root: Path, only: Sequence[str]) -> Path:
    """The default plan of the project, cut down to the runs `only` (all when empty)."""
    path = root / "parameterized_runs" / "plans" / "default.yml"
    content = yaml.safe_load(path.read_text(encoding="utf-8"))
    content["runs"] = [run for run in content["runs"] if not only or run["name"] in only]
    path.write_text(yaml.safe_dump(content, allow_unicode=True), encoding="utf-8")
    return path


def time_kit(root: Path, chosen: Path) -> tuple[float, float]:
    """Seconds of `forecast run` and the most memory its processes held together (PSS, MB)."""
    environment = {**os.environ, "FORECAST_HOME": str(root)}
    command = [sys.executable, "-m", "forecast", "run", str(chosen)]
    begun = time.perf_counter()
    process = subprocess.Popen(command, env=environment, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
    with Peak(process.pid) as peak:
        status = process.wait()
    spent = time.perf_counter() - begun
    if status:
        raise SystemExit(f"forecast run: exit {status}")
    return spent, peak.megabytes


def parts_of_kit(path: Path) -> Parts:
    """Seconds of a stored run by part; computing still holds the imports."""
    seconds = manifest.read(path.parent)["seconds"]
    return {
        "kernel start": seconds["kernel_start"],
        "computing": seconds["imports"],
        "pictures and tables": seconds["execute"] - seconds["imports"],
        "report": seconds["render"],
    }


def loading(kit: Sequence[Parts]) -> float:
    """Seconds the first kernel waited for the libraries; afterwards a start takes what the fastest took."""
    starts = [parts["kernel start"] for parts in kit]
    return max(starts) - min(starts)


def time_papermill(root: Path, runs: Sequence[plan.PlannedRun], out: Path) -> tuple[float, list[Parts]]:
    """Seconds of the papermill command for each run in turn, and the parts of each."""
    spent, parts = 0.0, []
    for run in runs:
        spent += papermill(root, run, out / run.name)
        parts.append(parts_of(json.loads((out / run.name / "notebook.ipynb").read_text(encoding="utf-8"))))
    return spent, parts


def papermill(root: Path, run: plan.PlannedRun, folder: Path) -> float:
    """Seconds of the papermill command for one run that writes into `folder`."""
    folder.mkdir(parents=True)
    given = [text for name, value in run.parameters.items() for text in ("-p", name, str(value))]
    notebook, written = root / "notebooks" / f"{run.notebook}.ipynb", folder / "notebook.ipynb"
    path = os.pathsep.join([str(Path(sys.executable).parent), os.environ.get("PATH", "")])
    environment = {**os.environ, "FORECAST_HOME": str(root), folders.RUN_DIR: str(folder), "PATH": path}
    command = [sys.executable, "-m", "papermill", str(notebook), str(written), *given, "-k", "python3", "--no-progress-bar"]
    begun = time.perf_counter()
    ended = subprocess.run(command, env=environment, check=False, capture_output=True)
    if ended.returncode:
        print(f"papermill: {run.name}: exit {ended.returncode}", file=sys.stderr)
    return time.perf_counter() - begun


def parts_of(document: Mapping[str, Any]) -> Parts:
    """Seconds by part, from papermill's stamps; computing, the first cell after the parameters, still holds the imports."""
    cells = [cell for cell in document["cells"] if cell["metadata"].get("papermill", {}).get("start_time")]
    begun = datetime.fromisoformat(document["metadata"]["papermill"]["start_time"])
    start = (datetime.fromisoformat(cells[0]["metadata"]["papermill"]["start_time"]) - begun).total_seconds()
    code = [cell for cell in cells if cell["cell_type"] == "code"]
    rest = [cell for cell in code if not {"parameters", "injected-parameters"} & set(cell["metadata"].get("tags", []))]
    seconds = [float(cell["metadata"]["papermill"].get("duration") or 0.0) for cell in rest]
    return {"kernel start": start, "computing": seconds[0], "pictures and tables": sum(seconds[1:])}


def differences(root: Path, theirs: Path, name: str) -> int:
    """How many tables and summaries of a run are not the same bytes in the kit's record and in papermill's folder."""
    ours = next(root.glob(f"parameterized_runs/out/{name}-*"))
    written = {path.name for folder in (ours, theirs) for path in folder.iterdir() if is_output(path.name)}
    return sum(not same(ours / file, theirs / file) for file in written)


def is_output(name: str) -> bool:
    """Whether a file of a run is a table or the summary."""
    return name == "summary.json" or name.endswith((".csv", ".csv.gz"))


def same(ours: Path, theirs: Path) -> bool:
    """Whether both files are there with the same bytes."""
    return ours.exists() and theirs.exists() and ours.read_bytes() == theirs.read_bytes()


if __name__ == "__main__":
    main()
