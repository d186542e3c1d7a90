"""Run what is due: each plan once for each period its rules name, and once for each file that is taken in (A37).

`parameterized_runs/schedule.json` keeps, by plan and rule, the last period that was run and the one that was begun. A period is
compared by name, so a clock set back repeats nothing; a missed one is caught up once; one that was cut off is resumed. One lock:
of two triggers at the same moment one runs and the other goes.
"""

from __future__ import annotations

import contextlib
import json
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import asdict, dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

from forecast import files
from forecast.domain import HERE, Text, because
from forecast.errors import ForecastError, RunError
from forecast.runs import folders
from forecast.runs.plans import plan, rules
from forecast.runs.plans.plan import Plan
from forecast.runs.plans.rules import Rule
from forecast.runs.records import manifest
from forecast.runs.upkeep import notice

MOST_REASONS = 3  # of a returned file that a notice says
MOST_BEGUN = 3  # a period whose run is cut off this often is given up: what it does may be what cuts it off
FAR = timedelta(days=40)  # a clock set back by less repeats nothing: the longest a period that was run may seem to lie ahead
_DONE, _FAILED, _GIVEN_UP = "done", "failed", "given_up"


@dataclass(frozen=True)
class Due:
    """A rule of a plan whose period has come: `period` is a date, month or quarter, or the digest of what was taken in."""

    path: Path
    name: str
    rule: Rule
    period: str


@dataclass(frozen=True)
class Refused:
    """A scheduled plan that cannot be read, and why."""

    path: Path
    reason: Text


def state_path(root: Path) -> Path:
    """The file that keeps what was run for which period."""
    return root / "parameterized_runs" / "schedule.json"


def read_state(root: Path) -> dict[str, dict[str, Any]]:
    """By 'plan: rule', the newest period, its state and times; RunError when the file cannot be read."""
    path = state_path(root)
    try:
        content = json.loads(path.read_text(encoding="utf-8")) if path.exists() else {}
        if not isinstance(content, dict) or not all(isinstance(entry, dict) for entry in content.values()):
            raise ValueError("not an object")
        return content
    except (OSError, ValueError) as error:
        why = because(error)
        raise RunError(f"Không đọc được {path.name} ({why.vi}).", f"{path.name} cannot be read ({why.en}).") from None


def plans(root: Path, now: datetime) -> tuple[list[tuple[Path, Plan]], list[Refused]]:
    """Every plan that has a schedule, and those that have one but cannot be read."""
    scheduled, refused = [], []
    for path in sorted(folders.plans_folder(root).glob("*.yml")):
        if "schedule" not in path.read_text(encoding="utf-8", errors="replace"):
            continue
        try:
            read = plan.load(path, root, today=now.astimezone(HERE).date())
        except ForecastError as error:
            refused.append(Refused(path, Text(error.vi, error.en)))
            continue
        if read.rules:
            scheduled.append((path, read))
    return scheduled, refused


def begin(root: Path, now: datetime) -> None:
    """From now on: periods that are over count as run, files taken in so far as seen; what is known stays.

    What was written when the clock stood in a far future is told and forgotten: no period would be due until then.
    """
    state, future = read_state(root), _stamp(now + FAR)
    ahead = {key: entry for key, entry in state.items() if str(entry.get("at", "")) > future}
    for key, entry in ahead.items():
        del state[key]
        notice.give(root, key.partition(":")[0], _stamp(now), _future(entry["at"]))
    for _, scheduled in plans(root, now)[0]:
        for rule in scheduled.rules:
            state.setdefault(_key(scheduled.name, rule), {"period": _period(root, rule, now), "state": "", "at": _stamp(now)})
    files.write_whole(state_path(root), files.as_json(state))


def _future(at: str) -> Text:
    return Text(
        f"Đồng hồ máy từng ở {at[:10]}: kỳ chạy ghi lúc đó được bỏ, lịch tính lại từ hôm nay.",
        f"The clock once stood at {at[:10]}: the period written then is forgotten, the schedule begins today.",
    )


def due(root: Path, now: datetime) -> list[Due]:
    """What has to be run now. A rule seen for the first time begins now; nothing before it counts as missed."""
    begin(root, now)
    state, dues = read_state(root), []
    for path, scheduled in plans(root, now)[0]:
        for rule in scheduled.rules:
            period, last = _period(root, rule, now), state[_key(scheduled.name, rule)]
            cut_off = last["state"] == "begun" and last["period"] == period
            newer = period != last["period"] if rule.kind == "arrival" else period > last["period"]
            if cut_off or (newer and period):
                dues.append(Due(path, scheduled.name, rule, period))
    return dues


def run_due(root: Path, now: datetime, run: Callable[[Path], tuple[bool, Text]]) -> list[tuple[Due, bool, Text]]:
    """Run every due plan once by `run` (its path -> whether all went well, and in words), keep it, give notice of failures.

    Returns nothing when another trigger is at it. A plan with several rules due at once is run once for all of them.
    """
    with _only_one(root) as mine:
        if not mine:
            return []
        _complain(root, now)
        tell_arrived(root, now)
        dues, results = due(root, now), []
        for path in dict.fromkeys(each.path for each in dues):
            these = [each for each in dues if each.path == path]
            if not _begin_all(root, these, now):
                continue
            try:
                good, note = run(path)
            except ForecastError as error:
                good, note = False, Text(error.vi, error.en)
            _keep(root, these, now, _DONE if good else _FAILED, **asdict(note))
            if good:
                notice.clear(root, these[0].name)
            else:
                notice.give(root, these[0].name, _stamp(now), note)
            results += [(each, good, note) for each in these]
        return results


def upcoming(root: Path, now: datetime) -> list[tuple[str, Rule, datetime | None, Mapping[str, Any]]]:
    """Of every plan and rule: the next time (None: when a file arrives) and what is known of the last one."""
    state = read_state(root)
    return [
        (scheduled.name, rule, rules.following(rule, now), state.get(_key(scheduled.name, rule), {}))
        for _, scheduled in plans(root, now)[0]
        for rule in scheduled.rules
    ]


def arrived(root: Path) -> str:
    """A digest of what was taken in and undone; '' when nothing was. A file that only lies in data/incoming/ starts no run."""
    from forecast.evidence import intake  # late: a run with nothing to do reads no file of the province

    names = intake.entered(root / "data")
    return files.sha256_of("\n".join(names))[:16] if names else ""


def tell_arrived(root: Path, now: datetime) -> None:
    """Give notice, once, of each file in data/incoming/ that waits for approval or is returned, with the cells it is returned for."""
    from forecast.evidence import intake

    told = {(given["plan"], given["vi"]) for given in notice.read(root)}
    for entry in intake.arrived(root / "data"):
        if entry.state not in ("read", "returned"):
            continue
        reasons = Text.joined(entry.reasons[:MOST_REASONS], "; ")
        note = intake.STATES[entry.state] + (": " + reasons if entry.reasons else Text(".", "."))
        if (entry.path.name, note.vi) not in told:
            notice.clear(root, entry.path.name)
            notice.give(root, entry.path.name, _stamp(now), note, subject=f"Tệp {entry.path.name}: {intake.STATES[entry.state].vi}")


def _period(root: Path, rule: Rule, now: datetime) -> str:
    if rule.kind == "arrival":
        return arrived(root)
    moment = rules.last(rule, now)
    return rule.period(moment) if moment else ""


def _begin_all(root: Path, dues: Sequence[Due], now: datetime) -> bool:
    """Write down that these periods are begun; False, with a notice, for what was cut off too often."""
    state = read_state(root)
    last = [state[_key(each.name, each.rule)] | {"due": each.period} for each in dues]
    tries = max((entry.get("begun", 0) for entry in last if (entry["state"], entry["period"]) == ("begun", entry["due"])), default=0)
    if tries >= MOST_BEGUN:
        note = Text(
            f"Kế hoạch bị cắt ngang {tries} lần liên tiếp, không tự chạy lại nữa. Hãy chạy tay để tìm nguyên nhân.",
            f"The plan was cut off {tries} times in a row and is not started again. Run it by hand to find the cause.",
        )
        _keep(root, dues, now, _GIVEN_UP, **asdict(note))
        notice.give(root, dues[0].name, _stamp(now), note)
        return False
    _keep(root, dues, now, "begun", begun=tries + 1)
    return True


def _keep(root: Path, dues: Sequence[Due], now: datetime, outcome: str, **facts: Any) -> None:
    """Write down in what state the periods of these are, and since when."""
    entry = {"state": outcome, "at": _stamp(now), **facts}
    state = read_state(root) | {_key(each.name, each.rule): {"period": each.period, **entry} for each in dues}
    files.write_whole(state_path(root), files.as_json(state))


def _complain(root: Path, now: datetime) -> None:
    """Give notice of scheduled plans that cannot be read, once for each reason."""
    told = {(given["plan"], given["vi"]) for given in notice.read(root)}
    for refused in plans(root, now)[1]:
        if (refused.path.stem, refused.reason.vi) not in told:
            notice.give(root, refused.path.stem, _stamp(now), refused.reason)


@contextlib.contextmanager
def _only_one(root: Path) -> Iterator[bool]:
    folder = root / "parameterized_runs" / ".schedule"
    files.require_room(folder)
    with contextlib.ExitStack() as stack:
        try:
            stack.enter_context(files.locked(folder, wait_seconds=0.0, say=lambda _text: None))
        except RunError:
            yield False
            return
        yield True


def _key(name: str, rule: Rule) -> str:
    return f"{name}: {rule.text}"


def _stamp(now: datetime) -> str:
    return manifest.stamp(now.astimezone(UTC).timestamp())
