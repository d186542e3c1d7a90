"""How far a push lies from what has happened before.

A push is judged by what it adds up to with the baseline: reach = baseline part + push, beside the lever's record.
"""

from __future__ import annotations

import numpy as np

from forecast.domain import Lever
from forecast.models.provincial.national import NATION
from forecast.policy.levers import identities
from forecast.policy.levers.apply import DIGITAL, ECOMMERCE, PRODUCTIVITY
from forecast.policy.levers.records import Record
from forecast.policy.scenarios.baseline import Baseline


def record(base: Baseline, lever: Lever) -> Record | None:
    """The lever's record as known on the baseline's day; None where there is none, or none by the measure in use."""
    if lever.indicator == DIGITAL and base.measure != "nso":  # the ministry has published no division year by year
        return None
    return base.records.get(lever.history)


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
            found = record(base, lever)
            return None if found is None else float(found.values.mean())
        return None if share is None else share * float(np.median(identities.growth_of(levels)))
    if lever.indicator == DIGITAL:
        rest = (middle[-1] - middle[0]) / (len(middle) - 1) * (1.0 - ground.split.core)
        return {"digital_core": growth, "digitalised": rest}.get(lever.history)
    if lever.indicator == ECOMMERCE and lever.history == "market":
        market = np.median(ground.market[:, ground.start : last + 1], axis=0)
        return 100.0 * ((market[-1] / market[0]) ** (1.0 / (len(market) - 1)) - 1.0)
    return None


def colour(push: float, baseline: float | None, found: Record | None) -> str:
    """'green' within experience, 'amber' beyond the 5-95 % band, 'red' beyond the extremes, 'none' without a record.

    Only the side the push leads to counts: where the baseline itself lies outside the record (a market that slows down), a
    push back towards it is not beyond experience.
    """
    if found is None or baseline is None:
        return "none"
    reach, sign = baseline + push, float(np.sign(push))
    ends = (found.low[1], found.high[1])
    if sign and _beyond(reach, sign, ends):
        return "red"
    return "amber" if sign and found.band and _beyond(reach, sign, found.band) else "green"


def _beyond(reach: float, sign: float, ends: tuple[float, float]) -> bool:
    return reach > ends[1] if sign > 0 else reach < ends[0]


def happened(base: Baseline, lever: Lever, push: float) -> dict:
    """Whether a push has happened before: colour, what it adds up to with the baseline (`reach`), the extreme of the record on the
    side of the push with its year, the last year that went as far (`last`, None: never), and how many years are known."""
    found, part = record(base, lever), baseline_part(base, lever)
    reach = None if part is None else part + push
    said = {"colour": colour(push, part, found), "reach": reach, "years": 0, "side": "high" if push >= 0 else "low"}
    if found is None or reach is None:
        return {**said, "extreme": None, "extreme_year": None, "last": None}
    year, value = found.high if push >= 0 else found.low
    far = found.values >= reach if push >= 0 else found.values <= reach
    last = [year for year, as_far in zip(found.years, far, strict=True) if as_far]
    known = {"years": len(found.years), "extreme": value, "extreme_year": year, "last": last[-1] if last else None}
    return {**said, **known}


def catalogue(base: Baseline) -> list[dict]:
    """Every lever with range, record and baseline part in types JSON knows: what a form or a page needs.

    A push u > 0 is beyond experience when baseline + u exceeds the upper end of `band` (amber) or `highest` (red); u < 0
    when it falls below the lower end or `lowest`. Without a record there is no colour.
    """
    rows = []
    for lever in base.store.scenario_levers.values():
        found = record(base, lever)
        names = {
            "name_vi": lever.name.vi,
            "name_en": lever.name.en,
            "reason_vi": lever.reason.vi,
            "reason_en": lever.reason.en,
        }
        plain = {key: getattr(lever, key) for key in ("id", "indicator", "part", "view", "unit", "low", "high", "step")}
        kept = {key: getattr(lever, key) for key in ("helps", "control", "on", "central", "rating", "source")}
        known = {
            "years": list(found.years) if found else [],
            "values": [round(float(value), 6) for value in found.values] if found else [],
            "of": NATION if found else "",
            "band": list(found.band) if found and found.band else None,
            "lowest": list(found.low) if found else None,
            "highest": list(found.high) if found else None,
            "sd": found.sd if found else None,
            "sources": list(found.sources) if found else [],
        }
        rows.append({**plain, **names, **kept, "baseline": baseline_part(base, lever), "record": known})
    return rows
