"""Files of the data folder that change together: after the one rename that decides, whoever opens the folder finishes the step.

A change is laid ready in `data/incoming/.ready-*` and decided by renaming that folder to `data/incoming/.deciding`. Before it the
evidence is the old one, after it the new one: `finish` puts the files in place before anything is read, however often it is cut off.
"""

from __future__ import annotations

import contextlib
import os
import shutil
from collections.abc import Mapping
from pathlib import Path

from forecast import files

DECIDED = Path("incoming") / ".deciding"


def finish(data: Path) -> None:
    """Put the files of a decided change in place, if there is one."""
    decided = data / DECIDED
    if not decided.is_dir():
        return
    with contextlib.suppress(FileNotFoundError):  # another process finishes it at the same time
        for path in sorted(decided.iterdir()):
            files.write_whole(data / path.name, path.read_bytes())
        gone = decided.with_name(f".done-{os.getpid()}")
        os.replace(decided, gone)
        shutil.rmtree(gone, ignore_errors=True)


def change(data: Path, contents: Mapping[str, str]) -> None:
    """Replace these files of the data folder all at once; cut off at any moment, the folder holds all the old or all the new."""
    finish(data)
    ready = data / "incoming" / f".ready-{os.getpid()}"
    for rest in (data / "incoming").glob(".ready-*"):
        shutil.rmtree(rest, ignore_errors=True)
    for rest in (data / "incoming").glob(".done-*"):
        shutil.rmtree(rest, ignore_errors=True)
    ready.mkdir(parents=True)
    for name, text in contents.items():
        files.write_whole(ready / name, text)
    os.replace(ready, data / DECIDED)
    files.flush_folder(data / "incoming")
    finish(data)
