"""The page in a real Chromium with the network closed: switches, sizes, sources, hostile text, refusals."""

import re
import shutil

import pytest
from browser import SIZES, UNFOLD, chromium, page_at, visit
from places import DATA
from publish_fixture import make_root

from forecast.cli.main import main
from forecast.errors import PublishError
from forecast.publish import published as reading
from forecast.publish.leaders import page

HOSTILE = "\"><img src=x onerror=\"window.hacked=1\"><script>window.hacked=1</script>{{7*7}}"


@pytest.fixture(scope="module")
def shown(tmp_path_factory):
    """A published root with hostile text everywhere and real sources, its page written, and a browser."""
    root = make_root(tmp_path_factory.mktemp("published"), hostile=HOSTILE)
    shutil.copytree(DATA, root / "data")
    path = page.write_static(root, root / "static")
    with chromium() as browser:
        yield root, path, browser


def test_nothing_published_is_said_in_plain_words(tmp_path):
    with pytest.raises(PublishError) as refused:
        page.build(tmp_path)
    assert refused.value.vi == "Chưa có kết quả nào được công bố: hãy chạy make run."


def test_a_damaged_record_is_named_and_not_shown(tmp_path):
    make_root(tmp_path)
    (tmp_path / "parameterized_runs/out/test-01-hung_yen_2025-nso/summary.json").write_text('{"indic')
    with pytest.raises(PublishError, match="không đọc được"):
        reading.read(tmp_path)


def test_a_run_id_cannot_leave_the_folder_of_runs(tmp_path):
    make_root(tmp_path)
    pointer = tmp_path / "parameterized_runs" / "published.json"
    pointer.write_text(pointer.read_text("utf-8").replace("test-01-hung_yen_2025-nso", "../../x"), "utf-8")
    with pytest.raises(PublishError):
        reading.read(tmp_path)


@pytest.mark.slow
def test_page_fits_and_asks_nothing_at_any_size(shown):
    """No outside request no script error and no sideways scroll at any size."""
    _, path, browser = shown
    for size in SIZES:
        outside, errors = [], []
        with page_at(browser, size, outside=outside, errors=errors) as tab:
            visit(tab, path.as_uri())
            for territory in ("hung_yen_pre2025", "hung_yen_2025"):
                tab.click(f"button[data-value={territory}]")
                tab.evaluate(UNFOLD)
                wide, seen = tab.evaluate("[document.documentElement.scrollWidth, window.innerWidth]")
                assert wide <= seen, f"{size} {territory}: {wide} > {seen}"
        assert outside == [] and errors == []


@pytest.mark.slow
def test_switches_change_what_is_shown(shown):
    """The switches change what is shown and language keeps the state."""
    _, path, browser = shown
    with page_at(browser, (1024, 768), outside=[]) as tab:
        visit(tab, path.as_uri())
        assert tab.locator(".card:visible").count() == 3
        digital = tab.locator("#digital_economy_share .about:visible")
        assert "trước 7/2025" in digital.inner_text() and "Cục Thống kê" in digital.inner_text()
        tab.click("button[data-value=hung_yen_2025]")
        tab.click("button[data-value=mic]")
        tab.locator("button[data-value=en]").focus()
        tab.keyboard.press("Enter")
        assert "merged Hưng Yên" in digital.inner_text() and "Ministry" in digital.inner_text()
        assert tab.evaluate("document.documentElement.lang") == "en"
        assert tab.get_attribute("button[data-value=en]", "aria-pressed") == "true"
        assert tab.get_attribute("button[data-value=vi]", "aria-pressed") == "false"
        assert tab.locator(".card:visible").count() == 3
        address = tab.url
        tab.goto("about:blank")
        visit(tab, address)
        assert "merged Hưng Yên" in digital.inner_text()


@pytest.mark.slow
def test_the_refused_run_shows_its_reason(shown):
    _, path, browser = shown
    with page_at(browser, (1024, 768), outside=[]) as tab:
        visit(tab, path.as_uri())
        tab.click("button[data-value=hung_yen_2025]")
        tab.click("button[data-value=mic]")
        section = tab.locator("#digital_economy_share")
        assert "chưa có năm nào của tỉnh hợp nhất theo cách đo này" in section.inner_text()
        assert section.locator("svg:visible").count() == 0


@pytest.mark.slow
def test_every_number_resolves_to_a_source_or_a_run(shown):
    root, path, browser = shown
    published = reading.read(root)
    runs = {run.run_id for run in published.runs}
    with page_at(browser, (1024, 768), outside=[]) as tab:
        visit(tab, path.as_uri())
        orphans = tab.evaluate(ORPHANS)
        sources = tab.evaluate("[...document.querySelectorAll('[data-source]')].map(element => element.dataset.source)")
        named = tab.evaluate("[...document.querySelectorAll('[data-run]')].map(element => element.dataset.run)")
        listed = set(tab.evaluate("[...document.querySelectorAll('#sources li')].map(element => element.dataset.source)"))
        missing = tab.locator("#sources li", has_text="chưa có trong danh mục nguồn").count()
    assert orphans == []
    assert set(named) <= runs
    used = {part for text in sources for part in text.split("+")}
    assert used and missing == 0
    from forecast import evidence

    assert used <= set(evidence.load(DATA).sources) and listed <= used


ORPHANS = r"""() => {
  const walker = document.createTreeWalker(document.querySelector('.hy'), NodeFilter.SHOW_TEXT), found = [];
  while (walker.nextNode()) {
    const node = walker.currentNode;
    if (/\d/.test(node.data) && !node.parentElement.closest('[data-source],[data-run]')) found.push(node.data.trim());
  }
  return found;
}"""


@pytest.mark.slow
def test_hostile_text_is_text(shown):
    _, path, browser = shown
    with page_at(browser, (1024, 768), outside=[]) as tab:
        visit(tab, path.as_uri() + "#territory=%22%3E%3Cscript%3Ewindow.hacked=1%3C/script%3E&language=xx")
        assert tab.evaluate("window.hacked") is None
        assert tab.locator(".hy img").count() == 0 and tab.locator(".hy script").count() == 0
        assert "<script>window.hacked=1</script>{{7*7}}" in tab.locator("main").text_content()
        assert tab.evaluate("document.querySelector('.hy').dataset.language") == "vi"


@pytest.mark.slow
def test_touch_targets_words_and_tables(shown):
    """Touch targets are large enough and charts have words and tables."""
    _, path, browser = shown
    with page_at(browser, (768, 1024), outside=[]) as tab:
        visit(tab, path.as_uri())
        small = tab.evaluate("""[...document.querySelectorAll('button, summary, .foot a')].filter(element => element.offsetParent)
            .map(element => [element.innerText, element.getBoundingClientRect().height]).filter(pair => pair[1] < 44)""")
        assert small == []
        bare = tab.evaluate("""[...document.querySelectorAll('figure')].filter(element =>
            !element.querySelector('figcaption').textContent.trim() || !element.querySelector('table tbody tr')).length""")
        assert tab.locator("figure").count() > 10
        assert bare == 0
        assert tab.locator("[role=img]:not([aria-label])").count() == 0


def test_both_languages_say_everything(shown):
    _, path, _ = shown
    text = re.sub(r"<svg.*?</svg>|<style.*?</style>|<script>\(.*?</script>", "", path.read_text("utf-8"), flags=re.S)
    vi, en = len(re.findall(r"<i lang=vi>", text)), len(re.findall(r"<i lang=en>", text))
    assert vi == en > 100
    assert not re.findall(r"<i lang=(?:vi|en)>\s*</i>", text)


def test_one_good_year_is_no_target_met():
    """One good year or figures that disagree never count as a target met."""
    from forecast import evidence
    from forecast.publish.leaders import scorecard

    rows = {row["target_source"] + row["name"].vi: row for pillar in scorecard.pillars(evidence.load(DATA)) for row in pillar["rows"]}
    growth = [row for row in rows.values() if "Năng suất lao động hằng năm" in row["name"].vi]
    assert growth and all(row["code"] == "undecidable" for row in growth)
    assert all("6,2 %/năm" in row["value"].vi and "8,5 %/năm" in row["value"].vi for row in growth)
    assert {row["code"] for row in rows.values()} <= {"met", "underway", "no_figure", "undecidable"}


def test_near_figures_are_shown_and_named():
    """A newer figure of the merged province, or one near the indicator, stands beside it under its own name and decides nothing."""
    from forecast import evidence
    from forecast.publish.leaders import scorecard

    rows = {row["name"].vi: row for pillar in scorecard.pillars(evidence.load(DATA)) for row in pillar["rows"]}
    rank = next(row for name, row in rows.items() if "20 tỉnh" in name)
    assert "33 trong 63 tỉnh (2022" in rank["value"].vi and rank["code"] == "underway"
    assert "Hưng Yên hợp nhất" in rank["near"]["text"].vi and "32–33 trong 34 tỉnh" in rank["near"]["text"].vi and "2024" in rank["near"]["text"].vi
    share = rows["Kinh tế số chiếm tỷ trọng GRDP"]
    assert share["code"] == "no_figure" and "5,78–17,15 %" in share["near"]["text"].vi and "2022" in share["near"]["text"].vi
    accounts = rows["Dân số có tài khoản thanh toán điện tử"]
    assert accounts["code"] == "no_figure" and "86 %" in accounts["near"]["text"].vi and accounts["near"]["source"]
    assert rows["Doanh nghiệp số"]["near"]["text"].vi.count("3.000") == 1


@pytest.mark.slow
def test_the_command_writes_the_page_as_one_folder(tmp_path, monkeypatch, capsys):
    root = make_root(tmp_path / "kit")
    shutil.copytree(DATA, root / "data")
    monkeypatch.setenv("FORECAST_HOME", str(root))
    assert main(["publish", "--static", str(tmp_path / "usb")]) == 0
    assert str(tmp_path / "usb") in capsys.readouterr().out
    assert "Bảng điều hành" in (tmp_path / "usb" / "index.html").read_text(encoding="utf-8")
    assert len(list((tmp_path / "usb" / "giay_to").iterdir())) == 4
