"""Scenarios on the draws of a baseline: compared, taken apart, judged, solved, and told by codes."""
