"""Bảng việc as a page for those with a role: how things stand, figures in, run, review, publish, go back; no kernel behind it.

Each step is a form that carries the visitor's login; whether a role allows it is asked again when it comes in.
"""

from __future__ import annotations

import asyncio
import os
import re
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from jupyter_server.base.handlers import JupyterHandler
from tornado import httputil, web

from forecast import evidence
from forecast.domain import Text, today
from forecast.errors import ForecastError
from forecast.evidence import intake
from forecast.installation import Installation
from forecast.people import NAMES, Person
from forecast.policy.outlooks.effects import changed_by
from forecast.publish import shell, static, templating
from forecast.publish.notebooks import intake as shown_as
from forecast.publish.notebooks import standing
from forecast.publish.papers import delivery
from forecast.publish.register import template
from forecast.publish.serving import desk as desks
from forecast.publish.serving import papers
from forecast.publish.serving.desk import Desk
from forecast.publish.serving.login import address_of, require
from forecast.runs import folders
from forecast.runs.publication import pointer, signoff
from forecast.runs.records import manifest
from forecast.runs.upkeep import notice, status

RUN_ID = re.compile(r"[a-z][a-z0-9_]*-[0-9a-f]{12}\Z")
STEPS = {"review": signoff.review, "publish": signoff.publish, "rollback": signoff.rollback}
RIGHTS = {"review": "review", "publish": "publish", "rollback": "publish", "deliver": "publish", "run": "run"}
RIGHTS |= {"code": "work"} | dict.fromkeys(("look", "one", "map", "take", "undo"), "take_in")
AT_ONCE = ("look", "one", "map", "run", "code")  # steps that ask for no tick: nothing shown changes by them
FIGURE = ("series", "place", "period", "value", "unit", "status", "document", "day")  # the fields of one figure
UPLOAD_SECONDS = 120.0
REPORT_POLICY = "sandbox; default-src 'none'; style-src 'unsafe-inline'; img-src data:; frame-ancestors 'self'"
_at_work = asyncio.Lock()  # one step at a time


class WorkHandler(JupyterHandler):
    """The page, and what its forms ask."""

    root: Path
    desk: Desk
    typed: dict[str, str]  # of one figure, to be shown again

    def initialize(self, root: Path, desk: Desk) -> None:
        self.root, self.desk, self.typed = root, desk, dict.fromkeys(FIGURE, "")

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
        if step not in AT_ONCE and self.get_body_argument("sure", "") != "yes":
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
        if step == "run":
            self.desk.start(self.root, pointer.DEFAULT)
            return Text("Đã bắt đầu chạy; trang tự cập nhật.", "The run has begun; the page follows it.")
        if step == "code":
            return _signed_as(self.root, self.get_body_argument("code", "")[:80])
        if step == "deliver":
            return delivery.send(self.settings["voila"].told, address=address_of(self))
        return self.sign(step) if step in STEPS else self.enter(step)

    def sign(self, step: str) -> Text:
        """Sign what waits, or show what was shown before; the page's files follow what readers see."""
        person: Person = self.current_user.person
        at = manifest.stamp(datetime.now(UTC).timestamp())
        content = STEPS[step](self.root, pointer.DEFAULT, person.name, at, person.login)
        if step != "review" and not static.leave_pages(self.root):
            raise ForecastError("Đã ký, nhưng chưa vẽ lại được trang trong tệp.", "Signed, but the page's files could not be drawn.")
        return pointer.STATES[content["state"]] + ". " + status.signature(content)

    def enter(self, step: str) -> Text:
        """Look at a file of figures, say what its names are, take it in, or undo one that was."""
        person: Person = self.current_user.person
        day, data, who = today(), self.root / "data", f"{person.name} ({person.login})"
        reason = self.get_body_argument("reason", "")[:500]
        if step == "undo":
            intake.undo(self.get_body_argument("source", "")[:80], data, who=who, reason=reason, on=day)
            return Text("Đã hoàn lại; số cũ dùng lại như trước.", "Undone; the old numbers hold again.")
        store = evidence.load(data)
        if step == "look":
            self.look(*_uploaded(self), store)
            return Text("Đã đọc tệp. Chưa ghi gì.", "Read. Nothing is written yet.")
        if step == "one":
            self.look_at_one(store)
            return Text("Đã đọc số này. Chưa ghi gì.", "Read. Nothing is written yet.")
        held = self.desk.held(person.login)
        shown = desks.looked_at(held.name, held.content, store, held.declared)
        if step == "map":
            shown_as.tell(shown, store, _chosen(self, shown, store), by=who, on=day)
            self.look(held.name, held.content, store, held.declared)
            return Text("Đã ghi nhớ tên gọi cho các tệp sau. Chưa nhập số nào.", "The names are kept for later files. No figure is taken in yet.")
        intake.take(shown, held.content, data, who=who, reason=reason, on=day)
        self.desk.files.pop(person.login, None)
        return Text("Đã nhập vào số liệu; chạy lại dự báo để dùng số mới.", "Taken in; run the forecasts again to use the new figures.")

    def look_at_one(self, store: evidence.Evidence) -> None:
        """Hold one typed figure as a file of one line; what was typed stays in the form until it is taken in."""
        typed = self.typed = {name: self.get_body_argument(name, "")[:300] for name in FIGURE}
        if not (typed["series"] and typed["place"] and typed["unit"].strip()):
            raise ForecastError("Hãy chọn chỉ tiêu, địa bàn và ghi đơn vị của con số.", "Choose indicator and territory, and give the unit.")
        declared = intake.documented(typed["document"], typed["day"], today())
        where = f"{typed['series']}/{typed['place']}"
        figure = intake.form_file(where, typed["period"], typed["value"], store, unit=typed["unit"], status=typed["status"])
        self.look(*figure, store, declared)

    def look(self, name: str, given: bytes, store: evidence.Evidence, declared: intake.Declared = intake.NOTHING_DECLARED) -> None:
        """Hold a file with what taking it in would change in the headline answers."""
        shown = desks.looked_at(name, given, store, declared)
        changes = [] if shown.problems else shown_as.changes(changed_by(shown, store, today()), store)
        self.desk.hold(self.current_user.person.login, desks.Held(name, given, declared, changes))

    async def show(self, told: Text | None = None, good: bool = True) -> None:
        """The page as things stand now, with what came of the last step."""
        person: Person = self.current_user.person
        facts = await asyncio.to_thread(facts_of, self.root, self.desk, person)
        body = templating.render(
            "shared/work.html.j2", told=told, good=good, base=self.base_url, xsrf=self.xsrf_token.decode(), person=person,
            may={step: person.may(right) for step, right in RIGHTS.items()}, roles=[NAMES[role] for role in person.roles],
            typed=self.typed, leaves=self.identity_provider.login_available, ways=_ways(self.settings["voila"].told), **facts,
        )  # fmt: skip
        self.set_header("Cache-Control", "no-store")
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


class TemplateHandler(JupyterHandler):
    """The workbook to fill in, made of the figures there are."""

    def initialize(self, root: Path) -> None:
        self.root = root

    @web.authenticated
    async def get(self) -> None:
        require(self, "take_in")
        day = today()
        content = await asyncio.to_thread(template.of_project, self.root, day)
        self.set_header("Content-Type", template.XLSX)
        self.set_header("Content-Disposition", f'attachment; filename="{template.name(day)}"')
        self.finish(content)


class ReportHandler(JupyterHandler):
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
        (f"{top}/bang_viec/mau", TemplateHandler, {"root": root}),
        (f"{top}/bang_viec/bao_cao", ReportHandler, {"root": root}),
        (f"{top}/giay_to", papers.PapersHandler, {"root": root}),
    ]


def facts_of(root: Path, desk: Desk, person: Person) -> dict[str, Any]:
    """All that the page says to a person, in texts."""
    shown = standing.shown(root)
    sound = shown["shown"].problem is None
    return {
        **shown,
        "code": signoff.code_of(pointer.peek(root)) if sound else "",
        **(standing.changes_of(root) if sound else {"changes": None, "first": Text("", "")}),
        **standing.failures(root),
        **standing.upcoming(root),
        **desks.figures(root, desk, person),
        "next": next_step(root, person) if sound else None,
        "views": papers.choices(root) if sound else [],
        "progress": desk.progress(root),
    }


def next_step(root: Path, person: Person) -> tuple[str, Text] | None:
    """The step that waits for a signature and what to say of it to this person; None where nothing waits."""
    content = pointer.waiting(root, pointer.DEFAULT) or pointer.peek(root)
    if content["state"] == pointer.DRAFT:
        mine = Text("Anh/Chị mở các báo cáo, xem điều gì đã đổi, rồi ký thẩm định.", "Open the reports, see what changed, then sign the review.")
        return "review", mine if person.may("review") else Text("Bản dự thảo chờ người thẩm định ký.", "The draft waits for its reviewer.")
    if content["state"] != pointer.REVIEWED:
        return None
    reviewers = [signature.get("login") for signature in content["signatures"] if signature["state"] == pointer.REVIEWED]
    if person.login in reviewers:
        return "wait", Text("Anh/Chị đã thẩm định bản này; cần một người thứ hai công bố.", "You reviewed it; a second person publishes it.")
    mine = Text("Bản đã thẩm định chờ Anh/Chị công bố.", "The reviewed set waits for you to publish it.")
    return "publish", mine if person.may("publish") else Text("Bản đã thẩm định chờ người công bố ký.", "The reviewed set waits for its publisher.")


def _signed_as(root: Path, code: str) -> Text:
    """Who signed the publication that a code on a paper stands for; ForecastError where none is kept as it was signed."""
    content = signoff.of_code(root, pointer.DEFAULT, code)
    if content is None:
        raise ForecastError(
            "Không có bản công bố nào mang mã này: mã gõ nhầm, hoặc bản công bố hay chữ ký đã bị sửa sau khi in.",
            "No publication has this code: it is mistyped, or the publication or a signature was changed since.",
        )
    signatures = [status.signature({"signatures": [signature]}) for signature in content["signatures"]]
    told = Text("Còn nguyên như khi ký: bản ", "As it was signed: the set of ") + status.local_time(content["published_at"])
    return told + "; " + Text.joined(signatures or [pointer.STATES[content["state"]]], "; ") + "."


def _ways(told: Installation) -> list[Text]:
    """Where papers would be sent, in words; empty where nothing is set."""
    ways = [Text("thư mục chung", "the shared folder")] if told.share.folder else []
    return ways + ([Text("thư điện tử", "mail")] if told.mail.host and os.environ.get(notice.TO, "").strip() else [])


def _chosen(handler: web.RequestHandler, shown: intake.Preview, store: evidence.Evidence) -> list[tuple[str, str, str]]:
    """What a person chose for each name that is asked for; a name left open stays open, a value that was not offered is refused."""
    chosen = []
    for number, (kind, printed, options) in enumerate(shown_as.asks(shown, store)):
        value = handler.get_body_argument(f"choice{number}", "-")
        if value in [offered for _, offered in options]:
            chosen.append((kind, printed, value))
    return chosen


def _uploaded(handler: web.RequestHandler) -> tuple[str, bytes]:
    """The name and bytes of the file of a form."""
    files = handler.request.files.get("file", [])
    if len(files) != 1 or not files[0]["body"]:
        raise ForecastError("Hãy chọn một tệp rồi bấm Xem trước.", "Choose a file, then press preview.")
    name = Path(str(files[0]["filename"]).replace("\\", "/")).name
    return "".join(letter for letter in name if letter.isprintable())[:120] or "tep", bytes(files[0]["body"])
