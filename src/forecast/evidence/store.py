"""The only reader of the data folder: figures, targets, sources and scenarios, checked, as known on a day."""

from __future__ import annotations

import difflib
from collections.abc import Mapping
from contextlib import suppress
from dataclasses import dataclass, field, fields, replace
from datetime import date
from functools import cached_property, lru_cache
from pathlib import Path
from typing import Any

from forecast import files
from forecast.domain import Indicator, Key, Kind, Lever, Observation, Scenario, Series, Target, Text, today
from forecast.errors import EvidenceError, ForecastError
from forecast.evidence import journal as reads
from forecast.evidence import pending
from forecast.evidence.checks import LATER, run_checks
from forecast.evidence.content import COLUMNS, INDICATORS, TERRITORIES, Content, read_content, readable_targets
from forecast.evidence.corrections import apply_corrections
from forecast.evidence.findings import Finding
from forecast.evidence.records import Correction, Source, Territory
from forecast.evidence.releases import Release
from forecast.evidence.resolve import resolve
from forecast.evidence.scenarios import Ids, to_scenario
from forecast.evidence.tables import read_yaml


@dataclass(frozen=True)
class Evidence:
    """The checked content of a data folder; nothing in it changes after loading."""

    folder: Path
    indicators: Mapping[str, Indicator]
    details: Mapping[str, Mapping[str, Any]]  # indicators.yml as written: limits, numerator, factor, headline
    sources: Mapping[str, Source]
    territories: Mapping[str, Territory]
    observations: tuple[Observation, ...]  # as entered, before corrections
    targets: tuple[Target, ...]
    target_facts: Mapping[str, Mapping[str, str]]  # baseline, baseline_year, pillar by target id
    corrections: tuple[Correction, ...]
    assumptions: Mapping[str, Any]
    findings: tuple[Finding, ...] = field(default=(), repr=False)  # warnings and notices
    scenario_levers: Mapping[str, Lever] = field(default_factory=dict)
    lever_facts: Mapping[str, Mapping[str, Any]] = field(default_factory=dict)
    scenarios: Mapping[str, Scenario] = field(default_factory=dict)  # newest by id, every version by id@version
    releases: Mapping[str, Release] = field(default_factory=dict)  # calendar.yml
    journal: reads.Journal | None = field(default=None, repr=False, compare=False)  # in a run: what was read

    @property
    def corrected(self) -> tuple[Observation, ...]:
        """All figures with the corrections applied."""
        self._note("corrected", (), self._corrected)
        return self._corrected

    @cached_property
    def _corrected(self) -> tuple[Observation, ...]:
        return apply_corrections(_unwatched(self.observations), _unwatched(self.corrections))

    @cached_property
    def _by_key(self) -> dict[Key, list[Observation]]:
        groups: dict[Key, list[Observation]] = {}
        for figure in self._corrected:
            groups.setdefault(figure.key, []).append(figure)
        return groups

    @cached_property
    def _by_indicator(self) -> dict[str, list[tuple[Key, list[Observation]]]]:
        groups: dict[str, list[tuple[Key, list[Observation]]]] = {}
        for key, figures in self._by_key.items():
            groups.setdefault(key.indicator, []).append((key, figures))
        return groups

    @cached_property
    def _resolved(self) -> dict[tuple[Key, date, Kind], Series]:
        """The series asked for so far."""
        return {}

    def assuming(self, values: Mapping[str, float]) -> Evidence:
        """The same evidence with other values of some assumptions; the figures are not gone through again."""
        changed = {name: {**self.assumptions[name], "value": value} for name, value in values.items()}
        other = replace(self, assumptions={**self.assumptions, **changed})
        of_figures = ("_corrected", "_by_key", "_by_indicator", "_resolved", "_newest")
        other.__dict__.update({name: getattr(self, name) for name in of_figures})
        return other

    @property
    def last_vintage(self) -> date:
        """The newest vintage in the table: the day that as_of=None stands for."""
        self._note("last_vintage", (), self._newest)
        return self._newest

    @cached_property
    def _newest(self) -> date:
        return max(figure.vintage for figure in _unwatched(self.observations))

    def _note(self, question: str, arguments: tuple[Any, ...], answer: Any) -> None:
        if self.journal is not None:
            self.journal.note(question, arguments, answer)

    def day(self, text: str) -> date:
        """The day an as_of text names: 'latest' is the newest vintage; raises EvidenceError for what is no ISO date or to come."""
        if text == "latest":
            return self.last_vintage
        try:
            day = date.fromisoformat(text)
        except (TypeError, ValueError):
            raise EvidenceError(
                f"as_of '{text}': cần 'latest' hoặc ngày dạng 2023-06-30.",
                f"as_of '{text}': 'latest' or a date such as 2023-06-30 is needed.",
            ) from None
        if day > max(today(), self._newest):
            raise EvidenceError(
                f"as_of '{text}': ngày này chưa đến; chưa ai biết khi đó có số liệu gì.",
                f"as_of '{text}': that day has not come; nobody knows the figures of then.",
            )
        return day

    def series(self, key: Key, *, as_of: date | None = None, kind: Kind = "level") -> Series:
        """One point per year as known on `as_of`, by the rule written in `resolve`; empty if nothing was known.

        Raises EvidenceError for an indicator or territory that does not exist.
        """
        self._require(key.indicator, self.indicators, "chỉ tiêu", "indicator")
        self._require(key.territory, self.territories, "địa bàn", "territory")
        day, unit = as_of or self._newest, self.indicators[key.indicator].unit
        if (key, day, kind) not in self._resolved:
            self._resolved[key, day, kind] = resolve(self._by_key.get(key, ()), key, kind, unit, day)
        series = self._resolved[key, day, kind]
        asked = (key.indicator, key.measure, key.territory, as_of.isoformat() if as_of else None, kind)
        self._note("series", asked, series)
        return series

    def figures(
        self,
        indicator: str | None = None,
        measure: str | None = None,
        territory: str | None = None,
        kind: Kind | None = None,
        as_of: date | None = None,
        annual: bool = True,
    ) -> tuple[Observation, ...]:
        """Every figure known on `as_of`, corrections applied, nothing resolved; `annual` leaves out parts and spans of years."""
        day = as_of or self._newest
        groups = self._by_key.items() if indicator is None else self._by_indicator.get(indicator, ())
        figures = tuple(
            figure
            for key, group in groups
            if measure in (None, key.measure)
            and territory in (None, key.territory)
            for figure in group
            if figure.vintage <= day and kind in (None, figure.kind) and (figure.period.is_year or not annual)
        )
        asked = (indicator, measure, territory, kind, as_of.isoformat() if as_of else None, annual)
        self._note("figures", asked, figures)
        return figures

    def scenario(self, wanted: str | Mapping[str, Any]) -> Scenario:
        """The scenario of an id (or id@version), or one from plain values (a form); raises EvidenceError naming all problems."""
        if isinstance(wanted, str):
            self._require(wanted, self.scenarios, "kịch bản", "scenario")
            return self.scenarios[wanted]
        ids = Ids(self.scenario_levers, readable_targets(self.targets), self.territories, frozenset(self.sources))
        scenario, problems = to_scenario(wanted, ids)
        if scenario is None:
            listed = Text.joined(("- " + problem for problem in problems), "\n")
            raise EvidenceError(f"Kịch bản bị từ chối:\n{listed.vi}", f"The scenario was refused:\n{listed.en}")
        return scenario

    def digest(self) -> str:
        """sha256 over the names and bytes of the data files, see `digest`."""
        return digest(self.folder)

    @staticmethod
    def _require(name: str, register: Mapping[str, Any], vi: str, en: str) -> None:
        if name not in register:
            near = difflib.get_close_matches(name, register, n=1)
            hint = (f" Ý bạn là '{near[0]}'?", f" Did you mean '{near[0]}'?") if near else ("", "")
            raise EvidenceError(
                f"Không có {vi} '{name}' trong thư mục số liệu.{hint[0]}",
                f"No {en} '{name}' in the data folder.{hint[1]}",
            )


def digest(folder: Path) -> str:
    """sha256 over the names and bytes of the data files (tables, *.yml); README and incoming/ do not count."""
    return files.digest_of(data_files(folder), folder)


def data_files(folder: Path) -> list[Path]:
    """The files that make up a data folder, in order: tables, registers, scenarios."""
    pending.finish(folder)
    return sorted([*(folder / name for name in COLUMNS), *folder.glob("*.yml"), *folder.glob("scenarios/*.yml")])


def registers(folder: Path) -> tuple[Mapping[str, Mapping[str, Any]], Mapping[str, Mapping[str, Any]]]:
    """indicators.yml and territories.yml as written, no figures; raises EvidenceError where one cannot be read."""
    (indicators, wrong), (territories, more) = (read_yaml(folder / name) for name in (INDICATORS, TERRITORIES))
    if wrong or more:
        raise _refusal([*wrong, *more])
    return indicators, territories


def find_folder() -> Path:
    """The data folder of the project."""
    return files.find_root() / "data"


def warm_up() -> None:
    """Read the project's figures once, so that processes forked from this one need not while they are the same."""
    with suppress(ForecastError, OSError):
        load()


def check(folder: str | Path | None = None) -> list[Finding]:
    """Every finding on a data folder, errors first; never raises for what the folder holds."""
    reads.note_everything()
    return run_checks(read_content(Path(folder) if folder else find_folder()))


def load(folder: str | Path | None = None, *, kept: bool = False) -> Evidence:
    """The checked content of `folder` (default: the kit's own); raises EvidenceError naming every problem at once.

    `kept` data, laid by with an earlier answer, are not refused by checks that came later.
    """
    path = Path(folder) if folder else find_folder()
    return reads.watched(_known(path, digest(path), kept))


@lru_cache(maxsize=3)  # of today, and of the two publications that are compared
def _known(folder: Path, digest_of_files: str, kept: bool) -> Evidence:
    """The evidence of a folder whose files have this digest."""
    content = read_content(folder)
    findings = run_checks(content)
    later = {check.__name__ for check in LATER} if kept else set()
    errors = [finding for finding in findings if finding.severity == "error" and finding.check not in later]
    if errors:
        raise _refusal(errors)
    return _evidence(content, tuple(findings))


def _unwatched(content: Any) -> Any:
    return content.content if isinstance(content, reads.WatchedList) else content


def _evidence(content: Content, findings: tuple[Finding, ...]) -> Evidence:
    facts = {
        row["target"]: {name: row[name] for name in ("baseline", "baseline_year", "pillar")} for row in content.target_rows
    }
    names = {field.name for field in fields(Evidence)} & {field.name for field in fields(Content)}
    return Evidence(**{name: getattr(content, name) for name in names}, target_facts=facts, findings=findings)


def _refusal(errors: list[Finding]) -> EvidenceError:
    listed = Text.joined(["\n- " + finding.text for finding in errors], "")
    return EvidenceError(
        f"Số liệu chưa dùng được, có {len(errors)} lỗi:{listed.vi}",
        f"The data cannot be used as they are, {len(errors)} problem(s):{listed.en}",
    )
