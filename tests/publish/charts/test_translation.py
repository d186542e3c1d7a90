"""One drawing in two languages: the same as drawing it twice, or drawn twice."""

import pytest
from publish_fixture import OLD, later, tables

from forecast.publish.charts import canvas, nation, translation
from forecast.publish.charts.live import VEGA_LITE
from forecast.runs.processes import pictures


def fan(indicator, measure, quantity, width=640):
    recorded = tables(indicator, OLD, measure)
    return {
        language: nation.fan_chart(
            recorded["forecast"], recorded["history"], recorded["verdicts"], quantity=quantity, language=language, width=width, height=330
        )
        for language in ("vi", "en")
    }


@pytest.mark.parametrize("indicator, measure, quantity, width", [
    ("labour_productivity_real", "nso", "growth", 640),
    ("labour_productivity_real", "nso", "level", 330),
    ("digital_economy_share", "nso", "level", 640),
])  # fmt: skip
def test_a_translated_picture_is_the_drawn_one(indicator, measure, quantity, width):
    charts = fan(indicator, measure, quantity, width)
    pairs = translation.texts(charts["vi"], charts["en"])
    assert pairs and any(ours != theirs for ours, theirs in pairs.items())
    drawn = {language: pictures.svg(chart, VEGA_LITE) for language, chart in charts.items()}
    assert pictures.own_ids(translation.translated(drawn["vi"], pairs)) == drawn["en"]


def test_other_numbers_are_drawn_twice():
    charts = fan("labour_productivity_real", "nso", "growth")
    charts["en"]["width"] += 1
    assert translation.texts(charts["vi"], charts["en"]) is None


def test_one_text_with_two_translations_is_drawn_twice():
    assert translation.texts({"a": "vừa", "b": "vừa"}, {"a": "medium", "b": "just now"}) is None
    assert translation.texts({"a": "vừa", "b": "vừa"}, {"a": "vừa", "b": "medium"}) is None


def test_names_beside_an_axis_are_drawn_twice():
    """How wide an axis of names is depends on the language."""
    charts = {language: nation.methods_chart(tables("ecommerce_revenue", OLD, "province")["methods"], language, unit="percent")
              for language in ("vi", "en")}  # fmt: skip
    assert translation.texts(charts["vi"], charts["en"]) is None
    shown = {language: picture() for language, picture in canvas.svg_later(charts, "m").items()}
    for language, chart in charts.items():
        assert shown[language] == canvas.as_svg(chart, f"m-{language}")


def test_numbers_of_an_axis_change_their_marks():
    assert translation.translated("<text>1.234,5</text><text>a &amp; b</text>", {"a & b": "c < d"}) == (
        "<text>1,234.5</text><text>c &lt; d</text>"
    )


def test_charts_of_later_figures_differ_in_texts_only():
    charts = {language: nation.later_chart(later(OLD), language, unit="percent") for language in ("vi", "en")}
    assert translation.texts(charts["vi"], charts["en"]) is not None
