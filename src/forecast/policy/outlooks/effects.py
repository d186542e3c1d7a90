"""What figures not yet taken in would do to the headline answers: band, middle and chance, before and after."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date

import numpy as np

from forecast import evidence
from forecast.errors import ForecastError
from forecast.evidence import Evidence, intake
from forecast.headline import Study, studies, territories
from forecast.policy.outlooks.answers import Outlook, judged_values, outlook

SEED, PATHS, HORIZON = 20260101, 2000, 2030  # those of the default plan, so that its numbers are the ones told


@dataclass(frozen=True)
class Effect:
    """One headline answer before and after; `band` is the width of the 80 % band, in `unit`. None: no answer."""

    indicator: str
    measure: str
    territory: str
    unit: str
    year: int
    median: tuple[float | None, float | None]
    band: tuple[float | None, float | None]
    target: str
    chance: tuple[float | None, float | None]

    @property
    def moves(self) -> bool:
        """Whether anything a reader sees changes by more than rounding."""
        return any(
            (a is None) != (b is None) or (a is not None and b is not None and abs(a - b) > 5e-4 * max(1.0, abs(a)))
            for a, b in (self.median, self.band, self.chance)
        )


def effects(
    before: Evidence, after: Evidence, *, horizon_year: int = HORIZON, n_paths: int = PATHS
) -> Iterator[Effect]:
    """Every headline indicator, measure and own territory, answered on both evidences with the same draws."""
    for study in studies(before).values():
        for measure in study.measures:
            for territory in territories(before):
                pair = [_answer(store, study, measure, territory, horizon_year, n_paths) for store in (before, after)]
                if any(pair):
                    yield _effect(study, measure, territory, horizon_year, pair)


def changed_by(shown: intake.Preview, store: Evidence, on: date) -> list[Effect]:
    """What a previewed file would change in the headline answers, on a copy of the data folder."""
    with intake.copy_with(store.folder, intake.with_file(store.folder, shown, on, "-", "-")) as copy:
        return list(effects(store, evidence.load(copy)))


def _answer(store: Evidence, study: Study, measure: str, territory: str, year: int, n_paths: int) -> Outlook | None:
    try:
        return outlook(
            store, study.indicator, territory=territory, measure=measure, horizon_year=year, seed=SEED, n_paths=n_paths
        )
    except ForecastError:  # no answer is possible from these figures
        return None


def _effect(study: Study, measure: str, territory: str, year: int, pair: list[Outlook | None]) -> Effect:
    heads = [answer.headline if answer else None for answer in pair]
    first = next((head for head in heads if head), None)
    chances = [
        next((held.probability for held in answer.assessments if first and held.target.id == first.target.id), None)
        if answer
        else None
        for answer in pair
    ]
    last = max((answer.known_to for answer in pair if answer), default=year)
    spreads = [np.quantile(judged_values(answer, last), (0.1, 0.5, 0.9)) if answer else None for answer in pair]
    low, high = (
        [None if s is None else float(s[1]) for s in spreads],
        [None if s is None else float(s[2] - s[0]) for s in spreads],
    )
    target = first.target.id if first else ""
    return Effect(
        study.indicator,
        measure,
        territory,
        study.judged_unit,
        year,
        (low[0], low[1]),
        (high[0], high[1]),
        target,
        (chances[0], chances[1]),
    )
