"""The default's point forecast by hand, and intervals and paths that say what the learned tables say."""

from dataclasses import replace
from importlib.resources import files

import numpy as np
import pytest

from forecast.evaluation import events
from forecast.models import predict
from forecast.models.learning.intervals import (
    bank_of,
    default_tables,
    fitted_quantiles,
    main,
    weighted_quantiles,
)
from forecast.models.learning.residuals import Errors, normalised_errors
from forecast.models.learning.trees import AnnualSeries
from forecast.models.series import combination
from forecast.models.series.calibration import (
    LEARNED_HORIZON,
    LENGTHS,
    LEVELS,
    Intervals,
    draw_paths,
    draw_ranks,
    extended,
    is_steady,
    length_bucket,
    past_of,
    shipped,
    stretched,
    unstretched,
)
from forecast.models.series.history import SCALE_FLOOR, read_history, yearly_scale

POSITIVE, PERCENT, ANY = (0.0, None), (0.0, 100.0), (None, None)
FOUR = [100.0, 110.0, 120.0, 160.0]


def test_the_three_simple_forecasts_and_their_median_by_hand():
    history = read_history(FOUR, None, POSITIVE)
    assert combination.last_value(history, 2).tolist() == [160.0, 160.0]
    assert combination.drift(history, 2).tolist() == [180.0, 200.0]  # 60 in three years: 20 a year
    damped = 160.0 * 1.6 ** (np.array([0.9, 0.9 + 0.81]) / 3.0)  # 1.6 in three years, damped by 0.9 a year
    assert combination.damped_log_drift(history, 2) == pytest.approx(damped)
    assert combination.median_of_three(history, 2) == pytest.approx(
        np.median([[160.0] * 2, [180.0, 200.0], damped], axis=0)
    )


def test_drift_stays_in_the_support():
    """A drift that would leave the support is taken on the transformed scale."""
    share = read_history([70.0, 80.0, 90.0, 96.0], None, PERCENT)
    drift = combination.drift(share, 5)
    assert (np.diff(drift) > 0).all() and drift.max() < 100.0
    falling = read_history([10.0, 7.0, 4.0, 2.0], None, POSITIVE)
    assert combination.drift(falling, 5).min() > 0.0


def test_the_yearly_scale_by_hand():
    # steps 1, 1, 4: mean 2; weights .7225 .85 1: (.7225 + .85 + 4) / 2.5725; unevenness (1 + 1 + 2) / 3 * 3 / 2 = 2
    size = np.sqrt(2.0 * (0.7225 + 0.85 + 4.0) / 2.5725)
    assert yearly_scale(np.array([0.0, 1.0, 2.0, 6.0]), 0.0) == pytest.approx(np.sqrt(size * 2.0))


def test_steady_series_has_a_smaller_scale():
    """A steady series has a smaller scale than a restless one of the same steps."""
    steady, restless = np.arange(8.0), np.array([0.0, 1.0] * 4)
    assert yearly_scale(steady, 0.0) == pytest.approx(np.sqrt(0.4))
    assert yearly_scale(restless, 0.0) > 1.5 * yearly_scale(steady, 0.0)


def test_a_constant_series_has_the_floor_as_its_scale():
    assert read_history([7.0] * 5, None, POSITIVE).scale == SCALE_FLOOR
    assert read_history([7.0] * 5, None, ANY).scale == pytest.approx(7.0 * SCALE_FLOOR)


def test_errors_up_relative_down_logarithmic():
    """Upward errors are relative and downward ones logarithmic."""
    assert stretched(np.array([1.0, -1.0]), "log").tolist() == [np.log(2.0), -1.0]
    assert unstretched(stretched(np.array([3.0, -2.0, 0.0]), "logit"), "logit") == pytest.approx([3.0, -2.0, 0.0])
    assert stretched(np.array([5.0]), "identity").tolist() == [5.0]


@pytest.mark.parametrize(
    ("n", "bucket"), [(3, "3-4"), (5, "5"), (6, "6-7"), (9, "8-9"), (15, "10-15"), (16, "16-24"), (90, "25+")]
)
def test_length_buckets(n, bucket):
    assert length_bucket(n) == bucket


@pytest.mark.parametrize("support", [POSITIVE, ANY])
def test_path_margins_are_the_tables_quantiles(support):
    """The margins of the paths are the quantiles of the table."""
    values = np.array([60.0, 64, 69, 73, 78, 84, 90, 95, 98, 99, 107, 114])
    history = read_history(values, None, support)
    scale = history.scale_name
    (point,), (spread,) = combination.default_of([history], 6)
    found = predict(values, 6, support=support, n_paths=4000)
    table = shipped().quantiles["default", scale, "10-15"]
    for level in (0.025, 0.1, 0.5, 0.9, 0.975):
        deviations = table[LEVELS.index(level), :6] * history.scale * spread * np.sqrt(np.arange(1, 7))
        z = history.transform.forward(point) + stretched(deviations, history.scale_name)
        assert found.quantiles([level])[0] == pytest.approx(history.transform.inverse(z), rel=2e-3)


def test_the_median_of_the_paths_is_the_point_forecast():
    history = read_history(FOUR, None, POSITIVE)
    assert predict(FOUR, 4, support=POSITIVE, method="median").median == pytest.approx(combination.median_of_three(history, 4), rel=2e-3)


def test_shipped_tables_never_cross():
    """The shipped tables never cross and widen with the years."""
    for table in shipped().quantiles.values():
        assert table.shape == (len(LEVELS), LEARNED_HORIZON)
        assert (np.diff(table, axis=0) >= 0.0).all()
        assert (table[LEVELS.index(0.5)] == 0.0).all()
        band = (table[LEVELS.index(0.9)] - table[LEVELS.index(0.1)]) * np.sqrt(np.arange(1, LEARNED_HORIZON + 1))
        assert (np.diff(band) > 0.0).all()


def test_band_goes_on_by_the_square_root():
    """Beyond the last learned year the band goes on with the square root of the years."""
    table = np.tile(np.arange(12.0), (len(LEVELS), 1))
    assert extended(table, 15)[0].tolist() == [*range(12), 11, 11, 11]
    width = np.diff(predict(FOUR, 15, support=ANY, n_paths=4000).quantiles([0.1, 0.9]), axis=0)[0]
    assert (np.diff(width) > 0.0).all()
    assert width[14] / width[11] == pytest.approx(np.sqrt(15 / 12), rel=0.02)


def test_ranks_move_together_as_the_trajectories_of_the_bank_do():
    rng = np.random.default_rng(0)
    walk = np.cumsum(rng.standard_normal((300, 6)), axis=1)
    ranks = draw_ranks(walk, 6, rng, 3000)
    assert np.allclose(np.sort(ranks[:, 3]), (np.arange(3000) + 0.5) / 3000)
    own = np.corrcoef(walk.argsort(axis=0).argsort(axis=0).T)
    assert np.corrcoef(ranks.T) == pytest.approx(own, abs=0.03)


@pytest.mark.parametrize("n_paths", [1, 7, 299, 301])
def test_any_number_of_paths_can_be_drawn(n_paths):
    assert predict(FOUR, 3, support=POSITIVE, n_paths=n_paths).paths.shape == (n_paths, 3)


def test_more_evidence_of_restlessness_widens_the_band():
    calm, wild = [100, 103, 105, 109, 111, 115], [100, 120, 90, 130, 95, 115]
    bands = [np.ptp(predict(values, 3, support=POSITIVE).quantiles([0.1, 0.9])[:, 2]) for values in (calm, wild)]
    assert bands[1] > 2.0 * bands[0]


def test_weighted_quantiles_follow_the_weights():
    even = weighted_quantiles(np.arange(1.0, 102.0), np.ones(101))
    assert even[LEVELS.index(0.5)] == pytest.approx(51.0)
    tilted = weighted_quantiles(np.array([0.0, 1.0]), np.array([9.0, 1.0]))
    assert tilted[LEVELS.index(0.3)] == 0.0


def windows_of(values):
    """Errors of as many series, each with one window that rose throughout."""
    count = len(values)
    return Errors(values, np.arange(count).astype(str), np.ones(count), np.ones(count, dtype=bool))


def test_learned_quantiles_are_straightened():
    """Learned quantiles are drawn half way to a line and their median is zero."""
    rng = np.random.default_rng(0)
    errors = windows_of(rng.standard_normal((4000, LEARNED_HORIZON)) + 0.5)
    table = fitted_quantiles(errors)
    assert (table[LEVELS.index(0.5)] == 0.0).all()
    assert table[LEVELS.index(0.975)] == pytest.approx(np.full(12, 1.96 + 0.5 * 0.95), abs=0.12)


def test_a_year_ahead_that_was_seldom_observed_takes_the_line():
    values = np.tile(np.linspace(-1.0, 1.0, 500)[:, None], (1, LEARNED_HORIZON)) * np.arange(1, LEARNED_HORIZON + 1)
    values[:, 8:] = np.nan
    table = fitted_quantiles(windows_of(values))
    assert table[LEVELS.index(0.9)] == pytest.approx(0.8 * np.arange(1, 13), rel=0.02)


def test_whole_trajectories_only_enter_the_bank():
    values = np.ones((5, LEARNED_HORIZON))
    values[2, 11] = np.nan
    assert bank_of(windows_of(values)).shape == (4, LEARNED_HORIZON)


def test_steady_tables_and_banks_of_rising_series_by_hand():
    """A steady share takes the steady errors, a level does not; too small a bank is that of shorter series."""
    rng = np.random.default_rng(3)
    wide = {name: windows_of(2.0 * rng.standard_normal((600, LEARNED_HORIZON))) for name in LENGTHS}
    left = {name: windows_of(rng.standard_normal((600, LEARNED_HORIZON))) for name in LENGTHS}
    left["25+"] = replace(left["25+"], rising=np.arange(600) < 20)
    learned = default_tables(left, wide)
    spread = {name: float(learned.quantiles["default", name, "8-9"][LEVELS.index(0.9)].mean()) for name in ("log", "steady")}
    assert spread["steady"] == pytest.approx(2.0 * spread["log"], rel=0.1)
    assert learned.trajectories["25+", "rising"] is learned.trajectories["16-24", "rising"]
    assert len(learned.trajectories["25+", "any"]) == 300


@pytest.mark.parametrize(("values", "steady", "past"), [
    ([100.0 * 1.03**year for year in range(8)], True, "rising"),
    ([100.0, 103, 106, 109, 112, 111, 114], True, "any"),
    ([100.0, 110, 112, 125, 126, 140, 143], False, "rising"),
])  # fmt: skip
def test_what_a_past_is_like(values, steady, past):
    history = read_history(values, None, POSITIVE)
    assert (is_steady(history), past_of(history)) == (steady, past)


def test_a_rising_past_moves_chances_of_every_year_and_no_margin():
    """Paths of a series that never fell hang together as those of such series; every year's own band is the table's."""
    values = [100.0, 110, 112, 125, 126, 140, 143, 160, 163, 180, 181, 200]
    history = read_history(values, None, POSITIVE)
    (point,), (spread,) = combination.default_of([history], 5)
    every = Intervals(shipped().quantiles, {key: shipped().trajectories[key[0], "any"] for key in shipped().trajectories})
    drawn = [draw_paths(history, point, "default", 1, 2000, spread, tables) for tables in (shipped(), every)]
    assert len(shipped().bank("10-15", "rising")) == 2 * len(shipped().bank("10-15", "any"))
    assert np.allclose(np.sort(drawn[0], axis=0), np.sort(drawn[1], axis=0))
    assert np.array_equal(drawn[0], predict(values, 5, support=POSITIVE, seed=1).paths)
    chances = [float((events.lowest_growth(paths, values[-1]) > 0.0).mean()) for paths in drawn]
    assert chances[0] > chances[1] + 0.01


@pytest.mark.slow
def test_intervals_learned_on_some_series_hold_on_others():
    rng = np.random.default_rng(7)

    def walk(name):
        values = 100.0 * np.exp(np.cumsum(0.03 + 0.05 * rng.standard_t(4, 44)))
        return AnnualSeries("simulated", str(name), values, 38)

    errors = normalised_errors([walk(name) for name in range(150)], "10-15", POSITIVE)["default"]
    learned = Intervals({("default", "log", "10-15"): fitted_quantiles(errors)}, {("10-15", past): bank_of(errors) for past in ("any", "rising")})
    inside = []
    for name in range(200):
        series = walk(name)
        history = read_history(series.values[26:38], None, POSITIVE)
        (point,), (spread,) = combination.default_of([history], 6)
        low, high = np.quantile(draw_paths(history, point, "default", name, 400, spread, learned), [0.1, 0.9], axis=0)
        inside.append(np.mean((series.values[38:] >= low) & (series.values[38:] <= high)))
    assert 0.74 < np.mean(inside) < 0.86


def test_what_was_learned_is_small_and_says_where_it_comes_from():
    folder = files("forecast.models.series") / "learned"
    sizes = {item.name: len(item.read_bytes()) for item in folder.iterdir() if item.is_file()}
    assert sum(sizes.values()) < 1_200_000
    provenance = (folder / "PROVENANCE.csv").read_text("utf-8")
    assert "M3Y" in provenance and "python -m forecast.models.learning.intervals" in provenance
    assert set(shipped().trajectories) == {(length, past) for length in LENGTHS for past in ("any", "rising")}


def test_relearning_from_a_file_that_is_not_there_says_so(tmp_path, capsys):
    with pytest.raises(SystemExit):
        main([str(tmp_path / "none.parquet")])
    assert "none.parquet: không có tệp này | there is no such file" in capsys.readouterr().err
