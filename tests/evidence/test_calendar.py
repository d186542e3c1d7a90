"""The calendar of figures: an entry that cannot be is refused, and what is late on a day is counted by hand here."""

import shutil
from datetime import date
from pathlib import Path

import pytest

from forecast import evidence
from forecast.evidence.releases import Release, read_releases

DATA = evidence.find_folder()


@pytest.fixture
def folder(tmp_path) -> Path:
    return Path(shutil.copytree(DATA, tmp_path / "data"))


@pytest.fixture(scope="module")
def store():
    return evidence.load(DATA)


def said(folder: Path, old: str, new: str) -> list[evidence.Finding]:
    path = folder / "calendar.yml"
    text = path.read_text(encoding="utf-8")
    assert old in text
    path.write_text(text.replace(old, new, 1), encoding="utf-8")
    return [item for item in evidence.check(folder) if item.file == "calendar.yml"]


def test_the_calendar_as_it_stands_has_no_finding():
    assert [item for item in evidence.check(DATA) if item.file == "calendar.yml"] == []


@pytest.mark.parametrize(
    ("old", "new", "words"),
    [
        ("indicator: grdp_growth", "indicator: grdp_grwoth", "no indicator 'grdp_grwoth'"),
        ("measure: metric", "measure: metrics", "no measure 'metrics'"),
        ("territory: viet_nam", "territory: vietnam", "no territory 'vietnam'"),
        ("[metric24, metric25]", "[metric24, metric26]", "no source 'metric26'"),
        ("[metric24, metric25]", "[metric24, nso_labour_2025]", "'nso_labour_2025' brings no figure of this series"),
        ("[metric24, metric25]", "[]", "at least one"),
        ("usual: {month: 2}", "usual: {month: 3}", "no source shows this habit"),
        ("usual: {month: 1, day: 6}", "usual: {month: 1, day: 5}", "no source shows this habit"),
        ("usual: {month: 2}", "usual: {month: 2, day: 30}", "a day that every year has"),
        ("usual: {month: 2}", "usual: {month: 2, day: 29}", "a day that every year has"),
        ("usual: {month: 2}", "usual: {month: 13}", "a day that every year has"),
        ("usual: {month: 2}", "usual: {month: true}", "a day that every year has"),
        ("usual: {month: 2}", "usual: {day: 2}", "a day that every year has"),
        ("usual: {month: 2}", "usual: {month: 2, week: 1}", "a day that every year has"),
        ("usual: {month: 2}", "usual: soon", "a day that every year has"),
        ("usual: none", "habit: none", "missing or unknown: usual, habit"),
        ("kind: growth", "kind: interval", "level or growth"),
        ('publisher: {vi: "Metric", en: "Metric"}', 'publisher: {vi: "Metric"}', "vi and en are needed"),
        ("measure: mic", "measure: nso", "already stands at 'digital_share_of_the_nation_by_the_office'"),
        ("platform_sales_of_the_nation:\n", "platform_sales_of_the_nation: 5\nx:\n", "missing or unknown"),
    ],
)
def test_an_entry_that_cannot_be_is_refused(folder, old, new, words):
    """Refused; a habit that no source shows is warned of."""
    severity = "warning" if "brings no" in words or "shows this" in words else "error"
    found = said(folder, old, new)
    assert any(words in item.en and item.severity == severity and item.row for item in found), [item.en for item in found]
    assert all(item.vi != item.en for item in found)


def test_a_calendar_that_is_a_list_is_refused_and_one_that_is_absent_is_none(folder):
    (folder / "calendar.yml").write_text("- 5\n", encoding="utf-8")
    assert [item.check for item in evidence.check(folder) if item.file == "calendar.yml"] == ["readable"]
    (folder / "calendar.yml").unlink()
    assert evidence.due(evidence.load(folder), date(2027, 1, 1)) == ()


@pytest.mark.parametrize(
    ("today", "name", "newest", "period", "day", "late"),
    [
        (date(2026, 11, 24), "employed_of_the_province", 2025, 2026, date(2027, 9, 30), 0),
        (date(2027, 9, 30), "employed_of_the_province", 2025, 2026, date(2027, 9, 30), 0),
        (date(2027, 11, 30), "employed_of_the_province", 2025, 2026, date(2027, 9, 30), 61),
        (date(2026, 9, 29), "employed_of_the_province", 2024, 2025, date(2026, 9, 30), 0),  # yearbook: before the merger, to 2024
        (date(2026, 1, 7), "gdp_growth_of_the_nation", 2025, 2026, date(2027, 1, 6), 0),
        (date(2026, 1, 5), "gdp_growth_of_the_nation", 2024, 2025, date(2026, 1, 6), 0),
        (date(2027, 1, 8), "gdp_growth_of_the_nation", 2025, 2026, date(2027, 1, 6), 2),
        (date(2025, 12, 31), "ecommerce_of_the_nation", 2024, 2025, date(2026, 12, 31), 0),  # the year 2025 is not over
        (date(2026, 11, 30), "digital_share_of_the_nation_by_the_ministry", 2024, 2025, date(2026, 11, 30), 0),
        (date(2026, 12, 1), "digital_share_of_the_nation_by_the_ministry", 2024, 2025, date(2026, 11, 30), 1),
        (date(2028, 3, 1), "platform_sales_of_the_nation", 2025, 2026, date(2027, 2, 28), 367),
        (date(2030, 1, 1), "ecommerce_revenue_of_the_province", 2022, None, None, 0),
        (date(2030, 1, 1), "digital_share_of_the_province", None, None, None, 0),
    ],
)
def test_what_is_due_on_a_day(store, today, name, newest, period, day, late):
    (found,) = [each for each in evidence.due(store, today) if each.release.id == name]
    assert (found.newest, found.period, found.day, found.late) == (newest, period, day, late)


def test_what_is_late_together_is_said_together_and_the_latest_first(store):
    groups = evidence.overdue(evidence.due(store, date(2027, 11, 30)))
    assert [group[0].late for group in groups] == sorted((group[0].late for group in groups), reverse=True)
    said = {evidence.named(group): (group[0].when, group[0].lateness) for group in groups}
    what = evidence.named(groups[-1])
    assert what.vi == "lao động có việc làm và năng suất lao động (giá hiện hành) của tỉnh năm 2026"
    assert what.en == "employed persons and labour productivity (current prices) of the province for 2026"
    when, late = said[what]
    assert (when.vi, when.en, late.vi, late.en) == ("tháng 9/2027", "in September 2027", "2 tháng", "2 months")


@pytest.mark.parametrize(
    ("late", "vi", "en"),
    [(1, "1 ngày", "1 day"), (29, "29 ngày", "29 days"), (30, "1 tháng", "1 month"), (61, "2 tháng", "2 months")],
)
def test_lateness_in_words(store, late, vi, en):
    release = store.releases["gdp_growth_of_the_nation"]
    said = evidence.Due(release, 2025, 2026, release.due_day(2026), late)
    assert (said.lateness.vi, said.lateness.en) == (vi, en) and (said.when.vi, said.when.en) == ("ngày 6/1/2027", "by 6 January 2027")


def test_a_month_is_over_with_its_last_day_also_in_a_leap_year():
    entry = {
        **{"indicator": "platform_sales", "measure": "metric", "territory": "viet_nam", "usual": {"month": 2}, "sources": ["metric24"]},
        **{name: {"vi": "một", "en": "one"} for name in ("name", "publisher", "published")},
    }
    releases, findings = read_releases({"one": entry})
    assert findings == [] and isinstance(releases["one"], Release)
    assert (releases["one"].due_day(2026), releases["one"].due_day(2027)) == (date(2027, 2, 28), date(2028, 2, 29))
