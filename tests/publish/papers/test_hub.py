"""The hub folder read back with pandas only: the quantiles of the runs, and a written copy of hubValidations' checks."""

import itertools
import json
import re

import numpy as np
import pandas as pd
import pytest
import yaml
from publish_real import answer, make_real_root, store

from forecast.domain import Key
from forecast.errors import PublishError
from forecast.policy.outlooks.answers import quantities
from forecast.publish.papers import hub
from forecast.runs.folders import table_file

LEVELS = [0.01, 0.025, *np.round(np.arange(0.05, 0.96, 0.05), 2), 0.975, 0.99]
STANDARD = ["output_type", "output_type_id", "value"]
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


def outputs(folder):
    return {path: pd.read_csv(path) for path in sorted(folder.glob("model-output/*/*.csv"))}


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


def test_files_and_metadata(folder):
    """file_name, file_location, round_id_valid, file_format, file_n, metadata_exists, metadata_file_name, metadata_matches_schema."""
    round_ = tasks(folder)
    days = {day for task in round_["model_tasks"] for day in task["task_ids"]["origin_date"]["optional"]}
    schema = json.loads((folder / "hub-config" / "model-metadata-schema.json").read_text("utf-8"))
    for path in outputs(folder):
        name = re.fullmatch(r"(\d{4}-\d\d-\d\d)-([A-Za-z0-9_]{1,16})-([A-Za-z0-9_]{1,16})\.csv", path.name)
        assert name and path.parent.name == f"{name[2]}-{name[3]}" and name[1] in days and round_["file_format"] == ["csv"]
        described = yaml.safe_load((folder / "model-metadata" / f"{name[2]}-{name[3]}.yml").read_text("utf-8"))
        assert (described["team_abbr"], described["model_abbr"]) == (name[2], name[3])
        assert set(schema["required"]) <= set(described) <= set(schema["properties"])
        assert all(isinstance(value, str) and value for value in described.values())
    assert len(outputs(folder)) == len({(path.parent, path.name[:10]) for path in outputs(folder)})


def test_rows(folder):
    """unique_round_id, match_round_id, colnames, col_types, valid_vals, derived_task_id_vals, rows_unique, req_vals, value_col_valid,
    value_col_non_desc."""
    groups = tasks(folder)["model_tasks"]
    for path, table in outputs(folder).items():
        names = list(groups[0]["task_ids"])
        assert set(table["origin_date"]) == {path.name[:10]}
        assert list(table.columns) == [*names, *STANDARD]
        assert table["value"].dtype == float and table["output_type_id"].dtype == float and table["horizon"].dtype == int
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
    """target_tbl_colnames, coltypes, ts_targets, rows_unique, values; each figure is what the evidence held on its day, none later."""
    configuration = json.loads((folder / "hub-config" / "target-data.json").read_text("utf-8"))
    table = pd.read_csv(folder / "target-data" / "time-series.csv")
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
