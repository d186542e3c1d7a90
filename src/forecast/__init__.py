"""Policy analysis and forecasting kit for Hưng Yên province."""

__version__ = "0.8.2"
