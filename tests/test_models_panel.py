"""The learned correction and many series at once."""

import time

import numpy as np
import pandas as pd
import pytest

from forecast.errors import RefusedError
from forecast.models import combination, predict, predict_many
from forecast.models.boosting import Trees, boost, evaluate
from forecast.models.correction import corrected, features, weight_of
from forecast.models.history import read_history

POSITIVE, PERCENT, ANY = (0.0, None), (0.0, 100.0), (None, None)


def panel(count, n=12):
    rng = np.random.default_rng(3)
    walks = 50.0 * np.exp(np.cumsum(0.03 + 0.05 * rng.standard_normal((count, n)), axis=1))
    years = np.tile(np.arange(2013, 2013 + n), count)
    names = np.repeat([f"s{place:04d}" for place in range(count)], n)
    return pd.DataFrame({"unique_id": names, "period": years, "value": walks.ravel()})


def test_trees_answer_by_hand():
    trees = Trees(np.array([[0, 1, 0]]), np.array([[0.0, 1.0, 5.0]]), np.arange(8.0)[None])
    assert evaluate(trees, np.array([[1.0, 2.0], [6.0, 0.0], [-1.0, 9.0]])).tolist() == [6.0, 5.0, 2.0]


def test_boosting_finds_a_planted_rule_and_nothing_in_noise():
    rng = np.random.default_rng(0)
    rows = rng.standard_normal((6000, 4))
    planted = np.where(rows[:, 2] > 0.5, 1.0, -1.0) + 0.1 * rng.standard_normal(6000)
    found = evaluate(boost(rows, planted, np.ones(6000), 80), rows)
    assert np.abs(found - planted).mean() < 0.25
    noise = rng.standard_normal(6000)
    assert np.abs(evaluate(boost(rows, noise, np.ones(6000), 20), rows)).mean() < 0.15


def test_features_have_no_unit():
    values = np.array([[60.0, 64, 69, 66, 78, 84]])
    one, unit = features(values, np.log(values))
    thousand, other = features(values * 1000.0, np.log(values * 1000.0))
    assert np.allclose(one, thousand) and other == pytest.approx(unit * 1000.0)


def test_the_correction_is_taken_at_part_weight():
    assert [weight_of(n) for n in (5, 6, 7, 9, 10, 40)] == [0.9, 0.9, 0.75, 0.75, 0.5, 0.5]
    history = read_history([100.0, 110, 120, 130, 140, 150, 160, 170, 180, 190], None, POSITIVE)
    medians = combination.median_of_three(history, 2)[None]
    always = Trees(np.zeros((1, 3), int), np.zeros((1, 3)), np.full((1, 8), 0.4))
    assert corrected([history], medians, always) - medians == pytest.approx(np.array([[2.0, 2.0 * 2**0.7]]))


@pytest.mark.parametrize("support", [POSITIVE, PERCENT, (50.0, 200.0)])
def test_no_correction_reaches_a_bound(support):
    history = read_history([60.0, 61, 59, 62, 60, 61, 58, 60], None, support)
    medians = combination.median_of_three(history, 9)[None]
    for leaf in (-1e6, 1e6):
        wild = Trees(np.zeros((1, 3), int), np.zeros((1, 3)), np.full((1, 8), leaf))
        found = corrected([history], medians, wild)
        assert np.isfinite(found).all() and found.min() > support[0]
        assert support[1] is None or found.max() < support[1]


@pytest.mark.parametrize("values", [[10.0, 11, 13], [10.0, 11, 13, 14]])
def test_below_five_points_and_without_bounds_the_median_stays(values):
    for support in (POSITIVE, ANY):
        history = read_history(values * (1 if support == POSITIVE else 3), None, support)
        assert np.array_equal(combination.corrected_median(history, 4), combination.median_of_three(history, 4))


def test_a_panel_says_what_each_series_says_by_itself():
    table = panel(6)
    found = predict_many(table, 5, support=POSITIVE)
    for name, group in table.groupby("unique_id"):
        alone = predict(group["value"], 5, periods=group["period"].to_numpy(), support=POSITIVE, n_paths=8000)
        rows = found[found["unique_id"] == name]
        for level in (0.025, 0.1, 0.5, 0.9, 0.975):
            said = rows.loc[rows["output_type_id"] == level, "value"].to_numpy()
            assert said == pytest.approx(alone.quantiles([level])[0], rel=5e-3)
        assert tuple(rows.loc[rows["output_type_id"] == 0.5, "period"]) == alone.periods


def test_paths_of_a_panel_are_those_of_predict():
    table = panel(2)
    found = predict_many(table, 3, support=PERCENT if table["value"].max() < 100 else POSITIVE, n_paths=50, seed=4)
    first = found[(found["unique_id"] == "s0000") & (found["output_type"] == "sample")]["value"].to_numpy()
    values = table.loc[table["unique_id"] == "s0000", "value"]
    support = PERCENT if table["value"].max() < 100 else POSITIVE
    assert np.allclose(first.reshape(50, 3), predict(values, 3, support=support, n_paths=50, seed=4).paths)


def test_a_refused_series_does_not_take_the_others_with_it_and_its_reason_is_kept():
    table = panel(3)
    table.loc[4, "value"] = np.inf
    found = predict_many(table, 2, support=POSITIVE)
    assert set(found["unique_id"]) == {"s0001", "s0002"}
    assert "2017" in found.attrs["refused"]["s0000"][1]


@pytest.mark.parametrize("asked", [{"levels": (0.001,)}, {"horizon": 16}, {"horizon": 0}])
def test_a_level_or_horizon_that_cannot_be_served_is_refused(asked):
    with pytest.raises(RefusedError):
        predict_many(panel(1), **{"horizon": 3, **asked})


def test_a_table_without_its_columns_is_refused():
    with pytest.raises(RefusedError, match="period"):
        predict_many(panel(1).drop(columns="period"), 3)


def test_a_panel_is_fast():
    table = panel(300)
    predict_many(table.head(24), 6, support=POSITIVE)
    start = time.process_time()
    predict_many(table, 6, support=POSITIVE)
    assert (time.process_time() - start) / 300 < 0.002
