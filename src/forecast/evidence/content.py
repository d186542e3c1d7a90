"""The data folder as typed records, with a finding for every line that cannot become one; nothing here raises."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any

from forecast.domain import Indicator, Lever, Observation, Scenario, Target
from forecast.errors import DomainError
from forecast.evidence.findings import Finding
from forecast.evidence.records import (
    Correction,
    RecordError,
    Source,
    Territory,
    to_correction,
    to_indicator,
    to_lever,
    to_observation,
    to_source,
    to_target,
    to_territory,
)
from forecast.evidence.scenarios import FILE as SCENARIO_LEVERS
from forecast.evidence.scenarios import Known, read_levers, read_scenarios
from forecast.evidence.tables import Row, read_table, read_yaml

OBSERVATIONS, SOURCES, TARGETS, LEVERS = "observations.csv", "sources.csv", "targets.csv", "levers.csv"
INDICATORS, TERRITORIES = "indicators.yml", "territories.yml"
CORRECTIONS, ASSUMPTIONS = "corrections.yml", "assumptions.yml"
COLUMNS = {
    OBSERVATIONS: "indicator measure territory period kind value high unit vintage status bound edition source locator note",
    SOURCES: "source title publisher published vintage url licence seed_id summary",
    TARGETS: "target indicator measure territory kind direction value value_high unit first last document issued name_vi"
    " name_en baseline baseline_year pillar superseded_by source locator note",
    LEVERS: "lever name_vi name_en low central high unit source note",
}


@dataclass(frozen=True)
class Content:
    """Everything read from one data folder, and what could not be read."""

    folder: Path
    indicators: dict[str, Indicator] = field(default_factory=dict)
    details: dict[str, dict] = field(default_factory=dict)  # indicators.yml as written
    sources: dict[str, Source] = field(default_factory=dict)
    territories: dict[str, Territory] = field(default_factory=dict)
    observations: tuple[Observation, ...] = ()
    targets: tuple[Target, ...] = ()
    target_rows: tuple[Row, ...] = ()
    levers: dict[str, dict] = field(default_factory=dict)
    corrections: tuple[Correction, ...] = ()
    assumptions: dict[str, Any] = field(default_factory=dict)
    scenario_levers: dict[str, Lever] = field(default_factory=dict)
    lever_facts: dict[str, dict] = field(default_factory=dict)  # levers.yml, facts: as written
    scenarios: dict[str, Scenario] = field(default_factory=dict)  # newest by id, every version by id@version
    problems: tuple[Finding, ...] = ()

    @property
    def known(self) -> Known:
        """The ids a scenario may use."""
        readable = {item.id: item.value is not None for item in self.targets}
        return Known(self.scenario_levers, readable, self.territories, frozenset(self.sources))


def read_content(folder: Path) -> Content:
    """Read the whole folder; what cannot be read is in `problems`."""
    problems: list[Finding] = []
    rows: dict[str, list[Row]] = {}
    for name, columns in COLUMNS.items():
        rows[name], found = read_table(folder / name, columns.split())
        problems += found
    trees: dict[str, Any] = {}
    for name in (INDICATORS, TERRITORIES, CORRECTIONS, ASSUMPTIONS, SCENARIO_LEVERS):
        trees[name], found = read_yaml(folder / name, required=name in (INDICATORS, TERRITORIES))
        problems += found
    details = trees[INDICATORS] if isinstance(trees[INDICATORS], dict) else {}

    def build(file: str, make: Callable, items: Iterable) -> list:
        return [made for item in items if (made := _attempt(problems, file, make, item)) is not None]

    territories = trees[TERRITORIES] if isinstance(trees[TERRITORIES], dict) else {}
    indicators = build(INDICATORS, to_indicator, details.items())
    sources = build(SOURCES, to_source, rows[SOURCES])
    problems += _twice(SOURCES, [(row["source"], row.line) for row in rows[SOURCES]])
    problems += _twice(TARGETS, [(row["target"], row.line) for row in rows[TARGETS]])
    problems += _twice(LEVERS, [(row["lever"], row.line) for row in rows[LEVERS]])
    scenario_levers, facts, found = read_levers(trees[SCENARIO_LEVERS], [item.id for item in sources])
    content = Content(
        folder=folder,
        indicators={item.id: item for item in indicators},
        details=details,
        sources={item.id: item for item in sources},
        territories={item.id: item for item in build(TERRITORIES, to_territory, territories.items())},
        observations=tuple(build(OBSERVATIONS, to_observation, rows[OBSERVATIONS])),
        targets=tuple(build(TARGETS, to_target, rows[TARGETS])),
        target_rows=tuple(rows[TARGETS]),
        levers={row["lever"]: item for row in rows[LEVERS] for item in build(LEVERS, to_lever, [row])},
        corrections=tuple(build(CORRECTIONS, to_correction, trees[CORRECTIONS] or [])),
        assumptions=trees[ASSUMPTIONS] if isinstance(trees[ASSUMPTIONS], dict) else {},
        scenario_levers=scenario_levers,
        lever_facts=facts,
    )
    scenarios, refused = read_scenarios(folder, content.known)
    return replace(content, scenarios=scenarios, problems=(*problems, *found, *refused))


def _attempt(problems: list[Finding], file: str, make: Callable, item: Any) -> Any:
    line = item.line if isinstance(item, Row) else 0
    try:
        return make(item)
    except RecordError as refused:
        problems.append(Finding("readable", "error", file, line, *refused.text))
    except DomainError as error:
        problems.append(Finding("readable", "error", file, line, error.vi, error.en))
    except (KeyError, TypeError, ValueError, AttributeError) as error:
        name = item[0] if isinstance(item, tuple) else ""
        where = f"{name}: " if name else ""
        text = (f"{where}bản ghi thiếu hoặc sai: {error}.", f"{where}incomplete or wrong record: {error}.")
        problems.append(Finding("readable", "error", file, line, *text))
    return None


def _twice(file: str, ids: Iterable[tuple[str, int]]) -> list[Finding]:
    seen: dict[str, int] = {}
    found = []
    for name, line in ids:
        if name in seen:
            text = (f"mã '{name}' đã có ở dòng {seen[name]}.", f"id '{name}' already stands on line {seen[name]}.")
            found.append(Finding("readable", "error", file, line, *text))
        seen.setdefault(name, line)
    return found
