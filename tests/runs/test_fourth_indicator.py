"""A fourth headline indicator, and another province, come in by data alone: a section in the register, a notebook, a plan."""

import os
import shutil
import subprocess
import sys

import pytest
import yaml
from places import DATA, PROJECT, SOURCE

from forecast import evidence, headline, policy
from forecast.errors import EvidenceError, RefusedError
from forecast.policy.outlooks.information import information_table
from forecast.policy.recorded.forecasts import forecast_table
from forecast.policy.recorded.history import history_table
from forecast.policy.recorded.tryout import tryout_tables
from forecast.publish import published
from forecast.runs.plans import parameters

NOTEBOOK = "06_gdp_growth"
SECTION = {"notebook": NOTEBOOK, "growth": "gdp_growth", "judged": "growth_average", "territories": ["viet_nam"]}
RUN = {"territory": "viet_nam", "measure": "nso", "horizon_year": 2030, "as_of": "latest", "scenario": "baseline"}


def registered(folder, indicator, section):
    """Give an indicator of the register in `folder` a headline section."""
    path = folder / "indicators.yml"
    details = yaml.safe_load(path.read_text("utf-8"))
    details[indicator]["headline"] = section
    path.write_text(yaml.safe_dump(details, allow_unicode=True, sort_keys=False), "utf-8")


@pytest.fixture(scope="module")
def root(tmp_path_factory):
    """A project whose fourth headline indicator is the growth of the nation's GDP, its notebook made from the first."""
    root = tmp_path_factory.mktemp("kit")
    shutil.copytree(DATA, root / "data")
    registered(root / "data", "gdp_growth", SECTION)
    (root / "notebooks").mkdir()
    first = (PROJECT / "notebooks" / "01_labour_productivity.ipynb").read_text("utf-8")
    mine = first.replace("labour_productivity_real", "gdp_growth").replace("hung_yen_pre2025", "viet_nam")
    (root / "notebooks" / f"{NOTEBOOK}.ipynb").write_text(mine, "utf-8")
    plans = root / "parameterized_runs" / "plans"
    plans.mkdir(parents=True)
    settings = {**RUN, "method": "default", "n_paths": 300, "seed": 5}
    plan = {"name": "default", "title": {"vi": "Thử", "en": "Trial"}, "runs": [{"name": "gdp", "notebook": NOTEBOOK, "parameters": settings}]}
    (plans / "default.yml").write_text(yaml.safe_dump(plan, allow_unicode=True), "utf-8")
    return root


def forecast(root, *arguments):
    environment = {**os.environ, "FORECAST_HOME": str(root), "PYTHONPATH": str(SOURCE)}
    command = [sys.executable, "-m", "forecast", *arguments]
    return subprocess.run(command, env=environment, cwd=root, capture_output=True, text=True, timeout=300, check=False)


def test_its_plan_is_checked_run_recorded_and_published(root):
    done = forecast(root, "run", "parameterized_runs/plans/default.yml")
    assert done.returncode == 0, done.stdout + done.stderr
    (run,) = published.read(root).runs
    assert (run.refused, run.indicator, run.territory, run.measure) == (False, "gdp_growth", "viet_nam", "nso")
    assert run.summary["quantity"] == "growth_average" and run.summary["unit"] == "percent_per_year"
    assert run.summary["headline_target"].startswith("vn_gdp_growth")
    rows = run.tables["forecast"]
    assert set(rows["quantity"]) == {"growth"} and set(rows["territory"]) == {"viet_nam"}
    assert (rows[rows["output_type_id"] == 0.5]["value"].between(2, 12)).all()
    assert set(run.tables["verdicts"]["applies"]) == {"own"}


def test_other_territory_is_refused_at_start(root):
    """Another territory or measure is refused before anything runs."""
    plan = root / "parameterized_runs" / "plans" / "wrong.yml"
    content = yaml.safe_load((plan.parent / "default.yml").read_text("utf-8"))
    content["name"] = "wrong"
    content["runs"][0]["parameters"] |= {"territory": "hung_yen_2025", "measure": "mic"}
    plan.write_text(yaml.safe_dump(content), "utf-8")
    done = forecast(root, "run", str(plan))
    assert done.returncode == 2 and "'territory'" in done.stderr and "'measure'" in done.stderr


def test_it_joins_the_evaluation_only(root):
    """It joins the evaluation and leaves the provinces scenarios alone."""
    store = evidence.load(root / "data")
    assert list(headline.studies(store))[-1] == "gdp_growth" and len(headline.studies(store)) == 4
    assert "gdp_growth" not in policy.baseline(store, n_paths=100).outlooks
    assert NOTEBOOK in parameters.known_notebooks(root) and NOTEBOOK not in parameters.known_notebooks()


def test_provincial_one_uses_its_own_rates(tmp_path):
    """One of the province is carried by its own published rates."""
    shutil.copytree(DATA, tmp_path / "data")
    section = {"notebook": "07_grdp_growth", "national": "gdp_growth", "growth": "gdp_growth", "judged": "growth_average"}
    registered(tmp_path / "data", "grdp_growth", {**section, "assumptions": ["productivity"]})
    store = evidence.load(tmp_path / "data")
    outlook = policy.outlook(store, "grdp_growth", territory="hung_yen_pre2025", measure="nso", horizon_year=2030, seed=1, n_paths=200)
    assert outlook.draws.readings and {target.applies for target in outlook.assessments} >= {"own"}
    assert not forecast_table(outlook, store).empty and (history_table(outlook, store)["ink"] == "rebuilt").any()
    assert not tryout_tables(outlook, store)["paths"].empty and information_table(outlook, store).empty
    assert policy.simulate(policy.baseline(store, "hung_yen_pre2025", n_paths=200))["grdp_growth"].shape[0] == 200


def test_another_province_is_a_mark_in_the_register(tmp_path):
    shutil.copytree(DATA, tmp_path / "data")
    path = tmp_path / "data" / "territories.yml"
    text = path.read_text("utf-8").replace(", headline: true", "")
    path.write_text(text.replace("parent: viet_nam}\nbac_ninh_2025", "parent: viet_nam, headline: true}\nbac_ninh_2025"), "utf-8")
    store = evidence.load(tmp_path / "data")
    assert headline.territories(store) == ("hai_phong_2025",)
    (tmp_path / "parameterized_runs").mkdir()
    assert parameters.known_notebooks(tmp_path)["01_labour_productivity"].choices["territory"][0] == "hai_phong_2025"


def test_unreadable_section_is_named(tmp_path):
    """A section that cannot be read and an unknown indicator are named."""
    shutil.copytree(DATA, tmp_path / "data")
    registered(tmp_path / "data", "gdp_growth", {**SECTION, "notbook": "x"})
    store = evidence.load(tmp_path / "data")
    with pytest.raises(EvidenceError, match="gdp_growth: the section headline"):
        headline.study_of(store, "gdp_growth")
    with pytest.raises(RefusedError, match="there are: labour_productivity_real, digital_economy_share, ecommerce_revenue"):
        headline.study_of(evidence.load(), "grdp_growth")
