"""Test the search for windows."""
