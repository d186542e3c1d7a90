"""This year from its months: only what was known on the day, the whole kind of parts, and what the rest of the year needs."""

from datetime import date
from functools import cache

import numpy as np
import pytest

from forecast import evaluation, evidence, policy
from forecast.headline import NATION
from forecast.models.provincial import nowcast

MERGED = "hung_yen_2025"


@cache
def store():
    return evidence.load()


def test_nine_months_of_2026_say_the_year():
    """By hand: 9.01 % of the nation and what the last quarters of 2011-2023 added to their nine months."""
    now = nowcast.this_year(store(), NATION, None)
    quarters = nowcast.growth_by_quarter(store(), None)
    assert (now.part.year, now.part.quarters, now.part.growth) == (2026, 3, 9.01) and list(quarters) == list(range(2011, 2024))
    assert now.growth == pytest.approx(9.01 + np.mean([steps[3] - steps[2] for steps in quarters.values()]))


def test_quarters_add_up_to_the_published_years():
    """The nation's quarters at constant prices give the published growth of every year."""
    for year, steps in nowcast.growth_by_quarter(store(), None).items():
        printed = [figure.value for figure in store().figures("gdp_growth", "nso", NATION, "growth") if figure.period.first == year]
        assert min(abs(value - steps[3]) for value in printed) < 0.01


@pytest.mark.parametrize("day, territory, months", [("2025-10-10", NATION, 9), ("2025-10-10", "hung_yen_pre2025", 6), ("2024-01-01", NATION, 0)])
def test_only_what_was_known_on_the_day(day, territory, months):
    """Half a year of the old province by October 2025; nothing of the nation's before its quarters were published."""
    now = nowcast.this_year(store(), territory, date.fromisoformat(day))
    assert (3 * now.part.quarters if now else 0) == months
    assert now is None or now.part.figure.vintage <= date.fromisoformat(day)


def test_a_whole_year_published_ends_its_nowcast():
    """2025 is published whole: its nine months say nothing any more, and no year that is over is one of months."""
    assert nowcast.this_year(store(), "hung_yen_pre2025", None) is None
    answer = policy.outlook(store(), "labour_productivity_real", territory=MERGED, measure="nso", horizon_year=2030, seed=1, n_paths=200)
    assert [step.year for step in answer.heard if step.basis == "part"] == [2026]
    assert answer.known_to == 2025  # no year ends with its ninth month


def test_the_rest_needed_gives_the_year_asked_for():
    """Months counted and the rest needed, weighted by the nation's quarters, are the year asked for."""
    now = nowcast.this_year(store(), MERGED, None)
    rest = nowcast.rest_needed(now, 10.5, store(), None)
    levels = [figure.value for figure in store().figures("gdp_constant", "nso", NATION, "level", annual=False) if str(figure.period)[:5] == "2023Q"]
    done = sum(levels[:3]) / sum(levels)
    assert len(levels) == 4 and done * now.part.growth + (1 - done) * rest == pytest.approx(10.5)
    assert rest < now.part.growth  # 10.5 is less than the nine months' 11.22


def test_more_months_are_nearer():
    """The nation's years: the error falls with each quarter known, and is least after nine months."""
    errors = evaluation.nowcast_record(store())["error"]
    assert len(errors) == 4 and errors.is_monotonic_decreasing and errors.iloc[3] < 0.5
