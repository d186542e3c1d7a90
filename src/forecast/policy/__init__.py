"""Targets, outlooks, scenarios and what they come to. A notebook starts from `baseline(store)`; see docs/scenarios.md."""

from forecast.policy.anatomy import ecommerce_anatomy, sector_rates
from forecast.policy.answers import arithmetic, lever_table, solutions, solutions_table
from forecast.policy.assumed import tornado
from forecast.policy.baseline import Baseline, baseline, simulate, under_scenario
from forecast.policy.comparison import replays_table
from forecast.policy.contrast import Comparison, compare
from forecast.policy.contributions import contributions
from forecast.policy.experience import catalogue, happened
from forecast.policy.judgement import Joint, documents, joint, target_table, target_years
from forecast.policy.outlook import Outlook, outlook
from forecast.policy.solver import Solution, solve
from forecast.policy.summary import summary
from forecast.policy.tables import tables
from forecast.policy.waterfall import waterfall

__all__ = [
    "Baseline",
    "Comparison",
    "Joint",
    "Outlook",
    "Solution",
    "arithmetic",
    "baseline",
    "catalogue",
    "compare",
    "contributions",
    "documents",
    "ecommerce_anatomy",
    "happened",
    "joint",
    "lever_table",
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
