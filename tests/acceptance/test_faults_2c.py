"""Section C, registers and files of our own: what is wrong in them is a finding before anything is computed (C36, C39, 2C01-2C12)."""

import csv
import io
import re
import shutil

import pandas as pd
import pytest
import yaml

from forecast import evidence
from forecast.errors import DomainError
from forecast.publish import published
from forecast.publish.advisers import export
from forecast.runs import folders
from forecast.runs.records import record, validate

DATA = evidence.find_folder()
BOMB = "a: &a [x, x, x, x]\n" + "".join(f"{new}: &{new} [{', '.join([f'*{old}'] * 9)}]\n" for old, new in zip("abcdefg", "bcdefgh", strict=True))


@pytest.fixture
def data(tmp_path):
    return shutil.copytree(DATA, tmp_path / "data")


def errors(folder, severity="error"):
    return [f"{finding.file} {finding.vi}" for finding in evidence.check(folder) if finding.severity == severity]


def rewrite(path, change):
    with path.open(encoding="utf-8-sig", newline="") as stream:
        reader = csv.DictReader(stream)
        rows, names = list(reader), reader.fieldnames
    change(rows)
    with path.open("w", encoding="utf-8", newline="") as stream:
        writer = csv.DictWriter(stream, names)
        writer.writeheader()
        writer.writerows(rows)


def set_value(path, values):
    """Give entries of a register of rated values another `value`."""
    text = path.read_text(encoding="utf-8")
    for name, value in values.items():
        text, count = re.subn(rf"(\n *{name}:\n(?: +#.*\n)* +value: )\S+", lambda match, value=value: match[1] + value, text)
        assert count == 1, name
    path.write_text(text, encoding="utf-8")


def names_in(path):
    return re.findall(r"\n *(\w+):\n +value: -?[\d.]+\n", path.read_text(encoding="utf-8"))


def test_c36_a_csv_for_vietnamese_excel_is_read_back_the_same():
    rows = [["Tỷ trọng; kinh tế số", 12.83, 2024], ['"Hưng Yên"', -0.5, 2025]]
    content = export.csv_bytes(["Chỉ tiêu", "Giá trị", "Năm"], rows, vietnamese=True)
    assert content.startswith(b"\xef\xbb\xbf") and b"12,83" in content
    back = pd.read_csv(io.BytesIO(content), sep=";", decimal=",", encoding="utf-8-sig")
    assert back.columns.tolist() == ["Chỉ tiêu", "Giá trị", "Năm"] and back.values.tolist() == rows


@pytest.mark.parametrize("spoil, wanted", [
    (lambda table: pd.concat([table, table.tail(1)]), "trùng"),
    (lambda table: table.assign(value=table["value"][::-1].to_numpy()), "cắt nhau"),
    (lambda table: table.head(5), "mức phân vị"),
    (lambda table: table.assign(target_period=2099), "origin + horizon"),
    (lambda table: table.drop(columns="unit") if "unit" in table else table.drop(columns="origin"), "thiếu cột"),
])  # fmt: skip
def test_c39_a_forecast_is_checked_before_it_is_published(tmp_path, monkeypatch, spoil, wanted):
    """C39: rows unique, quantiles complete and ascending, values finite, periods right, columns there."""
    monkeypatch.setenv(folders.RUN_DIR, str(tmp_path))
    levels = validate.QUANTILE_LEVELS
    fixed = dict.fromkeys(validate.TABLES["forecast"], "x") | {"origin": 2025, "horizon": 1, "target_period": 2026, "output_type": "quantile"}
    table = pd.DataFrame([fixed | {"output_type_id": level, "value": 10 + level} for level in levels])
    record.save({"forecast": spoil(table)})
    record.finish()
    assert wanted in " ".join(problem.vi for problem in validate.problems(tmp_path, ()))


def test_c39_an_infinite_value_is_not_even_recorded(tmp_path, monkeypatch):
    monkeypatch.setenv(folders.RUN_DIR, str(tmp_path))
    with pytest.raises(DomainError, match="vô hạn"):
        record.save({"forecast": pd.DataFrame({"value": [1.0, float("inf")]})})


def test_2c01_a_vintage_after_today_is_refused(data):
    rewrite(data / "observations.csv", lambda rows: rows[5].update(vintage="2032-01-01"))
    assert any("ngày công bố 2032-01-01 ở sau hôm nay" in error for error in errors(data))


def test_2c03_what_no_target_can_ask_is_refused_by_name(data):
    changes = [{"value": "0.3"}, {"value": "-300000000"}, {"issued": "2099-01-01"}, {"last": "2300"}, {"measure": "xyz"},
               {"baseline": "1e9", "baseline_year": ""}, {"superseded_by": "itself"}, {"direction": "sideways"}]  # fmt: skip
    spoilt = []

    def spoil(rows):
        shares = [row for row in rows if row["unit"] == "percent" and row["kind"] == "level"]
        assert len(shares) >= len(changes)
        for row, change in zip(shares, changes, strict=False):
            row.update({name: row["target"] if value == "itself" else value for name, value in change.items()})
            spoilt.append(row["target"])

    rewrite(data / "targets.csv", spoil)
    told = errors(data)
    refused = [name for name in spoilt if any(name in error for error in told)]
    assert [name for name in spoilt[:-1] if name not in refused] == [] and any("sideways" in error for error in told)


def test_2c04_assumptions_are_typed_ranged_and_complete(data):
    path = data / "assumptions.yml"
    names = names_in(path)
    wrong = dict(zip(names, ["1e6", "true", ".nan", '"abc"', "-1e6"], strict=False))
    set_value(path, wrong)
    path.write_text(path.read_text(encoding="utf-8").replace(f"\n{names[5]}:", f"\n{names[5]}x:"), encoding="utf-8")
    told = errors(data)
    assert [name for name in [*wrong, f"{names[5]}x", names[5]] if not any(f"{name}:" in error for error in told)] == []
    path.write_text("", encoding="utf-8")
    assert any(error.startswith("assumptions.yml") and "thiếu giá trị này" in error for error in errors(data))


def test_2c05_facts_supports_and_replaced_values_are_held_to_the_same(data):
    facts = names_in(data / "levers.yml")
    wrong = dict(zip(facts, ["1e6", "true", ".nan"], strict=False))
    set_value(data / "levers.yml", wrong)
    path = data / "indicators.yml"
    path.write_text(path.read_text(encoding="utf-8").replace("support: [0, 100]", "support: [0, 1000]", 1), encoding="utf-8")
    path = data / "corrections.yml"
    path.write_text(path.read_text(encoding="utf-8").replace("action: exclude", "action: replace\n  value: 1.0e+9", 1), encoding="utf-8")
    told = errors(data)
    assert [name for name in wrong if not any(f"{name}:" in error for error in told)] == []
    assert any("cận trên 100" in error for error in told) and any(error.startswith("corrections.yml") for error in told)


def test_2c06_a_growth_rate_against_its_levels_and_a_newer_press_figure_are_told(data):
    """2C06: another sign or scale than the levels of its source say; a press figure after the office's."""
    facts = yaml.safe_load((data / "indicators.yml").read_text(encoding="utf-8"))

    def spoil(rows):
        levels = {(row["indicator"], row["territory"], row["source"], row["edition"], row["period"]) for row in rows if row["kind"] == "level"}
        rate = next(
            row for row in rows if row["kind"] == "growth" and row["bound"] == "exact" and row["period"].isdigit() and abs(float(row["value"])) > 2
            and all((facts[row["indicator"]].get("growth_of"), row["territory"], row["source"], row["edition"], str(year)) in levels
                    for year in (int(row["period"]), int(row["period"]) - 1))
        )  # fmt: skip
        rate["value"] = str(-float(rate["value"]))
        office = next(row for row in rows if row["indicator"] == "digital_economy_share" and row["measure"] == "nso" and row["status"] == "official")
        rows.append({**office, "status": "press", "vintage": "2026-11-01", "value": str(float(office["value"]) + 3)})

    rewrite(data / "observations.csv", spoil)
    findings = evidence.check(data)
    assert any(finding.check == "growth_agrees" for finding in findings)
    assert any(finding.check == "press_newer" for finding in findings)


@pytest.mark.parametrize("name, old, new", [
    ("corrections.yml", r"decided: \S+", "decided: 2024-02-31"),
    ("corrections.yml", r"decided: \S+", "decided: " + "[" * 3000),
    ("corrections.yml", r"decided: \S+", "decided: " + "9" * 6000),
    ("territories.yml", r"valid_to: [^,}\s]+", "valid_to: 30/06/2025"),
    ("scenarios/cautious.yml", r"parent: .*", "parent: baseline"),
    ("scenarios/official_qd489.yml", r"path: .*", "path: 5"),
])  # fmt: skip
def test_2c07_a_strange_yaml_value_is_a_finding(data, name, old, new):
    path = data / name
    text, count = re.subn(old, new, path.read_text(encoding="utf-8"), count=1)
    path.write_text(text, encoding="utf-8")
    assert count == 1 and any(error.startswith(name.rpartition("/")[2]) or error.startswith(name) for error in errors(data))


@pytest.mark.parametrize("name", ["assumptions.yml", "corrections.yml", "levers.yml", "scenarios/bomb.yml"])
def test_2c08_aliases_are_refused_before_they_multiply(data, name):
    (data / name).write_text(BOMB, encoding="utf-8")
    assert any("alias" in error for error in errors(data))


def test_2c12_a_document_named_na_is_kept(data, tmp_path):
    rewrite(data / "targets.csv", lambda rows: rows[0].update(document="NA"))
    assert evidence.load(data).targets[0].document == "NA"
    pd.DataFrame({"document": ["NA", "n/a", ""], "value": [1.5, 2.5, None]}).to_csv(tmp_path / "verdicts.csv", index=False)
    table = published._table(tmp_path, "verdicts")
    assert table["document"].tolist()[:2] == ["NA", "n/a"]
