"""The project folder, files a reader sees old or new but never in part, and the digests of what is read."""

from __future__ import annotations

import contextlib
import hashlib
import json
import os
import shutil
import stat
import sys
import tempfile
import threading
import time
from collections.abc import Callable, Iterable, Iterator
from functools import cache
from pathlib import Path
from typing import Any

from forecast.domain import Text, because
from forecast.errors import RunError

HOME = "FORECAST_HOME"  # the environment variable that names the project folder
PACKAGE = Path(__file__).resolve().parent
DISTRIBUTION = "hung-yen-forecast"
LEAST_FREE = 200 * 1024 * 1024
LEAST_TEMPORARY = 64 * 1024 * 1024  # of the folder for temporary files, when runs begin


def find_root(root: Path | str | None = None) -> Path:
    """The project folder: `root` where given, else FORECAST_HOME, else the nearest folder with parameterized_runs/.

    Looked for above the working folder, then above the package. Raises RunError where there is none.
    """
    if root:
        return Path(root)
    if home := os.environ.get(HOME):
        folder = Path(home).resolve()
        if folder.is_dir():
            return folder
        raise RunError(f"{HOME} = {home}: không có thư mục này.", f"{HOME} = {home}: there is no such folder.")
    for start in (Path.cwd(), PACKAGE):
        for folder in (start, *start.parents):
            if (folder / "parameterized_runs").is_dir():
                return folder
    raise RunError(
        f"Không tìm thấy thư mục dự án (có parameterized_runs/). Hãy chạy trong dự án hoặc đặt {HOME}.",
        f"The project folder (with parameterized_runs/) was not found. Run inside it or set {HOME}.",
    )


@cache
def shipped() -> Path:
    """The folder with the data, notebooks and plans that came with the kit: the checkout, else what the wheel laid beside the environment.

    Raises RunError where neither is there.
    """
    import importlib.metadata

    for folder in PACKAGE.parents:
        if (folder / "data" / "indicators.yml").is_file():
            return folder
    with contextlib.suppress(importlib.metadata.PackageNotFoundError):
        for path in importlib.metadata.files(DISTRIBUTION) or ():
            if path.as_posix().endswith("share/forecast/data/indicators.yml"):
                return Path(str(path.locate())).resolve().parents[1]
    raise RunError(
        "Bản cài này không kèm số liệu và sổ tính: hãy cài lại gói (pip install --force-reinstall).",
        "This installation came without data and notebooks: install the package again (pip install --force-reinstall).",
    )


def digest_of(paths: Iterable[Path], root: Path) -> str:
    """sha256 over the names (relative to `root`) and bytes of files, in the order given; a missing file counts as missing."""
    total = hashlib.sha256()
    for path in paths:
        content = sha256_of(path) if path.is_file() else ""
        total.update(f"{path.relative_to(root).as_posix()}\0{content}\n".encode())
    return total.hexdigest()


@cache
def code_digest() -> str:
    """sha256 over the whole package: code, templates, learned tables; bytecode does not count."""
    paths = (path for path in PACKAGE.rglob("*") if path.is_file() and path.suffix not in (".pyc", ".pyo"))
    return digest_of(sorted(path for path in paths if "__pycache__" not in path.parts), PACKAGE)


def sha256_of(content: Path | bytes | str) -> str:
    """The sha256, in hex, of a file's bytes, of bytes, or of a text in UTF-8."""
    if isinstance(content, Path):
        with content.open("rb") as stream:
            return hashlib.file_digest(stream, "sha256").hexdigest()
    return hashlib.sha256(content.encode("utf-8") if isinstance(content, str) else content).hexdigest()


def as_json(value: Any) -> str:
    """JSON text with sorted keys, without nan, Vietnamese kept as it is; ValueError for what JSON cannot hold."""
    return json.dumps(value, ensure_ascii=False, allow_nan=False, indent=1, sort_keys=True) + "\n"


def read_bounded(path: Path, most: int) -> bytes:
    """The bytes of a plain file of at most `most` bytes; RunError for a link, a device, or more."""
    try:
        plain = getattr(os, "O_NOFOLLOW", 0) | getattr(os, "O_NONBLOCK", 0)
        with open(path, "rb", opener=lambda name, flags: os.open(name, flags | plain)) as stream:
            content = stream.read(most + 1) if stat.S_ISREG(os.fstat(stream.fileno()).st_mode) else None
    except FileNotFoundError:
        raise RunError(f"Không có tệp {path}.", f"There is no file {path}.") from None
    except OSError as error:
        why = because(error)
        raise RunError(f"{path}: không đọc được ({why.vi}).", f"{path} cannot be read ({why.en}).") from None
    if content is None or len(content) > most:
        raise RunError(
            f"{path}: tệp quá lớn, hoặc không phải tệp thường; cần một tệp thường không quá {most // 1024} kB.",
            f"{path}: a plain file of at most {most // 1024} kB is needed.",
        )
    return content


def without_places(text: str, *folders: Path) -> str:
    """The text with no path of this machine in it: what lies below these folders, the package, Python, home or the
    temporary folder is named from there on.
    """
    home = str(Path.home())
    fixed = (PACKAGE.parent.parent, PACKAGE.parent, sys.prefix, sys.base_prefix, tempfile.gettempdir(), home)
    places = {str(prefix) for prefix in (*fixed, *folders)} - {os.sep}
    places |= {"~" + prefix.removeprefix(home) for prefix in places if prefix.startswith(home)}
    for prefix in sorted(places, key=len, reverse=True):
        text = text.replace(prefix + os.sep, "")
    return text


def write_whole(path: Path, content: str | bytes) -> None:
    """Write a file under a temporary name, flush it to disk, then rename it into place."""
    temporary = path.with_name(f".{path.name}.{threading.get_native_id()}.{os.getpid()}.tmp")
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
    """Remove the temporary files of `write_whole` that writers which have gone left in a folder."""
    import psutil

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
            with path.open("rb" if os.name == "posix" else "rb+") as stream:
                os.fsync(stream.fileno())
    os.replace(source, target)
    flush_folder(target.parent)


def protect(folder: Path) -> None:
    """Take the right to write away from every file of a finished folder, so that whoever opens one cannot save over it.

    On Windows a file that may not be written may not be removed either: there it is left as it is.
    """
    for path in folder.rglob("*") if os.name == "posix" else ():
        if path.is_file():
            path.chmod(0o444)


def require_room(folder: Path, least: int | None = None) -> None:
    """Make the folder and raise RunError when it cannot be written to or the disk is nearly full (A23, A24)."""
    try:
        folder.mkdir(parents=True, exist_ok=True)
        with tempfile.TemporaryFile(dir=folder) as probe:  # without a name: writers at the same time cannot meet
            probe.write(b"1")
            probe.flush()
    except OSError as error:
        why = because(error)
        raise RunError(
            f"Không ghi được vào {folder}: {why.vi}. Chưa chạy gì.",
            f"{folder} cannot be written to: {why.en}. Nothing was started.",
        ) from error
    if problem := shortage(folder, least):
        raise RunError(problem.vi + " Chưa chạy gì.", problem.en + " Nothing was started.")


def shortage(folder: Path, least: int | None = None) -> Text | None:
    """Of which folder the disk is nearly full, and how much is free and needed; None where there is room."""
    free, least = shutil.disk_usage(folder).free, LEAST_FREE if least is None else least
    if free >= least:
        return None
    return Text(
        f"Ổ đĩa còn {free // 2**20} MB ở {folder}, cần ít nhất {least // 2**20} MB.",
        f"{free // 2**20} MB free on the disk of {folder}, {least // 2**20} MB needed.",
    )


def temporary_folder() -> Path:
    """The system's folder for temporary files, with room in it; RunError, naming it, where there is none."""
    try:
        folder = Path(tempfile.gettempdir())
    except OSError as error:  # the library tries to write there
        why = because(error)
        raise RunError(
            f"Không thư mục tạm nào ghi được ({why.vi}): dọn chỗ hoặc đặt TMPDIR. Chưa chạy gì.",
            f"No temporary folder can be written to ({why.en}): make room or set TMPDIR. Nothing was started.",
        ) from None
    require_room(folder, LEAST_TEMPORARY)
    return folder


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
    with contextlib.suppress(BlockingIOError, PermissionError):  # held by another: as Unix says it, as Windows says it
        if sys.platform == "win32":
            import msvcrt

            msvcrt.locking(handle, msvcrt.LK_NBLCK, 1)
        else:
            import fcntl

            fcntl.flock(handle, fcntl.LOCK_EX | fcntl.LOCK_NB)
        return True
    return False
