"""Runs: a plan of typed parameters, each run in its own process and folder, one atomic publication."""
