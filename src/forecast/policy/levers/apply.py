"""A scenario applied to an outlook's draws, on common random numbers: the same draw before and after, so differences are exact."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace

import numpy as np

from forecast.domain import Key, Scenario, Target
from forecast.errors import RefusedError
from forecast.evidence import Evidence
from forecast.models.provincial.province import Draws, Study
from forecast.policy.levers import identities
from forecast.policy.levers.identities import SECTORS, Pushes, Split

PRODUCTIVITY, DIGITAL, ECOMMERCE = "labour_productivity_real", "digital_economy_share", "ecommerce_revenue"
LINK = "link_digital_productivity"
_WEIGHTS = {name: f"grdp_share_{name}" for name in SECTORS}


@dataclass(frozen=True)
class Ground:
    """One indicator's baseline ready for scenario arithmetic: `levels[n_paths, n_years]`, the years, and what the parts need.

    Years up to `known_to` are not moved by pushes. `market` are the nation's levels behind them; `components` the levels
    and weights of a merged territory's parts; `split` how a digital share divides.
    """

    indicator: str
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
    def start(self) -> int:
        """The column of the last year that no push moves."""
        return self.years.index(self.known_to)

    @property
    def ahead(self) -> tuple[int, ...]:
        return self.years[self.start + 1 :]


def ground(store: Evidence, study: Study, territory: str, measure: str, draws: Draws, known_to: int) -> Ground:
    """The baseline of one outlook as scenario arithmetic needs it."""
    fact = {name: float(item["value"]) for name, item in store.lever_facts.items()}
    return Ground(
        indicator=study.indicator,
        years=draws.years,
        levels=draws.levels,
        known_to=known_to,
        market=draws.nation.transform.inverse(draws.nation.draws),
        tfp_share=fact["tfp_share_of_productivity_growth"],
        elasticity=fact["capital_elasticity"],
        ict_effect=fact["ict_index_effect"],
        split=_split(store, fact, territory, measure),
        splits={name: _split(store, fact, name, measure) for name, _ in draws.parts},
        components=dict(draws.parts),
        weights={name: share for name, share, _ in draws.weights},
        targets={item.id: item for item in store.targets},
    )


def _split(store: Evidence, fact: Mapping[str, float], territory: str, measure: str) -> Split:
    """The division of the digital share; industry and services share the rest by their weights in GRDP (or half and half)."""
    weights = {}
    for sector, indicator in _WEIGHTS.items():
        points = store.series(Key(indicator, "nso", territory)).points
        if points:
            weights[sector] = points[-1].value
    whole = len(weights) == len(SECTORS)
    other = weights["industry_construction"] + weights["services"] if whole else 2.0
    first = fact["digital_agriculture_share"]
    rest = {name: (1.0 - first) * (weights[name] if whole else 1.0) / other for name in SECTORS[1:]}
    core = fact.get(f"digital_core_share_{measure}", fact["digital_core_share_nso"])
    return Split(core, {"agriculture": first, **rest}, weights if whole else None)


def with_fact(ground: Ground, fact: str, value: float) -> Ground:
    """The ground with one fact of the register at another value."""
    plain = {"capital_elasticity": "elasticity", "ict_index_effect": "ict_effect"}
    if fact in plain:
        return replace(ground, **{plain[fact]: value})
    splits = {name: _with_split(item, fact, value) for name, item in ground.splits.items()}
    return replace(ground, split=_with_split(ground.split, fact, value), splits=splits)


def _with_split(split: Split, fact: str, value: float) -> Split:
    if fact.startswith("digital_core_share"):
        return replace(split, core=value)
    rest = (1.0 - value) / (1.0 - split.sectors["agriculture"])
    return replace(split, sectors={name: value if name == "agriculture" else part * rest for name, part in split.sectors.items()})


def pushes_of(scenario: Scenario, years: Sequence[int], levers: Mapping, indicator: str, place: str = "") -> Pushes:
    """The scenario's pushes for one indicator by lever and year, those of the component `place` only (empty: the whole)."""
    found: dict[str, np.ndarray] = {}
    for item in scenario.pushes:
        if item.territory == place and levers[item.lever].indicator == indicator:
            found[item.lever] = found.get(item.lever, 0.0) + item.values(years)
    return found


def link_on(scenario: Scenario) -> bool:
    """Whether the scenario lets the digital share move productivity."""
    return any(item.lever == LINK for item in scenario.pushes)


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
    for item in scenario.pushes:
        if item.territory and item.territory not in components:
            raise RefusedError(
                f"Kịch bản '{scenario.id}', {item.lever}: '{item.territory}' không phải thành phần của '{territory}'.",
                f"Scenario '{scenario.id}', {item.lever}: '{item.territory}' is no component of '{territory}'.",
            )


def apply(base: Ground, scenario: Scenario, levers: Mapping, digital_change: np.ndarray | None = None) -> np.ndarray:
    """Scenario levels [n_paths, n_years] of one indicator; `digital_change` = scenario minus baseline share, percentage
    points, for the years of `base`, needed only where the link to the digital share is on."""
    targets = [base.targets[name] for name in scenario.path]
    mine = [item for item in targets if indicator_of(item) == base.indicator]
    levels = on_path(base, mine, scenario.path_end) if mine else with_components(base, scenario, levers)
    pushes = pushes_of(scenario, base.ahead, levers, base.indicator)
    if not pushes:
        return levels
    return pushed(base, pushes, levels, digital_change)


def indicator_of(target: Target) -> str:
    """The indicator whose draws a target is held against."""
    return {"labour_productivity_growth": PRODUCTIVITY, "ecommerce_growth": ECOMMERCE}.get(
        target.indicator, target.indicator
    )


def pushed(base: Ground, pushes: Pushes, levels: np.ndarray, digital_change: np.ndarray | None = None) -> np.ndarray:
    """`levels` with the pushes on the years ahead; pushes [..., n_years ahead] give levels [..., n_paths, n_years]."""
    start = base.start
    ahead = levels[:, start:]
    if base.indicator == PRODUCTIVITY:
        extra = identities.productivity_push(pushes, base.elasticity, base.ict_effect, len(base.ahead))
        growth = identities.growth_of(ahead) + extra[..., None, :]
        growth = growth + _linked(base, pushes, digital_change)
        new = identities.levels_from(ahead[:, 0], growth)
    elif base.indicator == DIGITAL:
        _require_weights(base, pushes)
        new = identities.digital_share(ahead[:, 1:], pushes, base.split)
    else:
        ratio = np.asarray(identities.ecommerce_ratio(pushes))
        new = ahead[:, 1:] * (ratio[..., None, :] if ratio.ndim else ratio)
    past = np.broadcast_to(levels[:, : start + 1], (*new.shape[:-1], start + 1))
    return np.concatenate([past, new], axis=-1)


def _linked(base: Ground, pushes: Pushes, digital_change: np.ndarray | None) -> np.ndarray | float:
    """What the digital share's extra rise adds to productivity growth; 0 without the link or the share."""
    if LINK not in pushes or digital_change is None:
        return 0.0
    rise = np.diff(digital_change[..., base.start :], axis=-1)
    return np.asarray(pushes[LINK])[..., None, :] * rise


def _require_weights(base: Ground, pushes: Pushes) -> None:
    wanted = [name for name in (*identities.RATES, "structure_services") if name in pushes]
    if wanted and base.split.weights is None:
        raise RefusedError(
            f"{', '.join(wanted)}: chưa có cơ cấu GRDP công bố của địa bàn này.",
            f"{', '.join(wanted)}: the structure of this territory's GRDP is not published.",
        )


def with_components(base: Ground, scenario: Scenario, levers: Mapping) -> np.ndarray:
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
    return base.levels + after - before if base.indicator == DIGITAL else base.levels * (after / before)


def on_path(base: Ground, targets: Sequence[Target], end: str) -> np.ndarray:
    """Levels that meet the targets exactly in every draw.

    Growth: each draw keeps its own base year and grows by exactly the target in each year of the period, afterwards as in
    the baseline. Level: a straight line from the year before the document (each draw's own value) to the target's value in
    its year, then held; only the target years are the document's numbers.
    """
    levels = np.array(base.levels)
    for target in sorted(targets, key=lambda item: item.last):
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


def parts(
    base: Ground, scenario: Scenario, levers: Mapping, digital_change: np.ndarray | None = None
) -> tuple[dict[str, np.ndarray], np.ndarray]:
    """The identity's parts and their whole, each [n_paths, n_years ahead]; the parts sum to the whole to 1e-9.

    Productivity: growth in percentage points a year. Digital: share in percent of GRDP. E-commerce: growth in log points.
    A path that targets ask for adds the part 'gap': what no lever explains. Pushes on components are the part 'components'.
    """
    levels, start = apply(base, scenario, levers, digital_change), base.start
    pushes = pushes_of(scenario, base.ahead, levers, base.indicator)
    middle = with_components(base, scenario, levers)
    on = any(indicator_of(base.targets[name]) == base.indicator for name in scenario.path)
    if base.indicator == PRODUCTIVITY:
        whole, plain = identities.growth_of(levels[:, start:]), identities.growth_of(base.levels[:, start:])
        linked = _linked(base, pushes, digital_change)
        named = identities.productivity_parts(plain, pushes, base.tfp_share, base.elasticity, base.ict_effect, linked)
        moved = identities.growth_of(middle[:, start:]) - plain
    elif base.indicator == DIGITAL:
        whole, plain = levels[:, start + 1 :], base.levels[:, start + 1 :]
        named = identities.digital_parts(plain if on else middle[:, start + 1 :], pushes, base.split)
        moved = np.zeros_like(plain)
    else:
        whole = 100.0 * np.diff(np.log(levels[:, start:]), axis=-1)
        named = identities.ecommerce_parts(base.levels[:, start:], pushes, base.market[:, start:])
        moved = 100.0 * np.diff(np.log(middle[:, start:] / base.levels[:, start:]), axis=-1)
    if np.any(moved):
        named["components"] = moved
    if on:
        named["gap"] = whole - sum(named.values())
    return named, whole
