"""The ledger's file: where it lies, what a publication enters into it, whether it still holds what publications say.

Its text is read and lengthened by `forecast.ledger`; `evaluation.ledger_scores` scores its lines.
"""

from __future__ import annotations

import csv
import json
from collections.abc import Sequence
from pathlib import Path
from typing import Any

from forecast import files, ledger
from forecast.domain import Text
from forecast.errors import ForecastError, RunError
from forecast.runs import folders
from forecast.runs.records import manifest


def read(root: Path) -> str:
    """The ledger's text, '' where there is none yet."""
    path = folders.ledger_path(root)
    return path.read_text(encoding="utf-8") if path.exists() else ""


def enter(root: Path, plan: str, run_ids: Sequence[str], at: str) -> dict[str, Any]:
    """Write the forecasts of these runs into the ledger, each run once; its length and last hash.

    Called while the folder of runs is locked. Raises RunError, and writes nothing, when the ledger's chain is broken.
    """
    out, before = folders.out_folder(root), read(root)
    entered = {row["run_id"] for row in ledger.read(before)}
    new = [entry for run_id in run_ids if run_id not in entered for entry in _entries(out / run_id, plan, at)]
    try:
        text = ledger.extended(before, new)
    except ForecastError as error:
        raise RunError(
            f"Không công bố. {error.vi} Hãy cất tệp ledger.csv sang chỗ khác để điều tra; lần công bố sau mở sổ mới.",
            f"Not published. {error.en} Put ledger.csv aside and look into it; the next publication opens a new one.",
        ) from error
    if new:
        files.write_whole(folders.ledger_path(root), text)
    rows = ledger.read(text)
    return {"lines": len(rows), "hash": rows[-1]["hash"] if rows else ""}


def _entries(folder: Path, plan: str, at: str) -> list[dict[str, Any]]:
    """The ledger entries of one run; none for a refused run or one that records no forecast."""
    if not all((folder / name).exists() for name in ("forecast.csv", "summary.json")):  # every forecast has both
        return []
    content = manifest.read(folder)
    summary = json.loads((folder / "summary.json").read_text(encoding="utf-8"))
    facts = {"run_id": content["run_id"], "plan": plan, "published": at[:10], "as_of": summary["as_of"]}
    with (folder / "forecast.csv").open(encoding="utf-8", newline="") as stream:
        return ledger.entries(csv.DictReader(stream), {**facts, "data": content["digests"]["data"]})


def after(root: Path, head: str) -> int | None:
    """How many lines the ledger got since the line whose hash begins with `head` (as a paper prints it); None where it has no such line.

    Raises RunError for what is no beginning of a hash.
    """
    asked = "".join(head.split()).lower()
    if len(asked) < 8 or not set(asked) <= set("0123456789abcdef"):
        raise RunError(
            f"'{head[:80]}' không phải mã dòng của sổ: cần ít nhất 8 chữ số 0-9, a-f như in trên giấy.",
            f"'{head[:80]}' is no code of a ledger's line: at least 8 digits 0-9, a-f are needed, as printed on the paper.",
        )
    rows = ledger.read(read(root))
    return next((len(rows) - number for number, row in enumerate(rows, 1) if row["hash"].startswith(asked)), None)


def problems(root: Path) -> list[Text]:
    """The first broken line of the ledger, and publications, past ones too, whose last line is no longer in it (cut off, or rewritten)."""
    text = read(root)
    broken, hashes = ledger.broken(text), {row["hash"] for row in ledger.read(text)}
    texts = [broken] if broken else []
    for path in [*folders.pointers(root), *sorted((folders.home(root) / "publications").glob("*/*.json"))]:
        head = json.loads(path.read_text(encoding="utf-8")).get("ledger", {}).get("hash", "")
        if head and head not in hashes:
            gone = Text("dòng cuối khi công bố không còn trong sổ.", "the line that was last at publication is gone.")
            texts.append(f"{path.name}: " + gone)
    return texts
