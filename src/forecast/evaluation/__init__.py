"""Evaluation: scores, rolling-origin backtests, and the track record of every method on the national series."""

from forecast.evaluation.backtest import backtest, summarise
from forecast.evaluation.hiding import gap_panel, hidden_cases, hiding_summary
from forecast.evaluation.measured import measured_assumptions
from forecast.evaluation.nowcasts import nowcast_record
from forecast.evaluation.present import now_table, pit_table
from forecast.evaluation.ranks import rank_cases, rank_summary
from forecast.evaluation.reference import reference_classes
from forecast.evaluation.reliability import event_trials, reliability_table
from forecast.evaluation.scores import SCORES
from forecast.evaluation.trials import track_record
from forecast.evaluation.vintages import vintage_record

learned_spread = measured_assumptions  # as saved notebooks call it

__all__ = [
    "SCORES",
    "backtest",
    "event_trials",
    "gap_panel",
    "hidden_cases",
    "hiding_summary",
    "learned_spread",
    "measured_assumptions",
    "now_table",
    "nowcast_record",
    "pit_table",
    "rank_cases",
    "rank_summary",
    "reference_classes",
    "reliability_table",
    "summarise",
    "track_record",
    "vintage_record",
]
