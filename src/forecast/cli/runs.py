"""The words about plans, their runs and what is shown: plan, run, verify, status, review, publish, rollback, ledger, serve."""

from __future__ import annotations

import csv
import json
import sys
from collections.abc import Mapping, Sequence
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import click

from forecast.cli import people
from forecast.cli.options import AS_OF, FAILED, OK, PLAN, PLAN_FILE, PORT, Command, Group, both, tell_problems
from forecast.errors import ForecastError
from forecast.files import find_root
from forecast.publish import words
from forecast.runs import folders
from forecast.runs.execution import execute, fanout, progress
from forecast.runs.execution.executors import Result
from forecast.runs.plans import compose, shape
from forecast.runs.plans.plan import Plan, load
from forecast.runs.processes import owned
from forecast.runs.publication import pointer, signoff
from forecast.runs.records import manifest
from forecast.runs.upkeep import status as standing

plan = Group("plan")
BY = click.option("--by", required=True, metavar="TÊN", help="họ tên người ký; nơi có đăng nhập: tên đăng nhập / the signer's name, or login")


@plan.command(help="các lượt chạy và thời gian / the runs and how long they take")
@PLAN_FILE
@AS_OF
@click.option("--workers", type=int, default=2, metavar="N")
def show(path: Path, as_of: str | None, workers: int) -> int:
    """List the runs of a plan, what is already there, and how long the rest may take."""
    chosen = load(path, find_root(), today=datetime.now(UTC).date(), as_of=as_of)
    rows, left = execute.outlook(chosen, find_root(), workers)
    common = _common([run.parameters for run, _, _ in rows])
    print(f"{chosen.name}: {both(chosen.title)}")
    print("  " + ", ".join(f"{key} = {value}" for key, value in common.items()))
    for run, why, seconds in rows:
        own = ", ".join(f"{key} = {value}" for key, value in run.parameters.items() if key not in common)
        state = "đã có / there" if why is None else f"khoảng {seconds:.0f} s; {both(why)}"
        print(f"  {run.name}: {run.notebook}; {own or '-'}; {state}")
    for rule in chosen.rules:
        print(f"Lịch / schedule: {rule.text}")
    waiting = sum(why is not None for _, why, _ in rows)
    after = f"; {progress.left_text(left)}" if waiting else ""
    print(f"{len(rows)} lượt chạy, {waiting} phải chạy / {len(rows)} runs, {waiting} to do{after}")
    return OK


@plan.command(help="tạo kế hoạch; không có tên thì hỏi từng mục / make one; asks when no name is given")
@click.argument("name", required=False, metavar="TÊN")
@click.option("--title", default="")
@click.option("--notebook", "notebooks", multiple=True, metavar="NOTEBOOK")
@click.option("--set", "chosen", multiple=True, metavar="KEY=V1,V2", help="nhiều giá trị thành lưới / several make a grid")
@click.option("--schedule", multiple=True, metavar="RULE", help="'ngày 6 hằng tháng 06:00'")
def new(name: str | None, chosen: Sequence[str], **flags: Any) -> int:
    """Write a plan from flags, or from a form where none are given."""
    if name is not None:
        answers = {"name": name, **flags, "title": flags["title"] or name, "chosen": dict(map(_pair, chosen))}
    elif sys.stdin.isatty():
        answers = compose.ask(input)
    else:
        raise ForecastError(
            "Cần tên kế hoạch: forecast plan new TÊN --notebook ... (hoặc chạy trong cửa sổ lệnh để điền mẫu).",
            "A plan name is needed: forecast plan new NAME --notebook ... (or run it in a terminal for the form).",
        )
    written = compose.write(find_root(), answers["name"], compose.compose(**answers), today=datetime.now(UTC).date())
    print(f"Đã ghi {written.relative_to(find_root())} / written.\nXem: forecast plan show {written.relative_to(find_root())}")
    return OK


@plan.command(help="JSON Schema cho trình soạn thảo / for editors")
def schema() -> int:
    """Print the JSON Schema of a plan file, for editors."""
    print(json.dumps(shape.json_schema(), ensure_ascii=False, indent=1))
    return OK


def _pair(text: str) -> tuple[str, list[str]]:
    key, _, value = text.partition("=")
    values = [part.strip() for part in value.split(",") if part.strip()]
    if not values:
        raise ForecastError(f"--set {text}: cần dạng tham_số=giá_trị,giá_trị.", f"--set {text}: parameter=value,value is needed.")
    return key.strip(), values


def _common(parameters: Sequence[Mapping[str, Any]]) -> dict[str, Any]:
    """The parameters that every run has alike."""
    if len(parameters) < 2:
        return {}
    return {key: value for key, value in parameters[0].items() if all(other.get(key) == value for other in parameters)}


def workers_of(text: str) -> dict[str, Any]:
    """Where runs happen, as execute.run takes it: a number of them at once here, or a cluster; ValueError for anything else."""
    try:
        if text.isdecimal() and 1 <= int(text) <= 16:
            return {"workers": int(text)}
        return {"executor": fanout.executor(fanout.parse(text))}
    except ForecastError as error:
        raise ValueError(both(error)) from None


@click.command(cls=Command)
@click.argument("paths", nargs=-1, required=True, type=Path, metavar="PLAN...")
@AS_OF
@click.option("--only", multiple=True, metavar="NAME", help="chỉ chạy các lượt này, không công bố / these runs only; not published")
@click.option("--workers", type=workers_of, default="2", metavar="N",
              help="số lượt chạy cùng lúc (2), hay cụm máy: local:N, dask://MÁY:CỔNG / runs at once (2), or a cluster")  # fmt: skip
@click.option("--no-publish", is_flag=True, help="không công bố / do not publish")
@click.option("--cold", is_flag=True, help="mỗi lượt tự nạp thư viện (chậm hơn) / every run imports for itself (slower)")
@owned.kept()
def run(paths: Sequence[Path], as_of: str | None, only: Sequence[str], workers: dict[str, Any], no_publish: bool, cold: bool) -> int:
    """Run plans one after the other, publish each when all of it is good (not with --as-of), and say each answer in one sentence.

    After the default plan others are told in one line each.
    """
    root, publish = find_root(), not no_publish and not only and as_of is None
    plans = [load(path, root, today=datetime.now(UTC).date(), as_of=as_of, only=list(only)) for path in paths]
    reports: list[execute.Report] = []
    try:
        for chosen in plans:
            reports.append(execute.run(chosen, root, publish=publish, use_warm=not cold, **workers))
            _tell_report(chosen, reports[-1], root, brief=chosen is not plans[0] and plans[0].name == pointer.DEFAULT)
    except execute.Interrupted as stopped:
        print("Đã dừng; không công bố gì thêm. / Stopped; nothing more was published.", file=sys.stderr)
        return 128 + stopped.number
    finally:  # what was published before a later plan was stopped or refused is what the pages show
        if any(report.published for report in reports):
            leave_page(root)
    if any(report.published and chosen.name == pointer.DEFAULT for chosen, report in zip(plans, reports, strict=True)):
        print("Mở trang cho lãnh đạo / open the leadership page: make serve")
    good = all(report.good and (report.published or report.waiting or not publish) for report in reports)
    return OK if good else FAILED


def _tell_report(chosen: Plan, report: execute.Report, root: Path, brief: bool) -> None:
    """How a plan ended: each answer, or in brief those runs that are not good; what readers see now."""
    for result in report.results:
        if not brief or not result.good:
            _tell(result, root)
    print(f"{chosen.name}: {both(report.note)}" if brief else f"\n{both(report.note)}", flush=True)
    if report.waiting:
        tell_changes(root, chosen.name, "waiting")


def _tell(result: Result, root: Path) -> None:
    """One run in one sentence and where its report is."""
    if result.state == "succeeded":
        text = _headline(result.folder)
    elif result.state == "refused":
        text = f"Chưa thể dự báo một cách trung thực: {result.reason.vi} / No honest forecast can be given: {result.reason.en}"
    else:
        text = f"HỎNG / FAILED ({result.state}): {result.reason.vi} | {result.reason.en}"
    where = result.folder / "report.html" if result.good else result.folder
    print(f"\n{result.name}: {text}\n  {where.relative_to(root) if where.is_relative_to(root) else where}")


def _headline(folder: Path) -> str:
    """The answer of a finished run in one Vietnamese sentence."""
    summary, verdicts = folder / "summary.json", folder / "verdicts.csv"
    content = json.loads(summary.read_text(encoding="utf-8")) if summary.exists() else {}
    if "median" not in content or not verdicts.exists():
        return "xong / done."
    with verdicts.open(encoding="utf-8", newline="") as stream:
        return words.headline(content, list(csv.DictReader(stream))).vi


@click.command(cls=Command)
@click.argument("runs", nargs=-1, metavar="[RUN]...")
def verify(runs: Sequence[str]) -> int:
    """Recompute every hash of the named runs (default: all stored runs and the publications)."""
    root = find_root()
    out = folders.out_folder(root)
    stored = sorted(path.name for path in out.glob("*-*") if path.is_dir() and not path.name.startswith("."))
    names = [Path(name).name for name in runs] or stored
    problems: list[Any] = [problem for name in names for problem in manifest.verify(out / name)]
    for plan in [] if runs else pointer.plans(root):
        try:
            pointer.read(root, plan)
        except ForecastError as error:
            problems.append(error)
    tell_problems(problems)
    print(f"{len(names)} lượt chạy, {len(problems)} sai lệch / {len(names)} runs, {len(problems)} differences")
    return FAILED if problems else OK


@click.command(cls=Command)
@PLAN
def status(plan: str) -> int:
    """Print what is shown, what runs, what failed and what to do, what comes next; 1 when something failed."""
    root = find_root()
    if plan != pointer.DEFAULT or not standing.at_work(root):
        pointer.peek(root, plan)
    print("\n".join(standing.lines(root, datetime.now(UTC), plan)))
    return FAILED if standing.failures(root) or standing.damage(root) else OK


@click.command(cls=Command)
@BY
@PLAN
def review(by: str, plan: str) -> int:
    """Sign that the draft was checked; what differs from what is shown is printed first."""
    tell_changes(find_root(), plan, "waiting" if pointer.waiting(find_root(), plan) else "shown")
    name, login = people.signer(by, "review")
    return _signed(signoff.review(find_root(), plan, name, stamp(), login))


@click.command(cls=Command)
@click.option("--by", metavar="TÊN", help="họ tên người công bố / the publisher's name")
@PLAN
@click.option("--static", type=Path, metavar="DIR")
def publish(by: str | None, plan: str, static: Path | None) -> int:
    """Show the reviewed set as published (--by), or write the page as a folder of files (--static)."""
    root = find_root()
    if static is None and by is None:
        raise ForecastError(
            "Cần --by TÊN (công bố bản đã thẩm định) hoặc --static THƯ_MỤC (ghi trang tĩnh).",
            "--by NAME (publish what was reviewed) or --static DIR (write the page) is needed.",
        )
    if by is not None:
        name, login = people.signer(by, "publish")
        _signed(signoff.publish(root, plan, name, stamp(), login))
        leave_page(root)
        _send(root)
    if static is not None:
        from forecast.publish.leaders import page
        from forecast.publish.register import page as register

        board = page.write_static(root, static)
        print(board, register.write_static(root, static), sep="\n")
        _lay_papers(root, board)
    return OK


def _lay_papers(root: Path, board: Path) -> None:
    """The papers beside a page that is carried; where none can be made, why, and the page stays as it is."""
    from forecast.publish.papers import delivery

    try:
        print(*delivery.lay_beside(root, board), sep="\n")
    except ForecastError as error:
        print(error.vi, error.en, sep="\n", file=sys.stderr)


@click.command(cls=Command)
@BY
@PLAN
def rollback(by: str, plan: str) -> int:
    """Show again what was shown before."""
    name, login = people.signer(by, "publish")
    _signed(signoff.rollback(find_root(), plan, name, stamp(), login))
    leave_page(find_root())
    return OK


@click.command(cls=Command)
@click.option("--verify", is_flag=True, help="tính lại chuỗi mã băm / recompute the chain of hashes")
@click.option("--head", metavar="MÃ", help="mã dòng cuối in trên giấy: còn trong sổ không / the last line's code on a paper: is it still there")
def ledger(verify: bool, head: str | None) -> int:
    """Print every published forecast beside what came of it, or recompute the chain of hashes; 1 when it is broken."""
    from forecast import evidence
    from forecast.evaluation import ledger_scores
    from forecast.ledger import read
    from forecast.runs.publication import ledger

    root = find_root()
    problems = ledger.problems(root)
    tell_problems(problems)
    rows = read(ledger.read(root))
    if head is not None:
        since = ledger.after(root, head)
        print(both(words.ledger_head(since)))
        return FAILED if problems or since is None else OK
    if verify:
        print(f"{len(rows)} dòng, {len(problems)} sai lệch / {len(rows)} lines, {len(problems)} differences")
    else:
        print(*words.ledger_lines(ledger_scores.scored(rows, evidence.load(root / "data"))), sep="\n")
    return FAILED if problems else OK


@click.command(cls=Command)
@PORT
@click.option("--audit", is_flag=True, help="tự thử mọi kiểu tấn công đã biết trước khi mở cửa / try every known attack first")
def serve(port: int | None, audit: bool) -> int:
    """Serve the leadership page on this machine until stopped."""
    from forecast.publish.serving import environment

    environment.start_again(sys.argv[1:])
    from forecast.publish.serving.serve import serve as serve_page

    serve_page(find_root(), port, audit=audit)
    return OK


@click.command(cls=Command)
@PLAN
def changes(plan: str) -> int:
    """Print what differs: the waiting draft against what is shown, what is shown against the set before it."""
    for which in ("waiting", "shown"):
        tell_changes(find_root(), plan, which)
    return OK


def _send(root: Path) -> None:
    """Send the papers of what was just published; a refusal is said and undoes nothing."""
    from forecast.cli import papers

    try:
        print(both(papers.send(root)))
    except ForecastError as problem:
        print(problem.vi, problem.en, sep="\n", file=sys.stderr)


def tell_changes(root: Path, plan: str, which: str) -> None:
    """Print what changed each answer, where there is something to compare with."""
    from forecast.publish.exhibits import changes as exhibits
    from forecast.runs.publication import changes

    changes.prepare(root, plan)
    if compared := changes.read(root, plan, which):
        exhibit = exhibits.changes(compared[1], compared[0], which)
        print("\n" + exhibit.sentence.vi, *(f"  {row[0].vi}\n    {row[1].vi}" for row in exhibit.rows), sep="\n")


def leave_page(root: Path) -> None:
    """Write the pages of what is shown now as files beside the runs, and say where."""
    from forecast.publish import static

    path = static.leave_pages(root)
    if path:
        print(f"Trang trong một tệp, mở được không cần mạng / the page as one file: {path.relative_to(root)}")


def stamp() -> str:
    """The present moment as records write it."""
    return manifest.stamp(datetime.now(UTC).timestamp())


def _signed(publication: Mapping[str, Any]) -> int:
    print(f"{publication['plan']}: {both(pointer.STATES[publication['state']])}; {both(standing.signature(publication))}")
    print(f"  {len(publication['runs'])} lượt chạy / runs; {standing.local_time(publication['published_at'])}")
    return OK
