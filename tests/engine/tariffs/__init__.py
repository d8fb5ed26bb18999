"""Test the tariffs."""
