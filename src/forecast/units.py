"""Units of the kit and the transforms that keep a path inside its support."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np

from forecast.errors import DomainError

# id -> (Vietnamese, English); every unit an indicator may carry
UNITS: dict[str, tuple[str, str]] = {
    "vnd_mn_per_worker": ("triệu đồng/lao động", "million VND per worker"),
    "usd_per_worker": ("USD/lao động", "USD per worker"),
    "vnd_bn": ("tỷ đồng", "billion VND"),
    "usd_bn": ("tỷ USD", "billion USD"),
    "usd": ("USD", "USD"),
    "vnd_per_usd": ("đồng/USD", "VND per USD"),
    "vnd_mn": ("triệu đồng", "million VND"),
    "vnd_mn_per_person": ("triệu đồng/người", "million VND per person"),
    "thousand_persons": ("nghìn người", "thousand persons"),
    "million_persons": ("triệu người", "million persons"),
    "percent": ("%", "%"),
    "percent_per_year": ("%/năm", "% a year"),
    "percentage_points": ("điểm phần trăm", "percentage points"),
    "percentage_points_per_year": ("điểm phần trăm/năm", "percentage points a year"),
    "percent_per_point": ("% trên một điểm", "% per point"),
    "points_per_year": ("điểm/năm", "points a year"),
    "points_per_point": ("điểm trên một điểm", "points per point"),
    "rank": ("thứ hạng", "rank"),
    "score": ("điểm số", "score"),
    "points": ("điểm", "points"),
    "count": ("số lượng", "count"),
    "ratio": ("tỷ lệ", "ratio"),
    "index": ("chỉ số", "index"),
}


@dataclass(frozen=True)
class Transform:
    """A one-to-one map from the support to the real line and back: `forward(y) = z`, `inverse(z) = y`."""

    forward: Callable[[np.ndarray], np.ndarray]
    inverse: Callable[[np.ndarray], np.ndarray]


def transform_for(scale: str, support: tuple[float | None, float | None]) -> Transform:
    """Return the transform of `scale` ('log', 'logit', 'identity') on `support` = (low, high).

    log: z = ln(y - low); logit: z = ln((y - low) / (high - y)). Raises DomainError for a scale without its bounds.
    """
    low, high = support
    if scale == "identity":
        return Transform(lambda y: np.asarray(y, float), lambda z: np.asarray(z, float))
    if scale == "log" and low is not None:
        return Transform(lambda y: np.log(np.asarray(y, float) - low), lambda z: low + np.exp(np.asarray(z, float)))
    if scale == "logit" and low is not None and high is not None:
        width = high - low
        return Transform(
            lambda y: np.log((np.asarray(y, float) - low) / (high - np.asarray(y, float))),
            lambda z: low + width / (1.0 + np.exp(-np.asarray(z, float))),
        )
    raise DomainError(f"Thang đo '{scale}' thiếu cận {support}.", f"Scale '{scale}' lacks a bound in {support}.")


def scale_for(support: tuple[float | None, float | None]) -> str:
    """The scale a support calls for: both bounds logit, a lower bound log, none identity."""
    low, high = support
    if low is not None and high is not None:
        return "logit"
    return "log" if low is not None else "identity"
