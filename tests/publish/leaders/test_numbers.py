"""Every number of the page beside the published run's tables, to the printed digit, over all switches; the page as Chromium shows it.

The figures are formatted here a second time, from the tables' digits, so that a slip of the kit's own words shows too.
"""

import math
import re
from decimal import ROUND_HALF_UP, Decimal
from itertools import product

import numpy as np
import pytest
from browser import UNFOLD, chromium, page_at, visit
from publish_real import RUNS, answer, store

from forecast.policy.levers.pushes import pushed
from forecast.policy.outlooks.targets import reached
from forecast.policy.recorded.tryout import PRESETS, alone
from forecast.publish import published, words
from forecast.publish.words import vocabulary
from forecast.publish.words.vocabulary import phrase

LANGUAGES = ("vi", "en")
FANS = {"Mức từng năm": "level", "Level each year": "level", "Mức tăng mỗi năm": "growth", "Growth each year": "growth"}
READ = """() => {
  const text = (element) => element ? element.innerText : '', tidy = (said) => said.replace(/\\u00a0/g, ' ');
  const cells = (table) => [...table.querySelectorAll('tbody tr')].map(row => [...row.children].map(cell => tidy(text(cell)).trim()));
  return [...document.querySelectorAll('.card')].filter(element => !element.hidden).map(card => {
    const {indicator, territory, measure, aim} = card.dataset;
    const of = (what) => [...document.querySelectorAll(what)].find(element => !element.hidden && element.dataset.indicator === indicator);
    const section = of('.indicator [data-state]'), box = section.querySelector('[data-tryout]');
    const out = (name) => tidy(text(box && box.querySelector(`[data-out=${name}]`)));
    const chip = card.querySelector('[data-of]:not([hidden]) .chip');
    return {indicator, territory, measure, aim,
      answer: tidy(text(card.querySelector('.answer')) + ' ' + text(card.querySelector('.choose > [data-of]:not([hidden])'))), chip: tidy(text(chip)),
      last: tidy(text([...card.querySelectorAll('.last')].pop())), aloud: tidy(text(of('.aloud [data-state]'))),
      choices: Object.fromEntries([...card.querySelectorAll('[data-target]')].map(element => [element.dataset.target, tidy(text(element))])),
      headline: tidy(text([...section.querySelectorAll('.headline')].find(element => !element.hidden))),
      rows: Object.fromEntries([...section.querySelectorAll('[data-row]')].map(row => [row.dataset.row,
        [...row.children].map(cell => tidy(text(cell)))])),
      figures: [...section.querySelectorAll('figure')].map(element => ({title: tidy(text(element.querySelector('h3,h4'))),
        caption: tidy(text(element.querySelector('figcaption'))), rows: cells(element.querySelector('table'))})),
      trial: box ? {band: out('band'), chance: out('chance'), verdict: out('verdict'),
        rows: cells(box.querySelector('[data-out=rows]').closest('table'))} : null};
  });
}"""


@pytest.fixture(scope="module")
def shown(whole_page):
    """The page of the real figures, its runs by place, and a browser."""
    root, path = whole_page
    runs = {(run.indicator, run.territory, run.measure): run for run in published.read(root).runs}
    with chromium() as browser:
        yield path, runs, browser


def printed(value, decimals, language):
    """A number as the language prints it, rounded half up from its shortest digits."""
    digits = Decimal(repr(float(value))).quantize(Decimal(1).scaleb(-decimals), ROUND_HALF_UP)
    text = f"{abs(digits):,}"
    return ("−" if digits < 0 else "") + (text.translate(str.maketrans(",.", ".,")) if language == "vi" else text)


def plain(value, language):
    return printed(value, 0 if abs(value) >= 1000 else 1, language)


def points(probability, language):
    """The chance as a whole number of points with its sign, as it stands inside the words."""
    shown = min(max(5 * math.floor(probability * 20 + 0.5 + 1e-9), 5), 95)
    return f"{shown} %" if language == "vi" else f"{shown}%"


def level(run, year):
    rows = run.tables["forecast"]
    rows = rows[(rows["quantity"] == "level") & (rows["target_period"] == year)]
    return dict(zip(rows["output_type_id"].astype(float), rows["value"], strict=True))


def everywhere(tab, path, language):
    """Every card shown by any switch, one after another: territory x measure x document."""
    visit(tab, f"{path.as_uri()}#language={language}")
    tab.evaluate(UNFOLD)
    for territory, measure in product(("hung_yen_2025", "hung_yen_pre2025"), ("nso", "mic")):
        tab.click(f"button[data-value={territory}]")
        tab.click(f"button[data-value={measure}]")
        longest = max((card.locator("[data-nth]").count() for card in tab.locator(".card:visible").all()), default=0)
        for place in range(longest):
            for card in tab.locator(".card:visible").all():
                if card.locator("[data-nth]").count() > place:
                    card.locator("[data-nth]").nth(place).click()
            yield from tab.evaluate(READ)


@pytest.mark.slow
@pytest.mark.parametrize("language", LANGUAGES)
def test_what_is_said_of_every_document_is_what_the_run_found(shown, language):
    path, runs, browser = shown
    seen = set()
    with page_at(browser, (1024, 768), outside=[]) as tab:
        for said in everywhere(tab, path, language):
            run = runs.get((said["indicator"], said["territory"], said["measure"]))
            if run is None:
                continue
            rows = {row["target"]: row for row in words.rows_of(run.tables["verdicts"])}
            check_document(said, rows[said["aim"]], run, language)
            for target, row in rows.items():
                check_choice(said["choices"][target], row, language)
                check_row(said["rows"][target], row, language)
            seen.add((said["indicator"], said["territory"], said["measure"], said["aim"]))
    assert {spot[:3] for spot in seen} == set(RUNS) and len(seen) == sum(len(run.tables["verdicts"]) for run in runs.values())


def check_document(said, row, run, language):
    """Card, sentence to read aloud and headline on the chosen document."""
    word = words.verdict(row["verdict"]).in_language(language)
    assert word in said["chip"]
    assert all(words.short_document(row["document"]) in said[place] for place in ("aloud", "headline"))
    middle = level(run, 2030)
    if not run.summary["quantity"].startswith("growth"):
        assert printed_amount(middle[0.5], run, language) in said["headline"]
    if row["state"] == "open" and row["value"] is not None:
        likely = points(row["probability"], language)
        assert all(likely in said[place] for place in ("answer", "aloud", "headline")), likely
        assert word in said["aloud"] and word in said["headline"]
        if row["required_growth"] is not None and row["required_growth"] > 0:
            assert printed(row["required_growth"], 1, language) in said["answer"]
        if row["achieved_growth"] is not None:
            assert printed(row["achieved_growth"], 1, language) in said["answer"]
        assert said["trial"]["chance"] and points(row["probability"], language) in said["trial"]["chance"] and word in said["trial"]["verdict"]
    else:
        assert not re.search(r"\d %|\d%", said["trial"]["chance"]) and not said["trial"]["verdict"]


def printed_amount(value, run, language):
    unit = store().indicators[run.indicator].unit
    return words.amount(value, unit).in_language(language) if unit == "vnd_bn" else printed(value, 1, language)


def check_choice(text, row, language):
    assert words.short_document(row["document"]) in text and str(row["last"]) in text
    if row["value"] is not None:
        assert printed(row["value"], 0 if float(row["value"]).is_integer() else 1, language) in text
    if row["state"] == "open" and row["value"] is not None:
        assert points(row["probability"], language) in text


def check_row(cells, row, language):
    """A row of the table 'Against the targets in the documents'."""
    name, asked, verdict, remains = cells
    assert row["name_vi" if language == "vi" else "name_en"] in name and row["document"] in name
    assert words.verdict(row["verdict"]).in_language(language) in verdict
    if row["value"] is None:
        return
    assert printed(row["value"], 0 if float(row["value"]).is_integer() else 1, language) in asked
    if row["state"] == "open":
        assert points(row["probability"], language) in verdict
        assert printed(row["required_growth"], 1, language) in remains or row["required_growth"] <= 0
        if row["arrival_median"] is not None:
            assert str(int(row["arrival_median"])) in remains


@pytest.mark.slow
@pytest.mark.parametrize("language", LANGUAGES)
def test_cells_and_captions_are_the_runs(shown, language):
    """Every cell behind a chart and every caption is the runs."""
    path, runs, browser = shown
    seen = {}
    with page_at(browser, (1366, 768), outside=[]) as tab:
        for said in everywhere(tab, path, language):
            seen[said["indicator"], said["territory"], said["measure"]] = said
    for place, run in runs.items():
        said = seen[place]
        fans = [figure for figure in said["figures"] if figure["title"] in FANS]
        assert {FANS[figure["title"]] for figure in fans} == set(run.tables["forecast"]["quantity"]) & {"level", "growth"}
        for figure in fans:
            check_fan(figure, run, FANS[figure["title"]], language)
        check_table(said["figures"], ("Cả nước", "The nation"), nation_rows(run, language))
        check_table(said["figures"], ("Mỗi cách dự báo nói gì", "What each method says"), method_rows(run, language))
        unsure = ("Khả năng đạt chỉ tiêu phụ thuộc vào giả định nào", "On which assumption the chance depends")
        check_table(said["figures"], unsure, unsure_rows(run, language))
        last = run.summary["last_published"]
        if last:
            assert words.amount(last["value"], last["unit"], 2 if last["unit"] == "percent" else 1).in_language(language) in said["last"]


def check_fan(figure, run, quantity, language):
    table = run.tables["forecast"]
    table = table[table["quantity"] == quantity]
    ahead = [row for row in figure["rows"] if int(row[0]) >= table["target_period"].min()][-table["target_period"].nunique():]
    for year, row in zip(sorted(table["target_period"].unique()), ahead, strict=True):
        found = table[table["target_period"] == year].set_index(table["output_type_id"].astype(float)[table["target_period"] == year])["value"]
        assert row[0] == str(year) and row[2:] == [plain(found[end], language) for end in (0.1, 0.5, 0.9)]
    for end in (0.1, 0.5, 0.9):
        value = float(found[end])
        unit = table["unit"].iloc[0]
        shown = words.amount(value, unit).in_language(language) if unit == "vnd_bn" else printed(value, 1, language)
        assert shown in figure["caption"]
    history = run.tables["history"]
    own = history[(history["quantity"] == quantity) & (history["territory"] == run.territory)]
    own = own[own["indicator"] == run.indicator] if quantity == "level" else own
    values = sorted(plain(value, language) if not math.isnan(value) else "–" for value in own["value"])
    assert sorted(row[3] for row in figure["rows"][: len(figure["rows"]) - len(ahead)]) == values


def check_table(figures, titles, expected):
    found = next(figure for figure in figures if figure["title"] in titles)
    assert sorted(map(tuple, found["rows"])) == sorted(map(tuple, expected))


def unsure_rows(run, language):
    for row in run.tables["sensitivity"].to_dict("records"):
        ends = [words.plain_number(row[name]).in_language(language).replace("-", "−") for name in ("low_value", "high_value")]
        chances = [words.chance(row[name]).in_language(language) for name in ("probability_low", "probability_high")]
        yield [row[f"name_{language}"], phrase(vocabulary.RATINGS, row["rating"]).in_language(language), *ends, *chances]


def nation_rows(run, language):
    quantity = "growth" if run.summary["quantity"].startswith("growth") else "level"
    rows = run.tables["nation"]
    for row in rows[rows["quantity"] == quantity].to_dict("records"):
        ink = "derived" if row["ink"] == "rebuilt" and math.isnan(row["low"]) else row["ink"]
        numbers = ["–" if math.isnan(row[name]) else plain(row[name], language) for name in ("value", "low", "high")]
        yield [str(row["period"]), phrase(vocabulary.INKS, ink).in_language(language), *numbers]


def method_rows(run, language):
    rows = run.tables["methods"]
    for row in rows[rows["period"] == rows["period"].max()].to_dict("records"):
        numbers = ["–" if math.isnan(row[name]) else plain(row[name], language) for name in ("low", "median", "high")]
        tried = ["–" if math.isnan(row[name]) else printed(row[name], decimals, language) for name, decimals in (("mase", 2), ("origins", 0))]
        yield [phrase(vocabulary.METHODS, row["method"]).in_language(language), *numbers, *tried]


@pytest.mark.slow
@pytest.mark.parametrize("language", LANGUAGES)
def test_tryout_prints_the_kits_quantiles(shown, language):
    """The tryout at rest prints the runs quantiles and under each preset the kits."""
    path, runs, browser = shown
    with page_at(browser, (1024, 768), outside=[]) as tab:
        for preset in PRESETS:
            for said in trials(tab, path, language, preset):
                asked = (said["indicator"], said["territory"], said["measure"])
                bands, chances, years = kits(asked, preset)
                unit, rows = store().indicators[asked[0]].unit, said["trial"]["rows"]
                if preset == "baseline":
                    for year, row in zip(years, rows, strict=True):
                        found = level(runs[asked], year)
                        if found:
                            assert row == [str(year), *(plain(found[end], language) for end in (0.1, 0.5, 0.9)), plain(found[0.5], language)]
                assert [row[:4] for row in rows] == [
                    [str(year), *(plain(band[place], language) for place in (0, 1, 2))] for year, band in zip(years, bands, strict=True)
                ]
                for value in bands[-1]:
                    assert words.amount(float(value), unit).in_language(language) in said["trial"]["band"]
                assert said["trial"]["chance"] == words.chance(chances[said["aim"]]).in_language(language)


def trials(tab, path, language, preset):
    visit(tab, f"{path.as_uri()}#language={language}&preset={preset}")
    tab.evaluate(UNFOLD)
    for territory, measure in product(("hung_yen_2025", "hung_yen_pre2025"), ("nso", "mic")):
        tab.click(f"button[data-value={territory}]")
        tab.click(f"button[data-value={measure}]")
        yield from (said for said in tab.evaluate(READ) if said["trial"])


def kits(asked, preset):
    """Bands (10, 50, 90 %), chances by target and years, by the kit's own arithmetic on the run's full draws."""
    found = answer(*asked)
    ground = alone(found, store()).grounds[asked[0]]
    mine = [item for item in store().scenario(preset).pushes if store().scenario_levers[item.lever].indicator == asked[0]]
    moved = {item.lever: np.array([item.spans[0][2] if 2026 <= year <= 2030 else 0.0 for year in ground.ahead]) for item in mine}
    levels = pushed(ground, moved, ground.levels) if moved else ground.levels
    years = list(range(found.known_to, 2031))
    bands = [np.quantile(levels[:, ground.years.index(year)], (0.1, 0.5, 0.9)) for year in years]
    open_now = [item.target for item in found.assessments if item.state == "open" and item.probability is not None]
    return bands, {target.id: float(reached(target, levels, ground.years).mean()) for target in open_now}, years
