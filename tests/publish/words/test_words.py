"""What is said about a number is held against the number."""

import ast
import re

import numpy as np
import pytest
from places import SOURCE
from publish_fixture import NEW, OLD, summary, verdicts

from forecast import headline
from forecast.domain import Text
from forecast.publish import words
from forecast.publish.words import numbers, vocabulary
from forecast.publish.words.numbers import NOTHING


@pytest.mark.parametrize(
    ("value", "decimals", "vi", "en"),
    [(1234.5, 1, "1.234,5", "1,234.5"), (0.0, 1, "0,0", "0.0"), (-0.04, 1, "0,0", "0.0"), (-2.5, 1, "−2,5", "−2.5"),
     (1234567.0, 0, "1.234.567", "1,234,567"), (None, 1, "–", "–"), (float("nan"), 0, "–", "–")],
)  # fmt: skip
def test_numbers_are_written_as_the_language_writes_them(value, decimals, vi, en):
    assert words.number(value, decimals) == Text(vi, en)


@pytest.mark.parametrize(
    ("value", "vi", "en"),
    [(1100.0, "1,1 nghìn tỷ đồng", "1.1 trillion VND"), (850.0, "850 tỷ đồng", "850 billion VND"),
     (3000.0, "3 nghìn tỷ đồng", "3 trillion VND"), (999.7, "1 nghìn tỷ đồng", "1 trillion VND"),
     (12.34, "12,3 tỷ đồng", "12.3 billion VND"), (0.5, "500 triệu đồng", "500 million VND"),
     (292500.0, "292,5 nghìn tỷ đồng", "292.5 trillion VND"), (1.5e6, "1,5 triệu tỷ đồng", "1.5 quadrillion VND")],
)  # fmt: skip
def test_money_is_said_in_the_scale_a_reader_uses(value, vi, en):
    assert numbers.money(value) == Text(vi, en)


@pytest.mark.parametrize(
    ("probability", "vi", "en"),
    [(0.70, "khoảng 70 %", "about 70%"), (0.65, "khoảng 65 %", "about 65%"),
     (0.675, "khoảng 70 %", "about 70%"), (0.674, "khoảng 65 %", "about 65%"),
     (0.049, "dưới 5 %", "below 5%"), (0.0, "dưới 5 %", "below 5%"), (0.05, "khoảng 5 %", "about 5%"),
     (0.95, "khoảng 95 %", "about 95%"), (0.951, "trên 95 %", "above 95%"), (1.0, "trên 95 %", "above 95%"),
     (None, "chưa tính được", "not calculated")],
)  # fmt: skip
def test_chance_rounds_to_five_points(probability, vi, en):
    """A chance is rounded to five points and never nought or certain."""
    assert words.chance(probability) == Text(vi, en)


@pytest.mark.parametrize(("iso", "shown"), [("2026-02-28", "28/02/2026"), ("2026-02-28T10:00:00Z", "28/02/2026"),
                                            ("2023-04", "04/2023"), ("2023", "2023")])  # fmt: skip
def test_dates_are_day_month_year_in_both_languages(iso, shown):
    assert words.date_text(iso) == Text.same(shown)


def test_percent_and_difference_of_shares_carry_their_own_words():
    assert words.percent(12.83, 2).vi == "12,83 %"
    assert words.amount(1.5, "percentage_points").vi == "1,5 điểm phần trăm"
    assert words.amount(7.0, "percent_per_year").vi == "7,0 %/năm"
    assert words.amount(209.0, "vnd_mn_per_worker").vi == "209,0 triệu đồng/lao động"


def test_the_four_verdicts_are_the_contracts_words():
    """Of something still to come nothing says that it is met: only a period that is over can be 'đã đạt'."""
    verdict_words = [words.verdict(code).vi for code in ("achieved", "likely", "doubtful", "unlikely")]
    assert verdict_words == ["rất nhiều khả năng đạt", "nhiều khả năng đạt", "khó đạt", "rất khó đạt"]


def test_headline_says_it_all():
    """The headline says forecast band chance document and territory."""
    run = summary("labour_productivity_real", OLD, "nso")
    sentence = words.headline(run, verdicts("labour_productivity_real", OLD)).vi
    for part in ("Năng suất lao động của Hưng Yên trước 7/2025", "kịch bản 2030", words.amount(run["low"], run["unit"]).vi,
                 words.amount(run["high"], run["unit"]).vi, "khoảng 30 %", "QĐ 489/QĐ-TTg", "khó đạt"):  # fmt: skip
        assert part in sentence
    assert sentence.endswith(".") and sentence.count(".") == 1 + sentence.count(". ")


def test_the_headline_names_another_territorys_target_as_such():
    run = summary("labour_productivity_real", NEW, "nso")
    sentence = words.headline(run, verdicts("labour_productivity_real", NEW)).vi
    assert "đặt cho Hưng Yên trước 7/2025" in sentence


def test_the_headline_is_honest_when_no_target_was_found():
    run = summary("ecommerce_revenue", OLD, "province")
    assert "chưa tìm thấy chỉ tiêu của tỉnh" in words.headline(run, verdicts("ecommerce_revenue", OLD)).vi
    assert "no target of the province was found" in words.headline(run, []).en


def test_yardstick_is_not_the_provinces_target():
    """A national yardstick is never called the provinces target."""
    row = words.rows_of(verdicts("labour_productivity_real", OLD))[1] | {"applies": "national_yardstick"}
    sentence = words.target_sentence(row).vi
    assert "chưa tìm thấy chỉ tiêu của tỉnh; so với mức chung cả nước" in sentence


def test_a_period_that_is_over_gets_no_chance():
    row = words.rows_of(verdicts("labour_productivity_real", OLD))[0]
    sentence = words.target_sentence(row).vi
    assert "giai đoạn 2021-2025 đã qua: chưa kết luận được từ số liệu đã công bố" in sentence
    assert "khả năng" not in sentence


def test_required_growth_is_set_against_growth_achieved():
    lines = words.rows_of(verdicts("digital_economy_share", OLD))
    expected = "Còn phải tăng bình quân 9,6 điểm phần trăm mỗi năm; ước đã đạt 0,9 điểm phần trăm mỗi năm (2021-2023)."
    assert words.required_text(lines[1]).vi == expected
    lines = words.rows_of(verdicts("labour_productivity_real", OLD))
    assert words.required_text(lines[1]).en.startswith("Still needed: 9.6% a year on average")


def test_the_last_figure_keeps_its_bound_date_and_source():
    last = summary("ecommerce_revenue", OLD, "province")["last_published"]
    sentence = words.last_figure(last, Text.same("Báo Hưng Yên")).vi
    assert "số liệu cuối cùng: trên 1,1 nghìn tỷ đồng (năm 2022" in sentence
    assert "công bố 15/12/2023; nguồn: Báo Hưng Yên" in sentence
    current = last | {"indicator": "labour_productivity", "unit": "vnd_mn_per_worker", "value": 209.0}
    assert "giá hiện hành" in words.last_figure(current, Text.same("x")).vi
    assert "chưa có số liệu nào" in words.last_figure(None, NOTHING).vi


def test_a_refused_run_says_why():
    assert words.refusal({"reason_vi": "chỉ có hai năm số liệu."}).vi.endswith("chỉ có hai năm số liệu.")


def test_no_text_shows_an_internal_code():
    for code in ("hung_yen_pre2025", "unknown_place"):
        name = words.territory_text(code)
        assert "_" not in name.vi + name.en


@pytest.mark.parametrize(
    ("value", "decimals", "vi"),
    [(3.65, 1, "3,7"), (2.675, 2, "2,68"), (0.285, 2, "0,29"), (-3.65, 1, "−3,7"), (2.5, 0, "3"), (0.5, 0, "1"), (1234.55, 1, "1.234,6"),
     (3.649999999, 1, "3,6"), (1e15 + 0.5, 0, "1.000.000.000.000.000"), (-0.04, 1, "0,0"), (np.float64(6.25), 1, "6,3"), (7, 1, "7,0")],
)  # fmt: skip
def test_numbers_round_half_up(value, decimals, vi):
    """A number is rounded half up on the digits its source printed."""
    assert words.number(value, decimals).vi == vi


PUBLISH = SOURCE / "forecast" / "publish"
PLACES = re.compile(r"(?<!\{)\{(\w+)(?::[^}]*)?\}(?!\})")


def test_every_sentence_is_said_with_all_it_names():
    """Each sentence of vocabulary.csv is used somewhere, under the names it has places for, alike in both languages."""
    said = {}
    for path in PUBLISH.rglob("*.py"):
        for call in ast.walk(ast.parse(path.read_text("utf-8"))):
            if isinstance(call, ast.Call) and getattr(call.func, "id", "") == "sentence":
                named = {value.arg for value in call.keywords}
                codes = [part.value for part in ast.walk(call.args[0]) if isinstance(part, ast.Constant) and isinstance(part.value, str)]
                said |= dict.fromkeys(codes, None if None in named else named)
    assert set(said) == set(vocabulary.SENTENCES)
    for code, text in vocabulary.SENTENCES.items():
        vi, en = (set(PLACES.findall(side)) for side in (text.vi, text.en))
        assert vi == en and said[code] in (None, vi), code


def test_every_table_of_the_vocabulary_that_is_read_is_there():
    """The code names no table that vocabulary.csv has not, and the file holds none that nobody reads."""
    texts = [path.read_text("utf-8") for path in PUBLISH.rglob("*.py")]
    named = {name for text in texts for name in re.findall(r"vocabulary\.([A-Z_]+)", text)} - {"ICONS", "INKS"}
    assert {name.lower() for name in named} | {"inks", "sentences"} == set(vocabulary._TABLES)


def test_a_figure_has_no_digit_that_was_not_entered():
    assert words.entered(209.0, "vnd_mn_per_worker").vi == "209 triệu đồng/lao động"
    assert words.entered(12.5, "percent", 2) == Text("12,5 %", "12.5%") and words.entered(12.83, "percent", 2).vi == "12,83 %"
    assert words.entered(214.9123, "vnd_mn_per_worker").vi == "214,9 triệu đồng/lao động"


def test_a_year_of_arrival_is_said_in_words():
    row = {"arrival_median": 2031, "arrival_early": 2030, "arrival_late": None}
    assert words.arrival_text(row).vi == "dự kiến đạt năm 2031 (có thể từ năm 2030, có thể sau năm cuối của dự báo)"
    assert "2030–2033" in words.arrival_text(row | {"arrival_late": 2033}).vi
    assert words.arrival_text({}).vi == "đến năm cuối của dự báo chưa thấy đạt"


def test_no_text_counts_chances_from_an_end():
    """What was read aloud and stumbled over stays away: the band lies in a span, the middle is a level."""
    said = " ".join(text.vi for text in vocabulary.SENTENCES.values())
    assert "nằm từ" not in said and "giữa là" not in said and "tầm nhìn" not in said
    assert "đạt" not in [word.vi for word in vocabulary.VERDICTS.values()]


def test_every_province_is_called_by_its_name():
    """No province is read as its id: the register names those that the vocabulary does not."""
    named = {name: words.territory_text(name) for name in headline.registered().provinces}
    assert named["ha_noi"].vi == "Hà Nội" and not [name for name, text in named.items() if text.vi == name.replace("_", " ")]
