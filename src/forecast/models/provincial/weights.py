"""What each component of a merged territory counts for in a ratio: its share of the denominator, year by year."""

from __future__ import annotations

from datetime import date
from typing import NamedTuple

import numpy as np

from forecast.domain import Key
from forecast.errors import MissingComponentError
from forecast.evidence import Evidence
from forecast.headline import Study
from forecast.models.provincial.growth import LABOUR_BREAK

EMPLOYED = "employed_15plus"


class Weights(NamedTuple):
    """Shares `[n_years]` by component, and the share each is held at from the last common `year` on."""

    shares: dict[str, np.ndarray]
    year: int

    @property
    def listed(self) -> tuple[tuple[str, float, int], ...]:
        """(component, share of the denominator, its year)."""
        return tuple((name, float(shares[-1]), self.year) for name, shares in self.shares.items())


def weights(
    store: Evidence, study: Study, territory: str, as_of: date | None, years: tuple[int, ...], shift: float = 0.0
) -> Weights:
    """Each component's share of the denominator, straight between the years known for all and held before and after them.

    `shift` moves that much to the first component in every year, taken from the others alike. Raises MissingComponentError
    where no year is known for all.
    """
    components = store.territories[territory].components
    record = _record(store, study, components, as_of)
    if not record:
        amounts = {name: _amounts(store, study, name, as_of) for name in components}
        lacking = ", ".join([name for name, by_year in amounts.items() if not by_year] or components)
        raise MissingComponentError(
            f"Không tính được {study.indicator} của '{territory}': thiếu {study.weight} của {lacking} (cần cùng một năm).",
            f"{study.indicator} of '{territory}' cannot be computed: {study.weight} of {lacking} is missing "
            "(one common year is needed).",
        )
    years_known = sorted(record)
    shares = [np.interp(years, years_known, [record[year][nth] for year in years_known]) for nth in range(len(components))]
    rest = 1.0 - shares[0]
    moved = [shares[0] + shift, *(share * (rest - shift) / rest for share in shares[1:])]
    return Weights(dict(zip(components, moved, strict=True)), years_known[-1])


def weight_record(store: Evidence, study: Study, territory: str, as_of: date | None) -> dict[int, float]:
    """The first component's share of the denominator in every year known for all components; empty for a flow."""
    components = store.territories[territory].components
    if not study.weight or not components:
        return {}
    return {year: shares[0] for year, shares in _record(store, study, components, as_of).items()}


def _record(store: Evidence, study: Study, components: tuple[str, ...], as_of: date | None) -> dict[int, list[float]]:
    """Shares by year known for all. Employed before the definition changed are moved so that the change itself shifts nothing."""
    amounts = [_amounts(store, study, name, as_of) for name in components]
    years = sorted(set.intersection(*map(set, amounts)))
    totals = {year: sum(part[year] for part in amounts) for year in years}
    record = {year: [part[year] / totals[year] for part in amounts] for year in years}
    before = [year for year in years if year < LABOUR_BREAK]
    if study.weight == EMPLOYED and before and LABOUR_BREAK in record:
        jump = [new - old for new, old in zip(record[LABOUR_BREAK], record[before[-1]], strict=True)]
        record |= {year: [share + step for share, step in zip(record[year], jump, strict=True)] for year in before}
    return record


def _amounts(store: Evidence, study: Study, territory: str, as_of: date | None) -> dict[int, float]:
    """The denominator of a component by year, as published."""
    return {point.period.first: point.value for point in store.series(Key(study.weight, "nso", territory), as_of=as_of).points}
