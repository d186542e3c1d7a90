"""Slow and failing kernels: the reader sees that something is on its way, then what is wrong and what to do, and keeps what is shown."""

import json
import os
import re
import signal

import pytest
from adviser_fixture import make_project, serving
from browser import chromium, page_at
from serving import kernels_of

pytestmark = pytest.mark.slow
WAIT = 60_000
READY = "#part-why svg"


@pytest.fixture(scope="module")
def served(tmp_path_factory):
    root = make_project(tmp_path_factory.mktemp("failing"))
    with serving(root) as (address, process), chromium() as browser:
        yield root, address, process, browser


@pytest.fixture
def beginning(served):
    """A function that lets an app's notebook begin with a line of its own; undone afterwards."""
    kept = {}

    def change(app, line):
        path = served[0] / "notebooks" / "apps" / f"{app}.ipynb"
        kept.setdefault(path, path.read_text("utf-8"))
        book = json.loads(kept[path])
        cell = next(cell for cell in book["cells"] if cell["cell_type"] == "code")
        cell["source"] = [f"{line}\n", *cell["source"]]
        path.write_text(json.dumps(book), "utf-8")

    yield change
    for path, text in kept.items():
        path.write_text(text, "utf-8")


def kill_kernels(process):
    for pid in kernels_of(process.pid):
        os.kill(pid, signal.SIGKILL)


def test_loading_app_names_what_can_be_read(served, beginning):
    """While an app is loading the page says so and names what can be read meanwhile."""
    _, address, _, browser = served
    beginning("kich_ban", "import time; time.sleep(3)")
    with page_at(browser, (768, 1024), outside=[]) as tab:
        tab.goto(f"{address}kich_ban.ipynb", wait_until="commit", timeout=WAIT)
        tab.wait_for_selector("#loading", timeout=WAIT)
        text = tab.locator("#loading").inner_text()
        assert tab.locator(".hy").count() == 0  # not there yet
        assert "Đang mở trang" in text and "one moment" in text and tab.locator("#loading a").is_visible()
        tab.wait_for_selector(READY, timeout=WAIT)
        assert tab.locator("#loading").count() == 0


def test_early_kernel_death_is_one_sentence(served, beginning):
    """A kernel that dies before the page is there leaves one plain sentence."""
    _, address, _, browser = served
    beginning("kich_ban", "import os; os.kill(os.getpid(), 9)")
    with page_at(browser, (768, 1024), outside=[]) as tab:
        tab.goto(f"{address}kich_ban.ipynb", timeout=WAIT)
        assert tab.locator("#failed").count() == 1 and tab.locator("#loading:visible").count() == 0
        text = tab.locator("body").inner_text()
        assert text.count("Hãy tải lại trang") == 1 and text.count("Reload it") == 1 and "Traceback" not in text


def test_no_channel_says_what_to_do(served):
    """Without a channel the page of scenarios says in both languages what to do."""
    _, address, _, browser = served
    with page_at(browser, (390, 844), outside=[]) as tab:
        tab.route_web_socket(re.compile("/channels"), lambda socket: socket.close())
        tab.goto(f"{address}kich_ban.ipynb", timeout=WAIT)
        tab.wait_for_selector("#notice.bad", timeout=WAIT)
        text = tab.locator("#notice").inner_text()
        assert "Hãy tải lại trang" in text and "Reload the page" in text
        assert tab.locator(".waiting:visible").count() == 0  # nothing pretends to be on its way


@pytest.mark.parametrize("language", ["vi", "en"])
def test_dead_kernel_leaves_results_and_a_way_on(served, language):
    """A kernel that dies leaves cards charts and tables and a way on."""
    _, address, process, browser = served
    with page_at(browser, (1024, 768), outside=[]) as tab:
        tab.goto(f"{address}kich_ban.ipynb", timeout=WAIT)
        tab.wait_for_selector(READY, timeout=WAIT)
        tab.click(f"button[data-value={language}]")
        tab.wait_for_timeout(400)
        tab.wait_for_selector(".adviser:not(.busy)", timeout=WAIT)
        cards, charts = tab.locator("#part-cards").inner_text(), tab.locator(".picture svg").count()
        kill_kernels(process)
        tab.wait_for_selector("#notice.bad", timeout=WAIT)
        lines = tab.locator("#notice p").all_inner_texts()
        wanted = ["Hãy tải lại trang", "Reload the page"]
        assert [want in line for want, line in zip(wanted if language == "vi" else wanted[::-1], lines, strict=True)] == [True, True]
        assert tab.locator("#part-cards").inner_text() == cards and tab.locator(".picture svg").count() == charts == 4
        tab.locator("#part-compare summary").first.click()
        assert tab.locator("#part-compare table").first.is_visible()
        tab.click("[data-reload]")
        tab.wait_for_selector(READY, timeout=WAIT)
        assert tab.locator("#notice").is_hidden()


def test_the_page_of_figures_works_on_without_any_kernel(served):
    _, address, process, browser = served
    errors = []
    with page_at(browser, (1024, 768), outside=[], errors=errors) as tab:
        tab.goto(f"{address}so_lieu.ipynb", timeout=WAIT)
        tab.wait_for_selector(".figures tbody tr", timeout=WAIT)
        kill_kernels(process)
        tab.wait_for_timeout(500)
        tab.select_option("[data-filter=indicator]", "ecommerce_revenue")
        assert "tỷ đồng" in tab.locator(".figures tbody").inner_text()
        tab.click("[data-language-of=en]")
        assert "billion VND" in tab.locator(".figures tbody").inner_text()
    assert errors == []
