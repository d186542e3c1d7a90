"""The words of `forecast` about plans, publication, schedule and upkeep: thin functions, imports where they are used."""

from __future__ import annotations

import argparse
import json
import os
import sys
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from forecast.errors import ForecastError

OK, FAILED, REFUSED = 0, 1, 2


def plan_show(options: argparse.Namespace) -> int:
    """List the runs of a plan, what is already there, and how long the rest may take."""
    from forecast.runs.execution import execute, progress
    from forecast.runs.plans import plan

    root = _root()
    chosen = plan.load(options.plan, root, today=datetime.now(UTC).date(), as_of=options.as_of)
    rows, left = execute.outlook(chosen, root, options.workers)
    common = _common([run.parameters for run, _, _ in rows])
    print(f"{chosen.name}: {chosen.title.vi} / {chosen.title.en}")
    print("  " + ", ".join(f"{key} = {value}" for key, value in common.items()))
    for run, there, seconds in rows:
        own = ", ".join(f"{key} = {value}" for key, value in run.parameters.items() if key not in common)
        state = "đã có / there" if there else f"khoảng {seconds:.0f} s"
        print(f"  {run.name}: {run.notebook}; {own or '-'}; {state}")
    for rule in chosen.rules:
        print(f"Lịch / schedule: {rule.text}")
    waiting = sum(not there for _, there, _ in rows)
    after = f"; {progress.left_text(left)}" if waiting else ""
    print(f"{len(rows)} lượt chạy, {waiting} phải chạy / {len(rows)} runs, {waiting} to do{after}")
    return OK


def plan_new(options: argparse.Namespace) -> int:
    """Write a plan from flags, or from a form where none are given."""
    from forecast.runs.plans import compose

    if options.name is None:
        if not sys.stdin.isatty():
            raise ForecastError(
                "Cần tên kế hoạch: forecast plan new TÊN --notebook ... (hoặc chạy trong cửa sổ lệnh để điền mẫu).",
                "A plan name is needed: forecast plan new NAME --notebook ... (or run it in a terminal for the form).",
            )
        answers = compose.ask(input)
    else:
        chosen = dict(_pair(text) for text in options.set)
        answers = {"name": options.name, "title": options.title or options.name, "notebooks": options.notebook,
                   "chosen": chosen, "schedule": options.schedule}  # fmt: skip
    text = compose.compose(**answers)
    path = compose.write(_root(), answers["name"], text, today=datetime.now(UTC).date())
    print(f"Đã ghi {path.relative_to(_root())} / written.\nXem: forecast plan show {path.relative_to(_root())}")
    return OK


def plan_schema(_options: argparse.Namespace) -> int:
    """Print the JSON Schema of a plan file, for editors."""
    from forecast.runs.plans import shape

    print(json.dumps(shape.json_schema(), ensure_ascii=False, indent=1))
    return OK


def status(options: argparse.Namespace) -> int:
    """Print what is shown, what runs, what failed and what to do, what comes next; 1 when something failed."""
    from forecast.runs.publication import pointer
    from forecast.runs.upkeep import status as standing

    root = _root()
    if options.plan != pointer.DEFAULT or not standing.at_work(root):
        pointer.peek(root, options.plan)
    print("\n".join(standing.lines(root, datetime.now(UTC), options.plan)))
    return FAILED if standing.failures(root) else OK


def review(options: argparse.Namespace) -> int:
    """Sign that the draft was checked."""
    from forecast.runs.publication import signoff

    return _signed(signoff.review(_root(), options.plan, options.by, _stamp()))


def publish(options: argparse.Namespace) -> int:
    """Show the reviewed set as published (--by), or write the page as a folder of files (--static)."""
    if options.static is None and options.by is None:
        raise ForecastError(
            "Cần --by TÊN (công bố bản đã thẩm định) hoặc --static THƯ_MỤC (ghi trang tĩnh).",
            "--by NAME (publish what was reviewed) or --static DIR (write the page) is needed.",
        )
    if options.by is not None:
        from forecast.runs.publication import signoff

        _signed(signoff.publish(_root(), options.plan, options.by, _stamp()))
        leave_page(_root())
    if options.static is not None:
        from forecast.publish.leaders import page
        from forecast.publish.register import page as register

        print(page.write_static(_root(), options.static), register.write_static(_root(), options.static), sep="\n")
    return OK


def rollback(options: argparse.Namespace) -> int:
    """Show again what was shown before."""
    from forecast.runs.publication import signoff

    signed = _signed(signoff.rollback(_root(), options.plan, options.by, _stamp()))
    leave_page(_root())
    return signed


def schedule_install(options: argparse.Namespace) -> int:
    """Let this machine run the plans by their rules."""
    from forecast.runs.upkeep import schedule, timers

    root, now = _root(), datetime.now(UTC)
    rules = [rule for _, one in schedule.plans(root, now)[0] for rule in one.rules]
    if not rules:
        raise ForecastError(
            "Chưa kế hoạch nào có 'schedule:'; thêm ví dụ  schedule: [\"ngày 6 hằng tháng 06:00\"]",
            "No plan has a 'schedule:'; add for example  schedule: [\"ngày 6 hằng tháng 06:00\"]",
        )
    schedule.begin(root, now)
    print(timers.install(root, rules, options.kind or timers.choose()))
    return schedule_list(options)


def schedule_list(_options: argparse.Namespace) -> int:
    """Print every rule, its next time and how the last one ended, and plans that cannot be read."""
    from forecast.runs.plans import rules
    from forecast.runs.upkeep import schedule
    from forecast.runs.upkeep.status import local_time

    root, now = _root(), datetime.now(UTC)
    rows = schedule.upcoming(root, now)
    for name, rule, following, last in rows:
        when = f"{following:%d/%m/%Y %H:%M}" if following else rules.ARRIVAL
        ended = f"{last['period']} {last['state']} {local_time(last['at'])}" if last.get("state") else "chưa / none yet"
        print(f"{name}: {rule.text}; lần tới / next: {when}; lần trước / last: {ended}")
    refused = schedule.plans(root, now)[1]
    for one in refused:
        print(f"{one.path.name}: {one.reason.vi}\n{one.reason.en}")
    if not rows and not refused:
        print("Chưa kế hoạch nào có lịch. / No plan has a schedule.")
    return FAILED if refused else OK


def schedule_remove(options: argparse.Namespace) -> int:
    """Take the timer away; plans and what is known of their last runs stay."""
    from forecast.runs.upkeep import timers

    print(timers.remove(options.kind or timers.choose()))
    return OK


def schedule_run_due(_options: argparse.Namespace) -> int:
    """Run what is due, once; 1 when a plan failed."""
    from forecast.runs.execution import execute
    from forecast.runs.upkeep import schedule

    try:
        results = schedule.run_due(_root(), datetime.now(UTC), _run_scheduled)
    except execute.Interrupted as stopped:
        print("Đã dừng; lần gọi sau chạy tiếp phần còn lại. / Stopped; the next call goes on.", file=sys.stderr)
        return 128 + stopped.number
    for due, good, said in results:
        print(f"{_stamp()} {due.name} ({due.rule.text}, {due.period}): {'xong' if good else 'HỎNG'}: {said.vi} | {said.en}")
    return OK if all(good for _, good, _ in results) else FAILED


def doctor(options: argparse.Namespace) -> int:
    """Print each check of this machine; 1 when one is red."""
    from forecast.runs.upkeep import doctor as examining

    found = examining.examine(_root(), port=options.port, quick=options.quick)
    marks = {"good": ("✓", "32"), "warning": ("!", "33"), "bad": ("✕", "31")}
    for one in found:
        mark, colour = marks[one.state]
        shown = f"\x1b[{colour}m{mark}\x1b[0m" if sys.stdout.isatty() and "NO_COLOR" not in os.environ else mark
        same = one.text.vi == one.text.en
        print(f"{shown} {one.name}: {one.text.vi}" + ("" if same else f"\n    {one.text.en}"))
    bad = sum(one.state == "bad" for one in found)
    print(f"{len(found)} mục, {bad} phải sửa / {len(found)} checks, {bad} to mend")
    return FAILED if bad else OK


def backup(options: argparse.Namespace) -> int:
    """Write one file with figures, plans, runs, ledger and signatures."""
    from forecast.runs.upkeep import backup as saving

    found = saving.write(_root(), options.file, _stamp())
    print(f"{options.file}: {found['files']} tệp / files, {found['bytes'] / 1e6:.1f} MB")
    return OK


def restore(options: argparse.Namespace) -> int:
    """Unpack a backup into a new folder after checking every hash."""
    from forecast.runs.upkeep import backup as saving

    found = saving.restore(options.file, options.folder)
    print(f"{options.folder}: {found['files']} tệp, {found['runs']} lượt chạy, mọi mã băm khớp / files, runs, every hash right")
    return OK


def add(commands: Any) -> None:
    """Add these words to the parser's commands."""
    _add_plan(commands)
    _add_schedule(commands)
    one = _command(commands, "status", status, "đang hiện gì, hỏng gì, sắp chạy gì / what is shown, failed, next")
    one.add_argument("--plan", default="default")
    for name, function, text in (
        ("review", review, "ký: đã thẩm định bản dự thảo / sign that the draft was checked"),
        ("rollback", rollback, "hiện lại bản trước / show the set before this one again"),
    ):
        one = _command(commands, name, function, text)
        one.add_argument("--by", required=True, metavar="TÊN", help="họ tên người ký / the signer's name")
        one.add_argument("--plan", default="default")
    one = _command(commands, "publish", publish, "công bố bản đã thẩm định, hay ghi trang tĩnh / publish, or write the page")
    one.add_argument("--by", metavar="TÊN", help="họ tên người công bố / the publisher's name")
    one.add_argument("--plan", default="default")
    one.add_argument("--static", type=Path, metavar="DIR")
    one = _command(commands, "doctor", doctor, "máy này có chạy được không, sửa ra sao / is this machine fit, how to mend it")
    one.add_argument("--port", type=int, default=8866)
    one.add_argument("--quick", action="store_true", help="không thử kernel / start no kernel")
    one = _command(commands, "backup", backup, "sao lưu vào một tệp / save everything in one file")
    one.add_argument("file", type=Path, metavar="FILE.tar.gz")
    one = _command(commands, "restore", restore, "khôi phục vào thư mục mới / restore into a new folder")
    one.add_argument("file", type=Path, metavar="FILE.tar.gz")
    one.add_argument("folder", type=Path, metavar="DIR")


def _add_plan(commands: Any) -> None:
    words = commands.add_parser("plan", help="xem, tạo kế hoạch / show, make plans").add_subparsers(
        required=True, metavar="show | new | schema"
    )
    one = _command(words, "show", plan_show, "các lượt chạy và thời gian / the runs and how long they take")
    one.add_argument("plan", type=Path, metavar="PLAN")
    one.add_argument("--as-of", metavar="DATE")
    one.add_argument("--workers", type=int, default=2, metavar="N")
    one = _command(words, "new", plan_new, "tạo kế hoạch; không có tên thì hỏi từng mục / make one; asks when no name is given")
    one.add_argument("name", nargs="?", metavar="TÊN")
    one.add_argument("--title", default="")
    one.add_argument("--notebook", nargs="+", default=[], metavar="NOTEBOOK")
    one.add_argument("--set", nargs="+", default=[], metavar="KEY=V1,V2", help="nhiều giá trị thành lưới / several make a grid")
    one.add_argument("--schedule", nargs="+", default=[], metavar="RULE", help="'ngày 6 hằng tháng 06:00'")
    _command(words, "schema", plan_schema, "JSON Schema cho trình soạn thảo / for editors")


def _add_schedule(commands: Any) -> None:
    words = commands.add_parser("schedule", help="chạy theo lịch / run by a schedule").add_subparsers(
        required=True, metavar="install | list | remove | run-due"
    )
    for name, function, text in (
        ("install", schedule_install, "bật lịch trên máy này / let this machine run the plans"),
        ("remove", schedule_remove, "tắt lịch / take the timer away"),
    ):
        one = _command(words, name, function, text)
        one.add_argument("--kind", choices=("systemd", "cron", "windows"), help="mặc định: thứ máy này có / what is there")
    _command(words, "list", schedule_list, "lịch của các kế hoạch / the plans' schedules")
    _command(words, "run-due", schedule_run_due, "chạy những gì đến hạn / run what is due")


def _command(commands: Any, name: str, function: Any, text: str) -> argparse.ArgumentParser:
    added = commands.add_parser(name, help=text, description=text)
    added.set_defaults(function=function)
    return added


def _run_scheduled(path: Path) -> tuple[bool, Any]:
    """Run a plan as `forecast run` does; whether all went well, and what to tell."""
    from forecast.domain import Text
    from forecast.runs.execution import execute
    from forecast.runs.plans import plan

    root = _root()
    report = execute.run(plan.load(path, root, today=datetime.now(UTC).date()), root)
    if report.published:
        leave_page(root)
    bad = [result for result in report.results if not result.good]
    if not bad:
        return report.published or report.waiting, report.note
    vi = "; ".join(f"{one.name} ({one.state}): {one.reason.vi}" for one in bad)
    en = "; ".join(f"{one.name} ({one.state}): {one.reason.en}" for one in bad)
    return False, Text(f"{vi} {report.note.vi}", f"{en} {report.note.en}")


def leave_page(root: Path) -> None:
    """Write the pages of what is shown now as files beside the runs, and say where."""
    from forecast.publish.leaders import page
    from forecast.publish.register import page as register

    path = page.leave_static(root)
    register.leave_static(root)
    if path:
        print(f"Trang trong một tệp, mở được không cần mạng / the page as one file: {path.relative_to(root)}")


def _signed(content: dict[str, Any]) -> int:
    from forecast.runs.publication import pointer
    from forecast.runs.upkeep.status import local_time, signature

    state, signed = pointer.STATES[content["state"]], signature(content)
    print(f"{content['plan']}: {state.vi} / {state.en}; {signed.vi} / {signed.en}")
    print(f"  {len(content['runs'])} lượt chạy / runs; {local_time(content['published_at'])}")
    return OK


def _pair(text: str) -> tuple[str, list[str]]:
    key, found, value = text.partition("=")
    values = [part.strip() for part in value.split(",") if part.strip()]
    if not found or not values:
        raise ForecastError(f"--set {text}: cần dạng tham_số=giá_trị,giá_trị.", f"--set {text}: parameter=value,value is needed.")
    return key.strip(), values


def _common(all_of: list[Any]) -> dict[str, Any]:
    """The parameters that every run has alike."""
    if len(all_of) < 2:
        return {}
    return {key: value for key, value in all_of[0].items() if all(one.get(key) == value for one in all_of)}


def _stamp() -> str:
    from forecast.runs.records import manifest

    return manifest.stamp(datetime.now(UTC).timestamp())


def _root() -> Path:
    from forecast.files import find_root

    return find_root()
