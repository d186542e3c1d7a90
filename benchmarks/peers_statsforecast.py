"""Run by bench_accuracy in the environment of the peers (.venv-peers), never imported: statsforecast on a file of series.

`python peers_statsforecast.py ASKED ANSWERED`: ASKED holds {"methods", "series": {key: {"values", "horizon"}}}; ANSWERED gets
{method: {key: quantiles [7, horizon] | error text}} at levels .5, .25, .75, .1, .9, .025, .975 and {"ms": {method: ms a series}}.
"""

from __future__ import annotations

import json
import sys
import time
import warnings
from pathlib import Path

import numpy as np
from statsforecast.models import AutoARIMA, AutoCES, AutoETS, AutoTheta, DynamicOptimizedTheta

MODELS = {"AutoETS": AutoETS, "CES": AutoCES, "AutoARIMA": AutoARIMA, "DOT": DynamicOptimizedTheta, "AutoTheta": AutoTheta}
PARTS = {"SCUM": ("AutoETS", "CES", "AutoARIMA", "DOT")}  # Petropoulos and Svetunkov 2020: the median of the four
ORDER = ("mean", "lo-50", "hi-50", "lo-80", "hi-80", "lo-95", "hi-95")


def main() -> None:
    """Ask every method of every series and write the answers."""
    asked = json.loads(Path(sys.argv[1]).read_text(encoding="utf-8"))
    warnings.simplefilter("ignore")
    models = dict.fromkeys(part for name in asked["methods"] for part in PARTS.get(name, (name,)))
    answers: dict[str, dict[str, object]] = {name: {} for name in models}
    spent = dict.fromkeys(models, 0.0)
    for key, series in asked["series"].items():
        for name in models:
            start = time.perf_counter()
            answers[name][key] = answer(name, series["values"], series["horizon"])
            spent[name] += time.perf_counter() - start
    for name in asked["methods"]:
        if name in PARTS:
            answers[name] = {key: median([answers[part][key] for part in PARTS[name]]) for key in asked["series"]}
            spent[name] = sum(spent[part] for part in PARTS[name])
    count = max(len(asked["series"]), 1)
    answers["ms"] = {name: 1000.0 * seconds / count for name, seconds in spent.items()}
    Path(sys.argv[2]).write_text(json.dumps(answers), encoding="utf-8")


def answer(name: str, values: list[object], horizon: int) -> list[list[float]] | str:
    """Quantiles [7, horizon] of a method, or why it gave none."""
    try:
        forecast = MODELS[name](season_length=1).forecast(y=np.array(values, dtype=float), h=horizon, level=[50, 80, 95])
        return [[float(value) for value in forecast[part]] for part in ORDER]
    except Exception as problem:  # a refusal: its text is the answer
        return f"{type(problem).__name__}: {problem}"[:200]


def median(parts: list[object]) -> list[list[float]] | str:
    """The median of the parts that gave something; a text when none did."""
    given = [np.array(part) for part in parts if isinstance(part, list)]
    if not given:
        return str(parts[0])
    return np.median(given, axis=0).tolist()


if __name__ == "__main__":
    main()
