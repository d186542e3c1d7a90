"""The identities behind scenarios: by hand on numbers a reader can redo, and closing in every draw and year whatever is pushed."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from identity_parts import parts
from scenario_base import NEW, OLD, base, pushing, store

from forecast import policy
from forecast.headline import DIGITAL, ECOMMERCE, PRODUCTIVITY
from forecast.policy.levers import identities, pushes
from forecast.policy.levers.identities import Split
from forecast.policy.outlooks.answers import under
from forecast.policy.scenarios.baselines import simulate

SPLIT = Split(0.6, {"agriculture": 0.1, "industry_construction": 0.5, "services": 0.4},
              {"agriculture": 10.0, "industry_construction": 50.0, "services": 35.0})  # fmt: skip
ONE = np.array([[10.0, 10.0]])  # one draw, two years of a share of 10 %


def test_productivity_identity():
    """Productivity grows by its own growth plus the pushes less the elasticity times employment."""
    extra = identities.productivity_push({"tfp": np.array([1.0, 0.0]), "employment": np.array([2.0, 0.0])}, 0.25, 0.06, 2)
    np.testing.assert_allclose(extra, [1.0 - 0.5, 0.0])
    levels = identities.levels_from(np.array([100.0]), np.array([[6.0, 6.0]]) + extra)
    np.testing.assert_allclose(levels, [[106.5, 106.5 * 1.06]])


def test_a_core_that_grows_also_enlarges_grdp():
    # core 6 -> 6.6 points of GRDP; GRDP 100 -> 100.6; share (6.6 + 4) / 100.6
    pushes = {"core_growth": np.array([10.0, 0.0])}
    np.testing.assert_allclose(identities.digital_share(ONE, pushes, SPLIT), [[100 * 10.6 / 100.6] * 2])


def test_sector_digitalisation_identity():
    """Digitalising a sector adds its weight times the points and leaves grdp alone."""
    pushes = {"digitalisation_services": np.array([1.0, 1.0])}
    np.testing.assert_allclose(identities.digital_share(ONE, pushes, SPLIT), [[10.35, 10.70]])


def test_structure_shift_identity():
    """Structure moved from agriculture to services carries the rate of each."""
    # rates: agriculture 0.4 of 10 = 4 %, services 1.6 of 35 = 4.571 %; one point moved gains the difference
    pushes = {"structure_services": np.array([1.0, 0.0])}
    np.testing.assert_allclose(identities.digital_share(ONE, pushes, SPLIT), [[10.0 + (1.6 / 35 - 0.4 / 10)] * 2])


def test_no_more_than_the_whole_of_agriculture_can_be_moved():
    pushes = {"structure_services": np.array([30.0, 30.0])}
    np.testing.assert_allclose(identities.digital_share(ONE, pushes, SPLIT), [[10.0 - 0.4 + 10 * 1.6 / 35] * 2])


def test_ecommerce_is_the_product_of_its_factors():
    pushes = {"sellers": np.array([10.0, 10.0]), "order_value": np.array([0.0, 20.0])}
    np.testing.assert_allclose(identities.ecommerce_ratio(pushes), [1.1, 1.1 * 1.1 * 1.2])


def test_the_seeds_figures_of_2022_multiply_to_the_revenue():
    names = ("ecommerce_sellers", "ecommerce_transactions", "ecommerce_revenue")
    sellers, orders, revenue = (store().figures(name, territory=OLD)[0] for name in names)
    value = revenue.value * 1e9 / orders.value
    assert (sellers.value, orders.value / sellers.value, value) == (10_000, 1_100, 100_000)
    assert sellers.value * (orders.value / sellers.value) * value == pytest.approx(1100e9)


def test_link_adds_the_elasticity():
    """The link adds the elasticity times the extra rise of the share."""
    linked = pushing(core_growth=5, link_digital_productivity=0.39)
    plain = pushing(core_growth=5)
    found, without = simulate(base(), linked), simulate(base(), plain)
    ground, share = base().grounds[PRODUCTIVITY], base().grounds[DIGITAL]
    column, place = ground.years.index(2027), share.years.index(2027)
    extra = found[DIGITAL] - share.levels
    gained = identities.growth_of(found[PRODUCTIVITY])[:, column - 1] - identities.growth_of(without[PRODUCTIVITY])[:, column - 1]
    np.testing.assert_allclose(gained, 0.39 * (extra[:, place] - extra[:, place - 1]), atol=1e-9)


def test_without_link_productivity_stays():
    """Without the link a digital push leaves productivity alone."""
    np.testing.assert_array_equal(simulate(base(), pushing(core_growth=5))[PRODUCTIVITY], base().grounds[PRODUCTIVITY].levels)


LEVERS = store().scenario_levers
VALUES = st.fixed_dictionaries(
    {name: st.floats(lever.low, lever.high) for name, lever in LEVERS.items() if lever.view != "market"}
)


@settings(max_examples=40, deadline=None)
@given(VALUES)
def test_parts_sum_to_the_whole_in_every_draw_and_year(values):
    scenario = pushing(**values)
    change = pushes.change_on(base().grounds[PRODUCTIVITY].years, base().grounds[DIGITAL].years,
                                 simulate(base(), scenario)[DIGITAL] - base().grounds[DIGITAL].levels)  # fmt: skip
    for name, ground in base().grounds.items():
        named, whole = parts(ground, scenario, LEVERS, change if name == PRODUCTIVITY else None)
        np.testing.assert_allclose(sum(named.values()), whole, atol=1e-9)
        assert np.isfinite(whole).all() and (name != DIGITAL or ((whole > 0) & (whole < 100)).all())


@settings(max_examples=20, deadline=None)
@given(st.floats(-15, 15), st.floats(-10, 20))
def test_the_market_view_closes_too(market, share):
    named, whole = parts(base().grounds[ECOMMERCE], pushing(market=market, province_share=share), LEVERS)
    assert set(named) == {"market", "province_share"}
    np.testing.assert_allclose(named["market"] + named["province_share"], whole, atol=1e-9)


@pytest.mark.parametrize("name", ["merger", "official_merged"])
def test_pushes_on_components_and_official_paths_close_too(name):
    for ground in base().grounds.values():
        named, whole = parts(ground, store().scenario(name), LEVERS)
        np.testing.assert_allclose(sum(named.values()), whole, atol=1e-9)


@settings(max_examples=25, deadline=None)
@given(st.sampled_from(sorted(LEVERS)), st.floats(0, 1))
def test_each_lever_moves_its_indicator_the_way_it_says(name, part):
    lever = LEVERS[name]
    if lever.control == "link":
        return
    value = part * (lever.high if lever.helps == "up" else lever.low)
    moved = simulate(base(), pushing(**{name: value}))[lever.indicator] - base().grounds[lever.indicator].levels
    assert (moved >= -1e-9).all()


@settings(max_examples=20, deadline=None)
@given(VALUES)
def test_known_years_are_never_moved(values):
    """Nothing that is known is moved and the same pushes give the same numbers."""
    first, second = simulate(base(), pushing(**values)), simulate(base(), pushing(**values))
    for name, ground in base().grounds.items():
        np.testing.assert_array_equal(first[name], second[name])
        np.testing.assert_array_equal(first[name][:, : ground.start + 1], ground.levels[:, : ground.start + 1])


def test_component_push_moves_by_its_weight():
    """A push on a component moves the merged province by its weight."""
    ground = base(NEW).grounds[PRODUCTIVITY]
    scenario = pushing(territory="thai_binh_pre2025", tfp=1.0)
    moved = pushes.applied(ground, scenario, LEVERS)
    parts_of, shares = ground.components, ground.weights
    pushed = identities.levels_from(
        parts_of["thai_binh_pre2025"][:, ground.start],
        identities.growth_of(parts_of["thai_binh_pre2025"][:, ground.start :]) + (np.array(ground.ahead) <= 2030),
    )
    ahead = {name: levels[:, ground.start + 1 :] for name, levels in parts_of.items()}
    before = sum(shares[name] * levels for name, levels in ahead.items())
    after = before + shares["thai_binh_pre2025"] * (pushed - ahead["thai_binh_pre2025"])
    np.testing.assert_allclose(moved[:, ground.start + 1 :], ground.levels[:, ground.start + 1 :] * after / before)


def test_merged_flows_add():
    ground = base(NEW).grounds[ECOMMERCE]
    scenario = pushing(territory="thai_binh_pre2025", sellers=5.0)
    moved, column = pushes.applied(ground, scenario, LEVERS), ground.years.index(2027)
    added = ground.components["thai_binh_pre2025"][:, column] * (1.05**2 - 1)
    np.testing.assert_allclose(moved[:, column], ground.levels[:, column] + added)


def test_unpublished_structure_refuses_sector_pushes():
    """Sectors cannot be pushed where the structure of grdp is not published, as of Tây Ninh."""
    found = policy.outlook(store(), DIGITAL, territory="tay_ninh_pre2025", measure="mic", horizon_year=2030, seed=1, n_paths=100)
    with pytest.raises(pushes.RefusedError, match="structure of this territory's GRDP is not published"):
        under(store(), found, pushing(digitalisation_services=1))


def test_merged_structure_is_weighted_by_output():
    """Of the merged province only an expectation and nine months of 2025 are printed: 2024 of the two, weighted by their GRDP.

    Agriculture 6.72 % of 159,844 and 19.7 % of 132,700 billion VND are 12.6 %.
    """
    found = base(NEW).grounds[DIGITAL].split.weights
    assert found["agriculture"] == pytest.approx((6.72 * 159844 + 19.7 * 132700) / (159844 + 132700))
    for name, share in found.items():
        parts = [base(NEW).grounds[DIGITAL].splits[part].weights[name] for part in (OLD, "thai_binh_pre2025")]
        assert min(parts) < share < max(parts)


def test_a_page_can_repeat_the_arithmetic_from_plain_json():
    import json

    from forecast.policy.recorded.tryout import tryout_facts

    facts = {name: tryout_facts(outlook, base().store) for name, outlook in base().outlooks.items()}
    plain = json.loads(json.dumps(facts, allow_nan=False))
    pushes = {"tfp": 0.5, "employment": 1.0, "core_growth": 3.0, "digitalisation_services": 0.6, "structure_services": 0.2, "sellers": 4.0}
    found = simulate(base(), pushing(**pushes))
    for name, given_ in plain.items():
        levels, years = base().grounds[name].levels[0], base().grounds[name].years
        start = years.index(given_["known_to"])
        level, factor, steps = float(levels[start]), 1.0, 0
        for place in range(start + 1, len(levels)):
            on = 2026 <= years[place] <= 2030
            steps += on
            if name == PRODUCTIVITY:
                growth = 100 * (levels[place] / levels[place - 1] - 1) + on * (0.5 - given_["elasticity"] * 1.0)
                level *= 1 + growth / 100
            elif name == ECOMMERCE:
                factor *= 1.04 if on else 1.0
                level = levels[place] * factor
            else:
                level = digital_by_hand(levels[place], given_["split"], 1.03**steps, 0.6 * steps, 0.2 * steps)
            assert level == pytest.approx(found[name][0, place], rel=1e-12)


def digital_by_hand(share, split, core_factor, points, moved):
    core = split["core"] * share * core_factor
    total = core
    for sector, part in split["sectors"].items():
        weight = split["weights"][sector]
        rate = 100 * (1 - split["core"]) * part * share / weight + (points if sector == "services" else 0.0)
        total += (weight + {"agriculture": -moved, "services": moved}.get(sector, 0.0)) * rate / 100
    return total / (1 + (core - split["core"] * share) / 100)


def test_known_ecommerce_year_multiplies_out():
    """The known year of ecommerce multiplies to its revenue and what is missing is named."""
    from forecast import policy

    rows = policy.ecommerce_anatomy(base(OLD)).set_index("part")
    product = rows.loc["sellers", "value"] * rows.loc["orders_per_seller", "value"] * rows.loc["order_value", "value"]
    assert product == pytest.approx(rows.loc["revenue", "value"] * 1e3) == 1_100_000  # million VND
    assert rows.loc["market", "value"] * rows.loc["province_share", "value"] / 100 == pytest.approx(1100)
    merged = policy.ecommerce_anatomy(base(NEW))
    lacking = set(merged[(merged.territory == "thai_binh_pre2025") & (merged["part"] == "missing")]["source"])
    assert lacking == {"ecommerce_sellers", "ecommerce_transactions", "ecommerce_revenue"}


def test_sector_rates_against_ten_percent():
    """Sector rates are held against the programmes ten percent."""
    from forecast import policy

    plain, pushed = policy.sector_rates(base()), policy.sector_rates(base(), pushing(digitalisation_services=1.0))
    last = [table[(table.year == 2030) & (table.sector == "services")].iloc[0] for table in (plain, pushed)]
    assert last[1]["median"] == pytest.approx(last[0]["median"] + 5.0) and last[0].goal == 10.0
    assert last[1].probability > last[0].probability


def test_no_lever_lifts_the_share_above_the_whole():
    """2D06: every lever at the end of its range for ten years leaves the digital share at 100 % of GRDP at most, in parts that sum."""
    levers, years = store().scenario_levers, 10
    names = ("core_growth", *identities.RATES, "structure_services")
    pushes = {name: np.full(years, levers[name].high) for name in names}
    share = np.linspace(5.0, 90.0, 40)[:, None] * np.ones(years)
    for territory in (OLD, NEW):
        split = base(territory, "mic").grounds[DIGITAL].split
        moved = identities.digital_share(share, pushes, split)
        assert moved.max() <= 100.0 + 1e-9 and (moved >= share - 1e-9).all()
        assert sum(identities.digital_parts(share, pushes, split).values()) == pytest.approx(moved)
