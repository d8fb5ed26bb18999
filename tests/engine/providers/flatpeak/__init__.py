"""Test what is special about Flatpeak."""
