"""A form for JupyterLab: one slider a lever, the chance of each target under the finger, and a button that keeps the scenario.

What the sliders hold goes through the same check as a scenario file; nothing is written until the button is pressed.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from datetime import date
from html import escape
from typing import Any

import ipywidgets as widgets

from forecast.errors import ForecastError
from forecast.publish import words
from forecast.publish.words import vocabulary
from forecast.publish.words.scenarios import before_text
from forecast.publish.words.vocabulary import phrase

COLOURS = {"green": "#2f7d4f", "amber": "#a86400", "red": "#a3341c", "none": "#66727c"}
WIDE = widgets.Layout(width="640px")


def scenario_form(
    base: Any, *, today: date, keep: Callable[[Mapping[str, Any]], Any] | None = None, first: int = 2026, last: int = 2030
) -> widgets.VBox:
    """Sliders for every lever of `base`, pushed each year from `first` to `last`; `keep` is called with the plain values.

    In a notebook: `scenario_form(base, today=date.today(), keep=saved.keep)`. E-commerce has two views of one revenue: whoever
    pushes both is told so.
    """
    sliders = {name: _slider(lever) for name, lever in base.store.scenario_levers.items() if lever.indicator in base.grounds}
    notes = {name: widgets.HTML() for name in sliders}
    names = {key: widgets.Text(description=label, layout=WIDE, style={"description_width": "110px"}) for key, label in _TEXTS.items()}
    answer, kept = widgets.HTML(), widgets.HTML()
    button = widgets.Button(description="Giữ kịch bản / Keep", layout=widgets.Layout(width="220px", height="44px"))

    def content() -> dict[str, Any]:
        pushed = {name: slider.value for name, slider in sliders.items() if slider.value}
        return scenario_content(base, pushed, {key: item.value for key, item in names.items()}, today, first, last)

    def refresh(_change: Any = None) -> None:
        for name, slider in sliders.items():
            notes[name].value = _note(base, name, slider.value)
        answer.value = answers_html(base, content())

    def press(_button: Any) -> None:
        try:
            found = keep(content()) if keep else base.scenario(content())
            kept.value = f"<b>{escape(found.name.vi)}</b>: {found.id}@{found.version}, {found.hash}"
        except ForecastError as error:
            kept.value = f"<pre>{escape(error.vi)}</pre>"

    for slider in sliders.values():
        slider.observe(refresh, "value")
    button.on_click(press)
    refresh()
    rows: list[widgets.Widget] = []
    for indicator in base.grounds:
        rows.append(widgets.HTML(f"<h4>{escape(words.indicator_text(indicator, 'vi'))}</h4>"))
        rows += [widgets.VBox([sliders[name], notes[name]]) for name in sliders if base.store.scenario_levers[name].indicator == indicator]
    return widgets.VBox([answer, *rows, *names.values(), button, kept])


_TEXTS = {"id": "Mã / Id", "name": "Tên / Name", "author": "Người viết", "reason": "Lý do / Reason"}


def _slider(lever: Any) -> widgets.FloatSlider:
    return widgets.FloatSlider(
        value=0.0,
        min=lever.low,
        max=lever.high,
        step=lever.step,
        description=lever.name.vi.split(" (")[0].split(":")[0],
        layout=WIDE,
        style={"description_width": "320px"},
        continuous_update=False,
    )


def _note(base: Any, name: str, value: float) -> str:
    from forecast.policy.scenarios.experience import happened

    lever = base.store.scenario_levers[name]
    unit = escape(words.unit_text(lever.unit, "vi"))
    if not value or lever.control == "link":
        return f"<span style='color:{COLOURS['none']};margin-left:330px'>{unit}</span>"
    said = happened(base, lever, value)
    colour = COLOURS[said["colour"]]
    return f"<span style='color:{colour};margin-left:330px'>{unit} – {escape(before_text(said, 'vi'))}</span>"


def scenario_content(
    base: Any, pushed: Mapping[str, float], texts: Mapping[str, str], today: date, first: int, last: int
) -> dict[str, Any]:
    """The plain values of a scenario from slider positions and texts; empty texts get words of their own."""
    name, reason = texts.get("name") or "Thử nghiệm", texts.get("reason") or "Thử trên biểu mẫu."
    levers = base.store.scenario_levers
    assumptions = [
        {
            **{"lever": lever, "unit": levers[lever].unit, "value": float(value), "from": first, "to": last},
            **{"rating": "red", "reason": {"vi": reason, "en": reason}},
        }
        for lever, value in pushed.items()
    ]
    return {
        "id": texts.get("id") or "thu_nghiem",
        "author": texts.get("author") or "?",
        "made": today.isoformat(),
        "name": {"vi": name, "en": name},
        "summary": {"vi": reason, "en": reason},
        "assumptions": assumptions,
    }


def answers_html(base: Any, content: Mapping[str, Any]) -> str:
    """The chance and verdict of each indicator's headline target under plain scenario values, or why they are refused."""
    from forecast.policy import under_scenario

    try:
        found = under_scenario(base, dict(content))
    except ForecastError as error:
        return f"<p style='color:{COLOURS['red']}'>{escape(error.vi)}</p>"
    lines = []
    for indicator, item in found.items():
        head = (item.before or item).headline
        held = next((one for one in item.assessments if head and one.target.id == head.target.id), None)
        if held is None or held.probability is None:
            continue
        word = phrase(vocabulary.VERDICTS, held.verdict, "vi")
        chance, name = words.chance(held.probability, "vi"), words.indicator_text(indicator, "vi")
        lines.append(f"<li>{escape(name)} – {escape(words.short_document(held.target.document))}: {escape(chance)}, <b>{word}</b></li>")
    return f"<ul>{''.join(lines)}</ul><p><i>thử nghiệm, chưa ghi / a trial, not recorded</i></p>"
