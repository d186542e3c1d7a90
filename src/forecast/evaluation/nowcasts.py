"""How far this year's output growth was off from its first months: the nation's years, each from those before it alone."""

from __future__ import annotations

import numpy as np
import pandas as pd

from forecast.columns import ENOUGH_YEARS
from forecast.evaluation.hiding import HALF_BAND
from forecast.evidence import Evidence
from forecast.headline import NATION
from forecast.models.provincial.nowcast import LEAST, extended, growth_by_quarter
from forecast.models.provincial.province import assumed_values

COLUMNS = ("quarters", "years", "error", "coverage80", "judged", "source")


def nowcast_record(store: Evidence, *, as_of: str = "latest") -> pd.DataFrame:
    """By quarters known (0: the mean of earlier years): years tried, mean size of the error in points, share in the 80 % band.

    Quarters as they stand on the day, not as first printed: the band has the error of a first print, as in use.
    """
    steps, printed = growth_by_quarter(store, store.day(as_of)), 100.0 * assumed_values(store)["growth_se_estimate"]
    tried = [year for year in steps if sum(earlier < year for earlier in steps) >= LEAST]
    figures = store.figures("gdp_constant", "nso", NATION, "level", store.day(as_of), annual=False)
    source = "+".join(dict.fromkeys(figure.source for figure in figures if not figure.period.is_year))
    rows = []
    for quarters in (0, 1, 2, 3):
        errors, inside = [], []
        for year in tried:
            months = [0.0, *steps[year]][quarters]
            added = [steps[earlier][3] - [0.0, *steps[earlier]][quarters] for earlier in steps if earlier < year]
            growth, se = extended(months, added)
            errors.append(abs(growth - steps[year][3]))
            inside.append(errors[-1] <= HALF_BAND * np.hypot(se, printed))
        if tried:
            rows.append((quarters, len(tried), float(np.mean(errors)), float(np.mean(inside)), len(tried) >= ENOUGH_YEARS, source))
    return pd.DataFrame(rows, columns=list(COLUMNS)).round(4)
