"""Section A of the acceptance list: each fault of a scheduled run is really provoked, and nothing is lost.

Every row has a test named by its id; `test_every_row_of_section_a_has_a_test` holds the list.
"""

import contextlib
import io
import itertools
import json
import os
import re
import signal
import subprocess
import sys
import threading
import time
from datetime import UTC, date, datetime
from pathlib import Path

import nbformat
import pytest
import tiny_project
from places import SOURCE
from tiny_project import EVALUATION, PROVINCE, RECORD, run_of

from forecast import files
from forecast.errors import ForecastError, PlanError, RunError
from forecast.runs import folders
from forecast.runs.execution import execute, failure, heartbeat
from forecast.runs.execution.executors import Limits
from forecast.runs.plans import plan
from forecast.runs.processes import warm
from forecast.runs.publication import ledger, pointer, signoff  # fmt: skip
from forecast.runs.records import manifest
from forecast.runs.upkeep import doctor, notice, schedule, status

ROWS = (
    "A01 A02 A03 A04 A05 A06 A07 A08 A09 A10 A11 A15 A16 A18 A19 A21 A22 A23 A24 A25 A26 A27 A28 A29 A31 A32 A33 A34 A36 A37 "
    "A38 A39 A40 A42 A44 A46 A47 A48"
).split()
TODAY = date(2026, 11, 24)
BAD = {  # what the notebook does for each seed, after it recorded everything unless the record itself is the fault
    1: f"{RECORD}\nimport os\nos._exit(3)",
    2: f"{RECORD}\nimport os, signal\nos.kill(os.getpid(), signal.SIGKILL)",
    3: f"{RECORD}\nx = bytearray(3_000_000_000)",
    4: f"{RECORD}\nimport time\ntime.sleep(60)",
    5: f"{RECORD}\nraise ValueError('hỏng giữa chừng')",
    6: "import sys\nsys.exit(0)",
    7: "import sys\nsys.exit(2)",
    13: "import time\nwhile not time.sleep(0.01): print('x' * 500_000)",
    14: "open('big', 'wb').write(b'x' * 60_000_000)\nimport time\ntime.sleep(30)",
    29: "import os, pathlib\npathlib.Path(os.environ['FORECAST_RUN_DIR'], 'forecast.csv').write_text('a,b')\nraise OSError('đứt')",
    38: "pass",
}
WARNS = "import warnings\nfrom statsmodels.tools.sm_exceptions import ConvergenceWarning\n"
GOOD = {0: RECORD, 44: f"{WARNS}warnings.warn('Maximum Likelihood did not converge', ConvergenceWarning)\n{RECORD}"}


def dispatch(actions):
    return f"exec({actions!r}.get(seed, {RECORD!r}))"


def execute_plan(root, path, **options):
    chosen = plan.load(path, root, today=TODAY)
    report = execute.run(chosen, root, stream=io.StringIO(), **options)
    return report, {result.name: result for result in report.results}


def command(root, *words, environment=None, **options):
    given = {**os.environ, "FORECAST_HOME": str(root), "PYTHONPATH": str(SOURCE), **(environment or {})}
    return subprocess.Popen([sys.executable, "-m", "forecast", *map(str, words)], env=given, **options)


def wait_for(path, seconds=60):
    deadline = time.monotonic() + seconds
    while not path.exists() and time.monotonic() < deadline:
        time.sleep(0.02)
    assert path.exists()


def failed_manifests(root):
    found = folders.out_folder(root).glob(f"{failure.FOLDER}/*/manifest.json")
    return [json.loads(path.read_text(encoding="utf-8")) for path in found]


@pytest.fixture(scope="module")
def bad(tmp_path_factory):
    """A good publication; then the same plan with one run for each way to end badly."""
    root = tmp_path_factory.mktemp("faults")
    path = tiny_project.make(root, {EVALUATION: [dispatch(BAD | GOOD)]}, [run_of("fine", seed=0)])
    first = execute_plan(root, path)[0]
    before = {file: file.read_bytes() for file in shown_files(root)}
    tiny_project.write_plan(root, [run_of("fine", seed=0), *(run_of(f"bad_{seed}", seed=seed) for seed in BAD)])
    limits = Limits(cell_seconds=8.0, memory_bytes=2 * 10**9, output_bytes=20 * 10**6)
    report, results = execute_plan(root, path, limits=limits)
    return root, first, before, report, results


def shown_files(root):
    runs = pointer.peek(root)["runs"]
    return [pointer.path_of(root), *(file for run in runs for file in (folders.out_folder(root) / run["run_id"]).iterdir())]


def ended(bad, seed):
    _, _, before, report, results = bad
    result = results[f"bad_{seed}"]
    assert not report.published and {file: file.read_bytes() for file in before} == before  # the last good one stays, to the byte
    content = json.loads((result.folder / "manifest.json").read_text(encoding="utf-8"))
    assert content["state"] == result.state and result.folder.parent.name == failure.FOLDER
    return result


def test_every_row_of_section_a_has_a_test():
    named = " ".join(name for name in globals() if re.match(r"test_a\d\d_", name))
    assert sorted({f"A{number}" for number in re.findall(r"_a(\d\d)(?=_)", f"_{named}")}) == ROWS


@pytest.mark.slow
def test_a01_exited_kernel_is_a_failure(bad):
    """A01: a kernel that exits is a failure though the notebook says completed."""
    result = ended(bad, 1)
    assert result.state == "failed" and "Kernel chết giữa chừng (mã thoát 3)" in result.reason.vi


@pytest.mark.slow
def test_a02_a_killed_kernel_is_said_to_be_likely_out_of_memory(bad):
    result = ended(bad, 2)
    assert result.state == "failed" and "tín hiệu 9" in result.reason.vi and "hết bộ nhớ" in result.reason.vi


@pytest.mark.slow
def test_a03_a_run_has_a_memory_limit_of_its_own(bad):
    result = ended(bad, 3)
    assert result.state == "failed" and "bộ nhớ" in result.reason.vi


@pytest.mark.slow
def test_a04_a_cell_over_its_time_is_timed_out(bad):
    result = ended(bad, 4)
    assert result.state == "timed_out" and "quá 8 giây" in result.reason.vi


@pytest.mark.slow
def test_a05_a_raising_cell_leaves_what_is_published_untouched(bad):
    assert "hỏng giữa chừng" in ended(bad, 5).reason.vi
    assert [run["run_id"] for run in pointer.read(bad[0])["runs"]] == [bad[1].results[0].run_id]


@pytest.mark.slow
def test_a06_leaving_early_with_code_0_is_no_success(bad):
    assert ended(bad, 6).state == "failed" and "bước cuối" in ended(bad, 6).reason.vi


@pytest.mark.slow
def test_a07_leaving_with_a_code_keeps_the_code(bad):
    assert "mã 2" in ended(bad, 7).reason.vi


def test_a08_raises_exception_tag_is_refused(tmp_path):
    """A08: a cell allowed to raise is refused before anything starts."""
    path = tiny_project.make(tmp_path, {EVALUATION: [RECORD]}, [run_of("one")])
    book = tmp_path / "notebooks" / f"{EVALUATION}.ipynb"
    content = nbformat.read(book, as_version=4)
    content.cells[-1].metadata["tags"] = ["raises-exception"]
    nbformat.write(content, book)
    assert "raises-exception" in refusal(tmp_path, path)


def refusal(root, path):
    with pytest.raises(PlanError) as caught:
        plan.load(path, root, today=TODAY)
    assert not (root / "parameterized_runs" / "out").exists()  # nothing was started
    return caught.value.vi


@pytest.mark.parametrize(
    ("row", "parameters", "said"),
    [
        ("A09", {"horzion_year": 2030}, "ý bạn là 'horizon_year'?"),
        ("A10", {"horizon_year": "nam"}, "số nguyên"),
        ("A11", {"n_paths": "7%"}, "0.07 thay cho"),
        ("A11", {"n_paths": "0,07"}, "0.07 thay cho"),
        ("A16", {'seed=1;import os;os.system("touch PWNED");x': 5}, "không hợp lệ"),
        ("A46", {"api_token": "x"}, "mật khẩu"),
    ],
)
def test_a09_a10_a11_a16_a46_schema_stops_all(tmp_path, row, parameters, said):
    """A09 A10 A11 A16 A46: a parameter that is not in the schema stops everything."""
    runs = [run_of("one", PROVINCE, **parameters)]
    path = tiny_project.make(tmp_path, {PROVINCE: [RECORD]}, runs)
    assert said in refusal(tmp_path, path), row
    assert not list(tmp_path.rglob("PWNED"))


@pytest.mark.parametrize("tagged", [None, 1])
def test_a15_missing_parameters_cell_is_refused(tmp_path, tagged):
    """A15: a notebook without a leading parameters cell is refused."""
    path = tiny_project.make(tmp_path, {}, [run_of("one")])
    tiny_project.write_notebook(tmp_path, EVALUATION, ["x = 1"], tagged=tagged)
    assert "gắn thẻ 'parameters'" in refusal(tmp_path, path)


def test_a18_annotation_changes_nothing(tmp_path):
    """A18: an annotation in the notebook changes nothing the schema is the truth."""
    path = tiny_project.make(tmp_path, {EVALUATION: [RECORD]}, [run_of("one", seed=7)])
    book = tmp_path / "notebooks" / f"{EVALUATION}.ipynb"
    text = book.read_text(encoding="utf-8")
    book.write_text(text.replace("seed = 1", "seed: Literal[1] = 1"), encoding="utf-8")
    assert plan.load(path, tmp_path, today=TODAY).runs[0].parameters["seed"] == 7
    tiny_project.write_plan(tmp_path, [run_of("one", seed="một")])
    assert "số nguyên" in refusal(tmp_path, path)


@pytest.mark.parametrize("name", ["../../x", "/tmp/x", "a/b", "..", "x\0y"])
def test_a19_no_name_leaves_the_run_folder(tmp_path, name):
    """A19: no name from a plan or pointer leaves the run folder."""
    path = tiny_project.make(tmp_path, {EVALUATION: [RECORD]}, [{**run_of("one"), "name": name}])
    assert "mã không dấu" in refusal(tmp_path, path)
    with pytest.raises(RunError):
        pointer.path_of(tmp_path, name)
    with pytest.raises(PlanError):
        from forecast.runs.plans import compose

        compose.write(tmp_path, name, "", today=TODAY)


@pytest.mark.slow
def test_a21_two_runs_at_once_one_result(tmp_path):
    """A21: two runs of one plan at once make one result and both end well."""
    count = tmp_path / "count"
    cell = f"open({str(count)!r}, 'a').write('x')\nimport time\ntime.sleep(1)\n{RECORD}"
    path = tiny_project.make(tmp_path, {EVALUATION: [cell]}, [run_of("one")])
    both = [command(tmp_path, "run", path, stderr=subprocess.PIPE, stdout=subprocess.DEVNULL, text=True) for _ in range(2)]
    said = [one.communicate(timeout=90)[1] for one in both]
    assert [one.returncode for one in both] == [0, 0] and count.read_text() == "x"
    assert sum("đã có, không chạy lại" in text for text in said) == 1


@pytest.mark.slow
def test_a22_reader_meets_whole_reports(tmp_path):
    """A22: a reader never meets an empty torn or unfinished report."""
    cells = ["import time\ntime.sleep(0.05)", RECORD]
    path = tiny_project.make(tmp_path, {EVALUATION: cells}, [run_of("one", seed=0)])
    execute_plan(tmp_path, path)
    read, faults, stop = [0], [], threading.Event()

    def reader():
        while not stop.is_set():
            entry = pointer.peek(tmp_path)["runs"][0]
            folder = folders.out_folder(tmp_path) / entry["run_id"]
            text = (folder / "report.html").read_text(encoding="utf-8")
            content = json.loads((folder / "manifest.json").read_text(encoding="utf-8"))
            if not text.rstrip().endswith("</html>") or content["state"] != "succeeded":
                faults.append(entry["run_id"])
            read[0] += 1

    thread = threading.Thread(target=reader)
    thread.start()
    try:
        for seed in range(1, 4):
            tiny_project.write_plan(tmp_path, [run_of("one", seed=seed)])
            assert execute_plan(tmp_path, path)[0].published
    finally:
        stop.set()
        thread.join()
    assert read[0] > 300 and not faults


@contextlib.contextmanager
def small_disk(megabytes):
    """A real file system of a few MB; skipped where one cannot be mounted."""
    import tempfile

    place = Path(tempfile.mkdtemp(prefix="disk-"))
    made = subprocess.run(["mount", "-t", "tmpfs", "-o", f"size={megabytes}m", "tmpfs", str(place)], check=False, capture_output=True)
    if made.returncode:
        place.rmdir()
        pytest.skip("no file system can be mounted here")
    try:
        yield place
    finally:
        subprocess.run(["umount", "-l", str(place)], check=True)
        place.rmdir()


@pytest.mark.slow
def test_a23_full_disk_keeps_the_earlier_result(monkeypatch):
    """A23: a full disk stops the run and the earlier result stays whole."""
    with small_disk(12) as root:
        cells = ["if seed: open(__import__('os').environ['FORECAST_RUN_DIR'] + '/x.csv', 'wb').write(b'x' * 30_000_000)", RECORD]
        path = tiny_project.make(root, {EVALUATION: cells}, [run_of("one", seed=0)])
        with pytest.raises(RunError, match="cần ít nhất"):  # told before anything starts
            execute_plan(root, path)
        monkeypatch.setattr(files, "LEAST_FREE", 0)
        assert execute_plan(root, path)[0].published
        before = {file: file.read_bytes() for file in shown_files(root)}
        tiny_project.write_plan(root, [run_of("one", seed=1)])
        report, results = execute_plan(root, path)
        assert not report.published and results["one"].state == "failed" and "No space left" in results["one"].reason.vi
        assert {file: file.read_bytes() for file in before} == before and pointer.read(root)


def test_a24_unwritable_folder_stops_all(tmp_path, monkeypatch):
    """A24: a folder without the right to write stops everything before a kernel."""
    import tempfile

    with tempfile.TemporaryDirectory() as place:
        root = Path(place)
        path = tiny_project.make(root, {EVALUATION: [RECORD]}, [run_of("one")])
        (root / "parameterized_runs").chmod(0o555)
        root.chmod(0o755)
        monkeypatch.setattr(subprocess, "Popen", None)  # nothing can be started
        monkeypatch.setattr(warm, "fork", None)
        user = os.geteuid()
        if user == 0:
            os.seteuid(65534)
        try:
            with pytest.raises(RunError, match="Không ghi được"):
                execute_plan(root, path)
        finally:
            os.seteuid(user)
            (root / "parameterized_runs").chmod(0o755)


@pytest.fixture(scope="module")
def killed(tmp_path_factory):
    """A plan of three whose driver is killed while the second run is at work; the first is done."""
    root = tmp_path_factory.mktemp("killed")
    started = root / "started"
    calm = f"0 if __import__('os').path.exists({str(root / 'calm')!r}) else 30"
    wait = f"if seed == 2:\n    open({str(started)!r}, 'w').close()\n    __import__('time').sleep({calm})"
    runs = [run_of("one", seed=1), run_of("two", seed=2), run_of("three", seed=3)]
    path = tiny_project.make(root, {EVALUATION: [wait, RECORD]}, runs)
    process = command(root, "run", path, "--workers", "1", stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
    wait_for(started)
    during = status.at_work(root)
    process.kill()
    process.wait()
    after = status.at_work(root)
    (root / "calm").touch()
    report, results = execute_plan(root, path)
    return root, during, after, report, results


@pytest.mark.slow
def test_a25_sigterm_is_an_interruption(tmp_path):
    """A25: sigterm is an interruption with its own code and leaves no lock."""
    started = tmp_path / "started"
    path = tiny_project.make(tmp_path, {EVALUATION: [f"open({str(started)!r}, 'w').close()\nimport time\ntime.sleep(60)"]}, [run_of("one")])
    process = command(tmp_path, "run", path, stdout=subprocess.DEVNULL, stderr=subprocess.PIPE, text=True)
    wait_for(started)
    process.send_signal(signal.SIGTERM)
    said = process.communicate(timeout=30)[1]
    assert process.returncode == 143 and "Đã dừng" in said
    assert [content["state"] for content in failed_manifests(tmp_path)] == ["interrupted"]
    assert not list(folders.out_folder(tmp_path).glob(".tmp-*")) and not heartbeat.activities(folders.out_folder(tmp_path))
    with files.locked(folders.out_folder(tmp_path), wait_seconds=0.0, say=print):
        pass


@pytest.mark.slow
def test_a26_killed_run_is_lost_the_next_goes_on(killed):
    """A26: what a killed run had in hand is lost and the next goes on with what is left."""
    root, during, after, report, results = killed
    assert ("default", "two", "running") in during and ("default", "three", "queued") in during
    assert {(name, state) for _, name, state in after} >= {("two", "lost"), ("three", "lost")}
    assert report.published and results["one"].skipped and not results["two"].skipped
    assert [content["state"] for content in failed_manifests(root)] == ["lost"]
    assert not heartbeat.activities(folders.out_folder(root)) and not status.failures(root)


def test_a26_reused_pid_is_not_alive(tmp_path):
    """A26: a pid that was given to another process or another boot is not taken for alive."""
    beat = heartbeat.Beat(tmp_path, "default", [("one", "one-1")])
    beat.tick(["one"])
    path = next((tmp_path / heartbeat.FOLDER).glob("*.json"))
    content = json.loads(path.read_text(encoding="utf-8"))
    assert heartbeat.is_alive(content)
    for change in ({"process_started": 1.0}, {"boot_id": "x"}, {"beat_monotonic": time.monotonic() - 600}, {"pid": 2**22 - 1}):
        assert not heartbeat.is_alive(content | change)


KILLED = """
import os, sys
from pathlib import Path
from forecast.runs.publication import signoff
left = int(sys.argv[2])
def deadly(real):
    def call(*arguments, **named):
        global left
        if left == 0:
            os._exit(9)
        left -= 1
        return real(*arguments, **named)
    return call
for name in ("replace", "fsync", "open"):
    setattr(os, name, deadly(getattr(os, name)))
getattr(signoff, sys.argv[3])(Path(sys.argv[1]), "default", "Người ký", "2026-11-06T00:00:00Z")
"""


def stored_runs(root, *names):
    """Run folders as runs leave them, without a kernel."""
    found = []
    for name in names:
        digests = {"data": "d", "code": "c", "environment": "e", "notebook": "n"}
        from forecast.runs.records import identity

        run_id = identity.run_id(name, {}, digests)
        folder = folders.out_folder(root) / run_id
        folder.mkdir(parents=True)
        (folder / "report.html").write_text(f"<html>{name}</html>")
        facts = {"run_id": run_id, "plan": "default", "name": name, "notebook": EVALUATION, "parameters": {}, "state": "succeeded",
                 "digests": digests, "versions": {}, "seconds": {"total": 1}, "started_at": "a", "finished_at": "b"}  # fmt: skip
        manifest.write(folder, facts)
        found.append(run_id)
    return found


@pytest.mark.slow
@pytest.mark.parametrize("action", ["publish", "rollback"])
def test_a27_kill_leaves_old_or_new(tmp_path, action):
    """A27: a kill at any step of publishing or going back leaves the old or the new."""
    old, new = stored_runs(tmp_path, "one", "two")
    outcomes = []
    while not outcomes or outcomes[-1][0]:
        for path in (tmp_path / "parameterized_runs").rglob("*.json"):
            if "out" not in path.parts:
                path.unlink()
        pointer.switch(tmp_path, "default", [old], "2026-11-01T00:00:00Z", {"state": "published"})
        if action == "publish":
            pointer.offer(tmp_path, "default", [new], "2026-11-02T00:00:00Z")
            signoff.review(tmp_path, "default", "Thẩm định", "2026-11-03T00:00:00Z")
        else:
            pointer.switch(tmp_path, "default", [new], "2026-11-02T00:00:00Z", {"state": "published"})
        at_first = pointer.read(tmp_path)["runs"][0]["run_id"]
        done = subprocess.run([sys.executable, "-c", KILLED, str(tmp_path), str(len(outcomes)), action], check=False)
        found = pointer.read(tmp_path)  # whole, whatever happened
        assert found["state"] == "published" and found["runs"][0]["run_id"] in (old, new)
        outcomes.append((done.returncode, found["runs"][0]["run_id"] == at_first))
        assert ledger.problems(tmp_path) == []
    assert outcomes[0] == (9, True) and outcomes[-1] == (0, False) and len(outcomes) > 6
    flips = [before[1] and not after[1] for before, after in itertools.pairwise(outcomes)]
    assert sum(flips) == 1  # one moment, and never back


def test_a28_a_set_of_runs_is_switched_as_one(tmp_path):
    first, second, third = stored_runs(tmp_path, "one", "two", "three")
    pointer.switch(tmp_path, "default", [first, second], "2026-11-01T00:00:00Z")
    (folders.out_folder(tmp_path) / third / "report.html").unlink()
    with pytest.raises(RunError, match="thiếu tệp"):
        pointer.switch(tmp_path, "default", [second, third], "2026-11-02T00:00:00Z")
    assert [run["run_id"] for run in pointer.read(tmp_path)["runs"]] == [first, second]


@pytest.mark.slow
def test_a29_half_a_table_is_no_result(bad):
    """A29: half a table and then an error is never taken for a result."""
    result = ended(bad, 29)
    assert result.state == "failed" and "đứt" in result.reason.vi
    assert not [path for path in folders.out_folder(bad[0]).glob("bad_*")]


@pytest.mark.slow
def test_a31_a_run_never_writes_to_its_inputs(bad):
    book = bad[0] / "notebooks" / f"{EVALUATION}.ipynb"
    assert all(not cell.get("outputs") for cell in json.loads(book.read_text(encoding="utf-8"))["cells"])
    assert manifest.read(bad[1].results[0].folder)["digests"]["notebook"] == files.sha256_of(book)


@pytest.mark.slow
def test_a31_changed_input_voids_the_result(tmp_path):
    """A31: an input that changes during the run makes its result void."""
    cell = f"p = {str(tmp_path / 'notebooks' / f'{EVALUATION}.ipynb')!r}\nopen(p, 'a').write(' ')\n{RECORD}"
    path = tiny_project.make(tmp_path, {EVALUATION: [cell]}, [run_of("one")])
    report, results = execute_plan(tmp_path, path)
    assert results["one"].state == "failed" and "đã đổi trong lúc chạy" in results["one"].reason.vi and not report.published


@pytest.mark.parametrize("content", ["", "{", '{"cells": ', "\x00\x01"])
def test_a32_a_truncated_notebook_is_one_line(tmp_path, content):
    path = tiny_project.make(tmp_path, {EVALUATION: []}, [run_of("one")])
    (tmp_path / "notebooks" / f"{EVALUATION}.ipynb").write_text(content)
    assert "không phải sổ tính Jupyter" in refusal(tmp_path, path)


@pytest.mark.slow
def test_a33_missing_kernel_name_changes_nothing(bad, monkeypatch):
    """A33: a kernel name that is not installed changes nothing and the doctor tries the kernel."""
    book = json.loads((bad[0] / "notebooks" / f"{EVALUATION}.ipynb").read_text(encoding="utf-8"))
    assert book["metadata"]["kernelspec"]["name"] == "not_installed_here" and bad[1].good
    assert doctor._kernel(bad[0], 0).state == "good"
    monkeypatch.setenv("JUPYTER_PREFER_ENV_PATH", "1")
    monkeypatch.setattr(doctor.sys, "executable", "/bin/false")
    assert doctor._kernel(bad[0], 0).state == "bad"


@pytest.mark.slow
def test_a34_the_same_run_again_is_there_already(bad, monkeypatch):
    root = bad[0]
    path = tiny_project.write_plan(root, [run_of("fine", seed=0)])
    monkeypatch.setattr(subprocess, "Popen", None)  # nothing can be started
    monkeypatch.setattr(warm, "fork", None)
    report, results = execute_plan(root, path)
    assert results["fine"].skipped and report.published


@pytest.mark.slow
def test_a36_passing_causes_are_tried_again(tmp_path):
    """A36: a cause that may pass is tried again and counted and nothing else is."""
    flag, tries = tmp_path / "flag", tmp_path / "tries"
    flaky = f"import os\nif not os.path.exists({str(flag)!r}):\n    open({str(flag)!r}, 'w').close()\n    raise ConnectionResetError('mạng đứt')"
    always = f"open({str(tries)!r}, 'a').write('x')\nraise BlockingIOError(11, 'tệp bị khóa')"
    never = f"open({str(tries)!r}, 'a').write('y')\nraise ValueError('sai')"
    actions = {1: f"{flaky}\n{RECORD}", 2: always, 3: never}
    path = tiny_project.make(tmp_path, {EVALUATION: [dispatch(actions)]}, [run_of(f"n{seed}", seed=seed) for seed in actions])
    _, results = execute_plan(tmp_path, path)
    content = manifest.read(results["n1"].folder)
    assert content["attempts"] == 2 and "mạng đứt" in content["retried"][0]
    assert results["n2"].state == "failed" and results["n3"].state == "failed"
    assert sorted(tries.read_text()) == ["x", "x", "x", "y"]


def scheduled(root, rule, **options):
    tiny_project.make(root, {EVALUATION: [RECORD]}, [run_of("one")])
    tiny_project.write_plan(root, [run_of("one")], schedule=[rule], **options)
    return []


def at(text):
    return datetime.fromisoformat(text).astimezone(UTC)


def test_a37_missed_schedule_caught_up_once(tmp_path):
    """A37: a missed schedule is caught up once and a clock set back repeats nothing."""
    calls = scheduled(tmp_path, "ngày 6 hằng tháng 06:00")
    from forecast.domain import Text

    def run(path):
        calls.append(path.stem)
        return True, Text("xong", "done")

    for moment, expected in (
        ("2026-11-05T12:00+07:00", 0),  # seen for the first time: nothing before it counts as missed
        ("2026-11-06T05:59+07:00", 0),
        ("2026-11-06T06:00+07:00", 1),
        ("2026-11-06T06:10+07:00", 1),
        ("2026-11-01T00:00+07:00", 1),  # the clock was set back
        ("2026-11-06T06:00+07:00", 1),
        ("2027-03-20T09:00+07:00", 2),  # off for four months: one run, not four
        ("2027-03-20T09:10+07:00", 2),
    ):
        schedule.run_due(tmp_path, at(moment), run)
        assert len(calls) == expected, moment


def test_a37_two_triggers_at_the_same_moment_give_one_run(tmp_path):
    calls = scheduled(tmp_path, "hằng ngày 06:00")
    from forecast.domain import Text

    schedule.begin(tmp_path, at("2026-11-05T12:00+07:00"))

    def run(path):
        calls.append(path.stem)
        assert schedule.run_due(tmp_path, at("2026-11-06T06:00+07:00"), run) == []  # the other trigger goes
        return True, Text("xong", "done")

    schedule.run_due(tmp_path, at("2026-11-06T06:00+07:00"), run)
    assert calls == ["default"]


@pytest.mark.slow
def test_a38_success_needs_every_expected_output(bad, tmp_path):
    assert "bước cuối" in ended(bad, 38).reason.vi
    path = tiny_project.make(tmp_path, {PROVINCE: [RECORD]}, [run_of("one", PROVINCE)])
    result = execute_plan(tmp_path, path)[1]["one"]
    assert result.state == "failed" and "thiếu bảng forecast" in result.reason.vi


@pytest.mark.slow
def test_a39_a40_marks_spaces_and_a_bare_c_locale_do_no_harm(tmp_path):
    root = tmp_path / "Báo cáo Hưng Yên – tháng 11"
    path = tiny_project.make(root, {EVALUATION: [f"print('Hưng Yên: tỷ đồng ≥ 7 %')\n{RECORD}"]}, [run_of("one")])
    bare = {"LC_ALL": "C", "LANG": "C", "PYTHONUTF8": "0", "PYTHONCOERCECLOCALE": "0"}
    process = command(root, "run", path, environment=bare, stdout=subprocess.PIPE, stderr=subprocess.PIPE)
    said, complaint = (text.decode("utf-8") for text in process.communicate(timeout=90))
    assert process.returncode == 0 and "Đã đưa lên trang" in said, complaint
    html = next(folders.out_folder(root).glob("one-*/report.html")).read_text(encoding="utf-8")
    assert "Hưng Yên: tỷ đồng ≥ 7 %" in html


def test_a42_vietnamese_names_stand_in_vietnamese_order():
    from forecast.publish.words.collation import in_order

    names = ["Hưng Yên", "Đắk Lắk", "Điện Biên", "Ấn", "An Giang", "Bà Rịa", "Cần Thơ", "Cao Bằng", "Dak", "ăn", "anh"]
    assert in_order(names) == ["An Giang", "anh", "ăn", "Ấn", "Bà Rịa", "Cao Bằng", "Cần Thơ", "Dak", "Đắk Lắk", "Điện Biên", "Hưng Yên"]


@pytest.mark.slow
def test_a44_warnings_are_kept(tmp_path):
    """A44: warnings are kept and a fit that did not converge is a verdict."""
    path = tiny_project.make(tmp_path, {EVALUATION: [dispatch(GOOD)]}, [run_of("fine", seed=0), run_of("warned", seed=44)])
    _, results = execute_plan(tmp_path, path)
    fine, warned = (manifest.read(results[name].folder) for name in ("fine", "warned"))
    assert fine["warnings"] == [] and fine["converged"] is True
    assert "did not converge" in warned["warnings"][0] and warned["converged"] is False


@pytest.mark.slow
def test_a47_environment_is_recorded(bad, monkeypatch):
    """A47: the manifest records the environment and the doctor compares it with the lock."""
    content = manifest.read(bad[1].results[0].folder)
    assert content["versions"]["papermill"] and len(content["digests"]["environment"]) == 64
    home = SOURCE.parent
    assert doctor._packages(home, 0).state == "good"
    true = doctor._version
    monkeypatch.setattr(doctor, "_version", lambda name: "0.0.1" if name == "papermill" else true(name))
    assert "papermill 0.0.1" in doctor._packages(home, 0).text.vi
    monkeypatch.setattr(doctor, "_version", lambda name: "6.5.7" if name == "tornado" else true(name))
    assert "tornado 6.5.7 < 6.5.8" in doctor._floors(home, 0).text.vi


@pytest.mark.parametrize("harm", ["change", "remove", "add", "manifest"])
def test_a48_every_tampering_with_a_stored_run_is_found(tmp_path, harm):
    (run_id,) = stored_runs(tmp_path, "one")
    folder = folders.out_folder(tmp_path) / run_id
    assert manifest.verify(folder) == []
    {
        "change": lambda: (folder / "report.html").write_text("better news"),
        "remove": lambda: (folder / "report.html").unlink(),
        "add": lambda: (folder / "more.csv").write_text("x"),
        "manifest": lambda: (folder / "manifest.json").unlink(),
    }[harm]()
    assert manifest.verify(folder)
    with pytest.raises(ForecastError):
        pointer.switch(tmp_path, "default", [run_id], "2026-11-01T00:00:00Z")


@pytest.mark.slow
@pytest.mark.parametrize("seed", [13, 14])
def test_endless_output_is_stopped(bad, seed):
    """A notebook that prints or writes without end is stopped."""
    result = ended(bad, seed)
    assert result.state == "failed" and "quá 20 MB" in result.reason.vi


def test_failure_notice_until_the_next_good_run(tmp_path):
    """A failure gives notice on disk and is taken away by the next good run."""
    scheduled(tmp_path, "hằng ngày 06:00")
    from forecast.domain import Text

    schedule.begin(tmp_path, at("2026-11-05T12:00+07:00"))
    schedule.run_due(tmp_path, at("2026-11-06T06:00+07:00"), lambda _path: (False, Text("một lượt hỏng", "one failed")))
    assert notice.read(tmp_path)[0]["vi"] == "một lượt hỏng"
    assert "một lượt hỏng" in notice.path_of(tmp_path).with_suffix(".txt").read_text(encoding="utf-8")
    schedule.run_due(tmp_path, at("2026-11-07T06:00+07:00"), lambda _path: (True, Text("xong", "done")))
    assert notice.read(tmp_path) == []
