"""Value of information, sensitivity, PIT and reliability: hand-computed or on the real figures."""

import dataclasses

import numpy as np
import pandas as pd
import pytest

from forecast import evaluation, evidence, headline, policy
from forecast.evaluation import scores
from forecast.policy.outlooks.information import information_table
from forecast.policy.outlooks.sensitivity import sensitivity_table


@pytest.fixture(scope="module")
def store():
    return evidence.load()


@pytest.fixture(scope="module")
def answer(store):
    named = {"territory": "hung_yen_2025", "measure": "mic", "horizon_year": 2030}
    return policy.outlook(store, "digital_economy_share", **named, seed=3, n_paths=500)


def test_reliability_counts_and_averages_each_bin():
    rows = scores.reliability([0.1, 0.15, 0.9, 1.0], [0, 1, 1, 1], bins=5)
    assert [row["count"] for row in rows] == [2, 2]
    assert rows[0]["given"] == pytest.approx(0.125) and rows[0]["happened"] == 0.5
    assert rows[1]["given"] == pytest.approx(0.95) and rows[1]["happened"] == 1.0
    gap = sum(row["count"] * abs(row["given"] - row["happened"]) for row in rows) / 4
    assert gap == pytest.approx(scores.calibration_error([0.1, 0.15, 0.9, 1.0], [0, 1, 1, 1], bins=5))


def test_pit_is_the_share_of_draws_below_with_ties_by_half():
    assert scores.pit(2.0, [1.0, 2.0, 3.0, 4.0]) == pytest.approx(0.375)
    assert scores.pit_of_quantiles(15.0, [0.1, 0.5, 0.9], [10.0, 20.0, 30.0]) == pytest.approx(0.3)
    assert scores.pit_of_quantiles(5.0, [0.1, 0.5, 0.9], [10.0, 20.0, 30.0]) == pytest.approx(0.05)
    assert scores.pit_of_quantiles(31.0, [0.1, 0.5, 0.9], [10.0, 20.0, 30.0]) == pytest.approx(0.95)


def test_pit_of_exact_forecasts_lies_evenly():
    draws = np.random.default_rng(1).normal(size=(2000, 400))
    seen = np.random.default_rng(2).normal(size=400)
    assert np.histogram(scores.pit(seen, draws), bins=4)[0] == pytest.approx(np.full(4, 100), abs=25)


def test_merged_share_helps_and_stays_centred(answer, store):
    """The merged digital share of the last year helps and its middle stays."""
    table = information_table(answer, store)
    best = table.iloc[0]
    assert best["candidate"].startswith("digital_share_hung_yen_2025") and best["narrowing_percent"] > 4
    assert (table["band_with"] > 0).all() and (table["source"] != "").all()


def test_sensitivity_moves_the_chance(answer, store):
    """The sensitivity moves the chance and an unused assumption does not."""
    market = policy.outlook(store, "ecommerce_revenue", territory="hung_yen_2025", measure="moit", horizon_year=2030, seed=3, n_paths=500)
    swings = sensitivity_table(market, store)["swing"]
    assert swings.iloc[0] == swings.max() > 0.05
    table = sensitivity_table(answer, store).set_index("id")  # of the share the ministry's counts decide, and no assumption much
    assert 0.01 < table["swing"].iloc[0] == table["swing"].max()
    assert table.loc["digital_measure_se", "swing"] == 0  # carries ranks to the other measure only
    mean = table.loc["digital_gap_initial_mean"]
    assert mean["rule"] == "one_sd" and mean["probability_low"] < mean["probability"] < mean["probability_high"]


def test_every_assumption_belongs_to_an_indicator(store):
    """What is assumed is listed where it is used: each id begins as one of the headline indicators', or is common to all."""
    begin = ("status_se", "rounding", *(name for study in headline.studies(store).values() for name in study.assumptions))
    assert not [name for name in store.assumptions if not name.startswith(begin)]


def test_merged_weight_is_varied(answer, store):
    """The weight of a merged territory is varied and a flow has none."""
    from forecast.headline import study_of
    from forecast.models.provincial.province import draw_province
    from forecast.models.provincial.weights import weight_record

    table = sensitivity_table(answer, store).set_index("id")
    row = table.loc["weight_hung_yen_pre2025"]
    record = weight_record(store, answer.study, "hung_yen_2025", answer.as_of)
    assert row["value"] == pytest.approx(record[max(record)], abs=1e-6) == answer.draws.weights[0][1]
    assert row["high_value"] - row["value"] == pytest.approx(row["value"] - row["low_value"], abs=2e-6) and row["high_value"] > row["value"] + 0.049
    assert weight_record(store, study_of(store, "ecommerce_revenue"), "hung_yen_2025", None) == {}
    asked = (store, answer.study, dataclasses.replace(answer.question, seed=3, n_paths=50))
    plain, moved = draw_province(*asked), draw_province(*asked, weight_shift=0.1)
    (_, first), (_, second) = plain.parts
    assert moved.levels - plain.levels == pytest.approx(0.1 * (first - second))


def test_pit_quarters_are_judged_from_eight_origins_on():
    row = {"indicator": "x", "measure": "nso", "method": "default", "horizon": 1, "source": "s", "observed": 0.1}
    quantiles = dict(zip(("q025", "q10", "q25", "median", "q75", "q90", "q975"), range(-3, 4), strict=True))
    origins = pd.DataFrame([{**row, **quantiles, "origin": year} for year in range(2010, 2018)])
    quarters = evaluation.pit_table(origins).iloc[0]
    assert quarters["judged"] and quarters["to75"] == 1.0
    assert not evaluation.pit_table(origins.head(7)).iloc[0]["judged"]


def test_other_assumption_keeps_the_figures(store):
    """Evidence under another assumption keeps its figures and leaves the first alone."""
    before = float(store.assumptions["productivity_drift_sd"]["value"])
    other = store.assuming({"productivity_drift_sd": 2 * before})
    assert float(other.assumptions["productivity_drift_sd"]["value"]) == 2 * before
    assert float(store.assumptions["productivity_drift_sd"]["value"]) == before
    assert other.corrected == store.corrected and other.last_vintage == store.last_vintage
