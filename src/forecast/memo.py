"""Results that several runs or pages need, computed once: kept in a folder, by the digest of everything they depend on.

Without the environment variable FORECAST_MEMO nothing is kept and everything is computed where it is asked for. The folder's name
holds the digests of code and packages (see runs.records.identity); a result that does not match its own digest is computed anew.
"""

from __future__ import annotations

import contextlib
import dataclasses
import json
import os
import shutil
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import TYPE_CHECKING, Any

from forecast import files
from forecast.errors import ForecastError

if TYPE_CHECKING:
    import pandas as pd

FOLDER = "FORECAST_MEMO"
MOST = 600  # results kept
_WAIT_SECONDS = 120.0


def once(name: str, inputs: Any, compute: Callable[[], Any]) -> Any:
    """What `compute` gives for `inputs`, kept under `name`; both as JSON can hold them, arrays and records among the inputs as they are.

    Of two processes that ask at once the second waits for the first. What cannot be kept or read back is computed.
    """
    with contextlib.suppress(LookupError):
        return kept(name, inputs)
    if not os.environ.get(FOLDER):
        return compute()
    with contextlib.ExitStack() as held:
        with contextlib.suppress(LookupError, OSError, ForecastError):
            path = _path(name, inputs)
            claim = path.parent / "claims" / path.name
            claim.mkdir(parents=True, exist_ok=True)
            held.enter_context(files.locked(claim, wait_seconds=_WAIT_SECONDS, say=lambda _text: None))
            return kept(name, inputs)
        return keep(name, inputs, compute())


def table(name: str, inputs: Any, compute: Callable[[], pd.DataFrame]) -> pd.DataFrame:
    """`once` for a table of numbers and texts, its rows in order."""
    import pandas as pd  # late: whoever finds nothing to do does not pay for it

    def plain() -> dict[str, Any]:
        made = compute()
        return {"columns": list(made.columns), "rows": made.to_dict("records")}

    content = once(name, inputs, plain)
    return pd.DataFrame(content["rows"], columns=content["columns"])


def kept(name: str, inputs: Any) -> Any:
    """The result kept for these inputs; LookupError where there is none, or it is not what was written."""
    try:
        digest, _, content = _path(name, inputs).read_text("utf-8").partition("\n")
    except (OSError, ValueError, KeyError):  # nothing kept, spoilt, no folder
        raise LookupError(name) from None
    if files.sha256_of(content) != digest:
        raise LookupError(name)
    return json.loads(content)


def keep(name: str, inputs: Any, result: Any) -> Any:
    """Keep a result, where results are kept and there is room; give it as `kept` will: a reader meets the whole of it or nothing."""
    content = json.dumps(result, ensure_ascii=False)
    with contextlib.suppress(OSError, KeyError):
        path = _path(name, inputs)
        temporary = path.with_name(f".{path.name}.{os.getpid()}")
        temporary.write_text(f"{files.sha256_of(content)}\n{content}", "utf-8")
        os.replace(temporary, path)
    return json.loads(content)


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
    return Path(os.environ[FOLDER]) / f"{name}-{files.sha256_of(json.dumps(inputs, default=_plain, sort_keys=True))[:32]}"


def _plain(value: Any) -> Any:
    if dataclasses.is_dataclass(value) and not isinstance(value, type):
        return {field.name: getattr(value, field.name) for field in dataclasses.fields(value)}
    return value.tolist()  # an array or one of its numbers
