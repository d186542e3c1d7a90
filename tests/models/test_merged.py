"""A merged province's own figures, beside those of its components."""

import dataclasses

import numpy as np
import pytest

from forecast import evidence, policy
from forecast.domain import Key, Observation, Period
from forecast.headline import study_of

MERGED = "hung_yen_2025"


@pytest.mark.parametrize("indicator, measure, unit, values", [
    ("digital_economy_share", "nso", "percent", {2023: 9.1, 2024: 9.8, 2025: 10.6}),
    ("ecommerce_revenue", "moit", "vnd_bn", {2024: 5600.0, 2025: 7000.0}),
])  # fmt: skip
def test_a_merged_provinces_own_levels_are_heard(indicator, measure, unit, values):
    """What the merged province publishes itself moves its answer to those levels and narrows the band, as the list of helpful figures says."""
    store = evidence.load()
    key = Key(indicator, study_of(store, indicator).own_measure(measure), MERGED)
    made = tuple(
        Observation(key, Period(year, year), "level", value, unit, store.last_vintage, "official", "exact", "vir_qd489_2024", "t")
        for year, value in values.items()
    )
    heard = dataclasses.replace(store, observations=store.observations + made)
    asked = {"territory": MERGED, "measure": measure, "horizon_year": 2030, "seed": 1, "n_paths": 800}
    before, after = (policy.outlook(figures, indicator, **asked) for figures in (store, heard))
    year = max(values)
    middles = [float(np.median(answer.levels[:, answer.years.index(year)])) for answer in (before, after)]
    assert abs(middles[1] / values[year] - 1.0) < 0.02 and abs(middles[0] / values[year] - 1.0) > abs(middles[1] / values[year] - 1.0)
    widths = [np.diff(np.quantile(np.log(answer.levels[:, answer.years.index(2030)]), (0.1, 0.9)))[0] for answer in (before, after)]
    assert widths[1] < 0.9 * widths[0]
