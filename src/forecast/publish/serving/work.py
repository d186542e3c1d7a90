"""Bảng việc as a page for those with a role: how things stand, figures in, run, review, publish, go back; no kernel behind it.

Each step is a form that carries the visitor's login; whether a role allows it is asked again when it comes in.
"""

from __future__ import annotations

import asyncio
import os
import re
import subprocess
import sys
import threading
from collections import deque
from dataclasses import dataclass, field
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from tornado import httputil, web

from forecast import evidence
from forecast.domain import Text
from forecast.errors import ForecastError
from forecast.evidence import intake
from forecast.people import ACTIONS, NAMES, Person
from forecast.publish import shell, static, templating
from forecast.publish.exhibits import changes as changed
from forecast.publish.notebooks import intake as shown_as
from forecast.publish.notebooks import labels
from forecast.publish.serving import environment
from forecast.publish.serving.handlers import OurHandler
from forecast.publish.serving.login import require
from forecast.runs import folders
from forecast.runs.plans import rules
from forecast.runs.processes import pictures
from forecast.runs.publication import changes, pointer, signoff
from forecast.runs.records import manifest
from forecast.runs.upkeep import notice, schedule, status

RUN_ID = re.compile(r"[a-z][a-z0-9_]*-[0-9a-f]{12}\Z")
STEPS = {"review": signoff.review, "publish": signoff.publish, "rollback": signoff.rollback}
RIGHTS = {"review": "review", "publish": "publish", "rollback": "publish", "run": "run", "look": "take_in", "take": "take_in", "undo": "take_in"}
UPLOAD_SECONDS = 120.0
MOST_HELD = 8  # files looked at and not yet taken in
REPORT_POLICY = "sandbox; default-src 'none'; style-src 'unsafe-inline'; img-src data:; frame-ancestors 'self'"
_at_work = asyncio.Lock()  # one step at a time


@dataclass
class Desk:
    """What the page holds between two requests: the run it started, its lines, and files looked at, by login."""

    process: subprocess.Popen | None = None
    lines: deque[str] = field(default_factory=lambda: deque(maxlen=12))
    files: dict[str, tuple[str, bytes]] = field(default_factory=dict)

    def running(self) -> bool:
        return self.process is not None and self.process.poll() is None

    def start(self, root: Path, plan: str) -> None:
        """Run a plan in a process of its own; ForecastError while one is running."""
        if self.running():
            raise ForecastError("Đang có một lượt chạy; hãy đợi nó xong.", "A run is going on; wait for it to end.")
        self.lines.clear()
        path = folders.plans_folder(root) / f"{plan}.yml"
        command = [sys.executable, "-P", "-X", "utf8", "-m", "forecast", "run", str(path)]
        self.process = subprocess.Popen(
            command, cwd=root, stdin=subprocess.DEVNULL, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, encoding="utf-8",
            env=environment.of_kernel(environment.cleaned(_without_drawing())), start_new_session=True,
        )  # fmt: skip
        threading.Thread(target=self._follow, args=(self.process,), daemon=True).start()

    def _follow(self, process: subprocess.Popen) -> None:
        with process:
            self.lines.extend(line.rstrip()[:300] for line in process.stdout or ())

    def hold(self, login: str, name: str, content: bytes) -> None:
        """Keep a file until it is taken in or another comes."""
        self.files.pop(login, None)
        while len(self.files) >= MOST_HELD:
            del self.files[next(iter(self.files))]
        self.files[login] = (name, content)


class WorkHandler(OurHandler):
    """The page, and what its forms ask."""

    root: Path
    desk: Desk

    def initialize(self, root: Path, desk: Desk) -> None:
        self.root, self.desk = root, desk

    async def prepare(self, **options: Any) -> None:
        await super().prepare(**options)
        if not self._finished:
            require(self, "work")

    @web.authenticated
    async def get(self) -> None:
        await self.show()

    @web.authenticated
    async def post(self) -> None:
        await self.take_step()

    async def take_step(self) -> None:
        """What a form asks, where the visitor's role allows it."""
        step = self.get_body_argument("step", "")
        if step not in RIGHTS:
            raise web.HTTPError(400)
        require(self, RIGHTS[step])
        if step not in ("look", "run") and self.get_body_argument("sure", "") != "yes":
            await self.show(Text("Hãy đánh dấu ô “Tôi chắc chắn” trước.", "Tick “I am sure” first."), False)
            return
        try:
            async with _at_work:
                told = await asyncio.to_thread(self.act, step)
        except ForecastError as problem:
            await self.show(Text(problem.vi, problem.en), False)
            return
        await self.show(told)

    def act(self, step: str) -> Text:
        """Do a step for whoever is logged in; ForecastError says why not."""
        person: Person = self.current_user.person
        today, data, who = datetime.now(rules.HERE).date(), self.root / "data", f"{person.name} ({person.login})"
        if step == "run":
            self.desk.start(self.root, pointer.DEFAULT)
            return Text("Đã bắt đầu chạy; trang tự cập nhật.", "The run has begun; the page follows it.")
        if step in STEPS:
            at = manifest.stamp(datetime.now(UTC).timestamp())
            content = STEPS[step](self.root, pointer.DEFAULT, person.name, at, person.login)
            if step != "review" and not static.leave_pages(self.root):
                raise ForecastError("Đã ký, nhưng chưa vẽ lại được trang trong tệp.", "Signed, but the page's files could not be drawn.")
            return pointer.STATES[content["state"]] + ". " + status.signature(content)
        reason = self.get_body_argument("reason", "")[:500]
        if step == "undo":
            intake.undo(self.get_body_argument("source", "")[:80], data, who=who, reason=reason, on=today)
            return Text("Đã hoàn lại; số cũ dùng lại như trước.", "Undone; the old numbers hold again.")
        if step == "look":
            name, given = _uploaded(self)
            _looked_at(name, given, evidence.load(data))
            self.desk.hold(person.login, name, given)
            return Text("Đã đọc tệp. Chưa ghi gì.", "Read. Nothing is written yet.")
        name, given = self.desk.files.get(person.login) or _nothing_held()
        shown = _looked_at(name, given, evidence.load(data))
        source = intake.take(shown, given, data, who=who, reason=reason, on=today)
        self.desk.files.pop(person.login, None)
        return Text(f"Đã nhập, nguồn {source}.", f"Taken in as {source}.")

    async def show(self, told: Text | None = None, good: bool = True) -> None:
        """The page as things stand now, with what came of the last step."""
        person: Person = self.current_user.person
        facts = await asyncio.to_thread(standing, self.root, self.desk, person)
        body = templating.render(
            "shared/work.html.j2", told=told, good=good, base=self.base_url, xsrf=self.xsrf_token.decode(), person=person,
            may={step: person.may(right) for step, right in RIGHTS.items()}, roles=[NAMES[role] for role in person.roles], **facts,
        )  # fmt: skip
        self.set_header("Cache-Control", "no-store")
        if facts["running"]:
            self.set_header("Refresh", f"3; url={self.base_url}bang_viec")
        self.finish(shell.document(body, "vi"))


@web.stream_request_body
class UploadHandler(WorkHandler):
    """A file of figures: the one form whose body may be larger, once it is known who sends it."""

    async def prepare(self, **options: Any) -> None:
        self.pieces = bytearray()
        await super().prepare(**options)
        if not self._finished:
            require(self, "take_in")
            connection: Any = self.request.connection
            connection.set_max_body_size(self.settings["voila"].told.limits.upload_mb * 2**20)
            connection.set_body_timeout(UPLOAD_SECONDS)

    def data_received(self, chunk: bytes) -> None:
        self.pieces += chunk

    @web.authenticated
    async def post(self) -> None:
        kind = self.request.headers.get("Content-Type", "")
        httputil.parse_body_arguments(kind, bytes(self.pieces), self.request.body_arguments, self.request.files)
        self.pieces.clear()
        await self.take_step()


class ReportHandler(OurHandler):
    """The report of a run that is shown or waits, in a page that runs no script."""

    def initialize(self, root: Path) -> None:
        self.root = root

    @web.authenticated
    async def get(self) -> None:
        require(self, "work")
        name = self.get_query_argument("run", "")
        path = folders.out_folder(self.root) / name / "report.html"
        if not RUN_ID.match(name) or not await asyncio.to_thread(path.is_file):
            raise web.HTTPError(404)
        self.set_header("Content-Security-Policy", REPORT_POLICY)
        self.finish(await asyncio.to_thread(path.read_bytes))


def entries(top: str, root: Path) -> list[tuple[str, Any, dict[str, Any]]]:
    """The addresses of the page below the server's path."""
    desk = Desk()
    return [
        (f"{top}/bang_viec", WorkHandler, {"root": root, "desk": desk}),
        (f"{top}/bang_viec/tep", UploadHandler, {"root": root, "desk": desk}),
        (f"{top}/bang_viec/bao_cao", ReportHandler, {"root": root}),
    ]


def standing(root: Path, desk: Desk, person: Person) -> dict[str, Any]:
    """How things stand, in texts: what is shown and waits, what changed, failed, is at work, comes next; the file looked at."""
    shown, now = status.shown(root), datetime.now(UTC)
    compared, waiting = None, pointer.waiting(root, pointer.DEFAULT) if not shown.problem else None
    if shown.waiting:
        changes.prepare(root)
        compared = changes.read(root, pointer.DEFAULT, "waiting")
    runs = [(labels.run(root, run), run["run_id"]) for run in (waiting["runs"] if waiting else shown.runs)]
    return {
        "shown": shown,
        "at": status.local_time(shown.at) if shown.at else "",
        "waits": waiting and pointer.STATES[waiting["state"]],
        "waits_signed": status.signature(waiting) if waiting else Text("", ""),
        "changes": changed.changes(compared[1], compared[0], "waiting") if compared else None,
        "runs": runs,
        "failures": [(f"{run.name}", status.STATES[run.state], status.local_time(run.at), run.reason, run.to_do) for run in status.failures(root)],
        "busy": [(name, status.STATES[state]) for _, name, state in status.at_work(root)],
        "notices": [(status.local_time(given["at"]), Text(given["vi"], given["en"])) for given in notice.read(root)[:3]],
        "upcoming": [(name, rule.text, status.next_time(following)) for name, rule, following, _ in schedule.upcoming(root, now)],
        "running": desk.running(),
        "lines": list(desk.lines),
        "actions": ACTIONS,
        **_figures(root, desk, person),
    }


def _figures(root: Path, desk: Desk, person: Person) -> dict[str, Any]:
    """The file this person looked at, as a preview, and what was taken in and can be undone."""
    empty: dict[str, Any] = {"preview": None, "rows": [], "head": shown_as.HEAD, "taken": [], "takeable": False}
    if not person.may("take_in"):
        return empty
    store = evidence.load(root / "data")
    taken = [(title, source) for source, title, undone in intake.taken(store) if not undone]
    if person.login not in desk.files:
        return empty | {"taken": taken}
    name, content = desk.files[person.login]
    try:
        shown = _looked_at(name, content, store)
    except ForecastError as problem:
        return empty | {"taken": taken, "preview": [Text(problem.vi, problem.en)]}
    told = [*shown_as.sentences(shown), *shown_as.doubts(shown)]
    return empty | {"taken": taken, "preview": told, "rows": shown_as.rows(shown, store), "takeable": not shown.problems}


def _looked_at(name: str, content: bytes, store: evidence.Evidence) -> intake.Preview:
    """The preview of a file of the day; ForecastError for one no reader understands."""
    try:
        return intake.preview(content, name, store, on=datetime.now(rules.HERE).date())
    except ForecastError:
        raise
    except Exception as error:  # what a reader of files was never meant to meet
        shell.LOG.exception("a file could not be looked at")
        raise ForecastError(
            f"Không đọc được tệp {name}: không phải bảng số liệu mà bộ công cụ biết.", f"{name} cannot be read as a table of figures."
        ) from error


def _uploaded(handler: web.RequestHandler) -> tuple[str, bytes]:
    """The name and bytes of the file of a form."""
    files = handler.request.files.get("file", [])
    if len(files) != 1 or not files[0]["body"]:
        raise ForecastError("Hãy chọn một tệp rồi bấm Xem trước.", "Choose a file, then press preview.")
    name = Path(str(files[0]["filename"]).replace("\\", "/")).name
    return "".join(letter for letter in name if letter.isprintable())[:120] or "tep", bytes(files[0]["body"])


def _nothing_held() -> tuple[str, bytes]:
    raise ForecastError("Hãy chọn tệp và xem trước đã.", "Choose a file and look at it first.")


def _without_drawing() -> dict[str, str]:
    """The server's environment without what only its own kernels use."""
    return {name: text for name, text in os.environ.items() if name not in (pictures.SOCKET, shell.FOLDER_VARIABLE)}
