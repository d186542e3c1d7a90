"""A scenario's pushes on an outlook's draws, on common random numbers: the same draw before and after, so differences are exact."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date

import numpy as np

from forecast.domain import Key, Lever, Question, Scenario, Target
from forecast.errors import RefusedError
from forecast.evidence import Evidence
from forecast.headline import DIGITAL, ECOMMERCE, PRODUCTIVITY, Study
from forecast.models.provincial.province import Draws
from forecast.policy.levers import identities
from forecast.policy.levers.identities import SECTORS, Pushes, Split

LINK = "link_digital_productivity"
_WEIGHTS = {name: f"grdp_share_{name}" for name in SECTORS}
Levers = Mapping[str, Lever]


@dataclass(frozen=True)
class Ground:
    """One indicator's baseline ready for scenario arithmetic: `levels[n_paths, n_years]`, the years, and what the parts need.

    Years up to `known_to` are not moved by pushes. `market` are the nation's levels behind them; `components` the levels
    and weights of a merged territory's parts; `split` how a digital share divides.
    """

    study: Study
    years: tuple[int, ...]
    levels: np.ndarray
    known_to: int
    market: np.ndarray
    tfp_share: float
    elasticity: float
    ict_effect: float
    split: Split
    splits: Mapping[str, Split]  # of the components
    components: Mapping[str, np.ndarray]
    weights: Mapping[str, float]
    targets: Mapping[str, Target]

    @property
    def indicator(self) -> str:
        return self.study.indicator

    @property
    def start(self) -> int:
        """The column of the last year that no push moves."""
        return self.years.index(self.known_to)

    @property
    def ahead(self) -> tuple[int, ...]:
        return self.years[self.start + 1 :]


def ground(store: Evidence, study: Study, question: Question, draws: Draws, known_to: int) -> Ground:
    """The baseline of one outlook as scenario arithmetic needs it."""
    fact = {name: float(written["value"]) for name, written in store.lever_facts.items()}
    return Ground(
        study=study,
        years=draws.years,
        levels=draws.levels,
        known_to=known_to,
        market=draws.nation.transform.inverse(draws.nation.draws),
        tfp_share=fact["tfp_share_of_productivity_growth"],
        elasticity=fact["capital_elasticity"],
        ict_effect=fact["ict_index_effect"],
        split=_split(store, fact, question.territory, question),
        splits={name: _split(store, fact, name, question) for name, _ in draws.parts},
        components=dict(draws.parts),
        weights={name: share for name, share, _ in draws.weights},
        targets={target.id: target for target in store.targets},
    )


def _split(store: Evidence, fact: Mapping[str, float], territory: str, question: Question) -> Split:
    """The division of the digital share; industry and services share the rest by their weights in GRDP (or half and half)."""
    weights = _structure(store, territory, question.as_of)
    other = weights["industry_construction"] + weights["services"] if weights else 2.0
    first = fact["digital_agriculture_share"]
    rest = {name: (1.0 - first) * (weights[name] if weights else 1.0) / other for name in SECTORS[1:]}
    core = fact.get(f"digital_core_share_{question.measure}", fact["digital_core_share_nso"])
    return Split(core, {"agriculture": first, **rest}, weights or None)


def _structure(store: Evidence, territory: str, as_of: date) -> dict[str, float]:
    """Percent of GRDP by sector, as last published; of a merged territory else its components' weighted by their GRDP.

    Empty where a sector, or a component's sector or GRDP of the same year, is not published.
    """
    series = {sector: store.series(Key(name, "nso", territory), as_of=as_of).points for sector, name in _WEIGHTS.items()}
    if all(series.values()):
        return {sector: points[-1].value for sector, points in series.items()}
    names = (*_WEIGHTS.values(), "grdp_current")
    components = [{name: store.series(Key(name, "nso", part), as_of=as_of) for name in names} for part in store.territories[territory].components]
    years = set.intersection(*(set(each.years) for part in components for each in part.values())) if components else set()
    if not years:
        return {}
    values = [{name: each.values[each.years.index(max(years))] for name, each in part.items()} for part in components]
    output = sum(part["grdp_current"] for part in values)
    return {sector: sum(part[name] * part["grdp_current"] for part in values) / output for sector, name in _WEIGHTS.items()}


def with_fact(ground: Ground, fact: str, value: float) -> Ground:
    """The ground with one fact of the register at another value."""
    if fact == "capital_elasticity":
        return replace(ground, elasticity=value)
    if fact == "ict_index_effect":
        return replace(ground, ict_effect=value)
    splits = {name: _with_split(split, fact, value) for name, split in ground.splits.items()}
    return replace(ground, split=_with_split(ground.split, fact, value), splits=splits)


def _with_split(split: Split, fact: str, value: float) -> Split:
    if fact.startswith("digital_core_share"):
        return replace(split, core=value)
    rest = (1.0 - value) / (1.0 - split.sectors["agriculture"])
    return replace(split, sectors={name: value if name == "agriculture" else part * rest for name, part in split.sectors.items()})


def pushes_of(scenario: Scenario, years: Sequence[int], levers: Levers, indicator: str, component: str = "") -> Pushes:
    """The scenario's pushes for one indicator by lever and year, those of `component` only (empty: the whole territory)."""
    by_lever: dict[str, np.ndarray] = {}
    for push in scenario.pushes:
        if push.territory == component and levers[push.lever].indicator == indicator:
            by_lever[push.lever] = by_lever.get(push.lever, 0.0) + push.values(years)
    return by_lever


def link_on(scenario: Scenario) -> bool:
    """Whether the scenario lets the digital share move productivity."""
    return any(push.lever == LINK for push in scenario.pushes)


def change_on(years: Sequence[int], other: Sequence[int], change: np.ndarray) -> np.ndarray:
    """`change[n_paths, len(other)]` laid on `years`: 0 before the first of `other`, held after its last."""
    columns = [min(max(year, other[0]), other[-1]) - other[0] for year in years]
    return change[:, columns]


def require_fitting(scenario: Scenario, territory: str, components: Sequence[str]) -> None:
    """Raise RefusedError where the scenario speaks of another territory or of a component this one does not have."""
    if scenario.territory and scenario.territory != territory:
        raise RefusedError(
            f"Kịch bản '{scenario.id}' chỉ dành cho '{scenario.territory}', không phải '{territory}'.",
            f"Scenario '{scenario.id}' speaks of '{scenario.territory}' only, not of '{territory}'.",
        )
    for push in scenario.pushes:
        if push.territory and push.territory not in components:
            raise RefusedError(
                f"Kịch bản '{scenario.id}', {push.lever}: '{push.territory}' không phải thành phần của '{territory}'.",
                f"Scenario '{scenario.id}', {push.lever}: '{push.territory}' is no component of '{territory}'.",
            )


def applied(base: Ground, scenario: Scenario, levers: Levers, digital_change: np.ndarray | None = None) -> np.ndarray:
    """Scenario levels [n_paths, n_years] of one indicator; `digital_change` = scenario minus baseline share, percentage
    points, for the years of `base`, needed only where the link to the digital share is on."""
    targets = path_targets(base, scenario)
    levels = on_path(base, targets, scenario.path_end) if targets else with_components(base, scenario, levers)
    pushes = pushes_of(scenario, base.ahead, levers, base.indicator)
    return pushed(base, pushes, levels, digital_change) if pushes else levels


def path_targets(base: Ground, scenario: Scenario) -> list[Target]:
    """The targets of a scenario's path that are held against this indicator's draws."""
    targets = [base.targets[name] for name in scenario.path]
    return [target for target in targets if target.indicator == base.study.target_indicator]


def pushed(base: Ground, pushes: Pushes, levels: np.ndarray, digital_change: np.ndarray | None = None) -> np.ndarray:
    """`levels` with the pushes on the years ahead; pushes [..., n_years ahead] give levels [..., n_paths, n_years]."""
    ahead = levels[:, base.start + 1 :]
    if base.indicator == PRODUCTIVITY:
        extra = identities.productivity_push(pushes, base.elasticity, base.ict_effect, len(base.ahead))
        growth = identities.growth_of(levels[:, base.start :]) + extra[..., None, :]
        new = identities.levels_from(levels[:, base.start], growth + _linked(base, pushes, digital_change))
    elif base.indicator == DIGITAL:
        _require_weights(base, pushes)
        new = identities.digital_share(ahead, pushes, base.split)
    elif base.indicator == ECOMMERCE:
        new = ahead * identities.beside_draws(identities.ecommerce_ratio(pushes))
    else:
        raise KeyError(base.indicator)
    past = np.broadcast_to(levels[:, : base.start + 1], (*new.shape[:-1], base.start + 1))
    return np.concatenate([past, new], axis=-1)


def _linked(base: Ground, pushes: Pushes, digital_change: np.ndarray | None) -> np.ndarray | float:
    """What the digital share's extra rise adds to productivity growth; 0 without the link or the share."""
    if LINK not in pushes or digital_change is None:
        return 0.0
    rise = np.diff(digital_change[..., base.start :], axis=-1)
    return np.asarray(pushes[LINK])[..., None, :] * rise


def without_structure(base: Ground, levers: Iterable[str]) -> list[str]:
    """Which of the levers cannot be pushed because they move sectors and the territory's GRDP by sector is not published."""
    moved = (*identities.RATES, "structure_services") if base.split.weights is None else ()
    return [name for name in moved if name in set(levers)]


def _require_weights(base: Ground, pushes: Pushes) -> None:
    if wanted := without_structure(base, pushes):
        raise RefusedError(
            f"{', '.join(wanted)}: chưa có cơ cấu GRDP công bố của địa bàn này.",
            f"{', '.join(wanted)}: the structure of this territory's GRDP is not published.",
        )


def with_components(base: Ground, scenario: Scenario, levers: Levers) -> np.ndarray:
    """The merged levels with pushes on single components: flows add, ratios by their weights, nothing is averaged."""
    moved = {}
    for name, part in base.components.items():
        pushes = pushes_of(scenario, base.ahead, levers, base.indicator, name)
        if pushes:
            moved[name] = pushed(replace(base, split=base.splits[name]), pushes, part)
    if not moved:
        return base.levels
    shares = {name: base.weights.get(name, 1.0) for name in base.components}
    before = sum(shares[name] * part for name, part in base.components.items())
    after = sum(shares[name] * moved.get(name, part) for name, part in base.components.items())
    if base.indicator != DIGITAL:
        return base.levels * (after / before)
    return np.clip(base.levels + after - before, 0.0, 100.0)


def on_path(base: Ground, targets: Sequence[Target], end: str) -> np.ndarray:
    """Levels that meet the targets exactly in every draw.

    Growth: each draw keeps its own base year and grows by exactly the target in each year of the period, afterwards as in
    the baseline. Level: a straight line from the year before the document (each draw's own value) to the target's value in
    its year, then held; only the target years are the document's numbers.
    """
    levels = np.array(base.levels)
    for target in sorted(targets, key=lambda target: target.last):
        value = target.value_high if end == "high" and target.value_high is not None else target.value
        if target.kind == "level":
            _level_path(levels, base.years, target, float(value or 0.0))
        else:
            _growth_path(levels, base.levels, base.years, target, float(value or 0.0))
    return levels


def _growth_path(levels: np.ndarray, base: np.ndarray, years: tuple[int, ...], target: Target, rate: float) -> None:
    if target.first - 1 not in years or target.last not in years:
        raise RefusedError(
            f"{target.id}: số mô phỏng không có đủ các năm {target.first - 1}-{target.last}.",
            f"{target.id}: the draws do not cover {target.first - 1}-{target.last}.",
        )
    start, end = years.index(target.first - 1), years.index(target.last)
    levels[:, start + 1 : end + 1] = levels[:, [start]] * (1.0 + rate / 100.0) ** np.arange(1, end - start + 1)
    levels[:, end + 1 :] = levels[:, [end]] * base[:, end + 1 :] / base[:, [end]]


def _level_path(levels: np.ndarray, years: tuple[int, ...], target: Target, value: float) -> None:
    issued = int(target.issued[:4] or target.last - 1)
    start = years.index(min(max(issued - 1, years[0]), target.last - 1))
    end = years.index(target.last)
    step = np.arange(1, end - start + 1) / (end - start)
    levels[:, start + 1 : end] = levels[:, [start]] + (value - levels[:, [start]]) * step[:-1]
    levels[:, end:] = value

