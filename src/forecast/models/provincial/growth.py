"""Real productivity growth of a year: output growth less the growth of the employed of the same year, and how sure that is."""

from __future__ import annotations

import itertools
from collections.abc import Mapping
from datetime import date
from typing import Literal, NamedTuple

import numpy as np

from forecast.domain import Key, Observation
from forecast.domain.figures import OFFICE
from forecast.evidence import Evidence
from forecast.headline import NATION
from forecast.models.provincial.nowcast import this_year

LABOUR_BREAK = 2021  # producers for own use left the count of the employed: no growth across 2020/2021
LIKE_FOR_LIKE = "before_labour_definition_2021"  # the edition of the growth into that year by the definition before it
Basis = Literal["counted", "rebuilt", "mean", "part"]


class Employment(NamedTuple):
    """Log growth of the employed into a year, its standard error, and where it is from.

    counted: both years published by one definition; rebuilt: the nation's growth like for like, in the year the definition
    changed; mean: the average growth a year over the record; part: the same, of a year of which only some months are counted.
    """

    step: float
    se: float
    basis: Basis


class Growth(NamedTuple):
    """Real productivity growth into `year` in log points, its standard error, and the output figure it was read from."""

    year: int
    rate: float
    se: float
    basis: Basis
    output: Observation

    @property
    def full_year(self) -> bool:
        """Whether the whole year is counted, not only some months of it."""
        return self.basis != "part"

    @property
    def by_office(self) -> bool:
        """Whether the office's own output and employed of the year tell it: the press gives way to that, and to nothing less."""
        return self.basis == "counted" and self.output.status in OFFICE


def productivity_growth(
    store: Evidence, territory: str, as_of: date | None, assumed: Mapping[str, float], *, employed_in: tuple[str, ...] = ()
) -> tuple[Growth, ...]:
    """Growth of every year whose output growth is published, and of this year from its months; the employed are those of
    `employed_in` together, if given.

    Empty where nothing is known of the employed. The errors are those of revisions between vintages (assumptions growth_se_*).
    """
    output = store.series(Key("gdp_growth" if territory == NATION else "grdp_growth", "nso", territory), as_of=as_of, kind="growth")
    names = employed_in or (territory,)
    counts = [_employed(store, name, as_of) for name in names]
    mean, rebuilt = _mean_growth(store, names, as_of, assumed), _rebuilt_growth(store, as_of, assumed)
    growth = []
    for point in output.points:
        year = point.period.first
        employment = _counted(counts, year, assumed) or (rebuilt if year == LABOUR_BREAK else None) or mean
        if employment:
            rate = float(np.log1p(point.value / 100.0)) - employment.step
            se = float(np.hypot(growth_error(point, assumed), employment.se))
            growth.append(Growth(year, rate, se, employment.basis, point))
    now = this_year(store, territory, as_of)
    if now and mean:
        rate = float(np.log1p(now.growth / 100.0)) - mean.step
        printed = growth_error(now.part.figure, assumed) if territory == NATION else 0.0  # of provinces first prints are among the cases
        growth.append(Growth(now.part.year, rate, float(np.linalg.norm([now.se / 100.0, printed, mean.se])), "part", now.output))
    return tuple(growth)


def growth_error(figure: Observation, assumed: Mapping[str, float]) -> float:
    """The standard error of a published growth rate in log points: measured from revisions, or that of its status."""
    return assumed.get(f"growth_se_{figure.status}") or assumed[f"status_se_{figure.status}"]


def _employed(store: Evidence, territory: str, as_of: date | None) -> dict[int, Observation]:
    """The employed as an office or the press counted them, by year; what was derived here from shares gives no yearly growth."""
    points = store.series(Key("employed_15plus", "nso", territory), as_of=as_of).points
    return {point.period.first: point for point in points if point.status not in ("derived", "assumption")}


def _counted(counts: list[dict[int, Observation]], year: int, assumed: Mapping[str, float]) -> Employment | None:
    if year == LABOUR_BREAK or not all(year in count and year - 1 in count for count in counts):
        return None
    before, after = (sum(count[at].value for count in counts) for at in (year - 1, year))
    first = any(count[at].status in ("estimate", "press") for count in counts for at in (year - 1, year))
    return Employment(float(np.log(after / before)), assumed["employed_se_estimate"] if first else 0.0, "counted")


def _rebuilt_growth(store: Evidence, as_of: date | None, assumed: Mapping[str, float]) -> Employment | None:
    """National employment growth of the year the definition changed, like for like; None before that was published.

    Its error: the spread of provinces around the nation, and half of how far the two definitions' figures lie apart.
    """
    figures = store.figures("labour_productivity_growth", "nso", NATION, "growth", as_of)
    like = [figure.value for figure in figures if figure.period.first == LABOUR_BREAK and figure.edition == LIKE_FOR_LIKE]
    new = store.series(Key("labour_productivity_growth", "nso", NATION), as_of=as_of, kind="growth").at(LABOUR_BREAK)
    output = store.series(Key("gdp_growth", "nso", NATION), as_of=as_of, kind="growth").at(LABOUR_BREAK)
    if not like or new is None or output is None:
        return None
    step = np.log1p(output.value / 100.0) - np.log1p(like[0] / 100.0)
    return Employment(float(step), float(np.hypot(assumed["employment_growth_sd"], (new.value - like[0]) / 200.0)), "rebuilt")


def _mean_growth(
    store: Evidence, names: tuple[str, ...], as_of: date | None, assumed: Mapping[str, float]
) -> Employment | None:
    """The mean of the territories' growth a year over the records known on `as_of`, the break left out; None if unknown."""
    rates = [rate for name in names if (rate := _mean_rate(store, name, as_of)) is not None]
    se = assumed["employment_growth_sd_nation" if names == (NATION,) else "employment_growth_sd"]
    return Employment(float(np.mean(rates)), se, "mean") if rates else None


def _mean_rate(store: Evidence, territory: str, as_of: date | None) -> float | None:
    points = store.series(Key("employed_15plus", "nso", territory), as_of=as_of).points
    steps, span = 0.0, 0
    for before, after in itertools.pairwise(points):
        if before.period.first < LABOUR_BREAK <= after.period.first:
            continue
        steps += float(np.log(after.value / before.value))
        span += after.period.first - before.period.first
    return steps / span if span else None
