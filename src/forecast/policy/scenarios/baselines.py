"""The indicators of one territory on common random numbers: what every scenario, comparison and solution starts from."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from functools import cached_property
from typing import Any

import numpy as np

from forecast.domain import Question, Scenario, Text
from forecast.errors import MissingComponentError, RefusedError
from forecast.evidence import Evidence
from forecast.headline import DIGITAL, PRODUCTIVITY, Study, studies, territories
from forecast.models.provincial.province import Draws
from forecast.policy.levers import pushes
from forecast.policy.levers.histories import LeverHistory, all_histories
from forecast.policy.levers.pushes import Ground
from forecast.policy.outlooks.answers import Answer, Outlook, answered, with_levels, with_own_target
from forecast.policy.outlooks.questions import question_of

SEED, PATHS = 20260101, 2000
Levels = dict[str, np.ndarray]
Wanted = str | Mapping[str, Any] | Scenario  # a scenario: its id, plain values (a form), or as it is


@dataclass(frozen=True)
class KeptDraws:
    """The draws behind a baseline by indicator, kept so that no model is fitted twice; why an indicator has none."""

    draws: Mapping[str, Draws]
    refused: Mapping[str, Text]


@dataclass(frozen=True)
class Baseline(Answer):
    """Outlooks by indicator, without any scenario; `refused` says why an indicator is missing.

    The question's measure is the one of the digital economy: nso or mic.
    """

    question: Question
    store: Evidence
    outlooks: Mapping[str, Outlook]
    refused: Mapping[str, Text]
    changed: Mapping[str, Ground] | None = None  # grounds with a fact varied, in place of those of the register

    @cached_property
    def grounds(self) -> dict[str, Ground]:
        return dict(self.changed) if self.changed else {
            name: pushes.ground(self.store, outlook.study, outlook.question, outlook.draws, outlook.known_to)
            for name, outlook in self.outlooks.items()
        }

    @cached_property
    def histories(self) -> dict[str, LeverHistory]:
        """What has happened before, by the `history` of the levers, as known on this baseline's day."""
        return all_histories(self.store, self.as_of)

    @property
    def any(self) -> Outlook:
        return next(iter(self.outlooks.values()))

    @property
    def components(self) -> tuple[str, ...]:
        return self.store.territories[self.territory].components

    def study(self, indicator: str) -> Study:
        return self.outlooks[indicator].study

    def scenario(self, wanted: Wanted) -> Scenario:
        """The scenario of an id, of plain values (a form) or as it is; raises where it does not fit the territory."""
        scenario = wanted if isinstance(wanted, Scenario) else self.store.scenario(wanted)
        pushes.require_fitting(scenario, self.territory, self.components)
        return scenario


def baseline(
    store: Evidence,
    territory: str = "",
    *,
    measure: str = "nso",
    horizon_year: int = 2030,
    as_of: str = "latest",
    method: str = "default",
    seed: int = SEED,
    n_paths: int = PATHS,
    kept: KeptDraws | None = None,
    own_target: str = "",
) -> Baseline:
    """Draw the headline indicators of a territory (the province's own of today unless given); the same numbers as `outlook`
    gives each of them. `kept`: kept draws of the same question on the same figures, in place of drawing. `own_target`: a typed
    target ('30 % năm 2028'), held against the indicator whose level it names, else the first whose growth it can be.

    Raises RefusedError for what cannot be asked and where none of them can be forecast.
    """
    where = territory or territories(store)[0]
    question = question_of(store, where, measure, horizon_year, as_of, method, seed, n_paths)
    outlooks: dict[str, Outlook] = {}
    refused: dict[str, Text] = dict(kept.refused) if kept else {}
    for indicator, study in studies(store).items():
        if indicator in refused or (study.territories and where not in study.territories):
            continue
        try:
            asked = replace(question, measure=study.measured_by(measure))
            outlooks[indicator] = answered(store, study, asked, kept.draws[indicator] if kept else None)
        except (RefusedError, MissingComponentError) as error:
            refused[indicator] = Text(error.vi, error.en)
    if not outlooks:
        first = next(iter(refused.values()))
        raise RefusedError(first.vi, first.en)
    base = Baseline(question, store, outlooks, refused)
    return _with_typed(base, own_target) if own_target else base


def _with_typed(base: Baseline, text: str) -> Baseline:
    """Of the indicators that take the text the first that reads a level in it ('30 % năm 2028'), else the first."""
    taken: list[tuple[bool, Baseline]] = []
    refusals: list[RefusedError] = []
    for name in base.outlooks:
        try:
            asked = with_own_targets(base, {name: text})
        except RefusedError as refused:
            refusals.append(refused)
        else:
            taken.append((asked.outlooks[name].leading[0].target.kind != "level", asked))
    if not taken:
        raise refusals[0]
    return min(taken, key=lambda pair: pair[0])[1]


def with_own_targets(base: Baseline, texts: Mapping[str, str]) -> Baseline:
    """The baseline held against typed targets too, by indicator; its draws stay. Raises RefusedError for what cannot be asked."""
    outlooks = {name: with_own_target(outlook, texts.get(name, "")) for name, outlook in base.outlooks.items()}
    return replace(base, outlooks=outlooks)


def simulate(base: Baseline, scenario: Wanted = "baseline") -> Levels:
    """Scenario levels by indicator, [n_paths, n_years] for the years of each outlook, draw by draw beside the baseline's."""
    chosen = base.scenario(scenario)
    levers = base.store.scenario_levers
    levels: Levels = {}
    for name in sorted(base.grounds, key=lambda name: name != DIGITAL):  # the share first: productivity may be linked to it
        linked = name == PRODUCTIVITY and pushes.link_on(chosen)
        change = digital_change(base, levels.get(DIGITAL)) if linked else None
        levels[name] = pushes.applied(base.grounds[name], chosen, levers, change)
    return {name: levels[name] for name in base.grounds}


def digital_change(base: Baseline, levels: np.ndarray | None) -> np.ndarray | None:
    """Scenario minus baseline share, percentage points, on the years of productivity; None where the share is refused."""
    if levels is None:
        return None
    ground = base.grounds[DIGITAL]
    return pushes.change_on(base.grounds[PRODUCTIVITY].years, ground.years, levels - ground.levels)


def under_scenario(base: Baseline, scenario: Wanted, levels: Levels | None = None) -> dict[str, Outlook]:
    """The outlooks of a scenario, their targets assessed again; `levels` where they were simulated already."""
    chosen = base.scenario(scenario)
    if not chosen.pushes and not chosen.path:
        return dict(base.outlooks)
    moved = levels or simulate(base, chosen)
    return {name: with_levels(outlook, moved[name], chosen) for name, outlook in base.outlooks.items()}


def outcome(base: Baseline, indicator: str, levels: np.ndarray, year: int | None = None) -> np.ndarray:
    """The number an indicator is judged by, [..., n_paths]: average growth from its last known year to `year` (percent a
    year) or the level in `year`, as its study says; `year` is the horizon unless given."""
    ground, last = base.grounds[indicator], year or base.horizon_year
    if ground.study.judged == "level":
        return levels[..., ground.years.index(last)]
    ends = levels[..., ground.years.index(last)] / levels[..., ground.start]
    return 100.0 * (ends ** (1.0 / (last - ground.known_to)) - 1.0)


def outcomes(base: Baseline, indicator: str, levels: np.ndarray, years: Sequence[int]) -> np.ndarray:
    """The same number for several years, [len(years), n_paths]."""
    ground = base.grounds[indicator]
    ends = np.ascontiguousarray(levels[:, [ground.years.index(year) for year in years]].T)
    if ground.study.judged == "level":
        return ends
    span = np.array([[year - ground.known_to] for year in years], dtype=float)
    return 100.0 * ((ends / levels[:, ground.start]) ** (1.0 / span) - 1.0)
