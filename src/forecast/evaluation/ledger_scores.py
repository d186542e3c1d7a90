"""The ledger: every published forecast, one line each (chained.py), scored when its figure arrives."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import date
from typing import Any

import pandas as pd

from forecast.domain import Key, Kind, Observation
from forecast.evaluation import scores
from forecast.evidence import Evidence
from forecast.headline import studies
from forecast.ledger import COLUMNS, QUANTILES

_NOT_PUBLISHED = ("derived", "assumption")
SCORED = ("observed", "vintage", "source", "error", "inside80", "inside95", "wis", "pit")


def scored(rows: Iterable[Mapping[str, str]], store: Evidence) -> pd.DataFrame:
    """The ledger with the figure published after each forecast's day and its scores; empty cells where none has come.

    `pit` is the place of the figure among the forecast's quantiles (0 to 1, linear between them, the ends outside).
    """
    table = pd.DataFrame([{**row, **_score(row, store)} for row in rows], columns=[*COLUMNS, *SCORED])
    for name in ("period", *QUANTILES):
        table[name] = pd.to_numeric(table[name])
    return table


def _score(row: Mapping[str, str], store: Evidence) -> dict[str, Any]:
    figure = arrived(row, store)
    if figure is None:
        return dict.fromkeys(SCORED)
    at = [float(row[name]) for name in QUANTILES]
    return {
        "observed": figure.value,
        "vintage": figure.vintage.isoformat(),
        "source": figure.source,
        **scores.of_quantiles(figure.value, at),
        "pit": scores.pit_of_quantiles(figure.value, list(QUANTILES.values()), at),
    }


def arrived(row: Mapping[str, str], store: Evidence) -> Observation | None:
    """The published figure of a ledger line's period, if none was known on the forecast's day and one came later."""
    study, year = studies(store).get(row["indicator"]), int(row["period"])
    if study is None:
        return None
    kind: Kind = "growth" if row["quantity"] == "growth" else "level"
    indicator = study.target_indicator if kind == "growth" else study.indicator
    key = Key(indicator, study.own_measure(row["measure"]), row["territory"])
    before = store.series(key, as_of=date.fromisoformat(row["as_of"]), kind=kind).at(year)
    now = store.series(key, kind=kind).at(year)
    if now is None or (before is not None and before.status not in _NOT_PUBLISHED) or now.status in _NOT_PUBLISHED:
        return None
    return now
