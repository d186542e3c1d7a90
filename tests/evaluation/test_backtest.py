"""Rolling-origin backtests: what is compared with what, and that nothing of the future is seen."""

import numpy as np
import pytest

from forecast.errors import RefusedError
from forecast.evaluation import backtest, scores, summarise
from forecast.models import METHODS, predict

YEARS = tuple(range(2011, 2025))
VALUES = np.array([56.0, 60, 64.1, 68.8, 72.9, 78.4, 84.2, 90, 95.3, 98.1, 99, 107.4, 114.2, 121.9])
FAST = ("naive", "drift", "damped_log_drift", "default", "theta")


def run(values=VALUES, years=YEARS, **more):
    more = {"support": (0.0, None), "methods": ("default",), "horizon": 3, "n_paths": 300, **more}
    return backtest(values, years, **more)


def test_origins_start_at_the_fifth_year_beside_naive():
    """Every origin from the fifth year is used and naive always takes part."""
    rows = run()
    assert sorted(set(rows["origin"])) == list(range(2015, 2024))
    assert set(rows["method"]) == {"naive", "default"}
    assert (rows["period"] == rows["origin"] + rows["horizon"]).all()
    assert (rows[rows["origin"] == 2015]["n_train"] == 5).all()
    assert len(rows[rows["origin"] == 2023]) == 2  # only one year ahead has been observed


def test_row_holds_forecast_and_outcome():
    """A row holds what predict says at that origin and what came."""
    row = run().query("method == 'default' and origin == 2019 and horizon == 2").iloc[0]
    direct = predict(VALUES[:9], 3, periods=YEARS[:9], support=(0.0, None), n_paths=300)
    assert row["observed"] == VALUES[10] == 99.0
    assert row["median"] == pytest.approx(direct.median[1])
    assert row["error"] == pytest.approx(99.0 - direct.median[1])
    assert row["scale"] == pytest.approx(scores.naive_scale(VALUES[:9]))
    assert bool(row["inside80"]) == (row["q10"] <= 99.0 <= row["q90"])


@pytest.mark.parametrize("method", FAST)
def test_planted_future_signal_changes_nothing(method):
    """A signal planted in the future changes no forecast before it."""
    planted = VALUES.copy()
    planted[-4:] = [150.0, 12.0, 190.0, 60.0]
    forecasts = ["q025", "q10", "q25", "median", "q75", "q90", "q975", "scale"]
    plain, changed = (run(values, methods=(method,)).query("origin <= 2020") for values in (VALUES, planted))
    assert np.array_equal(plain[forecasts], changed[forecasts])
    assert not np.array_equal(plain["observed"], changed["observed"])


def test_vintages_forecast_finals_score():
    """Figures as known at the origin are used and scored against the final ones."""
    def first_estimates(origin):
        place = YEARS.index(origin) + 1
        return [*VALUES[: place - 1], VALUES[place - 1] * 0.97], YEARS[:place]

    rows = run(known_at=first_estimates).query("method == 'naive' and horizon == 1")
    assert rows["median"].to_numpy() == pytest.approx(VALUES[4:-1] * 0.97, rel=2e-3)
    assert rows["observed"].tolist() == VALUES[5:].tolist()


def test_the_same_seed_gives_the_same_rows():
    assert run(seed=4).equals(run(seed=4))


def test_a_method_that_refuses_leaves_its_reason_and_is_counted():
    rows = run(methods=("arima",), min_train=6)
    refused = rows[rows["horizon"] == 0]
    assert refused["origin"].tolist() == [2016, 2017]
    assert refused["refused_en"].str.contains("needs at least 8").all()
    summary = summarise(rows).set_index("method")
    assert summary.loc["arima", "refused"] == 2 and summary.loc["arima", "origins"] == 6


def test_summary_is_relative_to_naive():
    """The summary of naive is one and of a better method is below."""
    summary = summarise(run(methods=FAST)).set_index("method")
    assert summary.loc["naive", ["mase_relative", "wis", "crps"]].tolist() == [1.0, 1.0, 1.0]
    assert summary.loc["default", "mase_relative"] < 0.6 and summary.loc["default", "wis"] < 0.8


def test_the_summary_by_hand():
    rows = run(methods=(), horizon=1)
    steps = np.diff(VALUES)
    expected = np.mean([steps[place - 1] / np.mean(steps[: place - 1]) for place in range(5, 14)])
    assert summarise(rows).iloc[0]["mase"] == pytest.approx(expected, rel=5e-3)


@pytest.mark.parametrize(("length", "rankable"), [(12, False), (13, True)])
def test_methods_are_ranked_only_from_eight_origins(length, rankable):
    summary = summarise(run(VALUES[:length], YEARS[:length]))
    assert summary["origins"].tolist() == [length - 5] * 2
    assert summary["rankable"].tolist() == [rankable] * 2


def test_too_short_series_gives_empty_tables():
    """A series too short for any origin gives empty tables with their columns."""
    rows = run(VALUES[:5], YEARS[:5])
    assert rows.empty and summarise(rows).empty
    assert {"method", "origins", "mase", "wis", "coverage80", "rankable"} <= set(summarise(rows))


def test_a_constant_series_can_be_summarised():
    summary = summarise(run(np.full(12, 7.0), YEARS[:12]))
    assert summary["coverage80"].tolist() == [1.0, 1.0]
    assert np.isnan(summary["mase"]).all()


def test_years_out_of_order_are_refused():
    with pytest.raises(RefusedError, match="ascending"):
        run(VALUES[:4], (2011, 2013, 2012, 2014))


@pytest.mark.slow
def test_every_method_goes_through_a_backtest():
    summary = summarise(run(methods=tuple(METHODS), min_train=9, n_paths=100)).set_index("method")
    assert set(summary.index) == set(METHODS)
    assert (summary["origins"] == 5).all() and (summary["refused"] == 0).all()
