"""Scenarios that users save, their golden results, and the draws kept for the apps."""
