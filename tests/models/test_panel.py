"""The learned correction and many series at once."""

import time

import lightgbm
import numpy as np
import pandas as pd
import pytest

from forecast.errors import RefusedError
from forecast.models import predict, predict_many
from forecast.models.learning.trees import exported
from forecast.models.series import combination
from forecast.models.series.correction import SPREAD_PART, Learned, weight_of
from forecast.models.series.features import rows_of
from forecast.models.series.history import read_history
from forecast.models.series.trees import as_text, evaluate, from_nodes, parse

POSITIVE, PERCENT, ANY = (0.0, None), (0.0, 100.0), (None, None)


def panel(count, n=12):
    rng = np.random.default_rng(3)
    walks = 50.0 * np.exp(np.cumsum(0.03 + 0.05 * rng.standard_normal((count, n)), axis=1))
    years = np.tile(np.arange(2013, 2013 + n), count)
    names = np.repeat([f"s{place:04d}" for place in range(count)], n)
    return pd.DataFrame({"unique_id": names, "period": years, "value": walks.ravel()})


def leaf(value):
    """One tree that says `value` of every row."""
    return from_nodes([(1, 0, 0.0, 0, 0, value)])


def saying(correction, spread=0.0):
    return Learned(leaf(correction), leaf(spread))


TWO_TREES = [
    (1, 0, 0.0, 1, 2, 0.0),  # first column <= 0 ?
    (0, 0, 0.0, 1, 1, -1.0),
    (0, 1, 1.5, 3, 4, 0.0),  # second column <= 1.5 ?
    (0, 0, 0.0, 3, 3, 5.0),
    (0, 0, 0.0, 4, 4, 7.0),
    (1, 0, 0.0, 5, 5, 0.25),
]


def test_trees_answer_by_hand():
    rows = np.array([[1.0, 2.0], [6.0, 1.5], [0.0, 9.0]])
    assert evaluate(from_nodes(TWO_TREES), rows).tolist() == [7.25, 5.25, -0.75]


def test_trees_survive_their_table():
    again = parse(as_text(from_nodes(TWO_TREES)))
    rows = np.random.default_rng(0).normal(1.0, 2.0, (50, 2))
    assert np.array_equal(evaluate(again, rows), evaluate(from_nodes(TWO_TREES), rows))


def test_exported_trees_say_what_lightgbm_says():
    rng = np.random.default_rng(0)
    rows = rng.standard_normal((2000, 4))
    planted = np.where(rows[:, 2] > 0.5, 1.0, -1.0) + 0.1 * rng.standard_normal(2000)
    settings = {"objective": "regression_l1", "num_leaves": 8, "verbose": -1, "num_threads": 1}
    booster = lightgbm.train(settings, lightgbm.Dataset(rows, planted), 30)
    ours = parse(as_text(exported(booster.dump_model()["tree_info"])))
    assert evaluate(ours, rows) == pytest.approx(booster.predict(rows), abs=1e-3)


def by_itself(values, steps=4):
    history = read_history(values, None, POSITIVE)
    return rows_of(np.array([values]), combination.three(history, steps)[None])


def test_features_have_no_unit():
    one, unit = by_itself([60.0, 64, 69, 66, 78, 84])
    thousand, other = by_itself([60_000.0, 64_000, 69_000, 66_000, 78_000, 84_000])
    assert np.allclose(one, thousand) and other == pytest.approx(unit * 1000.0)


def test_features_of_a_straight_line_by_hand():
    rows, unit = by_itself([10.0, 12, 14, 16, 18, 20], steps=2)
    assert unit.tolist() == [2.0] and rows.shape == (1, 2, 42)
    assert rows[0, 0, 0] == 1.0  # mean step in mean |step|
    assert (
        rows[0, 0, 24:29].tolist() == [1.0] * 5 and (rows[0, 0, 29:35] == 0.0).all()
    )  # the steps there are, newest first
    median = 20.0 * 2.0 ** (0.9 / 5)  # 10 to 20 in five years, damped: between the last value and the line's 22
    assert rows[0, 0, 38] == pytest.approx((20.0 - min(median, 22.0)) / 2.0)
    assert rows[0, :, 41].tolist() == [1.0, 2.0]


def test_the_correction_is_taken_at_part_weight():
    assert [weight_of(n) for n in (5, 6, 7, 9, 10, 40)] == [0.9, 0.9, 0.75, 0.75, 0.6, 0.6]
    history = read_history([100.0, 110, 120, 130, 140, 150, 160, 170, 180, 190], None, POSITIVE)
    points, spreads = combination.default_of([history], 2, saying(0.4, np.log(2.0) / SPREAD_PART))
    assert points[0] - combination.median_of_three(history, 2) == pytest.approx([2.4, 2.4 * 2**0.7])
    assert spreads[0] == pytest.approx([2.0, 2.0])


@pytest.mark.parametrize("support", [POSITIVE, PERCENT, (50.0, 200.0)])
def test_no_correction_reaches_a_bound(support):
    history = read_history([60.0, 61, 59, 62, 60, 61, 58, 60], None, support)
    for said in (-1e6, 1e6):
        found, spreads = combination.default_of([history], 9, saying(said, said))
        assert np.isfinite(found).all() and found.min() > support[0]
        assert support[1] is None or found.max() < support[1]
        assert spreads.min() > 0.2 and spreads.max() < 5.0


@pytest.mark.parametrize("values", [[10.0, 11, 13], [10.0, 11, 13, 14]])
def test_below_five_points_the_median_stays(values):
    history = read_history(values, None, POSITIVE)
    assert np.array_equal(combination.corrected_median(history, 4), combination.median_of_three(history, 4))


def test_correction_needs_positive_values():
    """A series with negative values keeps the median and a positive one is corrected without bounds too."""
    mixed = read_history([-2.0, 1, -1, 3, 2, 4, 3], None, ANY)
    assert np.array_equal(combination.corrected_median(mixed, 4), combination.median_of_three(mixed, 4))
    positive = read_history([60.0, 64, 69, 66, 78, 84, 83], None, ANY)
    assert not np.allclose(combination.corrected_median(positive, 4), combination.median_of_three(positive, 4), rtol=1e-3)


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


def test_refused_series_leaves_the_others():
    """A refused series does not take the others with it and its reason is kept."""
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
