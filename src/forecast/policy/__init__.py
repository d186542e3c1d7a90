"""Targets, outlooks, scenarios and what they come to: all that a notebook or a page asks of this room.

A notebook starts from `outlook(store, indicator, ...)` for one indicator or `baseline(store)` for all; see docs/scenarios.md.
"""

from forecast.policy.outlooks.answers import Outlook, outlook
from forecast.policy.outlooks.replays import replays_table
from forecast.policy.recorded.numbers import summary
from forecast.policy.recorded.tables import tables
from forecast.policy.scenarios import codes
from forecast.policy.scenarios.attribution import contributions
from forecast.policy.scenarios.baselines import Baseline, baseline, outcome, simulate, under_scenario
from forecast.policy.scenarios.comparisons import Comparison, compare
from forecast.policy.scenarios.decomposition import ecommerce_anatomy, sector_rates
from forecast.policy.scenarios.experience import catalogue, happened
from forecast.policy.scenarios.listings import lever_table, solutions, solutions_table
from forecast.policy.scenarios.revisions import waterfall
from forecast.policy.scenarios.solver import Solution, solve
from forecast.policy.scenarios.swings import tornado
from forecast.policy.scenarios.verdicts import Joint, documents, joint, target_table, target_years

__all__ = [
    "Baseline",
    "Comparison",
    "Joint",
    "Outlook",
    "Solution",
    "baseline",
    "catalogue",
    "codes",
    "compare",
    "contributions",
    "documents",
    "ecommerce_anatomy",
    "happened",
    "joint",
    "lever_table",
    "outcome",
    "outlook",
    "replays_table",
    "sector_rates",
    "simulate",
    "solutions",
    "solutions_table",
    "solve",
    "summary",
    "tables",
    "target_table",
    "target_years",
    "tornado",
    "under_scenario",
    "waterfall",
]
