"""The second part of the acceptance list, section A: what a notebook does to its run."""

import json
import sys
import tempfile
import time
from datetime import UTC, datetime
from pathlib import Path

import nbformat
import psutil
import pytest
import tiny_project
from nbclient.exceptions import CellTimeoutError
from places import SOURCE
from tiny_project import EVALUATION, RECORD, execute_plan, run_of

from forecast.publish.charts import live
from forecast.runs import folders
from forecast.runs.execution import failure, runner
from forecast.runs.publication import pointer, signoff
from forecast.runs.records import manifest
from forecast.runs.upkeep import status

LOOSE = {  # ways to start a process that nobody waits for
    "double fork": """
import os
if os.fork() == 0:
    os.setsid()
    if os.fork() == 0: os.execvp("sleep", ["sleep", "{seconds}"])
    os._exit(0)
os.wait()""",
    "nohup": "import os\nos.system('nohup setsid sleep {seconds} >/dev/null 2>&1 &')",
    "without an environment": "import os\nos.system('env -i setsid sleep {seconds} >/dev/null 2>&1 &')",
    "kernel that dies": "import os\nos.system('nohup setsid sleep {seconds} >/dev/null 2>&1 &')\nos._exit(3)",
}


def sleeping(seconds):
    """The processes that sleep for so many seconds, those that ended but are not yet waited for left out."""
    processes = psutil.process_iter(["cmdline", "status"])
    return [each for each in processes if each.info["cmdline"] == ["sleep", seconds] and each.info["status"] != psutil.STATUS_ZOMBIE]


@pytest.mark.slow
@pytest.mark.parametrize("warm", [True, False], ids=["warm", "cold"])
@pytest.mark.parametrize("way", LOOSE)
def test_2a02_what_a_cell_set_loose_ends_with_its_run(tmp_path, way, warm):
    """2A02: a process that a cell cut loose from its own does not outlive the run."""
    seconds = f"{600 + list(LOOSE).index(way)}.{int(warm)}{time.time_ns() % 10**6}"
    path = tiny_project.make(tmp_path, {EVALUATION: [RECORD, LOOSE[way].format(seconds=seconds)]}, [run_of("one")])
    results = execute_plan(tmp_path, path, use_warm=warm)[1]
    assert results["one"].state == ("failed" if "dies" in way else "succeeded")
    deadline = time.monotonic() + 2
    while sleeping(seconds) and time.monotonic() < deadline:
        time.sleep(0.05)
    left = sleeping(seconds)
    for process in left:
        process.kill()
    assert not left

MANY = 'from IPython.display import display\nfor i in range({count}): display({{"text/plain": "a" * {size} + str(i)}}, raw=True)'


@pytest.mark.slow
def test_2a03_a_cell_with_thousands_of_outputs_finishes_with_all_of_them(tmp_path):
    """2A03: 6,000 small outputs of one cell are all in the notebook, and the run is good."""
    path = tiny_project.make(tmp_path, {EVALUATION: [MANY.format(count=6000, size=2000), RECORD]}, [run_of("one")])
    result = execute_plan(tmp_path, path)[1]["one"]
    assert result.state == "succeeded", result.reason.vi
    cell = nbformat.read(result.folder / "notebook.ipynb", as_version=4).cells[3]
    assert [output.data["text/plain"][2000:] for output in cell.outputs] == [str(number) for number in range(6000)]


def test_2a03_outputs_that_do_not_all_arrive_are_the_cause_that_is_named():
    """2A03: a cell that ended while its outputs still come is not said to have run for too long."""
    message = str(CellTimeoutError.error_from_timeout_and_cell("Timeout waiting for IOPub output", 4, nbformat.v4.new_code_cell("display(1)")))
    assert "in quá nhiều" in runner._late(message, "4").vi


def looked_at(folder):
    """What JupyterLab leaves of a notebook that was opened where everything may be written: a checkpoint and an autosave."""
    book = folder / "notebook.ipynb"
    (folder / ".ipynb_checkpoints").mkdir()
    (folder / ".ipynb_checkpoints" / "notebook-checkpoint.ipynb").write_bytes(book.read_bytes())
    if not book.stat().st_mode & 0o222:
        return
    book.write_text(book.read_text("utf-8") + " ", "utf-8")


@pytest.mark.slow
def test_2a24_a_record_that_was_looked_at_is_whole(tmp_path):
    """2A24: no file of a record may be written; a checkpoint beside it is no part of it."""
    path = tiny_project.make(tmp_path, {EVALUATION: [RECORD]}, [run_of("one")])
    folder = execute_plan(tmp_path, path)[1]["one"].folder
    looked_at(folder)
    assert not any(file.stat().st_mode & 0o222 for file in folder.iterdir() if file.is_file())
    assert manifest.verify(folder) == [] and pointer.read(tmp_path)
    assert execute_plan(tmp_path, path)[1]["one"].skipped


@pytest.mark.slow
@pytest.mark.parametrize("state", ["draft", "published"])
def test_2a24_a_damaged_record_is_set_aside_and_made_anew(tmp_path, state):
    """2A24: a published run whose notebook was saved over is said, run again, and the publication is whole with its signatures."""
    path = tiny_project.make(tmp_path, {EVALUATION: [RECORD]}, [run_of("one"), run_of("two", seed=2)])
    folder = execute_plan(tmp_path, path)[1]["one"].folder
    if state == "published":
        signoff.review(tmp_path, "default", "Bà An", "2026-11-01T00:00:00Z")
        signoff.publish(tmp_path, "default", "Ông Bình", "2026-11-02T00:00:00Z")
    before = pointer.read(tmp_path)
    (folder / "notebook.ipynb").chmod(0o644)
    looked_at(folder)
    assert "notebook.ipynb" in status.damage(tmp_path)[0].vi
    assert any("HỎNG / DAMAGED" in line for line in status.lines(tmp_path, datetime.now(UTC)))
    report, results, _ = execute_plan(tmp_path, path)
    assert report.published and not results["one"].skipped and results["two"].skipped
    after = pointer.read(tmp_path)
    assert [after[key] for key in ("state", "signatures", "number")] == [before[key] for key in ("state", "signatures", "number")]
    assert status.damage(tmp_path) == [] and pointer.run_ids(after) == pointer.run_ids(before)
    assert execute_plan(tmp_path, path)[0].published


@pytest.mark.slow
def test_2a24_a_record_without_its_manifest_proves_nothing_and_is_a_draft_again(tmp_path):
    path = tiny_project.make(tmp_path, {EVALUATION: [RECORD]}, [run_of("one")])
    folder = execute_plan(tmp_path, path)[1]["one"].folder
    signoff.review(tmp_path, "default", "Bà An", "2026-11-01T00:00:00Z")
    (folder / "manifest.json").unlink()
    report = execute_plan(tmp_path, path)[0]
    assert report.published and pointer.read(tmp_path)["state"] == "draft" and "không chứng minh được" in report.note.vi


PLACED = {  # ways by which a path of the machine gets into what a run leaves
    "refused": "from forecast.models import predict\npredict([1.0], 2)",
    "failed": "import os, pandas\npandas.read_csv(os.path.abspath('none.csv'))",
    "warned": "import warnings, os\nwarnings.warn('here ' + os.getcwd())\nprint(os.environ['FORECAST_HOME'] + '/data')\n" + RECORD,
}


@pytest.mark.slow
@pytest.mark.parametrize("way", PLACED)
def test_2a33_no_record_names_a_path_of_the_machine(tmp_path, way):
    """2A33: no file a run leaves, refused, failed or good, holds an absolute path of the machine."""
    path = tiny_project.make(tmp_path, {EVALUATION: [PLACED[way]]}, [run_of("one")])
    result = execute_plan(tmp_path, path)[1]["one"]
    assert result.state == {"warned": "succeeded"}.get(way, way)
    places = (str(tmp_path), str(SOURCE), sys.prefix, sys.base_prefix + "/lib", tempfile.gettempdir() + "/", str(Path.home()) + "/")
    for file in [file for file in result.folder.rglob("*") if file.is_file()]:
        text = file.read_text("utf-8", errors="replace")
        if file.name == "notebook.ipynb":
            text = json.dumps([cell.get("outputs", []) for cell in json.loads(text)["cells"]])
        assert [place for place in places if place in text] == [], file.name


def test_2a25_a_notebook_that_is_not_trusted_says_how_its_charts_are_seen():
    """2A25: JupyterLab shows the text of a chart there; it says where the picture is."""
    bundle = live.bundle({"data": {"values": [{"a": 1}]}, "mark": "point", "encoding": {"x": {"field": "a", "type": "quantitative"}}}, "Hình 1")
    assert bundle["text/plain"].startswith("Hình 1 ") and "report.html" in bundle["text/plain"] and "Trust Notebook" in bundle["text/plain"]


def test_2a21_status_is_quick_beside_ten_thousand_runs(tmp_path):
    """2A21: status reads what it tells of, not every record there is."""
    record = {"run_id": "", "plan": "default", "state": "succeeded", "finished_at": "2026-11-01T00:00:00Z", "outputs": {}, "padding": "x" * 3000}
    out = folders.out_folder(tmp_path)
    for number in range(10_000):
        folder = out / f"run_{number}-0123456789ab"
        folder.mkdir(parents=True)
        (folder / "manifest.json").write_text(json.dumps({**record, "run_id": folder.name, "name": f"run_{number}"}), "utf-8")
    facts = {"plan": "default", "name": "run_7", "state": "failed", "finished_at": "2026-11-02T00:00:00Z", "reason_vi": "sai", "reason_en": "wrong"}
    failure.keep(out, "run_7-0123456789ab", out / "none", None, facts)
    failure.keep(out, "run_8-0123456789ab", out / "none", None, {**facts, "name": "run_8", "finished_at": "2026-10-02T00:00:00Z"})
    began = time.process_time()
    text = "\n".join(status.lines(tmp_path, datetime.now(UTC)))
    assert time.process_time() - began < 1.0
    assert "default/run_7" in text and "run_8" not in text
