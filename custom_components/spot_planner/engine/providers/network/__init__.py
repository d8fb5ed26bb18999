"""Network: the way to an API and back, with its limits and its errors."""
