"""The door of the notebooks: what it exports, how an answer says itself, live charts and pictures, notebooks saved before it."""

import inspect
import json

import pandas as pd
import papermill
import pytest
from places import PROJECT

from forecast import evidence, policy, report
from forecast.publish.charts import live
from forecast.publish.exhibits import evaluation, verdicts
from forecast.publish.notebooks import printing

SETTINGS = dict(territory="hung_yen_pre2025", horizon_year=2030, seed=20260101, n_paths=100)
DOCUMENTS = sorted((PROJECT / "notebooks").glob("0[1-5]*.ipynb"))

SAVED = """
territory = "hung_yen_pre2025"
measure = "nso"
horizon_year = 2030
as_of = "latest"
scenario = "baseline"
method = "default"
n_paths = 100
seed = 20260101
from forecast import evidence, policy
from forecast.publish import charts, document, scenario_document
from forecast.runs import record
store = evidence.load()
answer = policy.outlook(store, "labour_productivity_real", territory=territory, measure=measure, horizon_year=horizon_year,
                        as_of=as_of, scenario=scenario, method=method, seed=seed, n_paths=n_paths)
tables, summary = policy.tables(answer, store), policy.summary(answer, store)
document.show_headline(summary, tables["verdicts"])
document.show_figures(tables["history"], store)
document.show_readings(tables["readings"], store)
document.show_fan(tables)
document.show_forecast(tables["forecast"], "growth")
charts.show(charts.nation_chart(tables["nation"], tables["methods"]))
document.show_methods(tables["methods"], horizon_year)
document.show_later(tables.get("later"))
document.show_verdicts(tables["verdicts"])
scenario_document.show_chosen(answer, store)
document.show_assumptions(tables["assumptions"])
document.show_information(tables["information"])
document.show_sensitivity(tables["sensitivity"])
document.show_sources(tables.values(), store)
record.save(tables, summary)
record.finish()
"""  # the code of notebook 01 as users saved it before `forecast.report`


@pytest.fixture(scope="module")
def store():
    return evidence.load()


@pytest.fixture(scope="module")
def answer(store):
    return policy.outlook(store, "labour_productivity_real", measure="nso", **SETTINGS)


@pytest.fixture
def shown(monkeypatch):
    """What is displayed, as one text."""
    pieces = []
    for name in ("HTML", "Markdown"):
        monkeypatch.setattr(printing, name, lambda text: text)
    monkeypatch.setattr(printing, "display", pieces.append)
    return pieces


def test_door_says_what_it_exports():
    """The door names what it exports and each says what it does."""
    for name in report.__all__:
        assert inspect.getdoc(getattr(report, name)), name
    assert report.__all__ == sorted(report.__all__)


def test_a_notebook_saved_before_the_door_still_runs(capsys, tmp_path, monkeypatch):
    monkeypatch.setenv("FORECAST_RUN_DIR", str(tmp_path))
    names: dict = {}
    exec(compile(SAVED, "saved", "exec"), names)
    assert {"forecast.csv", "summary.json", "complete.json"} <= {path.name for path in tmp_path.iterdir()}
    assert "Markdown" in capsys.readouterr().out


def test_an_answer_says_itself_in_both_languages(answer):
    said = answer._repr_mimebundle_()
    assert said["text/markdown"].startswith("**Năng suất lao động của Hưng Yên trước 7/2025")
    assert "*Labour productivity of Hưng Yên before 7/2025" in said["text/markdown"] and "array" not in said["text/plain"]


def test_the_tidy_years_are_the_recorded_quantiles(answer, store):
    table = report.tidy(answer)
    assert list(table.columns) == ["period", "low", "median", "high"] and list(table["period"]) == list(range(2025, 2031))
    recorded = policy.tables(answer, store)["forecast"].query("quantity == 'level'")
    for column, level in (("low", 0.1), ("median", 0.5), ("high", 0.9)):
        assert table[column].tolist() == recorded[recorded["output_type_id"] == level]["value"].tolist()


def test_every_year_is_the_least_likely(answer, shown):
    """Growing every year is never likelier than any one year or the average."""
    from forecast.policy.outlooks.chances import growth_chances

    table = growth_chances(answer, (7.0, 8.5))
    for _, rows in table.groupby("rate"):
        chance = rows.set_index("part")["probability"]
        assert chance["every"] <= min(chance["average"], chance["year"].min())
    report.growth(answer, 7, 8.5)
    assert any("năm nào cũng tăng ít nhất 7 %" in piece for piece in shown)


def test_the_other_measure_of_a_share_stands_beside(store, shown):
    share = policy.outlook(store, "digital_economy_share", measure="mic", **SETTINGS)
    report.measures(share, store, "nso", "mic")
    assert any("Địa bàn, Cục Thống kê" in piece and "Địa bàn, Bộ TT&amp;TT" in piece for piece in shown)
    report.sectors(share, store)
    assert any("phần lõi" in piece for piece in shown)


def test_a_chart_is_live_at_a_desk_and_a_picture_in_a_record(monkeypatch):
    spec = {"data": {"values": [{"period": 1, "value": 2}]}, "mark": "line", "encoding": {
        "x": {"field": "period", "type": "quantitative"}, "y": {"field": "value", "type": "quantitative"}}}  # fmt: skip
    at_desk = live.bundle(spec)
    assert {"image/svg+xml", live.MIME, "text/plain"} == set(at_desk) and "tooltip" not in spec["encoding"]
    assert [line["title"] for line in at_desk[live.MIME]["encoding"]["tooltip"]] == ["năm / year", "giá trị / value"]
    assert "http" not in json.dumps(at_desk[live.MIME])
    monkeypatch.setenv("FORECAST_RUN_DIR", "/x")
    assert {"image/svg+xml", "text/plain"} == set(live.bundle(spec))


def test_own_chart_is_shown_alike(monkeypatch):
    """An own chart of an adviser is shown by the same renderer."""
    import altair as alt

    monkeypatch.setenv("FORECAST_RUN_DIR", "/x")
    chart = alt.Chart(pd.DataFrame({"a": [1, 2]})).mark_bar().encode(x="a:Q")
    assert set(chart._repr_mimebundle_()) == {"image/svg+xml", "text/plain"}


def test_cells_say_words_in_both_languages_and_numbers_once(shown):
    rows = pd.DataFrame([{"period": 2030, "method": "default", "low": 1.5, "median": 2.0, "high": 3.0, "mase": 0.5, "wis": 0.4,
                          "coverage80": 0.8, "origins": 9}])  # fmt: skip
    printing.show(evaluation.record({"methods": rows}, {"indicator": "ecommerce_revenue"}))
    table = shown[-1]
    assert "Cách của bộ công cụ / The kit&#x27;s own way" in table and "<td>0,50</td>" in table and "0.50" not in table


def test_an_exhibit_without_rows_says_so(shown):
    printing.show(verdicts.verdicts({"verdicts": pd.DataFrame()}))
    printing.show(None)
    assert shown == ["Không có.\n\n", "*None.*\n\n"] * 2


@pytest.mark.parametrize("path", DOCUMENTS, ids=lambda path: path.stem)
def test_every_parameter_has_a_type_and_a_help(path):
    for name, facts in papermill.inspect_notebook(str(path)).items():
        assert facts["inferred_type_name"] in ("str", "int") and facts["help"], name
