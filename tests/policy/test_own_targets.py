"""A reader's own target: what is typed, read in words, held against the draws, refused in one sentence."""

import numpy as np
import pytest
from own_texts import PRODUCTIVITY, READ, REFUSED, SHARE
from publish_real import answer, store

from forecast import policy
from forecast.errors import RefusedError
from forecast.policy.outlooks.answers import askable, with_own_target
from forecast.policy.outlooks.own_targets import OWN, read
from forecast.policy.scenarios.baselines import with_own_targets


@pytest.mark.parametrize(("asked", "text", "wanted"), READ, ids=[text for _, text, _ in READ])
def test_a_typed_target_is_read(asked, text, wanted):
    assert read(text, askable(answer(*asked))) == wanted


@pytest.mark.parametrize(("asked", "text", "words"), REFUSED, ids=[text[:30] or "empty" for _, text, _ in REFUSED])
def test_what_cannot_be_asked_is_refused_in_words(asked, text, words):
    with pytest.raises(RefusedError) as refused:
        read(text, askable(answer(*asked)))
    assert words in refused.value.vi and refused.value.en and "{" not in refused.value.vi + refused.value.en


def test_the_chance_is_counted_on_the_draws():
    """Average and every year by an independent count on the outlook's paths; the typed target leads."""
    outlook = answer(*PRODUCTIVITY)
    levels = outlook.levels[:, [outlook.years.index(year) for year in range(2025, 2031)]]
    mean, single = (levels[:, -1] / levels[:, 0]) ** (1 / 5) >= 1.07, (levels[:, 1:] / levels[:, :-1] >= 1.07).all(axis=1)
    for text, counted in (("7 %/năm đến 2030", mean), ("năm nào cũng 7 %/năm đến 2030", single)):
        held = with_own_target(outlook, text).headline
        assert held.target.id == OWN and abs(held.probability - counted.mean()) < 1e-9
    twice = with_own_target(with_own_target(outlook, "7 %/năm"), "8 %/năm")
    assert [each.target.value for each in twice.assessments if each.applies == "asked"] == [8.0]
    assert with_own_target(twice, "").assessments == outlook.assessments


def test_solver_and_scenarios_follow():
    """What it takes for a typed target reaches its chance on the draws, and a scenario's outlook holds it too."""
    base = with_own_targets(policy.baseline(store()), {SHARE[0]: "12 % năm 2030"})
    solution = policy.solve(base, OWN, 0.8)
    assert solution.possible and solution.before < 0.8
    levels = policy.simulate(base, solution.scenario)[SHARE[0]]
    assert np.mean(levels[:, base.outlooks[SHARE[0]].years.index(2030)] >= 12.0 - 1e-9) == pytest.approx(solution.reached)
    moved = policy.under_scenario(base, solution.scenario)[SHARE[0]].headline
    assert moved.target.id == OWN and moved.probability == pytest.approx(solution.reached)


def test_a_run_records_the_typed_target():
    outlook = with_own_target(answer(*SHARE), "12 % năm 2030")
    tables, summary = policy.tables(outlook, store()), policy.summary(outlook, store())
    row = tables["verdicts"].set_index("target").loc[OWN]
    assert summary["headline_target"] == OWN and row["applies"] == "asked" and row["value"] == 12.0
    assert (tables["solutions"]["target"] == OWN).any()
