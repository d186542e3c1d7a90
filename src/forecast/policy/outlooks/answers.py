"""The whole answer for one indicator and territory: draws, figures, targets; the object a notebook holds."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import date

import numpy as np

from forecast.domain import Observation, Question, Scenario, Series, Target, Text
from forecast.errors import RefusedError
from forecast.evidence import Evidence
from forecast.headline import DIGITAL, NATION, PRODUCTIVITY, Study, study_of, territories
from forecast.models.provincial.growth import Growth
from forecast.models.provincial.national import Nation
from forecast.models.provincial.province import Draws, draw_province
from forecast.policy.levers import pushes
from forecast.policy.outlooks import own_targets
from forecast.policy.outlooks.elapsed import judged, years_heard
from forecast.policy.outlooks.questions import question_of
from forecast.policy.outlooks.targets import Assessment, assess, average_growth, growth_of


class Answer:
    """What everything that answers a question says of it."""

    question: Question

    @property
    def territory(self) -> str:
        return self.question.territory

    @property
    def measure(self) -> str:
        return self.question.measure

    @property
    def as_of(self) -> date:
        return self.question.as_of

    @property
    def horizon_year(self) -> int:
        return self.question.horizon_year


@dataclass(frozen=True)
class Outlook(Answer):
    """Draws `levels[n_paths, n_years]` in the indicator's unit, the nation behind them, figures and assessed targets."""

    question: Question
    study: Study
    newest: date
    draws: Draws
    known_to: int
    figures: tuple[Observation, ...]
    resolved: tuple[Series, ...]
    assessments: tuple[Assessment, ...]
    of_nation: tuple[Observation, ...] = ()  # the nation's figures of what its targets speak of
    heard: tuple[Growth, ...] = ()  # the years whose growth the territory's own output tells
    before: Outlook | None = None  # the baseline a scenario was applied to
    chosen: Scenario | None = None  # that scenario

    @property
    def scenario(self) -> str:
        return self.chosen.id if self.chosen else "baseline"

    @property
    def nation(self) -> Nation:
        return self.draws.nation

    @property
    def years(self) -> tuple[int, ...]:
        return self.draws.years

    @property
    def levels(self) -> np.ndarray:
        return self.draws.levels

    @property
    def headline(self) -> Assessment | None:
        """The assessment the first sentence speaks of: the first open one in the order that leads; None where none is open."""
        return next((held for held in self.leading if held.probability is not None and held.state == "open"), None)

    @property
    def leading(self) -> tuple[Assessment, ...]:
        """The assessments in the order written in data (`headline: leads`), a reader's own target first, those not named there last."""
        order = {name: position for position, name in enumerate(self.study.leading(self.territory))}
        return tuple(sorted(self.assessments, key=lambda held: -1 if held.applies == "asked" else order.get(held.target.id, len(order))))


def outlook(
    store: Evidence,
    indicator: str,
    *,
    territory: str,
    measure: str,
    horizon_year: int,
    as_of: str = "latest",
    scenario: str = "baseline",
    method: str = "default",
    seed: int,
    n_paths: int = 2000,
    own_target: str = "",
) -> Outlook:
    """Answer for one indicator, territory and measure as known on `as_of`, held against `own_target` too ('7 %/năm đến 2030').

    Raises RefusedError for what cannot be asked and where the figures allow no forecast, MissingComponentError where a merged
    ratio lacks a component.
    """
    study = study_of(store, indicator)
    question = question_of(store, territory, measure, horizon_year, as_of, method, seed, n_paths)
    chosen = store.scenario(scenario) if scenario != "baseline" else None
    if chosen:
        pushes.require_fitting(chosen, territory, store.territories[territory].components)
    baseline = with_own_target(answered(store, study, question), own_target)
    return under(store, baseline, chosen) if chosen else baseline


def judged_values(answer: Outlook, known_to: int | None = None) -> np.ndarray:
    """What the headline speaks of, [n_paths]: average growth after `known_to` (the answer's own; it says more than the last year
    alone), or the level of the last year.
    """
    if answer.study.judged != "growth_average":
        return answer.levels[:, answer.years.index(answer.horizon_year)]
    first = answer.known_to + 1 if known_to is None else known_to + 1
    return average_growth(answer.levels, answer.years, min(first, answer.horizon_year), answer.horizon_year)


def answered(store: Evidence, study: Study, question: Question, draws: Draws | None = None) -> Outlook:
    """The baseline outlook of a question; `draws` where these very ones were drawn before."""
    draws = draws or draw_province(store, study, question)
    if question.horizon_year not in draws.years[draws.nation.n_known :]:
        asked, origin, most = question.horizon_year, draws.nation.origin, draws.years[-1]
        raise RefusedError(
            f"Năm {asked} quá xa hoặc không sau năm số liệu cuối {origin} (tối đa {most}).",
            f"Year {asked} is too far, or not after the last figure's year {origin} (at most {most}).",
        )
    figures, resolved = _figures(store, study, question)
    over = (reading.year for reading in draws.readings if reading.full_year and reading.year <= question.last_year)
    known_to = max([draws.nation.origin, *over])
    heard = years_heard(store, study, question)
    unjudged = Outlook(question, study, store.last_vintage, draws, known_to, figures, resolved, (), _of_nation(store, study, question), heard)
    assessments = (_assess(unjudged, target, applies) for target, applies in _targets(store, study, question))
    return replace(unjudged, assessments=tuple(assessments))


def askable(outlook: Outlook) -> own_targets.Askable:
    """What a reader may ask of this outlook as a target of one's own."""
    first = max(outlook.known_to + 1, outlook.as_of.year)
    return own_targets.askable(outlook.study, outlook.years, outlook.known_to, first, outlook.horizon_year)


def with_own_target(outlook: Outlook, text: str) -> Outlook:
    """The outlook held against a typed target too, in place of the one typed before; RefusedError where it cannot be asked."""
    others = tuple(held for held in outlook.assessments if held.applies != "asked")
    if not text:
        return replace(outlook, assessments=others)
    target = own_targets.target(text, outlook.study, outlook.territory, askable(outlook))
    return replace(outlook, assessments=(assessed(outlook, target, "asked"), *others))


def _assess(outlook: Outlook, target: Target, applies: str) -> Assessment:
    counted = {step.year for step in outlook.heard if step.by_office}
    own = tuple(
        figure
        for figure in outlook.figures
        if _printed(figure, outlook.study)
        and not (figure.status == "press" and figure.period.first in counted and figure.kind == "growth")
    )
    return assessed(outlook, target, applies, own if applies == "own" else ())


def assessed(outlook: Outlook, target: Target, applies: str, published: tuple[Observation, ...] = ()) -> Assessment:
    """A target held against an outlook's draws; `published` decide it where its period is over, else the years heard.

    The nation's own figures decide the nation's targets, whatever territory is asked about.
    """
    levels, years, day = outlook.levels, outlook.years, outlook.as_of
    nations = target.territory == NATION and outlook.territory != NATION
    told = outlook.of_nation if nations else published
    held = assess(target, levels, years, known_to=outlook.known_to, as_of=day, applies=applies, published=told)
    if nations and held.state == "over" and held.verdict != "no_value":
        return replace(held, note=Text("Số của cả nước: ", "The nation's figures: ") + held.note)
    return judged(held, levels, years, {step.year: step.basis for step in outlook.heard if step.full_year}, day)


def _printed(figure: Observation, study: Study) -> bool:
    """Whether a figure was printed of what the study's targets speak of."""
    return figure.key.indicator == study.target_indicator and figure.status not in ("derived", "assumption")


def _of_nation(store: Evidence, study: Study, question: Question) -> tuple[Observation, ...]:
    """The nation's printed figures of what its targets speak of, by the measure asked about; no expectation, no earlier definition."""
    told = store.figures(study.target_indicator, question.measure, NATION, as_of=question.as_of, annual=False)
    closed = ("expected", "before_")
    return tuple(figure for figure in told if _printed(figure, study) and not figure.edition.startswith(closed))


def under(store: Evidence, outlook: Outlook, chosen: Scenario) -> Outlook:
    """The outlook with a scenario applied to its draws, targets assessed again; `before` keeps the baseline."""
    return with_levels(outlook, scenario_levels(store, outlook, outlook.draws, chosen), chosen)


def scenario_levels(store: Evidence, outlook: Outlook, draws: Draws, chosen: Scenario) -> np.ndarray:
    """`draws` of the outlook's kind under a scenario; the digital share is drawn too where the link to it is on."""
    ground = pushes.ground(store, outlook.study, outlook.question, draws, outlook.known_to)
    linked = outlook.study.indicator == PRODUCTIVITY and pushes.link_on(chosen)
    change = _digital_change(store, outlook, chosen, draws) if linked else None
    return pushes.applied(ground, chosen, store.scenario_levers, change)


def _digital_change(store: Evidence, outlook: Outlook, chosen: Scenario, draws: Draws) -> np.ndarray:
    """Scenario minus baseline digital share (statistics office), for the years of `draws`."""
    question = replace(outlook.question, measure="nso", n_paths=len(draws.levels))
    share = answered(store, study_of(store, DIGITAL), question)
    moved = scenario_levels(store, share, share.draws, chosen) - share.levels
    return pushes.change_on(draws.years, share.years, moved)


def with_levels(outlook: Outlook, levels: np.ndarray, chosen: Scenario) -> Outlook:
    """The outlook with a scenario's levels on the same draws, its targets assessed again."""
    moved = replace(outlook, draws=replace(outlook.draws, levels=levels), before=outlook, chosen=chosen)
    return replace(moved, assessments=tuple(_assess(moved, held.target, held.applies) for held in outlook.assessments))


def _targets(store: Evidence, study: Study, question: Question) -> list[tuple[Target, str]]:
    """Targets of the indicator for this territory, for the province's other boundaries (of the province and its parts only), and the
    nation's where it has none."""
    territory, province = question.territory, territories(store)
    spoken = [t for t in store.targets if t.indicator == study.target_indicator and _issued(t) <= question.as_of]
    own = [(target, "own") for target in spoken if target.territory == territory]
    if territory == NATION:
        return own
    family = {name for own_name in province for name in (own_name, *store.territories[own_name].components)}
    related = [target for target in spoken if territory in family and target.territory in province and target.territory != territory]
    other = [(target, "other_territory") for target in related]
    yardstick = [(target, "national_yardstick") for target in spoken if target.territory == NATION]
    readable = [target for target, _ in own + other if target.value is not None]
    return own + other + ([] if readable else yardstick)


def _issued(target: Target) -> date:
    try:
        return date.fromisoformat(target.issued)
    except ValueError:
        return date.min


def _figures(store: Evidence, study: Study, question: Question) -> tuple[tuple[Observation, ...], tuple[Series, ...]]:
    """Every figure of the territory (or its components) that the reader should see, and the resolved series behind them."""
    day, names = question.as_of, (question.territory, *store.territories[question.territory].components)
    measures = {question.measure, "province"} if study.national == study.indicator else None
    figures: list[Observation] = []
    resolved: list[Series] = []
    for indicator in study.shown:
        for name in names:
            rows = [
                figure
                for figure in store.figures(indicator=indicator, territory=name, as_of=day, annual=False)
                if not figure.period.part and (measures is None or figure.key.measure in measures)
            ]
            figures += rows
            series = sorted({(figure.key, figure.kind) for figure in rows if figure.kind in ("level", "growth")})
            resolved += [store.series(key, as_of=day, kind=kind) for key, kind in series]
    return tuple(figures), tuple(resolved)


def national_quantities(outlook: Outlook) -> dict[str, tuple[tuple[int, ...], np.ndarray]]:
    """Draws of the nation behind it by quantity: level (where a published level anchors it) and, but for a share, growth."""
    nation, levels = outlook.nation, outlook.nation.transform.inverse(outlook.nation.draws)
    level = {"level": (nation.years, levels)} if nation.based else {}
    return level | ({"growth": (nation.years[1:], growth_of(levels))} if outlook.study.grows else {})


def quantities(outlook: Outlook) -> dict[str, tuple[tuple[int, ...], np.ndarray]]:
    """Draws by quantity: level (where a published level anchors it) and, but for a share, growth."""
    level = {"level": (outlook.years, outlook.levels)} if outlook.draws.anchored else {}
    growth = {"growth": (outlook.years[1:], growth_of(outlook.levels))} if outlook.study.grows else {}
    return level | growth
