"""The part of the start page where the province's figures come in: template, preview, mapping once, taking in signed, undoing."""

from __future__ import annotations

import html
from collections.abc import Callable
from datetime import date
from pathlib import Path
from typing import Any

import ipywidgets as widgets

from forecast import evidence, files
from forecast.domain import Text, today
from forecast.errors import ForecastError
from forecast.evidence import Evidence
from forecast.evidence import intake as room
from forecast.policy.outlooks.effects import changed_by
from forecast.publish.notebooks import intake as shown_as
from forecast.publish.register import template

RED, GREEN = "#b3261e", "#1b6e3c"
NOT_CHOSEN = ("(chọn) / (choose)", None)
_WIDE = widgets.Layout(width="720px")


def entry(root: Path | None = None, *, on: date | None = None) -> widgets.VBox:
    """Template, file, preview and signature; nothing is written before the button "Nhập" is pressed twice."""
    return _Desk(root or files.find_root(), on or today()).box


class _Desk:
    """What the form holds between two clicks: the chosen file and its preview."""

    def __init__(self, root: Path, on: date) -> None:
        self.root, self.data, self.on = root, root / "data", on
        self.content = b""
        self.shown: room.Preview | None = None
        self.file = widgets.FileUpload(accept=".xlsx,.ods,.csv,.txt", multiple=False, description="Chọn tệp")
        self.pasted = widgets.Textarea(placeholder="hoặc dán bảng vào đây / or paste a table here", layout=_WIDE)
        self.indicator, self.territory = (
            widgets.Dropdown(options=[(first, None), *named], layout=widgets.Layout(width="340px"))
            for first, named in zip(("(chỉ tiêu / indicator)", "(địa bàn / territory)"), self.names(), strict=True)
        )
        hints = ("kỳ: 2024", "số: 12,5", "đơn vị: tỷ đồng", "văn bản nguồn / document", "ngày văn bản: 3/11/2026")
        self.period, self.value, self.unit, self.document, self.day = (widgets.Text(placeholder=text) for text in hints)
        self.who, self.reason = (
            widgets.Text(placeholder="Họ tên / your name"),
            widgets.Text(placeholder="Lý do / reason", layout=_WIDE),
        )
        self.link, self.page, self.message = widgets.HTML(), widgets.HTML(), widgets.HTML()
        self.mapping = widgets.VBox()
        self.undoing = widgets.Dropdown(options=[], layout=_WIDE)
        look, look_at_one = self.button("Xem trước", self.look), self.button("Xem trước một số", self.look_at_one)
        take, undo = (
            self.button("Nhập vào số liệu", self.take, sure=True),
            self.button("Hoàn lại lần nhập này", self.undo, sure=True),
        )
        self.box = widgets.VBox(
            [
                widgets.HTML("<h3>Nhập số liệu <small>The province's figures</small></h3>"),
                _row(self.button("Tạo tệp mẫu", self.make_template), self.link),
                _row(self.file, look),
                self.pasted,
                _row(self.indicator, self.territory, self.period, self.value, self.unit, self.document, self.day, look_at_one),
                *[self.message, self.mapping, self.page],
                _row(self.who, self.reason),
                take,
                _row(self.undoing, undo),
            ]
        )
        self.list_taken()

    def names(self) -> tuple[list[tuple[str, str]], list[tuple[str, str]]]:
        """Indicators and territories to choose from; none where the figures cannot be read, which every button then says."""
        try:
            return shown_as.series_by_name(self.store())
        except ForecastError:
            return [], []

    def make_template(self) -> Text:
        content = template.of_project(self.root, self.on)
        self.link.value = f'<a download="{template.name(self.on)}" href="{template.address(content)}">Tải tệp mẫu (.xlsx)</a>'
        return Text("Đã lập tệp mẫu từ số liệu đang có.", "The template is made of the figures there are.")

    def look(self) -> Text:
        if self.file.value:
            chosen = self.file.value[0]
            return self.preview(bytes(chosen["content"]), str(chosen["name"]))
        if self.pasted.value.strip():
            return self.preview(self.pasted.value.encode(), "bang_dan.txt")
        raise _nothing_chosen()

    def look_at_one(self) -> Text:
        if not (self.indicator.value and self.territory.value):
            raise ForecastError("Hãy chọn chỉ tiêu và địa bàn của con số.", "Choose the indicator and the territory of the figure.")
        series = f"{self.indicator.value}/{self.territory.value}"
        name, content = room.form_file(series, self.period.value, self.value.value, self.store(), unit=self.unit.value)
        return self.preview(content, name, room.documented(self.document.value, self.day.value, self.on))

    def preview(self, content: bytes, name: str, declared: room.Declared = room.NOTHING_DECLARED) -> Text:
        store = self.store()
        shown = room.preview(content, name, store, on=self.on, mapping=self.told(store, content, name), declared=declared)
        self.content, self.shown = content, shown
        told = shown_as.changes(changed_by(shown, store, self.on), store) if not shown.problems else []
        self.page.value = shown_as.as_page(shown, store, told)
        self.ask(shown, store)
        return Text("Đã đọc. Chưa ghi gì.", "Read. Nothing is written.")

    def ask(self, shown: room.Preview, store: Evidence) -> None:
        """One list for each row and place that nobody has told yet; a person chooses, nothing is chosen for them."""
        self.mapping.children = [_choice(*asked) for asked in shown_as.asks(shown, store)]

    def told(self, store: Evidence, content: bytes, name: str) -> room.Kept | None:
        """The mapping with what the lists now say, kept for the next file; None where nothing was asked."""
        if not self.mapping.children or self.shown is None or files.sha256_of(content) != self.shown.received.digest:
            return None
        chosen = [(choice.kind, choice.printed, choice.value) for choice in self.mapping.children if choice.value is not None]
        return shown_as.tell(self.shown, store, chosen, by=self.who.value or "-", on=self.on)

    def take(self) -> Text:
        if self.shown is None:
            raise _nothing_chosen()
        source = room.take(
            self.shown, self.content, self.data, who=self.who.value, reason=self.reason.value, on=self.on
        )
        self.list_taken()
        vi = f"Đã nhập, nguồn {source}. Bấm “Chạy lại” ở mục Thao tác để cập nhật dự báo."
        return Text(vi, f"Taken in as {source}. Run again to update the forecasts.")

    def undo(self) -> Text:
        room.undo(str(self.undoing.value), self.data, who=self.who.value, reason=self.reason.value, on=self.on)
        self.list_taken()
        return Text("Đã hoàn lại; số cũ dùng lại như trước.", "Undone; the old numbers hold again.")

    def list_taken(self) -> None:
        done = room.taken(self.store()) if (self.data / "observations.csv").exists() else []
        self.undoing.options = [(title, name) for name, title, undone in done if not undone]
        self.undoing.value = self.undoing.options[-1][1] if self.undoing.options else None

    def store(self) -> Evidence:
        return evidence.load(self.data)

    def button(self, label: str, step: Callable[[], Text], *, sure: bool = False) -> widgets.HBox:
        """A button for a step; `sure`: it asks before it acts."""
        layout = widgets.Layout(width="auto", min_height="40px")
        first, yes, no = (
            widgets.Button(description=text, layout=layout) for text in (label, f"Chắc chắn: {label.lower()}", "Thôi")
        )
        box = widgets.HBox([first])
        yes.button_style = "danger"

        def ask(_: Any) -> None:
            box.children = [yes, no]

        def act(_: Any) -> None:
            box.children = [first]
            self.act(step)

        first.on_click(ask if sure else act)
        yes.on_click(act)
        no.on_click(lambda _: setattr(box, "children", [first]))
        return box

    def act(self, step: Callable[[], Text]) -> None:
        """Do a step and say what came of it; a problem is a sentence."""
        try:
            text, colour = step(), GREEN
        except ForecastError as error:
            text, colour = Text(error.vi, error.en), RED
        self.message.value = f'<p style="color:{colour};white-space:pre-line">{html.escape(text.vi)} <small>{html.escape(text.en)}</small></p>'


def _row(*parts: Any) -> widgets.HBox:
    """Parts beside each other, and below where the page is too narrow for them."""
    return widgets.HBox(parts, layout=widgets.Layout(flex_flow="row wrap", align_items="center"))


def _nothing_chosen() -> ForecastError:
    """Nothing was chosen yet."""
    return ForecastError(
        "Hãy chọn tệp, hoặc dán bảng, rồi bấm Xem trước.", "Choose a file or paste a table, then press preview."
    )


def _choice(kind: str, printed: str, options: list[tuple[str, str]]) -> Any:
    """A list for one printed name."""
    wide = {"description_width": "320px"}
    choice: Any = widgets.Dropdown(description=printed, options=[NOT_CHOSEN, *options], value=None, layout=_WIDE, style=wide)
    choice.kind, choice.printed = kind, printed
    return choice
