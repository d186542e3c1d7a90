"""The document whose target the page speaks about: one choice, and card, sentences, chart and try-out follow it."""

import pytest
from browser import chromium, on_a_tablet, page_at, visit

from forecast.publish import published as reading
from forecast.publish import words

DIGITAL = "digital_economy_share"
PLAN, CONGRESS, OLD_TARGET, UNREAD = (
    "hy_digital_economy_share_qd489_2030", "hy2025_digital_economy_share_congress_ubnd_2025_2030",
    "hy_digital_economy_share_qd571_2025", "hy2025_digital_economy_share_nq821_2030",
)  # fmt: skip


@pytest.fixture(scope="module")
def shown(whole_page):
    """A page of the real figures as one file, what was published, and a browser."""
    root, path = whole_page
    with chromium() as browser:
        yield path, reading.read(root), browser


@pytest.fixture
def tab(shown):
    """The page just opened on a tablet."""
    with on_a_tablet(shown[-1], shown[0]) as tab:
        yield tab


def rows(published, territory, measure):
    run = next(run for run in published.runs if (run.indicator, run.territory, run.measure) == (DIGITAL, territory, measure))
    return {row["target"]: row for row in words.rows_of(run.tables["verdicts"])}


def choose(tab, target):
    tab.click(f".card:visible [data-target={target}]")


def plain(text):
    return text.replace("\u00a0", " ")


@pytest.mark.slow
def test_conflicting_documents_side_by_side(shown, tab):
    """Documents that conflict stand side by side with what each asks and its chance."""
    published = shown[1]
    tab.click("button[data-value=mic]")
    for target, row in rows(published, "hung_yen_2025", "mic").items():
        said = plain(tab.locator(f".card:visible [data-target={target}]").inner_text())
        assert words.short_document(row["document"]) in said
        if row["value"] is None:
            assert "chưa đọc được con số" in said
        elif row["state"] == "over":
            assert words.bounded(row).vi in said and "đã qua" in said and words.verdict(row["verdict"]).vi in said
        else:
            assert words.bounded(row).vi in said and words.chance(row["probability"]).vi in said


@pytest.mark.slow
@pytest.mark.parametrize("target", [PLAN, CONGRESS, OLD_TARGET, UNREAD])
def test_card_sentences_and_table_speak_of_the_chosen_document(shown, target, tab):
    published = shown[1]
    row = rows(published, "hung_yen_2025", "mic")[target]
    tab.click("button[data-value=mic]")
    choose(tab, target)
    card = plain(tab.locator(f".card[data-indicator={DIGITAL}]:visible").inner_text())
    aloud = plain(tab.locator(f".aloud [data-indicator={DIGITAL}]:visible").inner_text())
    headline = plain(tab.locator(f"#{DIGITAL} .headline:visible").inner_text())
    assert words.verdict(row["verdict"]).vi in card
    for said in (card, aloud, headline):
        assert words.short_document(row["document"]) in said
    if words.has_chance(row):
        for said in (card, aloud, headline):
            assert words.chance(row["probability"]).vi in said
        assert words.required_text(row).vi in card
    else:
        assert "Còn phải tăng" not in card
    assert tab.locator(f"#{DIGITAL} tr.chosen:visible").get_attribute("data-row") == target
    assert tab.locator(f".card:visible [data-target={target}]").get_attribute("aria-pressed") == "true"


@pytest.mark.slow
@pytest.mark.parametrize("language", ["vi", "en"])
def test_chart_draws_the_chosen_target_in_full(shown, language):
    """The chart draws the chosen target in full and the others faint."""
    path, _, browser = shown
    with page_at(browser, (1024, 768), outside=[]) as tab:
        visit(tab, f"{path.as_uri()}#language={language}")
        tab.click("button[data-value=mic]")
        same = ("hy_digital_economy_share_congress19_2030", "NQ Đại hội", "30")  # asks for the same as CONGRESS
        for target, name, value in ((PLAN, "QĐ 489", "35"), (CONGRESS, "Đại hội Đảng bộ UBND", "30"), same):
            choose(tab, target)
            said = tab.evaluate("""() => [...document.querySelectorAll('#digital_economy_share .picture')].filter(node => node.checkVisibility())[0]
                .querySelectorAll('[data-first]:not(.away):not(.faint), [data-later]:not(.away)').values().map(node => node.textContent).toArray()""")
            assert len(set(said)) == 1 and name in said[0] and said[0].startswith(value), said
            faint = tab.locator(f"#{DIGITAL} .picture:visible >> nth=0").locator("[data-aims].faint")
            assert faint.count() >= 2
            assert tab.locator(f"#{DIGITAL} .picture:visible >> nth=0").locator("[data-aims]:not(.faint)").count() == 2  # line and diamond


@pytest.mark.slow
def test_tryout_and_choice_follow_each_other(shown, tab):
    """The tryout follows the choice and the choice follows the tryout."""
    published = shown[1]
    tab.click("button[data-value=mic]")
    box = tab.locator(f"#{DIGITAL} [data-tryout]:visible")
    choose(tab, PLAN)
    row = rows(published, "hung_yen_2025", "mic")[PLAN]
    assert plain(box.locator("[data-out=chance]").inner_text()) == words.chance(row["probability"]).vi
    assert "chỉ tiêu 35" in box.locator(".targettext").text_content()
    assert box.locator(".needs [data-of]:visible").count() == 1 and "35" in box.locator(".needs .need:visible").inner_text()
    choose(tab, OLD_TARGET)
    assert "đã qua" in box.locator("[data-out=chance]").inner_text()
    assert box.locator(".chip").count() == 0 and box.locator(".targettext").count() == 0
    assert "đã qua" in box.locator(".needs [data-of]:visible").inner_text()
    tab.click("[data-preset-all=ambitious]")
    for target in (PLAN, CONGRESS):
        chances = box.evaluate("element => element.tryout.chances")
        assert plain(box.locator(f"[data-target={target}] [data-aim-chance]").inner_text()) == words.chance(chances[target]).vi
    box.locator(f"[data-target={CONGRESS}]").click()
    assert tab.locator(f".card:visible [data-target={CONGRESS}]").get_attribute("aria-pressed") == "true"


@pytest.mark.slow
def test_the_choice_holds_in_both_territories_and_both_measures(shown, tab):
    published = shown[1]
    choose(tab, PLAN)
    for territory, measure in (("hung_yen_2025", "nso"), ("hung_yen_2025", "mic"), ("hung_yen_pre2025", "mic")):
        tab.click(f"button[data-value={territory}]")
        tab.click(f"button[data-value={measure}]")
        row = rows(published, territory, measure)[PLAN]
        said = plain(tab.locator(f".card[data-indicator={DIGITAL}]:visible .answer").inner_text())
        assert words.chance(row["probability"]).vi in said and "QĐ 489/QĐ-TTg" in said
