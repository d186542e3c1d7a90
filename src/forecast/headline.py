"""The headline indicators and the province's territories, each said once: in data/indicators.yml and data/territories.yml.

An indicator is one of the headline's when its entry in data/indicators.yml has a section `headline`. That section, the notebook it
names and a plan are all that a further indicator needs:

    notebook      its document in notebooks/
    national      the nation's indicator that its draws start from (itself unless given)
    growth        the nation's yearly growth rates to chain, where levels do not share one definition
    judged        what targets and comparisons speak of: level (unless given) or growth_average, percent a year
    target        the indicator that its targets and published growth rates are of (itself unless given)
    measures      who measures it for the nation, the usual one first (as in its entry unless given)
    leads         by territory (`any`: every other) the ids of the targets that lead, the first one first
    asked         the yearly growth rates the programme asks for, percent, which the first sentence answers
    shown         the indicators whose figures a reader sees (itself unless given)
    assumptions   how the ids of data/assumptions.yml begin that it rests on, those of its gap to the nation first
    territories   where it can be asked (every province unless given)

A territory with `headline: true` in data/territories.yml is one of the province's own. How figures of a province are read for the
indicator is in `models.provincial.province.READINGS` (its published levels and growth rates unless it stands there), what levers
push it in `policy.levers.identities`.
"""

from __future__ import annotations

import contextlib
import functools
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Literal, NamedTuple

from forecast import evidence, files
from forecast.domain import Key, Kind, Scale, Text
from forecast.errors import EvidenceError, RefusedError
from forecast.evidence import Evidence
from forecast.evidence.records import ranked_name, short_name

NATION = "viet_nam"
# the indicators whose identities (policy.levers) and readings (models.provincial) the kit knows
PRODUCTIVITY, DIGITAL, ECOMMERCE = "labour_productivity_real", "digital_economy_share", "ecommerce_revenue"
_KEYS = {"notebook", "national", "growth", "judged", "target", "measures", "asked", "shown", "assumptions", "territories", "leads"}


@dataclass(frozen=True)
class Study:
    """How one headline indicator is studied; `scale`, `support` and `national_unit` are those of the nation's history."""

    indicator: str
    unit: str
    national: str
    national_unit: str
    scale: Scale
    support: tuple[float | None, float | None]
    judged: Literal["level", "growth_average"]
    target_indicator: str
    measures: tuple[str, ...]
    own_measures: tuple[str, ...]  # of its figures in the province
    shown: tuple[str, ...]
    assumptions: tuple[str, ...]
    notebook: str
    territories: tuple[str, ...] = ()  # empty: the province's
    weight: str = ""  # denominator of the ratio across territories; empty for a flow, which adds
    growth: str = ""
    asked: tuple[float, ...] = ()
    leads: tuple[tuple[str, tuple[str, ...]], ...] = ()  # territory, ids of targets

    @property
    def prefix(self) -> str:
        """How the ids of the assumptions of its gap to the nation begin."""
        return self.assumptions[0] if self.assumptions else self.indicator

    @property
    def judged_unit(self) -> str:
        return "percent_per_year" if self.judged == "growth_average" else self.unit

    @property
    def grows(self) -> bool:
        """Whether its yearly growth in percent says something: not of a share."""
        return self.scale == "log"

    def measured_by(self, asked: str) -> str:
        """`asked` where it measures this indicator for the nation, else the usual measure."""
        return asked if asked in self.measures else self.measures[0]

    def of_nation(self, measure: str) -> tuple[Key, Kind]:
        """The nation's published series behind the study, and what its figures are."""
        return Key(self.growth or self.national, measure, NATION), "growth" if self.growth else "level"

    def leading(self, territory: str) -> tuple[str, ...]:
        """The ids of the targets that lead for a territory, as written in data; empty where no order is written."""
        orders = dict(self.leads)
        return orders.get(territory, orders.get("any", ()))

    def own_measure(self, asked: str) -> str:
        """The measure of the province's own figures beside `asked`."""
        return asked if asked in self.own_measures else self.own_measures[0]


class Registers(NamedTuple):
    """What the registers of a project say without any figure."""

    studies: Mapping[str, Study]
    territories: tuple[str, ...]  # the province's own, today's first
    choices: tuple[str, ...]  # the province's own and their components
    provinces: tuple[str, ...] = ()  # every province an indicator can be asked of, the choices first
    names: Mapping[str, Text] = {}  # of every territory


def studies(store: Evidence) -> dict[str, Study]:
    """The headline indicators by id, in the order of their register."""
    return {name: study_of(store, name) for name, facts in store.details.items() if facts.get("headline")}


def study_of(store: Evidence, indicator: str) -> Study:
    """The study of a headline indicator; raises RefusedError naming those there are."""
    facts = (store.details.get(indicator) if isinstance(indicator, str) else None) or {}
    if not facts.get("headline"):
        names = ", ".join(studies(store))
        raise RefusedError(f"Chưa có mô hình cho '{indicator}'; có: {names}.", f"No model for '{indicator}'; there are: {names}.")
    if facts["headline"] is True:  # figures kept from before the section was there
        return registered().studies[indicator]
    return _study(store.details, indicator)


def territories(store: Evidence) -> tuple[str, ...]:
    """The province's own territories, today's first."""
    marked = {name: territory.valid_to is not None for name, territory in store.territories.items() if territory.headline}
    return tuple(sorted(marked, key=lambda name: marked[name])) or registered().territories


def choices_of_measure(store: Evidence) -> tuple[str, ...]:
    """The measures a reader can choose between: those of the indicators that several measure."""
    return tuple(dict.fromkeys(name for study in studies(store).values() if len(study.measures) > 1 for name in study.measures))


def registered(root: Path | None = None) -> Registers:
    """The headline as the registers of the project at `root` name it, for whoever needs no figures.

    A project without registers is read by the kit's own. Raises EvidenceError for registers that cannot be read.
    """
    folder = files.find_root(root) / "data"
    if not (folder / "indicators.yml").exists():
        folder = files.shipped() / "data"
    return _registered(folder, *(path.stat().st_mtime_ns for path in (folder / "indicators.yml", folder / "territories.yml")))


def warm_up() -> None:
    """Read the project's registers once, so that processes forked from this one need not while they are the same."""
    with contextlib.suppress(EvidenceError, OSError):
        registered()


def home(root: Path | None = None) -> Text:
    """The province's name as on papers: 'Hưng Yên'."""
    registers = registered(root)
    return short_name(registers.names[registers.territories[0]]) if registers.territories else Text.same("")


def other_province(territory: str, root: Path | None = None) -> str:
    """The short name of a territory that is not the project's own: 'Hải Dương'; empty for the project's own and for none."""
    registers = registered(root)
    own = territory in (*registers.territories, *registers.choices)
    return "" if own or territory not in registers.names else short_name(registers.names[territory]).vi


def ranked(root: Path | None = None) -> Text:
    """The province's name with its rank, which begins a line: 'Tỉnh Hưng Yên', 'Thành phố Hà Nội'."""
    registers = registered(root)
    name = ranked_name(registers.territories[0], registers.names[registers.territories[0]]) if registers.territories else Text.same("")
    return Text(name.vi[:1].upper() + name.vi[1:], name.en)


@functools.lru_cache(maxsize=4)
def _registered(folder: Path, *_changed: int) -> Registers:
    details, every = evidence.registers(folder)
    marked = [name for name, facts in every.items() if facts.get("headline")]
    parts = [part for name in marked for part in every[name].get("components", ())]
    today = sorted(marked, key=lambda name: "valid_to" in every[name])
    named = {name: _study(details, name) for name, facts in details.items() if facts.get("headline")}
    others = sorted(name for name, facts in every.items() if facts.get("kind", "province") == "province")
    choices = tuple(dict.fromkeys([*marked, *parts]))
    names = {name: Text(facts["name"]["vi"], facts["name"]["en"]) for name, facts in every.items()}
    return Registers(named, tuple(today), choices, tuple(dict.fromkeys([*choices, *others])), names)


def _study(details: Mapping[str, Any], name: str) -> Study:
    facts, section = details[name], details[name]["headline"]
    if not isinstance(section, Mapping) or "notebook" not in section or set(section) - _KEYS:
        raise EvidenceError(
            f"indicators.yml, {name}: mục headline cần notebook, và chỉ nhận {', '.join(sorted(_KEYS))}.",
            f"indicators.yml, {name}: the section headline needs a notebook and takes {', '.join(sorted(_KEYS))} only.",
        )
    national = details.get(section.get("national", name)) or {}
    low, high = national.get("support", (None, None))
    chained = section.get("growth", "")
    return Study(
        indicator=name,
        unit=facts["unit"],
        national=section.get("national", name),
        national_unit=national.get("unit", ""),
        scale="log" if chained else national.get("scale", "identity"),
        support=(0.0, None) if chained else (None if low is None else float(low), None if high is None else float(high)),
        judged=section.get("judged", "level"),
        target_indicator=section.get("target", name),
        measures=tuple(section.get("measures", facts["measures"])),
        own_measures=tuple(facts["measures"]),
        shown=tuple(section.get("shown", (name,))),
        assumptions=tuple(section.get("assumptions", ())),
        notebook=section["notebook"],
        territories=tuple(section.get("territories", ())),
        weight=facts.get("denominator", "") if facts.get("aggregate") == "ratio" else "",
        growth=chained,
        asked=tuple(float(rate) for rate in section.get("asked", ())),
        leads=tuple((str(name), tuple(order)) for name, order in (section.get("leads") or {}).items()),
    )
