"""This year, for a sentence of its own: the months that are counted, the whole year, and what the rest needs for each target."""

from __future__ import annotations

from typing import Any

from forecast.domain import Target
from forecast.evaluation.hiding import HALF_BAND
from forecast.evidence import Evidence
from forecast.headline import PRODUCTIVITY
from forecast.models.provincial import nowcast
from forecast.policy.outlooks.answers import Outlook


def this_year_facts(outlook: Outlook, store: Evidence) -> dict[str, Any] | None:
    """Output growth in percent of the year not yet over; None where no months of it are counted, or of another indicator."""
    if outlook.study.indicator != PRODUCTIVITY:
        return None
    now = nowcast.this_year(store, outlook.territory, outlook.question.as_of)
    if now is None:
        return None
    wide = HALF_BAND * now.se
    band = {"median": now.growth, "low": now.growth - wide, "high": now.growth + wide}
    return {
        **{"year": now.part.year, "months": 3 * now.part.quarters, "counted": now.part.growth, "source": now.part.figure.source},
        **{name: round(value, 6) for name, value in band.items()},
        "targets": _targets(outlook, store, now),
    }


def _targets(outlook: Outlook, store: Evidence, now: nowcast.ThisYear) -> list[dict[str, Any]]:
    """Each target of output growth in this very year, and what the months still to come would have to grow by."""
    rows = []
    for target in store.targets:
        if _is_asked(target, outlook.territory, now.part.year) and target.issued <= outlook.as_of.isoformat():
            needed = nowcast.rest_needed(now, float(target.value or 0.0), store, outlook.question.as_of)
            if needed is not None:
                rows.append({"value": target.value, "document": target.document, "needed": round(needed, 6), "source": target.source})
    return rows


def _is_asked(target: Target, territory: str, year: int) -> bool:
    same = target.indicator == "grdp_growth" and target.territory == territory
    return same and (target.first, target.last) == (year, year) and target.value is not None
