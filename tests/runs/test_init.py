"""`forecast init`: a project of this province or another, from the checkout and from the wheel alone."""

import csv
import json
import os
import re
import shutil
import subprocess
import sys
import sysconfig
from datetime import date
from pathlib import Path

import openpyxl
import pytest
from places import PROJECT, SOURCE

from forecast import evidence, files, headline
from forecast.cli.main import main
from forecast.errors import EvidenceError, RunError
from forecast.evidence import blank
from forecast.runs.plans import plan
from forecast.runs.scenarios import golden
from forecast.runs.upkeep import project

OTHERS = {"Bắc Ninh": "bac_ninh_2025", "ha_noi": "ha_noi", "tp. ho chi minh": "ho_chi_minh_city_2025", "Thái Bình": "thai_binh_pre2025"}
OWN = re.compile(r"Hưng Yên|hung_yen|Đề án 571|Programme 571|Quy hoạch|provincial plan|Tỉnh (?:mới|chưa|in) ")


@pytest.fixture(scope="module")
def another(tmp_path_factory):
    """A project of Bắc Ninh."""
    return project.lay_out(tmp_path_factory.mktemp("other") / "bac_ninh", "Bắc Ninh")


def rows(path):
    with path.open(encoding="utf-8") as stream:
        return list(csv.DictReader(stream))


@pytest.mark.parametrize(("name", "territory"), OTHERS.items())
def test_another_province_passes_its_check(name, territory, tmp_path, monkeypatch):
    """Its own territories are marked, no error is found, every plan can be read."""
    root = project.lay_out(tmp_path / "new", name)
    assert [finding.text.vi for finding in evidence.check(root / "data") if finding.severity == "error"] == []
    monkeypatch.setenv("FORECAST_HOME", str(root))
    own = headline.registered().territories
    assert own[0] == territory and not any("hung_yen" in place for place in own)
    for path in (root / "parameterized_runs" / "plans").glob("*.yml"):
        assert plan.load(path, root, today=date(2026, 11, 27)).runs, path


def test_another_province_has_golden_results_of_its_own(another, monkeypatch):
    """Of its own territories and nobody else's; a scenario whose lever rests on no figure there says so instead."""
    monkeypatch.setenv("FORECAST_HOME", str(another))
    written, refused = golden.write(another)
    held = {row["territory"] for path in written for row in rows(path)}
    assert "baseline.golden.csv" in {path.name for path in written} and held == set(headline.territories(evidence.load(another / "data")))
    assert golden.differences(another) == []
    assert "chưa có cơ cấu GRDP" in refused["ambitious"].vi and not golden.path_of(another, "ambitious").exists()
    for path in written:
        path.unlink()


def test_nothing_of_this_province_is_said_of_another(another):
    """Notebooks and plans name the new province alone; no target, lead, correction or scenario of Hưng Yên's is left."""
    for path in [*(another / "notebooks").rglob("*.ipynb"), *(another / "parameterized_runs").rglob("*.yml")]:
        assert not OWN.search(path.read_text("utf-8")), path
    assert "Bắc Ninh" in (another / "notebooks" / "01_labour_productivity.ipynb").read_text("utf-8")
    assert not [row for row in rows(another / "data" / "targets.csv") if row["territory"].startswith(("hung_yen", "thai_binh"))]
    for name in ("indicators.yml", "corrections.yml", "calendar.yml"):
        assert not re.search("hung_yen|thai_binh|hy2025_|tỉnh Hưng Yên", (another / "data" / name).read_text("utf-8")), name
    assert headline.registered(another).studies[headline.PRODUCTIVITY].asked == ()
    scenarios = {path.stem for path in (another / "data" / "scenarios").iterdir()}
    assert scenarios == {"baseline", "cautious", "ambitious", "shock_recovery"}


def test_figures_of_all_provinces_stay_as_they_are(another):
    """What is published of other territories is there to the letter; of Hưng Yên only what a source says beside others."""
    every, kept = rows(PROJECT / "data" / "observations.csv"), rows(another / "data" / "observations.csv")
    ours = {"hung_yen_2025", "hung_yen_pre2025", "thai_binh_pre2025"}
    assert [row for row in every if row["territory"] not in ours] == [row for row in kept if row["territory"] not in ours]
    elsewhere = {row["source"] for row in every if row["territory"] not in ours}
    assert {row["source"] for row in kept} <= elsewhere and "ecommerce_revenue" not in {row["indicator"] for row in kept}


def test_words_that_mean_the_shipped_province_are_in_its_data():
    for name, pairs in blank.REWORDED.items():
        text = (PROJECT / "data" / name).read_text("utf-8")
        assert all(old in text for old, _ in pairs), name


def test_this_province_is_laid_out_to_the_byte(tmp_path):
    root = project.lay_out(tmp_path / "hung_yen", "Hưng Yên")
    assert evidence.digest(root / "data") == evidence.digest(PROJECT / "data")
    for path in (PROJECT / "notebooks").glob("*.ipynb"):
        assert (root / "notebooks" / path.name).read_bytes() == path.read_bytes()
    assert (root / "forecast.toml.sample").exists() and not (root / "forecast.toml").exists()


@pytest.mark.parametrize(("name", "near"), [("Bắc Nihn", "Bắc Ninh"), ("Thanh Hoas", "Thanh Hóa"), ("nghe_ann", "Nghệ An"), ("viet_nam", "")])
def test_an_unknown_province_is_refused_with_the_nearest(name, near, tmp_path):
    with pytest.raises(EvidenceError) as refused:
        project.lay_out(tmp_path / "new", name)
    assert near in refused.value.vi and near in refused.value.en and not list(tmp_path.iterdir())


def test_a_folder_with_something_in_it_is_refused(tmp_path):
    (tmp_path / "note.txt").write_text("x")
    with pytest.raises(RunError, match="not empty"):
        project.lay_out(tmp_path)
    assert [path.name for path in tmp_path.iterdir()] == ["note.txt"]


def test_nothing_is_written_beside_the_folder(tmp_path):
    """Whoever owns the folder alone, under a system's /srv, can lay out a project in it."""
    folder = tmp_path / "srv" / "dubao"
    folder.mkdir(parents=True)
    before = folder.parent.stat().st_mtime_ns
    assert {path.name for path in project.lay_out(folder).iterdir()} >= {"data", "notebooks", "parameterized_runs"}
    assert folder.parent.stat().st_mtime_ns == before and not list(folder.glob(".*"))


def test_a_province_or_city_has_its_rank(another, tmp_path):
    assert headline.ranked(another).vi == "Tỉnh Bắc Ninh" and headline.home(PROJECT).vi == "Hưng Yên"
    city = project.lay_out(tmp_path / "city", "TP. Hồ Chí Minh")
    assert (headline.ranked(city).vi, headline.ranked(city).en) == ("Thành phố Hồ Chí Minh", "Hồ Chí Minh city")


def test_the_template_of_another_province_is_its_own(another, tmp_path, monkeypatch):
    monkeypatch.setenv("FORECAST_HOME", str(another))
    assert main(["intake", "template", "--out", str(tmp_path / "mau.xlsx")]) == 0
    sheets = openpyxl.load_workbook(tmp_path / "mau.xlsx").worksheets
    keys = [str(row[0]) for sheet in sheets[1:] for row in sheet.iter_rows(min_row=4, values_only=True) if row[0]]
    assert "tỉnh Bắc Ninh" in sheets[1]["A1"].value and "ecommerce_revenue/province/bac_ninh_pre2025" in keys
    assert not [key for key in keys if "hung_yen" in key or "thai_binh" in key]


@pytest.fixture(scope="module")
def installed(tmp_path_factory):
    """An environment with the kit's wheel alone, beside the packages of this one; its interpreter."""
    folder = tmp_path_factory.mktemp("wheel")
    build = [sys.executable, "-m", "pip", "wheel", "-q", "--no-deps", "--no-build-isolation", "--no-index", "-w", folder, "."]
    passing = shutil.ignore_patterns(".git", ".venv*", "out", "drawn", "dist", "build", "*.egg-info", "__pycache__")
    copy = shutil.copytree(PROJECT, folder / "source", ignore=passing)
    subprocess.run(build, cwd=copy, check=True)
    subprocess.run([sys.executable, "-m", "venv", folder / "env"], check=True)
    python = folder / "env" / "bin" / "python"
    wheel = next(folder.glob("*.whl"))
    subprocess.run([python, "-I", "-m", "pip", "install", "-q", "--no-deps", "--no-index", wheel], check=True)
    site = subprocess.run([python, "-I", "-c", "import sysconfig; print(sysconfig.get_path('purelib'))"], capture_output=True, text=True, check=True)
    Path(site.stdout.strip(), "packages_of_the_test.pth").write_text(sysconfig.get_path("purelib") + "\n")
    return python


def asked(python, folder, *words, **environment):
    """What a command of the installed kit says, outside any checkout."""
    kept = {name: text for name, text in os.environ.items() if not name.startswith(("PYTHON", "FORECAST", "JUPYTER"))}
    kept["JUPYTER_PATH"] = f"{sys.prefix}/share/jupyter"  # where the other packages' own files are
    return subprocess.run([python, "-I", *words], cwd=folder, env={**kept, **environment}, capture_output=True, text=True, timeout=300, check=False)


@pytest.mark.slow
def test_the_wheel_alone_lays_out_takes_in_and_runs(installed, tmp_path):
    """Installed outside a checkout: init, template, figures taken in, a plan that answers; before, it says what is missing."""
    laid = asked(installed, tmp_path, "-m", "forecast", "init", "bac_ninh", "--province", "Bắc Ninh")
    assert laid.returncode == 0 and "0 lỗi" in laid.stdout, laid.stdout + laid.stderr
    root, run = tmp_path / "bac_ninh", ("-m", "forecast", "run", "parameterized_runs/plans/default.yml", "--only", "ecommerce_bac_ninh_pre2025_moit")
    before = asked(installed, root, *run)
    assert before.returncode == 0 and "chưa có số liệu nào của 'bac_ninh_pre2025'" in before.stdout, before.stdout + before.stderr
    assert asked(installed, root, "-m", "forecast", "intake", "template", "--out", "mau.xlsx").returncode == 0
    book = openpyxl.load_workbook(root / "mau.xlsx")
    sheet = next(sheet for sheet in book.worksheets if "thương mại điện tử" in str(sheet["A1"].value))
    line = next(row for row in sheet.iter_rows(min_row=4) if row[0].value == "ecommerce_revenue/province/bac_ninh_pre2025")
    line[7].value = 2890.2
    book.save(root / "mau.xlsx")
    signed = ("--who", "Nguyễn Thử", "--reason", "nhập thử", "--no-answers")
    taken = asked(installed, root, "-m", "forecast", "intake", "take", "mau.xlsx", *signed)
    assert taken.returncode == 0 and "Tỉnh Bắc Ninh" in (root / "data" / "sources.csv").read_text("utf-8"), taken.stdout + taken.stderr
    after = asked(installed, root, *run)
    assert after.returncode == 0 and "Doanh thu thương mại điện tử của Bắc Ninh (trước 7/2025)" in after.stdout, after.stdout + after.stderr


@pytest.mark.slow
def test_the_wheel_carries_the_same_code_and_settings(installed, tmp_path):
    """The digest of the code is the checkout's; JupyterLab schedules through the kit, asks for no news, has the kernel, without Voila."""
    shown = asked(installed, tmp_path, "-c", "from forecast import files; print(files.code_digest(), files.shipped())").stdout.split()
    assert shown[0] == files.code_digest() and SOURCE not in Path(shown[1]).parents
    asking = (
        "import json; from jupyterlab.labapp import LabApp; lab = LabApp.initialize_server(argv=['--ServerApp.open_browser=False', '--port=0',"
        " '--allow-root', '--ip=127.0.0.1']);"
        "told = lab.config; print(json.dumps([told['Scheduler']['execution_manager_class'], lab.jpserver_extensions['voila.server_extension'],"
        " told['LabApp']['news_url'], sorted(lab.kernel_spec_manager.get_all_specs())]))"
    )
    said = asked(installed, tmp_path, "-c", asking, HOME=str(tmp_path), JUPYTER_PLATFORM_DIRS="1")
    wanted = ["forecast.runs.execution.jupyter_jobs.RecordedJob", False, None]
    assert json.loads(said.stdout.splitlines()[-1])[:3] == wanted, said.stdout + said.stderr
    assert "hung_yen" in said.stdout
    assert "draw_here" in (installed.parents[1] / "etc" / "ipython" / "ipython_kernel_config.py").read_text("utf-8")
