"""Loading the data folder: what is refused, how it is said, and what was known on a day."""

from __future__ import annotations

import csv
import shutil
from datetime import date
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from forecast import evidence
from forecast.domain import Key, Period
from forecast.errors import EvidenceError
from forecast.evidence.tables import broken_text, day, number, read_table

NATION, HUNG_YEN = "viet_nam", "hung_yen_pre2025"


@pytest.fixture(scope="module")
def store() -> evidence.Evidence:
    return evidence.load()


def test_the_kits_own_data_load_without_an_error(store):
    """Every line of a table is a figure, a target or a source; none is lost on the way."""
    assert len(store.observations) == len(lines_of(store, "observations.csv"))
    assert len(store.targets) == len(lines_of(store, "targets.csv")) and len(store.sources) == len(lines_of(store, "sources.csv"))
    assert not [item for item in store.findings if item.severity == "error"]


def lines_of(store, file: str) -> list[dict[str, str]]:
    with (store.folder / file).open(encoding="utf-8", newline="") as handle:
        return list(csv.DictReader(handle))


def test_every_seed_source_kept_its_number(store):
    """The 226 sources the kit began with keep the numbers they had; those found later have none."""
    assert store.sources["hy_yearbook_2022_p97"].seed_id == "e_s01"
    numbers = [item.seed_id for item in store.sources.values() if item.seed_id]
    assert len(set(numbers)) == len(numbers) == 226


def test_every_figure_resolves_to_a_source_a_unit_and_a_place(store):
    for item in store.observations:
        assert all(part in store.sources for part in item.source.split("+")) and item.locator
        assert item.unit == store.indicators[item.key.indicator].unit
        assert item.vintage >= max(store.sources[part].vintage for part in item.source.split("+"))


def test_every_derived_row_says_how_it_was_derived(store):
    assert all(
        item.note
        for item in store.observations
        if item.status == "derived"
        and item.key.indicator != "gdp_growth"
        and item.key.indicator != "labour_productivity_growth"
    )


def test_no_figure_is_seen_before_its_vintage(store):
    for day_known in (date(2019, 1, 1), date(2023, 6, 30), date(2024, 12, 31)):
        assert all(item.vintage <= day_known for item in store.figures(as_of=day_known, annual=False))
        for key in {item.key for item in store.observations}:
            for kind in ("level", "growth"):
                series = store.series(key, as_of=day_known, kind=kind)
                assert all(item.vintage <= day_known and item.period.first <= day_known.year for item in series.points)


def test_figures_added_later_do_not_change_what_was_known(store):
    early = date(2023, 6, 30)
    later_removed = [item for item in store.observations if item.vintage <= early]
    key = Key("labour_productivity_growth", "nso", NATION)
    from forecast.evidence.resolve import resolve

    assert (
        resolve(later_removed, key, "growth", "", early).points == store.series(key, as_of=early, kind="growth").points
    )


def test_the_newest_vintage_stands_for_no_date(store):
    key = Key("digital_economy_share", "nso", NATION)
    assert store.last_vintage == max(item.vintage for item in store.observations)
    assert store.series(key) == store.series(key, as_of=store.last_vintage)


def test_an_indicator_that_does_not_exist_is_named(store):
    with pytest.raises(EvidenceError, match="no_such_indicator"):
        store.series(Key("no_such_indicator", "nso", NATION))


def test_headline_indicators_are_marked(store):
    marked = {name for name, facts in store.details.items() if facts.get("headline")}
    assert marked == {"labour_productivity_real", "digital_economy_share", "ecommerce_revenue"}


def test_the_province_is_between_the_ends_of_the_ministrys_list(store):
    for territory in (HUNG_YEN, "thai_binh_pre2025"):
        (item,) = store.figures("digital_economy_share", "mic", territory)
        assert (item.kind, item.value, item.high, item.status) == ("interval", 5.78, 17.15, "derived")
        assert item.vintage == store.sources["mic_digital_share_2022_list"].vintage == date(2023, 9, 30)


def test_resolution_821_is_on_record_without_a_value(store):
    records = [item for item in store.targets if "821" in item.document]
    assert len(records) == 3 and all(item.value is None and item.note for item in records)


def test_ranges_in_the_target_register_are_one_record(store):
    targets = {item.id: item for item in store.targets}
    plan = targets["hy_labour_productivity_growth_qd489_2021_2030"]
    assert (plan.value, plan.value_high, plan.kind, plan.first, plan.last) == (8.5, 9.0, "growth_average", 2021, 2030)
    programme = targets["hy_labour_productivity_growth_qd571_2021_2025"]
    assert (programme.value, programme.kind, programme.first, programme.last) == (7.0, "growth_each_year", 2021, 2025)
    assert store.target_facts["hy_dti_rank_qd571_2030"]["baseline"] == "49"


def test_the_digest_follows_the_data_and_not_the_readme(store, tmp_path):
    folder = Path(shutil.copytree(store.folder, tmp_path / "data"))
    assert evidence.load(folder).digest() == store.digest()
    (folder / "README.md").write_text("other")
    assert evidence.load(folder).digest() == store.digest()
    text = (folder / "targets.csv").read_text(encoding="utf-8")
    (folder / "targets.csv").write_text(text.replace("8.5", "8.6", 1), encoding="utf-8")
    assert evidence.load(folder).digest() != store.digest()


def test_the_folder_can_be_named_by_the_environment(store, tmp_path, monkeypatch):
    shutil.copytree(store.folder, tmp_path / "data")
    monkeypatch.setenv("FORECAST_HOME", str(tmp_path))
    assert evidence.load().folder == tmp_path / "data"


# --- strict reading ------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "text", ["1,234", "1.234,5", "1 234", "12.5%", "inf", "1e999", "nan", "1e3", "", "--1", "+5", ".5", "٣", "007"]
)
def test_a_number_written_in_another_way_is_refused(text):
    with pytest.raises(ValueError):
        number(text)


@given(st.floats(allow_nan=False, allow_infinity=False, min_value=-1e12, max_value=1e12))
@settings(max_examples=60, deadline=None)
def test_every_number_written_plainly_is_read_back(value):
    text = f"{value:.6f}".rstrip("0").rstrip(".") or "0"
    assert number(text) == pytest.approx(value, abs=1e-6)


@pytest.mark.parametrize("text", ["31/01/2024", "2024-13-01", "2024-02-30", "2024-1-5", "20240105", ""])
def test_a_date_written_in_another_way_is_refused(text):
    with pytest.raises(ValueError):
        day(text)


@given(st.integers(1900, 2100), st.sampled_from(["", "H1", "H2", "Q1", "Q4", "-9M", "-01", "-12"]))
@settings(max_examples=40, deadline=None)
def test_every_period_is_read_back_as_written(year, part):
    assert str(Period.parse(f"{year}{part}")) == f"{year}{part}"


def test_vietnamese_is_read_and_broken_encodings_are_seen():
    good = ["Hưng Yên", "XÃ ĐẠI ÂN, ẤP Á", "“trên 1,1 nghìn tỷ đồng” – khoảng", "Cơ sở dữ liệu dùng chung"]
    assert not any(broken_text(text) for text in good)
    assert broken_text("Hưng Yên".encode().decode("latin-1"))
    assert broken_text("Hưng Yên".encode().decode("cp1252", "replace"))
    assert broken_text("H­ng Yªn")


@pytest.mark.parametrize(
    ("content", "said"),
    [
        ("a,b,a\n1,2,3\n", "duplicate columns"),
        ("a\n1\n", "missing columns"),
        ("a,b,c\n1,2,3\n", "unknown columns"),
        ("a,b\n2020,12,5\n", "3 cells, 2 are needed"),
        ("a,b\n", "header and no row"),
        ("", "missing columns"),
        ('a,b\n"1,2\n', "unreadable"),
        ("a,b\nH­ng Yªn,1\n", "wrong encoding"),
    ],
)
def test_a_table_that_is_not_plain_is_refused_with_its_reason(tmp_path, content, said):
    path = tmp_path / "table.csv"
    path.write_text(content, encoding="utf-8")
    rows, found = read_table(path, ["a", "b"])
    assert not rows and any(said in item.en for item in found) and all(item.file == "table.csv" for item in found)


def test_only_utf8_is_accepted(tmp_path):
    """A byte order mark is accepted and other encodings are not."""
    path = tmp_path / "table.csv"
    path.write_bytes("a,b\nHưng Yên,1\n".encode("utf-8-sig"))
    rows, found = read_table(path, ["a", "b"])
    assert rows[0]["a"] == "Hưng Yên" and rows[0].line == 2 and not found
    path.write_bytes("a,b\ncafé,1\n".encode("latin-1"))
    assert "UTF-8" in read_table(path, ["a", "b"])[1][0].en


# --- refusals ------------------------------------------------------------------------------------------------------------


@pytest.fixture
def folder(store, tmp_path) -> Path:
    return Path(shutil.copytree(store.folder, tmp_path / "data"))


def edit(folder: Path, change, file: str = "observations.csv") -> None:
    path = folder / file
    with path.open(encoding="utf-8", newline="") as handle:
        rows = list(csv.DictReader(handle))
    columns = list(rows[0])
    change(rows)
    with path.open("w", encoding="utf-8", newline="") as handle:
        writer = csv.DictWriter(handle, columns, lineterminator="\n")
        writer.writeheader()
        writer.writerows(rows)


def only_error(folder: Path):
    errors = [item for item in evidence.check(folder) if item.severity == "error"]
    assert len(errors) == 1, [item.en for item in errors]
    return errors[0]


def row_of(rows: list[dict], **facts) -> dict:
    return next(row for row in rows if all(row[name] == value for name, value in facts.items()))


LATEST = {
    "indicator": "digital_economy_share",
    "measure": "nso",
    "territory": NATION,
    "period": "2025",
    "kind": "level",
}


@pytest.mark.parametrize(
    ("column", "value", "check", "said"),
    [
        ("value", "112", "support", "112 is outside the support [0; 100]"),
        ("value", "14,02", "readable", "'14,02' is not a valid number"),
        ("value", "inf", "readable", "'inf' is not a valid number"),
        ("unit", "pct", "unit_matches_indicator", "unknown unit 'pct'"),
        ("unit", "ratio", "unit_matches_indicator", "is not the indicator's 'percent'"),
        ("source", "", "source_exists", "no source"),
        ("source", "nobody", "source_exists", "'nobody' is not in sources.csv"),
        ("locator", "", "locator_present", "no locator"),
        ("indicator", "digital_share", "ids_known", "'digital_share' is not in indicators.yml"),
        ("measure", "moit", "ids_known", "measure 'moit' is not declared"),
        ("territory", "hung_yen", "ids_known", "'hung_yen' is not in territories.yml"),
        ("period", "2027", "vintage_plausible", "a future figure is a forecast or a plan"),
        ("period", "năm 2025", "readable", "cannot be read"),
        ("vintage", "05/01/2026", "readable", "is not a date"),
        ("vintage", "2025-12-31", "vintage_plausible", "not known before its source"),
        ("status", "rumour", "readable", "none of official"),
        ("kind", "growth", "kind_consistent", "does not fit unit"),
        ("kind", "level_average", "kind_consistent", "averages need"),
        ("edition", "second", "kind_consistent", "must be 'expected' or begin with"),
        ("note", "KÃ¬ sá»‘ liá»‡u", "readable", "wrong encoding"),
    ],
)
def test_one_bad_cell_one_message(folder, column, value, check, said):
    """One bad cell is refused with one message naming file and row."""
    lines = []

    def change(rows):
        row = row_of(rows, **LATEST)
        row[column] = value
        lines.append(rows.index(row) + 2)

    edit(folder, change)
    error = only_error(folder)
    assert (error.check, error.file, error.row) == (check, "observations.csv", lines[0])
    assert said in error.en and error.vi


def test_duplicate_year_in_one_vintage_is_refused(folder):
    """A duplicate year with two values and one vintage is refused."""
    lines = []

    def change(rows):
        rows.append({**row_of(rows, **LATEST), "value": "14.2"})
        lines.append(len(rows) + 1)

    edit(folder, change)
    error = only_error(folder)
    assert error.check == "no_duplicates" and error.row == lines[0] and "says 14.02; only one can stand" in error.en


def test_loading_refuses_with_the_same_words_in_both_languages(folder):
    edit(folder, lambda rows: row_of(rows, **LATEST).update(value="112"))
    error = only_error(folder)
    with pytest.raises(EvidenceError) as refused:
        evidence.load(folder)
    assert error.text.en in refused.value.en and error.text.vi in refused.value.vi
    assert "observations.csv, line" in refused.value.en and "observations.csv, dòng" in refused.value.vi


def test_the_same_row_twice_is_refused(folder):
    edit(folder, lambda rows: rows.append(dict(row_of(rows, **LATEST))))
    assert "delete one" in only_error(folder).en


def test_two_sources_that_disagree_are_a_conflict_and_no_error(folder):
    edit(
        folder,
        lambda rows: rows.append(
            {**row_of(rows, **LATEST), "value": "14.2", "source": "vneconomy_digital_2025", "vintage": "2026-01-06"}
        ),
    )
    series = evidence.load(folder).series(Key("digital_economy_share", "nso", NATION))
    assert series.at(2025).value == 14.2
    assert [item.value for clash in series.conflicts if clash.period == 2025 for item in clash.others] == [14.02]


def test_missing_source_names_each_row(folder):
    """Removing a source makes the check fail for each row that needs it."""
    edit(folder, lambda rows: rows.remove(row_of(rows, source="hy_programme_summary_2023")), "sources.csv")
    errors = [item for item in evidence.check(folder) if item.severity == "error"]
    assert {item.check for item in errors} == {"source_exists", "targets_sound", "scenarios_sound", "calendar_sound"}
    assert sum(item.check == "source_exists" for item in errors) == 13
    with pytest.raises(EvidenceError) as refused:
        evidence.load(folder)
    assert refused.value.en.count("\n") == len(errors)  # all problems at once, one line each


def test_a_value_a_thousand_times_too_large_is_refused(folder):
    def change(rows):
        row_of(rows, indicator="grdp_current", territory=HUNG_YEN, period="2023")["value"] = "146317000"

    edit(folder, change)
    found = [item for item in evidence.check(folder) if item.severity == "error"]
    assert {item.check for item in found} == {"limits", "no_unit_jump"} and "check the unit" in found[-1].en + found[
        0
    ].en


def test_a_missing_file_and_a_duplicate_yaml_key_are_named(folder):
    with (folder / "territories.yml").open("a", encoding="utf-8") as handle:
        handle.write('viet_nam: {name: {vi: "Cả nước", en: "Viet Nam"}}\n')
    (folder / "targets.csv").unlink()
    text = " ".join(item.text.en for item in evidence.check(folder) if item.check == "readable")
    assert "duplicate key: viet_nam" in text and "targets.csv: this file is missing" in text


def test_an_empty_folder_is_reported_and_not_a_crash(tmp_path):
    assert {item.file for item in evidence.check(tmp_path)} >= {"observations.csv", "sources.csv", "indicators.yml"}
    with pytest.raises(EvidenceError):
        evidence.load(tmp_path)
