"""What people meet: the documentation by example, the words and charts of scenarios, plans with a scenario, notebook 05."""

import json
import re
from datetime import date

import pytest
import tiny_project
from places import PROJECT
from scenario_base import NEW, OLD, base, store

from forecast import policy
from forecast.errors import PlanError
from forecast.publish.charts import layers, nation, scenarios
from forecast.publish.words import scenarios as scenario_document
from forecast.runs.plans import plan

TODAY = date(2026, 3, 1)
PLAN = "hy_labour_productivity_growth_qd489_2021_2030"


def test_every_example_of_the_documentation_runs_as_it_stands():
    blocks = re.findall(r"```python\n(.*?)```", (PROJECT / "docs" / "scenarios.md").read_text("utf-8"), re.S)
    assert len(blocks) >= 7
    names: dict = {}
    for block in blocks:
        *statements, last = block.strip().split("\n")
        exec(compile("\n".join([*statements, last]), "docs/scenarios.md", "exec"), names)
    assert names["mix"].possible and names["again"].territory == NEW


def texts(chart):
    return json.dumps(layers.in_language(chart, "vi"), ensure_ascii=False)


def test_charts_name_scenarios_in_vietnamese():
    """The charts name every scenario and write vietnamese numbers."""
    found = policy.compare(base(), "baseline", "cautious", "ambitious", "merger")
    names = {item.id: item.name for item in found.chosen}
    rows = found.bands[(found.bands.indicator == "ecommerce_revenue") & (found.bands.quantity == "level")]
    said = texts(scenarios.bands_chart(rows, names))
    assert all(name.vi in said for name in names.values()) and re.search(r"Phấn đấu: \d+\.\d{3}", said)
    gaps = found.differences[(found.differences.indicator == "digital_economy_share") & (found.differences.quantity == "level")]
    said = texts(scenarios.differences_chart(gaps, names))
    assert "điểm phần trăm" in said and re.search(r"Phấn đấu: \+\d,\d", said)


def test_contributions_show_their_sum():
    """Contributions show their sum and every chart can be drawn."""
    found = policy.compare(base(OLD), "baseline", "ambitious", "official_qd489")
    for _, rows in found.contributions[found.contributions.year == 2030].groupby(["of", "indicator"]):
        names = scenario_document.lever_names(store(), rows)
        drawn = nation.as_svg(scenarios.contributions_chart(rows, names), "vi")
        assert "Cộng lại" in drawn and "<svg" in drawn


def test_difference_sentence_has_band_and_chances():
    """A difference is said in a sentence with its band and chances."""
    found = policy.compare(base(), "baseline", "ambitious")
    names = {item.id: item.name for item in found.chosen}
    row = found.differences[found.differences.quantity == "growth_average"].to_dict("records")[0]
    said = scenario_document.difference_sentence(row, names).vi
    assert said.startswith("**Phấn đấu** so với Cơ sở, bình quân đến 2030: +0,50 điểm phần trăm mỗi năm")
    assert "khả năng cao hơn là chắc chắn" in said and "tương lai riêng: khoảng 55 %" in said


def test_a_solution_is_said_with_whether_it_ever_happened():
    found = policy.solve(base(OLD), PLAN, 0.7, "tfp")
    head, first = scenario_document.solution_sentences(found, store())
    assert "để khả năng đạt là 70 %" in head.vi and "mỗi năm 2026–2030 cần đẩy thêm" in head.vi
    assert "chưa từng xảy ra" in first.vi and "2019" in first.vi and "chỉ có 5 năm số liệu" in first.vi
    head, *_ = scenario_document.solution_sentences(policy.solve(base(OLD), PLAN, 0.98, "tfp"), store())
    assert "is impossible within the allowed range; at best" in head.en


def test_scenario_report_draws_no_forecast():
    """A report under a scenario names it and draws no year as a forecast."""
    from forecast.publish import words

    settings = dict(territory=NEW, measure="mic", horizon_year=2030, seed=20260101, n_paths=200)
    answer = policy.outlook(store(), "digital_economy_share", scenario="ambitious", **settings)
    summary, tables = policy.summary(answer, store()), policy.tables(answer, store())
    assert "kịch bản “Phấn đấu” 2030" in words.headline(summary, tables["verdicts"]).vi
    assert "scenario “Ambitious” for 2030" in words.headline(summary, tables["verdicts"]).en
    assert set(tables["forecast"]["ink"]) == {"scenario"} and set(tables["forecast"]["scenario"]) == {"ambitious"}


def test_a_documents_own_path_says_that_it_is_no_forecast():
    from forecast.publish import words

    settings = dict(territory=OLD, measure="nso", horizon_year=2030, seed=20260101, n_paths=200)
    answer = policy.outlook(store(), "digital_economy_share", scenario="official_qd489", **settings)
    summary, tables = policy.summary(answer, store()), policy.tables(answer, store())
    assert words.headline(summary, tables["verdicts"]).vi.endswith("đặt sẵn con số của văn bản, không phải dự báo.")
    history = tables["history"]
    assert (history[history["ink"] == "rebuilt"]["value"] < 20).all()  # the past is the figures', not the document's


@pytest.mark.parametrize(
    ("scenario", "territory", "said"),
    [
        ("ambitous", NEW, "no scenario 'ambitous'; did you mean 'ambitious'?"),
        ("merger", OLD, "speaks of 'hung_yen_2025' only"),
        ("ambitious@7", NEW, "no scenario 'ambitious@7'"),
        (3, NEW, "must be a scenario id"),
        ("../x", NEW, "must be a scenario id"),
    ],
)
def test_impossible_scenario_refused_at_start(tmp_path, scenario, territory, said):
    """A plan with a scenario that cannot be is refused before anything starts."""
    (tmp_path / "data").symlink_to(PROJECT / "data")
    runs = [tiny_project.run_of("one", tiny_project.PROVINCE, scenario=scenario, territory=territory)]
    path = tiny_project.make(tmp_path, {tiny_project.PROVINCE: [tiny_project.RECORD]}, runs)
    with pytest.raises(PlanError) as error:
        plan.load(path, tmp_path, today=TODAY)
    assert said in error.value.en


def test_plan_takes_scenario_id_and_version(tmp_path):
    """A plan takes the id of a scenario file and an older version."""
    (tmp_path / "data").symlink_to(PROJECT / "data")
    runs = [tiny_project.run_of(f"run{i}", tiny_project.PROVINCE, scenario=name) for i, name in enumerate(("ambitious", "cautious@1"))]
    path = tiny_project.make(tmp_path, {tiny_project.PROVINCE: [tiny_project.RECORD]}, runs)
    assert [run.parameters["scenario"] for run in plan.load(path, tmp_path, today=TODAY).runs] == ["ambitious", "cautious@1"]


def test_the_plan_of_scenarios_can_run():
    found = plan.load(PROJECT / "parameterized_runs" / "plans" / "scenarios.yml", PROJECT, today=TODAY)
    assert {run.notebook for run in found.runs} >= {"05_scenarios", "01_labour_productivity"}


@pytest.mark.slow
@pytest.mark.parametrize(("territory", "scenario"), [(NEW, "ambitious"), (OLD, "official_qd489")])
def test_notebook_05_runs_and_records_its_tables(tmp_path, monkeypatch, territory, scenario):
    import papermill

    monkeypatch.setenv("FORECAST_RUN_DIR", str(tmp_path))
    monkeypatch.setenv("FORECAST_HOME", str(PROJECT))
    parameters = {"territory": territory, "scenario": scenario, "n_paths": 200}
    done = papermill.execute_notebook(
        str(PROJECT / "notebooks" / "05_scenarios.ipynb"), str(tmp_path / "done.ipynb"), parameters, kernel_name="python3", progress_bar=False
    )
    wanted = {"bands", "differences", "contributions", "tornado", "scenario_targets", "documents", "solutions", "levers"}
    assert {path.stem for path in tmp_path.glob("*.csv")} == wanted
    shown = json.dumps(done, ensure_ascii=False, default=str)
    assert "Cần gì để đạt" in shown and "rất khó đạt" in shown and "Traceback" not in shown and "NaN</td>" not in shown
