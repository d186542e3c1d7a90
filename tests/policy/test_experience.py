"""What has happened before, and the colour of a push."""

import json

import numpy as np
import pytest
from scenario_base import base, store

from forecast import policy
from forecast.policy.levers.histories import LeverHistory
from forecast.policy.scenarios.experience import baseline_part, colour, happened, history

TEN = LeverHistory(tuple(range(2011, 2021)), np.arange(1.0, 11.0), ())  # 1 in 2011 ... 10 in 2020
FIVE = LeverHistory(tuple(range(2016, 2021)), np.array([3.0, 1.0, 2.0, 5.0, 4.0]), ())


@pytest.mark.parametrize(
    ("push", "said"), [(0.0, "green"), (4.4, "green"), (4.6, "amber"), (5.1, "red"), (-3.4, "green"), (-3.7, "amber"), (-4.1, "red")]
)
def test_amber_and_red_by_the_history(push, said):
    """A push is amber beyond 5 to 95 percent and red beyond the extremes."""
    assert colour(push, 5.0, TEN) == said  # band 1.45 .. 9.55


def test_fewer_than_eight_years_know_no_band_only_extremes():
    assert FIVE.band is None and FIVE.high == (2019, 5.0) and FIVE.low == (2017, 1.0)
    assert colour(1.9, 3.0, FIVE) == "green" and colour(2.1, 3.0, FIVE) == "red"


def test_push_towards_the_record_is_green():
    """A push back towards the record is within experience even where the baseline is not."""
    assert colour(2.0, -5.0, TEN) == "green" and colour(-1.0, -5.0, TEN) == "red" and colour(0.0, -5.0, TEN) == "green"


def test_no_history_has_no_colour():
    assert colour(1.0, 5.0, None) == "none"
    assert happened(base(), store().scenario_levers["sellers"], 5.0)["colour"] == "none"


def test_tfp_record_names_its_extreme():
    """The record of tfp is its share times growth with the year of the extreme."""
    found = history(base(), store().scenario_levers["tfp"])
    assert found.years == (2016, 2017, 2018, 2019, 2020)
    np.testing.assert_allclose(found.values[0], 44.87 * 6.69 / 100)
    assert found.high[0] == 2019 and found.low[0] == 2020


def test_solution_names_the_extreme_year():
    """A solution beyond the record names the extreme and its year."""
    said = happened(base(), store().scenario_levers["tfp"], 2.0)
    assert said["colour"] == "red" and said["extreme_year"] == 2019 and said["last"] is None
    lever = store().scenario_levers["tfp"]
    room = history(base(), lever).high[1] - baseline_part(base(), lever)
    assert room < 0  # the baseline itself grows faster than any year on record
    within = happened(base(), lever, room - 0.01)
    assert within["colour"] == "green" and within["last"] == 2020


def test_definition_year_is_no_growth_year():
    """The year the count of the employed changed is no year of growth."""
    assert 2021 not in history(base(), store().scenario_levers["employment"]).years


def test_a_record_by_another_measure_is_no_record():
    assert history(base(), store().scenario_levers["core_growth"]) is not None
    assert history(base(measure="mic"), store().scenario_levers["core_growth"]) is None


def test_what_was_not_known_yet_is_in_no_history():
    early = policy.baseline(store(), "hung_yen_pre2025", as_of="2021-06-30", n_paths=100)
    assert history(early, store().scenario_levers["tfp"]) is None and "digital_economy_share" in early.refused


def test_the_catalogue_is_plain_json_with_every_lever():
    rows = json.loads(json.dumps(policy.catalogue(base()), allow_nan=False))
    assert [row["id"] for row in rows] == list(store().scenario_levers)
    assert all(row["low"] <= 0 <= row["high"] and row["rating"] and row["source"] for row in rows)
