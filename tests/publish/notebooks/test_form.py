"""The form of JupyterLab: sliders give the same answers as a scenario file, and nothing is kept that a file could not hold."""

from datetime import date

import pytest
from scenario_base import NEW, base, store

from forecast import policy
from forecast.publish.notebooks.form import answers_html, scenario_content, scenario_form

DAY = date(2026, 3, 1)


def widgets_of(box, kind):
    found = [box] if type(box).__name__ == kind else []
    return found + [one for child in getattr(box, "children", ()) for one in widgets_of(child, kind)]


def slider(box, name):
    wanted = store().scenario_levers[name].name.vi.split(" (")[0].split(":")[0]
    return next(item for item in widgets_of(box, "FloatSlider") if item.description == wanted)


def test_there_is_a_slider_for_every_lever_with_its_range():
    box = scenario_form(base(NEW), today=DAY)
    assert len(widgets_of(box, "FloatSlider")) == len(store().scenario_levers)
    assert (slider(box, "tfp").min, slider(box, "tfp").max) == (-4, 3)


def test_a_slider_moves_the_chance_and_says_when_it_leaves_experience():
    box = scenario_form(base(NEW, "mic"), today=DAY)
    before = box.children[0].value
    slider(box, "digitalisation_industry").value = 2.0
    assert box.children[0].value != before and "nhiều khả năng đạt" in box.children[0].value
    slider(box, "tfp").value = 2.0
    assert any("chưa từng xảy ra" in item.value for item in widgets_of(box, "HTML"))


def test_the_form_gives_what_the_scenario_of_its_values_gives():
    content = scenario_content(base(NEW), {"tfp": 0.5}, {}, DAY, 2026, 2030)
    head = base(NEW).outlooks["labour_productivity_real"].headline.target.id
    row = policy.target_table(base(NEW), content).set_index("target").loc[head]
    assert f"<b>{'khó đạt' if row.verdict == 'doubtful' else 'rất khó đạt'}</b>" in answers_html(base(NEW), content)


def test_what_a_browser_may_send_beyond_the_range_is_refused_and_not_computed():
    assert "ngoài khoảng cho phép" in answers_html(base(NEW), scenario_content(base(NEW), {"tfp": 1e12}, {}, DAY, 2026, 2030))


@pytest.mark.parametrize(("name", "said"), [("cua_toi", "cua_toi@1"), ("Của Tôi", "malformed|sai dạng|không phải mã hợp lệ")])
def test_the_button_keeps_a_sound_scenario_and_says_why_not_otherwise(name, said):
    import re

    kept = []

    def keep(content):
        found = store().scenario(dict(content))
        kept.append(found)
        return found

    box = scenario_form(base(NEW), today=DAY, keep=keep)
    slider(box, "sellers").value = 4.0
    next(item for item in widgets_of(box, "Text") if item.description == "Mã / Id").value = name
    widgets_of(box, "Button")[0].click()
    assert re.search(said, box.children[-1].value) and len(kept) == ("@1" in said)


def test_a_name_is_shown_as_text_and_never_as_markup():
    box = scenario_form(base(NEW), today=DAY)
    next(item for item in widgets_of(box, "Text") if item.description == "Tên / Name").value = "<script>alert(1)</script>"
    widgets_of(box, "Button")[0].click()
    assert "<script>" not in box.children[-1].value and "&lt;script&gt;" in box.children[-1].value
