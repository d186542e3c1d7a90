"""Contributions: Shapley values by hand, in any order, summing to the difference in every year."""

import itertools

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scenario_base import NEW, OLD, base, pushing, store

from forecast import policy
from forecast.domain import Scenario
from forecast.headline import DIGITAL, ECOMMERCE, PRODUCTIVITY
from forecast.policy.scenarios.attribution import shapley
from forecast.policy.scenarios.baselines import outcome, simulate


def test_shapley_of_three_by_hand():
    # the glove game: 1 and 2 hold left gloves, 3 the right one; a pair is worth 1; values 1/6, 1/6, 4/6
    worth = {0: 0, 1: 0, 2: 0, 4: 0, 3: 0, 5: 1, 6: 1, 7: 1}
    np.testing.assert_allclose(shapley({key: np.array(value, float) for key, value in worth.items()}, 3), [1 / 6, 1 / 6, 4 / 6])


@settings(max_examples=50, deadline=None)
@given(st.integers(1, 5), st.randoms(use_true_random=False))
def test_shapley_values_sum_to_the_whole(players, random):
    """Shapley values are the mean over all orders and sum to the whole."""
    worth = {coalition: np.array([random.uniform(-5, 5), random.uniform(-5, 5)]) for coalition in range(1 << players)}
    found = shapley(worth, players)
    np.testing.assert_allclose(found.sum(axis=0), worth[(1 << players) - 1] - worth[0], atol=1e-9)
    slow = np.zeros_like(found)
    orders = list(itertools.permutations(range(players)))
    for order in orders:
        inside = 0
        for player in order:
            slow[player] += (worth[inside | 1 << player] - worth[inside]) / len(orders)
            inside |= 1 << player
    np.testing.assert_allclose(found, slow, atol=1e-9)


@pytest.mark.parametrize("statistic", ["median", "mean"])
@pytest.mark.parametrize("name", ["cautious", "ambitious", "merger", "official_merged", "shock_recovery"])
def test_contributions_sum_to_the_difference_in_every_year(name, statistic):
    table = policy.contributions(base(), name, statistic=statistic)
    assert len(table) and np.isfinite(table["contribution"]).all()
    levels, middle = simulate(base(), name), {"median": np.median, "mean": np.mean}[statistic]
    for (indicator, year), rows in table.groupby(["indicator", "year"]):
        before = middle(outcome(base(), indicator, base().grounds[indicator].levels, year))
        after = middle(outcome(base(), indicator, levels[indicator], year))
        assert rows["contribution"].sum() == pytest.approx(after - before, abs=1e-9)
        np.testing.assert_allclose(rows["baseline"], before, atol=1e-9)
        np.testing.assert_allclose(rows["scenario"], after, atol=1e-9)


def test_contributions_do_not_depend_on_the_order_of_the_levers():
    one = pushing(core_growth=3, digitalisation_services=0.6, structure_services=0.2)
    turned = Scenario(*(getattr(one, name) for name in ("id", "version", "name", "summary", "author", "made")), one.pushes[::-1])
    tables = [policy.contributions(base(), item).set_index(["lever", "year"])["contribution"].sort_index() for item in (one, turned)]
    np.testing.assert_allclose(tables[0], tables[1], atol=1e-9)


def test_one_lever_contributes_the_whole_difference():
    row = policy.contributions(base(), pushing(tfp=1.0)).query("year == 2030").iloc[0]
    assert row.contribution == pytest.approx(row.scenario - row.baseline, abs=1e-12) and row.lever == "tfp"


def test_link_lets_digital_levers_contribute():
    """With the link on digital levers contribute to productivity."""
    linked = policy.contributions(base(), pushing(tfp=0.5, core_growth=5, link_digital_productivity=0.39)).query("year == 2030")
    rows = linked[linked.indicator == PRODUCTIVITY].set_index("lever")["contribution"]
    assert set(rows.index) == {"tfp", "core_growth", "link_digital_productivity"}
    assert rows["core_growth"] > 0 and rows["core_growth"] == pytest.approx(rows["link_digital_productivity"], rel=0.01)


def test_the_baseline_has_nothing_to_contribute():
    assert policy.contributions(base(), "baseline").empty and policy.tornado(base(), "baseline").empty


def test_tornado_halves_doubles_or_moves_one_sd():
    """The tornado halves and doubles where the record is short and moves by one sd where it is not."""
    rows = policy.tornado(base(), "cautious").set_index("lever")
    assert rows.loc["tfp", "rule"] == "half_double" and tuple(rows.loc["tfp", ["low_value", "high_value"]]) == (-0.4, -1.6)
    sd = base().histories["market"].sd
    assert rows.loc["market", "rule"] == "one_sd" and rows.loc["market", "high_value"] == pytest.approx(-3 + sd)
    assert rows.loc["tfp", "outcome_high"] < rows.loc["tfp", "outcome"] < rows.loc["tfp", "outcome_low"]


def test_the_tornado_stays_inside_the_range_of_a_lever():
    row = policy.tornado(base(), pushing(tfp=2.0)).iloc[0]
    assert row.high_value == store().scenario_levers["tfp"].high == 3.0


def test_comparison_carries_contributions_and_tornado():
    """Comparisons carry contributions and tornado of every scenario but the baseline."""
    found = policy.compare(base(OLD), "baseline", "cautious", "official_qd489")
    assert set(found.contributions["of"]) == {"cautious", "official_qd489"} and set(found.tornado["of"]) == {"cautious"}
    assert set(found.targets["scenario"]) == {"baseline", "cautious", "official_qd489"}
    assert {DIGITAL, ECOMMERCE, PRODUCTIVITY} == set(found.bands["indicator"]) and base(NEW).components


def test_tornado_moves_rated_facts():
    """The tornado moves the rated facts that the pushes rest on."""
    rows = policy.tornado(base(), pushing(employment=1.0, core_growth=3, digitalisation_services=0.5)).set_index("lever")
    assert {"capital_elasticity", "digital_core_share_nso", "digital_agriculture_share"} <= set(rows.index)
    row = rows.loc["capital_elasticity"]
    assert (row.low_value, row.high_value, row.rating) == (0.18, 0.72, "amber") and row.outcome_high < row.outcome < row.outcome_low
    assert "capital_elasticity" not in set(policy.tornado(base(), pushing(tfp=1.0))["lever"])
