"""A reader's own target on the leaders' page, offline: read by the kit's rules, held against the page's draws, solved, kept in the address."""

import pytest
from browser import chromium, page_at, visit
from own_texts import PRODUCTIVITY, READ, REFUSED, SHARE
from publish_real import answer, store

from forecast import policy
from forecast.errors import RefusedError
from forecast.policy.outlooks.answers import with_own_target
from forecast.policy.outlooks.own_targets import OWN
from forecast.policy.recorded.tryout import alone
from forecast.publish import words

pytestmark = pytest.mark.slow
ASK = """([indicator, text]) => {
  const card = [...document.querySelectorAll(`.card[data-indicator=${indicator}]`)].find(element => !element.hidden);
  card.querySelector('[data-own-form] input').value = text;
  card.querySelector('[data-own-form]').requestSubmit();
  const said = name => (card.querySelector(`[data-own=${name}] [lang=vi]`) || {textContent: ''}).textContent;
  const problem = card.querySelector('[data-own-problem] [lang=vi]');
  return {problem: problem ? problem.textContent : '', asked: said('asked'), chance: said('chance'), more: said('more')};
}"""
STATE = """indicator => {
  const state = [...document.querySelectorAll('.indicator [data-state]')].find(element => element.dataset.indicator === indicator && !element.hidden);
  const box = state.querySelector('[data-tryout]');
  return {chance: box.tryout.chances.own_target, said: box.querySelector('[data-out=chance] [lang=vi]').textContent,
          aloud: [...document.querySelectorAll('.aloud [data-own=aloud] [lang=vi]')]
            .filter(element => element.offsetParent).map(element => element.textContent).join(),
          solution: JSON.parse(box.querySelector('[data-own-needs] button').dataset.solution)};
}"""


@pytest.fixture(scope="module")
def tab(whole_page):
    with chromium() as browser, page_at(browser, (1024, 768), outside=[], errors=(errors := [])) as page:
        visit(page, whole_page[1].as_uri())
        yield page
        assert errors == []


@pytest.mark.parametrize(("asked", "text", "_wanted"), READ, ids=[text for _, text, _ in READ])
def test_the_page_reads_as_the_kit_does(tab, asked, text, _wanted):
    said, held = tab.evaluate(ASK, [asked[0], text]), with_own_target(answer(*asked), text).headline
    assert said["problem"] == "" and said["chance"].replace("\xa0", " ") == words.chance(held.probability).vi
    code = tab.evaluate("page => document.querySelector('.hy').owns[page]", asked[0]).split(":")
    assert [code[0], float(code[1]), int(code[2]), int(code[3])] == list(_wanted)


@pytest.mark.parametrize(("asked", "text", "_words"), REFUSED, ids=[text[:30] or "empty" for _, text, _ in REFUSED])
def test_the_page_refuses_in_the_kits_words(tab, asked, text, _words):
    with pytest.raises(RefusedError) as refused:
        with_own_target(answer(*asked), text or " ")
    assert tab.evaluate(ASK, [asked[0], text or " "])["problem"].replace("\xa0", " ") == refused.value.vi.replace("\xa0", " ")


@pytest.mark.parametrize(("asked", "text"), [(PRODUCTIVITY, "7 %/năm đến 2030"), (SHARE, "12 % năm 2030"), (SHARE, "9 % năm 2028")])
def test_the_page_solves_as_the_kit_does(tab, asked, text):
    """The page's solution, on its sliders' steps, reaches the chance; each push is the kit's own to the next step."""
    tab.evaluate(ASK, [asked[0], text])
    base = alone(with_own_target(answer(*asked), text), store())
    solution, shown = policy.solve(base, OWN, 0.8), tab.evaluate(STATE, asked[0])
    levers = store().scenario_levers
    pushed = {name: push for name, push in solution.pushes.items() if abs(push) > 1e-6}
    assert shown["chance"] == pytest.approx(solution.before, abs=2e-3)
    assert set(shown["solution"]) == set(pushed)
    for name, push in pushed.items():
        assert push - 1e-3 <= shown["solution"][name] <= push + levers[name].step + 1e-3


def test_address_sliders_and_reset(tab):
    """An address sent on shows the same target, the sliders move its chance, and reset forgets it."""
    tab.locator("[data-reset]").click()
    tab.evaluate(ASK, [PRODUCTIVITY[0], "7 %/năm đến 2030"])
    tab.wait_for_timeout(300)
    address, first = tab.url, tab.evaluate(STATE, PRODUCTIVITY[0])
    assert "own.labour_productivity_real=growth_average:7:2026:2030" in address
    tab.goto("about:blank")
    visit(tab, address)
    again = tab.evaluate(STATE, PRODUCTIVITY[0])
    assert again == first and "tự đặt" in again["aloud"]
    tab.locator(f"#{PRODUCTIVITY[0]} [data-own-needs]:visible button").click()
    assert tab.evaluate(STATE, PRODUCTIVITY[0])["chance"] >= 0.8
    tab.locator("[data-reset]").click()
    assert "own." not in tab.url and tab.locator("[data-own-needs]:visible").count() == 0
    for wrong in ("growth_average:70:2026:2030", "growth_average:7:2026:2040", "level:7:2030:2030", "x"):
        tab.goto("about:blank")
        visit(tab, address.replace("growth_average:7:2026:2030", wrong))
        assert tab.locator(".card:visible [data-target=own_target]:visible").count() == 0
