"""One contract for every method: what a forecast promises, and what is refused."""

import subprocess
import sys
import warnings

import numpy as np
import pytest
from places import SOURCE

from forecast.errors import RefusedError
from forecast.models import METHODS, predict
from forecast.models.series.history import read_history
from forecast.models.series.pace import Pace
from forecast.models.series.statistical import fitted_paths

YEARS = tuple(range(2012, 2025))
GROWING = np.array([60.0, 64.1, 68.8, 72.9, 78.4, 84.2, 90.0, 95.3, 98.1, 99.0, 107.4, 114.2, 121.9])
SHARE = np.array([11.2, 11.9, 12.1, 12.7, 12.66, 12.87, 12.83, 12.87, 13.17, 14.02, 14.6, 14.4, 15.1])
POSITIVE, PERCENT, ANY = (0.0, None), (0.0, 100.0), (None, None)
methods = pytest.mark.parametrize(
    "method", [pytest.param(name, marks=pytest.mark.slow) if name == "prophet" else name for name in METHODS]
)


def forecast(values, method, support=POSITIVE, horizon=5, **more):
    more.setdefault("periods", tuple(range(2025 - len(values), 2025)))
    more.setdefault("n_paths", 400)
    return predict(values, horizon, support=support, method=method, **more)


@methods
def test_the_periods_are_the_years_after_the_last_one(method):
    found = forecast(GROWING, method)
    assert found.periods == (2025, 2026, 2027, 2028, 2029)
    assert found.paths.shape == (400, 5) and found.method == method and found.seed == 0


@methods
@pytest.mark.parametrize("support", [POSITIVE, PERCENT, ANY, (None, 200.0), (50.0, 200.0)])
def test_every_path_is_finite_and_inside_the_support(method, support):
    values = SHARE if support == PERCENT else GROWING
    paths = forecast(values, method, support).paths
    low, high = support
    assert np.isfinite(paths).all()
    assert low is None or paths.min() >= low
    assert high is None or paths.max() <= high


@methods
def test_the_same_seed_gives_the_same_paths(method):
    again = [forecast(GROWING, method, seed=3).paths for _ in range(2)]
    assert np.array_equal(*again)


@methods
def test_another_seed_nearly_the_same_median(method):
    """Another seed gives other paths and nearly the same median."""
    one, two = forecast(GROWING, method, seed=1), forecast(GROWING, method, seed=2)
    assert not np.array_equal(one.paths, two.paths)
    assert np.allclose(one.median, two.median, rtol=0.05)


@methods
@pytest.mark.parametrize("support", [POSITIVE, ANY])
def test_a_change_of_unit_scales_the_paths(method, support):
    one, thousand = forecast(GROWING, method, support), forecast(GROWING * 1000.0, method, support)
    assert np.allclose(thousand.paths, one.paths * 1000.0, rtol=1e-9, atol=0.0)


@methods
def test_the_callers_values_are_left_as_they_were(method):
    values = GROWING.copy()
    forecast(values, method)
    assert np.array_equal(values, GROWING)


@methods
def test_the_global_random_state_is_neither_used_nor_moved(method):
    np.random.seed(5)
    expected = np.random.get_state()[1].copy()
    np.random.seed(5)
    first = forecast(GROWING, method).paths
    assert np.array_equal(np.random.get_state()[1], expected)
    np.random.seed(6)
    assert np.array_equal(first, forecast(GROWING, method).paths)


@methods
@pytest.mark.parametrize("support", [POSITIVE, PERCENT, ANY])
def test_constant_series_stays_with_a_band(method, support):
    """A constant series stays and its band is never of zero width."""
    found = forecast(np.full(12, 7.0), method, support)
    assert np.allclose(found.median, 7.0, atol=0.05)
    low, high = found.quantiles([0.025, 0.975])
    assert (high - low > 0.01).all() and (high - low < 2.0).all()


@methods
def test_a_perfectly_straight_series_keeps_a_band(method):
    low, high = forecast(np.arange(20.0, 33.0), method, ANY).quantiles([0.1, 0.9])
    assert (high - low > 0.0).all()


@methods
@pytest.mark.parametrize(
    "values",
    [[93.0, 95.1, 96.8, 98.0, 98.7, 99.2, 99.5, 99.6, 99.8, 99.9], [9.0, 6.1, 4.2, 2.0, 1.1, 0.6, 0.3, 0.2, 0.1, 0.05]],
    ids=["near 100", "near 0 and falling"],
)
def test_a_share_near_its_bounds_stays_between_0_and_100(method, values):
    paths = forecast(values, method, PERCENT, horizon=8).paths
    assert np.isfinite(paths).all() and paths.min() >= 0.0 and paths.max() <= 100.0


@methods
def test_an_explosive_series_stays_finite(method):
    assert np.isfinite(forecast(2.0 ** np.arange(8), method, POSITIVE, horizon=15).paths).all()


@methods
def test_the_horizon_of_the_longest_plan_is_served(method):
    assert forecast(GROWING, method, horizon=15).periods[-1] == 2039


@methods
@pytest.mark.parametrize("values", [[], [1.0], [1.0, 2.0]])
def test_fewer_than_three_points_are_refused(method, values):
    with pytest.raises(RefusedError, match="at least 3 years"):
        forecast(values, method)


@methods
@pytest.mark.parametrize("bad", [np.nan, np.inf, -np.inf])
@pytest.mark.parametrize("place", [0, 5, -1])
def test_missing_and_infinite_values_are_refused(method, bad, place):
    """Missing and infinite values are refused with their year."""
    values = GROWING.copy()
    values[place] = bad
    with pytest.raises(RefusedError, match=str(YEARS[place])):
        forecast(values, method)


@methods
def test_a_gap_is_refused_and_its_years_are_named(method):
    with pytest.raises(RefusedError, match="2016, 2017"):
        forecast(GROWING[:6], method, periods=(2013, 2014, 2015, 2018, 2019, 2020))


@methods
def test_a_duplicate_year_is_refused_and_named(method):
    with pytest.raises(RefusedError, match="Duplicate years: 2015"):
        forecast(GROWING[:5], method, periods=(2013, 2014, 2015, 2015, 2016))


@methods
@pytest.mark.parametrize("factor", [1000.0, 0.001, 100.0])
def test_a_unit_jump_in_the_last_three_years_is_refused(method, factor):
    values = GROWING.copy()
    values[-3:] *= factor
    with pytest.raises(RefusedError, match="change of unit"):
        forecast(values, method)


@methods
@pytest.mark.parametrize(
    ("support", "value"), [(PERCENT, 112.0), (PERCENT, -1.0), (POSITIVE, -5.0), (POSITIVE, 0.0)], ids=str
)
def test_a_value_outside_the_support_is_refused(method, support, value):
    values = SHARE.copy()
    values[4] = value
    with pytest.raises(RefusedError, match="2016"):
        forecast(values, method, support)


@methods
@pytest.mark.parametrize("horizon", [0, -1, 16, 2.5, True])
def test_bad_horizon_is_refused(method, horizon):
    """A horizon that is not a whole number up to 15 is refused."""
    with pytest.raises(RefusedError, match="horizon"):
        forecast(GROWING, method, horizon=horizon)


@methods
def test_what_comes_after_the_origin_cannot_change_the_forecast(method):
    longer = np.append(GROWING, [500.0, 1.0])
    assert np.array_equal(forecast(longer[:13], method).paths, forecast(GROWING, method).paths)


def test_text_among_the_values_is_refused():
    with pytest.raises(RefusedError, match="not numbers"):
        predict(["12,8", "13"], 2)


def test_years_that_are_not_in_order_are_refused():
    with pytest.raises(RefusedError, match="ascending"):
        predict([1.0, 2.0, 3.0], 2, periods=(2015, 2014, 2016))


def test_an_unknown_method_is_refused_with_the_known_ones():
    with pytest.raises(RefusedError, match="damped_log_drift"):
        predict(GROWING, 2, method="lstm")


@pytest.mark.parametrize("method", ["ets", "arima", "local_linear_trend", "theta", "prophet"])
def test_a_fitted_method_refuses_a_series_too_short_for_it(method):
    with pytest.raises(RefusedError, match=f"'{method}' needs at least"):
        forecast([5.0, 6.0, 6.5, 7.1], method)


@pytest.mark.parametrize("n", [3, 4, 5, 6, 8, 10, 16, 25, 40])
def test_the_default_serves_every_length_from_three_points(n):
    found = forecast(50.0 * 1.06 ** np.arange(n) + np.sin(np.arange(n)), "default", horizon=12)
    assert np.isfinite(found.paths).all()


def test_a_failed_fit_is_refused_with_its_reason():
    def fails(x, horizon, rng, n_paths):
        raise np.linalg.LinAlgError("Singular matrix")

    with pytest.raises(RefusedError, match="Singular matrix"):
        fitted_paths("ets", fails, read_history(GROWING, YEARS, POSITIVE), 3, 0, 100)


def test_a_fit_that_gives_nan_is_refused():
    def gives_nan(x, horizon, rng, n_paths):
        return np.full((n_paths, horizon), np.nan)

    with pytest.raises(RefusedError, match="not finite"):
        fitted_paths("ets", gives_nan, read_history(GROWING, YEARS, POSITIVE), 3, 0, 100)


def test_a_warning_while_fitting_becomes_a_note():
    def doubtful(x, horizon, rng, n_paths):
        warnings.warn("Maximum Likelihood optimization failed to converge", UserWarning, stacklevel=1)
        return rng.standard_normal((n_paths, horizon))

    _, notes = fitted_paths("ets", doubtful, read_history(GROWING, YEARS, POSITIVE), 3, 0, 100)
    assert "failed to converge" in notes[0].en and "cảnh báo" in notes[0].vi


def test_a_fit_without_noise_still_has_a_band():
    def certain(x, horizon, rng, n_paths):
        return np.ones((n_paths, horizon))

    paths, _ = fitted_paths("ets", certain, read_history(GROWING, YEARS, POSITIVE), 3, 0, 100)
    assert (np.ptp(paths, axis=0) > 0.0).all()


def test_methods_that_end_far_apart_are_said_to_differ():
    notes = forecast(2.0 ** np.arange(8), "default", horizon=6).notes
    assert any("differ widely" in note.en for note in notes)


def test_a_break_in_the_series_is_named():
    values = GROWING.copy()
    values[7:] *= 0.6
    assert any("2019" in note.en for note in forecast(values, "default").notes)


def test_a_share_of_exactly_100_is_moved_inside_and_said_so():
    found = forecast([97.0, 98.5, 99.0, 99.6, 100.0, 100.0], "default", PERCENT)
    assert found.paths.max() <= 100.0 and any("logit" in note.en for note in found.notes)


def test_the_apps_never_pay_for_the_fitted_methods():
    script = "import sys, forecast.models; assert not {'statsmodels', 'prophet', 'pandas', 'scipy'} & set(sys.modules)"
    subprocess.run([sys.executable, "-c", script], check=True, env={"PYTHONPATH": str(SOURCE)})


def test_paths_of_a_state_space_fit_are_those_of_the_library():
    from statsmodels.tsa.arima.model import ARIMA
    from statsmodels.tsa.statespace.structural import UnobservedComponents

    from forecast.models.series.statistical import _from_the_end

    x = np.round(np.random.default_rng(3).standard_normal(14).cumsum(), 6)
    fits = (
        UnobservedComponents(x, level="local linear trend").fit(disp=False, maxiter=500),
        *(ARIMA(x, order=(p, 1, q), trend="t").fit() for p, q in ((0, 0), (1, 0), (0, 1))),
    )
    for fit in fits:
        theirs = fit.simulate(4, anchor="end", repetitions=20, rng=np.random.default_rng(5)).reshape(4, 20).T
        ours = _from_the_end(fit, 4, np.random.default_rng(5), 20)
        np.testing.assert_allclose(ours, theirs, rtol=0, atol=1e-12)


def test_a_pace_takes_the_place_of_the_median_alone():
    """Growth moves three tenths of the way each year from its mean towards the pace; the band keeps its width, other methods their median."""
    values, pace = [4.0, 5.0, 6.2, 8.1, 10.1, 11.8, 13.7, 16.4, 20.5, 25.0], Pace(0.1, 0.7)
    usual, moved = (predict(values, 3, support=(0.0, None), seed=1, n_paths=4000, pace=one).quantiles((0.1, 0.5, 0.9)) for one in (None, pace))
    recent = np.diff(np.log(values))[-8:].mean()
    growth = [0.1 + 0.7**ahead * (recent - 0.1) for ahead in (1, 2, 3)]
    assert moved[1] == pytest.approx(values[-1] * np.exp(np.cumsum(growth)), rel=0.02)
    assert (moved[1] > usual[1]).all()
    assert np.log(moved[2] / moved[0]) == pytest.approx(np.log(usual[2] / usual[0]), rel=0.05)
    paths = [predict(values, 3, method="drift", seed=1, n_paths=50, pace=one).paths for one in (None, pace)]
    assert np.array_equal(*paths)
