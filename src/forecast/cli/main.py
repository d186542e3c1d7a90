"""The command `forecast`: one thin function for each word; what takes long to import is imported where it is used."""

from __future__ import annotations

import argparse
import os
import sys
from collections.abc import Sequence
from datetime import UTC, date, datetime
from pathlib import Path

from forecast.cli import runs, scenarios
from forecast.errors import ForecastError

OK, FAILED, REFUSED = 0, 1, 2


def main(arguments: Sequence[str] | None = None) -> int:
    """Run one command; 0 when all is well, 1 when something failed, 2 when it was refused, 128 + n after signal n."""
    if arguments is None:
        _require_utf8()
    _speak_utf8()
    options = _parser().parse_args(arguments)
    try:
        return options.function(options)
    except ForecastError as error:
        print(error.vi, error.en, sep="\n", file=sys.stderr)
        return REFUSED
    except KeyboardInterrupt:
        return 130
    except BrokenPipeError:
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        return FAILED
    except OSError as error:  # a full disk, a folder that went: said in one line, what was there before stays
        print(f"Hệ thống báo lỗi: {error}.", f"The system said: {error}.", sep="\n", file=sys.stderr)
        return FAILED


def check(options: argparse.Namespace) -> int:
    """Print every finding on the figures with its file and row; 1 when one of them is an error."""
    from forecast import evidence

    findings = evidence.check(_root() / "data")
    errors = [finding for finding in findings if finding.severity == "error"]
    for finding in errors if options.quiet else findings:
        print(f"[{finding.severity}] {finding.in_language('vi')}\n    {finding.in_language('en')}")
    if errors or not options.quiet:
        print(f"{len(findings)} phát hiện, {len(errors)} lỗi / {len(findings)} findings, {len(errors)} errors")
    return FAILED if errors else OK


def run(options: argparse.Namespace) -> int:
    """Run a plan, publish it when all of it is good, and say each answer in one sentence."""
    from forecast.runs.execution import execute, fanout
    from forecast.runs.plans import plan

    root = _root()
    here = isinstance(options.workers, int)
    where = {"workers": options.workers} if here else {"executor": fanout.executor(options.workers)}
    chosen = plan.load(options.plan, root, today=datetime.now(UTC).date(), as_of=options.as_of, only=options.only)
    publish = not options.no_publish and not options.only and options.as_of is None
    try:
        report = execute.run(chosen, root, publish=publish, use_warm=not options.cold, **where)
    except execute.Interrupted as stopped:
        print("Đã dừng; không công bố gì. / Stopped; nothing was published.", file=sys.stderr)
        return 128 + stopped.number
    for result in report.results:
        _tell(result, root)
    print(f"\n{report.note.vi} / {report.note.en}")
    if report.published:
        runs.leave_page(root)
    if report.published and chosen.name == "default":
        print("Mở trang cho lãnh đạo / open the leadership page: make serve")
    return OK if report.good and (report.published or report.waiting or not publish) else FAILED


def verify(options: argparse.Namespace) -> int:
    """Recompute every hash of the named runs (default: all stored runs and the publications)."""
    from forecast.runs import folders
    from forecast.runs.publication import pointer
    from forecast.runs.records import manifest

    root = _root()
    out = folders.out_folder(root)
    stored = sorted(path.name for path in out.glob("*-*") if path.is_dir() and not path.name.startswith("."))
    named = [Path(name).name for name in options.runs] or stored
    problems = [problem for name in named for problem in manifest.verify(out / name)]
    for plan in [] if options.runs else pointer.plans(root):
        try:
            pointer.read(root, plan)
        except ForecastError as error:
            problems.append(error)
    for problem in problems:
        print(f"{problem.vi}\n    {problem.en}")
    print(f"{len(named)} lượt chạy, {len(problems)} sai lệch / {len(named)} runs, {len(problems)} differences")
    return FAILED if problems else OK


def ledger(options: argparse.Namespace) -> int:
    """Print every published forecast beside what came of it, or recompute the chain of hashes; 1 when it is broken."""
    from forecast import evidence
    from forecast.evaluation import ledger_scores as book
    from forecast.publish import words
    from forecast.runs.publication import ledger

    root = _root()
    problems = ledger.problems(root)
    for problem in problems:
        print(f"{problem.vi}\n    {problem.en}")
    rows = book.read(ledger.read(root))
    if options.verify:
        print(f"{len(rows)} dòng, {len(problems)} sai lệch / {len(rows)} lines, {len(problems)} differences")
        return FAILED if problems else OK
    table = book.scored(rows, evidence.load(root / "data"))
    for line in words.ledger_lines(table):
        print(line)
    return FAILED if problems else OK


def serve(options: argparse.Namespace) -> int:
    """Serve the leadership page on this machine until stopped."""
    from forecast.publish.serving.serve import serve as serve_page

    serve_page(_root(), options.port)
    return OK


def series(options: argparse.Namespace) -> int:
    """Print a series indicator/measure/territory with the status, date and source of every figure."""
    from forecast import evidence
    from forecast.domain import Key

    parts = options.key.split("/")
    if len(parts) != 3:
        raise ForecastError(
            f"'{options.key}': cần dạng chỉ_tiêu/nguồn_đo/địa_bàn.",
            f"'{options.key}': indicator/measure/territory is needed.",
        )
    found = evidence.load(_root() / "data").series(Key(*parts), as_of=options.as_of, kind=options.kind)
    print(f"{found.key} ({options.kind}, {found.unit}), as of {found.as_of}")
    for point in found.points:
        print(
            f"{point.period}\t{point.value:g}\t{point.status}\t{point.bound}\t{point.vintage}\t{point.source}\t{point.locator}"
        )
    if not found.points:
        print("Chưa có số liệu nào. / No figure is known.")
    return OK


def version(_options: argparse.Namespace) -> int:
    """Print the version of the kit."""
    from forecast import __version__

    print(__version__)
    return OK


def _tell(result, root: Path) -> None:
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
    import csv
    import json

    verdicts = folder / "verdicts.csv"
    summary = (
        json.loads((folder / "summary.json").read_text(encoding="utf-8")) if (folder / "summary.json").exists() else {}
    )
    if "median" not in summary or not verdicts.exists():
        return "xong / done."
    from forecast.publish import words

    with verdicts.open(encoding="utf-8", newline="") as stream:
        return words.headline(summary, list(csv.DictReader(stream)), "vi")


def _root() -> Path:
    from forecast.files import find_root

    return find_root()


def _require_utf8() -> None:
    """Start again in UTF-8 mode where the locale would garble the names of folders and files (A40)."""
    if sys.getfilesystemencoding().lower() != "utf-8":
        os.environ["PYTHONUTF8"] = "1"
        os.execv(sys.executable, [sys.executable, "-X", "utf8", "-m", "forecast", *sys.argv[1:]])


def _speak_utf8() -> None:
    """Write UTF-8 whatever the machine's locale (A40)."""
    for stream in (sys.stdout, sys.stderr):
        if hasattr(stream, "reconfigure"):
            stream.reconfigure(encoding="utf-8", errors="backslashreplace")


def _date(text: str) -> date:
    try:
        return date.fromisoformat(text)
    except ValueError:
        raise argparse.ArgumentTypeError(
            f"'{text}': cần ngày dạng 2023-06-30 / a date such as 2023-06-30 is needed"
        ) from None


def _workers(text: str):
    """A number of runs at once, or a cluster (fanout.Cluster)."""
    from forecast.runs.execution import fanout

    try:
        return int(text) if text.isdecimal() and 1 <= int(text) <= 16 else fanout.parse(text)
    except ForecastError as error:
        raise argparse.ArgumentTypeError(f"{error.vi} / {error.en}") from None


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(
        prog="forecast", description="Bộ công cụ dự báo Hưng Yên / the Hưng Yên forecasting kit"
    )
    commands = parser.add_subparsers(
        required=True,
        metavar="check | plan | run | verify | status | review | publish | rollback | ledger | schedule | serve | series | "
        "scenario | open | solve | golden | doctor | backup | restore | version",
    )

    def command(function, text: str, name: str = "") -> argparse.ArgumentParser:
        added = commands.add_parser(name or function.__name__, help=text, description=text)
        added.set_defaults(function=function)
        return added

    command(check, "kiểm tra số liệu / check the figures").add_argument(
        "--quiet", action="store_true", help="chỉ in lỗi / errors only"
    )
    one = command(run, "chạy một kế hoạch / run a plan")
    one.add_argument("plan", type=Path, metavar="PLAN")
    one.add_argument(
        "--as-of",
        metavar="DATE",
        help="chỉ dùng số liệu đến ngày này, không công bố / figures known then; not published",
    )
    one.add_argument(
        "--only",
        nargs="+",
        default=[],
        metavar="NAME",
        help="chỉ chạy các lượt này, không công bố / these runs only; not published",
    )
    one.add_argument(
        "--workers",
        type=_workers,
        default=2,
        metavar="N",
        help="số lượt chạy cùng lúc (2), hay cụm máy: local:N, dask://MÁY:CỔNG / runs at once (2), or a cluster",
    )
    one.add_argument("--no-publish", action="store_true", help="không công bố / do not publish")
    one.add_argument(
        "--cold",
        action="store_true",
        help="mỗi lượt tự nạp thư viện (chậm hơn) / every run imports for itself (slower)",
    )
    command(verify, "tính lại mọi mã băm / recompute every hash").add_argument("runs", nargs="*", metavar="RUN")
    command(ledger, "mọi dự báo đã công bố và kết quả / every published forecast and what came of it").add_argument(
        "--verify", action="store_true", help="tính lại chuỗi mã băm / recompute the chain of hashes"
    )
    runs.add(commands)
    command(serve, "mở trang cho lãnh đạo / serve the leadership page").add_argument("--port", type=int, default=8866)
    shown = command(series, "in một chuỗi số liệu / print a series")
    shown.add_argument("key", metavar="INDICATOR/MEASURE/TERRITORY")
    shown.add_argument("--as-of", type=_date, metavar="DATE")
    shown.add_argument("--kind", choices=("level", "growth"), default="level")
    scenarios.add(command)
    command(version, "phiên bản / version")
    return parser


if __name__ == "__main__":
    raise SystemExit(main())
