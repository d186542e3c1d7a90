"""What the page of figures shows: figures with the part each plays, the register of targets, what is missing."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from pathlib import Path
from typing import Any

from forecast import evidence
from forecast.domain import Observation, Target, Text
from forecast.errors import PublishError
from forecast.evidence import Evidence, notes
from forecast.evidence.resolve import agree
from forecast.publish import published as reading
from forecast.publish import words
from forecast.publish.words import provenance, vocabulary
from forecast.publish.words.collation import in_order
from forecast.publish.words.vocabulary import phrase

OWN = ("hung_yen_2025", "hung_yen_pre2025", "thai_binh_pre2025", "viet_nam")
# the part a figure plays in the series of its year, (Vietnamese, English)
PARTS: dict[str, tuple[str, str]] = {
    "used": ("dùng cho năm này", "used for its year"),
    "same": ("trùng với số được dùng", "agrees with the one used"),
    "aside": ("mâu thuẫn, để sang bên", "in conflict, set aside"),
    "excluded": ("loại bằng đính chính", "left out by a correction"),
    "edition": ("đợt số liệu khác của chuỗi, không trộn", "another edition of the series, not mixed in"),
    "span": ("nhiều năm hoặc một phần năm, ngoài chuỗi năm", "several years or part of one, in no yearly series"),
    "range": ("khoảng giá trị, ngoài chuỗi năm", "a range of values, in no yearly series"),
}
KINDS: dict[str, tuple[str, str]] = {
    "level": ("mức", "level"),
    "growth": ("mức tăng", "growth"),
    "growth_average": ("tăng bình quân", "average growth"),
    "level_average": ("mức bình quân", "average level"),
    "interval": ("khoảng giá trị", "range of values"),
}
COLUMNS = "indicator measure territory period first last kind value high unit vintage status bound source locator note part why against".split()
NOISE = 1.0  # narrowings below one percent are noise of the draws


def content(root: Path) -> dict[str, Any]:
    """Everything the template needs; figures as columns of places in lists of names, so that a name is written once."""
    store = evidence.load(root / "data")
    titles, known = provenance.titles(store.sources), notes.vietnamese(root / "data")
    names = _names(store) | _texts(store, known, titles)
    shown = figures(store)
    targets = target_rows(store, known, titles)
    helpful, refused, as_of = _from_runs(root)
    facts = {"columns": COLUMNS, "rows": [[row[name] for name in COLUMNS] for row in shown], "names": names, "parts": PARTS}
    counts = {name: sum(row["part"] == name for row in shown) for name in PARTS}
    return {
        "facts": facts, "count": len(shown), "counts": counts, "sources": provenance.credits(store.sources), "targets": targets, "helpful": helpful,
        "refused": refused, "without": _without(store), "as_of": store.last_vintage, "published": as_of, "words": words,
        "clashes": clashes(store),
    }  # fmt: skip


def _names(store: Evidence) -> dict[str, dict[str, list[str]]]:
    """Names in both languages by id, the headline indicators and the province's own territories first."""
    found = {
        "indicator": {name: [item.name.vi, item.name.en] for name, item in store.indicators.items()},
        "territory": {name: [item.name.vi, item.name.en] for name, item in _placed(store)},
        "measure": _pairs(vocabulary.MEASURES, {item.key.measure for item in store.observations}),
        "status": _pairs(vocabulary.STATUSES, {item.status for item in store.observations}),
        "bound": _pairs(vocabulary.BOUNDS, {item.bound for item in store.observations}),
        "kind": _pairs(KINDS, {item.kind for item in store.observations}),
        "unit": {unit: [words.unit_text(unit, one) for one in ("vi", "en")] for unit in {item.unit for item in store.observations}},
    }
    return {**found, "source": {name: _source(item) for name, item in provenance.credits(store.sources).items()}}


def _source(item: provenance.Credit) -> list[str]:
    named = (item.title, item.publisher, item.published)
    return [text for one in named for text in (one.vi, one.en)] + [item.title_language, item.publisher_language]


def _texts(store: Evidence, known: Mapping[str, str], titles: Mapping[str, provenance.Said]) -> dict[str, Any]:
    """Notes, places in a source and periods as entered -> Vietnamese, English; a third mark where there is no Vietnamese."""
    found: dict[str, Any] = {"period": {str(item.period): _period(str(item.period)) for item in store.observations}}
    for field in ("note", "locator"):
        texts = {text: provenance.said(text, known, titles) for item in store.observations if (text := getattr(item, field))}
        found[field] = {text: [said.vi, said.en, *([1] if said.english else [])] for text, said in texts.items()}
    return found


# periods that are not one whole year: how they are entered, and as they are read in Vietnamese and in English
_PERIODS = (
    (r"(\d{4})-(\d{4})", r"\1–\2", r"\1–\2"),
    (r"(\d{4})Q(\d)", r"quý \2/\1", r"Q\2 \1"),
    (r"(\d{4})H1", r"nửa đầu \1", r"first half of \1"),
    (r"(\d{4})H2", r"nửa cuối \1", r"second half of \1"),
    (r"(\d{4})-(\d)M", r"\2 tháng \1", r"\2 months of \1"),
    (r"(\d{4})-(\d\d)", r"tháng \2/\1", r"\2/\1"),
)


def _period(text: str) -> list[str]:
    for pattern, vi, en in _PERIODS:
        if found := re.fullmatch(pattern, text):
            return [found.expand(vi), found.expand(en)]
    return [text, text]


def _placed(store: Evidence) -> list[tuple[str, Any]]:
    own = [(name, store.territories[name]) for name in OWN]
    rest = {item.name.vi: (name, item) for name, item in store.territories.items() if name not in OWN}
    return own + [rest[name] for name in in_order(rest)]


def _pairs(table: Mapping[str, tuple[str, str]], used: Iterable[str]) -> dict[str, list[str]]:
    listed = [name for name in table if name in used] + sorted(name for name in used if name not in table)
    return {name: [phrase(dict(table), name, one) for one in ("vi", "en")] for name in listed}


def figures(store: Evidence) -> list[dict[str, Any]]:
    """Every figure as entered, the newest years first, with the part it plays and the rule or correction behind that."""
    part = _parts(store)
    order = {name: place for place, name in enumerate(store.indicators)}
    places = {name: place for place, (name, _) in enumerate(_placed(store))}
    rows = sorted(
        store.observations, key=lambda item: (order[item.key.indicator], places[item.key.territory], -item.period.last, item.row)
    )
    return [_row(item, *part.get(item.row, (_outside(item), ("", ""), ""))) for item in rows]


def _outside(item: Observation) -> str:
    """Why a figure is in no series of years: a range, not one whole year, or another edition."""
    if item.kind == "interval":
        return "range"
    return "edition" if item.period.is_year and item.kind in ("level", "growth") else "span"


def _row(item: Observation, part: str, why: tuple[str, str], against: str) -> dict[str, Any]:
    return {
        "indicator": item.key.indicator, "measure": item.key.measure, "territory": item.key.territory,
        "period": str(item.period), "first": item.period.first, "last": item.period.last, "kind": item.kind,
        "value": item.value, "high": item.high, "unit": item.unit, "vintage": item.vintage.isoformat(), "status": item.status,
        "bound": item.bound, "source": item.source, "locator": item.locator, "note": item.note, "part": part,
        "why": list(why) if any(why) else None, "against": against,
    }  # fmt: skip


Part = tuple[str, tuple[str, str], str]


def _parts(store: Evidence) -> dict[int, Part]:
    """By row of the file: the part a figure plays, why, and the values it stands against."""
    found: dict[int, Part] = {}
    for key, kind in sorted({(item.key, item.kind) for item in store.corrected}):
        if kind not in ("level", "growth"):
            continue
        series = store.series(key, kind=kind)
        rows = [item for item in store.corrected if item.key == key and item.kind == kind]
        for point in series.points:
            found[point.row] = ("used", ("", ""), "")
            for other in rows:
                if other.period == point.period and other is not point and agree(other, point):
                    found[other.row] = ("same", ("", ""), "")
        for clash in series.conflicts:
            others = ", ".join(dict.fromkeys(f"{item.value:g}" for item in clash.others))
            found[clash.used.row] = ("used", (clash.rule.vi, clash.rule.en), others)
            for other in clash.others:
                found[other.row] = ("aside", (clash.rule.vi, clash.rule.en), f"{clash.used.value:g}")
    for item in store.corrections:
        for figure in store.observations:
            if item.matches(figure) and item.action == "exclude":
                found[figure.row] = ("excluded", (provenance.signed(item.reason.vi), provenance.signed(item.reason.en)), "")
    return found


def target_rows(store: Evidence, known: Mapping[str, str], titles: Mapping[str, provenance.Said]) -> list[dict[str, Any]]:
    """The register of targets: what each document asks for, which documents disagree, what was superseded; `known` and `titles`
    as `provenance.said` wants them."""
    documents = {item.id: item.document for item in store.targets}
    groups: dict[tuple, set[float | None]] = {}
    for item in store.targets:
        groups.setdefault(_same_question(item), set()).add(item.value)
    return [
        {
            "target": item,
            "indicator": store.indicators[item.indicator].name if item.indicator in store.indicators else Text(item.indicator, item.indicator),
            "territory": store.territories[item.territory].name,
            "asks": {one: _asks(item, one) for one in ("vi", "en")},
            "clash": item.value is not None and len(groups[_same_question(item)] - {None}) > 1,
            "baseline": store.target_facts.get(item.id, {}),
            "place": provenance.said(item.locator, known, titles),
            "note": provenance.said(item.note, known, titles),
            "superseded": documents.get(item.superseded_by, item.superseded_by),
        }
        for item in sorted(store.targets, key=lambda one: (_rank(one), one.row))
    ]  # fmt: skip


def clashes(store: Evidence) -> list[Text]:
    """One sentence for each indicator, territory and year for which documents ask for different values."""
    groups: dict[tuple[str, str, int], list[Target]] = {}
    for item in store.targets:
        if item.value is not None:
            groups.setdefault((item.indicator, item.territory, item.last), []).append(item)
    return [_clash(store, group) for group in groups.values() if len({(item.value, item.value_high) for item in group}) > 1]


def _clash(store: Evidence, group: list[Target]) -> Text:
    first = group[0]
    named = store.indicators[first.indicator].name if first.indicator in store.indicators else first.name
    place = store.territories[first.territory].name
    vi, en = ("; ".join(f"{item.document}: {_asks(item, one)}" for item in group) for one in ("vi", "en"))
    return Text(f"{named.vi}, {place.vi}, đến {first.last} – {vi}.", f"{named.en}, {place.en}, by {first.last} – {en}.")


def _rank(item: Target) -> int:
    """The three headline indicators first, the nation's own targets after the province's."""
    heads = ("labour_productivity_growth", "digital_economy_share", "ecommerce_growth")
    return (heads.index(item.indicator) if item.indicator in heads else len(heads)) + 10 * (item.territory == "viet_nam")


def _same_question(item: Target) -> tuple:
    """Documents speak of the same thing where indicator, kind and last year agree, whatever the territory's borders."""
    return (item.indicator, item.kind.split("_")[0], item.last, item.territory == "viet_nam")


def _asks(item: Target, language: str) -> str:
    if item.value is None:
        return "chưa đọc được giá trị" if language == "vi" else "value not readable"
    high = "" if item.value_high is None else f"–{words.plain_number(item.value_high, language)}"
    signs = {"at_least": ("ít nhất", "at least"), "at_most": ("nhiều nhất", "at most"), "above": ("trên", "above"), "about": ("khoảng", "about")}
    span = str(item.last) if item.first == item.last else f"{item.first}–{item.last}"
    said = f"{phrase(signs, item.direction, language)} {words.plain_number(item.value, language)}{high} {words.unit_text(item.unit, language)}"
    each = {"growth_each_year": ("từng năm", "each year"), "growth_average": ("bình quân", "on average")}.get(item.kind)
    return f"{said} ({span}{', ' + phrase({'x': each}, 'x', language) if each else ''})"


def _without(store: Evidence) -> list[Text]:
    """Indicators with a target for the province for which no figure of the province is known."""
    asked = dict.fromkeys(item.indicator for item in store.targets if item.territory != "viet_nam")
    known = {item.key.indicator for item in store.observations if item.key.territory in OWN[:3]}
    return [store.indicators[name].name for name in asked if name not in known and name in store.indicators]


def _spoken(name: str, language: str) -> str:
    """A candidate's name with who measures it in words, where it ends in an id ('... (nso)')."""
    said = {f"({code})": f"({phrase(vocabulary.SWITCH_LABELS, code, language)})" for code in ("nso", "mic")}
    return next((name.replace(code, text) for code, text in said.items() if name.endswith(code)), name)


def _from_runs(root: Path) -> tuple[list[dict[str, Any]], list[dict[str, Any]], str]:
    """Which missing figure would narrow a published answer most, and what could not be answered; empty where nothing is published."""
    try:
        published = reading.read(root)
    except PublishError:
        return [], [], ""
    helpful, refused = [], []
    for run in published.runs:
        place = {"indicator": run.indicator, "territory": run.territory, "measure": run.measure, "run_id": run.run_id}
        if run.refused:
            refused.append({**place, "reason": {language: run.manifest.get(f"reason_{language}", "") for language in ("vi", "en")}})
        for row in words.rows_of(run.tables.get("information")):
            if row["narrowing_percent"] is not None and row["narrowing_percent"] >= NOISE:
                helpful.append({**place, **row, **{f"name_{one}": _spoken(row[f"name_{one}"], one) for one in ("vi", "en")}})
    helpful.sort(key=lambda row: -row["narrowing_percent"])
    seen: set[tuple] = set()
    first = [row for row in helpful if (key := (row["candidate"], row["territory"], row["quantity"])) not in seen and not seen.add(key)]
    return first, refused, published.published_at
