"""The advisers' start page "Bảng việc": how things stand, and buttons to run, sign, publish, open reports, write a plan."""

from __future__ import annotations

import html
import subprocess
import sys
import threading
from collections.abc import Callable, Mapping, Sequence
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import ipywidgets as widgets

from forecast import files
from forecast.domain import Text
from forecast.errors import ForecastError
from forecast.publish import static
from forecast.publish.notebooks import labels, standing
from forecast.publish.words import vocabulary
from forecast.publish.words.vocabulary import phrase
from forecast.runs import folders
from forecast.runs.plans import compose
from forecast.runs.publication import pointer, signoff
from forecast.runs.records import manifest
from forecast.runs.upkeep import status

RED, GREEN, AMBER, GREY = "#b3261e", "#1b6e3c", "#8a5a00", "#4a5a68"
MOST_FINDINGS = 8
_STYLE = "font:15px/1.5 'Noto Sans','Segoe UI',sans-serif;color:#16222e"
_CELL = "text-align:left;padding:6px 14px 6px 0;border-bottom:1px solid #d5dde3;vertical-align:top;white-space:normal"
_SEVERITIES = {"error": ("LỖI / error", RED), "warning": ("cảnh báo / warning", AMBER), "notice": ("lưu ý / notice", GREY)}


def overview(plan: str = pointer.DEFAULT, root: Path | None = None) -> widgets.HTML:
    """What readers see now, who stands behind it, and every run of it."""
    return widgets.HTML(standing.part("shown", **standing.shown(root or files.find_root(), plan)))


def failures(root: Path | None = None) -> widgets.HTML:
    """What failed and what to do, in red; what is at work; the newest notices."""
    return widgets.HTML(standing.part("failures", **standing.failures(root or files.find_root())))


def upcoming(root: Path | None = None) -> widgets.HTML:
    """When each plan runs next by itself and how the last time ended."""
    return widgets.HTML(standing.part("upcoming", **standing.upcoming(root or files.find_root())))


def changes(plan: str = pointer.DEFAULT, root: Path | None = None) -> widgets.HTML:
    """What differs, answer by answer: the waiting draft against what is shown, else what is shown against the set before it."""
    return widgets.HTML(standing.part("changes", **standing.changes_of(root or files.find_root(), plan)))


def findings(root: Path | None = None) -> widgets.HTML:
    """What the checks say of the figures: errors first, the number of each kind."""
    from forecast import evidence

    root = root or files.find_root()
    if not (root / "data" / "observations.csv").exists():
        return _block("Số liệu", "Figures", [_line(Text("Chưa có số liệu.", "There are no figures."), RED)])
    checked = evidence.check(root / "data")
    counts = ", ".join(f"{sum(finding.severity == kind for finding in checked)} {name}" for kind, (name, _) in _SEVERITIES.items())
    serious = [finding for finding in checked if finding.severity != "notice"][:MOST_FINDINGS]
    lines = [_line(Text(finding.text.vi, ""), _SEVERITIES[finding.severity][1]) for finding in serious]
    return _block("Số liệu", "Figures", [f"<p>{html.escape(counts)}</p>", *lines])


def actions(plan: str = pointer.DEFAULT, root: Path | None = None) -> widgets.VBox:
    """Buttons: run again, sign as reviewed, publish; signing and publishing ask for a name and a second click."""
    root = root or files.find_root()
    name = widgets.Text(placeholder="Họ tên người ký / your name", layout=widgets.Layout(width="280px"))
    message = widgets.HTML()
    run = _button("Chạy lại", "play", "primary")
    run.on_click(lambda _: _start(root, plan, run, message))
    signed = [
        _confirmed("Ký: đã thẩm định", "check", lambda: _sign(signoff.review, root, plan, name.value), message),
        _confirmed("Công bố", "bullhorn", lambda: _shown(signoff.publish, root, plan, name.value), message),
        _confirmed("Hiện lại bản trước", "undo", lambda: _shown(signoff.rollback, root, plan, name.value), message),
    ]
    row = widgets.Layout(flex_flow="row wrap", align_items="center")
    return widgets.VBox([_block("Thao tác", "Actions"), widgets.HBox([run, name, *signed], layout=row), message])


def reports(plan: str = pointer.DEFAULT, root: Path | None = None) -> widgets.VBox:
    """The runs that wait to be signed, then the shown ones; the chosen one's report opens below, in a frame that runs no script."""
    root = root or files.find_root()
    listed = [*_waiting_options(root, plan), *_run_options(root, status.shown(root, plan).runs)]
    chosen = widgets.Dropdown(options=listed, layout=widgets.Layout(width="520px"))
    frame, opener = widgets.HTML(), _button("Mở báo cáo", "file-text-o", "")

    def opened(_: Any) -> None:
        run_ids = {run_id for _, run_id in listed}
        path = folders.out_folder(root) / str(chosen.value) / "report.html"
        if chosen.value not in run_ids or not path.is_file():  # what a browser sends is not trusted (B06)
            frame.value = _line(Text("Không thấy báo cáo này.", "There is no such report."), RED)
            return
        content = html.escape(path.read_text(encoding="utf-8"), quote=True)
        frame.value = f'<iframe sandbox title="Báo cáo" style="width:100%;height:900px;border:1px solid #d5dde3" srcdoc="{content}"></iframe>'

    opener.on_click(opened)
    return widgets.VBox([_block("Báo cáo", "Reports"), widgets.HBox([chosen, opener]), frame])


def new_plan(root: Path | None = None) -> widgets.VBox:
    """A form that writes a plan by the same rules as `forecast plan new`."""
    root = root or files.find_root()
    wide = widgets.Layout(width="560px")
    fields = {
        "name": widgets.Text(description="Mã (không dấu)", layout=wide),
        "title": widgets.Text(description="Tiêu đề", layout=wide),
        "notebooks": widgets.SelectMultiple(options=labels.notebooks(root), description="Sổ tính", layout=wide),
        "schedule": widgets.Text(description="Lịch", placeholder="ngày 6 hằng tháng 06:00", layout=wide),
    }
    values = {
        key: _several(key, parameter.choices, root, wide)
        if parameter.choices
        else widgets.Text(description=phrase(vocabulary.PARAMETERS, key).vi, placeholder=str(compose.DEFAULTS.get(key, "")), layout=wide)
        for key, parameter in compose.known_parameters().items()
        if key not in ("n_paths", "seed")
    }
    for field in (*fields.values(), *values.values()):
        field.style = {"description_width": "180px"}
    message, writer = widgets.HTML(), _button("Ghi kế hoạch", "save", "primary")

    def written(_: Any) -> None:
        if missing := _unanswered(fields["name"].value, fields["notebooks"].value):
            message.value = _line(missing, RED)
            return
        asked = {key: [field.value.strip()] if key == "own_target" else _given(field.value) for key, field in values.items()}
        try:
            text = compose.compose(
                fields["name"].value, fields["title"].value or fields["name"].value, fields["notebooks"].value,
                {key: given for key, given in asked.items() if any(given)}, _given(fields["schedule"].value),
            )  # fmt: skip
            path = compose.write(root, fields["name"].value, text, today=datetime.now(UTC).date())
            message.value = _line(Text(f"Đã ghi {path.relative_to(root)}.", "Written."), GREEN)
        except ForecastError as error:
            message.value = _line(Text(error.vi, error.en), RED)

    writer.on_click(written)
    parts = [_block("Kế hoạch mới", "New plan"), *fields.values(), *values.values(), widgets.HBox([writer]), message]
    return widgets.VBox(parts)


def _several(key: str, values: Sequence[str], root: Path, layout: widgets.Layout) -> widgets.SelectMultiple:
    options = labels.choices(key, values, root)
    return widgets.SelectMultiple(options=options, description=phrase(vocabulary.PARAMETERS, key).vi, layout=layout, rows=3)


def _unanswered(name: str, notebooks: Sequence[str]) -> Text | None:
    """What is still to be filled in, in words of the form itself."""
    if not name.strip():
        return Text("Hãy điền ô “Mã (không dấu)”, ví dụ quy_4_2026.", "Fill in the short code first, such as quy_4_2026.")
    if not notebooks:
        return Text("Hãy chọn ít nhất một sổ tính.", "Choose at least one notebook.")
    return None


def _waiting_options(root: Path, plan: str) -> list[labels.Option]:
    """The runs of the waiting draft that are not shown yet, marked so."""
    draft, now = pointer.waiting(root, plan), status.shown(root, plan)
    shown = {run["run_id"] for run in now.runs}
    runs = [run for run in draft["runs"] if run["run_id"] not in shown] if draft else []
    return [(f"Dự thảo: {name}", run_id) for name, run_id in _run_options(root, runs)]


def _run_options(root: Path, runs: Sequence[Mapping[str, Any]]) -> list[labels.Option]:
    """Runs by what they answer; two that answer the same are told apart by their names in the plan."""
    named = [(labels.run(root, run), run) for run in runs]
    every = [name for name, _ in named]
    return [(name if every.count(name) == 1 else f"{name} ({run['name']})", run["run_id"]) for name, run in named]


def _start(root: Path, plan: str, button: widgets.Button, message: widgets.HTML) -> None:
    """Run the plan in a process of its own and show its lines as they come."""
    path = folders.plans_folder(root) / f"{plan}.yml"
    button.disabled = True
    message.value = _line(Text("Đang chạy...", "Running..."), GREY)

    def follow() -> None:
        command = [sys.executable, "-X", "utf8", "-m", "forecast", "run", str(path)]
        shown: list[str] = []
        with subprocess.Popen(command, cwd=root, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, encoding="utf-8") as process:
            for line in process.stdout or ():
                shown = [*shown, line.rstrip()][-12:]
                message.value = f'<pre style="white-space:pre-wrap">{html.escape(chr(10).join(shown))}</pre>'
        good = process.returncode == 0
        word = Text("Xong. Chạy lại các ô phía trên để xem.", "Done.") if good else Text("HỎNG: xem mục Hỏng.", "FAILED.")
        message.value += _line(word, GREEN if good else RED)
        button.disabled = False

    threading.Thread(target=follow, daemon=True).start()


def _sign(step: Callable[..., dict[str, Any]], root: Path, plan: str, name: str) -> Text:
    content = step(root, plan, name, manifest.stamp(datetime.now(UTC).timestamp()))
    state = pointer.STATES[content["state"]]
    return Text(f"{state.vi}: {status.signature(content).vi}", f"{state.en}")


def _shown(step: Callable[..., dict[str, Any]], root: Path, plan: str, name: str) -> Text:
    """Sign what changes the page that readers see, and write the page's files anew, so that none keeps what is withdrawn."""
    signed = _sign(step, root, plan, name)
    if static.leave_pages(root):
        return signed + Text(". Trang trong tệp đã vẽ lại.", ". The page's files are drawn anew.")
    return signed + Text(". CHƯA vẽ lại được trang trong tệp: hãy chạy lại.", ". The page's files could NOT be drawn anew: run again.")


def _confirmed(label: str, icon: str, act: Callable[[], Text], message: widgets.HTML) -> widgets.HBox:
    """A button that asks before it acts."""
    first, yes, no = _button(label, icon, ""), _button(f"Chắc chắn: {label.lower()}", icon, "danger"), _button("Thôi", "times", "")
    box = widgets.HBox([first])

    def acted(_: Any) -> None:
        box.children = [first]
        message.value = _line(Text("Đang ghi...", "Writing..."), GREY)
        try:
            message.value = _line(act(), GREEN)
        except ForecastError as error:
            message.value = _line(Text(error.vi, error.en), RED)

    first.on_click(lambda _: setattr(box, "children", [yes, no]))
    no.on_click(lambda _: setattr(box, "children", [first]))
    yes.on_click(acted)
    return box


def _button(label: str, icon: str, style: str) -> widgets.Button:
    layout = widgets.Layout(width="auto", min_height="40px")
    return widgets.Button(description=label, icon=icon, button_style=style, layout=layout)


def _given(value: Any) -> list[str]:
    if isinstance(value, str):
        return [part.strip() for part in value.split(",") if part.strip()]
    return [str(choice) for choice in value]


def _block(vi: str, en: str, parts: Sequence[str] = ()) -> widgets.HTML:
    return widgets.HTML(f'<div style="{_STYLE}">{_title(vi, en)}{"".join(parts)}</div>')


def _title(vi: str, en: str) -> str:
    return f'<h3 style="margin:12px 0 6px;font-size:19px">{html.escape(vi)} <small style="color:{GREY}">{html.escape(en)}</small></h3>'


def _line(text: Text, colour: str) -> str:
    english = f' <small style="color:{GREY}">{html.escape(text.en)}</small>' if text.en else ""
    return f'<p style="margin:4px 0;color:{colour};white-space:pre-line">{html.escape(text.vi)}{english}</p>'
