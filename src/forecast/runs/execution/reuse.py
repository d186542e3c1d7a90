"""What need not be run again: this very run, or an earlier one whose every look-up in the figures has the same answer (A34)."""

from __future__ import annotations

import json
import time
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

from forecast.domain import Text
from forecast.evidence import journal
from forecast.runs import folders
from forecast.runs.execution import failure, runner
from forecast.runs.execution.executors import Result
from forecast.runs.plans.plan import PlannedRun
from forecast.runs.records import identity, manifest

_PARTS = {
    "code": Text("mã nguồn đã đổi", "the code changed"),
    "environment": Text("gói phần mềm đã đổi", "the packages changed"),
    "notebook": Text("sổ tính đã đổi", "the notebook changed"),
}


def results(runs: Sequence[tuple[PlannedRun, str]], digests: identity.Digests, root: Path) -> dict[str, Result]:
    """By name, the runs that are already there and sound; a damaged one is set aside (A48)."""
    out = folders.out_folder(root)
    sound = _verified(runs, out)
    damaged = [run_id for _, run_id in runs if run_id not in sound and (out / run_id).exists()]
    stored_results = _sound(runs, sound, digests, root, damaged)
    facts = {"state": "failed", **failure.reason_entries(failure.DAMAGED), "finished_at": manifest.stamp(time.time())}
    for run_id in dict.fromkeys(damaged):
        failure.keep(out, run_id, out / run_id, None, facts)
    return stored_results


def names(runs: Sequence[tuple[PlannedRun, str]], digests: identity.Digests, root: Path) -> set[str]:
    """The names of the runs that are already there and sound; nothing is moved."""
    return set(_sound(runs, _verified(runs, folders.out_folder(root)), digests, root, []))


def stored(name: str, folder: Path) -> Result:
    """The result of a run that is already there."""
    record = manifest.read(folder)
    return Result(name, folder.name, record["state"], folder, failure.reason_in(record), record["seconds"]["total"], skipped=True)


def _verified(runs: Sequence[tuple[PlannedRun, str]], out: Path) -> set[str]:
    """The ids of the runs whose folders are there, every hash in them right."""
    return {run_id for _, run_id in runs if (out / run_id).exists() and not manifest.verify(out / run_id)}


def _sound(
    runs: Sequence[tuple[PlannedRun, str]], sound: set[str], digests: identity.Digests, root: Path, damaged: list[str]
) -> dict[str, Result]:
    """By name, the runs that need not run; the ids of stored ones that cannot be used because they are damaged join `damaged`."""
    out = folders.out_folder(root)
    results = {run.name: stored(run.name, out / run_id) for run, run_id in runs if run_id in sound}
    rest = [run for run, _ in runs if run.name not in results]
    earlier = _manifests(out, {run.name for run in rest}) if rest else {}
    looked_up: list[Any] = []  # the figures, loaded only when a trace has to be checked, and what was looked up in them
    for run in rest:
        for record in earlier.get(run.name, ()):
            if not _differs_in_data_only(record, run, digests, root):
                continue
            folder = out / record["run_id"]
            if _first_changed(folder, root, looked_up) is not None:
                continue
            if not manifest.verify(folder):
                results[run.name] = stored(run.name, folder)
                break
            damaged.append(folder.name)
    return results


def why_waiting(runs: Sequence[PlannedRun], digests: identity.Digests, root: Path) -> dict[str, Text]:
    """By name, why runs that are not there have to run: what is another than when the name last ran."""
    earlier, looked_up = _manifests(folders.out_folder(root), {run.name for run in runs}), list[Any]()
    never = Text("chưa chạy lần nào", "never run")
    return {run.name: _why(run, earlier[run.name][0], digests, root, looked_up) if run.name in earlier else never for run in runs}


def _why(run: PlannedRun, record: Mapping[str, Any], digests: identity.Digests, root: Path, looked_up: list[Any]) -> Text:
    wanted, had = identity.run_digests(run, digests, root), record.get("digests", {})
    parts = [reason for name, reason in _PARTS.items() if wanted.get(name) != had.get(name)]
    if record.get("parameters") != dict(run.parameters):
        parts.append(Text("tham số đã đổi", "other parameters"))
    look_up = _first_changed(folders.out_folder(root) / record["run_id"], root, looked_up)
    if look_up is not None:
        parts.append(Text("số liệu nó đọc đã đổi", "figures it read have changed"))
        parts[-1] += Text.same("".join(f" ({text})" for text in look_up.get("arguments", ())[:1]))
    return Text.joined(parts, ", ") if parts else Text("bản trước hỏng", "the stored one is damaged")


def _first_changed(folder: Path, root: Path, looked_up: list[Any]) -> Mapping[str, Any] | None:
    """What the run in `folder` read of the figures that is no longer the same; `looked_up` keeps them between calls."""
    try:
        entries = json.loads((folder / runner.READS).read_text(encoding="utf-8"))["reads"]
    except (OSError, ValueError, KeyError, TypeError):
        return {}
    if not looked_up:
        from forecast import evidence

        looked_up += [evidence.load(root / "data") if (root / "data" / "observations.csv").exists() else None, {}]
    store, answers = looked_up
    return {} if store is None else journal.first_changed(entries, store, answers)


def _manifests(out: Path, names: set[str]) -> dict[str, list[dict[str, Any]]]:
    """The records of good runs by name, the newest first."""
    paths = (path for path in out.glob(f"*/{manifest.NAME}") if path.parent.name.rpartition("-")[0] in names)
    records: dict[str, list[dict[str, Any]]] = {}
    for _, record in manifest.readable(paths):
        if record.get("state") in manifest.GOOD:
            records.setdefault(str(record.get("name")), []).append(record)
    return {name: sorted(listed, key=lambda record: record["finished_at"], reverse=True) for name, listed in records.items()}


def _differs_in_data_only(record: Mapping[str, Any], run: PlannedRun, shared: identity.Digests, root: Path) -> bool:
    wanted = {**identity.run_digests(run, shared, root), "data": ""}
    had = {**record.get("digests", {}), "data": ""}
    return had == wanted and record.get("parameters") == dict(run.parameters)
