"""The figures for other programs: SDMX-CSV read back whole, and a Table Schema that is current and true of the tables."""

import io
import json
import re

import pandas as pd
import pytest
from places import DATA

from forecast import evidence
from forecast.domain import Period
from forecast.evidence import exchange


@pytest.fixture(scope="module")
def store():
    return evidence.load(DATA)


@pytest.fixture(scope="module")
def table(store):
    return pd.read_csv(io.StringIO(exchange.sdmx(store)), dtype=str, keep_default_na=False)


def test_its_head_is_that_of_sdmx_csv_2(table):
    """Structure, its id and action first, then components; every row of one dataflow, identified as agency:id(version)."""
    assert list(table.columns[:3]) == ["STRUCTURE", "STRUCTURE_ID", "ACTION"]
    assert all(re.fullmatch(r"[A-Z][A-Z0-9_]*", name) for name in table.columns)
    assert set(table["STRUCTURE"]) == {"dataflow"} and set(table["ACTION"]) == {"M"}
    assert all(re.fullmatch(r"[A-Z_]+:[A-Z_]+\(\d+\.\d+\.\d+\)", name) for name in table["STRUCTURE_ID"])
    assert set(table["FREQ"]) <= {"A", "S", "Q", "M", "_O"} and set(table["OBS_STATUS"]) <= {"A", "P", "E", "V"}


def test_every_figure_is_there_once(table, store):
    """No two rows share a key, no dimension is empty, and each figure is found with its value, labels and day."""
    dimensions = list(exchange.DIMENSIONS)
    assert not table.duplicated(dimensions).any() and not (table[dimensions] == "").any().any()
    rows = table.set_index(dimensions).sort_index()
    figures = store.figures(annual=False)
    assert len(rows) == len(figures) > 1000
    for figure in figures:
        key = (figure.key.indicator, figure.key.measure, figure.key.territory, figure.kind, figure.edition or "_Z", figure.vintage.isoformat())
        row = rows.loc[(exchange.sdmx_period(figure.period)[0], *key, figure.source, figure.locator or "_Z", exchange.sdmx_period(figure.period)[1])]
        assert float(row["OBS_VALUE"]) == figure.value and (row["UPPER_VALUE"] == "") == (figure.high is None)
        assert (row["STATUS"], row["BOUND"], row["UNIT_MEASURE"], row["COMMENT_OBS"]) == (figure.status, figure.bound, figure.unit, figure.note)


@pytest.mark.parametrize(("period", "written"), [("2023", ("A", "2023")), ("2023H1", ("S", "2023-S1")), ("2023Q3", ("Q", "2023-Q3")),
                                                 ("2025-10", ("M", "2025-10")), ("2025-10M", ("_O", "2025-01-01/P10M")),
                                                 ("2021-2025", ("_O", "2021-01-01/P5Y"))])  # fmt: skip
def test_periods_as_sdmx_writes_them(period, written):
    assert exchange.sdmx_period(Period.parse(period)) == written


def test_the_package_is_current():
    """Else: forecast export --package."""
    assert (DATA / exchange.PACKAGE).read_text("utf-8") == exchange.package()


def wrong_cells(package, folder):
    """What a reader of Table Schema finds: heads, types, patterns, words, what is required, keys that are not unique."""
    kinds = {"number": r"-?\d+(\.\d+)?", "year": r"\d{4}", "date": r"\d{4}-\d\d-\d\d", "string": r"(?s).*"}
    for resource in package["resources"]:
        fields = resource["schema"]["fields"]
        rows = pd.read_csv(folder / resource["path"], dtype=str, keep_default_na=False)
        if list(rows.columns) != [field["name"] for field in fields]:
            yield resource["name"], "head"
        for field in fields:
            rules = field.get("constraints", {})
            for number, cell in enumerate(rows[field["name"]]):
                form, words = rules.get("pattern", r"(?s).*"), rules.get("enum", [cell])
                sound = re.fullmatch(kinds[field["type"]], cell) and re.fullmatch(form, cell) and cell in words
                if not (sound if cell else not rules.get("required")):
                    yield resource["name"], field["name"], number
        key = resource["schema"].get("primaryKey")
        if key and rows.duplicated(key).any():
            yield resource["name"], key


def test_the_package_is_true_of_the_tables(tmp_path):
    """No cell of data/ contradicts it, and a spoilt one does."""
    package = json.loads((DATA / exchange.PACKAGE).read_text("utf-8"))
    assert list(wrong_cells(package, DATA)) == []
    for resource in package["resources"]:
        (tmp_path / resource["path"]).write_text((DATA / resource["path"]).read_text("utf-8"), "utf-8")
    figures = pd.read_csv(tmp_path / "observations.csv", dtype=str, keep_default_na=False)
    figures.loc[3, ["value", "vintage", "status"]] = ["1.234,5", "31/12/2023", "sure"]
    figures.to_csv(tmp_path / "observations.csv", index=False)
    assert [wrong[1:] for wrong in wrong_cells(package, tmp_path)] == [("value", 3), ("vintage", 3), ("status", 3)]
