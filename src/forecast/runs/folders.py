"""Where things lie, and writing them so that a reader sees the old or the new whole, never a part."""

from __future__ import annotations

import contextlib
import hashlib
import json
import os
import shutil
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import psutil

from forecast.errors import RunError

LEAST_FREE = 200 * 1024 * 1024
TEMPORARY = ".tmp-"
RUN_DIR = "FORECAST_RUN_DIR"  # the environment variable that tells a notebook where it records
TOKEN = "complete.json"
COMPRESSED = ("samples", "paths")


def find_root() -> Path:
    """The project folder: FORECAST_HOME, else the nearest folder with parameterized_runs/ above here or the package."""
    home = os.environ.get("FORECAST_HOME")
    if home:
        root = Path(home).resolve()
        if not root.is_dir():
            raise RunError(
                f"FORECAST_HOME = {home}: không có thư mục này.", f"FORECAST_HOME = {home}: there is no such folder."
            )
        return root
    for start in (Path.cwd(), Path(__file__).resolve().parent):
        for folder in (start, *start.parents):
            if (folder / "parameterized_runs").is_dir():
                return folder
    raise RunError(
        "Không tìm thấy thư mục dự án (có parameterized_runs/). Hãy chạy trong dự án hoặc đặt FORECAST_HOME.",
        "The project folder (with parameterized_runs/) was not found. Run inside it or set FORECAST_HOME.",
    )


def out_folder(root: Path) -> Path:
    """The folder that holds one folder per finished run."""
    return root / "parameterized_runs" / "out"


def sha256_of(path: Path) -> str:
    """The sha256 of a file's bytes, in hex."""
    with path.open("rb") as stream:
        return hashlib.file_digest(stream, "sha256").hexdigest()


def sha256_of_text(text: str) -> str:
    """The sha256 of a text in UTF-8, in hex."""
    return hashlib.sha256(text.encode("utf-8")).hexdigest()


def as_json(value: Any) -> str:
    """JSON text with sorted keys, without nan, Vietnamese kept as it is; ValueError for what JSON cannot hold."""
    return json.dumps(value, ensure_ascii=False, allow_nan=False, indent=1, sort_keys=True) + "\n"


def write_whole(path: Path, content: str | bytes) -> None:
    """Write a file under a temporary name, flush it to disk, then rename it into place."""
    temporary = path.with_name(f".{path.name}.{os.getpid()}.tmp")
    try:
        with temporary.open("wb") as stream:
            stream.write(content.encode("utf-8") if isinstance(content, str) else content)
            stream.flush()
            os.fsync(stream.fileno())
        os.replace(temporary, path)
    except BaseException:
        temporary.unlink(missing_ok=True)
        raise
    flush_folder(path.parent)


def remove_unfinished(folder: Path) -> None:
    """Remove the temporary files that writers which have gone left in a folder of pointers."""
    for path in folder.glob(".*.tmp"):
        writer = path.name.rsplit(".", 2)[1]
        if writer.isdigit() and not psutil.pid_exists(int(writer)):
            path.unlink(missing_ok=True)


def flush_folder(folder: Path) -> None:
    """Flush the folder's own entries to disk, where the system can."""
    with contextlib.suppress(OSError):
        handle = os.open(folder, os.O_RDONLY)
        try:
            os.fsync(handle)
        finally:
            os.close(handle)


def move_folder(source: Path, target: Path) -> None:
    """Flush every file of a finished folder, then rename the folder into place in one step."""
    for path in sorted(source.rglob("*")):
        if path.is_file():
            with path.open("rb+") as stream:
                os.fsync(stream.fileno())
    os.replace(source, target)
    flush_folder(target.parent)


def require_room(folder: Path) -> None:
    """Make the folder and raise RunError when it cannot be written to or the disk is nearly full (A23, A24)."""
    try:
        folder.mkdir(parents=True, exist_ok=True)
        probe = folder / f".probe-{os.getpid()}"
        probe.write_bytes(b"1")
        probe.unlink()
    except OSError as error:
        raise RunError(
            f"Không ghi được vào {folder}: {error.strerror}. Chưa chạy gì.",
            f"{folder} cannot be written to: {error.strerror}. Nothing was started.",
        ) from error
    free = shutil.disk_usage(folder).free
    if free < LEAST_FREE:
        raise RunError(
            f"Ổ đĩa còn {free // 2**20} MB, cần ít nhất {LEAST_FREE // 2**20} MB. Chưa chạy gì.",
            f"{free // 2**20} MB free on the disk, {LEAST_FREE // 2**20} MB needed. Nothing was started.",
        )


@contextlib.contextmanager
def locked(folder: Path, *, wait_seconds: float, say: Callable[[str], None]) -> Iterator[None]:
    """Hold the one lock of a folder of runs; wait for another holder, raise RunError after `wait_seconds` (A21).

    The system releases the lock when its holder ends, however it ends.
    """
    with (folder / ".lock").open("a+") as stream:
        deadline, told = time.monotonic() + wait_seconds, False
        while not _try_lock(stream.fileno()):
            if time.monotonic() >= deadline:
                raise RunError(
                    "Một lượt chạy khác đang giữ thư mục kết quả. Hãy đợi nó xong rồi chạy lại.",
                    "Another run holds the results folder. Wait for it to end, then run again.",
                )
            if not told:
                say("Một lượt chạy khác đang làm việc, chờ nó xong... / another run is at work, waiting for it...")
                told = True
            time.sleep(0.1)
        yield


def _try_lock(handle: int) -> bool:
    try:
        import fcntl
    except ImportError:  # Windows
        import msvcrt

        with contextlib.suppress(OSError):
            msvcrt.locking(handle, msvcrt.LK_NBLCK, 1)
            return True
        return False
    with contextlib.suppress(BlockingIOError):
        fcntl.flock(handle, fcntl.LOCK_EX | fcntl.LOCK_NB)
        return True
    return False
