"""Folders that cost seconds to make, made once for all tests of a session in whatever worker; tests read them, or copy them and change the copy."""

from __future__ import annotations

import os
import shutil
import tempfile
from collections.abc import Callable
from contextlib import suppress
from pathlib import Path

from places import DATA

from forecast import evidence, files
from forecast.runs import folders
from forecast.runs.scenarios import kept_draws

_NAME = "TESTS_MADE_ONCE"  # the environment variable by which workers find the folder of who started them
STARTED_HERE = _NAME not in os.environ
if STARTED_HERE:
    os.environ[_NAME] = tempfile.mkdtemp(prefix="forecast-tests-")
HOME = Path(os.environ[_NAME])
WAIT_SECONDS = 1800.0


def made_once(name: str, make: Callable[[Path], object]) -> Path:
    """The folder of that name as `make` filled it for whoever asked first; others wait meanwhile."""
    folder, lock, unfinished = HOME / name, HOME / f"{name}.lock", HOME / f"{name}.unfinished"
    lock.mkdir(exist_ok=True)
    with files.locked(lock, wait_seconds=WAIT_SECONDS, say=lambda _text: None):
        if not folder.exists():
            shutil.rmtree(unfinished, ignore_errors=True)
            unfinished.mkdir()
            make(unfinished)
            unfinished.rename(folder)
    return folder


def copied(folder: Path, target: Path) -> Path:
    """A copy to be changed, `target` with what it holds already left in place."""
    return Path(shutil.copytree(folder, target, dirs_exist_ok=True))


def _draw(folder: Path) -> None:
    shutil.copytree(DATA, folder / "data")
    for territory, measure in kept_draws.usual(evidence.load(DATA)):
        kept_draws.write(folder, territory, measure)
    shutil.rmtree(folder / "data")


def with_draws(root: Path) -> Path:
    """The root with the draws of the kit's own figures kept, as a server keeps them from its first start on."""
    made, target = made_once("draws", _draw), folders.draws_folder(root)
    target.mkdir(parents=True, exist_ok=True)
    for path in folders.draws_folder(made).glob("*.npz"):
        try:
            os.link(path, target / path.name)
        except OSError:  # another disk
            with suppress(FileExistsError):
                shutil.copy(path, target)
    return root
