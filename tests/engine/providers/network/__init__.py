"""Test the way to an API and back."""
