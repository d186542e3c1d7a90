"""Why a published number moved: the parts of any two publications sum to the change of the printed number, and name their cause."""

import dataclasses
import math
from functools import cache
from itertools import pairwise

import pytest
from hypothesis import HealthCheck, assume, example, given, settings
from hypothesis import strategies as st
from publish_real import store

from forecast import policy
from forecast.domain import Key
from forecast.errors import ForecastError
from forecast.policy.recorded.changes import PARTS, UNSPLIT, Published, changes
from forecast.publish import words

INDICATORS = {"labour_productivity_real": "nso", "digital_economy_share": "mic", "ecommerce_revenue": "moit"}
FIXED = {"territory": "hung_yen_2025", "horizon_year": 2030, "as_of": "latest", "method": "default", "n_paths": 200}


def published(evidence, indicator, code="one", **changed):
    """What a run of `evidence` would have recorded, as its manifest and summary keep it."""
    asked = {**FIXED, "measure": INDICATORS[indicator], "scenario": "baseline", "seed": 5, **changed}
    summary = policy.summary(policy.outlook(evidence, indicator, **asked), evidence)
    return Published(asked, dict(summary), {"code": code, "environment": "one"}, evidence)


@cache
def first(indicator):
    return published(store(), indicator)


def told(evidence):
    """The figures that the three answers rest on: the nation's and the province's own series."""
    names = ("labour_productivity", "gdp_growth", "grdp_growth", "digital_economy_share", "ecommerce")
    places = ("viet_nam", "hung_yen_pre2025", "thai_binh_pre2025")
    rows = [row for row in evidence.observations if row.key.indicator.startswith(names) and row.key.territory in places]
    return [row for row in rows if row.kind != "interval" and row.period.first == row.period.last]


@st.composite
def edited(draw):
    """Yesterday's evidence: some of today's figures missing, some printed otherwise, an assumption or the scenario another."""
    rows = told(store())
    gone = draw(st.lists(st.sampled_from(rows), max_size=3))
    other = {row: row.value * draw(st.floats(0.9, 1.1)) for row in draw(st.lists(st.sampled_from(rows), max_size=3))}
    before = tuple(dataclasses.replace(row, value=other[row]) if row in other else row for row in store().observations if row not in gone)
    evidence = dataclasses.replace(store(), observations=before)
    if draw(st.booleans()):
        fact = store().assumptions["rounding_se"] if "rounding_se" in store().assumptions else next(iter(store().assumptions.values()))
        name = next(name for name, value in store().assumptions.items() if value is fact)
        evidence = evidence.assuming({name: float(fact["value"]) * draw(st.floats(0.8, 1.2))})
    return evidence, draw(st.sampled_from(["baseline", "ambitious"])), draw(st.sampled_from(["one", "two"]))


@given(st.sampled_from(sorted(INDICATORS)), edited())
@settings(max_examples=40, deadline=None, suppress_health_check=list(HealthCheck), derandomize=True)
def test_parts_sum_to_the_change_of_the_printed_number(indicator, edits):
    """For any two publications: recorded parts to the last bit, printed parts to the last printed digit."""
    evidence, scenario, code = edits
    try:
        old = published(evidence, indicator, code, scenario=scenario)
    except ForecastError:
        assume(False)
    new = first(indicator)
    rows = changes(old, new).to_dict("records")
    outcome = [row for row in rows if row["quantity"] == "outcome"]
    assert [row["part"] for row in outcome] in (list(PARTS), [UNSPLIT])
    assert math.isclose(math.fsum(row["change"] for row in outcome), new.summary["median"] - old.summary["median"], abs_tol=1e-9)
    for row, following in pairwise(outcome):
        assert row["end"] == following["start"]
    divisor = 1000.0 if indicator == "ecommerce_revenue" else 1.0
    printed = words.parts_in_print(old.summary["median"] / divisor, [row["change"] / divisor for row in outcome], 1)
    shown = [float(words.number(each.summary["median"] / divisor, 1).en) for each in (old, new)]
    assert sum(printed) == pytest.approx(shown[1] - shown[0], abs=1e-9)
    text = words.changed_text(rows, words.date_text("2026-11-27"))
    assert ("không đổi (" in text.vi) == all(abs(part) < 1e-9 for part in printed)


@example(0.0, [-8.980837681523986e-10], 1)
@given(st.floats(0.0, 500.0), st.lists(st.floats(-50.0, 50.0), min_size=1, max_size=6), st.integers(0, 2))
def test_printed_parts_sum_whatever_the_numbers(start, parts, decimals):
    printed = words.parts_in_print(start, parts, decimals)
    ends = [float(words.number(value, decimals).en.replace(",", "").replace("−", "-")) for value in (start, start + math.fsum(parts))]
    assert sum(printed) == pytest.approx(ends[1] - ends[0], abs=1e-6)
    assert all(abs(shown - part) < 10.0**-decimals + 1e-6 for shown, part in zip(printed, parts, strict=True))


@pytest.mark.parametrize("indicator", INDICATORS)
def test_nothing_changed_is_said_so(indicator):
    rows = changes(first(indicator), first(indicator)).to_dict("records")
    assert rows and all(row["change"] == 0.0 for row in rows)
    assert "không đổi" in words.changed_text(rows, words.date_text("2026-11-27")).vi


def test_each_cause_is_named():
    """One cause at a time: its part holds the whole change, every other part is nought."""
    indicator, new = "digital_economy_share", first("digital_economy_share")
    newest = store().series(Key(indicator, "mic", "viet_nam")).points[-1]
    rows = [row for row in store().observations if row.key == Key(indicator, "mic", "viet_nam") and row.period.last == newest.period.last]
    assert rows
    without = tuple(row for row in store().observations if row not in rows)
    otherwise = tuple(dataclasses.replace(row, value=row.value * 0.9) if row in rows else row for row in store().observations)
    cases = {
        "new": published(dataclasses.replace(store(), observations=without), indicator),
        "revised": published(dataclasses.replace(store(), observations=otherwise), indicator),
        "scenario": published(store(), indicator, scenario="ambitious"),
        "model": published(store(), indicator, seed=6),
    }
    for cause, old in cases.items():
        parts = {row["part"]: row["change"] for row in changes(old, new).to_dict("records") if row["quantity"] == "outcome"}
        assert {part for part, change in parts.items() if change} == {cause}, parts


def test_figures_that_were_not_kept_are_one_part():
    old = dataclasses.replace(published(store(), "digital_economy_share", scenario="ambitious"), store=None)
    rows = changes(old, first("digital_economy_share"))
    assert set(rows["part"]) == {UNSPLIT} and rows["change"].iloc[0] != 0.0
