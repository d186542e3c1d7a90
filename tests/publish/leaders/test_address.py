"""The page's whole state in its address: the same state and numbers after a reload or on another machine; nothing hostile gets in."""

import pytest
from browser import UNFOLD, chromium, on_a_tablet, page_at, visit

STATE = """() => {
  const all = (what) => [...document.querySelectorAll(what)];
  return {
    language: document.querySelector('.hy').dataset.language,
    pressed: all('[aria-pressed=true]').filter(node => node.checkVisibility()).map(node => [node.className, node.textContent, {...node.dataset}]),
    sliders: all('input[type=range]').filter(node => !node.closest('[data-state]').hidden).map(node => node.value),
    trials: all('[data-tryout]').filter(node => node.checkVisibility()).map(node => [node.tryout.pushes, node.tryout.bands, node.tryout.chances]),
    text: document.querySelector('main').innerText};
}"""
HOSTILE = [
    "<script>window.hacked=1</script>",
    "language=%22%3E%3Cimg src=x onerror=window.hacked=1%3E",
    "language=en<script>&territory=__proto__&measure=constructor",
    "language=xx&territory=nowhere&measure=toString&chance=1e9&preset=__proto__",
    "target.digital_economy_share=constructor&target.toString=x&target.__proto__=y",
    "ecommerce_revenue.hung_yen_2025.moit=baseline,sellers:999999999999999",
    "ecommerce_revenue.hung_yen_2025.moit=baseline,sellers:1e9,sellers:NaN,sellers:Infinity,sellers:-Infinity,sellers:0x10,sellers:",
    "ecommerce_revenue.hung_yen_2025.moit=baseline,nobody:1,__proto__:1,constructor:2,tfp:1",
    "ecommerce_revenue.hung_yen_2025.moit=constructor,orders:999&ecommerce_revenue.hung_yen_2025.moit=hasOwnProperty",
    "%",
    "%E0%A4%A",
    "&&&===&=&a=&=b",
    "language=en&" + "x" * 100_000,
    "&".join(f"key{number}=1" for number in range(12_000)),
]


@pytest.fixture(scope="module")
def shown(whole_page):
    """A page of the real figures as one file, and a browser."""
    _, path = whole_page
    with chromium() as browser:
        yield path, browser


@pytest.fixture
def tab(shown):
    """The page just opened on a tablet."""
    with on_a_tablet(shown[-1], shown[0]) as tab:
        yield tab


def slide(tab, indicator, lever, presses):
    tab.locator(f"#{indicator} [data-tryout]:visible [data-lever={lever}] input").focus()
    for _ in range(abs(presses)):
        tab.keyboard.press("ArrowRight" if presses > 0 else "ArrowLeft")


def settled(tab):
    """The address once it has been written (sliders write it a moment later)."""
    before = None
    while before != tab.url:
        before = tab.url
        tab.wait_for_timeout(300)
    return tab.url


@pytest.mark.slow
def test_address_brings_back_the_state(shown, tab):
    """A reload and a sent address bring back state and numbers."""
    browser = shown[-1]
    tab.click("button[data-value=mic]")
    tab.click(".card:visible [data-target=hy_digital_economy_share_qd489_2030]")
    tab.click("[data-preset-all=ambitious]")
    slide(tab, "labour_productivity_real", "tfp", 3)
    slide(tab, "ecommerce_revenue", "market", -2)  # lets the sellers' view of the preset go
    slide(tab, "digital_economy_share", "core_growth", -1)
    tab.locator(".needs button[data-value='90']:visible").first.click()
    tab.click("button[data-value=en]")
    address, state = settled(tab), tab.evaluate(STATE)
    assert state["language"] == "en" and len(address) < 2000
    tab.reload()
    tab.evaluate(UNFOLD)
    assert tab.evaluate(STATE) == state and tab.url == address
    with page_at(browser, (1024, 768), outside=[]) as other:  # another reader's browser
        visit(other, address)
        assert other.evaluate(STATE) == state


@pytest.mark.slow
def test_a_sent_address_keeps_the_scenario(tab):
    """The scenario chosen for all panels stands in the address by its name and comes back."""
    tab.click("[data-preset-all=ambitious]")
    assert "preset=ambitious" in settled(tab)
    state = tab.evaluate(STATE)
    tab.reload()
    tab.evaluate(UNFOLD)
    assert tab.evaluate(STATE) == state and tab.locator("[data-preset-all=ambitious]").get_attribute("aria-pressed") == "true"


@pytest.mark.slow
def test_a_solution_put_on_the_sliders_survives_a_reload(tab):
    tab.click("button[data-value=mic]")
    tab.locator("[data-solution]:visible").first.click()
    settled(tab)
    state = tab.evaluate(STATE)
    tab.reload()
    tab.evaluate(UNFOLD)
    assert tab.evaluate(STATE) == state and any(trial and trial[0] for trial in state["trials"])


@pytest.mark.slow
def test_an_address_put_into_the_same_window_is_followed(tab):
    tab.evaluate("location.hash = 'language=en&territory=hung_yen_pre2025&preset=cautious'")
    tab.wait_for_function("document.querySelector('.hy').dataset.language === 'en'")
    assert tab.locator("[data-preset-all=cautious]").get_attribute("aria-pressed") == "true"
    assert tab.locator("button[data-value=hung_yen_pre2025]").get_attribute("aria-pressed") == "true"


@pytest.mark.slow
def test_reset_brings_everything_back_but_the_language(tab):
    tab.click("button[data-value=en]")
    first = tab.evaluate(STATE)
    tab.click("button[data-value=mic]")
    tab.click("button[data-value=hung_yen_pre2025]")
    tab.click(".card:visible [data-target=hy_digital_economy_share_qd571_2025]")
    tab.click("[data-preset-all=cautious]")
    slide(tab, "labour_productivity_real", "tfp", 3)
    tab.click("[data-reset]")
    after = tab.evaluate(STATE)
    assert {**after, "trials": 0} == {**first, "trials": 0}
    settled(tab)
    tab.reload()
    tab.evaluate(UNFOLD)
    assert tab.evaluate(STATE)["text"] == first["text"]


@pytest.mark.slow
@pytest.mark.parametrize("hostile", HOSTILE, ids=range(len(HOSTILE)))
def test_a_hostile_address_changes_nothing(shown, hostile):
    path, browser = shown
    with page_at(browser, (1024, 768), outside=[], errors=(errors := [])) as tab:
        visit(tab, path.as_uri())
        usual = tab.evaluate(STATE)
        tab.goto("about:blank")
        visit(tab, f"{path.as_uri()}#{hostile}")
        assert tab.evaluate("window.hacked") is None and errors == []
        assert tab.evaluate(STATE) == usual
        tab.click("button[data-value=hung_yen_pre2025]")  # what the page writes itself is clean again
        assert len(settled(tab)) < 2000 and "script" not in tab.url and "hacked" not in tab.url


@pytest.mark.slow
def test_a_slider_takes_known_bounded_values_only(shown):
    path, browser = shown
    key = "ecommerce_revenue.hung_yen_2025.moit"
    with page_at(browser, (1024, 768), outside=[], errors=(errors := [])) as tab:
        visit(tab, f"{path.as_uri()}#{key}=baseline,sellers:5,nobody:3,orders_per_seller:99999,order_value:NaN")
        box = tab.locator("#ecommerce_revenue [data-tryout]:visible")
        assert box.evaluate("element => element.tryout.pushes") == {"sellers": [[2026, 2030, 5]]}
        assert box.locator("[data-lever=sellers] input").input_value() == "5" and errors == []
