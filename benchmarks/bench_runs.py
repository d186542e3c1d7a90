"""Wall time of the default plan beside plain papermill, one command a run, on the same notebooks, figures and machine.

`python benchmarks/bench_runs.py [--quick]`. Both start from nothing stored, in a temporary project. The kit runs two at
once and imports once (see forecast.runs.warm); plain papermill runs one after another and neither checks, nor prints a
report, nor publishes. The bars are what a quiet two-core machine reached when this was written, with some room: they say
when a change made it slower. Computing in parts: the notebooks import and forecast in their first cell.
"""

from __future__ import annotations

import argparse
import json
import os
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

import table
import yaml

from forecast.runs import manifest, plan

ROOT = Path(__file__).parents[1]
QUICK = ("productivity_pre2025", "digital_2025_mic", "evaluation")
COPIED = ("data", "notebooks", "parameterized_runs/plans", "requirements.lock")


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--quick", action="store_true", help="three runs of the plan only")
    only = QUICK if parser.parse_args().quick else ()
    with tempfile.TemporaryDirectory(prefix="bench-runs-") as place:
        root = copy_project(Path(place) / "project")
        chosen = keep_only(root, only)
        ours, kit = time_kit(root, chosen)
        theirs, peer = time_papermill(root, chosen, Path(place) / "peer")
    table.write("runs", rows(ours, kit, theirs, peer))


def rows(ours: float, kit: Sequence[Mapping], theirs: float, peer: Sequence[Mapping]) -> list[dict[str, Any]]:
    """The table: whole plan, gain, and the median parts of one run; seconds but for the gain."""
    count, whole = len(kit), len(kit) > len(QUICK)
    fastest = min(one["kernel set-up"] for one in kit)
    loading = max(one["kernel set-up"] for one in kit) - fastest
    start = f"{median(one['kernel set-up'] for one in peer):.2f} every run"
    found = [
        table.row(f"{count} runs, wall s", "<= 30" if whole else "<= 15", ours, f"{theirs:.1f} (papermill in turn)"),
        table.row("gain over papermill in turn, times", ">= 4" if whole else ">= 2.5", theirs / ours),
        table.row("libraries loaded once for all runs, s", "<= 6", loading, "every run"),
        table.row("one run: kernel set-up once loaded, s", "<= 0.6", fastest, start),
    ]
    bars = {"first cell (imports, forecast)": "<= 2", "other cells": "<= 1.5", "rendering": "<= 0.3"}
    for part, bar in bars.items():
        beside = f"{median(one[part] for one in peer):.2f}" if part in peer[0] else "none"
        found.append(table.row(f"one run, median: {part}, s", bar, median(one[part] for one in kit), beside))
    return found


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


def time_kit(root: Path, chosen: Path) -> tuple[float, list[dict[str, float]]]:
    """Seconds of `forecast run`, and the parts of each of its runs."""
    environment = {**os.environ, "FORECAST_HOME": str(root)}
    begun = time.perf_counter()
    subprocess.run(
        [sys.executable, "-m", "forecast", "run", str(chosen)], env=environment, check=True, stdout=subprocess.DEVNULL
    )
    spent = time.perf_counter() - begun
    found = [manifest.read(path.parent)["seconds"] for path in root.glob("parameterized_runs/out/*/manifest.json")]
    return spent, [
        {
            "kernel set-up": one["kernel_start"],
            "first cell (imports, forecast)": one["imports"],
            "other cells": one["execute"] - one["imports"],
            "rendering": one["render"],
        }
        for one in found
    ]


def time_papermill(root: Path, chosen: Path, out: Path) -> tuple[float, list[dict[str, float]]]:
    """Seconds of the papermill command for each run in turn, and the parts of each."""
    spent, parts = 0.0, []
    for run in plan.load(chosen, root, today=datetime.now(UTC).date()).runs:
        folder = out / run.name
        folder.mkdir(parents=True)
        given = [text for name, value in run.parameters.items() for text in ("-p", name, str(value))]
        notebook, written = root / "notebooks" / f"{run.notebook}.ipynb", folder / "notebook.ipynb"
        path = os.pathsep.join([str(Path(sys.executable).parent), os.environ.get("PATH", "")])
        environment = {**os.environ, "FORECAST_HOME": str(root), "FORECAST_RUN_DIR": str(folder), "PATH": path}
        begun = time.perf_counter()
        ended = subprocess.run(
            [sys.executable, "-m", "papermill", str(notebook), str(written), *given, "-k", "python3", "--no-progress-bar"],
            env=environment, check=False, capture_output=True,
        )  # fmt: skip
        spent += time.perf_counter() - begun
        if ended.returncode:
            print(f"papermill: {run.name}: exit {ended.returncode}", file=sys.stderr)
        parts.append(parts_of(json.loads(written.read_text(encoding="utf-8"))))
    return spent, parts


def parts_of(document: Mapping[str, Any]) -> dict[str, float]:
    """Seconds of kernel set-up, imports (the first cell after the parameters) and the rest, from papermill's stamps."""
    cells = [cell for cell in document["cells"] if cell["metadata"].get("papermill", {}).get("start_time")]
    begun = datetime.fromisoformat(document["metadata"]["papermill"]["start_time"])
    set_up = (datetime.fromisoformat(cells[0]["metadata"]["papermill"]["start_time"]) - begun).total_seconds()
    code = [cell for cell in cells if cell["cell_type"] == "code"]
    rest = [cell for cell in code if not {"parameters", "injected-parameters"} & set(cell["metadata"].get("tags", []))]
    seconds = [float(cell["metadata"]["papermill"].get("duration") or 0.0) for cell in rest]
    return {"kernel set-up": set_up, "first cell (imports, forecast)": seconds[0], "other cells": sum(seconds[1:])}


if __name__ == "__main__":
    main()
