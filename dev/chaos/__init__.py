"""Kill a real Home Assistant again and again, and count what that has cost."""
