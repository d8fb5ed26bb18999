"""Test the providers."""
