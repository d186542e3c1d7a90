"""Runs that did not end well: the cause in words, whether it may pass by itself, and what is kept of them; never published."""

from __future__ import annotations

import contextlib
import errno
import os
import shutil
from collections.abc import Collection, Mapping
from pathlib import Path
from typing import Any

from forecast import files
from forecast.domain import Text
from forecast.errors import ForecastError
from forecast.runs import folders
from forecast.runs.execution import heartbeat
from forecast.runs.records import manifest

FOLDER = "failed"
MOST_KEPT = 50
_TAIL = 4000  # characters of the log that the manifest keeps
PAUSES = (0.5, 2.0)  # seconds before the second and the third attempt
TRANSIENT = (  # exceptions of a cell that name a cause outside the notebook
    *("BlockingIOError", "InterruptedError", "TransientError"),
    *("ConnectionError", "ConnectionResetError", "ConnectionRefusedError", "ConnectionAbortedError"),
)
_CODES = tuple(
    getattr(errno, name)
    for name in ("EAGAIN", "EBUSY", "ETXTBSY", "EADDRINUSE", "ESTALE", "ETIMEDOUT", "ENOLCK")
    if hasattr(errno, name)
)
_LOCKED_WINDOWS = (32, 33)  # sharing and lock violations
_KERNEL_SLOW = "Kernel didn't respond"

LOST = Text(
    "Lượt chạy trước bị cắt ngang (mất điện, tắt máy hoặc bị dừng).",
    "An earlier run was cut off (power loss, shutdown or kill).",
)
DAMAGED = Text(
    "Kết quả đã lưu không còn khớp với manifest, nên được chạy lại.",
    "The stored result no longer matches its manifest, so it is run again.",
)


def in_words(error: BaseException, where: Text) -> Text:
    """The reason an exception gives: its own two sentences, else `where` it happened and its name and text."""
    if isinstance(error, ForecastError):
        return Text(error.vi, error.en)
    return where + f": {type(error).__name__}: {error}"[:502]


def reason_entries(reason: Text) -> dict[str, str]:
    """A reason as the entries of a record."""
    return {"reason_vi": reason.vi, "reason_en": reason.en}


def reason_in(record: Mapping[str, Any]) -> Text:
    """The reason that a record holds; empty where it holds none."""
    return Text(str(record.get("reason_vi", "")), str(record.get("reason_en", "")))


def is_transient(error: BaseException) -> bool:
    """Whether an exception of the machinery around a notebook may pass by itself (a short list; all else fails at once, A36)."""
    if isinstance(error, OSError):
        return error.errno in _CODES or getattr(error, "winerror", None) in _LOCKED_WINDOWS
    return type(error).__name__ in TRANSIENT or (isinstance(error, RuntimeError) and _KERNEL_SLOW in str(error))


def is_transient_cell(name: str, message: str) -> bool:
    """Whether a cell's exception (class name and text) may pass by itself."""
    codes = [f"[Errno {code}]" for code in _CODES] + [f"[WinError {code}]" for code in _LOCKED_WINDOWS]
    locked = name in ("OSError", "PermissionError") and any(code in message for code in codes)
    return locked or name in TRANSIENT


def pause_before(number: int) -> float | None:
    """Seconds to wait before attempt `number` (2, 3, ...); None when there are no more."""
    return dict(enumerate(PAUSES, 2)).get(number)


def output_too_large(most: int) -> Text:
    """The reason of a run that wrote more than `most` bytes."""
    return Text(
        f"Sổ tính in hay ghi ra quá {most / 1e6:g} MB; lượt chạy bị dừng. Hãy bỏ lệnh in trong vòng lặp.",
        f"The notebook printed or wrote more than {most / 1e6:g} MB; the run was stopped. Take printing out of loops.",
    )


def keep(out: Path, run_id: str, folder: Path, log: Path | None, facts: Mapping[str, Any]) -> Path:
    """Move what a run left in `folder` to failed/<run_id>-<n>, with its log and a manifest that says why."""
    failed = out / FOLDER
    failed.mkdir(exist_ok=True)
    numbers = (path.name.rpartition("-")[2] for path in failed.glob(f"{run_id}-*"))
    target = failed / f"{run_id}-{1 + max((int(number) for number in numbers if number.isdigit()), default=0)}"
    text = log.read_text(encoding="utf-8", errors="replace") if log and log.exists() else ""
    text = files.without_places(text, out.parent.parent)
    if folder.is_dir():
        if (folder / manifest.NAME).exists():
            os.replace(folder / manifest.NAME, folder / manifest.BEFORE)
        files.move_folder(folder, target)
    else:
        target.mkdir()
    record = {**facts, "run_id": run_id, "log_tail": text[-_TAIL:]}
    try:
        if text:
            (target / "log.txt").write_text(text, encoding="utf-8")
        manifest.write(target, record)
    except OSError:  # the disk is full: what the run wrote gives way to the word on why it failed
        shutil.rmtree(target, ignore_errors=True)
        with contextlib.suppress(OSError):
            target.mkdir()
            manifest.write(target, record)
    _forget_oldest(failed)
    return target


def sweep(out: Path, now: str) -> list[str]:
    """Set aside the work folders of runs that ended without a word (A26); the caller holds the lock of `out`."""
    living = heartbeat.alive_run_ids(out)
    named = {run["run_id"]: {"plan": gone.plan, "name": name} for gone in heartbeat.forget_dead(out) for name, run in gone.runs.items()}
    files.remove_unfinished(out.parent)
    swept = []
    for folder in sorted(out.glob(f"{folders.TEMPORARY}*")):
        run_id = folder.name.removeprefix(folders.TEMPORARY)
        if run_id not in living:
            facts = named.get(run_id, {}) | {"state": "lost", **reason_entries(LOST), "finished_at": now}
            keep(out, run_id, folder, None, facts)
            swept.append(run_id)
    return swept


def settle(out: Path, plan: str, names: Collection[str], now: str) -> None:
    """Runs of these names are good: what failed of them before is history, whenever the good one was made."""
    for folder, record in manifest.readable((out / FOLDER).glob(f"*/{manifest.NAME}")):
        name = record.get("name") or str(record.get("run_id", "")).rpartition("-")[0]
        if name in names and record.get("plan", plan) == plan and "settled_at" not in record:
            files.write_whole(folder / manifest.NAME, files.as_json({**record, "settled_at": now}))


def _forget_oldest(failed: Path) -> None:
    kept = sorted((path for path in failed.iterdir() if path.is_dir()), key=lambda path: path.stat().st_mtime)
    for path in kept[: max(len(kept) - MOST_KEPT, 0)]:
        shutil.rmtree(path, ignore_errors=True)
