"""Appliances, their runs, and what becomes of each run."""
