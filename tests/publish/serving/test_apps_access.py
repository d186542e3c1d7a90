"""Advisers who read with a screen reader or a keyboard: axe-core over both apps, every part opened, in both languages."""

import re

import pytest
from adviser_fixture import make_project, serving
from axe_playwright_python import sync_playwright as axe
from browser import chromium, page_at

pytestmark = pytest.mark.slow
READY = {"kich_ban": "#part-why svg", "so_lieu": ".figures tbody tr"}


@pytest.fixture(scope="module")
def served(tmp_path_factory):
    with serving(make_project(tmp_path_factory.mktemp("access"))) as (address, _), chromium() as browser:
        yield address, browser


def opened(tab, address, app, language):
    """The app with every part open that a reader can open, a scenario on the sliders and a solution asked for."""
    tab.goto(f"{address}{app}.ipynb", timeout=60_000)
    tab.wait_for_selector(READY[app], timeout=60_000)
    tab.click(f"button[data-value={language}], button[data-language-of={language}]")
    tab.wait_for_timeout(300)
    tab.wait_for_selector(".hy:not(.busy)", timeout=60_000)
    tab.evaluate("document.querySelectorAll('details').forEach(element => { element.open = true; })")
    if app == "kich_ban":
        tab.click("[data-lever=core_growth] [data-more-span]")
        tab.click("[data-solve='50']")
        tab.wait_for_selector("#part-solution .headline", timeout=60_000)
        tab.wait_for_timeout(300)
        tab.wait_for_selector(".hy:not(.busy)", timeout=60_000)
        tab.evaluate("document.querySelectorAll('details').forEach(element => { element.open = true; })")


@pytest.mark.parametrize("width", [390, 1366])
@pytest.mark.parametrize("language", ["vi", "en"])
@pytest.mark.parametrize("app", READY)
def test_axe_finds_nothing_serious(served, app, language, width):
    address, browser = served
    with page_at(browser, (width, 844 if width < 500 else 768), outside=[]) as tab:
        opened(tab, address, app, language)
        report = axe.Axe().run(tab).response
    grave = [rule for rule in report["violations"] if rule["impact"] in ("serious", "critical")]
    bad = [(rule["id"], [node["html"][:160] for node in rule["nodes"]][:4]) for rule in grave]
    assert len(report["passes"]) > 15 and bad == []  # it did look


@pytest.mark.parametrize("language", ["vi", "en"])
def test_charts_have_sentence_and_table(served, language):
    """Each chart has a sentence with its numbers and a table behind it."""
    address, browser = served
    with page_at(browser, (1366, 768), outside=[]) as tab:
        opened(tab, address, "kich_ban", language)
        pictures = tab.locator("#part-compare figure, #part-why figure")
        assert pictures.count() == 4
        for picture in pictures.all():
            sentence = picture.locator("[role=img]").get_attribute("aria-label")
            assert sentence == picture.locator("figcaption").inner_text() and sentence.endswith(".") and re.search(r"\d[,.]\d", sentence)
        tables = {button.get_attribute("data-file") for button in tab.locator("[data-kind=xlsx]").all()}
        assert tables == {"years", "targets", "contributions", "assumptions", "documents"}
        for section in ("#part-compare", "#part-why"):
            assert tab.locator(f"{section} table tbody tr").count() >= tab.locator(f"{section} figure").count()


@pytest.mark.parametrize("app", READY)
def test_tab_reaches_everything_that_can_be_used(served, app):
    address, browser = served
    with page_at(browser, (1366, 768), outside=[]) as tab:
        opened(tab, address, app, "vi")
        usable = """() => Array.from(document.querySelectorAll('button:not(:disabled), select, input:not(:disabled), textarea, a[href], summary'))
          .filter(element => element.checkVisibility())"""
        count = tab.evaluate(f"({usable})().map((element, at) => {{ element.dataset.spot = at; }}).length")
        tab.evaluate("document.activeElement.blur(); window.scrollTo(0, 0)")
        reached = set()
        for _ in range(count + 30):
            tab.keyboard.press("Tab")
            spot = tab.evaluate("document.activeElement.dataset.spot || ''")
            reached |= {spot} if spot else set()
        assert len(reached) == count > 30


def test_a_keyboard_alone_moves_a_lever_and_reaches_the_solver(served):
    address, browser = served
    with page_at(browser, (1366, 768), outside=[]) as tab:
        tab.goto(f"{address}kich_ban.ipynb", timeout=60_000)
        tab.wait_for_selector(READY["kich_ban"], timeout=60_000)
        tab.focus("#lever-core_growth")
        tab.keyboard.press("ArrowRight")
        assert tab.locator("[data-lever=core_growth] .value").inner_text() == "+0,5"
        assert "% mỗi năm" in tab.locator("#lever-core_growth").get_attribute("aria-valuetext")
        for _ in range(80):
            tab.keyboard.press("Tab")
            if tab.evaluate("document.activeElement.dataset.solve || ''") == "80":
                break
        tab.keyboard.press("Enter")
        tab.wait_for_selector("#part-solution .headline", timeout=60_000)
