"""Test the actions."""
