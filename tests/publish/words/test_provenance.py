"""Where a figure comes from is said in Vietnamese too, faithfully: no number is added, changed or lost."""

import re

import pytest
from places import DATA
from register_facts import facts_of

from forecast import evidence
from forecast.domain import Text
from forecast.evidence import notes
from forecast.publish.words import provenance

MONTHS = {float(month) for month in range(1, 13)}


@pytest.fixture(scope="module")
def store():
    return evidence.load()


@pytest.fixture(scope="module")
def shown(store):
    """Every note and place in a source that a page shows: the text as entered and as said."""
    translations, titles = notes.vietnamese(DATA), provenance.titles(store.sources)
    texts = {text for entry in (*store.observations, *store.targets) for text in (entry.note, entry.locator) if text}
    return {text: provenance.note_text(text, translations, titles) for text in texts}


def numbers(text, thousands, decimal):
    """The numbers of a text outside Vietnamese quotations and the titles in “ ”."""
    text = re.sub(r'“[^”]*”|"[^"]*[^\x00-\x7f“”"][^"]*"', " ", text)
    written = re.findall(r"\d[\d.,]*\d|\d", text)
    mark = re.escape(thousands)
    return [float(re.sub(rf"{mark}(?=\d{{3}}(\D|$|{mark}))", "", text).replace(decimal, ".")) for text in written if not text.count(decimal) > 1]


def test_every_note_and_place_has_its_vietnamese(shown):
    assert [text for text, note in shown.items() if note.english] == [] and len(shown) > 450


def test_translation_holds_the_same_numbers(shown, store):
    """A translation holds every number of the note and no other."""
    for text, note in shown.items():
        plain = re.sub(r"\b\w+\b", lambda word: " " if word[0] in store.sources or word[0] == "H1" else word[0], text)
        quoted = [value for piece in re.findall(r'"[^"]*"', plain) for value in numbers(piece.strip('"'), ".", ",")]
        vietnamese = numbers(note.vi, ".", ",")
        kept = vietnamese + [value for piece in re.findall(r'"[^"]*"', note.vi) for value in numbers(piece.strip('"'), ".", ",")]
        english = numbers(plain, ",", ".")
        assert [value for value in english if value not in kept] == [], (text, note.vi)
        assert [value for value in vietnamese if value not in english + quoted and value not in MONTHS] == [], (text, note.vi)


def test_clause_has_places_for_numbers_and_sources():
    """The vietnamese of a clause has a place for each of its numbers and sources."""
    for english, vietnamese in notes.vietnamese(DATA).items():
        places = re.findall(r"\{(\d*)\}", vietnamese)
        assert vietnamese.count("@") == english.count("@")
        assert len(set(places)) == english.count("{}") if any(places) else len(places) == english.count("{}"), english


def test_no_line_of_the_table_is_left_from_a_note_that_is_gone(shown, store):
    titles = provenance.titles(store.sources)
    used = {provenance.template(part, titles)[0] for text in shown for part in text.split("; ") if part}
    assert set(notes.vietnamese(DATA)) == used


def test_numbers_and_days_are_written_as_vietnamese_writes_them():
    written = {"1,234.5": "1.234,5", "1588646": "1.588.646", "2018": "2018", "0.558": "0,558", "146,317": "146.317", "43980.3": "43.980,3"}
    assert {text: provenance.vietnamese(text) for text in written} == written
    assert provenance.days("2021-12/2022-01") == "12/2021–01/2022" and provenance.days("2017-12-28/31") == "28–31/12/2017"
    assert provenance.published_text("prepared 2024-10-24") == Text("lập ngày 24/10/2024", "prepared 24/10/2024")
    assert provenance.published_text("2024-12 (session of 10-11 December)").vi == "12/2024 (kỳ họp ngày 10–11/12)"
    assert provenance.published_text("NSO tables updated 2026-08-15 and 2026-08-18").vi == "bảng của Cục Thống kê cập nhật 15/08/2026 và 18/08/2026"


def test_untranslated_clause_is_said_to_be():
    """A clause without vietnamese is shown in english and said to be."""
    note = provenance.note_text("rounded; quite another remark of 2024", notes.vietnamese(DATA), {})
    assert note.english and note.vi == note.en == "rounded; quite another remark of 2024"


def test_names_of_tables_and_commits_stay_as_they_are(shown):
    """A table's code and a commit are names, not numbers to be set in Vietnamese."""
    names = re.compile(r"\b(?:PL\.)?[EV]\d\d\.\d\d(?:-\d\d)?\b|(?<=commit )[0-9a-f]+\b")
    named = {text: names.findall(text) for text in shown if names.search(text)}
    assert [text for text, codes in named.items() if any(code not in shown[text].vi for code in codes)] == []
    assert {"E02.45", "E02.03-07", "PL.V03.02", "26040647"} <= {code for codes in named.values() for code in codes}


def test_official_titles_keep_their_own_language(store):
    tongues = {name: credit.title_language for name, credit in provenance.credits(store.sources).items()}
    assert tongues["vietnamplus_ecommerce_2017"] == "fr" and tongues["vir_qd489_2024"] == "en" and tongues["baohungyen_h1_2018"] == "vi"
    titles = provenance.titles(store.sources)
    assert titles["vinh_phuc_yearbook_2017_t35"] == Text(
        "Niên giám thống kê Vĩnh Phúc 2017, bảng 35", "Niên giám thống kê Vĩnh Phúc 2017, table 35"
    )


def test_the_page_carries_both_languages_of_every_note(store, file):
    rows, content = facts_of(file.read_text("utf-8"))
    names = content["names"]
    assert all(len(names[field][row[field]]) == 2 for row in rows for field in ("note", "locator") if row[field])
    assert names["period"]["2025Q4"] == ["quý 4/2025", "Q4 2025"] and names["period"]["2020-9M"] == ["9 tháng 2020", "9 months of 2020"]
    assert names["period"]["2025-10M"] == ["10 tháng 2025", "10 months of 2025"] and names["period"]["2025-10"] == ["tháng 10/2025", "10/2025"]
