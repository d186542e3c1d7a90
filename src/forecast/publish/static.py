"""The pages that lie beside the runs as files: what is carried on a stick, drawn anew whenever readers are shown something else."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

from forecast.publish import shell
from forecast.publish.leaders import page
from forecast.publish.register import page as register
from forecast.runs.publication import changes
from forecast.runs.records import identity


def leave_pages(root: Path | str) -> Path | None:
    """Write the pages of what is shown now; the board's file, None where nothing is shown or it cannot be drawn."""
    with identity.remembering(Path(root)):
        try:
            changes.prepare(Path(root))
        except Exception:  # what changed is said beside a publication and must not undo it
            shell.LOG.exception("what changed could not be computed")
        with ThreadPoolExecutor(1) as beside:  # while the board waits for its pictures
            beside.submit(register.leave_static, root)
            return page.leave_static(root)
