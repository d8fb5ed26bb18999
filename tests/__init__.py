"""Test Spot Planner."""
