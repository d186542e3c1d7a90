"""Evaluation: scores, rolling-origin backtests, and the track record of every method on the national series."""

from forecast.evaluation.backtest import backtest, summarise
from forecast.evaluation.scores import SCORES
from forecast.evaluation.trials import track_record

__all__ = ["SCORES", "backtest", "summarise", "track_record"]
