"""Test the engine, without a running Home Assistant."""
