"""The adviser's app in a real browser with the network closed, served by standalone Voila."""

import os
import re
import signal
from pathlib import Path

import pytest
from adviser_fixture import SMALL, UNNAMED, make_project, serving
from browser import chromium, page_at
from serving import kernels_of

from forecast import evidence, policy
from forecast.runs.scenarios import kept_draws, saved

pytestmark = pytest.mark.slow
WAIT = 60_000
MARKET = "vn_ecommerce_growth_qd1568_2026_2030"


@pytest.fixture(scope="module")
def server(tmp_path_factory):
    root = make_project(tmp_path_factory.mktemp("adviser_page"))
    with serving(root) as (address, process), chromium() as browser:
        yield address, process, browser, root


def opened(tab, address, query=""):
    tab.goto(f"{address}kich_ban.ipynb{query}", timeout=WAIT)
    tab.wait_for_selector("#part-why svg", timeout=WAIT)


def settled(tab):
    tab.wait_for_timeout(200)  # a slider's question goes out when the finger rests
    tab.wait_for_selector(".adviser:not(.busy)", timeout=WAIT)


def pull(tab, lever, value):
    tab.evaluate(
        "([id, value]) => { const s = document.getElementById('lever-' + id); s.value = value; "
        "s.dispatchEvent(new Event('input', {bubbles: true})); }",
        [lever, value],
    )


def test_slider_moves_chance_charts_colour(server):
    """A slider moves chance charts and colour and the numbers are policy s."""
    address, _, browser, root = server
    outside, errors = [], []
    with page_at(browser, (1366, 768), outside=outside, errors=errors) as tab:
        opened(tab, address)
        pull(tab, "core_growth", 8)
        tab.wait_for_selector(".card .line:has-text('Của tôi')", timeout=WAIT)
        settled(tab)
        base = kept_draws.load(root, evidence.load(root / "data"), "hung_yen_2025", "nso")
        reason = {"vi": "a", "en": "a"}
        push = {"lever": "core_growth", "unit": "percent_per_year", "value": 8.0, "from": 2026, "to": 2030, "rating": "red", "reason": reason}
        form = {"id": "x", "name": reason, "summary": reason, "author": "a", "made": "2026-03-01", "assumptions": [push]}
        bands = policy.compare(base, "baseline", form).bands
        row = bands[(bands["scenario"] == "x") & (bands["indicator"] == "digital_economy_share") & (bands["year"] == 2030)].iloc[0]
        said = f"{row['median']:.1f}".replace(".", ",")
        assert f"{said} %" in tab.locator(".card:nth-child(2) .line:last-child").inner_text()
        lever = tab.locator("[data-lever=core_growth]")
        assert lever.get_attribute("data-colour") == policy.happened(base, base.store.scenario_levers["core_growth"], 8.0)["colour"] == "red"
        assert "năm 2025" in lever.locator("[data-before]").inner_text()
        tab.click("button[data-value=ecommerce_revenue]")
        settled(tab)
        pull(tab, "sellers", 5)
        pull(tab, "market", 5)  # the other view of the same revenue takes the first back to nought
        assert tab.locator("[data-lever=sellers] .value").inner_text() == "0"
    assert outside == [] and errors == []


@pytest.mark.parametrize("push", [-8, -3, -1, 0.5, 1, 3, 6, 15])
def test_the_colour_under_the_finger_is_the_one_policy_gives(server, push):
    address, _, browser, root = server
    base = kept_draws.load(root, evidence.load(root / "data"), "hung_yen_2025", "nso")
    with page_at(browser, (1366, 768), outside=[]) as tab:
        opened(tab, address)
        for lever in base.store.scenario_levers.values():
            value = max(lever.low, min(lever.high, push))
            if value and tab.locator(f"[data-lever={lever.id}]").count():
                pull(tab, lever.id, value)
                found = float(tab.evaluate(f"document.getElementById('lever-{lever.id}').value"))
                wanted = policy.happened(base, lever, found)["colour"] if found else "rest"
                assert tab.locator(f"[data-lever={lever.id}]").get_attribute("data-colour") == wanted, (lever.id, found)


def test_language_switch_keeps_the_state(server):
    """Language changes without losing what was set and no text stays behind."""
    address, _, browser, _ = server
    with page_at(browser, (1024, 768), outside=[]) as tab:
        opened(tab, address)
        pull(tab, "core_growth", 4)
        settled(tab)
        tab.click("button[data-value=en]")
        tab.wait_for_selector("#part-compare li:has-text('percentage points')", timeout=WAIT)
        settled(tab)
        assert tab.locator("[data-lever=core_growth] .value").inner_text() == "+4.0"
        assert "Mine" in tab.locator("#choices").inner_text()
        text = tab.locator(".adviser main").inner_text()
        shown = re.sub(r"(QĐ|NQ|Nghị quyết|Kế hoạch|Đại hội|Đảng|UBND|Hưng Yên|Thái Bình|nghị quyết|Chưa đọc).*", "", text)
        assert not re.search(r"khả năng|đòn bẩy|năm \d|điểm phần trăm|Của tôi|Cơ sở", shown)
        assert not re.search(r"\d,\d(?!\d\d)", shown)


def test_scenario_solved_saved_shared_opened(server):
    """A scenario is solved saved shared and opened by its short link."""
    address, _, browser, root = server
    with page_at(browser, (768, 1024), outside=[]) as tab:
        opened(tab, address)
        tab.select_option("#target", MARKET)
        tab.click("[data-solve='50']")
        tab.wait_for_selector("#apply", timeout=WAIT)
        tab.click("#apply")
        settled(tab)
        tab.fill("#name", "Đạt 50 %")
        tab.fill("#author", "Ban <KT>")
        tab.fill("#reason", "thử")
        tab.click("#save button")
        tab.wait_for_selector("#part-saved .code", timeout=WAIT)
        code = tab.locator("#part-saved .code").inner_text()
        record = saved.record_of(root, code)
        assert record["author"] == "Ban <KT>" and record["question"]["scenario"]["name"]["vi"] == "Đạt 50 %"
        assert record["numbers"]["ecommerce_revenue"]["probability"] >= 0.5
        opened(tab, address, f"?kich_ban={code}")
        assert "Đạt 50 %" in tab.locator("#part-opened").inner_text() and "Ban <KT>" in tab.locator("#part-opened").inner_text()
        assert tab.locator("[data-lever=sellers] .value").inner_text() != "0,0"


def test_lever_spans_are_saved_and_shown(server):
    """A lever may hold several spans of years which are saved and shown again."""
    address, _, browser, root = server
    errors = []
    with page_at(browser, (390, 844), outside=[], errors=errors) as tab:
        opened(tab, address)
        pull(tab, "core_growth", 4)
        lever = tab.locator("[data-lever=core_growth]")
        lever.locator("[data-more-span]").click()
        assert lever.locator(".span").count() == 2 and lever.locator(".value").inner_text() == "2 giai đoạn"
        tab.evaluate("(s => { s.value = -3; s.dispatchEvent(new Event('input', {bubbles: true})); })"
                     "(document.querySelectorAll('[data-lever=core_growth] .span input')[1])")  # fmt: skip
        assert lever.locator(".span output").all_inner_texts() == ["+4,0", "−3,0"]
        assert lever.get_attribute("data-colour") == "red"
        lever.locator(".span select").nth(3).select_option("2029")  # years in force of no span are allowed
        assert [one.locator("option").all_inner_texts() for one in lever.locator(".span select").all()][1:3] == [
            ["2026", "2027", "2028"], ["2029"]]  # no choice of years can make two spans overlap
        settled(tab)
        for field in ("name", "author", "reason"):
            tab.fill(f"#{field}", "Hai giai đoạn")
        tab.click("#save button")
        tab.wait_for_selector("#part-saved .code", timeout=WAIT)
        code = tab.locator("#part-saved .code").inner_text()
        kept = saved.record_of(root, code)["question"]["scenario"]["assumptions"][0]["spans"]
        assert kept == [[2026, 2028, 4.0], [2029, 2029, -3.0]]
        opened(tab, address, f"?ma={code}")
        settled(tab)
        assert lever.locator(".span output").all_inner_texts() == ["+4,0", "−3,0"]
        lever.locator("[data-drop-span]").first.click()
        assert lever.locator(".span").count() == 1 and "Của tôi" in tab.locator("#choices").inner_text()
        tab.select_option("#start", "shock_recovery")
        assert tab.locator("[data-lever=tfp] .span").count() == 2
        assert "Của tôi" not in tab.locator("#choices").inner_text()  # unchanged: it is the scenario itself that is compared
        tab.click("#reset")
        assert tab.locator(".span").count() == 0
    assert errors == []


def test_hostile_addresses_show_nothing_but_a_sentence(server):
    address, _, browser, _ = server
    errors = []
    with page_at(browser, (1024, 768), outside=[], errors=errors) as tab:
        tab.on("dialog", lambda dialog: errors.append(dialog.message))
        opened(tab, address, "?kich_ban=%3Cimg%20src%3Dx%20onerror%3Dalert(1)%3E&ma=__import__('os')")
        tab.wait_for_selector(".card .big", timeout=WAIT)
        assert tab.locator("img[src=x]").count() == 0
    assert errors == []


def test_files_are_taken_from_the_page(server):
    address, _, browser, _ = server
    with page_at(browser, (1366, 768), outside=[]) as tab:
        opened(tab, address)
        for what, kind, first in (("bands", "png", b"\x89PNG"), ("differences", "svg", b"<svg"), ("documents", "xlsx", b"PK")):
            with tab.expect_download(timeout=WAIT) as waiting:
                tab.click(f"[data-file={what}][data-kind={kind}]")
            assert Path(waiting.value.path()).read_bytes().startswith(first)
            assert waiting.value.suggested_filename == f"kich_ban_{what}.{kind}"


@pytest.mark.parametrize("size", [(390, 844), (768, 1024), (1024, 768), (1366, 768), (1920, 1080)])
def test_screens_fit_and_are_named(server, size):
    """No screen scrolls sideways and everything is big enough and named."""
    address, _, browser, _ = server
    with page_at(browser, size, outside=[]) as tab:
        opened(tab, address)
        assert tab.evaluate("document.documentElement.scrollWidth") <= size[0]
        assert tab.evaluate(SMALL) == [] and tab.evaluate(UNNAMED) == []


def test_a_dead_kernel_leaves_the_page_as_it_is_and_says_so(server):
    address, process, browser, _ = server
    with page_at(browser, (1024, 768), outside=[]) as tab:
        opened(tab, address)
        pull(tab, "core_growth", 4)
        settled(tab)
        for pid in kernels_of(process.pid):
            os.kill(pid, signal.SIGKILL)
        tab.evaluate("window.stopped = true")
        pull(tab, "core_growth", 8)
        assert tab.locator("[data-lever=core_growth]").get_attribute("data-colour") == "red"
        tab.wait_for_selector("#notice.bad", timeout=WAIT)
        assert "tải lại trang" in tab.locator("#notice").inner_text()
        assert tab.locator(".card .big").count() >= 6
