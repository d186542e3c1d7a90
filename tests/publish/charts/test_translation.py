"""One drawing in two languages: the same as drawing it twice, or drawn twice."""

import pytest
from publish_fixture import OLD, later, tables

from forecast.domain import Text
from forecast.publish.charts import canvas, layers, nation, translation
from forecast.publish.charts.live import VEGA_LITE
from forecast.runs.processes import pictures


def fan(indicator, measure, quantity, width=640):
    recorded = tables(indicator, OLD, measure)
    return nation.fan_chart(recorded["forecast"], recorded["history"], recorded["verdicts"], quantity=quantity, width=width, height=330)


@pytest.mark.parametrize("indicator, measure, quantity, width", [
    ("labour_productivity_real", "nso", "growth", 640),
    ("labour_productivity_real", "nso", "level", 330),
    ("digital_economy_share", "nso", "level", 640),
])  # fmt: skip
def test_a_translated_picture_is_the_drawn_one(indicator, measure, quantity, width):
    chart = fan(indicator, measure, quantity, width)
    pairs = translation.texts(chart)
    assert pairs and any(ours != theirs for ours, theirs in pairs.items())
    drawn = {language: pictures.svg(layers.in_language(chart, language), VEGA_LITE) for language in ("vi", "en")}
    assert pictures.own_ids(translation.translated(drawn["vi"], pairs)) == drawn["en"]


def test_one_text_with_two_translations_is_drawn_twice():
    assert translation.texts({"a": Text("vừa", "medium"), "b": Text("vừa", "just now")}) is None
    assert translation.texts({"a": "vừa", "b": Text("vừa", "medium")}) is None


def test_names_beside_an_axis_are_drawn_twice():
    """How wide an axis of names is depends on the language."""
    chart = nation.methods_chart(tables("ecommerce_revenue", OLD, "province")["methods"], unit="percent")
    assert translation.texts(chart) is None
    for language, picture in canvas.svg_later(chart, "m").items():
        assert picture() == canvas.as_svg(chart, language, f"m-{language}")


def test_numbers_of_an_axis_change_their_marks():
    assert translation.translated("<text>1.234,5</text><text>a &amp; b</text>", {"a & b": "c < d"}) == (
        "<text>1,234.5</text><text>c &lt; d</text>"
    )


def test_charts_of_later_figures_differ_in_texts_only():
    assert translation.texts(nation.later_chart(later(OLD), unit="percent")) is not None
