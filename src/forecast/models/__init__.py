"""Models: from a checked annual series to sample paths."""

from forecast.models.methods import METHODS, predict

__all__ = ["METHODS", "predict"]
