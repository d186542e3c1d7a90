"""Every province of today and of before July 2025 can be asked: a whole answer, or a refusal in both languages."""

import re
from functools import cache

import numpy as np
import pytest

from forecast import evidence, headline, policy
from forecast.errors import ForecastError, MissingComponentError
from forecast.headline import DIGITAL, ECOMMERCE, PRODUCTIVITY
from forecast.publish import published
from forecast.publish.exhibits import outlook as exhibits
from forecast.runs.folders import RUN_DIR
from forecast.runs.plans.parameters import known_notebooks
from forecast.runs.records import record, validate

PROVINCES = headline.registered().provinces
CASES = ((PRODUCTIVITY, "nso"), (DIGITAL, "nso"), (DIGITAL, "mic"), (ECOMMERCE, "moit"))
_VIETNAMESE = re.compile("[ăâđêôơưàáảãạằắẳẵặầấẩẫậèéẻẽẹềếểễệìíỉĩịòóỏõọồốổỗộờớởỡợùúủũụừứửữựỳýỷỹỵ]", re.I)


@cache
def store():
    return evidence.load()


@cache
def answers(indicator, measure):
    """By province: its outlook, or why there is none."""
    return {name: _answer(indicator, name, measure) for name in PROVINCES}


def _answer(indicator, territory, measure):
    try:
        return policy.outlook(store(), indicator, territory=territory, measure=measure, horizon_year=2030, seed=1, n_paths=100)
    except ForecastError as refused:
        return refused


def test_63_former_and_34_of_today_can_be_asked():
    """86 ids: 63 before July 2025 and 23 merged; the 11 whose borders did not change have one id for both."""
    places = {name: place for name, place in store().territories.items() if place.kind == "province"}
    assert set(PROVINCES) == set(places) and len(PROVINCES) == len(set(PROVINCES)) == 86
    merged = [name for name, place in places.items() if place.components]
    unchanged = [name for name, place in places.items() if not place.components and place.valid_to is None]
    assert (len(merged), len(unchanged)) == (23, 11)
    parts = [part for name in merged for part in places[name].components]
    assert len(parts) == len(set(parts)) == 63 - 11  # every former province is in exactly one of today's


@pytest.mark.parametrize(("indicator", "measure"), CASES)
def test_every_province_answers_or_says_why_not(indicator, measure):
    """An answer is finite and inside its support; a refusal is in both languages and names the province, or the part that lacks."""
    low, high = store().indicators[indicator].support
    for name, found in answers(indicator, measure).items():
        if isinstance(found, ForecastError):
            named = {one for one in (name, *store().territories[name].components) if f"'{one}'" in found.vi and f"'{one}'" in found.en}
            assert named and _VIETNAMESE.search(found.vi) and not _VIETNAMESE.search(found.en), (name, found)
            continue
        assert found.levels.shape == (100, len(found.years)) and found.years[-1] >= 2030, name
        assert np.isfinite(found.levels).all() and found.levels.min() > low, name
        assert high is None or found.levels.max() < high, name


def test_productivity_of_every_province_has_an_answer():
    """Since the tables of 2026 each province has output, employed and a level: none is refused, each is anchored."""
    found = answers(PRODUCTIVITY, "nso")
    assert not [name for name, answer in found.items() if isinstance(answer, ForecastError)]
    assert all(answer.draws.anchored and answer.known_to == 2025 for answer in found.values())


@pytest.mark.parametrize("territory", ["hai_duong_pre2025", "ninh_binh_pre2025"])
def test_an_answer_without_a_past_is_recorded_whole(monkeypatch, tmp_path, territory):
    """In 2023 only output growth after the nation's last year was known of some: an answer, recorded and shown, with no past beside it."""
    monkeypatch.setenv(RUN_DIR, str(tmp_path))
    asked = {"territory": territory, "measure": "nso", "horizon_year": 2030, "as_of": "2023-12-31", "seed": 1, "n_paths": 100}
    answer = policy.outlook(store(), PRODUCTIVITY, **asked)
    tables, summary = policy.tables(answer, store()), policy.summary(answer, store())
    assert tables["history"].empty and answer.draws.readings
    record.save(tables, summary)
    record.finish()
    assert validate.problems(tmp_path, known_notebooks()["01_labour_productivity"].tables) == []
    read = {name: published._table(tmp_path, name) for name in published.TABLES}
    fan = exhibits.fan({name: table for name, table in read.items() if table is not None}, summary, "growth")
    assert fan.chart(640, 330)["layer"] and len(fan.rows) == tables["forecast"]["target_period"].nunique()


def test_a_province_without_a_share_is_not_made_up():
    """Where no figure of a province is known there is no forecast of its share or sales, not the nation's in its place."""
    for indicator, measure in CASES[1:]:
        refused = {name for name, found in answers(indicator, measure).items() if isinstance(found, ForecastError)}
        assert "lai_chau" in refused and not {"hung_yen_2025", "hung_yen_pre2025"} & refused
        assert all(isinstance(answers(indicator, measure)[name], MissingComponentError) for name in refused)


def test_a_merged_level_lies_between_its_parts():
    """In the last year of its figures the merged productivity lies between its components' (medians)."""
    found = answers(PRODUCTIVITY, "nso")
    for name in PROVINCES:
        parts = store().territories[name].components
        levels = [np.median(found[one].levels[:, found[one].years.index(2025)]) for one in (name, *parts)]
        assert not parts or min(levels[1:]) * 0.98 < levels[0] < max(levels[1:]) * 1.02, name
