"""Runs that may go: neither among the newest of their name nor young, and named by no publication, draft, signature or ledger line.

A run that anything may still point at stays: where a pointer, the history or the ledger cannot be read, nothing is removed.
"""

from __future__ import annotations

import contextlib
import json
import shutil
from collections import defaultdict
from dataclasses import dataclass
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

from forecast import files, ledger
from forecast.domain import because
from forecast.errors import RunError
from forecast.runs import folders
from forecast.runs.execution import failure
from forecast.runs.publication import ledger as ledger_file
from forecast.runs.records import manifest

MONTH = timedelta(days=30.44)
GOING = ".going-"  # before the name of a folder while it is removed


@dataclass(frozen=True)
class Prunable:
    """Folders that may go, oldest first, their bytes, and how many runs stay."""

    folders: tuple[Path, ...]
    size: int
    kept: int


def prunable(root: Path, keep: int, months: int, now: datetime) -> Prunable:
    """What may go; RunError where it cannot be known what is still named."""
    out, named = folders.out_folder(root), _named(root)
    by_name: dict[str, list[tuple[str, Path]]] = defaultdict(list)
    for folder, record in manifest.readable(out.glob(f"*/{manifest.NAME}")):
        by_name[f"{record.get('plan', '')}/{record.get('name', '')}"].append((_ended(record), folder))
    old = (now - months * MONTH).isoformat()
    going, total = [], 0
    for runs in by_name.values():
        newest_first = sorted(runs, reverse=True)
        total += len(runs)
        going += [(at, folder) for at, folder in newest_first[keep:] if at and at < old and folder.name not in named]
    failed = manifest.readable((out / failure.FOLDER).glob(f"*/{manifest.NAME}"))
    lost = [(at, folder) for folder, record in failed if (at := _ended(record)) and at < old]
    listed = tuple(folder for _, folder in sorted([*going, *lost]))
    return Prunable(listed, sum(map(_size, listed)), total - len(going))


def remove(root: Path, keep: int, months: int, now: datetime) -> Prunable:
    """Remove them under the lock of the runs; each leaves its name in one rename before anything in it is removed."""
    out = folders.out_folder(root)
    files.require_room(out)
    with files.locked(out, wait_seconds=60.0, say=print):
        for left in out.rglob(f"{GOING}*"):
            shutil.rmtree(left)
        gone = prunable(root, keep, months, now)
        for folder in gone.folders:
            going = folder.with_name(GOING + folder.name)
            folder.rename(going)
            shutil.rmtree(going)
    return gone


def _named(root: Path) -> set[str]:
    """The ids of all runs that something published, signed, entered or waiting names."""
    home = folders.home(root)
    papers = [*folders.pointers(root), *home.glob("draft*.json"), *home.glob("publications/*/*.json")]
    named = {row["run_id"] for row in ledger.read(ledger_file.read(root))}
    for path in papers:
        try:
            content = json.loads(path.read_text(encoding="utf-8"))
            if isinstance(content, dict) and "runs" in content:
                named |= {str(run["run_id"]) for run in content["runs"]}
        except (OSError, ValueError, KeyError, TypeError) as error:
            why = because(error)
            raise RunError(
                f"{path.name}: không đọc được ({why.vi}), nên không biết lượt nào còn dùng; không xóa gì.",
                f"{path.name} cannot be read ({why.en}), so what is still named is not known; nothing is removed.",
            ) from None
    for path in folders.scenarios_folder(root).glob("*.json"):
        with contextlib.suppress(OSError):
            text = path.read_text(encoding="utf-8", errors="replace")
            named |= {folder.name for folder in folders.out_folder(root).glob("*-*") if folder.name in text}
    return named


def _ended(record: dict[str, Any]) -> str:
    """When a run ended, as ISO text in UTC; empty where its record does not say."""
    return str(record.get("finished_at") or "")


def _size(folder: Path) -> int:
    return sum(path.stat().st_size for path in folder.rglob("*") if path.is_file())
