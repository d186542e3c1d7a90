"""The programme's own indicators: the latest figure against the target, and the names of the sources."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from forecast.domain import Text
from forecast.publish import words
from forecast.publish.words import vocabulary
from forecast.publish.words.numbers import both
from forecast.publish.words.vocabulary import phrase


def source_names(folder: Path) -> dict[str, tuple[Text, Text]]:
    """Each source's title, and its title with publisher, date and address, as text."""
    from forecast import evidence

    store = evidence.load(folder)
    return {name: (Text(source.title, source.title), _source_text(source)) for name, source in store.sources.items()}


def _source_text(source: Any) -> Text:
    parts = [str(getattr(source, name, "") or "") for name in ("title", "publisher", "published", "url")]
    said = ". ".join(part.strip().rstrip(".") for part in parts if part.strip())
    return Text(said, said)


PILLARS = {
    "digital_government": Text("Chính quyền số", "Digital government"),
    "digital_economy": Text("Kinh tế số", "Digital economy"),
    "digital_society": Text("Xã hội số", "Digital society"),
}
PROGRAMME, TERRITORY = "571", "hung_yen_pre2025"


def pillars(folder: Path) -> list[dict[str, Any]]:
    """The programme's targets by pillar, each beside the latest figure published under the same name."""
    from forecast import evidence

    store = evidence.load(folder)
    found = []
    for pillar, name in PILLARS.items():
        rows = [
            _row(store, target)
            for target in store.targets
            if target.indicator in store.indicators
            and store.indicators[target.indicator].pillar == pillar
            and target.territory == TERRITORY
            and PROGRAMME in target.document
            and target.value is not None
        ]
        if rows:
            found.append({"name": name, "rows": rows})
    return found


def _row(store: Any, target: Any) -> dict[str, Any]:
    kind = "growth" if target.kind.startswith("growth") else "level"
    figures = store.figures(indicator=target.indicator, territory=target.territory, kind=kind)
    figures = [item for item in figures if item.status not in ("derived", "assumption") and item.unit == target.unit]
    newest = max((item.period.last for item in figures), default=0)
    latest = sorted((item for item in figures if item.period.last == newest), key=lambda item: item.vintage)
    code = _state(latest, target)
    asked = {"direction": target.direction, "value": target.value, "unit": target.unit}
    return {
        "name": target.name,
        "target": both(lambda language: f"{words.bounded(asked, language)} ({target.last})"),
        "target_source": target.source,
        "value": both(lambda language: _figures_text(latest, language)),
        "source": "+".join(dict.fromkeys(item.source for item in latest)),
        "code": code,
        "icon": {"met": "✓", "underway": "…"}.get(code, "?"),
        "verdict": both(lambda language: words.verdict({"met": "reached"}.get(code, code), language)),
    }


def _state(latest: list[Any], target: Any) -> str:
    """One year says nothing of a growth asked for in several, nor do figures that disagree."""
    if not latest:
        return "no_figure"
    reached = {_reached(item, target) for item in latest}
    if target.kind != "level" or len(reached) > 1:
        return "undecidable"
    return "met" if reached == {True} else "underway"


def _reached(figure: Any, target: Any) -> bool:
    if target.direction == "at_most":
        return figure.value <= target.value and figure.bound != "at_least"
    enough = figure.value > target.value if target.direction == "above" else figure.value >= target.value
    return bool(enough) and figure.bound != "at_most"


def _figures_text(figures: list[Any], language: str) -> str:
    if not figures:
        return "chưa có số liệu" if language == "vi" else "no figure yet"
    said = [phrase(vocabulary.BOUNDS, item.bound, language) + words.amount(item.value, item.unit, language) for item in figures]
    known = words.date_text(figures[-1].vintage, language)
    shown = f"{'; '.join(dict.fromkeys(said))} ({figures[-1].period}"
    return f"{shown}; công bố {known})" if language == "vi" else f"{shown}; published {known})"
