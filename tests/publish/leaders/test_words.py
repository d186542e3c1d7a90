"""No untranslated and no wrongly formatted text anywhere: all panels open, all switches turned, sliders moved, both languages."""

import re
from itertools import product

import pytest
from browser import UNFOLD, chromium, page_at, visit
from publish_real import store

from forecast.headline import registered
from forecast.publish import words
from forecast.publish.words import vocabulary
from forecast.publish.words.vocabulary import phrase

SEEN = """() => {  // what was not seen since the page was opened
  const found = [], walker = document.createTreeWalker(document.querySelector('.hy'), NodeFilter.SHOW_TEXT);
  const before = window.seenTexts || (window.seenTexts = new Set());
  while (walker.nextNode()) {
    const element = walker.currentNode.parentElement;
    if (!walker.currentNode.data.trim() || element.closest('script, style, .runs') || !element.checkVisibility()) continue;
    const place = element.closest('#sources, .last, .switch') || {};
    found.push([walker.currentNode.data.trim(), place.id || place.className || '']);
  }
  document.querySelectorAll('.hy [aria-label], .hy [aria-valuetext]').forEach(element => {
    if (element.checkVisibility()) found.push([element.getAttribute('aria-valuetext') || element.ariaLabel, 'aria']);
  });
  return found.filter(pair => { const key = pair.join('|'), known = before.has(key); before.add(key); return !known; });
}"""
VIETNAMESE = re.compile(r"[ăâđêôơưàảãáạằẳẵắặầẩẫấậèẻẽéẹềểễếệìỉĩíịòỏõóọồổỗốộờởỡớợùủũúụừửữứựỳỷỹýỵ]", re.I)
ENGLISH = re.compile(
    r"\b(?:the|and|with|for|from|target|forecast|chance|year|published|about|never|data|table|scenario|baseline|source|set|not|is|are|was|"
    r"growth|share|level|middle|low|high|record|province|draft|over|reached|each|which|what|how|or|by|to)\b",
    re.I,
)
BOTH = (r"\d{4}-\d{2}-\d{2}", r"(?<![\w.,)/%-])-\d", r"\b[a-z]+_[a-z_]+", r"\bnan\b", r"\bNaN\b", r"\bNone\b", r"\[object", r"\bundefined\b",
        r"\bnull\b", r"\{[a-z]+\}", r"\bInfinity\b", r"\bTrue\b|\bFalse\b")  # fmt: skip
WRONG = {
    "vi": (r"\d,\d{3}\.\d", r"(?<![\d./-])\d+\.\d{1,2}(?![\d./])", r"\d%"),
    "en": (r"\d\.\d{3},\d", r"(?<![\d,])\d+,\d{1,2}(?![\d,])", r"\d[ \u00a0]%"),
}


@pytest.fixture(scope="module")
def shown(whole_page):
    with chromium() as browser:
        yield whole_page[1], browser


def names():
    """What stays as it is in both languages: names of places, documents and sources, and what documents call their own targets."""
    kept = {phrase(vocabulary.TERRITORIES, code).en for code in vocabulary.TERRITORIES}
    kept |= {text for name in registered().names.values() for text in (name.vi, name.en)}
    kept |= {"Hưng Yên", "Thái Bình", "Việt Nam", "Tiếng Việt", "English"}
    for target in store().targets:
        kept |= {target.document, words.short_document(target.document)}
        kept |= {f"“{name}”" for name in (target.name.vi, target.name.en)} | {target.name.vi}
    for source in store().sources.values():
        kept |= {str(getattr(source, name, "") or "") for name in ("title", "publisher", "url")}
    return sorted((name for name in kept if name), key=len, reverse=True)


def own(text, kept):
    """The text without names; a name cut short ends in '…'."""
    text = text.replace("\u00a0", " ")
    for name in kept:
        text = text.replace(name, "§")
        if "…" in text:
            head = text[: text.index("…")].split("· ")[-1].split("nguồn: ")[-1].split("source: ")[-1]
            if len(head) > 3 and name.startswith(head.strip()):
                text = text.replace(head + "…", "§")
    return text


def walk(tab, path, language):
    """Every text the page shows in a language over all switches, with a slider of each panel moved."""
    visit(tab, f"{path.as_uri()}#language={language}")
    tab.evaluate(UNFOLD)
    found = set()
    for territory, measure in product(("hung_yen_2025", "hung_yen_pre2025"), ("nso", "mic")):
        tab.click(f"button[data-value={territory}]")
        tab.click(f"button[data-value={measure}]")
        for preset in ("cautious", "ambitious"):
            tab.click(f"[data-preset-all={preset}]")
            found |= {tuple(shown) for shown in tab.evaluate(SEEN)}
        for card in tab.locator(".card:visible").all():
            for choice in card.locator("[data-nth]").all():
                choice.click()
                found |= {tuple(shown) for shown in tab.evaluate(SEEN)}
        for end in ("min", "max"):
            tab.evaluate("""(end) => document.querySelectorAll('input[type=range]').forEach(node => {
                if (node.checkVisibility()) { node.value = node[end]; node.dispatchEvent(new Event('input', {bubbles: true})); } })""", end)
            found |= {tuple(shown) for shown in tab.evaluate(SEEN)}
        for chance in ("50", "90"):
            if tab.locator(f".needs button[data-value='{chance}']:visible").count():
                tab.locator(f".needs button[data-value='{chance}']:visible").first.click()
                found |= {tuple(shown) for shown in tab.evaluate(SEEN)}
    return found


@pytest.mark.slow
@pytest.mark.parametrize("language", ["vi", "en"])
def test_no_untranslated_and_no_wrongly_formatted_text_anywhere(shown, language):
    path, browser = shown
    kept = names()
    with page_at(browser, (1024, 768), outside=[]) as tab:
        found = walk(tab, path, language)
    assert len(found) > 1000
    bad = set()
    for text, place in found:
        mine = own(text, kept)
        bad |= {(pattern, mine) for pattern in (*BOTH, *WRONG[language]) if re.search(pattern, mine) and place != "sources"}
        if place not in ("sources", "switch"):
            bad |= {("language", mine) for pattern in [ENGLISH if language == "vi" else VIETNAMESE] if pattern.search(mine)}
    assert not bad, "\n".join(f"{why}: {text}" for why, text in sorted(bad))


def test_the_patterns_see_what_they_should():
    assert VIETNAMESE.search("khả năng") and not VIETNAMESE.search("chance 5%") and ENGLISH.search("the chance") and not ENGLISH.search("khoảng 5 %")
    for text in ("as of 2026-02-28", "from -2.5", "tfp_share", "value nan", "[object Object]", "{reach}"):
        assert any(re.search(pattern, text) for pattern in BOTH), text
    assert any(re.search(pattern, "1,234.5 triệu") for pattern in WRONG["vi"])
    assert any(re.search(pattern, "1.234,5 million") for pattern in WRONG["en"])
    assert not any(re.search(pattern, "1.234,5 đồng, 12,8 %, ngày 28/02/2026, 2021-2025") for pattern in (*BOTH, *WRONG["vi"]))
