"""Accuracy and calibration of the default method on short annual series it has not learned from, beside its peers.

`python benchmarks/bench_accuracy.py [--data ../shared/benchmarks] [--quick]`. The correction is learned anew with the data set
that is being measured left out, and so are the intervals; national series are measured with their countries and the years after 2010
left out (`macro_rows`). Bars are those of the issue where it names one. Peers run on the same
series in the same run: naive, drift and the simple median on all; statsmodels, statsforecast and Prophet on a stated part, ours
beside them on that same part. Written: out/accuracy.json and out/accuracy.svg.
"""

from __future__ import annotations

import os

os.environ.setdefault("OPENBLAS_NUM_THREADS", "1")  # small fits: threads only get in each other's way

import argparse
import time
from collections.abc import Callable
from functools import partial
from pathlib import Path

import accuracy_chart
import event_rows
import macro_rows
import numpy as np
import pandas as pd
import peers
import table
from cases import POSITIVE, REGIMES, Case, cases, few, history_of, owa_of, score
from left_out import default_bands, default_paths, learn_without_each
from nasty_rows import nasty_rows

from forecast.models import predict, predict_many
from forecast.models.learning.intervals import read_series

BESIDE = {"AutoETS": "statsforecast AutoETS", "DOT": "statsforecast DOT", "SCUM": "SCUM"}
OWA_BARS = {"n12": 0.805, "n8": 0.81, "full": 0.805, "n6": 0.825, "n5": 0.835}
# series asked of the slow peers; CES takes three seconds a series of 8 points, so SCUM is not asked there
PART, PART_QUICK = {"n12": 200, "n8": 300, "full": 100}, {"n12": 40, "n8": 40, "full": 20}
SLOW_AT = {"n8": ("SCUM",)}
PROPHET_PART, PROPHET_QUICK = 100, 12
SERIES_OUT = "a fifth of the series left out"
Tables = dict[str, pd.DataFrame]


def main() -> None:
    """Learn anew with what is measured left out, measure ours and the peers, print and write table and picture."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--data", type=Path, help="folder of annual_dev and macro_dev (default: shared/benchmarks above this checkout)")
    parser.add_argument("--quick", action="store_true", help="every fourth series, learned on fewer windows, few for the peers")
    arguments = parser.parse_args()
    started = time.perf_counter()
    every, macro = (read_series(series_file(arguments.data, name)) for name in ("annual_dev", "macro_dev"))
    thinned = macro[::4] if arguments.quick else macro
    without = learn_without_each(every, [series for series in thinned if series.kind != "fast"], quick=arguments.quick)
    measured = every[::4] if arguments.quick else every
    by_regime = {name: cases(measured, *REGIMES[name]) for name in REGIMES}
    bands, twelve = default_bands(without.data_set), by_regime["n12"]
    ours = {name: score(asked, bands) for name, asked in by_regime.items()}
    near = {name: score(asked, default_bands(without.series)) for name, asked in by_regime.items()}
    simple = {name: score(asked, peers.median_bands) for name, asked in by_regime.items()}
    walks = {"naive": score(twelve, peers.naive_bands), "drift": score(twelve, peers.drift_bands)}
    compared, remarks = compare(by_regime, bands, PART_QUICK if arguments.quick else PART)
    prophet = prophet_beside(twelve, bands, PROPHET_QUICK if arguments.quick else PROPHET_PART)
    came = event_rows.collect(twelve, lambda case, steps: default_paths(case, steps, without.data_set))
    came_near = event_rows.collect(twelve, lambda case, steps: default_paths(case, steps, without.series))
    normal = event_rows.collect(twelve, event_rows.normal_paths)
    rows = accuracy_rows(ours, simple, walks) + left_out_rows(ours["n12"], walks["naive"], simple["n12"])
    rows += peer_rows(compared, prophet, remarks) + event_rows.rows(came, normal) + speed_rows(twelve)
    rows += macro_rows.rows(measured, thinned)
    rows += named(SERIES_OUT, accuracy_rows(near, simple, walks) + event_rows.rows(came_near, normal))
    rows += nasty_rows(table.ROOT / "benchmarks" / "out", ("AutoETS", "DOT") if arguments.quick else tuple(BESIDE))
    used = os.times()
    spent = f"of processor time, peers included: {(used.user + used.children_user) / 60.0:.1f}"
    limit = "<= 2" if arguments.quick else "<= 20"
    rows.append(table.row("minutes this took", limit, (time.perf_counter() - started) / 60.0, spent))
    table.write("accuracy", rows)
    print(accuracy_chart.draw(compared | {"n12": compared["n12"] | {"Prophet": prophet["Prophet"]}}, event_rows.diagram(came, normal)))


def named(how: str, rows: list[dict[str, object]]) -> list[dict[str, object]]:
    """The same rows under a name that says what was left out."""
    return [{**row, "figure": f"{how}: {row['figure']}"} for row in rows]


def series_file(given: Path | None, name: str) -> Path:
    """A file of series in the folder given, or in shared/benchmarks of a folder above; ends the command when there is none."""
    folders = [given] if given else [parent / "shared" / "benchmarks" for parent in Path(__file__).resolve().parents]
    for folder in folders:
        path = folder / f"{name}.parquet"
        if path.is_file():
            return path
    raise SystemExit(f"{name}.parquet was not found ({given or 'shared/benchmarks'}): make bench-accuracy DATA=FOLDER")


def compare(by_regime: dict[str, list[Case]], bands: Callable, parts: dict[str, int]) -> tuple[dict[str, Tables], list[str]]:
    """By regime and method the scores on the same part of the series; what kept statsforecast from answering, if anything did."""
    compared: dict[str, Tables] = {}
    remarks: list[str] = []
    for regime, count in parts.items():
        part = few(by_regime[regime], count)
        local = {
            "kit's default": bands,
            "simple median": peers.median_bands,
            "drift": peers.drift_bands,
            "naive": peers.naive_bands,
            "statsmodels Theta": peers.theta_bands,
            "statsmodels ETS(A,Ad)": partial(or_naive, peers.ets_bands),
        }
        compared[regime] = {name: score(part, each) for name, each in local.items()}
        asked = {peers.key_of(case): {"values": case.training.tolist(), "horizon": len(case.observed)} for case in part}
        names = [name for name in BESIDE if name not in SLOW_AT.get(regime, ())]
        answers = peers.ask_apart(asked, names, table.ROOT / "benchmarks" / "out")
        if isinstance(answers, str):
            remarks.append(answers)
            continue
        for name, shown in ((name, BESIDE[name]) for name in names):
            failed = sum(isinstance(answer, str) for answer in answers[name].values())
            compared[regime][shown] = score(part, peers.answered_bands(answers[name]))
            if failed:
                remarks.append(f"{shown} gave nothing for {failed} of {len(part)} at {regime} (naive's there)")
        if regime == "n12":
            remarks.append("ms a series: " + ", ".join(f"{name} {answers['ms'][name]:.0f}" for name in BESIDE))
    return compared, remarks


def or_naive(method: Callable, series: object, training: np.ndarray, horizon: int) -> np.ndarray:
    """A peer's bands; naive's where it cannot be fitted or gives a value that is not finite."""
    try:
        bands = method(series, training, horizon)
    except Exception:
        return peers.naive_bands(None, training, horizon)
    return bands if np.isfinite(bands).all() else peers.naive_bands(None, training, horizon)


def prophet_beside(twelve: list[Case], bands: Callable, count: int) -> Tables:
    """Prophet's scores and ours on about `count` of the cases."""
    part = few(twelve, count)
    return {"Prophet": score(part, partial(or_naive, peers.prophet_bands)), "kit's default": score(part, bands)}


def accuracy_rows(ours: Tables, simple: Tables, walks: Tables) -> list[dict[str, object]]:
    """OWA, coverage and interval scores on all series; at n12 beside naive and drift."""

    def beside(figure: Callable[[pd.DataFrame], float]) -> str:
        return ", ".join(f"{name} {figure(walk):.3f}" for name, walk in walks.items())

    rows = []
    for name, bar in OWA_BARS.items():
        peer = f"simple median {owa_of(simple[name]):.4f}; " + (beside(owa_of) if name == "n12" else "naive 1")
        label = f"OWA, {name}, h <= {REGIMES[name][1]} ({len(ours[name])} series)"
        rows.append(table.row(label, f"<= {bar}", owa_of(ours[name]), peer))
    for name, scored in ours.items():
        bars = ("0.78..0.82", "0.94..0.96") if name == "n12" else ("0.75..0.85", "0.93..0.97")
        for column, bar, label in zip(("cov80", "cov95"), bars, ("80 %", "95 %"), strict=True):
            peer = beside(lambda walk, column=column: float(walk[column].mean())) if name == "n12" else ""
            rows.append(table.row(f"coverage of the {label} band, {name}", bar, float(scored[column].mean()), peer))
    for column, bar, label in (("swis", "<= 1.13", "sWIS"), ("msis", "<= 18.2", "MSIS95")):
        peer = beside(lambda walk, column=column: float(walk[column].mean()))
        rows.append(table.row(f"{label}, n12", bar, float(ours["n12"][column].mean()), peer))
    return rows


def left_out_rows(ours: pd.DataFrame, naive: pd.DataFrame, medians: pd.DataFrame) -> list[dict[str, object]]:
    """Each data set by itself, its intervals learned on the other three."""
    rows = []
    for dataset, group in ours.groupby("dataset"):
        other = naive[naive["dataset"] == dataset]
        simple = owa_of(medians[medians["dataset"] == dataset])
        rows.append(table.row(f"OWA, n12, {dataset} left out", f"<= {simple:.4f}", owa_of(group), "bar: simple median"))
        for column, bar in (("cov80", "0.73..0.85"), ("cov95", "0.92..0.97")):
            peer = f"naive {other[column].mean():.3f}"
            rows.append(table.row(f"{column}, n12, {dataset} left out", bar, float(group[column].mean()), peer))
        peer = f"naive {other['msis'].mean():.1f}"
        rows.append(table.row(f"MSIS95, n12, {dataset} left out", "<= 30", float(group["msis"].mean()), peer))
    return rows


def peer_rows(compared: dict[str, Tables], prophet: Tables, remarks: list[str]) -> list[dict[str, object]]:
    """Ours against the best peer on the same part: OWA in three regimes, and at 12 points coverage, sWIS and MSIS."""
    rows = []
    for regime, tables in compared.items():
        others = {name: owa_of(scored) for name, scored in tables.items() if name not in ("kit's default", "simple median")}
        beside = ", ".join(f"{name} {value:.3f}" for name, value in sorted(others.items(), key=lambda pair: pair[1]))
        label = f"OWA on the peers' part, {regime} ({len(tables['naive'])} series)"
        rows.append(table.row(label, f"<= {min(others.values()):.4f}", owa_of(tables["kit's default"]), beside))
    twelve = {name: scored for name, scored in compared["n12"].items() if name != "simple median"}
    for column, bar in (("cov80", "0.75..0.85"), ("cov95", "0.93..0.97")):
        beside = ", ".join(f"{name} {scored[column].mean():.3f}" for name, scored in twelve.items() if name != "kit's default")
        rows.append(table.row(f"{column} on the peers' part, n12", bar, float(twelve["kit's default"][column].mean()), beside))
    for column in ("swis", "msis"):
        others = {name: float(scored[column].mean()) for name, scored in twelve.items() if name != "kit's default"}
        beside = ", ".join(f"{name} {value:.2f}" for name, value in sorted(others.items(), key=lambda pair: pair[1]))
        measured = float(twelve["kit's default"][column].mean())
        rows.append(table.row(f"{column} on the peers' part, n12", f"<= {min(others.values()):.4f}", measured, beside))
    own, other = prophet["kit's default"], prophet["Prophet"]
    beside = f"Prophet {owa_of(other):.3f}; its cov80/cov95 {other['cov80'].mean():.3f}/{other['cov95'].mean():.3f}"
    rows.append(table.row(f"OWA on Prophet's part, n12 ({len(own)} series)", f"<= {owa_of(other):.4f}", owa_of(own), beside))
    rows += [{"figure": "remark", "bar": "", "measured": "", "peer": text, "holds": ""} for text in dict.fromkeys(remarks)]
    return rows


def speed_rows(asked: list[Case]) -> list[dict[str, object]]:
    """Milliseconds a forecast of 2,000 paths, 6 years ahead, beside the same with ETS."""
    sample = [case for case in asked if history_of(case) is not None][:50]
    times = {}
    for method in ("default", "ets"):
        predict(sample[0].training, 6, support=POSITIVE, method=method)
        start = time.perf_counter()
        for case in sample:
            predict(case.training, 6, support=POSITIVE, method=method)
        times[method] = 1000.0 * (time.perf_counter() - start) / len(sample)
    parts = [
        pd.DataFrame({"unique_id": f"s{number}", "period": np.arange(len(case.training)), "value": case.training})
        for number, case in enumerate(sample)
    ]
    start = time.perf_counter()
    predict_many(pd.concat(parts), 6, support=POSITIVE)
    panel = 1000.0 * (time.perf_counter() - start) / len(sample)
    return [
        table.row("ms a series through predict_many, no paths", "<= 0.4", panel),
        table.row("ms a forecast with 2,000 paths", "<= 3", times["default"], f"ets {times['ets']:.1f} ms"),
    ]


if __name__ == "__main__":
    main()
