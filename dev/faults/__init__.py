"""Misbehave towards Spot Planner in every way that is known, one after the other."""
