"""Scenario files: what they hold, what is refused, the documents' numbers, golden results, difference on common draws."""

import json

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from places import PROJECT
from scenario_base import NEW, OLD, base, form, pushing, store

from forecast import policy
from forecast.domain import Key
from forecast.errors import EvidenceError, RefusedError
from forecast.evidence import Evidence
from forecast.headline import DIGITAL, ECOMMERCE, PRODUCTIVITY
from forecast.policy.outlooks.targets import growth_of
from forecast.policy.scenarios.baselines import simulate
from forecast.policy.scenarios.comparisons import chance_higher, sorted_quantiles
from forecast.runs.scenarios import golden


def refused(content):
    with pytest.raises(EvidenceError) as error:
        store().scenario(content)
    assert error.value.vi.count("\n") == error.value.en.count("\n")
    return error.value.en


def test_kit_scenarios_load():
    """The nine scenarios of the kit load with author reason and rating."""
    names = {name for name in store().scenarios if "@" not in name}
    assert names == {"baseline", "cautious", "ambitious", "shock_recovery", "merger", "official_qd571", "official_qd489",
                     "official_qd489_high", "official_merged"}  # fmt: skip
    for name in names:
        item = store().scenario(name)
        assert item.author and item.name.vi and item.name.en and item.summary.vi.count(". ") >= 1
        assert all(push.reason.vi and push.reason.en and push.rating for push in item.pushes)
        assert name == "baseline" or item.parent_hash == store().scenario("baseline").hash


def test_levers_have_reason_rating_source():
    """Every lever and fact has a reason a rating and a source that exists."""
    for name, lever in store().scenario_levers.items():
        assert lever.reason.vi and lever.source and set(lever.source.split("+")) <= set(store().sources), name
    for name, fact in store().lever_facts.items():
        assert fact["reason"]["vi"] and set(fact["source"].split("+")) <= set(store().sources), name


@pytest.mark.parametrize(
    ("changes", "said"),
    [
        ({"entry": {"lever": "tpf"}}, "no lever 'tpf'; did you mean 'tfp'?"),
        ({"entry": {"unit": "percent"}}, "the unit 'percent' is wrong, 'percentage_points_per_year' is needed"),
        ({"entry": {"value": 40}}, "tfp = 40: outside the allowed range -4 to 3 (percentage_points_per_year)"),
        ({"entry": {"value": float("nan")}}, "tfp = nan: outside the allowed range"),
        ({"entry": {"value": True}}, "tfp = True: outside the allowed range"),
        ({"entry": {"value": "0,5"}}, "tfp: '0,5' is a text, no number; write 0.5"),
        ({"entry": {"from": None}}, "from (and to) must be years"),
        ({"entry": {"to": 2020}}, "from not after to"),
        ({"entry": {"rating": "blue"}}, "rating must be green, amber or red"),
        ({"entry": {"rating": "green"}}, "without a source the rating must be red"),
        ({"entry": {"source": "nowhere"}}, "no tfp: source 'nowhere'"),
        ({"entry": {"reason": {"vi": "x"}}}, "a reason (vi, en) is missing"),
        ({"entry": {"territory": "hung_yen"}}, "there is no tfp: territory 'hung_yen'"),
        ({"entry": {"speed": 3}}, "there is no tfp: key 'speed'"),
        ({"entry": {"values": {2027: 1}}}, "one of value, values, spans is needed"),
        ({"path": ["hy_digital_economy_share_qd489_2030"]}, "do not go together"),
        ({"colour": "red"}, "there is no key 'colour'"),
        ({"author": ""}, "'author' is missing"),
        ({"territory": "hung_yen_2052"}, "did you mean 'hung_yen_2025'?"),
        ({"id": "Của Tôi"}, "malformed scenario"),
        ({"made": "hôm nay"}, "malformed scenario"),
        ({"assumptions": [], "path": ["hy2025_digital_economy_share_nq821_2030"]}, "_nq821_2030' is not readable"),
    ],
)  # fmt: skip
def test_a_scenario_that_cannot_be_is_refused_by_name(changes, said):
    assert said in refused(form(**changes))


def test_all_problems_of_a_scenario_come_at_once():
    said = refused(form(entry={"unit": "x", "value": 9, "rating": ""}, colour="red"))
    assert said.count("\n- ") == 4


def test_two_ecommerce_views_are_refused():
    """Both views of ecommerce at once would count the same money twice."""
    entry = form()["assumptions"][0]
    both = [{**entry, "lever": name, "unit": "percent_per_year", "value": 1} for name in ("sellers", "market")]
    assert "two views of one revenue" in refused(form(assumptions=both))


def test_doubled_lever_and_overlong_sum_refused():
    """A lever named twice and spans that add beyond the range are refused."""
    entry = form()["assumptions"][0]
    assert "tfp: two assumptions" in refused(form(assumptions=[entry, entry]))
    spans = {key: value for key, value in entry.items() if key not in ("value", "from")} | {"spans": [[2026, None, 2], [2027, 2028, 2]]}
    assert "tfp = 4: outside" in refused(form(assumptions=[spans]))


ANYTHING = st.recursive(
    st.none() | st.booleans() | st.floats() | st.text(max_size=8),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=8), inner, max_size=3),
    max_leaves=8,
)


@settings(max_examples=60, deadline=None)
@given(ANYTHING)
def test_whatever_a_form_sends_is_a_scenario_or_a_refusal(content):
    entries = [form(entry={"value": content}), form(entry={"spans": content}), form(entry={"values": content})]
    for whole in (content, form(assumptions=content), form(assumptions=[content]), *entries):
        try:
            store().scenario(whole if isinstance(whole, dict) else {"id": whole})
        except EvidenceError as error:
            assert error.vi and error.en


def test_the_hash_follows_everything_a_reader_sees():
    plain, other = store().scenario(form()), store().scenario(form(summary={"vi": "b", "en": "b"}))
    assert plain.hash == store().scenario(form()).hash != other.hash
    assert plain.hash != store().scenario(form(entry={"value": 0.5})).hash
    json.dumps(plain.content(), allow_nan=False)


# --- the documents' numbers ------------------------------------------------------------------------------------------------


def at(found, indicator, year, territory=OLD):
    return found[indicator][:, base(territory).grounds[indicator].years.index(year)]


def test_programme_571_is_met_exactly():
    """Programme 571 is met exactly seven percent in each year and twenty percent in 2025."""
    found = simulate(base(OLD), "official_qd571")
    years = base(OLD).grounds[PRODUCTIVITY].years
    growth = growth_of(found[PRODUCTIVITY])[:, years.index(2021) - 1 : years.index(2025)]
    np.testing.assert_allclose(growth, 7.0, atol=1e-9)
    np.testing.assert_allclose(at(found, DIGITAL, 2025), 20.0, atol=1e-12)


@pytest.mark.parametrize(("name", "rate"), [("official_qd489", 8.5), ("official_qd489_high", 9.0)])
def test_the_provincial_plan_is_met_exactly(name, rate):
    found = simulate(base(OLD), name)
    years = base(OLD).grounds[PRODUCTIVITY].years
    growth = growth_of(found[PRODUCTIVITY])[:, years.index(2021) - 1 : years.index(2030)]
    np.testing.assert_allclose(growth, rate, atol=1e-9)
    np.testing.assert_allclose(at(found, DIGITAL, 2030), 35.0, atol=1e-12)
    np.testing.assert_array_equal(found[ECOMMERCE], base(OLD).grounds[ECOMMERCE].levels)  # no document asks for anything


def test_resolution_path_guesses_nothing():
    """The merged provinces resolution is met and what is not readable is not guessed."""
    found = simulate(base(NEW), "official_merged")
    np.testing.assert_allclose(at(found, DIGITAL, 2030, NEW), 30.0, atol=1e-12)
    np.testing.assert_array_equal(found[PRODUCTIVITY], base(NEW).grounds[PRODUCTIVITY].levels)


@pytest.mark.parametrize(
    ("name", "target"),
    [
        ("official_qd571", "hy_labour_productivity_growth_qd571_2021_2025"),
        ("official_qd489", "hy_labour_productivity_growth_qd489_2021_2030"),
        ("official_qd489", "hy_digital_economy_share_qd489_2030"),
    ],
)
def test_an_official_path_meets_its_own_target_with_certainty(name, target):
    table = policy.target_table(base(OLD), name).set_index("target")
    assert table.loc[target, "probability"] == 1.0


def test_an_official_path_speaks_of_its_own_territory_only():
    with pytest.raises(RefusedError, match="speaks of 'hung_yen_pre2025' only"):
        simulate(base(NEW), "official_qd489")
    with pytest.raises(RefusedError, match="speaks of 'hung_yen_2025' only"):
        simulate(base(OLD), "merger")


# --- numbers ----------------------------------------------------------------------------------------------------------------


def test_every_scenario_gives_its_golden_result():
    assert golden.differences(PROJECT) == []


def test_a_shock_is_made_up_two_years_later():
    found, years = simulate(base(), "shock_recovery")[PRODUCTIVITY], base().grounds[PRODUCTIVITY].years
    gap = found / base().grounds[PRODUCTIVITY].levels - 1.0
    assert (gap[:, years.index(2027)] < -0.015).all() and (np.abs(gap[:, years.index(2030)]) < 0.01).all()


def test_outlook_under_a_scenario_agrees():
    """An outlook under a scenario is the same as the scenario room."""
    for name in ("ambitious", "merger"):
        found = simulate(base(), name)
        for indicator, measure in ((PRODUCTIVITY, "nso"), (DIGITAL, "nso"), (ECOMMERCE, "moit")):
            settings = dict(territory=NEW, measure=measure, horizon_year=2030, seed=20260101, n_paths=400)
            answer = policy.outlook(store(), indicator, scenario=name, **settings)
            np.testing.assert_array_equal(answer.levels, found[indicator])
            assert answer.scenario == name and answer.before.scenario == "baseline"


def test_an_outlook_with_the_link_on_is_the_same_too():
    linked = pushing(core_growth=5, link_digital_productivity=0.39)
    answer = policy.under_scenario(base(), linked)[PRODUCTIVITY]
    from forecast.policy.outlooks.answers import under

    np.testing.assert_array_equal(under(store(), base().outlooks[PRODUCTIVITY], linked).levels, answer.levels)


def test_differences_are_draw_by_draw():
    """Differences are those of the same draw and the band of a constant push has no width."""
    found = policy.compare(base(), "baseline", pushing(tfp=0.5)).differences
    row = found[(found.quantity == "growth") & (found.indicator == PRODUCTIVITY) & (found.year == 2028)].iloc[0]
    np.testing.assert_allclose([row.low, row["median"], row.high], 0.5, atol=1e-9)
    assert row.chance == 1.0 and 0.5 < row.chance_independent < 0.7


def test_a_difference_band_is_not_the_difference_of_bands():
    found = policy.compare(base(), "baseline", "ambitious")
    gap = found.differences[(found.differences.indicator == DIGITAL) & (found.differences.year == 2030)].iloc[0]
    bands = found.bands[(found.bands.indicator == DIGITAL) & (found.bands.year == 2030)].set_index("scenario")
    apart = bands.loc["ambitious", "high"] - bands.loc["baseline", "low"]
    assert gap.high - gap.low < 2.0 < apart


def test_independent_chance_counts_every_pair():
    """The chance to be higher in two worlds counts every pair."""
    assert chance_higher(np.array([1.0, 2.0]), np.array([1.0, 3.0])) == pytest.approx((0.5 + 0 + 1 + 0) / 4)


@settings(max_examples=30, deadline=None)
@given(st.lists(st.floats(-1e6, 1e6), min_size=2, max_size=50))
def test_sorted_quantiles_are_numpys(values):
    ranked = np.sort(np.array(values))
    np.testing.assert_allclose(sorted_quantiles(ranked[None], (0.1, 0.5, 0.9))[:, 0], np.quantile(ranked, (0.1, 0.5, 0.9)), rtol=1e-9, atol=1e-9)


@pytest.mark.parametrize("names", [("baseline",), ("baseline", "baseline"), ("baseline", "cautious", "ambitious", "merger", "shock_recovery")])
def test_two_to_four_different_scenarios_are_compared(names):
    with pytest.raises(RefusedError, match="Two to four different scenarios"):
        policy.compare(base(), *names)


def test_an_unknown_scenario_is_refused_with_the_nearest_name():
    with pytest.raises(EvidenceError, match="Did you mean 'ambitious'"):
        policy.compare(base(), "baseline", "ambitous")


# --- what the registers rest on ------------------------------------------------------------------------------------------------


def nation(name, kind="level", measure="nso"):
    points = store().series(Key(name, measure, "viet_nam"), kind=kind).points
    return {point.period.first: point.value for point in points}


def test_the_facts_behind_the_levers_follow_from_the_record():
    capital, tfp, output = nation("capital_contribution_to_growth"), nation("tfp_contribution_to_growth"), nation("gdp_growth", "growth")
    employed, growth = nation("employed_15plus"), nation("labour_productivity_growth", "growth")
    years = range(2016, 2021)
    given_by_tfp = sum(tfp[year] * output[year] / 100 for year in years)
    assert given_by_tfp / sum(growth[year] for year in years) == pytest.approx(fact("tfp_share_of_productivity_growth"), abs=5e-4)
    labour = np.array([(100 - capital[year] - tfp[year]) * output[year] / 100 for year in years])
    workers = np.array([100 * (employed[year] / employed[year - 1] - 1) for year in years])
    assert 1 - labour @ workers / (workers @ workers) == pytest.approx(fact("capital_elasticity"), abs=5e-3)
    core, share = nation("digital_share_core")[2025], nation("digital_economy_share")[2025]
    assert core / share == pytest.approx(fact("digital_core_share_nso"), abs=1e-4)
    farms, rest = nation("digital_share_agriculture")[2025], nation("digital_share_digitalised")[2025]
    assert farms / rest == pytest.approx(fact("digital_agriculture_share"), abs=1e-4)
    assert nation("digital_ict_part", measure="mic")[2022] / 100 == fact("digital_core_share_mic")
    goal = next(item for item in store().targets if "qd411" in item.id and item.indicator == DIGITAL)
    rise = (goal.value - nation("digital_economy_share")[2020]) / 10
    points = {"central": 0.68, "high": 1.15}  # added to productivity growth by the programme's rise (hanoitimes_neu_2020), a year
    assert points["central"] / rise == pytest.approx(store().scenario_levers["link_digital_productivity"].central, abs=5e-3)
    assert points["high"] / rise == pytest.approx(store().scenario_levers["link_digital_productivity"].high, abs=5e-3)


def fact(name):
    return store().lever_facts[name]["value"]


def test_the_evidence_is_one_frozen_thing():
    assert isinstance(store(), Evidence) and store().scenario("ambitious@1") is store().scenario("ambitious")
