"""Flatpeak: the prices of a customer's own contract, at one location."""
