"""What is kept of runs that did not end well: the state, the cause in words and the end of the log; never published."""

from __future__ import annotations

import contextlib
import shutil
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from forecast import files
from forecast.domain import Text
from forecast.runs import folders
from forecast.runs.execution import heartbeat
from forecast.runs.records import manifest

FOLDER = "failed"
MOST_KEPT = 50
_TAIL = 4000  # characters of the log that the manifest keeps

LOST = Text(
    "Lượt chạy trước bị cắt ngang (mất điện, tắt máy hoặc bị dừng).",
    "An earlier run was cut off (power loss, shutdown or kill).",
)
DAMAGED = Text(
    "Kết quả đã lưu không còn khớp với manifest, nên được chạy lại.",
    "The stored result no longer matches its manifest, so it is run again.",
)


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
    number = 1 + max(
        (
            int(path.name.rsplit("-", 1)[1])
            for path in failed.glob(f"{run_id}-*")
            if path.name.rsplit("-", 1)[1].isdigit()
        ),
        default=0,
    )
    target = failed / f"{run_id}-{number}"
    text = log.read_text(encoding="utf-8", errors="replace") if log and log.exists() else ""
    if folder.is_dir():
        (folder / manifest.NAME).unlink(missing_ok=True)
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
    heartbeat.forget_dead(out)
    files.remove_unfinished(out.parent)
    found = []
    for folder in sorted(out.glob(f"{folders.TEMPORARY}*")):
        run_id = folder.name.removeprefix(folders.TEMPORARY)
        if run_id in living:
            continue
        facts = {"state": "lost", "reason_vi": LOST.vi, "reason_en": LOST.en, "finished_at": now}
        keep(out, run_id, folder, None, facts)
        found.append(run_id)
    return found


def _forget_oldest(failed: Path) -> None:
    kept = sorted((path for path in failed.iterdir() if path.is_dir()), key=lambda path: path.stat().st_mtime)
    for path in kept[: max(len(kept) - MOST_KEPT, 0)]:
        shutil.rmtree(path, ignore_errors=True)
