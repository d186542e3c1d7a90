"""The data app: every figure is there with the part it plays, nothing is told that the register does not hold."""

import base64
import csv
import io
import re
from pathlib import Path

import openpyxl
import pytest
from adviser_fixture import PROJECT, SMALL, UNNAMED
from browser import chromium, page_at
from publish_fixture import make_root
from register_facts import facts_of

from forecast import evidence
from forecast.publish import published, shell
from forecast.publish.register import figures, targets, template
from forecast.publish.register import page as register
from forecast.publish.words import provenance

EVIL = "<img src=x onerror=alert(1)>"


@pytest.fixture(scope="module")
def store():
    return evidence.load()


@pytest.fixture(scope="module")
def browser():
    with chromium() as browser:
        yield browser


def test_every_figure_is_on_the_page_as_it_was_entered(store, file):
    rows, content = facts_of(file.read_text("utf-8"))
    keys = ("indicator", "measure", "territory", "period", "kind", "value", "vintage", "status", "bound", "source")
    shown = sorted(tuple(str(row[key]) for key in keys) for row in rows)
    held = sorted(
        (item.key.indicator, item.key.measure, item.key.territory, str(item.period), item.kind, str(item.value),
         item.vintage.isoformat(), item.status, item.bound, item.source) for item in store.observations
    )  # fmt: skip
    assert shown == held and len(shown) >= 1594
    assert all(part in content["names"]["source"] for row in rows for part in row["source"].split("+"))


def test_part_played_follows_the_rule(store):
    """The part a figure plays is the one the rule of resolution gives it."""
    rows = figures.figures(store)
    points = {(p.key, p.period, k): p.value for k in ("level", "growth") for key in {o.key for o in store.corrected}
              for p in store.series(key, kind=k).points}  # fmt: skip
    used = [row for row in rows if row["part"] == "used"]
    assert len(used) == len(points)
    clashes = [c for k in ("level", "growth") for key in {o.key for o in store.corrected} for c in store.series(key, kind=k).conflicts]
    aside = [row for row in rows if row["part"] == "aside"]
    assert len(aside) == sum(len(item.others) for item in clashes) and all(row["why"] and row["against"] for row in aside)
    spans = [row for row in rows if row["part"] == "span"]
    assert spans and all(row["first"] < row["last"] or not row["period"].isdigit() or "average" in row["kind"] for row in spans)
    left_out = [item for item in store.corrections if item.action == "exclude"]
    assert sum(row["part"] == "excluded" for row in rows) == sum(item.guard for item in left_out)


def test_conflicts_marked_none_chosen(store):
    """Documents that differ for one period are marked and none is chosen."""
    rows = {row["target"].id: row for row in targets.target_rows(store, {}, provenance.titles(store.sources))}
    assert len(rows) == len(store.targets)
    share = [row for row in rows.values() if row["target"].indicator == "digital_economy_share" and row["target"].last == 2030
             and row["target"].territory != "viet_nam" and row["target"].value]  # fmt: skip
    assert {row["target"].value for row in share} >= {30.0, 35.0} and all(row["clash"] for row in share)
    assert rows["hy_signed_edocs_qd571_2025"]["clash"] is False


def test_no_publication_no_invented_help(tmp_path):
    """Without a publication the page says so and invents no help."""
    (tmp_path / "data").symlink_to(PROJECT / "data")
    text = register.fragment(tmp_path)
    assert "hãy chạy make run" in text and "meter" not in text.split("</style>", 1)[1]


def test_refused_run_is_named_and_escaped(tmp_path):
    """A published run that was refused is named with its reason and nothing in it is run."""
    make_root(tmp_path, hostile=EVIL)
    (tmp_path / "data").symlink_to(PROJECT / "data")
    text = register.fragment(tmp_path)
    assert "chưa có năm nào của tỉnh hợp nhất" in text and "no year of the merged province" in text and EVIL not in text


def test_the_page_is_drawn_once_for_a_state_of_figures(tmp_path, monkeypatch):
    (tmp_path / "data").symlink_to(PROJECT / "data")
    first = register.stored(tmp_path, tmp_path)
    monkeypatch.setattr(register, "fragment", lambda *_: pytest.fail("drawn twice"))
    assert register.stored(tmp_path, tmp_path) == first


def test_one_small_self_contained_file(file):
    """The file is one file that asks for nothing and stays below two megabytes."""
    text = file.read_text("utf-8")
    assert file.stat().st_size < 2_000_000
    assert not re.search(r"<(script|link|img|iframe)[^>]+(src|href)=\"(?!data:)", text)
    assert "default-src 'none'" in text


@pytest.mark.slow
def test_page_works_without_a_server(browser, file):
    """Filters languages and files work in the page without a server."""
    outside, errors = [], []
    with page_at(browser, (1366, 768), outside=outside, errors=errors) as tab:
        tab.goto(file.as_uri())
        tab.select_option("[data-filter=territory]", "hung_yen_pre2025")
        tab.select_option("[data-filter=indicator]", "ecommerce_revenue")
        assert "trên 1.100 tỷ đồng" in tab.locator(".figures tbody").inner_text()
        assert "Số liệu" in tab.title()
        tab.click("[data-language-of=en]")
        assert "more than 1,100 billion VND" in tab.locator(".figures tbody").inner_text()
        assert tab.locator("[data-filter=indicator]").input_value() == "ecommerce_revenue"  # nothing chosen is lost
        tab.click("[data-clear]")
        tab.fill("[data-filter=words]", "nang suat thai binh")  # typed without marks
        assert tab.locator(".figures tbody tr").count() > 0
        tab.select_option("[data-filter=part]", "aside")
        count = int(re.match(r"[\d,]+", tab.locator(".count").inner_text())[0].replace(",", ""))
        tab.click("[data-clear]")
        tab.select_option("[data-filter=part]", "aside")
        with tab.expect_download() as waiting:
            tab.click("[data-take=vi]")
        raw = Path(waiting.value.path()).read_bytes()
        rows = list(csv.DictReader(io.StringIO(raw.decode("utf-8-sig")), delimiter=";"))
        assert raw.startswith(b"\xef\xbb\xbf") and len(rows) >= count and {row["part"] for row in rows} == {"in conflict, set aside"}
        assert not [one for row in rows for one in row.values() if re.match(r"[=+@\t]", one)]
        tab.check("#clashes")
        assert tab.locator("#targets tbody tr:visible").count() == tab.locator("#targets tbody tr[data-clash]").count() > 0
    assert outside == [] and errors == []


@pytest.mark.slow
def test_a_number_is_found_as_either_language_writes_it(browser, file):
    with page_at(browser, (1366, 768), outside=[]) as tab:
        tab.goto(file.as_uri())
        for typed, value in (("1.100 hung yen", "trên 1.100 tỷ đồng"), ("1,100 hung yen", "trên 1.100 tỷ đồng"),
                             ("8.46 hung yen", "8,46 % mỗi năm"), ("8,46 hung yen", "8,46 % mỗi năm")):  # fmt: skip
            tab.fill("[data-filter=words]", typed)
            assert value in tab.locator(".figures tbody").inner_text(), typed
        tab.fill("[data-filter=words]", "8,46 hung yen")
        assert "báo chí dẫn lời Bí thư Tỉnh ủy, theo số của Cục Thống kê" in tab.locator(".figures tbody").inner_text()


def test_who_spoke_is_said_beside_who_measured(store):
    """A politician's words in the press are not the statistics office's figure; the series keeps its key."""
    rows = {(row["source"], row["indicator"]): row for row in figures.figures(store)}
    for source in ("laodongthudo_hy_productivity_2024", "tinbong247_hy_productivity_2024"):
        row = rows[source, "labour_productivity_growth"]
        assert (row["said"], row["measure"], row["status"]) == ("Party Secretary", "nso", "press")
    assert not any(row["said"] for row in rows.values() if row["status"] != "press")


def test_a_source_with_a_known_address_is_a_link(store, file):
    text = file.read_text("utf-8")
    url = store.sources["tinbong247_hy_productivity_2024"].url
    assert f'<a class="address" href="{url}" rel="noopener noreferrer">{url}</a>' in text
    assert not re.search(r'href="(?!https?:|#|data:|[\w./]+"|\.\./)', text)


@pytest.mark.slow
@pytest.mark.parametrize("size", [(390, 844), (768, 1024), (1024, 768), (1366, 768), (1920, 1080)])
def test_screens_fit_and_are_named(browser, file, size):
    """No screen scrolls sideways and everything is big enough and named."""
    with page_at(browser, size, outside=[]) as tab:
        tab.goto(file.as_uri())
        assert tab.evaluate("document.documentElement.scrollWidth") <= size[0]
        small = [text for text in tab.evaluate(SMALL) if "#source-" not in text]  # links inside a sentence
        assert small == [] and tab.evaluate(UNNAMED) == []


def test_publication_leaves_the_page(tmp_path, monkeypatch):
    """A publication leaves the page beside the board and the server hands that one out."""
    make_root(tmp_path)
    (tmp_path / "data").mkdir()
    register.leave_static(tmp_path)
    assert not (shell.static_folder(tmp_path) / register.FILE).exists()  # no figures, no page, no fuss
    (tmp_path / "data").rmdir()
    (tmp_path / "data").symlink_to(PROJECT / "data")
    register.leave_static(tmp_path)
    left = (shell.static_folder(tmp_path) / register.FILE).read_text("utf-8")
    monkeypatch.setattr(register, "fragment", lambda *_: "drawn again")
    register.leave_static(tmp_path)  # nothing has changed: nothing is drawn
    assert register.served(tmp_path, tmp_path) == left
    (tmp_path / "parameterized_runs" / "published.json").write_text('{"runs": []}')  # something else is published
    assert "drawn again" in register.served(tmp_path, tmp_path)


def test_the_workbook_to_fill_in_is_on_the_page(tmp_path, whole_page):
    """The page holds the workbook, with the cells marked that the published answers name; drawn twice it is the same."""
    root, _ = whole_page
    text = register.fragment(root)
    assert text == register.fragment(root)
    name, coded = re.search(r'download="([^"]+)" href="data:[^"]+;base64,([^"]+)"', text).groups()
    (tmp_path / name).write_bytes(base64.b64decode(coded))
    book = openpyxl.load_workbook(tmp_path / name)
    marked = {(sheet.title, cell.row) for sheet in book for row in sheet.iter_rows(min_row=4) for cell in row if cell.fill.fgColor.rgb == "00FFF2B3"}
    hints = {(sheet.title, row[-1].row) for sheet in book for row in sheet.iter_rows(min_row=4) if "dải 2030 hẹp lại" in str(row[-1].value)}
    assert marked == hints and len(marked) >= 3
    own = evidence.load(root / "data")
    recorded, computed = template.recorded(published.read(root).runs, own), template.computed(own)
    assert recorded and set(recorded) <= set(computed)


def test_the_workbook_can_be_taken_off_the_page(browser, file, tmp_path):
    """In a browser, from a page that lies in a file: one touch, a file that opens."""
    with page_at(browser, (1366, 768), outside=[]) as tab:
        tab.goto(file.as_uri())
        with tab.expect_download() as download:
            tab.get_by_role("link", name="Tải tệp mẫu").click()
        download.value.save_as(tmp_path / "mau.xlsx")
    assert "Hướng dẫn" in openpyxl.load_workbook(tmp_path / "mau.xlsx").sheetnames
