"""Where the province stands: one touch from the leaders' page, every rank with its band, what cannot be ranked said so."""

import re

import pytest
from browser import chromium, page_at

from forecast.headline import NATION
from forecast.publish.exhibits.neighbours import neighbours

pytestmark = pytest.mark.slow
FOLD = "details[data-fold=neighbours] > summary"


def rows(**changed):
    """Two provinces of three by level and by growth, the third silent."""
    fixed = {"group": NATION, "answered": 2, "members": 3, "reason_vi": "", "reason_en": ""}
    told = {
        "hung_yen_2025": {"low": 8.0, "median": 9.0, "high": 10.0, "rank_low": 1, "rank_high": 3, "basis": "office"},
        "ha_noi": {"low": 7.0, "median": 9.5, "high": 11.0, "rank_low": 1, "rank_high": 3, "basis": "press"},
        "cao_bang": {"low": None, "median": None, "high": None, "rank_low": None, "rank_high": None, "basis": None},
    }
    return [
        fixed
        | {"quantity": "growth_average", "first": 2026, "last": 2030, "unit": "percent_per_year"}
        | {"territory": name, "name_vi": name, "name_en": name}
        | facts
        | changed
        for name, facts in told.items()
    ]


def exhibit(**changed):
    import pandas as pd

    return neighbours(pd.DataFrame(rows(**changed)), {"territory": "hung_yen_2025"})[0]


def test_a_rank_is_said_with_its_band_and_what_is_silent():
    said = exhibit()
    assert "Tăng bình quân 2026-2030: 9,0 %/năm (8,0–10,0), đứng thứ 1 đến 3 trên 3." in said.sentence.vi
    assert "between rank 1 and 3 of 3" in said.sentence.en and "1 trên 3 tỉnh chưa có số nào" in said.sentence.vi
    assert "chưa có trong số liệu" in said.sentence.vi  # today's provinces have no region that a document names
    assert [row[0].vi for row in said.rows] == ["ha_noi", "hung_yen_2025", "cao_bang"]
    assert [row[-1].vi for row in said.rows] == ["chỉ có trên báo chí", "số của cơ quan thống kê", "chưa có số nào"]


def test_no_rank_is_said_where_none_was_counted():
    said = exhibit(rank_low=None, rank_high=None, answered=1)
    assert said.sentence.vi == "Chưa xếp hạng được: chỉ 1 trên 3 tỉnh, thành phố có số liệu để trả lời." and not said.rows


def test_a_run_of_before_says_nothing():
    assert neighbours(None, {"territory": "hung_yen_2025"}) == []


def test_one_touch_opens_the_ranks(whole_page):
    """The page of the plan: one touch, then a rank with two ends for the territory shown, in both languages."""
    with chromium() as browser, page_at(browser, (1366, 768), outside=[]) as tab:
        tab.goto(whole_page[1].as_uri())
        assert not tab.locator("#neighbours h3:visible").count()
        tab.locator(FOLD).click()
        said = tab.locator("#neighbours").inner_text()
        assert re.search(r"đứng thứ \d+ đến \d+ trên 34", said) and "Chưa xếp hạng được" in said
        tab.locator("button[data-value=hung_yen_pre2025]:visible").first.click()
        assert re.search(r"đứng thứ \d+ đến \d+ trên 11", tab.locator("#neighbours").inner_text())
        tab.locator("button[data-value=en]:visible").first.click()
        assert re.search(r"between rank \d+ and \d+ of 63", tab.locator("#neighbours").inner_text())
