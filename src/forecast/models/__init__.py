"""Models: from a checked annual series to sample paths."""

from forecast.models.methods import METHODS, predict
from forecast.models.panel import predict_many

__all__ = ["METHODS", "predict", "predict_many"]
