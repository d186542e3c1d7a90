"""Every figure as it was entered, with the part it plays in the series of its year and the rule or correction behind that."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from forecast import headline
from forecast.domain import Key, Kind, Observation, Series, Text
from forecast.evidence import Evidence
from forecast.evidence.resolve import agree
from forecast.headline import NATION
from forecast.publish.words import vocabulary
from forecast.publish.words.collation import in_order
from forecast.publish.words.numbers import minus

COLUMNS = "indicator measure territory period first last kind value high unit vintage status bound source locator note part why against said".split()


@dataclass(frozen=True)
class Part:
    """The part a figure plays in the series of its year, why, and the values it stands against."""

    role: str
    why: Text | None = None
    against: str = ""


def territories(store: Evidence) -> dict[str, Text]:
    """The names of the territories by id, the province's own first, the rest in Vietnamese order."""
    first = (*own(), NATION)
    others = {territory.name.vi: name for name, territory in store.territories.items() if name not in first}
    return {name: store.territories[name].name for name in (*first, *(others[title] for title in in_order(others)))}


def own() -> tuple[str, ...]:
    """The province's own territories, today's first, and their components."""
    registered = headline.registered()
    return tuple(dict.fromkeys((*registered.territories, *registered.choices)))


def figures(store: Evidence) -> list[dict[str, Any]]:
    """Every figure as entered, the newest years first, under `COLUMNS`."""
    parts = dict(_parts(store))
    indicators, places = list(store.indicators), list(territories(store))

    def order(figure: Observation) -> tuple[int, int, int, int]:
        return indicators.index(figure.key.indicator), places.index(figure.key.territory), -figure.period.last, figure.row

    ordered = sorted(store.observations, key=order)
    return [_row(figure, parts.get(figure.row) or _outside(figure)) | {"said": _said(store, figure)} for figure in ordered]


def _said(store: Evidence, figure: Observation) -> str:
    """Whose words the press printed, where its note or the source says so; a code of `vocabulary.SPEAKERS`, else empty."""
    if figure.status != "press":
        return ""
    told = [store.sources[name].summary for name in figure.source.split("+") if name in store.sources]
    return next((code for code in vocabulary.SPEAKERS if any(code in text for text in (figure.note, *told))), "")


def _outside(figure: Observation) -> Part:
    """Why a figure is in no series of years: a range, not one whole year, or another edition."""
    if figure.kind == "interval":
        return Part("range")
    return Part("edition" if figure.period.is_year and figure.kind in ("level", "growth") else "span")


def _row(figure: Observation, part: Part) -> dict[str, Any]:
    return {
        "indicator": figure.key.indicator, "measure": figure.key.measure, "territory": figure.key.territory,
        "period": str(figure.period), "first": figure.period.first, "last": figure.period.last, "kind": figure.kind,
        "value": figure.value, "high": figure.high, "unit": figure.unit, "vintage": figure.vintage.isoformat(), "status": figure.status,
        "bound": figure.bound, "source": figure.source, "locator": figure.locator, "note": figure.note, "part": part.role,
        "why": part.why, "against": part.against,
    }  # fmt: skip


def _parts(store: Evidence) -> Iterator[tuple[int, Part]]:
    """The part of figures by row of the file; a later one replaces an earlier one."""
    entered: dict[tuple[Key, Kind], list[Observation]] = {}
    for figure in store.corrected:
        if figure.kind in ("level", "growth"):
            entered.setdefault((figure.key, figure.kind), []).append(figure)
    for (key, kind), same in sorted(entered.items()):
        yield from _parts_of(store.series(key, kind=kind), same)
    for correction in store.corrections:
        if correction.action == "exclude":
            why = Text(minus(correction.reason.vi), minus(correction.reason.en))
            yield from ((figure.row, Part("excluded", why)) for figure in store.observations if correction.matches(figure))


def _parts_of(series: Series, figures: list[Observation]) -> Iterator[tuple[int, Part]]:
    for point in series.points:
        yield point.row, Part("used")
        for figure in figures:
            if figure.period == point.period and figure is not point and agree(figure, point):
                yield figure.row, Part("same")
    for conflict in series.conflicts:
        against = ", ".join(dict.fromkeys(f"{other.value:g}" for other in conflict.others))
        yield conflict.used.row, Part("used", conflict.rule, against)
        for other in conflict.others:
            yield other.row, Part("aside", conflict.rule, f"{conflict.used.value:g}")
