"""Scores against numbers computed by hand and against an independent scoringrules."""

import numpy as np
import pytest
import scoringrules

from forecast.evaluation import SCORES, scores

OBSERVED = [10.0, 12.0]
FORECAST = [8.0, 13.0]
TRAINING = [1.0, 3.0, 2.0, 6.0]  # first differences 2, 1, 4: mean 7/3


def test_error_is_observed_minus_forecast():
    assert scores.error(OBSERVED, FORECAST).tolist() == [2.0, -1.0]


def test_mae_of_errors_two_and_minus_one_is_one_and_a_half():
    assert scores.mae(OBSERVED, FORECAST) == 1.5


def test_mase_scales_by_first_differences():
    """Mase divides by the mean first difference of the training window."""
    assert scores.mase(OBSERVED, FORECAST, TRAINING) == pytest.approx(1.5 / (7 / 3))


def test_a_constant_window_has_no_scale():
    assert np.isnan(scores.mase(OBSERVED, FORECAST, [7.0, 7.0, 7.0]))


def test_smape_by_hand():
    assert scores.smape(OBSERVED, FORECAST) == pytest.approx((200 * 2 / 18 + 200 * 1 / 25) / 2)


def test_smape_of_nothing_against_nothing_is_zero():
    assert scores.smape([0.0], [0.0]) == 0.0


def test_owa_is_the_mean_of_two_ratios():
    assert scores.owa(10.0, 2.0, 20.0, 8.0) == pytest.approx(0.375)


def test_owa_of_naive_itself_is_one():
    assert scores.owa(17.0, 3.1, 17.0, 3.1) == 1.0


@pytest.mark.parametrize(("observed", "loss"), [(10.0, 1.8), (6.0, 0.2)])
def test_pinball_at_nine_tenths(observed, loss):
    """Pinball at nine tenths punishes a quantile that was too low."""
    assert scores.pinball([observed], [8.0], 0.9) == pytest.approx(loss)


@pytest.mark.parametrize(("observed", "score"), [(5.0, 4.0), (1.0, 4.0 + 10 * 2.0), (8.0, 4.0 + 10 * 1.0)])
def test_interval_score_is_the_width_plus_what_lies_outside(observed, score):
    assert scores.interval_score([observed], [3.0], [7.0], 0.2) == pytest.approx(score)


def test_wis_by_hand_for_one_interval():
    # median 5, 80 % interval [3, 7], observed 8: (0.5 * 3 + 0.1 * (4 + 10 * 1)) / 1.5
    assert scores.wis([8.0], [5.0], [[3.0]], [[7.0]], [0.2]) == pytest.approx(2.9 / 1.5)


def test_wis_is_twice_the_mean_pinball_loss_over_its_quantiles():
    lows, highs = [[4.0], [3.0], [1.0]], [[6.0], [7.5], [11.0]]
    levels = {0.5: 5.0, 0.25: 4.0, 0.75: 6.0, 0.1: 3.0, 0.9: 7.5, 0.025: 1.0, 0.975: 11.0}
    twice = 2 * sum(scores.pinball([9.0], [value], level) for level, value in levels.items()) / 7
    assert scores.wis([9.0], [5.0], lows, highs) == pytest.approx(twice)


def test_crps_of_two_samples_by_hand():
    # E|X - y| = (1 + 3) / 2 = 2; E|X - X'| / 2 = (0 + 2 + 2 + 0) / 4 / 2 = 0.5
    assert scores.crps(4.0, [3.0, 1.0]) == pytest.approx(1.5)


def test_crps_of_one_sample_is_the_absolute_error():
    assert scores.crps([4.0, 6.0], [[3.0, 8.0]]) == pytest.approx(1.5)


def test_coverage_counts_the_bounds_as_inside():
    assert scores.coverage([1.0, 2.0, 3.0, 9.0], [1.0] * 4, [3.0] * 4) == 0.75


def test_msis_by_hand():
    # width 4, 1 above: 4 + 40 * 1; training scale 7/3
    assert scores.msis([8.0], [3.0], [7.0], TRAINING) == pytest.approx(44.0 / (7 / 3))


def test_brier_by_hand():
    assert scores.brier([0.9, 0.2], [1, 0]) == pytest.approx((0.01 + 0.04) / 2)


def test_calibration_error_by_hand():
    # bin 0.9: mean 0.9 against 0.5, two of four; bin 0.1: 0.1 against 0, two of four
    assert scores.calibration_error([0.9, 0.9, 0.1, 0.1], [1, 0, 0, 0]) == pytest.approx(0.5 * 0.4 + 0.5 * 0.1)


def test_a_probability_of_one_belongs_to_the_last_bin():
    assert scores.calibration_error([1.0], [1]) == 0.0


def test_every_score_is_in_the_dictionary_under_its_own_name():
    assert all(function.__name__ == name and function.__doc__ for name, function in SCORES.items())


def test_scores_agree_with_an_independent_library():
    rng = np.random.default_rng(1)
    drawn, seen = rng.normal(size=(200, 8)), rng.normal(size=8)
    assert scores.crps(seen, drawn) == pytest.approx(
        float(np.mean(scoringrules.crps_ensemble(seen, drawn.T, estimator="nrg")))
    )
    low, high = np.quantile(drawn, [0.1, 0.9], axis=0)
    assert scores.interval_score(seen, low, high, 0.2) == pytest.approx(
        float(np.mean(scoringrules.interval_score(seen, low, high, 0.2)))
    )
    assert scores.pinball(seen, high, 0.9) == pytest.approx(float(np.mean(scoringrules.quantile_score(seen, high, 0.9))))
    given, came = rng.uniform(size=50), rng.integers(0, 2, 50)
    assert scores.brier(given, came) == pytest.approx(float(np.mean(scoringrules.brier_score(came, given))))


def test_wis_agrees_with_a_library():
    """Version 0.10 of the library adds the median itself where the paper has |observed - median|: only its intervals are used."""
    rng = np.random.default_rng(2)
    drawn, seen = rng.normal(size=(300, 6)), rng.normal(size=6)
    lows, highs = (np.quantile(drawn, levels, axis=0) for levels in ((0.25, 0.1, 0.025), (0.75, 0.9, 0.975)))
    middle, alphas = np.median(drawn, axis=0), np.array(scores.ALPHAS)
    weights = {"w_median": 0.0, "w_alpha": alphas / 2.0}
    theirs = scoringrules.weighted_interval_score(seen, middle, lows.T, highs.T, alphas, **weights)
    expected = np.mean(theirs + 0.5 * np.abs(seen - middle) / 3.5)
    assert scores.wis(seen, middle, lows, highs) == pytest.approx(float(expected))
