"""Who stands behind what readers see: dự thảo -> đã thẩm định -> đã công bố, each step with a name and a time.

Where people log in (forecast.toml) a signature carries the login, and who reviewed a set does not publish it.
"""

from __future__ import annotations

import contextlib
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

from forecast import files
from forecast.errors import RunError
from forecast.runs import folders
from forecast.runs.publication import clock, pointer
from forecast.runs.publication.pointer import DRAFT, PUBLISHED, REVIEWED

LONGEST_NAME = 80


def review(root: Path, plan: str, by: str, at: str, login: str = "") -> dict[str, Any]:
    """Sign that the waiting draft (else what is shown) was checked; its content. Every hash is recomputed first."""
    by = _name(by)
    _require_login(root, login)
    _require_clock(root, at)
    with _locked(root):
        draft = pointer.waiting(root, plan)
        content = draft or pointer.peek(root, plan)
        if content["state"] == PUBLISHED:
            raise RunError("Bản này đã được công bố, không có dự thảo nào chờ.", "It is published; no draft is waiting.")
        _require_unchanged(root, content)
        path = pointer.draft_path(root, plan) if draft else pointer.path_of(root, plan)
        signed = content | _signed(content, REVIEWED, by, at, login)
        files.write_whole(path, files.as_json(signed))
        return signed


def publish(root: Path, plan: str, by: str, at: str, login: str = "") -> dict[str, Any]:
    """Show the reviewed set as published; RunError when it was not reviewed or is no longer what was reviewed."""
    by = _name(by)
    _require_login(root, login)
    _require_clock(root, at)
    with _locked(root):
        draft = pointer.waiting(root, plan)
        content = draft or pointer.peek(root, plan)
        if content["state"] == PUBLISHED:
            raise RunError("Bản này đã được công bố rồi.", "It is already published.")
        if content["state"] == DRAFT:
            raise RunError(
                "Chưa thẩm định: hãy xem báo cáo rồi ký đã thẩm định (forecast review).",
                "Not reviewed yet: read the reports, then sign them as reviewed (forecast review).",
            )
        _require_another(content, login)
        _require_unchanged(root, content)
        facts = _signed(content, PUBLISHED, by, at, login)
        if draft:
            signed = pointer.switch(root, plan, pointer.run_ids(content), at, facts)
            pointer.draft_path(root, plan).unlink(missing_ok=True)
        else:
            signed = {**content, **facts, "published_at": at}
            files.write_whole(pointer.path_of(root, plan), files.as_json(signed))
        return signed


def rollback(root: Path, plan: str, by: str, at: str, login: str = "") -> dict[str, Any]:
    """Show again what was shown before the present set, with its state and signatures; the ledger stays as it is."""
    by = _name(by)
    _require_login(root, login)
    _require_clock(root, at)
    with _locked(root):
        before = pointer.shown_before(root, plan)
        _require_unchanged(root, before)
        facts = _signed(before, "rolled_back", by, at, login) | {"shows": before["shows"], "state": before["state"]}
        return pointer.switch(root, plan, pointer.run_ids(before), before["published_at"], facts)


def code_of(content: Mapping[str, Any]) -> str:
    """Sixteen letters that stand for a publication: its runs, every signature, its time and the ledger's head then.

    Printed where it leaves the kit, they show later whether what is kept is what was signed: who changes a signature contradicts the paper.
    """
    runs = [run["run_id"] for run in content["runs"]]
    facts = {name: content.get(name) for name in ("plan", "published_at", "signatures", "ledger")}
    return files.sha256_of(files.as_json({**facts, "runs": runs}))[:16]


def of_code(root: Path, plan: str, code: str) -> dict[str, Any] | None:
    """The publication, shown now or before, that a code on a paper stands for; None where none is (any more)."""
    asked = "".join(code.split()).lower()
    return next((content for content in pointer.every(root, plan) if code_of(content) == asked), None)


def _require_unchanged(root: Path, content: Mapping[str, Any]) -> None:
    """Raise RunError when a run of a set is not what the set says: to the byte, or made anew with the same numbers."""
    entries = pointer.entries(root, pointer.run_ids(content))
    changed = [run["run_id"] for run, now in zip(content["runs"], entries, strict=True) if not pointer.same_numbers(root, run, now)]
    if changed:
        listed = ", ".join(changed)
        raise RunError(f"Kết quả đã đổi từ khi ghi nhận: {listed}.", f"Results changed since they were recorded: {listed}.")


def _require_clock(root: Path, at: str) -> None:
    """Raise RunError where the day of a signature cannot be right."""
    if problem := clock.behind(root / "data", at):
        raise RunError("Chưa ký. " + problem.vi, "Not signed. " + problem.en)


def _signed(content: Mapping[str, Any], state: str, by: str, at: str, login: str) -> dict[str, Any]:
    """The state of a set with one more signature."""
    signature = {"state": state, "by": by, "at": at} | ({"login": login} if login else {})
    return {"state": state, "signatures": [*content["signatures"], signature]}


def _require_login(root: Path, login: str) -> None:
    from forecast import installation  # slow to load, and only who signs needs it

    if not login and installation.read(root).login.way != "none":
        raise RunError(
            "Ở đây người ký phải đăng nhập: ký trên Bảng việc, hoặc trong cửa sổ lệnh với --by TÊN_ĐĂNG_NHẬP.",
            "Whoever signs here logs in: sign on the work page, or at the terminal with --by LOGIN.",
        )


def _require_another(content: Mapping[str, Any], login: str) -> None:
    if login and login in [signature.get("login") for signature in content["signatures"] if signature["state"] == REVIEWED]:
        raise RunError(
            "Người đã thẩm định không tự công bố: cần một người thứ hai có vai trò công bố.",
            "Who reviewed it does not publish it: a second person with the publisher's role is needed.",
        )


def _name(by: str) -> str:
    name = " ".join(by.split())
    if not 2 <= len(name) <= LONGEST_NAME or not name.isprintable():
        raise RunError(
            f"Cần họ tên người ký (2 đến {LONGEST_NAME} ký tự).", f"The signer's name is needed (2 to {LONGEST_NAME} letters)."
        )
    return name


@contextlib.contextmanager
def _locked(root: Path) -> Iterator[None]:
    out = folders.out_folder(root)
    files.require_room(out)
    with files.locked(out, wait_seconds=60.0, say=print):
        yield
