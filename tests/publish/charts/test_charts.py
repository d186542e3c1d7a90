"""The charts: three inks and a scenario, our own locale, nothing from the network, Vietnamese in the picture."""

import json
import re

import altair as alt
import pandas as pd
import pytest
from publish_fixture import OLD, later, tables

from forecast.publish.charts import layers, nation
from forecast.publish.charts.fan import fan_table
from forecast.publish.charts.svg import lighter


@pytest.fixture(scope="module")
def labour():
    return tables("labour_productivity_real", OLD, "nso")


def fan(recorded, quantity="growth", **more):
    return nation.fan_chart(recorded["forecast"], recorded["history"], recorded["verdicts"], quantity=quantity, **more)


def drawn(chart, language="vi"):
    return nation.as_svg(chart, language)


def marks(spec):
    return [layer["mark"] for layer in spec["layer"]]


def test_the_inks_differ_in_form_and_not_in_colour_alone(labour):
    shown = marks(fan(labour))
    solid = [mark for mark in shown if mark["type"] == "point" and mark.get("color") == "#16222e"]
    hollow = [mark for mark in shown if mark["type"] == "point" and mark.get("color") == "#ffffff"]
    dashed = [mark for mark in shown if mark["type"] == "line" and mark.get("strokeDash", [1, 0]) != [1, 0]]
    full = [mark for mark in shown if mark["type"] == "line" and mark.get("strokeDash") == [1, 0]]
    hatch = [mark for mark in shown if mark["type"] == "rule" and mark.get("strokeWidth") == 1.1]
    assert solid and hollow and dashed and full and hatch
    assert len([mark for mark in shown if mark["type"] == "area"]) == 4  # 80 % and 50 %, forecast and scenario


def test_every_ink_in_use_has_its_key_in_words(labour):
    svg = drawn(fan(labour))
    for text in ("số liệu công bố", "số liệu khác, không dùng", "dựng lại, chưa phải số liệu công bố", "dự báo",
                 "kịch bản, không phải dự báo", "chỉ tiêu"):  # fmt: skip
        assert f">{text}</text>" in svg


def test_the_locale_is_in_the_chart_itself(labour):
    locale = {language: layers.in_language(fan(labour), language)["config"]["locale"]["number"] for language in ("vi", "en")}
    assert (locale["vi"]["decimal"], locale["vi"]["thousands"]) == (",", ".")
    assert (locale["en"]["decimal"], locale["en"]["thousands"]) == (".", ",")


def test_axis_numbers_are_vietnamese_and_years_are_plain(labour):
    svg = drawn(fan(tables("ecommerce_revenue", OLD, "province"), "level"))
    assert ">2.000</text>" in svg
    assert ">2030</text>" in svg and ">2.030<" not in svg
    assert "trên 1.100" in svg


def test_no_chart_asks_the_network_for_anything(labour):
    for chart in (fan(labour), nation.nation_chart(labour["nation"], labour["methods"]),
                  nation.methods_chart(labour["methods"], unit="percent"),
                  nation.backtest_chart(labour["methods"]), nation.later_chart(later(OLD), unit="percent")):  # fmt: skip
        spec = layers.in_language(chart, "vi")
        alt.Chart.from_dict(spec, validate=True)  # Vega-Lite's schema
        assert "http" not in json.dumps(spec)
        svg = nation.as_svg(chart, "vi", "a")
        assert not re.findall(r"https?://(?!www\.w3\.org/)", svg)
        assert svg.startswith("<svg") and "NaN" not in svg


def test_targets_are_labelled_with_value_and_document(labour):
    svg = drawn(fan(labour))
    assert "8,5 % · QĐ 489/QĐ-TTg" in svg and "7 % · QĐ 571/QĐ-UBND" in svg


def test_a_target_without_a_readable_value_is_not_drawn():
    svg = drawn(fan(tables("digital_economy_share", OLD, "nso"), "level"))
    assert "35 % · QĐ 489/QĐ-TTg" in svg and "821/NQ" not in svg


def test_a_target_path_is_drawn_for_the_level(labour):
    name = "QĐ 489/QĐ-TTg (10/6/2024)"
    path = pd.DataFrame([{"target": "t", "document": name, "applies": "own", "quantity": "level", "period": year,
                          "value": 90.0 * 1.085 ** (year - 2020), "growth": 8.5} for year in range(2020, 2031)])  # fmt: skip
    assert "8,5 %/năm · QĐ 489/QĐ-TTg" in drawn(fan(labour, "level", paths=path))


def test_other_basis_or_territory_off_the_axis(labour):
    """Figures of another price basis or territory are not on the axis."""
    stray = labour["history"].iloc[[-1]].assign(quantity="level", value=987654.0, used=True)
    for change in ({"indicator": "labour_productivity"}, {"territory": "thai_binh_pre2025"}):
        history = pd.concat([labour["history"], stray.assign(**change)], ignore_index=True)
        assert "987.654" not in drawn(fan(labour | {"history": history}, "level"))


def test_the_fan_table_only_lays_out_what_the_table_holds(labour):
    table = fan_table(labour["forecast"], "growth")
    rows = labour["forecast"].query("quantity == 'growth' and target_period == 2030").set_index("output_type_id")["value"]
    last = table.iloc[-1]
    assert (last["low80"], last["middle"], last["high80"]) == (rows[0.1], rows[0.5], rows[0.9])
    assert list(table["ink"]) == ["forecast"] * 4 + ["scenario"] * 3


def test_hostile_text_cannot_leave_the_picture(labour):
    changed = labour["verdicts"].assign(document='</text><script>alert(1)</script>"')
    assert "<script" not in drawn(fan(labour | {"verdicts": changed}))


def test_a_chart_without_history_or_targets_is_still_drawn(labour):
    bare = labour | {"history": labour["history"].iloc[:0], "verdicts": labour["verdicts"].iloc[:0]}
    assert "dự báo" in drawn(fan(bare))


def test_a_lighter_picture_says_the_same_with_half_the_letters():
    plain = drawn(fan(tables("ecommerce_revenue", OLD, "province"), "level"))
    small = lighter(plain)
    words_of = re.compile(r">([^<>]+)</text>")
    assert words_of.findall(small) == words_of.findall(plain) and any(re.fullmatch(r"\d\.\d{3}", text) for text in words_of.findall(small))
    assert len(small) < 0.4 * len(plain) and "<text" in small and "stroke-dasharray" in small


def test_the_last_figures_label_keeps_clear_of_the_targets():
    """The label of a published figure never stands on that of a target; with nothing in its way it stands just above."""
    from forecast.publish.charts.fan import free

    span, gap = (2011, 2030, 520), 1.0
    assert free(2023, 8.46, 3, [], gap, span) == -18
    beside = [(330.0, 500.0, 9.0)]
    assert free(2023, 8.46, 3, beside, gap, span) == -40 and free(2015, 8.46, 3, beside, gap, span) == -18
