"""Section D of the acceptance list, row by row (D01 ... D28), by the public calls; and every series of the nasty list."""

import dataclasses
import math
from datetime import date
from functools import cache

import nasty
import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from forecast import evidence, policy
from forecast.domain import Key, Observation, Period, Question, Target, Text
from forecast.errors import DomainError, EvidenceError, MissingComponentError, RefusedError
from forecast.evaluation import backtest, summarise
from forecast.headline import study_of
from forecast.models import METHODS, predict, predict_many
from forecast.models.provincial.province import draw_province
from forecast.models.series.history import read_history
from forecast.models.series.statistical import fitted_paths
from forecast.policy.outlooks import targets
from forecast.publish import words

GROWING = [60.0, 64.1, 68.8, 72.9, 78.4, 84.2, 90.0, 95.3, 98.1, 99.0, 107.4, 114.2]
POSITIVE, PERCENT, ANY = nasty.POSITIVE, nasty.PERCENT, nasty.ANY
OLD = "hung_yen_pre2025"


@cache
def store():
    return evidence.load()


def asked(item, method="default"):
    found = predict(item.values, item.horizon, periods=item.years, support=item.support, method=method, n_paths=500)
    return found.quantiles(nasty.LEVELS)


def refused(values, horizon=3, **more):
    with pytest.raises(RefusedError) as problem:
        predict(values, horizon, **{"support": POSITIVE, **more})
    assert problem.value.vi and problem.value.en and problem.value.vi != problem.value.en
    return problem.value


@pytest.mark.parametrize("item", nasty.SERIES, ids=lambda item: item.name)
def test_nasty_series_forecast_or_refused(item):
    """Every nasty series is forecast soundly or refused with the cause."""
    if item.asked == "refusal":
        with pytest.raises(RefusedError) as problem:
            asked(item)
        assert problem.value.vi and problem.value.en
    elif item.asked == "forecast":
        assert nasty.sound(asked(item), item.support)
    assert nasty.survived(item, lambda *_: asked(item))


def needed(method):
    return {"ets": 6, "theta": 5, "local_linear_trend": 6, "arima": 8, "prophet": 6}.get(method, 3)


@pytest.mark.parametrize("method", [pytest.param(name, marks=pytest.mark.slow) if name == "prophet" else name for name in METHODS])
def test_every_method_survives_nasty_series(method):
    """Every method survives every nasty series long enough for it."""
    failed = [
        item.name
        for item in nasty.SERIES
        if not nasty.survived(item, lambda *_, item=item: asked(item, method))
        and not (item.asked == "forecast" and len(item.values) < needed(method))
    ]
    assert failed == []


def test_d01_one_point_is_refused_with_the_number_needed():
    assert "at least 3 years" in refused([100.0]).en


def test_d02_two_points_are_refused():
    assert "Chỉ có 2 điểm" in refused([100.0, 107.0]).vi


def test_d04_a_constant_stays_and_keeps_a_band():
    low, middle, high = predict([7.0] * 12, 6, support=POSITIVE).quantiles([0.025, 0.5, 0.975])
    assert middle == pytest.approx(np.full(6, 7.0), abs=0.02) and (high - low > 0.05).all()
    assert (np.diff(high - low) > 0).all()


@pytest.mark.parametrize("place", [0, 5, 11])
def test_d05_a_missing_value_is_refused_with_its_year(place):
    values = [*GROWING[:place], None, *GROWING[place + 1 :]]
    assert str(2013 + place) in refused(values, periods=range(2013, 2025)).vi


def test_d07_all_values_missing_is_refused():
    assert "Missing or infinite" in refused([math.nan] * 8).en


def test_d08_d09_share_stays_in_its_limits():
    """D08 and D09: a share near its limits stays between them in mean and bounds."""
    for item in nasty.SERIES:
        if item.name.startswith(("D08", "D09", "share")):
            paths = predict(item.values, item.horizon, support=PERCENT, periods=item.years).paths
            assert paths.min() >= 0.0 and paths.max() <= 100.0 and 0.0 <= paths.mean() <= 100.0


def test_d10_a_duplicate_year_is_refused_and_named():
    assert "2018" in refused(GROWING[:4], periods=[2017, 2018, 2018, 2019]).vi


def test_d11_gap_years_are_refused_and_named():
    assert "2018, 2019" in refused(GROWING[:4], periods=[2016, 2017, 2020, 2021]).vi
    assert "2016, 2017, 2018, 2019, 2020…" in refused(GROWING[:3], periods=[2015, 2999, 3000]).vi


@pytest.mark.parametrize("factor", [1000.0, 1e6, 1e-3])
def test_d12_unit_jump_is_refused(factor):
    """D12: a unit jump in the last three years is refused and its year named."""
    values = np.array(GROWING)
    values[-3:] *= factor
    assert "From 2021 to 2022" in refused(values, periods=range(2013, 2025)).en


def test_d13_explosive_series_is_damped():
    """D13: an explosive series is damped and the spread of the methods is said."""
    found = predict(2.0 ** np.arange(8), 8, periods=range(2017, 2025), support=POSITIVE)
    assert found.median[-1] < 128.0 * 2.0**8 / 4.0  # far below going on doubling
    note = next(note for note in found.notes if "differ widely" in note.en)
    assert "2032" in note.vi and "128" in note.vi


def test_d14_a_year_that_has_not_come_is_refused_and_named():
    problem = refused(GROWING, periods=range(2024, 2036))
    assert "2035" in problem.vi and "has not come" in problem.en
    table = pd.DataFrame({"unique_id": "a", "period": range(2024, 2036), "value": GROWING})
    assert "a" in predict_many(table, 3, support=POSITIVE).attrs["refused"]


def test_d14_coming_year_is_an_error(tmp_path):
    """D14: in the evidence an observation of a coming year is an error."""
    import csv
    import shutil

    folder = tmp_path / "data"
    shutil.copytree(store().folder, folder)
    tail = ["official", "exact", "", "hy_programme_summary_2023", "test row", "entered by a test"]
    row = ["digital_economy_share", "mic", OLD, "2035", "level", "20.0", "", "percent", "2024-01-31", *tail]
    with (folder / "observations.csv").open("a", encoding="utf-8", newline="") as file:
        csv.writer(file, lineterminator="\n").writerow(row)
    with pytest.raises(EvidenceError, match="2035"):
        evidence.load(folder)


@pytest.mark.parametrize("bad", ["12,8", "n/a", "13.5", True, b"1", [1.0], date(2024, 1, 1)])
def test_d18_text_truth_values_and_other_things_are_no_figures(bad):
    refused([12.1, 12.5, bad, 13.0])


def test_d19_break_is_named():
    """D19: a break is named and methods can be judged with and without the years before it."""
    values, years = [*GROWING[:6], *(0.5 * np.array(GROWING[6:]))], range(2013, 2025)
    assert any("2019" in note.vi and "gãy" in note.vi for note in predict(values, 3, periods=years, support=POSITIVE).notes)
    whole = backtest(values, years, support=POSITIVE, min_train=4)
    after = backtest(values[6:], years[6:], support=POSITIVE, min_train=4)
    assert summarise(whole)["origins"].iloc[0] > summarise(after)["origins"].iloc[0] > 0


def test_d19_a_break_in_the_national_series_reaches_the_reader():
    note = Text("có thể chuỗi bị gãy", "a possible break")
    found = policy.outlook(store(), "digital_economy_share", territory=OLD, measure="mic", horizon_year=2030, seed=1, n_paths=200)
    draws = dataclasses.replace(found.draws, nation=dataclasses.replace(found.nation, notes=(note,)))
    assert policy.summary(dataclasses.replace(found, draws=draws), store())["notes"] == [{"vi": note.vi, "en": note.en}]
    assert found.nation.notes and "differ widely" in found.nation.notes[0].en


def test_d20_missing_driver_is_named():
    """D20: a missing driver of the province is an error that names it."""
    without = dataclasses.replace(
        store(), observations=tuple(item for item in store().observations if item.key.territory != "thai_binh_pre2025")
    )
    with pytest.raises(MissingComponentError, match="thai_binh_pre2025"):
        question = Question("hung_yen_2025", "moit", without.last_vintage, 2030, "default", 1, 50)
        draw_province(without, study_of(without, "ecommerce_revenue"), question)


def test_d20_no_outside_regressor_is_taken_silently():
    with pytest.raises(TypeError):
        predict(GROWING, 3, regressors=[1.0, 2.0])


def test_d22_failed_fit_names_the_fallback():
    """D22: a fit that did not converge leaves a note and one that fails names the fallback."""
    import warnings

    def doubtful(x, horizon, rng, n_paths):
        warnings.warn("Maximum Likelihood optimization failed to converge", UserWarning, stacklevel=1)
        return rng.standard_normal((n_paths, horizon))

    def fails(x, horizon, rng, n_paths):
        raise np.linalg.LinAlgError("Singular matrix")

    history = read_history(GROWING, None, POSITIVE)
    assert "cảnh báo" in fitted_paths("ets", doubtful, history, 3, 0, 50)[1][0].vi
    with pytest.raises(RefusedError, match="dùng phương pháp mặc định"):
        fitted_paths("ets", fails, history, 3, 0, 50)


@pytest.mark.slow
def test_d23_prophet_bounds_follow_the_seed():
    """D23: the same seed gives the same prophet bounds and is recorded."""
    one, two = (predict(GROWING, 4, support=POSITIVE, method="prophet", seed=5, n_paths=200) for _ in range(2))
    assert np.array_equal(one.quantiles([0.025, 0.975]), two.quantiles([0.025, 0.975])) and one.seed == 5


def assessed(kind, value, levels, years, first, last):
    target = Target("t", "x", OLD, kind, "at_least", value, "percent", first, last, "d", Text("t", "t"), "s", "p")
    return targets.assess(
        target, levels, years, known_to=2024, as_of=date(2025, 6, 30), applies="own", published=()
    )


def test_d24_chance_with_a_range_no_bare_yes():
    """D24: a target already met or out of reach gets a chance with a range never a bare yes or no."""
    years = (2022, 2023, 2024, 2025, 2026)
    levels = np.array([100.0, 108, 116, 120, 130]) + np.linspace(-8, 8, 200)[:, None] * np.array([0, 0, 0, 1, 1.5])
    met, never = (assessed("level", value, levels, years, 2026, 2026) for value in (90.0, 500.0))
    assert met.probability == 1.0 and met.arrival == (2022, 2022, 2022) and met.required < 0
    assert never.probability == 0.0 and never.arrival == (None, None, None) and never.required > 0
    assert words.chance(met.probability).vi == "trên 95 %" and words.chance(never.probability).vi == "dưới 5 %"
    half = assessed("level", 130.0, levels, years, 2026, 2026)
    assert half.probability == pytest.approx(0.5) and half.arrival[0] == 2026


def test_d25_every_year_is_harder_than_average():
    """D25: an average target and one for every year are two events and every year is the harder."""
    found = predict(GROWING, 3, periods=range(2013, 2025), support=POSITIVE, seed=2)
    levels = np.hstack([np.full((2000, 1), GROWING[-1]), found.paths])
    years = (2024, 2025, 2026, 2027)
    average, each = (
        assessed(kind, 5.0, levels, years, 2025, 2027).probability for kind in ("growth_average", "growth_each_year")
    )
    assert 0.0 < each < average < 1.0


def planted(vintage, **changes):
    key = {"nation": Key("digital_economy_share", "nso", "viet_nam"), "province": Key("digital_economy_share", "nso", OLD)}
    base = {"unit": "percent", "status": "official", "bound": "exact", "source": "hy_programme_summary_2023", "locator": "t"}
    figures = (
        Observation(key["nation"], Period(2026, 2026), "level", 60.0, vintage=vintage, **base),
        Observation(key["nation"], Period(2023, 2023), "level", 45.0, vintage=vintage, **base),
        Observation(key["province"], Period(2025, 2025), "level", 75.0, vintage=vintage, **base),
    )
    return dataclasses.replace(store(), observations=(*store().observations, *figures))


def test_d26_planted_signal_changes_nothing():
    """D26: a signal planted in the future changes nothing from evidence to the province."""
    def said(one, where):
        named = {"territory": where, "measure": "nso", "horizon_year": 2028, "as_of": "2025-06-30"}
        return policy.outlook(one, "digital_economy_share", **named, seed=1, n_paths=200)

    for where in ("viet_nam", OLD, "hung_yen_2025"):
        plain, leaky = said(store(), where), said(planted(date(2026, 6, 30)), where)
        assert np.array_equal(plain.levels, leaky.levels)
        assert [item.probability for item in plain.assessments] == [item.probability for item in leaky.assessments]
    in_time = said(planted(date(2025, 6, 1)), OLD)  # the same figures, known in time, do change it
    assert in_time.levels[0, -1] != pytest.approx(said(store(), OLD).levels[0, -1])


def test_d27_a_method_worse_than_naive_is_said_to_be_so():
    row = {"origins": 9, "mase": 1.4, "coverage80": 0.8, "wis": 1.3}
    assert "kém hơn" in words.skill_text(row).vi and "worse" in words.skill_text(row).en
    assert "tốt hơn" in words.skill_text({**row, "wis": 0.6}).vi


def test_d28_coverage_is_measured():
    """D28: coverage of the bands is measured and a band far too wide is said to be so."""
    row = {"origins": 9, "mase": 0.4, "coverage80": 1.0, "wis": 0.5}
    assert "100 %" in words.skill_text(row).vi and "rộng hơn mức cần" in words.skill_text(row).vi
    assert "rộng hơn" not in words.skill_text({**row, "coverage80": 0.82}).vi
    summary = summarise(backtest(GROWING, range(2013, 2025), support=POSITIVE))
    assert {"coverage80", "coverage95"} <= set(summary) and summary["coverage95"].between(0, 1).all()


@pytest.mark.parametrize(
    "values",
    [
        tuple(GROWING),
        iter(GROWING),
        np.array(GROWING, dtype=np.float32),
        np.array([60, 64, 69, 73, 78, 84]),
        [np.int64(60), np.float64(64.5), 70],
        pd.Series(GROWING),
        pd.Series(GROWING, dtype="Float64"),
        pd.Index(GROWING),
    ],
    ids=["tuple", "iterator", "float32", "integers", "numpy scalars", "Series", "nullable Series", "Index"],
)
def test_every_kind_of_sequence_of_numbers_is_read(values):
    assert np.isfinite(predict(values, np.int64(3), support=POSITIVE, n_paths=100).paths).all()


def test_indexed_series_brings_its_years():
    """A series indexed by years brings its years along and is refused when they are out of order."""
    by_year = pd.Series(GROWING, index=range(2013, 2025))
    assert predict(by_year, 2, support=POSITIVE).periods == (2025, 2026)
    assert predict(by_year.set_axis(pd.period_range("2013", "2024", freq="Y")), 2, support=POSITIVE).periods == (2025, 2026)
    assert "ascending" in refused(by_year.iloc[::-1]).en
    assert "Thiếu số liệu các năm 2018" in refused(by_year.drop(2018)).vi


@pytest.mark.parametrize(
    ("more", "said"),
    [
        ({"horizon": None}, "horizon"),
        ({"horizon": "3"}, "horizon"),
        ({"horizon": np.float64(3.0)}, "horizon"),
        ({"seed": -1}, "seed"),
        ({"seed": 1.5}, "seed"),
        ({"n_paths": 0}, "path"),
        ({"n_paths": "many"}, "path"),
        ({"support": (10.0, 0.0)}, "support"),
        ({"support": (0.0, math.nan)}, "support"),
        ({"support": 5}, "support"),
        ({"support": ("a", "b")}, "support"),
        ({"periods": ["2020"] * 12}, "whole numbers"),
        ({"periods": [2020.5] * 12}, "whole numbers"),
        ({"periods": 2020}, "yearly numbers"),
    ],
)
def test_a_request_that_makes_no_sense_is_refused_in_words(more, said):
    with pytest.raises(RefusedError) as problem:
        predict(GROWING, **{"horizon": 3, "support": POSITIVE, **more})
    assert said in problem.value.en


@pytest.mark.parametrize("values", [5.0, "60,64,70", None, [[1.0, 2.0], [3.0, 4.0]], []])
def test_what_is_no_series_is_refused(values):
    refused(values)


def test_zero_is_on_the_bound():
    """A zero of a positive quantity is named as being on the bound."""
    assert "đúng bằng cận 0: 3: 0" in refused([2.0, 1.0, 0.0, 1.0]).vi


def test_a_full_share_moved_inside_keeps_the_order_of_the_years():
    history = read_history([97.0, 99.95, 99.97, 100.0], None, PERCENT)
    assert (np.diff(history.z) > 0).all() and history.values[-1] < 100.0


def test_logit_far_end_is_exact():
    """The far end of the logit is drawn in and comes back exactly."""
    history = read_history([50.0, 90.0, 99.0, 99.9, 99.99, 99.999], None, PERCENT)
    z = np.array([-60.0, -3.0, 0.0, 4.0, 12.0, 30.0, 60.0])
    back = history.transform.inverse(z)
    assert (np.diff(back) > 0).all() and back[0] > 0.0 and back[-1] < 100.0
    assert history.transform.forward(back)[1:] == pytest.approx(z[1:], rel=1e-3)
    assert history.transform.inverse(np.array([2.0]))[0] == pytest.approx(100.0 / (1.0 + np.exp(-2.0)))


sane = st.floats(1e-6, 1e9)
wild = st.floats(1e-300, 1e300, allow_nan=False)
lengths = {"min_size": 3, "max_size": 60}


def check(values, horizon, support):
    try:
        found = predict(values, horizon, support=support, n_paths=200)
    except RefusedError as problem:
        assert problem.vi and problem.en
        return
    assert nasty.sound(np.vstack([found.quantiles(nasty.LEVELS)]), (support[0], support[1])) or np.abs(found.median).max() > 1e200
    quantiles = found.quantiles([0.01, 0.1, 0.5, 0.9, 0.99])
    assert np.isfinite(quantiles).all() and (np.diff(quantiles, axis=0) >= 0).all()


@settings(max_examples=150, deadline=None)
@given(st.lists(sane, **lengths), st.integers(1, 15), st.integers(0, 3))
def test_positive_series_ordered_quantiles(values, horizon, place):
    """Any positive series gives ordered quantiles inside the support or a refusal."""
    check(values, horizon, [POSITIVE, ANY, (0.0, 2e9), (None, 2e9)][place])


@settings(max_examples=100, deadline=None)
@given(st.lists(wild, **lengths), st.integers(1, 15))
def test_the_wildest_positive_series_too(values, horizon):
    check(values, horizon, POSITIVE)


@settings(max_examples=100, deadline=None)
@given(st.lists(st.floats(0.0, 100.0), **lengths), st.integers(1, 15))
def test_any_share_stays_between_its_limits_or_is_refused(values, horizon):
    check(values, horizon, PERCENT)


@settings(max_examples=60, deadline=None)
@given(st.lists(st.one_of(st.none(), st.booleans(), st.text(max_size=3), st.floats(), st.integers(-5, 10**6)), max_size=8))
def test_whatever_is_given_the_only_exception_is_a_refusal(values):
    try:
        assert np.isfinite(predict(values, 3, n_paths=50).paths).all()
    except (RefusedError, DomainError) as problem:
        assert problem.vi and problem.en


def test_nasty_list_fails_careless_methods():
    """The list of nasty series itself can fail a careless method."""
    def careless(values, years, support, horizon):
        numbers = np.array([float(v) for v in values])
        return numbers[-1] + np.outer([-2.0, -1, 0, 1, 2], np.sqrt(np.arange(1, horizon + 1))) * np.nanstd(np.diff(numbers))

    assert nasty.count(careless) < 0.6 * len(nasty.SERIES)
