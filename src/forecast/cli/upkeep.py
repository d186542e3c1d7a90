"""The words about the machine: schedule, doctor, init, backup, restore."""

from __future__ import annotations

import contextlib
import os
import shlex
import sys
from datetime import UTC, datetime
from pathlib import Path

import click

from forecast import evidence, headline, installation
from forecast.cli.options import FAILED, OK, PORT, Command, Group, both, tell_problems
from forecast.cli.runs import leave_page, stamp
from forecast.domain import Text
from forecast.errors import ForecastError
from forecast.files import find_root
from forecast.runs.execution import execute
from forecast.runs.plans.plan import load
from forecast.runs.upkeep import backup as backups
from forecast.runs.upkeep import doctor as examining
from forecast.runs.upkeep import project, timers
from forecast.runs.upkeep import prune as pruning
from forecast.runs.upkeep import schedule as planned
from forecast.runs.upkeep.status import local_time, next_time

schedule = Group("schedule")
KIND = click.option("--kind", type=click.Choice(timers.KINDS), help="mặc định: thứ máy này có / what is there")
FILE = click.argument("file", type=Path, metavar="FILE.tar.gz")
MARKS = {"good": ("✓", "32"), "warning": ("!", "33"), "bad": ("✕", "31")}  # and their colours


@schedule.command(help="bật lịch trên máy này / let this machine run the plans")
@KIND
@click.pass_context
def install(ctx: click.Context, kind: str | None) -> int:
    """Let this machine run the plans by their rules."""
    root, now = find_root(), datetime.now(UTC)
    rules = [rule for _, plan in planned.plans(root, now)[0] for rule in plan.rules]
    if not rules:
        raise ForecastError(
            "Chưa kế hoạch nào có 'schedule:'; thêm ví dụ  schedule: [\"ngày 6 hằng tháng 06:00\"]",
            "No plan has a 'schedule:'; add for example  schedule: [\"ngày 6 hằng tháng 06:00\"]",
        )
    planned.begin(root, now)
    print(timers.install(root, rules, kind or timers.choose()))
    return ctx.invoke(list_rules)


@schedule.command("list", help="lịch của các kế hoạch / the plans' schedules")
def list_rules() -> int:
    """Print every rule, its next time and how the last one ended, and plans that cannot be read."""
    root, now = find_root(), datetime.now(UTC)
    rows, (_, refused) = planned.upcoming(root, now), planned.plans(root, now)
    for name, rule, following, last in rows:
        ended = f"{last['period']} {last['state']} {local_time(last['at'])}" if last.get("state") else "chưa / none yet"
        print(f"{name}: {rule.text}; lần tới / next: {next_time(following)}; lần trước / last: {ended}")
    for plan in refused:
        print(f"{plan.path.name}: {plan.reason.vi}\n{plan.reason.en}")
    if not rows and not refused:
        print("Chưa kế hoạch nào có lịch. / No plan has a schedule.")
    return FAILED if refused else OK


@schedule.command(help="tắt lịch / take the timer away")
@KIND
def remove(kind: str | None) -> int:
    """Take the timer away; plans and what is known of their last runs stay."""
    print(timers.remove(kind or timers.choose()))
    return OK


@schedule.command("run-due", help="chạy những gì đến hạn / run what is due")
def run_due() -> int:
    """Run what is due, once; 1 when a plan failed."""
    try:
        results = planned.run_due(find_root(), datetime.now(UTC), _run_scheduled)
    except execute.Interrupted as stopped:
        print("Đã dừng; lần gọi sau chạy tiếp phần còn lại. / Stopped; the next call goes on.", file=sys.stderr)
        return 128 + stopped.number
    for due, good, note in results:
        print(f"{stamp()} {due.name} ({due.rule.text}, {due.period}): {'xong' if good else 'HỎNG'}: {note.vi} | {note.en}")
    return OK if all(good for _, good, _ in results) else FAILED


def _run_scheduled(path: Path) -> tuple[bool, Text]:
    """Run a plan as `forecast run` does; whether all went well, and what to tell."""
    root = find_root()
    report = execute.run(load(path, root, today=datetime.now(UTC).date()), root)
    if report.published:
        leave_page(root)
    bad = [Text.same(f"{result.name} ({result.state}): ") + result.reason for result in report.results if not result.good]
    if not bad:
        return report.published or report.waiting, report.note
    return False, Text.joined(bad, "; ") + " " + report.note


@click.command(cls=Command)
@PORT
@click.option("--quick", is_flag=True, help="không thử kernel / start no kernel")
def doctor(port: int | None, quick: bool) -> int:
    """Print each check of this machine and each value of its installation; 1 when a check is red."""
    root = find_root()
    with contextlib.suppress(ForecastError):  # a finding below says what is wrong
        told = installation.read(root)
        port = port or told.serve.port
        print(f"{installation.NAME}:", *(f"  {name} = {both(shown)}  ({both(origin)})" for name, shown, origin in told.rows()), sep="\n")
    findings = examining.examine(root, port=port or examining.PORT, quick=quick)
    coloured = sys.stdout.isatty() and "NO_COLOR" not in os.environ
    for finding in findings:
        mark, colour = MARKS[finding.state]
        shown = f"\x1b[{colour}m{mark}\x1b[0m" if coloured else mark
        same = finding.text.vi == finding.text.en
        print(f"{shown} {finding.name}: {finding.text.vi}" + ("" if same else f"\n    {finding.text.en}"))
    bad = sum(finding.state == "bad" for finding in findings)
    print(f"{len(findings)} mục, {bad} phải sửa / {len(findings)} checks, {bad} to mend")
    return FAILED if bad else OK


@click.command(cls=Command)
@click.argument("folder", type=Path, metavar="DIR")
@click.option("--province", default="", metavar="NAME", help="tỉnh khác: tên hoặc mã / another province: name or id")
def init(folder: Path, province: str) -> int:
    """Lay out a new project; say what its check finds and what to do next. 1 when the check finds an error."""
    laid = project.lay_out(folder, province)
    findings = evidence.check(laid / "data")
    errors = [finding for finding in findings if finding.severity == "error"]
    tell_problems(finding.text for finding in errors)
    print(both(headline.ranked(laid)) + f": {laid}")
    print(f"forecast check: {len(errors)} lỗi, {len(findings) - len(errors)} điều cần biết / errors, notes")
    for step in ("forecast intake template", "forecast run parameterized_runs/plans/default.yml", "forecast serve"):
        print(f"  cd {shlex.quote(str(laid))} && {step}")
    return FAILED if errors else OK


@click.command(cls=Command)
@FILE
def backup(file: Path) -> int:
    """Write one file with figures, plans, runs, ledger and signatures."""
    written = backups.write(find_root(), file, stamp())
    print(f"{file}: {written['files']} tệp / files, {written['bytes'] / 1e6:.1f} MB")
    return OK


@click.command(cls=Command)
@FILE
@click.argument("folder", type=Path, metavar="DIR")
def restore(file: Path, folder: Path) -> int:
    """Unpack a backup into a new folder after checking every hash."""
    restored = backups.restore(file, folder)
    print(f"{folder}: {restored['files']} tệp, {restored['runs']} lượt chạy, mọi mã băm khớp / files, runs, every hash right")
    print(
        f"Bản sao lưu giữ số liệu và kết quả, không giữ mã chương trình: chép src/, Makefile, docs/ và tests/ của bộ công cụ vào "
        f"{folder} rồi chạy make run, hoặc đặt FORECAST_HOME={folder} cho bộ công cụ đang có.\n"
        f"The backup holds figures and results, not the program: lay the kit's src/, Makefile, docs/ and tests/ into "
        f"{folder} and make run, or set FORECAST_HOME={folder} for a kit that is there."
    )
    return OK


@click.command(cls=Command)
@click.option("--keep", type=click.IntRange(1, 10000), help="số lượt mới nhất của mỗi tên / newest runs of each name")
@click.option("--months", type=click.IntRange(1, 1200), help="giữ mọi lượt trẻ hơn / all younger ones stay")
@click.option("--yes", is_flag=True, help="xóa thật; không có thì chỉ liệt kê / remove; without it they are listed")
def prune(keep: int | None, months: int | None, yes: bool) -> int:
    """List the runs that may go (--yes: remove them); never one that is published, signed, in the ledger, or named by a saved scenario."""
    root, now = find_root(), datetime.now(UTC)
    told = installation.read(root).retention
    rule = (keep or told.keep, months or told.months, now)
    gone = pruning.remove(root, *rule) if yes else pruning.prunable(root, *rule)
    print(*(folder.relative_to(root) for folder in gone.folders), sep="\n")
    done = both(Text("đã xóa", "removed")) if yes else both(Text("có thể xóa, thêm --yes để xóa", "may go; --yes removes them"))
    print(f"{len(gone.folders)} thư mục / folders, {gone.size / 1e6:.1f} MB: {done}; {gone.kept} lượt ở lại / runs stay")
    return OK
