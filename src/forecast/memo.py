"""Results that several runs need, computed once: kept in the folder a plan names, by the digest of everything they depend on.

Without the environment variable FORECAST_MEMO nothing is kept and everything is computed where it is asked for. The folder's name
holds the digests of code and packages (see runs.execution); a result that does not match its own digest is computed anew.
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
MOST = 400  # results kept
_WAIT_SECONDS = 120.0
Result = TypeVar("Result")


def once(name: str, inputs: Any, compute: Callable[[], Result], still: Callable[[], bool] = lambda: True) -> Result:
    """What `compute` gives for `inputs` (everything it depends on but the code; picklable), kept under `name`.

    Of two processes that ask at once the second waits for the first. What cannot be kept or read back is computed; what was
    computed while its inputs changed (`still` says whether they are the same) is not kept.
    """
    folder = os.environ.get(FOLDER)
    if not folder:
        return compute()
    path = Path(folder) / f"{name}-{hashlib.sha256(pickle.dumps(inputs, 5)).hexdigest()[:32]}"
    with contextlib.suppress(OSError, LookupError):
        return _read(path)
    with contextlib.ExitStack() as held:
        with contextlib.suppress(Exception):
            claim = path.parent / "claims" / path.name
            claim.mkdir(parents=True, exist_ok=True)
            held.enter_context(files.locked(claim, wait_seconds=_WAIT_SECONDS, say=lambda _text: None))
            return _read(path)
        result = compute()
        with contextlib.suppress(OSError):
            if not still():
                return result
            content = pickle.dumps(result, 5)
            files.write_whole(path, hashlib.sha256(content).digest() + content)
        return result


@contextlib.contextmanager
def kept_in(folder: Path) -> Iterator[None]:
    """While it lasts results are kept in `folder`; those of other code or packages beside it go, and the oldest of many."""
    before = os.environ.get(FOLDER)
    with contextlib.suppress(OSError):
        folder.mkdir(parents=True, exist_ok=True)
        for other in [path for path in folder.parent.iterdir() if path != folder]:
            shutil.rmtree(other, ignore_errors=True)
        files_kept = sorted((path for path in folder.iterdir() if path.is_file()), key=lambda path: path.stat().st_mtime)
        for path in files_kept[:-MOST]:
            path.unlink(missing_ok=True)
    os.environ[FOLDER] = str(folder)
    try:
        yield
    finally:
        os.environ.pop(FOLDER)
        if before is not None:
            os.environ[FOLDER] = before


def _read(path: Path) -> Any:
    """The result kept in a file; LookupError where it is not what was written."""
    stored = path.read_bytes()
    if hashlib.sha256(stored[32:]).digest() != stored[:32]:
        raise LookupError(path.name)
    return pickle.loads(stored[32:])
