"""Where a province stands: ranks are counted draw by draw, carry a band, and are not given where half of the provinces say nothing."""

from functools import cache

import numpy as np
import pandas as pd
import pytest

from forecast import evidence, policy
from forecast.headline import DIGITAL, ECOMMERCE, NATION, PRODUCTIVITY
from forecast.models.provincial.province import draw_others
from forecast.models.provincial.ranks import groups, ranks
from forecast.policy.recorded.neighbours import neighbours_table

OLD, MERGED, DELTA = "hung_yen_pre2025", "hung_yen_2025", "red_river_delta_pre2025"


@cache
def store():
    return evidence.load()


@cache
def answer(indicator, territory, measure):
    return policy.outlook(store(), indicator, territory=territory, measure=measure, horizon_year=2030, seed=3, n_paths=400)


@cache
def stood(indicator, territory, measure) -> pd.DataFrame:
    return neighbours_table(answer(indicator, territory, measure), store())


def own(indicator, territory, measure, group):
    rows = stood(indicator, territory, measure)
    return rows[(rows["territory"] == territory) & (rows["group"] == group)]


def test_ranks_by_hand():
    """Three provinces on ten paths: the first leads on nine of them; the other two change places, and the third leads once."""
    values = np.array([[3.0, 2.0, 1.0]] * 5 + [[3.0, 1.0, 2.0]] * 4 + [[1.0, 2.0, 3.0]])
    assert ranks(values).tolist() == [[1, 2, 1], [1, 3, 3]]


def test_groups_are_those_of_the_time():
    """63 provinces before July 2025, 34 since; the delta has its 11 and no successor that the register names."""
    before, today = groups(store(), OLD), groups(store(), MERGED)
    assert (len(before[NATION]), len(before[DELTA]), len(today[NATION]), list(today)) == (63, 11, 34, [NATION])
    assert OLD in before[DELTA] and MERGED in today[NATION] and OLD not in today[NATION] and MERGED not in before[NATION]


def test_the_band_is_recounted_on_the_draws():
    """The place of Hưng Yên in growth 2026-2030 counted anew: one more than the provinces above it, path by path."""
    held = answer(PRODUCTIVITY, OLD, "nso")
    others = draw_others(store(), held.study, held.question, held.nation, [name for name in groups(store(), OLD)[DELTA] if name != OLD])
    first, last = held.years.index(2025), held.years.index(2030)
    place = 1 + sum(draws.levels[:, last] / draws.levels[:, first] > held.levels[:, last] / held.levels[:, first] for draws in others.values())
    rows = own(PRODUCTIVITY, OLD, "nso", DELTA)
    row = rows[(rows["quantity"] == "growth_average") & (rows["last"] == 2030)].iloc[0]
    assert (row["rank_low"], row["rank_high"]) == tuple(np.quantile(place, (0.1, 0.9), method="inverted_cdf"))


def test_the_province_itself_is_drawn_as_it_answers():
    """Its band among the neighbours is that of its own answer, to the last digit."""
    held = answer(PRODUCTIVITY, MERGED, "nso")
    rows = own(PRODUCTIVITY, MERGED, "nso", NATION)
    row = rows[(rows["quantity"] == "level") & (rows["last"] == 2030)].iloc[0]
    assert row["median"] == pytest.approx(np.median(held.levels[:, held.years.index(2030)]), abs=1e-6)


def test_neighbours_have_chances_of_their_own():
    """Two provinces are not drawn with the same chances: their gaps to the nation do not move together."""
    held = answer(PRODUCTIVITY, OLD, "nso")
    pair = draw_others(store(), held.study, held.question, held.nation, ("ha_noi", "quang_ninh"))
    span = [held.years.index(year) for year in (2025, 2030)]
    grown = [np.diff(np.log(draws.levels[:, span] / held.levels[:, span]), axis=1)[:, 0] for draws in pair.values()]
    gaps = [np.diff(np.log(draws.levels[:, span]), axis=1)[:, 0] - np.diff(held.nation.draws[:, span], axis=1)[:, 0] for draws in pair.values()]
    assert len(grown[0]) == 400 and abs(np.corrcoef(gaps)[0, 1]) < 0.2


def test_provinces_without_figures_widen_the_band():
    """Digital share: 6 of the delta's 11 answer; five may stand above or below, and each of the five says why it is silent."""
    rows = stood(DIGITAL, OLD, "mic")
    delta = rows[(rows["group"] == DELTA) & (rows["last"] == 2030)].set_index("territory")
    silent = delta[delta["median"].isna()]
    assert (delta["answered"].iloc[0], delta["members"].iloc[0], len(silent)) == (6, 11, 5)
    assert silent["rank_low"].isna().all() and silent["reason_vi"].str.contains("chưa có số liệu").all()
    assert delta.loc["bac_ninh_pre2025", "rank_high"] >= 6 and delta.loc[OLD, "rank_high"] == 11
    assert delta.loc[OLD, "basis"] == "unnamed" and delta.loc["bac_ninh_pre2025", "basis"] == "list"


@pytest.mark.parametrize(("indicator", "measure", "territory"), [(DIGITAL, "mic", MERGED), (ECOMMERCE, "moit", OLD), (ECOMMERCE, "moit", MERGED)])
def test_no_rank_where_fewer_than_half_answer(indicator, measure, territory):
    rows = stood(indicator, territory, measure)
    assert len(rows) and (2 * rows["answered"] < rows["members"]).all() and rows["rank_low"].isna().all()


@pytest.mark.parametrize(("indicator", "measure"), [(PRODUCTIVITY, "nso"), (DIGITAL, "nso"), (DIGITAL, "mic")])
def test_no_rank_without_a_band(indicator, measure):
    for territory in (OLD, MERGED):
        rows = stood(indicator, territory, measure)
        ranked = rows[rows["rank_low"].notna()]
        assert (rows["rank_low"].isna() == rows["rank_high"].isna()).all()
        assert ((ranked["rank_low"] >= 1) & (ranked["rank_low"] <= ranked["rank_high"]) & (ranked["rank_high"] <= ranked["members"])).all()


def test_a_scenario_ranks_nobody():
    """A scenario pushes one province only: beside unpushed neighbours its place would say nothing."""
    pushed = policy.outlook(store(), PRODUCTIVITY, territory=MERGED, measure="nso", horizon_year=2030, scenario="ambitious", seed=3, n_paths=50)
    assert neighbours_table(pushed, store()).empty


def test_earlier_days_rank_what_was_known_then():
    """In mid-2023 no level of a province was known, but growth: no level is ranked, and nothing stops."""
    early = policy.outlook(store(), PRODUCTIVITY, territory=OLD, measure="nso", horizon_year=2025, as_of="2023-06-30", seed=3, n_paths=50)
    rows = neighbours_table(early, store())
    assert set(rows["quantity"]) <= {"growth_average"} | ({"level"} if early.draws.anchored else set())
    assert (rows["rank_low"].notna() == rows["rank_high"].notna()).all() and (rows["answered"] <= rows["members"]).all()
