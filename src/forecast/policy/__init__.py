"""Targets, outlooks and what they come to."""

from forecast.policy.comparison import replays_table
from forecast.policy.outlook import Outlook, outlook
from forecast.policy.summary import summary
from forecast.policy.tables import tables

__all__ = ["Outlook", "outlook", "replays_table", "summary", "tables"]
