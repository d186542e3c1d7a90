"""The solver: hand-computed answers, the chance it promises, the least effort, and honest refusal."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scenario_base import NEW, OLD, base, store

from forecast import policy
from forecast.errors import EvidenceError, RefusedError
from forecast.headline import DIGITAL, ECOMMERCE
from forecast.policy.outlooks.targets import reached
from forecast.policy.scenarios.baselines import simulate
from forecast.policy.scenarios.solver import _problem, margin

PLAN = "hy_labour_productivity_growth_qd489_2021_2030"
SHARE = "hy2025_digital_economy_share_congress_ubnd_2025_2030"
MARKET = "vn_ecommerce_growth_qd1568_2026_2030"


def aim(name):
    return next(item for item in store().targets if item.id == name)


@pytest.mark.parametrize("chance", [0.5, 0.8, 0.9])
def test_simulating_the_answer_gives_the_chance_asked_for(chance):
    found = policy.solve(base(NEW), MARKET, chance, "sellers")
    levels = simulate(base(NEW), found.scenario)[ECOMMERCE]
    assert float(reached(aim(MARKET), levels, base(NEW).grounds[ECOMMERCE].years).mean()) == pytest.approx(chance, abs=0.01)
    assert found.possible and found.reached == pytest.approx(chance, abs=0.01)


def test_push_is_the_quantile_of_what_draws_lack():
    """The push of sellers is the quantile of what each draw lacks."""
    # each draw needs (1 + u)^5 x R(2030) / R(2025) >= 1.2^5: u = 1.2 x (R25 / R30)^(1/5) - 1; the 80 % quantile is the answer
    ground = base(NEW).grounds[ECOMMERCE]
    start, end = (ground.levels[:, ground.years.index(year)] for year in (2025, 2030))
    lacking = np.sort(100 * (1.2 * (start / end) ** 0.2 - 1))
    by_hand = lacking[int(np.ceil(0.8 * len(lacking))) - 1]
    assert policy.solve(base(NEW), MARKET, 0.8, "sellers").pushes["sellers"] == pytest.approx(by_hand, abs=1e-6)


def test_smallest_push_is_given():
    """The smallest push is given a little less does not reach."""
    found = policy.solve(base(NEW), MARKET, 0.8, "sellers")
    problem = _problem(base(NEW), MARKET, 0.8, ["sellers"], "baseline", None)
    assert problem.chance(np.array([found.pushes["sellers"] - 1e-4])) < 0.8 <= problem.chance(np.array([found.pushes["sellers"]]))


def test_impossible_chance_gives_the_best():
    """A chance beyond the allowed range is said to be impossible with the best there is."""
    found = policy.solve(base(OLD), PLAN, 0.95, "tfp")
    assert not found.possible and found.pushes["tfp"] == store().scenario_levers["tfp"].high
    assert found.before < found.reached < 0.95 and found.experience["tfp"]["colour"] == "red"


def test_mix_takes_the_least_effort():
    """The mix reaches the chance and no mix on a grid takes less effort."""
    names = ["digitalisation_industry", "digitalisation_services"]
    found = policy.solve(base(NEW, "mic"), SHARE, 0.5, names)
    problem = _problem(base(NEW, "mic"), SHARE, 0.5, names, "baseline", None)
    assert found.reached == pytest.approx(0.5, abs=0.01)
    best = np.inf
    for one in np.linspace(0, 3, 61):
        for other in np.linspace(0, 3, 61):
            if problem.chance(np.array([one, other])) >= 0.5:
                best = min(best, float(np.hypot(one / problem.scale[0], other / problem.scale[1])))
                break
    assert found.effort <= best * 1.01


def test_the_mix_takes_no_more_effort_than_any_single_lever():
    mix = policy.solve(base(NEW), MARKET, 0.8)
    alone = [policy.solve(base(NEW), MARKET, 0.8, name) for name in ("sellers", "orders_per_seller", "order_value")]
    assert mix.effort < min(item.effort for item in alone if item.possible)
    assert set(mix.pushes) == {"sellers", "orders_per_seller", "order_value"} == set(mix.unmeasured)


def test_effort_counts_the_standard_deviations_of_the_record():
    found = policy.solve(base(OLD), PLAN, 0.4, "tfp")
    assert found.effort == pytest.approx(found.pushes["tfp"] / base(OLD).histories["tfp"].sd) and not found.unmeasured


def test_what_is_already_likely_takes_nothing():
    found = policy.solve(base(OLD), PLAN, 0.05, "tfp")
    assert found.possible and found.pushes == {"tfp": 0.0} and found.effort == 0.0 and found.reached == found.before


def test_solution_on_top_of_a_scenario():
    """A solution on top of a scenario takes less and adds to its pushes."""
    plain, ambitious = (policy.solve(base(NEW, "mic"), SHARE, 0.5, "core_growth", scenario=name) for name in ("baseline", "ambitious"))
    assert plain.possible and ambitious.possible  # 0.7 is out of reach of the core alone since the ministry's counts are read
    assert ambitious.pushes["core_growth"] < plain.pushes["core_growth"]
    levels = simulate(base(NEW, "mic"), ambitious.scenario)[DIGITAL]
    share = float((margin(aim(SHARE), levels, base(NEW, "mic").grounds[DIGITAL].years) >= -1e-9).mean())
    assert share == pytest.approx(0.5, abs=0.01)


def test_solution_on_a_scenario_stays_in_the_ranges():
    """2D07: what the scenario already pushes leaves that much less to the solution, so that the sum can be saved and reopened."""
    levers = store().scenario_levers
    found = policy.solve(base(NEW), SHARE, 0.9, scenario="ambitious")
    for push in found.scenario.pushes:
        values = push.values(range(2026, 2031))
        assert levers[push.lever].low <= values.min() and values.max() <= levers[push.lever].high + 1e-9, push.lever


@settings(max_examples=15, deadline=None)
@given(st.floats(0.2, 0.95))
def test_a_higher_chance_never_takes_a_smaller_push(chance):
    one, more = (policy.solve(base(NEW), MARKET, value, "sellers").pushes["sellers"] for value in (chance, min(chance + 0.04, 0.99)))
    assert more >= one


@pytest.mark.parametrize(
    ("target", "chance", "levers", "said"),
    [
        ("hy_labour_productivity_growth_qd571_2021_2025", 0.8, (), "its period (2025) is over"),
        ("hy2025_digital_economy_share_nq821_2030", 0.8, (), "cannot be solved for"),
        ("hy_smart_cities_qd571_2025", 0.8, (), "none of the three indicators"),
        (PLAN, 80, (), "must lie between 0 and 1"),
        (PLAN, 0.8, ("sellers",), "does not push labour_productivity_real"),
        (PLAN, 0.8, ("link_digital_productivity",), "does not push"),
        (MARKET, 0.8, ("sellers", "market"), "Two views of one revenue"),
    ],
)  # fmt: skip
def test_what_cannot_be_solved_is_refused(target, chance, levers, said):
    with pytest.raises(RefusedError) as error:
        policy.solve(base(OLD), target, chance, levers)
    assert said in error.value.en and error.value.vi


@pytest.mark.parametrize(("target", "levers", "near"), [("hy_labour", (), ""), (PLAN, ("tpf",), "Did you mean 'tfp'")])
def test_unknown_names_are_refused_with_the_nearest(target, levers, near):
    with pytest.raises(EvidenceError, match=near or "No target"):
        policy.solve(base(OLD), target, 0.8, levers)


def test_default_pushes_are_the_provinces_own():
    """By default only what the province controls and has some evidence for is pushed."""
    assert set(policy.solve(base(OLD), PLAN, 0.6).pushes) == {"tfp", "capital_deepening"}


def test_every_open_target_is_solved_once():
    """Every open target gets a solution once and the table says what happened before."""
    found = policy.solutions(base(NEW, "mic"), 0.5)
    assert len(found) == len({item.target for item in found}) >= 4
    table = policy.solutions_table(found)
    assert set(table["experience"]) <= {"green", "amber", "red", "none"} and np.isfinite(table["push"]).all()
