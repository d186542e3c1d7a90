"""manifest.json: what a run was, what it wrote and with which hashes; and the check that it is still so."""

from __future__ import annotations

import contextlib
import json
import os
import statistics
from collections.abc import Iterable, Iterator, Mapping
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from forecast import files
from forecast.domain import Text, because
from forecast.errors import RunError
from forecast.runs.records import identity

NAME = "manifest.json"
BEFORE = "manifest-before.json"  # of a record that was set aside: its own
LOOKED = ".ipynb_checkpoints"  # what JupyterLab leaves where someone looked; no part of a record
_NUMBERS = ("summary.json", "parameters.json")  # beside the tables, what a run says that no clock is in
GOOD = ("succeeded", "refused")
_KEYS = (
    *("run_id", "plan", "name", "notebook", "parameters", "state", "digests", "versions"),
    *("outputs", "seconds", "started_at", "finished_at"),
)


def stamp(seconds: float) -> str:
    """A moment (seconds since 1970) as UTC text to the second."""
    return datetime.fromtimestamp(seconds, UTC).strftime("%Y-%m-%dT%H:%M:%SZ")


def write(folder: Path, content: Mapping[str, Any]) -> None:
    """Write the manifest of a run folder, with the hash and size of every other file in it; the last step of a run."""
    outputs = {
        name: {"sha256": files.sha256_of(path), "bytes": path.stat().st_size} for name, path in sorted(_files(folder).items())
    }
    files.write_whole(folder / NAME, files.as_json({**content, "outputs": outputs}))


def _files(folder: Path) -> dict[str, Path]:
    """Every file of a run folder but its manifest and what looking at it left, by its name in the folder."""
    paths: dict[str, Path] = {}
    for parent, below, names in os.walk(folder):  # half the time of Path.rglob, which counts where thousands of runs are verified
        below[:] = [name for name in below if name != LOOKED]
        within = [os.path.join(parent, name) for name in names if name != NAME]
        paths |= {path[len(str(folder)) + 1 :]: Path(path) for path in within if os.path.isfile(path)}
    return paths


def numbers(content: Mapping[str, Any]) -> dict[str, str]:
    """The hash of every table and number that a manifest names: equal for a run that was made anew with the same results."""
    tables = {name: facts["sha256"] for name, facts in content["outputs"].items()}
    return {name: digest for name, digest in tables.items() if name in _NUMBERS or name.endswith((".csv", ".csv.gz"))}


def read(folder: Path) -> dict[str, Any]:
    """The manifest of a run folder; RunError when there is none or it cannot be read."""
    try:
        content = json.loads((folder / NAME).read_text(encoding="utf-8"))
        if not isinstance(content, dict) or any(key not in content for key in _KEYS):
            raise ValueError("keys are missing")
        return content
    except FileNotFoundError:
        raise RunError(
            f"{folder.name}: không có manifest.json, lượt chạy không trọn vẹn.",
            f"{folder.name}: no manifest.json, the run is not whole.",
        ) from None
    except (OSError, ValueError) as error:
        why = because(error)
        raise RunError(
            f"{folder.name}: không đọc được manifest.json ({why.vi}).",
            f"{folder.name}: manifest.json cannot be read ({why.en}).",
        ) from None


def verify(folder: Path) -> list[Text]:
    """Every difference between a run folder and its manifest: changed, missing and added files, another identity (A48)."""
    try:
        return [f"{folder.name}: " + difference for difference in _differences(folder, read(folder))]
    except RunError as error:
        return [Text(error.vi, error.en)]
    except (KeyError, TypeError, AttributeError, OSError) as error:
        why = because(error)
        return [
            Text(
                f"{folder.name}: manifest.json không đúng dạng ({why.vi}).",
                f"{folder.name}: manifest.json is malformed ({why.en}).",
            )
        ]


def _differences(folder: Path, content: Mapping[str, Any]) -> Iterator[Text]:
    expected = identity.run_id(content["name"], content["parameters"], content["digests"])
    if content["run_id"] != expected or folder.name != expected or content["state"] not in GOOD:
        yield Text(
            "manifest không khớp với tên, tham số hay trạng thái của lượt chạy.",
            "the manifest does not match the run's name, parameters or state.",
        )
    outputs, present = content["outputs"], _files(folder)
    for name in sorted(set(outputs) - set(present)):
        yield Text(f"thiếu tệp {name}.", f"the file {name} is missing.")
    for name in sorted(set(present) - set(outputs)):
        yield Text(f"thừa tệp {name}.", f"the file {name} does not belong here.")
    for name in sorted(set(present) & set(outputs)):
        if files.sha256_of(present[name]) != outputs[name]["sha256"]:
            yield Text(f"tệp {name} đã bị sửa.", f"the file {name} was changed.")


def readable(paths: Iterable[Path]) -> Iterator[tuple[Path, dict[str, Any]]]:
    """The folder and content of every manifest that can be read; the others are passed over."""
    for path in paths:
        try:
            content = json.loads(path.read_text(encoding="utf-8"))
        except (OSError, ValueError):
            continue
        if isinstance(content, dict):
            yield path.parent, content


def past_seconds(out: Path) -> dict[str, float]:
    """How long each named run took when it was last run, from the manifests in `out`; for each notebook ('.' and its id) the
    median of its newest runs.
    """
    of_runs: dict[str, list[tuple[str, float]]] = {}
    of_books: dict[str, list[tuple[str, float]]] = {}
    for _, content in readable(out.glob(f"*/{NAME}")):
        with contextlib.suppress(ValueError, KeyError, TypeError):
            duration = (str(content["finished_at"]), float(content["seconds"]["total"]))
            of_books.setdefault(f".{content['notebook']}", []).append(duration)
            of_runs.setdefault(content["name"], []).append(duration)
    medians = {name: statistics.median(seconds for _, seconds in sorted(past)[-9:]) for name, past in of_books.items()}
    return medians | {name: max(past)[1] for name, past in of_runs.items()}
