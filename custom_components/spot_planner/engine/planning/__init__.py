"""Choose when to run what."""
