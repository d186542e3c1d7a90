"""The bridge learned from the country's other provinces, and checked on them by hiding their later years.

A province's real productivity growth less the nation's is its gap's growth: a drift of its own and a yearly noise. Both are set
by the least interval score of 80 % bands, one and three years ahead, over other provinces (optimum score estimation: Gneiting
and Raftery 2007, section 9). The province of this kit and its component are left out of the learning. The years of the two
labour definitions are never chained: there is no growth into 2021.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from operator import attrgetter
from zlib import crc32

import numpy as np
import pandas as pd

from forecast import memo
from forecast.columns import ENOUGH_YEARS
from forecast.domain import Key
from forecast.evidence import Evidence
from forecast.headline import NATION, territories
from forecast.models.provincial.bridge import GapModel, Reading, bridge
from forecast.models.provincial.growth import Growth, productivity_growth
from forecast.models.provincial.province import assumed_values, gap_model

AHEAD = (1, 3)
FOLDS = 10
HALF_BAND = 1.2815515594600038  # half an 80 % band in standard deviations
_START = (0.02, 0.03)
# the values before the provinces' own series were found (November 2026)
BEFORE = {
    "productivity_gap_initial_mean": 0.0,
    "productivity_gap_initial_sd": 0.45,
    "productivity_gap_noise_sd": 0.027,
    "productivity_drift_mean": 0.0,
    "productivity_drift_sd": 0.02,
    "employment_growth_sd": 0.019,
    "growth_se_official": 0.003,
    "growth_se_estimate": 0.005,
}
CASES = ("settings", "territory", "origin", "ahead", "low", "median", "high", "published", "inside80", "width", "source")


@dataclass(frozen=True)
class GapPanel:
    """Growth of the gap to the nation in log points, `gaps[n_provinces, n_years]`, with the errors of its figures.

    `nation[n_years]` is the nation's own growth; `levels[n_provinces]` the log ratio of province to nation in the last year;
    `employed[n_provinces, n_years]` growth of the employed less the nation's.
    """

    provinces: tuple[str, ...]
    years: tuple[int, ...]
    gaps: np.ndarray
    errors: np.ndarray
    nation: np.ndarray
    levels: np.ndarray
    employed: np.ndarray
    sources: tuple[str, ...]

    def part(self, rows: np.ndarray) -> GapPanel:
        """The panel of some provinces only."""
        kept = tuple(np.array(self.provinces)[rows]), tuple(np.array(self.sources)[rows])
        arrays = {name: getattr(self, name)[rows] for name in ("gaps", "errors", "levels", "employed")}
        return replace(self, provinces=kept[0], sources=kept[1], **arrays)

    def until(self, year: int) -> GapPanel:
        """The panel as it was when `year` was its last."""
        kept = np.array(self.years) <= year
        arrays = {name: getattr(self, name)[:, kept] for name in ("gaps", "errors", "employed")}
        return replace(self, years=tuple(np.array(self.years)[kept].tolist()), nation=self.nation[kept], **arrays)

    def origins(self) -> list[tuple[int, int]]:
        """(origin, years ahead) whose years ahead are all there, one after another."""
        return [(origin, ahead) for ahead in AHEAD for origin in self.years if self.span(origin, ahead)]

    def span(self, origin: int, ahead: int) -> tuple[np.ndarray, np.ndarray] | None:
        """Columns known at `origin` and the `ahead` columns after it; None where those years do not follow on."""
        later = [year in self.years for year in range(origin + 1, origin + ahead + 1)]
        if not all(later):
            return None
        past = np.array([column for column, year in enumerate(self.years) if year <= origin])
        return past, np.arange(past[-1] + 1, past[-1] + 1 + ahead)


def gap_panel(store: Evidence) -> GapPanel:
    """The panel of all provinces but the kit's own, of the years counted for each of them and the nation."""
    assumed = assumed_values(store)
    own = {part for name in territories(store) for part in (name, *store.territories[name].components)}
    names = [name for name, territory in store.territories.items() if territory.kind == "province" and not territory.components and name not in own]
    growth = {
        name: {step.year: step for step in productivity_growth(store, name, None, assumed) if step.basis == "counted"}
        for name in (*names, NATION)
    }
    names = [name for name in names if growth[name]]
    years = sorted(set.intersection(*(set(growth[name]) for name in (*names, NATION))))
    rates, errors, employed = (np.array([[read(growth[name][year]) for year in years] for name in (*names, NATION)]) for read in _READ)
    sources = tuple(growth[name][years[-1]].output.source for name in names)
    gaps, counted = (values[:-1] - values[-1] for values in (rates, employed))
    return GapPanel(tuple(names), tuple(years), gaps, errors[:-1], rates[-1], _levels(store, names), counted, sources)


def _employment(step: Growth) -> float:
    return float(np.log1p(step.output.value / 100.0)) - step.rate


_READ = (attrgetter("rate"), attrgetter("se"), _employment)


def _levels(store: Evidence, names: list[str]) -> np.ndarray:
    """log(province / nation) of productivity at current prices in the last year known for all."""
    values = {
        name: {point.period.first: point.value for point in store.series(Key("labour_productivity", "nso", name)).points}
        for name in (*names, NATION)
    }
    year = max(set.intersection(*map(set, values.values())))
    return np.log([values[name][year] / values[NATION][year] for name in names])


def learned_gap(panel: GapPanel) -> GapModel:
    """The gap's settings with the least mean interval score on the panel, per year ahead; the drift is centred on the median."""
    from scipy.optimize import minimize  # here, so that whoever only reads kept draws does not load it

    centre = float(np.median(panel.gaps))

    def score(logs: np.ndarray) -> float:
        drift, noise = np.exp(logs)
        return sum(_interval_score(panel, origin, ahead, centre, drift, noise) for origin, ahead in panel.origins())

    best = minimize(score, np.log(_START), method="Nelder-Mead", options={"xatol": 1e-3, "fatol": 1e-7})
    drift, noise = np.exp(best.x)
    return GapModel(float(panel.levels.mean()), float(panel.levels.std(ddof=1)), float(noise), centre, float(drift))


def _interval_score(panel: GapPanel, origin: int, ahead: int, centre: float, drift: float, noise: float) -> float:
    """Mean interval score of the 80 % band per year ahead, by the same linear Gaussian model as the bridge."""
    past, later = panel.span(origin, ahead) or (np.array([]), np.array([]))
    weights = 1.0 / (noise**2 + panel.errors[:, past] ** 2)
    variance = 1.0 / (1.0 / drift**2 + weights.sum(axis=1))
    mean = variance * (centre / drift**2 + (weights * panel.gaps[:, past]).sum(axis=1))
    spread = np.sqrt(ahead**2 * variance + ahead * noise**2 + (panel.errors[:, later] ** 2).sum(axis=1))
    missed = np.abs(panel.gaps[:, later].sum(axis=1) - ahead * mean) - HALF_BAND * spread
    return float((2.0 * HALF_BAND * spread + 10.0 * np.maximum(missed, 0.0)).mean()) / ahead


def hidden_cases(panel: GapPanel, *, seed: int, n_paths: int = 1000) -> pd.DataFrame:
    """One row per province, origin and years ahead, percent a year: its 80 % band from the years before, and what came.

    `settings`: learned on the provinces of the other folds; earlier: on their years up to the origin alone; before: as assumed
    before. The nation's growth is taken as it came.
    """
    return memo.table("hidden", (panel, seed, n_paths), lambda: _hidden(panel, seed, n_paths))


def _hidden(panel: GapPanel, seed: int, n_paths: int) -> pd.DataFrame:
    fold = np.arange(len(panel.provinces)) % FOLDS
    rows: list[dict[str, object]] = []
    for held in range(FOLDS):
        hidden, others = panel.part(fold == held), panel.part(fold != held)
        always = {"learned": learned_gap(others), "before": gap_model(BEFORE, "productivity")}
        before = {origin: others.until(origin) for origin, _ in panel.origins()}
        earlier = {origin: {"earlier": learned_gap(past)} for origin, past in before.items() if past.origins()}
        rows += [
            {"settings": settings, **_case(hidden, row, origin, ahead, model, seed, n_paths)}
            for origin, ahead in panel.origins()
            for settings, model in (always | earlier.get(origin, {})).items()
            for row in range(len(hidden.provinces))
        ]
    return pd.DataFrame(rows, columns=list(CASES)).round(6)


def _case(panel: GapPanel, row: int, origin: int, ahead: int, model: GapModel, seed: int, n_paths: int) -> dict[str, object]:
    """One province drawn from the nation and its years up to `origin`, compared with its mean growth of the years after."""
    growth, came = drawn_growth(panel, row, origin, ahead, model, seed, n_paths)
    low, middle, high = (float(end) for end in np.quantile(growth, (0.1, 0.5, 0.9)))
    return {
        **{"territory": panel.provinces[row], "origin": origin, "ahead": ahead, "low": low, "median": middle, "high": high},
        **{"published": came, "inside80": low <= came <= high, "width": high - low, "source": panel.sources[row]},
    }


def drawn_growth(
    panel: GapPanel, row: int, origin: int, ahead: int, model: GapModel, seed: int, n_paths: int
) -> tuple[np.ndarray, float]:
    """Mean growth of the hidden years of one province, percent a year: drawn [n_paths], errors of figures included, and as it came."""
    past, later = panel.span(origin, ahead) or (np.array([]), np.array([]))
    years = tuple(range(panel.years[0] - 1, panel.years[-1] + 1))
    steps = dict(zip(panel.years, panel.nation, strict=True))
    path = np.cumsum([0.0, *(steps.get(year, 0.0) for year in years[1:])])
    rates = panel.gaps[row] + panel.nation
    readings = [Reading(panel.years[column], "growth", float(rates[column]), float(panel.errors[row, column])) for column in past]
    chance = seed + origin + crc32(panel.provinces[row].encode()) % 100_000
    paths = bridge(np.tile(path, (n_paths, 1)), years, len(years), readings, model, seed=chance)
    error = np.sqrt((panel.errors[row, later] ** 2).sum()) * np.random.default_rng(chance).standard_normal(n_paths)
    start = years.index(origin)
    growth = 100.0 * np.expm1((paths[:, start + ahead] - paths[:, start] + error) / ahead)
    return growth, 100.0 * float(np.expm1(rates[later].mean()))


def hiding_summary(cases: pd.DataFrame) -> pd.DataFrame:
    """By settings, years ahead and origin, and over all origins (origin 0): cases, share inside, mean width, mean size of error."""
    pooled = cases.assign(origin=0)
    rows = [
        {
            **{"settings": settings, "ahead": ahead, "origin": origin, "cases": len(group)},
            "territories": group["territory"].nunique(),
            "coverage80": round(float(group["inside80"].astype(float).mean()), 4),
            "width": round(float(group["width"].mean()), 4),
            "error": round(float((group["published"] - group["median"]).abs().mean()), 4),
            "judged": len(group) >= ENOUGH_YEARS,
        }
        for (ahead, origin, settings), group in pd.concat([pooled, cases]).groupby(["ahead", "origin", "settings"], sort=True)
    ]
    return pd.DataFrame(rows)
