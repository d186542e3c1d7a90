"""The first minute with the page: all three answers on the first screen, the rest one touch away, six sheets of paper."""

import re

import pytest
from browser import chromium, page_at

pytestmark = pytest.mark.slow
HIGHEST = {(1366, 768): 6000, (390, 844): 9000}
MOST_SHEETS = 6
LANGUAGES = ("vi", "en")


@pytest.fixture(scope="module")
def shown(whole_page):
    with chromium() as browser:
        yield whole_page[1], browser


@pytest.mark.parametrize("size", HIGHEST, ids=lambda size: f"{size[0]}x{size[1]}")
@pytest.mark.parametrize("language", LANGUAGES)
def test_first_screen_holds_all_three_answers(shown, size, language):
    path, browser = shown
    with page_at(browser, size, outside=[]) as tab:
        tab.goto(f"{path.as_uri()}#language={language}")
        answers = tab.locator(".aloud p:visible")
        assert answers.count() == 3
        assert max(answers.nth(place).bounding_box()["y"] + answers.nth(place).bounding_box()["height"] for place in range(3)) <= size[1]
        assert tab.evaluate("document.documentElement.scrollHeight") < HIGHEST[size]


def test_everything_is_one_touch_away(shown):
    """Contents stay in reach at the end of the page, and one button opens every fold of the state in view."""
    path, browser = shown
    with page_at(browser, (1366, 768), outside=[]) as tab:
        tab.goto(path.as_uri())
        folded = tab.evaluate("[...document.querySelectorAll('details')].filter(fold => !fold.open).length")
        assert folded > 20
        tab.evaluate("window.scrollTo(0, document.body.scrollHeight)")
        tab.locator(".contents summary").click()
        tab.locator(".contents a[href='#record']").click()
        assert 0 <= tab.locator("#record").bounding_box()["y"] < 200
        tab.locator(".contents summary").click()
        tab.locator("[data-unfold]").click()
        assert tab.evaluate("[...document.querySelectorAll('details')].every(fold => fold.open)")


def test_a_fold_stays_open_from_territory_to_territory(shown):
    path, browser = shown
    with page_at(browser, (1366, 768), outside=[]) as tab:
        tab.goto(path.as_uri())
        tab.locator("#labour_productivity_real details[data-fold=tryout]:visible > summary").click()
        chart = tab.locator("#labour_productivity_real .trychart:visible svg")
        assert chart.count() == 1
        tab.locator("button[data-value=hung_yen_pre2025]").click()
        assert tab.locator("#labour_productivity_real .trychart:visible svg").count() == 1


def test_six_sheets_of_paper_readable_in_grey(shown):
    """Default print: six sheets at most; folded evidence only where it was opened; no white letters on a colour that is not printed."""
    path, browser = shown
    with page_at(browser, (1366, 768), outside=[]) as tab:
        tab.goto(path.as_uri())
        sheets = len(re.findall(rb"/Type\s*/Page[^s]", tab.pdf(format="A4")))
        assert 2 <= sheets <= MOST_SHEETS
        tab.locator("#labour_productivity_real details[data-fold=tryout]:visible > summary").click()
        tab.locator("#labour_productivity_real [data-lever=tfp] input:visible").fill("3")
        tab.emulate_media(media="print")
        red = tab.locator("#labour_productivity_real .seen[data-colour=red]").first
        for property_, printed in (("color", "rgb(0, 0, 0)"), ("backgroundColor", "rgb(255, 255, 255)"), ("borderTopStyle", "solid")):
            assert red.evaluate(f"element => getComputedStyle(element).{property_}") == printed
        assert tab.locator(".chip:visible").first.evaluate("element => getComputedStyle(element).color") == "rgb(0, 0, 0)"


def test_the_record_stands_beside_the_number(shown):
    """Each card says how earlier forecasts did; the level beside a figure at other prices is in the prices of the chart."""
    path, browser = shown
    with page_at(browser, (1366, 768), outside=[]) as tab:
        tab.goto(path.as_uri())
        cards = tab.locator(".card:visible")
        assert cards.count() == 3
        for place in range(3):
            assert re.search(r"Chuỗi cả nước|tỉnh khác|Các lần trước", cards.nth(place).inner_text())
        tab.locator(".card:visible details summary").first.click()
        assert "theo giá so sánh 2010, như trên biểu đồ" in cards.first.inner_text()
