"""The one pointer that readers follow: which runs are published. It is switched whole or not at all (A22, A27, A28)."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

from forecast import files
from forecast.domain import Text
from forecast.errors import RunError
from forecast.runs import folders
from forecast.runs.plans.parameters import IDENTIFIER
from forecast.runs.publication.ledger import enter
from forecast.runs.records import manifest

DEFAULT = "default"
DRAFT, REVIEWED, PUBLISHED = "draft", "reviewed", "published"
STATES = {
    DRAFT: Text("dự thảo", "draft"),
    REVIEWED: Text("đã thẩm định", "reviewed"),
    PUBLISHED: Text("đã công bố", "published"),
}


def pointer(root: Path, plan: str = DEFAULT) -> Path:
    """The pointer file of a plan; only the plan 'default' has the one that the leaders' page follows."""
    if not IDENTIFIER.match(plan):
        raise RunError(f"Tên kế hoạch {plan!r} không hợp lệ.", f"The plan name {plan!r} is not valid.")
    name = "published.json" if plan == DEFAULT else f"published-{plan}.json"
    return root / "parameterized_runs" / name


def offer(root: Path, plan: str, run_ids: Sequence[str], at: str) -> tuple[bool, Text]:
    """Show these runs as a draft; where a person has published, they wait beside the page until they are signed.

    Whether readers now see these runs, and that in words. Called while the folder of runs is locked.
    """
    there = _or_none(root, plan)
    if there and [entry["run_id"] for entry in there["runs"]] == list(run_ids):
        enter(root, plan, run_ids, there["published_at"])  # a set published before there was a ledger
        draft_path(root, plan).unlink(missing_ok=True)
        return True, Text("Trang đang hiện đúng các lượt chạy này.", "The page already shows these runs.")
    if there and there["state"] == PUBLISHED:
        _propose(root, plan, run_ids, at)
        return False, Text(
            "Bản dự thảo mới đang chờ thẩm định; trang vẫn là bản đã công bố. Tiếp theo: forecast review --by TÊN, "
            "rồi forecast publish --by TÊN.",
            "The new draft waits for its review; the page keeps what was published. Next: forecast review --by NAME, "
            "then forecast publish --by NAME.",
        )
    switch(root, plan, run_ids, at)
    return True, Text("Đã đưa lên trang, trạng thái dự thảo.", "On the page now, as a draft.")


def switch(
    root: Path, plan: str, run_ids: Sequence[str], published_at: str, facts: Mapping[str, Any] | None = None
) -> dict[str, Any]:
    """Show these runs of a plan together, in one rename; RunError (and no change) when one of them is not sound.

    `facts` (state, signatures, shows) replace those of a new draft. What was shown before is kept for `rollback`.
    """
    shown = entries(root, run_ids)
    entered = enter(root, plan, run_ids, published_at)  # first on record, then shown: nothing is shown off the record
    before = _or_none(root, plan)
    if before:
        keep_history(root, plan, before)
    number = 1 + max([*history(root, plan), int(before["number"]) if before else 0])
    content = {"plan": plan, "published_at": published_at, "runs": shown, "ledger": entered, "number": number}
    content |= {"shows": number, "state": DRAFT, "signatures": []} | dict(facts or {})
    files.write_whole(pointer(root, plan), files.as_json(content))
    return content


def entries(root: Path, run_ids: Sequence[str]) -> list[dict[str, Any]]:
    """The pointer's lines for these runs, every hash recomputed; RunError when one of them is not sound."""
    out = folders.out_folder(root)
    problems = [problem for run_id in run_ids for problem in manifest.verify(out / run_id)]
    if problems:
        raise RunError(
            "Không công bố: " + " ".join(problem.vi for problem in problems),
            "Not published: " + " ".join(problem.en for problem in problems),
        )
    return [_entry(out / run_id) for run_id in run_ids]


def draft_path(root: Path, plan: str) -> Path:
    """The file of the set that waits to be signed."""
    return pointer(root, plan).with_name(pointer(root, plan).name.replace("published", "draft", 1))


def waiting(root: Path, plan: str) -> dict[str, Any] | None:
    """The set that waits beside the page to be signed; None when there is none or the page already shows it."""
    path = draft_path(root, plan)
    if not path.exists():
        return None
    content, there = _content(path, plan), _or_none(root, plan)
    shown = there and [run["run_id"] for run in there["runs"]] == [run["run_id"] for run in content["runs"]]
    return None if shown else content


def _propose(root: Path, plan: str, run_ids: Sequence[str], at: str) -> None:
    there = waiting(root, plan)
    if there and [entry["run_id"] for entry in there["runs"]] == list(run_ids):
        return  # it may have been reviewed already
    content = {"plan": plan, "published_at": at, "runs": entries(root, run_ids), "state": DRAFT, "signatures": []}
    files.write_whole(draft_path(root, plan), files.as_json(content))


def history(root: Path, plan: str) -> dict[int, Path]:
    """What was shown before, by number."""
    found = (root / "parameterized_runs" / "publications" / plan).glob("*.json")
    return {int(path.stem): path for path in sorted(found) if path.stem.isdigit()}


def keep_history(root: Path, plan: str, content: Mapping[str, Any]) -> None:
    """Keep what is shown now, so that one can go back to it."""
    path = root / "parameterized_runs" / "publications" / plan / f"{int(content['number']):05d}.json"
    path.parent.mkdir(parents=True, exist_ok=True)
    files.write_whole(path, files.as_json(dict(content)))


def shown_before(root: Path, plan: str) -> dict[str, Any]:
    """What readers saw before the present set (of a published one: the published set before it); RunError if there is none."""
    now = peek(root, plan)
    past = [_content(path, plan) for number, path in sorted(history(root, plan).items()) if number < now["shows"]]
    ids = [run["run_id"] for run in now["runs"]]
    earlier = [one for one in past if one["shows"] == one["number"] and [run["run_id"] for run in one["runs"]] != ids]
    if now["state"] == PUBLISHED:
        earlier = [one for one in earlier if one["state"] == PUBLISHED]
    if not earlier:
        raise RunError("Không có bản trước để quay lại.", "There is no earlier publication to go back to.")
    return earlier[-1]


def _or_none(root: Path, plan: str) -> dict[str, Any] | None:
    """The pointer's content, or None when nothing is shown."""
    return peek(root, plan) if pointer(root, plan).exists() else None


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
    return _content(pointer(root, plan), plan)


def _content(path: Path, plan: str) -> dict[str, Any]:
    try:
        content = json.loads(path.read_text(encoding="utf-8"))
        if content["plan"] != plan or not all(_is_entry(run) for run in content["runs"]):
            raise ValueError("not a publication")
        found = {"number": 1, "shows": content.get("number", 1), "state": DRAFT, "signatures": [], **content}
        if found["state"] not in STATES:
            raise ValueError("no such state")
        return found
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
    return files.sha256_of(path) if path.is_file() else ""
