"""Test the way from a provider's answer to what entities show."""
