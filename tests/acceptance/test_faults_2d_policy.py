"""The second part of the acceptance list, section D: scenarios, solutions and questions (2D06, 2D07, 2D08)."""

from datetime import date

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scenario_base import NEW, OLD, base, pushing, store

from forecast import policy
from forecast.domain import Push, Scenario, Text
from forecast.errors import EvidenceError, ForecastError, RefusedError
from forecast.headline import DIGITAL
from forecast.policy.levers import identities
from forecast.policy.levers.identities import SECTORS, Split
from forecast.policy.scenarios import codes
from forecast.policy.scenarios.baselines import simulate
from forecast.runs.scenarios import saved

SHARE = "hy2025_digital_economy_share_congress_ubnd_2025_2030"
MARKET = "vn_ecommerce_growth_qd1568_2026_2030"
SPLIT = Split(0.6, {"agriculture": 0.1, "industry_construction": 0.5, "services": 0.4},
              {"agriculture": 10.0, "industry_construction": 50.0, "services": 40.0})  # fmt: skip
RANGES = {name: (lever.low, lever.high) for name, lever in store().scenario_levers.items() if lever.indicator == DIGITAL}


@pytest.mark.parametrize("measure", ["nso", "mic"])
@pytest.mark.parametrize("territory", [OLD, NEW])
def test_2d06_every_lever_at_its_end_stays_within_the_whole(measure, territory):
    """2D06: levers inside their ranges, all at once and to the last year drawn: no draw above 100 % of GRDP nor below 0."""
    text = Text("thử", "trial")
    for end in (0, 1):
        pushes = tuple(Push(name, ((2026, None, ends[end]),), text, "red") for name, ends in RANGES.items() if ends[end])
        levels = simulate(base(territory, measure), Scenario("all_ends", 1, text, text, "test", date(2026, 3, 1), pushes))[DIGITAL]
        assert levels.min() >= 0.0 and levels.max() <= 100.0 + 1e-9


@settings(max_examples=200, deadline=None)
@given(st.floats(0.1, 99.9), st.floats(0.05, 0.95), st.fixed_dictionaries({name: st.floats(*ends) for name, ends in RANGES.items()}))
def test_2d06_no_push_in_range_passes_the_whole(share, core, values):
    years = 15
    pushes = {name: np.full(years, value) for name, value in values.items() if value}
    split = Split(core, SPLIT.sectors, SPLIT.weights)
    given = np.full((1, years), share)
    parts = identities.digital_parts(given, pushes, split)
    assert min(part.min() for part in parts.values()) >= 0.0
    assert sum(parts.values()).max() <= 100.0 + 1e-9


def test_2d06_the_cap_by_hand():
    # core 30 of a share of 50, sectors' rates pushed to 100 %: no more than the 70 outside the core; with a core grown by 10 %
    # 33 + 70 of a GRDP of 103
    pushes = {lever: np.array([100.0]) for lever in identities.RATES}
    share = np.array([[50.0]])
    assert identities.digital_share(share, pushes, SPLIT) == pytest.approx(np.array([[100.0]]))
    parts = identities.digital_parts(share, {**pushes, "core_growth": np.array([10.0])}, SPLIT)
    assert parts["core"] == pytest.approx(np.array([[100 * 33 / 103]]))
    assert sum(parts[name] for name in SECTORS) == pytest.approx(np.array([[100 * 70 / 103]]))
