"""Relearning the tables that forecasting reads; never imported in production."""
