"""Check what no other test sees: the files around the code, and how they fit it."""
