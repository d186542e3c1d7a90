"""The pages that lie beside the runs as files: what is carried on a stick, drawn anew whenever readers are shown something else."""

from __future__ import annotations

from pathlib import Path

from forecast.publish.leaders import page
from forecast.publish.register import page as register


def leave_pages(root: Path | str) -> Path | None:
    """Write the pages of what is shown now; the board's file, None where nothing is shown or it cannot be drawn."""
    path = page.leave_static(root)
    register.leave_static(root)
    return path
