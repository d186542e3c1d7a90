"""Runs on a dask cluster: the same records, none lost and none twice, whichever worker dies."""

import gc
import json
import os
import shutil
import signal
import subprocess
import sys
import time
import warnings
from dataclasses import asdict, replace
from datetime import date

import distributed
import psutil
import pytest
import tiny_project
from places import SOURCE
from tiny_project import EVALUATION, RECORD, execute_plan, run_of

from forecast.cli import main
from forecast.errors import RunError
from forecast.runs import folders
from forecast.runs.execution import execute, executors, failure, fanout, worker
from forecast.runs.plans import plan
from forecast.runs.publication import pointer
from forecast.runs.records import identity, manifest

KILL_THE_WORKER = "os.kill(psutil.Process(os.getppid()).ppid(), signal.SIGKILL)\ntime.sleep(60)"  # kernel, parent, worker
FRAGILE = f"""import os, pathlib, psutil, signal, time
mark = pathlib.Path(os.environ['FORECAST_HOME'], f'tried-{{seed}}')
tries = int(mark.read_text()) if mark.exists() else 0
mark.write_text(str(tries + 1))
if (seed == 2 and tries < 1) or seed == 3:
    {KILL_THE_WORKER.replace(chr(10), chr(10) + "    ")}"""


@pytest.fixture
def sockets_of_killed_workers_are_collected_here():
    """dask leaves its sockets to workers that died to the collector: not to the one of a later test, where warnings fail."""
    yield
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", ResourceWarning)
        gc.collect()


def planned(root, path):
    """The chosen plan's shared facts and its runs with their ids."""
    chosen, shared = plan.load(path, root, today=date(2026, 11, 24)), shared_of(root)
    return shared, [
        (run, identity.run_id(run.name, run.parameters, identity.run_digests(run, shared.digests, root)))
        for run in chosen.runs
    ]


def shared_of(root):
    return executors.Shared(root, "default", identity.digests(root), identity.versions(), executors.Limits())


@pytest.mark.parametrize(
    ("text", "meant"),
    [("local:2", fanout.Cluster(count=2)), ("dask://10.0.0.5:8786", fanout.Cluster(address="tcp://10.0.0.5:8786"))],
)
def test_a_cluster_is_named_by_a_count_or_an_address(text, meant):
    assert fanout.parse(text) == meant


@pytest.mark.parametrize("text", ["local:0", "local:99", "0", "17", "dask://host", "tcp://h:1", "dask://h:99999", "dask://a b:1"])
def test_bad_workers_are_refused(text, capsys):
    """Another way to name workers is refused with what is expected."""
    assert main.main(["run", "plan.yml", "--workers", text]) == 2
    assert "dask://" in capsys.readouterr().err


def test_missing_optional_package_is_said(monkeypatch, tmp_path):
    """Without the optional package the command says how to install it."""
    monkeypatch.setitem(sys.modules, "distributed", None)
    with pytest.raises(RunError, match="fanout"):
        list(fanout.executor(fanout.Cluster(count=1))([], shared_of(tmp_path), lambda _spent: None))


@pytest.mark.slow
@pytest.mark.usefixtures("sockets_of_killed_workers_are_collected_here")
def test_silent_cluster_is_named(tmp_path, monkeypatch):
    """A cluster that does not answer is named before anything starts."""
    monkeypatch.setattr(fanout, "CONNECT_SECONDS", 1)
    path = tiny_project.make(tmp_path, {EVALUATION: [RECORD]}, [run_of("one")])
    with pytest.raises(RunError, match=r"Không nối được tới cụm máy tcp://127\.0\.0\.1:9"):
        execute_plan(tmp_path, path, executor=fanout.executor(fanout.parse("dask://127.0.0.1:9")))
    assert not list(folders.out_folder(tmp_path).glob("one-*"))


@pytest.mark.slow
@pytest.mark.usefixtures("sockets_of_killed_workers_are_collected_here")
def test_cluster_records_are_the_same(tmp_path):
    """On a running cluster the records are those of this machine."""
    runs = [run_of(f"run_{seed}", seed=seed) for seed in (1, 2, 3)]
    here, there = tmp_path / "here", tmp_path / "there"
    path = tiny_project.make(here, {EVALUATION: [RECORD]}, runs)
    shutil.copytree(here, there)
    mine = execute_plan(here, path)[1]
    path = there / path.relative_to(here)
    with distributed.LocalCluster(
        n_workers=1, threads_per_worker=2, host="127.0.0.1", dashboard_address="127.0.0.1:0", memory_limit=0
    ) as cluster:
        where = fanout.parse(cluster.scheduler_address.replace("tcp", "dask"))
        report, theirs, said = execute_plan(there, path, executor=fanout.executor(where))
    assert report.published and "[3/3]" in said
    for name, result in theirs.items():
        assert result.run_id == mine[name].run_id and manifest.verify(result.folder) == []
        for file in ("summary.json", "parameters.json", "complete.json"):
            assert (result.folder / file).read_bytes() == (mine[name].folder / file).read_bytes()
    assert not [one for one in folders.out_folder(there).iterdir() if one.name.startswith((".tmp", worker.CLAIMS))]
    again = execute_plan(there, path)[1]
    assert all(result.skipped for result in again.values())


@pytest.mark.slow
@pytest.mark.usefixtures("sockets_of_killed_workers_are_collected_here")
def test_a_scheduler_that_goes_is_one_sentence_and_what_ended_stays(tmp_path):
    """Where the scheduler dies the plan says so in one sentence; the runs that ended are there for the next time."""
    wait = "import os, pathlib, time\nif seed == 2:\n    pathlib.Path(os.environ['FORECAST_HOME'], 'second').touch()\n    time.sleep(60)"
    path = tiny_project.make(tmp_path, {EVALUATION: [wait, RECORD]}, [run_of("one"), run_of("two", seed=2)])
    program = f"""import distributed, os, time
if __name__ == "__main__":
    with distributed.LocalCluster(n_workers=1, threads_per_worker=1, host="127.0.0.1", dashboard_address="127.0.0.1:0", memory_limit=0) as own:
        print(own.scheduler_address, flush=True)
        while not os.path.exists({str(tmp_path / "second")!r}):
            time.sleep(0.05)
        os._exit(0)
"""
    (tmp_path / "cluster.py").write_text(program)
    environment = {**os.environ, "FORECAST_HOME": str(tmp_path), "PYTHONPATH": str(SOURCE)}
    with subprocess.Popen([sys.executable, str(tmp_path / "cluster.py")], env=environment, stdout=subprocess.PIPE, text=True) as cluster:
        where = fanout.parse(cluster.stdout.readline().strip().replace("tcp", "dask"))
        with pytest.raises(RunError, match="Mất nối với cụm máy"):
            execute_plan(tmp_path, path, executor=fanout.executor(where))
    assert list(folders.out_folder(tmp_path).glob("one-*")) and not list(folders.out_folder(tmp_path).glob("two-*"))


@pytest.mark.slow
@pytest.mark.usefixtures("sockets_of_killed_workers_are_collected_here")
def test_killed_worker_loses_nothing(tmp_path):
    """A worker killed in a run loses nothing and a run that kills them all fails alone."""
    runs = [run_of(f"run_{seed}", seed=seed) for seed in (1, 2, 3, 4, 5, 6)]
    path = tiny_project.make(tmp_path, {EVALUATION: [FRAGILE, RECORD]}, runs)
    report, results, _ = execute_plan(tmp_path, path, executor=fanout.executor(fanout.parse("local:2")))
    assert {name: result.state for name, result in results.items()} == {
        **{f"run_{seed}": "succeeded" for seed in (1, 2, 4, 5, 6)},
        "run_3": "failed",
    }
    assert "lần giữa lượt chạy này" in results["run_3"].reason.vi and not report.published
    out = folders.out_folder(tmp_path)
    stored = sorted(path.name for path in out.glob("run_*"))
    assert stored == sorted(results[f"run_{seed}"].run_id for seed in (1, 2, 4, 5, 6))
    assert all(manifest.verify(out / name) == [] for name in stored)
    kept = [json.loads(one.read_text()) for one in out.glob(f"{failure.FOLDER}/*/manifest.json")]
    assert sorted((one["name"], one["state"]) for one in kept)[0] == ("run_2", "lost")  # what was begun is kept too
    tries = int((tmp_path / "tried-3").read_text())  # one of the deaths counted may be run_2's, on whose worker run_3 was about to begin
    assert tries in (fanout.MOST_DEATHS, fanout.MOST_DEATHS + 1) and not list(out.glob(".tmp-*"))


@pytest.mark.slow
def test_stopped_fan_out_leaves_no_half_result(tmp_path):
    """A stopped fan out ends its processes and leaves no half result."""
    wait = "import os, pathlib, time\npathlib.Path(os.environ['FORECAST_HOME'], 'started').touch()\ntime.sleep(60)"
    path = tiny_project.make(tmp_path, {EVALUATION: [wait]}, [run_of("one"), run_of("two", seed=2)])
    environment = {**os.environ, "FORECAST_HOME": str(tmp_path), "PYTHONPATH": str(SOURCE)}
    command = [sys.executable, "-m", "forecast", "run", str(path), "--workers", "local:1"]
    process = subprocess.Popen(command, env=environment, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
    deadline = time.monotonic() + 60
    while not (tmp_path / "started").exists() and time.monotonic() < deadline:
        time.sleep(0.05)
    below = psutil.Process(process.pid).children(recursive=True)
    process.send_signal(signal.SIGTERM)
    assert process.wait(30) == 143
    assert not psutil.wait_procs(below, timeout=10)[1]
    assert not pointer.path_of(tmp_path).exists() and not list(folders.out_folder(tmp_path).glob("one-*"))


@pytest.mark.slow
@pytest.mark.usefixtures("sockets_of_killed_workers_are_collected_here")
def test_stored_run_is_not_run_again(tmp_path):
    """A run that is stored is not run again and what a dead worker left is set aside."""
    path = tiny_project.make(tmp_path, {EVALUATION: [RECORD]}, [run_of("one")])
    shared, [(run, run_id)] = planned(tmp_path, path)
    out = folders.out_folder(tmp_path)
    (out / f".tmp-{run_id}").mkdir(parents=True)
    common = {**asdict(shared), "root": str(tmp_path), "place": "", "kernels": []}
    first = worker.on_worker(common, asdict(run))
    assert first["result"]["state"] == "succeeded" and manifest.verify(out / run_id) == []
    kept = json.loads((out / failure.FOLDER / f"{run_id}-1" / manifest.NAME).read_text(encoding="utf-8"))
    assert kept["state"] == "lost" and kept["name"] == "one"
    before = manifest.read(out / run_id)["finished_at"]
    second = worker.on_worker(common, asdict(run))
    assert second["result"]["skipped"] and second["result"]["run_id"] == run_id
    assert manifest.read(out / run_id)["finished_at"] == before
    worker.forget()


def test_a_worker_with_other_figures_code_or_packages_refuses(tmp_path):
    path = tiny_project.make(tmp_path, {EVALUATION: [RECORD]}, [run_of("one")])
    shared, [(run, _)] = planned(tmp_path, path)
    other = replace(shared, digests=replace(shared.digests, code="0" * 64))
    common = {**asdict(other), "root": str(tmp_path), "place": "", "kernels": []}
    with pytest.raises(RunError, match="code"):
        worker.on_worker(common, asdict(run))
    with pytest.raises(RunError, match="không có thư mục dự án"):
        worker.on_worker({**common, "root": str(tmp_path / "nowhere")}, asdict(run))
    assert execute.Result and not list(folders.out_folder(tmp_path).glob("*"))
