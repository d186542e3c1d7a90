"""The bands of ranks hold about what they say when later years are hidden, and no more than whole places explain."""

from functools import cache

from forecast import evaluation, evidence
from forecast.headline import NATION


@cache
def cases():
    store = evidence.load()
    return evaluation.rank_cases(store, evaluation.gap_panel(store), seed=1, n_paths=500)


def test_the_bands_of_ranks_hold_what_they_say():
    """Growth of hidden years, all provinces: within .06 of .80; levels and the small group hold more, never less."""
    shown = evaluation.rank_summary(cases()).set_index(["group", "quantity", "ahead"])
    for ahead in (1, 3):
        assert abs(shown.loc[(NATION, "growth_average", ahead), "coverage80"] - 0.8) < 0.06
    assert (shown["coverage80"] > 0.74).all() and (shown["width"] < shown["members"]).all()


def test_every_place_is_taken_once():
    """In each group, quantity and origin the places that came are 1 to the number of provinces."""
    for _, group in cases().groupby(["group", "quantity", "origin", "ahead"]):
        assert sorted(group["came"]) == list(range(1, len(group) + 1)) and (group["members"] == len(group)).all()


def test_a_level_further_back_was_carried_by_the_growth_that_came():
    """The last level of three years ahead is the same whether one or three years were hidden: it is the figure of that year."""
    rows = cases()
    level = rows[(rows["quantity"] == "level") & (rows["group"] == NATION)]
    last = {ahead: part.assign(year=part["origin"] + ahead) for ahead, part in level.groupby("ahead")}
    year = last[3]["year"].max()
    places = [part[part["year"] == year].set_index("territory")["came"].sort_index() for part in last.values()]
    assert (abs(places[0] - places[1]) <= 1).all()
