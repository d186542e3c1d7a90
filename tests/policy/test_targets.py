"""Targets held against draws small enough to check by hand."""

from datetime import date

import numpy as np
import pytest

from forecast.domain import Key, Observation, Period, Target, Text
from forecast.policy.outlooks.targets import arrival_years, assess, average_growth, over_verdict, reached, verdict_for

YEARS = (2020, 2021, 2022, 2023, 2024, 2025)
# path 1 grows by 10 % each year, path 2 by 5 %, path 3 by 10 % but for one flat year
LEVELS = np.array([100 * 1.1 ** np.arange(6), 100 * 1.05 ** np.arange(6), 100 * 1.1 ** np.array([0, 1, 1, 2, 3, 4])])


def target(kind="growth_average", value=7.0, first=2021, last=2025, **more):
    base = dict(id="t", indicator="x", territory="hung_yen_2025", direction="at_least", unit="percent_per_year")
    texts = dict(document="QĐ 1", name=Text("a", "b"), source="s", locator="p. 1")
    return Target(kind=kind, value=value, first=first, last=last, **base, **texts, **more)


def figure(year, value, kind="growth"):
    key = Key("labour_productivity_growth", "nso", "hung_yen_pre2025")
    return Observation(
        key, Period.parse(str(year)), kind, value, "percent_per_year", date(2024, 1, 1), "press", "exact", "s", "p"
    )


def held(aim, known_to=2023, as_of=date(2024, 6, 1), published=()):
    return assess(aim, LEVELS, YEARS, known_to=known_to, as_of=as_of, applies="own", published=published)


def test_average_growth_is_geometric():
    """Average growth is the geometric mean from the year before."""
    np.testing.assert_allclose(average_growth(LEVELS, YEARS, 2021, 2025)[:2], [10.0, 5.0])


def test_growth_in_every_year_is_harder_than_on_average():
    assert held(target()).probability == pytest.approx(2 / 3)
    assert held(target("growth_each_year")).probability == pytest.approx(1 / 3)


def test_a_level_target_asks_for_the_level_of_its_last_year():
    assert held(target("level", 150.0)).probability == pytest.approx(1 / 3)


def test_growth_still_required_closes_the_gap_exactly():
    found = held(target(value=7.0))
    now, base = np.median(LEVELS[:, 3]), 100.0
    wanted = 100 * (((base * 1.07**5) / now) ** 0.5 - 1)
    assert found.required == pytest.approx(wanted, rel=1e-6)
    assert found.achieved == pytest.approx(np.median([10.0, 5.0, 100 * (1.21 ** (1 / 3) - 1)]))


def test_arrival_is_the_first_year_at_or_above_the_level():
    assert arrival_years(target("level", 120.0), LEVELS, YEARS) == (2022, 2023, 2024)
    assert arrival_years(target("level", 500.0), LEVELS, YEARS) == (None, None, None)


def test_verdict_words_follow_the_stated_bands():
    assert [verdict_for(p) for p in (0.78, 0.77, 0.48, 0.47, 0.18, 0.17, 0.0)] == [
        "achieved",
        "likely",
        "likely",
        "doubtful",
        "doubtful",
        "unlikely",
        "unlikely",
    ]


def test_over_period_is_decided_by_published():
    """A period that is over is decided by published figures only."""
    aim = target("growth_each_year", 7.0, 2022, 2023)
    assert over_verdict(aim, (figure(2022, 8.0), figure(2023, 7.5)))[0] == "met"
    assert over_verdict(aim, (figure(2022, 6.0), figure(2023, 7.5)))[0] == "not_met"
    assert over_verdict(aim, (figure(2023, 7.5),))[0] == "undecidable"


def test_contradicting_figures_decide_nothing():
    """Contradicting figures on both sides of the line decide nothing."""
    verdict, note = over_verdict(target("growth_each_year", 7.0, 2023, 2023), (figure(2023, 6.21), figure(2023, 8.46)))
    assert verdict == "undecidable"
    assert "2023" in note.vi and "mâu thuẫn" in note.vi.lower()


def test_over_period_keeps_its_chance():
    """An over period keeps its modelled chance beside the verdict."""
    found = held(target(), as_of=date(2026, 2, 1))
    assert (found.state, found.verdict, found.probability) == ("over", "undecidable", pytest.approx(2 / 3))


def test_unread_target_gets_no_chance():
    """A document whose figure could not be read gets no chance."""
    found = held(target(value=None))
    assert (found.verdict, found.probability) == ("no_value", None)


def test_a_target_whose_years_are_not_drawn_gets_no_chance():
    assert reached(target(last=2040), LEVELS, YEARS) is None
