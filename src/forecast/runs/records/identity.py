"""Same data, plan, code and environment: same run_id. The digests that make it so."""

from __future__ import annotations

import contextlib
import importlib.metadata
import platform
from collections.abc import Mapping
from contextlib import AbstractContextManager
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING

from forecast import files, memo
from forecast.domain import Text
from forecast.runs import folders
from forecast.runs.plans import notebook
from forecast.runs.plans.parameters import known_notebooks

if TYPE_CHECKING:  # a reader of what is published needs no plan
    from forecast.runs.plans.plan import PlannedRun

PACKAGES = ("jupyterlab", "statsmodels", "prophet", "pandas", "altair", "papermill", "voila")


@dataclass(frozen=True)
class Digests:
    """The sha256 of what every run of a plan shares."""

    data: str
    code: str
    environment: str
    notebooks: Mapping[str, str] = field(default_factory=dict)  # the sha256 of each notebook by its id


def digests(root: Path) -> Digests:
    """The digests of the project at `root`: its data, the package with its learned tables, its locked environment."""
    paths = {name: notebook.path_of(root, name) for name in known_notebooks(root)}
    books = {name: files.sha256_of(path) for name, path in paths.items() if path.exists()}
    return Digests(data_digest(root), files.code_digest(), environment_digest(root), books)


def environment_digest(root: Path) -> str:
    """The digest of the locked packages and of Python."""
    lock = root / "requirements.lock"
    python = f"\0{platform.python_implementation()} {platform.python_version()}".encode()
    return files.sha256_of((lock.read_bytes() if lock.exists() else b"") + python)


def remembering(root: Path) -> AbstractContextManager[None]:
    """While it lasts, what several runs or pages need is computed once (see memo): with this code and these packages."""
    return memo.kept_in(folders.home(root) / ".memo" / files.sha256_of(files.code_digest() + environment_digest(root))[:16])


def data_digest(root: Path) -> str:
    """The digest of the figures' bytes; whether they are sound is asked by `require_sound`."""
    if not (root / "data" / "observations.csv").exists():
        return files.sha256_of(b"")
    from forecast import evidence

    try:
        return evidence.digest(root / "data")
    except OSError:  # a file is missing: said in words
        return evidence.load(root / "data").digest()


def require_sound(root: Path) -> None:
    """Check the figures before a kernel starts; an error of the evidence stops the runs."""
    if (root / "data" / "observations.csv").exists():
        from forecast import evidence

        evidence.load(root / "data")


def changed(run: PlannedRun, shared: Digests, root: Path) -> Text | None:
    """Which input of a run is no longer what it was when the plan began (figures or its notebook), or None."""
    if data_digest(root) != shared.data:
        return Text("Số liệu đã đổi trong lúc chạy; hãy chạy lại.", "The figures changed during the run; run again.")
    path = notebook.path_of(root, run.notebook)
    if not path.exists() or files.sha256_of(path) != shared.notebooks.get(run.notebook, files.sha256_of(path)):
        return Text("Sổ tính đã đổi trong lúc chạy; hãy chạy lại.", "The notebook changed during the run; run again.")
    return None


def run_digests(run: PlannedRun, shared: Digests, root: Path) -> dict[str, str]:
    """The digests of one run as its manifest keeps them."""
    own = shared.notebooks.get(run.notebook) or files.sha256_of(notebook.path_of(root, run.notebook))
    return {"data": shared.data, "code": shared.code, "environment": shared.environment, "notebook": own}


def run_id(name: str, parameters: Mapping[str, object], digests: Mapping[str, str]) -> str:
    """The name of the run and the first 12 hex digits of the sha256 of everything that determines its result."""
    inputs = {"parameters": dict(parameters), "digests": dict(digests)}
    return f"{name}-{files.sha256_of(files.as_json(inputs))[:12]}"


def versions() -> dict[str, str]:
    """Versions of Python and of the seven packages, '' for one that is not there."""
    numbers = {"python": platform.python_version(), **dict.fromkeys(PACKAGES, "")}
    for package in PACKAGES:
        with contextlib.suppress(importlib.metadata.PackageNotFoundError):
            numbers[package] = importlib.metadata.version(package)
    return numbers
