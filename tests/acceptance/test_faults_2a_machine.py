"""The second part of the acceptance list, section A: a machine that is not in order, clocks, doors."""

import contextlib
import os
import shutil
import subprocess
import sys
import tempfile
import time
from datetime import UTC, date, datetime
from pathlib import Path

import numpy as np
import psutil
import pytest
import tiny_project
from places import DATA, PROJECT, SOURCE
from tiny_project import EVALUATION, RECORD, execute_plan, run_of

from forecast.domain import Text
from forecast.errors import RefusedError, RunError
from forecast.models import predict
from forecast.models.series import prophet_method, statistical
from forecast.publish.leaders import view
from forecast.publish.published import Publication
from forecast.runs import folders
from forecast.runs.execution import attempt, execute, failure, heartbeat
from forecast.runs.execution.executors import Limits, Shared
from forecast.runs.plans import plan
from forecast.runs.publication import pointer, signoff
from forecast.runs.records import identity, manifest
from forecast.runs.upkeep import doctor, notice, schedule, status

GROWING = np.array([60.0, 64.1, 68.8, 72.9, 78.4, 84.2, 90.0, 95.3, 98.1, 99.0, 107.4, 114.2])
FORECAST = """
import prophet.models
prophet.models.CmdStanPyBackend.load_model = lambda self: (_ for _ in ()).throw(OSError('libtbb.so.2: cannot open shared object file'))
from forecast.models import predict
predict([60.0, 64.1, 68.8, 72.9, 78.4, 84.2, 90.0, 95.3, 98.1, 99.0], 2, method='prophet')"""


@pytest.mark.filterwarnings("ignore")
@pytest.mark.parametrize("method", ["ets", "theta", "local_linear_trend", "arima", "prophet"])
def test_2a28_every_fitted_method_fits_the_plain_series(method):
    simulate = {"prophet": lambda x, steps, rng, draws: prophet_method._simulate_prophet(x, steps, 1, draws)}
    simulate = simulate.get(method) or getattr(statistical, {"local_linear_trend": "_simulate_trend"}.get(method, f"_simulate_{method}"))
    assert statistical._can_fit(simulate, ValueError())


def test_2a28_a_method_that_does_not_work_here_is_no_refusal(monkeypatch):
    """2A28: Prophet's backend missing or broken is a fault of the machine; a series that cannot be fitted is refused as before."""
    import prophet.models

    with monkeypatch.context() as broken:
        broken.setattr(prophet.models.CmdStanPyBackend, "load_model", lambda self: 1 / 0)
        with pytest.raises(RunError, match="lỗi cài đặt"):
            predict(GROWING, 2, method="prophet")
    with monkeypatch.context() as missing:
        missing.setitem(sys.modules, "prophet", None)
        with pytest.raises(RunError, match="lỗi cài đặt"):
            predict(GROWING, 2, method="prophet")
    true = prophet_method._simulate_prophet

    def only_this(x, *more):
        if len(x) == len(GROWING):
            raise RuntimeError("Error during optimization")
        return true(x, *more)

    monkeypatch.setattr(prophet_method, "_simulate_prophet", only_this)
    with pytest.raises(RefusedError):
        predict(GROWING, 2, method="prophet")


@pytest.mark.slow
def test_2a28_a_run_on_such_a_machine_failed_and_is_tried_again(tmp_path):
    path = tiny_project.make(tmp_path, {EVALUATION: [FORECAST]}, [run_of("one")])
    for _ in range(2):
        report, results, _ = execute_plan(tmp_path, path)
        assert results["one"].state == "failed" and not results["one"].skipped and not report.published
        assert "lỗi cài đặt" in results["one"].reason.vi


@pytest.mark.slow
@pytest.mark.parametrize("closed", ["2>&-", ">&-", "<&- >&- 2>&-"])
def test_2a04_a_run_needs_no_stream(tmp_path, closed):
    """2A04: a run started where a standard stream is closed runs, is recorded and shown."""
    path = tiny_project.make(tmp_path, {EVALUATION: [RECORD]}, [run_of("one")])
    environment = {**os.environ, "FORECAST_HOME": str(tmp_path), "PYTHONPATH": str(SOURCE)}
    line = f'"{sys.executable}" -m forecast run "{path}" {closed}'
    assert subprocess.run(line, shell=True, env=environment, timeout=100, check=False).returncode == 0
    assert len(pointer.read(tmp_path)["runs"]) == 1


def test_2a04_a_program_without_an_error_stream_may_run_a_plan(tmp_path, monkeypatch):
    path = tiny_project.make(tmp_path, {EVALUATION: [RECORD]}, [run_of("one")])
    execute_plan(tmp_path, path)
    monkeypatch.setattr(sys, "stderr", None)
    assert execute.run(plan.load(path, tmp_path, today=date(2026, 11, 24)), tmp_path).published


@pytest.mark.slow
def test_2a05_a_run_that_was_cut_off_is_told_once_and_then_history(tmp_path):
    """2A05: after kill -9 the lost run is told with its plan's name; once the plan is good it is history, also where nothing had to run."""
    wait = "import os, time\nif os.path.exists('{flag}'): time.sleep(60)"
    path = tiny_project.make(tmp_path, {EVALUATION: [wait.format(flag=tmp_path / "flag"), RECORD]}, [run_of("one")], "replays")
    execute_plan(tmp_path, path)
    (tmp_path / "flag").touch()
    other = tiny_project.write_plan(tmp_path, [run_of("one", seed=2)], "replays")
    environment = {**os.environ, "FORECAST_HOME": str(tmp_path), "PYTHONPATH": str(SOURCE)}
    process = subprocess.Popen([sys.executable, "-m", "forecast", "run", str(other)], env=environment, stderr=subprocess.DEVNULL)
    out = folders.out_folder(tmp_path)
    deadline = time.monotonic() + 60
    while not list(out.glob(f"{folders.TEMPORARY}*/notebook.ipynb")) and time.monotonic() < deadline:
        time.sleep(0.05)
    process.kill()
    process.wait()
    failure.sweep(out, manifest.stamp(time.time()))
    assert [(lost.plan, lost.name, lost.state) for lost in status.failures(tmp_path)] == [("replays", "one", "lost")]
    path = tiny_project.write_plan(tmp_path, [run_of("one")], "replays")
    assert execute_plan(tmp_path, path)[1]["one"].skipped
    assert status.failures(tmp_path) == []


def test_2a27_a_clock_that_is_set_makes_no_living_run_lost(tmp_path, monkeypatch):
    """2A27: the start of a process is compared by marks that do not move with the clock."""
    beat = heartbeat.Beat(tmp_path, "default", [("one", "one-0123456789ab")])
    beat.tick(["one"])
    true = psutil.Process.create_time
    monkeypatch.setattr(psutil.Process, "create_time", lambda process: true(process) + 3600)  # as after a step of an hour
    assert heartbeat.alive_run_ids(tmp_path) == {"one-0123456789ab"}
    beat._path.write_text(beat._path.read_text("utf-8").replace(f'"pid": {os.getpid()}', '"pid": 1'), "utf-8")
    assert heartbeat.alive_run_ids(tmp_path) == set()  # another process


def test_2a26_a_clock_once_in_2038_does_not_stop_the_schedule(tmp_path):
    """2A26: a period of a far future is told and forgotten; a clock set back by days still repeats nothing."""
    tiny_project.make(tmp_path, {EVALUATION: [RECORD]}, [run_of("one")])
    tiny_project.write_plan(tmp_path, [run_of("one")], schedule=["ngày 6 hằng tháng 06:00"])
    calls = []

    def run(path):
        calls.append(path.stem)
        return True, Text("xong", "done")

    for moment, count in (
        ("2026-11-05T12:00+07:00", 0),
        ("2038-01-07T12:00+07:00", 1),
        ("2026-11-05T13:00+07:00", 1),
        ("2026-11-06T06:00+07:00", 2),
        ("2026-11-01T06:00+07:00", 2),
        ("2026-11-06T06:00+07:00", 2),
        ("2026-12-06T06:00+07:00", 3),
    ):
        now = datetime.fromisoformat(moment).astimezone(UTC)
        schedule.run_due(tmp_path, now, run)
        assert len(calls) == count, moment
        if moment.startswith("2026-11-05T13"):
            assert "2038-01-07" in notice.read(tmp_path)[0]["vi"]
            assert schedule.upcoming(tmp_path, now)[0][2].year == 2026


class Early(datetime):
    """A clock that stands in 2020."""

    @classmethod
    def now(cls, zone=None):
        return datetime(2020, 1, 1, 3, tzinfo=UTC).astimezone(zone)


@pytest.mark.slow
def test_2a10_a_clock_before_the_figures_is_said_and_nothing_is_signed(tmp_path, monkeypatch):
    """2A10: clock at 2020, figures of 2026: said by doctor, status and the leaders' page; refused for signing."""
    path = tiny_project.make(tmp_path, {EVALUATION: [RECORD]}, [run_of("one")])
    (tmp_path / "data").symlink_to(DATA)
    execute_plan(tmp_path, path)
    for sign in (signoff.review, signoff.publish, signoff.rollback):
        with pytest.raises(RunError, match=r"Đồng hồ máy ghi 01/01/2020"):
            sign(tmp_path, "default", "Bà An", "2020-01-01T00:00:00Z")
    assert signoff.review(tmp_path, "default", "Bà An", manifest.stamp(time.time()))["state"] == "reviewed"
    assert any("ĐỒNG HỒ / CLOCK" in line for line in status.lines(tmp_path, Early.now(UTC)))
    assert not any("ĐỒNG HỒ" in line for line in status.lines(tmp_path, datetime.now(UTC)))
    assert doctor._clock(tmp_path, 0).state == "good"
    monkeypatch.setattr(doctor, "datetime", Early)
    assert doctor._clock(tmp_path, 0).state == "bad" and "số liệu mới nhất" in doctor._clock(tmp_path, 0).text.vi
    shown = view.content(Publication("default", "2020-01-01T00:00:00Z", (), "draft", ()), (), DATA)
    assert "đồng hồ sai" in shown["overdue"].vi


@pytest.mark.slow
def test_2a34_a_publication_that_lies_ahead_of_the_clock_is_said_in_words(tmp_path):
    """2A34: with the clock at 1970 nothing is '-20783 days ago'."""
    path = tiny_project.make(tmp_path, {EVALUATION: [RECORD]}, [run_of("one")])
    execute_plan(tmp_path, path)
    text = "\n".join(status.lines(tmp_path, datetime(1970, 1, 1, tzinfo=UTC)))
    assert "đồng hồ máy đang đi sau ngày này" in text and "(-" not in text
    assert "(0 ngày trước / 0 days ago)" in "\n".join(status.lines(tmp_path, datetime.now(UTC)))


def nearly_full(monkeypatch, folder, free):
    """As if so many bytes were free below this folder."""
    true = shutil.disk_usage
    full = type(true("/"))(10**12, 10**12 - free, free)
    monkeypatch.setattr(shutil, "disk_usage", lambda path: full if Path(path).is_relative_to(folder) else true(path))


def test_2a32_a_full_temporary_folder_is_named_before_anything_starts(tmp_path, monkeypatch):
    """2A32: the folder and the space are named; nothing is left that counts as lost."""
    path = tiny_project.make(tmp_path / "project", {EVALUATION: [RECORD]}, [run_of("one")])
    (tmp_path / "temporary").mkdir()
    monkeypatch.setattr(tempfile, "tempdir", str(tmp_path / "temporary"))
    nearly_full(monkeypatch, tmp_path / "temporary", 5 * 2**20)
    with pytest.raises(RunError, match=r"còn 5 MB ở .*temporary, cần ít nhất 64 MB"):
        execute_plan(tmp_path / "project", path)
    assert not list(folders.out_folder(tmp_path / "project").glob("*-*"))


@pytest.mark.slow
def test_2a32_a_temporary_folder_that_fills_up_is_the_reason_of_the_run(tmp_path, monkeypatch):
    path = tiny_project.make(tmp_path, {EVALUATION: ["import os\nos.kill(os.getppid(), 9)", RECORD]}, [run_of("one")])
    monkeypatch.setattr(attempt, "_LEAST_LEFT", 2**60)  # whatever is free is too little
    result = execute_plan(tmp_path, path, use_warm=False)[1]["one"]
    assert result.state == "failed" and "Thư mục tạm đầy" in result.reason.vi and "MB ở" in result.reason.vi
    assert [(failed.plan, failed.name) for failed in status.failures(tmp_path)] == [("default", "one")]


def test_2a32_a_worker_that_finds_no_room_names_the_folder(tmp_path, monkeypatch):
    """What a worker of a cluster meets when it cannot even write down what it shall do."""
    path = tiny_project.make(tmp_path / "project", {EVALUATION: [RECORD]}, [run_of("one")])
    root = tmp_path / "project"
    folders.out_folder(root).mkdir(parents=True)
    shared = Shared(root, "default", identity.digests(root), identity.versions(), Limits())
    (tmp_path / "full").mkdir()
    start = attempt.launcher(tmp_path / "full", shared, contextlib.ExitStack(), None)
    (tmp_path / "full").rmdir()
    (tmp_path / "full").write_text("")  # nothing can be made below it
    nearly_full(monkeypatch, tmp_path / "full", 0)
    run = plan.load(path, root, today=date(2026, 11, 24)).runs[0]
    with pytest.raises(RunError, match=r"Thư mục tạm đầy.*còn 0 MB ở .*full"):
        start(attempt.Turn(run, "one-0123456789ab"))
    assert not list(folders.out_folder(root).glob(f"{folders.TEMPORARY}*"))


@pytest.mark.parametrize("words", [["serve"], ["run", "parameterized_runs/plans/default.yml"]], ids=["serve", "run"])
def test_2a30_a_cap_on_addresses_is_said_at_the_start(words):
    """2A30: under ulimit -v the drawing engine dies: said before anything starts, with what to do; the doctor says it too."""
    environment = {**os.environ, "FORECAST_HOME": str(PROJECT), "PYTHONPATH": str(SOURCE)}
    line = f'ulimit -v {32 * 2**20} && exec "{sys.executable}" -m forecast '
    ended = subprocess.run(line + " ".join(words), shell=True, env=environment, cwd=PROJECT, capture_output=True, text=True, timeout=60, check=False)
    assert ended.returncode == 2 and "ulimit -v unlimited" in ended.stderr and "Traceback" not in ended.stderr
    code = "from forecast.runs.upkeep import doctor; print(doctor._drawing(None, 0).state)"
    asked = f"ulimit -v {32 * 2**20} && exec '{sys.executable}' -c '{code}'"
    state = subprocess.run(asked, shell=True, env=environment, capture_output=True, text=True, check=True).stdout
    assert state.strip() == "bad" and doctor._drawing(PROJECT, 0).state == "good"
