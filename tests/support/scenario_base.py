"""Baselines of the kit's own figures for the tests of scenarios, drawn once."""

from datetime import date
from functools import cache

from forecast import evidence, policy
from forecast.domain import Push, Scenario, Text

OLD, NEW = "hung_yen_pre2025", "hung_yen_2025"
PATHS = 400


@cache
def store():
    return evidence.load()


@cache
def base(territory=NEW, measure="nso", n_paths=PATHS):
    return policy.baseline(store(), territory, measure=measure, n_paths=n_paths)


def pushing(name="made", territory="", **pushes):
    """A scenario of constant pushes from 2026 to 2030."""
    text = Text("thử", "trial")
    made = tuple(Push(lever, ((2026, 2030, float(value)),), text, "red", "", territory) for lever, value in pushes.items())
    return Scenario(name, 1, text, text, "test", date(2026, 3, 1), made)


def form(**changes):
    """A sound scenario as a person would write it."""
    entry = {
        "lever": "tfp",
        "unit": "percentage_points_per_year",
        "value": 0.4,
        "from": 2026,
        "rating": "red",
        "reason": {"vi": "thử", "en": "trial"},
    }
    plain = {"id": "mine", "name": {"vi": "Của tôi", "en": "Mine"}, "summary": {"vi": "a", "en": "a"}, "author": "A"}
    content = {**plain, "made": "2026-03-01", "assumptions": [entry]}
    entry.update(changes.pop("entry", {}))
    return {**content, **changes}
