"""The page of figures: every figure with its source, the targets, and what is missing."""

from forecast.publish.register.page import show

__all__ = ["show"]
