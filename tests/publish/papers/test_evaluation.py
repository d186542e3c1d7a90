"""The yearly evaluation: its scores are those of another library; its papers hold every line of the ledger that was scored."""

import io
import shutil

import numpy as np
import pandas as pd
import pytest
import scoringrules
from docx import Document
from places import DATA

from forecast import evidence, ledger
from forecast.publish.papers import evaluation, html, methods, word
from forecast.publish.papers.paper import Paper, Part
from forecast.publish.words import vocabulary

LEVELS = {"q025": 0.025, "q10": 0.1, "q25": 0.25, "q50": 0.5, "q75": 0.75, "q90": 0.9, "q975": 0.975}


@pytest.fixture(scope="module")
def lines():
    """Thirty scored lines as the ledger gives them."""
    drawn = np.random.default_rng(17)
    rows = []
    for number in range(30):
        quantiles = np.sort(drawn.normal(8, 3, 7))
        observed = float(drawn.normal(8, 3))
        row = dict(zip(LEVELS, quantiles, strict=True)) | {"observed": observed, "naive": 7.0, "drift": 7.5 if number % 2 else None, "scale": 2.0}
        row |= {"indicator": "labour_productivity_real", "measure": "nso", "quantity": "growth", "unit": "percent_per_year", "ahead": 1 + number % 2}
        row["wis"] = float(evaluation.scores.of_quantiles(observed, list(quantiles))["wis"])
        rows.append(row | {"territory": "hung_yen_2025", "period": 2024, "as_of": "2024-06-30", "run_id": "r", "inside80": True})
    return pd.DataFrame(rows)


def test_scores_are_those_of_scoringrules(lines):
    """Interval scores, WIS, errors and coverage by step ahead and method, to 1e-9."""
    table = evaluation.measured(lines)
    assert set(table["method"]) == {"default", "naive", "drift"} and set(table["ahead"]) == {1, 2}
    for ahead, part in lines.groupby("ahead"):
        row = table[(table["ahead"] == ahead) & (table["method"] == "default")].iloc[0]
        observed = part["observed"].to_numpy()
        low, high = part[["q25", "q10", "q025"]].to_numpy(), part[["q75", "q90", "q975"]].to_numpy()
        middle, alphas = part["q50"].to_numpy(), np.array([0.5, 0.2, 0.05])
        bands = scoringrules.weighted_interval_score(observed, middle, low, high, alphas, w_median=0.0, w_alpha=alphas / 2)
        # version 0.10 adds the median itself where the paper has |observed - median|: only its intervals are used
        assert row["wis"] == pytest.approx(np.mean(bands + 0.5 * np.abs(observed - middle) / 3.5), abs=1e-9)
        assert row["mae"] == pytest.approx(np.mean(np.abs(observed - part["q50"])), abs=1e-9)
        assert row["bias"] == pytest.approx(np.mean(observed - part["q50"]), abs=1e-9)
        assert row["mase"] == pytest.approx(row["mae"] / 2.0, abs=1e-9)
        assert row["coverage80"] == pytest.approx(np.mean((part["q10"] <= observed) & (observed <= part["q90"])), abs=1e-9)
        naive = table[(table["ahead"] == ahead) & (table["method"] == "naive")].iloc[0]
        assert naive["wis"] == pytest.approx(np.mean(np.abs(observed - 7.0)), abs=1e-9) and np.isnan(naive["coverage80"])


def test_every_line_is_in_every_paper(lines):
    """Word and HTML hold the table of scores and every forecast, numbers as each language writes them."""
    exhibits = (evaluation._scores(evaluation.measured(lines)), evaluation._lines(lines))
    parts = tuple(Part(exhibit.title, (), exhibit, drawn=False) for exhibit in exhibits)
    nothing = evaluation.Text("", "")
    paper = Paper(evaluation.KIND, nothing, (), parts, (), "draft", nothing, "", "2026-11-27", "vi")
    tables = Document(io.BytesIO(word.as_docx(paper))).tables
    assert [len(table.rows) for table in tables if len(table.columns) > 2] == [1 + len(part.exhibit.rows) for part in parts]
    page = html.as_html(paper)
    assert page.count("<tr>") == 2 + sum(len(part.exhibit.rows) for part in parts) and "DỰ THẢO" in page
    for part in parts:
        for cell in (cell for row in part.exhibit.rows for cell in row):
            assert paper.say(cell) in page


@pytest.fixture
def said_of_the_nation(tmp_path):
    """A root whose ledger holds two runs of one day and one later, each with what two methods said of the nation."""
    root, entries = tmp_path / "kit", []
    shutil.copytree(DATA, root / "data")
    for run_id, as_of, last, level in (("one", "2023-06-30", 2022, 70.0), ("same", "2023-06-30", 2022, 70.0), ("two", "2024-06-30", 2023, 73.0)):
        folder = root / "parameterized_runs" / "out" / run_id
        folder.mkdir(parents=True)
        pd.DataFrame({"period": [last], "quantity": "level", "value": level}).to_csv(folder / "nation.csv", index=False)
        growth = {"naive": (0.0, 0.0), "ets": (4.0, 5.0)}
        rows = [
            {"method": method, "period": last + step, "median": level * np.prod([1 + rate / 100 for rate in rates[:step]])}
            for method, rates in growth.items()
            for step in (1, 2)
        ]
        pd.DataFrame(rows).to_csv(folder / "methods.csv", index=False)
        facts = {"run_id": run_id, "plan": "p", "published": as_of, "as_of": as_of, "data": "d", "indicator": "labour_productivity_real"}
        facts |= {"measure": "nso", "territory": "hung_yen_2025", "quantity": "growth", "unit": "percent_per_year", "period": 2024, "ink": "forecast"}
        entries.append(facts | dict.fromkeys(ledger.QUANTILES, 1.0))
    (root / "parameterized_runs" / "ledger.csv").write_text(ledger.extended("", entries), "utf-8")
    return root


def test_each_method_is_held_against_the_nations_figures(said_of_the_nation):
    """2024 grew by 5.88 %, known in January 2025: two steps ahead and one; runs of one day count once; naive is the measure of all."""
    rows = methods.outcomes(said_of_the_nation, evidence.load(said_of_the_nation / "data"), 2025)
    assert set(rows["period"]) == {2024} and set(rows["observed"]) == {5.88}
    said = rows.set_index(["method", "ahead"])["said"]
    assert said.to_dict() == pytest.approx({("naive", 2): 0.0, ("ets", 2): 5.0, ("naive", 1): 0.0, ("ets", 1): 4.0}, abs=1e-9)
    table = methods.measured(rows).set_index(["method", "ahead"])
    assert table.loc[("ets", 1), "bias"] == pytest.approx(1.88) and table.loc[("ets", 2), "mae"] == pytest.approx(0.88)
    assert table.loc[("ets", 1), "relative"] == pytest.approx(1.88 / 5.88) and table.loc[("naive", 2), "relative"] == 1.0
    [exhibit] = methods.exhibits(methods.measured(rows))
    assert next(row[1].vi for row in exhibit.rows if row[0].vi == "1") == vocabulary.METHODS["ets"].vi  # the best first
    assert methods.outcomes(said_of_the_nation, evidence.load(said_of_the_nation / "data"), 2022).empty
