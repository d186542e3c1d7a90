"""The one pointer that readers follow: which runs are published. It is switched whole or not at all (A22, A27, A28)."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

from forecast.domain import Text
from forecast.errors import ForecastError, RunError
from forecast.runs import folders, manifest
from forecast.runs.schema import IDENTIFIER

DEFAULT = "default"


def pointer(root: Path, plan: str = DEFAULT) -> Path:
    """The pointer file of a plan; only the plan 'default' has the one that the leaders' page follows."""
    if not IDENTIFIER.match(plan):
        raise RunError(f"Tên kế hoạch {plan!r} không hợp lệ.", f"The plan name {plan!r} is not valid.")
    name = "published.json" if plan == DEFAULT else f"published-{plan}.json"
    return root / "parameterized_runs" / name


def ledger_path(root: Path) -> Path:
    """The file that keeps every published forecast."""
    return root / "parameterized_runs" / "ledger.csv"


def read_ledger(root: Path) -> str:
    """The ledger's text, '' where there is none yet."""
    path = ledger_path(root)
    return path.read_text(encoding="utf-8") if path.exists() else ""


def enter(root: Path, plan: str, run_ids: Sequence[str], published_at: str) -> dict[str, Any]:
    """Write the forecasts of these runs into the ledger, each run once; its length and last hash.

    Called while the folder of runs is locked. Raises RunError, and writes nothing, when the ledger's chain is broken.
    """
    from forecast.evaluation import ledger

    out, before = folders.out_folder(root), read_ledger(root)
    known = {row["run_id"] for row in ledger.read(before)}
    new = [entry for run_id in run_ids if run_id not in known for entry in _entered(out / run_id, plan, published_at)]
    try:
        text = ledger.extended(before, new)
    except ForecastError as error:
        raise RunError(
            f"Không công bố. {error.vi} Hãy cất tệp ledger.csv sang chỗ khác để điều tra; lần công bố sau mở sổ mới.",
            f"Not published. {error.en} Put ledger.csv aside and look into it; the next publication opens a new one.",
        ) from error
    if new:
        folders.write_whole(ledger_path(root), text)
    rows = ledger.read(text)
    return {"lines": len(rows), "hash": rows[-1]["hash"] if rows else ""}


def _entered(folder: Path, plan: str, published_at: str) -> list[dict[str, Any]]:
    """The ledger entries of one run; none for a refused run or one that records no forecast."""
    import pandas as pd

    from forecast.evaluation import ledger

    if not all((folder / name).exists() for name in ("forecast.csv", "summary.json")):  # every forecast has both
        return []
    content = manifest.read(folder)
    summary = json.loads((folder / "summary.json").read_text(encoding="utf-8"))
    facts = {"run_id": content["run_id"], "plan": plan, "published": published_at[:10], "as_of": summary["as_of"]}
    return ledger.entries(pd.read_csv(folder / "forecast.csv"), {**facts, "data": content["digests"]["data"]})


def ledger_problems(root: Path) -> list[Text]:
    """The first broken line of the ledger, and publications whose last line is no longer in it (a tail cut off)."""
    from forecast.evaluation import ledger

    text = read_ledger(root)
    problem = ledger.broken(text)
    hashes = {row["hash"] for row in ledger.read(text)}
    found = [problem] if problem else []
    for path in sorted((root / "parameterized_runs").glob("published*.json")):
        head = json.loads(path.read_text(encoding="utf-8")).get("ledger", {}).get("hash", "")
        if head and head not in hashes:
            vi, en = f"{path.name}: dòng cuối khi công bố không còn trong sổ.", f"{path.name}: the line that was last at publication is gone."
            found.append(Text(vi, en))
    return found


def switch(root: Path, plan: str, run_ids: Sequence[str], published_at: str) -> dict[str, Any]:
    """Publish these runs of a plan together, in one rename; RunError (and no change) when one of them is not sound."""
    out = folders.out_folder(root)
    problems = [problem for run_id in run_ids for problem in manifest.verify(out / run_id)]
    if problems:
        raise RunError(
            "Không công bố: " + " ".join(problem.vi for problem in problems),
            "Not published: " + " ".join(problem.en for problem in problems),
        )
    entered = enter(root, plan, run_ids, published_at)  # first on record, then shown: nothing is shown off the record
    shown = [_entry(out / run_id) for run_id in run_ids]
    content = {"plan": plan, "published_at": published_at, "runs": shown, "ledger": entered}
    folders.write_whole(pointer(root, plan), folders.as_json(content))
    return content


def read(root: Path, plan: str = DEFAULT) -> dict[str, Any]:
    """The published set of a plan, every hash recomputed; RunError when nothing is published or it is not sound."""
    content = peek(root, plan)
    out = folders.out_folder(root)
    problems = [problem for run in content["runs"] for problem in manifest.verify(out / run["run_id"])]
    changed = [run["run_id"] for run in content["runs"] if _manifest_digest(out / run["run_id"]) != run["manifest"]]
    if problems or changed:
        vi = [problem.vi for problem in problems] + [f"{name}: manifest đã đổi sau khi công bố." for name in changed]
        en = [problem.en for problem in problems] + [
            f"{name}: the manifest changed after publication." for name in changed
        ]
        raise RunError(
            "Bản công bố không còn nguyên vẹn: " + " ".join(vi), "The publication is no longer whole: " + " ".join(en)
        )
    return content


def peek(root: Path, plan: str = DEFAULT) -> dict[str, Any]:
    """The pointer's content, its shape checked but no hash recomputed; RunError when there is none."""
    path = pointer(root, plan)
    try:
        content = json.loads(path.read_text(encoding="utf-8"))
        if content["plan"] != plan or not all(_is_entry(run) for run in content["runs"]):
            raise ValueError("not a publication")
        return content
    except FileNotFoundError:
        raise RunError(
            "Chưa công bố lượt chạy nào. Hãy chạy: make run", "Nothing is published yet. Run: make run"
        ) from None
    except (OSError, ValueError, KeyError, TypeError) as error:
        raise RunError(f"Không đọc được {path.name} ({error}).", f"{path.name} cannot be read ({error}).") from None


def _entry(folder: Path) -> dict[str, Any]:
    content = manifest.read(folder)
    return {
        "name": content["name"],
        "run_id": content["run_id"],
        "state": content["state"],
        "notebook": content["notebook"],
        "manifest": _manifest_digest(folder),
    }


def _is_entry(run: Mapping[str, Any]) -> bool:
    """Whether an entry names a run folder (never a path) and its state."""
    name, _, tail = str(run["run_id"]).rpartition("-")
    sound = bool(IDENTIFIER.match(name)) and len(tail) == 12 and all(letter in "0123456789abcdef" for letter in tail)
    return sound and run["state"] in manifest.GOOD and isinstance(run["name"], str) and isinstance(run["manifest"], str)


def _manifest_digest(folder: Path) -> str:
    path = folder / manifest.NAME
    return folders.sha256_of(path) if path.is_file() else ""
