"""The hub folder read back with pandas only: the quantiles of the runs, and a written copy of hubValidations' checks."""

import itertools
import json
import re
from datetime import date, timedelta
from pathlib import Path

import jsonschema
import numpy as np
import pandas as pd
import pytest
import yaml
from publish_real import answer, make_real_root, store
from pyarrow import parquet

from forecast.domain import Key
from forecast.errors import PublishError
from forecast.policy.outlooks.answers import quantities
from forecast.publish.papers import hub
from forecast.runs.folders import table_file

LEVELS = [0.01, 0.025, *np.round(np.arange(0.05, 0.96, 0.05), 2), 0.975, 0.99]
STANDARD = ["output_type", "output_type_id", "value"]
TYPES = {
    **{"origin_date": "date32[day]", "target_end_date": "date32[day]", "as_of": "date32[day]", "horizon": "int32"},
    **dict.fromkeys(("output_type_id", "value", "observation", "oracle_value"), "double"),
}
SCHEMAS = Path(__file__).parent / "hubverse"  # version 6.0.0 as published (CC0)
RUNS = (
    *(("labour_productivity_real", "hung_yen_pre2025", "nso"), ("digital_economy_share", "hung_yen_2025", "mic")),
    ("ecommerce_revenue", "hung_yen_2025", "moit"),
)


@pytest.fixture(scope="module")
def root(tmp_path_factory):
    return make_real_root(tmp_path_factory.mktemp("root"), whole=True, runs=RUNS)


@pytest.fixture(scope="module")
def folder(root, tmp_path_factory):
    """A hub as another program finds it."""
    folder = tmp_path_factory.mktemp("hub")
    hub.export(root, folder)
    return folder


def read(path):
    """A table by pandas alone, its days as text."""
    table = pd.read_parquet(path)
    days = [name for name in table.columns if TYPES.get(name) == "date32[day]"]
    assert all(isinstance(day, date) for name in days for day in table[name])
    return table.assign(**{name: table[name].astype(str) for name in days})


def outputs(folder):
    return {path: read(path) for path in sorted(folder.glob("model-output/*/*.parquet"))}


def types_hold(path):
    """Each column has the type that hubverse reads from the configuration: text where nothing else is said."""
    schema = parquet.read_schema(path)
    assert {field.name: str(field.type) for field in schema} == {field.name: TYPES.get(field.name, "string") for field in schema}
    assert schema.metadata is None


def tasks(folder):
    return json.loads((folder / "hub-config" / "tasks.json").read_text("utf-8"))["rounds"][0]


def test_quantiles_are_those_of_the_draws(root, folder):
    """To 1e-9 of what the runs recorded, to the recorded digits of the draws themselves, and the nine levels of the page among them."""
    [table] = outputs(folder).values()
    for asked in RUNS:
        run = root / "parameterized_runs" / "out" / "-".join(asked)
        recorded, page = pd.read_csv(run / table_file("quantiles")), pd.read_csv(run / "forecast.csv")
        mine = table[table["target"].str.startswith(asked[0]) & (table["location"] == asked[1]) & (table["measure"] == asked[2])]
        np.testing.assert_allclose(mine["value"], recorded["value"], rtol=0, atol=1e-9)
        for quantity, (years, draws) in quantities(answer(*asked)).items():
            for year in recorded["target_period"].unique():
                rows = mine[(mine["target"] == hub.target_of(asked[0], quantity)) & (mine["target_end_date"] == f"{year}-12-31")]
                assert list(rows["output_type_id"]) == LEVELS
                np.testing.assert_allclose(rows["value"], np.quantile(draws[:, years.index(year)], LEVELS), rtol=0, atol=5.1e-7)
                shown = page[(page["quantity"] == quantity) & (page["target_period"] == year)]
                by_level = dict(zip(rows["output_type_id"], rows["value"], strict=True))
                assert [by_level[level] for level in shown["output_type_id"]] == list(shown["value"]) and len(shown) == 9


@pytest.mark.parametrize("name", ["tasks", "admin", "target-data"])
def test_configuration(folder, name):
    """valid_config: hubverse's own schemas of the version that each file names."""
    schema = json.loads((SCHEMAS / f"{name}.json").read_text("utf-8"))
    content = json.loads((folder / "hub-config" / f"{name}.json").read_text("utf-8"))
    assert content["schema_version"] == schema["$id"]
    jsonschema.Draft202012Validator(schema).validate(content)


def test_files_and_metadata(folder, root):
    """submission_time, file_exists, file_name, file_location, round_id_valid, file_format, file_n, metadata_exists; of metadata
    schema_exists, file_exists, file_ext, file_location, file_name, matches_schema."""
    round_ = tasks(folder)
    days = {day for task in round_["model_tasks"] for day in task["task_ids"]["origin_date"]["optional"]}
    schema = json.loads((folder / "hub-config" / "model-metadata-schema.json").read_text("utf-8"))
    for path in outputs(folder):
        name = re.fullmatch(r"(\d{4}-\d\d-\d\d)-([A-Za-z0-9_]{1,16})-([A-Za-z0-9_]{1,16})\.parquet", path.name)
        assert name and path.parent.name == f"{name[2]}-{name[3]}" and name[1] in days and round_["file_format"] == ["parquet"]
        opened = date.fromisoformat(name[1])
        assert opened <= publication_day(root) <= opened + timedelta(round_["submissions_due"]["end"])
        described = yaml.safe_load((folder / "model-metadata" / f"{name[2]}-{name[3]}.yml").read_text("utf-8"))
        assert (described["team_abbr"], described["model_abbr"]) == (name[2], name[3])
        jsonschema.Draft202012Validator(schema).validate(described)
        assert all(described.values())
    assert len(outputs(folder)) == len({(path.parent, path.name[:10]) for path in outputs(folder)})


def publication_day(root):
    pointer = json.loads((root / "parameterized_runs" / "published.json").read_text("utf-8"))
    return date.fromisoformat(pointer["published_at"][:10])


def test_rows(folder):
    """file_read, valid_round_id_col, unique_round_id, match_round_id, colnames, col_types, valid_vals, derived_task_id_vals, rows_unique,
    req_vals, value_col_valid, value_col_non_desc; there is no pmf and no sample for value_col_sum1 and the spl_ checks."""
    groups = tasks(folder)["model_tasks"]
    for path, table in outputs(folder).items():
        names = list(groups[0]["task_ids"])
        assert set(table["origin_date"]) == {path.name[:10]}
        assert list(table.columns) == [*names, *STANDARD]
        types_hold(path)
        assert table["value"].notna().all()
        assert not table.duplicated([*names, "output_type_id"]).any()
        for target, rows in table.groupby("target"):
            [group] = [group for group in groups if target in group["task_ids"]["target"]["optional"]]
            for name in names:
                assert set(rows[name]) <= set(group["task_ids"][name]["optional"]), (target, name)
            quantile = group["output_type"]["quantile"]
            assert set(rows["output_type"]) == {"quantile"} and quantile["is_required"]
            assert rows["value"].between(quantile["value"].get("minimum", -np.inf), quantile["value"].get("maximum", np.inf)).all()
            for _, task in rows.groupby(names):
                assert list(task["output_type_id"]) == quantile["output_type_id"]["required"] == LEVELS
                assert all(low <= high for low, high in itertools.pairwise(task["value"]))
        years = table["target_end_date"].str[:4].astype(int) - table["origin_date"].str[:4].astype(int)
        assert (table["horizon"] == 12 * years).all()


def test_target_data(folder):
    """target_file_exists, file_ext, file_read, dataset_exists, dataset_unique, dataset_file_ext_unique, dataset_rows_unique; target_tbl
    colnames, coltypes, ts_targets, rows_unique, values; each figure is what the evidence held on its day, none later."""
    assert sorted(path.name for path in (folder / "target-data").iterdir()) == ["oracle-output.parquet", "time-series.parquet"]
    configuration = json.loads((folder / "hub-config" / "target-data.json").read_text("utf-8"))
    path = folder / "target-data" / "time-series.parquet"
    types_hold(path)
    table = read(path)
    groups = tasks(folder)["model_tasks"]
    stepping = {task["target_id"] for group in groups for task in group["target_metadata"] if task["is_step_ahead"] and task["time_unit"] == "month"}
    assert set(table["target"]) <= stepping and all(len(name) <= 30 for name in stepping)
    assert set(table.columns) == {*configuration["observable_unit"], "observation", "as_of", *configuration["time-series"]["non_task_id_schema"]}
    assert not table.duplicated([*configuration["observable_unit"], "as_of"]).any() and np.isfinite(table["observation"]).all()
    for row in table.to_dict("records"):
        [group] = [group for group in groups if row["target"] in group["task_ids"]["target"]["optional"]]
        assert all(row[name] in group["task_ids"][name]["optional"] for name in configuration["observable_unit"])
        day = pd.Timestamp(row["as_of"]).date()
        kind, indicator = ("growth", "labour_productivity_growth") if row["target"].endswith("_rate") else ("level", row["target"])
        point = store().series(Key(indicator, row["measure"], row["location"]), as_of=day, kind=kind).at(int(row["target_end_date"][:4]))
        assert point.value == row["observation"] and point.vintage <= day and point.bound in ("exact", "about")
    revised = table[(table["target"] == "labour_productivity_real_rate") & (table["target_end_date"] == "2023-12-31")]
    assert revised.groupby("as_of")["observation"].first().nunique() == 2  # two figures of one year, each from its day on


def test_oracle_output(folder):
    """target_tbl colnames, coltypes, rows_unique, values; oracle_value and output_type_ids are for pmf and cdf. What is forecast today
    has not come; a forecast of 2023 is held against the figure of that year that was known last."""
    configuration = json.loads((folder / "hub-config" / "target-data.json").read_text("utf-8"))
    unit, path = configuration["observable_unit"], folder / "target-data" / "oracle-output.parquet"
    types_hold(path)
    assert set(read(path).columns) == {*unit, "oracle_value"} and configuration["oracle-output"] == {"versioned": False}
    assert not read(path).duplicated(unit).any()
    observed, [every] = read(path.with_name("time-series.parquet")), outputs(folder).values()
    oracle = hub.oracle_output(every.assign(target_end_date="2023-12-31"), observed)
    assert not oracle.duplicated(unit).any() and len(oracle) == 1
    [row] = oracle.to_dict("records")
    known = store().series(Key("labour_productivity_growth", row["measure"], row["location"]), kind="growth").at(2023)
    assert (row["target"], row["oracle_value"]) == ("labour_productivity_real_rate", known.value)


def test_a_record_without_its_quantiles_is_refused(root, tmp_path):
    path = root / "parameterized_runs" / "out" / "-".join(RUNS[0]) / table_file("quantiles")
    content = path.read_bytes()
    path.unlink()
    try:
        with pytest.raises(PublishError, match="23 phân vị"):
            hub.export(root, tmp_path)
    finally:
        path.write_bytes(content)
    assert not any(tmp_path.iterdir())
