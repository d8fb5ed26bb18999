"""Faults: every known way to misbehave towards Spot Planner, one after the other."""
