"""Targets, outlooks, scenarios and what they come to. A notebook starts from `baseline(store)`; see docs/scenarios.md."""

from forecast.policy.outlooks.outlook import Outlook, outlook
from forecast.policy.outlooks.replays import replays_table
from forecast.policy.recorded.summary import summary
from forecast.policy.recorded.tables import tables
from forecast.policy.scenarios import codes
from forecast.policy.scenarios.baseline import Baseline, baseline, simulate, under_scenario
from forecast.policy.scenarios.compare import Comparison, compare
from forecast.policy.scenarios.contributions import contributions
from forecast.policy.scenarios.decomposition import ecommerce_anatomy, sector_rates
from forecast.policy.scenarios.experience import catalogue, happened
from forecast.policy.scenarios.solutions import arithmetic, lever_table, solutions, solutions_table
from forecast.policy.scenarios.solver import Solution, solve
from forecast.policy.scenarios.tornado import tornado
from forecast.policy.scenarios.verdicts import Joint, documents, joint, target_table, target_years
from forecast.policy.scenarios.waterfall import waterfall

__all__ = [
    "Baseline",
    "Comparison",
    "Joint",
    "Outlook",
    "Solution",
    "arithmetic",
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
