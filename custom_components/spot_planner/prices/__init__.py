"""Prices: from a provider's answer to what entities show."""
