"""The command `forecast`."""
