"""Who reads with a keyboard, a screen reader, a phone or on paper: axe-core, target sizes, widths, print, words and numbers."""

import re

import pytest
from axe_playwright_python.sync_playwright import Axe
from browser import UNFOLD, chromium, page_at, visit

SCREENS = ((390, 844), (768, 1024), (1024, 768), (1366, 768), (1920, 1080))
SMALL = """() => [...document.querySelectorAll('button, summary, input[type=range], .foot a, .apps a')]
  .filter(element => element.offsetParent && element.checkVisibility())
  .map(element => [element.className || element.tagName, element.getBoundingClientRect().width, element.getBoundingClientRect().height])
  .filter(element => element[2] < 43.9 || element[1] < 43.9)"""


@pytest.fixture(scope="module")
def shown(whole_page):
    """A page of the real figures as one file, and a browser."""
    _, path = whole_page
    with chromium() as browser:
        yield path, browser


@pytest.mark.slow
@pytest.mark.parametrize("language", ["vi", "en"])
def test_axe_finds_nothing_serious(shown, language):
    path, browser = shown
    with page_at(browser, (1024, 768), outside=[]) as tab:
        tab.goto(path.as_uri())
        tab.click(f"button[data-value={language}]")
        tab.evaluate("document.querySelectorAll('[data-preset-all=ambitious]')[0].click()")
        tab.evaluate(UNFOLD)
        report = Axe().run(tab).response
        assert len(report["passes"]) > 20  # it did look
    bad = [(rule["id"], rule["impact"], [node["html"][:160] for node in rule["nodes"]][:4]) for rule in report["violations"]]
    assert [rule for rule in bad if rule[1] in ("serious", "critical")] == []


@pytest.mark.slow
@pytest.mark.parametrize("size", SCREENS, ids=lambda size: f"{size[0]}x{size[1]}")
def test_no_sideways_scrolling_and_every_target_is_44_pixels(shown, size):
    path, browser = shown
    with page_at(browser, size, outside=[]) as tab:
        tab.goto(path.as_uri())
        for language in ("vi", "en"):
            tab.click(f"button[data-value={language}]")
            tab.evaluate("document.querySelectorAll('[data-preset-all=ambitious]')[0].click()")
            tab.evaluate(UNFOLD)
            wide, seen = tab.evaluate("[document.documentElement.scrollWidth, window.innerWidth]")
            assert wide <= seen, f"{size} {language}: {wide} > {seen}"
            assert tab.evaluate(SMALL) == []


@pytest.mark.slow
def test_everything_can_be_done_from_the_keyboard(shown):
    path, browser = shown
    with page_at(browser, (1024, 768), outside=[]) as tab:
        visit(tab, path.as_uri())
        box = tab.locator("#labour_productivity_real [data-tryout]:visible")
        tab.locator("[data-preset-all=cautious]").focus()
        tab.keyboard.press("Enter")
        assert box.locator("[data-preset=cautious]").get_attribute("aria-pressed") == "true"
        slider = box.locator("[data-lever=tfp] input")
        slider.focus()
        tab.keyboard.press("End")
        assert slider.input_value() == "3"
        assert "3,0 điểm phần trăm" in slider.get_attribute("aria-valuetext").replace("\u00a0", " ")
        assert box.locator("[data-preset=cautious]").get_attribute("aria-pressed") == "false"


@pytest.mark.slow
def test_numbers_and_words_are_of_their_language(shown):
    """No point as a decimal mark in Vietnamese text, no comma in English, no code or id anywhere."""
    path, browser = shown
    with page_at(browser, (1024, 768), outside=[]) as tab:
        visit(tab, path.as_uri())
        tab.evaluate("document.querySelectorAll('[data-preset-all=ambitious]')[0].click()")
        tab.evaluate(UNFOLD)
        for language, wrong in (("vi", r"(?<![\d./])\d+\.\d{1,2}(?![\d./])"), ("en", r"(?<![\d,])\d+,\d{1,2}(?![\d,])")):
            tab.click(f"button[data-value={language}]")
            text = tab.evaluate("""() => [...document.querySelectorAll('.aloud, .cards, .indicator')].map(node => node.innerText).join('\\n')""")
            own = [line for line in text.splitlines() if not re.search(r"QĐ|NQ|“|\"", line)]  # a document's own words stay as printed
            assert [line for line in own if re.search(wrong, line)] == []
            assert not re.search(r"[a-z]+_[a-z]+|undefined|NaN|null|\{reach\}", text)


@pytest.mark.slow
def test_in_print_the_answers_stay_and_the_controls_go(shown):
    path, browser = shown
    with page_at(browser, (1024, 768), outside=[]) as tab:
        visit(tab, path.as_uri())
        tab.emulate_media(media="print")
        assert tab.locator(".cards .big:visible").count() == 3
        assert tab.locator("#labour_productivity_real .headline:visible").count() == 1
        assert tab.locator(".bar:visible, .levers:visible, .plain:visible").count() == 0
        assert len(tab.pdf()) > 10_000
