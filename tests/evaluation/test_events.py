"""Events along paths by hand, the scores that judge them, and the real-time backtest over vintages."""

import dataclasses
from datetime import date
from functools import cache

import numpy as np
import path_functionals
import pytest
import scoringrules

from forecast import evaluation, evidence
from forecast.domain import Key, Observation, Period
from forecast.evaluation import events, scores, vintages
from forecast.headline import ECOMMERCE, PRODUCTIVITY, study_of
from forecast.models import predict

PATHS = np.array([[110.0, 121.0, 133.1], [100.0, 90.0, 130.0], [95.0, 96.0, 97.0]])  # from 100
START = 100.0


@cache
def store():
    return evidence.load()


def test_growth_averages_and_minima_along_a_path_by_hand():
    assert events.yearly_growth(PATHS, START)[0] == pytest.approx([np.log(1.1)] * 3)
    assert events.average_growth(PATHS, START)[:2] == pytest.approx([np.log(1.1), np.log(1.3) / 3])
    assert path_functionals.cumulative_growth(PATHS, START)[1] == pytest.approx(np.log(1.3))
    assert events.lowest_growth(PATHS, START)[1:] == pytest.approx([np.log(0.9), np.log(0.95)])
    assert path_functionals.average_level(PATHS, START)[1] == pytest.approx(320.0 / 300.0)
    assert path_functionals.lowest_level(PATHS, START) == pytest.approx([1.1, 0.9, 0.95])


def test_the_year_of_first_passage_and_what_never_arrives():
    assert events.first_passage(PATHS, 121.0).tolist() == [2, 3, 4]  # 4: not within the three years
    assert events.first_passage(PATHS, 95.0).tolist() == [1, 1, 1]
    assert path_functionals.arrival_probabilities(PATHS, 121.0) == pytest.approx([0.0, 1 / 3, 1 / 3, 1 / 3])


def test_each_event_by_hand():
    happens = {
        ("average_growth", np.log(1.09)): [True, True, False],
        ("growth_every_year", np.log(0.92)): [True, False, True],
        ("reached", 125.0): [True, True, False],
        ("never_below", 95.0): [True, False, True],
    }
    for (event, limit), expected in happens.items():
        assert events.EVENTS[event](PATHS, START, limit).tolist() == expected


def test_every_year_never_likelier_than_average():
    """At least g in every year is never likelier than on average."""
    found = predict(np.array([60.0, 64, 69, 73, 78, 84, 90, 95, 98, 99, 107, 114]), 5, support=(0.0, None), seed=1)
    for limit in (0.0, 0.03, 0.06):
        each, average = (events.EVENTS[name](found.paths, 114.0, limit).mean() for name in ("growth_every_year", "average_growth"))
        assert each <= average


def test_pairs_hold_the_limit_the_chance_and_what_happened():
    training = np.array([100.0, 110.0, 100.0 * 1.1**2, 100.0 * 1.1**3])  # grows by 10 % every year
    paths = training[-1] * np.array([[1.2, 1.4], [1.05, 1.1], [1.0, 1.3], [1.15, 1.16]])
    pairs = list(events.event_pairs("average_growth", training, paths, training[-1] * np.array([1.1, 1.25])))
    assert [limit for limit, _, _ in pairs] == pytest.approx([np.log(1.1)] * 5)
    assert [(given, came) for _, given, came in pairs] == [(0.5, True)] * 5
    up = events.limits_of("reached", training) / training[-1]
    assert np.log(up) == pytest.approx(np.array([0.5, 1, 2, 3]) * np.log(1.1))
    assert events.limits_of("never_below", training)[-1] == pytest.approx(training[-1] / 1.1)


def test_the_place_of_what_came_among_the_paths():
    assert path_functionals.functional_pit("cumulative_growth", START, PATHS, [100.0, 100.0, 120.0]) == pytest.approx(1 / 3)


def test_the_ranked_probability_score_by_hand():
    # cumulated .2 .7 against 0 1 (the second class came): .04 + .09
    assert scores.rps([0.2, 0.5, 0.3], 1) == pytest.approx(0.13)
    assert scores.rps([0.0, 1.0, 0.0], 1) == 0.0 and scores.rps([1.0, 0.0, 0.0], 2) == 2.0
    assert scores.rps([0.7, 0.3], 0) == pytest.approx(scores.brier([0.7], [1]))  # two classes: the Brier score
    assert scores.rps([0.2, 0.5, 0.3], 1) == pytest.approx(float(scoringrules.rps_score(2, np.array([0.2, 0.5, 0.3]))))


def test_chances_are_shown_from_enough_origins():
    """Chances of the national series are tried at every origin and shown only from eight."""
    trials = evaluation.event_trials(store(), seed=1, n_paths=200)
    assert set(trials["event"]) == set(events.EVENTS) and trials["given"].between(0, 1).all()
    table = evaluation.reliability_table(trials)
    assert table["judged"].all() and (table.groupby("event")["count"].sum() == trials.groupby("event").size()).all()
    few = evaluation.reliability_table(trials[trials["origin"] < 2019])
    assert not few["judged"].any()


def test_origin_is_the_first_day_of_its_figure():
    """Each origin year is forecast on the first day its figure was known."""
    study = study_of(store(), ECOMMERCE)
    days = [(day, history.series.years[-1]) for day, history in vintages.first_days(store(), study, "moit", store().last_vintage)]
    assert [year for _, year in days] == sorted({year for _, year in days})
    rows = vintages.vintage_backtest(store(), study, "moit", store().last_vintage, seed=1, n_paths=100)
    assert set(rows["as_of"]) <= {day.isoformat() for day, _ in days}
    key = Key(study.national, "moit", "viet_nam")
    for row in rows[(rows["method"] == "naive") & (rows["horizon"] > 0)].to_dict("records"):
        figure = store().series(key).at(int(row["period"]))
        assert figure.value == pytest.approx(row["observed"])
        assert store().series(key, as_of=date.fromisoformat(row["as_of"])).at(int(row["period"])) is None


def test_productivity_compared_on_its_own_day():
    """Productivity is compared on the level of the forecasts own day."""
    study = study_of(store(), PRODUCTIVITY)
    rows = vintages.vintage_backtest(store(), study, "nso", store().last_vintage, seed=1, n_paths=100)
    first = rows[(rows["method"] == "naive") & (rows["horizon"] == 1)].iloc[0]
    growth = store().series(Key(study.growth, "nso", "viet_nam"), kind="growth").at(int(first["period"])).value
    known = next(history.values for _, history in vintages.first_days(store(), study, "nso", store().last_vintage))
    assert first["observed"] == pytest.approx(known[-1] * (1 + growth / 100))


def planted(vintage):
    """The kit's figures and, known from `vintage` on, an absurd national market for every year to 2025."""
    figures = tuple(
        Observation(
            Key("ecommerce_b2c_usd", "moit", "viet_nam"), Period(year, year), "level", 5.0 * year - 10_000.0, "usd_bn", vintage,
            "official", "exact", "white_book_2022_vietnamnet", "t",
        )
        for year in range(2017, 2026)
    )  # fmt: skip
    return dataclasses.replace(store(), observations=(*store().observations, *figures))


FORECAST = ["as_of", "method", "origin", "horizon", "q025", "q10", "q25", "median", "q75", "q90", "q975", "scale"]


def test_planted_signal_over_vintages():
    """A planted future signal changes no forecast over vintages only what it is compared with."""
    study, last = study_of(store(), ECOMMERCE), date(2026, 6, 30)
    plain = vintages.vintage_backtest(store(), study, "moit", last, seed=1, n_paths=100)
    leaky = vintages.vintage_backtest(planted(date(2026, 6, 1)), study, "moit", last, seed=1, n_paths=100)
    key = ["as_of", "method", "origin", "horizon"]
    both = plain.merge(leaky, on=key, suffixes=("", "_leaky"))
    both = both[both["horizon"] > 0]
    assert len(both) == len(plain[plain["horizon"] > 0]) > 50
    for name in FORECAST[4:]:
        assert np.array_equal(both[name], both[f"{name}_leaky"]), name
    assert not np.allclose(both["observed"], both["observed_leaky"])
