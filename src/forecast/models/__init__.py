"""Models: from a checked annual series to sample paths."""

from forecast.models.series.methods import METHODS, predict
from forecast.models.series.panel import predict_many

__all__ = ["METHODS", "predict", "predict_many"]
