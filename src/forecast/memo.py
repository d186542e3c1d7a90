"""Results that several runs or pages need, computed once: kept in a folder, by the digest of everything they depend on.

Without the environment variable FORECAST_MEMO nothing is kept and everything is computed where it is asked for. The folder's name
holds the digests of code and packages (see runs.folders.memo); a result that does not match its own digest is computed anew.
"""

from __future__ import annotations

import contextlib
import hashlib
import os
import pickle
import shutil
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any, TypeVar

from forecast import files

FOLDER = "FORECAST_MEMO"
MOST = 600  # results kept
_WAIT_SECONDS = 120.0
Result = TypeVar("Result")


def once(name: str, inputs: Any, compute: Callable[[], Result], still: Callable[[], bool] = lambda: True) -> Result:
    """What `compute` gives for `inputs` (everything it depends on but the code; picklable), kept under `name`.

    Of two processes that ask at once the second waits for the first. What cannot be kept or read back is computed; what was
    computed while its inputs changed (`still` says whether they are the same) is not kept.
    """
    if not os.environ.get(FOLDER):
        return compute()
    with contextlib.suppress(LookupError):
        return kept(name, inputs)
    with contextlib.ExitStack() as held:
        with contextlib.suppress(Exception):
            claim = _path(name, inputs).parent / "claims" / _path(name, inputs).name
            claim.mkdir(parents=True, exist_ok=True)
            held.enter_context(files.locked(claim, wait_seconds=_WAIT_SECONDS, say=lambda _text: None))
            return kept(name, inputs)
        result = compute()
        if still():
            keep(name, inputs, result)
        return result


def kept(name: str, inputs: Any) -> Any:
    """The result kept for these inputs; LookupError where there is none, or it is not what was written."""
    try:
        stored = _path(name, inputs).read_bytes() if os.environ.get(FOLDER) else b""
    except OSError:
        raise LookupError(name) from None
    if hashlib.sha256(stored[32:]).digest() != stored[:32]:
        raise LookupError(name)
    return pickle.loads(stored[32:])


def keep(name: str, inputs: Any, result: Any) -> None:
    """Keep a result, where results are kept and there is room; a reader meets the whole of it or nothing."""
    if not os.environ.get(FOLDER):
        return
    path, content = _path(name, inputs), pickle.dumps(result, 5)
    with contextlib.suppress(OSError):
        temporary = path.with_name(f".{path.name}.{os.getpid()}")
        temporary.write_bytes(hashlib.sha256(content).digest() + content)
        os.replace(temporary, path)


@contextlib.contextmanager
def kept_in(folder: Path) -> Iterator[None]:
    """While it lasts results are kept in `folder`; those of other code or packages beside it go, and the oldest of many."""
    before = os.environ.get(FOLDER)
    with contextlib.suppress(OSError):
        folder.mkdir(parents=True, exist_ok=True)
        for other in [path for path in folder.parent.iterdir() if path != folder]:
            shutil.rmtree(other, ignore_errors=True)
        results = sorted((path for path in folder.iterdir() if path.is_file()), key=lambda path: path.stat().st_mtime)
        for path in results[:-MOST]:
            path.unlink(missing_ok=True)
            shutil.rmtree(folder / "claims" / path.name, ignore_errors=True)
    os.environ[FOLDER] = str(folder)
    try:
        yield
    finally:
        os.environ.pop(FOLDER)
        if before is not None:
            os.environ[FOLDER] = before


def _path(name: str, inputs: Any) -> Path:
    return Path(os.environ[FOLDER]) / f"{name}-{hashlib.sha256(pickle.dumps(inputs, 5)).hexdigest()[:32]}"
