"""Voila with our settings and handlers: the apps on one address."""
