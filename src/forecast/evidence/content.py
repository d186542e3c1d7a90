"""The data folder as typed records, with a finding for every line that cannot become one; nothing here raises."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field, replace
from datetime import date
from functools import cached_property
from pathlib import Path
from typing import Any

from forecast.domain import Indicator, Key, Kind, Lever, Observation, Scenario, Series, Target, because
from forecast.errors import ForecastError
from forecast.evidence import pending, records
from forecast.evidence.corrections import apply_corrections
from forecast.evidence.findings import Finding
from forecast.evidence.records import Correction, Source, Territory
from forecast.evidence.releases import FILE as CALENDAR
from forecast.evidence.releases import Release, read_releases
from forecast.evidence.resolve import resolve
from forecast.evidence.scenarios import FILE as LEVERS
from forecast.evidence.scenarios import Ids, read_levers, read_scenarios
from forecast.evidence.tables import Row, read_table, read_yaml

OBSERVATIONS, SOURCES, TARGETS = "observations.csv", "sources.csv", "targets.csv"
INDICATORS, TERRITORIES = "indicators.yml", "territories.yml"
CORRECTIONS, ASSUMPTIONS = "corrections.yml", "assumptions.yml"
COLUMNS = {
    OBSERVATIONS: "indicator measure territory period kind value high unit vintage status bound edition source locator note",
    SOURCES: "source title publisher published vintage url licence seed_id summary",
    TARGETS: "target indicator measure territory kind direction value value_high unit first last document issued name_vi"
    " name_en baseline baseline_year pillar superseded_by source locator note",
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
    corrections: tuple[Correction, ...] = ()
    assumptions: dict[str, Any] = field(default_factory=dict)
    scenario_levers: dict[str, Lever] = field(default_factory=dict)
    lever_facts: dict[str, Mapping] = field(default_factory=dict)  # levers.yml, facts: as written
    scenarios: dict[str, Scenario] = field(default_factory=dict)  # newest by id, every version by id@version
    releases: dict[str, Release] = field(default_factory=dict)
    problems: tuple[Finding, ...] = ()

    @cached_property
    def corrected(self) -> tuple[Observation, ...]:
        """All figures with the corrections applied."""
        return apply_corrections(self.observations, self.corrections)

    @cached_property
    def series(self) -> dict[tuple[Key, Kind], Series]:
        """The levels and the growth rates of every key as a series uses them, as known on the newest day."""
        groups: dict[tuple[Key, Kind], list[Observation]] = {}
        for figure in self.corrected:
            if figure.kind in ("level", "growth") and figure.key.indicator in self.indicators:
                groups.setdefault((figure.key, figure.kind), []).append(figure)
        last = max((figure.vintage for figure in self.observations), default=date.min)
        return {(key, kind): resolve(group, key, kind, "", last) for (key, kind), group in groups.items()}

    @property
    def ids(self) -> Ids:
        """The ids a scenario may use."""
        return Ids(self.scenario_levers, readable_targets(self.targets), self.territories, frozenset(self.sources))


def readable_targets(targets: Iterable[Target]) -> dict[str, bool]:
    """Whether the value of each target is readable, by id."""
    return {target.id: target.value is not None for target in targets}


def read_content(folder: Path) -> Content:
    """Read the whole folder; what cannot be read is in `problems`."""
    pending.finish(folder)
    rows, trees, problems = _files(folder)

    def build(file: str, make: Callable, entries: Iterable) -> list:
        made = (_attempt(problems, file, make, entry) for entry in entries)
        return [record for record in made if record is not None]

    details, territories, assumptions = (
        trees[name] if isinstance(trees[name], dict) else {} for name in (INDICATORS, TERRITORIES, ASSUMPTIONS)
    )
    rules = trees[CORRECTIONS] if isinstance(trees[CORRECTIONS], list) else []
    indicators = build(INDICATORS, records.to_indicator, details.items())
    sources = build(SOURCES, records.to_source, rows[SOURCES])
    problems += _twice(SOURCES, [(row["source"], row.line) for row in rows[SOURCES]])
    problems += _twice(TARGETS, [(row["target"], row.line) for row in rows[TARGETS]])
    levers, facts, findings = read_levers(trees[LEVERS], [source.id for source in sources])
    releases, strange = read_releases(trees[CALENDAR])
    content = Content(
        folder=folder,
        indicators={indicator.id: indicator for indicator in indicators},
        details=details,
        sources={source.id: source for source in sources},
        territories={record.id: record for record in build(TERRITORIES, records.to_territory, territories.items())},
        observations=tuple(build(OBSERVATIONS, records.to_observation, rows[OBSERVATIONS])),
        targets=tuple(build(TARGETS, records.to_target, rows[TARGETS])),
        target_rows=tuple(rows[TARGETS]),
        corrections=tuple(build(CORRECTIONS, records.to_correction, rules)),
        assumptions=assumptions,
        scenario_levers=levers,
        lever_facts=facts,
        releases=releases,
    )
    read, refused = read_scenarios(folder, content.ids)
    return replace(content, scenarios=read, problems=(*problems, *findings, *strange, *refused))


def _files(folder: Path) -> tuple[dict[str, list[Row]], dict[str, Any], list[Finding]]:
    """The rows of every table and the content of every register, and what is wrong with them as files."""
    problems: list[Finding] = []
    rows: dict[str, list[Row]] = {}
    for name, columns in COLUMNS.items():
        rows[name], findings = read_table(folder / name, columns.split())
        problems += findings
    trees: dict[str, Any] = {}
    for name in (INDICATORS, TERRITORIES, CORRECTIONS, ASSUMPTIONS, LEVERS, CALENDAR):
        trees[name], findings = read_yaml(folder / name, required=name in (INDICATORS, TERRITORIES))
        problems += findings
    return rows, trees, problems + _forms(trees)


def _forms(trees: Mapping[str, Any]) -> list[Finding]:
    """A finding for every register that is there and holds no entries, or entries of another form."""
    findings = []
    for name, tree in trees.items():
        wanted = list if name == CORRECTIONS else dict
        if tree is not None and not isinstance(tree, wanted):
            form = ("danh sách", "a list") if wanted is list else ("các mục 'tên: ...'", "entries 'name: ...'")
            findings.append(Finding("readable", "error", name, 0, f"tệp phải là {form[0]}.", f"the file must be {form[1]}."))
    return findings


def _attempt(problems: list[Finding], file: str, make: Callable, entry: Any) -> Any:
    line = entry.line if isinstance(entry, Row) else 0
    try:
        return make(entry)
    except ForecastError as error:
        problems.append(Finding("readable", "error", file, line, error.vi, error.en))
    except (KeyError, TypeError, ValueError, AttributeError) as error:
        why = because(error)
        where = f"{entry[0]}: " if isinstance(entry, tuple) and entry[0] else ""
        text = (f"{where}bản ghi thiếu hoặc sai: {why.vi}.", f"{where}incomplete or wrong record: {why.en}.")
        problems.append(Finding("readable", "error", file, line, *text))
    return None


def _twice(file: str, ids: Iterable[tuple[str, int]]) -> list[Finding]:
    seen: dict[str, int] = {}
    findings = []
    for name, line in ids:
        if name in seen:
            text = (f"mã '{name}' đã có ở dòng {seen[name]}.", f"id '{name}' already stands on line {seen[name]}.")
            findings.append(Finding("readable", "error", file, line, *text))
        seen.setdefault(name, line)
    return findings
