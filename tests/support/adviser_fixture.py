"""A project folder with the kit's own figures and kept draws, and one page's questions to it."""

import shutil
from contextlib import contextmanager

from made_once import copied, made_once, with_draws
from places import DATA, PROJECT
from serving import running

from forecast.publish.advisers import app
from forecast.publish.register import page as register

STATE = {
    "territory": "hung_yen_2025", "measure": "nso", "language": "vi", "indicator": "digital_economy_share",
    "compare": ["baseline", "ambitious"], "pushes": {}, "first": 2026, "last": 2030, "start": "baseline", "narrow": False,
}  # fmt: skip
TARGET = "hy2025_digital_economy_share_congress_ubnd_2025_2030"


def make_project(folder):
    """The folder as a fresh clone has it, the draws kept and the page of figures drawn."""
    return with_draws(copied(made_once("adviser", _make), folder))


def _make(folder):
    shutil.copytree(DATA, folder / "data")
    shutil.copytree(PROJECT / "notebooks" / "apps", folder / "notebooks" / "apps")
    (folder / "parameterized_runs").mkdir()
    register.leave_static(folder)


def asking(root):
    """A function that puts one page's questions: ask(name, state changes, **more) gives the answer."""
    held = {}

    def ask(name, changes=None, /, **more):
        return app.answer(held, root, {"ask": name, "number": 7, "state": {**STATE, **(changes or {})}, **more})

    return ask


@contextmanager
def serving(root):
    """The apps of a folder in standalone Voila as the kit starts it; yields the address of the folder of apps and the process."""
    code = "import os; os.environ['FORECAST_LIMITS_KERNELS_PER_VISITOR'] = '64'; serve.serve(root, port)"  # pages open faster than kernels are culled
    with running(root, root, code) as (address, process):
        yield f"{address}voila/render/", process


SMALL = """() => Array.from(document.querySelectorAll('button, select, summary, a[href], input, textarea'))
  .map(item => item.type === 'checkbox' ? item.closest('label') : item)
  .filter(item => item.offsetParent !== null)
  .map(item => [item.outerHTML.slice(0, 90), item.getBoundingClientRect()])
  .filter(([, box]) => box.height < 43.5).map(([text, box]) => text + ' ' + box.height)"""
UNNAMED = """() => Array.from(document.querySelectorAll('select, input, textarea')).filter(item => item.offsetParent !== null)
  .filter(item => !(item.labels && item.labels.length && item.labels[0].textContent.trim())).map(item => item.outerHTML.slice(0, 90))"""
