"""Where things lie, and writing them so that a reader sees the old or the new whole, never a part."""

from __future__ import annotations

from pathlib import Path

import psutil

TEMPORARY = ".tmp-"
RUN_DIR = "FORECAST_RUN_DIR"  # the environment variable that tells a notebook where it records
TOKEN = "complete.json"
COMPRESSED = ("samples", "paths")


def out_folder(root: Path) -> Path:
    """The folder that holds one folder per finished run."""
    return root / "parameterized_runs" / "out"


def remove_unfinished(folder: Path) -> None:
    """Remove the temporary files that writers which have gone left in a folder of pointers."""
    for path in folder.glob(".*.tmp"):
        writer = path.name.rsplit(".", 2)[1]
        if writer.isdigit() and not psutil.pid_exists(int(writer)):
            path.unlink(missing_ok=True)


