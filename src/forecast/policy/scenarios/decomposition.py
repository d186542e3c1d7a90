"""The identities on figures: e-commerce in the one year that is known, and how far each sector is digital under a scenario."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import numpy as np
import pandas as pd

from forecast.domain import Key, Scenario
from forecast.models.provincial.national import NATION
from forecast.policy.levers import identities
from forecast.policy.levers.apply import pushes_of, with_components
from forecast.policy.scenarios.baseline import DIGITAL, Baseline

PROGRAMME = "hy_digital_sector_share_qd571_2025"  # at least 10 % in each sector
_PARTS = ("ecommerce_sellers", "ecommerce_transactions", "ecommerce_revenue")
_COLUMNS = "territory year view part value unit bound source".split()


def ecommerce_anatomy(base: Baseline) -> pd.DataFrame:
    """Revenue as sellers x orders per seller x order value, beside national market x share, where the figures are published.

    One row a part and former province; `view` is factors or market, `bound` what the source said (the ratio of an 'over' and a
    'nearly' is 'about'). A territory without one of the figures has the row 'missing' that names it; nothing is guessed.
    """
    rows = []
    for name in base.components or (base.territory,):
        found = {part: _latest(base, part, "province", name) for part in _PARTS}
        lacking = [part for part, point in found.items() if point is None]
        if lacking:
            rows += [(name, None, "factors", "missing", None, "", "", part) for part in lacking]
            continue
        sellers, orders, revenue = (found[part] for part in _PARTS)
        year, source = revenue.period.first, "+".join(dict.fromkeys(point.source for point in found.values()))
        each = revenue.value * 1e3 / orders.value  # billion VND over orders, in million VND
        rows += [
            (name, year, "factors", "sellers", sellers.value, "count", sellers.bound, source),
            (name, year, "factors", "orders_per_seller", orders.value / sellers.value, "count", "about", source),
            (name, year, "factors", "order_value", each, "vnd_mn", "about", source),
            (name, year, "factors", "revenue", revenue.value, "vnd_bn", revenue.bound, source),
            *_market_rows(base, name, year, revenue.value),
        ]
    return pd.DataFrame(rows, columns=_COLUMNS)


def _latest(base: Baseline, indicator: str, measure: str, territory: str) -> Any:
    points = base.store.series(Key(indicator, measure, territory), as_of=base.any.as_of).points
    return points[-1] if points else None


def _market_rows(base: Baseline, name: str, year: int, revenue: float) -> list[tuple]:
    """The nation's retail e-commerce of the year in VND at that year's rate, and what part of it the revenue is."""
    day = base.any.as_of
    market = base.store.series(Key("ecommerce_b2c_usd", "moit", NATION), as_of=day).at(year)
    rate = base.store.series(Key("vnd_per_usd", "worldbank", NATION), as_of=day).at(year)
    if market is None or rate is None:
        return [(name, year, "market", "missing", None, "", "", "ecommerce_b2c_usd, vnd_per_usd")]
    whole, source = market.value * rate.value, f"{market.source}+{rate.source}"
    return [
        (name, year, "market", "market", whole, "vnd_bn", market.bound, source),
        (name, year, "market", "province_share", 100.0 * revenue / whole, "percent", "about", source),
    ]


def sector_rates(base: Baseline, scenario: str | Mapping[str, Any] | Scenario = "baseline") -> pd.DataFrame:
    """How much of each sector's value added is digital (core left out), percent by year: 10 %, 50 %, 90 % and the chance of the
    programme's 10 %. Rests on the nation's division of the digital share (red); empty where GRDP by sector is not published."""
    columns = "scenario sector year low median high goal probability".split()
    chosen = base.scenario(scenario)
    ground = base.grounds.get(DIGITAL)
    if ground is None or ground.split.weights is None:
        return pd.DataFrame(columns=columns)
    levers, ahead = base.store.scenario_levers, ground.ahead
    share = with_components(ground, chosen, levers)[:, ground.start + 1 :]
    goal = next((item.value for item in base.store.targets if item.id == PROGRAMME), None)
    rows = []
    for sector, rate in identities.digital_rates(share, pushes_of(chosen, ahead, levers, DIGITAL), ground.split).items():
        for place, year in enumerate(ahead):
            if year <= base.horizon_year:
                ends = [float(value) for value in np.quantile(rate[:, place], (0.1, 0.5, 0.9))]
                chance = None if goal is None else float((rate[:, place] >= goal).mean())
                rows.append((chosen.id, sector, year, *ends, goal, chance))
    return pd.DataFrame(rows, columns=columns)
