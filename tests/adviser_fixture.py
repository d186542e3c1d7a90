"""A project folder with the kit's own figures and kept draws, and one page's questions to it."""

import os
import shutil
import signal
import socket
import subprocess
import sys
import time
from contextlib import contextmanager
from pathlib import Path

from forecast.publish import adviser
from forecast.runs import drawn

PROJECT = Path(__file__).parents[1]
STATE = {
    "territory": "hung_yen_2025", "measure": "nso", "language": "vi", "indicator": "digital_economy_share",
    "compare": ["baseline", "ambitious"], "pushes": {}, "first": 2026, "last": 2030, "start": "baseline", "narrow": False,
}  # fmt: skip
TARGET = "hy2025_digital_economy_share_congress_ubnd_2025_2030"


def make_project(folder):
    """The folder as a fresh clone has it, draws of the merged territory kept."""
    shutil.copytree(PROJECT / "data", folder / "data")
    shutil.copytree(PROJECT / "notebooks" / "apps", folder / "notebooks" / "apps")
    (folder / "parameterized_runs").mkdir()
    drawn.write(folder, "hung_yen_2025", "nso")
    return folder


def asking(root):
    """A function that puts one page's questions: ask(name, state changes, **more) gives the answer."""
    held = {}

    def ask(name, changes=None, /, **more):
        return adviser.answer(held, root, {"ask": name, "number": 7, "state": {**STATE, **(changes or {})}, **more})

    return ask


@contextmanager
def serving(root):
    """The apps of a folder in standalone Voila as the kit starts it; yields the address of the folder of apps and the process."""
    with socket.socket() as one:
        one.bind(("127.0.0.1", 0))
        port = one.getsockname()[1]
    many = "from forecast.publish import serve; serve.MOST_KERNELS = 64; "  # the tests open pages faster than kernels are culled
    program = f"{many}serve.serve({str(root)!r}, port={port}, extra={{'Voila': {{'notebook_path': ''}}}})"
    environment = os.environ | {"PYTHONPATH": str(PROJECT / "src"), "PYTHONUTF8": "1", "FORECAST_HOME": str(root)}
    with open(root / "server.log", "w+", encoding="utf-8") as log:
        process = subprocess.Popen([sys.executable, "-c", program], cwd=root, env=environment, stdout=log, stderr=subprocess.STDOUT)
        try:
            until = time.monotonic() + 120
            while time.monotonic() < until and process.poll() is None:
                with socket.socket() as one:
                    if one.connect_ex(("127.0.0.1", port)) == 0:
                        break
                time.sleep(0.1)
            assert process.poll() is None, (root / "server.log").read_text("utf-8")
            yield f"http://127.0.0.1:{port}/voila/render/", process
        finally:
            process.send_signal(signal.SIGTERM)
            process.wait(20)


SMALL = """() => Array.from(document.querySelectorAll('button, select, summary, a[href], input, textarea'))
  .map(item => item.type === 'checkbox' ? item.closest('label') : item)
  .filter(item => item.offsetParent !== null)
  .map(item => [item.outerHTML.slice(0, 90), item.getBoundingClientRect()])
  .filter(([, box]) => box.height < 43.5).map(([text, box]) => text + ' ' + box.height)"""
UNNAMED = """() => Array.from(document.querySelectorAll('select, input, textarea')).filter(item => item.offsetParent !== null)
  .filter(item => !(item.labels && item.labels.length && item.labels[0].textContent.trim())).map(item => item.outerHTML.slice(0, 90))"""
