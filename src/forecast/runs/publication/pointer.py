"""The one pointer that readers follow: which runs are published. It is switched whole or not at all (A22, A27, A28)."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

from forecast import files
from forecast.domain import Text, because
from forecast.errors import RunError
from forecast.runs import folders
from forecast.runs.plans.parameters import IDENTIFIER
from forecast.runs.publication import ledger
from forecast.runs.records import manifest

DEFAULT = "default"
DRAFT, REVIEWED, PUBLISHED = "draft", "reviewed", "published"
STATES = {
    DRAFT: Text("dự thảo", "draft"),
    REVIEWED: Text("đã thẩm định", "reviewed"),
    PUBLISHED: Text("đã công bố", "published"),
}


def path_of(root: Path, plan: str = DEFAULT) -> Path:
    """The pointer file of a plan; only the plan 'default' has the one that the leaders' page follows."""
    if not IDENTIFIER.match(plan):
        raise RunError(f"Tên kế hoạch {plan!r} không hợp lệ.", f"The plan name {plan!r} is not valid.")
    return folders.home(root) / ("published.json" if plan == DEFAULT else f"published-{plan}.json")


def plans(root: Path) -> list[str]:
    """The plans of which something is published, by name."""
    return [path.stem.removeprefix("published").removeprefix("-") or DEFAULT for path in folders.pointers(root)]


def run_ids(content: Mapping[str, Any]) -> list[str]:
    """The ids of the runs a publication shows, in its order."""
    return [entry["run_id"] for entry in content["runs"]]


def offer(root: Path, plan: str, ids: Sequence[str], at: str) -> tuple[bool, Text]:
    """Show these runs as a draft; where a person has published, they wait beside the page until they are signed.

    Whether readers now see these runs, and that in words. Called while the folder of runs is locked.
    """
    shown = _or_none(root, plan)
    if shown and run_ids(shown) == list(ids) and not (shown := _mended(root, plan, shown)):
        switch(root, plan, ids, at)
        return True, Text(
            "Lượt chạy bị sửa hay mất sau khi công bố đã được lập lại, không chứng minh được là cùng số: trang về trạng thái dự thảo.",
            "A run that was changed after publication was made anew and cannot be shown to hold the same numbers: a draft now.",
        )
    if shown and run_ids(shown) == list(ids):
        ledger.enter(root, plan, ids, shown["published_at"])  # a set published before there was a ledger
        draft_path(root, plan).unlink(missing_ok=True)
        return True, Text("Trang đang hiện đúng các lượt chạy này.", "The page already shows these runs.")
    if not shown or shown["state"] != PUBLISHED:
        switch(root, plan, ids, at)
        return True, Text("Đã đưa lên trang, trạng thái dự thảo.", "On the page now, as a draft.")
    draft, runs = waiting(root, plan), entries(root, ids)
    if not draft or draft["runs"] != runs:  # the same set may have been reviewed already
        content = {"plan": plan, "published_at": at, "runs": runs, "state": DRAFT, "signatures": []}
        files.write_whole(draft_path(root, plan), files.as_json(content))
    return False, Text(
        "Bản dự thảo mới đang chờ thẩm định; trang vẫn là bản đã công bố. Tiếp theo: ký “đã thẩm định” "
        "rồi “Công bố” ở Bảng việc (hoặc lệnh forecast review, forecast publish).",
        "The new draft waits for its review; the page keeps what was published. Next: sign it as reviewed, "
        "then publish, on the start page (or forecast review, forecast publish).",
    )


def _mended(root: Path, plan: str, shown: dict[str, Any]) -> dict[str, Any] | None:
    """What is shown, its signatures kept, with each damaged run that was made anew; None where the numbers may be others."""
    now = entries(root, run_ids(shown))
    if now == shown["runs"]:
        return shown
    if not all(same_numbers(root, before, after) for before, after in zip(shown["runs"], now, strict=True)):
        return None
    mended = shown | {"runs": now}
    files.write_whole(path_of(root, plan), files.as_json(mended))
    return mended


def same_numbers(root: Path, before: Mapping[str, Any], now: Mapping[str, Any]) -> bool:
    """Whether a run of a publication is as it was signed, or was made anew, after its record was damaged, with the same numbers."""
    if before["manifest"] == now["manifest"]:
        return True
    out = folders.out_folder(root)
    kept = (path for path in out.glob(f"failed/{now['run_id']}-*/{manifest.BEFORE}") if files.sha256_of(path) == before["manifest"])
    numbers = manifest.numbers(manifest.read(out / now["run_id"]))
    return any(manifest.numbers(json.loads(path.read_text(encoding="utf-8"))) == numbers for path in kept)


def switch(root: Path, plan: str, ids: Sequence[str], at: str, facts: Mapping[str, Any] | None = None) -> dict[str, Any]:
    """Show these runs of a plan together, in one rename; RunError (and no change) when one of them is not sound.

    `facts` (state, signatures, shows) replace those of a new draft. What was shown before is kept for `rollback`.
    """
    runs = entries(root, ids)
    entered = ledger.enter(root, plan, ids, at)  # first on record, then shown: nothing is shown off the record
    before = _or_none(root, plan)
    if before:
        path = _history_folder(root, plan) / f"{int(before['number']):05d}.json"
        path.parent.mkdir(parents=True, exist_ok=True)
        files.write_whole(path, files.as_json(before))
    number = 1 + max([*_history(root, plan), int(before["number"]) if before else 0])
    content = {"plan": plan, "published_at": at, "runs": runs, "ledger": entered, "number": number}
    content |= {"shows": number, "state": DRAFT, "signatures": []} | dict(facts or {})
    files.write_whole(path_of(root, plan), files.as_json(content))
    return content


def entries(root: Path, ids: Sequence[str]) -> list[dict[str, Any]]:
    """The pointer's lines for these runs, every hash recomputed; RunError when one of them is not sound."""
    out = folders.out_folder(root)
    problems = Text.joined([problem for run_id in ids for problem in manifest.verify(out / run_id)], " ")
    if problems.vi:
        raise RunError(f"Không công bố: {problems.vi}", f"Not published: {problems.en}")
    return [_entry(out / run_id) for run_id in ids]


def draft_path(root: Path, plan: str) -> Path:
    """The file of the set that waits to be signed."""
    path = path_of(root, plan)
    return path.with_name(path.name.replace("published", "draft", 1))


def waiting(root: Path, plan: str) -> dict[str, Any] | None:
    """The set that waits beside the page to be signed; None when there is none or the page already shows it."""
    path = draft_path(root, plan)
    if not path.exists():
        return None
    draft, shown = _content(path, plan), _or_none(root, plan)
    return None if shown and run_ids(shown) == run_ids(draft) else draft


def _history_folder(root: Path, plan: str) -> Path:
    return folders.home(root) / "publications" / plan


def _history(root: Path, plan: str) -> dict[int, Path]:
    """What was shown before, by number, oldest first."""
    return {int(path.stem): path for path in sorted(_history_folder(root, plan).glob("*.json")) if path.stem.isdigit()}


def shown_before(root: Path, plan: str) -> dict[str, Any]:
    """What readers saw before the present set (of a published one: the published set before it); RunError if there is none."""
    now = peek(root, plan)
    past = [_content(path, plan) for number, path in sorted(_history(root, plan).items()) if number < now["shows"]]
    states = (PUBLISHED,) if now["state"] == PUBLISHED else tuple(STATES)
    for content in reversed(past):
        if content["shows"] == content["number"] and content["state"] in states and run_ids(content) != run_ids(now):
            return content
    raise RunError("Không có bản trước để quay lại.", "There is no earlier publication to go back to.")


def every(root: Path, plan: str) -> list[dict[str, Any]]:
    """What is shown now and all that was shown before it, newest first."""
    past = [_content(path, plan) for _, path in sorted(_history(root, plan).items(), reverse=True)]
    return [*filter(None, [_or_none(root, plan)]), *past]


def _or_none(root: Path, plan: str) -> dict[str, Any] | None:
    """The pointer's content, or None when nothing is shown."""
    return peek(root, plan) if path_of(root, plan).exists() else None


def read(root: Path, plan: str = DEFAULT) -> dict[str, Any]:
    """The published set of a plan, every hash recomputed; RunError when nothing is published or it is not sound."""
    content, out = peek(root, plan), folders.out_folder(root)
    problems = [problem for run_id in run_ids(content) for problem in manifest.verify(out / run_id)]
    for run in content["runs"]:
        if _manifest_digest(out / run["run_id"]) != run["manifest"]:
            changed = Text("hồ sơ lượt chạy (manifest.json) đã đổi sau khi công bố.", "the manifest changed after publication.")
            problems.append(f"{run['run_id']}: " + changed)
    if problems:
        text = Text.joined(problems, " ")
        raise RunError(f"Bản công bố không còn nguyên vẹn: {text.vi}", f"The publication is no longer whole: {text.en}")
    return content


def raw(root: Path) -> bytes:
    """The bytes of the pointer that the leaders' page follows: others when something else is published, none before that."""
    try:
        return path_of(root).read_bytes()
    except OSError:
        return b""


def peek(root: Path, plan: str = DEFAULT) -> dict[str, Any]:
    """The pointer's content, its shape checked but no hash recomputed; RunError when there is none."""
    return _content(path_of(root, plan), plan)


def _content(path: Path, plan: str) -> dict[str, Any]:
    try:
        content = json.loads(path.read_text(encoding="utf-8"))
        if content["plan"] != plan or not all(_is_entry(run) for run in content["runs"]):
            raise ValueError("not a publication")
        content = {"number": 1, "shows": content.get("number", 1), "state": DRAFT, "signatures": [], **content}
        if content["state"] not in STATES:
            raise ValueError("no such state")
        return content
    except FileNotFoundError:
        raise RunError("Chưa công bố lượt chạy nào. Hãy chạy: make run", "Nothing is published yet. Run: make run") from None
    except (OSError, ValueError, KeyError, TypeError) as error:
        why = because(error)
        raise RunError(f"Không đọc được {path.name} ({why.vi}).", f"{path.name} cannot be read ({why.en}).") from None


def _entry(folder: Path) -> dict[str, Any]:
    content = manifest.read(folder)
    return {key: content[key] for key in ("name", "run_id", "state", "notebook")} | {"manifest": _manifest_digest(folder)}


def _is_entry(run: Mapping[str, Any]) -> bool:
    """Whether an entry names a run folder (never a path) and its state."""
    name, _, tail = str(run["run_id"]).rpartition("-")
    sound = bool(IDENTIFIER.match(name)) and len(tail) == 12 and all(letter in "0123456789abcdef" for letter in tail)
    return sound and run["state"] in manifest.GOOD and isinstance(run["name"], str) and isinstance(run["manifest"], str)


def _manifest_digest(folder: Path) -> str:
    path = folder / manifest.NAME
    return files.sha256_of(path) if path.is_file() else ""
