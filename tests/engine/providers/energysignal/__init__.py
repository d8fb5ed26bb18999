"""Test what is special about EnergySignal."""
