"""Test what is special about Min Strøm."""
