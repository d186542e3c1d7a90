"""Runs: each in its own process and folder; what did not end well is named, kept apart and never published."""

import io
import json
import os
import signal
import subprocess
import sys
import time

import nbformat
import psutil
import pytest
import tiny_project
from places import SOURCE
from tiny_project import COMMERCE, EVALUATION, PROVINCE, RECORD, SHARE, execute_plan, run_of

from forecast import files
from forecast.errors import RunError
from forecast.runs import folders
from forecast.runs.execution import failure, progress
from forecast.runs.execution.executors import Limits
from forecast.runs.plans import notebook
from forecast.runs.processes import warm
from forecast.runs.publication import pointer
from forecast.runs.records import manifest, render

DRAWING = "from IPython.display import display\ndisplay({'image/svg+xml': '<svg xmlns=\"http://www.w3.org/2000/svg\"/>'}, raw=True)"
MEASURES = {SHARE: "mic", COMMERCE: "moit", PROVINCE: "nso"}


def province_runs():
    return [run_of(f"run_{notebook[:2]}", notebook, measure=measure) for notebook, measure in MEASURES.items()]


@pytest.fixture(scope="module")
def good(tmp_path_factory):
    """A plan that succeeded and was published."""
    root = tmp_path_factory.mktemp("Báo cáo Hưng Yên")  # A39
    path = tiny_project.make(root, {EVALUATION: [DRAWING, "open('stray.txt', 'w').close()", RECORD]}, [run_of("one")])
    return root, path, *execute_plan(root, path)


@pytest.fixture(scope="module")
def bad(tmp_path_factory):
    """A good publication, then the same plan with three runs that each end in another bad way and one that is good."""
    root = tmp_path_factory.mktemp("bad")
    path = tiny_project.make(root, {EVALUATION: [RECORD]}, [run_of("fine")])
    first = execute_plan(root, path)[0]
    notebooks = {
        PROVINCE: [RECORD, "import os\nos._exit(3)"],  # A01: dies after it recorded everything
        SHARE: ["import time\ntime.sleep(60)"],  # A04
        COMMERCE: [RECORD.replace("record.finish()", ""), "import sys\nsys.exit(0)", "record.finish()"],  # A06
    }
    path = tiny_project.make(root, notebooks, [run_of("fine"), *province_runs()])
    return root, first, *execute_plan(root, path, limits=Limits(cell_seconds=2.0))


@pytest.mark.slow
def test_good_run_leaves_nothing_behind(good):  # A19, A31
    """A good run is whole published and leaves nothing else behind."""
    root, _, report, results, _ = good
    assert report.good and report.published, report
    folder = results["one"].folder
    assert manifest.verify(folder) == []
    assert sorted(path.name for path in folder.iterdir()) == sorted(
        ["complete.json", "manifest.json", "notebook.ipynb", "parameters.json", "reads.json", "report.html", "summary.json"]
    )
    written = {str(path.relative_to(root)) for path in root.rglob("*") if path.is_file() and folder not in path.parents}
    book, chosen = f"notebooks/{EVALUATION}.ipynb", "parameterized_runs/plans/default.yml"
    assert written == {book, chosen, "parameterized_runs/published.json", "parameterized_runs/out/.lock"}
    assert pointer.read(root)["runs"][0]["run_id"] == results["one"].run_id


@pytest.mark.slow
def test_the_manifest_says_what_ran_on_what_and_how_long(good):
    content = manifest.read(good[3]["one"].folder)
    assert content["state"] == "succeeded" and content["parameters"] == {"as_of": "latest", "seed": 1, "n_paths": 200}
    assert set(content["digests"]) == {"data", "code", "notebook", "environment"}
    assert set(content["versions"]) == {
        "python",
        "jupyterlab",
        "statsmodels",
        "prophet",
        "pandas",
        "altair",
        "papermill",
        "voila",
    }
    assert {"total", "kernel_start", "execute", "render"} <= set(content["seconds"])


@pytest.mark.slow
def test_the_report_opens_offline_in_vietnamese_without_inputs(good):
    html = (good[3]["one"].folder / "report.html").read_text(encoding="utf-8")
    assert render.outside_references(html) == [] and "http://www.w3.org" not in html
    assert '<html lang="vi">' in html and "<title>Sổ tính thử</title>" in html
    assert "data:image/svg+xml;base64," in html and "record.save" not in html and good[3]["one"].run_id in html


@pytest.mark.slow
def test_same_plan_again_runs_nothing(good, monkeypatch):  # A34
    """The same plan again runs nothing and a changed seed runs."""
    root, path, _, results, _ = good
    monkeypatch.setattr(subprocess, "Popen", None)  # nothing can be started
    monkeypatch.setattr(warm, "fork", None)
    before = pointer.path_of(root).read_bytes()
    report, again, said = execute_plan(root, path)
    assert again["one"].skipped and again["one"].run_id == results["one"].run_id and report.published
    assert "đã có, không chạy lại" in said and pointer.path_of(root).read_bytes() == before


@pytest.mark.slow
def test_tampered_result_is_run_again(good):  # A34, A48
    """A tampered result is set aside and run again with the same bytes even cold."""
    root, path, _, results, _ = good
    folder = results["one"].folder
    before = (folder / "summary.json").read_bytes()
    (folder / "summary.json").write_text("{}")
    _, again, _ = execute_plan(root, path, use_warm=False)
    assert again["one"].run_id == results["one"].run_id and not again["one"].skipped
    assert (folder / "summary.json").read_bytes() == before and manifest.verify(folder) == []
    assert len(list((folders.out_folder(root) / failure.FOLDER).glob("one-*"))) == 1


@pytest.mark.slow
@pytest.mark.parametrize(
    ("name", "state", "said"),
    [
        ("run_01", "failed", "Kernel chết giữa chừng (mã thoát 3)"),
        ("run_02", "timed_out", "quá 2 giây"),
        ("run_03", "failed", "dừng trước bước cuối"),
        ("fine", "succeeded", ""),
    ],
)
def test_how_a_run_ended_badly_is_named_in_words(bad, name, state, said):
    result = bad[3][name]
    assert result.state == state and said in result.reason.vi
    content = json.loads((result.folder / "manifest.json").read_text(encoding="utf-8"))
    assert content["state"] == state and content["reason_vi"] == result.reason.vi


@pytest.mark.slow
def test_when_one_run_fails_the_last_good_publication_stays(bad):  # A05
    root, first, report, _, said = bad
    assert not report.good and not report.published and "bản công bố trước vẫn giữ nguyên" in report.note.vi
    assert [run["run_id"] for run in pointer.read(root)["runs"]] == [result.run_id for result in first.results]
    out = folders.out_folder(root)
    assert sorted(path.name[:6] for path in (out / failure.FOLDER).iterdir()) == ["run_01", "run_02", "run_03"]
    assert not list(out.glob(".tmp-*")) and "HỎNG / FAILED" in said


@pytest.mark.slow
def test_refusal_is_recorded_and_published(tmp_path):
    """A refusal is an honest answer that is recorded and published."""
    refuse = "from forecast.errors import RefusedError\nraise RefusedError('Chỉ có một điểm.', 'One point only.')"
    half = "import pathlib, os\npathlib.Path(os.environ['FORECAST_RUN_DIR'], 'forecast.csv').write_text('half')"
    fail = "open('half.csv', 'w').write('1')\nraise ValueError('hỏng')"
    notebooks = {
        PROVINCE: [half, refuse],
        SHARE: [fail],
        COMMERCE: ["import os, signal\nos.kill(os.getpid(), signal.SIGKILL)"],
    }
    path = tiny_project.make(tmp_path, notebooks, province_runs())
    _, results, _ = execute_plan(tmp_path, path)
    refused = results["run_01"]
    assert (
        refused.state == "refused"
        and refused.reason.vi == "Chỉ có một điểm."
        and refused.reason.en == "One point only."
    )
    assert not (refused.folder / "forecast.csv").exists() and manifest.verify(refused.folder) == []
    html = (refused.folder / "report.html").read_text(encoding="utf-8")
    assert "Chỉ có một điểm." in html and "Traceback" not in html
    assert results["run_02"].state == "failed" and "ValueError: hỏng" in results["run_02"].reason.vi
    assert "tín hiệu 9" in results["run_03"].reason.vi and "hết bộ nhớ" in results["run_03"].reason.vi  # A02
    only = tiny_project.write_plan(tmp_path, province_runs()[-1:], "replay")
    report, _, _ = execute_plan(tmp_path, only)
    assert report.published and [run["state"] for run in pointer.read(tmp_path, "replay")["runs"]] == ["refused"]
    assert not pointer.path_of(tmp_path).exists()


@pytest.mark.slow
def test_a_run_over_its_time_is_ended_with_all_its_processes(tmp_path, nothing_kept):  # A04
    path = tiny_project.make(tmp_path, {EVALUATION: ["import time\ntime.sleep(60)"]}, [run_of("long")])
    _, results, _ = execute_plan(tmp_path, path, limits=Limits(run_seconds=6.0))
    assert results["long"].state == "timed_out" and "quá 6 giây" in results["long"].reason.vi
    assert not processes_naming(str(tmp_path))


def processes_naming(text):
    """Processes whose environment mentions `text`, our own and ended ones left out."""
    found = []
    for process in psutil.process_iter():
        try:
            if process.pid != os.getpid() and any(text in value for value in process.environ().values()):
                found.append(process.pid)
        except psutil.Error:
            continue
    return found


@pytest.mark.slow
def test_stopped_run_leaves_no_half_result(tmp_path):  # A21, A25
    """A stopped run ends its processes and leaves no half result."""
    started = tmp_path / "started"
    wait = f"open({str(started)!r}, 'w').close()\nimport time\ntime.sleep(60)"
    path = tiny_project.make(
        tmp_path, {EVALUATION: [wait]}, [run_of("one"), run_of("two", seed=2), run_of("three", seed=3)]
    )
    environment = {**os.environ, "FORECAST_HOME": str(tmp_path), "PYTHONPATH": str(SOURCE)}
    process = subprocess.Popen(
        [sys.executable, "-m", "forecast", "run", str(path)],
        env=environment,
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
    )
    deadline = time.monotonic() + 60
    while not started.exists() and time.monotonic() < deadline:
        time.sleep(0.05)
    with pytest.raises(RunError, match="Một lượt chạy khác"):
        execute_plan(tmp_path, path, wait_seconds=0.0)
    process.send_signal(signal.SIGTERM)
    assert process.wait(20) == 143
    out = folders.out_folder(tmp_path)
    assert not list(out.glob(".tmp-*")) and not pointer.path_of(tmp_path).exists()
    kept = [json.loads(file.read_text(encoding="utf-8")) for file in out.glob(f"{failure.FOLDER}/*/manifest.json")]
    assert [content["state"] for content in kept] == ["interrupted"] * 2
    deadline = time.monotonic() + 5
    while processes_naming(str(tmp_path)) and time.monotonic() < deadline:
        time.sleep(0.1)
    assert not processes_naming(str(tmp_path))


def test_what_a_dead_run_left_is_set_aside_by_the_next(tmp_path):  # A26
    out = folders.out_folder(tmp_path)
    left = out / ".tmp-one-0123456789ab"
    left.mkdir(parents=True)
    (left / "forecast.csv").write_text("half")
    assert failure.sweep(out, "now") == ["one-0123456789ab"] and not left.exists()
    kept = out / failure.FOLDER / "one-0123456789ab-1"
    assert (kept / "forecast.csv").exists() and "cắt ngang" in (kept / "manifest.json").read_text(encoding="utf-8")


def test_unwritable_folder_stops_at_start(tmp_path, monkeypatch):  # A23, A24
    """A folder that cannot be written to stops everything before it starts."""
    (tmp_path / "out").write_text("a file in the way")
    with pytest.raises(RunError, match="Không ghi được"):
        files.require_room(tmp_path / "out")
    monkeypatch.setattr(files, "LEAST_FREE", 2**60)
    with pytest.raises(RunError, match="cần ít nhất"):
        files.require_room(tmp_path / "other")


def test_the_time_left_comes_from_how_long_the_same_runs_took():
    assert progress.seconds_left(["a", "b"], {}, {"a": 4.0, "b": 6.0}, 2) == 6.0
    assert progress.seconds_left(["a", "b", "x"], {"a": 1.0}, {"a": 4.0, "b": 6.0}, 2) == 9.0
    assert progress.seconds_left([], {}, {}, 2) == 0.0
    assert progress.left_text(12.2) == "còn khoảng 12 giây / about 12 s left"


def test_progress_is_plain_lines_where_there_is_no_terminal():
    stream = io.StringIO()
    tell = progress.reporter(stream, 2)
    tell("", 0, ["one"], 9.0)
    tell("one: xong", 1, ["two"], 4.0)
    assert stream.getvalue() == "[1/2] one: xong; còn khoảng 4 giây / about 4 s left\n"


def test_finished_plan_loads_no_models():
    """A plan that is there is found without loading what computes."""
    loaded = (
        "import sys, forecast.cli.main, forecast.publish.words; "
        "import forecast.runs.execution.execute, forecast.runs.publication.pointer; print(*sys.modules)"
    )
    names = subprocess.run([sys.executable, "-c", loaded], capture_output=True, text=True, check=True).stdout.split()
    assert not {"pandas", "scipy", "statsmodels", "altair", "papermill", "forecast.evaluation"} & set(names)


def test_a_chart_of_an_advisers_own_is_a_picture_in_the_report(tmp_path):
    """A notebook that shows an Altair chart without a word of ours has it drawn on this machine: its report refers to nothing outside.

    The process that draws is shared: no kernel starts an engine of its own, nor keeps a history nobody reads.
    """
    chart = "import altair as alt, pandas as pd\nalt.Chart(pd.DataFrame({'a': [1, 2]})).mark_point().encode(x='a:Q')"
    loaded = "import sys\nbefore = set(sys.modules)"
    spared = "assert 'vl_convert' not in sys.modules and not get_ipython().history_manager.enabled\n" \
        "assert not [name for name in set(sys.modules) - before if name.split('.')[0] in ('altair', 'narwhals', 'jsonschema')]"  # fmt: skip
    path = tiny_project.make(tmp_path, {EVALUATION: [loaded, chart, spared, RECORD]}, [run_of("one")])
    result = execute_plan(tmp_path, path)[1]["one"]
    assert result.state == "succeeded", result.reason
    assert "data:image/svg+xml" in (result.folder / "report.html").read_text("utf-8")


def test_a_report_on_another_province_speaks_of_it(tmp_path):
    """A run for a province that is not the project's own: its title names that province, the own words of ours are left out."""
    runs = [run_of(name, PROVINCE, territory=name) for name in ("hai_duong_pre2025", "thai_binh_pre2025")]
    path = tiny_project.make(tmp_path, {PROVINCE: ["raise SystemExit(3)"]}, runs)
    book = nbformat.read(tmp_path / "notebooks" / f"{PROVINCE}.ipynb", as_version=4)
    own = nbformat.v4.new_markdown_cell("## Câu hỏi\nHưng Yên có đạt 7 % theo Đề án 571 không?", metadata={"tags": [notebook.OWN_WORDS]})
    book.cells[:1] = [nbformat.v4.new_markdown_cell("# Năng suất Hưng Yên"), own]
    book.metadata["title"] = "Năng suất Hưng Yên"
    nbformat.write(book, tmp_path / "notebooks" / f"{PROVINCE}.ipynb")
    results = execute_plan(tmp_path, path)[1]
    told = {name: nbformat.read(result.folder / "notebook.ipynb", as_version=4) for name, result in results.items()}
    title, question = told["hai_duong_pre2025"].cells[:2]
    assert told["hai_duong_pre2025"].metadata["title"] == title.source[2:] == "Năng suất Hải Dương"
    assert question.source.startswith("## Câu hỏi\n*Lời riêng của tỉnh: chưa viết.") and "571" not in question.source
    title, question = told["thai_binh_pre2025"].cells[:2]  # a part of the province of today
    assert title.source == "# Năng suất Hưng Yên" and "571" in question.source
