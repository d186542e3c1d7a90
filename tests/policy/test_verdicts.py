"""Targets under scenarios: four words, arrival with its delay, the chance by year, all three at once, documents side by side."""

import numpy as np
import pytest
from scenario_base import NEW, OLD, base, pushing, store

from forecast import policy
from forecast.headline import DIGITAL, ECOMMERCE, PRODUCTIVITY
from forecast.policy.outlooks.targets import verdict_for
from forecast.policy.scenarios.baselines import outcome
from forecast.policy.scenarios.verdicts import dependence, pairing
from forecast.publish.exhibits import targets as exhibits
from forecast.publish.words import vocabulary

PLAN = "hy_labour_productivity_growth_qd489_2021_2030"


def test_the_four_words_are_these_and_their_bands_are_one():
    words = [vocabulary.VERDICTS[verdict_for(chance)].vi for chance in (0.9, 0.8, 0.79, 0.5, 0.49, 0.2, 0.17, 0.0)]
    likely = "nhiều khả năng đạt"
    assert words == [*3 * [f"rất {likely}"], likely, likely, "khó đạt", "rất khó đạt", "rất khó đạt"]


def test_the_baseline_row_of_a_target_is_what_the_outlook_says():
    table = policy.target_table(base(OLD)).set_index("target")
    for item in base(OLD).outlooks[PRODUCTIVITY].assessments:
        row = table.loc[item.target.id]
        assert row.verdict == item.verdict and (item.probability is None or row.probability == item.probability)


def test_delay_is_arrival_less_target_year():
    """The delay is the year of arrival less the year of the target."""
    row = policy.target_table(base(OLD)).set_index("target").loc[PLAN]
    assert row.delay_median == row.arrival_median - 2030 and row.delay_early == row.arrival_early - 2030


def test_push_raises_chance_and_arrives_earlier():
    """A push raises the chance and brings the arrival forward."""
    before, after = (policy.target_table(base(OLD), item).set_index("target").loc[PLAN] for item in ("baseline", pushing(tfp=2)))
    assert after.probability > before.probability and after.arrival_median < before.arrival_median


def test_the_chance_by_year_counts_the_draws_of_that_year():
    table = policy.target_years(base(OLD))
    row = table[(table.target == PLAN) & (table.year == 2027)].iloc[0]
    ground = base(OLD).grounds[PRODUCTIVITY]
    column = ground.years.index(2027)
    growth = 100 * (ground.levels[:, column] / ground.levels[:, column - 1] - 1)
    assert row.probability == pytest.approx((growth >= 8.5).mean())
    whole = table[(table.target == PLAN) & table.year.isna()].iloc[0]
    assert whole.probability == policy.target_table(base(OLD)).set_index("target").loc[PLAN, "probability"]


def test_joint_chance_lies_in_its_bounds():
    """The joint chance is counted on joint draws between its bounds and beside the product."""
    found = policy.joint(base(NEW, "mic"), "ambitious")
    assert len(found.targets) == 3 and found.lowest <= found.probability <= found.highest
    assert found.product == pytest.approx(np.prod(found.each)) and found.highest == min(found.each)
    assert found.each[0] == policy.target_table(base(NEW, "mic"), "ambitious").set_index("target").loc[PLAN, "probability"]


def test_pairing_gives_the_rank_correlation():
    """Pairing permutes draws and gives the rank correlation of the record."""
    full = base(NEW, n_paths=2000)
    orders = pairing(full, dependence(full))
    assert all(sorted(order) == list(range(2000)) for order in orders.values())
    ranks = {name: np.argsort(np.argsort(outcome(full, name, full.grounds[name].levels)[orders[name]])) for name in orders}
    wanted = {(one, other): value for one, other, value, _ in dependence(full)}
    for (one, other), value in wanted.items():
        assert np.corrcoef(ranks[one], ranks[other])[0, 1] == pytest.approx(value, abs=0.05)
    assert wanted[PRODUCTIVITY, ECOMMERCE] > 0.3 and wanted[PRODUCTIVITY, DIGITAL] == 0.0  # too few common years: independent


def test_targets_that_are_certain_are_certain_together():
    sure = policy.joint(base(OLD), "official_qd489_high", [PLAN, "hy_digital_economy_share_qd489_2030"])
    assert sure.probability == 1.0 == sure.product


def test_differing_documents_side_by_side():
    """Documents that differ stand side by side with their territories."""
    table = policy.documents(base(NEW))
    share = table[(table.indicator == DIGITAL) & (table["last"] == 2030)]
    assert set(share["value"].dropna()) == {30.0, 35.0} and share[share["value"].notna()]["conflict"].all()
    assert {"hung_yen_pre2025", "hung_yen_2025", "viet_nam", "red_river_delta_pre2025"} <= set(share["territory"])
    unread = table[table["verdict"] == "no_value"]
    assert set(unread["document"]) == {"NQ 821/NQ-HĐND (31/12/2025)"}
    assert list(dict.fromkeys(table["indicator"])) == list(base(NEW).outlooks)


def test_a_document_of_a_later_day_is_not_shown_in_a_replay():
    early = policy.baseline(store(), OLD, as_of="2023-06-30", n_paths=100)
    assert "QĐ 489/QĐ-TTg (10/6/2024)" not in set(policy.documents(early)["document"])


def test_the_nations_own_figures_decide_its_targets_that_are_over():
    """A target of the nation whose period is over is decided by what was published of the nation, and says so."""
    table = policy.documents(base(OLD)).set_index("target")
    for name in ("vn_labour_productivity_growth_qd749_2021_2025", "vn_digital_economy_share_qd749_2025"):
        assert table.loc[name].verdict == "not_met" and "cả nước" in table.loc[name].note_vi
    rows = {row[0].vi: row[5].vi for row in exhibits.documents(policy.documents(base(OLD))).rows if row[1].vi == "cả nước"}
    assert "không đạt (số của cả nước)" in rows.values()
    assert "chưa kết luận được từ số liệu đã công bố" not in rows.values()
