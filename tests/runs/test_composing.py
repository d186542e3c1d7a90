"""Grids, rules and plans written from a form."""

import subprocess
import sys
from datetime import date, datetime, timedelta

import pytest
import tiny_project
import yaml
from hypothesis import example, given
from hypothesis import strategies as st
from places import SOURCE
from tiny_project import EVALUATION, PROVINCE, run_of

from forecast.cli import main
from forecast.errors import PlanError
from forecast.runs.plans import compose, grid, plan, rules, shape
from forecast.runs.plans.problems import Problems

TODAY = date(2026, 11, 24)
SHARE = "02_digital_economy_share"


def load(root, runs, **changes):
    tiny_project.make(root, {EVALUATION: ["1"], PROVINCE: ["1"], SHARE: ["1"]}, runs)
    return plan.load(tiny_project.write_plan(root, runs, **changes), root, today=TODAY)


def refusal_of(root, runs, **changes):
    with pytest.raises(PlanError) as caught:
        load(root, runs, **changes)
    return caught.value.vi


def entry(**changes):
    return {"name": "e", "notebook": EVALUATION, **changes}


def test_a_grid_stands_for_every_combination_in_its_own_order(tmp_path):
    loaded = load(tmp_path, [entry(grid={"seed": [2, 1], "as_of": ["latest", date(2024, 6, 30)]})])
    assert [run.name for run in loaded.runs] == ["e_latest_2", "e_latest_1", "e_2024_06_30_2", "e_2024_06_30_1"]
    assert loaded.runs[2].parameters == {"as_of": "2024-06-30", "seed": 2, "n_paths": 200} and loaded.runs[1].group == "e"


def test_ranges_and_notebook_lists_expand(tmp_path):
    """A range stands for whole numbers and several notebooks for one run each."""
    fixed = {key: value for key, value in tiny_project.PROVINCE_DEFAULTS.items() if key not in ("horizon_year", "measure")}
    years = {"horizon_year": {"from": 2027, "to": 2031, "step": 2}}
    runs = [{"name": "p", "notebooks": [PROVINCE, SHARE], "parameters": {**fixed, "measure": "nso"}, "grid": years}]
    assert [run.name for run in load(tmp_path, runs).runs] == [f"p_{book}_{year}" for book in ("01", "02") for year in (2027, 2029, 2031)]


def test_exclude_must_leave_something_out(tmp_path):
    """A combination can be left out and one that leaves out nothing is named."""
    fixed = {key: value for key, value in tiny_project.PROVINCE_DEFAULTS.items() if key != "measure"}
    runs = [{"name": "p", "notebooks": [PROVINCE, SHARE], "parameters": fixed, "grid": {"measure": ["nso", "mic"]},
             "exclude": [{"notebook": PROVINCE, "measure": "mic"}]}]  # fmt: skip
    assert [run.name for run in load(tmp_path, runs).runs] == ["p_01_nso", "p_02_nso", "p_02_mic"]
    assert "p_01_mic: 'measure' không nhận giá trị 'mic'" in refusal_of(tmp_path, [{**runs[0], "exclude": []}])
    assert "exclude[1] không loại lượt nào" in refusal_of(tmp_path, [entry(grid={"seed": [1, 2]}, exclude=[{"seed": 3}])])


@pytest.mark.parametrize(
    ("changes", "expected"),
    [
        ({"grid": {"sed": [1]}}, "ý bạn là 'seed'?"),
        ({"grid": {"seed": []}}, "grid 'seed' phải là danh sách"),
        ({"grid": {"seed": 3}}, "grid 'seed' phải là danh sách"),
        ({"grid": {"seed": [1, 1]}}, "grid 'seed' phải là danh sách"),
        ({"grid": {"seed": {"from": 5, "to": 1}}}, "grid 'seed' phải là danh sách"),
        ({"grid": {"seed": {"from": 1, "to": 10**9}}}, "grid 'seed' phải là danh sách"),
        ({"grid": {"seed": [1, "x"]}}, "e_x: 'seed' phải là số nguyên"),
        ({"grid": {"seed": {"from": 1, "to": 200}, "n_paths": {"from": 100, "to": 300}}}, "lưới có 40200 lượt chạy"),
        ({"grid": {"seed": [1]}, "parameters": {"seed": 2}}, "có cả trong parameters và grid"),
        ({"grid": {"__import__('os')": [1]}}, "không hợp lệ"),
        ({"grid": {"seed": ["a b", "a_b"]}}, "bị lặp"),
        ({"notebooks": [EVALUATION]}, "một trong hai"),
        ({"grids": {}}, "ý bạn là 'grid'?"),
    ],
)
def test_a_grid_that_cannot_be_meant_is_refused_in_words(tmp_path, changes, expected):
    assert expected in refusal_of(tmp_path, [entry(**changes)])


@given(st.text(max_size=30), st.text(max_size=30))
def test_whatever_a_plan_holds_a_run_name_stays_a_name(first, second):
    specs = grid.expand("e", [EVALUATION], {}, {"method": [first, second]}, [], Problems())
    assert all(plan.schema.IDENTIFIER.match(spec.name) for spec in specs)


def test_only_keeps_one_run_or_a_whole_entry(tmp_path):
    runs = [entry(grid={"seed": [1, 2]}), run_of("other", seed=3)]
    load(tmp_path, runs)
    path = tmp_path / "parameterized_runs" / "plans" / "default.yml"
    assert [run.name for run in plan.load(path, tmp_path, today=TODAY, only=["e"]).runs] == ["e_1", "e_2"]
    assert [run.name for run in plan.load(path, tmp_path, today=TODAY, only=["e_2", "other"]).runs] == ["e_2", "other"]


def test_json_schema_names_every_parameter():
    """The json schema names every parameter with its range and choices."""
    schema = shape.json_schema()
    keys = schema["properties"]["runs"]["items"]["properties"]
    assert keys["parameters"]["properties"]["horizon_year"]["minimum"] == 2015
    assert "mic" in keys["parameters"]["properties"]["measure"]["enum"] and schema["additionalProperties"] is False


@pytest.mark.parametrize(
    ("text", "after", "expected", "period"),
    [
        ("ngày 6 hằng tháng 06:00", "2026-11-06T05:59", "2026-11-06T06:00", "2026-11"),
        ("ngày 6 hằng tháng 06:00", "2026-11-06T06:00", "2026-12-06T06:00", "2026-12"),
        ("Ngày 31 hàng tháng 6h", "2027-02-01T00:00", "2027-02-28T06:00", "2027-02"),
        ("ngày cuối hằng tháng lúc 17:30", "2028-02-01T00:00", "2028-02-29T17:30", "2028-02"),
        ("thứ hai hằng tuần 07:30", "2026-11-25T00:00", "2026-11-30T07:30", "2026-11-30"),
        ("thu 7 hang tuan 6 giờ", "2026-11-25T00:00", "2026-11-28T06:00", "2026-11-28"),
        ("chủ nhật hằng tuần 6h15", "2026-11-25T00:00", "2026-11-29T06:15", "2026-11-29"),
        ("hằng ngày 23:59", "2026-12-31T23:59", "2027-01-01T23:59", "2027-01-01"),
        ("ngày 10 tháng đầu quý 06:00", "2026-11-25T00:00", "2027-01-10T06:00", "2027-Q1"),
    ],
)
def test_a_rule_in_vietnamese_names_the_next_hour_of_viet_nam(text, after, expected, period):
    rule = rules.parse(text)
    now, wanted = (datetime.fromisoformat(moment).replace(tzinfo=rules.HERE) for moment in (after, expected))
    assert rules.following(rule, now) == wanted and rule.period(wanted) == period
    assert rules.last(rule, wanted) == wanted and rules.last(rule, wanted - timedelta(minutes=1)) < wanted
    assert rules.parse(rule.text) == rule


@pytest.mark.parametrize("text", ["ngày 32 hằng tháng 06:00", "hằng ngày 25:00", "hằng ngày", "mỗi khi rảnh", "0 6 * * *", "", 5])
def test_a_rule_that_is_none_is_refused(text):
    assert rules.parse(text) is None


def test_unknown_rule_is_refused_with_examples(tmp_path):
    """A plan with a rule that is not understood is refused with examples."""
    assert "không hiểu 'lúc nào đó'" in refusal_of(tmp_path, [run_of("one")], schedule=["lúc nào đó"])
    assert load(tmp_path, [run_of("one")], schedule=["khi có tệp mới"]).rules == (rules.Rule("arrival"),)


def test_form_plan_overwrites_nothing(tmp_path):
    """A plan from a form is a plan and nothing is overwritten."""
    load(tmp_path, [run_of("one")])
    text = compose.compose(
        "quy_4", "Quý 4", [PROVINCE, SHARE], {"territory": ["hung_yen_2025"], "measure": ["nso", "mic"]}, ["ngày 6 hằng tháng 06:00"]
    )
    path = compose.write(tmp_path, "quy_4", text, today=TODAY)
    loaded = plan.load(path, tmp_path, today=TODAY)
    assert [run.name for run in loaded.runs] == ["quy_4_01", "quy_4_02_nso", "quy_4_02_mic"] and loaded.rules[0].day == 6
    assert "# số đường mô phỏng" in path.read_text(encoding="utf-8")
    with pytest.raises(PlanError, match="Đã có kế hoạch"):
        compose.write(tmp_path, "quy_4", text, today=TODAY)
    with pytest.raises(PlanError, match="không nhận giá trị 'sao hỏa'"):
        bad = compose.compose("hai", "Hai", [PROVINCE], {"territory": ["sao hỏa"], "measure": ["nso"]})
        compose.write(tmp_path, "hai", bad, today=TODAY)
    assert sorted(path.name for path in path.parent.iterdir()) == ["default.yml", "quy_4.yml"]


@given(st.text(max_size=40), st.text(max_size=40))
@example("\x85", "")
def test_no_value_breaks_out_of_the_file(title, value):
    """No title or value breaks out of the file it is written to."""
    text = compose.compose("x", title, [PROVINCE], {"territory": [value]})
    try:
        written = yaml.safe_load(text)
    except yaml.YAMLError:
        return  # a character YAML cannot hold: the plan is refused when it is read
    assert set(written) == {"name", "title", "defaults", "runs"} and written["title"]["vi"] == " ".join(title.split())


def test_the_form_asks_and_the_answers_make_a_plan(tmp_path):
    load(tmp_path, [run_of("one")])
    answers = iter(["quy_1", "Quý 1", "1, 2", "hung_yen_2025", "nso", "2030, 2035", "", "", "", "", "", "hằng ngày 06:00"])
    asked = compose.ask(lambda _line: next(answers))
    path = compose.write(tmp_path, asked["name"], compose.compose(**asked), today=TODAY)
    assert len(plan.load(path, tmp_path, today=TODAY).runs) == 4


def test_the_command_shows_a_plan_with_its_runs_and_time(tmp_path, monkeypatch, capsys):
    load(tmp_path, [entry(grid={"seed": [1, 2]})], schedule=["hằng ngày 06:00"])
    monkeypatch.setenv("FORECAST_HOME", str(tmp_path))
    path = str(tmp_path / "parameterized_runs" / "plans" / "default.yml")
    assert main.main(["plan", "show", path]) == 0
    shown = capsys.readouterr().out
    assert "e_1: 04_evaluation; seed = 1; khoảng 8 s" in shown and "2 lượt chạy, 2 phải chạy" in shown and "hằng ngày 06:00" in shown
    words = ["plan", "new", "hai", "--title", "Hai", "--notebook", EVALUATION, "--set", "seed=1,2", "n_paths=100"]
    assert main.main(words) == 0 and main.main(["plan", "show", "--workers", "1", path.replace("default", "hai")]) == 0
    assert "n_paths = 100" in capsys.readouterr().out
    assert main.main(["plan", "new", "ba", "--notebook", EVALUATION, "--set", "sed=1"]) == 2 and "'seed'?" in capsys.readouterr().err
    assert main.main(["plan", "schema"]) == 0 and '"additionalProperties": false' in capsys.readouterr().out


def test_without_a_terminal_the_form_says_what_to_write(tmp_path):
    command = [sys.executable, "-m", "forecast", "plan", "new"]
    environment = {"FORECAST_HOME": str(tmp_path), "PYTHONPATH": str(SOURCE), "PATH": "/usr/bin"}
    ended = subprocess.run(command, stdin=subprocess.DEVNULL, capture_output=True, text=True, env=environment, check=False)
    assert ended.returncode == 2 and "forecast plan new TÊN" in ended.stderr
