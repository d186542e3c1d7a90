"""The register of targets: what each document asks for, which documents disagree, what was superseded."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from forecast.domain import Target, Text
from forecast.evidence import Evidence
from forecast.headline import NATION, registered
from forecast.publish import words
from forecast.publish.words import provenance, vocabulary
from forecast.publish.words.numbers import NOTHING, PLAIN_UNITS, plain_number

EACH = {"growth_each_year": Text(", từng năm", ", each year"), "growth_average": Text(", bình quân", ", on average")}


def target_rows(store: Evidence, translations: Mapping[str, str], titles: Mapping[str, Text]) -> list[dict[str, Any]]:
    """The targets, the headline indicators and the province's own first; `translations` and `titles` as notes want them."""
    documents = {target.id: target.document for target in store.targets}
    asked: dict[tuple[Any, ...], set[float]] = {}
    for target in store.targets:
        asked.setdefault(_same_question(target), set()).update(() if target.value is None else (target.value,))
    return [
        {
            "target": target,
            "indicator": _indicator(store, target.indicator),
            "territory": store.territories[target.territory].name,
            "asks": _asks(target),
            "start": _start(store.target_facts.get(target.id, {})),
            "issued": words.date_text(target.issued),
            "clash": target.value is not None and len(asked[_same_question(target)]) > 1,
            "place": provenance.note_text(target.locator, translations, titles),
            "note": provenance.note_text(target.note, translations, titles),
            "superseded": documents.get(target.superseded_by, target.superseded_by),
        }
        for target in sorted(store.targets, key=lambda target: (_rank(target), target.row))
    ]


def _indicator(store: Evidence, name: str) -> Text:
    return store.indicators[name].name if name in store.indicators else Text.same(name)


def _start(fact: Mapping[str, Any]) -> Text:
    """What a document starts from, where it says so."""
    if not fact.get("baseline"):
        return NOTHING
    return Text("xuất phát điểm ", "from ") + plain_number(float(fact["baseline"])) + f" ({fact['baseline_year']})"


def clashes(store: Evidence) -> list[Text]:
    """One sentence for each indicator, territory and year for which documents ask for different values."""
    groups: dict[tuple[str, str, int], list[Target]] = {}
    for target in store.targets:
        if target.value is not None:
            groups.setdefault((target.indicator, target.territory, target.last), []).append(target)
    return [_clash(store, group) for group in groups.values() if len({(target.value, target.value_high) for target in group}) > 1]


def _clash(store: Evidence, group: list[Target]) -> Text:
    first = group[0]
    name = store.indicators[first.indicator].name if first.indicator in store.indicators else first.name
    each = Text.joined((f"{target.document}: " + _asks(target) for target in group), "; ")
    return name + ", " + store.territories[first.territory].name + Text(f", đến {first.last} – ", f", by {first.last} – ") + each + "."


def _rank(target: Target) -> int:
    """The headline indicators first, the nation's own targets after the province's."""
    headlines = [study.target_indicator for study in registered().studies.values()]
    rank = headlines.index(target.indicator) if target.indicator in headlines else len(headlines)
    return rank + 10 * (target.territory == NATION)


def _same_question(target: Target) -> tuple[Any, ...]:
    """Documents speak of the same thing where indicator, kind and last year agree, whatever the territory's borders."""
    return (target.indicator, target.kind.split("_")[0], target.last, target.territory == NATION)


def _asks(target: Target) -> Text:
    if target.value is None:
        return Text("chưa đọc được giá trị", "value not readable")
    high = NOTHING if target.value_high is None else "–" + plain_number(target.value_high)
    span = str(target.last) if target.first == target.last else f"{target.first}–{target.last}"
    unit = NOTHING if target.unit in PLAIN_UNITS else Text.same(" ") + words.unit_text(target.unit)
    value = vocabulary.DIRECTIONS[target.direction] + plain_number(target.value) + high + unit
    return value + f" ({span}" + EACH.get(target.kind, NOTHING) + ")"
