"""Shares that spread: which are taken for such, and the curve they are moved towards."""

import numpy as np
import pytest

from forecast.models.series.adoption import curve, is_adopted, towards_curve
from forecast.models.series.history import read_history

PERCENT, POSITIVE = (0.0, 100.0), (0.0, None)
SPREADING = [2.0, 2.6, 3.3, 4.2, 5.4, 6.8, 8.6, 10.8]


def share(values, support=PERCENT):
    return read_history(values, None, support)


def test_the_curve_by_hand():
    """A logistic of steady pace: its logit steps are equal, and the years ahead take .85, .85 squared ... of them."""
    z = -4.0 + 0.3 * np.arange(8)
    history = share(100.0 / (1.0 + np.exp(-z)))
    ahead = z[-1] + 0.3 * np.array([0.85, 0.85 + 0.85**2])
    assert curve(history, 2) == pytest.approx(100.0 / (1.0 + np.exp(-ahead)))


def test_the_point_goes_half_of_the_way_on_the_logit_scale():
    history = share(SPREADING)
    point = np.array([12.0, 13.0])
    forward = history.transform.forward
    assert forward(towards_curve(history, point)) == pytest.approx((forward(point) + forward(curve(history, 2))) / 2.0)


@pytest.mark.parametrize(
    ("values", "support"),
    [
        (SPREADING[1:], PERCENT),  # seven years
        (SPREADING, POSITIVE),  # no share
        (5.0 * np.array(SPREADING), PERCENT),  # beyond 40 %
        ([8.0, 8.1, 8.3, 8.4, 8.6, 8.7, 8.9, 9.0], PERCENT),  # slow
        ([2.0, 3.0, 2.5, 4.0, 3.5, 5.0, 4.8, 6.0], PERCENT),  # falls in three years of seven
    ],
)
def test_other_series_keep_their_point(values, support):
    history, point = share(values, support), np.array([9.0, 10.0])
    assert not is_adopted(history)
    assert towards_curve(history, point) is point


def test_unit_and_bounds_do_not_matter():
    """The same share in parts of one and in percent is the same forecast."""
    percent, parts = share(SPREADING), share(np.array(SPREADING) / 100.0, (0.0, 1.0))
    assert curve(parts, 4) * 100.0 == pytest.approx(curve(percent, 4))
