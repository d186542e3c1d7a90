"""The leaders' page and its papers in a browser: a paper's code opens its view, charts and tables are taken away, print names the runs."""

import io
import re
import unicodedata

import openpyxl
import pytest
from browser import chromium, on_a_tablet
from PIL import Image
from pypdf import PdfReader

from forecast.publish import published
from forecast.publish.papers import view

STATE = """() => ({language: document.querySelector('.hy').dataset.language, address: location.hash, code: document.querySelector('.hy').code(),
  pressed: [...document.querySelectorAll('[aria-pressed=true]')].filter(node => node.checkVisibility()).map(node => node.textContent),
  said: document.querySelector('.aloud').innerText})"""


@pytest.fixture(scope="module")
def shown(whole_page):
    with chromium() as browser:
        yield published.read(whole_page[0]), whole_page[1], browser


@pytest.fixture
def tab(shown):
    with on_a_tablet(shown[2], shown[1]) as tab:
        yield tab


def state_at(tab, file, address):
    tab.goto("about:blank")
    tab.goto(f"{file.as_uri()}#{address}")
    return tab.evaluate(STATE)


def test_a_code_opens_what_its_address_opens(shown, tab):
    """Every territory, measure and language; the page gives the same code back; a code spoiled by Word opens too."""
    publication, file, _ = shown
    for language in view.LANGUAGES:
        for pair in view.switches(publication):
            chosen = view.usual(publication, language, *pair)
            by_address, by_code = state_at(tab, file, chosen.address), state_at(tab, file, f"ma={chosen.code}".replace("-", "%E2%80%91"))
            assert by_code["said"] == by_address["said"] and by_code["pressed"] == by_address["pressed"]
            assert by_code["code"] == by_address["code"] == chosen.code


def test_a_code_can_be_typed(shown, tab):
    publication, _, _ = shown
    chosen = view.usual(publication, "en")
    tab.evaluate("document.querySelector('.contents').open = true")
    tab.fill("[data-code-form] input", "ZZZZZ ZZZZZ")
    tab.click("[data-code-form] button")
    assert tab.locator("[data-code-problem]").is_visible()
    tab.fill("[data-code-form] input", "nhập " + chosen.code.lower().replace("-", " – ") + ".")
    tab.click("[data-code-form] button")
    assert tab.evaluate("document.querySelector('.hy').dataset.language") == "en" and tab.locator("[data-code-problem]").is_hidden()


def taken(tab, button):
    with tab.expect_download() as waiting:
        button.click()
    return waiting.value.suggested_filename, waiting.value.path().read_bytes()


def test_a_chart_is_taken_away(tab):
    """As PNG, SVG and PDF, with code, scenario and day on it; the SVG stands alone."""
    code = tab.evaluate("document.querySelector('.hy').code()")
    figure = tab.locator("figure:visible").first
    name, svg = taken(tab, figure.locator("[data-take=svg]"))
    text = svg.decode()
    assert name.endswith(f"_{code}.svg") and code in text and "kịch bản: " in text and "số liệu đến " in text
    assert "<use" not in text and "http://www.w3.org/2000/svg" in text and text.count("<text") > 5
    picture = Image.open(io.BytesIO(taken(tab, figure.locator("[data-take=png]"))[1]))
    assert picture.width >= 600 and len(picture.convert("L").getcolors(1 << 24)) > 20
    page = PdfReader(io.BytesIO(taken(tab, figure.locator("[data-take=pdf]"))[1])).pages[0]
    printed = page.images[0].image.convert("RGB")
    assert printed.size == (2 * picture.width, 2 * picture.height) and printed.width >= 4 * float(page.mediabox.width) - 4
    assert {(255, 255, 255), (31, 95, 139)} <= {colour for _, colour in printed.getcolors(1 << 24)}  # without loss


def test_a_table_is_taken_away(tab):
    """As a workbook with numbers as numbers, and as CSV: the cells that stand on the page."""
    box = tab.locator("figure:visible .scroll").first
    cells = box.locator("tbody tr").last.locator("td").all_inner_texts()
    line = tab.locator("figure:visible .scroll + .take").first
    sheet = openpyxl.load_workbook(io.BytesIO(taken(tab, line.locator("[data-take=xlsx]"))[1])).active
    last = [cell.value for cell in list(sheet.iter_rows())[-1]]
    numbers = [float(cell.replace(".", "").replace(",", ".")) for cell in (cells[0], *cells[2:])]
    assert last[1] == cells[1] and [float(value) for value in (last[0], *last[2:])] == numbers
    assert all(isinstance(value, int | float) for value in (last[0], *last[2:]))
    csv = taken(tab, line.locator("[data-take=csv]"))[1].decode("utf-8-sig").strip().splitlines()
    assert csv[-1] == ";".join(f'"{cell}"' for cell in cells) and "kịch bản" in csv[1]


def test_print_names_its_runs_and_pages(shown, tab):
    """On paper the codes of the runs are there, pages are numbered, and every page is A4."""
    publication, _, _ = shown
    tab.evaluate("window.dispatchEvent(new Event('beforeprint'))")
    pages = PdfReader(io.BytesIO(tab.pdf(prefer_css_page_size=True))).pages
    text = re.sub(r"\s", "", unicodedata.normalize("NFKC", "".join(page.extract_text() for page in pages)))
    assert [run.run_id for run in publication.runs if run.run_id not in text] == []
    assert f"1 / {len(pages)}" in pages[0].extract_text() and f"{len(pages)} / {len(pages)}" in pages[-1].extract_text()
    assert all(abs(float(page.mediabox.width) - 595) < 2 and abs(float(page.mediabox.height) - 842) < 2 for page in pages)


def test_a_carried_page_leads_to_its_papers(shown, tab, tmp_path):
    """The line is there only where papers were laid beside the file, in the language of the page."""
    line = tab.locator("[data-beside]")
    assert line.is_hidden()
    page = tmp_path / "index.html"
    page.write_text(shown[1].read_text("utf-8").replace("<body>", "<body data-papers>", 1), "utf-8")
    tab.goto(page.as_uri())
    assert line.is_visible() and "Giấy tờ" in line.inner_text() and line.locator("a").count() == 4
    assert page.stat().st_size < 2_000_000
