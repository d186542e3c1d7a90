"""Do the chances come true as often as said? Event probabilities of the default at every past origin of the national series."""

from __future__ import annotations

import pandas as pd

from forecast.columns import ENOUGH_ORIGINS
from forecast.evaluation import scores
from forecast.evaluation.events import EVENTS, event_pairs
from forecast.evaluation.trials import HORIZON, min_train, national_pasts
from forecast.evidence import Evidence
from forecast.models import predict

TRIALS = ("indicator", "measure", "origin", "years", "event", "threshold", "given", "happened", "source")
BINS = ("event", "low", "high", "count", "origins", "given", "happened", "brier", "calibration_error", "judged", "source")


def event_trials(store: Evidence, *, as_of: str = "latest", seed: int, n_paths: int = 1000, steps: int = HORIZON) -> pd.DataFrame:
    """One row per series, origin, event and threshold: the chance given for the next `steps` years and whether it happened."""
    day, rows = store.day(as_of), []
    for past in national_pasts(store, day):
        for count in range(min_train(len(past.values)), len(past.values) - steps + 1):
            training, came = past.values[:count], past.values[count : count + steps]
            paths = predict(training, steps, support=past.study.support, pace=past.pace, seed=seed, n_paths=n_paths).paths
            fixed = (past.study.indicator, past.measure, past.years[count - 1], steps)
            for event in EVENTS:
                rows += [(*fixed, event, *pair, past.source) for pair in event_pairs(event, training, paths, came)]
    return pd.DataFrame(rows, columns=list(TRIALS)).round(6)


def reliability_table(trials: pd.DataFrame, bins: int = 5) -> pd.DataFrame:
    """By event the reliability table of all series together, with the number of different origins; judged from eight on.

    Thresholds and neighbouring origins share years, so the pairs are fewer than they look.
    """
    rows = []
    for event, group in trials.groupby("event", sort=False):
        origins = group[["indicator", "measure", "origin"]].drop_duplicates().shape[0]
        given, happened = group["given"].to_numpy(float), group["happened"].to_numpy(float)
        fixed = {
            "event": event,
            "origins": origins,
            "judged": origins >= ENOUGH_ORIGINS,
            "brier": scores.brier(given, happened),
            "calibration_error": scores.calibration_error(given, happened, bins),
            "source": "+".join(dict.fromkeys(part for text in group["source"].unique() for part in text.split("+"))),
        }
        rows += [{**fixed, **cell} for cell in scores.reliability(given, happened, bins)]
    return pd.DataFrame(rows, columns=list(BINS)).round(6)
