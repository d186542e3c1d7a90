"""Plans: whatever could not run as meant is refused before a kernel starts, all problems in one message."""

from datetime import date

import pytest
import tiny_project
from places import DATA, PROJECT
from tiny_project import EVALUATION, PROVINCE, run_of

from forecast import evidence, headline, models
from forecast.errors import PlanError
from forecast.runs.plans import parameters, plan
from forecast.runs.plans.problems import Problems

TODAY = date(2026, 11, 24)


def load(root, runs, **changes):
    path = tiny_project.make(root, {EVALUATION: ["1"], PROVINCE: ["1"], "02_digital_economy_share": ["1"]}, runs)
    if changes:
        path = tiny_project.write_plan(root, runs, **changes)
    return plan.load(path, root, today=TODAY)


def refusal_of(root, runs, **changes):
    with pytest.raises(PlanError) as caught:
        load(root, runs, **changes)
    return caught.value


def test_sound_plan_gives_exact_parameters(tmp_path):
    """A sound plan gives each run exactly the parameters its notebook takes."""
    loaded = load(tmp_path, [run_of("one", seed=7), run_of("two", PROVINCE)])
    assert loaded.runs[0].parameters == {"as_of": "latest", "seed": 7, "n_paths": 200}
    accepts = parameters.known_notebooks()[PROVINCE].accepts
    assert tuple(loaded.runs[1].parameters) == tuple(name for name in accepts if name not in parameters.OPTIONAL)


def test_own_target_is_optional_and_read_before_a_kernel(tmp_path):
    """A plan may give a typed target; one that reads as none is refused with an example, before anything starts."""
    loaded = load(tmp_path, [run_of("one", PROVINCE, own_target="7 %/năm đến 2030")])
    assert loaded.runs[0].parameters["own_target"] == "7 %/năm đến 2030"
    with pytest.raises(PlanError, match=r"own_target.*'7 %/năm đến 2030'"):
        load(tmp_path, [run_of("one", PROVINCE, own_target="bảy phần trăm")])


def test_misspelt_parameter_gets_the_nearest_name(tmp_path):  # A09
    """A misspelt parameter is refused with the nearest name in both languages."""
    error = refusal_of(tmp_path, [run_of("one", PROVINCE, horzion_year=2030)])
    assert "ý bạn là 'horizon_year'?" in error.vi
    assert "did you mean 'horizon_year'?" in error.en


@pytest.mark.parametrize(
    ("name", "value", "expected"),
    [
        ("horizon_year", "nam", "số nguyên"),  # A10
        ("horizon_year", True, "số nguyên"),
        ("horizon_year", 2030.5, "số nguyên"),
        ("horizon_year", 20300, "ngoài khoảng"),
        ("seed", -1, "ngoài khoảng"),
        ("seed", float("nan"), "số nguyên"),
        ("n_paths", "7%", "0.07 thay cho '7%'"),  # A11
        ("n_paths", "0,07", "0.07 thay cho '7%'"),
        ("as_of", "30/06/2023", "2023-06-30"),
        ("as_of", "2026-11-25", "tương lai"),
        ("as_of", "2023-02-30", "2023-06-30"),
        ("territory", "atlantis", "có thể dùng"),
        ("territory", "hung_yen_pre2052", "ý bạn là 'hung_yen_pre2025'?"),
        ("measure", "mic", "không nhận giá trị"),  # the productivity notebook takes nso only
        ("scenario", ["baseline"], "một giá trị đơn"),
        ("method", None, "một giá trị đơn"),
        ("method", "arimaa", "ý bạn là 'arima'?"),
    ],
)
def test_a_value_of_the_wrong_type_range_or_choice_is_refused(tmp_path, name, value, expected):
    assert expected in refusal_of(tmp_path, [run_of("one", PROVINCE, **{name: value})]).vi


def test_every_province_can_stand_in_a_plan():
    """The three notebooks take each of the 63 former provinces and the 34 of today, and no region, average or nation."""
    _, places = evidence.registers(DATA)
    provinces = {name for name, facts in places.items() if facts.get("kind", "province") == "province"}
    assert len(provinces) == 86 and {"viet_nam", "province_average"} <= set(places) - provinces
    for study in headline.registered().studies.values():
        book = parameters.known_notebooks()[study.notebook]
        refused = {name for name in places if parameters.value_problem("territory", name, book, TODAY)}
        assert refused == set(places) - provinces, study.notebook


@pytest.mark.parametrize(
    ("wrong", "near"), [("ha_nam_2025", "ha_nam_pre2025"), ("hai_phong", "hai_phong_2025"), ("quang_nin", "quang_ninh")]
)
def test_a_name_that_is_no_province_gets_a_near_one(tmp_path, wrong, near):
    """A province that was merged away, or has two ids, is refused with an id that exists."""
    error = refusal_of(tmp_path, [run_of("one", PROVINCE, territory=wrong)])
    assert f"'{wrong}'; ý bạn là '{near}'?" in error.vi and f"'{wrong}'; did you mean '{near}'?" in error.en


@pytest.mark.parametrize("name", ["viet_nam_x", "viet_nam"])
def test_the_nation_is_no_choice_of_a_plan(tmp_path, name):
    """Neither is a name like it: no province is near, so those there are stand in the answer."""
    error = refusal_of(tmp_path, [run_of("one", PROVINCE, territory=name)])
    assert f"không nhận giá trị '{name}'; có thể dùng: " in error.vi and f"cannot be '{name}'; known: " in error.en
    assert "hung_yen_2025" in error.vi and "hung_yen_2025" in error.en


@pytest.mark.parametrize("name", ["seed=1;import os", "__import__", "Seed", "sêed", "a b", 'x"', "import os\nos", ""])
def test_parameter_name_must_be_an_identifier(tmp_path, name):  # A16
    """A parameter name that is code or no identifier is refused."""
    assert "không hợp lệ" in refusal_of(tmp_path, [run_of("one", **{name: 1})]).vi


@pytest.mark.parametrize("name", ["api_token", "password", "mat_khau"])
def test_a_secret_as_a_parameter_is_refused(tmp_path, name):  # A46
    assert "mật khẩu" in refusal_of(tmp_path, [run_of("one", **{name: "x"})]).vi


def test_a_missing_parameter_is_named(tmp_path):
    error = refusal_of(tmp_path, [{"name": "one", "notebook": EVALUATION}], defaults={"seed": 1})
    assert "thiếu tham số 'as_of'" in error.vi and "thiếu tham số 'n_paths'" in error.vi


def test_all_problems_come_in_one_message(tmp_path):
    runs = [run_of("one", sed=1), run_of("one", seed="x"), {"name": "Hai", "notebook": "05_x"}, 3]
    error = refusal_of(tmp_path, runs, titel=1, title={"vi": "chỉ tiếng Việt"})
    for expected in ("'seed'?", "số nguyên", "'Hai'", "05_x", "runs[4]", "'one' bị lặp", "'title'?", "cả vi và en"):
        assert expected in error.vi
    assert error.vi.count("\n") == error.en.count("\n") >= 8


def test_an_unknown_notebook_is_refused_with_the_nearest_name(tmp_path):
    error = refusal_of(tmp_path, [{"name": "one", "notebook": "04_evaluaton"}])
    assert "ý bạn là '04_evaluation'?" in error.vi


@pytest.mark.parametrize("name", ["../../etc/x", "/etc/passwd", "04_evaluation.ipynb"])
def test_a_path_is_never_a_notebook_name(tmp_path, name):  # A19
    assert "không có sổ tính" in refusal_of(tmp_path, [{"name": "one", "notebook": name}]).vi


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("name: a\nname: b\n", "bị lặp"),
        ("name: &x a\ntitle: *x\n", "neo YAML"),
        ("name: !!python/object/apply:os.system [id]\n", "không đọc được YAML"),
        ("name: [1, 2\n", "không đọc được YAML"),
        ("as_of: 2023-02-30\n", "không đọc được YAML"),
        ("- a\n- b\n", "phải có các khóa"),
        ("", "phải có các khóa"),
        ("name: " + "a" * 70_000, "quá lớn"),
        ("[" * 3000, "quá nhiều dấu"),
        ("[" * 900, "không đọc được YAML"),
    ],
)
def test_a_file_that_is_not_plain_data_is_refused_in_words(tmp_path, text, expected):
    path = tmp_path / "p.yml"
    path.write_text(text, encoding="utf-8")
    with pytest.raises(PlanError) as caught:
        plan.load(path, tmp_path, today=TODAY)
    assert expected in caught.value.vi


def test_yaml_date_reaches_the_notebook_as_text(tmp_path):
    """A date written bare in yaml reaches the notebook as iso text."""
    assert load(tmp_path, [run_of("one", as_of=date(2023, 6, 30))]).runs[0].parameters["as_of"] == "2023-06-30"


def test_a_horizon_before_the_date_of_knowledge_is_refused(tmp_path):
    error = refusal_of(tmp_path, [run_of("one", PROVINCE, as_of="2023-06-30", horizon_year=2022)])
    assert "đã qua" in error.vi


def test_the_date_and_the_runs_can_be_chosen_from_outside(tmp_path):
    path = tiny_project.make(tmp_path, {EVALUATION: ["1"]}, [run_of("one"), run_of("two")])
    loaded = plan.load(path, tmp_path, today=TODAY, as_of="2024-01-31", only=["two"])
    assert [(run.name, run.parameters["as_of"]) for run in loaded.runs] == [("two", "2024-01-31")]
    with pytest.raises(PlanError, match="ý bạn là 'two'"):
        plan.load(path, tmp_path, today=TODAY, only=["twoo"])


@pytest.mark.parametrize("tagged", [None, 1])
def test_parameters_cell_must_come_first(tmp_path, tagged):  # A15
    """A notebook whose first code cell is not the parameters cell is refused."""
    path = tiny_project.make(tmp_path, {}, [run_of("one")])
    tiny_project.write_notebook(tmp_path, EVALUATION, ["x = 1"], tagged=tagged)
    with pytest.raises(PlanError, match="gắn thẻ 'parameters'"):
        plan.load(path, tmp_path, today=TODAY)


@pytest.mark.parametrize(
    ("content", "expected"), [("{", "không phải sổ tính"), ('{"cells": 3, "nbformat": 4}', "không phải sổ tính")]
)
def test_a_truncated_notebook_is_refused_in_one_line(tmp_path, content, expected):  # A32
    path = tiny_project.make(tmp_path, {EVALUATION: []}, [run_of("one")])
    (tmp_path / "notebooks" / f"{EVALUATION}.ipynb").write_text(content)
    with pytest.raises(PlanError, match=expected):
        plan.load(path, tmp_path, today=TODAY)


def test_parameters_cell_holds_known_literals(tmp_path):  # A18
    """A notebook that computes in its parameters cell or knows other names is refused."""
    path = tiny_project.make(tmp_path, {EVALUATION: []}, [run_of("one")])
    book = tmp_path / "notebooks" / f"{EVALUATION}.ipynb"
    written = book.read_text(encoding="utf-8")
    book.write_text(written.replace("seed = 1", "seed = int('1')"), encoding="utf-8")
    with pytest.raises(PlanError, match="giá trị trực tiếp"):
        plan.load(path, tmp_path, today=TODAY)
    book.write_text(written.replace("seed = 1", "sed: int = 1"), encoding="utf-8")
    with pytest.raises(PlanError, match=r"thiếu 'seed'.*\n.*có 'sed'"):
        plan.load(path, tmp_path, today=TODAY)


def test_the_schema_knows_exactly_the_methods_of_the_models():
    assert set(parameters.METHODS) == set(models.METHODS)


@pytest.mark.parametrize("name", ["default", "replay_2023_06_30"])
def test_the_plans_of_the_kit_name_known_runs_and_parameters(name):
    problems = Problems()
    content = plan._read_yaml(PROJECT / "parameterized_runs" / "plans" / f"{name}.yml", problems)
    checked = plan._check(content, {}, TODAY, problems)
    assert not problems.texts and checked.name == name and checked.runs
