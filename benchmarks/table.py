"""The table every benchmark prints and writes: figure | bar | measured | peer in the same run | holds."""

from __future__ import annotations

import json
import os
import platform
import subprocess
from collections.abc import Sequence
from pathlib import Path

ROOT = Path(__file__).parents[1]
COLUMNS = ("figure", "bar", "measured", "peer", "holds")


def row(figure: str, bar: str, measured: float, peer: str = "") -> dict[str, object]:
    """One row; `bar` is '<= 0.84', '>= 8' or '0.77..0.83', and `holds` is whether `measured` meets it."""
    return {
        "figure": figure,
        "bar": bar,
        "measured": round(float(measured), 4),
        "peer": peer,
        "holds": holds(bar, float(measured)),
    }


def holds(bar: str, measured: float) -> bool:
    """Whether a measured number meets a bar written as text."""
    if ".." in bar:
        low, high = (float(part) for part in bar.split(".."))
        return low <= measured <= high
    sign, limit = bar.split()
    return measured <= float(limit) if sign == "<=" else measured >= float(limit)


def write(name: str, rows: Sequence[dict[str, object]], folder: Path = ROOT / "benchmarks" / "out") -> Path:
    """Print the rows and write them to out/NAME.json with the machine and the commit."""
    cells = [[_shown(line.get(column, "")) for column in COLUMNS] for line in rows]
    widths = [max(map(len, column)) for column in zip(COLUMNS, *cells, strict=True)]
    for line in [list(COLUMNS), ["-" * width for width in widths], *cells]:
        print(" | ".join(text.ljust(width) for text, width in zip(line, widths, strict=True)).rstrip())
    folder.mkdir(parents=True, exist_ok=True)
    path = folder / f"{name}.json"
    content = {"rows": list(rows), "machine": machine(), "commit": commit()}
    path.write_text(json.dumps(content, ensure_ascii=False, indent=2) + "\n", encoding="utf-8")
    return path


def machine() -> str:
    """Python, system and number of cores."""
    return f"Python {platform.python_version()}, {platform.system()} {platform.machine()}, {os.cpu_count()} cores"


def commit() -> str:
    """The commit measured, with '+' when the tree has changes; empty outside a repository."""
    try:
        head = subprocess.run(
            ["git", "rev-parse", "--short", "HEAD"], cwd=ROOT, capture_output=True, text=True, check=True
        )
        dirty = subprocess.run(["git", "status", "--porcelain"], cwd=ROOT, capture_output=True, text=True, check=True)
    except (OSError, subprocess.CalledProcessError):
        return ""
    return head.stdout.strip() + ("+" if dirty.stdout.strip() else "")


def _shown(value: object) -> str:
    if isinstance(value, bool):
        return "yes" if value else "NO"
    return f"{value:g}" if isinstance(value, float) else str(value)
