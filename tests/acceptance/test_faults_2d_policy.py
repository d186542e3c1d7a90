"""The second part of the acceptance list, section D: scenarios, solutions and questions (2D06, 2D07, 2D08)."""

from datetime import date

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scenario_base import NEW, OLD, base, pushing, store

from forecast import policy
from forecast.domain import Push, Scenario, Text
from forecast.errors import EvidenceError, ForecastError, RefusedError
from forecast.headline import DIGITAL
from forecast.policy.levers import identities
from forecast.policy.levers.identities import SECTORS, Split
from forecast.policy.scenarios import codes
from forecast.policy.scenarios.baselines import simulate
from forecast.runs.scenarios import saved

SHARE = "hy2025_digital_economy_share_congress_ubnd_2025_2030"
MARKET = "vn_ecommerce_growth_qd1568_2026_2030"
SPLIT = Split(0.6, {"agriculture": 0.1, "industry_construction": 0.5, "services": 0.4},
              {"agriculture": 10.0, "industry_construction": 50.0, "services": 40.0})  # fmt: skip
RANGES = {name: (lever.low, lever.high) for name, lever in store().scenario_levers.items() if lever.indicator == DIGITAL}


@pytest.mark.parametrize("measure", ["nso", "mic"])
@pytest.mark.parametrize("territory", [OLD, NEW])
def test_2d06_every_lever_at_its_end_stays_within_the_whole(measure, territory):
    """2D06: levers inside their ranges, all at once and to the last year drawn: no draw above 100 % of GRDP nor below 0."""
    text = Text("thử", "trial")
    for end in (0, 1):
        pushes = tuple(Push(name, ((2026, None, ends[end]),), text, "red") for name, ends in RANGES.items() if ends[end])
        levels = simulate(base(territory, measure), Scenario("all_ends", 1, text, text, "test", date(2026, 3, 1), pushes))[DIGITAL]
        assert levels.min() >= 0.0 and levels.max() <= 100.0


@settings(max_examples=200, deadline=None)
@given(st.floats(0.1, 99.9), st.floats(0.05, 0.95), st.fixed_dictionaries({name: st.floats(*ends) for name, ends in RANGES.items()}))
def test_2d06_no_push_in_range_passes_the_whole(share, core, values):
    years = 15
    pushes = {name: np.full(years, value) for name, value in values.items() if value}
    split = Split(core, SPLIT.sectors, SPLIT.weights)
    given = np.full((1, years), share)
    parts = identities.digital_parts(given, pushes, split)
    assert min(part.min() for part in parts.values()) >= 0.0
    assert sum(parts.values()).max() <= 100.0 + 1e-9 and identities.digital_share(given, pushes, split).max() <= 100.0


def test_2d06_the_cap_by_hand():
    # core 30 of a share of 50, sectors' rates pushed to 100 %: no more than the 70 outside the core; with a core grown by 10 %
    # 33 + 70 of a GRDP of 103
    pushes = {lever: np.array([100.0]) for lever in identities.RATES}
    share = np.array([[50.0]])
    assert identities.digital_share(share, pushes, SPLIT) == pytest.approx(np.array([[100.0]]))
    parts = identities.digital_parts(share, {**pushes, "core_growth": np.array([10.0])}, SPLIT)
    assert parts["core"] == pytest.approx(np.array([[100 * 33 / 103]]))
    assert sum(parts[name] for name in SECTORS) == pytest.approx(np.array([[100 * 70 / 103]]))


def totals(scenario, lever):
    push = next(push for push in scenario.pushes if push.lever == lever)
    return push.values(range(2024, 2041))


@pytest.mark.parametrize("chance", [0.5, 0.95])
@pytest.mark.parametrize("below", [1.0, 2.2, 3.0, -1.0])
def test_2d07_a_solution_on_a_scenario_stays_inside_and_reopens(chance, below):
    """2D07: what is solved on top of a scenario stays, with it, inside the range, and what is saved opens again."""
    lever = store().scenario_levers["digitalisation_services"]
    mine = pushing("mine", digitalisation_services=below)
    found = policy.solve(base(NEW, "mic"), SHARE, chance, lever.id, scenario=mine)
    assert (totals(found.scenario, lever.id) <= lever.high + 1e-12).all()
    _again, opened = codes.ask(store(), codes.question(base(NEW, "mic"), found.scenario))
    assert np.array_equal(totals(opened, lever.id), totals(found.scenario, lever.id))
    assert found.possible or found.pushes[lever.id] == pytest.approx(lever.high - below)


def test_2d07_a_mix_on_a_scenario_at_its_end_uses_the_other_levers():
    mine = pushing("mine", digitalisation_services=3.0, digitalisation_industry=2.2)
    found = policy.solve(base(NEW, "mic"), SHARE, 0.9, scenario=mine)
    assert found.pushes["digitalisation_services"] == 0.0 and np.isfinite(list(found.pushes.values())).all()
    store().scenario(codes.form_of(found.scenario, store()))


def test_2d07_only_the_years_that_overlap_count():
    text = Text("thử", "trial")
    spans = ((2024, 2025, 3.0), (2027, 2027, 2.5), (2031, None, 3.0))
    mine = Scenario("mine", 1, text, text, "test", date(2026, 3, 1), (Push("digitalisation_services", spans, text, "red"),))
    found = policy.solve(base(NEW, "mic"), SHARE, 0.99, "digitalisation_services", scenario=mine)
    assert found.pushes["digitalisation_services"] == pytest.approx(0.5)
    assert totals(found.scenario, "digitalisation_services").max() == 3.0
    store().scenario(codes.form_of(found.scenario, store()))


def test_2d07_the_other_view_of_revenue_is_not_mixed_in():
    mine = pushing("mine", market=2.0)
    found = policy.solve(base(NEW), MARKET, 0.6, scenario=mine)
    assert set(found.pushes) <= {"market", "province_share"}
    store().scenario(codes.form_of(found.scenario, store()))
    with pytest.raises(RefusedError, match="Two views of one revenue"):
        policy.solve(base(NEW), MARKET, 0.6, "sellers", scenario=mine)


def test_2d07_nothing_is_pushed_on_a_path():
    with pytest.raises(RefusedError, match="solve on the baseline"):
        policy.solve(base(OLD), "hy_labour_productivity_growth_qd489_2021_2030", 0.6, scenario="official_qd489")


def test_2d07_what_could_not_be_opened_is_not_saved(tmp_path):
    beyond = pushing("beyond", digitalisation_services=3.6)
    with pytest.raises(EvidenceError, match=r"outside the allowed range"):
        saved.save(base(NEW), beyond, root=tmp_path, author="A", moment=None)


QUESTION = {"territory": OLD, "measure": "nso", "horizon_year": 2030, "seed": 1, "n_paths": 50}
WRONG = {
    "territory misspelt": ({"territory": "hung_yen_pre2052"}, "hung_yen_pre2025"),
    "no territory": ({"territory": None}, "None"),
    "territory with marks": ({"territory": "Hưng Yên"}, "Hưng Yên"),
    "measure misspelt": ({"measure": "nsoo"}, "nso"),
    "year as text": ({"horizon_year": "2030"}, "'2030'"),
    "year as a float": ({"horizon_year": 2030.0}, "2030.0"),
    "no year": ({"horizon_year": None}, "None"),
    "year that is true": ({"horizon_year": True}, "True"),
    "year too far": ({"horizon_year": 2099}, "2099"),
    "year before the figures": ({"horizon_year": 2010}, "2010"),
    "day to come": ({"as_of": "2099-01-01"}, "2099"),
    "no such day": ({"as_of": "2024-02-31"}, "2024-02-31"),
    "day as a year": ({"as_of": 2024}, "2024"),
    "no day": ({"as_of": None}, "None"),
    "seed below nought": ({"seed": -1}, "-1"),
    "paths as text": ({"n_paths": "many"}, "many"),
    "no paths": ({"n_paths": 0}, "0"),
    "method misspelt": ({"method": "defalt"}, "defalt"),
    "scenario misspelt": ({"scenario": "ambitios"}, "ambitious"),
    "indicator misspelt": ({"indicator": "digital_economy_shar"}, "digital_economy_share"),
    "no indicator": ({"indicator": None}, "None"),
}


@pytest.mark.parametrize(("changed", "said"), WRONG.values(), ids=WRONG)
def test_2d08_a_question_that_cannot_be_is_refused_in_one_sentence(changed, said):
    """2D08: a misspelt territory, a year as text, a day to come and their like get one sentence in two languages."""
    asked = {**QUESTION, **changed}
    with pytest.raises(ForecastError) as problem:
        policy.outlook(store(), asked.pop("indicator", DIGITAL), **asked)
    assert said in problem.value.vi and said in problem.value.en and "\n" not in str(problem.value)
    if not {"indicator", "scenario", "method"} & set(changed):
        with pytest.raises(ForecastError):
            policy.baseline(store(), **{**asked, "territory": asked["territory"] or "?"})
