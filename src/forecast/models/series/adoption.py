"""Shares being adopted: half of the way from the corrected median to a logistic whose yearly steps fade.

A logistic of unknown ceiling (Fisher and Pry 1971 take 100 %) slows down sooner on the logit scale than one that ends at 100 %;
steps that fade by 0.85 a year stand for that ceiling. On Internet and broadband shares of countries left out of the learning, origins
after 2009, the median was 4 % a year too low without it and is right within 1 % with it, the band's score falls by 2 %, and the
chance of rising fast in each of three years is off by .06 where it was off by .17.
"""

from __future__ import annotations

import numpy as np

from forecast.models.series.history import History
from forecast.models.series.refusals import NOISE

FEWEST = 8  # what five or six years of a share do not say: on fewer nothing was tried
LEAST_GROWTH = 0.05  # mean yearly log growth
BELOW = 0.4  # of the way to the upper bound
MOST_FALLS = 0.25  # of the yearly steps
RECENT = 0.8  # weight of a step against the next
FADE = 0.85  # of a step a year ahead against the year before
PART = 0.5


def is_adopted(history: History) -> bool:
    """Whether a share of at least `FEWEST` years grows like something that is spreading: fast, still low, seldom falling."""
    low, high = history.support
    if low is None or high is None or history.n < FEWEST:
        return False
    reached = (history.values - low) / (high - low)
    steps = np.diff(np.log(reached))
    return bool(reached[-1] < BELOW and steps.mean() > LEAST_GROWTH and (steps < -NOISE).mean() <= MOST_FALLS)


def curve(history: History, horizon: int) -> np.ndarray:
    """The logistic from the last value on, [horizon]: the recent yearly step of the logit, fading."""
    steps = np.diff(history.z)
    weights = RECENT ** np.arange(len(steps))[::-1]
    fading = np.cumsum(FADE ** np.arange(1, horizon + 1))
    return history.transform.inverse(history.z[-1] + weights @ steps / weights.sum() * fading)


def towards_curve(history: History, point: np.ndarray) -> np.ndarray:
    """`point` [horizon] moved half of the way, on the logit scale, to the curve; any other series' point as it is."""
    if not is_adopted(history):
        return point
    forward = history.transform.forward
    z = (1.0 - PART) * forward(point) + PART * forward(curve(history, len(point)))
    return history.transform.inverse(z)
