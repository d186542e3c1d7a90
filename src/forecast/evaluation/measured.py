"""What the figures themselves measure of the assumptions about provinces, beside the values in use and those before."""

from __future__ import annotations

import itertools
from collections import defaultdict
from collections.abc import Sequence

import numpy as np
import pandas as pd

from forecast.domain import Key
from forecast.evaluation.hiding import BEFORE, HALF_BAND, GapPanel, gap_panel, learned_gap
from forecast.evidence import Evidence
from forecast.models.provincial.province import assumed_values

_GROUP = {"press": "estimate", "preliminary": "estimate"}  # what is printed first, whatever it is called
DELTA = "red_river_delta_pre2025"
_FIELDS = {
    "productivity_gap_initial_mean": "initial_mean",
    "productivity_gap_initial_sd": "initial_sd",
    "productivity_gap_noise_sd": "noise_sd",
    "productivity_drift_mean": "drift_mean",
    "productivity_drift_sd": "drift_sd",
}


def measured_assumptions(store: Evidence) -> pd.DataFrame:
    """One row per assumption that figures can measure: measured, used, before (log points) and the number of figures."""
    panel, used = gap_panel(store), assumed_values(store)
    model = learned_gap(panel)
    measured = {name: (float(getattr(model, field)), panel.gaps.size) for name, field in _FIELDS.items()}
    measured["employment_growth_sd"] = (_spread(panel.employed.ravel()), panel.employed.size)
    measured |= {f"growth_se_{status}": (_spread(values), len(values)) for status, values in revisions(store).items()}
    rows = [
        {
            **{"id": name, "name_vi": store.assumptions[name]["name"]["vi"], "name_en": store.assumptions[name]["name"]["en"]},
            **{"measured": round(value, 5), "used": used[name], "before": BEFORE[name], "cases": cases},
        }
        for name, (value, cases) in measured.items()
    ]
    return pd.DataFrame(rows)


def revisions(store: Evidence) -> dict[str, list[float]]:
    """By status of the earlier figure: how a province's yearly GRDP growth was revised to what stands today, log points."""
    groups: dict[str, list[float]] = defaultdict(list)
    for figure in store.figures("grdp_growth", "nso", kind="growth"):
        status, today = _GROUP.get(figure.status, figure.status), store.series(Key("grdp_growth", "nso", figure.key.territory), kind="growth")
        point = today.at(figure.period.first)
        closed = figure.edition or figure.status in ("derived", "assumption")
        if point is None or closed or figure.vintage >= point.vintage:
            continue
        groups[status].append(float(np.log1p(point.value / 100.0) - np.log1p(figure.value / 100.0)))
    return dict(sorted(groups.items()))


def _spread(values: Sequence[float] | np.ndarray) -> float:
    """The standard deviation of the normal whose middle 80 % is as wide: one wild year does not decide it."""
    low, high = np.quantile(values, (0.1, 0.9))
    return float(high - low) / (2.0 * HALF_BAND)


def lag_table(panel: GapPanel) -> pd.DataFrame:
    """Correlation over provinces of the gap's growth in two years, by the years between them.

    A drift of a province's own shows at every lag, a passing wave only at short ones.
    """
    pairs = [(later - first, first, later) for first, later in itertools.combinations(panel.years, 2)]
    column = {year: panel.gaps[:, at] for at, year in enumerate(panel.years)}
    rows = [{"lag": lag, "correlation": np.corrcoef(column[first], column[later])[0, 1]} for lag, first, later in pairs]
    return pd.DataFrame(rows).groupby("lag", as_index=False).agg(pairs=("correlation", "size"), correlation=("correlation", "mean")).round(3)


def delta_difference(store: Evidence, panel: GapPanel) -> tuple[float, float, int]:
    """How much faster the provinces of the Red River Delta grew than the others, its standard error (log points), and their number."""
    delta = np.array([store.territories[name].parent == DELTA for name in panel.provinces])
    means = panel.gaps.mean(axis=1)
    inside, outside = means[delta], means[~delta]
    error = np.sqrt(inside.var(ddof=1) / inside.size + outside.var(ddof=1) / outside.size)
    return float(inside.mean() - outside.mean()), float(error), int(inside.size)
