"""The identities on figures: e-commerce in the one year that is known, and how far each sector is digital under a scenario."""

from __future__ import annotations

from typing import Any

import numpy as np
import pandas as pd

from forecast.domain import Key, Observation
from forecast.headline import DIGITAL, ECOMMERCE, NATION
from forecast.policy.levers import identities
from forecast.policy.levers.pushes import pushes_of, with_components
from forecast.policy.scenarios.baselines import Baseline, Wanted

PROGRAMME = "hy_digital_sector_share_qd571_2025"  # at least 10 % in each sector
_PARTS = ("ecommerce_sellers", "ecommerce_transactions", ECOMMERCE)
_COLUMNS = "territory year view part value unit bound source".split()


def ecommerce_anatomy(base: Baseline) -> pd.DataFrame:
    """Revenue as sellers x orders per seller x order value, beside national market x share, where the figures are published.

    One row a part and former province; `view` is factors or market, `bound` what the source said (the ratio of an 'over' and a
    'nearly' is 'about'). A territory without one of the figures has the row 'missing' that names it; nothing is guessed.
    """
    rows: list[tuple[Any, ...]] = []
    for name in base.components or (base.territory,):
        figures = {part: figure for part in _PARTS if (figure := _latest(base, part, name))}
        if len(figures) < len(_PARTS):
            rows += [(name, None, "factors", "missing", None, "", "", part) for part in _PARTS if part not in figures]
            continue
        sellers, orders, revenue = figures.values()
        year, source = revenue.period.first, "+".join(dict.fromkeys(figure.source for figure in figures.values()))
        each = revenue.value * 1e3 / orders.value  # billion VND over orders, in million VND
        rows += [
            (name, year, "factors", "sellers", sellers.value, "count", sellers.bound, source),
            (name, year, "factors", "orders_per_seller", orders.value / sellers.value, "count", "about", source),
            (name, year, "factors", "order_value", each, "vnd_mn", "about", source),
            (name, year, "factors", "revenue", revenue.value, "vnd_bn", revenue.bound, source),
            *_market_rows(base, name, year, revenue.value),
        ]
    return pd.DataFrame(rows, columns=_COLUMNS)


def _latest(base: Baseline, indicator: str, territory: str) -> Observation | None:
    points = base.store.series(Key(indicator, "province", territory), as_of=base.as_of).points
    return points[-1] if points else None


def _market_rows(base: Baseline, name: str, year: int, revenue: float) -> list[tuple[Any, ...]]:
    """The nation's retail e-commerce of the year in VND at that year's rate, and what part of it the revenue is."""
    day = base.as_of
    market = base.store.series(Key("ecommerce_b2c_usd", "moit", NATION), as_of=day).at(year)
    rate = base.store.series(Key("vnd_per_usd", "worldbank", NATION), as_of=day).at(year)
    if market is None or rate is None:
        return [(name, year, "market", "missing", None, "", "", "ecommerce_b2c_usd, vnd_per_usd")]
    total, source = market.value * rate.value, f"{market.source}+{rate.source}"
    return [
        (name, year, "market", "market", total, "vnd_bn", market.bound, source),
        (name, year, "market", "province_share", 100.0 * revenue / total, "percent", "about", source),
    ]


def sector_rates(base: Baseline, scenario: Wanted = "baseline") -> pd.DataFrame:
    """How much of each sector's value added is digital (core left out), percent by year: 10 %, 50 %, 90 % and the chance of the
    programme's 10 %. Rests on the nation's division of the digital share (red); empty where GRDP by sector is not published."""
    columns = "scenario sector year low median high goal probability".split()
    chosen = base.scenario(scenario)
    ground = base.grounds.get(DIGITAL)
    if ground is None or ground.split.weights is None:
        return pd.DataFrame(columns=columns)
    levers, ahead = base.store.scenario_levers, ground.ahead
    share = with_components(ground, chosen, levers)[:, ground.start + 1 :]
    goal = next((target.value for target in base.store.targets if target.id == PROGRAMME), None)
    rows = []
    for sector, rate in identities.digital_rates(share, pushes_of(chosen, ahead, levers, DIGITAL), ground.split).items():
        for column, year in enumerate(ahead):
            if year <= base.horizon_year:
                ends = [float(value) for value in np.quantile(rate[:, column], (0.1, 0.5, 0.9))]
                chance = None if goal is None else float((rate[:, column] >= goal).mean())
                rows.append((chosen.id, sector, year, *ends, goal, chance))
    return pd.DataFrame(rows, columns=columns)
