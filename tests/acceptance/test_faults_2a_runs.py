"""The second part of the acceptance list, section A: what a notebook does to its run."""

import time

import nbformat
import psutil
import pytest
import tiny_project
from nbclient.exceptions import CellTimeoutError
from tiny_project import EVALUATION, RECORD, execute_plan, run_of

from forecast.runs.execution import runner

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
