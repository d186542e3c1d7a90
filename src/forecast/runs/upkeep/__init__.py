"""Upkeep: schedule, timers, notices, status, the doctor, backups."""
