"""Test what is kept on disk."""
