"""Levers: parts of accounting identities, pushed on the draws."""
