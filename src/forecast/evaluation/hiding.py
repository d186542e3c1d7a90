"""The bridge checked by hiding: each published yearly growth of a province is hidden in turn and forecast from the nation
and the province's other years, then compared; and the spread of the gap to the nation, learned from the same panel.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace

import numpy as np
import pandas as pd

from forecast.columns import ENOUGH_YEARS
from forecast.domain import Key, Observation
from forecast.evidence import Evidence
from forecast.headline import NATION
from forecast.models.provincial.bridge import GapModel, Reading, bridge
from forecast.models.provincial.province import assumed_values

DELTA = ("bac_ninh", "ha_nam", "hai_duong", "hai_phong", "hung_yen", "nam_dinh", "ninh_binh", "thai_binh", "vinh_phuc")
UNCHANGED = ("ha_noi", "quang_ninh")  # provinces of the delta that kept their borders in 2025
FIRST_EMPLOYMENT = 2009  # on 1 August 2008 Hà Nội took in Hà Tây and part of Vĩnh Phúc: growth into 2008 is no growth
LAST_EMPLOYMENT = 2016  # the panel's last year, before the census base and the labour definition changed
CASES = ("subject", "territory", "period", "low", "median", "high", "published", "inside80", "width", "source")


def hidden_cases(store: Evidence, *, seed: int, n_paths: int = 400) -> pd.DataFrame:
    """One row per hidden figure, in percent a year: its 80 % band without it, and what was published."""
    assumed = assumed_values(store)
    rows: list[tuple[object, ...]] = []
    for subject, noise, panel in _panels(store, assumed):
        nation = panel.pop(NATION)
        model = GapModel(0.0, assumed["productivity_gap_initial_sd"], noise, 0.0, assumed["productivity_drift_sd"])
        for territory, points in sorted(panel.items()):
            figures = {year: point for year, point in points.items() if year in nation}
            for year in sorted(figures) if len(figures) > 1 else ():
                low, middle, high = _hidden(figures, nation, year, model, assumed, seed, n_paths)
                seen, source = figures[year].value, figures[year].source
                drawn = (low, middle, high, seen, low <= seen <= high, high - low)
                rows.append((subject, territory, year, *drawn, source))
    return pd.DataFrame(rows, columns=list(CASES)).round(6)


def hiding_summary(cases: pd.DataFrame) -> pd.DataFrame:
    """By subject: hidden figures, provinces, share inside the 80 % band, mean width; not judged under eight figures."""
    rows = [
        {
            "subject": subject,
            "cases": len(group),
            "territories": group["territory"].nunique(),
            "coverage80": round(float(group["inside80"].astype(float).mean()), 4),
            "width": round(float(group["width"].mean()), 4),
            "mean_error": round(float((group["published"] - group["median"]).mean()), 4),
            "judged": len(group) >= ENOUGH_YEARS,
        }
        for subject, group in cases.groupby("subject", sort=True)
    ]
    return pd.DataFrame(rows)


def learned_spread(store: Evidence) -> pd.DataFrame:
    """The standard deviation of the yearly gap to the nation in the panels, beside the assumption used (log points)."""
    assumed = assumed_values(store)
    rows = []
    for subject, noise, panel in _panels(store, assumed):
        nation = panel.pop(NATION)
        gaps = [_log(point) - _log(nation[year]) for points in panel.values() for year, point in points.items() if year in nation]
        sd = float(np.std(gaps, ddof=1)) if len(gaps) > 1 else float("nan")
        rows.append({"subject": subject, "cases": len(gaps), "spread": round(sd, 5), "assumed": noise})
    return pd.DataFrame(rows)


Years = Mapping[int, Observation]
Panel = dict[str, dict[int, Observation]]


def _panels(store: Evidence, assumed: Mapping[str, float]) -> list[tuple[str, float, Panel]]:
    """(subject, yearly noise assumed, growth figures by territory and year); the nation stands among the territories."""
    noise = assumed["productivity_gap_noise_sd"]
    output = _published(store, "grdp_growth") | {NATION: _years(store, "gdp_growth", NATION)}
    productivity = _published(store, "labour_productivity_growth")
    return [
        ("grdp_growth", noise, output),
        ("labour_productivity_growth", noise, productivity),
        ("employment_growth", assumed["employment_growth_sd"], _employment(store)),
    ]


def _published(store: Evidence, indicator: str) -> Panel:
    names = {figure.key.territory for figure in store.figures(indicator=indicator, measure="nso", kind="growth")}
    return {name: _years(store, indicator, name) for name in sorted(names)}


def _years(store: Evidence, indicator: str, territory: str) -> dict[int, Observation]:
    return {point.period.first: point for point in store.series(Key(indicator, "nso", territory), kind="growth").points}


def _employment(store: Evidence) -> Panel:
    """Yearly growth of the employed in the provinces of the delta and the nation, from levels of neighbouring years."""
    panel: Panel = {}
    for name in (*(f"{stem}_pre2025" for stem in DELTA), *UNCHANGED, NATION):
        points = {point.period.first: point for point in store.series(Key("employed_15plus", "nso", name)).points}
        panel[name] = {
            year: replace(point, kind="growth", unit="percent_per_year", value=100.0 * (point.value / points[year - 1].value - 1.0))
            for year, point in points.items()
            if year - 1 in points and FIRST_EMPLOYMENT <= year <= LAST_EMPLOYMENT
        }
    return panel


def _hidden(
    figures: Years, nation: Years, year: int, model: GapModel, assumed: Mapping[str, float], seed: int, n_paths: int
) -> list[float]:
    """Hide the figure of `year`, draw the province from the nation and its other years: 10, 50 and 90 % of its growth."""
    years = _run_around(nation, year)
    path = np.concatenate([[0.0], np.cumsum([_log(nation[other]) for other in years])])
    drawn_years = (years[0] - 1, *years)
    readings = [
        Reading(other, "growth", _log(point), assumed[f"status_se_{point.status}"])
        for other, point in figures.items()
        if other != year and other in years
    ]
    paths = bridge(np.tile(path, (n_paths, 1)), drawn_years, len(drawn_years), readings, model, seed=seed + year)
    column = drawn_years.index(year)
    error = assumed[f"status_se_{figures[year].status}"] * np.random.default_rng(seed + year).standard_normal(n_paths)
    growth = 100.0 * np.expm1(paths[:, column] - paths[:, column - 1] + error)
    return [float(end) for end in np.quantile(growth, (0.1, 0.5, 0.9))]


def _run_around(nation: Years, year: int) -> list[int]:
    """The years without a gap in the nation's record that hold `year`."""
    gaps = [other for other in range(min(nation) - 1, max(nation) + 2) if other not in nation]
    return list(range(max(gap for gap in gaps if gap < year) + 1, min(gap for gap in gaps if gap > year)))


def _log(figure: Observation) -> float:
    return float(np.log1p(figure.value / 100.0))
