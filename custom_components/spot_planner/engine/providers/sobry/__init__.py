"""Sobry: the public French prices, and those of a customer's own contract."""
