"""The accounting identities behind scenarios: pure arithmetic on draws, simple enough to be repeated in a page.

Arrays of draws are [n_paths, n_years]; pushes are [n_years] per lever, or [..., n_years] for many coalitions at once, and
results are then [..., n_paths, n_years]. Growth and shares are in percent. With base draws g, S, R:

    productivity  g' = g + sum of pushes (employment times -elasticity, index points times their effect) + link x d(S' - S)
                  L'(t) = L'(t-1) x (1 + g'(t) / 100)
    digital       core' = c S x prod(1 + x/100);  added = core' - c S  (points of GRDP; GRDP grows by it)
                  rate'(s) = rate(s) + cumulated push;  weight'(s) = weight(s) + what moved between sectors
                  S' = (core' + sum over s of weight'(s) rate'(s) / 100) / (1 + added / 100), the sum at most 100 - c S: what is
                  digital outside the core cannot be more than there is outside the core, so S' stays within 100
    e-commerce    R' = R x prod over levers and years of (1 + u/100)
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from functools import reduce

import numpy as np

Pushes = Mapping[str, np.ndarray]
SECTORS = ("agriculture", "industry_construction", "services")
RATES = {
    "digitalisation_agriculture": "agriculture",
    "digitalisation_industry": "industry_construction",
    "digitalisation_services": "services",
}
FACTORS = ("sellers", "orders_per_seller", "order_value", "market", "province_share")


@dataclass(frozen=True)
class Split:
    """How a digital share divides: its core part, and each sector's part of the rest (sum 1); sector weights in % of GRDP.

    `weights` is None where the structure of GRDP is not published: sectors can then not be pushed.
    """

    core: float
    sectors: Mapping[str, float]
    weights: Mapping[str, float] | None


def total(pushes: Pushes, name: str) -> np.ndarray | float:
    """The push of a lever, 0.0 where there is none."""
    return pushes.get(name, 0.0)


def growth_of(levels: np.ndarray) -> np.ndarray:
    """Yearly growth in percent along the last axis."""
    return 100.0 * (levels[..., 1:] / levels[..., :-1] - 1.0)


def levels_from(base: np.ndarray, growth: np.ndarray) -> np.ndarray:
    """Levels [..., n_paths, n_years] after the base year's `base[n_paths]`, growing by `growth` percent a year."""
    return base[:, None] * np.cumprod(1.0 + growth / 100.0, axis=-1)


def productivity_push(pushes: Pushes, elasticity: float, ict_effect: float, n_years: int) -> np.ndarray:
    """What the levers add to yearly growth, percentage points, [..., n_years]; the link to the digital share left out."""
    plain = total(pushes, "capital_deepening") + total(pushes, "tfp") + total(pushes, "labour_shift")
    added = plain - elasticity * total(pushes, "employment") + ict_effect * total(pushes, "ict_index")
    return np.broadcast_to(added, (*np.shape(added)[:-1], n_years))


def digital_parts(share: np.ndarray, pushes: Pushes, split: Split) -> dict[str, np.ndarray]:
    """Parts of the scenario share in percent of GRDP: the core and each sector's digitalised value added."""
    before = split.core * share
    grown = np.cumprod(1.0 + np.asarray(total(pushes, "core_growth")) / 100.0, axis=-1)
    core = before * beside_draws(grown)
    scale = 1.0 + (core - before) / 100.0
    sectors = {name: _sector(name, share, pushes, split) for name in SECTORS}
    kept = _kept(sectors, before)
    return {"core": core / scale, **{name: kept * part / scale for name, part in sectors.items()}}


def _kept(sectors: Mapping[str, np.ndarray], core: np.ndarray) -> np.ndarray:
    """What is kept of the sectors' digitalised value added so that it finds room beside the baseline's core; 1 nearly always."""
    together, room = reduce(np.add, sectors.values()), 100.0 - core
    return room / np.maximum(together, room)


def beside_draws(values: np.ndarray | float) -> np.ndarray:
    """[..., n_years] as [..., 1, n_years], to stand beside draws; a plain number stays one."""
    values = np.asarray(values)
    return values[..., None, :] if values.ndim else values


def _sector(name: str, share: np.ndarray, pushes: Pushes, split: Split) -> np.ndarray:
    """A sector's digitalised value added, points of the baseline's GRDP."""
    if split.weights is None or not any(lever in pushes for lever in (*RATES, "structure_services")):
        return (1.0 - split.core) * split.sectors[name] * share
    weight, rate = split.weights[name], _rate(name, share, pushes, split)
    if "structure_services" not in pushes or name == "industry_construction":
        return weight * rate / 100.0
    moved = np.minimum(np.cumsum(pushes["structure_services"], axis=-1), split.weights["agriculture"])
    return (weight + beside_draws(moved if name == "services" else -moved)) * rate / 100.0


def _rate(name: str, share: np.ndarray, pushes: Pushes, split: Split) -> np.ndarray:
    """How much of a sector's value added is digital, percent: its part of the share over its weight, plus the pushes."""
    weight = (split.weights or {})[name]
    rate = 100.0 * (1.0 - split.core) * split.sectors[name] * share / weight
    lever = next(key for key, sector in RATES.items() if sector == name)
    return np.clip(rate + beside_draws(np.cumsum(pushes[lever], axis=-1)), 0.0, 100.0) if lever in pushes else rate


def digital_rates(share: np.ndarray, pushes: Pushes, split: Split) -> dict[str, np.ndarray]:
    """How much of each sector's value added is digital (core left out), percent; needs the sectors' weights."""
    kept = _kept({name: _sector(name, share, pushes, split) for name in SECTORS}, split.core * share)
    return {name: kept * _rate(name, share, pushes, split) for name in SECTORS}


def digital_share(share: np.ndarray, pushes: Pushes, split: Split) -> np.ndarray:
    """The scenario share: the sum of its parts, whose last bit does not pass the whole."""
    return np.minimum(reduce(np.add, digital_parts(share, pushes, split).values()), 100.0)


def ecommerce_ratio(pushes: Pushes) -> np.ndarray | float:
    """Scenario revenue over base revenue by year, [..., n_years]: the product of every lever's cumulated factor."""
    ratio: np.ndarray | float = 1.0
    for name in FACTORS:
        if name in pushes:
            ratio = ratio * np.cumprod(1.0 + np.asarray(pushes[name]) / 100.0, axis=-1)
    return ratio
