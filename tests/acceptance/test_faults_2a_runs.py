"""The second part of the acceptance list, section A: what a notebook does to its run."""

import time

import psutil
import pytest
import tiny_project
from tiny_project import EVALUATION, RECORD, execute_plan, run_of

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
