"""Advisers who read with a screen reader or a keyboard: axe-core over both apps, every part opened, in both languages."""

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


@pytest.mark.parametrize("language", ["vi", "en"])
@pytest.mark.parametrize("app", READY)
def test_axe_finds_nothing_serious(served, app, language):
    address, browser = served
    with page_at(browser, (1024, 768), outside=[]) as tab:
        tab.goto(f"{address}{app}.ipynb", timeout=60_000)
        tab.wait_for_selector(READY[app], timeout=60_000)
        tab.click(f"button[data-value={language}], button[data-language-of={language}]")
        tab.wait_for_timeout(300)
        tab.wait_for_selector(".hy:not(.busy)", timeout=60_000)
        tab.evaluate("document.querySelectorAll('details').forEach(one => { one.open = true; })")
        said = axe.Axe().run(tab).response
    bad = [(one["id"], [node["html"][:160] for node in one["nodes"]][:4]) for one in said["violations"] if one["impact"] in ("serious", "critical")]
    assert len(said["passes"]) > 15 and bad == []  # it did look


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
