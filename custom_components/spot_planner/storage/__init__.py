"""Storage: files that are written durably, and read as far as they can be."""
