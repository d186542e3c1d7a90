"""How things stand, as both start pages say it (notebook 00 and the served one): shown, waiting, changed, failed, at work, to come."""

from __future__ import annotations

from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from forecast.domain import Text
from forecast.publish import templating
from forecast.publish.exhibits import Exhibit
from forecast.publish.exhibits import changes as changed
from forecast.publish.notebooks import labels
from forecast.publish.words import vocabulary
from forecast.publish.words.vocabulary import phrase, sentence
from forecast.runs.publication import changes, pointer
from forecast.runs.upkeep import notice, schedule, status

MOST_NOTICES = 3
TO_DO = status.TO_DO | {
    "failed": Text("chạy lại; nếu vẫn hỏng, báo bộ phận công nghệ thông tin kèm giờ này", "run again; if it fails again, tell the IT staff this time")
}


def part(name: str, **facts: Any) -> str:
    """One part of how things stand as HTML: 'shown', 'changes', 'failures' or 'upcoming'."""
    return templating.render("shared/standing.html.j2", part=name, **facts)


def shown(root: Path, plan: str = pointer.DEFAULT) -> dict[str, Any]:
    """What readers see, what waits to be signed, and the reports of what waits (else of what is shown), by indicator."""
    now = status.shown(root, plan)
    waiting = pointer.waiting(root, plan) if not now.problem else None
    return {
        "shown": now,
        "damaged": now.problem is not None and pointer.path_of(root, plan).exists(),
        "at": status.local_time(now.at) if now.at else "",
        "waits": waiting and pointer.STATES[waiting["state"]],
        "waits_signed": status.signature(waiting) if waiting else Text("", ""),
        "groups": labels.grouped(root, waiting["runs"] if waiting else now.runs),
    }


def compared(root: Path, plan: str = pointer.DEFAULT) -> Exhibit | None:
    """What differs, answer by answer: the waiting draft against what is shown, else what is shown against the set before it."""
    changes.prepare(root, plan)
    for which in ("waiting", "shown"):
        if read := changes.read(root, plan, which):
            return changed.changes(read[1], read[0], which)
    return None


def changes_of(root: Path, plan: str = pointer.DEFAULT) -> dict[str, Any]:
    """The comparison, and what is said where there is none."""
    return {"changes": compared(root, plan), "first": sentence("changes_first")}


def failures(root: Path) -> dict[str, Any]:
    """What failed and what to do, what a process has in hand, the newest notices."""
    names = labels.by_name(root, status.shown(root).runs)
    return {
        "failures": [
            (names.get(run.name, run.name), status.STATES[run.state], status.local_time(run.at), run.reason, TO_DO[run.state], folder)
            for run in status.failures(root)
            for folder in [run.folder.relative_to(root)]
        ],
        "busy": [(names.get(name, name), status.STATES[state], state == "lost") for _, name, state in status.at_work(root)],
        "notices": [(status.local_time(given["at"]), given["plan"], Text(given["vi"], given["en"])) for given in notice.read(root)[:MOST_NOTICES]],
    }


def upcoming(root: Path) -> dict[str, Any]:
    """When each plan runs next by itself and how the last time ended; plans whose schedule cannot be read."""
    now = datetime.now(UTC)
    scheduled, refused = schedule.plans(root, now)
    titles = {plan.name: plan.title.vi or plan.name for _, plan in scheduled}
    return {
        "upcoming": [
            (titles[name], rule.text, status.next_time(following), _ended(last))
            for name, rule, following, last in schedule.upcoming(root, now)
        ],
        "broken": [(plan.path.name, plan.reason) for plan in refused],
    }


def _ended(last: Any) -> Text:
    if not last.get("state"):
        return Text("chưa chạy", "not run yet")
    return phrase(vocabulary.ATTEMPTS, last["state"]) + f" ({last['period']})"
