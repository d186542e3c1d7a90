"""The second part of the acceptance list, section A: plans and runs, row by row."""

import json
import os
import re
import subprocess
from datetime import date

import nbformat
import papermill
import pytest
import tiny_project
from papermill.exceptions import PapermillExecutionError
from places import PROJECT
from tiny_project import EVALUATION, RECORD, run_of

from forecast.cli.main import main
from forecast.errors import PlanError
from forecast.evidence import tables
from forecast.runs.plans import compose, notebook, plan

TODAY = date(2026, 11, 24)
NUMBERS = {"033": 33, "0200": 200, "3:20": None, "0x10": None, "1_000": None, "0o17": None, "+200": 200, "1e3": None}


def read(path):
    return plan.load(path, path.parents[2], today=TODAY).runs[0].parameters["n_paths"]


def taken(read_number):
    """The number, None where it is refused."""
    try:
        return read_number()
    except PlanError:
        return None


@pytest.mark.parametrize("text", NUMBERS)
def test_2a01_a_number_means_one_thing_everywhere(tmp_path, text):
    """2A01: a plan's numbers are YAML 1.2's, as a JupyterLab job and the command read the same text, or they are refused."""
    path = tiny_project.make(tmp_path, {EVALUATION: [RECORD]}, [run_of("one", n_paths=7777, seed=1)])
    path.write_text(path.read_text("utf-8").replace("7777", text), "utf-8")
    written = path.with_name("job.yml")
    content = tables.parse_yaml(path.read_text("utf-8"), "plan")[0]
    content["runs"][0]["parameters"]["n_paths"] = compose.typed_value("n_paths", text)
    written.write_text(tables.as_yaml(content), "utf-8")
    wanted = NUMBERS[text] if (NUMBERS[text] or 0) >= 100 else None  # the least number of paths
    assert taken(lambda: read(path)) == wanted == taken(lambda: read(written))
    assert tables.parse_yaml(f"seed: {text}", "")[0]["seed"] in (NUMBERS[text], text, 1000.0)


@pytest.mark.parametrize("text", ["033", "08", "3:20", "0x10", "1e3", "yes", "no", "2026-01-01", "~", "true", "1_000", ".5"])
def test_2a01_a_text_that_looks_like_a_number_stays_a_text(text):
    assert tables.parse_yaml(tables.as_yaml({"title": text}), "")[0] == {"title": text}


@pytest.mark.parametrize("path", sorted((PROJECT / "parameterized_runs" / "plans").glob("*.yml")), ids=lambda path: path.stem)
def test_2a01_the_plans_of_the_kit_are_read_as_before(path):
    assert plan.load(path, PROJECT, today=TODAY).runs


@pytest.mark.slow
@pytest.mark.parametrize(
    ("book", "given", "said"),
    [
        ("01_labour_productivity", {"teritory": "hung_yen_2025"}, "ý bạn là 'territory'"),
        ("03_ecommerce_revenue", {"as_of": "2099-01-01"}, "ở tương lai"),
        ("04_evaluation", {"n_paths": "0,2"}, "số trần"),
    ],
)
def test_2a06_a_notebook_run_by_papermill_itself_refuses_what_a_plan_refuses(tmp_path, monkeypatch, book, given, said):
    monkeypatch.chdir(PROJECT)
    with pytest.raises(PapermillExecutionError, match=said):
        papermill.execute_notebook(f"notebooks/{book}.ipynb", tmp_path / "out.ipynb", given, kernel_name="python3", progress_bar=False)


@pytest.mark.parametrize("book", sorted((PROJECT / "notebooks").glob("0[1-5]_*.ipynb")), ids=lambda path: path.stem)
def test_2a06_every_document_asks_for_it(book):
    assert "report.require_parameters()" in "\n".join(notebook.sources(book)[1:2])


def test_2a12_a_date_written_wrong_is_said_once(tmp_path):
    """2A12: --as-of 30/06/2023, or a default of the plan, is one problem and not one for each run."""
    path = tiny_project.make(tmp_path, {EVALUATION: [RECORD]}, [run_of(name) for name in ("one", "two", "three")])
    for number in (1, 2):
        with pytest.raises(PlanError) as refused:
            plan.load(path, tmp_path, today=TODAY, as_of="30/06/2023" if number == 1 else None)
        assert refused.value.vi.count("30/06/2023") == 1 and "(1 lỗi)" in refused.value.vi, refused.value.vi
        tiny_project.write_plan(
            tmp_path, [run_of(name) for name in ("one", "two", "three")], defaults={"as_of": "30/06/2023", "seed": 1, "n_paths": 200}
        )


@pytest.mark.parametrize("port", ["99999", "0", "-1"])
@pytest.mark.parametrize("word", ["serve", "doctor"])
def test_2a09_a_port_that_there_cannot_be_is_refused(word, port, capsys):
    assert main([word, "--port", port]) == 2
    said = capsys.readouterr()
    assert port in said.err and "65535" in said.err and not said.out


def made(target, **environment):
    """The commands of a make target, and the settings it exports, nothing run."""
    shown = "--eval=export-settings: ; @echo \"$$UV_CACHE_DIR|$$PIP_CACHE_DIR|$$JUPYTER_DATA_DIR|$$IPYTHONDIR\""
    words = ["make", *(["-n", target] if target else ["-s", shown, "export-settings"])]
    return subprocess.run(words, cwd=PROJECT, env={**os.environ, **environment}, capture_output=True, text=True, check=True).stdout


def test_2a07_a_home_that_cannot_be_written_to_is_not_needed():
    """2A07: with a read-only HOME what the tools keep goes into .venv; the kernel is installed there in any case."""
    caches = made("", HOME="/nowhere").strip().split("|")
    assert all(f"{PROJECT}/.venv/" in cache for cache in caches)
    makefile = (PROJECT / "Makefile").read_text("utf-8")
    assert "@cp -R $(JUPYTER)/share $(JUPYTER)/etc $(VENV)/" in makefile and "--user" not in makefile


def test_2a19_jupyterlab_starts_as_root_in_a_container():
    assert ("--allow-root" in made("lab")) == (os.getuid() == 0)


@pytest.mark.slow
def test_2a20_a_chart_of_ones_own_needs_no_internet(tmp_path):
    """2A20: in the kit's JupyterLab an Altair chart is drawn here, also in a notebook that is not trusted; no news are asked for."""
    jupyter = PROJECT / "src/forecast/runs/processes/jupyter"  # laid as it lies in an environment
    started = (jupyter / "etc/ipython/ipython_kernel_config.py").read_text("utf-8")
    line = re.search(r'exec_lines = \["(.+)"\]', started)[1]
    chart = "import altair as alt\nalt.layer(alt.Chart({'values': [{'a': 1, 'b': 2}]}).mark_point().encode(x='a:Q', y='b:Q'))"
    path = tiny_project.make(tmp_path, {EVALUATION: [line, chart, RECORD]}, [run_of("one")])
    result = tiny_project.execute_plan(tmp_path, path)[1]["one"]
    shown = nbformat.read(result.folder / "notebook.ipynb", as_version=4).cells[4].outputs[0].data
    assert set(shown) == {"image/svg+xml", "image/png", "text/plain"} and "cdn" not in str(shown)
    told = json.loads((jupyter / "etc/jupyter/jupyter_server_config.json").read_text("utf-8"))["LabApp"]
    assert told["news_url"] is None and "NeverCheckForUpdate" in told["check_for_updates_class"]
    settings = json.loads((jupyter / "share/jupyter/lab/settings/overrides.json").read_text("utf-8"))
    assert settings["@jupyterlab/apputils-extension:notification"]["fetchNews"] == "false"


def test_2a17_a_restored_backup_says_what_to_lay_beside_it(tmp_path, monkeypatch, capsys):
    tiny_project.make(tmp_path / "project", {EVALUATION: [RECORD]}, [run_of("one")])
    monkeypatch.setenv("FORECAST_HOME", str(tmp_path / "project"))
    assert main(["backup", str(tmp_path / "kept.tar.gz")]) == 0
    assert main(["restore", str(tmp_path / "kept.tar.gz"), str(tmp_path / "restored")]) == 0
    said = capsys.readouterr().out
    assert "chép src/, Makefile" in said and f"FORECAST_HOME={tmp_path / 'restored'}" in said
