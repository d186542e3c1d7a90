"""Notebook 04 and the page's section on past forecasts: what is said, when it is not said, and in which words."""

from functools import cache

import pandas as pd
import pytest

from forecast import evidence, policy
from forecast.publish.charts import canvas, reliability
from forecast.publish.exhibits import evaluation
from forecast.publish.exhibits import reliability as reliable

TOO_FEW = "chưa đủ dữ liệu để xếp hạng"


@cache
def store():
    return evidence.load()


def row(method, wis, origins, **more):
    base = {"method": method, "wis": wis, "origins": origins, "mase": 0.5, "mase_relative": 0.4, "refused": 0}
    return base | {"coverage80": 0.8, "coverage95": 0.95, "rankable": origins >= 8} | more


def test_enough_origins_are_ranked():
    """A series with eight origins is ranked among the methods tried often enough."""
    rows = [row("naive", 1.0, 9), row("default", 0.6, 9), row("ets", 0.4, 8), row("arima", 0.1, 6)]
    said = evaluation.ranking(rows).vi
    assert "đứng thứ 2 trong 3 cách" in said and "tốt hơn giữ nguyên" in said and "ETS" in said
    assert "number 2 of 3" in evaluation.ranking(rows).en


def test_few_origins_are_not_ranked():
    """A series with fewer origins is not ranked and says how many are needed."""
    said = evaluation.ranking([row("naive", 1.0, 7), row("default", 0.6, 7)]).vi
    assert TOO_FEW in said and "7 lần (cần 8)" in said and "đứng thứ" not in said


def test_worse_than_naive_and_too_wide_are_said():
    """A method worse than naive and a band far too wide are said to be so."""
    rows = [row("naive", 1.0, 9), row("default", 1.3, 9, coverage80=1.0)]
    said = evaluation.ranking(rows).vi
    assert "kém hơn" in said and "rộng hơn mức cần" in said


@pytest.mark.parametrize(
    ("given", "happened", "word"), [(0.2, 0.5, "thấp hơn thực tế"), (0.5, 0.2, "cao hơn thực tế"), (0.5, 0.52, "gần như đúng mức")]
)
def test_chances_judged_low_high_right(given, happened, word):
    """The chances are said to be too low too high or about right."""
    assert word in reliability.verdict(given, happened).vi


def reliability_rows(judged=True):
    cells = [(0.1, 0.2, 20), (0.5, 0.6, 30)]
    return pd.DataFrame(
        {"event": event, "given": g, "happened": h, "count": n, "origins": 12 if judged else 5, "judged": judged, "source": "a+b"}
        for event in ("average_growth", "reached")
        for g, h, n in cells
    )


def test_reliability_diagram_in_vietnamese():
    """The reliability diagram is drawn with vietnamese words and the counts."""
    svg = canvas.as_svg(reliability.reliability_chart(reliability_rows()), "vi")
    assert "khả năng đã nói" in svg and "đã xảy ra" in svg and ">30<" in svg and "NaN" not in svg


SUMMARY = {"indicator": "labour_productivity_real", "measure": "nso"}


def methods(origins):
    band = {"low": 1.0, "median": 2.0, "high": 3.0}
    pairs = (("naive", 1.0), ("default", 0.5))
    return pd.DataFrame([row(name, wis, origins, period=year, **band) for name, wis in pairs for year in (2029, 2030)])


def test_page_lists_every_method():
    """The page lists every method with its origins and what it says of the last year."""
    nation = pd.DataFrame({"quantity": ["level"], "unit": ["vnd_mn_per_worker"]})
    record = evaluation.record({"methods": methods(9), "nation": nation}, SUMMARY)
    assert [line[0].vi for line in record.rows] == ["Giữ nguyên năm cuối", "Cách của bộ công cụ"]
    assert record.rows[1][3].vi == "0,50 (tốt hơn)" and record.rows[1][5].vi == "2,0 (1,0–3,0)"
    assert record.head[-1].vi == "Nay nói gì về cả nước 2030 (triệu đồng/lao động)"


def test_page_ranks_nothing_under_enough_origins():
    """Under eight origins the page says so and calls no method better."""
    record = evaluation.record({"methods": methods(6)}, SUMMARY)
    assert TOO_FEW in record.sentence.vi and "6 lần, cần 8" in record.sentence.vi
    assert record.rows[1][3].vi == f"0,50 ({TOO_FEW})"


def test_page_judges_chances_with_enough_origins():
    """The page says whether chances came true only with origins enough."""
    sentences = reliable.chances(reliability_rows())
    assert len(sentences) == 2 and "34 %" in sentences[0].vi and "12 lần thử" in sentences[0].vi
    few = reliable.chances(reliability_rows(judged=False))
    assert len(few) == 1 and TOO_FEW in few[0].vi
    assert reliable.chances(None) == []


def test_replays_show_later_figures_or_refuse():
    """The three replays show what was published later and refuse what could not be known."""
    table = policy.replays_table(store(), "hung_yen_pre2025", seed=1, n_paths=200)
    assert set(table["as_of"]) == {"2023-06-30", "2024-06-30", "2025-06-30"}
    came = table[table["published"].notna()]
    assert (came["vintage"] > came["as_of"]).all() and (came["forecast_low"] <= came["forecast_high"]).all()
    refused = table[table["refused_vi"].notna()]
    assert set(zip(refused["as_of"], refused["indicator"], strict=True)) == {(f"{y}-06-30", "digital_economy_share") for y in (2023, 2024)}
    assert {6.21, 8.46} <= set(came[came["territory"] == "hung_yen_pre2025"]["published"])


def test_replays_see_nothing_later():
    """Replays of an earlier day see no later day and no later figure."""
    table = policy.replays_table(store(), "hung_yen_pre2025", as_of="2024-12-31", seed=1, n_paths=100)
    assert set(table["as_of"]) == {"2023-06-30", "2024-06-30"}
    assert (table["vintage"].dropna() <= "2024-12-31").all()
