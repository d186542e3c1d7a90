"""The command line: what it prints and the codes it ends with."""

import json
import signal
import subprocess
import sys

import pytest
import tiny_project
from places import PROJECT
from tiny_project import EVALUATION, RECORD, run_of

from forecast import __version__
from forecast.cli import main, runs
from forecast.runs.execution import execute


@pytest.fixture
def home(tmp_path, monkeypatch):
    monkeypatch.setenv("FORECAST_HOME", str(tmp_path))
    return tmp_path


def test_help_is_there_without_loading_anything_heavy():
    code = "import sys; from forecast.cli import main as cli\ntry:\n cli.main(['--help'])\nexcept SystemExit: pass\nprint(sorted(sys.modules))"
    said = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True).stdout
    assert "check | plan | run | verify" in said
    assert "'pandas'" not in said and "'papermill'" not in said and "'numpy'" not in said


def test_the_version_is_the_package_version(capsys):
    assert main.main(["version"]) == 0 and capsys.readouterr().out.strip() == __version__


def test_refused_plan_ends_with_2(home, capsys):
    """A refused plan ends with 2 and both languages and no traceback."""
    path = tiny_project.make(home, {EVALUATION: [RECORD]}, [run_of("one", sed=1)])
    assert main.main(["run", str(path)]) == 2
    said = capsys.readouterr().err
    assert "ý bạn là 'seed'?" in said and "did you mean 'seed'?" in said and "Traceback" not in said
    assert said.index("bị từ chối") < said.index("was refused")


def test_status_before_anything_is_published_says_what_to_do(home, capsys):
    assert main.main(["status"]) == 2
    assert "make run" in capsys.readouterr().err


def test_a_missing_project_is_said_in_words(monkeypatch, capsys):
    monkeypatch.setenv("FORECAST_HOME", "/nowhere/at/all")
    assert main.main(["verify"]) == 2 and "FORECAST_HOME" in capsys.readouterr().err


def test_a_key_that_is_no_key_is_refused(home, capsys):
    assert main.main(["series", "labour_productivity"]) == 2
    assert "indicator/measure/territory" in capsys.readouterr().err


def test_the_figures_of_the_kit_are_checked_and_shown(monkeypatch, capsys):
    monkeypatch.setenv("FORECAST_HOME", str(PROJECT))
    assert main.main(["check", "--quiet"]) == 0 and capsys.readouterr().out == ""
    assert main.main(["series", "labour_productivity/nso/hung_yen_pre2025"]) == 0
    assert "2022\t197" in capsys.readouterr().out  # the office's table of September 2026


@pytest.mark.slow
def test_run_status_and_verify_tell_one_story(home, capsys):
    path = tiny_project.make(home, {EVALUATION: [RECORD]}, [run_of("one")], name="trial")
    assert main.main(["run", str(path), "--no-publish"]) == 0
    assert "Không công bố (theo yêu cầu)." in capsys.readouterr().out
    assert main.main(["run", str(path)]) == 0
    said = capsys.readouterr()
    assert "Đã đưa lên trang, trạng thái dự thảo." in said.out and "report.html" in said.out and "đã có, không chạy lại" in said.err
    assert main.main(["status", "--plan", "trial"]) == 0 and "one: xong / succeeded" in capsys.readouterr().out
    assert main.main(["verify"]) == 0 and "1 lượt chạy, 0 sai lệch" in capsys.readouterr().out
    next(home.glob("parameterized_runs/out/one-*/report.html")).write_text("x")
    assert main.main(["verify"]) == 1 and "đã bị sửa" in capsys.readouterr().out


@pytest.mark.slow
def test_several_plans_run_one_after_the_other_in_the_same_processes(home, capsys):
    """The default plan's answers are told in full, those after it in a line; a wrong plan stops all before anything runs."""
    parent = "import os\nprint(os.getppid())"
    first = tiny_project.make(home, {EVALUATION: [parent, RECORD]}, [run_of("one")])
    second = tiny_project.write_plan(home, [run_of("two")], "trial")
    wrong = tiny_project.write_plan(home, [run_of("three", sed=1)], "wrong")
    assert main.main(["run", str(first), str(wrong)]) == 2 and not list(home.glob("parameterized_runs/out/one-*"))
    capsys.readouterr()
    assert main.main(["run", str(first), str(second)]) == 0
    told = capsys.readouterr().out
    assert "\none: " in told and "\ntwo: " not in told and "\ntrial: Đã đưa lên trang" in told
    printed = [json.loads(path.read_text("utf-8")) for path in sorted(home.glob("parameterized_runs/out/*/notebook.ipynb"))]
    outputs = [output for book in printed for cell in book["cells"] for output in cell.get("outputs", ())]
    parents = {str(output["text"]) for output in outputs if output.get("name") == "stdout"}
    assert len(printed) == 2 and len(parents) == 1


@pytest.mark.slow
def test_a_plan_that_is_stopped_leaves_the_pages_of_the_one_before(home, monkeypatch, capsys):
    """What the first plan published is drawn although the second was stopped."""
    plans = [tiny_project.make(home, {EVALUATION: [RECORD]}, [run_of("one")]), tiny_project.write_plan(home, [run_of("two")], "trial")]
    run, left = execute.run, []

    def stopped_second(plan, *given, **named):
        if plan.name == "trial":
            raise execute.Interrupted(signal.SIGTERM)
        return run(plan, *given, **named)

    monkeypatch.setattr(execute, "run", stopped_second)
    monkeypatch.setattr(runs, "leave_page", left.append)
    assert main.main(["run", *map(str, plans)]) == 128 + signal.SIGTERM and left == [home]
    assert "nothing more was published" in capsys.readouterr().err


@pytest.mark.slow
def test_a_failed_run_ends_with_1_and_says_why(home, capsys):
    path = tiny_project.make(home, {EVALUATION: ["raise ValueError('hỏng rồi')"]}, [run_of("one")])
    assert main.main(["run", str(path)]) == 1
    said = capsys.readouterr().out
    assert "HỎNG / FAILED" in said and "hỏng rồi" in said and "bản công bố trước vẫn giữ nguyên" in said


def test_reopened_numbers_in_vietnamese(tmp_path, capsys):
    """A reopened scenario says its numbers as a vietnamese reader writes them."""
    assert main.main(["scenario", "list"]) == 0
    code = next(line.split()[0] for line in capsys.readouterr().out.splitlines() if " baseline " in line)
    assert main.main(["open", code, "--to", str(tmp_path / "opened.ipynb")]) == 0
    said = capsys.readouterr().out
    assert "%/năm" in said and "nghìn tỷ" in said and "khả năng đạt chỉ tiêu" in said
    assert (tmp_path / "opened.ipynb").is_file()
