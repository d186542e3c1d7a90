"""The parts of each identity by name, computed apart from the levels: what they must sum to is what a scenario gives."""

import numpy as np

from forecast.headline import DIGITAL, PRODUCTIVITY
from forecast.policy.levers import identities, pushes
from forecast.policy.levers.identities import FACTORS, total


def parts(base, scenario, levers, digital_change=None):
    """The identity's parts and their whole, each [n_paths, n_years ahead]; the parts sum to the whole to 1e-9.

    Productivity: growth in percentage points a year. Digital: share in percent of GRDP. E-commerce: growth in log points.
    A path that targets ask for adds the part 'gap': what no lever explains. Pushes on components are the part 'components'.
    """
    levels, start = pushes.applied(base, scenario, levers, digital_change), base.start
    given = pushes.pushes_of(scenario, base.ahead, levers, base.indicator)
    middle = pushes.with_components(base, scenario, levers)
    on = bool(pushes.path_targets(base, scenario))
    if base.indicator == PRODUCTIVITY:
        whole, plain = identities.growth_of(levels[:, start:]), identities.growth_of(base.levels[:, start:])
        named = productivity_parts(plain, given, base, pushes._linked(base, given, digital_change))
        moved = identities.growth_of(middle[:, start:]) - plain
    elif base.indicator == DIGITAL:
        whole, plain = levels[:, start + 1 :], base.levels[:, start + 1 :]
        named = identities.digital_parts(plain if on else middle[:, start + 1 :], given, base.split)
        moved = np.zeros_like(plain)
    else:
        whole = 100.0 * np.diff(np.log(levels[:, start:]), axis=-1)
        named = ecommerce_parts(base.levels[:, start:], given, base.market[:, start:])
        moved = 100.0 * np.diff(np.log(middle[:, start:] / base.levels[:, start:]), axis=-1)
    if np.any(moved):
        named["components"] = moved
    if on:
        named["gap"] = whole - sum(named.values())
    return named, whole


def productivity_parts(growth, given, base, linked):
    """Parts of scenario growth that sum to it in every draw and year, points a year."""
    named = {
        "capital_deepening": (1.0 - base.tfp_share) * growth + total(given, "capital_deepening"),
        "tfp": base.tfp_share * growth + total(given, "tfp"),
        "labour_shift": total(given, "labour_shift"),
        "employment": -base.elasticity * total(given, "employment"),
        "digital": base.ict_effect * total(given, "ict_index") + linked,
    }
    return {name: np.broadcast_to(values, growth.shape) for name, values in named.items()}


def ecommerce_parts(revenue, given, market):
    """Parts of scenario growth in log points x 100 that sum to 100 ln R'(t)/R'(t-1).

    revenue, market: [n_paths, 1 + n_years], the base year first. Where the market view is pushed (or nothing), growth is the
    market's plus the share's; where sellers, orders or value are pushed, the base growth stays one part: one year of
    figures cannot divide it.
    """
    base = 100.0 * np.diff(np.log(revenue), axis=-1)
    added = {name: 100.0 * np.log1p(np.asarray(given[name]) / 100.0) for name in FACTORS if name in given}
    if any(name in added for name in FACTORS[:3]):
        return {"base": base, **{name: np.broadcast_to(added.get(name, 0.0), base.shape) for name in FACTORS[:3]}}
    national = 100.0 * np.diff(np.log(market), axis=-1)
    return {
        "market": national + added.get("market", 0.0),
        "province_share": base - national + added.get("province_share", 0.0),
    }
