"""Real productivity growth of a year: counted, rebuilt or read from the mean, and what was known on a day."""

from datetime import date
from functools import cache

import numpy as np
import pytest

from forecast import evidence
from forecast.domain import Key, Question
from forecast.headline import NATION, PRODUCTIVITY, study_of
from forecast.models.provincial.growth import LABOUR_BREAK, productivity_growth
from forecast.models.provincial.province import assumed_values, draw_nation
from forecast.models.provincial.readings import productivity_readings

OLD, MERGED, OTHER = "hung_yen_pre2025", "hung_yen_2025", "thai_binh_pre2025"
MID_2024 = date(2024, 6, 30)


@cache
def store():
    return evidence.load()


@cache
def growth(territory=OLD, as_of=None, parts=()):
    """Growth by year; the employed are those of `parts` together where they are named."""
    return {step.year: step for step in productivity_growth(store(), territory, as_of, assumed_values(store()), employed_in=parts)}


def percent(step):
    return 100.0 * float(np.expm1(step.rate))


def former_provinces():
    return [name for name, place in store().territories.items() if place.kind == "province" and not place.components]


@pytest.mark.parametrize(("year", "expected"), [(2022, 13.3), (2023, 6.6), (2024, 7.1), (2025, 8.8)])
def test_counted_years_of_the_former_province(year, expected):
    """GRDP 13.88, 8.03, 7.50, 9.29 % less employed 668.53, 671.95, 680.91, 683.45, 686.74 thousand (tables of September 2026)."""
    step = growth()[year]
    assert step.basis == "counted" and percent(step) == pytest.approx(expected, abs=0.1)


@pytest.mark.parametrize(("year", "expected"), [(2022, 9.4), (2023, 6.8), (2024, 6.3), (2025, 7.9)])
def test_counted_years_of_the_merged_province(year, expected):
    """The 34 provinces' GRDP growth less that of the employed of Hưng Yên and Thái Bình together."""
    step = growth(MERGED, None, (OLD, OTHER))[year]
    assert step.basis == "counted" and percent(step) == pytest.approx(expected, abs=0.1)


@pytest.mark.parametrize(("territory", "parts"), [(OLD, ()), (MERGED, (OLD, OTHER)), (OTHER, ())])
def test_the_year_of_the_new_definition_is_rebuilt(territory, parts):
    """2021 takes the nation's employment growth like for like: the employed of 2021 lack those of 2020 who produce for themselves."""
    found = growth(territory, None, parts)
    assert found[LABOUR_BREAK].basis == "rebuilt"
    assert found[LABOUR_BREAK].se > 5 * found[LABOUR_BREAK + 1].se  # and is far less sure than a counted year


def test_no_growth_is_counted_across_the_break():
    """In none of the 63 former provinces is the growth into 2021 counted, nor that of any year without the year before."""
    assert len(former_provinces()) == 63
    for name in former_provinces():
        counts = {
            figure.period.first
            for figure in store().figures("employed_15plus", "nso", name, "level")
            if figure.status not in ("derived", "assumption")
        }
        counted = {year for year, step in growth(name).items() if step.basis == "counted"}
        assert counted and LABOUR_BREAK not in counted, name
        assert all({year - 1, year} <= counts for year in counted), name


def test_a_year_without_employed_takes_the_mean():
    """The employed of 2010-2016 are shares of a population, derived here: their growth is a mean, its error that of assumptions.yml."""
    spread = assumed_values(store())["employment_growth_sd"]
    early = [step for year, step in growth().items() if year <= 2018]
    assert early and {step.basis for step in early} == {"mean"}
    assert all(step.se >= spread for step in early)


def test_tables_of_2026_are_unknown_in_2024():
    """In mid 2024 the province's employed of 2018-2023 and the revised GRDP were not published: no year is counted."""
    before = growth(OLD, MID_2024)
    assert {step.basis for step in before.values()} == {"mean"} and max(before) == 2023
    assert all(step.output.vintage <= MID_2024 for step in before.values())
    assert before[2023].output.value > growth()[2023].output.value  # 10.05 before it was revised to 8.03
    assert growth(MERGED, MID_2024, (OLD, OTHER)) == {}


def test_the_employed_of_two_provinces_add():
    """Growth of the merged employed is that of their sum, not the mean of two growth rates."""
    series = [store().series(Key("employed_15plus", "nso", name)) for name in (OLD, OTHER)]
    before, after = (sum(part.at(year).value for part in series) for year in (2023, 2024))
    step = growth(MERGED, None, (OLD, OTHER))[2024]
    assert np.log1p(step.output.value / 100.0) - step.rate == pytest.approx(np.log(after / before))


def test_a_press_figure_of_the_employed_is_less_sure():
    """The nation's employed of 2025 are known from the press only: the error of a first estimate is added to that of GDP."""
    assumed, step = assumed_values(store()), growth(NATION)[2025]
    assert step.basis == "counted"
    assert step.se == pytest.approx(np.hypot(assumed[f"growth_se_{step.output.status}"], assumed["employed_se_estimate"]))


@cache
def readings(as_of):
    """What is read of the former province's productivity as known on a day."""
    study = study_of(store(), PRODUCTIVITY)
    day = date.fromisoformat(as_of) if as_of else store().last_vintage
    nation = draw_nation(store(), study, Question(OLD, "nso", day, 2030, "default", 1, 100))
    return productivity_readings(store(), OLD, "nso", day, nation, assumed_values(store()))


def test_press_growth_gives_way_to_counted():
    """The two press figures of 2023 that contradict each other (6.21 and 8.46 %) count until the office's own are known."""

    def told(found, indicator):
        return sorted(round(100.0 * float(np.expm1(one.value)), 2) for one in found if (one.year, one.indicator) == (2023, indicator))

    assert told(readings("2024-06-30"), "labour_productivity_growth") == [6.21, 8.46]
    assert told(readings(""), "labour_productivity_growth") == []
    assert told(readings(""), "grdp_growth") == [pytest.approx(6.61, abs=0.01)]
