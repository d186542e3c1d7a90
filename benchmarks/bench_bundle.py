"""The bundle where there is no network: unpacked, installed, doctor, pages, a plan, a figure taken in; in a namespace without routes.

`make bench-bundle`, as root, after `make bundle`. What is installed sees Python and the system's tools only; the kit's own environment
is used by nothing but this script (the browser, the filled template).
"""

from __future__ import annotations

import json
import os
import signal
import socket
import subprocess
import sys
import tarfile
import tempfile
import time
import urllib.request
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import openpyxl
import table
from bench_apps import free_port

sys.path.insert(0, str(Path(__file__).parents[1] / "tests" / "support"))
from browser import chromium, page_at

ARCHIVES = table.ROOT / "dist"
INSIDE = "--inside"
CELL = ("ecommerce_revenue/province/hung_yen_2025", 2024, 9876.5)  # of nobody's: it is undone
BARE = {"PATH": "/usr/local/bin:/usr/bin:/bin:/usr/sbin:/sbin", "LANG": "C.UTF-8"}
PYTHON = str(Path(sys._base_executable).resolve())  # type: ignore[attr-defined]
MB = "<= 400"


class Trial:
    """The rows so far; each step is timed, a step that fails says what it said."""

    def __init__(self, home: Path) -> None:
        self.rows: list[dict[str, Any]] = []
        self.environment = {**BARE, "HOME": str(home), "PYTHON": PYTHON}

    def step(self, figure: str, does: Callable[[], tuple[bool, str]]) -> None:
        """Add a row: 1 where the step does what it should."""
        start = time.perf_counter()
        try:
            done, remark = does()
        except Exception as problem:  # a step that breaks is a row that does not hold, and the next one is tried
            done, remark = False, repr(problem)[:160]
        self.rows.append(table.row(figure, ">= 1", done, f"{time.perf_counter() - start:.1f} s{'; ' + remark if remark else ''}"))

    def run(self, folder: Path, *words: str, code: int = 0, holds: str = "") -> tuple[bool, str]:
        """Whether a command ends with `code` and its output holds a text."""
        ended = subprocess.run(words, cwd=folder, env=self.environment, capture_output=True, text=True, timeout=900, check=False)
        output = ended.stdout + ended.stderr
        good = ended.returncode == code and holds in output
        return good, "" if good else output.strip()[-300:].replace("\n", " ")


def no_way_out() -> tuple[bool, str]:
    """No route in this namespace, and no machine beyond it answers."""
    routes = subprocess.run(["ip", "route"], capture_output=True, text=True, check=True).stdout.strip()
    try:
        socket.create_connection(("1.1.1.1", 443), 2).close()
    except OSError:
        return not routes, routes
    return False, "1.1.1.1 answered"


def spoilt(trial: Trial, bundle: Path, scratch: Path) -> tuple[bool, str]:
    """A bundle of which one byte was changed installs nothing."""
    path = next((bundle / "wheels").glob("tornado-*"))
    content = path.read_bytes()
    path.write_bytes(content[:-1] + bytes([content[-1] ^ 1]))
    try:
        refused = trial.run(scratch, "sh", str(bundle / "install.sh"), str(scratch / "none"), code=1, holds="wrong hash")
    finally:
        path.write_bytes(content)
    return refused[0] and not (scratch / "none").exists(), refused[1]


def taken_in(trial: Trial, root: Path, forecast: tuple[str, ...]) -> tuple[bool, str]:
    """The template is filled in one cell, taken in signed, seen in the series, and undone."""
    book_path = root / "mau.xlsx"
    made = trial.run(root, *forecast, "intake", "template", "--out", str(book_path))
    if not made[0]:
        return made
    book = openpyxl.load_workbook(book_path)
    for sheet in book.worksheets[1:]:
        heads = [str(cell.value) for cell in sheet[3]]
        for line in sheet.iter_rows(min_row=4):
            if line[0].value == CELL[0]:
                line[heads.index(str(CELL[1]))].value = CELL[2]
    book.save(book_path)
    signed = ("--who", "Người Thử", "--reason", "thử khi không có mạng", "--no-answers")
    taken = trial.run(root, *forecast, "intake", "take", str(book_path), *signed, holds="forecast intake undo")
    return trial.run(root, *forecast, "series", CELL[0], holds="9876.5") if taken[0] else taken


@contextmanager
def served(trial: Trial, root: Path, forecast: tuple[str, ...]) -> Iterator[str]:
    """The address of the installed server once it answers."""
    address = f"http://127.0.0.1:{(port := free_port())}/"
    process = subprocess.Popen([*forecast, "serve", "--port", str(port)], cwd=root, env=trial.environment, stderr=subprocess.DEVNULL)
    try:
        deadline = time.monotonic() + 90
        while time.monotonic() < deadline and process.poll() is None:
            try:
                urllib.request.urlopen(address + "trang_thai", timeout=5).close()
                break
            except OSError:
                time.sleep(0.3)
        yield address
    finally:
        process.send_signal(signal.SIGTERM)
        process.wait(30)


def opened(address: str) -> tuple[bool, str]:
    """The board, the register, and the scenarios' first numbers over their websocket, in a browser; nothing asked elsewhere."""
    outside: list[str] = []
    with chromium() as browser, page_at(browser, (1366, 768), outside=outside) as tab:
        tab.goto(address)
        tab.wait_for_selector(".card .big", timeout=60_000)
        tab.goto(address + "voila/render/so_lieu.ipynb")
        tab.wait_for_selector("#figures tbody tr", timeout=60_000)
        tab.goto(address + "voila/render/kich_ban.ipynb")
        tab.wait_for_selector("#part-why svg", timeout=90_000)
    return not outside, ", ".join(outside[:3])


def inside(archive: Path) -> list[dict[str, Any]]:
    """Every step, in the namespace this runs in."""
    subprocess.run(["ip", "link", "set", "lo", "up"], check=True)
    with tempfile.TemporaryDirectory() as folder:
        scratch = Path(folder)
        trial, root = Trial(scratch), scratch / "dubao"
        forecast = (str(root / ".venv" / "bin" / "python"), "-I", "-m", "forecast")
        trial.step("no route out of the namespace", no_way_out)
        with tarfile.open(archive) as packed:
            trial.step("unpacked", lambda: (packed.extractall(scratch, filter="data") is None, ""))
        bundle = next(scratch.glob("dubao-*"))
        trial.step("one wrong byte is refused, nothing installed", lambda: spoilt(trial, bundle, scratch))
        trial.step("installed, a project laid out", lambda: trial.run(scratch, "sh", str(bundle / "install.sh"), str(root), holds="0 phải sửa"))
        trial.step("doctor green, kernel included", lambda: trial.run(root, *forecast, "doctor", holds=" 0 phải sửa"))
        trial.step("published pages of the archive open", lambda: opened_file(bundle / "pages" / "index.html"))
        trial.step("a figure is taken in", lambda: taken_in(trial, root, forecast))
        trial.step("the default plan runs", lambda: trial.run(root, *forecast, "run", "parameterized_runs/plans/default.yml", holds="đưa lên trang"))
        with served(trial, root, forecast) as address:
            trial.step("board, register, scenarios open", lambda: opened(address))
        return trial.rows


def opened_file(page: Path) -> tuple[bool, str]:
    """The page as a file shows its cards."""
    with chromium() as browser, page_at(browser, (1366, 768), outside=[]) as tab:
        tab.goto(page.as_uri())
        return tab.locator(".card .big").count() > 0, ""


def main() -> None:
    """Run the steps in a namespace without routes and print the table."""
    archive = max(ARCHIVES.glob("dubao-*.tar.gz"), key=lambda path: path.stat().st_mtime, default=None)
    if archive is None or os.geteuid() != 0:
        raise SystemExit("Cần dist/dubao-*.tar.gz (make bundle) và quyền root. / dist/dubao-*.tar.gz and root are needed.")
    start = time.perf_counter()
    command = ["unshare", "-n", sys.executable, __file__, INSIDE, str(archive)]
    ended = subprocess.run(command, stdout=subprocess.PIPE, text=True, check=True)
    rows = [table.row("megabytes of the archive", MB, archive.stat().st_size / 1e6, archive.name), *json.loads(ended.stdout.splitlines()[-1])]
    table.write("bundle", [*rows, table.row("seconds, all steps", "<= 900", time.perf_counter() - start)])


if __name__ == "__main__":
    if sys.argv[1:2] == [INSIDE]:
        print(json.dumps(inside(Path(sys.argv[2]))))
    else:
        main()
