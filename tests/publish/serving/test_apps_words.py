"""No text of the two apps is left untranslated or wrongly written: every section opened, in both languages, charts and files too."""

import base64
import io
import re

import openpyxl
import pytest
from adviser_fixture import PROJECT, asking, make_project, serving
from browser import chromium, page_at

from forecast import evidence
from forecast.publish import words

pytestmark = pytest.mark.slow
WAIT = 60_000
# every text that is on the screen or is read out, with the language of the element it stands in; titles and addresses (.own) stay
# as their publishers wrote them
TEXTS = """(root) => {
  const texts = [], own = element => { const at = element.closest('[lang]'); return at ? at.lang : ''; };
  const walk = document.createTreeWalker(root, NodeFilter.SHOW_TEXT);
  while (walk.nextNode()) {
    const at = walk.currentNode.parentElement, text = walk.currentNode.textContent.trim();
    if (text && !at.closest('script,style,[data-facts],.own') && (at.closest('option') || at.checkVisibility())) { texts.push([own(at), text]); }
  }
  root.querySelectorAll('[aria-label],[aria-valuetext],[title]').forEach(at => {
    if (!at.checkVisibility()) { return; }
    ['aria-label', 'aria-valuetext', 'title'].forEach(name => at.getAttribute(name) && texts.push([own(at), at.getAttribute(name)]));
  });
  return texts;
}"""
EACH_ONCE = f"root => {{ const texts = ({TEXTS})(root); return [texts.length, [...new Set(texts.map(pair => pair.join('|')))]]; }}"
ALL_ROWS = "() => { const more = document.querySelector('[data-more]'); while (!more.hidden) { more.click(); } }"
# words that are English wherever they stand, and no name of anything
ENGLISH = re.compile(
    r"\b(the|of|and|with|from|for|not|year|years|share|growth|chance|figure|figures|source|target|targets|baseline|press|first|estimate|"
    r"table|page|release|vintage|revised|labour|province|scenario|save|open|note|text|report|read|printed|average|undated|inferred)\b",
    re.I,
)
VIETNAMESE = re.compile("[ăđơưĂĐƠƯạảấầẩẫậắằẳẵặẹẻẽếềểễệỉịọỏốồổỗộớờởỡợụủũứừửữựỳỵỷỹĩ]")
# names keep their spelling: places, bodies, documents and who published; in English they stand in texts of ours
PLACES = re.compile(r"Hưng Yên|Thái Bình|Bắc Ninh|Việt Nam|Hà Nội|Tiếng Việt|Ngôn ngữ|Đồng bằng sông Hồng|Đ")
BOTH = re.compile(r"^[^/]+ / [^/]+$")  # a label that says itself in both languages
WRONG = {
    "a number grouped by commas": (("vi",), re.compile(r"\d,\d{3}(,\d{3}|\.\d)")),
    "a decimal point": (("vi",), re.compile(r"(?<![\d.])\d+\.(\d{1,2}|\d{4,})(?![\d.])")),
    "a decimal comma": (("en",), re.compile(r"(?<![\d,])\d+,(\d{1,2})(?![\d,])")),
    "an ISO day": (("vi", "en"), re.compile(r"\b(19|20)\d\d-(0[1-9]|1[0-2])(-\d\d)?\b(?!\d)")),
    "a hyphen for a minus": (("vi", "en"), re.compile(r"(?<![\w\d)%–.,/])-\d")),
    "a word of the code": (("vi", "en"), re.compile(r"\b[a-z]+_[a-z0-9_]+\b(?!\.\w)")),
    "nothing": (("vi", "en"), re.compile(r"\b(nan|NaN|None|undefined|null|Infinity)\b|\[object")),
}


@pytest.fixture(scope="module")
def names():
    """Names of documents, sources and territories as they are written, longest first, whatever language the page speaks."""
    store = evidence.load(PROJECT / "data")
    kept = {target.document for target in store.targets} | {words.short_document(target.document) for target in store.targets}
    kept |= {territory.name.vi.split(" (")[0] for territory in store.territories.values()}
    return sorted(kept | {"Vietnam Report", "Thừa Thiên Huế", "Hồ Chí Minh"}, key=len, reverse=True)


def wrong_in(texts, language, names=()):
    """What is wrong in texts of (element's language, text): (what, text)."""
    faults = []
    for tongue, text in {(tongue, text) for tongue, text in texts}:
        for name in names:
            text = text.replace(name, "·")
        text = re.sub("“[^”]*”", "·", text)  # the title of a source
        text = re.sub(r"https?://\S+", "·", text)  # its address
        text = re.sub(r"\b[A-Za-z]\S*\.(?:csv|json)\b", "·", text)  # a file in a source
        text = re.sub(r"\b(?:PL\.)?[EV]\d\d\.\d\d(?:-\d\d)?\b", "·", text)  # the code of a table
        text = re.sub('"[^"]*[^\\x00-\\x7f][^"]*"', "·", text) if language == "en" else text  # a quotation from a document
        if (tongue and tongue != language) or BOTH.match(text):
            continue  # said to be in another language, or in both
        if language == "vi" and ENGLISH.search(text):
            faults.append(("English", text))
        if language == "en" and VIETNAMESE.search(PLACES.sub("", text)):
            faults.append(("Vietnamese", text))
        faults += [(what, text) for what, (tongues, pattern) in WRONG.items() if language in tongues and pattern.search(text)]
    return faults


@pytest.mark.parametrize(("language", "text", "what"), [
    ("vi", "first estimate of the office", "English"), ("en", "khả năng đạt", "Vietnamese"), ("vi", "1,234,567 đồng", "a number grouped by commas"),
    ("vi", "tăng 8.5 %", "a decimal point"), ("en", "up 8,5%", "a decimal comma"), ("vi", "ngày 2024-01-31", "an ISO day"),
    ("en", "lower by -3.0", "a hyphen for a minus"), ("vi", "core_growth: 3", "a word of the code"), ("vi", "năm None", "nothing"),
])  # fmt: skip
def test_each_fault_is_seen_where_it_is(language, text, what):
    assert [fault for fault, _ in wrong_in([("", text), (language, "2021–2025: 1.234,5" if language == "vi" else "1,234.5")], language)] == [what]


@pytest.fixture(scope="module")
def served(tmp_path_factory):
    with serving(make_project(tmp_path_factory.mktemp("words"))) as (address, _), chromium() as browser:
        yield address, browser


def settled(tab):
    tab.wait_for_timeout(300)
    tab.wait_for_selector(".hy:not(.busy)", timeout=WAIT)


def speak(tab, language):
    tab.click(f"button[data-value={language}], button[data-language-of={language}]")
    settled(tab)


def walk_scenarios(tab, language):
    """The page of scenarios with everything a reader can open, as texts."""
    texts = []
    speak(tab, language)
    for territory in ("hung_yen_2025", "hung_yen_pre2025"):
        tab.click(f"button[data-value={territory}]")
        settled(tab)
        for indicator in ("labour_productivity_real", "digital_economy_share", "ecommerce_revenue"):
            tab.click(f"button[data-value={indicator}]")
            settled(tab)
            tab.evaluate("document.querySelectorAll('details').forEach(element => { element.open = true; })")
            for chance in (50, 90):
                tab.click(f"[data-solve='{chance}']")
                tab.wait_for_selector("#part-solution .headline", timeout=WAIT)
            settled(tab)
            texts += tab.evaluate(TEXTS, tab.query_selector(".hy"))
    return texts


def test_the_scenarios_speak_one_language_at_a_time(served, names):
    address, browser = served
    with page_at(browser, (1366, 768), outside=[]) as tab:
        tab.goto(f"{address}kich_ban.ipynb", timeout=WAIT)
        tab.wait_for_selector("#part-why svg", timeout=WAIT)
        settled(tab)
        tab.evaluate("""for (const [id, value] of [['core_growth', -3], ['tfp', 0.7], ['sellers', 5]]) {
          const node = document.getElementById('lever-' + id); node.value = value; node.dispatchEvent(new Event('input', {bubbles: true})); }""")
        tab.evaluate("document.querySelectorAll('details').forEach(element => { element.open = true; })")
        tab.click("[data-lever=tfp] [data-more-span]")
        for field in ("name", "author", "reason"):
            tab.fill(f"#{field}", "2")
        tab.click("#save button")
        tab.wait_for_selector("#part-saved .code", timeout=WAIT)
        tab.fill("#code", tab.locator("#part-saved .code").inner_text())
        tab.click("#open button")
        tab.wait_for_selector("#part-opened .done", timeout=WAIT)
        for language in ("vi", "en"):
            texts = walk_scenarios(tab, language)
            assert len(texts) > 800
            assert sorted(set(wrong_in(texts, language, names))) == []


def test_the_figures_speak_one_language_at_a_time(served, names):
    address, browser = served
    with page_at(browser, (1366, 768), outside=[]) as tab:
        tab.goto(f"{address}so_lieu.ipynb", timeout=WAIT)
        tab.wait_for_selector(".figures tbody tr", timeout=WAIT)
        tab.evaluate(ALL_ROWS)
        assert not tab.locator("[data-more]").is_visible()
        for language in ("vi", "en"):
            speak(tab, language)
            tab.evaluate("document.querySelectorAll('details').forEach(element => { element.open = true; })")
            count, texts = tab.evaluate(EACH_ONCE, tab.query_selector(".hy"))
            assert count > 15_000  # all figures
            assert sorted(set(wrong_in((text.split("|", 1) for text in texts), language, names)))[:40] == []


@pytest.fixture(scope="module")
def ask(tmp_path_factory):
    return asking(make_project(tmp_path_factory.mktemp("files")))


@pytest.mark.parametrize("language", ["vi", "en"])
def test_files_speak_the_page_language(ask, names, language):
    """Pictures and files taken away speak the language of the page."""
    for indicator in ("labour_productivity_real", "digital_economy_share", "ecommerce_revenue"):
        pushes = {"tfp": -0.7, "core_growth": [[2026, 2027, -2.0], [2028, 2030, 3.0]], "sellers": -4.0}
        state = {"language": language, "indicator": indicator, "pushes": pushes, "compare": ["baseline", "cautious", "cua_toi"]}
        assert "error" not in ask("results", state)
        texts, heads = [], []
        for what in ("bands", "differences", "contributions", "assumptions"):
            answer = ask("file", what=what, kind="svg")
            if "file" in answer:
                svg = base64.b64decode(answer["file"]["content"]).decode()
                texts += [("", text) for text in re.findall(r"<text[^>]*>([^<]+)</text>", svg)]
        for what in ("years", "targets", "documents"):
            book = openpyxl.load_workbook(io.BytesIO(base64.b64decode(ask("file", what=what, kind="xlsx")["file"]["content"])))
            heads += [("", str(cell.value)) for sheet in book for cell in sheet[1]] + [("", sheet.title) for sheet in book]
            texts += [("", cell.value) for sheet in book for row in sheet.iter_rows() for cell in row
                      if isinstance(cell.value, str) and not re.fullmatch(r"[\w.:-]*[0-9a-f]{6,}[\w.:-]*", cell.value)]  # fmt: skip
        assert len(texts) > 60 and len(heads) > 20
        assert sorted(set(wrong_in(texts + heads, language, names))) == []
