"""Plan several runs that share the power of a home."""
