"""The records of the data folder and how one line or YAML entry becomes one; each refusal says what to write instead."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any, Literal, get_args

from forecast.domain import Indicator, Key, Kind, Observation, Period, Scale, Target, Text
from forecast.domain.figures import Aggregate, Bound, Direction, Status, TargetKind
from forecast.errors import EvidenceError
from forecast.evidence.tables import Row, day, number

TerritoryKind = Literal["province", "nation", "region", "average"]
PILLARS = ("digital_government", "digital_economy", "digital_society", "context")


@dataclass(frozen=True)
class Source:
    """Where figures come from; `vintage` is the latest day consistent with `published`, the text as found."""

    id: str
    title: str
    publisher: str
    published: str
    vintage: date
    url: str
    licence: str = ""
    seed_id: str = ""
    summary: str = ""
    row: int = 0


@dataclass(frozen=True)
class Territory:
    """A territory and the days it existed between; a merged one names its components."""

    id: str
    name: Text
    valid_from: date | None = None
    valid_to: date | None = None
    components: tuple[str, ...] = ()
    parent: str = ""
    headline: bool = False  # one of the province's own, which the answers are about
    kind: TerritoryKind = "province"


CITIES = ("ha_noi", "hue", "hai_phong", "da_nang", "can_tho", "ho_chi_minh_city")  # under the central government


def short_name(name: Text) -> Text:
    """A territory's name as on papers, without the days it existed: 'Hưng Yên', 'Hồ Chí Minh'."""
    return Text(name.vi.split(" (")[0].removeprefix("TP. "), name.en.split(" (")[0].removesuffix(" City"))


def ranked_name(territory: str, name: Text) -> Text:
    """The short name with its rank: 'tỉnh Hưng Yên', 'thành phố Hà Nội'."""
    short = short_name(name)
    if territory.removesuffix("_2025").removesuffix("_pre2025") in CITIES:
        return Text(f"thành phố {short.vi}", f"{short.en} city")
    return Text(f"tỉnh {short.vi}", f"{short.en} province")


@dataclass(frozen=True)
class Correction:
    """A reviewed correction of a wrong figure; `guard` is the number of rows it must match."""

    id: str
    match: Mapping[str, Any]
    action: str  # exclude | replace
    reason: Text
    decided: date
    guard: int = 1
    value: float | None = None

    def matches(self, figure: Observation) -> bool:
        """True if every field named in `match` equals the figure's."""
        for name, value in self.match.items():
            fact = getattr(figure.key if name in ("indicator", "measure", "territory") else figure, name)
            if (fact != float(value)) if name == "value" else (str(fact) != str(value)):
                return False
        return True


def _number(row: Row, column: str) -> float:
    try:
        return number(row[column])
    except ValueError:
        raise EvidenceError(
            f"cột {column}: '{row[column]}' không phải số hợp lệ; viết 1234.5 (dấu chấm thập phân, không dấu ngăn nghìn, không ký hiệu).",
            f"column {column}: '{row[column]}' is not a valid number; write 1234.5 (decimal point, no thousands mark, no sign of unit).",
        ) from None


def _optional(row: Row, column: str) -> float | None:
    return _number(row, column) if row[column] else None


def _day(row: Row, column: str) -> date:
    try:
        return day(row[column])
    except ValueError:
        raise EvidenceError(
            f"cột {column}: '{row[column]}' không phải ngày; viết năm-tháng-ngày, ví dụ 2024-01-31.",
            f"column {column}: '{row[column]}' is not a date; write year-month-day, such as 2024-01-31.",
        ) from None


def _choice(row: Row, column: str, literal: Any) -> Any:
    """The cell, one of the values of a `Literal` type."""
    allowed = get_args(literal)
    if row[column] not in allowed:
        raise EvidenceError(
            f"cột {column}: '{row[column]}' không thuộc {', '.join(allowed)}.",
            f"column {column}: '{row[column]}' is none of {', '.join(allowed)}.",
        )
    return row[column]


def _year(row: Row, column: str) -> int:
    if not (row[column].isdigit() and len(row[column]) == 4):
        raise EvidenceError(
            f"cột {column}: '{row[column]}' không phải năm bốn chữ số.",
            f"column {column}: '{row[column]}' is not a four-digit year.",
        )
    return int(row[column])


def to_observation(row: Row) -> Observation:
    """A figure from its line of observations.csv; EvidenceError names the column, DomainError the value."""
    return Observation(
        key=Key(row["indicator"], row["measure"], row["territory"]),
        period=Period.parse(row["period"]),
        kind=_choice(row, "kind", Kind),
        value=_number(row, "value"),
        high=_optional(row, "high"),
        unit=row["unit"],
        vintage=_day(row, "vintage"),
        status=_choice(row, "status", Status),
        bound=_choice(row, "bound", Bound),
        edition=row["edition"],
        source=row["source"],
        locator=row["locator"],
        note=row["note"],
        row=row.line,
    )


def to_source(row: Row) -> Source:
    """A source from its line of sources.csv."""
    texts = {name: row[name] for name in ("title", "publisher", "published", "url", "licence", "seed_id", "summary")}
    return Source(id=row["source"], vintage=_day(row, "vintage"), row=row.line, **texts)


def to_target(row: Row) -> Target:
    """A target from its line of targets.csv."""
    texts = "indicator measure territory unit document issued superseded_by source locator note"
    facts: dict[str, Any] = {name: row[name] for name in texts.split()}
    return Target(
        id=row["target"],
        first=_year(row, "first"),
        last=_year(row, "last"),
        kind=_choice(row, "kind", TargetKind),
        direction=_choice(row, "direction", Direction),
        value=_optional(row, "value"),
        value_high=_optional(row, "value_high"),
        name=Text(row["name_vi"], row["name_en"]),
        row=row.line,
        **facts,
    )


def bilingual(value: Mapping[str, str]) -> Text:
    """The text of a YAML entry {vi: ..., en: ...}; KeyError where a language is missing."""
    return Text(str(value["vi"]), str(value["en"]))


def to_indicator(entry: tuple[str, Mapping[str, Any]]) -> Indicator:
    """An indicator from its id and facts in indicators.yml."""
    name, facts = entry
    scale, aggregate, pillar = facts["scale"], facts.get("aggregate", "none"), facts.get("pillar", "")
    for value, allowed in ((scale, get_args(Scale)), (aggregate, get_args(Aggregate)), (pillar, PILLARS)):
        if value not in allowed:
            raise EvidenceError(
                f"{name}: '{value}' không thuộc {', '.join(allowed)}.",
                f"{name}: '{value}' is none of {', '.join(allowed)}.",
            )
    low, high = facts["support"]
    return Indicator(
        id=name,
        name=bilingual(facts["name"]),
        unit=facts["unit"],
        scale=scale,
        support=(None if low is None else float(low), None if high is None else float(high)),
        pillar=pillar,
        price_basis=facts.get("price_basis", ""),
        aggregate=aggregate,
        measures=tuple(facts.get("measures", ())),
        definition=bilingual(facts["definition"]),
    )


def to_territory(entry: tuple[str, Mapping[str, Any]]) -> Territory:
    """A territory from its id and facts in territories.yml."""
    name, facts = entry
    Key("indicator", "measure", name)
    components, parent = tuple(facts.get("components", ())), facts.get("parent", "")
    days = facts.get("valid_from"), facts.get("valid_to")
    own, kind = facts.get("headline", False), facts.get("kind", "province")
    if own not in (True, False) or kind not in get_args(TerritoryKind):
        kinds = ", ".join(get_args(TerritoryKind))
        vi = f"{name}: headline là true hoặc false, kind là một trong {kinds}."
        raise EvidenceError(vi, f"{name}: headline is true or false, kind one of {kinds}.")
    return Territory(name, bilingual(facts["name"]), *days, components, parent, own, kind)


def to_correction(facts: Mapping[str, Any]) -> Correction:
    """A correction from its entry in corrections.yml."""
    name, action = facts["id"], facts["action"]
    if action not in ("exclude", "replace") or (action == "replace") != ("value" in facts):
        raise EvidenceError(
            f"{name}: action phải là exclude, hoặc replace kèm value.",
            f"{name}: action must be exclude, or replace with a value.",
        )
    unknown = sorted(set(facts["match"]) - {"indicator", "measure", "territory", "period", "kind", "source", "value"})
    if unknown:
        raise EvidenceError(f"{name}: match có trường lạ {unknown}.", f"{name}: unknown fields in match {unknown}.")
    value = float(facts["value"]) if "value" in facts else None
    reason = bilingual(facts["reason"])
    return Correction(name, dict(facts["match"]), action, reason, facts["decided"], int(facts["guard"]), value)
