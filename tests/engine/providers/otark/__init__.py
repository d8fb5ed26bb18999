"""Test what is special about Otark."""
