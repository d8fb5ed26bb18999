"""Test the sensors."""
