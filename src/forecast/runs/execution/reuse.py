"""What need not be run again: this very run, or an earlier one whose every look-up in the figures has the same answer (A34)."""

from __future__ import annotations

import json
import time
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

from forecast.evidence import journal
from forecast.runs import folders
from forecast.runs.execution import child, failure, one_run
from forecast.runs.execution.one_run import Result
from forecast.runs.plans.plan import PlannedRun
from forecast.runs.records import identity, manifest


def results(runs: Sequence[tuple[PlannedRun, str]], digests: identity.Digests, root: Path) -> dict[str, Result]:
    """By name, the runs that are already there and sound; a damaged one is set aside (A48)."""
    out = folders.out_folder(root)
    sound = _verified(runs, out)
    _set_damaged_aside([run_id for _, run_id in runs if run_id not in sound], out)
    return _sound(runs, sound, digests, root)


def names(runs: Sequence[tuple[PlannedRun, str]], digests: identity.Digests, root: Path) -> set[str]:
    """The names of the runs that are already there and sound; nothing is moved."""
    return set(_sound(runs, _verified(runs, folders.out_folder(root)), digests, root))


def _verified(runs: Sequence[tuple[PlannedRun, str]], out: Path) -> set[str]:
    """The ids of the runs whose folders are there, every hash in them right."""
    return {run_id for _, run_id in runs if (out / run_id).exists() and not manifest.verify(out / run_id)}


def _sound(
    runs: Sequence[tuple[PlannedRun, str]], sound: set[str], digests: identity.Digests, root: Path
) -> dict[str, Result]:
    out = folders.out_folder(root)
    found = {run.name: one_run.stored(run.name, out / run_id) for run, run_id in runs if run_id in sound}
    rest = [run for run, _ in runs if run.name not in found]
    if rest:
        stored = _manifests(out, {run.name for run in rest})
        store: list[Any] = []  # loaded once, and only when a trace has to be checked
        for run in rest:
            candidates = [content for content in stored if _differs_in_data_only(content, run, digests, root)]
            for content in sorted(candidates, key=lambda one: one["finished_at"], reverse=True):
                folder = out / content["run_id"]
                if reads_unchanged(folder, root, store) and not manifest.verify(folder):
                    found[run.name] = one_run.stored(run.name, folder)
                    break
    return found


def reads_unchanged(folder: Path, root: Path, loaded: list[Any]) -> bool:
    """Whether everything the run in `folder` read of the figures is still the same; `loaded` keeps them between calls."""
    try:
        entries = json.loads((folder / child.READS).read_text(encoding="utf-8"))["reads"]
    except (OSError, ValueError, KeyError, TypeError):
        return False
    if not loaded:
        from forecast import evidence

        loaded.append(evidence.load(root / "data") if (root / "data" / "observations.csv").exists() else None)
    return loaded[0] is not None and journal.unchanged(entries, loaded[0])


def _set_damaged_aside(run_ids: Sequence[str], out: Path) -> None:
    """Set aside the folders of these runs, which are not as their manifests say."""
    reason = failure.DAMAGED
    for run_id in run_ids:
        if (out / run_id).exists():
            facts = {"state": "failed", "reason_vi": reason.vi, "reason_en": reason.en}
            failure.keep(out, run_id, out / run_id, None, {**facts, "finished_at": manifest.stamp(time.time())})


def _manifests(out: Path, names: set[str]) -> list[dict[str, Any]]:
    found = []
    for path in out.glob(f"*/{manifest.NAME}"):
        if path.parent.name.rpartition("-")[0] in names:
            try:
                found.append(json.loads(path.read_text(encoding="utf-8")))
            except (OSError, ValueError):
                continue
    return [content for content in found if isinstance(content, dict) and content.get("state") in manifest.GOOD]


def _differs_in_data_only(content: Mapping[str, Any], run: PlannedRun, shared: identity.Digests, root: Path) -> bool:
    wanted = {**identity.run_digests(run, shared, root), "data": ""}
    had = {**content.get("digests", {}), "data": ""}
    return had == wanted and content.get("name") == run.name and content.get("parameters") == dict(run.parameters)
