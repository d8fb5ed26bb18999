"""Measure what the user's machine has to do."""
