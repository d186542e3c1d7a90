"""Growth targets whose years are over: decided by the years' own figures, as anyone can recompute from the rows of the table."""

import csv
from dataclasses import replace
from datetime import date
from functools import cache

import numpy as np
import pytest
import yaml
from places import DATA
from scenario_base import NEW, OLD, store

from forecast import policy
from forecast.domain import Text
from forecast.headline import PRODUCTIVITY
from forecast.policy.outlooks.chances import growth_years
from forecast.policy.outlooks.elapsed import judged
from forecast.publish.words import vocabulary

PROGRAMME, PLAN = "hy_labour_productivity_growth_qd571_2021_2025", "hy_labour_productivity_growth_qd489_2021_2030"
YEARS = (2021, 2022, 2023, 2024, 2025)


@cache
def answer(territory=OLD, as_of="latest"):
    return policy.outlook(
        store(), PRODUCTIVITY, territory=territory, measure="nso", horizon_year=2030, as_of=as_of, seed=11, n_paths=4000
    )


def held(target, territory=OLD, as_of="latest"):
    return next(one for one in answer(territory, as_of).assessments if one.target.id == target)


# --- recomputed from the files alone -------------------------------------------------------------------------------------


@cache
def rows():
    with (DATA / "observations.csv").open(encoding="utf-8", newline="") as file:
        return [row for row in csv.DictReader(file) if row["measure"] == "nso" and row["status"] != "derived"]


def newest(indicator, territory, year, edition=""):
    """The newest printed figure of a year: value and status."""
    found = [
        row
        for row in rows()
        if (row["indicator"], row["territory"], row["period"], row["edition"]) == (indicator, territory, str(year), edition)
    ]
    last = max(found, key=lambda row: row["vintage"])
    return float(last["value"]), last["status"]


@cache
def recomputed(n=200_000):
    """Growth of each year 2021-2025 in percent, [n, 5]: output less employed, each year with its own error, independent."""
    facts = {name: float(fact["value"]) for name, fact in yaml.safe_load((DATA / "assumptions.yml").read_text("utf-8")).items()}
    rates, errors = [], []
    for year in YEARS:
        output, status = newest("grdp_growth", OLD, year)
        if year == 2021:  # the definition of the employed changed: the nation's employment growth like for like
            nation, like = (newest("gdp_growth", "viet_nam", year)[0], newest(
                "labour_productivity_growth", "viet_nam", year, "before_labour_definition_2021")[0])  # fmt: skip
            printed = newest("labour_productivity_growth", "viet_nam", year)[0]
            employed = np.log1p(nation / 100) - np.log1p(like / 100)
            spread = np.hypot(facts["employment_growth_sd"], (printed - like) / 200)
        else:
            employed = np.log(newest("employed_15plus", OLD, year)[0] / newest("employed_15plus", OLD, year - 1)[0])
            spread = 0.0
        rates.append(np.log1p(output / 100) - employed)
        errors.append(np.hypot(facts[f"growth_se_{status}"], spread))
    return 100.0 * np.expm1(np.array(rates) + np.array(errors) * np.random.default_rng(3).standard_normal((n, 5)))


def chance_of_average(growth, least):
    average = 100.0 * (np.prod(1.0 + growth / 100.0, axis=1) ** (1.0 / growth.shape[1]) - 1.0)
    return float((average >= least).mean())


def drawn():
    """The outlook's own growth of 2021-2025 in percent, [n_paths, 5]."""
    found = answer()
    start = found.years.index(2020)
    levels = found.levels[:, start : start + 6]
    return 100.0 * (levels[:, 1:] / levels[:, :-1] - 1.0)


def test_chance_of_seven_on_average_is_the_rows():
    """P(average 2021-2025 >= 7 %): the outlook's draws and the rows of observations.csv say the same, and that it was met."""
    ours, theirs = (chance_of_average(growth, 7.0) for growth in (drawn(), recomputed()))
    assert ours == pytest.approx(theirs, abs=0.05) and min(ours, theirs) > 0.95


def test_chance_of_seven_in_every_year_is_the_rows():
    """P(every year >= 7 %): nearly none, because 2023 was 6.6 %; possible still, because figures are revised."""
    ours, theirs = (float((growth >= 7.0).all(axis=1).mean()) for growth in (drawn(), recomputed()))
    assert ours == pytest.approx(theirs, abs=0.05) and 0.0 < max(ours, theirs) < 0.1
    assert held(PROGRAMME).probability == pytest.approx(ours)


def test_every_counted_year_is_the_rows():
    """The median of each counted year lies within a quarter point of output less employed; 2021 is pulled to the nation's."""
    ours, theirs = np.median(drawn(), axis=0), np.median(recomputed(), axis=0)
    assert ours[1:] == pytest.approx(theirs[1:], abs=0.25)
    assert abs(ours[0] - theirs[0]) < np.std(recomputed()[:, 0])


# --- verdicts ------------------------------------------------------------------------------------------------------------


def test_seven_was_met_on_average_and_says_so():
    """Not in every year (2023: 6.6), met on average: the verdict and its note in both languages."""
    found = held(PROGRAMME)
    assert (found.state, found.verdict, found.applies) == ("over", "met_on_average", "own")
    word = vocabulary.VERDICTS[found.verdict]
    assert word.vi and word.en and word.vi != word.en
    assert found.note.vi.startswith("Bình quân 2021–2025: 8,7 %/năm (khoảng 80 %: ")
    assert found.note.en.startswith("Average 2021–2025: 8.7% a year (80% band: ")
    assert "đạt mức 7 % tính bình quân. Từng năm: 2021: " in found.note.vi and "7% met on average. Each year: 2021: " in found.note.en
    assert "(suy lại); 2022: 13,2; 2023: 6,6; 2024: 7,2; 2025: 8,8." in found.note.vi
    assert "(rebuilt); 2022: 13.2; 2023: 6.6; 2024: 7.2; 2025: 8.8." in found.note.en


def test_an_open_average_target_tells_its_elapsed_years():
    """8.5 to 9.0 % a year 2021-2030 is open: half of its years are behind, and what they were stands in the note."""
    found = held(PLAN)
    assert found.state == "open" and found.verdict in ("achieved", "likely", "doubtful", "unlikely")
    assert "khả năng đạt 8,5 % tính bình quân khoảng " in found.note.vi and "% chance of 8.5% on average" in found.note.en


def test_before_the_tables_nothing_was_decided():
    """In February 2026 the province's own growth of 2025 was not printed: the programme's five years stay undecided."""
    found = held(PROGRAMME, as_of="2026-02-28")
    assert (found.state, found.verdict) == ("over", "undecidable")
    assert "mâu thuẫn" in found.note.vi and "contradict" in found.note.en


def test_press_gives_way_to_the_offices_own_only():
    """In February 2026 output of 2023 was a press figure (10.05): the press on productivity did not give way to it."""
    step = next(one for one in answer(OLD, "2026-02-28").heard if one.year == 2023)
    assert (step.basis, step.output.status, step.by_office) == ("counted", "press", False)
    assert next(one for one in answer().heard if one.year == 2023).by_office


@cache
def made(chance, low=5.0):
    """Draws of 7.2 % a year, of which 1 - `chance` have one year of `low`; the programme's target held against them, undecided."""
    growth = np.full((1000, 5), 7.2)
    growth[: round(1000 * (1 - chance)), 2] = low
    levels = 100.0 * np.cumprod(np.hstack([np.ones((1000, 1)), 1.0 + growth / 100.0]), axis=1)
    open_question = replace(held(PROGRAMME), verdict="undecidable", probability=chance, note=Text("trống", "empty"))
    return open_question, levels


@pytest.mark.parametrize(
    ("chance", "verdict"),
    [(1.0, "met"), (0.95, "met"), (0.94, "undecidable"), (0.06, "undecidable"), (0.05, "not_met"), (0.0, "not_met")],
)
def test_five_percent_of_doubt_decide(chance, verdict):
    question, levels = made(chance)
    found = judged(question, levels, (2020, *YEARS), dict.fromkeys(YEARS, "counted"), date(2026, 10, 5))
    assert found.verdict == verdict and found.note.vi.startswith("Bình quân 2021–2025")


def test_every_year_may_fail_where_the_average_is_met():
    """One year of 6.5 among four of 7.2: not in every year, met on average. An average target knows no such word."""
    question, levels = made(0.0, low=6.5)
    heard, day = dict.fromkeys(YEARS, "counted"), date(2026, 10, 5)
    assert judged(question, levels, (2020, *YEARS), heard, day).verdict == "met_on_average"
    mean = replace(question, target=replace(question.target, kind="growth_average"))
    assert judged(mean, levels, (2020, *YEARS), heard, day).verdict == "not_met"  # decided by its own chance, here 0


def test_a_missing_year_decides_nothing():
    """A year of which nothing was heard, a year not over, a published decision: the assessment stays as it was."""
    question, levels = made(0.0)
    years, whole = (2020, *YEARS), dict.fromkeys(YEARS, "counted")
    gap = {year: basis for year, basis in whole.items() if year != 2023}
    assert judged(question, levels, years, gap, date(2026, 10, 5)) is question
    assert judged(question, levels, years, whole, date(2025, 6, 30)) is question
    assert judged(question, levels, years, {}, date(2026, 10, 5)) is question
    decided = replace(question, verdict="met")
    assert judged(decided, levels, years, whole, date(2026, 10, 5)) is decided


# --- the years beside their figures --------------------------------------------------------------------------------------


@pytest.mark.parametrize("territory", [OLD, NEW])
def test_years_stand_beside_their_figures(territory):
    """Output less employed of every counted year lies near the middle of the draws."""
    table = growth_years(store(), answer(territory)).set_index("period")
    assert set(YEARS) <= set(table.index)
    counted = table[table["basis"] == "counted"]
    told = 100.0 * ((1.0 + counted["output"] / 100.0) / (1.0 + counted["employed"] / 100.0) - 1.0)
    assert (counted["median"] - told).abs().max() < 0.25
    assert (table["low"] < table["median"]).all() and (table["median"] < table["high"]).all()


def test_what_was_printed_first_stays_beside_it():
    """GRDP growth of 2024 was first printed as 7.70, in February 2025, and is 7.50 today."""
    row = growth_years(store(), answer()).set_index("period").loc[2024]
    assert (row["first_printed"], row["output"], row["basis"], row["source"]) == (7.7, 7.5, "counted", "nso_pxweb_en_2026")
