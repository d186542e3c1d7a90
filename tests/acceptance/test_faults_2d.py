"""The second part of the acceptance list, section D row by row, by the public calls."""

import itertools
from datetime import date

import nasty
import numpy as np
import pandas as pd
import pytest

from forecast.errors import RefusedError
from forecast.evaluation import backtest
from forecast.models import METHODS, predict, predict_many

GROWING = np.array([60.0, 64.1, 68.8, 72.9, 78.4, 84.2, 90.0, 95.3, 98.1, 99.0, 107.4, 114.2])
YEARS = list(range(2013, 2025))
POSITIVE, PERCENT, ANY = nasty.POSITIVE, nasty.PERCENT, nasty.ANY
LEVELS = (0.025, 0.1, 0.5, 0.9, 0.975)
WRITTEN = {
    "text": [str(year) for year in YEARS],
    "floats": [float(year) for year in YEARS],
    "dates": [date(year, 12, 31) for year in YEARS],
    "text of dates": [f"{year}-12-31" for year in YEARS],
    "timestamps": list(pd.to_datetime([f"{year}-12-31" for year in YEARS])),
    "spans": list(pd.period_range("2013", "2024", freq="Y")),
    "days of numpy": np.array([f"{year}-06-30" for year in YEARS], dtype="datetime64[D]"),
    "categories": pd.Categorical([str(year) for year in YEARS]),
}
written = pytest.mark.parametrize("years", WRITTEN.values(), ids=WRITTEN)
FAULTY = {
    "gap": ([0, 1, 2, 3, 4, 6, 7, 8, 9, 10, 11], "2018", "No figure for 2018"),
    "duplicate": ([0, 1, 2, 3, 3, 4, 5], "2016", "Duplicate years: 2016"),
    "reversed": (list(range(12))[::-1], "đảo ngược", "reversed"),
    "disorder": ([0, 2, 1, 3, 4], "2014 đứng sau 2015", "2014 stands after 2015"),
}


def refused(*asked, **more):
    with pytest.raises(RefusedError) as problem:
        predict(*asked, **more)
    assert problem.value.vi and problem.value.en and problem.value.vi != problem.value.en
    return problem.value


def panel(values, years=None, name="a"):
    return pd.DataFrame({"unique_id": name, "period": YEARS[-len(values) :] if years is None else years, "value": values})


@written
def test_2d01_years_are_understood_however_they_are_written(years):
    plain = predict(GROWING, 3, periods=YEARS)
    for found in (
        predict(GROWING, 3, periods=years),
        predict(pd.Series(GROWING, index=pd.Index(years)), 3),
        predict(dict(zip(years, GROWING, strict=True)), 3),
    ):
        assert found.periods == (2025, 2026, 2027) and np.array_equal(found.paths, plain.paths)
    rows = predict_many(panel(GROWING, years), 3)
    assert sorted(set(rows["period"])) == [2025, 2026, 2027]


@written
@pytest.mark.parametrize(("places", "vi", "en"), FAULTY.values(), ids=FAULTY)
def test_2d01_faulty_years_are_refused_by_name(years, places, vi, en):
    taken, values = pd.Index([years[place] for place in places]), GROWING[: len(places)]
    for problem in (refused(values, 3, periods=taken), refused(pd.Series(values, index=taken), 3)):
        assert vi in problem.vi and en in problem.en
    assert vi in predict_many(panel(values, taken), 3).attrs["refused"]["a"][0]


@pytest.mark.parametrize("ahead", [[str(year) for year in range(2024, 2036)], [float(year) for year in range(2024, 2036)]], ids=str)
def test_2d01_years_to_come_are_refused_in_text_too(ahead):
    assert "2035" in refused(GROWING, 3, periods=ahead).vi
    assert "2035" in refused(pd.Series(GROWING, index=ahead), 3).vi


@pytest.mark.parametrize("bad", ["hai nghìn", "2013.5", "", None, float("nan"), 2013.5, True, 1e300, 10**400, pd.NaT, ("a", 2013), "13/2013"])
def test_2d01_what_is_no_year_is_shown(bad):
    years = [*YEARS[:-1], bad]
    assert "whole numbers" in refused(GROWING, 3, periods=years).en
    index = pd.Index(np.fromiter(years, dtype=object), tupleize_cols=False)
    assert "whole numbers" in refused(pd.Series(GROWING, index=index), 3).en


def test_2d01_an_index_that_counts_rows_says_no_years():
    rows = pd.Series(GROWING)
    for index in (range(12), range(40, 52), [float(place) for place in range(12)], [3 * place for place in range(12)]):
        assert predict(rows.set_axis(pd.Index(index)), 2).periods == (13, 14)


def test_2d02_a_bound_above_has_no_unit():
    """2D02: with a support (None, high) a change of unit scales every path and the band; the bound is never passed."""
    six, steady = [20.0, 35.0, 60.0, 78.0, 90.0, 96.0], [70.0, 70.1, 70.2, 70.1, 70.3, 70.2]
    simple = [name for name in METHODS if name not in ("prophet", "arima")]  # six points are too few for arima
    for values, method in itertools.product((np.array(six), np.array(steady)), simple):
        plain = predict(values, 5, support=(None, 100.0), method=method, n_paths=200).paths
        for unit in (1e-6, 0.01, 1e3, 1e9):
            scaled = predict(unit * values, 5, support=(None, 100.0 * unit), method=method, n_paths=200).paths
            np.testing.assert_allclose(scaled / unit, plain, rtol=0, atol=1e-5)
        assert plain.max() <= 100.0


def test_2d02_a_bound_above_mirrors_a_bound_below():
    values = np.array([20.0, 35.0, 60.0, 78.0, 90.0, 96.0])
    above = predict(values, 5, support=(None, 100.0)).quantiles(LEVELS)
    below = predict(100.0 - values, 5, support=(0.0, None)).quantiles(LEVELS)
    assert above == pytest.approx(100.0 - below[::-1])
    rows = predict_many(panel(values), 5, support=(None, 100.0), levels=LEVELS)
    assert rows["value"].to_numpy().reshape(5, 5) == pytest.approx(above, abs=0.1)


REGULAR = {
    "line down to the bound": np.arange(12.0, 0.0, -1.0),
    "line of tenths down": np.arange(12, 0, -1) / 10.0,
    "line up": np.arange(1.0, 13.0),
    "line of tenths up": np.arange(1, 13) / 10.0,
    "alternating": np.array([1.0, 2.0] * 6),
    "steps": np.repeat([1.0, 2.0, 3.0, 4.0], 3),
    "ties": np.array([10.0, 10, 20, 20, 30, 30]),
    "constant": np.full(12, 0.7),
    "constant but one": np.array([5.0] * 11 + [6.0]),
    "doubling": 2.0 ** np.arange(8),
    "halving": 2.0 ** -np.arange(8.0),
    "down and up": np.array([5.0, 4, 3, 2, 1, 2, 3, 4, 5]),
    "squares": np.arange(1.0, 13.0) ** 2,
    "five points": np.array([1.0, 2, 3, 4, 5]),
    "six points": np.array([3.0, 3, 3, 2, 2, 2]),
    "nearly constant": 54.534 + 0.001 * (np.arange(12) % 2),
    "thirty points": np.arange(1.0, 31.0),
}
regular = pytest.mark.parametrize("values", REGULAR.values(), ids=REGULAR)
supports = pytest.mark.parametrize("support", [None, POSITIVE, ANY, (0.0, 200.0), (None, 1000.0), (-5.0, None)], ids=str)


def usable(values, support):
    return support is None or support[1] is None or values.max() < support[1]


@regular
@supports
def test_2d03_the_last_bit_moves_nothing(values, support):
    """2D03: ties and regular steps, each value changed by some last bits: the same median and band to 1e-6."""
    if not usable(values, support):
        return
    plain = predict(values, 8, support=support, n_paths=300).quantiles(LEVELS)
    rng = np.random.default_rng(0)
    changed = [values + 1e-15, *(values * (1.0 + 2e-15 * rng.integers(-1, 2, len(values))) for _ in range(8))]
    for other in changed:
        found = predict(other, 8, support=support, n_paths=300).quantiles(LEVELS)
        assert np.abs(found - plain).max() <= 1e-6 * np.abs(plain).max()


@regular
@supports
def test_2d03_the_unit_moves_nothing(values, support):
    """2D03: in any unit the same forecast; powers of two change no bit, the other units change the last ones."""
    if not usable(values, support):
        return
    plain = predict(values, 8, support=support, n_paths=300).paths
    for unit in (2.0**-20, 1e-3, 1.0 / 3.0, 7.3, 1e3, 1e6, 1e9):
        scaled = support and tuple(None if end is None else end * unit for end in support)
        found = predict(values * unit, 8, support=scaled, n_paths=300).paths / unit
        assert np.abs(found - plain).max() <= 1e-6 * np.abs(plain).max()


@regular
@pytest.mark.parametrize("method", ["naive", "drift", "damped_log_drift", "median"])
def test_2d03_nor_do_they_move_the_simple_methods(values, method):
    plain = predict(values, 8, method=method, n_paths=300).paths
    for other, unit in ((values + 1e-15, 1.0), (values * 7.3, 7.3)):
        found = predict(other, 8, method=method, n_paths=300).paths / unit
        assert np.abs(found - plain).max() <= 1e-6 * np.abs(plain).max()


def test_2d03_the_last_bit_of_a_bound_moves_nothing():
    """2D03: a share that is 100 % but for rounding is 100 %, whichever side it fell; so is a jump by exactly 30."""
    full, less, more = (
        predict([97.0, 98.5, 99.0, 99.6, last, last], 4, support=PERCENT).median for last in (100.0, 100 - 1.5e-14, 100 + 1.5e-14)
    )
    assert less == pytest.approx(full, rel=1e-9) and more == pytest.approx(full, rel=1e-9)
    assert "on the bound" in refused([51.0, 52.0, 50.0 + 7e-15, 51.0], 3, support=(50.0, None)).en
    for unit in (1.0, 0.1, 100.0, 7.3):
        refused(unit * np.array([1.0, 1.1, 1.2, 36.0, 37.0]), 3)
    constant = 1e6 * (1.0 + 2e-16 * np.array([0, 1, 0, 0, 5, 0, 0, 1, 0]))
    assert not any("break" in note.en for note in predict(constant, 3).notes)


NEARLY = {
    "two levels": [54.534, 54.535] * 6,
    "one step": [54.534] * 7 + [54.535] * 5,
    "drifting": list(np.linspace(54.534, 54.535, 12)),
    "five points": [54.534, 54.535, 54.534, 54.534, 54.535],
    "eight points": [54.534, 54.535] * 4,
    "thirty points": [54.534, 54.535] * 15,
    "rounding only": [54.534, 54.534 * (1 + 3e-16), 54.534] * 4,
    "another unit": [54_534_000.0, 54_535_000.0] * 6,
}


@pytest.mark.parametrize("values", NEARLY.values(), ids=NEARLY)
@pytest.mark.parametrize("support", [None, POSITIVE, ANY, "share"], ids=str)
@pytest.mark.parametrize("method", ["default", "median"])
def test_2d04_a_nearly_constant_series_stays(values, support, method):
    """2D04: it goes nowhere and the band of the first year holds every value it has had."""
    size = values[0] / 54.534
    found = predict(values, 10, support=(0.0, 100.0 * size) if support == "share" else support, method=method)
    low, high = found.quantiles([0.1, 0.9])
    assert (low <= min(values)).all() and (high >= max(values)).all()
    assert np.abs(found.median / values[-1] - 1.0).max() < 0.003
    assert (high - low)[0] < 0.05 * values[0]


def test_2d04_the_correction_fades_with_the_steps():
    """2D04: no jump where the series becomes steady enough: the less it moves, the less it is corrected."""
    moved = []
    for step in (0.1, 0.03, 0.01, 1e-4, 0.0):
        values = 50.0 + step * np.array([0, 1, 0, 2, 1, 3, 2, 4, 3, 5, 4, 5.0])
        both = (predict(values, 5, support=POSITIVE, method=name).median[4] for name in ("default", "median"))
        moved.append(abs(next(both) - next(both)))
    assert moved == sorted(moved, reverse=True) and moved[3] < 1e-3 and moved[-1] < 1e-4


OUTSIDE = {
    "beyond what a machine holds": 1e305 * 1.5 ** np.arange(12.0),
    "infinite": [*GROWING[:-1], np.inf],
    "missing": [*GROWING[:-1], np.nan],
    "text": [*map(str, GROWING)],
    "too few": GROWING[:2],
    "too small": np.full(12, 5e-324),
    "a change of unit": [*GROWING[:-2], 107_400.0, 114_200.0],
}


@pytest.mark.filterwarnings("error")
@pytest.mark.parametrize("values", OUTSIDE.values(), ids=OUTSIDE)
@pytest.mark.parametrize("support", [None, POSITIVE, ANY], ids=str)
def test_2d05_a_panel_refuses_the_series_that_predict_refuses(values, support):
    """2D05: the reasons of predict_many are those of predict and the other series are answered."""
    one = panel(values)
    found = predict_many(pd.concat([one, panel(GROWING, name="b")]), 5, support=support, n_paths=20)
    try:
        predict(values, 5, periods=YEARS[-len(values) :], support=support)
    except RefusedError as problem:
        assert found.attrs["refused"] == {"a": (problem.vi, problem.en)} and set(found["unique_id"]) == {"b"}
    else:
        assert set(found["unique_id"]) == {"a", "b"} and not found.attrs["refused"]
    assert np.isfinite(found["value"]).all()


@pytest.mark.parametrize(
    "asked",
    [
        {"n_paths": -1},
        {"n_paths": 2.5},
        {"n_paths": True},
        {"n_paths": 10**12},
        {"seed": -1},
        {"seed": "x"},
        {"horizon": 3.0},
        {"levels": (0.5, float("nan"))},
        {"levels": ()},
        {"levels": 0.5},
        {"levels": "0.5"},
        {"levels": ("x",)},
        {"levels": None},
        {"levels": ((0.1, 0.5),)},
        {"support": (5.0, 1.0)},
        {"support": 7},
        {"table": panel(GROWING).iloc[:0]},
        {"table": pd.DataFrame()},
        {"table": {"unique_id": ["a"], "period": [2020], "value": [1.0]}},
        {"table": None},
        {"table": panel(GROWING).assign(unique_id=None)},
        {"table": pd.concat([panel(GROWING), panel(GROWING)[["value"]]], axis=1)},
    ],
    ids=str,
)
def test_2d05_a_panel_that_cannot_be_used_is_refused_in_words(asked):
    with pytest.raises(RefusedError) as problem:
        predict_many(**{"table": panel(GROWING), "horizon": 3, **asked})
    assert problem.value.vi and problem.value.en and problem.value.vi != problem.value.en


def test_2d05_ids_of_several_kinds_stay_apart():
    rows = pd.concat([panel(GROWING, name=1), panel(2.0 * GROWING, name="1")]).sample(frac=1.0, random_state=1).sort_values("period")
    found = predict_many(rows, 2, levels=[0.5])
    one, two = (found[[name is other for other in found["unique_id"]]]["value"].to_numpy() for name in (1, "1"))
    assert len(one) == 2 and two == pytest.approx(2.0 * one)


def test_positive_values_stay_positive():
    """Values that are all positive and come without a support are forecast as positive, which a note says."""
    falling = [9.0, 6.1, 4.2, 2.0, 1.1, 0.6, 0.3, 0.2, 0.1, 0.05]
    found = predict(falling, 8)
    assert np.array_equal(found.paths, predict(falling, 8, support=POSITIVE).paths) and found.paths.min() > 0.0
    assert any("giữ dương" in note.vi and "stays positive" in note.en for note in found.notes)
    assert not any("stays positive" in note.en for note in predict(falling, 8, support=POSITIVE).notes)
    assert predict(falling, 8, support=ANY).paths.min() < 0.0
    rows = predict_many(panel(falling), 8, levels=[0.5])
    assert rows["value"].to_numpy() == pytest.approx(predict(falling, 8, support=POSITIVE, n_paths=4000).median, rel=0.01)
    assert "giữ dương" in rows.attrs["notes"]["a"][0][0]


def test_values_that_touch_nought_have_the_whole_line():
    for values in ([3.0, 0.0, 2.0, 1.0, 4.0], [3.0, -1.0, 2.0, 1.0, 4.0]):
        assert np.array_equal(predict(values, 3).paths, predict(values, 3, support=ANY).paths)
    mixed = pd.concat([panel(GROWING), panel(-GROWING, name="b")])
    found = predict_many(mixed, 3)
    assert set(found["unique_id"]) == {"a", "b"} and found[found["unique_id"] == "b"]["value"].max() < 0.0


def test_a_backtest_reads_positive_values_as_predict_does():
    plain, positive = backtest(GROWING, YEARS), backtest(GROWING, YEARS, support=POSITIVE)
    pd.testing.assert_frame_equal(plain, positive)


@pytest.mark.parametrize(("n", "horizon"), [(3, 8), (3, 15), (4, 8), (5, 15)])
def test_few_points_carry_no_long_forecast(n, horizon):
    """More years ahead than years of figures carry a note that says from when it is a scenario; a usual horizon has none."""
    note = next(note for note in predict(GROWING[:n], horizon, periods=YEARS[:n]).notes if "too few to carry" in note.en)
    assert f"{n} năm số liệu" in note.vi and f"{horizon} năm" in note.vi and str(YEARS[n - 1] + 1) in note.vi
    assert "too few to carry" in predict_many(panel(GROWING[:n]), horizon).attrs["notes"]["a"][-1][1]
    assert not any("too few to carry" in note.en for note in predict(GROWING, 6).notes)
