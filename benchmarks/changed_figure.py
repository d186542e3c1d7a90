"""What one changed figure costs until the page shows it, and the page drawn anew alone: rows of bench_runs."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
import time
from pathlib import Path
from statistics import median
from typing import Any

import pandas as pd
import table

FIGURE = {"indicator": "ecommerce_revenue", "measure": "province", "kind": "level"}  # one figure of one indicator
DRAW = (
    "import sys, time\n"
    "from forecast.publish.leaders import page, view\n"
    "begun = time.perf_counter()\n"
    "page.build(sys.argv[1])\n"
    "print(time.perf_counter() - begun)\n"
)


def rows(root: Path, plan: Path, times: int = 3) -> list[dict[str, Any]]:
    """Rows for the project at `root`, whose plan has run: median of `times` drawings and changes."""
    drawn = median(draw_anew(root) for _ in range(times))
    changes = [change(root, plan, 1.0 + 0.05 * (number + 1)) for number in range(times)]
    others = max(redrawn for _, redrawn, _ in changes)
    return [
        table.row("the leaders' page drawn anew, alone, s", "<= 3", drawn),
        table.row("one figure changed, until the page shows it, s", "<= 6", median(spent for spent, _, _ in changes)),
        table.row("one figure changed, pictures of other indicators redrawn", "<= 0", others, f"{changes[0][2]} of its own"),
    ]


def draw_anew(root: Path) -> float:
    """Seconds of drawing the whole page in a process that has loaded its libraries, nothing kept."""
    environment = {name: value for name, value in os.environ.items() if name != "FORECAST_MEMO"} | {"FORECAST_HOME": str(root)}
    answer = subprocess.run([sys.executable, "-c", DRAW, str(root)], env=environment, check=True, capture_output=True, text=True)
    return float(answer.stdout)


def change(root: Path, plan: Path, factor: float) -> tuple[float, int, int]:
    """Seconds of `forecast run` after one figure was changed, and the pictures redrawn: of other indicators, of its own."""
    path = root / "data" / "observations.csv"
    kept = path.with_suffix(".kept")
    shutil.copy2(path, kept)
    before = set(_pictures(root))
    try:
        figures = pd.read_csv(path, dtype=str, keep_default_na=False)
        chosen = (figures[list(FIGURE)] == pd.Series(FIGURE)).all(axis=1)
        figures.loc[chosen, "value"] = figures.loc[chosen, "value"].astype(float).mul(factor).round(3).astype(str)
        figures.to_csv(path, index=False)
        begun = time.perf_counter()
        command = [sys.executable, "-m", "forecast", "run", str(plan)]
        subprocess.run(command, env={**os.environ, "FORECAST_HOME": str(root)}, check=True, capture_output=True)
        spent = time.perf_counter() - begun
    finally:
        os.replace(kept, path)
    new = [path for path in _pictures(root) if path not in before]
    own = sum("ecommerce" in path.name for path in new)
    return spent, len(new) - own, own


def _pictures(root: Path) -> list[Path]:
    return list((root / "parameterized_runs" / ".memo").glob("*/pictures-*"))
