"""The types of the kit: frozen, checked when built, each quantity with its unit."""

from forecast.domain.figures import (
    HERE,
    Conflict,
    Indicator,
    Key,
    Kind,
    Observation,
    Period,
    Scale,
    Series,
    Target,
    today,
)
from forecast.domain.forecasts import Forecast, Question
from forecast.domain.scenarios import Lever, Push, Rating, Scenario
from forecast.domain.text import Text, because

__all__ = [
    "HERE", "Conflict", "Forecast", "Indicator", "Key", "Kind", "Lever", "Observation", "Period", "Push", "Question", "Rating",
    "Scale", "Scenario", "Series", "Target", "Text", "because", "today",
]  # fmt: skip
