"""Which series of the kit a line of a file is: told once by a person, kept by the file's shape, used for the next file of that shape.

`data/incoming/mappings/<shape>.yml`: who told it and when, `rows` (name and unit as printed, kind; the indicator and measure, or
`skip: true`) and `places` (a territory as printed and its id).
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import date
from decimal import Decimal
from pathlib import Path
from typing import Any

import yaml

from forecast import files
from forecast.domain import Indicator, Text
from forecast.errors import EvidenceError
from forecast.evidence.intake.figures import SheetFigure
from forecast.evidence.intake.phrases import SCALES, bare
from forecast.evidence.records import Territory
from forecast.evidence.tables import read_yaml
from forecast.units import UNITS

FOLDER = Path("incoming") / "mappings"
_BASES = {
    "vnd": "dong",
    "usd": "usd",
    "do la": "usd",
    "do la my": "usd",
    "persons": "nguoi",
    "person": "nguoi",
    "phan tram": "%",
    "lao dong co viec lam": "lao dong",
}
_UNITS: dict[str, tuple[float, str]] = {  # of the kit: how many of what
    "vnd_bn": (1e9, "dong"),
    "vnd_mn": (1e6, "dong"),
    "usd_bn": (1e9, "usd"),
    "usd": (1, "usd"),
    "thousand_persons": (1e3, "nguoi"),
    "million_persons": (1e6, "nguoi"),
    "vnd_mn_per_worker": (1e6, "dong/lao dong"),
    "usd_per_worker": (1, "usd/lao dong"),
    "vnd_mn_per_person": (1e6, "dong/nguoi"),
    "percent": (1, "%"),
    "percent_per_year": (1, "%"),
    "rank": (1, "thu hang"),
    "score": (1, "diem"),
    "points": (1, "diem"),
}
GROWTH = {"index_py100": Decimal(100), "growth": Decimal(0)}  # what to take off for per cent a year


@dataclass(frozen=True)
class Kept:
    """What a person said of one shape; `rows` by (name, unit, kind) without marks, 'indicator/measure' or '' for skipped."""

    shape: str
    rows: Mapping[tuple[str, str, str], str] = field(default_factory=dict)
    places: Mapping[str, str] = field(default_factory=dict)
    by: str = ""
    made: str = ""


@dataclass(frozen=True)
class Mapped:
    """A figure as the kit would enter it; `problem` says why it cannot be, `skipped` that nobody wants it."""

    figure: SheetFigure
    indicator: str = ""
    measure: str = ""
    territory: str = ""
    kind: str = ""
    value: Decimal = Decimal(0)
    unit: str = ""
    problem: Text | None = None
    skipped: bool = False
    asks: str = ""  # row or place: what a person has to tell once


def row_key(figure: SheetFigure) -> tuple[str, str, str]:
    """By what a row is known again next month."""
    return bare(figure.indicator), bare(figure.unit), figure.kind


def read_mapping(data: Path, shape: str) -> Kept:
    """The mapping kept for a shape, an empty one where none is; EvidenceError for a file that cannot be read."""
    tree, problems = read_yaml(data / FOLDER / f"{shape}.yml", required=False)
    if problems or not isinstance(tree, (dict, type(None))):
        reason = problems[0].text if problems else Text("không phải các mục", "no entries")
        raise EvidenceError(
            f"Bảng ghép {shape}.yml hỏng: {reason.vi}", f"The mapping {shape}.yml is broken: {reason.en}"
        )
    if not tree:
        return Kept(shape)
    rows = {
        (bare(r["name"]), bare(r["unit"]), r.get("kind", "level")): "" if r.get("skip") else r["series"]
        for r in tree.get("rows", ())
    }
    return Kept(
        shape,
        rows,
        {bare(k): v for k, v in tree.get("places", {}).items()},
        str(tree.get("by", "")),
        str(tree.get("made", "")),
    )


def keep_mapping(data: Path, mapping: Kept, figures: Iterable[SheetFigure], file: str) -> Path:
    """Write a mapping with the names as they are printed."""
    printed = {row_key(figure): figure for figure in figures}
    rows = []
    for key, series in mapping.rows.items():
        figure = printed.get(key)
        facts = {
            "name": figure.indicator if figure else key[0],
            "unit": figure.unit if figure else key[1],
            "kind": key[2],
        }
        rows.append({**facts, **({"series": series} if series else {"skip": True})})
    names = {bare(figure.territory): figure.territory for figure in figures}
    places = {names.get(printed, printed): name for printed, name in mapping.places.items()}
    content = {"by": mapping.by, "made": mapping.made, "file": file, "rows": rows, "places": places}
    path = data / FOLDER / f"{mapping.shape}.yml"
    path.parent.mkdir(parents=True, exist_ok=True)
    files.write_whole(path, yaml.safe_dump(content, allow_unicode=True, sort_keys=False))
    return path


def told(
    mapping: Kept,
    rows: Sequence[str],
    places: Sequence[str],
    skip_rest: bool,
    figures: Sequence[SheetFigure],
    *,
    by: str,
    on: date,
) -> Kept:
    """The mapping with what a person says: 'tên=chỉ_tiêu/nguồn_đo' and 'tên địa phương=mã'; EvidenceError for another form."""
    series_of, named = dict(mapping.rows), dict(mapping.places)
    for text in (*rows, *places):
        if not re.fullmatch(r".+=[a-z0-9_/]*", text):
            raise EvidenceError(f"'{text}': cần dạng tên=mã.", f"'{text}': name=id is needed.")
    for text in rows:
        name, _, series = text.rpartition("=")
        keys = [row_key(figure) for figure in figures if bare(figure.indicator) == bare(name)]
        if not keys or (series and series.count("/") != 1):
            raise EvidenceError(
                f"'{text}': tệp không có dòng này, hoặc mã không phải chỉ_tiêu/nguồn_đo.",
                f"'{text}': no such row, or not indicator/measure.",
            )
        series_of |= dict.fromkeys(keys, series)
    for text in places:
        name, _, territory = text.rpartition("=")
        named[bare(name)] = territory
    if skip_rest:
        series_of |= {row_key(figure): "" for figure in figures if row_key(figure) not in series_of and not figure.code}
    return replace(mapping, rows=series_of, places=named, by=by, made=on.isoformat())


def map_figures(
    figures: Iterable[SheetFigure],
    mapping: Kept,
    indicators: Mapping[str, Indicator],
    territories: Mapping[str, Territory],
) -> list[Mapped]:
    """Every figure with its series, or what a person still has to tell. A template's lines carry their series themselves."""
    plain: dict[str, list[Indicator]] = {}
    for indicator in indicators.values():
        plain.setdefault(_plain(indicator.name.vi), []).append(indicator)
    names: dict[str, list[str]] = {}
    for territory in territories.values():
        names.setdefault(bare(re.sub(r"\s*\(.*\)", "", territory.name.vi)), []).append(territory.id)
    return [_mapped(figure, mapping, indicators, territories, plain, names) for figure in figures]


def _plain(name: str) -> str:
    return " ".join(word for word in re.findall(r"\w+", bare(name)) if word not in ("theo", "xa", "hoi", "gdp"))


def _mapped(
    figure: SheetFigure,
    mapping: Kept,
    indicators: Mapping[str, Indicator],
    territories: Mapping[str, Territory],
    plain: Mapping[str, list[Indicator]],
    names: Mapping[str, list[str]],
) -> Mapped:
    series, territory = mapping.rows.get(row_key(figure)), mapping.places.get(bare(figure.territory), "")
    if figure.status == "plan" or (series == "" and not figure.code):
        return Mapped(figure, skipped=True)
    if figure.code:
        name, measure, territory = figure.code.split("/")
        series = f"{name}/{measure}"
    elif series is None:
        same = plain.get(_plain(figure.indicator), [])
        series = f"{same[0].id}/{same[0].measures[0]}" if len(same) == 1 and len(same[0].measures) == 1 else None
    if series is None:
        vi = f"'{figure.indicator}' ({figure.unit}): là chỉ tiêu nào của bộ công cụ?"
        return Mapped(
            figure,
            problem=Text(vi, f"'{figure.indicator}' ({figure.unit}): which indicator of the kit is it?"),
            asks="row",
        )
    candidates = names.get(bare(figure.territory), [])
    territory = territory or (candidates[0] if len(candidates) == 1 else "")
    if not territory:
        vi = f"'{figure.territory}': là địa bàn nào ({', '.join(candidates) or 'không có trong danh mục'})?"
        return Mapped(
            figure,
            problem=Text(
                vi, f"'{figure.territory}': which territory is it ({', '.join(candidates) or 'not registered'})?"
            ),
            asks="place",
        )
    name, _, measure = series.partition("/")
    if name not in indicators or territory not in territories or measure not in indicators[name].measures:
        vi = f"{series}, {territory}: không có trong danh mục chỉ tiêu, nguồn đo, địa bàn."
        return Mapped(figure, problem=Text(vi, f"{series}, {territory}: not in the registers."), asks="row")
    return _converted(figure, indicators[name], measure, territory)


def _converted(figure: SheetFigure, indicator: Indicator, measure: str, territory: str) -> Mapped:
    """The figure in the indicator's unit and kind."""
    fixed: dict[str, Any] = {"indicator": indicator.id, "measure": measure, "territory": territory, "unit": indicator.unit}
    rate = indicator.unit == "percent_per_year"
    if figure.kind in GROWTH and rate:
        return Mapped(figure, kind="growth", value=figure.value - GROWTH[figure.kind], **fixed)
    if figure.kind == "growth_average" and rate:
        return Mapped(figure, kind="growth_average", value=figure.value, **fixed)
    if figure.code and bare(figure.unit) == bare(UNITS[indicator.unit].vi):
        return Mapped(figure, kind="growth" if rate else "level", value=figure.value, **fixed)
    scale = factor(figure.unit, indicator.unit)
    if figure.kind != "level" or rate or scale is None:
        unit, no_level = UNITS[indicator.unit], figure.kind != "level"
        vi = f"'{figure.unit}'{' (so sánh, không phải mức)' if no_level else ''} không đổi được sang {unit.vi}, đơn vị của {indicator.name.vi}."
        en = f"'{figure.unit}'{' (a comparison, no level)' if no_level else ''} cannot be turned into {unit.en}, the unit of {indicator.name.en}."
        return Mapped(figure, problem=Text(vi, en), asks="row")
    return Mapped(figure, kind="level", value=figure.value * scale, **fixed)


def factor(printed: str, unit: str) -> Decimal | None:
    """How many of the kit's `unit` one of the printed unit is; None where they measure different things."""
    words = re.sub(r"\s*/\s*", "/", bare(printed))
    scale = next(
        (
            name
            for name in sorted(SCALES, key=len, reverse=True)
            if name and re.match(rf"{re.escape(name)}(?= |\Z)", words)
        ),
        "",
    )
    base = words[len(scale) :].strip() or ("dong" if scale in ("ty", "trieu", "nghin ty") else "")
    parts = [_BASES.get(part, part) for part in base.split("/")]
    if unit == "count":
        return Decimal(repr(SCALES[scale])) if len(parts) == 1 and parts[0] not in ("%", "dong", "usd") else None
    size, wanted = _UNITS.get(unit, (1.0, ""))
    return Decimal(repr(SCALES[scale])) / Decimal(repr(size)) if "/".join(parts) == wanted else None
