"""Same data, plan, code and environment: same run_id. The digests that make it so."""

from __future__ import annotations

import hashlib
import importlib.metadata
import platform
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path

from forecast import files
from forecast.domain import Text
from forecast.runs.plans import notebook
from forecast.runs.plans.parameters import known_notebooks
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
    lock = root / "requirements.lock"
    python = f"{platform.python_implementation()} {platform.python_version()}".encode()
    environment = hashlib.sha256((lock.read_bytes() if lock.exists() else b"") + b"\0" + python).hexdigest()
    paths = {name: notebook.path_of(root, name) for name in known_notebooks(root)}
    books = {name: files.sha256_of(path) for name, path in paths.items() if path.exists()}
    return Digests(data_digest(root), files.code_digest(), environment, books)


def data_digest(root: Path) -> str:
    """The digest of the figures' bytes; whether they are sound is asked by `require_sound`."""
    if not (root / "data" / "observations.csv").exists():
        return hashlib.sha256(b"").hexdigest()
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
    path = notebook.path_of(root, run.notebook)
    if (root / "data" / "observations.csv").exists():
        from forecast import evidence

        if evidence.digest(root / "data") != shared.data:
            return Text("Số liệu đã đổi trong lúc chạy; hãy chạy lại.", "The figures changed during the run; run again.")
    if not path.exists() or files.sha256_of(path) != shared.notebooks.get(run.notebook, files.sha256_of(path)):
        return Text("Sổ tính đã đổi trong lúc chạy; hãy chạy lại.", "The notebook changed during the run; run again.")
    return None


def run_digests(run: PlannedRun, shared: Digests, root: Path) -> dict[str, str]:
    """The digests of one run as its manifest keeps them."""
    own = shared.notebooks.get(run.notebook) or files.sha256_of(notebook.path_of(root, run.notebook))
    return {
        "data": shared.data,
        "code": shared.code,
        "environment": shared.environment,
        "notebook": own,
    }


def run_id(name: str, parameters: Mapping[str, object], found: Mapping[str, str]) -> str:
    """The name of the run and the first 12 hex digits of the sha256 of everything that determines its result."""
    whole = files.as_json({"parameters": dict(parameters), "digests": dict(found)})
    return f"{name}-{hashlib.sha256(whole.encode()).hexdigest()[:12]}"


def versions() -> dict[str, str]:
    """Versions of the seven packages and of Python."""
    found = {"python": platform.python_version()}
    for package in PACKAGES:
        try:
            found[package] = importlib.metadata.version(package)
        except importlib.metadata.PackageNotFoundError:
            found[package] = ""
    return found
