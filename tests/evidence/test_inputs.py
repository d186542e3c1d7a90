"""Numbers an answer rests on: a slip of the hand in any of them is refused or said, never taken in silence."""

from __future__ import annotations

import ast
import shutil
from datetime import UTC, date, datetime
from pathlib import Path

import pytest

import forecast
from forecast import evidence
from forecast.evidence import register_checks

DATA = evidence.find_folder()
CODE = Path(forecast.__file__).parent
ECOMMERCE = "ecommerce_revenue,province,hung_yen_pre2025,2022,level,{},"
TARGET = "hy_digital_economy_share_qd489_2030,digital_economy_share,,hung_yen_pre2025,level,{}"
PRODUCTIVITY = "hy_labour_productivity_growth_qd489_2021_2030,labour_productivity_growth,,hung_yen_pre2025,growth_average,at_least,{}"
NOISE = "productivity_gap_noise_sd:\n  value: {}"


@pytest.fixture
def folder(tmp_path) -> Path:
    return Path(shutil.copytree(DATA, tmp_path / "data"))


@pytest.fixture(scope="module")
def before() -> set[tuple]:
    return {(item.check, item.file, item.row) for item in evidence.check(DATA)}


def swap(path: Path, old: str, new: str) -> None:
    text = path.read_text(encoding="utf-8")
    assert old in text
    path.write_text(text.replace(old, new, 1), encoding="utf-8")


def slip(folder: Path, before: set[tuple], file: str, old: str, new: str, severity: str = "error") -> list[evidence.Finding]:
    """The findings of a severity that a slip brings; each has a place and two languages."""
    swap(folder / file, old, new)
    found = [item for item in evidence.check(folder) if (item.check, item.file, item.row) not in before]
    assert all(item.vi and item.en and item.vi != item.en for item in found)
    return [item for item in found if item.severity == severity]


@pytest.mark.parametrize(
    ("old", "new", "said"),
    [
        (NOISE.format("0.0226"), NOISE.format("2.26"), "outside the range"),
        (NOISE.format("0.0226"), NOISE.format("-0.0226"), "outside the range"),
        (NOISE.format("0.0226"), NOISE.format("true"), "a number"),
        (NOISE.format("0.0226"), NOISE.format(".nan"), "a number"),
        (NOISE.format("0.0226"), NOISE.format("'0.0226'"), "a number"),
        ("range: [0.0075, 0.068]", "spread: 1", "range: [low, high]"),
        ("productivity_gap_noise_sd:", "productivity_gap_noise_ds:", "Did you mean 'productivity_gap_noise_sd'?"),
        ("productivity_drift_mean:", "productivity_drift_maen:", "missing; without it 0"),
        ("  mean: 0\n", "", "digital_drift_mean: missing"),
    ],
)
def test_an_assumption_with_a_slip_is_refused(folder, before, old, new, said):
    found = slip(folder, before, "assumptions.yml", old, new)
    assert any(said in item.en for item in found), [item.en for item in found]


def test_an_emptied_file_of_assumptions_is_refused(folder):
    (folder / "assumptions.yml").write_text("", encoding="utf-8")
    said = [item.en for item in evidence.check(folder) if item.file == "assumptions.yml"]
    assert any("status_se_official: missing" in text for text in said)


def test_a_slip_in_an_assumption_is_found_on_its_line(folder, before):
    (found,) = slip(folder, before, "assumptions.yml", NOISE.format("0.0226"), NOISE.format("2.26"))
    lines = (folder / "assumptions.yml").read_text(encoding="utf-8").splitlines()
    assert lines[found.row - 1] == "productivity_gap_noise_sd:"


@pytest.mark.parametrize(
    ("old", "new", "said"),
    [
        ("value: 0.6006", "value: 60.06", "outside the range"),
        ("capital_elasticity:", "capital_elastcity:", "Did you mean 'capital_elasticity'?"),
        ("indicator: digital_economy_share", "indicator: digital_share", "no headline indicator"),
        ("central: 0.39", "central: 0.039", "at the edge of the range"),
        ("history: tfp", "history: tpf", "no history"),
        ("high: 15\n    step: 0.5", "high: 150\n    step: 0.5", "check the decimal point"),
        ("high: 3\n", "high: true\n", "wrong lever"),
    ],
)
def test_a_lever_or_fact_with_a_slip_is_refused(folder, before, old, new, said):
    found = slip(folder, before, "levers.yml", old, new)
    assert any(said in item.en for item in found), [item.en for item in found]


@pytest.mark.parametrize(
    ("old", "new", "said"),
    [
        (TARGET.format("at_least,35"), TARGET.format("at_least,0.35"), "less than one percent"),
        (TARGET.format("at_least,35"), TARGET.format("at_least,350"), "outside the limits"),
        (TARGET.format("at_least,35"), TARGET.format("at_most,35"), "runs against this indicator"),
        (PRODUCTIVITY.format("8.5,9.0"), PRODUCTIVITY.format("85,90"), "outside the limits"),
        (PRODUCTIVITY.format("8.5,9.0"), PRODUCTIVITY.format("8.5,90"), "outside the limits"),
        ("2024-06-10", "2099-06-10", "after today"),
        ("2024-06-10", "2024-10-06", "the document prints 2024-06-10"),
        ("2030,2030,QĐ 489", "2030,2300,QĐ 489", "2030-2300 cannot be"),
        (TARGET.format("at_least"), TARGET.format("at_least").replace(",,", ",nsoo,"), "no measure 'nsoo'"),
        (",49,2020,", ",4900,2020,", "baseline 4900 is outside"),
        (",49,2020,", ",49,20200,", "baseline_year '20200' cannot be"),
        (",49,2020,", ",abc,2020,", "baseline 'abc' is no number"),
        ("digital_economy,,vir_qd489_2024", "digital_economy,hy_digital_economy_share_qd489_2030,vir_qd489_2024", "by itself"),
    ],
)
def test_a_target_with_a_slip_is_refused(folder, before, old, new, said):
    found = slip(folder, before, "targets.csv", old, new)
    assert any(said in item.en for item in found), [item.en for item in found]


def test_a_target_unlike_its_own_name_is_warned_of(folder, before):
    (found,) = slip(folder, before, "targets.csv", TARGET.format("at_least,35"), TARGET.format("at_least,53"), "warning")
    assert "53 does not stand in the name of the target: 'Kinh tế số chiếm 35% GRDP" in found.en


def test_a_range_that_lost_its_upper_end_is_warned_of(folder, before):
    (found,) = slip(folder, before, "targets.csv", PRODUCTIVITY.format("8.5,9.0"), PRODUCTIVITY.format("8.5,"), "warning")
    assert "prints up to 9,0 %" in found.en


def replaced(value: str) -> str:
    return (
        "- id: slip\n  match: {indicator: ecommerce_revenue, territory: hung_yen_pre2025}\n  action: replace\n"
        f"  value: {value}\n  reason: {{vi: thử, en: trial}}\n  decided: 2026-11-23\n  guard: 1\n- id: spurious"
    )


def test_a_replaced_value_far_from_the_printed_is_refused(folder, before):
    (found,) = slip(folder, before, "corrections.yml", "- id: spurious", replaced("11000"))
    assert "1100 becomes 11000: too far" in found.en and found.row


def test_a_replaced_value_near_the_printed_is_accepted(folder, before):
    assert not slip(folder, before, "corrections.yml", "- id: spurious", replaced("1150"))


@pytest.mark.parametrize("value", ["11000", "110000", "1100000", "110", "1.1"])
def test_the_only_figure_of_its_kind_wants_a_second_look(folder, before, value):
    found = slip(folder, before, "observations.csv", ECOMMERCE.format("1100"), ECOMMERCE.format(value), "warning")
    assert [item.check for item in found] == ["usual_range"] and "[360; 3300]" in found[0].en


@pytest.mark.parametrize(("file", "check"), [("observations.csv", "days_gone_by"), ("sources.csv", "days_gone_by")])
def test_a_day_after_today_is_refused(folder, before, file, check):
    found = slip(folder, before, file, "2026-10-05", "2032-10-05") if file == "observations.csv" else []
    found = found or slip(folder, before, file, ",2023-06-30,", ",2032-06-30,")
    assert check in {item.check for item in found} and any("after today" in item.en for item in found)


def test_a_day_that_has_begun_here_is_not_after_today(folder, before, monkeypatch):
    """At 01:00 in Việt Nam a file is signed with a day that on a server's own clock (UTC) has not begun."""

    class Night(datetime):
        @classmethod
        def now(cls, zone=None):
            return datetime(2032, 10, 4, 18, tzinfo=UTC).astimezone(zone or UTC)

    monkeypatch.setattr(register_checks, "datetime", Night)
    assert "days_gone_by" not in {item.check for item in slip(folder, before, "observations.csv", "2026-10-05", "2032-10-05")}
    assert "days_gone_by" in {item.check for item in slip(folder, before, "observations.csv", "2032-10-05", "2032-10-06")}


def test_one_day_long_after_all_others_is_warned_of(folder, before, monkeypatch):
    monkeypatch.setattr(register_checks, "today", lambda: date(2033, 1, 1))
    found = slip(folder, before, "observations.csv", "2026-10-05", "2032-10-05", "warning")
    assert {item.check for item in found} == {"newest_not_alone"} and "60 days" in found[0].en


def test_a_level_far_from_both_neighbours_is_warned_of(folder, before):
    swapped = ("employed_15plus,nso,cao_bang,2022,level,201.68,", "employed_15plus,nso,cao_bang,2022,level,401.68,")
    assert "no_spike" in {item.check for item in slip(folder, before, "observations.csv", *swapped, "warning")}


def test_growth_that_its_own_levels_do_not_give_is_warned_of(folder, before):
    lines = "".join(
        f"{name},nso,hung_yen_pre2025,{year},{kind},{value},,{unit},2025-06-30,press,exact,expected,vir_qd489_2024,text {year},\n"
        for name, year, kind, value, unit in (
            ("grdp_constant", 2022, "level", 80000, "vnd_bn"),
            ("grdp_constant", 2023, "level", 88000, "vnd_bn"),
            ("grdp_growth", 2023, "growth", -10, "percent_per_year"),
        )
    )
    text = (folder / "observations.csv").read_text(encoding="utf-8")
    (folder / "observations.csv").write_text(text + lines, encoding="utf-8")
    (found,) = [item for item in evidence.check(folder) if item.check == "growth_agrees"]
    assert "give 10" in found.en and found.severity == "warning"


def test_a_newer_press_figure_beside_the_office_is_said():
    said = [item for item in evidence.check() if item.check == "press_newer"]
    assert said and all(item.severity == "notice" and "the office's figure is used" in item.en for item in said)


@pytest.mark.parametrize(
    ("old", "new", "said"),
    [
        ("[hung_yen_pre2025, thai_binh_pre2025]", "[hung_yen_pre2025, hung_yen_pre2025]", "a component twice"),
        ("[hung_yen_pre2025, thai_binh_pre2025]", "[hung_yen_pre2025, ha_nam_pre2025]", "already belongs to"),
        ("[hung_yen_pre2025, thai_binh_pre2025]", "[hung_yen_pre2025]", "at least two components"),
        ("valid_from: 2025-07-01", "valid_from: 2025-07-02", "must end the day before"),
        ("valid_to: 2025-06-30", "valid_to: 30/06/2025", "write a day such as"),
        ("delta_pre2025, headline: true", 'delta_pre2025, headline: ""', "headline is true or false"),
    ],
)
def test_a_territory_with_a_slip_is_refused(folder, before, old, new, said):
    found = slip(folder, before, "territories.yml", old, new)
    assert any(said in item.en for item in found), [item.en for item in found]


@pytest.mark.parametrize(
    ("old", "new", "said"),
    [
        ("support: [0, 100]", "support: [0, 1000]", "a percentage ends at 100"),
        ("limits: [1, 2000]", "limits: [2000, 1]", "[low, high]"),
        ("limits: [1, 2000]", "limits: [one, 2000]", "[low, high]"),
        ("factor: 1\n", "factor: 1000\n", "factor does not turn"),
        ("national: ecommerce_b2c_usd", "national: ecommerce_usd", "no indicator 'ecommerce_usd'"),
        ("growth: labour_productivity_growth", "growth: labour_growth", "no indicator 'labour_growth'"),
    ],
)
def test_an_indicator_with_a_slip_is_refused(folder, before, old, new, said):
    found = slip(folder, before, "indicators.yml", old, new)
    assert any(said in item.en for item in found), [item.en for item in found]


@pytest.mark.parametrize(
    ("file", "old", "new"),
    [
        ("territories.yml", "valid_to: 2025-06-30", "valid_to: 2025-02-31"),
        ("assumptions.yml", "value: 0.0226", "value: " + "[" * 3000 + "]" * 3000),
        ("assumptions.yml", "value: 0.0226", "value: " + "9" * 6000),
        ("assumptions.yml", "productivity_gap_noise_sd:", "odd: &a [1]\nodder: [*a, *a]\nproductivity_gap_noise_sd:"),
        ("scenarios/cautious.yml", "assumptions:", "path: 5\nassumptions:"),
        ("scenarios/cautious.yml", "parent: {scenario: baseline, hash: 31c320201342}", "parent: baseline"),
        ("corrections.yml", "- id: spurious", "5 # - id: spurious"),
    ],
)
def test_what_cannot_be_read_is_a_finding_with_its_line(folder, before, file, old, new):
    found = slip(folder, before, file, old, new)
    named = [item for item in found if item.file == file]
    assert named and (any(item.row for item in named) or file == "corrections.yml"), found[:3]


def test_kept_data_are_not_refused_by_later_checks(folder):
    """Data laid by with an answer before the ranges were written are read all the same."""
    swap(folder / "assumptions.yml", "  range: [0.0075, 0.068]\n", "")
    with pytest.raises(forecast.evidence.store.EvidenceError):
        evidence.load(folder)
    assert evidence.load(folder, kept=True).assumptions["productivity_gap_noise_sd"]["value"] == 0.0226
    assert evidence.unpack(evidence.pack(evidence.load(folder, kept=True))).targets


def asked_names() -> set[str]:
    """The names of assumptions and facts in the code: constants and patterns in `assumed[...]`, `fact[...]` and their `.get(...)`."""
    names = set()
    for path in [*CODE.glob("models/**/*.py"), CODE / "policy" / "levers" / "pushes.py"]:
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
            if isinstance(node, ast.Subscript) and ast.unparse(node.value) in ("assumed", "fact"):
                names |= texts_of(node.slice)
            elif isinstance(node, ast.Call) and ast.unparse(node.func) in ("assumed.get", "fact.get"):
                names |= texts_of(node.args[0])
    return names


def texts_of(node: ast.expr) -> set[str]:
    if isinstance(node, ast.IfExp):
        return texts_of(node.body) | texts_of(node.orelse)
    if isinstance(node, ast.JoinedStr):
        return {"".join(part.value if isinstance(part, ast.Constant) else "{}" for part in node.values)}
    return {node.value} if isinstance(node, ast.Constant) and isinstance(node.value, str) else set()


def test_the_names_asked_for_are_those_checked():
    """Every name the code asks for is one the checks know, and the other way round."""
    known = {f"{{}}_{name}" for name in (*register_checks.SPREADS, *register_checks.MEANS, *register_checks.PACE)}
    known |= {register_checks.OF_STATUS, register_checks.FURTHER, register_checks.CORE, *register_checks.FACTS}
    known |= {*register_checks.SINGLE, "digital_core_share_nso"}
    assert asked_names() - {"value"} | {"rounding_at_least"} == known


