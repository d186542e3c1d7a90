"""How things stand, in words: what is shown, what runs, what failed and what to do, what comes next."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Any

from forecast.domain import HERE, Text
from forecast.errors import ForecastError
from forecast.runs import folders
from forecast.runs.execution import failure, heartbeat
from forecast.runs.plans import rules
from forecast.runs.publication import clock, pointer
from forecast.runs.records import manifest
from forecast.runs.upkeep import calendar_lines, notice, schedule

STATES = {
    "queued": Text("đang chờ", "queued"),
    "running": Text("đang chạy", "running"),
    "succeeded": Text("xong", "succeeded"),
    "refused": Text("chưa thể dự báo trung thực", "refused"),
    "failed": Text("hỏng", "failed"),
    "timed_out": Text("quá giờ", "timed out"),
    "interrupted": Text("bị dừng", "interrupted"),
    "lost": Text("mất dấu", "lost"),
    "begun": Text("đã bắt đầu", "begun"),  # and of a period of a schedule
    "done": Text("xong", "done"),
    "given_up": Text("không tự chạy lại nữa", "given up"),
}
TO_DO = {
    "failed": Text("xem log.txt trong thư mục kèm theo, sửa rồi chạy lại", "read log.txt in the folder, mend, run again"),
    "timed_out": Text("máy quá tải hay sổ tính treo: chạy lại khi máy rảnh", "overload or a hung notebook: run again when idle"),
    "interrupted": Text("chạy lại; lượt đã xong không chạy lại", "run again; what is done is not repeated"),
    "lost": Text("máy đã tắt hay tiến trình bị hủy: chạy lại; lượt đã xong không chạy lại", "the machine or process went: run again"),
}


@dataclass(frozen=True)
class Failure:
    """A run that ended badly and has not ended well since."""

    plan: str
    name: str
    state: str
    at: str
    reason: Text
    to_do: Text
    folder: Path


@dataclass(frozen=True)
class Shown:
    """What readers of a plan see: its state, the newest signature, its runs, and whether a draft waits; or why nothing."""

    plan: str
    state: Text
    at: str
    signed: Text
    runs: tuple[Mapping[str, Any], ...]
    waiting: bool
    problem: Text | None = None


def shown(root: Path, plan: str = pointer.DEFAULT) -> Shown:
    """What a plan shows now; `problem` says why nothing is shown or that it is damaged."""
    try:
        content = pointer.peek(root, plan)
        waiting = pointer.waiting(root, plan) is not None
    except ForecastError as error:
        return Shown(plan, Text("chưa có", "nothing"), "", Text("", ""), (), False, Text(error.vi, error.en))
    state = pointer.STATES[content["state"]]
    return Shown(plan, state, content["published_at"], signature(content), tuple(content["runs"]), waiting)


def damage(root: Path) -> list[Text]:
    """What of all that is shown is no longer as it was published, every hash recomputed."""
    problems = []
    for plan in pointer.plans(root):
        try:
            pointer.read(root, plan)
        except ForecastError as error:
            problems.append(f"{plan}: " + Text(error.vi, error.en))
    return problems


def signature(content: Mapping[str, Any]) -> Text:
    """Who signed last and when, in words; empty for an unsigned draft."""
    signatures = content.get("signatures") or []
    if not signatures:
        return Text("", "")
    last = signatures[-1]
    verb = {
        "reviewed": Text("người thẩm định", "reviewed"),
        "published": Text("người công bố", "published"),
        "rolled_back": Text("người cho hiện lại", "shown again"),
    }.get(str(last["state"]), Text("người ký", "signed"))
    when = local_time(str(last["at"]))
    return Text(f"{verb.vi}: {last['by']}, {when}", f"{verb.en} by {last['by']}, {when}")


def local_time(stamp: str) -> str:
    """A UTC stamp as day and hour of Việt Nam: 06/11/2026 06:00."""
    try:
        return datetime.fromisoformat(stamp).astimezone(HERE).strftime("%d/%m/%Y %H:%M")
    except ValueError:
        return stamp


def failures(root: Path) -> list[Failure]:
    """Runs that ended badly and have not ended well since, newest first; one for each run of a plan."""
    out = folders.out_folder(root)
    good: dict[tuple[str, str], str] = {}
    failed = [(folder, record) for folder, record in _ended(out / failure.FOLDER) if "settled_at" not in record]
    names = {_name(record) for _, record in failed}
    for _, record in [ended for name in names for ended in _ended(out, f"{name}-*")]:
        key = (str(record["plan"]), str(record["name"]))
        good[key] = max(good.get(key, ""), str(record["finished_at"]))
    newest: dict[tuple[str, str], Failure] = {}
    for folder, record in failed:
        plan, name = str(record.get("plan", "")), _name(record)
        at, state = str(record["finished_at"]), str(record["state"])
        good_at = max((when for (owner, run), when in good.items() if run == name and plan in ("", owner)), default="")
        if state in TO_DO and at > good_at and ((plan, name) not in newest or at > newest[plan, name].at):
            reason = failure.reason_in(record)
            newest[plan, name] = Failure(plan, name, state, at, reason, TO_DO[state], folder)
    return sorted(newest.values(), key=lambda failed: failed.at, reverse=True)


def at_work(root: Path) -> list[tuple[str, str, str]]:
    """Plan, run and state of everything a process has in hand; of a process that has gone: lost."""
    activities = heartbeat.activities(folders.out_folder(root))
    states = [(each.plan, name, state) for each in activities for name, state in each.states().items()]
    return [entry for entry in states if entry[2] in ("queued", "running", "lost")]


def lines(root: Path, now: datetime, plan: str = pointer.DEFAULT) -> list[str]:
    """All of it, a line each, Vietnamese first."""
    text = [*_shown_lines(root, now, plan)]
    if problem := clock.behind(root / "data", now):
        text.append(f"ĐỒNG HỒ / CLOCK: {problem.vi} | {problem.en}")
    for problem in damage(root):
        text.append(f"HỎNG / DAMAGED {problem.vi} | {problem.en}")
        text.append("    -> chạy lại kế hoạch, lượt hỏng được lập lại / run the plan again: what is damaged is made anew")
    for owner, name, state in at_work(root):
        text.append(f"  {owner}/{name}: {STATES[state].vi} / {STATES[state].en}")
    for failed in failures(root):
        ended = f"({STATES[failed.state].vi}, {local_time(failed.at)})"
        text.append(f"HỎNG / FAILED {failed.plan}/{failed.name} {ended}: {failed.reason.vi} | {failed.reason.en}")
        text.append(f"    -> {failed.to_do.vi} / {failed.to_do.en}: {failed.folder.relative_to(root)}")
    text += _figures_lines(root, now)
    for name, rule, following, last in schedule.upcoming(root, now):
        before = ""
        if outcome := STATES.get(last.get("state", "")):
            before = f"; lần trước / last: {last['period']}, {outcome.vi} / {outcome.en}, {local_time(last.get('at', ''))}"
        text.append(f"Lịch / schedule {name}: {rule.text}; lần tới / next: {next_time(following)}{before}")
    text += [f"{local_time(given['at'])} {given['plan']}: {given['vi']} | {given['en']}" for given in notice.read(root)[:3]]
    return text


def next_time(following: datetime | None) -> str:
    """When a rule comes next: a day and hour of Việt Nam, or 'when a file arrives'."""
    return f"{following:%d/%m/%Y %H:%M}" if following else rules.ARRIVAL


def _figures_lines(root: Path, now: datetime) -> list[str]:
    """What is late by the calendar of figures, and what comes next."""
    late, coming = calendar_lines.standing(root, now)
    text = [f"QUÁ HẠN / OVERDUE: {each.vi} | {each.en}" for each in late]
    return text + ([f"Số liệu kỳ tới / next figures: {coming.vi} | {coming.en}"] if coming else [])


def _shown_lines(root: Path, now: datetime, plan: str) -> list[str]:
    now_shown = shown(root, plan)
    if now_shown.problem:
        return [f"{plan}: {now_shown.problem.vi} / {now_shown.problem.en}"]
    state, signed, ago = now_shown.state, now_shown.signed, _ago((now - datetime.fromisoformat(now_shown.at)).days)
    head = f"{plan}: {state.vi} / {state.en}, {local_time(now_shown.at)} ({ago.vi} / {ago.en})"
    text = [head + (f"; {signed.vi} / {signed.en}" if signed.vi else "")]
    if now_shown.waiting:
        text.append("  Có bản dự thảo mới chờ thẩm định / a new draft waits: forecast review --by TÊN")
    for entry in now_shown.runs:
        try:
            record = manifest.read(folders.out_folder(root) / entry["run_id"])
        except ForecastError as error:
            text.append(f"  {entry['name']}: {error.vi} / {error.en}")
            continue
        outcome, took = STATES[entry["state"]], Text.decimal(record["seconds"]["total"])
        ended = f"{local_time(record['finished_at'])}, {took.vi} giây / {took.en} s"
        text.append(f"  {entry['name']}: {outcome.vi} / {outcome.en}, {entry['run_id']}, {ended}")
    return text


def _ago(days: int) -> Text:
    """How long ago; a publication that lies ahead of the clock says so."""
    if days < -1:
        return Text("đồng hồ máy đang đi sau ngày này", "the clock stands before this day")
    return Text(f"{max(days, 0)} ngày trước", f"{max(days, 0)} days ago")


def _name(record: Mapping[str, Any]) -> str:
    """The name a run has in its plan."""
    return str(record.get("name") or str(record["run_id"]).rpartition("-")[0])


def _ended(out: Path, names: str = "*") -> list[tuple[Path, dict[str, Any]]]:
    """Folder and record of every run below `out` (of these names) whose record says how and when it ended."""
    records = manifest.readable(out.glob(f"{names}/{manifest.NAME}"))
    return [(folder, record) for folder, record in records if {"run_id", "state", "finished_at"} <= set(record)]
