"""Processes started once and forked: kernels, runners, the drawing of pictures."""
