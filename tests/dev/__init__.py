"""Test the tools that develop and test Spot Planner."""
