"""What is asked of the kit, read once: a question that cannot be answered is refused in one sentence before anything is drawn."""

from __future__ import annotations

import difflib
from collections.abc import Iterable

from forecast.domain import Question
from forecast.errors import RefusedError
from forecast.evidence import Evidence
from forecast.headline import studies
from forecast.models.series.refusals import refuse_request

YEARS = range(2000, 2101)


def question_of(
    store: Evidence, territory: str, measure: str, horizon_year: int, as_of: str, method: str, seed: int, n_paths: int
) -> Question:
    """The question of plain values; raises RefusedError for an unknown territory or measure, what is no year, or no number of
    paths, EvidenceError for an `as_of` that is no day or has not come."""
    _refuse_unknown(territory, store.territories, "địa bàn", "territory")
    listed = (name for study in studies(store).values() for name in (*study.measures, *study.own_measures))
    _refuse_unknown(measure, dict.fromkeys(listed), "cách đo", "measure")
    if type(horizon_year) is not int or horizon_year not in YEARS:
        raise RefusedError(
            f"Năm xa nhất {horizon_year!r} phải là số nguyên từ {YEARS[0]} đến {YEARS[-1]}.",
            f"The last year {horizon_year!r} must be a whole number from {YEARS[0]} to {YEARS[-1]}.",
        )
    refuse_request(1, seed, n_paths)
    return Question(territory, measure, store.day(as_of), horizon_year, method, seed, n_paths)


def _refuse_unknown(name: str, register: Iterable[str], vi: str, en: str) -> None:
    names = list(register)
    if isinstance(name, str) and name in names:
        return
    near = difflib.get_close_matches(str(name), names, n=1)
    hint = (f"ý bạn là '{near[0]}'?", f"did you mean '{near[0]}'?") if near else (f"có: {', '.join(names)}.", f"there are: {', '.join(names)}.")
    raise RefusedError(f"Không có {vi} '{name}'; {hint[0]}", f"There is no {en} '{name}'; {hint[1]}")
