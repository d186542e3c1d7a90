"""The most memory a process and everything below it held together, shared pages counted once (PSS)."""

from __future__ import annotations

import contextlib
import re
import threading
from pathlib import Path

import psutil

_PSS = re.compile(r"^Pss:\s+(\d+) kB", re.MULTILINE)


class Peak:
    """Looks once a second while its block runs; `megabytes` is the most it saw."""

    def __init__(self, pid: int) -> None:
        self.pid, self.megabytes = pid, 0.0
        self._ended = threading.Event()
        self._thread = threading.Thread(target=self._look, daemon=True)

    def __enter__(self) -> Peak:
        self._thread.start()
        return self

    def __exit__(self, *_: object) -> None:
        self._ended.set()
        self._thread.join()

    def _look(self) -> None:
        while not self._ended.wait(1.0):
            self.megabytes = max(self.megabytes, together(self.pid))


def together(pid: int) -> float:
    """PSS of a process and its descendants, MB."""
    total = 0
    with contextlib.suppress(psutil.Error):
        for process in [psutil.Process(pid), *psutil.Process(pid).children(recursive=True)]:
            with contextlib.suppress(OSError):
                line = _PSS.search(Path(f"/proc/{process.pid}/smaps_rollup").read_text())
                total += int(line[1]) if line else 0
    return total / 1024
