"""One file with everything that cannot be made again: figures, plans, notebooks, published runs, ledger, signatures."""

from __future__ import annotations

import json
import os
import shutil
import tarfile
import tempfile
from collections.abc import Iterator
from pathlib import Path, PurePosixPath

from forecast import files
from forecast.errors import RunError
from forecast.runs import folders
from forecast.runs.publication import ledger
from forecast.runs.records import manifest

INDEX = "backup.json"
FOLDERS = ("data", "notebooks", "parameterized_runs")
FILES = ("requirements.lock", "requirements-uv.lock", "pyproject.toml", "environment.yml", "DECISIONS.md", "CHANGELOG.md")
_NOT_KEPT = (".lock", ".active", ".claims", ".schedule", ".ipynb_checkpoints", "__pycache__", ".probe")
MOST_BYTES = 50 * 2**30
MOST_PACKED, LEAST = 60, 64 * 2**20  # times its own size a backup may unpack to, beside a little; ours is 5 to 20 times as large


def write(root: Path, target: Path, at: str) -> dict[str, int]:
    """Write a .tar.gz of the project with the hash of every file, whole or not at all; number of files and bytes.

    Taken under the lock of the runs. Raises RunError when `target` is there already or lies inside the project.
    """
    target = target.resolve()
    if target.exists():
        raise RunError(f"Đã có tệp {target}; hãy chọn tên khác.", f"{target} is there already; choose another name.")
    if any(target.is_relative_to(root / name) for name in FOLDERS):
        raise RunError("Đặt bản sao lưu ngoài dự án.", "Put the backup outside the project's folders.")
    out = folders.out_folder(root)
    files.require_room(out)
    files.require_room(target.parent)
    unfinished = target.with_name(f".{target.name}.{os.getpid()}.tmp")
    with files.locked(out, wait_seconds=600.0, say=print):
        index = {str(PurePosixPath(*path.relative_to(root).parts)): files.sha256_of(path) for path in _files(root)}
        try:
            with tarfile.open(unfinished, "w:gz", compresslevel=5) as archive, tempfile.TemporaryDirectory() as scratch:
                listed = Path(scratch) / INDEX
                listed.write_text(files.as_json({"at": at, "files": index}), encoding="utf-8")
                archive.add(listed, INDEX)
                for name in index:
                    archive.add(root / name, name, recursive=False)
            os.replace(unfinished, target)
        finally:
            unfinished.unlink(missing_ok=True)
    files.flush_folder(target.parent)
    return {"files": len(index), "bytes": target.stat().st_size}


def restore(source: Path, folder: Path) -> dict[str, int]:
    """Unpack a backup into a new folder, check every hash and every run, then rename into place; number of files and runs.

    Raises RunError when the folder is there already and not empty, or the backup is damaged; then nothing is left behind.
    """
    if folder.exists() and any(folder.iterdir()):
        raise RunError(f"{folder} không trống; hãy chọn thư mục mới.", f"{folder} is not empty; choose a new folder.")
    folder.parent.mkdir(parents=True, exist_ok=True)
    unpacked = Path(tempfile.mkdtemp(prefix=f".{folder.name}-", dir=folder.parent))
    try:
        index = _unpack(source, unpacked)
        problems = [name for name, digest in index.items() if files.sha256_of(unpacked / name) != digest]
        runs = [path for path in folders.out_folder(unpacked).glob("*-*") if path.is_dir()]
        problems += [problem.vi for run in runs for problem in manifest.verify(run)]
        problems += [problem.vi for problem in ledger.problems(unpacked)]
        if problems:
            raise _damaged(source, problems[0])
        if folder.exists():
            folder.rmdir()
        os.replace(unpacked, folder)
        return {"files": len(index), "runs": len(runs)}
    finally:
        shutil.rmtree(unpacked, ignore_errors=True)


def _unpack(source: Path, unpacked: Path) -> dict[str, str]:
    """Every file the index names, and only those, as plain files below `unpacked`."""
    try:
        with tarfile.open(source, "r:gz") as archive:
            total, most = 0, min(MOST_BYTES, max(shutil.disk_usage(unpacked).free - files.LEAST_FREE, 0))
            for member in archive:  # counted before it is written, and each name once: none is read to its end to be refused
                total += member.size
                if total > min(most, MOST_PACKED * source.stat().st_size + LEAST) or not member.isfile():
                    raise ValueError("not a backup of ours, or more than fits")
                archive.extract(member, unpacked, filter="data")
        content = json.loads((unpacked / INDEX).read_text(encoding="utf-8"))
        (unpacked / INDEX).unlink()
        index = {str(name): str(digest) for name, digest in content["files"].items()}
        present = {str(PurePosixPath(*path.relative_to(unpacked).parts)) for path in unpacked.rglob("*") if path.is_file()}
        if present != set(index):
            raise ValueError(f"files are missing or added: {sorted(present ^ set(index))[:3]}")
        return index
    except FileNotFoundError:
        raise RunError(f"Không có tệp {source}.", f"There is no file {source}.") from None
    except (OSError, EOFError, ValueError, KeyError, TypeError, AttributeError, tarfile.TarError) as error:
        raise _damaged(source, str(error)) from error


def _files(root: Path) -> Iterator[Path]:
    for name in FOLDERS:
        for path in sorted((root / name).rglob("*")):
            parts = path.relative_to(root).parts
            unfinished = any(part in _NOT_KEPT or part.startswith(folders.TEMPORARY) for part in parts)
            if path.is_file() and not path.is_symlink() and not unfinished and not parts[-1].endswith(".tmp"):
                yield path
    yield from (root / name for name in FILES if (root / name).is_file())


def _damaged(source: Path, what: str) -> RunError:
    return RunError(
        f"Bản sao lưu {source.name} hỏng hoặc không phải của bộ công cụ ({what}); chưa khôi phục gì.",
        f"The backup {source.name} is damaged or not one of ours ({what}); nothing was restored.",
    )
