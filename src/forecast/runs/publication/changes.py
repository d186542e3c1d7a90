"""What differs between a publication and the one before it, and between a waiting draft and what is shown: computed once, then read.

The figures behind a publication are kept beside it, so that a later change can be divided into its parts.
"""

from __future__ import annotations

import contextlib
import csv
import json
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import TYPE_CHECKING, Any

from forecast import files
from forecast.errors import ForecastError, RunError
from forecast.runs import folders
from forecast.runs.publication import pointer
from forecast.runs.records import identity, manifest

if TYPE_CHECKING:  # whoever only reads what was computed draws nothing
    from forecast.evidence import Evidence
    from forecast.policy.recorded.changes import Published

Rows = list[dict[str, str]]
Pair = tuple[Mapping[str, Any], Mapping[str, Any]]  # the older and the newer set


def keep_figures(root: Path, digest: str) -> None:
    """Keep the figures of the data folder, where they are those of `digest` and were not kept before."""
    path = _figures_path(root, digest)
    if path.exists() or not (root / "data" / "observations.csv").exists():
        return
    from forecast import evidence

    packed = evidence.pack(evidence.load(root / "data"))
    if identity.data_digest(root) == digest:
        path.parent.mkdir(parents=True, exist_ok=True)
        files.write_whole(path, packed)


def pairs(root: Path, plan: str = pointer.DEFAULT) -> dict[str, Pair]:
    """What can be held beside each other: 'shown' with the set before it, 'waiting' with what is shown."""
    try:
        shown = pointer.peek(root, plan)
    except RunError:
        return {}
    listed: dict[str, Pair] = {}
    with contextlib.suppress(RunError):  # the first publication has none before it
        listed["shown"] = (pointer.shown_before(root, plan), shown)
    draft = pointer.waiting(root, plan)
    return listed | ({"waiting": (shown, draft)} if draft else {})


def prepare(root: Path, plan: str = pointer.DEFAULT) -> None:
    """Compute and keep whatever of `pairs` was not computed yet; seconds, since answers are drawn anew."""
    stores: dict[str, Evidence | None] = {}
    for pair in pairs(root, plan).values():
        path = _path(root, plan, pair)
        if not path.exists():
            from forecast.policy.recorded.changes import COLUMNS, changes

            tables = [changes(_published(root, old, stores), _published(root, new, stores)) for old, new in _matched(root, pair)]
            text = "".join(table.to_csv(index=False, header=False, lineterminator="\n") for table in tables)
            path.parent.mkdir(parents=True, exist_ok=True)
            files.write_whole(path, ",".join(COLUMNS) + "\n" + text)


def read(root: Path, plan: str = pointer.DEFAULT, which: str = "shown") -> tuple[str, Rows] | None:
    """When the older set was published and the rows of `policy.recorded.changes`; None where nothing can be compared or was computed."""
    pair = pairs(root, plan).get(which)
    path = _path(root, plan, pair) if pair else None
    if pair is None or path is None or not path.exists():
        return None
    with path.open(encoding="utf-8", newline="") as stream:
        return str(pair[0]["published_at"]), list(csv.DictReader(stream))


def _path(root: Path, plan: str, pair: Pair) -> Path:
    ids = files.sha256_of(files.as_json([pointer.run_ids(content) for content in pair]))[:12]
    return folders.home(root) / "publications" / plan / f"changes-{ids}.csv"


def _figures_path(root: Path, digest: str) -> Path:
    return folders.home(root) / "publications" / "figures" / f"{digest[:16]}.zip"


def _matched(root: Path, pair: Pair) -> Iterator[tuple[Path, Path]]:
    """The run folders of the two sets that answer the same indicator, territory and measure, in the newer set's order."""
    old, new = ({_about(folder): folder for folder in _folders(root, content)} for content in pair)
    yield from ((old[about], folder) for about, folder in new.items() if about in old)


def _folders(root: Path, content: Mapping[str, Any]) -> Iterator[Path]:
    for run_id in pointer.run_ids(content):
        folder = folders.out_folder(root) / run_id
        if (folder / "summary.json").exists() and "median" in _json(folder / "summary.json"):
            yield folder


def _about(folder: Path) -> tuple[str, ...]:
    summary = _json(folder / "summary.json")
    return tuple(str(summary[name]) for name in ("indicator", "territory", "measure"))


def _published(root: Path, folder: Path, stores: dict[str, Evidence | None]) -> Published:
    from forecast.policy.recorded.changes import Published

    digests, parameters = manifest.read(folder)["digests"], _json(folder / "parameters.json")
    data = str(digests["data"])
    if data not in stores:
        stores[data] = _figures(root, data)
    return Published(parameters.get("parameters", parameters), _json(folder / "summary.json"), digests, stores[data])


def _figures(root: Path, digest: str) -> Evidence | None:
    """The figures of a digest: those of the data folder, kept ones, or None."""
    from forecast import evidence

    path = _figures_path(root, digest)
    try:
        if identity.data_digest(root) == digest:
            return evidence.load(root / "data")
        return evidence.unpack(path.read_bytes()) if path.exists() else None
    except ForecastError:  # figures of an older form, which today's code cannot read
        return None


def _json(path: Path) -> dict[str, Any]:
    content: dict[str, Any] = json.loads(path.read_text(encoding="utf-8"))
    return content
