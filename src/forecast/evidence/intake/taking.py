"""Taking a file in, whole or not at all, signed; undoing it; and what became of each file that lies in data/incoming/."""

from __future__ import annotations

import contextlib
import re
import time
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import Literal

import yaml

from forecast import files
from forecast.domain import Text
from forecast.errors import EvidenceError
from forecast.evidence import pending
from forecast.evidence import store as folder_store
from forecast.evidence.content import CORRECTIONS, SOURCES
from forecast.evidence.intake.preview import Preview, preview, source_id, with_file
from forecast.evidence.intake.reading import read
from forecast.evidence.store import Evidence

KEPT = Path("incoming") / "kept"  # by digest: the files themselves
SETTLED_SECONDS = 5.0  # a file that changed later may still be half copied
SHORTEST_NAME, SHORTEST_REASON = 2, 5  # letters of a signature
STATES = {
    "copying": Text("đang chép", "being copied"),
    "received": Text("đã nhận", "received"),
    "read": Text("đã đọc, chờ duyệt", "read, waits for approval"),
    "taken": Text("đã nhập", "taken in"),
    "returned": Text("bị trả lại", "returned"),
}
FileState = Literal["copying", "received", "read", "taken", "returned"]


@dataclass(frozen=True)
class Arrived:
    """One file of data/incoming/: where it stands and, of a returned one, why."""

    path: Path
    digest: str
    state: FileState
    reasons: tuple[Text, ...] = ()


def take(shown: Preview, content: bytes, data: Path, *, who: str, reason: str, on: date) -> str:
    """Enter the figures of a preview as one new vintage, keep the file, and return the id of its source.

    Raises EvidenceError without name and reason, for a preview with problems, for one made of other figures than there are now,
    and for a file that is in already. Cut off at any moment, the evidence is the old or the new.
    """
    _require_signed(who, reason)
    if shown.problems:
        listed = Text.joined(("- " + problem for problem in shown.problems), "\n")
        raise EvidenceError(f"Chưa nhập được:\n{listed.vi}", f"Not taken in:\n{listed.en}")
    if files.sha256_of(content) != shown.received.digest:
        raise EvidenceError(
            "Tệp đã đổi từ lúc xem trước; xem lại.", "The file has changed since the preview; look again."
        )
    with _locked(data):
        store = folder_store.load(data)
        name = source_id(shown.received, on, store)
        if name in store.sources:
            raise EvidenceError(f"Tệp này đã nhập rồi ({name}).", f"This file is in already ({name}).")
        again = preview(content, shown.received.name, store, on=on, mapping=shown.mapping, declared=shown.declared)
        if again.problems or [line.mapped for line in again.of("new", "revised")] != [
            line.mapped for line in shown.of("new", "revised")
        ]:
            raise EvidenceError(
                "Số liệu đã đổi từ lúc xem trước; xem lại.", "The figures have changed since the preview; look again."
            )
        _keep(data, shown, content)
        pending.change(data, with_file(data, again, on, who.strip(), reason.strip()))
    return name


def _require_signed(who: str, reason: str) -> None:
    if len(who.strip()) < SHORTEST_NAME or len(reason.strip()) < SHORTEST_REASON:
        raise EvidenceError(
            f"Cần họ tên (từ {SHORTEST_NAME} chữ cái) và lý do (từ {SHORTEST_REASON} chữ cái).",
            f"A name (of {SHORTEST_NAME} letters or more) and a reason (of {SHORTEST_REASON} or more) are needed.",
        )


def undo(source: str, data: Path, *, who: str, reason: str, on: date) -> None:
    """Set every figure of a file aside by a signed correction, so that the answers are those of before; nothing is deleted."""
    _require_signed(who, reason)
    with _locked(data):
        store = folder_store.load(data)
        count = sum(figure.source == source for figure in store.observations)
        if not source.startswith("intake_") or not count:
            raise EvidenceError(f"Không có lần nhập nào tên {source}.", f"There is no intake named {source}.")
        if any(rule.match.get("source") == source for rule in store.corrections):
            raise EvidenceError(f"{source} đã được hoàn lại rồi.", f"{source} was undone already.")
        entry = {
            "id": f"undo_{source}",
            "match": {"source": source},
            "action": "exclude",
            "reason": {
                "vi": f"{who.strip()} hoàn lại: {reason.strip()}",
                "en": f"undone by {who.strip()}: {reason.strip()}",
            },
            "decided": on,
            "guard": count,
        }
        path = data / CORRECTIONS
        text = path.read_bytes().decode("utf-8-sig") if path.is_file() else ""
        added = yaml.safe_dump([entry], allow_unicode=True, sort_keys=False)
        pending.change(data, {CORRECTIONS: text + ("" if text.endswith("\n") or not text else "\n") + added})


def taken(store: Evidence) -> list[tuple[str, str, bool]]:
    """Of every file taken in: its source, title and day, and whether it was undone."""
    undone = {rule.match.get("source") for rule in store.corrections}
    return [
        (name, f"{source.title}, {source.vintage}", name in undone)
        for name, source in store.sources.items()
        if name.startswith("intake_")
    ]


def entered(data: Path) -> list[str]:
    """The sources of files taken in and the corrections that undid them, as the files name them; nothing is checked."""
    pending.finish(data)
    texts = (
        (data / name).read_text(encoding="utf-8", errors="replace")
        for name in (SOURCES, CORRECTIONS)
        if (data / name).is_file()
    )
    return sorted(
        {
            name
            for text in texts
            for name in re.findall(r"^(?:- id: )?((?:undo_)?intake_\d{8}_[0-9a-f]{8}(?:_\d+)?)\b", text, re.MULTILINE)
        }
    )


def is_file(path: Path) -> bool:
    """Whether a path of data/incoming/ is a file somebody sent: not Excel's lock file, not hidden, not a part of a download."""
    lock = path.name.startswith(("~$", ".", "README", ".~lock"))
    return (
        path.is_file()
        and not lock
        and path.suffix.lower() not in (".tmp", ".part", ".crdownload", ".partial", ".md", ".yml")
    )


def arrived(data: Path, now: float | None = None) -> list[Arrived]:
    """The files of data/incoming/ by name and where each stands; a file that is still changing is not read."""
    sources = data / SOURCES
    signed = (
        set(re.findall(r"sha256 ([0-9a-f]{64})", sources.read_text(encoding="utf-8", errors="replace")))
        if sources.is_file()
        else set()
    )
    states = []
    for path in sorted(filter(is_file, (data / "incoming").glob("*"))):
        with contextlib.suppress(OSError):
            fresh = (now or time.time()) - path.stat().st_mtime < SETTLED_SECONDS
            content = path.read_bytes()
            digest = files.sha256_of(content)
            if digest in signed:
                states.append(Arrived(path, digest, "taken"))
            elif fresh or not content:
                states.append(Arrived(path, digest, "copying"))
            else:
                states.append(_judged(path, content, digest, data))
    return states


def _judged(path: Path, content: bytes, digest: str, data: Path) -> Arrived:
    try:
        names = [facts["name"]["vi"] for facts in folder_store.registers(data)[1].values()]
    except (EvidenceError, KeyError, TypeError):
        return Arrived(path, digest, "received")
    refused = read(content, path.name, names).refusals
    reasons = tuple(f"{remark.sheet}!{remark.cell}: ".lstrip("!") + remark.text for remark in refused)
    return Arrived(path, digest, "returned" if refused else "read", reasons)


def _keep(data: Path, shown: Preview, content: bytes) -> None:
    folder = data / KEPT / shown.received.digest[:16]
    folder.mkdir(parents=True, exist_ok=True)
    files.write_whole(folder / re.sub(r"[^\w.\- ]", "_", shown.received.name)[-120:], content)
    files.flush_folder(folder.parent)


@contextlib.contextmanager
def _locked(data: Path) -> Iterator[None]:
    (data / "incoming").mkdir(exist_ok=True)
    with files.locked(data / "incoming", wait_seconds=30.0, say=lambda _text: None):
        yield
