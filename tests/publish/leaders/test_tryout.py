"""The page's own arithmetic against the kit's, in a real Chromium with the network closed, over many slider positions."""

import json
import re

import numpy as np
import pytest
from browser import chromium, page_at, visit
from publish_real import RUNS, answer, store

from forecast.policy.levers.pushes import pushed
from forecast.policy.outlooks.targets import reached
from forecast.policy.recorded.tryout import PRESETS, alone, tryout_tables
from forecast.policy.scenarios import experience
from forecast.publish import published, words

READ = """(asked) => {
  for (const value of asked.slice(1, 3)) { const button = document.querySelector(`button[data-value=${value}]`); if (button) button.click(); }
  const state = [...document.querySelectorAll('.indicator [data-state]')].find(element =>
    element.dataset.indicator === asked[0] && element.dataset.territory === asked[1] && element.dataset.measure === asked[2]);
  const box = state.querySelector('[data-tryout]');
  for (const [lever, value] of Object.entries(asked[3])) {
    const slider = box.querySelector(`[data-lever='${lever}'] input`);
    slider.value = value;
    slider.dispatchEvent(new Event('input', {bubbles: true}));
  }
  const text = (name, language) => (box.querySelector(`[data-out='${name}'] [lang=${language}]`) || {textContent: ''}).textContent;
  const seen = {};
  for (const element of box.querySelectorAll('[data-lever]')) seen[element.dataset.lever] = element.querySelector('.seen').dataset.colour;
  return {bands: box.tryout.bands, chances: box.tryout.chances, years: box.tryout.years, seen: seen,
          vi: text('band', 'vi'), en: text('band', 'en'), chance: text('chance', 'vi')};
}"""
CHOOSE = """(asked) => document.querySelectorAll('[data-preset-all=' + asked + ']').forEach(element => element.click())"""


@pytest.fixture(scope="module")
def shown(whole_page):
    """A published root of the real figures, its page as one file, and a browser."""
    root, path = whole_page
    with chromium() as browser:
        yield root, path, browser


def expected(asked, pushes):
    """Bands [years, 5] and chances by target, by the kit's own arithmetic."""
    found = answer(*asked)
    ground = alone(found, store()).grounds[asked[0]]
    ahead = ground.ahead
    moved = {name: np.array([value if 2026 <= year <= 2030 else 0.0 for year in ahead]) for name, value in pushes.items() if value}
    levels = pushed(ground, moved, ground.levels) if moved else ground.levels
    years = range(found.known_to, 2031)
    bands = np.array([np.quantile(levels[:, ground.years.index(year)], (0.1, 0.25, 0.5, 0.75, 0.9)) for year in years])
    chances = {
        item.target.id: float(reached(item.target, levels, ground.years).mean())
        for item in found.assessments
        if item.state == "open" and item.probability is not None
    }
    return bands, chances


def positions(asked, count, seed):
    """Random slider positions on their steps: most levers still, one view of a revenue only."""
    rng = np.random.default_rng(seed)
    levers = [row for row in words.rows_of(tryout_tables(answer(*asked), store())["levers"])]
    for _ in range(count):
        view = rng.choice(["factors", "market"])
        chosen = [lever for lever in levers if lever.get("view") in (None, "", view) and rng.random() < 0.6]
        yield {
            lever["id"]: round(float(np.clip(lever["step"] * round(rng.uniform(lever["low"], lever["high"]) / lever["step"]),
                                             lever["low"], lever["high"])), 6)
            for lever in chosen
        }  # fmt: skip


@pytest.mark.slow
@pytest.mark.parametrize("asked", RUNS, ids="-".join)
def test_at_rest_the_page_prints_the_published_runs_numbers(shown, asked):
    _, path, browser = shown
    found = answer(*asked)
    with page_at(browser, (1024, 768), outside=[]) as tab:
        visit(tab, path.as_uri())
        said = tab.evaluate(READ, [*asked, {}])
    year = found.years.index(2030)
    low, middle, high = np.round(np.quantile(found.levels[:, year], (0.1, 0.5, 0.9)), 6)
    unit = store().indicators[asked[0]].unit
    for language, text in (("vi", said["vi"]), ("en", said["en"])):
        for value in (low, middle, high):
            assert words.amount(float(value), unit).in_language(language).replace(" %", "\u00a0%") in text
    assert said["chance"].replace("\u00a0", " ") == words.chance(found.headline.probability).vi
    for item in found.assessments:
        if item.target.id in said["chances"]:
            assert said["chances"][item.target.id] == pytest.approx(item.probability, abs=1e-9)


@pytest.mark.slow
@pytest.mark.parametrize("asked", RUNS, ids="-".join)
def test_at_any_slider_position_the_page_gives_the_kits_numbers(shown, asked):
    _, path, browser = shown
    base = alone(answer(*asked), store())
    levers = store().scenario_levers
    with page_at(browser, (1024, 768), outside=[]) as tab:
        visit(tab, path.as_uri())
        for pushes in positions(asked, 25, seed=len(asked[0])):
            tab.evaluate("document.querySelectorAll('[data-preset-all=baseline]')[0].click()")
            said = tab.evaluate(READ, [*asked, pushes])
            bands, chances = expected(asked, pushes)
            np.testing.assert_allclose(said["bands"], bands, rtol=1e-6)  # float32 draws: 6e-8, cumulated over the years
            assert said["chances"].keys() == chances.keys()
            for target, chance in chances.items():
                assert said["chances"][target] == pytest.approx(chance, abs=1.01 / 2000)
            for lever, push in pushes.items():
                if push:
                    assert said["seen"][lever] == experience.happened(base, levers[lever], push)["colour"], (lever, push)


@pytest.mark.slow
@pytest.mark.parametrize("preset", PRESETS)
def test_a_preset_is_the_scenario_of_the_file(shown, preset):
    _, path, browser = shown
    with page_at(browser, (1024, 768), outside=[]) as tab:
        visit(tab, path.as_uri())
        tab.evaluate(CHOOSE, preset)
        for asked in RUNS:
            said = tab.evaluate(READ, [*asked, {}])
            chosen = store().scenario(preset)
            pushes = {item.lever: item.spans[0][2] for item in chosen.pushes if levers_of(item.lever) == asked[0]}
            np.testing.assert_allclose(said["bands"], expected(asked, pushes)[0], rtol=1e-6)
        trying = tab.locator("[data-trying]")
        assert trying.is_visible() == (preset != "baseline")
        if preset != "baseline":
            assert trying.inner_text() == "thử nghiệm, chưa ghi"
            assert "Thử nghiệm, chưa ghi – " in tab.locator(".card:visible [data-card-trial]").first.inner_text()


def levers_of(name):
    return store().scenario_levers[name].indicator


def test_a_run_records_what_three_chances_would_take():
    for asked in RUNS:
        table = tryout_tables(answer(*asked), store())["solutions"]
        assert (table.groupby("target")["chance"].agg(set) == {0.5, 0.8, 0.9}).all() or table.empty
        assert len(table) or asked[0] == "ecommerce_revenue"


@pytest.mark.slow
@pytest.mark.parametrize("wanted", [50, 80, 90])
def test_the_solution_set_on_the_sliders_reaches_its_chance(shown, wanted):
    _, path, browser = shown
    tried = 0
    with page_at(browser, (1024, 768), outside=[]) as tab:
        visit(tab, path.as_uri())
        for territory, measure in (("hung_yen_2025", "mic"), ("hung_yen_2025", "nso"), ("hung_yen_pre2025", "mic")):
            tab.click(f"button[data-value={territory}]")
            tab.click(f"button[data-value={measure}]")
            tab.locator(f".needs button[data-value='{wanted}']:visible").first.click()
            for choice in tab.locator(".card:visible [data-nth]").all():
                choice.click()
                for button in tab.locator("[data-solution]:visible").all():
                    button.click()
                    said = button.evaluate("element => { const box = element.closest('[data-tryout]'); "
                                           "return box.tryout.chances[box.closest('[data-state]').dataset.aim]; }")  # fmt: skip
                    assert said >= wanted / 100
                    tried += 1
    assert tried >= 6


@pytest.mark.slow
def test_solved_levers_say_whether_it_happened(shown):
    """Each solved lever says whether it ever happened and out of reach is said with how far one gets."""
    root, path, browser = shown
    solved = {run.run_id: words.rows_of(run.tables["solutions"]) for run in published.read(root).runs if "solutions" in run.tables}
    colours, unreachable = set(), 0
    with page_at(browser, (1024, 768), outside=[]) as tab:
        visit(tab, path.as_uri())
        said = tab.evaluate("""() => [...document.querySelectorAll('.needs [data-chance]')].map(element => ({
            run: element.closest('[data-run]').dataset.run,
            chance: Number(element.dataset.chance) / 100, aims: element.parentNode.dataset.of.split(' '),
            text: element.firstElementChild.querySelector('[lang=vi]').textContent, solution: !!element.querySelector('[data-solution]'),
            lines: [...element.querySelectorAll('li .seen')].map(seen => [seen.dataset.colour, seen.textContent])}))""")
    assert said
    for need in said:
        rows = [row for row in solved[need["run"]] if row["target"] in need["aims"] and row["chance"] == need["chance"]]
        text = need["text"].replace("\u00a0", " ")
        assert rows and words.chance(rows[0]["before"]).vi in text
        if not rows[0]["possible"]:
            unreachable += 1
            assert "Không tới được" in text and words.chance(rows[0]["reached"]).vi in text and not need["solution"]
        elif rows[0]["before"] < need["chance"]:
            assert [colour for colour, _ in need["lines"]] == [row["experience"] for row in rows if abs(row["push"]) > 1e-9]
            for colour, seen in need["lines"]:
                assert {"green": "✓", "amber": "▲", "red": "■", "none": "?"}[colour] in seen
                colours.add(colour)
    assert unreachable and "red" in colours and len(colours) > 1


@pytest.mark.slow
def test_language_switch_keeps_sliders(shown):
    """The language switch keeps sliders and says numbers its own way."""
    _, path, browser = shown
    with page_at(browser, (1024, 768), outside=[]) as tab:
        visit(tab, path.as_uri())
        box = tab.locator("#ecommerce_revenue [data-tryout]:visible")
        slider = box.locator("[data-lever=sellers] input")
        slider.focus()
        for _ in range(5):
            tab.keyboard.press("ArrowRight")
        vi = box.locator("[data-out=band]").inner_text()
        assert "nghìn tỷ đồng" in vi and re.search(r"\d,\d", vi)
        tab.click("button[data-value=en]")
        assert slider.input_value() == "5"
        en = box.locator("[data-out=band]").inner_text()
        assert "trillion VND" in en and re.search(r"\d\.\d", en)
        assert "+5% a year" in box.locator("[data-lever=sellers] output").inner_text()
        assert "Try-out, not recorded" in tab.locator(".card:visible [data-card-trial]:visible").inner_text()


@pytest.mark.slow
def test_pushing_one_view_of_a_revenue_lets_the_other_go(shown):
    _, path, browser = shown
    asked = RUNS[-1]
    with page_at(browser, (1024, 768), outside=[]) as tab:
        visit(tab, path.as_uri())
        tab.evaluate(READ, [*asked, {"sellers": 10}])
        said = tab.evaluate(READ, [*asked, {"market": -3}])
        np.testing.assert_allclose(said["bands"], expected(asked, {"market": -3.0})[0], rtol=1e-6)


def test_static_page_opens_from_a_stick(shown):
    """The static page fits a usb stick and opens without anything else."""
    _, path, _ = shown
    text = path.read_text("utf-8")
    assert path.stat().st_size <= 2_000_000
    links = r'href="https?://[^"]+" rel="noopener noreferrer"'  # of sources: nothing is asked until one is pressed
    beside = r"<p data-beside hidden>.*?</p>"  # of papers laid into a folder beside it, hidden where there is none
    assert not re.search(r'(?:src|href)="(?!#|data:)', re.sub(f"{links}|{beside}", "", text)) and "connect-src 'none'" in text


def test_text_in_the_pages_data_cannot_end_its_script():
    from forecast.publish import templating

    text = templating.as_script({"name": "</script><script>alert(1)</script>&\u2028"})
    assert "<" not in text and "\u2028" not in text
    assert json.loads(text)["name"].startswith("</script>")
