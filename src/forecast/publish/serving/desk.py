"""What the work page holds between two requests: the run it started, and the files people looked at and have not taken in yet."""

from __future__ import annotations

import os
import subprocess
import sys
import threading
from collections import deque
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, NamedTuple

from forecast import evidence
from forecast.domain import Text, today
from forecast.errors import ForecastError
from forecast.evidence import intake
from forecast.people import Person
from forecast.publish import shell
from forecast.publish.notebooks import intake as shown_as
from forecast.publish.notebooks import labels
from forecast.publish.serving import environment
from forecast.runs import folders
from forecast.runs.execution import heartbeat
from forecast.runs.processes import pictures
from forecast.runs.publication import pointer
from forecast.units import UNITS

MOST_HELD = 8  # files looked at and not yet taken in
DONE = ("succeeded", "refused", "failed", "timed_out", "interrupted")


class Held(NamedTuple):
    """A file somebody looked at, what they said of it, and what it would change."""

    name: str
    content: bytes
    declared: intake.Declared
    changes: list[Text]


@dataclass
class Desk:
    """The run started here with its last lines, and files looked at, by login."""

    process: subprocess.Popen | None = None
    lines: deque[str] = field(default_factory=lambda: deque(maxlen=12))
    files: dict[str, Held] = field(default_factory=dict)

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

    def progress(self, root: Path) -> dict[str, Any]:
        """Whether the run goes on, how many of its runs are done, what it is at, and how the last one ended."""
        running = self.running()
        states = [each.states() for each in heartbeat.activities(folders.out_folder(root)) if each.alive and each.plan == pointer.DEFAULT]
        runs = {name: state for each in states for name, state in each.items()} if running else {}
        names = labels.by_name(root, pointer.peek(root)["runs"]) if runs and pointer.path_of(root).exists() else {}
        ended = Text("", "")
        if self.process is not None and not running:
            good = self.process.returncode == 0
            ended = Text("Lần chạy vừa rồi đã xong.", "The last run is done.") if good else Text(
                "Lần chạy vừa rồi không xong hết: xem mục Hỏng và việc cần làm.", "The last run did not end well: see the failures."
            )  # fmt: skip
        return {
            "running": running,
            "done": sum(state in DONE for state in runs.values()),
            "total": len(runs),
            "at": [names.get(name, name.replace("_", " ")) for name, state in runs.items() if state == "running"],
            "ended": ended,
            "lines": [] if running else list(self.lines),
        }

    def hold(self, login: str, held: Held) -> None:
        """Keep a file and what it would change until it is taken in or another comes."""
        self.files.pop(login, None)
        while len(self.files) >= MOST_HELD:
            del self.files[next(iter(self.files))]
        self.files[login] = held

    def held(self, login: str) -> Held:
        """The file a person looked at; ForecastError where there is none."""
        if login not in self.files:
            raise ForecastError("Hãy chọn tệp và xem trước đã.", "Choose a file and look at it first.")
        return self.files[login]


def figures(root: Path, desk: Desk, person: Person) -> dict[str, Any]:
    """The file this person looked at, as a preview, and what was taken in and can be undone."""
    empty: dict[str, Any] = {"preview": None, "head": shown_as.HEAD, "takeable": False}
    empty |= {name: [] for name in ("doubts", "effects", "rows", "known", "taken", "asks", "series", "places", "units")}
    if not person.may("take_in"):
        return empty
    store = evidence.load(root / "data")
    empty["taken"] = [(title, source) for source, title, undone in intake.taken(store) if not undone]
    empty["series"], empty["places"] = shown_as.series_by_name(store)
    empty["units"] = list(dict.fromkeys(UNITS[indicator.unit].vi for indicator in store.indicators.values()))
    if person.login not in desk.files:
        return empty
    held = desk.files[person.login]
    try:
        shown = looked_at(held.name, held.content, store, held.declared)
    except ForecastError as problem:
        return empty | {"preview": [Text(problem.vi, problem.en)]}
    return empty | {
        "preview": shown_as.sentences(shown),
        "doubts": shown_as.doubts(shown),
        "effects": held.changes,
        "asks": shown_as.asks(shown, store),
        "rows": shown_as.rows(shown, store, shown_as.TO_LOOK_AT),
        "known": shown_as.rows(shown, store, shown_as.KNOWN),
        "takeable": not shown.problems,
    }


def looked_at(name: str, content: bytes, store: evidence.Evidence, declared: intake.Declared) -> intake.Preview:
    """The preview of a file of the day; ForecastError for one no reader understands."""
    try:
        return intake.preview(content, name, store, on=today(), declared=declared)
    except ForecastError:
        raise
    except Exception as error:  # what a reader of files was never meant to meet
        shell.LOG.exception("a file could not be looked at")
        raise ForecastError(
            f"Không đọc được tệp {name}: không phải bảng số liệu mà bộ công cụ biết.", f"{name} cannot be read as a table of figures."
        ) from error


def _without_drawing() -> dict[str, str]:
    """The server's environment without what only its own kernels use."""
    return {name: text for name, text in os.environ.items() if name not in (pictures.SOCKET, shell.FOLDER_VARIABLE)}
