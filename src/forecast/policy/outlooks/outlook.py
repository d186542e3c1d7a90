"""The whole answer for one indicator and territory: draws, figures, targets; the object a notebook holds."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import date

import numpy as np

from forecast.domain import Observation, Scenario, Series, Target
from forecast.errors import RefusedError
from forecast.evidence import Evidence
from forecast.models.provincial.national import NATION, Nation
from forecast.models.provincial.province import Draws, Study, draw_province, study_for
from forecast.policy.levers import apply
from forecast.policy.outlooks.targets import Assessment, assess, growth_of

BEYOND = 5  # years drawn past the horizon asked for, so that a late arrival still has a year
PROVINCE = ("hung_yen_pre2025", "hung_yen_2025")


@dataclass(frozen=True)
class Outlook:
    """Draws `levels[n_paths, n_years]` in the indicator's unit, the nation behind them, figures and assessed targets."""

    study: Study
    territory: str
    measure: str
    scenario: str
    method: str
    seed: int
    as_of: date
    newest: date
    horizon_year: int
    draws: Draws
    known_to: int
    figures: tuple[Observation, ...]
    resolved: tuple[Series, ...]
    assessments: tuple[Assessment, ...]
    before: Outlook | None = None  # the baseline a scenario was applied to
    chosen: Scenario | None = None  # that scenario

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
        """The assessment the first sentence speaks of: an open target of the territory itself, else the nearest there is."""
        rank = {"own": 0, "national_yardstick": 1, "other_territory": 2}
        candidates = [item for item in self.assessments if item.probability is not None and item.state == "open"]
        return min(candidates, key=lambda item: (rank[item.applies], item.target.last, item.target.row), default=None)


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
    draws: Draws | None = None,
) -> Outlook:
    """Answer for one indicator, territory and measure as known on `as_of`; `draws` where these very ones were drawn before.

    Raises RefusedError where the figures allow no forecast, MissingComponentError where a merged ratio lacks a component.
    """
    study = study_for(indicator)
    chosen = store.scenario(scenario) if scenario != "baseline" else None
    if chosen:
        apply.require_fitting(chosen, territory, store.territories[territory].components)
    day = store.day(as_of)
    last_year = horizon_year + BEYOND
    if draws is None:
        draws = draw_province(store, study, territory, measure, day, last_year, method=method, seed=seed, n_paths=n_paths)
    if horizon_year not in draws.years[draws.nation.known :]:
        raise RefusedError(
            f"Năm {horizon_year} quá xa hoặc không sau năm số liệu cuối {draws.nation.origin} (tối đa {draws.years[-1]}).",
            f"Year {horizon_year} is too far, or not after the last figure's year {draws.nation.origin} (at most {draws.years[-1]}).",
        )
    figures, resolved = _figures(store, study, territory, measure, day)
    readings = [item.year for item in draws.readings if item.year <= last_year]
    known_to = max([draws.nation.origin, *readings])
    aims = _targets(store, study, territory, day)
    known = known_to, day, _published(figures, study)
    assessments = tuple(_assess(aim, applies, draws, *known) for aim, applies in aims)
    identity = study, territory, measure, "baseline", method, seed, day, store.last_vintage, horizon_year
    found = Outlook(*identity, draws, known_to, figures, resolved, assessments)
    return under(store, found, chosen) if chosen else found


def _published(figures: tuple[Observation, ...], study: Study) -> tuple[Observation, ...]:
    return tuple(
        item
        for item in figures
        if item.key.indicator == study.target_indicator and item.status not in ("derived", "assumption")
    )


def _assess(
    target: Target, applies: str, draws: Draws, known_to: int, day: date, published: tuple[Observation, ...]
) -> Assessment:
    own = published if applies == "own" else ()
    return assess(target, draws.levels, draws.years, known_to=known_to, as_of=day, applies=applies, published=own)


def under(store: Evidence, found: Outlook, chosen: Scenario) -> Outlook:
    """The outlook with a scenario applied to its draws, targets assessed again; `before` keeps the baseline."""
    levels = scenario_levels(store, found, found.draws, chosen)
    return with_levels(found, levels, chosen)


def scenario_levels(store: Evidence, found: Outlook, draws: Draws, chosen: Scenario) -> np.ndarray:
    """`draws` of the outlook's kind under a scenario; the digital share is drawn too where the link to it is on."""
    base = apply.ground(store, found.study, found.territory, found.measure, draws, found.known_to)
    change = None
    if found.study.indicator == apply.PRODUCTIVITY and apply.link_on(chosen):
        change = _digital_change(store, found, chosen, draws)
    return apply.apply(base, chosen, store.scenario_levers, change)


def _digital_change(store: Evidence, found: Outlook, chosen: Scenario, draws: Draws) -> np.ndarray:
    """Scenario minus baseline digital share (statistics office), for the years of `draws`."""
    other = outlook(
        store,
        apply.DIGITAL,
        territory=found.territory,
        measure="nso",
        horizon_year=found.horizon_year,
        as_of=found.as_of.isoformat(),
        method=found.method,
        seed=found.seed,
        n_paths=len(draws.levels),
    )
    moved = scenario_levels(store, other, other.draws, chosen) - other.levels
    return apply.change_on(draws.years, other.years, moved)


def with_levels(found: Outlook, levels: np.ndarray, chosen: Scenario) -> Outlook:
    """The outlook with a scenario's levels on the same draws, its targets assessed again."""
    draws = replace(found.draws, levels=levels)
    known = found.known_to, found.as_of, _published(found.figures, found.study)
    assessed = tuple(_assess(item.target, item.applies, draws, *known) for item in found.assessments)
    return replace(found, draws=draws, assessments=assessed, scenario=chosen.id, before=found, chosen=chosen)


def _targets(store: Evidence, study: Study, territory: str, day: date) -> list[tuple[Target, str]]:
    """Targets of the indicator for this territory, for the province's other boundaries, and the nation's where it has none."""
    mine = [item for item in store.targets if item.indicator == study.target_indicator and _issued(item) <= day]
    own = [(item, "own") for item in mine if item.territory == territory]
    other = [(item, "other_territory") for item in mine if item.territory in PROVINCE and item.territory != territory]
    if territory == NATION:
        return own
    yardstick = [(item, "national_yardstick") for item in mine if item.territory == NATION]
    readable = [item for item, _ in own + other if item.value is not None]
    return own + other + ([] if readable else yardstick)


def _issued(target: Target) -> date:
    try:
        return date.fromisoformat(target.issued)
    except ValueError:
        return date.min


_SHOWN = {
    "labour_productivity_real": ("labour_productivity_real", "labour_productivity_growth", "labour_productivity"),
    "digital_economy_share": ("digital_economy_share",),
    "ecommerce_revenue": ("ecommerce_revenue", "ecommerce_platform_payments"),
}


def _figures(
    store: Evidence, study: Study, territory: str, measure: str, day: date
) -> tuple[tuple[Observation, ...], tuple[Series, ...]]:
    """Every figure of the territory (or its components) that the reader should see, and the resolved series behind them."""
    names = (territory, *store.territories[territory].components)
    measures = {measure, "province"} if study.prefix != "ecommerce" else None
    figures: list[Observation] = []
    resolved: list[Series] = []
    for indicator in _SHOWN[study.indicator]:
        for name in names:
            rows = [
                item
                for item in store.figures(indicator=indicator, territory=name, as_of=day, annual=False)
                if not item.period.part and (measures is None or item.key.measure in measures)
            ]
            figures += rows
            for key, kind in sorted({(item.key, item.kind) for item in rows if item.kind in ("level", "growth")}):
                resolved.append(store.series(key, as_of=day, kind=kind))
    return tuple(figures), tuple(resolved)


def quantities(found: Outlook) -> dict[str, tuple[tuple[int, ...], np.ndarray]]:
    """Draws by quantity: level (where a published level anchors it) and, but for the digital share, growth."""
    growth = (found.years[1:], growth_of(found.levels))
    level = {"level": (found.years, found.levels)} if found.draws.anchored else {}
    return level if found.study.prefix == "digital" else {**level, "growth": growth}
