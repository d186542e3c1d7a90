"""How far a push lies from what has happened before.

A push is judged by what it adds up to with the baseline: reach = baseline part + push, beside the lever's history.
"""

from __future__ import annotations

from typing import Any

import numpy as np

from forecast.domain import Lever
from forecast.headline import DIGITAL, ECOMMERCE, NATION, PRODUCTIVITY
from forecast.policy.levers import identities
from forecast.policy.levers.histories import LeverHistory
from forecast.policy.scenarios.baselines import Baseline


def history(base: Baseline, lever: Lever) -> LeverHistory | None:
    """The lever's history as known on the baseline's day; None where there is none, or none by the measure in use."""
    if lever.indicator == DIGITAL and base.measure != "nso":  # the ministry has published no division year by year
        return None
    return base.histories.get(lever.history)


def baseline_part(base: Baseline, lever: Lever) -> float | None:
    """What the baseline already holds of the lever's part: the median over draws and years to the horizon, in its unit."""
    ground = base.grounds.get(lever.indicator)
    if ground is None:
        return None
    last = ground.years.index(base.horizon_year)
    levels = ground.levels[:, ground.start : last + 1]
    middle = np.median(levels, axis=0)
    growth = 100.0 * ((middle[-1] / middle[0]) ** (1.0 / (len(middle) - 1)) - 1.0)
    if lever.indicator == PRODUCTIVITY:
        share = {"tfp": ground.tfp_share, "capital_deepening": 1.0 - ground.tfp_share}.get(lever.id)
        if lever.id == "employment":
            past = history(base, lever)
            return None if past is None else float(past.values.mean())
        return None if share is None else share * float(np.median(identities.growth_of(levels)))
    if lever.indicator == DIGITAL:
        rest = (middle[-1] - middle[0]) / (len(middle) - 1) * (1.0 - ground.split.core)
        return {"digital_core": growth, "digitalised": rest}.get(lever.history)
    if lever.indicator == ECOMMERCE and lever.history == "market":
        market = np.median(ground.market[:, ground.start : last + 1], axis=0)
        return 100.0 * ((market[-1] / market[0]) ** (1.0 / (len(market) - 1)) - 1.0)
    return None


def colour(push: float, baseline: float | None, past: LeverHistory | None) -> str:
    """'green' within experience, 'amber' beyond the 5-95 % band, 'red' beyond the extremes, 'none' without a history.

    Only the side the push leads to counts: where the baseline itself lies outside the history (a market that slows down), a
    push back towards it is not beyond experience.
    """
    if past is None or baseline is None:
        return "none"
    reach, sign = baseline + push, float(np.sign(push))
    ends = (past.low[1], past.high[1])
    if sign and _beyond(reach, sign, ends):
        return "red"
    return "amber" if sign and past.band and _beyond(reach, sign, past.band) else "green"


def _beyond(reach: float, sign: float, ends: tuple[float, float]) -> bool:
    return reach > ends[1] if sign > 0 else reach < ends[0]


def happened(base: Baseline, lever: Lever, push: float) -> dict[str, Any]:
    """Whether a push has happened before: colour, what it adds up to with the baseline (`reach`), the extreme of the history on the
    side of the push with its year, the last year that went as far (`last`, None: never), and how many years are known."""
    past, part = history(base, lever), baseline_part(base, lever)
    reach, up = None if part is None else part + push, push >= 0
    judged = {"colour": colour(push, part, past), "reach": reach, "years": 0, "side": "high" if up else "low"}
    if past is None or reach is None:
        return {**judged, "extreme": None, "extreme_year": None, "last": None}
    year, value = past.high if up else past.low
    far = past.values >= reach if up else past.values <= reach
    last = [year for year, as_far in zip(past.years, far, strict=True) if as_far]
    return {**judged, "years": len(past.years), "extreme": value, "extreme_year": year, "last": last[-1] if last else None}


def catalogue(base: Baseline) -> list[dict[str, Any]]:
    """Every lever with range, history and baseline part in types JSON knows: what a form or a page needs.

    A push u > 0 is beyond experience when baseline + u exceeds the upper end of `band` (amber) or `highest` (red); u < 0
    when it falls below the lower end or `lowest`. Without a history there is no colour.
    """
    rows = []
    for lever in base.store.scenario_levers.values():
        plain = {key: getattr(lever, key) for key in ("id", "indicator", "part", "view", "unit", "low", "high", "step")}
        names = {"name_vi": lever.name.vi, "name_en": lever.name.en, "reason_vi": lever.reason.vi, "reason_en": lever.reason.en}
        kept = {key: getattr(lever, key) for key in ("helps", "control", "on", "central", "rating", "source")}
        rows.append({**plain, **names, **kept, "baseline": baseline_part(base, lever), "record": _listed(history(base, lever))})
    return rows


def _listed(past: LeverHistory | None) -> dict[str, Any]:
    """A history in types JSON knows; empty where there is none."""
    if past is None:
        return {"years": [], "values": [], "of": "", "band": None, "lowest": None, "highest": None, "sd": None, "sources": []}
    ends = {"band": list(past.band) if past.band else None, "lowest": list(past.low), "highest": list(past.high), "sd": past.sd}
    values = [round(float(value), 6) for value in past.values]
    return {"years": list(past.years), "values": values, "of": NATION, **ends, "sources": list(past.sources)}
