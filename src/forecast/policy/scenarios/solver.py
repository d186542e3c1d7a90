"""What it would take: the push of one lever, or the least-effort mix of several, that gives a target a chosen chance.

The chance is a step function of the pushes on fixed draws, monotone in each lever, so bisection finds the smallest push that
reaches it. The mix minimises the effort sqrt(sum (u_i / s_i)^2), s_i the standard deviation of the lever's history: the point of
the surface 'margin quantile = 0' nearest to the baseline, found by the iteration of Hasofer, Lind, Rackwitz and Fiessler
(1978) on the (1 - chance) quantile of the margin, then scaled until the chance is just reached.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date
from typing import Any

import numpy as np

from forecast.domain import Lever, Push, Scenario, Target, Text
from forecast.errors import RefusedError
from forecast.policy.levers.pushes import without_structure
from forecast.policy.outlooks.targets import CLOSE, margin
from forecast.policy.scenarios import experience
from forecast.policy.scenarios.attribution import levels_with
from forecast.policy.scenarios.baselines import Baseline, Wanted

STEPS = 34  # halvings: 2^-34 of a lever's range
ROUNDS = 25
_TOLERANCE = 1e-6


@dataclass(frozen=True)
class Solution:
    """What reaches `chance` for `target`: `pushes` by lever in their units, every year from `first` to `last`.

    `possible` is False where even the ends of the allowed ranges do not: then `pushes` are those ends, `reached` the best
    chance. `effort` counts historical standard deviations; `experience` says for each lever whether it happened before;
    `unmeasured` names the levers without a history, whose unit of effort is a quarter of their range (judgement).
    """

    target: str
    document: str
    indicator: str
    chance: float
    reached: float
    before: float
    possible: bool
    pushes: Mapping[str, float]
    first: int
    last: int
    effort: float
    experience: Mapping[str, Mapping[str, Any]]
    unmeasured: tuple[str, ...]
    scenario: Scenario


@dataclass(frozen=True)
class _Problem:
    base: Baseline
    scenario: Scenario
    target: Target
    indicator: str
    levers: tuple[Lever, ...]
    first: int
    last: int
    towards: np.ndarray  # what is left of each range, the way that helps
    scale: np.ndarray

    def asked(self, values: np.ndarray) -> list[Push]:
        """The pushes of these values on the levers, every year from the first to the last."""
        reason, years = Text("Lời giải của bộ công cụ.", "The kit's solution."), (self.first, self.last)
        pairs = zip(self.levers, map(float, values), strict=True)
        return [Push(lever.id, ((*years, value),), reason, "red") for lever, value in pairs]

    def margin(self, pushes: np.ndarray) -> np.ndarray:
        """How far each draw is above the target (>= 0: met), [n_paths]."""
        levels = levels_with(self.base, self.scenario, self.indicator, [*self.scenario.pushes, *self.asked(pushes)])
        return margin(self.target, levels, self.base.grounds[self.indicator].years)

    def chance(self, pushes: np.ndarray) -> float:
        return float((self.margin(pushes) >= -CLOSE).mean())


def solve(
    base: Baseline,
    target: str,
    chance: float = 0.8,
    levers: str | Sequence[str] = (),
    *,
    scenario: Wanted = "baseline",
    first: int | None = None,
) -> Solution:
    """The push of one lever, or the least-effort mix of several, that gives `target` the `chance` (0..1).

    `levers` empty: every lever of the indicator that the province controls, that is on by default and can be pushed here. The pushes come on top
    of `scenario`, every year from `first` (default: the first year that can still be moved) to the target's last year,
    and stay, with what it pushes already, inside the ranges. Raises RefusedError for an unknown target or lever, a period that is
    over, a chance outside 0..1, a scenario that is itself the path of a target.
    """
    problem = _problem(base, target, chance, [levers] if isinstance(levers, str) else list(levers), scenario, first)
    nothing, ends = np.zeros(len(problem.levers)), problem.towards
    before = problem.chance(nothing)
    if before >= chance:
        return _solution(problem, chance, nothing, before, True, before)
    best = problem.chance(ends)
    if best < chance:
        return _solution(problem, chance, ends, before, False, best)
    direction = ends if len(ends) == 1 else _nearest(problem, chance)
    pushes = _along(problem, chance, direction)
    return _solution(problem, chance, pushes, before, True, problem.chance(pushes))


def _problem(
    base: Baseline, target: str, chance: float, names: list[str], scenario: Wanted, first: int | None
) -> _Problem:
    if not 0.0 < chance < 1.0:
        raise RefusedError(
            f"Khả năng {chance:g} phải nằm giữa 0 và 1 (ví dụ 0.8).",
            f"The chance {chance:g} must lie between 0 and 1 (0.8).",
        )
    indicator, aim = _aim(base, target)
    ground = base.grounds[indicator]
    earliest = max(ground.known_to + 1, first or 0, base.as_of.year if first is None else 0)
    if aim.last < earliest or base.as_of > date(aim.last, 12, 31):
        raise RefusedError(
            f"{target}: kỳ chỉ tiêu đã qua ({aim.last}); không còn gì để giải.",
            f"{target}: its period ({aim.last}) is over.",
        )
    chosen = base.scenario(scenario)
    if chosen.path:
        raise RefusedError(
            f"'{chosen.id}' đặt sẵn đường đi đúng chỉ tiêu, không đẩy thêm được; hãy giải trên kịch bản cơ sở.",
            f"'{chosen.id}' sets the path of its targets, nothing can be pushed on top; solve on the baseline.",
        )
    levers = _levers(base, indicator, names, _views(base, chosen.pushes))
    upwards = [(lever.helps == "up") != (aim.direction == "at_most") for lever in levers]
    towards = np.array([_room(lever, up, chosen, (earliest, aim.last)) for lever, up in zip(levers, upwards, strict=True)])
    scale = np.array([_scale(base, lever) for lever in levers])
    return _Problem(base, chosen, aim, indicator, levers, earliest, aim.last, towards, scale)


def _aim(base: Baseline, target: str) -> tuple[str, Target]:
    """The open target of an id, whatever territory it was set for, and its indicator."""
    held = (assessment.target for outlook in base.outlooks.values() for assessment in outlook.assessments)
    targets = {listed.id: listed for listed in (*base.store.targets, *held)}
    base.store._require(target, targets, "chỉ tiêu", "target")
    aim = targets[target]
    indicator = next((name for name, ground in base.grounds.items() if ground.study.target_indicator == aim.indicator), "")
    if not indicator or aim.value is None:
        raise RefusedError(
            f"{target}: không giải được (chưa có giá trị, hoặc không thuộc ba chỉ tiêu).",
            f"{target}: cannot be solved for (no value, or none of the three indicators).",
        )
    years = base.grounds[indicator].years
    if aim.last not in years or (aim.kind != "level" and aim.first - 1 not in years):
        raise RefusedError(f"{target}: ngoài các năm mô phỏng.", f"{target}: outside the drawn years.")
    return indicator, aim


def _room(lever: Lever, upwards: bool, scenario: Scenario, years: tuple[int, int]) -> float:
    """How far the lever can still be pushed in every one of the years: to the end of its range that helps, less what is pushed."""
    span = range(years[0], years[1] + 1)
    pushed = sum((push.values(span) for push in scenario.pushes if push.lever == lever.id and not push.territory), np.zeros(len(span)))
    return max(lever.high - float(pushed.max()), 0.0) if upwards else min(lever.low - float(pushed.min()), 0.0)


def _views(base: Baseline, pushes: Iterable[Push]) -> set[str]:
    return {base.store.scenario_levers[push.lever].view for push in pushes} - {""}


def _levers(base: Baseline, indicator: str, names: Sequence[str], taken: set[str]) -> tuple[Lever, ...]:
    """The levers named, or those the province controls; `taken`: the views of revenue that the scenario below pushes."""
    every = base.store.scenario_levers
    for name in names:
        base.store._require(name, every, "đòn bẩy", "lever")
        if every[name].indicator != indicator or every[name].control == "link":
            raise RefusedError(
                f"{name}: không đẩy {indicator} (thuộc {every[name].indicator}).",
                f"{name} does not push {indicator} (it belongs to {every[name].indicator}).",
            )
    left_out = without_structure(base.grounds[indicator], every)
    mine = [lever for lever in every.values() if lever.indicator == indicator and lever.control == "province" and lever.on]
    mine = [lever for lever in mine if lever.id not in left_out]
    chosen = tuple(every[name] for name in names) or tuple(mine)
    views = {lever.view for lever in chosen} - {""} | taken
    if len(views) > 1 and names:
        raise RefusedError("Hai cách nhìn một doanh thu: chọn một bên.", "Two views of one revenue: choose one side.")
    if len(views) > 1:
        chosen = tuple(lever for lever in chosen if lever.view in (taken or {"factors"}))
    return chosen


def _spread(base: Baseline, lever: Lever) -> float | None:
    past = experience.history(base, lever)
    return past.sd if past is not None else None


def _scale(base: Baseline, lever: Lever) -> float:
    """The lever's unit of effort: the standard deviation of its history, else a quarter of its range (judgement)."""
    return _spread(base, lever) or (lever.high - lever.low) / 4.0


def _along(problem: _Problem, chance: float, direction: np.ndarray) -> np.ndarray:
    """The smallest multiple of `direction`, cut at the ranges, that reaches the chance."""

    def at(multiple: float) -> np.ndarray:
        return np.sign(problem.towards) * np.minimum(np.abs(multiple * direction), np.abs(problem.towards))

    low, high = 0.0, 1.0
    while problem.chance(at(high)) < chance and high < 1e6:
        high *= 2.0
    for _ in range(STEPS):
        middle = (low + high) / 2.0
        low, high = (low, middle) if problem.chance(at(middle)) >= chance else (middle, high)
    return at(high)


def _nearest(problem: _Problem, chance: float) -> np.ndarray:
    """The least-effort pushes: HLRF steps z' = (grad . z - g) grad / |grad|^2 in units of effort, levers at their end held."""
    scale, ends = problem.scale, problem.towards / problem.scale

    def worth(z: np.ndarray) -> float:
        return float(np.quantile(problem.margin(z * scale), 1.0 - chance))

    z = np.zeros(len(scale))
    held = ends == 0.0  # no room left
    for _ in range(ROUNDS):
        value = worth(z)
        free, steps = ~held, np.sign(ends) * 1e-3
        slope = np.zeros(len(scale))
        for lever in np.flatnonzero(free):
            slope[lever] = (worth(z + np.diag(steps)[lever]) - value) / steps[lever]
        steep = float(slope[free] @ slope[free])
        if steep <= 0.0:
            break
        wanted = float(slope[free] @ z[free]) - value
        new = np.where(free, slope * wanted / steep, z)
        beyond = free & (np.abs(new) > np.abs(ends))
        new = np.where(beyond, ends, np.where(new * ends < 0, 0.0, new))
        held |= beyond
        moved, z = np.abs(new - z).max(), new
        if moved < _TOLERANCE:
            break
    return z * scale


def _solution(
    problem: _Problem, chance: float, pushes: np.ndarray, before: float, possible: bool, reached: float
) -> Solution:
    base, levers = problem.base, problem.levers
    named = {lever.id: float(value) for lever, value in zip(levers, pushes, strict=True)}
    extra = [push for push, value in zip(problem.asked(pushes), pushes, strict=True) if value]
    before_it, levers_by_name = problem.scenario, base.store.scenario_levers
    mine = replace(before_it, id=f"{before_it.id}_solved", version=1, pushes=_merged((*before_it.pushes, *extra), levers_by_name))
    mine = replace(mine, parent=before_it.id, parent_hash=before_it.hash)
    return Solution(
        target=problem.target.id,
        document=problem.target.document,
        indicator=problem.indicator,
        chance=chance,
        reached=reached,
        before=before,
        possible=possible,
        pushes=named,
        first=problem.first,
        last=problem.last,
        effort=float(np.sqrt(np.sum((pushes / problem.scale) ** 2))),
        experience={lever.id: experience.happened(base, lever, named[lever.id]) for lever in levers},
        unmeasured=tuple(lever.id for lever in levers if _spread(base, lever) is None),
        scenario=mine,
    )


def _merged(pushes: Sequence[Push], levers: Mapping[str, Lever]) -> tuple[Push, ...]:
    """One push per lever and territory: those of the same lever added year by year, so that the whole can be saved and opened."""
    merged: dict[tuple[str, str], Push] = {}
    for push in pushes:
        before = merged.get((push.lever, push.territory))
        merged[push.lever, push.territory] = _added(before, push, levers[push.lever]) if before else push
    return tuple(push for push in merged.values() if push.spans)


def _added(push: Push, more: Push, lever: Lever) -> Push:
    spans = (*push.spans, *more.spans)
    starts = sorted({first for first, _, _ in spans} | {last + 1 for _, last, _ in spans if last is not None})
    even = []
    for first, following in zip(starts, [*starts[1:], None], strict=True):
        value = sum(value for begin, end, value in spans if begin <= first and (end is None or end >= first))
        if value:  # the last bit of a sum does not leave the range
            even.append((first, None if following is None else following - 1, min(max(value, lever.low), lever.high)))
    reason = Text.joined([push.reason, more.reason], " ")
    return replace(push, spans=tuple(even), reason=reason, rating=more.rating)
