"""Whether two folders of runs hold the same results: `python benchmarks/compare_runs.py OLD NEW`.

OLD and NEW are folders of finished runs, or hold one named `out`. Runs are matched by name (their id without its hash) and
day of knowledge. Of each, every recorded table is compared byte for byte (a .csv.gz by what it holds) and the summary but for what
names the run itself: ids, digests, moments. Prints every difference and how much was compared; exits 1 where something differs.
"""

from __future__ import annotations

import gzip
import json
import re
import sys
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Any

RUN = re.compile(r"(?P<name>[a-z][a-z0-9_]*)-[0-9a-f]{12}")
OWN = re.compile(r"run_id|sha256|digest|seconds|_at\Z")  # keys of a summary that differ from run to run
SUMMARY = "summary.json"


def runs(folder: Path) -> dict[str, Path]:
    """The run folders by name and day of knowledge (`as_of`), the newest where a run was made more than once."""
    out = folder / "out" if (folder / "out").is_dir() else folder
    paths = [path for path in out.iterdir() if path.is_dir() and RUN.fullmatch(path.name)]
    return {_name(path): path for path in sorted(paths, key=lambda path: path.stat().st_mtime)}


def _name(run: Path) -> str:
    path = run / "manifest.json"
    parameters = json.loads(path.read_bytes()).get("parameters", {}) if path.exists() else {}
    return " ".join([run.name.rpartition("-")[0], *([f"as of {parameters['as_of']}"] if "as_of" in parameters else [])])


def contents(run: Path) -> dict[str, bytes]:
    """What a run recorded, by file: the bytes of its tables and of its summary."""
    recorded = {}
    for path in sorted(run.iterdir()):
        if path.name.endswith((".csv", ".csv.gz")):
            recorded[path.name.removesuffix(".gz")] = gzip.decompress(path.read_bytes()) if path.suffix == ".gz" else path.read_bytes()
        elif path.name == SUMMARY:
            recorded[path.name] = json.dumps(_lasting(json.loads(path.read_bytes())), indent=1, sort_keys=True).encode()
    return recorded


def differences(old: Path, new: Path) -> Iterator[str]:
    """Each file of two runs that is not the same in both, with the first line that differs."""
    before, after = contents(old), contents(new)
    for name in sorted(set(before) | set(after)):
        if name not in before or name not in after:
            yield f"{name} is only in {(old if name in before else new).name}"
        elif before[name] != after[name]:
            yield f"{name} differs {_where(before[name], after[name])}"


def main(arguments: Sequence[str]) -> int:
    """Compare the runs of two folders; 1 where something differs, 2 where there is nothing to compare."""
    if len(arguments) != 2 or not all(Path(argument).is_dir() for argument in arguments):
        print(__doc__)
        return 2
    old, new = (runs(Path(argument)) for argument in arguments)
    texts = [f"{name}: only in {arguments[0] if name in old else arguments[1]}" for name in sorted(set(old) ^ set(new))]
    both = sorted(set(old) & set(new))
    texts += [f"{name}: {text}" for name in both for text in differences(old[name], new[name])]
    tables = sum(name != SUMMARY for run in both for name in contents(old[run]))
    print(*texts, f"{len(both)} runs, {tables} tables, {len(texts)} differences", sep="\n")
    return 1 if texts else 0 if both else 2


def _lasting(value: Any) -> Any:
    """A value of a summary without what names its run."""
    if isinstance(value, dict):
        return {key: _lasting(content) for key, content in value.items() if not OWN.search(key)}
    return [_lasting(content) for content in value] if isinstance(value, list) else value


def _where(before: bytes, after: bytes) -> str:
    lines = [content.decode("utf-8", "replace").splitlines() for content in (before, after)]
    for number, (first, second) in enumerate(zip(*lines, strict=False), 1):
        if first != second:
            return f"from line {number}: {first[:120]!r} is now {second[:120]!r}"
    return f"in length: {len(lines[0])} lines, now {len(lines[1])}"


if __name__ == "__main__":
    raise SystemExit(main(sys.argv[1:]))
