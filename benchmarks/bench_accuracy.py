"""Accuracy and calibration of the default method on short annual series it has not learned from.

`python benchmarks/bench_accuracy.py [--data ../shared/benchmarks] [--quick]`. The correction is learned anew with
the data set that is being measured left out, and so are the intervals. Bars are those of the issue. Peers run on the same series in the same run.
"""

from __future__ import annotations

import os

os.environ.setdefault("OPENBLAS_NUM_THREADS", "1")  # small fits: threads only get in each other's way

import argparse
import time
import warnings
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import pandas as pd
import table

from forecast.errors import RefusedError
from forecast.evaluation import scores
from forecast.models import predict, predict_many
from forecast.models.boosting import Trees
from forecast.models.calibration import LENGTHS, Learned, draw_paths
from forecast.models.combination import POINTS, median_of_three
from forecast.models.correction import corrected
from forecast.models.history import History, read_history
from forecast.models.learn import (
    AnnualSeries,
    Errors,
    bank_of,
    fitted_quantiles,
    learn_correction,
    normalised_errors,
    read_series,
    trees_of_the_other_half,
)

POSITIVE = (0.0, None)
LEVELS = (0.5, 0.25, 0.75, 0.1, 0.9, 0.025, 0.975)
REGIMES = {"n5": (5, 4), "n6": (6, 4), "n8": (8, 6), "n12": (12, 6), "full": (10_000, 6)}
PATHS = 1000
Bands = Callable[[AnnualSeries, np.ndarray, int], np.ndarray]  # -> quantiles [7 LEVELS, horizon]


@dataclass(frozen=True)
class Case:
    """One series cut to a training window, and what came."""

    series: AnnualSeries
    training: np.ndarray
    observed: np.ndarray


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--data", type=Path, default=Path(__file__).parents[2] / "shared" / "benchmarks")
    parser.add_argument("--quick", action="store_true", help="every fourth series, 40 series for the slow peer")
    arguments = parser.parse_args()
    source = arguments.data / "annual_dev.parquet" if arguments.data.is_dir() else arguments.data
    every = read_series(source)
    learned = learned_without_each(every)
    measured = every[::4] if arguments.quick else every
    tables = {name: score(cases(measured, *REGIMES[name]), default_bands(learned)) for name in REGIMES}
    twelve = cases(measured, *REGIMES["n12"])
    few = twelve[:: max(len(twelve) // (40 if arguments.quick else 150), 1)]
    simple = {name: owa_of(score(cases(measured, *REGIMES[name]), median_bands)) for name in REGIMES}
    medians = score(twelve, median_bands)
    peers = {"naive": score(twelve, naive_bands), "drift": score(twelve, drift_bands)}
    slow = {"ets": score(few, ets_bands), "ours": score(few, default_bands(learned))}
    rows = accuracy_rows(tables, peers, slow, simple) + left_out_rows(tables["n12"], peers["naive"], medians)
    table.write("accuracy", rows + event_rows(twelve, learned) + speed_rows(twelve))


def learned_without_each(every: list[AnnualSeries]) -> dict[str, tuple[Learned, Trees]]:
    """The default's tables and correction with each data set left out of the learning in turn.

    The errors behind the tables come from corrections learned on half of all series: those of the data set left out are
    dropped, though some of its series helped to correct the others.
    """
    folds = trees_of_the_other_half(every)
    errors = {name: normalised_errors(every, name, POSITIVE, folds)["default"] for name in LENGTHS}
    found = {}
    for dataset in sorted({item.dataset for item in every}):
        trees = learn_correction([item for item in every if item.dataset != dataset])
        found[dataset] = (learned_without(errors, dataset), trees)
    return found


def default_point(history: History, horizon: int, trees: Trees) -> np.ndarray:
    return corrected([history], median_of_three(history, horizon)[None], trees)[0]


def learned_without(errors: dict[str, Errors], dataset: str) -> Learned:
    quantiles, banks = {}, {}
    for bucket, found in errors.items():
        kept = ~np.char.startswith(found.ids.astype(str), f"{dataset}:")
        others = Errors(found.values[kept], found.ids[kept], found.weights[kept])
        quantiles["default", "log", bucket] = fitted_quantiles(others)
        bank = bank_of(others)
        banks[bucket] = bank if len(bank) >= 150 or not banks else list(banks.values())[-1]
    return Learned(quantiles, banks)


def cases(every: list[AnnualSeries], length: int, horizon: int) -> list[Case]:
    """The last `length` training points of every series that has them (all points where length is beyond any series)."""
    found = []
    for item in every:
        if length < 10_000 and item.n_train < length:
            continue
        training = item.values[: item.n_train][-length:]
        if np.ptp(training) > 0.0:
            found.append(Case(item, training, item.values[item.n_train :][:horizon]))
    return found


def history_of(case: Case) -> History | None:
    try:
        return read_history(case.training, None, POSITIVE)
    except RefusedError:
        return None  # a jump by a factor of 30 or more: the kit gives no forecast


def default_bands(learned: dict[str, tuple[Learned, Trees]]) -> Bands:
    def bands(item: AnnualSeries, training: np.ndarray, horizon: int) -> np.ndarray:
        history = read_history(training, None, POSITIVE)
        tables, trees = learned[item.dataset]
        point = default_point(history, horizon, trees)
        drawn = draw_paths(history, point, "default", np.random.default_rng(0), PATHS, tables)
        return np.quantile(drawn, LEVELS, axis=0)

    return bands


def median_bands(item: AnnualSeries, training: np.ndarray, horizon: int) -> np.ndarray:
    """The simple median without a band: its OWA alone has a meaning."""
    return np.tile(POINTS["median"](read_history(training, None, POSITIVE), horizon), (len(LEVELS), 1))


def naive_bands(item: AnnualSeries, training: np.ndarray, horizon: int) -> np.ndarray:
    """Random walk, normal errors (Hyndman and Athanasopoulos 2021, section 5.5)."""
    ahead = np.arange(1, horizon + 1)
    spread = np.sqrt(np.mean(np.diff(training) ** 2)) * np.sqrt(ahead)
    return training[-1] + np.outer(_NORMAL, spread)


def drift_bands(item: AnnualSeries, training: np.ndarray, horizon: int) -> np.ndarray:
    """Random walk with drift, normal errors, the drift's own error included."""
    ahead, steps = np.arange(1, horizon + 1), np.diff(training)
    spread = np.std(steps, ddof=1) * np.sqrt(ahead * (1.0 + ahead / len(steps)))
    return training[-1] + ahead * steps.mean() + np.outer(_NORMAL, spread)


def ets_bands(item: AnnualSeries, training: np.ndarray, horizon: int) -> np.ndarray:
    """statsmodels ETS(A,Ad,N) with its own intervals."""
    from statsmodels.tsa.exponential_smoothing.ets import ETSModel

    with warnings.catch_warnings(), np.errstate(all="ignore"):
        warnings.simplefilter("ignore")
        fit = ETSModel(pd.Series(training), error="add", trend="add", damped_trend=True).fit(disp=False)
        found = fit.get_prediction(start=len(training), end=len(training) + horizon - 1)
        frames = {alpha: found.pred_int(alpha=alpha) for alpha in scores.ALPHAS}
    centre = np.asarray(found.predicted_mean)
    return np.array([centre, *(np.asarray(frames[alpha])[:, side] for alpha in scores.ALPHAS for side in (0, 1))])


_NORMAL = np.array([0.0, -0.67449, 0.67449, -1.28155, 1.28155, -1.95996, 1.95996])


def score(found: list[Case], bands: Bands) -> pd.DataFrame:
    """One row per series: scores of the bands and of naive; series the kit refuses are left out for every method."""
    rows = []
    for case in found:
        if history_of(case) is None:
            continue
        observed, training = case.observed, case.training
        quantiles = bands(case.series, training, len(observed))
        middle, repeated = quantiles[0], np.full(len(observed), training[-1])
        rows.append(
            {
                "dataset": case.series.dataset,
                "smape": scores.smape(observed, middle),
                "mase": scores.mase(observed, middle, training),
                "smape_naive": scores.smape(observed, repeated),
                "mase_naive": scores.mase(observed, repeated, training),
                "cov80": scores.coverage(observed, quantiles[3], quantiles[4]),
                "cov95": scores.coverage(observed, quantiles[5], quantiles[6]),
                "swis": scores.wis(observed, middle, quantiles[[3, 5]], quantiles[[4, 6]], scores.ALPHAS[1:])
                / scores.naive_scale(training),
                "msis": scores.msis(observed, quantiles[5], quantiles[6], training),
            }
        )
    return pd.DataFrame(rows)


def owa_of(found: pd.DataFrame) -> float:
    mean = found.mean(numeric_only=True)
    return scores.owa(mean["smape"], mean["mase"], mean["smape_naive"], mean["mase_naive"])


def accuracy_rows(
    tables: dict[str, pd.DataFrame], peers: dict[str, pd.DataFrame], slow: dict[str, pd.DataFrame], simple: dict[str, float]
) -> list[dict[str, object]]:
    """OWA, coverage and interval scores; at n12 beside naive, drift and ETS(A,Ad)."""

    def beside(figure: Callable[[pd.DataFrame], float]) -> str:
        near = ", ".join(f"{name} {figure(found):.3f}" for name, found in peers.items())
        return (
            f"{near}; on {len(slow['ets'])} series ETS(A,Ad) {figure(slow['ets']):.3f}, ours {figure(slow['ours']):.3f}"
        )

    rows = []
    for name, bar in {"n12": 0.815, "n8": 0.88, "full": 0.81, "n5": 0.90, "n6": 0.89}.items():
        peer = f"simple median {simple[name]:.4f}; " + (beside(owa_of) if name == "n12" else "naive 1")
        label = f"OWA, {name}, h <= {REGIMES[name][1]} ({len(tables[name])} series)"
        rows.append(table.row(label, f"<= {bar}", owa_of(tables[name]), peer))
    for name, found in tables.items():
        bars = ("0.78..0.82", "0.94..0.96") if name == "n12" else ("0.75..0.85", "0.93..0.97")
        for column, bar, label in zip(("cov80", "cov95"), bars, ("80 %", "95 %"), strict=True):
            peer = beside(lambda item, column=column: float(item[column].mean())) if name == "n12" else ""
            rows.append(table.row(f"coverage of the {label} band, {name}", bar, float(found[column].mean()), peer))
    for column, bar, label in (("swis", "<= 1.15", "sWIS"), ("msis", "<= 19", "MSIS95")):
        peer = beside(lambda item, column=column: float(item[column].mean()))
        rows.append(table.row(f"{label}, n12", bar, float(tables["n12"][column].mean()), peer))
    return rows


def left_out_rows(found: pd.DataFrame, naive: pd.DataFrame, medians: pd.DataFrame) -> list[dict[str, object]]:
    """Each data set by itself, its intervals learned on the other three."""
    rows = []
    for dataset, group in found.groupby("dataset"):
        other = naive[naive["dataset"] == dataset]
        simple = owa_of(medians[medians["dataset"] == dataset])
        rows.append(table.row(f"OWA, n12, {dataset} left out", f"<= {simple:.4f}", owa_of(group), "bar: simple median"))
        for column, bar in (("cov80", "0.73..0.85"), ("cov95", "0.92..0.97")):
            peer = f"naive {other[column].mean():.3f}"
            rows.append(table.row(f"{column}, n12, {dataset} left out", bar, float(group[column].mean()), peer))
        peer = f"naive {other['msis'].mean():.1f}"
        rows.append(table.row(f"MSIS95, n12, {dataset} left out", "<= 30", float(group["msis"].mean()), peer))
    return rows


AVERAGE = (0.2, 0.35, 0.5, 0.65, 0.8)
EACH = (0.05, 0.1, 0.2, 0.35)
EVENT_BARS = {
    ("average", 3): (0.03, 0.17),
    ("average", 5): (0.03, 0.156),
    ("each", 3): (0.035, 0.21),
    ("each", 5): (0.035, 0.198),
}


def event_rows(found: list[Case], learned: dict[str, tuple[Learned, Trees]]) -> list[dict[str, object]]:
    """How far 'average growth >= g' and 'at least g in every year' come true as often as said, 3 and 5 years ahead."""
    kept = [case for case in found if history_of(case) is not None]
    ours = events(kept, lambda case, steps: _default_paths(case, steps, learned))
    normal = events(kept, _normal_paths)
    rows = []
    for (kind, steps), bars in EVENT_BARS.items():
        for name, bar in zip(("calibration_error", "brier"), bars, strict=True):
            measured = scores.SCORES[name](*ours[kind, steps])
            peer = f"normal random walk with drift {scores.SCORES[name](*normal[kind, steps]):.3f}"
            label = "average growth >= g" if kind == "average" else "growth >= g in every year"
            rows.append(table.row(f"{name} of '{label}', {steps} years", f"<= {bar}", measured, peer))
    return rows


def events(
    found: list[Case], draw: Callable[[Case, int], np.ndarray]
) -> dict[tuple[str, int], tuple[np.ndarray, np.ndarray]]:
    """Probabilities given and what happened; g: quantiles of each series' own past yearly growth (log)."""
    given: dict[tuple[str, int], list[tuple[float, bool]]] = {place: [] for place in EVENT_BARS}
    for case in found:
        growth = np.diff(np.log(case.training))
        came = np.diff(np.log(np.append(case.training[-1], case.observed)))
        logs = np.log(draw(case, len(case.observed)))
        drawn = np.diff(logs, axis=1, prepend=np.log(case.training[-1]))
        for (kind, steps), pairs in given.items():
            if len(came) < steps:
                continue
            for limit in np.quantile(growth, AVERAGE if kind == "average" else EACH):
                happens = _average if kind == "average" else _every
                pairs.append(
                    (float(happens(drawn[:, :steps], limit).mean()), bool(happens(came[None, :steps], limit)[0]))
                )
    return {place: tuple(np.array(pairs, float).T) for place, pairs in given.items()}


def _average(growth: np.ndarray, limit: float) -> np.ndarray:
    return growth.mean(axis=1) >= limit


def _every(growth: np.ndarray, limit: float) -> np.ndarray:
    return (growth >= limit).all(axis=1)


def _default_paths(case: Case, steps: int, learned: dict[str, tuple[Learned, Trees]]) -> np.ndarray:
    history = read_history(case.training, None, POSITIVE)
    tables, trees = learned[case.series.dataset]
    point = default_point(history, steps, trees)
    return draw_paths(history, point, "default", np.random.default_rng(1), PATHS, tables)


def _normal_paths(case: Case, steps: int) -> np.ndarray:
    """Random walk with drift on the log scale, the drift drawn from its own t distribution."""
    rng, growth = np.random.default_rng(1), np.diff(np.log(case.training))
    spread = np.std(growth, ddof=1)
    slope = growth.mean() + spread / np.sqrt(len(growth)) * rng.standard_t(len(growth) - 1, (PATHS, 1))
    return case.training[-1] * np.exp(np.cumsum(slope + spread * rng.standard_normal((PATHS, steps)), axis=1))


def speed_rows(found: list[Case]) -> list[dict[str, object]]:
    """Milliseconds a forecast of 2,000 paths, 6 years ahead, beside the same with ETS."""
    sample = [case for case in found if history_of(case) is not None][:50]
    times = {}
    for method in ("default", "ets"):
        predict(sample[0].training, 6, support=POSITIVE, method=method)
        start = time.perf_counter()
        for case in sample:
            predict(case.training, 6, support=POSITIVE, method=method)
        times[method] = 1000.0 * (time.perf_counter() - start) / len(sample)
    parts = [
        pd.DataFrame({"unique_id": f"s{place}", "period": np.arange(len(case.training)), "value": case.training})
        for place, case in enumerate(sample)
    ]
    start = time.perf_counter()
    predict_many(pd.concat(parts), 6, support=POSITIVE)
    panel = 1000.0 * (time.perf_counter() - start) / len(sample)
    return [
        table.row("ms a series through predict_many, no paths", "<= 0.5", panel),
        table.row("ms a forecast with 2,000 paths", "<= 3", times["default"], f"ets {times['ets']:.1f} ms"),
    ]


if __name__ == "__main__":
    main()
