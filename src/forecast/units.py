"""Units of the kit and the transforms that keep a path inside its support."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import TYPE_CHECKING

from forecast.domain import Text
from forecast.errors import DomainError

if TYPE_CHECKING:
    import numpy as np

# every unit an indicator may carry
UNITS: dict[str, Text] = {
    "vnd_mn_per_worker": Text("triệu đồng/lao động", "million VND per worker"),
    "usd_per_worker": Text("USD/lao động", "USD per worker"),
    "vnd_bn": Text("tỷ đồng", "billion VND"),
    "usd_bn": Text("tỷ USD", "billion USD"),
    "usd": Text("USD", "USD"),
    "vnd_per_usd": Text("đồng/USD", "VND per USD"),
    "vnd_mn": Text("triệu đồng", "million VND"),
    "vnd_mn_per_person": Text("triệu đồng/người", "million VND per person"),
    "thousand_persons": Text("nghìn người", "thousand persons"),
    "million_persons": Text("triệu người", "million persons"),
    "percent": Text("%", "%"),
    "percent_per_year": Text("%/năm", "% a year"),
    "percentage_points": Text("điểm phần trăm", "percentage points"),
    "percentage_points_per_year": Text("điểm phần trăm/năm", "percentage points a year"),
    "percent_per_point": Text("% trên một điểm", "% per point"),
    "points_per_year": Text("điểm/năm", "points a year"),
    "points_per_point": Text("điểm trên một điểm", "points per point"),
    "rank": Text("thứ hạng", "rank"),
    "score": Text("điểm số", "score"),
    "points": Text("điểm", "points"),
    "count": Text("số lượng", "count"),
    "ratio": Text("tỷ lệ", "ratio"),
    "index": Text("chỉ số", "index"),
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
    import numpy as np

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
