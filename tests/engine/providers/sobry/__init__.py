"""Test what is special about Sobry."""
