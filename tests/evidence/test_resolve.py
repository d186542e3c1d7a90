"""The conflict and edition rules on the real conflicts of the collected figures, and on small made-up ones."""

from __future__ import annotations

from dataclasses import replace
from datetime import date

import pytest

from forecast import evidence
from forecast.domain import Key, Observation, Period
from forecast.evidence.corrections import apply_corrections
from forecast.evidence.resolve import agree, choose_edition, pick, resolve

NATION, HUNG_YEN, THAI_BINH = "viet_nam", "hung_yen_pre2025", "thai_binh_pre2025"
EARLY, WINTER = date(2023, 6, 30), date(2026, 2, 28)
BEFORE_YEARBOOK = date(2025, 5, 31)  # the yearbook of 2024 printed the employed and productivity of every province


@pytest.fixture(scope="module")
def store() -> evidence.Evidence:
    return evidence.load()


def points(store, indicator, measure, territory, as_of=None, kind="level"):
    series = store.series(Key(indicator, measure, territory), as_of=as_of, kind=kind)
    return {item.period.first: item.value for item in series.points}


def others(store, indicator, territory, year, measure="nso", kind="level", as_of=None):
    series = store.series(Key(indicator, measure, territory), as_of=as_of, kind=kind)
    return sorted(item.value for clash in series.conflicts if clash.period == year for item in clash.others)


def test_the_offices_digital_share_uses_its_latest_release(store):
    values = points(store, "digital_economy_share", "nso", NATION)
    assert values == {2020: 12.66, 2021: 12.87, 2022: 12.83, 2023: 12.87, 2024: 13.17, 2025: 14.02}
    assert others(store, "digital_economy_share", NATION, 2022) == [12.63, 12.67]


def test_the_first_release_is_what_was_known_at_the_end_of_2023(store):
    assert points(store, "digital_economy_share", "nso", NATION, date(2023, 12, 31)) == {2022: 12.67}


def test_a_projection_of_the_ministry_gives_way_to_its_outturn(store):
    assert points(store, "digital_economy_share", "mic", NATION) == {2021: 11.91, 2022: 14.26, 2023: 16.5, 2024: 18.3}
    assert others(store, "digital_economy_share", NATION, 2024, "mic") == [18.6]
    assert 2024 not in points(store, "digital_economy_share", "mic", NATION, date(2025, 6, 30))


def test_national_growth_is_one_edition(store):
    """National productivity growth is one edition and complete."""
    values = points(store, "labour_productivity_growth", "nso", NATION, kind="growth")
    assert list(values) == list(range(2012, 2025))
    assert (values[2012], values[2020], values[2021], values[2024]) == (5.99, 5.26, 4.6, 5.88)
    assert values[2019] == 6.62 and values[2022] == 4.8 and values[2023] == 3.65
    series = store.series(Key("labour_productivity_growth", "nso", NATION), kind="growth")
    assert {item.edition for item in series.points} == {"after_reevaluation", ""}


def test_spurious_growth_of_2021_is_excluded(store):
    """The spurious growth of 2021 is excluded and the rest of the conflict is shown."""
    assert others(store, "labour_productivity_growth", NATION, 2021, kind="growth") == [2.9, 4.71]
    entered = [
        item.value for item in store.observations if item.key == Key("labour_productivity_growth", "nso", NATION)
    ]
    assert 11.57 in entered
    assert 11.57 not in [item.value for item in store.figures("labour_productivity_growth", "nso", NATION)]


def test_mid_2023_knew_the_old_edition(store):
    """In mid 2023 productivity growth was known in the old edition only."""
    series = store.series(Key("labour_productivity_growth", "nso", NATION), as_of=EARLY, kind="growth")
    assert series.years == tuple(range(2006, 2020))
    assert {item.edition for item in series.points} == {"before_reevaluation"}
    assert [series.at(year).value for year in (2015, 2016, 2017, 2018, 2019)] == [6.4, 5.29, 6.0, 6.0, 6.2]


def test_derived_growth_agrees_with_levels(store):
    """Derived growth before the reevaluation agrees with the levels it comes from."""
    growth = points(store, "labour_productivity_growth", "nso", NATION, date(2018, 12, 31), "growth")
    levels = points(store, "labour_productivity_real", "nso", NATION, date(2018, 12, 31))
    assert all(
        growth[year] == pytest.approx(100 * (levels[year] / levels[year - 1] - 1), abs=0.03)
        for year in range(2006, 2015)
    )
    gdp = points(store, "gdp_constant", "nso", NATION, date(2018, 12, 31))
    employed = points(store, "employed_15plus", "nso", NATION, date(2018, 12, 31))
    assert levels[2016] == pytest.approx(gdp[2016] / employed[2016], abs=0.005) == pytest.approx(57.30, abs=0.01)


def test_levels_never_mix_the_editions_of_gdp(store):
    old, new = (store.series(Key("gdp_constant", "nso", NATION), as_of=day) for day in (EARLY, None))
    assert (old.years[0], old.years[-1], old.at(2010).value) == (2005, 2016, 2157828)
    assert (new.years[0], new.years[-1], new.at(2010).value) == (2010, 2023, 2739843)


@pytest.mark.parametrize(
    ("indicator", "territory", "year", "kind", "used", "aside"),
    [
        ("labour_productivity_growth", HUNG_YEN, 2023, "growth", 8.46, [6.21]),  # one class, the newer report
        ("grdp_growth", HUNG_YEN, 2023, "growth", 10.05, [10.5]),
        ("grdp_current", HUNG_YEN, 2022, "level", 131642, [132176]),  # one source says both: the first stands, said so
        ("employed_15plus", HUNG_YEN, 2020, "level", 705.119, [705.199]),
        ("grdp_current", THAI_BINH, 2023, "level", 119222, [123328]),
        ("labour_productivity", HUNG_YEN, 2022, "level", 196.4, [195.8]),
        ("grdp_growth", "hoa_binh_pre2025", 2019, "growth", 0.86, [6.75]),
        ("labour_productivity", NATION, 2021, "level", 172.8, [171.3, 173.16]),
    ],
)
def test_known_conflicts_are_decided_by_the_rule_and_shown(store, indicator, territory, year, kind, used, aside):
    """As known before the office's tables by province: what came later changes none of it."""
    assert points(store, indicator, "nso", territory, BEFORE_YEARBOOK, kind=kind)[year] == used
    assert others(store, indicator, territory, year, kind=kind, as_of=BEFORE_YEARBOOK) == aside


@pytest.mark.parametrize(
    ("indicator", "territory", "year", "kind", "used", "aside"),
    [
        ("labour_productivity_growth", HUNG_YEN, 2023, "growth", 8.46, [6.21]),  # no office has printed it
        ("grdp_growth", HUNG_YEN, 2023, "growth", 8.03, [10.05, 10.5]),  # the table of 2026 before the press
        ("grdp_growth", HUNG_YEN, 2024, "growth", 7.5, [7.7]),  # the office revised itself, the press too stands aside
        ("grdp_current", HUNG_YEN, 2022, "level", 131642, [132176, 132348]),  # press before what is derived from GRDP per head
        ("employed_15plus", HUNG_YEN, 2020, "level", 705.2, [705.119]),  # 705.199 is 705.2
        ("grdp_current", THAI_BINH, 2023, "level", 119222, [117775, 123328]),  # relayed from the office before what is derived
        ("labour_productivity", HUNG_YEN, 2022, "level", 197.0, [195.8, 196.4]),
        ("grdp_growth", "hoa_binh_pre2025", 2019, "growth", 1.0, [6.75]),  # 0.86 is 1 at its precision
        ("labour_productivity", NATION, 2021, "level", 173.0, [171.3]),
    ],
)
def test_the_offices_tables_decide_older_conflicts(store, indicator, territory, year, kind, used, aside):
    """Since the yearbook of 2024 and the tables of 2026 the office's own newest figure stands where it has the year."""
    assert points(store, indicator, "nso", territory, kind=kind)[year] == used
    assert sorted(set(others(store, indicator, territory, year, kind=kind))) == aside


def test_a_conflict_no_rule_decides_says_so(store):
    series = store.series(Key("grdp_current", "nso", HUNG_YEN))
    (clash,) = [item for item in series.conflicts if item.period == 2022]
    assert "no rule separates them" in clash.rule.en and "kiểm tra lại nguồn" in clash.rule.vi


def test_tighter_bound_is_used(store):
    """Of two over figures that do not contradict the tighter is used."""
    series = store.series(Key("ecommerce_b2c_usd", "moit", NATION))
    assert series.at(2025).value == 31 and series.at(2025).bound == "at_least"
    assert series.at(2018).value == 8.064 and series.at(2018).status == "derived"
    assert series.years == tuple(range(2015, 2026)) and not series.gaps


def test_an_expected_figure_is_never_a_point(store):
    """151,200 was expected of 2025 in May of that year: no point before the year is over, and the outturn after it."""
    assert 2025 not in points(store, "grdp_current", "nso", THAI_BINH, WINTER)
    assert points(store, "grdp_current", "nso", THAI_BINH)[2025] == 146118
    assert others(store, "grdp_current", THAI_BINH, 2025) == [151200]
    assert all(
        item.edition != "expected" for key in {o.key for o in store.observations} for item in store.series(key).points
    )


def test_levels_of_thai_binh_that_do_not_chain_are_not_chained(store):
    assert list(points(store, "grdp_constant", "nso", THAI_BINH)) == [2020, 2021, 2022, 2023, 2024]


def test_gaps_stay_gaps(store):
    series = store.series(Key("grdp_growth", "nso", HUNG_YEN), kind="growth")
    assert series.gaps == (2015, 2016) and series.at(2016) is None


# --- the rule on made-up figures -----------------------------------------------------------------------------------------

KEY = Key("grdp_current", "nso", HUNG_YEN)


def figure(value, status="official", vintage="2024-01-31", year=2022, **more) -> Observation:
    facts = {"bound": "exact", "source": "somewhere", "locator": "p.1", "row": 2, **more}
    return Observation(KEY, Period(year, year), "level", value, "vnd_bn", date.fromisoformat(vintage), status, **facts)


def test_classes_come_in_the_written_order():
    group = [
        figure(1, "assumption"),
        figure(2, "derived"),
        figure(3, "press"),
        figure(4, "estimate"),
        figure(5, "official"),
    ]
    for rank in range(5, 0, -1):
        assert pick([item for item in group if item.value <= rank]).value == rank


def test_an_office_revises_itself_whatever_the_status():
    assert pick([figure(1, "official", "2023-01-01"), figure(2, "estimate", "2024-01-01")]).value == 2
    assert pick([figure(1, "estimate", "2023-01-01"), figure(2, "press", "2024-01-01")]).value == 1


def test_an_over_figure_months_older_does_not_bind_the_newer():
    newer, older = (
        figure(30, bound="at_least", vintage="2024-06-30"),
        figure(31, bound="at_least", vintage="2024-01-31"),
    )
    assert pick([newer, older]).value == 30
    assert pick([newer, replace(older, vintage=date(2024, 6, 10))]).value == 31
    assert pick([figure(30, bound="at_most"), figure(29, bound="at_most")]).value == 29


def test_the_edition_with_eight_years_wins_and_else_the_longer():
    old = [figure(1, year=year, edition="before_reevaluation", vintage="2018-09-21") for year in range(2005, 2017)]
    new = [figure(2, year=year, edition="after_reevaluation") for year in range(2012, 2019)]
    assert {item.value for item in choose_edition([*old, *new])} == {1}
    unlabelled = figure(2, year=2019)
    assert {item.value for item in choose_edition([*old, *new, unlabelled])} == {2}
    assert choose_edition([old[0], unlabelled]) == [unlabelled]  # a tie goes to the newest


def test_figures_equal_at_the_coarser_precision_agree():
    assert agree(figure(46811.2), figure(46811.173)) and not agree(figure(46811.2), figure(46811.3))
    assert agree(figure(24164.89), figure(24164.8858333333)) and not agree(figure(6.21), figure(8.46))


def test_a_year_counts_only_once_it_is_over():
    early = figure(9, "estimate", "2022-12-09")
    assert not resolve([early], KEY, "level", "vnd_bn", date(2022, 12, 20)).points
    assert resolve([early], KEY, "level", "vnd_bn", date(2022, 12, 31)).years == (2022,)


def test_replaced_figure_becomes_derived():
    """A replaced figure becomes derived and keeps what was printed."""
    rule = evidence.load().corrections[0]
    changed = replace(rule, match={"value": 5.0}, action="replace", value=6.0)
    (item,) = apply_corrections([figure(5.0)], [changed])
    assert (item.value, item.status) == (6.0, "derived") and "corrected from 5" in item.note
    assert apply_corrections([figure(5.0)], [replace(changed, action="exclude", value=None)]) == ()
